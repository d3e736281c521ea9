//! No headers and no body make the reader panic, and what it takes keeps to the rules.

use super::{Data, attribute, read};
use http::{HeaderMap, HeaderName, HeaderValue};
use proptest::prelude::*;
use serde_json::Value;

fn any_headers() -> impl Strategy<Value = HeaderMap> {
    let name = prop_oneof![
        4 => "ce-(id|source|type|specversion|subject|time|dataschema|data|x[a-z0-9]{0,5}|[a-z_.]{0,4})",
        2 => Just("content-type".to_owned()),
        1 => "[a-z-]{1,10}",
    ];
    let value = prop_oneof![
        3 => Just("1.0".to_owned()),
        3 => "[ -~]{0,20}",
        2 => "(\"|%|%[0-9a-fA-F]{2}|\\\\|[a-z]|€){0,12}",
        2 => prop_oneof![
            Just("application/cloudevents+json".to_owned()),
            Just("application/cloudevents-batch+json".to_owned()),
            Just("application/json".to_owned()),
            Just("text/plain; charset=utf-16".to_owned()),
        ],
    ];
    proptest::collection::vec((name, value), 0..10).prop_map(|pairs| {
        let pair = |(name, value): (String, String)| {
            let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
            Some((name, HeaderValue::from_bytes(value.as_bytes()).ok()?))
        };
        let mut headers = HeaderMap::new();
        for (name, value) in pairs.into_iter().filter_map(pair) {
            headers.append(name, value);
        }
        headers
    })
}

fn any_body() -> impl Strategy<Value = Vec<u8>> {
    let member = "\"(id|source|type|specversion|data|data_base64|time|subject|[a-zA-Z_]{0,6})\"";
    let value =
        "(null|true|-?[0-9]{1,12}(\\.[0-9])?|\"[ -~&&[^\"\\\\]]{0,12}\"|\"1.0\"|\\[\\]|\\{\\})";
    let object = proptest::collection::vec((member, value), 0..8).prop_map(|members| {
        let members: Vec<_> =
            members.iter().map(|(name, value)| format!("{name}:{value}")).collect();
        format!("{{{}}}", members.join(","))
    });
    prop_oneof![
        2 => proptest::collection::vec(any::<u8>(), 0..200),
        4 => object.clone().prop_map(String::into_bytes),
        2 => proptest::collection::vec(object, 0..3)
            .prop_map(|events| format!("[{}]", events.join(",")).into_bytes()),
    ]
}

proptest! {
    #[test]
    fn whatever_comes_is_read_or_refused(headers in any_headers(), body in any_body()) {
        let Ok(events) = read(&headers, &body) else { return Ok(()) };
        for event in events {
            for name in ["id", "source", "type"] {
                prop_assert!(event.attribute(name).is_some_and(|value| !value.is_empty()));
            }
            prop_assert_eq!(event.attribute("specversion"), Some("1.0"));
            for (name, value) in &event.attributes {
                prop_assert!(attribute::check_name(name).is_ok());
                prop_assert!(!value.chars().any(char::is_control));
            }
            if let Ok(input) = event.into_input(0) {
                let input: Value = serde_json::from_str(&input).unwrap();
                prop_assert!(input["headers"].is_array() && input.get("payload").is_some());
            }
        }
    }

    #[test]
    fn what_a_sender_encodes_comes_out_as_it_was(text in "\\PC{1,40}", data in any::<Vec<u8>>()) {
        let encoded: String = text.bytes().map(|byte| match byte {
            b'!' | b'#'..=b'$' | b'&'..=b'~' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        }).collect();
        let mut headers = HeaderMap::new();
        for (name, value) in [("ce-specversion", "1.0"), ("ce-id", "1"), ("ce-source", "/"), ("ce-type", "t"), ("ce-ext", &encoded)] {
            headers.insert(name, HeaderValue::from_str(value).unwrap());
        }
        let event = read(&headers, &data).unwrap().remove(0);
        prop_assert_eq!(event.attribute("ext"), Some(text.as_str()));
        let wanted = if data.is_empty() { Data::Absent } else { Data::Bytes(data) };
        prop_assert_eq!(event.data, wanted);
    }
}

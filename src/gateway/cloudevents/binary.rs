//! Binary mode: the attributes are headers `ce-<name>`, the body is the data.

use super::event::{CloudEvent, Data};
use super::media_type::{MediaType, read_quoted};
use super::{Fault, attribute};
use http::HeaderMap;
use percent_encoding::percent_decode_str;
use std::collections::BTreeMap;

const PREFIX: &str = "ce-";

/// Reads the event.
pub(super) fn single(
    headers: &HeaderMap,
    content_type: Option<&MediaType>,
    body: &[u8],
) -> Result<CloudEvent, Fault> {
    let mut attributes = BTreeMap::new();
    for name in headers.keys() {
        let Some(attribute) = name.as_str().strip_prefix(PREFIX) else { continue };
        attribute::check_name(attribute)?;
        if attribute == "datacontenttype" {
            return Fault::malformed(
                "`ce-datacontenttype` must not be there; `Content-Type` says it in this mode",
            );
        }
        let mut values = headers.get_all(name).iter();
        let value = values.next().map_or(b"".as_slice(), http::HeaderValue::as_bytes);
        if values.next().is_some() {
            return Fault::malformed(format!("the header `{name}` is there more than once"));
        }
        attributes.insert(attribute.to_owned(), decode(name.as_str(), value)?);
    }
    let missing = CloudEvent::missing(&attributes);
    if !missing.is_empty() {
        return Fault::malformed(missing_headers(&missing));
    }
    let data = if body.is_empty() { Data::Absent } else { Data::Bytes(body.to_vec()) };
    if let Some(content_type) = content_type {
        attributes.insert("datacontenttype".to_owned(), content_type.text().to_owned());
    }
    CloudEvent::new(attributes, data)
}

fn missing_headers(missing: &[&str]) -> String {
    let names: Vec<_> = missing.iter().map(|name| format!("`{PREFIX}{name}`")).collect();
    let wanted = if names.len() == 1 { "the header" } else { "the headers" };
    let mut message = format!("{wanted} {} missing", list(&names));
    if missing.len() == 4 {
        message.push_str("; an event in JSON has `Content-Type: application/cloudevents+json`");
    }
    message
}

fn list(names: &[String]) -> String {
    match names {
        [one] => format!("{one} is"),
        [all @ .., last] => format!("{} and {last} are", all.join(", ")),
        [] => String::new(),
    }
}

/// The value of a header: quotes are taken off, then one round of percent-encoding.
fn decode(name: &str, value: &[u8]) -> Result<String, Fault> {
    let Ok(text) = str::from_utf8(value) else {
        return Fault::malformed(format!("`{name}` is not UTF-8; percent-encode its value"));
    };
    let text = match text.strip_prefix('"') {
        Some(quoted) => match read_quoted(quoted) {
            Some((value, "")) => value,
            _ => return Fault::malformed(format!("the quotes of `{name}` are not closed")),
        },
        None => text.to_owned(),
    };
    let bytes = text.as_bytes();
    for (at, _) in bytes.iter().enumerate().filter(|(_, byte)| **byte == b'%') {
        let digits = bytes.get(at + 1..at + 3).unwrap_or_default();
        if digits.len() < 2 || !digits.iter().all(u8::is_ascii_hexdigit) {
            return Fault::malformed(format!(
                "`{name}` holds a `%` without two hexadecimal digits; a `%` itself is sent as `%25`"
            ));
        }
    }
    let Ok(decoded) = percent_decode_str(&text).decode_utf8() else {
        return Fault::malformed(format!("what is percent-encoded in `{name}` is not UTF-8"));
    };
    Ok(decoded.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderName, HeaderValue};

    fn headers(more: &[(&str, &str)]) -> HeaderMap {
        let required = [("specversion", "1.0"), ("id", "1"), ("source", "/s"), ("type", "t")];
        let mut headers = HeaderMap::new();
        let required = required.map(|(name, value)| (format!("ce-{name}"), value));
        let all = required.iter().map(|(name, value)| (name.as_str(), *value));
        for (name, value) in all.chain(more.iter().copied()) {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            headers.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        headers
    }

    fn subject(value: &str) -> Result<String, Fault> {
        let event = single(&headers(&[("ce-subject", value)]), None, b"")?;
        Ok(event.attribute("subject").unwrap().to_owned())
    }

    #[track_caller]
    fn refused(more: &[(&str, &str)], why: &str) {
        let headers = headers(more);
        match super::super::read(&headers, b"x") {
            Err(Fault::Malformed(message)) => assert!(message.contains(why), "{message}"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn values_are_unquoted_and_decoded_once() {
        for (sent, meant) in [
            ("Euro%20%E2%82%AC%20%F0%9F%98%80", "Euro € 😀"),
            ("%e2%82%ac", "€"),
            ("needlessly%41", "needlesslyA"),
            ("%2525", "%25"),
            ("\"a b\"", "a b"),
            (r#""a \"b\" \\ c""#, r#"a "b" \ c"#),
            ("\"100%25\"", "100%"),
            ("Euro €", "Euro €"),
            ("a \"b\"", "a \"b\""),
        ] {
            assert_eq!(subject(sent), Ok(meant.to_owned()), "{sent}");
        }
    }

    #[test]
    fn values_that_mean_nothing_certain_are_refused() {
        for bad in ["%C0%A0", "%", "100%", "%zz", "%E2%82", "\"open", "\"a\" b", "\"a\\", "%00"] {
            assert!(subject(bad).is_err(), "{bad}");
        }
        let mut headers = headers(&[]);
        headers.insert("ce-subject", HeaderValue::from_bytes(b"\xff").unwrap());
        assert!(single(&headers, None, b"").is_err());
    }

    #[test]
    fn headers_that_break_a_rule_are_named() {
        refused(&[("ce-id", "2")], "`ce-id` is there more than once");
        refused(&[("ce-datacontenttype", "text/plain")], "ce-datacontenttype");
        refused(&[("ce-bad_name", "x")], "`bad_name`");
        refused(&[("ce-", "x")], "attribute's name");
        refused(&[("ce-data", "x")], "`data`");
        refused(&[("ce-subject", "")], "`subject` is empty");
        refused(&[("ce-time", "noon")], "`time` is `noon`");
        refused(&[("content-type", "json")], "no media type");
        refused(&[("content-type", "a/b"), ("content-type", "a/b")], "more than one");
    }

    #[test]
    fn what_is_missing_is_named_and_json_without_an_event_gets_advice() {
        let mut some = headers(&[]);
        some.remove("ce-id");
        let Err(Fault::Malformed(message)) = single(&some, None, b"") else { panic!() };
        assert_eq!(message, "the header `ce-id` is missing");
        some.remove("ce-source");
        let Err(Fault::Malformed(message)) = single(&some, None, b"") else { panic!() };
        assert_eq!(message, "the headers `ce-id` and `ce-source` are missing");
        let json = MediaType::parse("application/json").unwrap();
        let Err(Fault::Malformed(message)) = single(&HeaderMap::new(), Some(&json), b"{}") else {
            panic!()
        };
        assert!(message.contains("application/cloudevents+json"), "{message}");
    }

    #[test]
    fn extensions_come_through_and_the_data_is_untouched() {
        let headers =
            headers(&[("ce-traceparent", "00-1"), ("ce-ext", ""), ("content-type", "a/b")]);
        let event = super::super::read(&headers, b"\xff\0").unwrap().remove(0);
        assert_eq!(event.attribute("traceparent"), Some("00-1"));
        assert_eq!(event.attribute("ext"), Some(""));
        assert_eq!(event.data, Data::Bytes(vec![0xff, 0]));
    }
}

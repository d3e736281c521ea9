//! The examples of the official conformance suite, <https://github.com/cloudevents/conformance>.
//!
//! `features/http-protocol-binding.feature` has four, `yaml/v1.0/v1_minimum.yaml` some events that its sender replays,
//! `format/json` valid and invalid events and batches. What is asserted is theirs, how is ours.

use super::{CloudEvent, Data, Fault, read};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
    let pair = |(name, value): &(&str, &str)| {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        (name, HeaderValue::from_str(value).unwrap())
    };
    pairs.iter().map(pair).collect()
}

#[track_caller]
fn assert_is_the_feature(event: &CloudEvent, content_type: &str) {
    for (name, value) in [
        ("id", "1234-1234-1234"),
        ("specversion", "1.0"),
        ("type", "com.example.someevent"),
        ("source", "/mycontext/subcontext"),
        ("time", "2018-04-05T03:56:24Z"),
    ] {
        assert_eq!(event.attribute(name), Some(value));
    }
    assert_eq!(event.content_type.as_ref().unwrap().text(), content_type);
    let input: Value = serde_json::from_str(&event.clone().into_input(0).unwrap()).unwrap();
    assert_eq!(input["payload"], json!({"message": "Hello World!"}));
}

#[test]
fn binary_content_mode() {
    for content_type in ["application/json", "application/json; charset=utf-8"] {
        let headers = headers(&[
            ("host", "example.com"),
            ("ce-specversion", "1.0"),
            ("ce-type", "com.example.someevent"),
            ("ce-time", "2018-04-05T03:56:24Z"),
            ("ce-id", "1234-1234-1234"),
            ("ce-source", "/mycontext/subcontext"),
            ("content-type", content_type),
        ]);
        let events = read(&headers, b"{\n    \"message\": \"Hello World!\"\n}").unwrap();
        assert_is_the_feature(&events[0], content_type);
    }
}

#[test]
fn structured_content_mode() {
    let body = json!({
        "specversion": "1.0",
        "type": "com.example.someevent",
        "time": "2018-04-05T03:56:24Z",
        "id": "1234-1234-1234",
        "source": "/mycontext/subcontext",
        "datacontenttype": "application/json",
        "data": {"message": "Hello World!"}
    });
    for content_type in [
        "application/cloudevents+json",
        "application/cloudevents+json; charset=utf-8",
        "Application/CloudEvents+JSON",
    ] {
        let headers = headers(&[("host", "example.com"), ("content-type", content_type)]);
        let events = read(&headers, body.to_string().as_bytes()).unwrap();
        assert_is_the_feature(&events[0], "application/json");
    }
}

#[test]
fn the_minimal_events_of_its_sender() {
    for (id, content_type, data, payload) in [
        ("0001", "text/plain; charset=us-ascii", "Hello, World!\n", json!("Hello, World!\n")),
        ("0002", "text/plain; charset=utf-8", "Hello, 🌎!\n", json!("Hello, 🌎!\n")),
        ("0003", "application/json; charset=utf-8", "\"Hello, 🌎!\"\n", json!("Hello, 🌎!")),
        (
            "0004",
            "application/json; charset=utf-8",
            "{\"msg\":\"Hello, 🌎!\"}",
            json!({"msg": "Hello, 🌎!"}),
        ),
        ("0005", "application/json; charset=utf-8", "[\"Hello\",\"🌎!\"]", json!(["Hello", "🌎!"])),
        (
            "0006",
            "application/xml; charset=utf-8",
            "<msg>Hello, 🌎!</msg>",
            json!("<msg>Hello, 🌎!</msg>"),
        ),
    ] {
        let headers = headers(&[
            ("ce-specversion", "1.0"),
            ("ce-type", "io.cloudevents.minimum"),
            ("ce-id", &format!("conformance-{id}")),
            ("ce-source", "//github.com/cloudevents/cloudeventsconformance/yaml/v1.yaml"),
            ("content-type", content_type),
        ]);
        let event = read(&headers, data.as_bytes()).unwrap().remove(0);
        assert_eq!(event.data, Data::Bytes(data.as_bytes().to_vec()));
        let input: Value = serde_json::from_str(&event.into_input(0).unwrap()).unwrap();
        assert_eq!(input["payload"], payload);
    }
}

fn structured(event: &Value) -> Result<CloudEvent, Fault> {
    let headers = headers(&[("content-type", "application/cloudevents+json")]);
    read(&headers, event.to_string().as_bytes()).map(|mut events| events.remove(0))
}

fn minimal() -> Value {
    let source = "https://cloudevents.io";
    json!({"specversion": "1.0", "id": "minimal", "type": "io.cloudevents.test", "source": source})
}

/// The minimal event with some members changed; null takes one away.
fn changed(members: &Value) -> Value {
    let mut event = minimal();
    let object = event.as_object_mut().unwrap();
    for (name, value) in members.as_object().unwrap() {
        if value.is_null() {
            object.remove(name);
        } else {
            object.insert(name.clone(), value.clone());
        }
    }
    event
}

#[test]
fn valid_events_of_the_json_format() {
    let mut nulls = minimal();
    for name in ["datacontenttype", "dataschema", "subject", "time"] {
        nulls[name] = Value::Null;
    }
    assert_eq!(structured(&nulls), structured(&minimal()));
    for members in [
        json!({"datacontenttype": "text/plain", "dataschema": "https://cloudevents.io/dataschema",
               "subject": "tests", "time": "2018-04-05T17:31:00Z"}),
        json!({"time": "2018-04-05T17:31:00.000000000Z"}),
        json!({"time": "2018-04-05T18:31:00+01:00"}),
        json!({"source": "#fragment"}),
        json!({"datacontenttype": "text/plain", "data": "Simple text"}),
        json!({"extinteger": 10, "extboolean": true, "extstring": "text", "extbinary": "TWE=",
               "exturi": "https://cloudevents.io", "exturiref": "//authority/path"}),
    ] {
        structured(&changed(&members)).unwrap();
    }
}

#[test]
fn invalid_events_of_the_json_format() {
    for members in [
        json!({"specversion": null}),
        json!({"id": null}),
        json!({"type": null}),
        json!({"source": null}),
        json!({"id": ""}),
        json!({"type": ""}),
        json!({"source": ""}),
        json!({"specversion": ""}),
        json!({"specversion": "0.9"}),
        json!({"datacontenttype": "xyz"}),
        json!({"datacontenttype": ""}),
        json!({"dataschema": ""}),
        json!({"subject": ""}),
        json!({"id": 25}),
        json!({"id": {"xyz": "abc"}}),
        json!({"MyExtension": "bad"}),
        json!({"my.extension": "bad"}),
        json!({"extension": 1.5}),
        json!({"data": "text", "data_base64": "eyAieHl6IjogMTIzIH0="}),
        json!({"time": "2018-04-05T18:31:00+25:00"}),
    ] {
        let event = structured(&changed(&members));
        assert!(matches!(event, Err(Fault::Malformed(_))), "{members}: {event:?}");
    }
}

#[test]
fn the_batch_is_known_before_the_single_event_and_other_formats_are_not_read() {
    let body = json!([minimal(), minimal()]).to_string();
    for (content_type, count) in [
        ("application/cloudevents-batch+json", Some(2)),
        ("APPLICATION/cloudevents-BATCH+json; charset=UTF-8", Some(2)),
        ("application/cloudevents+avro", None),
        ("application/cloudevents", None),
        ("application/cloudevents-batch", None),
        ("application/cloudevents-batch+xml", None),
        ("application/cloudevents+json; charset=utf-16", None),
    ] {
        let read = read(&headers(&[("content-type", content_type)]), body.as_bytes());
        match count {
            Some(count) => assert_eq!(read.unwrap().len(), count, "{content_type}"),
            None => assert!(matches!(read, Err(Fault::Unsupported(_))), "{content_type}: {read:?}"),
        }
    }
}

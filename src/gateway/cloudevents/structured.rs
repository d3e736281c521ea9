//! Structured and batch mode: the whole event, or a list of them, is JSON.

use super::event::{CloudEvent, Data};
use super::{Fault, attribute};
use crate::domain::payload::{InputError, check_content, check_json, not_json};
use data_encoding::BASE64;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// Reads one event.
pub(super) fn single(body: &[u8]) -> Result<CloudEvent, Fault> {
    event(parse::<Members>(body, "an event is a JSON object of attributes")?)
}

/// Reads a list of events; an empty list is one.
pub(super) fn batch(body: &[u8]) -> Result<Vec<CloudEvent>, Fault> {
    let Batch(members) = parse(body, "a batch is a JSON list of events")?;
    let read = |(index, members)| event(members).map_err(|fault| fault.in_batch(index));
    members.into_iter().enumerate().map(read).collect()
}

fn parse<'a, T: Deserialize<'a>>(body: &'a [u8], expected: &str) -> Result<T, Fault> {
    let Ok(text) = str::from_utf8(body) else { return Fault::malformed("the body is not UTF-8") };
    let told = |error: InputError| {
        let place = error.place.map_or(String::new(), |place| {
            format!(", line {} column {}", place.line, place.column)
        });
        Fault::Malformed(format!("the body is {}{place}", of_body(&error.message)))
    };
    check_content(text).map_err(told)?;
    serde_json::from_str(text).map_err(|error| {
        // What is no JSON at all is said first, with its place.
        if let Err(error) = check_json(text) {
            return told(error);
        }
        if !error.is_data() {
            return told(not_json(text, &error));
        }
        let place = format!("line {} column {}", error.line(), error.column());
        let message = error.to_string();
        let reason = message.split(" at line ").next().unwrap_or_default();
        Fault::Malformed(match reason.strip_prefix("invalid type: ") {
            Some(found) => format!("{expected}, and this is {}", kind(found)),
            None => format!("{reason}, {place}"),
        })
    })
}

/// What a value is that is something else than was expected.
fn kind(found: &str) -> &'static str {
    match found.split([' ', ',']).next().unwrap_or_default() {
        "boolean" => "`true` or `false`",
        "integer" | "floating" | "number" => "a number",
        "string" => "a text",
        "null" => "null",
        "sequence" => "a list",
        _ => "an object",
    }
}

/// What is wrong with JSON, said of a body.
fn of_body(message: &str) -> String {
    if message.starts_with("not ") || message.starts_with("nested ") {
        message.to_owned()
    } else {
        format!("not acceptable: {message}")
    }
}

/// The events of a list.
struct Batch(Vec<Members>);

impl<'de> Deserialize<'de> for Batch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct List;
        impl<'de> Visitor<'de> for List {
            type Value = Batch;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Batch, A::Error> {
                let mut members = Vec::new();
                loop {
                    let number = members.len() + 1;
                    let told = |error: A::Error| {
                        let message = error.to_string();
                        let reason = message.split(" at line ").next().unwrap_or_default();
                        let reason = match reason.strip_prefix("invalid type: ") {
                            Some(found) => {
                                format!("an event is a JSON object, and this is {}", kind(found))
                            }
                            None => reason.to_owned(),
                        };
                        A::Error::custom(format!("event {number} of the batch: {reason}"))
                    };
                    match list.next_element().map_err(told)? {
                        Some(next) => members.push(next),
                        None => return Ok(Batch(members)),
                    }
                }
            }
        }
        deserializer.deserialize_seq(List)
    }
}

/// The members of an object, each there once.
struct Members(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members: BTreeMap<String, Value> = BTreeMap::new();
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    if members.contains_key(&name) {
                        let name = attribute::shortened(&name);
                        return Err(A::Error::custom(format!("`{name}` is there more than once")));
                    }
                    members.insert(name, value);
                }
                Ok(Members(members.into_iter().collect()))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

fn event(Members(members): Members) -> Result<CloudEvent, Fault> {
    let mut attributes = BTreeMap::new();
    let mut data = Data::Absent;
    for (name, value) in members {
        match name.as_str() {
            "data" | "data_base64" if data != Data::Absent => {
                return Fault::malformed("there is `data` and `data_base64`; only one may be");
            }
            "data" => data = Data::Json(value),
            "data_base64" => data = decoded(&value)?,
            _ => {
                attribute::check_name(&name)?;
                if let Some(text) = attribute::from_json(&name, &value)? {
                    attributes.insert(name, text);
                }
            }
        }
    }
    let missing = CloudEvent::missing(&attributes);
    if !missing.is_empty() {
        let names: Vec<_> = missing.iter().map(|name| format!("`{name}`")).collect();
        return Fault::malformed(format!("the event has no {}", names.join(", no ")));
    }
    CloudEvent::new(attributes, data)
}

fn decoded(value: &Value) -> Result<Data, Fault> {
    match value {
        Value::Null => Ok(Data::Absent),
        Value::String(text) => match BASE64.decode(text.as_bytes()) {
            Ok(bytes) => Ok(Data::Bytes(bytes)),
            Err(_) => Fault::malformed("`data_base64` is not base64"),
        },
        _ => Fault::malformed("`data_base64` must be a text in base64"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn with(more: &str) -> Result<CloudEvent, Fault> {
        let event = format!(r#"{{"specversion":"1.0","id":"1","source":"/s","type":"t"{more}}}"#);
        single(event.as_bytes())
    }

    #[track_caller]
    fn refused(more: &str, why: &str) {
        match with(more) {
            Err(Fault::Malformed(message)) => assert!(message.contains(why), "{message}"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn null_means_no_attribute_but_null_data_is_data() {
        let event = with(r#","subject":null,"data":null"#).unwrap();
        assert_eq!(event.attribute("subject"), None);
        assert_eq!(event.data, Data::Json(Value::Null));
        assert_eq!(with("").unwrap().data, Data::Absent);
        refused(r#","id":null"#, "`id` is there more than once");
        assert!(single(br#"{"specversion":"1.0","id":null,"source":"/s","type":"t"}"#).is_err());
    }

    #[test]
    fn a_string_of_json_is_a_string() {
        let event = with(r#","data":"{\"a\":1}""#).unwrap();
        assert_eq!(event.data, Data::Json(json!("{\"a\":1}")));
        let event = with(r#","data_base64":"eyJhIjoxfQ==""#).unwrap();
        assert_eq!(event.data, Data::Bytes(br#"{"a":1}"#.to_vec()));
    }

    #[test]
    fn what_breaks_a_rule_is_named() {
        refused(r#","data":1,"data_base64":"TWE=""#, "only one");
        refused(r#","data":null,"data_base64":"TWE=""#, "only one");
        refused(r#","data_base64":"no pe""#, "not base64");
        refused(r#","data_base64":1"#, "text in base64");
        refused(r#","MyExtension":"bad""#, "`MyExtension`");
        refused(r#","my.extension":1.5"#, "`my.extension`");
        refused(r#","ext":1.5"#, "whole one of 32 bits");
        refused(r#","subject":"a\u0001b""#, "U+0001");
        refused(r#","subject":"\ud800""#, "not JSON");
        refused(r#","datacontenttype":"xyz""#, "no media type");
        refused(r#","dataschema":"schema""#, "absolute URI");
        refused(r#","type":"u""#, "more than once");
        refused(r#","data":12345678901234567890"#, "as a string");
    }

    #[test]
    fn a_body_that_is_no_event_is_refused_with_its_place() {
        for (body, why) in [
            ("", "not JSON"),
            ("[]", "an event is a JSON object of attributes, and this is a list"),
            ("1.5", "an event is a JSON object of attributes, and this is a number"),
            ("\"x\"", "and this is a text"),
            ("{}", "the event has no `specversion`, no `id`, no `source`, no `type`"),
            ("{\n\"a\": tru}", "line 2"),
            (&"[".repeat(100_000), "nested more than"),
            (&"{\"a\":".repeat(100_000), "nested more than"),
        ] {
            let Err(Fault::Malformed(message)) = single(body.as_bytes()) else { panic!("{body}") };
            assert!(message.contains(why), "{message}");
        }
        assert_eq!(single(b"\xff"), Fault::malformed("the body is not UTF-8"));
    }

    #[test]
    fn a_batch_is_taken_whole_or_not_at_all() {
        let one = r#"{"specversion":"1.0","id":"1","source":"/s","type":"t"}"#;
        let events = batch(format!("[{one},{}]", one.replace("\"1\"", "\"2\"")).as_bytes());
        assert_eq!(events.unwrap().iter().map(CloudEvent::id).collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(batch(b"[]"), Ok(vec![]));
        let other = one.replace("1.0", "0.9");
        for (bad, why) in [
            (format!("[{one},{other}]"), "event 2 of the batch: `specversion` is `0.9`"),
            (format!("[{{}},{one}]"), "event 1 of the batch: the event has no"),
            (
                format!("[{one},\"no\"]"),
                "event 2 of the batch: an event is a JSON object, and this is a text, line 1 column",
            ),
            (
                format!("[{one},{{\"id\":\"1\",\"id\":\"2\"}}]"),
                "event 2 of the batch: `id` is there more than once, line 1 column",
            ),
            (one.to_owned(), "a batch is a JSON list of events, and this is an object"),
        ] {
            let Err(Fault::Malformed(message)) = batch(bad.as_bytes()) else { panic!("{bad}") };
            assert!(message.contains(why), "{message}");
        }
    }
}

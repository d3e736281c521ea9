//! The body of an invocation: the envelope, which goes on to the lambda as it came.

use crate::domain::Limits;
use crate::domain::payload::{InputError, check_input, not_json};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use std::fmt;
use std::sync::Arc;

/// The input of the lambda: the body as it came, once it is known to be an envelope.
pub(super) fn read(body: &[u8]) -> Result<Arc<str>, String> {
    let text = str::from_utf8(body).map_err(|_| "the body is not UTF-8".to_owned())?;
    // How large it may be is the platform's to say.
    let limits = Limits { payload_bytes: usize::MAX, ..Limits::default() };
    let told = |error: InputError| match error.place {
        Some(place) => format!("{error} (line {}, column {})", place.line, place.column),
        None => error.to_string(),
    };
    check_input(text, &limits).map_err(told)?;
    let envelope: Envelope =
        serde_json::from_str(text).map_err(|error| told(not_json(text, &error)))?;
    if envelope.payload.is_none() {
        return Err("the body has no `payload`; it is {timestamp, headers, payload}".to_owned());
    }
    check_headers(envelope.headers.as_ref())?;
    if envelope.timestamp.is_some_and(|it| !it.is_number() && !it.is_null()) {
        return Err("`timestamp` must be a number, milliseconds since 1970".to_owned());
    }
    Ok(Arc::from(text))
}

fn check_headers(headers: Option<&Value>) -> Result<(), String> {
    let is_pair = |entry: &Value| {
        let is_text = |name| entry.get(name).is_some_and(Value::is_string);
        is_text("key") && is_text("value")
    };
    match headers {
        None | Some(Value::Null) => Ok(()),
        Some(Value::Array(entries)) if entries.iter().all(is_pair) => Ok(()),
        Some(_) => Err("`headers` must be a list of {key, value}, both texts".to_owned()),
    }
}

/// What is looked at of it: of a payload, which may be large, that it is there.
#[derive(Default)]
struct Envelope {
    timestamp: Option<Value>,
    headers: Option<Value>,
    payload: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Field {
    Timestamp,
    Headers,
    Payload,
    #[serde(other)]
    Other,
}

impl<'de> Deserialize<'de> for Envelope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Envelope;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object")
            }

            // Unlike what is derived, a null is something, and of a field that is there twice the last one counts, as for the
            // lambda.
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Envelope, A::Error> {
                let mut envelope = Envelope::default();
                while let Some(field) = map.next_key()? {
                    match field {
                        Field::Timestamp => envelope.timestamp = Some(map.next_value()?),
                        Field::Headers => envelope.headers = Some(map.next_value()?),
                        Field::Payload => envelope.payload = Some(map.next_value()?),
                        Field::Other => drop(map.next_value::<IgnoredAny>()?),
                    }
                }
                Ok(envelope)
            }
        }
        deserializer.deserialize_map(Object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_envelope_goes_on_as_it_came() {
        for good in [
            r#"{"timestamp": 1.0, "headers": [{"key":"a","value":"b"}], "payload": {"a": 1.10}}"#,
            r#"{"payload":null}"#,
            r#"{"payload":"text","headers":null,"timestamp":null}"#,
            r#"{"headers":1,"payload":1,"more":[{}],"headers":[],"payload":2}"#,
        ] {
            assert_eq!(read(good.as_bytes()).as_deref(), Ok(good));
        }
    }

    #[test]
    fn what_is_no_envelope_is_refused_with_the_reason() {
        for (bad, why) in [
            ("", "not JSON: it ends where a value should stand (line 1, column 1)"),
            ("{\"payload\": nil}", "the only words are `true`, `false` and `null` (line 1, column"),
            ("[]", "an object"),
            ("{}", "no `payload`"),
            (r#"{"payload":1,"headers":{"a":"b"}}"#, "list of {key, value}"),
            (r#"{"payload":1,"headers":[{"key":"a"}]}"#, "list of {key, value}"),
            (r#"{"payload":1,"timestamp":"noon"}"#, "`timestamp`"),
            (r#"{"payload":123456789012345678901}"#, "as a string"),
            (&format!("{{\"payload\":{}", "[".repeat(100_000)), "nested"),
        ] {
            let reason = read(bad.as_bytes()).unwrap_err();
            assert!(reason.contains(why), "{reason}");
        }
        assert!(read(b"{\"payload\":\"\xff\"}").is_err());
    }
}

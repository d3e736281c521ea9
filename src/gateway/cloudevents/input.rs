//! What a lambda gets of a CloudEvent.
//!
//! `timestamp` is the event's `time`, or when it came in. `headers` has every attribute as `ce-<name>` (an event's data
//! content type as `content-type`), as the HTTP binding writes them. `payload` is the data, always and as it is: data
//! that happens to have a field `payload` is not taken apart.
//!
//! | the data | the payload |
//! |---|---|
//! | none | null |
//! | `data` of a JSON event | that value; a text stays a text |
//! | bytes of a JSON type | the value they are |
//! | bytes of a text type (`text/*`, XML, forms) | a text, by the type's charset |
//! | other bytes | a text in base64, with a header `content-transfer-encoding: base64` |

use super::event::{CloudEvent, Data};
use super::media_type::MediaType;
use super::{Fault, attribute, is_unicode};
use crate::domain::payload::{check_content, check_json, not_json};
use data_encoding::BASE64;
use encoding_rs::Encoding;
use serde::Serialize;
use serde_json::Value;
use std::borrow::Cow;

impl CloudEvent {
    /// The input of the lambdas, as JSON text; `now_ms` is when the event came in.
    pub(in crate::gateway) fn into_input(self, now_ms: i64) -> Result<String, Fault> {
        let timestamp = self.attribute("time").and_then(attribute::timestamp_ms).unwrap_or(now_ms);
        let mut headers: Vec<_> = self
            .attributes
            .iter()
            .map(|(name, value)| header(format!("ce-{name}"), value))
            .collect();
        if let Some(content_type) = &self.content_type {
            headers.push(header("content-type", content_type.text()));
        }
        let payload = match self.data {
            Data::Absent => Value::Null,
            Data::Json(value) => value,
            Data::Bytes(bytes) => {
                let value = meaning(&bytes, self.content_type.as_ref())?;
                value.unwrap_or_else(|| {
                    headers.push(header("content-transfer-encoding", "base64"));
                    Value::String(BASE64.encode(&bytes))
                })
            }
        };
        let input = Input { timestamp, headers, payload };
        // Texts and values that were read can be written; how large it may be is the platform's to say.
        let input = serde_json::to_string(&input).unwrap_or_default();
        match check_content(&input) {
            Ok(()) => Ok(input),
            Err(error) => Fault::malformed(format!("the data is not acceptable: {error}")),
        }
    }
}

/// The input as it is written.
#[derive(Serialize)]
struct Input<'a> {
    timestamp: i64,
    headers: Vec<Header<'a>>,
    payload: Value,
}

#[derive(Serialize)]
struct Header<'a> {
    key: Cow<'static, str>,
    value: &'a str,
}

fn header(key: impl Into<Cow<'static, str>>, value: &str) -> Header<'_> {
    Header { key: key.into(), value }
}

/// The value that bytes of a type are; none when they are just bytes.
fn meaning(bytes: &[u8], content_type: Option<&MediaType>) -> Result<Option<Value>, Fault> {
    let Some(content_type) = content_type else { return Ok(None) };
    if content_type.is_json() {
        let text = text(bytes, content_type)?;
        if let Err(error) = check_json(&text) {
            let place = error.place.map_or(String::new(), |place| {
                format!(" (line {} column {} of it)", place.line, place.column)
            });
            return Fault::malformed(format!(
                "the data should be JSON, as `{}` says: {error}{place}",
                content_type.text()
            ));
        }
        return serde_json::from_str(&text)
            .map(Some)
            .map_err(|error| Fault::Malformed(format!("the data is {}", not_json(&text, &error))));
    }
    if content_type.is_text() {
        return text(bytes, content_type).map(|text| Some(Value::String(text)));
    }
    Ok(None)
}

/// The text that bytes are, by the charset of their type; without one it is UTF-8.
fn text(bytes: &[u8], content_type: &MediaType) -> Result<String, Fault> {
    let charset = content_type.charset().unwrap_or("utf-8");
    let text = if is_unicode(charset) {
        str::from_utf8(bytes).ok().map(str::to_owned)
    } else {
        let Some(encoding) = Encoding::for_label(charset.as_bytes()) else {
            return Err(Fault::Unsupported(format!("the charset `{charset}` is not known here")));
        };
        encoding.decode_without_bom_handling_and_without_replacement(bytes).map(Into::into)
    };
    match text {
        Some(text) => Ok(text),
        None => Fault::malformed(format!("the data is not text in `{charset}`")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Fault, read};
    use http::{HeaderMap, HeaderValue};
    use serde_json::{Value, json};

    fn binary(content_type: Option<&'static str>, body: &[u8]) -> Result<Value, Fault> {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("ce-specversion", "1.0"),
            ("ce-id", "1"),
            ("ce-source", "/s"),
            ("ce-type", "t"),
            ("ce-time", "2018-04-05T18:31:00+01:00"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        if let Some(content_type) = content_type {
            headers.insert("content-type", HeaderValue::from_static(content_type));
        }
        let input = read(&headers, body)?.remove(0).into_input(7)?;
        Ok(serde_json::from_str(&input).unwrap())
    }

    fn payload(content_type: Option<&'static str>, body: &[u8]) -> Value {
        binary(content_type, body).unwrap()["payload"].clone()
    }

    #[test]
    fn attributes_are_headers_and_the_time_is_the_timestamp() {
        let input = binary(Some("Application/JSON"), b"{\"payload\": 1, \"headers\": []}").unwrap();
        assert_eq!(
            input,
            json!({
                "timestamp": 1_522_949_460_000_i64,
                "headers": [
                    {"key": "ce-id", "value": "1"},
                    {"key": "ce-source", "value": "/s"},
                    {"key": "ce-specversion", "value": "1.0"},
                    {"key": "ce-time", "value": "2018-04-05T18:31:00+01:00"},
                    {"key": "ce-type", "value": "t"},
                    {"key": "content-type", "value": "Application/JSON"},
                ],
                "payload": {"payload": 1, "headers": []},
            })
        );
    }

    #[test]
    fn the_content_type_says_what_bytes_are() {
        assert_eq!(payload(Some("application/json"), b" [1.10] "), json!([1.1]));
        assert_eq!(payload(Some("application/x+json"), b"\"{}\""), json!("{}"));
        assert_eq!(payload(Some("text/plain"), "ü {".as_bytes()), json!("ü {"));
        assert_eq!(payload(Some("text/plain; charset=iso-8859-1"), b"\xfc"), json!("ü"));
        assert_eq!(payload(Some("application/xml"), b"<a/>"), json!("<a/>"));
        assert_eq!(payload(Some("application/octet-stream"), b"ab"), json!("YWI="));
        assert_eq!(payload(None, b"{}"), json!("e30="));
        assert_eq!(payload(Some("application/json"), b""), Value::Null);
        let input = binary(Some("image/png"), b"\xff").unwrap();
        assert_eq!(
            input["headers"].as_array().unwrap().last(),
            Some(&json!({"key": "content-transfer-encoding", "value": "base64"}))
        );
    }

    #[test]
    fn bytes_that_are_not_what_their_type_says_are_refused() {
        for (content_type, body) in [
            ("application/json", b"{".as_slice()),
            ("application/json", b"\xff"),
            ("application/json", b"1e999"),
            ("text/plain", b"\xff"),
            ("text/plain; charset=us-ascii", b"\xff"),
        ] {
            let fault = binary(Some(content_type), body).unwrap_err();
            assert!(matches!(fault, Fault::Malformed(_)), "{fault:?}");
        }
        let unknown = binary(Some("text/plain; charset=klingon"), b"x").unwrap_err();
        assert!(matches!(unknown, Fault::Unsupported(_)), "{unknown:?}");
    }

    #[test]
    fn data_that_is_too_deep_inside_the_envelope_is_refused() {
        let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(binary(Some("application/json"), deep(126).as_bytes()).is_ok());
        let fault = binary(Some("application/json"), deep(127).as_bytes()).unwrap_err();
        assert!(matches!(fault, Fault::Malformed(text) if text.contains("nested")));
    }
}

//! The input around the payload: headers, timestamp, and nothing else.

use super::super::json::{self, Document};
use super::{finding, opening, spot};
use crate::domain::{Diagnostic, Severity};
use serde_json::Value;

/// Checks the envelope of an input and nothing of its payload, for lambdas without an event: an object with `payload`,
/// of any kind, `headers`, an array of `{"key": "...", "value": "..."}`, and `timestamp`, a number. A further member is a
/// warning, and so is a key that appears twice. The code is `schema`, for the latter `duplicate-key`.
pub fn envelope_only(document: &Document) -> Vec<Diagnostic> {
    let mut found = document.warnings().to_vec();
    let error = |message: &str, at| finding(Severity::Error, message.to_owned(), at);
    let Value::Object(input) = document.value() else {
        found.push(
            error("the input is an object with `payload`", spot(document, ""))
                .with_help("write {\"headers\": [], \"payload\": ...}"),
        );
        return found;
    };
    if !input.contains_key("payload") {
        found.push(error("`payload` is missing", opening(document, "")));
    }
    if let Some(headers) = input.get("headers") {
        found.extend(check_headers(document, headers));
    }
    if input.get("timestamp").is_some_and(|timestamp| !timestamp.is_number()) {
        found.push(error("number expected", spot(document, "/timestamp")));
    }
    for key in
        input.keys().filter(|key| !["payload", "headers", "timestamp"].contains(&key.as_str()))
    {
        let pointer = format!("/{}", json::escape(key));
        let message =
            format!("an input has no `{key}`; it has `payload`, `headers` and `timestamp`");
        found.push(finding(Severity::Warning, message, opening(document, &pointer)));
    }
    found
}

fn check_headers(document: &Document, headers: &Value) -> Vec<Diagnostic> {
    let help = "write {\"key\": \"language\", \"value\": \"en\"}";
    let wrong = |message: String, at| finding(Severity::Error, message, at).with_help(help);
    let Value::Array(headers) = headers else {
        return vec![wrong("array of headers expected".into(), spot(document, "/headers"))];
    };
    let mut found = Vec::new();
    for (index, header) in headers.iter().enumerate() {
        let pointer = format!("/headers/{index}");
        let Value::Object(fields) = header else {
            found.push(wrong(
                "object with `key` and `value` expected".into(),
                spot(document, &pointer),
            ));
            continue;
        };
        for field in ["key", "value"] {
            match fields.get(field) {
                Some(Value::String(_)) => {}
                Some(_) => {
                    found.push(wrong(
                        "string expected".into(),
                        spot(document, &format!("{pointer}/{field}")),
                    ));
                }
                None => {
                    found.push(wrong(format!("`{field}` is missing"), opening(document, &pointer)));
                }
            }
        }
        if found.len() >= super::FINDING_LIMIT {
            break;
        }
    }
    found
}

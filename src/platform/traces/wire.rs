//! Spans in the form of OTLP over HTTP in JSON.
//!
//! The mapping of the protocol's messages to JSON as the OTLP specification has it: names in lower camel case, ids of
//! traces and spans in hexadecimal digits, enumerations as numbers, 64-bit integers as texts.

use super::span::{Attribute, Span, SpanKind};
use serde::Serialize;
use serde_json::{Value, json};
use std::time::Duration;

/// Says in a span's flags that the next bit is meant.
const KNOWS_REMOTE: u32 = 0x100;
/// `STATUS_CODE_ERROR`.
const ERROR: u8 = 2;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireSpan<'a> {
    trace_id: String,
    span_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_span_id: Option<String>,
    flags: u32,
    name: &'a str,
    kind: u8,
    start_time_unix_nano: String,
    end_time_unix_nano: String,
    attributes: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    links: Vec<Value>,
    status: Value,
}

/// The body of a request that exports `spans` of a program with these `resource` attributes.
pub(super) fn body(resource: &[(String, String)], spans: &[Span]) -> Vec<u8> {
    let resource = resource.iter().map(|(name, value)| attribute(name, &value.as_str().into()));
    let body = json!({
        "resourceSpans": [{
            "resource": { "attributes": resource.collect::<Vec<_>>() },
            "scopeSpans": [{
                "scope": { "name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION") },
                "spans": spans.iter().map(wire).collect::<Vec<_>>(),
            }],
        }],
    });
    body.to_string().into_bytes()
}

fn wire(span: &Span) -> Value {
    let attributes = span.attributes.iter().map(|(name, value)| attribute(name, value));
    let link = span.link.map(|to| {
        json!({
            "traceId": to.trace.to_string(),
            "spanId": to.span.to_string(),
            "flags": u32::from(to.flags()) | KNOWS_REMOTE,
        })
    });
    let wire = WireSpan {
        trace_id: span.context.trace.to_string(),
        span_id: span.context.span.to_string(),
        parent_span_id: span.parent.map(|id| id.to_string()),
        flags: u32::from(span.context.flags()),
        name: &span.name,
        kind: kind(span.kind),
        start_time_unix_nano: nanoseconds(span.began),
        end_time_unix_nano: nanoseconds(span.ended),
        attributes: attributes.collect(),
        links: link.into_iter().collect(),
        status: if span.has_failed { json!({ "code": ERROR }) } else { json!({}) },
    };
    // Texts and numbers can be written as JSON.
    serde_json::to_value(wire).unwrap_or_default()
}

const fn kind(kind: SpanKind) -> u8 {
    match kind {
        SpanKind::Internal => 1,
        SpanKind::Server => 2,
        SpanKind::Client => 3,
        SpanKind::Producer => 4,
        SpanKind::Consumer => 5,
    }
}

fn nanoseconds(since_epoch: Duration) -> String {
    since_epoch.as_nanos().to_string()
}

fn attribute(name: &str, value: &Attribute) -> Value {
    let value = match value {
        Attribute::Text(text) => json!({ "stringValue": text }),
        Attribute::Number(number) => json!({ "intValue": number.to_string() }),
        Attribute::Flag(flag) => json!({ "boolValue": flag }),
    };
    json!({ "key": name, "value": value })
}

//! JSON text and values.

use super::required;
use crate::language::api::{ApiFunction, HostFunction};

/// Functions of JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each variant is described by its row in the table")]
pub enum JsonFunction {
    Parse,
    Print,
    PrintPretty,
}

pub(super) const ROWS: &[ApiFunction] = &[
    ApiFunction {
        function: HostFunction::Json(JsonFunction::Parse),
        module: Some("json"),
        name: "parse",
        parameters: &[required("text", "string")],
        returns: "any",
        doc: "The value that a JSON text stands for; `null` becomes `()`.",
        example: r#"json::parse(`{"a": [1, 2.5, null]}`)"#,
        errors: "Fails when the text is not JSON, is nested more than 127 levels deep, or holds a number that would lose digits.",
    },
    ApiFunction {
        function: HostFunction::Json(JsonFunction::Print),
        module: Some("json"),
        name: "print",
        parameters: &[required("value", "any")],
        returns: "string",
        doc: "The value as JSON on one line; `()` becomes `null`.",
        example: "json::print(#{ a: 1, b: [true, ()] })",
        errors: "Fails when the value holds a function, a timestamp, a range, NaN or infinity, or is nested more than 127 levels deep.",
    },
    ApiFunction {
        function: HostFunction::Json(JsonFunction::PrintPretty),
        module: Some("json"),
        name: "print_pretty",
        parameters: &[required("value", "any")],
        returns: "string",
        doc: "The value as JSON over several lines, indented by two spaces.",
        example: "json::print_pretty(#{ a: 1 })",
        errors: "Fails as `json::print` does.",
    },
];

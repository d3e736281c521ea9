//! Regular expressions.

use super::required;
use crate::language::api::{ApiFunction, HostFunction, Parameter};

/// Functions of regular expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each variant is described by its row in the table")]
pub enum RegexFunction {
    Test,
    Find,
    FindAll,
    Captures,
    CapturesAll,
    Replace,
    Split,
}

const PATTERN: Parameter = required("pattern", "string");
const TEXT: Parameter = required("text", "string");
const ERRORS: &str = "Fails when the pattern cannot be compiled, or the text is no string.";

pub(super) const ROWS: &[ApiFunction] = &[
    ApiFunction {
        function: HostFunction::Regex(RegexFunction::Test),
        module: Some("regex"),
        name: "test",
        parameters: &[PATTERN, TEXT],
        returns: "bool",
        doc: "Whether the pattern is found in the text. Patterns are best written in backticks, where a backslash is one: `(?i)` ignores case, `^` and `$` hold it to the whole.",
        example: r#"regex::test(`^\d{5}$`, "10115")"#,
        errors: ERRORS,
    },
    ApiFunction {
        function: HostFunction::Regex(RegexFunction::Find),
        module: Some("regex"),
        name: "find",
        parameters: &[PATTERN, TEXT],
        returns: "string or ()",
        doc: "The first place of the text that the pattern fits, or `()`.",
        example: r#"regex::find(`\w+@\w+\.\w+`, "write to ann@example.com")"#,
        errors: ERRORS,
    },
    ApiFunction {
        function: HostFunction::Regex(RegexFunction::FindAll),
        module: Some("regex"),
        name: "find_all",
        parameters: &[PATTERN, TEXT],
        returns: "array",
        doc: "All the places of the text that the pattern fits, as strings.",
        example: r#"regex::find_all(`\d+`, "3 of 14")"#,
        errors: ERRORS,
    },
    ApiFunction {
        function: HostFunction::Regex(RegexFunction::Captures),
        module: Some("regex"),
        name: "captures",
        parameters: &[PATTERN, TEXT],
        returns: "map or ()",
        doc: "The first match or `()`: `text`, `start` and `end` (in characters), `groups` (what stands in brackets, `()` where one took no part), `named` (those with names).",
        example: r#"regex::captures(`(?<key>\w+)=(\d+)`, "a=1").named.key"#,
        errors: ERRORS,
    },
    ApiFunction {
        function: HostFunction::Regex(RegexFunction::CapturesAll),
        module: Some("regex"),
        name: "captures_all",
        parameters: &[PATTERN, TEXT],
        returns: "array",
        doc: "All matches, each as `regex::captures` gives it.",
        example: r#"regex::captures_all(`(\w+)=(\d+)`, "a=1 b=2").map(|it| it.groups[1])"#,
        errors: ERRORS,
    },
    ApiFunction {
        function: HostFunction::Regex(RegexFunction::Replace),
        module: Some("regex"),
        name: "replace",
        parameters: &[PATTERN, TEXT, required("replacement", "string")],
        returns: "string",
        doc: "The text with every match replaced. In the replacement `$1` or `${name}` stands for a group, `$$` for a dollar.",
        example: r#"regex::replace(`(\d+) EUR`, "12 EUR", "€ $1")"#,
        errors: "Fails when the pattern cannot be compiled, or text or replacement is no string.",
    },
    ApiFunction {
        function: HostFunction::Regex(RegexFunction::Split),
        module: Some("regex"),
        name: "split",
        parameters: &[PATTERN, TEXT],
        returns: "array",
        doc: "What stands between the matches, as strings.",
        example: r#"regex::split(`\s*[,;]\s*`, "a, b;c")"#,
        errors: ERRORS,
    },
];

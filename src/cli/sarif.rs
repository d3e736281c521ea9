//! Findings as SARIF 2.1.0, which CI systems show beside the code.
//!
//! The form is that of the standard: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.

use super::check::relative;
use crate::domain::{Diagnostic, Fix, Rule, Severity, TextRange};
use crate::platform::findings::Finding;
use crate::platform::rules;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use std::path::Path;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// The folder that paths start from; whoever reads the log knows where it lies.
const BASE: &str = "%SRCROOT%";
/// What a path is written with in a URI.
const IN_PATHS: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// One run with these findings, their paths from `root`.
pub(super) fn log(findings: &[Finding], root: &Path) -> Value {
    let rules: Vec<&Rule> = rules::all().collect();
    let results: Vec<Value> = findings.iter().map(|it| result(it, root, &rules)).collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "lambdeck",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(|it| rule(it)).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn rule(rule: &Rule) -> Value {
    let mut help = format!("{}.\n\n{}", rule.doc, rule.explanation);
    let mut markdown = help.clone();
    for (title, example) in [("Wrong", rule.bad), ("Right", rule.good)] {
        if !example.is_empty() {
            help.extend(["\n\n", title, ":\n\n", example]);
            markdown.extend(["\n\n", title, ":\n\n```rust\n", example, "\n```"]);
        }
    }
    json!({
        "id": rule.code,
        "shortDescription": { "text": format!("{}.", rule.doc) },
        "fullDescription": { "text": rule.explanation },
        "help": { "text": help, "markdown": markdown },
        "defaultConfiguration": { "level": level(rule.severity) },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Hint => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

fn result(finding: &Finding, root: &Path, rules: &[&Rule]) -> Value {
    let Diagnostic { severity, code, message, range, help, fixes } = &finding.diagnostic;
    let help = help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
    let path = relative(&finding.path, root).to_string_lossy().replace('\\', "/");
    let artifact =
        json!({ "uri": utf8_percent_encode(&path, IN_PATHS).to_string(), "uriBaseId": BASE });
    let mut place = json!({ "artifactLocation": artifact });
    if finding.source.is_some() {
        place["region"] = region(*range);
    }
    let mut result = json!({
        "ruleId": code,
        "level": level(*severity),
        "message": { "text": format!("{message}{help}") },
        "locations": [{ "physicalLocation": place }],
    });
    if let Some(index) = rules.iter().position(|it| it.code == *code) {
        result["ruleIndex"] = index.into();
    }
    if !fixes.is_empty() {
        result["fixes"] = fixes.iter().map(|it| fix(it, &artifact)).collect();
    }
    result
}

fn region(range: TextRange) -> Value {
    json!({
        "startLine": range.start.line,
        "startColumn": range.start.column,
        "endLine": range.end.line,
        "endColumn": range.end.column,
    })
}

fn fix(fix: &Fix, artifact: &Value) -> Value {
    let replacements: Vec<Value> = fix
        .edits
        .iter()
        .map(|edit| json!({ "deletedRegion": region(edit.range), "insertedContent": { "text": edit.text } }))
        .collect();
    json!({
        "description": { "text": fix.title },
        "artifactChanges": [{ "artifactLocation": artifact, "replacements": replacements }],
    })
}

//! Findings of the JSON Schema crate in few plain words.

use crate::domain::Severity;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{JsonType, ValidationError};
use serde_json::Value;

/// The most choices that a message lists.
const LISTED_CHOICES: usize = 8;
/// The most characters of a message that is not ours.
const MESSAGE_CHARS: usize = 160;

pub(super) const fn severity(kind: &Kind) -> Severity {
    match kind {
        Kind::Type { .. }
        | Kind::Required { .. }
        | Kind::AnyOf { .. }
        | Kind::OneOfNotValid { .. }
        | Kind::FalseSchema => Severity::Error,
        _ => Severity::Warning,
    }
}

pub(super) fn message(error: &ValidationError<'_>) -> String {
    match error.kind() {
        Kind::Type { kind } => format!("{} expected", types(kind)),
        Kind::Required { property } => format!("`{}` is missing", plain(property)),
        Kind::Enum { options } => format!("{} expected", choices(options)),
        Kind::Constant { expected_value } => format!("{} expected", plain(expected_value)),
        Kind::Format { format } => format!("{} expected", form(format)),
        Kind::Pattern { pattern } => format!("text of the pattern `{pattern}` expected"),
        Kind::Minimum { limit } => format!("at least {limit} expected"),
        Kind::Maximum { limit } => format!("at most {limit} expected"),
        Kind::ExclusiveMinimum { limit } => format!("more than {limit} expected"),
        Kind::ExclusiveMaximum { limit } => format!("less than {limit} expected"),
        Kind::MinLength { limit } => format!("at least {} expected", count(*limit, "character")),
        Kind::MaxLength { limit } => format!("at most {} expected", count(*limit, "character")),
        Kind::MinItems { limit } => format!("at least {} expected", count(*limit, "item")),
        Kind::MaxItems { limit } => format!("at most {} expected", count(*limit, "item")),
        Kind::UniqueItems => "an item appears twice".into(),
        Kind::AnyOf { .. } | Kind::OneOfNotValid { .. } => "none of the allowed forms".into(),
        Kind::FalseSchema => "nothing is allowed here".into(),
        Kind::Not { .. } => "the schema forbids this value".into(),
        _ => short(error),
    }
}

/// The crate's own message without the value, which may be large, and not too long.
pub(super) fn short(error: &ValidationError<'_>) -> String {
    let text = error.masked().to_string();
    match text.char_indices().nth(MESSAGE_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn types(kind: &TypeKind) -> String {
    let mut types: Vec<JsonType> = match kind {
        TypeKind::Single(one) => vec![*one],
        TypeKind::Multiple(set) => set.iter().collect(),
    };
    types.sort_by_key(|one| *one == JsonType::Null);
    let names: Vec<_> = types.iter().map(ToString::to_string).collect();
    names.join(" or ")
}

fn choices(options: &Value) -> String {
    let Value::Array(options) = options else { return plain(options) };
    let named: Vec<_> = options.iter().take(LISTED_CHOICES).map(plain).collect();
    match options.len() {
        1 => named.concat(),
        all if all > LISTED_CHOICES => format!("one of {}, … ({all} in all)", named.join(", ")),
        _ => format!("one of {}", named.join(", ")),
    }
}

fn form(format: &str) -> String {
    let known = match format {
        "uuid" => "a UUID",
        "ipv4" => "an IPv4 address",
        "ipv6" => "an IPv6 address",
        "email" => "an e-mail address",
        "uri" => "a URI",
        "date" => "a date such as 2026-03-09",
        "date-time" => "a date and time such as 2026-03-09T09:12:04Z",
        other => return format!("text of the format `{other}`"),
    };
    known.into()
}

fn count(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// A value of the schema as a person would say it: strings without quotes.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

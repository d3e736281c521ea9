//! JSON text to values and back.

use super::arguments::{argument, text};
use super::{Arguments, Refusal, Returned};
use crate::domain::payload;
use crate::language::api::JsonFunction;
use crate::language::json::Document;
use crate::runtime::worker::json_text;
use rhai::Dynamic;

/// The longest JSON text a script can make, in bytes.
const TEXT_BYTES: usize = 16 * 1024 * 1024;

pub(super) fn call(function: JsonFunction, arguments: Arguments) -> Returned {
    match function {
        JsonFunction::Parse => parse(arguments),
        JsonFunction::Print => print(arguments),
        JsonFunction::PrintPretty => print_pretty(arguments),
    }
}

fn parse(arguments: Arguments) -> Returned {
    parsed(&text(arguments, 0, "text")?)
}

/// The value that a JSON text stands for.
pub(super) fn parsed(text: &str) -> Returned {
    payload::check_json(text).map_err(|error| {
        let (message, place) = match Document::parse(text) {
            Ok(_) => (error.message, error.place),
            Err(syntax) => (format!("not JSON: {}", syntax.message), Some(syntax.range.start)),
        };
        let place = place.map_or_else(String::new, |place| {
            format!(", line {}, column {} of the text", place.line, place.column)
        });
        Refusal::Because(format!("{message}{place}"))
    })?;
    serde_json::from_str(text).map_err(|error| Refusal::Because(error.to_string()))
}

fn print(arguments: Arguments) -> Returned {
    written(arguments).map(Into::into)
}

fn print_pretty(arguments: Arguments) -> Returned {
    let text = written(arguments)?;
    let value: serde_json::Value =
        serde_json::from_str(&text).map_err(|error| Refusal::Because(error.to_string()))?;
    Ok(format!("{value:#}").into())
}

fn written(arguments: Arguments) -> Result<String, Refusal> {
    let value: &Dynamic = argument(arguments, 0);
    json_text::strict(value, TEXT_BYTES).map_err(|error| {
        Refusal::Because(format!("`value{}` {}, which JSON cannot say", error.path, error.problem))
    })
}

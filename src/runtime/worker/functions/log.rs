//! The log.

use super::Arguments;
use crate::domain::Level;
use crate::language::api::LogFunction;
use crate::runtime::protocol::{LOG_EXTRA_BYTES, LOG_MESSAGE_BYTES, WireLog};
use crate::runtime::worker::{json_text, outbox};
use rhai::{Dynamic, Position};
use std::time::{SystemTime, UNIX_EPOCH};

pub(super) fn call(function: LogFunction, position: Position, arguments: Arguments) -> Dynamic {
    match function {
        LogFunction::Debug => values(Level::Debug, position, arguments),
        LogFunction::Info => values(Level::Info, position, arguments),
        LogFunction::Warn => values(Level::Warn, position, arguments),
        LogFunction::Error => values(Level::Error, position, arguments),
        LogFunction::Print => print(position, arguments),
        LogFunction::PrintDebug => debug(position, arguments),
    }
}

/// `log::info(message, extras...)` and its likes.
fn values(level: Level, position: Position, arguments: Arguments) -> Dynamic {
    let message = arguments.first().map_or_else(String::new, |it| readable(it));
    let extras = arguments.iter().skip(1);
    let extras = extras.map(|it| json_text::lenient(it, LOG_EXTRA_BYTES)).collect();
    outbox::log(WireLog { at_ms: now_ms(), level, line: line(position), message, extras });
    Dynamic::UNIT
}

/// `print(value)`.
fn print(position: Position, arguments: Arguments) -> Dynamic {
    let text = arguments.first().map_or_else(String::new, |it| readable(it));
    write(Level::Info, line(position), text);
    Dynamic::UNIT
}

/// `debug(value)`.
fn debug(position: Position, arguments: Arguments) -> Dynamic {
    let text = match arguments.first() {
        Some(value) if value.is_string() => json_text::lenient(value, LOG_MESSAGE_BYTES),
        Some(value) => readable(value),
        None => String::new(),
    };
    write(Level::Debug, line(position), text);
    Dynamic::UNIT
}

fn write(level: Level, line: Option<u32>, message: String) {
    outbox::log(WireLog { at_ms: now_ms(), level, line, message, extras: Vec::new() });
}

fn readable(value: &Dynamic) -> String {
    json_text::readable(value, LOG_MESSAGE_BYTES)
}

fn line(position: Position) -> Option<u32> {
    position.line().map(|line| line as u32)
}

fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}

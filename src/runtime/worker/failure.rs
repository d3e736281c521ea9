//! The engine's errors in plain words.

use super::json_text::{self, NotJson};
use super::words::{self, Known};
use crate::domain::run::Frame;
use crate::domain::{Failure, FailureKind, Place};
use crate::language::engine::{CALL_LEVELS, ENTRY_POINT};
use crate::runtime::outcome;
use crate::runtime::protocol::{Assignment, THROWN_BYTES};
use rhai::{Dynamic, EvalAltResult, Position};
use serde_json::Value;
use std::time::Duration;

/// The most bytes of a thrown value in the message.
const MESSAGE_BYTES: usize = 2_000;

/// The failure that `error` is. `refusal` is what a host function last refused, to tell it from what a script throws.
pub(super) fn of(error: &EvalAltResult, refusal: Option<&str>, known: Known) -> Failure {
    let (place, stack) = whereabouts(error);
    let failure = match error.unwrap_inner() {
        EvalAltResult::ErrorRuntime(thrown, _) => threw(thrown, refusal),
        inner => words::explain(inner, known),
    };
    Failure { stack, ..failure.at(place) }
}

/// Where the error arose, and the calls that led there, innermost first.
pub(super) fn whereabouts(error: &EvalAltResult) -> (Option<Place>, Vec<Frame>) {
    let mut calls = Vec::new();
    let mut at = error;
    loop {
        match at {
            EvalAltResult::ErrorInFunctionCall(name, _, inner, call) => {
                calls.push((name.as_str(), place_of(*call)));
                at = inner;
            }
            EvalAltResult::ErrorInModule(_, inner, _) => at = inner,
            _ => break,
        }
    }
    let place = place_of(at.position()).or_else(|| calls.last().and_then(|(_, call)| *call));
    let mut stack = Vec::with_capacity(calls.len() + 1);
    let mut running_at = place;
    for (name, call) in calls.into_iter().rev() {
        stack.push(Frame { function: readable_name(name), place: running_at });
        running_at = call;
    }
    stack.push(Frame { function: ENTRY_POINT.to_owned(), place: running_at });
    (place, stack)
}

fn readable_name(name: &str) -> String {
    if name.starts_with("anon$") { "closure".to_owned() } else { name.to_owned() }
}

fn place_of(position: Position) -> Option<Place> {
    let line = position.line()? as u32;
    Some(Place::new(line, position.position().unwrap_or(1) as u32))
}

fn threw(thrown: &Dynamic, refusal: Option<&str>) -> Failure {
    let message_of = |map: &rhai::Map| {
        map.get("message").and_then(|it| it.as_immutable_string_ref().ok().map(|it| it.to_string()))
    };
    let message = thrown.as_map_ref().ok().and_then(|map| message_of(&map));
    if let (Some(message), Some(refusal)) = (&message, refusal)
        && message == refusal
    {
        return Failure::new(FailureKind::Script, message.clone());
    }
    let text = match message {
        Some(message) if !message.is_empty() => json_text::cut(&message, MESSAGE_BYTES),
        _ if thrown.is_unit() => "threw nothing".to_owned(),
        _ if thrown.is_string() => json_text::readable(thrown, MESSAGE_BYTES),
        _ => format!("threw {}", json_text::readable(thrown, MESSAGE_BYTES)),
    };
    let json = json_text::lenient(thrown, THROWN_BYTES);
    let value = serde_json::from_str(&json).unwrap_or(Value::String(json));
    Failure { thrown: Some(value), ..Failure::new(FailureKind::Threw, text) }
}

/// Functions call each other too deeply.
pub(super) fn too_many_calls() -> Failure {
    let message = format!("functions call each other more than {CALL_LEVELS} deep");
    Failure::new(FailureKind::TooDeep, message)
        .with_help("does a function call itself without an end?")
}

pub(super) fn memory_exceeded(assignment: &Assignment) -> Failure {
    outcome::memory_exceeded(assignment.memory_bytes)
}

pub(super) fn timed_out(assignment: &Assignment) -> Failure {
    outcome::timed_out(Duration::from_millis(assignment.deadline_ms))
}

/// The lambda returned what JSON cannot say.
pub(super) fn bad_result(error: &NotJson) -> Failure {
    let subject = match error.path.as_str() {
        "" => "the result".to_owned(),
        path => format!("`result{path}`"),
    };
    let message = format!("{subject} {}, so it cannot be sent as JSON", error.problem);
    Failure::new(FailureKind::BadResult, message)
        .with_help("return strings, numbers, booleans, lists, maps or nothing")
}

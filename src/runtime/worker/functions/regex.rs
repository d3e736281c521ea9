//! Regular expressions, found in time linear in the text.
//!
//! What is compiled is kept for the run. Positions count characters, as Rhai does.

use super::arguments::{argument, mismatch, text, text_of};
use super::{Arguments, Refusal, Returned, Session};
use crate::language::api::RegexFunction;
use regex::{Captures, Regex, RegexBuilder};
use rhai::{Array, Dynamic, INT, ImmutableString, Map};
use std::cell::RefCell;
use std::rc::Rc;

/// Patterns kept compiled.
const PATTERNS_KEPT: usize = 64;
/// What one compiled pattern may take, in bytes.
const PATTERN_BYTES: usize = 2 * 1024 * 1024;

/// The patterns of a run, the latest last.
#[derive(Default)]
pub(in crate::runtime::worker) struct Patterns(RefCell<Vec<Rc<Regex>>>);

impl Patterns {
    /// Forgets all.
    pub(in crate::runtime::worker) fn clear(&self) {
        self.0.borrow_mut().clear();
    }

    fn get(&self, pattern: &str) -> Result<Rc<Regex>, Refusal> {
        let mut kept = self.0.borrow_mut();
        let known = kept.iter().rposition(|it| it.as_str() == pattern);
        let regex = match known {
            Some(index) => kept.remove(index),
            None => Rc::new(compiled(pattern)?),
        };
        if kept.len() >= PATTERNS_KEPT {
            kept.remove(0);
        }
        kept.push(Rc::clone(&regex));
        Ok(regex)
    }
}

fn compiled(pattern: &str) -> Result<Regex, Refusal> {
    let built = RegexBuilder::new(pattern).size_limit(PATTERN_BYTES).build();
    built.map_err(|error| {
        Refusal::Because(match error {
            regex::Error::CompiledTooBig(_) => {
                "`pattern` is too big; repeat less, as in `x{1,100}`".to_owned()
            }
            // The last line says what is wrong, those before point at it.
            other => {
                let text = other.to_string();
                let reason = text.lines().last().unwrap_or_default();
                format!("`pattern` {pattern:?}: {}", reason.trim_start_matches("error: "))
            }
        })
    })
}

pub(super) fn call(function: RegexFunction, session: &Session, arguments: Arguments) -> Returned {
    let regex = session.patterns.get(&text(arguments, 0, "pattern")?)?;
    let value = argument(arguments, 1);
    let Ok(text) = value.as_immutable_string_ref() else {
        return Err(mismatch("text", "a string", value));
    };
    match function {
        RegexFunction::Test => Ok(regex.is_match(&text).into()),
        RegexFunction::Find => Ok(regex.find(&text).map_or(Dynamic::UNIT, |it| it.as_str().into())),
        RegexFunction::FindAll => {
            let found: Array = regex.find_iter(&text).map(|it| it.as_str().into()).collect();
            Ok(found.into())
        }
        RegexFunction::Captures => {
            let mut place = Place::default();
            let found = regex.captures(&text);
            Ok(found.map_or(Dynamic::UNIT, |it| captured(&regex, &text, &it, &mut place)))
        }
        RegexFunction::CapturesAll => {
            let mut place = Place::default();
            let found = regex.captures_iter(&text);
            let found: Array = found.map(|it| captured(&regex, &text, &it, &mut place)).collect();
            Ok(found.into())
        }
        RegexFunction::Replace => {
            let replacement = text_of(argument(arguments, 2), "replacement")?;
            Ok(regex.replace_all(&text, replacement).into_owned().into())
        }
        RegexFunction::Split => {
            let parts: Array = regex.split(&text).map(Into::into).collect();
            Ok(parts.into())
        }
    }
}

/// A place in a text that is walked through once, in bytes and in characters.
#[derive(Default)]
struct Place {
    byte: usize,
    character: usize,
}

impl Place {
    fn advance(&mut self, text: &ImmutableString, byte: usize) -> INT {
        self.character += text[self.byte..byte].chars().count();
        self.byte = byte;
        self.character as INT
    }
}

fn captured(
    regex: &Regex,
    text: &ImmutableString,
    captures: &Captures,
    place: &mut Place,
) -> Dynamic {
    let whole = captures.get_match();
    let value = |found: Option<regex::Match>| found.map_or(Dynamic::UNIT, |it| it.as_str().into());
    let groups: Array = captures.iter().skip(1).map(value).collect();
    let names = regex.capture_names().flatten();
    let named: Map = names.map(|name| (name.into(), value(captures.name(name)))).collect();
    let mut map = Map::new();
    map.insert("text".into(), whole.as_str().into());
    map.insert("start".into(), place.advance(text, whole.start()).into());
    map.insert("end".into(), place.advance(text, whole.end()).into());
    map.insert("groups".into(), groups.into());
    map.insert("named".into(), named.into());
    map.into()
}

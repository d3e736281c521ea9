//! What a call was given, read and checked.
//!
//! A refusal names the parameter, says what it takes and what came. Options are maps; a field that a function does not
//! know is refused with the name that was probably meant, because an option that is silently ignored is worse than none.

use super::{Arguments, Refusal};
use crate::language::nearest::nearest;
use crate::runtime::worker::words::with_article;
use rhai::{Dynamic, INT, Map};

/// The argument with `index`; the engine never calls with fewer than were registered.
pub(super) fn argument<'a>(arguments: &'a [&mut Dynamic], index: usize) -> &'a Dynamic {
    arguments.get(index).map_or(const { &Dynamic::UNIT }, |it| &**it)
}

/// The argument with `index` as text.
pub(super) fn text(
    arguments: &[&mut Dynamic],
    index: usize,
    name: &str,
) -> Result<String, Refusal> {
    text_of(argument(arguments, index), name)
}

/// The argument with `index` as a whole number.
pub(super) fn int(arguments: &[&mut Dynamic], index: usize, name: &str) -> Result<INT, Refusal> {
    int_of(argument(arguments, index), name)
}

/// The argument with `index` as bytes: a string's or a blob's.
pub(super) fn bytes(
    arguments: &[&mut Dynamic],
    index: usize,
    name: &str,
) -> Result<Vec<u8>, Refusal> {
    let value = argument(arguments, index);
    if let Ok(blob) = value.as_blob_ref() {
        return Ok(blob.clone());
    }
    match value.as_immutable_string_ref() {
        Ok(text) => Ok(text.as_bytes().to_vec()),
        Err(_) => Err(mismatch(name, "a string or a blob", value)),
    }
}

/// The argument with `index` as a map.
pub(super) fn map(arguments: &[&mut Dynamic], index: usize, name: &str) -> Result<Map, Refusal> {
    map_of(argument(arguments, index), name)
}

/// The argument with `index` as text where it is given.
pub(super) fn optional_text(
    arguments: &[&mut Dynamic],
    index: usize,
    name: &str,
) -> Result<Option<String>, Refusal> {
    let value = argument(arguments, index);
    if value.is_unit() { Ok(None) } else { text_of(value, name).map(Some) }
}

pub(super) fn text_of(value: &Dynamic, name: &str) -> Result<String, Refusal> {
    match value.as_immutable_string_ref() {
        Ok(text) => Ok(text.to_string()),
        Err(_) => Err(mismatch(name, "a string", value)),
    }
}

pub(super) fn int_of(value: &Dynamic, name: &str) -> Result<INT, Refusal> {
    value.as_int().map_err(|_| mismatch(name, "an int", value))
}

pub(super) fn map_of(value: &Dynamic, name: &str) -> Result<Map, Refusal> {
    match value.as_map_ref() {
        Ok(map) => Ok(map.clone()),
        Err(_) => Err(mismatch(name, "a map", value)),
    }
}

/// A value as it is written into a query or a cell: a string as it is, a number or a bool in digits and letters.
pub(super) fn scalar_of(value: &Dynamic, name: &str) -> Result<String, Refusal> {
    if let Ok(text) = value.as_immutable_string_ref() {
        return Ok(text.to_string());
    }
    if value.is_int() || value.is_float() || value.is_bool() || value.is_char() {
        return Ok(value.to_string());
    }
    Err(mismatch(name, "a string, a number or a bool", value))
}

/// `name` is not what came.
pub(super) fn mismatch(name: &str, wanted: &str, value: &Dynamic) -> Refusal {
    Refusal::Because(format!("`{name}` is {wanted}, this is {}", with_article(value.type_name())))
}

/// A word out of a few.
pub(super) fn one_of<T: Copy>(
    text: &str,
    name: &str,
    choices: &[(&'static str, T)],
) -> Result<T, Refusal> {
    if let Some((_, choice)) = choices.iter().find(|(word, _)| *word == text) {
        return Ok(*choice);
    }
    let words: Vec<_> = choices.iter().map(|(word, _)| format!("\"{word}\"")).collect();
    Err(Refusal::Because(format!("`{name}` is {}, this is {text:?}", alternatives(&words))))
}

/// `a, b or c`.
pub(super) fn alternatives(words: &[String]) -> String {
    match words {
        [rest @ .., last] if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => words.concat(),
    }
}

/// A map of named fields, of which only certain ones may be there. A field that is `()` counts as left out.
pub(super) struct Fields {
    map: Map,
    name: String,
}

impl Fields {
    /// The argument with `index`, which may be left out.
    pub(super) fn of(
        arguments: &Arguments,
        index: usize,
        name: &str,
        known: &[&'static str],
    ) -> Result<Self, Refusal> {
        Self::read(argument(arguments, index), name, known)
    }

    /// The map `value`, which may be left out.
    pub(super) fn read(
        value: &Dynamic,
        name: &str,
        known: &[&'static str],
    ) -> Result<Self, Refusal> {
        let map = if value.is_unit() { Map::new() } else { map_of(value, name)? };
        if let Some(key) = map.keys().find(|key| !known.contains(&key.as_str())) {
            let advice = match nearest(key, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it takes {}", known.join(", ")),
            };
            return Err(Refusal::Because(format!("`{name}` has no field `{key}`; {advice}")));
        }
        Ok(Self { map, name: name.to_owned() })
    }

    pub(super) fn get(&self, key: &str) -> Option<&Dynamic> {
        self.map.get(key).filter(|it| !it.is_unit())
    }

    /// The field as it is named in a refusal.
    pub(super) fn path(&self, key: &str) -> String {
        format!("{}.{key}", self.name)
    }

    pub(super) fn text(&self, key: &str) -> Result<Option<String>, Refusal> {
        self.get(key).map(|it| text_of(it, &self.path(key))).transpose()
    }

    pub(super) fn needed_text(&self, key: &str) -> Result<String, Refusal> {
        self.text(key)?.ok_or_else(|| Refusal::Because(format!("`{}` is missing", self.path(key))))
    }

    pub(super) fn int(&self, key: &str) -> Result<Option<INT>, Refusal> {
        self.get(key).map(|it| int_of(it, &self.path(key))).transpose()
    }

    pub(super) fn bool(&self, key: &str) -> Result<Option<bool>, Refusal> {
        let read = |it: &Dynamic| it.as_bool().map_err(|_| mismatch(&self.path(key), "a bool", it));
        self.get(key).map(read).transpose()
    }

    pub(super) fn map(&self, key: &str) -> Result<Option<Map>, Refusal> {
        self.get(key).map(|it| map_of(it, &self.path(key))).transpose()
    }
}

//! JSON with places: where each value of a text stands, and what keeps a text from being JSON.
//!
//! Owns the reading of a payload as a person types it. A text either is JSON, then [`Document`] knows its value and the
//! place of each part, or it is not, then one [`Diagnostic`] says where it goes wrong and in plain words why. It accepts
//! exactly what `serde_json` accepts, which is what a run gets to see. It must not know schemas, events or the editor.

mod fault;
mod lines;
mod reader;
mod scalar;

use crate::domain::{Diagnostic, Place, TextRange};
use lines::Lines;
use reader::{Kind, Node, Reading};
use serde_json::Value;
use std::borrow::Cow;
use std::ops::Range;

/// The most objects and arrays that may stand in each other; `serde_json` stops there too.
pub const NESTING_LIMIT: usize = 127;

/// A text that is JSON, with the place of each of its values. Values are named by JSON Pointers (RFC 6901): the empty
/// one is the whole document, `/payload/general` a member of a member, `/list/0` the first item of an array.
#[derive(Clone, Debug)]
pub struct Document {
    text: Box<str>,
    lines: Lines,
    reading: Reading,
    value: Value,
    warnings: Vec<Diagnostic>,
}

impl Document {
    /// Reads `text`; the error is its first fault, of the code `json-syntax`. Time and memory grow with the length of the
    /// text and no faster, however deeply it is nested.
    pub fn parse(text: &str) -> Result<Self, Diagnostic> {
        let lines = Lines::new(text);
        let syntax = |range: Range<usize>, message: String| {
            Diagnostic::error("json-syntax", message, lines.range(text, range))
        };
        let reading = reader::read(text).map_err(|fault| {
            let found = syntax(fault.range, fault.message);
            if let Some(help) = fault.help { found.with_help(help) } else { found }
        })?;
        // What the reader lets pass and serde_json does not is a number on the brink of what a float can hold.
        let value = serde_json::from_str(text).map_err(|error| {
            let offset = lines.byte_column(text, error.line(), error.column());
            let message = error.to_string();
            syntax(
                offset..offset + 1,
                message.split(" at line").next().unwrap_or_default().to_owned(),
            )
        })?;
        let twice = |key: &Range<usize>| {
            let message =
                format!("the key {} appears twice; the last one counts", &text[key.clone()]);
            Diagnostic::warning("duplicate-key", message, lines.range(text, key.clone()))
        };
        let warnings = reading.repeated_keys.iter().map(twice).collect();
        Ok(Self { text: text.into(), lines, reading, value, warnings })
    }

    /// The value of the whole document.
    pub const fn value(&self) -> &Value {
        &self.value
    }

    /// What is allowed but hardly meant: keys that appear twice in an object (code `duplicate-key`).
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// Where the value at `pointer` stands, without its key.
    pub fn locate(&self, pointer: &str) -> Option<TextRange> {
        let node = self.node(self.find(pointer)?);
        Some(self.lines.range(&self.text, node.bytes()))
    }

    /// Where the key of the value at `pointer` stands, with its quotes; items of arrays and the document have none.
    pub fn key_range(&self, pointer: &str) -> Option<TextRange> {
        let key = self.node(self.find(pointer)?).key_bytes()?;
        Some(self.lines.range(&self.text, key))
    }

    /// The pointer of the innermost value around `place`: its key counts as part of it, and so does the place just
    /// behind its end, where a cursor stands after typing it. Outside of the document there is none.
    pub fn pointer_at(&self, place: Place) -> Option<String> {
        let offset = self.lines.offset(&self.text, place)?;
        let (mut pointer, mut at) = (String::new(), 0);
        if !self.node(at).is_around(offset) {
            return None;
        }
        loop {
            let inner = self.inner(at);
            let begun = inner.partition_point(|child| self.node(*child).begins_until(offset));
            let Some(index) = begun.checked_sub(1) else { return Some(pointer) };
            if !self.node(inner[index]).is_around(offset) {
                return Some(pointer);
            }
            at = inner[index];
            pointer.push('/');
            match self.key(at) {
                Some(key) => pointer.push_str(&escape(&key)),
                None => pointer.push_str(&index.to_string()),
            }
        }
    }

    /// The node at `pointer`; of keys that appear twice the last one, as in the value.
    fn find(&self, pointer: &str) -> Option<u32> {
        let mut at = 0;
        for step in tokens(pointer)? {
            let inner = self.inner(at);
            at = match self.node(at).kind {
                Kind::Scalar => return None,
                Kind::Array => *inner.get(index(&step)?)?,
                Kind::Object => {
                    let named = |child: &&u32| self.key(**child).is_some_and(|key| key == step);
                    *inner.iter().rfind(named)?
                }
            };
        }
        Some(at)
    }

    fn node(&self, index: u32) -> &Node {
        &self.reading.nodes[index as usize]
    }

    /// The nodes directly in `of`.
    fn inner(&self, of: u32) -> &[u32] {
        &self.reading.inner[self.node(of).inner()]
    }

    fn key(&self, node: u32) -> Option<Cow<'_, str>> {
        self.node(node).key_bytes().map(|key| reader::unquote(&self.text[key]))
    }
}

/// The unescaped steps of a JSON Pointer; a text that is none has no steps.
pub(crate) fn tokens(pointer: &str) -> Option<Vec<Cow<'_, str>>> {
    if pointer.is_empty() {
        return Some(Vec::new());
    }
    let steps = pointer.strip_prefix('/')?.split('/');
    Some(
        steps
            .map(|step| {
                if step.contains('~') {
                    step.replace("~1", "/").replace("~0", "~").into()
                } else {
                    step.into()
                }
            })
            .collect(),
    )
}

/// A key as a step of a JSON Pointer.
pub(crate) fn escape(key: &str) -> Cow<'_, str> {
    if key.contains(['~', '/']) {
        key.replace('~', "~0").replace('/', "~1").into()
    } else {
        key.into()
    }
}

/// The index that a step of a JSON Pointer names: digits without a leading zero.
pub(crate) fn index(token: &str) -> Option<usize> {
    let plain = token == "0" || token.starts_with(|c: char| ('1'..='9').contains(&c));
    if plain && token.bytes().all(|byte| byte.is_ascii_digit()) { token.parse().ok() } else { None }
}

#[cfg(test)]
mod tests;

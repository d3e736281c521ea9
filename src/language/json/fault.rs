//! What keeps a text from being JSON, in plain words and at the exact place.

use super::reader::{Kind, Reader};
use std::ops::Range;

/// Why a text is not JSON.
#[derive(Debug)]
pub(super) struct Fault {
    /// Bytes of the text, or the one behind it.
    pub(super) range: Range<usize>,
    pub(super) message: String,
    pub(super) help: Option<&'static str>,
}

/// A fault without advice.
pub(super) fn fault(range: Range<usize>, message: impl Into<String>) -> Fault {
    Fault { range, message: message.into(), help: None }
}

impl Reader<'_> {
    pub(super) fn no_value(&self) -> Fault {
        let Some(next) = self.peek() else { return self.open_at_end() };
        let token = self.token();
        let word = &self.text[token.clone()];
        let (message, help) = match next {
            b'\'' => ("strings stand in double quotes", Some("write \"text\" instead of 'text'")),
            b'/' => ("JSON has no comments", None),
            b'+' => ("a number has no `+` in front", None),
            b'.' => ("a digit is expected before the decimal point", None),
            b'}' | b']' | b',' | b':' => {
                return fault(token.clone(), format!("a value is expected before `{word}`"));
            }
            byte if is_word(byte) => {
                let help = match word.to_ascii_lowercase().as_str() {
                    "true" => Some("write true, in small letters"),
                    "false" => Some("write false, in small letters"),
                    "null" | "none" | "nil" | "undefined" => Some("write null"),
                    "nan" | "infinity" => Some("JSON has no such number; write null"),
                    _ => Some("text stands in double quotes"),
                };
                return Fault {
                    help,
                    ..fault(token.clone(), format!("`{word}` is no JSON value"))
                };
            }
            _ => {
                return fault(token.clone(), format!("a value is expected here, not `{word}`"));
            }
        };
        Fault { help, ..fault(token, message) }
    }

    /// The text ended where a value was to come.
    fn open_at_end(&self) -> Fault {
        match self.open.last().map(|open| self.reading.nodes[open.node].kind) {
            Some(Kind::Object) => self.unclosed('}', "object"),
            _ => self.unclosed(']', "array"),
        }
    }

    pub(super) fn unclosed(&self, own: char, name: &str) -> Fault {
        let start = self.open.last().map_or(0, |open| self.reading.nodes[open.node].start as usize);
        let line = 1 + self.text[..start].matches('\n').count();
        self.at_last(format!(
            "`{own}` is missing: the {name} that begins on line {line} is not closed"
        ))
    }

    /// No comma between two items: shown at the next one, or behind the last one when that is on an earlier line.
    pub(super) fn no_comma(&self, own: char) -> Fault {
        let before = self.text[..self.at].trim_end_matches(is_space);
        if self.text[before.len()..self.at].contains('\n') {
            return self.at_last(format!("expected `,` or `{own}` after this value"));
        }
        let token = self.token();
        let message = format!("expected `,` or `{own}`, not `{}`", &self.text[token.clone()]);
        fault(token, message)
    }

    /// A fault at the last character before here that is not white space.
    fn at_last(&self, message: String) -> Fault {
        let before = self.text[..self.at].trim_end_matches(is_space);
        let width = before.chars().next_back().map_or(1, char::len_utf8);
        fault(before.len().saturating_sub(width)..before.len(), message)
    }

    /// The letters, digits and underscores from here on.
    pub(super) fn word(&self) -> Range<usize> {
        let rest = &self.text.as_bytes()[self.at..];
        let length = rest.iter().position(|byte| !is_word(*byte)).unwrap_or(rest.len());
        self.at..self.at + length
    }

    /// What stands here, to be marked as wrong: a word, a number, or a character.
    pub(super) fn token(&self) -> Range<usize> {
        let rest = &self.text.as_bytes()[self.at..];
        let in_token = |byte: &u8| is_word(*byte) || matches!(byte, b'.' | b'+' | b'-');
        let length = rest.iter().position(|byte| !in_token(byte)).unwrap_or(rest.len());
        if length == 0 {
            self.at..self.behind_character(self.at)
        } else {
            self.at..self.at + length
        }
    }

    pub(super) fn behind_character(&self, offset: usize) -> usize {
        offset
            + self.text.get(offset..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
    }
}

/// Whether `byte` belongs to a bare word such as `true`.
pub(super) const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$')
}

const fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\n' | '\r' | '\t')
}

//! The reader: one pass over the bytes, a stack of its own, the first fault ends it.

use super::NESTING_LIMIT;
use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Object,
    List,
    Scalar,
}

/// A value in the text. Nodes stand in the order of the text, each before those inside it.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    start: u32,
    end: u32,
    /// The node behind this one and all inside it.
    next: u32,
    /// The key with its quotes; empty where there is none.
    key: Range<u32>,
}

impl Node {
    /// The value, without its key.
    pub(super) const fn bytes(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The key with its quotes.
    pub(super) fn key_bytes(&self) -> Option<Range<usize>> {
        (!self.key.is_empty()).then_some(self.key.start as usize..self.key.end as usize)
    }

    pub(super) const fn next(&self) -> usize {
        self.next as usize
    }

    /// Key or value, or the place just behind the value, is at `offset`.
    pub(super) fn is_around(&self, offset: usize) -> bool {
        let start = if self.key.is_empty() { self.start } else { self.key.start };
        (start as usize..=self.end as usize).contains(&offset)
    }
}

/// What a text holds.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// At least one node: the document.
    pub(super) nodes: Vec<Node>,
    /// Keys that their object had before.
    pub(super) repeated_keys: Vec<Range<usize>>,
}

/// Why a text is not JSON.
#[derive(Debug)]
pub(super) struct Fault {
    /// Bytes of the text, or the one behind it.
    pub(super) range: Range<usize>,
    pub(super) message: String,
    pub(super) help: Option<&'static str>,
}

/// Reads `text`.
pub(super) fn read(text: &str) -> Result<Reading, Fault> {
    if u32::try_from(text.len()).is_err() {
        return Err(fault(0..1, "the text is longer than 4 GiB"));
    }
    if text.starts_with('\u{feff}') {
        return Err(fault(0..3, "the text begins with a byte order mark; save it without one"));
    }
    let mut reader =
        Reader { text, at: 0, comma: None, reading: Reading::default(), open: Vec::new() };
    reader.document()?;
    Ok(reader.reading)
}

/// The text of a JSON string that stands in quotes and is without fault.
pub(super) fn unquote(quoted: &str) -> Cow<'_, str> {
    if quoted.contains('\\') {
        return serde_json::from_str::<String>(quoted).unwrap_or_default().into();
    }
    quoted[1..quoted.len() - 1].into()
}

fn fault(range: Range<usize>, message: impl Into<String>) -> Fault {
    Fault { range, message: message.into(), help: None }
}

struct Open<'a> {
    node: usize,
    keys: HashSet<Cow<'a, str>>,
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// The comma just read, behind which another item must come.
    comma: Option<usize>,
    reading: Reading,
    open: Vec<Open<'a>>,
}

impl Reader<'_> {
    fn document(&mut self) -> Result<(), Fault> {
        self.space();
        if self.peek().is_none() {
            return Err(fault(self.at..self.at + 1, "the text is empty; a JSON value is expected"));
        }
        self.value(0..0)?;
        while let Some(kind) = self.open.last().map(|open| self.reading.nodes[open.node].kind) {
            self.space();
            if self.close(kind)? {
                continue;
            }
            if kind == Kind::Object {
                let key = self.key()?;
                self.value(key)?;
            } else {
                self.value(0..0)?;
            }
        }
        self.space();
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(fault(self.token(), "nothing may follow the JSON value")),
        }
    }

    /// Between two items: takes the comma, or the end of the innermost object or list (then true).
    fn close(&mut self, kind: Kind) -> Result<bool, Fault> {
        let (own, name) = if kind == Kind::Object { (b'}', "object") } else { (b']', "array") };
        let first = self.open.last().is_some_and(|open| open.node + 1 == self.reading.nodes.len());
        match self.peek() {
            None => Err(self.unclosed(own as char, name)),
            Some(byte) if byte == own => {
                if let Some(comma) = self.comma {
                    let message = format!("no comma may stand before `{}`", own as char);
                    return Err(fault(comma..comma + 1, message));
                }
                self.at += 1;
                self.end_innermost();
                Ok(true)
            }
            Some(_) if first || self.comma.is_some() => Ok(false),
            Some(b',') => {
                self.comma = Some(self.at);
                self.at += 1;
                Ok(true)
            }
            Some(_) => Err(self.no_comma(own as char)),
        }
    }

    fn end_innermost(&mut self) {
        if let Some(open) = self.open.pop() {
            let next = self.reading.nodes.len() as u32;
            let node = &mut self.reading.nodes[open.node];
            (node.end, node.next) = (self.at as u32, next);
        }
    }

    fn key(&mut self) -> Result<Range<u32>, Fault> {
        let start = self.at;
        match self.peek() {
            Some(b'"') => self.string()?,
            Some(b'\'' | b'/') => return Err(self.no_value()),
            Some(byte) if is_word(byte) => {
                let found = fault(self.token(), "a key stands in double quotes");
                return Err(Fault { help: Some("write \"name\": instead of name:"), ..found });
            }
            _ => return Err(fault(self.token(), "a key in double quotes is expected here")),
        }
        let (text, key) = (self.text, start..self.at);
        let fresh =
            self.open.last_mut().is_none_or(|open| open.keys.insert(unquote(&text[key.clone()])));
        if !fresh {
            self.reading.repeated_keys.push(key.clone());
        }
        self.space();
        if self.peek() != Some(b':') {
            return Err(fault(key, "expected `:` and a value after this key"));
        }
        self.at += 1;
        self.space();
        Ok(key.start as u32..key.end as u32)
    }

    fn value(&mut self, key: Range<u32>) -> Result<(), Fault> {
        self.comma = None;
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::List,
            _ => Kind::Scalar,
        };
        let node = self.reading.nodes.len();
        if kind == Kind::Scalar {
            self.scalar()?;
        } else if self.open.len() == NESTING_LIMIT {
            let message = format!(
                "nested too deeply: at most {NESTING_LIMIT} objects and arrays may stand in each other"
            );
            return Err(fault(start..start + 1, message));
        } else {
            self.at += 1;
            self.open.push(Open { node, keys: HashSet::new() });
        }
        let (start, end, next) = (start as u32, self.at as u32, node as u32 + 1);
        self.reading.nodes.push(Node { kind, start, end, next, key });
        Ok(())
    }

    fn scalar(&mut self) -> Result<(), Fault> {
        match self.peek() {
            Some(b'"') => self.string(),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't' | b'f' | b'n')
                if ["true", "false", "null"].contains(&&self.text[self.word()]) =>
            {
                self.at = self.word().end;
                Ok(())
            }
            _ => Err(self.no_value()),
        }
    }

    fn string(&mut self) -> Result<(), Fault> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => self.escape()?,
                None | Some(b'\n' | b'\r') => {
                    return Err(fault(start..self.at, "the string is not closed; `\"` is missing"));
                }
                Some(byte) if byte < 0x20 => {
                    let message =
                        format!("a control character stands in a string as `\\u{byte:04x}`");
                    return Err(fault(self.at..self.at + 1, message));
                }
                Some(_) => self.at += 1,
            }
        }
        self.at += 1;
        Ok(())
    }

    /// Takes an escape; one for the first half of a surrogate pair takes the second, too.
    fn escape(&mut self) -> Result<(), Fault> {
        let start = self.at;
        self.at += 2;
        match self.text.as_bytes().get(start + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => return Ok(()),
            Some(b'u') => {}
            _ => {
                let range = start..self.behind_character(start + 1);
                let help = Some(
                    "the escapes are \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u with four hexadecimal digits",
                );
                return Err(Fault { help, ..fault(range, "no such escape") });
            }
        }
        let first = self.hexadecimal(start)?;
        let paired = match first {
            0xd800..=0xdbff if self.text[self.at..].starts_with("\\u") => {
                self.at += 2;
                (0xdc00..=0xdfff).contains(&self.hexadecimal(self.at - 2)?)
            }
            0xd800..=0xdfff => false,
            _ => true,
        };
        if paired {
            Ok(())
        } else {
            Err(fault(start..self.at, "half of a surrogate pair; the other half is missing"))
        }
    }

    fn hexadecimal(&mut self, start: usize) -> Result<u32, Fault> {
        let digits = self.text.as_bytes().get(self.at..self.at + 4).unwrap_or_default();
        if digits.len() < 4 || !digits.iter().all(u8::is_ascii_hexdigit) {
            return Err(fault(start..self.at, "four hexadecimal digits are expected after `\\u`"));
        }
        self.at += 4;
        let value = u32::from_str_radix(&self.text[self.at - 4..self.at], 16);
        Ok(value.unwrap_or_default())
    }

    fn number(&mut self) -> Result<(), Fault> {
        let start = self.at;
        let whole = self.token();
        let wrong = |message: &str| Err(fault(whole.clone(), message));
        self.at += usize::from(self.peek() == Some(b'-'));
        let leading_zero = self.peek() == Some(b'0');
        let digits = self.digits();
        if digits == 0 {
            return wrong("a digit is expected after `-`");
        }
        if leading_zero && digits > 1 {
            return wrong("a number has no zero in front");
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            if self.digits() == 0 {
                return wrong("a digit is expected after the decimal point");
            }
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            if self.digits() == 0 {
                return wrong("a digit is expected in the exponent");
            }
        }
        if self.peek().is_some_and(is_word) {
            return wrong("this is not a number");
        }
        match self.text[start..self.at].parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(()),
            _ => wrong("the number is too large"),
        }
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        self.at - start
    }

    fn no_value(&self) -> Fault {
        let token = self.token();
        let word = &self.text[token.clone()];
        let (message, help) = match self.peek() {
            None => return self.open_at_end(),
            Some(b'\'') => {
                ("strings stand in double quotes", Some("write \"text\" instead of 'text'"))
            }
            Some(b'/') => ("JSON has no comments", None),
            Some(b'+') => ("a number has no `+` in front", None),
            Some(b'.') => ("a digit is expected before the decimal point", None),
            Some(b'}' | b']' | b',' | b':') => {
                return fault(token.clone(), format!("a value is expected before `{word}`"));
            }
            Some(byte) if is_word(byte) => {
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
            Some(_) => {
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

    fn unclosed(&self, own: char, name: &str) -> Fault {
        let start = self.open.last().map_or(0, |open| self.reading.nodes[open.node].start as usize);
        let line = 1 + self.text[..start].matches('\n').count();
        self.at_last(format!(
            "`{own}` is missing: the {name} that begins on line {line} is not closed"
        ))
    }

    /// No comma between two items: shown at the next one, or behind the last one when that is on an earlier line.
    fn no_comma(&self, own: char) -> Fault {
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

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    /// The letters, digits and underscores from here on.
    fn word(&self) -> Range<usize> {
        let rest = &self.text.as_bytes()[self.at..];
        let length = rest.iter().position(|byte| !is_word(*byte)).unwrap_or(rest.len());
        self.at..self.at + length
    }

    /// What stands here, to be marked as wrong: a word, a number, or a character.
    fn token(&self) -> Range<usize> {
        let rest = &self.text.as_bytes()[self.at..];
        let in_token = |byte: &u8| is_word(*byte) || matches!(byte, b'.' | b'+' | b'-');
        let length = rest.iter().position(|byte| !in_token(byte)).unwrap_or(rest.len());
        if length == 0 {
            self.at..self.behind_character(self.at)
        } else {
            self.at..self.at + length
        }
    }

    fn behind_character(&self, offset: usize) -> usize {
        offset
            + self.text.get(offset..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
    }
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$')
}

const fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\n' | '\r' | '\t')
}

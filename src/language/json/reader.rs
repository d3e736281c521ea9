//! The reader: one pass over the bytes, a stack of its own, the first fault ends it.

use super::NESTING_LIMIT;
use super::fault::{Fault, fault, is_word};
use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Object,
    Array,
    Scalar,
}

/// A value in the text. Nodes stand in the order of the text, each before those inside it.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) start: u32,
    end: u32,
    /// Its members or items, as a stretch of [`Reading::inner`].
    inner: Range<u32>,
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

    /// Its members or items, as a stretch of [`Reading::inner`].
    pub(super) const fn inner(&self) -> Range<usize> {
        self.inner.start as usize..self.inner.end as usize
    }

    /// Key or value, or the place just behind the value, is at `offset`.
    pub(super) fn is_around(&self, offset: usize) -> bool {
        self.begins_until(offset) && offset <= self.end as usize
    }

    /// Its key or, without one, its value begins at `offset` or before.
    pub(super) fn begins_until(&self, offset: usize) -> bool {
        let start = if self.key.is_empty() { self.start } else { self.key.start };
        start as usize <= offset
    }
}

/// What a text holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Reading {
    /// At least one node: the document.
    pub(super) nodes: Vec<Node>,
    /// Indexes of nodes: those directly in an object or array stand together, in the order of the text.
    pub(super) inner: Vec<u32>,
    /// Keys that their object had before.
    pub(super) repeated_keys: Vec<Range<usize>>,
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

/// An object or array that is not closed yet.
pub(super) struct Open<'a> {
    pub(super) node: usize,
    /// The nodes directly in it so far.
    inner: Vec<u32>,
    /// The keys of an object so far.
    keys: HashSet<Cow<'a, str>>,
}

/// A pass over a text, at some byte of it.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    /// The comma just read, behind which another item must come.
    comma: Option<usize>,
    pub(super) reading: Reading,
    pub(super) open: Vec<Open<'a>>,
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

    /// Between two items: takes the comma, or the end of the innermost object or array (then true).
    fn close(&mut self, kind: Kind) -> Result<bool, Fault> {
        let (own, name) = if kind == Kind::Object { (b'}', "object") } else { (b']', "array") };
        let first = self.open.last().is_some_and(|open| open.inner.is_empty());
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
            let start = self.reading.inner.len() as u32;
            self.reading.inner.extend(open.inner);
            let node = &mut self.reading.nodes[open.node];
            (node.end, node.inner) = (self.at as u32, start..self.reading.inner.len() as u32);
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
            Some(b'[') => Kind::Array,
            _ => Kind::Scalar,
        };
        let node = self.reading.nodes.len();
        if let Some(around) = self.open.last_mut() {
            around.inner.push(node as u32);
        }
        if kind == Kind::Scalar {
            self.scalar()?;
        } else if self.open.len() == NESTING_LIMIT {
            let message = format!(
                "nested too deeply: at most {NESTING_LIMIT} objects and arrays may stand in each other"
            );
            return Err(fault(start..start + 1, message));
        } else {
            self.at += 1;
            self.open.push(Open { node, inner: Vec::new(), keys: HashSet::new() });
        }
        let (start, end) = (start as u32, self.at as u32);
        self.reading.nodes.push(Node { kind, start, end, inner: 0..0, key });
        Ok(())
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }
}

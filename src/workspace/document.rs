//! TOML files of the workspace as they are read: values with the lines they stand on.

use crate::domain::{LimitOverrides, Place, Severity, TextRange};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml_edit::{Document, Item, Key, TableLike, Value};

const LIMIT_NAMES: [&str; 8] = [
    "deadline_ms",
    "memory_mib",
    "source_chars",
    "payload_bytes",
    "log_lines",
    "log_chars",
    "requests_per_second",
    "response_bytes",
];

/// Something in a file of the workspace that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The file or folder.
    pub path: PathBuf,
    /// The line, from 1, where it can be said.
    pub line: Option<u32>,
    /// An error makes (a part of) the file unusable; a warning does not.
    pub severity: Severity,
    /// One sentence: what is wrong and, where known, what to do.
    pub message: String,
}

impl Problem {
    /// Something that makes (a part of) a file unusable.
    pub fn error(path: &Path, line: Option<u32>, message: impl Into<String>) -> Self {
        Self { path: path.into(), line, severity: Severity::Error, message: message.into() }
    }

    /// Something that is odd and does no harm.
    pub fn warning(path: &Path, line: Option<u32>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(path, line, message) }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.path.display())?;
        if let Some(line) = self.line {
            write!(f, "{line}:")?;
        }
        write!(f, " {}", self.message)
    }
}

/// The line, from 1, on which byte `offset` of `text` stands.
pub(super) fn line_of(text: &str, offset: usize) -> u32 {
    line_at(text.as_bytes(), offset)
}

/// The line, from 1, on which byte `offset` stands.
pub(super) fn line_at(bytes: &[u8], offset: usize) -> u32 {
    bytes
        .split(|byte| *byte == b'\n')
        .scan(0, |end, line| {
            *end += line.len() + 1;
            Some(*end)
        })
        .take_while(|end| *end <= offset)
        .count() as u32
        + 1
}

/// A TOML file that is being read; what is wrong is noted and the rest goes on.
#[derive(Debug)]
pub struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
    /// What was wrong so far.
    pub problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    /// For `text`, the content of the file at `path`.
    pub fn new(path: &'a Path, text: &'a str) -> Self {
        Self { path, text, problems: Vec::new() }
    }

    /// The document, or `None` with a problem noted.
    pub fn parse(&mut self) -> Option<Document<&'a str>> {
        match Document::parse(self.text) {
            Ok(document) => Some(document),
            Err(error) => {
                let message = error.message().trim().replace('\n', ", ");
                self.error(error.span(), format!("not valid TOML: {message}"));
                None
            }
        }
    }

    /// Notes something that is wrong at a place.
    pub fn error(&mut self, span: Option<Range<usize>>, message: impl Into<String>) {
        let line = span.map(|span| line_of(self.text, span.start));
        self.problems.push(Problem::error(self.path, line, message));
    }

    /// Notes what is wrong with a value.
    pub(super) fn wrong(&mut self, key: &Key, item: &Item, message: impl Into<String>) {
        self.error(span(key, item), message);
    }

    /// Notes something that is wrong on a line.
    pub fn error_on(&mut self, line: u32, message: impl Into<String>) {
        self.problems.push(Problem::error(self.path, Some(line), message));
    }

    /// Notes something that is odd on a line.
    pub fn warning_on(&mut self, line: u32, message: impl Into<String>) {
        self.problems.push(Problem::warning(self.path, Some(line), message));
    }

    /// The line of a place, from 1.
    pub fn line(&self, span: Option<Range<usize>>) -> u32 {
        line_of(self.text, span.map_or(0, |span| span.start))
    }

    /// Where a text stands, without its quotes where it is written as it is.
    pub(super) fn range_of_text(&self, key: &Key, item: &Item) -> Option<TextRange> {
        let span = span(key, item)?;
        let inner = span.start + 1..span.end.saturating_sub(1);
        let is_plain = item.as_str().is_some_and(|it| self.text.get(inner.clone()) == Some(it));
        let span = if is_plain { inner } else { span };
        let place = |offset: usize| {
            let before = self.text.get(..offset).unwrap_or(self.text);
            let line = before.rsplit('\n').next().unwrap_or_default();
            Place::new(line_of(self.text, offset), line.chars().count() as u32 + 1)
        };
        Some(TextRange::new(place(span.start), place(span.end)))
    }

    /// Notes a key that means nothing; `known` are those that would.
    pub fn unknown(&mut self, key: &Key, known: &str) {
        let line = key.span().map(|span| line_of(self.text, span.start));
        let message = format!("unknown key `{}`, which is ignored; known here: {known}", key.get());
        self.problems.push(Problem::warning(self.path, line, message));
    }

    /// The text that `item` holds.
    pub fn string(&mut self, key: &Key, item: &Item) -> Option<String> {
        if let Some(text) = item.as_str() {
            return Some(text.into());
        }
        self.error(span(key, item), format!("`{}` must be a text in quotes", key.get()));
        None
    }

    /// Whether `item` is `true`.
    pub(super) fn flag(&mut self, key: &Key, item: &Item) -> bool {
        item.as_bool().unwrap_or_else(|| {
            self.error(span(key, item), format!("`{}` must be `true` or `false`", key.get()));
            false
        })
    }

    /// The texts of a list, each read by `read`; what cannot be read is noted and left out.
    pub(super) fn list<T>(
        &mut self,
        key: &Key,
        item: &Item,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Vec<T> {
        let Some(array) = item.as_array() else {
            self.error(span(key, item), format!("`{}` must be a list of texts", key.get()));
            return Vec::new();
        };
        let mut list = Vec::new();
        for value in array {
            let read = match value.as_str() {
                Some(text) => read(text),
                None => Err(format!("`{}` must hold texts in quotes only", key.get())),
            };
            match read {
                Ok(value) => list.push(value),
                Err(message) => self.error(value.span(), message),
            }
        }
        list
    }

    /// A table under `item`.
    pub fn table<'i>(&mut self, key: &Key, item: &'i Item) -> Option<&'i dyn TableLike> {
        let table = item.as_table_like();
        if table.is_none() {
            self.error(span(key, item), format!("`{0}` must be a table: write `[{0}]`", key.get()));
        }
        table
    }

    /// A table of texts, each checked by `check`.
    pub(super) fn texts(
        &mut self,
        key: &Key,
        item: &Item,
        check: impl Fn(&str, &str) -> Result<(), String>,
    ) -> BTreeMap<String, String> {
        let mut texts = BTreeMap::new();
        let Some(table) = self.table(key, item) else { return texts };
        for (key, item) in entries(table) {
            let Some(text) = self.string(key, item) else { continue };
            match check(key.get(), &text) {
                Ok(()) => drop(texts.insert(key.get().into(), text)),
                Err(message) => self.error(span(key, item), message),
            }
        }
        texts
    }

    /// The table `[limits]`.
    pub(super) fn limits(&mut self, key: &Key, item: &Item) -> LimitOverrides {
        let mut limits = LimitOverrides::default();
        let Some(table) = self.table(key, item) else { return limits };
        for (key, item) in entries(table) {
            if !LIMIT_NAMES.contains(&key.get()) {
                self.unknown(key, &LIMIT_NAMES.join(", "));
                continue;
            }
            let Some(number) = item.as_integer().filter(|number| *number > 0) else {
                self.error(
                    span(key, item),
                    format!("`{}` must be a whole number above 0", key.get()),
                );
                continue;
            };
            let count = usize::try_from(number).ok();
            match key.get() {
                "deadline_ms" => limits.deadline_ms = Some(number.unsigned_abs()),
                "memory_mib" => limits.memory_mib = Some(number.unsigned_abs()),
                "source_chars" => limits.source_chars = count,
                "payload_bytes" => limits.payload_bytes = count,
                "log_lines" => limits.log_lines = count,
                "log_chars" => limits.log_chars = count,
                "requests_per_second" => limits.requests_per_second = u32::try_from(number).ok(),
                _ => limits.response_bytes = count,
            }
        }
        limits
    }
}

/// The entries of a table with their keys, which know their places.
pub fn entries(table: &dyn TableLike) -> impl Iterator<Item = (&Key, &Item)> {
    table.iter().filter_map(|(name, _)| table.get_key_value(name))
}

/// Where a value stands in its file, else its key.
pub(super) fn span(key: &Key, item: &Item) -> Option<Range<usize>> {
    item.as_value().and_then(Value::span).or_else(|| key.span())
}

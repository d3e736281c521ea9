//! What is wrong with a text, and where.

use super::TextEdit;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

/// A place in a text: line and column, both counted from 1, the column in characters (Unicode scalar values).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

impl Place {
    /// The place at `line` and `column`, both from 1.
    pub const fn new(line: u32, column: u32) -> Self {
        Self { line, column }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// A stretch of text from `start` up to, not including, `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TextRange {
    /// First character.
    pub start: Place,
    /// Just behind the last character.
    pub end: Place,
}

impl TextRange {
    /// The range from `start` to `end`.
    pub const fn new(start: Place, end: Place) -> Self {
        Self { start, end }
    }

    /// One character wide, at `place`.
    pub const fn at(place: Place) -> Self {
        Self { start: place, end: Place::new(place.line, place.column + 1) }
    }
}

/// How bad a diagnostic is; ordered, the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Hint,
    /// Probably not meant.
    Warning,
    /// The lambda cannot run, or the document cannot be used.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hint => "hint",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// One finding about a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// Stable short name such as `syntax` or `missing-lambda`.
    pub code: Cow<'static, str>,
    /// One sentence without a full stop at its end.
    pub message: String,
    /// Where.
    pub range: TextRange,
    /// What to do about it, where that is known.
    pub help: Option<String>,
    /// What can be done about it by itself, the likeliest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fixes: Vec<Fix>,
}

/// A change of the text that takes a finding away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// What it does, in a few words that begin with a verb.
    pub title: String,
    /// The change: places of the text as it was when the finding was made, none of which overlap.
    pub edits: Vec<TextEdit>,
}

impl Fix {
    /// The fix `title` that puts `text` where `range` is.
    pub fn replace(title: impl Into<String>, range: TextRange, text: impl Into<String>) -> Self {
        Self { title: title.into(), edits: vec![TextEdit { range, text: text.into() }] }
    }

    /// The fix `title` that writes `text` at `place`.
    pub fn insert(title: impl Into<String>, place: Place, text: impl Into<String>) -> Self {
        Self::replace(title, TextRange::new(place, place), text)
    }
}

impl Diagnostic {
    /// An error of kind `code` at `range`.
    pub fn error(code: &'static str, message: impl Into<String>, range: TextRange) -> Self {
        Self {
            severity: Severity::Error,
            code: code.into(),
            message: message.into(),
            range,
            help: None,
            fixes: Vec::new(),
        }
    }

    /// A warning of kind `code` at `range`.
    pub fn warning(code: &'static str, message: impl Into<String>, range: TextRange) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message, range) }
    }

    /// The same with a line that says what to do.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same with something that can be done about it.
    #[must_use]
    pub fn with_fix(mut self, fix: Fix) -> Self {
        self.fixes.push(fix);
        self
    }
}

//! The message at the bottom of the screen.

use crate::domain::Severity;

/// How long a message that needs no reaction stays, in milliseconds.
const STAY_MS: i64 = 5_000;

/// A message for the person, at the bottom of the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// How bad it is.
    pub severity: Severity,
    /// What happened, and what to do.
    pub text: String,
    /// When it goes by itself; an error stays until it is dismissed or replaced.
    pub until_ms: Option<i64>,
}

impl Notice {
    /// Something that went well.
    pub fn info(text: impl Into<String>, now_ms: i64) -> Self {
        Self { severity: Severity::Hint, text: text.into(), until_ms: Some(now_ms + STAY_MS) }
    }

    /// Something the person should know.
    pub fn warning(text: impl Into<String>, now_ms: i64) -> Self {
        Self {
            severity: Severity::Warning,
            text: text.into(),
            until_ms: Some(now_ms + 2 * STAY_MS),
        }
    }

    /// Something that failed.
    pub fn error(text: impl Into<String>) -> Self {
        Self { severity: Severity::Error, text: text.into(), until_ms: None }
    }
}

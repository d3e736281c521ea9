//! What a lambda writes while it runs.

use super::limits::Limits;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How important a log line is; ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// For the one who develops.
    Debug,
    /// What happened.
    Info,
    /// Odd, but handled.
    Warn,
    /// Went wrong.
    Error,
}

impl Level {
    /// The level's name in lower case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One line a lambda wrote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogLine {
    /// When, in milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// How important.
    pub level: Level,
    /// The source line that wrote it.
    pub line: Option<u32>,
    /// The message.
    pub message: String,
    /// Further values given to the log call.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extras: Vec<serde_json::Value>,
}

impl LogLine {
    /// Characters of message and extras, as the limit of a deployed lambda counts them.
    pub fn chars(&self) -> usize {
        let extras: usize = self.extras.iter().map(|extra| extra.to_string().chars().count()).sum();
        self.message.chars().count() + extras
    }
}

/// How many of `lines` a run of a deployed lambda would keep; `None` when it would keep them all.
pub fn deployed_cut(lines: &[LogLine], limits: &Limits) -> Option<usize> {
    let mut chars = 0;
    lines.iter().enumerate().find_map(|(index, line)| {
        chars += line.chars();
        (index >= limits.log_lines || chars > limits.log_chars).then_some(index)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(message: &str) -> LogLine {
        LogLine {
            at_ms: 0,
            level: Level::Info,
            line: None,
            message: message.into(),
            extras: Vec::new(),
        }
    }

    #[test]
    fn a_deployed_run_is_cut_by_lines_or_by_characters_whichever_comes_first() {
        let limits = Limits::default();
        assert_eq!(deployed_cut(&vec![line("x"); 10], &limits), None);
        assert_eq!(deployed_cut(&vec![line("x"); 11], &limits), Some(10));
        assert_eq!(deployed_cut(&[line(&"x".repeat(5_999)), line("xx")], &limits), Some(1));
    }
}

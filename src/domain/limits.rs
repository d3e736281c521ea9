//! What a run may use, with the hosted system's numbers as defaults.

use serde::{Deserialize, Serialize};

/// The most a payload may weigh, in bytes of JSON text.
pub const PAYLOAD_LIMIT_BYTES: usize = 1024 * 1024;

/// The limits of a run. All are enforced by the runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Wall-clock time of a run, in milliseconds.
    pub deadline_ms: u64,
    /// Memory beyond that of the idle worker, in bytes.
    pub memory_bytes: u64,
    /// Characters of source.
    pub source_chars: usize,
    /// Bytes of the input's JSON text.
    pub payload_bytes: usize,
    /// Log lines kept for a run of a deployed lambda.
    pub log_lines: usize,
    /// Characters of messages and extras kept for a run of a deployed lambda.
    pub log_chars: usize,
    /// Requests that a lambda may send in a second, in all its runs together.
    pub requests_per_second: u32,
    /// Bytes of a response's body, unpacked.
    pub response_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            deadline_ms: 30_000,
            memory_bytes: 256 * 1024 * 1024,
            source_chars: 100_000,
            payload_bytes: PAYLOAD_LIMIT_BYTES,
            log_lines: 10,
            log_chars: 6_000,
            requests_per_second: 20,
            response_bytes: 5 * 1024 * 1024,
        }
    }
}

/// Limits as a file states them: whatever is absent keeps the value one level up (lambda, workspace, default).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitOverrides {
    /// See [`Limits::deadline_ms`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline_ms: Option<u64>,
    /// See [`Limits::memory_bytes`], in MiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_mib: Option<u64>,
    /// See [`Limits::source_chars`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_chars: Option<usize>,
    /// See [`Limits::payload_bytes`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload_bytes: Option<usize>,
    /// See [`Limits::log_lines`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_lines: Option<usize>,
    /// See [`Limits::log_chars`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_chars: Option<usize>,
    /// See [`Limits::requests_per_second`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requests_per_second: Option<u32>,
    /// See [`Limits::response_bytes`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_bytes: Option<usize>,
}

impl LimitOverrides {
    /// What each limit is about, by its name in the files.
    pub const MEANINGS: [(&'static str, &'static str); 8] = [
        ("deadline_ms", "milliseconds that a run may take"),
        ("memory_mib", "MiB of memory that a run may use"),
        ("source_chars", "characters of a lambda's source"),
        ("payload_bytes", "bytes of an input"),
        ("log_lines", "log lines kept of a deployed run"),
        ("log_chars", "characters of log kept of a deployed run"),
        ("requests_per_second", "requests a lambda may send in a second"),
        ("response_bytes", "bytes of a response, unpacked"),
    ];

    /// What the limit of this name is about; empty for a name that is none.
    pub fn meaning(name: &str) -> &'static str {
        Self::MEANINGS.iter().find(|(limit, _)| *limit == name).map_or("", |(_, meaning)| meaning)
    }

    /// `base` with these overrides laid over it.
    pub fn over(&self, base: Limits) -> Limits {
        Limits {
            deadline_ms: self.deadline_ms.unwrap_or(base.deadline_ms),
            memory_bytes: self
                .memory_mib
                .map_or(base.memory_bytes, |mib| mib.saturating_mul(1024 * 1024)),
            source_chars: self.source_chars.unwrap_or(base.source_chars),
            payload_bytes: self.payload_bytes.unwrap_or(base.payload_bytes),
            log_lines: self.log_lines.unwrap_or(base.log_lines),
            log_chars: self.log_chars.unwrap_or(base.log_chars),
            requests_per_second: self.requests_per_second.unwrap_or(base.requests_per_second),
            response_bytes: self.response_bytes.unwrap_or(base.response_bytes),
        }
    }
}

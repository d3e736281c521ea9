//! The record of one execution of a lambda, however it was caused.

use super::call::CallRecord;
use super::diagnostic::Place;
use super::error_code::ErrorCode;
use super::event::EventId;
use super::lambda::LambdaName;
use super::log::LogLine;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;
use std::sync::Arc;
use uuid::Uuid;

/// Identifies a run; sorts by the time it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(pub Uuid);

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One execution of a lambda.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// The lambda.
    pub lambda: LambdaName,
    /// The event the lambda was connected to.
    pub event: Option<EventId>,
    /// When it started, in milliseconds since the Unix epoch.
    pub started_at_ms: i64,
    /// How long it took from the worker's start of it to its end, in microseconds.
    pub duration_us: u64,
    /// The most memory it held beyond the idle worker, in bytes.
    pub peak_memory_bytes: u64,
    /// Rhai operations executed.
    pub operations: u64,
    /// How it ended.
    pub outcome: Outcome,
    /// What it wrote, in order.
    pub logs: Vec<LogLine>,
    /// What is missing in the log, when it was too long to be kept whole.
    pub logs_gap: Option<LogGap>,
    /// After how many lines a deployed run would have cut its log.
    pub deployed_log_cut: Option<usize>,
    /// What it asked of the host, in order.
    pub calls: Vec<CallRecord>,
    /// Calls beyond those kept.
    pub calls_skipped: u64,
    /// What it was given, masked where a secret stood in it that the run came to know; none where none did.
    #[serde(skip)]
    pub masked_input: Option<Arc<str>>,
}

impl Run {
    /// How many lines it wrote, those that were not kept included.
    pub fn lines_written(&self) -> u64 {
        self.logs.len() as u64 + self.logs_gap.map_or(0, |gap| gap.lines)
    }
}

/// Lines that are missing in a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogGap {
    /// Behind how many of the lines that were kept.
    pub after: usize,
    /// How many lines.
    pub lines: u64,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The lambda returned this value.
    Succeeded(Value),
    /// It did not return.
    Failed(Failure),
    /// A person stopped it.
    Cancelled,
    /// The process of lambdeck ended before it did; what it did until then is not known.
    Interrupted,
}

/// What is said of a run that ended with the process that made it.
pub const INTERRUPTED: &str = "interrupted: lambdeck ended while it ran";

/// Why a run failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// The kind, which decides the error code.
    pub kind: FailureKind,
    /// One sentence for a person.
    pub message: String,
    /// Where in the source, if it can be said.
    pub place: Option<Place>,
    /// The calls that led there, innermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stack: Vec<Frame>,
    /// The thrown value, when the lambda threw one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thrown: Option<Value>,
    /// What to do about it, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// One call on the way to a failure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// The function that was running.
    pub function: String,
    /// Where it was: the failing place for the innermost frame, the place of the call for the others.
    pub place: Option<Place>,
}

/// The kinds of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The source does not compile.
    Compile,
    /// The source has no `fn lambda`.
    MissingLambda,
    /// `fn lambda` does not take exactly one parameter.
    WrongParameters,
    /// The source is longer than the limit.
    SourceTooLong,
    /// The lambda threw a value.
    Threw,
    /// The script did something that cannot be done: a missing function, a wrong type, an index out of bounds.
    Script,
    /// The returned value cannot be expressed as JSON.
    BadResult,
    /// It ran longer than its deadline.
    TimedOut,
    /// It held more memory than its limit.
    MemoryExceeded,
    /// It called functions in each other more deeply than allowed, or nested values too deeply.
    TooDeep,
    /// Its input is not acceptable: not JSON, too large, or with numbers that would not survive.
    BadInput,
    /// The worker process ended without an answer.
    Crashed,
    /// The host could not run it at all: no worker could be started, say.
    Host,
}

impl FailureKind {
    /// The platform's error code, by the names of the hosted system's first contract.
    pub const fn code(self) -> &'static str {
        ErrorCode::of(self).v1()
    }

    /// A limit ended it, not the lambda's own doing or a fault in its code.
    pub const fn is_limit(self) -> bool {
        matches!(self, Self::TimedOut | Self::MemoryExceeded | Self::TooDeep | Self::SourceTooLong)
    }

    /// A title in two or three words.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Compile => "does not compile",
            Self::MissingLambda => "no fn lambda",
            Self::WrongParameters => "wrong parameters",
            Self::SourceTooLong => "source too long",
            Self::Threw => "threw",
            Self::Script => "script error",
            Self::BadResult => "result is not JSON",
            Self::TimedOut => "timed out",
            Self::MemoryExceeded => "memory limit exceeded",
            Self::TooDeep => "nested too deeply",
            Self::BadInput => "bad input",
            Self::Crashed => "crashed",
            Self::Host => "could not run",
        }
    }
}

impl Failure {
    /// Whether the lambda wants to be tried again, where it says so: `throw #{ message: "...", retry: false }`.
    pub fn wants_retry(&self) -> Option<bool> {
        self.thrown.as_ref()?.get("retry")?.as_bool()
    }

    /// A failure of `kind` without a place.
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            place: None,
            stack: Vec::new(),
            thrown: None,
            help: None,
        }
    }

    /// The same at `place`.
    #[must_use]
    pub fn at(mut self, place: Option<Place>) -> Self {
        self.place = place;
        self
    }

    /// The same with advice.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

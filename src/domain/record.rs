//! Runs as they are kept: with their cause, what they were given, and what can be asked of many of them.

use super::delivery::{Cause, Delivered};
use super::deployment::LambdaId;
use super::event::EventId;
use super::lambda::LambdaName;
use super::limits::Limits;
use super::log::{Level, LogLine, deployed_cut};
use super::run::{FailureKind, Outcome, Run, RunId};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A run with everything that is needed to understand it and to make it again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptRun {
    /// What happened.
    pub run: Run,
    /// Why it was made.
    pub cause: Cause,
    /// What was delivered; none where nothing was, and in older records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Delivered>,
    /// The deployed version that ran; none for the draft in the workspace.
    pub version: Option<u32>,
    /// The lambda that was deployed, whatever it is called by now; none for the draft in the workspace.
    pub lambda_id: Option<LambdaId>,
    /// What the lambda was given, as JSON text.
    pub input: Arc<str>,
    /// SHA-256 of the input's bytes, in hexadecimal digits.
    pub input_sha256: String,
    /// A secret stood in the input, which is masked here: the run cannot be made again.
    #[serde(default)]
    pub input_masked: bool,
}

impl KeptRun {
    /// Why it cannot be made again, if it cannot.
    pub fn unrepeatable(&self) -> Option<String> {
        let lambda = &self.run.lambda;
        self.input_masked.then(|| {
            format!(
                "the payload of this run of `{lambda}` held a secret, which is masked in the record; invoke `{lambda}` with a payload of your own instead"
            )
        })
    }
}

/// How a run ended, in short.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// The lambda returned.
    Succeeded,
    /// It did not.
    Failed(FailureKind),
    /// It was stopped.
    Cancelled,
    /// It ended with the process that made it.
    Interrupted,
}

impl Ending {
    /// How `outcome` ended.
    pub fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Succeeded(_) => Self::Succeeded,
            Outcome::Failed(failure) => Self::Failed(failure.kind),
            Outcome::Cancelled => Self::Cancelled,
            Outcome::Interrupted => Self::Interrupted,
        }
    }

    /// In one to three words.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Succeeded => "ok",
            Self::Failed(kind) => kind.title(),
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
        }
    }
}

/// A run as a list shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunSummary {
    /// Its id.
    pub id: RunId,
    /// The lambda.
    pub lambda: LambdaName,
    /// The event it was connected to.
    pub event: Option<EventId>,
    /// When it started, in milliseconds since the Unix epoch.
    pub started_at_ms: i64,
    /// How long it took, in microseconds; 0 where it was interrupted, for nobody knows.
    pub duration_us: u64,
    /// How it ended.
    pub ending: Ending,
    /// Why it failed, in one sentence.
    pub message: Option<String>,
    /// Why it was made.
    pub cause: Cause,
    /// The deployed version that ran.
    pub version: Option<u32>,
    /// How many log lines were kept.
    pub logs: u32,
    /// How many calls to the host were kept.
    pub calls: u32,
}

impl RunSummary {
    /// How long it took, in microseconds; none where nobody was there at its end.
    pub fn took_us(&self) -> Option<u64> {
        (self.ending != Ending::Interrupted).then_some(self.duration_us)
    }

    /// The summary of `kept`.
    pub fn of(kept: &KeptRun) -> Self {
        let run = &kept.run;
        Self {
            id: run.id,
            lambda: run.lambda.clone(),
            event: run.event.clone(),
            started_at_ms: run.started_at_ms,
            duration_us: run.duration_us,
            ending: Ending::of(&run.outcome),
            message: match &run.outcome {
                Outcome::Failed(failure) => Some(failure.message.clone()),
                Outcome::Interrupted => Some("lambdeck ended while it ran".to_owned()),
                Outcome::Succeeded(_) | Outcome::Cancelled => None,
            },
            cause: kept.cause.clone(),
            version: kept.version,
            logs: run.logs.len() as u32,
            calls: run.calls.len() as u32,
        }
    }
}

/// Which endings are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Endings {
    /// All of them.
    #[default]
    All,
    /// Runs that failed.
    Failed,
}

/// From which end of the runs a page is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RunEnd {
    /// The newest of them.
    #[default]
    Newest,
    /// The oldest of them.
    Oldest,
}

/// Which runs are asked for; the newest come first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunQuery {
    /// Of this lambda.
    pub lambda: Option<LambdaName>,
    /// With these endings.
    pub endings: Endings,
    /// Started at or after this time, in milliseconds since the Unix epoch.
    pub since_ms: Option<i64>,
    /// With this text in the id, the lambda's or event's name, what was delivered, the failure's message or the log (values
    /// after its messages included), or in what is kept of the payload and the result; whatever the case.
    pub text: Option<String>,
    /// Older than this one: where the page before ended.
    pub before: Option<RunId>,
    /// Newer than this one: where the page behind began.
    pub after: Option<RunId>,
    /// From which end they are taken where there are more.
    pub end: RunEnd,
    /// At most so many.
    pub limit: u32,
}

/// Runs that were found, the newest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunsFound {
    /// The runs.
    pub runs: Vec<RunSummary>,
    /// Where the search stopped for the time being, if it did before it had looked at all.
    pub stopped_at: Option<SearchedTo>,
}

/// The last run that a search has looked at: the oldest, or the newest of one that began with the oldest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SearchedTo {
    /// The run; the search goes on behind it.
    pub run: RunId,
    /// When it started, in milliseconds since the Unix epoch.
    pub started_at_ms: i64,
}

impl Default for RunQuery {
    fn default() -> Self {
        Self {
            lambda: None,
            endings: Endings::All,
            since_ms: None,
            text: None,
            before: None,
            after: None,
            end: RunEnd::Newest,
            limit: 100,
        }
    }
}

/// A stretch of time up to now, cut into equal pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Window {
    /// An hour in pieces of two minutes.
    Hour,
    /// A day in pieces of an hour.
    Day,
    /// Seven days in pieces of six hours.
    Week,
    /// Thirty days in pieces of a day.
    Month,
}

impl Window {
    /// All of them, the shortest first.
    pub const ALL: [Self; 4] = [Self::Hour, Self::Day, Self::Week, Self::Month];

    /// How long it is, in milliseconds.
    pub const fn length_ms(self) -> i64 {
        self.bucket_ms() * self.buckets() as i64
    }

    /// How long one of its pieces is, in milliseconds.
    pub const fn bucket_ms(self) -> i64 {
        const MINUTE: i64 = 60_000;
        match self {
            Self::Hour => 2 * MINUTE,
            Self::Day => 60 * MINUTE,
            Self::Week => 6 * 60 * MINUTE,
            Self::Month => 24 * 60 * MINUTE,
        }
    }

    /// How many pieces it has.
    pub const fn buckets(self) -> usize {
        match self {
            Self::Hour | Self::Month => 30,
            Self::Day => 24,
            Self::Week => 28,
        }
    }

    /// Its name on the screen and on the command line.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Hour => "1h",
            Self::Day => "24h",
            Self::Week => "7d",
            Self::Month => "30d",
        }
    }
}

/// The runs of one piece of a window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Bucket {
    /// Runs that succeeded.
    pub succeeded: u32,
    /// Runs that failed.
    pub failed: u32,
}

/// How runs went in a window, of one lambda or of all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RunFigures {
    /// The pieces of the window, the oldest first.
    pub buckets: Vec<Bucket>,
    /// Half of the runs took at most so long, in microseconds; 0 when there were none.
    pub p50_us: u64,
    /// So did 95 of 100.
    pub p95_us: u64,
    /// So did 99 of 100.
    pub p99_us: u64,
}

impl RunFigures {
    /// Runs that succeeded.
    pub fn succeeded(&self) -> u64 {
        self.buckets.iter().map(|bucket| u64::from(bucket.succeeded)).sum()
    }

    /// Runs that failed.
    pub fn failed(&self) -> u64 {
        self.buckets.iter().map(|bucket| u64::from(bucket.failed)).sum()
    }

    /// The share of runs that succeeded, from 0 to 1; none without runs.
    pub fn success_rate(&self) -> Option<f64> {
        let (succeeded, failed) = (self.succeeded(), self.failed());
        (succeeded + failed > 0).then(|| succeeded as f64 / (succeeded + failed) as f64)
    }
}

/// How runs went in a window: all of them, and lambda by lambda in the order of their names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct WindowFigures {
    /// All runs.
    pub all: RunFigures,
    /// Each lambda that ran.
    pub lambdas: Vec<(LambdaName, RunFigures)>,
}

/// Cuts the log of a deployed run to what is kept of it, with one line that says so.
pub fn cut_deployed_log(run: &mut Run, limits: &Limits) {
    let Some(kept) = deployed_cut(&run.logs, limits) else { return };
    let written = run.lines_written();
    let at_ms = run.logs[kept].at_ms;
    run.logs.truncate(kept);
    run.logs_gap = None;
    run.logs.push(LogLine {
        at_ms,
        level: Level::Error,
        line: None,
        message: format!(
            "com.liveperson.faas.handler.log-limit-reached: {kept} of {written} lines were kept"
        ),
        extras: Vec::new(),
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_log_that_is_too_long_keeps_its_beginning_and_says_so_once() {
        let line = |message: &str| LogLine {
            at_ms: 7,
            level: Level::Info,
            line: None,
            message: message.into(),
            extras: Vec::new(),
        };
        let mut run = Run {
            id: RunId(Uuid::nil()),
            lambda: LambdaName::new("x").unwrap(),
            event: None,
            started_at_ms: 0,
            duration_us: 0,
            peak_memory_bytes: 0,
            operations: 0,
            outcome: Outcome::Cancelled,
            logs: (0..12).map(|n| line(&n.to_string())).collect(),
            logs_gap: None,
            deployed_log_cut: Some(10),
            calls: Vec::new(),
            calls_skipped: 0,
            masked_input: None,
        };
        cut_deployed_log(&mut run, &Limits::default());
        assert_eq!(run.logs.len(), 11);
        assert_eq!(run.logs[9].message, "9");
        assert!(run.logs[10].message.ends_with("10 of 12 lines were kept"));
        run.logs.truncate(3);
        cut_deployed_log(&mut run, &Limits::default());
        assert_eq!(run.logs.len(), 3);
    }

    #[test]
    fn a_window_is_as_long_as_its_pieces() {
        const HOUR: i64 = 3_600_000;
        let hours = Window::ALL.map(|window| window.length_ms() / HOUR);
        assert_eq!(hours, [1, 24, 7 * 24, 30 * 24]);
    }
}

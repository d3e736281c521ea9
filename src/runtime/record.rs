//! The record of a run: its outcome with its figures, whoever tells them.

use super::host::End;
use super::process::Worker;
use super::protocol::{Done, RESULT_LIMIT_BYTES, StopReason, WireOutcome};
use super::{RunRequest, outcome};
use crate::domain::payload::{self, InputError};
use crate::domain::{Failure, FailureKind, Outcome};
use crate::language::diagnose;
use crate::language::json::Document;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Result texts beyond this are read off the asynchronous threads, in bytes.
const LARGE_RESULT_BYTES: usize = 256 * 1024;

/// What is wrong with a request, before a worker is troubled.
pub(super) fn unacceptable(request: &RunRequest) -> Option<Failure> {
    if let Some(finding) = diagnose::check_length(&request.source, request.limits.source_chars) {
        let failure = Failure::new(FailureKind::SourceTooLong, finding.message);
        return Some(Failure { help: finding.help, ..failure.at(Some(finding.range.start)) });
    }
    let error = payload::check_input(&request.input, &request.limits).err()?;
    Some(bad_input(error, &request.input))
}

/// The failure that `error` about `input` is; what is wrong with its JSON is said as the editor says it.
fn bad_input(error: InputError, input: &str) -> Failure {
    let Some(place) = error.place else {
        return Failure::new(FailureKind::BadInput, error.message);
    };
    let (message, place, help) = match Document::parse(input) {
        Ok(_) => (error.message, place, None),
        Err(syntax) => (format!("not JSON: {}", syntax.message), syntax.range.start, syntax.help),
    };
    let message = format!("{message}, line {}, column {} of the input", place.line, place.column);
    Failure { help, ..Failure::new(FailureKind::BadInput, message) }
}

/// When a run began.
pub(super) struct Clock {
    pub(super) at_ms: i64,
    started: Instant,
}

impl Clock {
    pub(super) fn start() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        Self { at_ms: since.map_or(0, |it| it.as_millis() as i64), started: Instant::now() }
    }

    fn elapsed_us(&self) -> u64 {
        self.started.elapsed().as_micros() as u64
    }
}

/// The outcome with its figures.
pub(super) struct Measured {
    pub(super) outcome: Outcome,
    pub(super) duration_us: u64,
    pub(super) peak_memory_bytes: u64,
    pub(super) operations: u64,
}

impl Measured {
    /// The worker said nothing of its figures.
    pub(super) fn without_worker(outcome: Outcome, clock: &Clock) -> Self {
        let duration_us = clock.elapsed_us();
        Self { outcome, duration_us, peak_memory_bytes: 0, operations: 0 }
    }

    pub(super) async fn of(done: Done) -> Self {
        Self {
            outcome: read(done.outcome).await,
            duration_us: done.duration_us,
            peak_memory_bytes: done.peak_memory_bytes,
            operations: done.operations,
        }
    }
}

async fn read(outcome: WireOutcome) -> Outcome {
    let text = match outcome {
        WireOutcome::Succeeded(text) if text.len() > RESULT_LIMIT_BYTES => {
            let sent = format!(
                "a result of {} bytes, at most {RESULT_LIMIT_BYTES} are allowed",
                text.len()
            );
            return Outcome::Failed(outcome::broke_protocol(&sent));
        }
        WireOutcome::Succeeded(text) => text,
        WireOutcome::Failed(failure) => return Outcome::Failed(failure.into()),
        WireOutcome::Cancelled => return Outcome::Cancelled,
    };
    let value = if text.len() > LARGE_RESULT_BYTES {
        match tokio::task::spawn_blocking(move || serde_json::from_str(&text)).await {
            Ok(value) => value.map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        }
    } else {
        serde_json::from_str(&text).map_err(|error| error.to_string())
    };
    match value {
        Ok(value) => Outcome::Succeeded(value),
        Err(error) => Outcome::Failed(outcome::broke_protocol(&format!(
            "a result that is not JSON ({error})"
        ))),
    }
}

/// The outcome of a run whose worker did not report one. The worker is gone afterwards.
pub(super) async fn ended(
    end: End,
    worker: Worker,
    request: &RunRequest,
    clock: &Clock,
) -> Measured {
    let limits = &request.limits;
    let outcome = match end {
        End::Done(done) => return Measured::of(*done).await,
        End::Exhausted(exhausted) => {
            worker.end().await;
            return Measured {
                peak_memory_bytes: exhausted.peak_memory_bytes,
                operations: exhausted.operations,
                ..Measured::without_worker(
                    Outcome::Failed(outcome::exhausted(&exhausted, limits.memory_bytes)),
                    clock,
                )
            };
        }
        End::Closed => {
            let (status, stderr) = worker.end().await;
            Outcome::Failed(outcome::died(status, &stderr, limits.memory_bytes))
        }
        End::Broken(reason) => {
            worker.kill().await;
            Outcome::Failed(outcome::broke_protocol(&reason))
        }
        End::Overdue(reason) => {
            worker.kill().await;
            match reason {
                StopReason::Cancelled => Outcome::Cancelled,
                StopReason::Deadline => {
                    let deadline = Duration::from_millis(limits.deadline_ms);
                    Outcome::Failed(outcome::timed_out_in_one_call(deadline))
                }
            }
        }
    };
    Measured::without_worker(outcome, clock)
}

//! Outcomes that both sides know, and what a dead worker tells.

use super::protocol::{EXIT_MEMORY, Exhausted};
use crate::domain::{Failure, FailureKind};
use std::process::ExitStatus;
use std::time::Duration;

/// The run lasted longer than `deadline`.
pub(super) fn timed_out(deadline: Duration) -> Failure {
    let message = format!("timed out after {}", seconds(deadline));
    Failure::new(FailureKind::TimedOut, message)
        .with_help("does a loop end? the deadline is `deadline_ms` in the lambda's limits")
}

/// The same in a built-in function, which cannot be interrupted; the worker was killed.
pub(super) fn timed_out_in_one_call(deadline: Duration) -> Failure {
    timed_out(deadline).with_help(
        "one built-in call took so long that the worker was ended; give it less to do at once",
    )
}

/// The run held more than `limit_bytes`.
pub(super) fn memory_exceeded(limit_bytes: u64) -> Failure {
    let message = format!("held more than its memory limit of {}", bytes(limit_bytes));
    Failure::new(FailureKind::MemoryExceeded, message)
        .with_help("keep less at a time, or raise `memory_mib` in the lambda's limits")
}

/// One allocation went far beyond the limit, and the worker ended.
pub(super) fn exhausted(exhausted: &Exhausted, limit_bytes: u64) -> Failure {
    let mut failure = memory_exceeded(limit_bytes);
    if exhausted.asked_bytes > limit_bytes / 2 {
        let asked = bytes(exhausted.asked_bytes);
        failure.message = format!("{}: it asked for {asked} at once", failure.message);
    }
    failure
}

/// The worker ended in the middle of a run.
pub(super) fn died(status: Option<ExitStatus>, stderr: &str, limit_bytes: u64) -> Failure {
    if status.and_then(|it| it.code()) == Some(EXIT_MEMORY) {
        return memory_exceeded(limit_bytes);
    }
    if stderr.contains("has overflowed its stack") {
        return Failure::new(
            FailureKind::TooDeep,
            "values are nested too deeply to be copied, compared, printed or cleared away",
        )
        .with_help("build flat lists and maps rather than one inside the other in a loop");
    }
    if stderr.contains("memory allocation of") {
        return memory_exceeded(limit_bytes);
    }
    let how = status.map_or_else(|| "ended".to_owned(), how_it_ended);
    let last = stderr.lines().rev().find(|line| !line.trim().is_empty()).map(str::trim);
    let detail = last.map_or_else(String::new, |line| format!(": {line}"));
    let message = format!("the worker process {how} in the middle of the run{detail}");
    Failure::new(FailureKind::Crashed, message)
        .with_help("run it again; a new worker takes its place")
}

/// The worker sent something that is no message.
pub(super) fn broke_protocol(reason: &str) -> Failure {
    let message = format!("the worker process sent {reason}, and was ended");
    Failure::new(FailureKind::Crashed, message)
        .with_help("run it again; a new worker takes its place")
}

/// No worker could be had.
pub(super) fn no_worker(reason: &str) -> Failure {
    Failure::new(FailureKind::Host, format!("no worker process could be started: {reason}"))
        .with_help("is the lambdeck program still where it was started from?")
}

fn how_it_ended(status: ExitStatus) -> String {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return format!("was ended by {}", signal_name(signal));
    }
    match status.code() {
        Some(code) => format!("ended with exit code {code}"),
        None => "ended".to_owned(),
    }
}

#[cfg(unix)]
fn signal_name(signal: i32) -> String {
    let Some(named) = rustix::process::Signal::from_named_raw(signal) else {
        return format!("signal {signal}");
    };
    let name = format!("{named:?}");
    format!("SIG{}", name.trim_matches('"').trim_start_matches("Signal::"))
}

/// A duration in the unit that reads best.
fn seconds(duration: Duration) -> String {
    let millis = duration.as_millis();
    match (millis / 1000, millis % 1000) {
        (0, _) => format!("{millis} ms"),
        (whole, 0) => format!("{whole} s"),
        _ => format!("{} s", millis as f64 / 1000.0),
    }
}

fn bytes(count: u64) -> String {
    const MIB: u64 = 1024 * 1024;
    if count >= MIB { format!("{} MiB", count / MIB) } else { format!("{} KiB", count / 1024) }
}

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
    let detail = last_words(stderr).map_or_else(String::new, |line| format!(": {line}"));
    let message = format!("the worker process {how} in the middle of the run{detail}");
    Failure::new(FailureKind::Crashed, message)
        .with_help("run it again; a new worker takes its place")
}

/// The last line that says something: behind the message of a panic follows advice for whoever debugs it.
fn last_words(stderr: &str) -> Option<&str> {
    let is_telling = |line: &&str| !line.is_empty() && !line.starts_with("note: ");
    stderr.lines().map(str::trim).rfind(is_telling)
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt;

    #[test]
    fn a_dead_worker_is_understood_by_its_status_and_its_last_words() {
        let code = |code: i32| Some(ExitStatus::from_raw(code << 8));
        let signal = |signal| Some(ExitStatus::from_raw(signal));
        let overflow =
            "\nthread 'lambda' (7) has overflowed its stack\nfatal runtime error: stack overflow\n";
        let panic = "thread 'lambda' (7) panicked at x.rs:1:1:\nno such index\nnote: run with `RUST_BACKTRACE=1`\n";
        for (status, stderr, kind, says) in [
            (code(97), "", FailureKind::MemoryExceeded, "256 MiB"),
            (signal(6), overflow, FailureKind::TooDeep, "nested too deeply"),
            (signal(6), "memory allocation of 9 bytes failed", FailureKind::MemoryExceeded, "256"),
            (signal(9), "", FailureKind::Crashed, "was ended by SIGKILL"),
            (signal(11), "", FailureKind::Crashed, "was ended by SIGSEGV"),
            (
                code(101),
                panic,
                FailureKind::Crashed,
                "exit code 101 in the middle of the run: no such index",
            ),
            (None, "", FailureKind::Crashed, "ended in the middle"),
        ] {
            let failure = died(status, stderr, 256 << 20);
            assert_eq!(failure.kind, kind, "{failure:?}");
            assert!(failure.message.contains(says), "{failure:?}");
        }
    }

    #[test]
    fn durations_and_sizes_read_well() {
        let of = |millis| seconds(Duration::from_millis(millis));
        assert_eq!([of(30_000), of(250), of(1_500)], ["30 s", "250 ms", "1.5 s"]);
        assert_eq!([bytes(256 << 20), bytes(512 << 10)], ["256 MiB", "512 KiB"]);
    }
}

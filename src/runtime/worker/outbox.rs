//! All that the worker writes to the host.
//!
//! Log lines are gathered and go out by count, by size, by time and before anything else does, so that a million of them
//! neither stall the script nor flood the host. Beyond what a run may keep they are only counted.

use super::session;
use crate::runtime::memory;
use crate::runtime::protocol::{
    self, Exhausted, FromWorker, LOG_BYTES_KEPT, LOG_LINES_KEPT, WireLog,
};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant};

/// Lines that go out together at most.
const BATCH_LINES: usize = 512;
/// Bytes that go out together, more or less.
const BATCH_BYTES: usize = 128 * 1024;
/// How long a line waits at most while the script computes on.
const PATIENCE: Duration = Duration::from_millis(5);
/// What a line weighs beside its texts.
const LINE_BYTES: usize = 32;

static OUTBOX: Mutex<Outbox> = Mutex::new(Outbox::new());

struct Outbox {
    lines: Vec<WireLog>,
    bytes: usize,
    last_flush: Option<Instant>,
    kept_lines: usize,
    kept_bytes: usize,
    skipped: u64,
    is_full: bool,
}

impl Outbox {
    const fn new() -> Self {
        Self {
            lines: Vec::new(),
            bytes: 0,
            last_flush: None,
            kept_lines: 0,
            kept_bytes: 0,
            skipped: 0,
            is_full: false,
        }
    }

    /// Makes room for a line, or counts it as skipped. Once one is skipped all that follow are: what is kept is the
    /// beginning of the log without gaps.
    fn admits(&mut self, bytes: usize) -> bool {
        self.is_full |=
            self.kept_lines >= LOG_LINES_KEPT || self.kept_bytes + bytes > LOG_BYTES_KEPT;
        if self.is_full {
            self.skipped += 1;
            return false;
        }
        self.kept_lines += 1;
        self.kept_bytes += bytes;
        true
    }

    fn is_due(&self) -> bool {
        self.lines.len() >= BATCH_LINES
            || self.bytes >= BATCH_BYTES
            || self.last_flush.is_none_or(|last| last.elapsed() >= PATIENCE)
    }

    fn flush(&mut self) {
        self.last_flush = Some(Instant::now());
        if self.lines.is_empty() {
            return;
        }
        self.bytes = 0;
        write(&FromWorker::Logs(std::mem::take(&mut self.lines)));
    }
}

/// A new run begins.
pub(super) fn begin() {
    let mut outbox = open();
    *outbox = Outbox::new();
    outbox.last_flush = Some(Instant::now());
}

/// Adds a line to the log, or counts it when the log is full. It is made only where it is kept.
pub(super) fn log(line: impl FnOnce() -> WireLog) {
    if open().is_full {
        open().skipped += 1;
        return;
    }
    // Made without the lock: the last words need it should this ask for too much memory.
    let line = line();
    let bytes = line.message.len() + line.extras.iter().map(String::len).sum::<usize>();
    let mut outbox = open();
    if outbox.admits(bytes) {
        outbox.lines.push(line);
        outbox.bytes += bytes + LINE_BYTES;
    }
    if outbox.is_due() {
        outbox.flush();
    }
}

/// Sends the lines that have waited long enough.
pub(super) fn flush_if_due() {
    let mut outbox = open();
    if !outbox.lines.is_empty() && outbox.is_due() {
        outbox.flush();
    }
}

/// Sends the lines gathered so far.
pub(super) fn flush() {
    open().flush();
}

/// Sends `message`, the lines before it first.
pub(super) fn send(message: &FromWorker) {
    let mut outbox = open();
    outbox.flush();
    write(message);
}

/// How many lines were not kept.
pub(super) fn skipped() -> u64 {
    open().skipped
}

/// Sends what there is, and that memory ran out. Called by the allocator on any thread.
pub(super) fn last_words(asked_bytes: u64) {
    let mut outbox = match OUTBOX.try_lock() {
        Ok(outbox) => outbox,
        Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
        Err(TryLockError::WouldBlock) => return,
    };
    outbox.flush();
    write(&FromWorker::Exhausted(Exhausted {
        asked_bytes,
        peak_memory_bytes: memory::peak(),
        operations: session::operations(),
        logs_skipped: outbox.skipped,
    }));
}

fn open() -> MutexGuard<'static, Outbox> {
    OUTBOX.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes one frame. Without a host there is nobody left to work for.
fn write(message: &FromWorker) {
    let frame = match protocol::encode(message) {
        Ok(frame) => frame,
        Err(error) => {
            eprintln!("the worker would have sent {error}");
            std::process::exit(super::EXIT_BROKEN);
        }
    };
    let mut rest = frame.as_slice();
    while !rest.is_empty() {
        match rustix::io::write(rustix::stdio::stdout(), rest) {
            Ok(0) => std::process::exit(0),
            Ok(count) => rest = &rest[count..],
            Err(rustix::io::Errno::INTR) => {}
            Err(_) => std::process::exit(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_the_beginning_without_gaps() {
        let mut outbox = Outbox::new();
        assert!(outbox.admits(LOG_BYTES_KEPT - 10));
        assert!(!outbox.admits(11));
        assert!(!outbox.admits(1), "a small line behind a skipped one would leave a gap");
        assert_eq!(outbox.skipped, 2);
    }

    #[test]
    fn lines_are_counted_beyond_the_limit() {
        let mut outbox = Outbox::new();
        let kept = (0..LOG_LINES_KEPT + 7).filter(|_| outbox.admits(1)).count();
        assert_eq!(kept, LOG_LINES_KEPT);
        assert_eq!(outbox.skipped, 7);
    }
}

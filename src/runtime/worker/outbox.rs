//! All that the worker writes to the host.
//!
//! Log lines are gathered and go out by count, by size, by time and before anything else does, so that a million of them
//! neither stall the script nor flood the host. Beyond what a run may keep, the newest ones wait for its end, and the others
//! are only counted: what a run wrote last says most about how it ended.

use super::session;
use crate::runtime::memory;
use crate::runtime::protocol::{
    self, Done, Exhausted, FromWorker, LOG_BATCH_LINES, LOG_BYTES_KEPT, LOG_LINES_KEPT,
    LOG_TAIL_BYTES, LOG_TAIL_LINES, WireLog,
};
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant};

/// Bytes that go out together, more or less.
const BATCH_BYTES: usize = 128 * 1024;
/// How long a line waits at most while the script computes on.
const PATIENCE: Duration = Duration::from_millis(5);
/// What a line weighs beside its texts.
const LINE_BYTES: usize = 32;
/// Room that is kept for frames, in bytes.
const FRAMES_BYTES: usize = 16 * 1024;

static OUTBOX: Mutex<Outbox> = Mutex::new(Outbox::new());

struct Outbox {
    lines: Vec<WireLog>,
    bytes: usize,
    last_flush: Option<Instant>,
    kept_lines: usize,
    kept_bytes: usize,
    is_full: bool,
    tail: Tail,
    /// Frames that are to be written together.
    frames: Vec<u8>,
}

/// The newest lines of a log that is full.
struct Tail {
    lines: VecDeque<WireLog>,
    bytes: usize,
    skipped: u64,
}

impl Outbox {
    const fn new() -> Self {
        Self {
            lines: Vec::new(),
            bytes: 0,
            last_flush: None,
            kept_lines: 0,
            kept_bytes: 0,
            is_full: false,
            tail: Tail { lines: VecDeque::new(), bytes: 0, skipped: 0 },
            frames: Vec::new(),
        }
    }

    /// Takes a line in. Once one does not fit, none of those that follow goes out before the end: what is kept is the
    /// beginning of the log without gaps, and its end.
    fn add(&mut self, line: WireLog) {
        let bytes = line.bytes();
        self.is_full |=
            self.kept_lines >= LOG_LINES_KEPT || self.kept_bytes + bytes > LOG_BYTES_KEPT;
        if self.is_full {
            return self.tail.add(line);
        }
        self.kept_lines += 1;
        self.kept_bytes += bytes;
        self.bytes += bytes + LINE_BYTES;
        self.lines.push(line);
    }

    fn is_due(&self) -> bool {
        self.lines.len() >= LOG_BATCH_LINES
            || self.bytes >= BATCH_BYTES
            || self.last_flush.is_none_or(|last| last.elapsed() >= PATIENCE)
    }

    fn flush(&mut self) {
        self.last_flush = Some(Instant::now());
        if self.lines.is_empty() {
            return;
        }
        self.bytes = 0;
        let lines = std::mem::take(&mut self.lines);
        self.add_frame(&FromWorker::Logs(lines));
    }

    /// Sends all there is: the run is over.
    fn finish(&mut self) {
        self.flush();
        if self.is_full {
            let lines = std::mem::take(&mut self.tail.lines).into();
            self.add_frame(&FromWorker::LogTail { skipped: self.tail.skipped, lines });
        }
    }

    fn add_frame(&mut self, message: &FromWorker) {
        match protocol::encode_after(std::mem::take(&mut self.frames), message) {
            Ok(frames) => self.frames = frames,
            Err(error) => {
                eprintln!("the worker would have sent {error}");
                std::process::exit(super::EXIT_BROKEN);
            }
        }
    }

    /// Writes what was gathered, in one go. Without a host there is nobody left to work for.
    fn write_out(&mut self) {
        let mut rest = self.frames.as_slice();
        while !rest.is_empty() {
            match rustix::io::write(rustix::stdio::stdout(), rest) {
                Ok(0) => std::process::exit(0),
                Ok(count) => rest = &rest[count..],
                Err(rustix::io::Errno::INTR) => {}
                Err(_) => std::process::exit(0),
            }
        }
        self.frames.clear();
        self.frames.shrink_to(FRAMES_BYTES);
    }
}

impl Tail {
    fn add(&mut self, line: WireLog) {
        self.bytes += line.bytes();
        self.lines.push_back(line);
        while self.lines.len() > LOG_TAIL_LINES || self.bytes > LOG_TAIL_BYTES {
            let Some(oldest) = self.lines.pop_front() else { break };
            self.bytes -= oldest.bytes();
            self.skipped += 1;
        }
    }
}

/// A new run begins.
pub(super) fn begin() {
    let mut outbox = open();
    *outbox = Outbox { frames: std::mem::take(&mut outbox.frames), ..Outbox::new() };
    outbox.last_flush = Some(Instant::now());
}

/// Adds a line to the log.
pub(super) fn log(line: WireLog) {
    let mut outbox = open();
    outbox.add(line);
    if outbox.is_due() {
        outbox.flush();
        outbox.write_out();
    }
}

/// Sends the lines that have waited long enough.
pub(super) fn flush_if_due() {
    let mut outbox = open();
    if !outbox.lines.is_empty() && outbox.is_due() {
        outbox.flush();
        outbox.write_out();
    }
}

/// Sends the lines gathered so far.
pub(super) fn flush() {
    let mut outbox = open();
    outbox.flush();
    outbox.write_out();
}

/// Sends `message`, what was gathered before it first.
pub(super) fn send(message: &FromWorker) {
    let mut outbox = open();
    outbox.flush();
    outbox.add_frame(message);
    outbox.write_out();
}

/// Gathers how the run ended, and what is left of its log before that; it goes out with what is sent next.
pub(super) fn add_done(done: Done) {
    let mut outbox = open();
    outbox.finish();
    outbox.add_frame(&FromWorker::Done(Box::new(done)));
}

/// Sends what there is, and that memory ran out. Called by the allocator on any thread.
pub(super) fn last_words(asked_bytes: u64) {
    let mut outbox = match OUTBOX.try_lock() {
        Ok(outbox) => outbox,
        Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
        Err(TryLockError::WouldBlock) => return,
    };
    outbox.finish();
    outbox.add_frame(&FromWorker::Exhausted(Exhausted {
        asked_bytes,
        peak_memory_bytes: memory::peak(),
        operations: session::operations(),
    }));
    outbox.write_out();
}

fn open() -> MutexGuard<'static, Outbox> {
    OUTBOX.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Level;

    fn line(message: String) -> WireLog {
        WireLog { at_ms: 0, level: Level::Info, line: None, message, extras: Vec::new() }
    }

    #[test]
    fn what_is_kept_is_the_beginning_without_gaps_and_the_end() {
        let mut outbox = Outbox::new();
        outbox.add(line("x".repeat(LOG_BYTES_KEPT - 10)));
        outbox.add(line("x".repeat(11)));
        outbox.add(line("small".to_owned()));
        assert_eq!(outbox.lines.len(), 1, "a small line behind one that waits would leave a gap");
        assert_eq!((outbox.tail.lines.len(), outbox.tail.skipped), (2, 0));
    }

    #[test]
    fn the_newest_lines_wait_and_the_others_are_counted() {
        let mut outbox = Outbox::new();
        for n in 0..LOG_LINES_KEPT + LOG_TAIL_LINES + 7 {
            outbox.add(line(n.to_string()));
        }
        assert_eq!((outbox.lines.len(), outbox.tail.lines.len()), (LOG_LINES_KEPT, LOG_TAIL_LINES));
        assert_eq!(outbox.tail.skipped, 7);
        assert_eq!(outbox.tail.lines[0].message, (LOG_LINES_KEPT + 7).to_string());
    }

    #[test]
    fn the_end_of_a_log_is_bounded_in_bytes_too() {
        let mut outbox = Outbox::new();
        outbox.is_full = true;
        for _ in 0..3 {
            outbox.add(line("x".repeat(LOG_TAIL_BYTES / 2)));
        }
        assert_eq!((outbox.tail.lines.len(), outbox.tail.skipped), (2, 1));
        outbox.add(line("x".repeat(LOG_TAIL_BYTES + 1)));
        assert_eq!((outbox.tail.lines.len(), outbox.tail.bytes, outbox.tail.skipped), (0, 0, 4));
    }
}

//! Reads the terminal: bytes in, input out.
//!
//! Owns the thread that waits for the terminal. What the bytes mean is told by [`parser`], which knows neither clock nor
//! terminal; how long to wait for the rest of something, and which presses of the mouse belong together, is decided here.
//! While nothing is typed and nothing is half read, nothing wakes the thread.

mod answer;
mod keyboard;
mod mouse;
mod parser;
mod sequence;
#[cfg(test)]
mod tests;

use super::{Wake, fault};
use crate::app::input::{Input, Mouse, MouseKind};
pub(super) use answer::Answer;
use parser::Parser;
pub(super) use parser::{Event, Received};
use ratatui::layout::Position;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use std::io;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

/// Presses at one cell within this time belong together.
const CLICKS_WITHIN: Duration = Duration::from_millis(400);

/// So many bytes are taken from the terminal at once; a line of it gives no more anyway.
const READ_BYTES: usize = 4_096;

/// Reads the terminal until it or the loop is gone.
pub(super) fn read(wakes: &Sender<Wake>) {
    if fault::survive(|| pump(wakes)).is_none_or(|outcome| outcome.is_err()) {
        let _ = wakes.send(Wake::InputLost);
    }
}

/// Sends what comes until the loop is gone; fails when the terminal is.
fn pump(wakes: &Sender<Wake>) -> io::Result<()> {
    let mut parser = Parser::default();
    let mut clicks = Clicks::default();
    let mut bytes = [0; READ_BYTES];
    let mut all = Vec::new();
    loop {
        match next(&mut bytes, parser.patience())? {
            None => parser.quiet(&mut all),
            Some(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Some(count) => parser.feed(&bytes[..count], &mut all),
        }
        for mut received in all.drain(..) {
            if let Some(Event::Input(Input::Mouse(mouse))) = &mut received.event {
                clicks.count(mouse, Instant::now());
            }
            if wakes.send(Wake::Received(received)).is_err() {
                return Ok(());
            }
        }
    }
}

/// Waits for bytes; gives how many came, or `None` when none came within `patience`.
fn next(bytes: &mut [u8], patience: Option<Duration>) -> io::Result<Option<usize>> {
    let terminal = rustix::stdio::stdin();
    let mut wait_first = patience.is_some();
    loop {
        if wait_first && !comes(patience)? {
            return Ok(None);
        }
        match rustix::io::read(terminal, &mut *bytes) {
            Ok(count) => return Ok(Some(count)),
            // Whoever had the terminal before left it so that reading does not wait.
            Err(Errno::AGAIN) => wait_first = true,
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Waits until the terminal has something to say; says whether it has.
fn comes(patience: Option<Duration>) -> io::Result<bool> {
    let until = patience.map(|patience| Instant::now() + patience);
    let terminal = rustix::stdio::stdin();
    loop {
        let left = until.map(|until| until.saturating_duration_since(Instant::now()));
        let left = left.map(|left| Timespec {
            tv_sec: left.as_secs().cast_signed(),
            tv_nsec: left.subsec_nanos().into(),
        });
        match poll(&mut [PollFd::new(&terminal, PollFlags::IN)], left.as_ref()) {
            Ok(count) => return Ok(count > 0),
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Counts presses that belong together.
#[derive(Debug, Default)]
struct Clicks {
    last: Option<(Position, Instant, u8)>,
}

impl Clicks {
    /// Says of a press how many of its kind there were in quick succession.
    fn count(&mut self, mouse: &mut Mouse, now: Instant) {
        let MouseKind::Press(clicks) = &mut mouse.kind else { return };
        *clicks = match self.last {
            Some((place, when, count))
                if place == mouse.at && now.duration_since(when) < CLICKS_WITHIN =>
            {
                count % 3 + 1
            }
            _ => 1,
        };
        self.last = Some((mouse.at, now, *clicks));
    }
}

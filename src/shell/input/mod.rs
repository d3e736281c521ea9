//! Reads the terminal: bytes in, input out.
//!
//! Owns the terminal's input. What the bytes mean is told by [`parser`], which knows neither clock nor terminal; until
//! when to wait for the rest of something, and which presses of the mouse belong together, is decided here. Whoever reads
//! does the waiting.

mod answer;
mod keyboard;
mod mouse;
mod parser;
mod rush;
mod sequence;
#[cfg(test)]
mod tests;

use crate::app::input::{Input, Mouse, MouseKind};
pub(super) use answer::Answer;
use parser::Parser;
pub(super) use parser::{Event, Received};
use ratatui::layout::Position;
use rush::Rush;
use rustix::io::Errno;
use std::collections::VecDeque;
use std::io;
use std::time::{Duration, Instant};

/// Presses at one cell within this time belong together.
const CLICKS_WITHIN: Duration = Duration::from_millis(400);

/// So many bytes are taken from the terminal at once; a line of it gives no more anyway.
const READ_BYTES: usize = 4_096;

/// Reads the terminal, in pieces as they come.
#[derive(Debug, Default)]
pub(super) struct Reader {
    parser: Parser,
    rush: Rush,
    clicks: Clicks,
    all: Vec<Received>,
    waiting: VecDeque<Received>,
    /// When what has come is all that comes, where time decides that.
    rest_until: Option<Instant>,
}

impl Reader {
    /// What was read and not taken yet.
    pub(super) fn next(&mut self) -> Option<Received> {
        self.waiting.pop_front()
    }

    /// When to say that it is [quiet](Reader::quiet), unless something comes before.
    pub(super) fn rest_until(&self) -> Option<Instant> {
        self.rest_until
    }

    /// Reads what is at hand; fails when the terminal is gone.
    pub(super) fn read(&mut self) -> io::Result<()> {
        let mut bytes = [0; READ_BYTES];
        match rustix::io::read(rustix::stdio::stdin(), &mut bytes) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => self.feed(&bytes[..count]),
            Err(Errno::AGAIN | Errno::INTR) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
        self.take_in();
        Ok(())
    }

    fn feed(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while self.parser.is_at_rest() {
            let text;
            (text, rest) = rest.split_at(rush::text_at_start(rest));
            if !self.rush.takes(text) {
                self.end_rush();
                self.parser.feed(text, &mut self.all);
            }
            if rest.is_empty() {
                return;
            }
            self.end_rush();
            // The last bytes of a sequence look like text.
            while let Some((first, others)) = rest.split_first() {
                self.parser.feed(&[*first], &mut self.all);
                rest = others;
                if self.parser.is_at_rest() || self.parser.is_in_paste() {
                    break;
                }
            }
        }
        self.parser.feed(rest, &mut self.all);
    }

    fn end_rush(&mut self) {
        if !self.rush.is_on() {
            return;
        }
        let (input, rest) = self.rush.end();
        if let Some((input, bytes)) = input {
            self.all.push(Received { event: Some(Event::Input(input)), bytes });
        }
        self.parser.feed(&rest, &mut self.all);
    }

    /// Nothing came until [`Reader::rest_until`].
    pub(super) fn quiet(&mut self) {
        if self.rush.is_on() {
            self.end_rush();
        } else {
            self.parser.quiet(&mut self.all);
        }
        self.take_in();
    }

    fn take_in(&mut self) {
        let now = Instant::now();
        for mut received in self.all.drain(..) {
            if let Some(Event::Input(Input::Mouse(mouse))) = &mut received.event {
                self.clicks.count(mouse, now);
            }
            self.waiting.push_back(received);
        }
        let of_rush = self.rush.is_on().then_some(rush::PATIENCE);
        self.rest_until = of_rush.or(self.parser.patience()).map(|patience| now + patience);
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

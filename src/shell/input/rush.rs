//! Text that comes as keys, faster than anybody types: a paste from a terminal that does not mark it as one.

use super::keyboard;
use crate::app::input::{Input, Key};
use std::time::Duration;

/// So many bytes at once were not typed.
const FEWEST: usize = 16;
/// More than this comes in pieces, so that memory has a bound.
const MOST: usize = 16 << 20;
/// What follows within this time belongs to it.
pub(super) const PATIENCE: Duration = Duration::from_millis(30);

/// What was read of such a text.
#[derive(Debug, Default)]
pub(super) struct Rush {
    bytes: Vec<u8>,
}

impl Rush {
    /// Whether something was read of one.
    pub(super) fn is_on(&self) -> bool {
        !self.bytes.is_empty()
    }

    /// Takes in text that was read at once, if it begins such a text or goes on with it.
    pub(super) fn takes(&mut self, read: &[u8]) -> bool {
        let is_part = if self.is_on() { self.bytes.len() < MOST } else { begins(read) };
        if is_part {
            self.bytes.extend_from_slice(read);
        }
        is_part
    }

    /// Ends it: the text with its bytes, and those behind it that are no whole character.
    pub(super) fn end(&mut self) -> (Option<(Input, Vec<u8>)>, Vec<u8>) {
        let mut bytes = std::mem::take(&mut self.bytes);
        let whole = match str::from_utf8(&bytes) {
            Ok(_) => bytes.len(),
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(_) => 0,
        };
        let rest = bytes.split_off(whole);
        let Ok(text) = String::from_utf8(bytes) else { return (None, rest) };
        if text.is_empty() {
            return (None, rest);
        }
        let first = text.bytes().take(64).collect();
        let keys = text.chars().filter_map(key).collect();
        (Some((Input::Rush { text, keys }, first)), rest)
    }
}

/// Whether what was read at once is several lines, or the beginning of them. One line with Enter behind it may be typed
/// where the line to the terminal is slow.
fn begins(read: &[u8]) -> bool {
    let is_break = |it: &u8| matches!(it, b'\r' | b'\n');
    let behind = read.iter().position(is_break).map(|at| &read[at..]);
    read.len() >= FEWEST && behind.is_some_and(|it| it.iter().any(|byte| *byte > b' '))
}

/// How many bytes at the start of what was read are text.
pub(super) fn text_at_start(read: &[u8]) -> usize {
    read.iter().position(|it| !is_text(*it)).unwrap_or(read.len())
}

fn is_text(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\r' | b'\n' | b' '..=b'~' | 0x80..)
}

fn key(c: char) -> Option<Key> {
    match u8::try_from(c) {
        Ok(byte) if byte < b' ' => keyboard::control(byte),
        _ => Some(keyboard::plain(c)),
    }
}

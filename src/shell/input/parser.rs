//! From bytes to events: a state machine that takes a byte at a time.
//!
//! Owns where one thing ends and the next begins, wherever the bytes are cut. It never looks at a byte twice, so that a
//! paste costs its length; it keeps no more than one unfinished thing, and never takes a part of one for typed text.

use super::answer::Answer;
use super::{answer, keyboard, sequence};
use crate::app::input::{Input, Key};
use std::time::Duration;

const ESC: u8 = 0x1b;
const BEL: u8 = 0x07;
const CANCEL: [u8; 2] = [0x18, 0x1a];

/// What ends a paste.
const PASTE_END: &[u8] = b"\x1b[201~";

/// A sequence has at most so many bytes; what is longer means nothing to us.
const UNIT_LIMIT: usize = 1_024;
/// A paste longer than this comes in pieces, so that memory has a bound.
const PASTE_LIMIT: usize = 16 << 20;

/// After Escape, what follows within this time belongs to it.
const ESCAPE_PATIENCE: Duration = Duration::from_millis(40);
/// The same for what begins a sequence, and is a key with Alt when nothing follows.
const INTRODUCER_PATIENCE: Duration = Duration::from_millis(100);
/// An answer of the terminal that stops in the middle is given up after this.
const STRING_PATIENCE: Duration = Duration::from_secs(1);
/// A paste that stops in the middle has lost its end.
const PASTE_PATIENCE: Duration = Duration::from_secs(2);
/// Nobody types so many bytes at once: they belong to the paste before.
const PASTE_REST: usize = 16;

/// Something that came from the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::shell) struct Received {
    /// What it means; `None` when it means nothing to us.
    pub(in crate::shell) event: Option<Event>,
    /// The bytes that it was, the first ones of many.
    pub(in crate::shell) bytes: Vec<u8>,
}

/// What bytes can mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::shell) enum Event {
    /// A person did something; the presses of the mouse are not counted yet.
    Input(Input),
    /// The terminal answered a question.
    Answer(Answer),
}

/// Where in a sequence the bytes are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// Between two things.
    #[default]
    Ground,
    /// In a character of several bytes, so many of which are missing.
    Character(u8),
    /// After Escape.
    Escape,
    /// After what perhaps begins a string: `ESC ]`, `ESC P`, `ESC _`.
    Introduced,
    /// In a control sequence: `ESC [`.
    Control,
    /// After `ESC O`.
    Single,
    /// In a function key of the Linux console: `ESC [ [`.
    Console,
    /// In a mouse report of the old form, so many bytes of which are missing.
    Report(u8),
    /// In a string of the terminal's.
    String,
    /// After an Escape in a string.
    StringEscape,
    /// In a paste, so many bytes of whose end were seen.
    Paste(usize),
}

/// From bytes to events.
#[derive(Debug, Default)]
pub(super) struct Parser {
    state: State,
    /// What was read of the thing under way.
    unit: Vec<u8>,
    /// What was read of the paste under way.
    pasted: Vec<u8>,
    /// Nothing came for too long; what comes now may still be the rest of this.
    late: Option<State>,
}

impl Parser {
    /// Takes bytes in.
    pub(super) fn feed(&mut self, bytes: &[u8], out: &mut Vec<Received>) {
        if let Some(state) = self.late.take() {
            if continues(state, &self.unit, bytes) {
                self.state = state;
            } else {
                self.unit.clear();
            }
        }
        let mut rest = bytes;
        while let Some((first, others)) = rest.split_first() {
            rest = if let State::Paste(matched) = self.state {
                self.paste(matched, rest, out)
            } else {
                self.byte(*first, out);
                others
            };
        }
    }

    /// Whether nothing is under way.
    pub(super) fn is_at_rest(&self) -> bool {
        self.state == State::Ground && self.late.is_none()
    }

    /// Whether a paste is under way.
    pub(super) fn is_in_paste(&self) -> bool {
        matches!(self.state, State::Paste(_))
    }

    /// How long the rest of what was begun may take; `None` while nothing is open that time decides.
    pub(super) fn patience(&self) -> Option<Duration> {
        match self.state {
            State::Escape => Some(ESCAPE_PATIENCE),
            State::Introduced => Some(INTRODUCER_PATIENCE),
            State::Control | State::Single if self.unit.len() == 2 => Some(INTRODUCER_PATIENCE),
            State::String | State::StringEscape => Some(STRING_PATIENCE),
            State::Paste(_) => Some(PASTE_PATIENCE),
            // Whatever comes next ends these, and until then they may be on their way.
            State::Ground
            | State::Character(_)
            | State::Control
            | State::Single
            | State::Console
            | State::Report(_) => None,
        }
    }

    /// Nothing came for as long as [`Parser::patience`] said.
    pub(super) fn quiet(&mut self, out: &mut Vec<Received>) {
        let state = std::mem::take(&mut self.state);
        let unit = self.unit.clone();
        match state {
            State::Escape => self.emit(keyboard::control(ESC).map(key), out),
            State::Introduced | State::Control | State::Single => {
                let event = self.unit.get(1).and_then(|byte| keyboard::with_alt(*byte)).map(key);
                self.emit(event, out);
            }
            State::Paste(matched) => {
                self.pasted.extend_from_slice(&PASTE_END[..matched]);
                self.emit_paste(out);
            }
            _ => {}
        }
        self.unit = unit;
        self.late = Some(if matches!(state, State::Paste(_)) { State::Paste(0) } else { state });
    }

    fn byte(&mut self, byte: u8, out: &mut Vec<Received>) {
        match self.state {
            State::Ground | State::Paste(_) => self.start(byte, out),
            State::Character(missing) => self.character(missing, byte, out),
            State::Escape => self.escape(byte, out),
            State::Introduced => self.introduced(byte, out),
            State::Control => self.control(byte, out),
            State::Single => match byte {
                b'0'..=b'9' if self.unit.len() < 4 => self.unit.push(byte),
                0x40..=0x7e => self.finish(byte, out),
                _ => self.abandon(byte, out),
            },
            State::Console => match byte {
                0x40..=0x7e => self.finish(byte, out),
                _ => self.abandon(byte, out),
            },
            State::Report(missing) => match (byte, missing) {
                (ESC, _) => self.abandon(byte, out),
                (_, 1) => self.finish(byte, out),
                _ => {
                    self.unit.push(byte);
                    self.state = State::Report(missing - 1);
                }
            },
            State::String => match byte {
                BEL => self.finish(byte, out),
                ESC => self.go_on(byte, State::StringEscape),
                0..0x20 => self.abandon(byte, out),
                _ => self.go_on(byte, State::String),
            },
            State::StringEscape if byte == b'\\' => self.finish(byte, out),
            State::StringEscape => {
                self.unit.pop();
                self.emit(None, out);
                self.start(ESC, out);
                self.byte(byte, out);
            }
        }
    }

    /// The first byte of something.
    fn start(&mut self, byte: u8, out: &mut Vec<Received>) {
        self.unit.push(byte);
        match byte {
            ESC => self.state = State::Escape,
            0xc2..=0xdf => self.state = State::Character(1),
            0xe0..=0xef => self.state = State::Character(2),
            0xf0..=0xf4 => self.state = State::Character(3),
            0x80.. => self.emit(None, out),
            0..0x20 | 0x7f => self.emit(keyboard::control(byte).map(key), out),
            _ => self.emit(Some(key(keyboard::plain(char::from(byte)))), out),
        }
    }

    fn character(&mut self, missing: u8, byte: u8, out: &mut Vec<Received>) {
        if byte & 0xc0 != 0x80 {
            return self.abandon(byte, out);
        }
        self.unit.push(byte);
        self.state = State::Character(missing - 1);
        if missing == 1 {
            let alt = self.unit[0] == ESC;
            let text = std::str::from_utf8(&self.unit[usize::from(alt)..]);
            let event = text.ok().and_then(|text| text.chars().next()).map(|c| {
                let plain = keyboard::plain(c);
                key(if alt { Key { alt, ..plain } } else { plain })
            });
            self.emit(event, out);
        }
    }

    fn escape(&mut self, byte: u8, out: &mut Vec<Received>) {
        match byte {
            // Two in a row are the key and the beginning of something.
            ESC => {
                self.emit(keyboard::control(ESC).map(key), out);
                self.start(ESC, out);
            }
            b'[' => self.go_on(byte, State::Control),
            b'O' => self.go_on(byte, State::Single),
            b']' | b'P' | b'_' => self.go_on(byte, State::Introduced),
            0xc2..=0xdf => self.go_on(byte, State::Character(1)),
            0xe0..=0xef => self.go_on(byte, State::Character(2)),
            0xf0..=0xf4 => self.go_on(byte, State::Character(3)),
            _ => {
                self.unit.push(byte);
                self.emit(keyboard::with_alt(byte).map(key), out);
            }
        }
    }

    /// What begins an answer of the terminal is told from a key with Alt by what follows it.
    fn introduced(&mut self, byte: u8, out: &mut Vec<Received>) {
        if is_string(&self.unit, byte) {
            return self.go_on(byte, State::String);
        }
        let event = self.unit.get(1).and_then(|byte| keyboard::with_alt(*byte)).map(key);
        self.emit(event, out);
        self.start(byte, out);
    }

    fn control(&mut self, byte: u8, out: &mut Vec<Received>) {
        match byte {
            b'[' if self.unit.len() == 2 => self.go_on(byte, State::Console),
            b'M' if self.unit.len() == 2 => self.go_on(byte, State::Report(3)),
            // A key with Shift in the form of rxvt, where this byte begins nothing longer.
            b'$' if self.unit.len() > 2 && self.unit[2..].iter().all(u8::is_ascii_digit) => {
                self.finish(byte, out);
            }
            0x20..=0x3f => self.go_on(byte, State::Control),
            0x40..=0x7e => self.finish(byte, out),
            _ => self.abandon(byte, out),
        }
    }

    /// Keeps a byte of the thing under way.
    fn go_on(&mut self, byte: u8, state: State) {
        if self.unit.len() <= UNIT_LIMIT {
            self.unit.push(byte);
        }
        self.state = state;
    }

    /// The last byte of a sequence.
    fn finish(&mut self, byte: u8, out: &mut Vec<Received>) {
        if self.unit.len() > UNIT_LIMIT {
            return self.emit(None, out);
        }
        self.unit.push(byte);
        match self.state {
            State::Control if self.unit == b"\x1b[200~" => {
                self.unit.clear();
                self.state = State::Paste(0);
            }
            State::String | State::StringEscape => {
                let answer = answer::of_string(&self.unit);
                self.emit(Some(Event::Answer(answer)), out);
            }
            _ => {
                let event = sequence::event(&self.unit);
                self.emit(event, out);
            }
        }
    }

    /// A byte that cannot belong to the thing under way ends it, and begins the next unless it only cancels.
    fn abandon(&mut self, byte: u8, out: &mut Vec<Received>) {
        self.emit(None, out);
        if !CANCEL.contains(&byte) {
            self.start(byte, out);
        }
    }

    fn emit(&mut self, event: Option<Event>, out: &mut Vec<Received>) {
        self.state = State::Ground;
        out.push(Received { event, bytes: std::mem::take(&mut self.unit) });
    }

    /// Takes in what belongs to a paste; gives what stands behind it.
    fn paste<'a>(&mut self, matched: usize, bytes: &'a [u8], out: &mut Vec<Received>) -> &'a [u8] {
        let mut matched = matched;
        let mut at = 0;
        while at < bytes.len() {
            if matched == 0 {
                let text = bytes[at..].iter().position(|byte| *byte == ESC);
                let end = text.map_or(bytes.len(), |text| at + text);
                self.pasted.extend_from_slice(&bytes[at..end]);
                at = end;
                matched = usize::from(at < bytes.len());
                at += matched;
            } else if bytes[at] == PASTE_END[matched] {
                matched += 1;
                at += 1;
                if matched == PASTE_END.len() {
                    self.emit_paste(out);
                    return &bytes[at..];
                }
            } else {
                // Only the first byte of the mark can begin it anew, and that is looked for next.
                self.pasted.extend_from_slice(&PASTE_END[..matched]);
                matched = 0;
            }
        }
        self.state = State::Paste(matched);
        if self.pasted.len() > PASTE_LIMIT {
            self.emit_piece(out);
        }
        &[]
    }

    fn emit_paste(&mut self, out: &mut Vec<Received>) {
        let text = std::mem::take(&mut self.pasted);
        self.emit_text(&text, out);
    }

    /// What was read of a paste without end, up to its last whole character.
    fn emit_piece(&mut self, out: &mut Vec<Received>) {
        let state = self.state;
        let whole = match std::str::from_utf8(&self.pasted) {
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            _ => self.pasted.len(),
        };
        let rest = self.pasted.split_off(whole);
        let text = std::mem::replace(&mut self.pasted, rest);
        self.emit_text(&text, out);
        self.state = state;
    }

    fn emit_text(&mut self, text: &[u8], out: &mut Vec<Received>) {
        self.unit = text.iter().copied().take(64).collect();
        let text = String::from_utf8_lossy(text).into_owned();
        self.emit(Some(Event::Input(Input::Paste(text))), out);
    }
}

fn key(key: Key) -> Event {
    Event::Input(Input::Key(key))
}

/// Whether `unit`, which perhaps begins a string of the terminal's, does so when `next` follows.
fn is_string(unit: &[u8], next: u8) -> bool {
    match unit.get(1) {
        Some(b']') => next.is_ascii_digit(),
        Some(b'P') => next.is_ascii_digit() || matches!(next, b'>' | b'!'),
        Some(b'_') => next == b'G',
        _ => false,
    }
}

/// Whether `bytes` are the rest of `unit`, which was given up because nothing came for too long. Nobody types what a
/// sequence is made of so fast that it is read at once.
fn continues(state: State, unit: &[u8], bytes: &[u8]) -> bool {
    match (state, bytes) {
        (State::Escape, [b'[' | b'O', _, ..])
        | (State::Control, [b'<' | b'?' | b'0'..=b'9', _, ..]) => true,
        (State::Escape, [introducer, next, ..]) => is_string(&[ESC, *introducer], *next),
        (State::Introduced, [next, _, ..]) => is_string(unit, *next),
        (State::String | State::StringEscape, [_, _, ..]) => {
            bytes.contains(&BEL) || bytes.ends_with(b"\\")
        }
        (State::Paste(_), [first, ..]) => *first != ESC && bytes.len() >= PASTE_REST,
        _ => false,
    }
}

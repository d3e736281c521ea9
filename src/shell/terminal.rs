//! The terminal's modes: what is turned on is turned off again on every way out.

use crossterm::terminal;
use ratatui::layout::Size;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

/// Alternate screen, mouse buttons with drag and wheel in the SGR form, pastes in brackets, focus reports.
const ENTER: &str = "\x1b[?1049h\x1b[?2004h\x1b[?1004h\x1b[2J";
/// The reverse, whatever was on: a mode that is off already stays off.
const LEAVE: &str =
    "\x1b[?2026l\x1b[?1006l\x1b[?1002l\x1b[?1000l\x1b[?1004l\x1b[?2004l\x1b[0m\x1b[?25h\x1b[?1049l";
/// Asks which keyboard protocol the terminal speaks and, last, what it is: every terminal that answers at all answers
/// that. Nobody waits for the answers.
const ASK: &str = "\x1b[?u\x1b[c";
/// Keys that are told apart, with their place on the keyboard (kitty's protocol, flags 1 and 4), while we have the
/// terminal's other screen, which has flags of its own.
const KEYBOARD_ON: &str = "\x1b[>5u";
const KEYBOARD_OFF: &str = "\x1b[<u";
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1002h\x1b[?1006h";
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1002l\x1b[?1000l";

/// The terminal is in our modes.
static ENTERED: AtomicBool = AtomicBool::new(false);
/// Its keyboard protocol is ours.
static KEYBOARD: AtomicBool = AtomicBool::new(false);

/// The terminal while it is ours; given back when this value is dropped.
#[derive(Debug)]
pub(super) struct Guard(());

impl Guard {
    /// Takes the terminal.
    pub(super) fn take(mouse: Capture) -> io::Result<Self> {
        // Made first, so that what was turned on before a failure is turned off again.
        let guard = Self(());
        enter(mouse)?;
        Ok(guard)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        restore();
    }
}

/// Who has the mouse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Capture {
    /// The program.
    Ours,
    /// The terminal.
    Terminals,
}

/// Puts the terminal into our modes.
pub(super) fn enter(mouse: Capture) -> io::Result<()> {
    terminal::enable_raw_mode()?;
    ENTERED.store(true, Ordering::SeqCst);
    let mouse = if mouse == Capture::Ours { MOUSE_ON } else { "" };
    write(&[ENTER, mouse, ASK].concat())
}

/// Turns the keyboard protocol on that the terminal said it speaks.
pub(super) fn distinguish_keys() -> io::Result<()> {
    if ENTERED.load(Ordering::SeqCst) && !KEYBOARD.swap(true, Ordering::SeqCst) {
        write(KEYBOARD_ON)?;
    }
    Ok(())
}

/// How many cells the terminal has.
pub(super) fn size() -> io::Result<Size> {
    terminal::size().map(|(columns, rows)| Size::new(columns, rows))
}

/// Asks for the mouse, or leaves it to the terminal.
pub(super) fn capture(mouse: Capture) -> io::Result<()> {
    write(if mouse == Capture::Ours { MOUSE_ON } else { MOUSE_OFF })
}

/// Puts the terminal back as it was found. Safe to call from any thread, at any time, more than once.
pub(super) fn restore() {
    if ENTERED.swap(false, Ordering::SeqCst) {
        // First, since a terminal that takes no output holds the rest up. One that is gone needs nothing.
        let _ = terminal::disable_raw_mode();
        if KEYBOARD.swap(false, Ordering::SeqCst) {
            let _ = write(KEYBOARD_OFF);
        }
        let _ = write(LEAVE);
    }
}

/// Writes past every lock and buffer, so that a panic or a watchdog cannot be held up.
fn write(text: &str) -> io::Result<()> {
    let mut rest = text.as_bytes();
    while !rest.is_empty() {
        match rustix::io::write(rustix::stdio::stdout(), rest) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => rest = &rest[written..],
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Puts `text` on the terminal's clipboard, as far as the terminal takes it (OSC 52).
pub(super) fn copy(text: &str) -> io::Result<()> {
    let encoded = data_encoding::BASE64.encode(text.as_bytes());
    write(&format!("\x1b]52;c;{encoded}\x07"))
}

/// The most bytes that terminals reliably take for their clipboard.
pub(super) const COPY_LIMIT_BYTES: usize = 74_000;

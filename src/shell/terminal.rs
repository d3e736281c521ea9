//! The terminal's modes: what is turned on is turned off again on every way out.

use crossterm::terminal;
use ratatui::layout::Size;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

/// Alternate screen, pastes in brackets, reports of the focus and of a ground that becomes dark or light.
const ENTER: &str = "\x1b[?1049h\x1b[?2004h\x1b[?1004h\x1b[?2031h\x1b[2J";
/// The reverse, whatever was on: a mode that is off already stays off.
const LEAVE: &str = "\x1b[?2026l\x1b[?1006l\x1b[?1002l\x1b[?1000l\x1b[?2031l\x1b[?1004l\x1b[?2004l\x1b[0m\x1b[?25h\x1b[?1049l";
/// Asks for keyboard protocol, ground and name of the terminal and, last, what it is: every terminal that answers at all
/// answers that. Nobody waits for the answers.
const ASK: &str = "\x1b[?u\x1b]11;?\x1b\\\x1b[>0q\x1b[c";
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
    let ask = if is_simple(|name| std::env::var(name).ok()) { "" } else { ASK };
    write(&[ENTER, mouse, ask].concat())
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

/// A terminal that shows questions instead of answering them.
fn is_simple(variable: impl Fn(&str) -> Option<String>) -> bool {
    variable("TERM").is_none_or(|term| matches!(term.as_str(), "linux" | "dumb" | ""))
}

/// Puts `text` on the terminal's clipboard, as far as the terminal takes it (OSC 52).
pub(super) fn copy(text: &str) -> io::Result<()> {
    let encoded = data_encoding::BASE64.encode(text.as_bytes());
    write(&copying(&encoded, |name| std::env::var(name).ok()))
}

/// What puts the text of this encoding on the clipboard. A multiplexer between us and the terminal either does it itself
/// or has to be told to pass it through: which of the two is a matter of its settings, and doing both does no harm.
fn copying(encoded: &str, variable: impl Fn(&str) -> Option<String>) -> String {
    /// The longest string that every screen passes through.
    const PIECE: usize = 200;
    let term = variable("TERM").unwrap_or_default();
    let is_set = |name| variable(name).is_some_and(|value| !value.is_empty());
    let plain = format!("\x1b]52;c;{encoded}\x07");
    let passed = if is_set("TMUX") || term.starts_with("tmux") {
        format!("\x1bPtmux;{}\x1b\\", plain.replace('\x1b', "\x1b\x1b"))
    } else if is_set("STY") || term.starts_with("screen") {
        let pieces: Vec<_> = plain
            .as_bytes()
            .chunks(PIECE)
            .map(|piece| format!("\x1bP{}\x1b\\", String::from_utf8_lossy(piece)))
            .collect();
        pieces.concat()
    } else {
        String::new()
    };
    plain + &passed
}

/// The most bytes that terminals reliably take for their clipboard.
pub(super) const COPY_LIMIT_BYTES: usize = 74_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn copied(text: &str, variables: &[(&str, &str)]) -> String {
        copying(text, |name| {
            variables.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_copy_gets_through_what_stands_between() {
        let plain = "\x1b]52;c;YQ==\x07";
        assert_eq!(copied("YQ==", &[("TERM", "xterm-256color")]), plain);
        let wrapped = format!("{plain}\x1bPtmux;\x1b\x1b]52;c;YQ==\x07\x1b\\");
        assert_eq!(copied("YQ==", &[("TERM", "screen-256color"), ("TMUX", "/tmp/x")]), wrapped);
        assert_eq!(copied("YQ==", &[("TERM", "tmux-256color")]), wrapped);
        let wrapped = format!("{plain}\x1bP{plain}\x1b\\");
        assert_eq!(copied("YQ==", &[("TERM", "screen"), ("STY", "1.pts")]), wrapped);
        let long = copied(&"a".repeat(1_000), &[("TERM", "screen")]);
        let pieces: Vec<&str> = long.split("\x1bP").skip(1).collect();
        assert!(pieces.len() > 4 && pieces.iter().all(|piece| piece.len() < 256), "{pieces:?}");
        let joined: String = pieces.iter().map(|piece| piece.trim_end_matches("\x1b\\")).collect();
        assert_eq!(joined, format!("\x1b]52;c;{}\x07", "a".repeat(1_000)));
    }

    #[test]
    fn a_terminal_that_would_show_the_questions_is_not_asked() {
        assert!(is_simple(|_| None));
        assert!(is_simple(|_| Some("linux".to_owned())));
        assert!(!is_simple(|_| Some("xterm".to_owned())));
    }
}

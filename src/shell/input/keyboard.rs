//! The keys of the terminals' several languages: single bytes, numbered keys, and codes of characters.

use crate::app::input::{Key, KeyCode};

/// What is held while a key is pressed, as terminals count it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) ctrl: bool,
    pub(super) alt: bool,
    pub(super) shift: bool,
}

impl Held {
    /// Reads a parameter such as `5` (Control), with the kind of event behind it where the terminal tells of one.
    /// `None` when the key was let go, or is held with something that no key of ours has: Super and its kin.
    pub(super) fn read(group: &[u32]) -> Option<Self> {
        const RELEASE: u32 = 3;
        const FOREIGN: u32 = 8 | 16 | 32;
        let bits = group.first().copied().unwrap_or(0).saturating_sub(1);
        if group.get(1) == Some(&RELEASE) || bits & FOREIGN != 0 {
            return None;
        }
        Some(Self { shift: bits & 1 != 0, alt: bits & 2 != 0, ctrl: bits & 4 != 0 })
    }

    /// `code` with what is held.
    pub(super) fn key(self, code: KeyCode) -> Key {
        Key { code, ctrl: self.ctrl, alt: self.alt, shift: self.shift }.normalised()
    }
}

/// The key that types `c`.
pub(super) const fn plain(c: char) -> Key {
    Key::plain(KeyCode::Char(c))
}

/// The key of a control byte.
pub(super) fn control(byte: u8) -> Option<Key> {
    let ctrl = |c: u8| Key { ctrl: true, ..plain(char::from(c)) };
    let key = match byte {
        b'\t' => Key::plain(KeyCode::Tab),
        b'\r' => Key::plain(KeyCode::Enter),
        0x1b => Key::plain(KeyCode::Esc),
        0x7f => Key::plain(KeyCode::Backspace),
        0 => ctrl(b' '),
        1..=26 => ctrl(byte - 1 + b'a'),
        28..=31 => ctrl(byte - 28 + b'4'),
        _ => return None,
    };
    Some(key.normalised())
}

/// The key of an ASCII byte that came behind Escape.
pub(super) fn with_alt(byte: u8) -> Option<Key> {
    let key = match byte {
        0..0x20 | 0x7f => control(byte)?,
        0x20..0x7f => plain(char::from(byte)),
        _ => return None,
    };
    Some(Key { alt: true, ..key }.normalised())
}

/// The key of a number, as in `ESC [ 15 ~`.
pub(super) fn numbered(number: u32) -> Option<KeyCode> {
    let f = |base: u32| Some(KeyCode::F((number - base) as u8));
    match number {
        1 | 7 => Some(KeyCode::Home),
        2 => Some(KeyCode::Insert),
        3 => Some(KeyCode::Delete),
        4 | 8 => Some(KeyCode::End),
        5 => Some(KeyCode::PageUp),
        6 => Some(KeyCode::PageDown),
        11..=15 => f(10),
        17..=21 => f(11),
        23..=26 => f(12),
        28..=29 => f(13),
        31..=34 => f(14),
        _ => None,
    }
}

/// The key of a letter, as in `ESC [ A` and `ESC O P`.
pub(super) fn lettered(letter: u8) -> Option<KeyCode> {
    Some(match letter {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        b'P'..=b'S' => KeyCode::F(letter - b'P' + 1),
        _ => return None,
    })
}

/// The key of a letter of the number pad, as in `ESC O j`.
pub(super) fn on_the_pad(letter: u8) -> Option<KeyCode> {
    Some(match letter {
        b'M' => KeyCode::Enter,
        b'I' => KeyCode::Tab,
        b' ' => KeyCode::Char(' '),
        b'X' => KeyCode::Char('='),
        b'j'..=b'y' => KeyCode::Char(char::from(letter - b'j' + b'*')),
        _ => return None,
    })
}

/// The key of a character's code, as the kitty protocol and xterm's `modifyOtherKeys` have it: the character without
/// Shift, then with it, then where the key stands on the keyboard, as far as the terminal tells.
pub(super) fn coded(codes: &[u32], held: Held) -> Option<Key> {
    let code = *codes.first()?;
    if let Some(code) = functional(code) {
        return Some(held.key(code));
    }
    let known = |at: usize| codes.get(at).copied().and_then(char::from_u32).filter(|c| *c != '\0');
    let mut c = known(0).filter(|c| !c.is_control() && !is_private(*c))?;
    // A key of another script does what its place on the keyboard does.
    if (held.ctrl || held.alt) && !c.is_ascii() {
        c = known(2).filter(char::is_ascii).unwrap_or(c);
    } else if held.shift && (!held.ctrl || !c.is_ascii_alphabetic()) {
        c = known(1).unwrap_or(c);
    }
    if held.shift && !held.ctrl {
        let mut upper = c.to_uppercase();
        c = upper.next().filter(|_| upper.next().is_none()).unwrap_or(c);
    }
    Some(held.key(KeyCode::Char(c)))
}

/// The keys without a character, and those of the number pad, which have codes of their own.
fn functional(code: u32) -> Option<KeyCode> {
    const PAD: [char; 17] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.', '/', '*', '-', '+', '\r', '='];
    const PAD_MOVES: [KeyCode; 10] = [
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::PageUp,
        KeyCode::PageDown,
        KeyCode::Home,
        KeyCode::End,
        KeyCode::Insert,
        KeyCode::Delete,
    ];
    Some(match code {
        8 | 127 => KeyCode::Backspace,
        9 => KeyCode::Tab,
        10 | 13 | 57_414 => KeyCode::Enter,
        27 => KeyCode::Esc,
        57_376..=57_398 => KeyCode::F((code - 57_376 + 13) as u8),
        57_399..=57_415 => KeyCode::Char(PAD[(code - 57_399) as usize]),
        57_416 => KeyCode::Char(','),
        57_417..=57_426 => PAD_MOVES[(code - 57_417) as usize],
        _ => return None,
    })
}

/// Codes of keys that are no characters: lock keys, media keys, modifiers.
const fn is_private(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}')
}

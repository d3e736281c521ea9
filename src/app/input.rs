//! What a person does, in our own words: keys, mouse, paste, resize. The shell translates the terminal's events.

use ratatui::layout::{Position, Size};
use std::fmt;

/// One thing a person or the terminal did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A key went down or repeats.
    Key(Key),
    /// The mouse did something.
    Mouse(Mouse),
    /// Text came in one piece.
    Paste(String),
    /// Lines of text came as keys, faster than anybody types.
    Rush {
        /// The text.
        text: String,
        /// The keys, for where text cannot be pasted.
        keys: Vec<Key>,
    },
    /// The terminal has a new size.
    Resize(Size),
    /// The terminal's window got the focus.
    FocusGained,
    /// Whatever came, with its bytes, while a person looks at them; nothing else is done with it.
    Received(Received),
}

/// See [`Input::Received`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The bytes, the first ones of many.
    pub bytes: Vec<u8>,
    /// How they are read.
    pub reading: Reading,
}

/// How bytes of the terminal are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// As something that a person did.
    Input(Box<Input>),
    /// As an answer of the terminal to a question of ours.
    Answer,
    /// As nothing that is known.
    Nothing,
}

/// A key with its modifiers, normalised: one spelling for each chord that a terminal can send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// The key.
    pub code: KeyCode,
    /// Control.
    pub ctrl: bool,
    /// Alt, also called Meta or Option.
    pub alt: bool,
    /// Shift; not set for a character, which carries it in itself, unless Control hides that it does: Control and a
    /// letter with Shift are a chord of their own, which only some terminals can send.
    pub shift: bool,
}

/// The keys that a terminal can send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyCode {
    /// A character, lower case when Control is held.
    Char(char),
    /// A function key, from 1.
    F(u8),
    /// The key of this name.
    Enter,
    /// The key of this name.
    Esc,
    /// The key of this name.
    Tab,
    /// The key of this name.
    Backspace,
    /// The key of this name.
    Delete,
    /// The key of this name.
    Insert,
    /// The key of this name.
    Home,
    /// The key of this name.
    End,
    /// The key of this name.
    PageUp,
    /// The key of this name.
    PageDown,
    /// The arrow.
    Up,
    /// The arrow.
    Down,
    /// The arrow.
    Left,
    /// The arrow.
    Right,
}

/// Keys with a name, as they are written in the command table, and as a person reads them.
const NAMED: &[(&str, &str, KeyCode)] = &[
    ("enter", "Enter", KeyCode::Enter),
    ("esc", "Esc", KeyCode::Esc),
    ("tab", "Tab", KeyCode::Tab),
    ("backspace", "Backspace", KeyCode::Backspace),
    ("delete", "Del", KeyCode::Delete),
    ("insert", "Ins", KeyCode::Insert),
    ("home", "Home", KeyCode::Home),
    ("end", "End", KeyCode::End),
    ("pageup", "PgUp", KeyCode::PageUp),
    ("pagedown", "PgDn", KeyCode::PageDown),
    ("up", "Up", KeyCode::Up),
    ("down", "Down", KeyCode::Down),
    ("left", "Left", KeyCode::Left),
    ("right", "Right", KeyCode::Right),
    ("space", "Space", KeyCode::Char(' ')),
];

impl Key {
    /// `code` without modifiers.
    pub const fn plain(code: KeyCode) -> Self {
        Self { code, ctrl: false, alt: false, shift: false }
    }

    /// Reads a spelling such as `ctrl-s`, `Shift+F3`, `alt-enter`, `PgDn`, `?`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut rest = text;
        let mut key = Self::plain(KeyCode::Esc);
        while let Some((prefix, tail)) =
            rest.split_once(['-', '+']).filter(|(_, tail)| !tail.is_empty())
        {
            match prefix.to_ascii_lowercase().as_str() {
                "ctrl" => key.ctrl = true,
                "alt" => key.alt = true,
                "shift" => key.shift = true,
                _ => return None,
            }
            rest = tail;
        }
        let is_named = |(name, shown, _): &&(&str, &str, KeyCode)| {
            name.eq_ignore_ascii_case(rest) || shown.eq_ignore_ascii_case(rest)
        };
        let mut chars = rest.chars();
        key.code = match (chars.next(), chars.next()) {
            (Some(c), None) => KeyCode::Char(c),
            (Some('f' | 'F'), Some(_)) => {
                KeyCode::F(rest[1..].parse().ok().filter(|number| (1..=35).contains(number))?)
            }
            _ => NAMED.iter().find(is_named)?.2,
        };
        Some(key.normalised())
    }

    /// The one spelling of chords that terminals send in several.
    #[must_use]
    pub fn normalised(mut self) -> Self {
        if let KeyCode::Char(c) = self.code {
            if self.ctrl {
                self.code = match c {
                    // Control and `/` is the byte 0x1f, which is also Control and `_` and Control and `7`.
                    '7' | '_' => KeyCode::Char('/'),
                    // The bytes 0x1c to 0x1e, named by the digits that share them.
                    '4' => KeyCode::Char('\\'),
                    '5' => KeyCode::Char(']'),
                    '6' => KeyCode::Char('^'),
                    // Backspace is this byte in many terminals.
                    'h' | 'H' => {
                        self.ctrl = false;
                        KeyCode::Backspace
                    }
                    c => KeyCode::Char(c.to_ascii_lowercase()),
                };
            }
            if let KeyCode::Char(c) = self.code {
                if self.shift && !self.ctrl {
                    self.code = KeyCode::Char(c.to_ascii_uppercase());
                }
                self.shift &= self.ctrl && c.is_ascii_alphabetic();
            }
        }
        self
    }

    /// The character this key types, if it types one.
    pub fn typed(self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) if !self.ctrl && !self.alt && !c.is_control() => Some(c),
            _ => None,
        }
    }
}

/// As a person reads it: `Ctrl-S`, `Shift-F3`, `PgDn`.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let upper = matches!(self.code, KeyCode::Char(c) if c.is_ascii_uppercase());
        let shift = self.shift || (upper && self.alt);
        for (held, name) in [(self.ctrl, "Ctrl-"), (self.alt, "Alt-"), (shift, "Shift-")] {
            if held {
                f.write_str(name)?;
            }
        }
        if let Some((_, shown, _)) = NAMED.iter().find(|(_, _, code)| *code == self.code) {
            return f.write_str(shown);
        }
        match self.code {
            KeyCode::F(n) => write!(f, "F{n}"),
            KeyCode::Char(c) if self.ctrl || self.alt => write!(f, "{}", c.to_ascii_uppercase()),
            KeyCode::Char(c) => write!(f, "{c}"),
            _ => Ok(()),
        }
    }
}

/// Something the mouse did at a cell of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mouse {
    /// The cell.
    pub at: Position,
    /// What happened.
    pub kind: MouseKind,
    /// What was held meanwhile.
    pub held: Held,
}

/// The keys that can be held while the mouse does something. Most terminals keep Shift for themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Control.
    pub ctrl: bool,
    /// Alt, also called Meta or Option.
    pub alt: bool,
    /// Shift.
    pub shift: bool,
}

/// What the mouse can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MouseKind {
    /// The left button went down, for the n-th time in quick succession at this cell (1, 2 or 3).
    Press(u8),
    /// The button in the middle went down.
    MiddlePress,
    /// The right button went down.
    RightPress,
    /// The mouse moved with the left button down.
    Drag,
    /// The left button went up.
    Release,
    /// The wheel turned away from the person.
    WheelUp,
    /// The wheel turned towards the person.
    WheelDown,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_and_shown() {
        for (text, shown) in [
            ("ctrl-s", "Ctrl-S"),
            ("shift-f3", "Shift-F3"),
            ("alt-enter", "Alt-Enter"),
            ("pagedown", "PgDn"),
            ("?", "?"),
            ("-", "-"),
            ("ctrl-space", "Ctrl-Space"),
            ("ctrl-alt-x", "Ctrl-Alt-X"),
            ("alt-X", "Alt-Shift-X"),
            ("G", "G"),
        ] {
            assert_eq!(Key::parse(text).unwrap().to_string(), shown, "{text}");
        }
        for (text, other) in
            [("Ctrl+S", "ctrl-s"), ("PgDn", "pagedown"), ("CTRL-SPACE", "ctrl-space"), ("F5", "f5")]
        {
            assert_eq!(Key::parse(text), Key::parse(other), "{text}");
        }
        assert_eq!(Key::parse("+").unwrap().to_string(), "+");
        assert_eq!(Key::parse("ctrl-+").unwrap().to_string(), "Ctrl-+");
        assert_eq!(Key::parse("f0").or(Key::parse("f99")), None);
        assert_eq!(Key::parse("hyper-x"), None);
        assert_eq!(Key::parse("nokey"), None);
    }

    #[test]
    fn chords_that_a_terminal_cannot_tell_apart_are_one_key() {
        assert_eq!(Key::parse("ctrl-7"), Key::parse("ctrl-/"));
        assert_eq!(Key::parse("ctrl-_"), Key::parse("ctrl-/"));
        assert_eq!(Key::parse("ctrl-h"), Key::parse("backspace"));
        assert_eq!(Key::parse("ctrl-S"), Key::parse("ctrl-s"));
        assert_eq!(Key::parse("shift-a"), Key::parse("A"));
        assert_eq!(Key::parse("alt-shift-x"), Key::parse("alt-X"));
        assert_ne!(Key::parse("ctrl-shift-z"), Key::parse("ctrl-z"));
        assert_eq!(Key::parse("ctrl-shift-_"), Key::parse("ctrl-/"));
    }
}

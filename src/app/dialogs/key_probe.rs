//! What did my terminal send? The bytes of whatever comes, how they are read, and what they would do in the editor.
//!
//! Nothing that comes does anything else meanwhile, so that every key can be tried; two keys lead out whatever the key map
//! says.

use super::Dialog;
use crate::app::command::Context;
use crate::app::input::{Input, Key, KeyCode, Mouse, Reading, Received};
use crate::app::keymap::{self, Keymap, Meaning};
use crate::app::state::AppState;
use std::collections::VecDeque;

/// What there is to know.
pub const NOTE: &str = "Press keys: each is shown with the bytes that came, how they are read, and what it does in the code. Nothing else is done with it.";
/// How one leaves.
pub const WAY_OUT: &str = "Esc twice, or Ctrl-Q, leads out ";

/// So many things are kept.
const ROWS: usize = 64;

/// See the module.
#[derive(Clone, Debug, Default)]
pub struct KeyProbe {
    /// What came, the newest last.
    pub rows: VecDeque<ProbeRow>,
    /// The last thing was Escape.
    escape: bool,
}

/// One thing that came, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeRow {
    /// Its bytes.
    pub bytes: String,
    /// How they are read.
    pub reading: String,
    /// What it does in the editor.
    pub effect: String,
}

/// Takes in what came.
pub fn received(state: &mut AppState, received: Received) {
    const LEAVE: Key = Key { ctrl: true, ..Key::plain(KeyCode::Char('q')) };
    let row = ProbeRow {
        bytes: bytes(&received.bytes),
        reading: reading(&received.reading),
        effect: effect(&state.keymap, &received.reading),
    };
    let key = match received.reading {
        Reading::Input(input) => match *input {
            Input::Key(key) => Some(key),
            _ => None,
        },
        // A key that is let go comes between two that are pressed.
        Reading::Answer | Reading::Nothing => None,
    };
    let Some(Dialog::KeyProbe(probe)) = state.dialogs.last_mut() else { return };
    let escape = key == Some(Key::plain(KeyCode::Esc));
    if key == Some(LEAVE) || (escape && probe.escape) {
        state.dialogs.pop();
        return;
    }
    probe.escape = escape;
    probe.rows.push_back(row);
    if probe.rows.len() > ROWS {
        probe.rows.pop_front();
    }
}

/// The bytes as a person can read and copy them: `ESC [1;5A`, `^A`, `c3 a9`.
fn bytes(bytes: &[u8]) -> String {
    const SHOWN: usize = 48;
    let mut words = vec![String::new()];
    for byte in bytes.iter().take(SHOWN) {
        match byte {
            0x1b => words.extend(["ESC".to_owned(), String::new()]),
            0x80.. => words.push(format!("{byte:02x}")),
            _ => {
                let last = words.last_mut().expect("there is one from the start");
                match byte {
                    0..0x20 => last.extend(['^', char::from(byte + 0x40)]),
                    0x20 => last.push_str("Space"),
                    0x7f => last.push_str("^?"),
                    _ => last.push(char::from(*byte)),
                }
            }
        }
    }
    words.retain(|word| !word.is_empty());
    let more = if bytes.len() > SHOWN { " …" } else { "" };
    words.join(" ") + more
}

fn reading(reading: &Reading) -> String {
    match reading {
        Reading::Input(input) => match &**input {
            Input::Key(key) => key.to_string(),
            Input::Mouse(Mouse { at, kind, held }) => {
                let held = [(held.ctrl, "Ctrl-"), (held.alt, "Alt-"), (held.shift, "Shift-")];
                let held: String =
                    held.iter().filter(|(is, _)| *is).map(|(_, name)| *name).collect();
                format!("mouse: {held}{kind:?} at {}, {}", at.x + 1, at.y + 1)
            }
            Input::Paste(text) => format!("paste of {} characters", text.chars().count()),
            Input::Rush { text, .. } => format!("{} characters at once", text.chars().count()),
            Input::Resize(size) => format!("new size: {} x {}", size.width, size.height),
            Input::FocusGained => "the window has the focus".to_owned(),
            Input::Received(_) => String::new(),
        },
        Reading::Answer => "answer to a question".to_owned(),
        Reading::Nothing => "nothing known".to_owned(),
    }
}

/// What a key does while the code has the focus.
fn effect(keymap: &Keymap, reading: &Reading) -> String {
    const CODE: [Context; 4] = [Context::Text, Context::Editor, Context::Global, Context::Always];
    let Reading::Input(input) = reading else { return String::new() };
    match **input {
        Input::Key(key) => match keymap::meaning_in(keymap, &CODE, key) {
            Some(Meaning::Command(command)) => format!("{} ({})", command.title, command.id),
            Some(Meaning::Text(c)) => format!("types {c}"),
            None => "does nothing".to_owned(),
        },
        Input::Paste(_) | Input::Rush { .. } => "is inserted as one step".to_owned(),
        _ => String::new(),
    }
}

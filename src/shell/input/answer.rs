//! What the terminal answers to what it was asked. Nothing of it is ever typed.

/// An answer of the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::shell) enum Answer {
    /// It speaks the kitty keyboard protocol.
    Keyboard,
    /// What kind of terminal it is: the last of what was asked, so that no further answer is on its way.
    Device,
    /// Something else, which nobody needs.
    Other,
}

/// An answer in the form `ESC [ ? numbers letter`.
pub(super) fn of_control(last: u8) -> Option<Answer> {
    match last {
        b'u' => Some(Answer::Keyboard),
        b'c' => Some(Answer::Device),
        b'n' | b'y' => Some(Answer::Other),
        _ => None,
    }
}

//! A history that outlives its buffer: as text for a file, bounded, and checked before it is believed.

use super::buffer::Buffer;
use super::carets::Selections;
use super::history::{Edit, Step};
use super::position::{Position, Selection};
use super::text_form;
use ropey::Rope;
use serde::{Deserialize, Serialize};

/// Text that is stored of a history, in bytes; the oldest steps are left out.
const STORED_BYTES: usize = 1024 * 1024;

/// The version of the form; another one is not read.
const VERSION: u32 = 1;

/// The steps behind and ahead of a text.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredHistory {
    version: u32,
    /// The newest last.
    past: Vec<StoredStep>,
    /// The next last.
    future: Vec<StoredStep>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct StoredStep {
    /// Characters before it, what was removed, what was inserted.
    edits: Vec<(usize, String, String)>,
    before: Vec<StoredSelection>,
    after: Vec<StoredSelection>,
}

/// Line and column of anchor and head; the primary one first.
type StoredSelection = [usize; 4];

impl StoredHistory {
    /// Nothing can be undone or made again.
    pub fn is_empty(&self) -> bool {
        self.past.is_empty() && self.future.is_empty()
    }

    /// As text.
    pub fn write(&self) -> String {
        serde_json::to_string(self).expect("numbers and texts are JSON")
    }

    /// Reads what [`StoredHistory::write`] wrote of the history of `text`, as it lies in a file; `None` when it is of
    /// another version, or does not lead to `text` and back.
    pub fn read(stored: &str, text: &str) -> Option<Self> {
        let history: Self = serde_json::from_str(stored).ok()?;
        let fits = history.version == VERSION && history.leads_to(text_form::read(text).1.as_ref());
        fits.then_some(history)
    }

    /// Every step fits the text it is taken back or made again in.
    fn leads_to(&self, text: &str) -> bool {
        let mut rope = Rope::from_str(text);
        let back = self.past.iter().rev().all(|step| {
            step.edits
                .iter()
                .rev()
                .all(|(at, removed, inserted)| swap(&mut rope, *at, inserted, removed))
        });
        let mut rope = Rope::from_str(text);
        back && self.future.iter().rev().all(|step| {
            step.edits.iter().all(|(at, removed, inserted)| swap(&mut rope, *at, removed, inserted))
        })
    }
}

/// Replaces `old` at `at` by `new`, when it stands there.
fn swap(rope: &mut Rope, at: usize, old: &str, new: &str) -> bool {
    let Some(end) = at.checked_add(old.chars().count()) else { return false };
    if end > rope.len_chars() || rope.slice(at..end) != old {
        return false;
    }
    rope.remove(at..end);
    rope.insert(at, new);
    true
}

fn stored_selections(selections: &Selections) -> Vec<StoredSelection> {
    let all = std::iter::once(&selections.primary).chain(&selections.others);
    all.map(|Selection { anchor, head }| [anchor.line, anchor.column, head.line, head.column])
        .collect()
}

fn selections(stored: &[StoredSelection]) -> Selections {
    let mut all = stored.iter().map(|[a, b, c, d]| Selection {
        anchor: Position::new(*a, *b),
        head: Position::new(*c, *d),
    });
    Selections { primary: all.next().unwrap_or_default(), others: all.collect() }
}

impl StoredStep {
    fn of(step: &Step) -> Self {
        let edits = step.edits.iter();
        Self {
            edits: edits.map(|e| (e.at, e.removed.clone(), e.inserted.clone())).collect(),
            before: stored_selections(&step.before),
            after: stored_selections(&step.after),
        }
    }

    fn step(self, state_before: u64, state_after: u64) -> Step {
        let edits = self.edits.into_iter();
        Step {
            edits: edits.map(|(at, removed, inserted)| Edit { at, removed, inserted }).collect(),
            before: selections(&self.before),
            after: selections(&self.after),
            state_before,
            state_after,
        }
    }
}

impl Buffer {
    /// The newest steps of the history, for [`Buffer::restore_history`] of another buffer over the same text.
    pub fn stored_history(&self) -> StoredHistory {
        let mut left = STORED_BYTES;
        let mut within = |step: &&Step| {
            let bytes = step.bytes();
            let fits = bytes <= left;
            left = left.saturating_sub(bytes);
            fits
        };
        let (past, future) = self.history.steps();
        let mut past: Vec<_> = past.rev().take_while(&mut within).map(StoredStep::of).collect();
        past.reverse();
        let mut future: Vec<_> = future.rev().take_while(&mut within).map(StoredStep::of).collect();
        future.reverse();
        StoredHistory { version: VERSION, past, future }
    }

    /// Gives a buffer that was not edited yet the history that its text had.
    pub fn restore_history(&mut self, stored: StoredHistory) {
        let here = stored.past.len() as u64;
        let past = stored.past.into_iter().zip(0..).map(|(step, n)| step.step(n, n + 1));
        let ahead = stored.future.len() as u64;
        let future = stored.future.into_iter().zip(0..).map(|(step, n)| {
            let before = here + ahead - 1 - n;
            step.step(before, before + 1)
        });
        self.history.restore(past.collect(), future.collect());
        self.restored_at(here, here + ahead);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::marked::{buffer, drawn};

    fn reopened(buffer: &Buffer) -> Buffer {
        let text = buffer.text();
        let stored = buffer.stored_history().write();
        let mut again = Buffer::new(&text);
        again.restore_history(StoredHistory::read(&stored, &text).expect("it fits its text"));
        again
    }

    #[test]
    fn undo_and_redo_go_on_in_another_buffer_with_all_cursors() {
        let mut first = buffer("a|\r\nb|");
        "xy".chars().for_each(|c| first.type_char(c, 0));
        first.paste("é");
        first.undo();
        let mut second = reopened(&first);
        assert!(!second.is_dirty());
        assert!(second.redo());
        assert_eq!(second.text(), first_text(&mut first, true));
        assert!(second.is_dirty());
        assert!(second.undo() && !second.is_dirty() && second.undo());
        assert_eq!(drawn(&second).matches('|').count(), 2);
        assert_eq!(second.text(), "a\r\nb");
        assert!(!second.can_undo());
        second.redo();
        assert!(!second.is_dirty(), "back at the text as it was opened");
        second.type_char('z', 0);
        assert!(second.is_dirty() && !second.can_redo());
    }

    fn first_text(buffer: &mut Buffer, redo: bool) -> String {
        if redo {
            buffer.redo();
        }
        buffer.text()
    }

    #[test]
    fn what_does_not_fit_the_text_is_not_believed() {
        let mut buffer = buffer("|");
        buffer.paste("abc");
        let stored = buffer.stored_history().write();
        assert!(StoredHistory::read(&stored, "abc").is_some());
        for (stored, text) in [
            (stored.as_str(), "abd"),
            (stored.as_str(), ""),
            ("", "abc"),
            ("{}", "abc"),
            (&stored.replace("\"version\":1", "\"version\":2"), "abc"),
            (&stored.replace("[[0,", "[[18446744073709551615,"), "abc"),
        ] {
            assert!(StoredHistory::read(stored, text).is_none(), "{stored} of {text}");
        }
    }

    #[test]
    fn the_newest_steps_are_kept_when_there_are_too_many() {
        let mut buffer = Buffer::new("");
        let third = "x".repeat(STORED_BYTES / 3);
        for _ in 0..5 {
            buffer.paste(&third);
        }
        let mut again = reopened(&buffer);
        let mut steps = 0;
        while again.undo() {
            steps += 1;
        }
        assert_eq!(steps, 2);
    }
}

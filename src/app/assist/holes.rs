//! The holes of what was inserted, filled in one after the other.
//!
//! What is typed into one moves the others. Those before the current one are known by their distance from the start of the
//! text, those behind it by that from its end: neither changes while the hole between them is filled in.

use crate::app::action::Turn;
use crate::app::job::TextId;
use crate::app::screens::editor::Document;
use crate::app::state::AppState;
use crate::editor::{Buffer, Position};
use crate::language::complete::Insert;
use std::ops::Range;

/// Holes of which one is being filled in.
#[derive(Clone, Debug)]
pub(super) struct Holes {
    text: TextId,
    /// What was inserted; its end in characters before the end of the text.
    whole: (usize, usize),
    /// The holes before the current one, in characters of the text.
    before: Vec<Range<usize>>,
    /// The first character of the current one.
    current: usize,
    /// The holes behind it, the next one last; in characters before the end of the text.
    behind: Vec<(usize, usize)>,
}

impl Holes {
    /// Selects the first hole of what has just been inserted before the only cursor of `document`.
    pub(super) fn begin(document: &mut Document, insert: &Insert, indent: &str) -> Option<Self> {
        let text = document.pane.id;
        let buffer = &mut document.pane.buffer;
        if insert.holes.is_empty() || buffer.cursor_count() > 1 {
            return None;
        }
        let indent = indent.chars().count();
        let inserted: Vec<char> = insert.text.chars().collect();
        let moved = |at: usize| {
            at + indent * inserted[..at.min(inserted.len())].iter().filter(|c| **c == '\n').count()
        };
        let (len, end) = (buffer.rope().len_chars(), index(buffer, buffer.cursor()));
        let start = end - moved(inserted.len());
        let holes =
            insert.holes.iter().map(|hole| start + moved(hole.start)..start + moved(hole.end));
        let behind = holes.rev().map(|hole| (len - hole.start, len - hole.end)).collect();
        let mut holes =
            Self { text, whole: (start, len - end), before: Vec::new(), current: start, behind };
        holes.enter_next(buffer).then_some(holes)
    }

    /// Selects the next hole; says whether any is left behind it.
    fn enter_next(&mut self, buffer: &mut Buffer) -> bool {
        let len = buffer.rope().len_chars();
        let Some((start, end)) = self.behind.pop() else { return false };
        self.current = len.saturating_sub(start);
        select(buffer, self.current..len.saturating_sub(end));
        // The last hole that is only a place for the cursor ends it.
        !self.behind.is_empty() || start != end
    }

    fn enter_previous(&mut self, buffer: &mut Buffer) {
        let Some(hole) = self.before.pop() else { return };
        let len = buffer.rope().len_chars();
        let filled = self.filled(buffer);
        self.behind.push((len - filled.start, len - filled.end));
        self.current = hole.start;
        select(buffer, hole);
    }

    /// The current hole with what was typed into it.
    fn filled(&self, buffer: &Buffer) -> Range<usize> {
        let cursor = index(buffer, buffer.cursor());
        let selected = buffer.selection().map_or(cursor, |(_, end)| index(buffer, end));
        self.current.min(cursor)..selected.max(cursor)
    }

    fn holds(&self, buffer: &Buffer) -> bool {
        let (start, end) = (self.whole.0, buffer.rope().len_chars().saturating_sub(self.whole.1));
        (start..=end).contains(&index(buffer, buffer.cursor()))
    }
}

fn select(buffer: &mut Buffer, range: Range<usize>) {
    let (start, end) = (position(buffer, range.start), position(buffer, range.end));
    buffer.seal_undo_step();
    buffer.select(start, end);
}

fn index(buffer: &Buffer, at: Position) -> usize {
    buffer.rope().line_to_char(at.line) + at.column
}

fn position(buffer: &Buffer, index: usize) -> Position {
    let line = buffer.rope().char_to_line(index.min(buffer.rope().len_chars()));
    Position::new(line, index - buffer.rope().line_to_char(line))
}

/// Goes to the next hole, or to the one before.
pub(super) fn turn(state: &mut AppState, turn: Turn) {
    let Some(mut holes) = state.editor.assist.holes.take() else { return };
    let Some(document) = state.document_mut().filter(|document| document.pane.id == holes.text)
    else {
        return;
    };
    let buffer = &mut document.pane.buffer;
    let goes_on = match turn {
        Turn::Next => {
            holes.before.push(holes.filled(buffer));
            if holes.behind.is_empty() {
                buffer.clear_selection();
            }
            holes.enter_next(buffer)
        }
        Turn::Previous => {
            holes.enter_previous(buffer);
            true
        }
    };
    state.editor.assist.holes = goes_on.then_some(holes);
}

/// Forgets the holes when the cursor has left what was inserted.
pub(super) fn settle(state: &mut AppState) {
    let keeps = |holes: &Holes| {
        let document = state.document().filter(|document| document.pane.id == holes.text);
        document.is_some_and(|document| {
            document.pane.buffer.cursor_count() == 1 && holes.holds(&document.pane.buffer)
        })
    };
    if state.editor.assist.holes.as_ref().is_some_and(|holes| !keeps(holes)) {
        state.editor.assist.holes = None;
    }
}

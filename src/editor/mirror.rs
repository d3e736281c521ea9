//! A text in a second pane: the same lines under a cursor of their own.

use super::buffer::Buffer;
use super::position::{Position, Selection};
use crate::domain::LineChange;
use std::mem::swap;

impl Buffer {
    /// The same text, to be looked at from another place; only [`Buffer::follow`] may change it.
    #[must_use]
    pub fn mirror(&self) -> Self {
        let mut mirror = Self::new("");
        mirror.take_text_of(self);
        mirror.selection = self.selection;
        mirror
    }

    /// Shows the text of `live`, which a mirror was made of, as it is now; the cursor stays with its line through
    /// `changes`.
    pub fn follow(&mut self, live: &Self, changes: &[LineChange]) {
        self.folds.clone_from(&live.folds);
        if self.revision() == live.revision() {
            return;
        }
        self.take_text_of(live);
        if !changes.is_empty() {
            self.keep_primary();
        }
        let Selection { anchor, head } = self.selection;
        self.place(Selection { anchor: moved(anchor, changes), head: moved(head, changes) });
    }

    /// Swaps cursors and selections with a buffer of the same text.
    pub fn swap_cursors(&mut self, other: &mut Self) {
        self.seal_undo_step();
        swap(&mut self.selection, &mut other.selection);
        swap(&mut self.others, &mut other.others);
        swap(&mut self.whole_words, &mut other.whole_words);
        self.place_all(&self.all_selections());
        other.place_all(&other.all_selections());
    }
}

fn moved(at: Position, changes: &[LineChange]) -> Position {
    changes.iter().fold(at, |at, change| {
        let LineChange { first_line, old_lines, new_lines } = *change;
        let line = if at.line >= first_line + old_lines {
            at.line + new_lines - old_lines
        } else if at.line > first_line {
            at.line.min(first_line + new_lines - 1)
        } else {
            at.line
        };
        Position::new(line, at.column)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mirror_shows_the_text_and_keeps_its_own_line() {
        let mut live = Buffer::new("a\nb\nc\nd\n");
        let mut mirror = live.mirror();
        mirror.place_cursor(Position::new(2, 1));
        live.paste("new\nlines\n");
        let changes = live.take_changes();
        mirror.follow(&live, &changes);
        assert_eq!((mirror.text(), mirror.revision()), (live.text(), live.revision()));
        assert_eq!((mirror.cursor(), &*mirror.line(4)), (Position::new(4, 1), "c"));
        live.select_all();
        live.paste("x");
        let changes = live.take_changes();
        mirror.follow(&live, &changes);
        assert_eq!(mirror.cursor(), Position::new(0, 1));
    }

    #[test]
    fn cursors_change_places_and_nothing_else_does() {
        let mut live = Buffer::new("one\ntwo\n");
        let mut mirror = live.mirror();
        live.select(Position::new(0, 0), Position::new(0, 3));
        mirror.place_cursor(Position::new(1, 2));
        live.type_char('x', 0);
        live.undo();
        mirror.follow(&live, &[]);
        live.swap_cursors(&mut mirror);
        assert_eq!(live.cursor(), Position::new(1, 2));
        assert_eq!(mirror.selection().map(|(start, _)| start), Some(Position::new(0, 0)));
        assert!(live.can_redo(), "the history stays with the text");
    }
}

//! Cursor and selection of a buffer, as mouse and keys set them.

use super::brackets;
use super::buffer::Buffer;
use super::graphemes;
use super::position::{Position, Selection};
use super::words;

impl Buffer {
    /// Where the cursor is.
    pub fn cursor(&self) -> Position {
        self.selection.head
    }

    /// The selected stretch, first end first; `None` when nothing is selected.
    pub fn selection(&self) -> Option<(Position, Position)> {
        (!self.selection.is_empty()).then(|| self.selection.ordered())
    }

    /// The selected text, with line feeds.
    pub fn selected_text(&self) -> Option<String> {
        (!self.selection.is_empty()).then(|| String::from(self.rope.slice(self.selected_range())))
    }

    /// Puts the cursor at `to`, or the nearest place before it that exists, and selects nothing.
    pub fn place_cursor(&mut self, to: Position) {
        self.go(Selection::at(self.nearest(to)));
    }

    /// Moves the cursor to `to` and selects what lies between there and where selecting began.
    pub fn extend_to(&mut self, to: Position) {
        let head = self.nearest(to);
        self.go(Selection { anchor: self.selection.anchor, head });
    }

    /// Selects from `anchor` to `head`; the cursor is at `head`.
    pub fn select(&mut self, anchor: Position, head: Position) {
        self.go(Selection { anchor: self.nearest(anchor), head: self.nearest(head) });
    }

    /// Selects the whole text, cursor at its end.
    pub fn select_all(&mut self) {
        let end = self.position_of(self.rope.len_chars());
        self.go(Selection { anchor: Position::default(), head: end });
    }

    /// Selects nothing; the cursor stays.
    pub fn clear_selection(&mut self) {
        self.go(Selection::at(self.selection.head));
    }

    /// Selects the word at `at`: letters, digits and underscores, or a run of spaces or of punctuation.
    pub fn select_word_at(&mut self, at: Position) {
        let range = words::around(&self.rope, self.index_of(at));
        self.go(Selection {
            anchor: self.position_of(range.start),
            head: self.position_of(range.end),
        });
    }

    /// Selects line `n` with its line break; the cursor is at the start of the next line, or at the text's end.
    pub fn select_line(&mut self, n: usize) {
        let n = n.min(self.last_line());
        let end = if n < self.last_line() { Position::new(n + 1, 0) } else { self.line_end(n) };
        self.go(Selection { anchor: Position::new(n, 0), head: end });
    }

    /// Selects the line of every cursor, or the lines of its selection, with their breaks; again, one line more.
    pub fn select_lines(&mut self) {
        self.seal_undo_step();
        self.move_each(|buffer| {
            let (start, end) = buffer.selection.ordered();
            let last = buffer.last_line();
            let head = if end.line < last {
                Position::new(end.line + 1, 0)
            } else {
                buffer.line_end(last)
            };
            buffer.place(Selection { anchor: Position::new(start.line, 0), head });
        });
    }

    /// The bracket at the cursor, or before it, and its partner, the cursor's first; `None` without one or when
    /// the partner is further away than is worth looking for at every key.
    pub fn matching_bracket(&self) -> Option<(Position, Position)> {
        let head = self.head_index();
        let candidates = [Some(head), head.checked_sub(1)];
        candidates.into_iter().flatten().find_map(|at| {
            let partner = brackets::partner(&self.rope, at)?;
            Some((self.position_of(at), self.position_of(partner)))
        })
    }

    /// The existing place nearest to `to`, before it rather than behind.
    pub(super) fn nearest(&self, to: Position) -> Position {
        self.position_of(graphemes::floor(&self.rope, self.index_of(to)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: usize, column: usize) -> Position {
        Position::new(line, column)
    }

    #[test]
    fn the_cursor_is_kept_inside_the_text_and_outside_of_clusters() {
        let mut buffer = Buffer::new("ab\ne\u{301}x");
        buffer.place_cursor(at(0, 99));
        assert_eq!(buffer.cursor(), at(0, 2));
        buffer.place_cursor(at(99, 0));
        assert_eq!(buffer.cursor(), at(1, 3));
        buffer.place_cursor(at(1, 1));
        assert_eq!(buffer.cursor(), at(1, 0));
    }

    #[test]
    fn dragging_selects_both_ways() {
        let mut buffer = Buffer::new("hello\nworld");
        buffer.place_cursor(at(0, 3));
        buffer.extend_to(at(1, 2));
        assert_eq!(buffer.selected_text().as_deref(), Some("lo\nwo"));
        buffer.extend_to(at(0, 1));
        assert_eq!(buffer.selected_text().as_deref(), Some("el"));
        assert_eq!(buffer.cursor(), at(0, 1));
    }

    #[test]
    fn words_lines_and_everything_can_be_selected() {
        let mut buffer = Buffer::new("let foo = 1;\nend");
        buffer.select_word_at(at(0, 5));
        assert_eq!(buffer.selected_text().as_deref(), Some("foo"));
        buffer.select_line(0);
        assert_eq!(buffer.selected_text().as_deref(), Some("let foo = 1;\n"));
        buffer.select_line(7);
        assert_eq!(buffer.selected_text().as_deref(), Some("end"));
        buffer.select_all();
        assert_eq!(buffer.selected_text(), Some(buffer.text()));
    }

    #[test]
    fn lines_are_taken_into_the_selection_one_after_another() {
        let mut buffer = Buffer::new("a\nbc\nd");
        buffer.place_cursor(at(1, 1));
        buffer.select_lines();
        assert_eq!(buffer.selected_text().as_deref(), Some("bc\n"));
        buffer.select_lines();
        assert_eq!(buffer.selected_text().as_deref(), Some("bc\nd"));
    }

    #[test]
    fn the_bracket_at_the_cursor_wins_over_the_one_before() {
        let mut buffer = Buffer::new("f([1])");
        buffer.place_cursor(at(0, 2));
        assert_eq!(buffer.matching_bracket(), Some((at(0, 2), at(0, 4))));
        buffer.place_cursor(at(0, 6));
        assert_eq!(buffer.matching_bracket(), Some((at(0, 5), at(0, 1))));
        buffer.place_cursor(at(0, 0));
        assert_eq!(buffer.matching_bracket(), None);
    }
}

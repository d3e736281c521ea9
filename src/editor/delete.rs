//! Deleting characters and words.

use super::buffer::Buffer;
use super::graphemes;
use super::history::Group;
use super::position::Position;
use super::words;
use std::ops::Range;

impl Buffer {
    /// Deletes the selection, or back to the indentation stop before within leading spaces, or the cluster before the
    /// cursor; at every cursor.
    pub fn backspace(&mut self) {
        self.delete_each(Group::Deleting, Self::before_cursor);
    }

    fn before_cursor(&self) -> Range<usize> {
        let head = self.head_index();
        let Position { line, column } = self.selection.head;
        if column > 0 && column <= self.leading_space(line) {
            return head - self.last_level(&self.indentation(line, column))..head;
        }
        graphemes::previous(&self.rope, head)..head
    }

    /// Deletes the selection, or the cluster behind the cursor; at every cursor.
    pub fn delete(&mut self) {
        self.delete_each(Group::Deleting, |buffer| {
            let head = buffer.head_index();
            head..graphemes::next(&buffer.rope, head)
        });
    }

    /// Deletes the selection, or from the cursor back to the start of the word; at every cursor.
    pub fn delete_word_left(&mut self) {
        self.delete_each(Group::Alone, |buffer| match buffer.head_index() {
            0 => 0..0,
            head => words::left(&buffer.rope, head)..head,
        });
    }

    /// Deletes the selection, or from the cursor to the end of the word; at every cursor.
    pub fn delete_word_right(&mut self) {
        self.delete_each(Group::Alone, |buffer| {
            let head = buffer.head_index();
            head..words::right(&buffer.rope, head)
        });
    }

    /// Deletes the selection, or from the cursor back to the start of the line, from there the line break before it;
    /// at every cursor.
    pub fn delete_to_line_start(&mut self) {
        self.delete_each(Group::Alone, |buffer| {
            let head = buffer.head_index();
            let column = buffer.selection.head.column;
            head - if column == 0 { head.min(1) } else { column }..head
        });
    }

    /// Deletes the selection, or from the cursor to the end of the line, from there the line break; at every cursor.
    pub fn delete_to_line_end(&mut self) {
        self.delete_each(Group::Alone, |buffer| {
            let head = buffer.head_index();
            let end = buffer.index_of(buffer.line_end(buffer.selection.head.line));
            head..if head == end { (end + 1).min(buffer.rope.len_chars()) } else { end }
        });
    }

    /// Deletes every selection, and `range` at cursors that have none.
    fn delete_each(&mut self, group: Group, range: impl Fn(&Self) -> Range<usize>) {
        let group = if self.any_selected() { Group::Alone } else { group };
        self.change_each(group, |buffer| {
            let range =
                if buffer.selection.is_empty() { range(buffer) } else { buffer.selected_range() };
            buffer.splice(range.clone(), "");
            buffer.cursor_at(range.start)
        });
    }

    /// Deletes the text of every selection.
    pub(super) fn delete_selected(&mut self) {
        self.delete_each(Group::Alone, |buffer| {
            let head = buffer.head_index();
            head..head
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::marked::{after, buffer, drawn};
    use super::*;

    #[test]
    fn backspace_takes_a_cluster_a_level_or_the_selection() {
        let backspace = |before| after(before, Buffer::backspace);
        assert_eq!(backspace("ab|c"), "a|c");
        assert_eq!(backspace("a\n|b"), "a|b");
        assert_eq!(backspace("👩‍👩‍👧‍👦|x"), "|x");
        assert_eq!(backspace("e\u{301}|x"), "|x");
        assert_eq!(backspace("        |x"), "    |x");
        assert_eq!(backspace("      |x"), "    |x", "back to the stop");
        assert_eq!(backspace("\t\t|x"), "\t|x");
        assert_eq!(backspace("a    |x"), "a   |x", "behind text a space is a space");
        assert_eq!(backspace("a^bc|d"), "a|d");
        assert_eq!(backspace("|x"), "|x");
    }

    #[test]
    fn delete_takes_what_follows() {
        let delete = |before| after(before, Buffer::delete);
        assert_eq!(delete("a|bc"), "a|c");
        assert_eq!(delete("a|\nb"), "a|b");
        assert_eq!(delete("|🇩🇪🇫🇷"), "|🇫🇷");
        assert_eq!(delete("a|bc^d"), "a|d");
        assert_eq!(delete("a|"), "a|");
    }

    #[test]
    fn words_are_deleted_both_ways() {
        assert_eq!(after("let foo|", Buffer::delete_word_left), "let |");
        assert_eq!(after("let foo  |", Buffer::delete_word_left), "let |");
        assert_eq!(after("a\n|b", Buffer::delete_word_left), "a|b");
        assert_eq!(after("|", Buffer::delete_word_left), "|");
        assert_eq!(after("|let foo", Buffer::delete_word_right), "| foo");
        assert_eq!(after("a ^b| c", Buffer::delete_word_right), "a | c");
    }

    #[test]
    fn the_rest_of_a_line_is_deleted_both_ways() {
        assert_eq!(after("ab|c\nd", Buffer::delete_to_line_end), "ab|\nd");
        assert_eq!(after("ab|\nd", Buffer::delete_to_line_end), "ab|d");
        assert_eq!(after("ab|", Buffer::delete_to_line_end), "ab|");
        assert_eq!(after("a\nbc|d", Buffer::delete_to_line_start), "a\n|d");
        assert_eq!(after("a\n|d", Buffer::delete_to_line_start), "a|d");
        assert_eq!(after("|d", Buffer::delete_to_line_start), "|d");
        assert_eq!(after("a^b|c", Buffer::delete_to_line_start), "a|c");
    }

    #[test]
    fn deletions_in_a_row_are_one_step() {
        let mut buffer = buffer("abcd|efgh");
        buffer.backspace();
        buffer.backspace();
        buffer.delete();
        assert_eq!(drawn(&buffer), "ab|fgh");
        buffer.undo();
        assert_eq!(drawn(&buffer), "abcd|efgh");
        assert!(!buffer.can_undo());
    }
}

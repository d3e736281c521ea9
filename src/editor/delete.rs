//! Deleting characters and words.

use super::buffer::Buffer;
use super::graphemes;
use super::history::Group;
use super::position::Position;
use super::words;
use std::ops::Range;

impl Buffer {
    /// Deletes the selection, or back to the indentation stop before within leading spaces, or the cluster before the
    /// cursor.
    pub fn backspace(&mut self) {
        let range =
            if self.selection.is_empty() { self.before_cursor() } else { self.selected_range() };
        self.delete_range(range, Group::Deleting);
    }

    fn before_cursor(&self) -> Range<usize> {
        let head = self.head_index();
        let Position { line, column } = self.selection.head;
        if column > 0 && column <= self.leading_space(line) {
            return head - self.last_level(&self.indentation(line, column))..head;
        }
        graphemes::previous(&self.rope, head)..head
    }

    /// Deletes the selection, or the cluster behind the cursor.
    pub fn delete(&mut self) {
        let head = self.head_index();
        let range = if self.selection.is_empty() {
            head..graphemes::next(&self.rope, head)
        } else {
            self.selected_range()
        };
        self.delete_range(range, Group::Deleting);
    }

    /// Deletes the selection, or from the cursor back to the start of the word.
    pub fn delete_word_left(&mut self) {
        let head = self.head_index();
        let range = match head {
            _ if !self.selection.is_empty() => self.selected_range(),
            0 => return,
            _ => words::left(&self.rope, head)..head,
        };
        self.delete_range(range, Group::Alone);
    }

    /// Deletes the selection, or from the cursor to the end of the word.
    pub fn delete_word_right(&mut self) {
        let head = self.head_index();
        let range = if self.selection.is_empty() {
            head..words::right(&self.rope, head)
        } else {
            self.selected_range()
        };
        self.delete_range(range, Group::Alone);
    }

    pub(super) fn delete_range(&mut self, range: Range<usize>, group: Group) {
        let group = if self.selection.is_empty() { group } else { Group::Alone };
        self.change(group, |buffer| {
            buffer.splice(range.clone(), "");
            buffer.cursor_at(range.start)
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

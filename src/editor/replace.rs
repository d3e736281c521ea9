//! Replacing a stretch, or the whole text by another version of it.

use super::buffer::Buffer;
use super::graphemes;
use super::history::Group;
use super::position::{Position, Selection};
use super::text_form;
use std::ops::Range;

impl Buffer {
    /// Replaces what lies in `range` by `text`, line breaks normalised, as one undo step; the cursor comes to stand
    /// behind it.
    pub fn replace_range(&mut self, range: Range<Position>, text: &str) {
        let text = text_form::read(text).1;
        self.change(Group::Alone, |buffer| {
            let start = graphemes::floor(&buffer.rope, buffer.index_of(range.start.min(range.end)));
            let end = graphemes::ceil(&buffer.rope, buffer.index_of(range.end.max(range.start)));
            buffer.splice(start..end, &text);
            buffer.cursor_at(start + text.chars().count())
        });
    }

    /// Makes the whole text that of a file read again or of a version restored, with its line ending, as one undo step.
    /// Only what differs between the common beginning and end is touched, so that cursor and marks stay where they were.
    pub fn replace_all_text(&mut self, text: &str) {
        let (form, text) = text_form::read(text);
        if text.contains('\n') {
            self.form = form;
        }
        self.change(Group::Alone, |buffer| {
            let (old, new) = difference(&buffer.rope, &text);
            let inserted = &text[new];
            let grown = inserted.chars().count();
            let follow = |index: usize| match index {
                index if index <= old.start => index,
                index if index >= old.end => index - old.len() + grown,
                index => index.min(old.start + grown),
            };
            let Selection { anchor, head } = buffer.selection;
            let (anchor, head) = (follow(buffer.index_of(anchor)), follow(buffer.index_of(head)));
            buffer.splice(old.clone(), inserted);
            Selection { anchor: buffer.position_of(anchor), head: buffer.position_of(head) }
        });
    }
}

/// Where `rope` and `text` differ: characters of the one, bytes of the other.
fn difference(rope: &ropey::Rope, text: &str) -> (Range<usize>, Range<usize>) {
    let shorter = rope.len_bytes().min(text.len());
    let same = rope.bytes().zip(text.bytes()).take_while(|(old, new)| old == new).count();
    let mut start = same;
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let end = rope.bytes_at(rope.len_bytes()).reversed().zip(text.bytes().rev());
    let mut tail = end.take(shorter - start).take_while(|(old, new)| old == new).count();
    while !text.is_char_boundary(text.len() - tail) {
        tail -= 1;
    }
    let old = rope.byte_to_char(start)..rope.byte_to_char(rope.len_bytes() - tail);
    (old, start..text.len() - tail)
}

#[cfg(test)]
mod tests {
    use super::super::LineEnding;
    use super::super::marked::{after, buffer, drawn};
    use super::*;
    use crate::domain::LineChange;
    use proptest::prelude::*;

    #[test]
    fn a_range_is_replaced_whichever_end_comes_first() {
        let (from, to) = (Position::new(0, 1), Position::new(1, 1));
        assert_eq!(after("ab\ncd|", |buffer| buffer.replace_range(from..to, "x\r\ny")), "ax\ny|d");
        let mut buffer = buffer("ab\ncd|");
        buffer.replace_range(to..from, "");
        assert_eq!(drawn(&buffer), "a|d");
    }

    #[test]
    fn a_reload_touches_only_what_differs() {
        let mut buffer = buffer("one\ntwo\nthr|ee\n");
        buffer.replace_all_text("one\n2\n2½\nthree\n");
        assert_eq!(drawn(&buffer), "one\n2\n2½\nthr|ee\n");
        assert_eq!(
            buffer.take_changes(),
            [LineChange { first_line: 1, old_lines: 1, new_lines: 2 }]
        );
        buffer.undo();
        assert_eq!(drawn(&buffer), "one\ntwo\nthr|ee\n");
        assert!(!buffer.is_dirty());
    }

    #[test]
    fn a_reload_takes_the_line_ending_over() {
        let mut buffer = Buffer::new("a\nb\n");
        buffer.replace_all_text("a\r\nc\r\n");
        assert_eq!(
            (buffer.line_ending(), buffer.text().as_str()),
            (LineEnding::Crlf, "a\r\nc\r\n")
        );
    }

    proptest! {
        #[test]
        fn any_text_can_become_any_other(old in "[aé中\n]{0,12}", new in "[aé中\n]{0,12}") {
            let mut buffer = Buffer::new(&old);
            buffer.select_all();
            buffer.replace_all_text(&new);
            prop_assert_eq!(buffer.text(), new.clone());
            prop_assert_eq!(buffer.is_dirty(), old != new);
        }
    }
}

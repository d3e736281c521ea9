//! Edits that somebody else worked out: a formatter's, a fix's.

use super::buffer::Buffer;
use super::history::Group;
use super::position::{Position, Selection};
use super::text_form;
use crate::domain::TextEdit;
use std::ops::Range;

impl Buffer {
    /// Makes all `edits`, which are about the text as it is now and do not overlap, as one undo step. The cursor stays at
    /// what it stood at.
    pub fn apply_edits(&mut self, edits: &[TextEdit]) {
        let mut edits: Vec<(Range<usize>, String)> = edits
            .iter()
            .map(|edit| {
                let at = |place| self.index_of(Position::from(place));
                let (start, end) = (at(edit.range.start), at(edit.range.end));
                (start.min(end)..start.max(end), text_form::read(&edit.text).1.into_owned())
            })
            .collect();
        edits.sort_by_key(|(range, _)| (range.start, range.end));
        self.change(Group::Alone, |buffer| {
            let Selection { anchor, head } = buffer.selection;
            let [anchor, head] =
                [anchor, head].map(|position| follow(buffer.index_of(position), &edits));
            for (range, text) in edits.iter().rev() {
                buffer.splice(range.clone(), text);
            }
            Selection { anchor: buffer.position_of(anchor), head: buffer.position_of(head) }
        });
    }
}

/// Where the character `index` is after `edits`, which are in order.
fn follow(index: usize, edits: &[(Range<usize>, String)]) -> usize {
    let mut moved = index;
    for (range, text) in edits {
        let length = text.chars().count();
        if range.end <= index && range.start < index {
            moved = moved + length - range.len();
        } else if range.start < index {
            moved = moved - (index - range.start) + length.min(index - range.start);
        }
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::super::marked::{buffer, drawn};
    use super::*;
    use crate::domain::{Place, TextRange};

    fn edit(from: (u32, u32), to: (u32, u32), text: &str) -> TextEdit {
        let place = |(line, column)| Place::new(line, column);
        TextEdit { range: TextRange::new(place(from), place(to)), text: text.to_owned() }
    }

    #[test]
    fn all_edits_are_one_step_and_the_cursor_stays_at_its_word() {
        let mut buffer = buffer("let  a=1;\nlet b|c  =  2;\n");
        buffer.apply_edits(&[
            edit((2, 7), (2, 12), " = "),
            edit((1, 4), (1, 6), " "),
            edit((1, 7), (1, 7), " "),
            edit((1, 10), (2, 1), "\n\n"),
        ]);
        assert_eq!(drawn(&buffer), "let a =1;\n\nlet b|c = 2;\n");
        assert!(buffer.undo());
        assert_eq!(drawn(&buffer), "let  a=1;\nlet b|c  =  2;\n");
        assert!(!buffer.is_dirty());
    }

    #[test]
    fn a_cursor_inside_of_what_is_replaced_stays_inside() {
        let mut buffer = buffer("a    |    b");
        buffer.apply_edits(&[edit((1, 2), (1, 10), " ")]);
        assert_eq!(drawn(&buffer), "a |b");
        let mut buffer = super::super::marked::buffer("|a");
        buffer.apply_edits(&[edit((1, 1), (1, 1), "x")]);
        assert_eq!(drawn(&buffer), "|xa");
    }

    #[test]
    fn edits_beyond_the_text_are_made_at_its_end() {
        let mut buffer = buffer("a|");
        buffer.apply_edits(&[edit((9, 9), (9, 12), "b\r\nc")]);
        assert_eq!(buffer.text(), "ab\nc");
    }
}

//! Replacing a stretch, or the whole text by another version of it.

use super::buffer::Buffer;
use super::graphemes;
use super::history::Group;
use super::position::{Position, Selection};
use super::search::{self, Finder, Query, QueryError};
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

    /// What takes the place of `found`, a match of `query`; `None` when it is none.
    pub fn replacement_of(
        &self,
        found: (Position, Position),
        query: &Query,
        template: &str,
    ) -> Option<String> {
        let finder = Finder::new(query).ok()??;
        let text = String::from(&self.rope);
        let byte = |at| self.rope.char_to_byte(self.index_of(at));
        let range = byte(found.0)..byte(found.1);
        let is_match = finder.matches(&text).any(|found| found == range);
        is_match.then(|| finder.replacement(&text, &range, template))
    }

    /// Puts `template` in the place of the matches of `query` that are `wanted`, as one undo step; the cursors follow
    /// the text. Gives how many there were.
    pub fn replace_matches(
        &mut self,
        query: &Query,
        template: &str,
        wanted: impl Fn(&Self, (Position, Position)) -> bool,
    ) -> Result<usize, QueryError> {
        let Some(finder) = Finder::new(query)? else { return Ok(0) };
        let text = String::from(&self.rope);
        let edits: Vec<_> = finder
            .matches(&text)
            .map(|range| {
                let place = |byte| search::position(&self.rope, byte);
                let found = (place(range.start), place(range.end));
                (found.0, found.1, finder.replacement(&text, &range, template))
            })
            .filter(|(start, end, _)| wanted(self, (*start, *end)))
            .collect();
        self.replace_ranges(&edits);
        Ok(edits.len())
    }

    /// Replaces stretches, which are in the order of the text and do not overlap, as one undo step; the cursors follow
    /// the text.
    pub fn replace_ranges(&mut self, edits: &[(Position, Position, String)]) {
        self.change_text(Group::Alone, |buffer| {
            for (start, end, text) in edits.iter().rev() {
                let range = buffer.index_of(*start)..buffer.index_of(*end);
                if buffer.rope.slice(range.clone()) != text.as_str() {
                    buffer.splice(range, text);
                }
            }
        });
    }

    /// Replaces, at every cursor, so many characters before it on its line by `text`, as one undo step; the cursors come
    /// to stand behind it.
    pub fn replace_before(&mut self, columns: usize, text: &str) {
        let text = text_form::read(text).1;
        self.change_each(Group::Alone, |buffer| {
            let end = buffer.index_of(buffer.selection.head);
            let start = end - columns.min(buffer.selection.head.column);
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
    fn all_matches_are_replaced_in_one_step_and_the_cursor_stays_where_it_was() {
        let query = Query {
            text: "(a)(b)".into(),
            kind: super::search::QueryKind::Regex,
            ..Query::default()
        };
        let all = |buffer: &mut Buffer| {
            assert_eq!(buffer.replace_matches(&query, "$2-$1", |_, _| true), Ok(3));
        };
        assert_eq!(after("ab c|\nab ab", all), "b-a c|\nb-a b-a");
        let mut buffer = buffer("ab|\nab");
        let second = |_: &Buffer, found: (Position, Position)| found.0.line == 1;
        assert_eq!(buffer.replace_matches(&query, "", second), Ok(1));
        assert_eq!(drawn(&buffer), "ab|\n");
        let at = (Position::new(0, 0), Position::new(0, 2));
        assert_eq!(buffer.replacement_of(at, &query, "$1"), Some("a".into()));
        assert_eq!(buffer.replacement_of((at.0, at.0), &query, "$1"), None);
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

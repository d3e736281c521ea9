//! Typing, deleting and the clipboard.

use super::brackets;
use super::buffer::Buffer;
use super::columns::cell_of_column;
use super::graphemes;
use super::history::Group;
use super::indent::Indent;
use super::position::{Position, Selection};
use super::text_form;
use super::words;
use std::ops::Range;

impl Buffer {
    /// Types `c` in the place of the selection, at the time `now_ms` of any steady clock. A closing bracket on a blank
    /// line takes the indentation of the line that opened it. Line breaks and tabs do what their keys do; other control
    /// characters nothing.
    pub fn type_char(&mut self, c: char, now_ms: u64) {
        match c {
            '\n' | '\r' => self.newline(now_ms),
            '\t' => self.insert_tab(),
            c if c.is_control() => {}
            c => self.insert_char(c, now_ms),
        }
    }

    fn insert_char(&mut self, c: char, now_ms: u64) {
        let group = Group::Typing { now_ms, blank: c.is_whitespace() };
        let cursor = self.selection.head;
        let closes_blank_line =
            brackets::closes(c) && self.selection.is_empty() && self.is_blank(cursor.line);
        self.change(group, |buffer| {
            let range = if closes_blank_line {
                let start = buffer.rope.line_to_char(cursor.line);
                let end = start + buffer.line_len(cursor.line);
                let indentation = buffer.closing_indentation(cursor.line, c);
                buffer.splice_difference(start..end, &indentation)
            } else {
                buffer.selected_range()
            };
            let mut text = [0; 4];
            buffer.splice(range.clone(), c.encode_utf8(&mut text));
            buffer.cursor_at(range.start + 1)
        });
    }

    /// Replaces the white space `range` by `text` where they differ; the empty range behind it.
    fn splice_difference(&mut self, range: Range<usize>, text: &str) -> Range<usize> {
        let end = range.start + text.chars().count();
        if self.rope.slice(range.clone()) != text {
            self.splice(range, text);
        }
        end..end
    }

    /// Breaks the line. The new one keeps the indentation, one level more behind an opening bracket; between an
    /// opening bracket and its partner the cursor gets a line of its own.
    pub fn newline(&mut self, now_ms: u64) {
        self.seal_undo_step();
        self.change(Group::Typing { now_ms, blank: true }, |buffer| {
            let (start, end) = buffer.selection.ordered();
            let selected = buffer.selected_range();
            let before = buffer.blanks_before(start);
            let after = buffer.blanks_after(end);
            let opener =
                buffer.char_before(selected.start - before).filter(|c| brackets::opens(*c));
            let closer = buffer.rope.get_char(selected.end + after);
            let outer = buffer.indentation(start.line, start.column);
            let mut text = format!("\n{outer}");
            if opener.is_some() {
                text.push_str(buffer.indent.as_str());
            }
            // The indentation of a line that stays blank goes; a blank behind the break would shift the new line.
            let only_blanks = before == start.column;
            let cut_before = if only_blanks { before } else { 0 };
            let cut_after = if only_blanks { 0 } else { after };
            let range = selected.start - cut_before..selected.end + cut_after;
            let cursor = range.start + text.chars().count();
            if let (Some(open), Some(close)) = (opener, closer)
                && brackets::is_pair(open, close)
            {
                text.push('\n');
                text.push_str(&outer);
            }
            buffer.splice(range, &text);
            buffer.cursor_at(cursor)
        });
    }

    fn blanks_before(&self, at: Position) -> usize {
        let before = self.rope.line(at.line).chars_at(at.column).reversed();
        before.take_while(|c| *c == ' ' || *c == '\t').count()
    }

    fn blanks_after(&self, at: Position) -> usize {
        let after = self.rope.line(at.line).chars_at(at.column);
        after.take_while(|c| *c == ' ' || *c == '\t').count()
    }

    fn char_before(&self, index: usize) -> Option<char> {
        index.checked_sub(1).and_then(|before| self.rope.get_char(before))
    }

    /// Indents to the next stop, or every line of a selection that spans several.
    pub fn insert_tab(&mut self) {
        let (start, end) = self.selection.ordered();
        if start.line != end.line {
            self.indent();
            return;
        }
        self.change(Group::Alone, |buffer| {
            let text = match buffer.indent {
                Indent::Tab => "\t".to_owned(),
                Indent::Spaces(_) => {
                    let unit = buffer.indent.cells();
                    let cell = cell_of_column(&buffer.line(start.line), start.column);
                    " ".repeat(unit - cell % unit)
                }
            };
            let range = buffer.selected_range();
            buffer.splice(range.clone(), &text);
            buffer.cursor_at(range.start + text.len())
        });
    }

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

    fn delete_range(&mut self, range: Range<usize>, group: Group) {
        let group = if self.selection.is_empty() { group } else { Group::Alone };
        self.change(group, |buffer| {
            buffer.splice(range.clone(), "");
            buffer.cursor_at(range.start)
        });
    }

    /// Inserts `text` in the place of the selection, as one undo step and as it is but for line breaks, which become
    /// line feeds, and control characters, which are left out.
    pub fn paste(&mut self, text: &str) {
        let text = text_form::clean_paste(text);
        self.change(Group::Alone, |buffer| {
            let range = buffer.selected_range();
            buffer.splice(range.clone(), &text);
            buffer.cursor_at(range.start + text.chars().count())
        });
    }

    /// The selected text, or the whole line with its line break.
    pub fn copy(&self) -> String {
        self.selected_text().unwrap_or_else(|| {
            let mut line = self.line(self.selection.head.line).into_owned();
            line.push('\n');
            line
        })
    }

    /// As [`Buffer::copy`], and deletes what it returns.
    pub fn cut(&mut self) -> String {
        let text = self.copy();
        if self.selection.is_empty() {
            self.delete_line();
        } else {
            self.delete_range(self.selected_range(), Group::Alone);
        }
        text
    }

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

    /// A cursor before the character `index`.
    pub(super) fn cursor_at(&self, index: usize) -> Selection {
        Selection::at(self.position_of(index))
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

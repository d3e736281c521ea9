//! Typing: characters, line breaks and tabs, with the indentation they bring.

use super::brackets;
use super::buffer::Buffer;
use super::columns::cell_of_column;
use super::history::Group;
use super::indent::Indent;
use super::position::Position;
use super::surround;
use std::ops::Range;

impl Buffer {
    /// Types `c` at every cursor in the place of the selection, or around it where `c` opens a bracket or a quote, at the time `now_ms` of any steady clock. A closing bracket on a blank
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
        let wraps = surround::pair_of(c).is_some() && self.any_selected();
        let group = Group::Typing { now_ms, blank: c.is_whitespace() };
        self.change_each(if wraps { Group::Alone } else { group }, |buffer| {
            if !buffer.selection.is_empty()
                && let Some(pair) = surround::pair_of(c)
            {
                return buffer.wrap(pair);
            }
            let cursor = buffer.selection.head;
            let closes_blank_line =
                brackets::closes(c) && buffer.selection.is_empty() && buffer.is_blank(cursor.line);
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
        self.change_each(Group::Typing { now_ms, blank: true }, |buffer| {
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

    pub(super) fn char_before(&self, index: usize) -> Option<char> {
        index.checked_sub(1).and_then(|before| self.rope.get_char(before))
    }

    /// Indents to the next stop at every cursor, or the lines of the selections when one of them spans several.
    pub fn insert_tab(&mut self) {
        if self.selections().iter().any(|selection| selection.anchor.line != selection.head.line) {
            self.indent();
            return;
        }
        self.change_each(Group::Alone, |buffer| {
            let start = buffer.selection.ordered().0;
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
}

#[cfg(test)]
mod tests {
    use super::super::Motion;
    use super::super::marked::{after, buffer, drawn};
    use super::*;

    fn typed(before: &str, text: &str) -> String {
        let mut buffer = buffer(before);
        text.chars().for_each(|c| buffer.type_char(c, 0));
        drawn(&buffer)
    }

    #[test]
    fn typing_replaces_the_selection_and_closes_nothing_by_itself() {
        assert_eq!(typed("a^bc|d", "x("), "ax(|d");
        assert_eq!(typed("|", "\"{["), "\"{[|");
        assert_eq!(typed("|", "a\x1b\u{7f}b"), "ab|", "control characters are not typed");
    }

    #[test]
    fn a_new_line_keeps_the_indentation() {
        let newline = |before| after(before, |buffer| buffer.newline(0));
        assert_eq!(newline("    a|b"), "    a\n    |b");
        assert_eq!(newline("    a |  b"), "    a \n    |b");
        assert_eq!(
            newline("|    ab"),
            "\n|    ab",
            "before the indentation the line moves as it is"
        );
        assert_eq!(newline("  |  ab"), "\n  |  ab");
        assert_eq!(newline("    |"), "\n    |", "a blank line keeps no spaces");
        assert_eq!(newline("a ^bc| d"), "a \n|d");
    }

    #[test]
    fn a_new_line_behind_a_bracket_is_one_level_deeper() {
        let newline = |before| after(before, |buffer| buffer.newline(0));
        assert_eq!(newline("  f(|"), "  f(\n      |");
        assert_eq!(newline("fn f() {|}"), "fn f() {\n    |\n}");
        assert_eq!(newline("    [ | ] x"), "    [ \n        |\n    ] x");
        assert_eq!(newline("{|)"), "{\n    |)");
        assert_eq!(newline("\tif x {|"), "\tif x {\n\t\t|");
    }

    #[test]
    fn a_closing_bracket_on_a_blank_line_goes_under_its_opening_one() {
        assert_eq!(typed("  if x {\n    y\n    |", "}"), "  if x {\n    y\n  }|");
        assert_eq!(typed("f(\n        |  ", ")"), "f(\n)|");
        assert_eq!(typed("        |", "}"), "    }|", "without a partner one level less");
        assert_eq!(typed("  {\n|", "}"), "  {\n  }|");
        assert_eq!(typed("|", "}"), "}|");
        assert_eq!(typed("{\n    x |", "}"), "{\n    x }|");
    }

    #[test]
    fn a_tab_reaches_the_next_stop_or_indents_the_selected_lines() {
        let tab = |before| after(before, Buffer::insert_tab);
        assert_eq!(tab("|a"), "    |a");
        assert_eq!(tab("ab|c"), "ab  |c");
        assert_eq!(tab("中|"), "中  |");
        assert_eq!(tab("\ta|"), "\ta\t|");
        assert_eq!(tab("^a\nb|"), "^    a\n    b|");
    }

    #[test]
    fn typing_is_undone_by_word_pause_and_movement() {
        let mut buffer = buffer("|");
        "let foo".chars().for_each(|c| buffer.type_char(c, 100));
        buffer.type_char('d', 2_000);
        buffer.move_by(Motion::Left, super::super::Extend::Move);
        buffer.type_char('x', 2_001);
        let mut texts = Vec::new();
        while buffer.undo() {
            texts.push(drawn(&buffer));
        }
        assert_eq!(texts, ["let foo|d", "let foo|", "let |", "|"]);
    }

    #[test]
    fn a_line_break_is_a_step_of_its_own() {
        let mut buffer = buffer("|");
        "a {\nb".chars().for_each(|c| buffer.type_char(c, 0));
        assert_eq!(drawn(&buffer), "a {\n    b|");
        buffer.undo();
        assert_eq!(drawn(&buffer), "a {\n    |");
        buffer.undo();
        assert_eq!(drawn(&buffer), "a {|");
    }
}

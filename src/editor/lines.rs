//! Commands on whole lines: indent, move, duplicate, delete, comment.

use super::buffer::Buffer;
use super::history::Group;
use super::position::{Position, Selection};
use std::ops::RangeInclusive;

impl Buffer {
    /// Indents the lines of the selection, or that of the cursor, by one level; blank lines stay.
    pub fn indent(&mut self) {
        let lines = self.selected_lines();
        let unit = self.indent.as_str();
        self.change(Group::Alone, |buffer| {
            let selection = buffer.selection;
            let mut shifted = Shift::default();
            for line in lines.filter(|line| !buffer.is_blank(*line)).collect::<Vec<_>>() {
                let start = buffer.rope.line_to_char(line);
                buffer.splice(start..start, unit);
                shifted.add(
                    selection,
                    line,
                    |column| if column == 0 { 0 } else { column + unit.len() },
                );
            }
            shifted.of(selection)
        });
    }

    /// Takes one level of indentation from the lines of the selection, or that of the cursor.
    pub fn outdent(&mut self) {
        let lines = self.selected_lines();
        self.change(Group::Alone, |buffer| {
            let selection = buffer.selection;
            let mut shifted = Shift::default();
            for line in lines.filter(|line| buffer.leading_space(*line) > 0).collect::<Vec<_>>() {
                let start = buffer.rope.line_to_char(line);
                let lost = buffer.leading_space(line) - buffer.outdented_len(line);
                buffer.splice(start..start + lost, "");
                shifted.add(selection, line, |column| column.saturating_sub(lost));
            }
            shifted.of(selection)
        });
    }

    /// Comments the lines of the selection, or that of the cursor, with `prefix` (`//` for example), or takes it away
    /// when all that are not blank have it.
    pub fn toggle_comment(&mut self, prefix: &str) {
        let lines: Vec<_> = self.selected_lines().filter(|line| !self.is_blank(*line)).collect();
        let commented = lines.iter().all(|line| self.has_comment(*line, prefix));
        let margin = lines.iter().map(|line| self.leading_space(*line)).min().unwrap_or(0);
        let text = format!("{prefix} ");
        self.change(Group::Alone, |buffer| {
            let selection = buffer.selection;
            let mut shifted = Shift::default();
            for line in lines {
                let start = buffer.rope.line_to_char(line);
                if commented {
                    let at = buffer.leading_space(line);
                    let rest = buffer.rope.line(line).chars_at(at + prefix.chars().count()).next();
                    let lost = prefix.chars().count() + usize::from(rest == Some(' '));
                    buffer.splice(start + at..start + at + lost, "");
                    shifted.add(selection, line, |c| {
                        if c > at { at.max(c.saturating_sub(lost)) } else { c }
                    });
                } else {
                    buffer.splice(start + margin..start + margin, &text);
                    let gained = text.chars().count();
                    shifted.add(selection, line, |c| if c < margin { c } else { c + gained });
                }
            }
            shifted.of(selection)
        });
    }

    fn has_comment(&self, line: usize, prefix: &str) -> bool {
        let mut text = self.rope.line(line).chars_at(self.leading_space(line));
        prefix.chars().all(|c| text.next() == Some(c))
    }

    /// Deletes the lines of the selection, or that of the cursor.
    pub fn delete_line(&mut self) {
        let lines = self.selected_lines();
        let column = self.selection.head.column;
        self.change(Group::Alone, |buffer| {
            let mut range =
                buffer.rope.line_to_char(*lines.start())..buffer.rope.line_to_char(lines.end() + 1);
            if *lines.end() == buffer.last_line() && range.start > 0 {
                range.start -= 1;
            }
            buffer.splice(range, "");
            let line = (*lines.start()).min(buffer.last_line());
            Selection::at(Position::new(line, column.min(buffer.line_len(line))))
        });
    }

    /// Copies the lines of the selection, or that of the cursor, below themselves; cursor and selection go with the copy.
    pub fn duplicate_lines(&mut self) {
        let lines = self.selected_lines();
        let count = lines.end() - lines.start() + 1;
        self.change(Group::Alone, |buffer| {
            let selection = buffer.selection;
            let start = buffer.rope.line_to_char(*lines.start());
            let end = buffer.index_of(buffer.line_end(*lines.end()));
            let text = format!("\n{}", buffer.rope.slice(start..end));
            buffer.splice(end..end, &text);
            down(selection, count)
        });
    }

    /// Moves the lines of the selection, or that of the cursor, up by one.
    pub fn move_lines_up(&mut self) {
        let lines = self.selected_lines();
        let Some(above) = lines.start().checked_sub(1) else { return };
        self.change(Group::Alone, |buffer| {
            let Selection { anchor, head } = buffer.selection;
            let text = format!("\n{}", buffer.line(above));
            let end = buffer.index_of(buffer.line_end(*lines.end()));
            buffer.splice(end..end, &text);
            buffer.splice(buffer.rope.line_to_char(above)..buffer.rope.line_to_char(above + 1), "");
            let up = |p: Position| Position::new(p.line.saturating_sub(1), p.column);
            Selection { anchor: up(anchor), head: up(head) }
        });
    }

    /// Moves the lines of the selection, or that of the cursor, down by one.
    pub fn move_lines_down(&mut self) {
        let lines = self.selected_lines();
        let below = lines.end() + 1;
        if below > self.last_line() {
            return;
        }
        self.change(Group::Alone, |buffer| {
            let selection = buffer.selection;
            let text = format!("{}\n", buffer.line(below));
            let end = buffer.index_of(buffer.line_end(*lines.end()));
            buffer.splice(end..buffer.index_of(buffer.line_end(below)), "");
            let start = buffer.rope.line_to_char(*lines.start());
            buffer.splice(start..start, &text);
            down(selection, 1)
        });
    }

    /// The lines that the selection touches; one that it only ends before is not among them.
    fn selected_lines(&self) -> RangeInclusive<usize> {
        let (start, end) = self.selection.ordered();
        let ends_before = end.line > start.line && end.column == 0;
        start.line..=end.line - usize::from(ends_before)
    }
}

fn down(selection: Selection, lines: usize) -> Selection {
    let down = |p: Position| Position::new(p.line + lines, p.column);
    Selection { anchor: down(selection.anchor), head: down(selection.head) }
}

/// Where the ends of a selection go when the text of their lines is shifted.
#[derive(Default)]
struct Shift {
    anchor: Option<usize>,
    head: Option<usize>,
}

impl Shift {
    fn add(&mut self, selection: Selection, line: usize, column: impl Fn(usize) -> usize) {
        if selection.anchor.line == line {
            self.anchor = Some(column(selection.anchor.column));
        }
        if selection.head.line == line {
            self.head = Some(column(selection.head.column));
        }
    }

    fn of(self, selection: Selection) -> Selection {
        let Selection { mut anchor, mut head } = selection;
        anchor.column = self.anchor.unwrap_or(anchor.column);
        head.column = self.head.unwrap_or(head.column);
        Selection { anchor, head }
    }
}

#[cfg(test)]
mod tests {
    use super::super::marked::after;
    use super::*;

    #[test]
    fn indenting_moves_lines_by_a_level_and_leaves_blank_ones() {
        assert_eq!(after("a|b", Buffer::indent), "    a|b");
        assert_eq!(after("a^a\n\nb|b\nc", Buffer::indent), "    a^a\n\n    b|b\nc");
        assert_eq!(
            after("^a\nb\n|c", Buffer::indent),
            "^    a\n    b\n|c",
            "a line only ended before stays"
        );
    }

    #[test]
    fn outdenting_goes_back_to_the_stop() {
        assert_eq!(after("        a|b", Buffer::outdent), "    a|b");
        assert_eq!(after("      a|b", Buffer::outdent), "    a|b");
        assert_eq!(after("  |  a", Buffer::outdent), "|a");
        assert_eq!(after("\t\ta|", Buffer::outdent), "\ta|");
        assert_eq!(after("a|", Buffer::outdent), "a|");
        assert_eq!(after("^    a\n  b|", Buffer::outdent), "^a\nb|");
    }

    #[test]
    fn comments_are_toggled_for_all_lines_alike() {
        let toggle = |before| after(before, |buffer: &mut Buffer| buffer.toggle_comment("//"));
        assert_eq!(toggle("    a|b"), "    // a|b");
        assert_eq!(toggle("    // a|b"), "    a|b");
        assert_eq!(toggle("    //a|b"), "    a|b");
        assert_eq!(
            toggle("^  // a\n\n    b|"),
            "^  // // a\n\n  //   b|",
            "one without a comment comments all"
        );
        assert_eq!(toggle("^  // // a\n\n  //   b|"), "^  // a\n\n    b|");
        assert_eq!(toggle("|// a"), "|a");
        assert_eq!(toggle("  |\n"), "  |\n");
    }

    #[test]
    fn lines_are_deleted_with_their_break() {
        assert_eq!(after("a\nb|b\nc", Buffer::delete_line), "a\nc|");
        assert_eq!(after("a\nbb|", Buffer::delete_line), "a|");
        assert_eq!(after("abc|", Buffer::delete_line), "|");
        assert_eq!(after("a^\nb\nc|c\nd", Buffer::delete_line), "d|");
        assert_eq!(after("a\n|", Buffer::delete_line), "|a");
    }

    #[test]
    fn lines_are_duplicated_below() {
        assert_eq!(after("a|b\nc", Buffer::duplicate_lines), "ab\na|b\nc");
        assert_eq!(after("^a\nb|", Buffer::duplicate_lines), "a\nb\n^a\nb|");
    }

    #[test]
    fn lines_move_past_their_neighbours() {
        assert_eq!(after("a\nb|c\nd", Buffer::move_lines_up), "b|c\na\nd");
        assert_eq!(after("a\nb|", Buffer::move_lines_up), "b|\na");
        assert_eq!(after("a|\nb", Buffer::move_lines_up), "a|\nb");
        assert_eq!(after("a|\nb", Buffer::move_lines_down), "b\na|");
        assert_eq!(after("^a\nb|\nc\n", Buffer::move_lines_down), "c\n^a\nb|\n");
        assert_eq!(after("a|", Buffer::move_lines_down), "a|");
    }
}

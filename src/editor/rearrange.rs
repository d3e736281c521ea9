//! Commands that rearrange lines: join, sort, trim.

use super::buffer::Buffer;
use super::carets::Block;
use super::history::Group;
use super::position::{Position, Selection};

/// How lines are compared when they are sorted; equal ones keep their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortOrder {
    /// By their characters.
    Exact,
    /// Without regard to upper and lower case.
    IgnoringCase,
}

impl Buffer {
    /// Joins the lines of each selection, or that of the cursor with the next one: one blank, or none beside an empty
    /// line, takes the place of the break and the blanks around it.
    pub fn join_lines(&mut self) {
        self.change_lines(Group::Alone, |buffer, Block { lines, .. }| {
            let first = *lines.start();
            let joints = (lines.end() - first).max(1).min(buffer.last_line() - first);
            let mut joint = None;
            for _ in 0..joints {
                let text = buffer.line(first);
                let kept = text.trim_end_matches([' ', '\t']).chars().count();
                let start = buffer.rope.line_to_char(first);
                let end = buffer.rope.line_to_char(first + 1) + buffer.leading_space(first + 1);
                let needless = kept == 0 || buffer.is_blank(first + 1);
                let kept = if kept == 0 { text.chars().count() } else { kept };
                buffer.splice(start + kept..end, if needless { "" } else { " " });
                joint = Some(Position::new(first, kept));
            }
            let alone = lines.end() == lines.start() && !buffer.any_selected();
            joint.filter(|_| alone).map(Selection::at)
        });
    }

    /// Sorts the selected lines; says whether more than one was selected.
    pub fn sort_lines(&mut self, order: SortOrder) -> bool {
        let mut any = false;
        self.change_lines(Group::Alone, |buffer, Block { lines, .. }| {
            if lines.start() == lines.end() {
                return None;
            }
            any = true;
            let mut sorted: Vec<String> =
                lines.clone().map(|n| buffer.line(n).into_owned()).collect();
            match order {
                SortOrder::Exact => sorted.sort(),
                SortOrder::IgnoringCase => sorted.sort_by_cached_key(|line| line.to_lowercase()),
            }
            let text = sorted.join("\n");
            let range = buffer.rope.line_to_char(*lines.start())
                ..buffer.index_of(buffer.line_end(*lines.end()));
            if buffer.rope.slice(range.clone()) != text.as_str() {
                buffer.splice(range, &text);
            }
            Some(Selection {
                anchor: Position::new(*lines.start(), 0),
                head: buffer.line_end(*lines.end()),
            })
        });
        any
    }

    /// Takes away the blanks at the ends of all lines; gives the number of lines that had some.
    pub fn trim_line_ends(&mut self) -> usize {
        let mut trimmed = 0;
        self.change_text(Group::Alone, |buffer| {
            for line in 0..buffer.line_count() {
                let end = buffer.index_of(buffer.line_end(line));
                let before = buffer.rope.chars_at(end).reversed();
                let blanks = before.take_while(|c| matches!(c, ' ' | '\t')).count();
                if blanks > 0 {
                    trimmed += 1;
                    buffer.splice(end - blanks..end, "");
                }
            }
        });
        trimmed
    }
}

#[cfg(test)]
mod tests {
    use super::super::marked::after;
    use super::*;

    #[test]
    fn lines_are_joined_with_one_blank_between_them() {
        assert_eq!(after("a|b\n    cd\nx", Buffer::join_lines), "ab| cd\nx");
        assert_eq!(after("ab  |\n\tcd", Buffer::join_lines), "ab| cd");
        assert_eq!(after("a|\n\nb", Buffer::join_lines), "a|\nb");
        assert_eq!(after("  |\n  b", Buffer::join_lines), "  |b");
        assert_eq!(after("a|", Buffer::join_lines), "a|");
        assert_eq!(after("^a\n  b\nc|\nd", Buffer::join_lines), "^a b c|\nd");
        assert_eq!(after("a|\nb\n\nc|\nd", Buffer::join_lines), "a| b\n\nc| d");
    }

    #[test]
    fn selected_lines_are_sorted_and_equal_ones_keep_their_order() {
        let exact = |buffer: &mut Buffer| _ = buffer.sort_lines(SortOrder::Exact);
        let ignoring = |buffer: &mut Buffer| _ = buffer.sort_lines(SortOrder::IgnoringCase);
        assert_eq!(after("x\n^b\na\nB|\ny", exact), "x\n^B\na\nb|\ny");
        assert_eq!(after("^b\nB\na|", ignoring), "^a\nb\nB|");
        assert_eq!(after("^b\na\n|c", exact), "^a\nb|\nc");
        assert_eq!(after("b|\na", exact), "b|\na", "one line is in order");
    }

    #[test]
    fn blanks_at_the_ends_of_lines_go_and_cursors_stay() {
        let trim = |buffer: &mut Buffer| assert!(buffer.trim_line_ends() > 0);
        assert_eq!(after("a \t\n  \nb  |\nc |", trim), "a\n\nb|\nc|");
        let mut buffer = Buffer::new("a\n");
        assert_eq!((buffer.trim_line_ends(), buffer.can_undo()), (0, false));
    }
}

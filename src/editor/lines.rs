//! Commands on whole lines: indent, move, duplicate, delete, comment. Lines that several cursors touch count once, and
//! lines beside each other are taken together.

use super::buffer::Buffer;
use super::carets::{Bias, Block};
use super::history::Group;
use super::position::{Position, Selection};

impl Buffer {
    /// Indents the lines of the selections, or those of the cursors, by one level; blank lines stay.
    pub fn indent(&mut self) {
        let unit = self.indent.as_str();
        self.change_lines(Group::Alone, |buffer, block| {
            for line in block.lines.clone() {
                if !buffer.is_blank(line) {
                    let start = buffer.rope.line_to_char(line);
                    buffer.splice(start..start, unit);
                }
            }
            None
        });
    }

    /// Takes one level of indentation from the lines of the selections, or those of the cursors.
    pub fn outdent(&mut self) {
        self.change_lines(Group::Alone, |buffer, block| {
            for line in block.lines.clone() {
                let start = buffer.rope.line_to_char(line);
                let space = buffer.leading_space(line);
                if space > 0 {
                    buffer.splice(start..start + space - buffer.outdented_len(line), "");
                }
            }
            None
        });
    }

    /// Comments the lines of the selections, or those of the cursors, with `prefix` (`//` for example), or takes it away
    /// when all that are not blank have it.
    pub fn toggle_comment(&mut self, prefix: &str) {
        let touched = self.touched_lines();
        let commented = touched
            .iter()
            .filter(|line| !self.is_blank(**line))
            .all(|line| self.has_comment(*line, prefix));
        let text = format!("{prefix} ");
        self.change_lines(Group::Alone, |buffer, block| {
            let lines: Vec<_> = block.lines.clone().filter(|n| !buffer.is_blank(*n)).collect();
            let margin = lines.iter().map(|line| buffer.leading_space(*line)).min().unwrap_or(0);
            for line in lines {
                let start = buffer.rope.line_to_char(line);
                if commented {
                    let at = buffer.leading_space(line);
                    let rest = buffer.rope.line(line).chars_at(at + prefix.chars().count()).next();
                    let lost = prefix.chars().count() + usize::from(rest == Some(' '));
                    buffer.splice(start + at..start + at + lost, "");
                } else {
                    buffer.splice_with(start + margin..start + margin, &text, Bias::Behind);
                }
            }
            None
        });
    }

    fn has_comment(&self, line: usize, prefix: &str) -> bool {
        let mut text = self.rope.line(line).chars_at(self.leading_space(line));
        prefix.chars().all(|c| text.next() == Some(c))
    }

    /// Deletes the lines of the selections, or those of the cursors.
    pub fn delete_line(&mut self) {
        self.change_lines(Group::Alone, |buffer, Block { lines, head }| {
            let mut range =
                buffer.rope.line_to_char(*lines.start())..buffer.rope.line_to_char(lines.end() + 1);
            if *lines.end() == buffer.last_line() && range.start > 0 {
                range.start -= 1;
            }
            buffer.splice(range, "");
            let line = (*lines.start()).min(buffer.last_line());
            Some(Selection::at(Position::new(line, head.column.min(buffer.line_len(line)))))
        });
    }

    /// Copies the lines of the selections, or those of the cursors, below themselves; the cursors go with the copy.
    pub fn duplicate_lines(&mut self) {
        self.change_lines(Group::Alone, |buffer, block| {
            let start = buffer.rope.line_to_char(*block.lines.start());
            let end = buffer.index_of(buffer.line_end(*block.lines.end()));
            let text = format!("{}\n", buffer.rope.slice(start..end));
            buffer.splice_with(start..start, &text, Bias::Behind);
            None
        });
    }

    /// Moves the lines of the selections, or those of the cursors, up by one.
    pub fn move_lines_up(&mut self) {
        self.change_lines(Group::Alone, |buffer, Block { lines, .. }| {
            let above = lines.start().checked_sub(1)?;
            let text = format!("\n{}", buffer.line(above));
            let end = buffer.index_of(buffer.line_end(*lines.end()));
            buffer.splice(end..end, &text);
            let start = buffer.rope.line_to_char(above);
            buffer.splice(start..buffer.rope.line_to_char(above + 1), "");
            None
        });
    }

    /// Moves the lines of the selections, or those of the cursors, down by one.
    pub fn move_lines_down(&mut self) {
        self.change_lines(Group::Alone, |buffer, Block { lines, .. }| {
            let below = lines.end() + 1;
            if below > buffer.last_line() {
                return None;
            }
            let text = format!("{}\n", buffer.line(below));
            let end = buffer.index_of(buffer.line_end(*lines.end()));
            buffer.splice(end..buffer.index_of(buffer.line_end(below)), "");
            let start = buffer.rope.line_to_char(*lines.start());
            buffer.splice_with(start..start, &text, Bias::Behind);
            None
        });
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

//! What goes to the clipboard and comes from it.

use super::buffer::Buffer;
use super::history::Group;
use super::text_form;

impl Buffer {
    /// Inserts `text` in the place of every selection, as one undo step and as it is but for line breaks, which become
    /// line feeds, and control characters, which are left out. Where it has as many lines as there are cursors, each
    /// gets one.
    pub fn paste(&mut self, text: &str) {
        let text = text_form::clean_paste(text);
        let lines: Vec<&str> = text.strip_suffix('\n').unwrap_or(&text).split('\n').collect();
        let share = self.cursor_count() > 1 && lines.len() == self.cursor_count();
        let mut lines = lines.into_iter();
        self.change_each(Group::Alone, |buffer| {
            let text = if share { lines.next().unwrap_or_default() } else { &text };
            let range = buffer.selected_range();
            buffer.splice(range.clone(), text);
            buffer.cursor_at(range.start + text.chars().count())
        });
    }

    /// The text of the selections, one a line; where nothing is selected, the lines of the cursors with their breaks.
    pub fn copy(&self) -> String {
        if self.any_selected() {
            let mut texts = self.selected_texts();
            texts.retain(|text| !text.is_empty());
            return texts.join("\n");
        }
        let mut lines: Vec<usize> = self.selections().iter().map(|s| s.head.line).collect();
        lines.dedup();
        lines.iter().flat_map(|line| [self.line(*line), "\n".into()]).collect()
    }

    /// As [`Buffer::copy`], and deletes what it returns.
    pub fn cut(&mut self) -> String {
        let text = self.copy();
        if self.any_selected() {
            self.delete_selected();
        } else {
            self.delete_line();
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::super::marked::{after, buffer, drawn};

    #[test]
    fn a_paste_goes_in_as_it_is_and_is_one_step() {
        let text = "if x {\r\n  y\r}\x1b[0m";
        assert_eq!(after("    {|}", |buffer| buffer.paste(text)), "    {if x {\n  y\n}[0m|}");
        assert_eq!(after("a^bc|d", |buffer| buffer.paste("x")), "ax|d");
    }

    #[test]
    fn a_paste_does_not_join_what_was_typed() {
        let mut buffer = buffer("|");
        buffer.type_char('a', 0);
        buffer.paste("b");
        buffer.type_char('c', 0);
        buffer.undo();
        assert_eq!(drawn(&buffer), "ab|");
        buffer.undo();
        assert_eq!(drawn(&buffer), "a|");
    }

    #[test]
    fn each_cursor_gets_a_line_of_a_paste_that_has_as_many() {
        assert_eq!(after("a|\nb|", |buffer| buffer.paste("1\n2\n")), "a1|\nb2|");
        assert_eq!(after("a|\nb|", |buffer| buffer.paste("x")), "ax|\nbx|");
        assert_eq!(after("a|\nb|", |buffer| buffer.paste("1\n2\n3")), "a1\n2\n3|\nb1\n2\n3|");
        assert_eq!(after("|", |buffer| buffer.paste("x\n")), "x\n|");
    }

    #[test]
    fn what_several_cursors_copy_they_can_paste() {
        let mut taken = String::new();
        assert_eq!(after("^ab| ^c|", |buffer| taken = buffer.cut()), "| |");
        assert_eq!(taken, "ab\nc");
        assert_eq!(after("| |", |buffer| buffer.paste("ab\nc")), "ab| c|");
        assert_eq!(buffer("a|b|\nc\nd|").copy(), "ab\nd\n", "a line is copied once");
    }

    #[test]
    fn without_a_selection_the_line_is_copied_or_cut() {
        assert_eq!(buffer("ab\nc|d").copy(), "cd\n");
        assert_eq!(buffer("ab\nc^d|").copy(), "d");
        let mut taken = String::new();
        assert_eq!(after("ab\nc|d\nef", |buffer| taken = buffer.cut()), "ab\ne|f");
        assert_eq!(taken, "cd\n");
        assert_eq!(after("a^b\nc|d", |buffer| taken = buffer.cut()), "a|d");
        assert_eq!(taken, "b\nc");
    }
}

//! What goes to the clipboard and comes from it.

use super::buffer::Buffer;
use super::history::Group;
use super::text_form;

impl Buffer {
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

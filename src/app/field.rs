//! A field of one line, as dialogs, filters and the find bar use it.

use super::action::FieldAction;
use ratatui_textarea::{CursorMove, TextArea};

/// A field of one line of text.
#[derive(Clone, Debug)]
pub struct Field(TextArea<'static>);

impl Field {
    /// A field that holds `text`, the cursor behind it. Line breaks become blanks.
    pub fn new(text: &str) -> Self {
        let mut area = TextArea::new(vec![one_line(text)]);
        area.move_cursor(CursorMove::End);
        Self(area)
    }

    /// What it holds.
    pub fn text(&self) -> &str {
        self.0.lines().first().map_or("", String::as_str)
    }

    /// Nothing is written in it.
    pub fn is_empty(&self) -> bool {
        self.text().is_empty()
    }

    /// The cursor's column, in characters from 0.
    pub fn cursor(&self) -> usize {
        self.0.cursor().1
    }

    /// Types a character.
    pub fn insert(&mut self, c: char) {
        self.0.insert_char(c);
    }

    /// Inserts a text as one line.
    pub fn paste(&mut self, text: &str) {
        self.0.insert_str(one_line(text));
    }

    /// Carries out `action`; says whether the text changed. `clipboard` is what a paste inserts.
    pub fn apply(&mut self, action: FieldAction, clipboard: &str) -> bool {
        let moved = |area: &mut TextArea<'static>, to| {
            area.move_cursor(to);
            false
        };
        match action {
            FieldAction::Left => moved(&mut self.0, CursorMove::Back),
            FieldAction::Right => moved(&mut self.0, CursorMove::Forward),
            FieldAction::WordLeft => moved(&mut self.0, CursorMove::WordBack),
            FieldAction::WordRight => moved(&mut self.0, CursorMove::WordForward),
            FieldAction::Home => moved(&mut self.0, CursorMove::Head),
            FieldAction::End => moved(&mut self.0, CursorMove::End),
            FieldAction::Backspace => self.0.delete_char(),
            FieldAction::Delete => self.0.delete_next_char(),
            FieldAction::DeleteWord => self.0.delete_word(),
            FieldAction::Clear => {
                let changed = !self.is_empty();
                self.0 = TextArea::default();
                changed
            }
            FieldAction::Paste => {
                self.paste(clipboard);
                !clipboard.is_empty()
            }
        }
    }
}

impl Default for Field {
    fn default() -> Self {
        Self::new("")
    }
}

fn one_line(text: &str) -> String {
    text.trim_end_matches(['\r', '\n'])
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pasted_text_becomes_one_line() {
        let mut field = Field::new("ab");
        field.apply(FieldAction::Left, "");
        field.paste("x\ny\r\n");
        assert_eq!(field.text(), "ax yb");
        assert_eq!(field.cursor(), 4);
    }

    #[test]
    fn deleting_at_the_start_changes_nothing() {
        let mut field = Field::new("a");
        field.apply(FieldAction::Home, "");
        assert!(!field.apply(FieldAction::Backspace, ""));
        assert!(field.apply(FieldAction::Delete, ""));
        assert!(field.is_empty());
    }
}

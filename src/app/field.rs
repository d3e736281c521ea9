//! A field of one line, as dialogs, filters and the find bar use it.

use super::action::FieldAction;
use ratatui_textarea::{CursorMove, TextArea};

/// A field of one line of text.
#[derive(Clone, Debug)]
pub struct Field {
    area: TextArea<'static>,
    /// The text is a proposal: what is typed takes its place.
    proposed: bool,
}

impl Field {
    /// A field that proposes `text`: what is typed first takes its place, any other key makes it one's own.
    pub fn proposing(text: &str) -> Self {
        Self { proposed: !text.is_empty(), ..Self::new(text) }
    }

    /// The text is a proposal that nobody has touched yet.
    pub fn is_proposed(&self) -> bool {
        self.proposed
    }

    fn make_room(&mut self) {
        if std::mem::take(&mut self.proposed) {
            self.area = TextArea::default();
        }
    }

    /// A field that holds `text`, the cursor behind it. Line breaks become blanks.
    pub fn new(text: &str) -> Self {
        let mut area = TextArea::new(vec![one_line(text)]);
        area.move_cursor(CursorMove::End);
        Self { area, proposed: false }
    }

    /// What it holds.
    pub fn text(&self) -> &str {
        self.area.lines().first().map_or("", String::as_str)
    }

    /// Nothing is written in it.
    pub fn is_empty(&self) -> bool {
        self.text().is_empty()
    }

    /// The cursor's column, in characters from 0.
    pub fn cursor(&self) -> usize {
        self.area.cursor().1
    }

    /// Types a character.
    pub fn insert(&mut self, c: char) {
        self.make_room();
        self.area.insert_char(c);
    }

    /// Inserts a text as one line.
    pub fn paste(&mut self, text: &str) {
        self.make_room();
        self.area.insert_str(one_line(text));
    }

    /// Carries out `action`; says whether the text changed. `clipboard` is what a paste inserts.
    pub fn apply(&mut self, action: FieldAction, clipboard: &str) -> bool {
        let moved = |area: &mut TextArea<'static>, to| {
            area.move_cursor(to);
            false
        };
        if std::mem::take(&mut self.proposed)
            && matches!(action, FieldAction::Backspace | FieldAction::Delete)
        {
            return self.apply(FieldAction::Clear, clipboard);
        }
        match action {
            FieldAction::Left => moved(&mut self.area, CursorMove::Back),
            FieldAction::Right => moved(&mut self.area, CursorMove::Forward),
            FieldAction::WordLeft => moved(&mut self.area, CursorMove::WordBack),
            FieldAction::WordRight => moved(&mut self.area, CursorMove::WordForward),
            FieldAction::Home => moved(&mut self.area, CursorMove::Head),
            FieldAction::End => moved(&mut self.area, CursorMove::End),
            FieldAction::Backspace => self.area.delete_char(),
            FieldAction::Delete => self.area.delete_next_char(),
            FieldAction::DeleteWord => self.area.delete_word(),
            FieldAction::Clear => {
                let changed = !self.is_empty();
                self.area = TextArea::default();
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
    fn a_proposal_gives_way_to_what_is_typed_but_not_to_a_step() {
        let mut field = Field::proposing("greeting");
        field.insert('x');
        assert_eq!(field.text(), "x");
        let mut field = Field::proposing("greeting");
        field.apply(FieldAction::Left, "");
        field.insert('x');
        assert_eq!(field.text(), "greetinxg");
        let mut field = Field::proposing("greeting");
        field.apply(FieldAction::Backspace, "");
        assert!(field.is_empty());
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

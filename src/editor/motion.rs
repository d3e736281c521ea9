//! Moving the cursor by keys.

use super::buffer::Buffer;
use super::graphemes;
use super::position::{Position, Selection};
use super::words;

/// A motion of the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Motion {
    /// One grapheme cluster back, across the line break.
    Left,
    /// One grapheme cluster on, across the line break.
    Right,
    /// One line up, aiming at the same cell; from the first line to its start.
    Up,
    /// One line down, aiming at the same cell; from the last line to its end.
    Down,
    /// To the start of the word before.
    WordLeft,
    /// Behind the next word.
    WordRight,
    /// To the first text of the line; from there to its very start.
    LineStart,
    /// To the end of the line.
    LineEnd,
    /// Up by this many lines.
    PageUp(usize),
    /// Down by this many lines.
    PageDown(usize),
    /// To the start of the text.
    DocumentStart,
    /// To the end of the text.
    DocumentEnd,
    /// To the blank line above the paragraph.
    ParagraphUp,
    /// To the blank line below the paragraph.
    ParagraphDown,
    /// To the partner of the bracket at the cursor or before it; nowhere without one.
    MatchingBracket,
}

/// What a motion does with the selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extend {
    /// Nothing is selected afterwards.
    Move,
    /// The selection reaches from where it began to the new place.
    Select,
}

impl Buffer {
    /// Moves every cursor by `motion`.
    pub fn move_by(&mut self, motion: Motion, extend: Extend) {
        self.seal_undo_step();
        self.whole_words = false;
        self.move_each(|buffer| buffer.step(motion, extend));
    }

    /// Moves the primary cursor.
    pub(super) fn step(&mut self, motion: Motion, extend: Extend) {
        let goal = self.goal_of(motion);
        let head = self.collapse(motion, extend).unwrap_or_else(|| self.target(motion, goal));
        let anchor = if extend == Extend::Select { self.selection.anchor } else { head };
        self.place(Selection { anchor, head });
        self.goal_cell = goal;
    }

    /// Left and Right with a selection go to its ends.
    fn collapse(&self, motion: Motion, extend: Extend) -> Option<Position> {
        if extend == Extend::Select {
            return None;
        }
        let (start, end) = self.selection()?;
        match motion {
            Motion::Left => Some(start),
            Motion::Right => Some(end),
            _ => None,
        }
    }

    /// The cell that a vertical motion aims at.
    fn goal_of(&self, motion: Motion) -> Option<usize> {
        let vertical =
            matches!(motion, Motion::Up | Motion::Down | Motion::PageUp(_) | Motion::PageDown(_));
        vertical.then(|| self.goal_cell.unwrap_or_else(|| self.cursor_cell()))
    }

    fn target(&self, motion: Motion, goal: Option<usize>) -> Position {
        let head = self.selection.head;
        let goal = goal.unwrap_or(0);
        match motion {
            Motion::Left => self.position_of(graphemes::previous(&self.rope, self.head_index())),
            Motion::Right => self.position_of(graphemes::next(&self.rope, self.head_index())),
            Motion::Up => self.lines_up(1, goal),
            Motion::Down => self.lines_down(1, goal),
            Motion::PageUp(lines) => self.lines_up(lines, goal),
            Motion::PageDown(lines) => self.lines_down(lines, goal),
            Motion::WordLeft => match self.head_index() {
                0 => head,
                index => self.position_of(words::left(&self.rope, index)),
            },
            Motion::WordRight => self.position_of(words::right(&self.rope, self.head_index())),
            Motion::LineStart => {
                let text = self.leading_space(head.line);
                Position::new(head.line, if head.column == text { 0 } else { text })
            }
            Motion::LineEnd => self.line_end(head.line),
            Motion::DocumentStart => Position::default(),
            Motion::DocumentEnd => self.position_of(self.rope.len_chars()),
            Motion::ParagraphUp => self.paragraph_up(head.line),
            Motion::ParagraphDown => self.paragraph_down(head.line),
            Motion::MatchingBracket => self.matching_bracket().map_or(head, |(_, partner)| partner),
        }
    }

    fn lines_up(&self, lines: usize, goal: usize) -> Position {
        if !self.rows_are_lines() {
            return self.up_by_rows(lines, goal).unwrap_or_default();
        }
        let line = self.selection.head.line;
        if line == 0 {
            return Position::default();
        }
        self.at_cell(line.saturating_sub(lines), goal)
    }

    fn lines_down(&self, lines: usize, goal: usize) -> Position {
        if !self.rows_are_lines() {
            let end = || self.line_end(self.selection.head.line);
            return self.down_by_rows(lines, goal).unwrap_or_else(end);
        }
        let line = self.selection.head.line;
        if line == self.last_line() {
            return self.line_end(line);
        }
        self.at_cell(line.saturating_add(lines).min(self.last_line()), goal)
    }

    fn at_cell(&self, line: usize, cell: usize) -> Position {
        Position::new(line, self.column_at(line, cell))
    }

    fn paragraph_up(&self, line: usize) -> Position {
        let text = (0..line).rev().find(|n| !self.is_blank(*n)).unwrap_or(0);
        let blank = (0..text).rev().find(|n| self.is_blank(*n)).unwrap_or(0);
        Position::new(blank, 0)
    }

    fn paragraph_down(&self, line: usize) -> Position {
        let last = self.last_line();
        let text = (line + 1..=last).find(|n| !self.is_blank(*n)).unwrap_or(last);
        match (text + 1..=last).find(|n| self.is_blank(*n)) {
            Some(blank) => Position::new(blank, 0),
            None => self.line_end(last),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: usize, column: usize) -> Position {
        Position::new(line, column)
    }

    fn after(text: &str, from: Position, motion: Motion) -> Position {
        let mut buffer = Buffer::new(text);
        buffer.place_cursor(from);
        buffer.move_by(motion, Extend::Move);
        buffer.cursor()
    }

    #[test]
    fn left_and_right_cross_lines_and_stop_at_the_ends() {
        assert_eq!(after("ab\ncd", at(1, 0), Motion::Left), at(0, 2));
        assert_eq!(after("ab\ncd", at(0, 2), Motion::Right), at(1, 0));
        assert_eq!(after("ab", at(0, 0), Motion::Left), at(0, 0));
        assert_eq!(after("ab", at(0, 2), Motion::Right), at(0, 2));
        assert_eq!(after("👩‍👩‍👧‍👦x", at(0, 0), Motion::Right), at(0, 7));
        assert_eq!(after("", at(0, 0), Motion::WordLeft), at(0, 0));
    }

    #[test]
    fn home_goes_to_the_text_first_and_then_to_the_margin() {
        assert_eq!(after("    let x", at(0, 6), Motion::LineStart), at(0, 4));
        assert_eq!(after("    let x", at(0, 4), Motion::LineStart), at(0, 0));
        assert_eq!(after("    let x", at(0, 0), Motion::LineStart), at(0, 4));
        assert_eq!(after("    let x", at(0, 2), Motion::LineEnd), at(0, 9));
    }

    #[test]
    fn vertical_motions_keep_their_cell_over_short_and_wide_lines() {
        let mut buffer = Buffer::new("abcdef\nx\n中中中中\n\tend");
        buffer.place_cursor(at(0, 5));
        let mut cells = Vec::new();
        for _ in 0..3 {
            buffer.move_by(Motion::Down, Extend::Move);
            cells.push(buffer.cursor());
        }
        assert_eq!(cells, [at(1, 1), at(2, 2), at(3, 2)]);
        buffer.move_by(Motion::PageUp(3), Extend::Move);
        assert_eq!(buffer.cursor(), at(0, 5));
    }

    #[test]
    fn up_from_the_first_line_and_down_from_the_last_reach_the_ends() {
        assert_eq!(after("abc\nd", at(0, 2), Motion::Up), at(0, 0));
        assert_eq!(after("abc\ndef", at(1, 1), Motion::Down), at(1, 3));
        assert_eq!(after("a\nb\nc", at(1, 0), Motion::PageDown(99)), at(2, 0));
    }

    #[test]
    fn paragraphs_are_divided_by_blank_lines() {
        let text = "a\nb\n\n  \nc\nd\n\ne";
        assert_eq!(after(text, at(0, 0), Motion::ParagraphDown), at(2, 0));
        assert_eq!(after(text, at(2, 0), Motion::ParagraphDown), at(6, 0));
        assert_eq!(after(text, at(6, 0), Motion::ParagraphDown), at(7, 1));
        assert_eq!(after(text, at(5, 0), Motion::ParagraphUp), at(3, 0));
        assert_eq!(after(text, at(3, 0), Motion::ParagraphUp), at(0, 0));
    }

    #[test]
    fn left_and_right_with_a_selection_go_to_its_ends() {
        for (motion, expected) in [(Motion::Left, at(0, 1)), (Motion::Right, at(0, 3))] {
            let mut buffer = Buffer::new("abcdef");
            buffer.select(at(0, 3), at(0, 1));
            buffer.move_by(motion, Extend::Move);
            assert_eq!((buffer.cursor(), buffer.selection()), (expected, None));
        }
    }

    #[test]
    fn extending_keeps_the_anchor() {
        let mut buffer = Buffer::new("one two\nthree");
        buffer.place_cursor(at(0, 4));
        buffer.move_by(Motion::WordRight, Extend::Select);
        buffer.move_by(Motion::Down, Extend::Select);
        assert_eq!(buffer.selection(), Some((at(0, 4), at(1, 5))));
        buffer.move_by(Motion::DocumentStart, Extend::Select);
        assert_eq!(buffer.selected_text().as_deref(), Some("one "));
    }
}

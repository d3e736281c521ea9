//! Further cursors: above and below, where the mouse points, at the next occurrence of what is selected, at all.

use super::buffer::Buffer;
use super::motion::{Extend, Motion};
use super::position::{Position, Selection};
use super::search::{Case, Matches, Query, QueryKind, find_all};
use super::{carets::Selections, words};

/// What came of looking for a further occurrence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occurrence {
    /// There is no word at the cursor.
    NoWord,
    /// So many are selected now, of so many that there are.
    Selected(usize, usize),
}

impl Buffer {
    /// Puts a further cursor at `at`, which becomes the primary one; a cursor that stands there goes, unless it is the
    /// only one.
    pub fn toggle_cursor_at(&mut self, at: Position) {
        let at = Selection::at(self.nearest(at));
        let mut all = self.selections();
        match all.iter().position(|selection| *selection == at) {
            Some(_) if all.len() == 1 => return,
            Some(index) => drop(all.remove(index)),
            None => all.push(at),
        }
        if let Some(primary) = all.pop() {
            self.go_all(&Selections { primary, others: all });
        }
    }

    /// Puts a further cursor on the line above each, at the same cell; says whether there was room for one.
    pub fn add_cursors_above(&mut self) -> bool {
        self.add_cursors(Motion::Up)
    }

    /// Puts a further cursor on the line below each, at the same cell; says whether there was room for one.
    pub fn add_cursors_below(&mut self) -> bool {
        self.add_cursors(Motion::Down)
    }

    fn add_cursors(&mut self, motion: Motion) -> bool {
        let count = self.cursor_count();
        let old = self.others.clone();
        let primary = self.as_other();
        self.move_each(|buffer| {
            let line = buffer.selection.head.line;
            let edge = if motion == Motion::Up { 0 } else { buffer.last_line() };
            if line != edge {
                buffer.step(motion, Extend::Move);
            }
        });
        self.seal_undo_step();
        self.take_in(old.into_iter().chain([primary]));
        self.cursor_count() > count
    }

    /// Selects the next occurrence of what is selected too; where nothing is, the word at the cursor. It becomes the
    /// primary selection.
    pub fn select_next_occurrence(&mut self) -> Occurrence {
        if !self.any_selected() {
            return self.select_words();
        }
        let Some(matches) = self.occurrences() else { return Occurrence::NoWord };
        let all = self.selections();
        let taken = |found: &(Position, Position)| all.iter().any(|s| s.ordered() == *found);
        let free = |range: &mut dyn Iterator<Item = usize>| {
            range.map(|index| matches.found[index]).find(|found| !taken(found))
        };
        let from = self.selection.ordered().1;
        let first = matches.next(from).unwrap_or(0);
        let len = matches.found.len();
        let next = free(&mut (first..len)).or_else(|| free(&mut (0..first)));
        if let Some((anchor, head)) = next {
            let whole_words = self.whole_words;
            self.go_all(&Selections { primary: Selection { anchor, head }, others: all });
            self.whole_words = whole_words;
        }
        Occurrence::Selected(self.cursor_count(), len.max(self.cursor_count()))
    }

    /// Selects all occurrences of what is selected, or of the word at the cursor.
    pub fn select_all_occurrences(&mut self) -> Occurrence {
        if !self.any_selected() && self.select_words() == Occurrence::NoWord {
            return Occurrence::NoWord;
        }
        let Some(matches) = self.occurrences() else { return Occurrence::NoWord };
        let primary = self.selection;
        let others = matches.found.iter().filter(|found| **found != primary.ordered());
        let others = others.map(|(anchor, head)| Selection { anchor: *anchor, head: *head });
        let whole_words = self.whole_words;
        self.go_all(&Selections { primary, others: others.collect() });
        self.whole_words = whole_words;
        Occurrence::Selected(self.cursor_count(), self.cursor_count())
    }

    fn select_words(&mut self) -> Occurrence {
        self.seal_undo_step();
        self.move_each(|buffer| {
            let word = words::word_around(&buffer.rope, buffer.head_index());
            buffer.place(Selection {
                anchor: buffer.position_of(word.start),
                head: buffer.position_of(word.end),
            });
        });
        self.whole_words = true;
        if self.selection.is_empty() {
            return Occurrence::NoWord;
        }
        let found = self.occurrences().map_or(0, |matches| matches.found.len());
        Occurrence::Selected(self.cursor_count(), found.max(self.cursor_count()))
    }

    /// Where the text of the primary selection stands.
    fn occurrences(&self) -> Option<Matches> {
        let query = Query {
            text: self.selected_text()?,
            case: Case::Sensitive,
            kind: QueryKind::Literal,
            whole_word: self.whole_words,
        };
        find_all(&self.rope, &query).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::super::marked::{buffer, drawn};
    use super::*;

    #[test]
    fn occurrences_are_taken_one_after_another_and_around_the_end() {
        let mut buffer = buffer("foo food f|oo\nfoo");
        assert_eq!(buffer.select_next_occurrence(), Occurrence::Selected(1, 3));
        assert_eq!(buffer.select_next_occurrence(), Occurrence::Selected(2, 3));
        assert_eq!(drawn(&buffer), "foo food ^foo|\n^foo|");
        assert_eq!(buffer.select_next_occurrence(), Occurrence::Selected(3, 3));
        assert_eq!(drawn(&buffer), "^foo| food ^foo|\n^foo|");
        assert_eq!(buffer.select_next_occurrence(), Occurrence::Selected(3, 3));
        buffer.type_char('x', 0);
        assert_eq!(drawn(&buffer), "x| food x|\nx|");
    }

    #[test]
    fn what_was_selected_by_hand_is_found_within_words() {
        let mut buffer = buffer("^foo| food Foo");
        assert_eq!(buffer.select_next_occurrence(), Occurrence::Selected(2, 2));
        assert_eq!(drawn(&buffer), "^foo| ^foo|d Foo");
    }

    #[test]
    fn all_occurrences_keep_the_primary_one() {
        let mut buffer = buffer("a b|c bc\nbc");
        assert_eq!(buffer.select_all_occurrences(), Occurrence::Selected(3, 3));
        assert_eq!(drawn(&buffer), "a ^bc| ^bc|\n^bc|");
        assert_eq!(buffer.cursor(), Position::new(0, 4));
        let mut blank = super::super::marked::buffer("  |  ");
        assert_eq!(blank.select_all_occurrences(), Occurrence::NoWord);
        assert_eq!(blank.select_next_occurrence(), Occurrence::NoWord);
        assert_eq!(drawn(&blank), "  |  ");
    }

    #[test]
    fn cursors_grow_above_and_below() {
        let mut buffer = buffer("abc\nx\nab|c\n");
        assert!(buffer.add_cursors_above());
        assert!(buffer.add_cursors_above());
        assert_eq!(drawn(&buffer), "ab|c\nx|\nab|c\n");
        assert!(!buffer.add_cursors_above());
        assert!(buffer.add_cursors_below());
        assert_eq!(drawn(&buffer), "ab|c\nx|\nab|c\n|");
    }

    #[test]
    fn a_click_adds_a_cursor_and_takes_it_away() {
        let mut buffer = buffer("ab|c");
        buffer.toggle_cursor_at(Position::new(0, 0));
        assert_eq!(drawn(&buffer), "|ab|c");
        assert_eq!(buffer.cursor(), Position::new(0, 0));
        buffer.toggle_cursor_at(Position::new(0, 0));
        assert_eq!(drawn(&buffer), "ab|c");
        buffer.toggle_cursor_at(Position::new(0, 2));
        assert_eq!(drawn(&buffer), "ab|c", "the only one stays");
    }
}

//! Places in a text and stretches between them.

use crate::domain::Place;

/// A place in a text, before the character it names; both count from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 0.
    pub line: usize,
    /// Column in characters (Unicode scalar values), from 0.
    pub column: usize,
}

impl Position {
    /// The place at `line` and `column`, both from 0.
    pub const fn new(line: usize, column: usize) -> Self {
        Self { line, column }
    }
}

impl From<Place> for Position {
    fn from(place: Place) -> Self {
        Self::new(place.line.saturating_sub(1) as usize, place.column.saturating_sub(1) as usize)
    }
}

impl From<Position> for Place {
    fn from(position: Position) -> Self {
        let from_one = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).saturating_add(1);
        Self::new(from_one(position.line), from_one(position.column))
    }
}

/// Cursor and selection in one: the text between `anchor`, where selecting began, and `head`, where the cursor is.
/// Nothing is selected when the two are equal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// The end that stays.
    pub anchor: Position,
    /// The end that moves: the cursor.
    pub head: Position,
}

impl Selection {
    /// A cursor at `position` with nothing selected.
    pub const fn at(position: Position) -> Self {
        Self { anchor: position, head: position }
    }

    /// Nothing is selected.
    pub fn is_empty(&self) -> bool {
        self.anchor == self.head
    }

    /// Both ends in the order of the text.
    pub fn ordered(&self) -> (Position, Position) {
        (self.anchor.min(self.head), self.anchor.max(self.head))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_from_one_and_positions_from_zero() {
        assert_eq!(Position::from(Place::new(1, 1)), Position::new(0, 0));
        assert_eq!(Place::from(Position::new(4, 7)), Place::new(5, 8));
        assert_eq!(
            Position::from(Place::new(0, 0)),
            Position::new(0, 0),
            "a missing place is the start"
        );
    }

    #[test]
    fn a_selection_made_backwards_is_ordered_like_the_text() {
        let selection = Selection { anchor: Position::new(2, 0), head: Position::new(1, 5) };
        assert_eq!(selection.ordered(), (Position::new(1, 5), Position::new(2, 0)));
        assert!(!selection.is_empty());
    }
}

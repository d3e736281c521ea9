//! A selection in a list, and the part of the list that is in sight.

use super::action::ListAction;

/// Which entry of a list is selected, and which is the first in sight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Cursor {
    /// The selected entry.
    pub selected: usize,
    /// The first entry in sight.
    pub top: usize,
}

impl Cursor {
    /// Moves the selection in a list of `len` entries of which `height` are in sight.
    pub fn apply(&mut self, action: ListAction, len: usize, height: usize) {
        let page = height.saturating_sub(1).max(1);
        let last = len.saturating_sub(1);
        self.selected = match action {
            ListAction::Up => self.selected.saturating_sub(1),
            ListAction::Down => self.selected + 1,
            ListAction::PageUp => self.selected.saturating_sub(page),
            ListAction::PageDown => self.selected + page,
            ListAction::First => 0,
            ListAction::Last => last,
        };
        self.settle(len, height);
    }

    /// Selects `index`.
    pub fn select(&mut self, index: usize, len: usize, height: usize) {
        self.selected = index;
        self.settle(len, height);
    }

    /// Makes the selection valid for `len` entries and brings it into sight.
    pub fn settle(&mut self, len: usize, height: usize) {
        self.selected = self.selected.min(len.saturating_sub(1));
        let height = height.max(1);
        if self.selected < self.top {
            self.top = self.selected;
        } else if self.selected >= self.top + height {
            self.top = self.selected + 1 - height;
        }
        self.top = self.top.min(len.saturating_sub(height));
    }

    /// Moves the part in sight of what has no selection.
    pub fn scroll_by(&mut self, action: ListAction, len: usize, height: usize) {
        let page = height.saturating_sub(1).max(1) as isize;
        let by = match action {
            ListAction::Up => -1,
            ListAction::Down => 1,
            ListAction::PageUp => -page,
            ListAction::PageDown => page,
            ListAction::First => -(len as isize),
            ListAction::Last => len as isize,
        };
        self.scroll(by, len, height);
    }

    /// Moves the part in sight by `lines` and keeps the selection within it, as the wheel does.
    pub fn scroll(&mut self, lines: isize, len: usize, height: usize) {
        let height = height.max(1);
        let most = len.saturating_sub(height);
        self.top = self.top.saturating_add_signed(lines).min(most);
        self.selected = self
            .selected
            .clamp(self.top, (self.top + height - 1).min(len.saturating_sub(1)).max(self.top));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_selection_stays_valid_and_in_sight() {
        let mut cursor = Cursor::default();
        cursor.apply(ListAction::Last, 100, 10);
        assert_eq!(cursor, Cursor { selected: 99, top: 90 });
        cursor.apply(ListAction::Down, 100, 10);
        assert_eq!(cursor.selected, 99);
        cursor.apply(ListAction::PageUp, 100, 10);
        assert_eq!(cursor, Cursor { selected: 90, top: 90 });
        cursor.settle(5, 10);
        assert_eq!(cursor, Cursor { selected: 4, top: 0 });
        cursor.settle(0, 10);
        assert_eq!(cursor, Cursor::default());
    }

    #[test]
    fn the_wheel_takes_the_selection_along() {
        let mut cursor = Cursor::default();
        cursor.scroll(3, 100, 10);
        assert_eq!(cursor, Cursor { selected: 3, top: 3 });
        cursor.scroll(-10, 100, 10);
        assert_eq!(cursor, Cursor { selected: 3, top: 0 });
        cursor.scroll(1, 0, 10);
        assert_eq!(cursor.top, 0);
    }
}

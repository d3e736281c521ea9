//! Which part of a text a pane shows, and how it follows the cursor. Pure arithmetic.

/// Lines kept visible above and below the cursor, where the pane is high enough.
const MARGIN_LINES: usize = 3;
/// Cells kept visible left and right of the cursor, where the pane is wide enough.
const MARGIN_CELLS: usize = 6;

/// The size of the text area of a pane, without gutter and border.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaneSize {
    /// Lines it shows.
    pub lines: usize,
    /// Cells a line has.
    pub cells: usize,
}

/// The part of a text that a pane shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Viewport {
    /// The first line shown, from 0.
    pub top: usize,
    /// Which of its rows is the first shown, from 0, when it is wrapped.
    pub top_part: usize,
    /// The first cell shown of every line, from 0.
    pub left: usize,
}

impl Viewport {
    /// Moves as little as needed to show the cursor, which stands at `line` (from 0) and `cell` (from 0) in a text of
    /// `line_count` lines, with some lines and cells around it.
    pub fn follow(&mut self, line: usize, cell: usize, size: PaneSize, line_count: usize) {
        let margin = Self::margin(size);
        self.top = follow_axis(self.top, line, size.lines, margin).min(last_top(size, line_count));
        self.follow_cell(cell, size);
    }

    /// Lines kept visible around the cursor.
    pub(super) fn margin(size: PaneSize) -> usize {
        MARGIN_LINES.min(size.lines.saturating_sub(1) / 2)
    }

    /// Moves sideways as little as needed to show `cell`, and back to the lines' beginnings where it can be seen from
    /// there: cells cut off without need would hide what most lines begin with.
    pub(super) fn follow_cell(&mut self, cell: usize, size: PaneSize) {
        let margin = MARGIN_CELLS.min(size.cells.saturating_sub(1) / 4);
        let fits = cell + margin < size.cells;
        self.left = if fits { 0 } else { follow_axis(self.left, cell, size.cells, margin) };
    }

    /// Scrolls by `lines`, down when positive, and leaves the cursor to itself. The last line stays at the bottom.
    pub fn scroll_by(&mut self, lines: isize, size: PaneSize, line_count: usize) {
        self.top = self.top.saturating_add_signed(lines).min(last_top(size, line_count));
    }

    /// Puts `line` in the middle of the pane, as after a jump.
    pub fn centre(&mut self, line: usize, size: PaneSize, line_count: usize) {
        self.top = line.saturating_sub(size.lines / 2).min(last_top(size, line_count));
    }

    /// The lines shown of a text of `line_count` lines.
    pub fn lines(&self, size: PaneSize, line_count: usize) -> std::ops::Range<usize> {
        let top = self.top.min(line_count);
        top..top.saturating_add(size.lines).min(line_count)
    }
}

fn last_top(size: PaneSize, line_count: usize) -> usize {
    line_count.saturating_sub(size.lines.max(1))
}

fn follow_axis(first: usize, cursor: usize, extent: usize, margin: usize) -> usize {
    let highest = cursor.saturating_sub(margin);
    let lowest = (cursor + margin + 1).saturating_sub(extent.max(1));
    first.clamp(lowest.min(highest), highest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SIZE: PaneSize = PaneSize { lines: 20, cells: 80 };

    #[test]
    fn it_scrolls_only_when_the_cursor_comes_near_the_edge() {
        let mut view = Viewport::default();
        view.follow(16, 0, SIZE, 100);
        assert_eq!(view.top, 0);
        view.follow(17, 0, SIZE, 100);
        assert_eq!(view.top, 1);
        view.follow(3, 0, SIZE, 100);
        assert_eq!(view.top, 0);
        view.follow(99, 0, SIZE, 100);
        assert_eq!(view.top, 80, "no margin is made up behind the last line");
    }

    #[test]
    fn long_lines_scroll_sideways_and_back() {
        let mut view = Viewport::default();
        view.follow(0, 79, SIZE, 1);
        assert_eq!(view.left, 6);
        view.follow(0, 0, SIZE, 1);
        assert_eq!(view.left, 0);
    }

    #[test]
    fn the_wheel_stops_at_both_ends() {
        let mut view = Viewport::default();
        view.scroll_by(-3, SIZE, 100);
        assert_eq!(view.top, 0);
        view.scroll_by(3, SIZE, 100);
        assert_eq!(view.lines(SIZE, 100), 3..23);
        view.scroll_by(500, SIZE, 100);
        assert_eq!(view.lines(SIZE, 100), 80..100);
        view.scroll_by(3, SIZE, 5);
        assert_eq!(view.lines(SIZE, 5), 0..5);
    }

    proptest! {
        #[test]
        fn the_cursor_is_always_shown(
            top in 0usize..500, left in 0usize..500, line_count in 1usize..300, place in 0usize..300,
            cell in 0usize..500, (lines, cells) in (0usize..60, 0usize..200),
        ) {
            let line = place % line_count;
            let size = PaneSize { lines, cells };
            let mut view = Viewport { top, top_part: 0, left };
            view.follow(line, cell, size, line_count);
            prop_assert!(view.top <= line && line < view.top + lines.max(1), "{:?}", view);
            prop_assert!(view.left <= cell && cell < view.left + cells.max(1), "{:?}", view);
            let settled = view;
            view.follow(line, cell, size, line_count);
            prop_assert_eq!(view, settled, "following twice changes nothing");
            if lines >= 7 && line >= 3 && line + 3 < line_count {
                prop_assert!(view.top + 3 <= line && line + 3 < view.top + lines);
            }
        }
    }
}

//! Rows: what a pane shows one below another. A line is one row, none while it is folded away, several when it is
//! wrapped.

use super::buffer::{Buffer, len_of};
use super::columns::{self, Clusters};
use super::long_lines::Mark;
use super::position::Position;
use super::viewport::{PaneSize, Viewport};
use ropey::RopeSlice;
use std::borrow::Cow;

/// A row by its line and its place among the rows of that line, both from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowAt {
    /// The line.
    pub line: usize,
    /// Which of its rows.
    pub part: usize,
}

/// What one row shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Row {
    /// Which it is.
    pub at: RowAt,
    /// A known place at the row's left edge or before it.
    pub start: Mark,
    /// The line's cell at the row's left edge.
    pub left: usize,
    /// The column behind its last character.
    pub end: usize,
    /// The column behind the last character of its line.
    pub line_end: usize,
    /// It is the last of its line.
    pub last: bool,
}

impl Buffer {
    /// Wraps lines at so many cells, or does not.
    pub fn set_wrap(&mut self, cells: Option<usize>) {
        self.wrap_cells = cells.map(|cells| cells.max(1));
    }

    /// Differs when lines are shown in other rows than before, without an edit.
    pub fn row_shape(&self) -> (Option<usize>, usize) {
        (self.wrap_cells, self.folds.len())
    }

    /// Lines are wrapped.
    pub fn wraps(&self) -> bool {
        self.wrap_cells.is_some()
    }

    /// Every line is one row.
    pub(super) fn rows_are_lines(&self) -> bool {
        self.wrap_cells.is_none() && self.folds.is_empty()
    }

    /// The row that shows `at`, of a line that is in sight.
    pub fn row_of(&self, at: Position) -> RowAt {
        let part = self.wrap_cells.map_or(0, |width| {
            let starts = self.row_starts(at.line, width);
            starts.partition_point(|mark| mark.column <= at.column).saturating_sub(1)
        });
        RowAt { line: at.line, part }
    }

    fn parts_of(&self, line: usize) -> usize {
        self.wrap_cells.map_or(1, |width| self.row_starts(line, width).len())
    }

    /// The row below.
    pub(super) fn row_below(&self, at: RowAt) -> Option<RowAt> {
        if at.part + 1 < self.parts_of(at.line) {
            return Some(RowAt { part: at.part + 1, ..at });
        }
        let line = self.folds.shown_from(at.line + 1);
        (line < self.line_count()).then_some(RowAt { line, part: 0 })
    }

    /// The row above.
    pub(super) fn row_above(&self, at: RowAt) -> Option<RowAt> {
        if let Some(part) = at.part.checked_sub(1) {
            return Some(RowAt { part, ..at });
        }
        let line = self.folds.shown_until(at.line.checked_sub(1)?);
        Some(RowAt { line, part: self.parts_of(line) - 1 })
    }

    /// The row so many above `at`, or the first one.
    fn rows_above(&self, mut at: RowAt, count: usize) -> RowAt {
        for _ in 0..count {
            let Some(above) = self.row_above(at) else { break };
            at = above;
        }
        at
    }

    /// The row so many below `at`, or the last one.
    fn rows_below(&self, mut at: RowAt, count: usize) -> RowAt {
        for _ in 0..count {
            let Some(below) = self.row_below(at) else { break };
            at = below;
        }
        at
    }

    fn last_row(&self) -> RowAt {
        let line = self.folds.shown_until(self.last_line());
        RowAt { line, part: self.parts_of(line) - 1 }
    }

    /// A row that exists and is in sight, as near to `at` as can be.
    fn existing(&self, at: RowAt) -> RowAt {
        let line = self.folds.shown_until(at.line.min(self.last_line()));
        let part = if line == at.line { at.part.min(self.parts_of(line) - 1) } else { 0 };
        RowAt { line, part }
    }

    /// At most `count` rows from `top` on, scrolled to the right by `left` cells unless lines are wrapped.
    pub fn rows(&self, top: RowAt, left: usize, count: usize) -> Vec<Row> {
        let first = self.existing(top);
        if self.rows_are_lines() {
            let lines = (first.line..).zip(self.rope().lines_at(first.line)).take(count);
            let at = |line| RowAt { line, part: 0 };
            return lines.map(|(line, text)| self.row_of_line(at(line), left, text)).collect();
        }
        let next = |at: &RowAt| self.row_below(*at);
        std::iter::successors(Some(first), next).take(count).map(|at| self.row(at, left)).collect()
    }

    fn row(&self, at: RowAt, left: usize) -> Row {
        self.row_of_line(at, left, self.rope().line(at.line))
    }

    fn row_of_line(&self, at: RowAt, left: usize, text: RopeSlice<'_>) -> Row {
        let line_end = len_of(text);
        let Some(width) = self.wrap_cells else {
            let start = self.mark_before_cell(at.line, left);
            return Row { at, start, left, end: line_end, line_end, last: true };
        };
        let starts = self.row_starts(at.line, width);
        let start = starts.get(at.part).copied().unwrap_or_default();
        let next = starts.get(at.part + 1).map(|mark| mark.column);
        let (end, last) = (next.unwrap_or(line_end), next.is_none());
        Row { at, start, left: start.cell, end, line_end, last }
    }

    /// The text of a row, from [`Row::start`] on, at least what `cells` cells show.
    pub fn row_text(&self, row: &Row, cells: usize) -> Cow<'_, str> {
        // Clusters of many characters are rare; what they cut off of a long line stands beyond the edge mostly.
        const SPARE: usize = 1_024;
        let wanted = row.left.saturating_sub(row.start.cell) + cells * 2 + SPARE;
        self.part(row.at.line, row.start, wanted.min(row.end - row.start.column))
    }

    /// The place that stands at a cell of a row, counted from the row's left edge.
    pub fn position_in(&self, row: &Row, cell: usize) -> Position {
        let line = row.at.line;
        let column = self.column_at(line, row.left + cell).min(row.end);
        let column = if column == row.end && !row.last && row.end > row.start.column {
            self.before(Position::new(line, column))
        } else {
            column
        };
        Position::new(line, column)
    }

    fn before(&self, at: Position) -> usize {
        let index = super::graphemes::previous(self.rope(), self.index_of(at));
        self.position_of(index).column
    }

    /// The cell of the primary cursor in its row.
    pub fn cursor_cell(&self) -> usize {
        let head = self.cursor();
        let cell = self.cell_of(head);
        let Some(width) = self.wrap_cells else { return cell };
        let starts = self.row_starts(head.line, width);
        cell - starts.get(self.row_of(head).part).map_or(0, |mark| mark.cell)
    }

    /// The place so many rows above the primary cursor, at `cell` of the row; `None` from the first row.
    pub(super) fn up_by_rows(&self, count: usize, cell: usize) -> Option<Position> {
        let from = self.row_of(self.cursor());
        let to = self.rows_above(from, count);
        (to != from).then(|| self.position_in(&self.row(to, 0), cell))
    }

    /// As [`Buffer::up_by_rows`], below.
    pub(super) fn down_by_rows(&self, count: usize, cell: usize) -> Option<Position> {
        let from = self.row_of(self.cursor());
        let to = self.rows_below(from, count);
        (to != from).then(|| self.position_in(&self.row(to, 0), cell))
    }
}

impl Viewport {
    /// The first row shown.
    pub fn top_row(&self) -> RowAt {
        RowAt { line: self.top, part: self.top_part }
    }

    fn set_top(&mut self, at: RowAt) {
        self.top = at.line;
        self.top_part = at.part;
    }

    /// Moves as little as needed to show the primary cursor with some rows and cells around it.
    pub fn follow_cursor(&mut self, buffer: &Buffer, size: PaneSize) {
        let cursor = buffer.cursor();
        if buffer.rows_are_lines() {
            self.top_part = 0;
            self.follow(cursor.line, buffer.cell_of(cursor), size, buffer.line_count());
            return;
        }
        let (margin, height) = (Self::margin(size), size.lines.max(1));
        let row = buffer.row_of(cursor);
        let highest = buffer.rows_above(row, margin);
        let lowest = buffer.rows_above(row, (height - 1).saturating_sub(margin));
        let last = buffer.rows_above(buffer.last_row(), height - 1);
        let top = buffer.existing(self.top_row()).clamp(lowest.min(highest), highest);
        self.set_top(top.min(last));
        if buffer.wraps() {
            self.left = 0;
        } else {
            self.follow_cell(buffer.cell_of(cursor), size);
        }
    }

    /// Scrolls by `rows`, down when positive, and leaves the cursor to itself. The last row stays at the bottom.
    pub fn scroll_rows(&mut self, buffer: &Buffer, rows: isize, size: PaneSize) {
        if buffer.rows_are_lines() {
            self.top_part = 0;
            return self.scroll_by(rows, size, buffer.line_count());
        }
        let top = buffer.existing(self.top_row());
        let count = rows.unsigned_abs();
        let to =
            if rows < 0 { buffer.rows_above(top, count) } else { buffer.rows_below(top, count) };
        let last = buffer.rows_above(buffer.last_row(), size.lines.max(1) - 1);
        self.set_top(to.min(last));
    }

    /// Puts the cursor's row in the middle of the pane, as after a jump, unless it is in sight.
    pub fn centre_cursor(&mut self, buffer: &Buffer, size: PaneSize) {
        let cursor = buffer.cursor();
        if buffer.rows_are_lines() {
            self.top_part = 0;
            if !self.lines(size, buffer.line_count()).contains(&cursor.line) {
                self.centre(cursor.line, size, buffer.line_count());
            }
            return;
        }
        let row = buffer.row_of(cursor);
        let end = buffer.rows_below(self.top_row(), size.lines.max(1) - 1);
        if row < self.top_row() || row > end {
            let last = buffer.rows_above(buffer.last_row(), size.lines.max(1) - 1);
            self.set_top(buffer.rows_above(row, size.lines / 2).min(last));
        }
    }

    /// The lines between the first row shown and the last one.
    pub fn shown_lines(&self, buffer: &Buffer, size: PaneSize) -> std::ops::Range<usize> {
        if buffer.rows_are_lines() {
            return self.lines(size, buffer.line_count());
        }
        let top = buffer.existing(self.top_row());
        let end = buffer.rows_below(top, size.lines.saturating_sub(1));
        top.line..if size.lines == 0 { top.line } else { end.line + 1 }
    }
}

/// The clusters of a row's text, as they stand in the line.
pub fn clusters_of<'a>(row: &Row, text: &'a str) -> Clusters<'a> {
    Clusters::from(text, row.start)
}

/// Cells that a row's text reaches to, from the line's start.
pub fn end_of(row: &Row, text: &str) -> usize {
    columns::cell_from(text, row.start, usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::{Extend, Motion};
    use super::*;
    use proptest::prelude::*;

    fn wrapped(text: &str, width: usize) -> Buffer {
        let mut buffer = Buffer::new(text);
        buffer.set_wrap(Some(width));
        buffer
    }

    fn rows(buffer: &Buffer) -> Vec<String> {
        let rows = buffer.rows(RowAt::default(), 0, 100);
        rows.iter().map(|row| buffer.row_text(row, 80).into_owned()).collect()
    }

    #[test]
    fn a_wrapped_line_takes_several_rows() {
        let buffer = wrapped("let a = one + two;\n\nx", 8);
        assert_eq!(rows(&buffer), ["let a = ", "one + ", "two;", "", "x"]);
        let third = buffer.rows(RowAt { line: 0, part: 2 }, 0, 1)[0];
        assert_eq!((third.left, third.last, third.end), (14, true, 18));
        assert_eq!(buffer.position_in(&third, 1), Position::new(0, 15));
        assert_eq!(buffer.position_in(&third, 70), Position::new(0, 18));
        let second = buffer.rows(RowAt { line: 0, part: 1 }, 0, 1)[0];
        assert_eq!(
            buffer.position_in(&second, 70),
            Position::new(0, 13),
            "behind the row's end the cursor would stand in the next one"
        );
    }

    #[test]
    fn up_and_down_go_by_rows_and_keep_their_cell() {
        let mut buffer = wrapped("let a = one + two;\n\nabcdef", 8);
        buffer.place_cursor(Position::new(0, 5));
        let mut places = Vec::new();
        for _ in 0..5 {
            buffer.move_by(Motion::Down, Extend::Move);
            places.push((buffer.cursor().line, buffer.cursor().column));
        }
        assert_eq!(places, [(0, 13), (0, 18), (1, 0), (2, 5), (2, 6)]);
        buffer.move_by(Motion::PageUp(4), Extend::Move);
        assert_eq!(buffer.cursor(), Position::new(0, 5));
    }

    #[test]
    fn the_view_follows_the_cursor_through_a_line_higher_than_the_pane() {
        let mut buffer = wrapped(&"word ".repeat(200), 20);
        let size = PaneSize { lines: 10, cells: 20 };
        let mut view = Viewport::default();
        buffer.place_cursor(Position::new(0, 500));
        view.follow_cursor(&buffer, size);
        assert_eq!(view.top_row(), RowAt { line: 0, part: 19 });
        view.scroll_rows(&buffer, -5, size);
        assert_eq!(view.top_row(), RowAt { line: 0, part: 14 });
        view.scroll_rows(&buffer, 1_000, size);
        assert_eq!(view.top_row(), RowAt { line: 0, part: 40 });
        buffer.place_cursor(Position::new(0, 0));
        view.centre_cursor(&buffer, size);
        assert_eq!(view.top_row(), RowAt::default());
    }

    proptest! {
        #[test]
        fn the_cursor_is_always_in_sight(
            text in "([a-c]{1,9} ?|\n|    |中){0,60}", column in 0usize..30, line in 0usize..12,
            lines in 1usize..8, cells in 2usize..12, top in 0usize..20, part in 0usize..4, folded in any::<bool>(), wraps in any::<bool>(),
        ) {
            let mut buffer = Buffer::new(&text);
            buffer.set_wrap(wraps.then_some(cells));
            if folded {
                buffer.fold_all();
            }
            buffer.place_cursor(Position::new(line, column));
            buffer.reveal(buffer.cursor().line);
            let size = PaneSize { lines, cells };
            let mut view = Viewport { top, top_part: part, left: 0 };
            view.follow_cursor(&buffer, size);
            let rows = buffer.rows(view.top_row(), view.left, lines);
            let row = buffer.row_of(buffer.cursor());
            prop_assert!(rows.iter().any(|shown| shown.at == row), "{:?} does not show {:?}", view, row);
            let settled = view;
            view.follow_cursor(&buffer, size);
            prop_assert_eq!(view, settled, "following twice changes nothing");
        }

        #[test]
        fn rows_hold_the_whole_text_once(text in "([a-c]{1,9} ?|\n|\t|中|e\u{301}){0,40}", width in 1usize..12) {
            let buffer = wrapped(&text, width);
            let mut all = String::new();
            for row in buffer.rows(RowAt::default(), 0, usize::MAX) {
                let part = buffer.row_text(&row, width).into_owned();
                prop_assert_eq!(part.chars().count(), row.end - row.start.column);
                all.push_str(&part);
                if row.last {
                    all.push('\n');
                }
            }
            all.pop();
            prop_assert_eq!(all, text);
        }
    }
}

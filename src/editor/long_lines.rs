//! Places in long lines whose cells are known, so that what is shown of one costs what is shown and not the line.
//!
//! A mark every `STEP` characters. Those before an edit stay; the rest is measured again when the line is next looked
//! at. Lines that are not long have no marks: measuring them from their start is as cheap.

use super::buffer::{Buffer, len_of, text_of};
use super::columns::{self, Clusters};
use super::position::Position;
use super::wrap;
use crate::domain::LineChange;
use ropey::RopeSlice;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

/// Lines with more characters than this get marks.
const LONG: usize = 2_048;
/// Characters between two marks.
const STEP: usize = 512;

/// The start of a grapheme cluster of a line, counted in every way, from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Mark {
    /// Bytes of the line before it.
    pub byte: usize,
    /// Characters of the line before it.
    pub column: usize,
    /// Cells of the line before it.
    pub cell: usize,
}

/// What is known of one long line.
#[derive(Clone, Debug, Default)]
struct Measured {
    marks: Vec<Mark>,
    /// Where its rows begin when it is wrapped at [`LongLines::width`].
    rows: Vec<Mark>,
    whole: bool,
    wrapped: bool,
}

/// What is known of the long lines.
#[derive(Clone, Debug, Default)]
pub(super) struct LongLines {
    lines: BTreeMap<usize, Measured>,
    width: Option<usize>,
    /// Characters measured so far.
    #[cfg(test)]
    measured: usize,
}

impl LongLines {
    /// Nothing is known of any line.
    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Lines have changed; the first of them is as it was before `column`.
    pub(super) fn edited(&mut self, change: LineChange, column: usize) {
        let LineChange { first_line: first, old_lines: old, new_lines: new } = change;
        let behind = self.lines.split_off(&(first + old));
        self.lines.split_off(&(first + 1));
        self.lines.extend(behind.into_iter().map(|(line, known)| (line + new - old, known)));
        if let Some(known) = self.lines.get_mut(&first) {
            known.marks.retain(|mark| mark.column < column);
            // Where a row ends depends on what follows: the row before the edited one may end elsewhere now.
            let kept = known.rows.partition_point(|mark| mark.column < column);
            known.rows.truncate(kept.saturating_sub(1));
            known.whole = false;
            known.wrapped = false;
        }
    }

    fn last_before(&self, line: usize, is_before: impl Fn(&Mark) -> bool) -> Mark {
        let Some(known) = self.lines.get(&line) else { return Mark::default() };
        let index = known.marks.partition_point(is_before);
        index.checked_sub(1).map_or(Mark::default(), |index| known.marks[index])
    }
}

impl Buffer {
    /// Measures the lines among `lines` that are long, as far as they are not known yet.
    pub fn measure(&mut self, lines: Range<usize>) {
        if self.long.width != self.wrap_cells {
            self.long.width = self.wrap_cells;
            for known in self.long.lines.values_mut() {
                known.rows.clear();
                known.wrapped = false;
            }
        }
        let lines = lines.start.min(self.line_count())..lines.end;
        let is_long = |(_, line): &(usize, RopeSlice<'_>)| len_of(*line) > LONG;
        let seen = lines.clone().zip(self.rope().lines_at(lines.start));
        let long: Vec<usize> = seen.filter(is_long).map(|(line, _)| line).collect();
        for line in long {
            self.measure_line(line);
        }
    }

    fn measure_line(&mut self, line: usize) {
        let mut known = self.long.lines.remove(&line).unwrap_or_default();
        if !known.whole {
            let start = known.marks.last().copied().unwrap_or_default();
            let text = self.part(line, start, usize::MAX);
            let mut due = start.column + STEP;
            for cluster in Clusters::from(&text, start) {
                if cluster.column >= due {
                    known.marks.push(Mark {
                        byte: cluster.byte,
                        column: cluster.column,
                        cell: cluster.cell,
                    });
                    due = cluster.column + STEP;
                }
            }
            #[cfg(test)]
            {
                self.long.measured += text.chars().count();
            }
            known.whole = true;
        }
        if let Some(width) = self.wrap_cells.filter(|_| !known.wrapped) {
            let start = known.rows.last().copied().unwrap_or_default();
            known.rows.pop();
            let text = self.part(line, start, usize::MAX);
            known.rows.extend(wrap::rows(&text, start, width));
            known.wrapped = true;
        }
        self.long.lines.insert(line, known);
    }

    /// Where the rows of a wrapped line begin, at least one.
    pub(super) fn row_starts(&self, line: usize, width: usize) -> Cow<'_, [Mark]> {
        match self.long.lines.get(&line) {
            Some(known) if known.wrapped && self.long.width == Some(width) => {
                Cow::Borrowed(&known.rows)
            }
            _ => Cow::Owned(wrap::rows(&self.line(line), Mark::default(), width)),
        }
    }

    /// A known place at `cell` of a line or before it.
    pub(super) fn mark_before_cell(&self, line: usize, cell: usize) -> Mark {
        self.long.last_before(line, |mark| mark.cell <= cell)
    }

    /// At most `count` characters of a line from `from` on.
    pub fn part(&self, line: usize, from: Mark, count: usize) -> Cow<'_, str> {
        let Some(text) = self.rope().get_line(line) else { return Cow::Borrowed("") };
        let end = len_of(text);
        if from == Mark::default() && end <= count {
            return text_of(text);
        }
        let start = from.column.min(end);
        Cow::from(text.slice(start..start.saturating_add(count).min(end)))
    }

    /// The cell at which `at` is shown, from its line's start.
    pub fn cell_of(&self, at: Position) -> usize {
        let mark = self.long.last_before(at.line, |mark| mark.column <= at.column);
        let text = self.part(at.line, mark, (at.column - mark.column).saturating_add(STEP));
        columns::cell_from(&text, mark, at.column)
    }

    /// The column of the cluster that covers `cell` of a line; the line's length beyond its end.
    pub fn column_at(&self, line: usize, cell: usize) -> usize {
        let mark = self.mark_before_cell(line, cell);
        let known = self.long.lines.get(&line).is_some_and(|known| known.whole);
        let count = if known { STEP * 2 } else { usize::MAX };
        let column = columns::column_from(&self.part(line, mark, count), mark, cell);
        // One cluster may be longer than what was looked at.
        if column - mark.column < count {
            return column;
        }
        columns::column_from(&self.part(line, mark, usize::MAX), mark, cell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::{Extend, Motion};
    use proptest::prelude::*;

    fn long_line() -> String {
        "let x = [1, 中, \t2]; ".repeat(10_000)
    }

    #[test]
    fn an_edit_at_the_end_of_a_long_line_measures_the_end_only() {
        let mut buffer = Buffer::new(&long_line());
        buffer.measure(0..1);
        let whole = buffer.long.measured;
        assert!(whole >= 200_000);
        buffer.move_by(Motion::LineEnd, Extend::Move);
        buffer.type_char('x', 0);
        buffer.measure(0..1);
        assert!(buffer.long.measured - whole < 2 * STEP);
        buffer.move_by(Motion::Right, Extend::Move);
        let before = buffer.long.measured;
        buffer.measure(0..1);
        assert_eq!(buffer.long.measured, before, "what is known is not measured again");
    }

    #[test]
    fn what_is_shown_of_a_long_line_costs_what_is_shown() {
        let mut buffer = Buffer::new(&long_line());
        buffer.measure(0..1);
        let row = &buffer.rows(super::super::RowAt::default(), 150_000, 1)[0];
        assert!(150_000 - row.start.cell <= 2 * STEP);
        assert!(buffer.row_text(row, 80).chars().count() <= 4 * STEP);
    }

    #[test]
    fn lines_that_move_take_their_marks_along() {
        let mut buffer = Buffer::new(&format!("a\n{}", long_line()));
        buffer.measure(0..2);
        let known = buffer.long.measured;
        buffer.newline(0);
        buffer.measure(0..3);
        assert_eq!(buffer.long.measured, known);
        buffer.undo();
        buffer.measure(0..2);
        assert_eq!(buffer.long.measured, known);
    }

    #[test]
    fn a_cluster_longer_than_what_lies_between_two_marks_is_one() {
        let mut buffer = Buffer::new(&format!("x{}y", "\u{301}".repeat(4_000)));
        buffer.measure(0..1);
        assert_eq!([0, 1, 2].map(|cell| buffer.column_at(0, cell)), [0, 4_001, 4_002]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

        #[test]
        fn marks_never_lie(
            piece in "[a-c \t中é👩\u{301}]{1,8}",
            edits in proptest::collection::vec((0usize..9_000, prop_oneof![Just("x"), Just("\u{301}"), Just("\n"), Just("")]), 1..6),
            width in proptest::option::of(1usize..90),
        ) {
            let mut buffer = Buffer::new(&piece.repeat(2_000));
            buffer.set_wrap(width);
            buffer.measure(0..1);
            for (column, text) in edits {
                buffer.place_cursor(Position::new(0, column));
                if text.is_empty() { buffer.backspace() } else { buffer.paste(text) }
                buffer.measure(0..buffer.line_count());
                let fresh = Buffer::new(&buffer.text());
                for line in 0..buffer.line_count() {
                    for column in [0, 600, 2_100, column, buffer.line_len(line)] {
                        let at = buffer.nearest(Position::new(line, column));
                        let cell = fresh.cell_of(at);
                        prop_assert_eq!(buffer.cell_of(at), cell);
                        prop_assert_eq!(buffer.column_at(at.line, cell), at.column);
                    }
                    if let Some(width) = width {
                        prop_assert_eq!(buffer.row_starts(line, width), fresh.row_starts(line, width));
                    }
                }
            }
        }
    }
}

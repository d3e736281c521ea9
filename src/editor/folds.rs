//! Folding: lines that are hidden below the one that heads them, followed through every edit. What can be folded is told
//! by whoever knows the language; until then it is what is indented.

use super::buffer::Buffer;
use super::carets::Selections;
use super::columns::TAB_CELLS;
use super::position::Position;
use crate::domain::LineChange;
use ropey::RopeSlice;
use std::collections::HashSet;

/// A line below which nothing is found within so many blank lines heads nothing.
const BLANK_REACH: usize = 100;

/// Lines hidden below `head`, up to `last`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Fold {
    head: usize,
    last: usize,
}

impl Fold {
    fn hides(self, line: usize) -> bool {
        self.head < line && line <= self.last
    }
}

/// The closed folds of a text, in the order of their heads; one may lie inside another.
#[derive(Clone, Debug, Default)]
pub(super) struct Folds {
    closed: Vec<Fold>,
    /// What can be folded, in the order of its heads, where somebody has told.
    known: Option<Vec<Fold>>,
}

impl Folds {
    pub(super) fn is_empty(&self) -> bool {
        self.closed.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.closed.len()
    }

    /// Moves the folds along with an edit; one whose hidden lines it touches opens, and so does one whose head it leaves
    /// blank. A head that is broken stays the line before the hidden ones.
    pub(super) fn edited(&mut self, change: LineChange, is_blank: impl Fn(usize) -> bool) {
        let LineChange { first_line, old_lines, new_lines } = change;
        let last_old = first_line + old_lines - 1;
        for fold in self.known.iter_mut().flatten() {
            // What is edited inside grows or shrinks; a head that is broken stays the line before the hidden ones.
            if last_old <= fold.head {
                fold.head = fold.head + new_lines - old_lines;
            }
            if first_line <= fold.last {
                fold.last = (fold.last + new_lines).saturating_sub(old_lines).max(fold.head);
            }
        }
        self.closed.retain_mut(|fold| {
            if first_line > fold.last {
                return true;
            }
            if last_old > fold.head {
                return false;
            }
            fold.head = fold.head + new_lines - old_lines;
            fold.last = fold.last + new_lines - old_lines;
            last_old + new_lines - old_lines != fold.head || !is_blank(fold.head)
        });
    }

    /// The last line that goes with `head` among the `known` folds.
    fn last_among(known: &[Fold], head: usize) -> Option<usize> {
        let at = known.binary_search_by_key(&head, |fold| fold.head).ok()?;
        Some(known[at].last).filter(|last| *last > head)
    }

    /// The outermost fold that hides `line`.
    fn around(&self, line: usize) -> Option<Fold> {
        self.closed.iter().copied().find(|fold| fold.hides(line))
    }

    /// The first line at or behind `line` that is in sight.
    pub(super) fn shown_from(&self, mut line: usize) -> usize {
        while let Some(fold) = self.around(line) {
            line = fold.last + 1;
        }
        line
    }

    /// The last line at or before `line` that is in sight.
    pub(super) fn shown_until(&self, mut line: usize) -> usize {
        while let Some(fold) = self.around(line) {
            line = fold.head;
        }
        line
    }
}

impl Buffer {
    /// How many lines are hidden below `line`; `None` when it heads no closed fold.
    pub fn folded_below(&self, line: usize) -> Option<usize> {
        let index = self.folds.closed.binary_search_by_key(&line, |fold| fold.head).ok()?;
        Some(self.folds.closed[index].last - line)
    }

    /// Says what can be folded: lines and the last ones that go below them, in the order of the text, at most one a line.
    pub fn set_foldable(&mut self, folds: impl IntoIterator<Item = (usize, usize)>) {
        let folds = folds.into_iter().map(|(head, last)| Fold { head, last });
        self.folds.known = Some(folds.collect());
    }

    /// Lines below `line` can be folded: those that somebody has told of, else those that are indented.
    pub fn heads_fold(&self, line: usize) -> bool {
        if let Some(known) = &self.folds.known {
            return Folds::last_among(known, line).is_some();
        }
        let mut depths = self.rope().lines_at(line).map(depth);
        let Some(Some(depth)) = depths.next() else { return false };
        depths.take(BLANK_REACH).flatten().next().is_some_and(|below| below > depth)
    }

    /// Those of `lines`, which go down, that head what can be folded.
    pub fn fold_heads(&self, lines: impl Iterator<Item = usize>) -> HashSet<usize> {
        if self.folds.known.is_some() {
            return lines.filter(|line| self.heads_fold(*line)).collect();
        }
        let lines: Vec<usize> = lines.collect();
        let mut heads = HashSet::new();
        for run in lines.chunk_by(|above, below| *below == above + 1) {
            let depths: Vec<_> = self.rope().lines_at(run[0]).take(run.len()).map(depth).collect();
            for (at, line) in run.iter().enumerate() {
                let Some(depth) = depths[at] else { continue };
                let below = depths[at + 1..].iter().take(BLANK_REACH).flatten().next();
                if below.map_or_else(|| self.heads_fold(*line), |below| *below > depth) {
                    heads.insert(*line);
                }
            }
        }
        heads
    }

    /// Opens the fold that the cursor's line heads, or closes it, or else the nearest one around the line; the cursor
    /// goes to its head. Says whether there was one.
    pub fn toggle_fold(&mut self) -> bool {
        let line = self.cursor().line;
        let head = if self.folded_below(line).is_some() || self.heads_fold(line) {
            Some(line)
        } else {
            self.head_above(line)
        };
        head.is_some_and(|head| self.toggle_fold_at(head))
    }

    /// As [`Buffer::toggle_fold`] for the fold that `line` heads.
    pub fn toggle_fold_at(&mut self, line: usize) -> bool {
        if self.folded_below(line).is_some() {
            self.folds.closed.retain(|fold| fold.head != line);
            return true;
        }
        let Some(last) = self.last_of_fold(line) else { return false };
        let fold = Fold { head: line, last };
        let at = self.folds.closed.partition_point(|other| *other < fold);
        self.folds.closed.insert(at, fold);
        self.leave_hidden();
        true
    }

    /// Closes every fold that is in no other one; gives their number.
    pub fn fold_all(&mut self) -> usize {
        self.folds.closed.clear();
        let mut line = 0;
        while line < self.line_count() {
            let last = if self.heads_fold(line) { self.last_of_fold(line) } else { None };
            if let Some(last) = last {
                self.folds.closed.push(Fold { head: line, last });
            }
            line = last.unwrap_or(line) + 1;
        }
        self.leave_hidden();
        self.folds.closed.len()
    }

    /// Opens every fold.
    pub fn unfold_all(&mut self) {
        self.folds.closed.clear();
    }

    /// Opens what hides `line`.
    pub fn reveal(&mut self, line: usize) {
        self.folds.closed.retain(|fold| !fold.hides(line));
    }

    /// Cursors in lines that have just been hidden go to the ends of the heads.
    fn leave_hidden(&mut self) {
        let selections = self.selections();
        let hidden = |line| self.folds.around(line).is_some();
        if !selections.iter().any(|s| hidden(s.head.line) || hidden(s.anchor.line)) {
            return;
        }
        let shown = |at: Position| match self.folds.shown_until(at.line) {
            line if line == at.line => at,
            line => self.line_end(line),
        };
        let moved = |selection: super::position::Selection| super::position::Selection {
            anchor: shown(selection.anchor),
            head: shown(selection.head),
        };
        let all = self.all_selections();
        let others = all.others.into_iter().map(moved).collect();
        let selections = Selections { primary: moved(all.primary), others };
        self.go_all(&selections);
    }

    /// The last line that goes below `line`: the one that is known, else the last that is indented more without a break.
    fn last_of_fold(&self, line: usize) -> Option<usize> {
        if let Some(known) = &self.folds.known {
            return Folds::last_among(known, line).filter(|last| *last < self.line_count());
        }
        let depth = self.depth(line)?;
        let mut last = None;
        for n in line + 1..self.line_count() {
            match self.depth(n) {
                None => {}
                Some(below) if below <= depth => break,
                Some(_) => last = Some(n),
            }
        }
        last
    }

    fn head_above(&self, line: usize) -> Option<usize> {
        if let Some(known) = &self.folds.known {
            let closes = usize::from(self.line(line).trim_start().starts_with(['}', ')', ']']));
            let is_around = |fold: &&Fold| fold.head < line && line <= fold.last + closes;
            return known.iter().rfind(is_around).map(|fold| fold.head);
        }
        let depth = match self.depth(line) {
            Some(depth) => depth,
            None => self.depth(self.text_below(line)?)?,
        };
        let closes = self.line(line).trim_start().starts_with(['}', ')', ']']);
        (0..line).rev().find(|n| {
            let heads = |above| above < depth || (closes && above == depth && self.heads_fold(*n));
            self.depth(*n).is_some_and(heads)
        })
    }

    fn text_below(&self, line: usize) -> Option<usize> {
        let end = self.line_count().min(line + 1 + BLANK_REACH);
        (line + 1..end).find(|n| !self.is_blank(*n))
    }

    /// Cells of white space that a line begins with; `None` when it is blank.
    fn depth(&self, line: usize) -> Option<usize> {
        depth(self.rope().line(line))
    }
}

fn depth(line: RopeSlice<'_>) -> Option<usize> {
    let mut cells = 0;
    for c in line.chars() {
        match c {
            ' ' => cells += 1,
            '\t' => cells += TAB_CELLS - cells % TAB_CELLS,
            c if c.is_whitespace() => {}
            _ => return Some(cells),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::marked::{buffer, drawn};
    use super::super::{Extend, Motion};
    use super::*;

    const TEXT: &str = "fn a() {|\n    if x {\n        y\n    }\n\n    z\n}\nfn b() {\n    1\n}\n";

    fn shown(buffer: &Buffer) -> Vec<usize> {
        (0..buffer.line_count()).filter(|n| buffer.folds.around(*n).is_none()).collect()
    }

    #[test]
    fn what_is_indented_below_a_line_can_be_folded() {
        let mut buffer = buffer(TEXT);
        assert_eq!((0..10).filter(|n| buffer.heads_fold(*n)).collect::<Vec<_>>(), [0, 1, 7]);
        assert!(buffer.toggle_fold());
        assert_eq!(shown(&buffer), [0, 6, 7, 8, 9, 10]);
        assert_eq!(buffer.folded_below(0), Some(5));
        assert!(buffer.toggle_fold());
        assert_eq!(shown(&buffer).len(), 11);
    }

    #[test]
    fn a_line_inside_folds_what_is_around_it() {
        let mut buffer = buffer(TEXT);
        buffer.place_cursor(Position::new(2, 4));
        assert!(buffer.toggle_fold());
        assert_eq!(buffer.cursor(), Position::new(1, 10), "the cursor stays in sight");
        assert_eq!(shown(&buffer), [0, 1, 3, 4, 5, 6, 7, 8, 9, 10]);
        buffer.place_cursor(Position::new(6, 0));
        assert!(buffer.toggle_fold(), "the closing line counts to its block");
        assert_eq!(buffer.folded_below(0), Some(5));
        assert!(!super::super::marked::buffer("a|\nb").toggle_fold());
    }

    #[test]
    fn folds_move_with_edits_and_open_when_their_lines_are_edited() {
        let mut buffer = buffer(TEXT);
        assert_eq!(buffer.fold_all(), 2);
        buffer.place_cursor(Position::new(0, 0));
        buffer.paste("// new\n");
        assert_eq!(shown(&buffer), [0, 1, 7, 8, 10, 11]);
        buffer.place_cursor(Position::new(1, 4));
        buffer.type_char('x', 0);
        assert_eq!(buffer.folded_below(1), Some(5), "the head may be edited");
        buffer.replace_range(Position::new(9, 0)..Position::new(9, 1), "");
        assert_eq!(buffer.folded_below(8), None);
        buffer.unfold_all();
        assert_eq!(shown(&buffer).len(), buffer.line_count());
    }

    #[test]
    fn what_somebody_knows_can_be_folded_and_nothing_else() {
        let mut buffer = buffer("// a|\n// b\nfn f() {\nlet x = 1;\n    y\n}\n");
        buffer.set_foldable([(0, 1), (2, 4)]);
        assert_eq!((0..6).filter(|n| buffer.heads_fold(*n)).collect::<Vec<_>>(), [0, 2]);
        assert!(buffer.toggle_fold());
        assert_eq!(buffer.folded_below(0), Some(1));
        buffer.place_cursor(Position::new(5, 0));
        assert!(buffer.toggle_fold(), "the closing line counts to its block");
        assert_eq!(shown(&buffer), [0, 2, 5, 6]);
        buffer.unfold_all();
        buffer.place_cursor(Position::new(3, 0));
        buffer.paste("new\nlines\n");
        buffer.place_cursor(Position::new(0, 0));
        buffer.paste("first\n");
        assert_eq!((0..9).filter(|n| buffer.heads_fold(*n)).collect::<Vec<_>>(), [1, 3]);
        buffer.toggle_fold_at(3);
        assert_eq!(buffer.folded_below(3), Some(4), "what was inserted goes with the rest");
    }

    #[test]
    fn up_and_down_pass_over_what_is_hidden() {
        let mut buffer = buffer(TEXT);
        buffer.toggle_fold();
        buffer.move_by(Motion::Down, Extend::Move);
        assert_eq!(buffer.cursor().line, 6);
        buffer.move_by(Motion::Up, Extend::Move);
        assert_eq!(buffer.cursor().line, 0);
        buffer.move_by(Motion::PageDown(3), Extend::Move);
        assert_eq!(buffer.cursor().line, 8);
        buffer.reveal(3);
        assert_eq!(buffer.folded_below(0), None);
        assert_eq!(drawn(&buffer).matches('|').count(), 1);
    }
}

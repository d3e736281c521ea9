//! Several cursors: how each follows the text while it changes, and how those that meet become one.
//!
//! The buffer's own selection is the primary one: the view follows it, and what is asked about "the cursor" is asked
//! about it. The others are kept beside it in the order of the text, disjoint from it and from each other.

use super::buffer::Buffer;
use super::graphemes;
use super::history::Group;
use super::position::{Position, Selection};
use std::collections::VecDeque;
use std::ops::{Range, RangeInclusive};

/// A cursor beside the primary one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Other {
    pub(super) selection: Selection,
    /// As [`Buffer::goal_cell`].
    goal_cell: Option<usize>,
}

/// All selections of a buffer at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Selections {
    pub(super) primary: Selection,
    pub(super) others: Vec<Selection>,
}

impl From<Selection> for Selections {
    fn from(primary: Selection) -> Self {
        Self { primary, others: Vec::new() }
    }
}

/// What a cursor does that stands exactly where text is inserted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bias {
    /// It stays before the text.
    Before,
    /// It comes to stand behind it.
    Behind,
}

/// A selection in characters of the whole text, while the text changes.
#[derive(Clone, Copy, Debug)]
struct Caret {
    anchor: isize,
    head: isize,
    primary: bool,
}

impl Caret {
    fn start(self) -> isize {
        self.anchor.min(self.head)
    }

    fn end(self) -> isize {
        self.anchor.max(self.head)
    }

    fn moved(self, by: isize) -> Self {
        Self { anchor: self.anchor + by, head: self.head + by, ..self }
    }
}

/// The selections while a change is under way. Those in the text behind the place of the change share one offset, so
/// that a change at each of many cursors costs no more than their number.
#[derive(Debug, Default)]
pub(super) struct Tracked {
    /// In the order of the text; these follow every edit.
    seen: Vec<Caret>,
    /// In the order of the text, behind `seen`; [`Tracked::offset`] is still to be added.
    ahead: VecDeque<Caret>,
    offset: isize,
}

impl Tracked {
    /// The characters `range` have been replaced by `inserted` others.
    pub(super) fn edited(&mut self, range: &Range<usize>, inserted: usize, bias: Bias) {
        if self.seen.is_empty() && self.ahead.is_empty() {
            return;
        }
        let (start, end) = (range.start as isize, range.end as isize);
        let grown = inserted as isize - (end - start);
        let follow = |index: isize| match index {
            index if index < start => index,
            index if index == start && (start < end || bias == Bias::Before) => index,
            index if index >= end => index + grown,
            index => index.min(start + inserted as isize),
        };
        let both = |caret: Caret| Caret {
            anchor: follow(caret.anchor),
            head: follow(caret.head),
            ..caret
        };
        for caret in self.seen.iter_mut().rev().take_while(|caret| caret.end() >= start) {
            *caret = both(*caret);
        }
        let offset = self.offset;
        for caret in self.ahead.iter_mut().take_while(|caret| caret.start() + offset < end) {
            *caret = both(caret.moved(offset)).moved(-offset - grown);
        }
        self.offset += grown;
    }

    /// The next of the selections ahead, where it is now.
    fn next(&mut self) -> Option<Caret> {
        self.ahead.pop_front().map(|caret| caret.moved(self.offset))
    }
}

/// Lines that a command on whole lines takes together.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub(super) lines: RangeInclusive<usize>,
    /// The first cursor in it.
    pub(super) head: Position,
}

impl Buffer {
    /// How many cursors there are, at least 1.
    pub fn cursor_count(&self) -> usize {
        self.others.len() + 1
    }

    /// The selections beside the primary one that touch line `n`, in the order of the text.
    pub fn others_on(&self, n: usize) -> impl Iterator<Item = Selection> + '_ {
        let first = self.others.partition_point(|other| other.selection.ordered().1.line < n);
        let rest = self.others[first..].iter().map(|other| other.selection);
        rest.take_while(move |selection| selection.ordered().0.line <= n)
    }

    /// All selections in the order of the text.
    pub fn selections(&self) -> Vec<Selection> {
        let primary = self.selection;
        let at = self.others.partition_point(|o| o.selection.ordered().0 < primary.ordered().0);
        let mut all: Vec<_> = self.others.iter().map(|other| other.selection).collect();
        all.insert(at, primary);
        all
    }

    /// Leaves the primary cursor only, with its selection; says whether there were others.
    pub fn keep_primary(&mut self) -> bool {
        let any = !self.others.is_empty();
        if any {
            self.go(self.selection);
        }
        any
    }

    /// Any of the selections holds text.
    pub(super) fn any_selected(&self) -> bool {
        !self.selection.is_empty() || self.others.iter().any(|o| !o.selection.is_empty())
    }

    /// The selected texts in their order, empty where nothing is selected.
    pub(super) fn selected_texts(&self) -> Vec<String> {
        let text = |selection: &Selection| {
            let (start, end) = selection.ordered();
            String::from(self.rope.slice(self.index_of(start)..self.index_of(end)))
        };
        self.selections().iter().map(text).collect()
    }

    pub(super) fn all_selections(&self) -> Selections {
        let others = self.others.iter().map(|other| other.selection).collect();
        Selections { primary: self.selection, others }
    }

    /// As [`Buffer::place`], for all of them.
    pub(super) fn place_all(&mut self, selections: &Selections) {
        self.place(selections.primary);
        self.others.clear();
        for selection in &selections.others {
            let selection = self.outside_clusters(*selection);
            self.others.push(Other { selection, goal_cell: None });
        }
        self.merge();
    }

    /// As [`Buffer::go`], for all of them.
    pub(super) fn go_all(&mut self, selections: &Selections) {
        self.go(selections.primary);
        self.place_all(selections);
    }

    /// Moves each cursor by itself: `step` moves the primary one, as which each stands in for once.
    pub(super) fn move_each(&mut self, mut step: impl FnMut(&mut Self)) {
        if self.others.is_empty() {
            return step(self);
        }
        let mut others = std::mem::take(&mut self.others);
        for other in &mut others {
            self.exchange(other);
            step(self);
            self.exchange(other);
        }
        step(self);
        self.others = others;
        self.merge();
    }

    /// The primary cursor as one beside another.
    pub(super) fn as_other(&self) -> Other {
        Other { selection: self.selection, goal_cell: self.goal_cell }
    }

    /// Further cursors come to those there are.
    pub(super) fn take_in(&mut self, others: impl Iterator<Item = Other>) {
        self.others.extend(others);
        self.merge();
    }

    /// The lines that the selections touch, each once, in their order.
    pub(super) fn touched_lines(&self) -> Vec<usize> {
        let mut lines: Vec<usize> =
            self.selections().into_iter().flat_map(|selection| block_of(selection).lines).collect();
        lines.dedup();
        lines
    }

    fn exchange(&mut self, other: &mut Other) {
        std::mem::swap(&mut self.selection, &mut other.selection);
        std::mem::swap(&mut self.goal_cell, &mut other.goal_cell);
    }

    /// As [`Buffer::change`], at every cursor: `edit` is called for each, which stands in as the primary one, and says
    /// where its selection is then.
    pub(super) fn change_each(
        &mut self,
        group: Group,
        mut edit: impl FnMut(&mut Self) -> Selection,
    ) {
        if self.others.is_empty() {
            return self.change(group, edit);
        }
        let before = self.all_selections();
        self.track_all();
        while let Some(caret) = self.tracked.next() {
            self.selection = self.selection_of(caret);
            let after = edit(self);
            let caret = self.caret_of(after, caret.primary);
            self.tracked.seen.push(caret);
        }
        self.finish_tracked(group, before);
    }

    /// As [`Buffer::change`], for the lines that the selections touch, in blocks of lines beside each other. The
    /// selections follow the text; when `edit` gives one, it takes the place of those in the block.
    pub(super) fn change_lines(
        &mut self,
        group: Group,
        mut edit: impl FnMut(&mut Self, &Block) -> Option<Selection>,
    ) {
        let before = self.all_selections();
        let counts = self.blocks();
        self.track_all();
        for count in counts {
            let first = self.tracked.seen.len();
            for _ in 0..count {
                let caret = self.tracked.next();
                self.tracked.seen.extend(caret);
            }
            let carets = &self.tracked.seen[first..];
            let selections = carets.iter().map(|caret| self.selection_of(*caret));
            let Some(block) = selections.map(block_of).reduce(|a, b| Block {
                lines: *a.lines.start()..=(*a.lines.end()).max(*b.lines.end()),
                head: a.head,
            }) else {
                continue;
            };
            if let Some(selection) = edit(self, &block) {
                let primary = self.tracked.seen[first..].iter().any(|caret| caret.primary);
                let caret = self.caret_of(selection, primary);
                self.tracked.seen.truncate(first);
                self.tracked.seen.push(caret);
            }
        }
        self.finish_tracked(group, before);
    }

    /// As [`Buffer::change`], for one that has nothing to do with where the selections are: all follow the text.
    pub(super) fn change_text(&mut self, group: Group, edit: impl FnOnce(&mut Self)) {
        let before = self.all_selections();
        self.track_all();
        while let Some(caret) = self.tracked.next() {
            self.tracked.seen.push(caret);
        }
        edit(self);
        self.finish_tracked(group, before);
    }

    /// How many selections each block of lines has, in the order of the text.
    fn blocks(&self) -> Vec<usize> {
        let mut counts: Vec<usize> = Vec::new();
        let mut end = None;
        for selection in self.selections() {
            let lines = block_of(selection).lines;
            match (end, counts.last_mut()) {
                (Some(end), Some(count)) if *lines.start() <= end + 1 => *count += 1,
                _ => counts.push(1),
            }
            end = end.max(Some(*lines.end()));
        }
        counts
    }

    fn track_all(&mut self) {
        let mut all: Vec<Caret> = vec![self.caret_of(self.selection, true)];
        all.extend(self.others.iter().map(|other| self.caret_of(other.selection, false)));
        all.sort_by_key(|caret| (caret.start(), caret.end()));
        self.tracked = Tracked { seen: Vec::new(), ahead: all.into(), offset: 0 };
    }

    /// The selections beside the primary one follow the change that begins now.
    pub(super) fn track_others(&mut self) {
        let seen = self.others.iter().map(|other| self.caret_of(other.selection, false));
        self.tracked = Tracked { seen: seen.collect(), ..Tracked::default() };
    }

    fn finish_tracked(&mut self, group: Group, before: Selections) {
        let seen = &mut self.tracked.seen;
        let primary = seen.iter().position(|caret| caret.primary).map(|index| seen.remove(index));
        let primary = primary.map_or(self.selection, |caret| self.selection_of(caret));
        self.finish(group, before, primary);
    }

    /// Ends the tracking: where the selections beside the primary one are now.
    pub(super) fn tracked_others(&mut self) -> Vec<Selection> {
        let tracked = std::mem::take(&mut self.tracked);
        tracked.seen.into_iter().map(|caret| self.selection_of(caret)).collect()
    }

    fn caret_of(&self, selection: Selection, primary: bool) -> Caret {
        let index = |position| self.index_of(position) as isize;
        Caret { anchor: index(selection.anchor), head: index(selection.head), primary }
    }

    fn selection_of(&self, caret: Caret) -> Selection {
        let position = |index: isize| {
            self.position_of(usize::try_from(index).unwrap_or(0).min(self.rope.len_chars()))
        };
        Selection { anchor: position(caret.anchor), head: position(caret.head) }
    }

    pub(super) fn outside_clusters(&self, selection: Selection) -> Selection {
        let outside = |at| self.position_of(graphemes::ceil(&self.rope, self.index_of(at)));
        Selection { anchor: outside(selection.anchor), head: outside(selection.head) }
    }

    /// Makes one of those that overlap, and of a cursor and the selection it touches.
    fn merge(&mut self) {
        if self.others.is_empty() {
            return;
        }
        let primary = self.as_other();
        let mut all: Vec<(Other, bool)> = vec![(primary, true)];
        all.extend(self.others.drain(..).map(|other| (other, false)));
        all.sort_by_key(|(other, _)| other.selection.ordered());
        let mut merged: Vec<(Other, bool)> = Vec::with_capacity(all.len());
        for (other, primary) in all {
            match merged.last_mut() {
                Some((last, leads)) if meet(last.selection, other.selection) => {
                    let shape = if primary { other } else { *last };
                    last.selection = union(last.selection, other.selection, shape.selection);
                    last.goal_cell = shape.goal_cell;
                    *leads |= primary;
                }
                _ => merged.push((other, primary)),
            }
        }
        for (other, primary) in merged {
            if primary {
                self.selection = other.selection;
                self.goal_cell = other.goal_cell;
            } else {
                self.others.push(other);
            }
        }
    }
}

/// The lines that a selection touches; one that it only ends before is not among them.
fn block_of(selection: Selection) -> Block {
    let (start, end) = selection.ordered();
    let ends_before = end.line > start.line && end.column == 0;
    Block { lines: start.line..=end.line - usize::from(ends_before), head: selection.head }
}

/// `a` begins before `b` or with it.
fn meet(a: Selection, b: Selection) -> bool {
    let (end, start) = (a.ordered().1, b.ordered().0);
    start < end || (start == end && (a.is_empty() || b.is_empty()))
}

/// The stretch of both, with the cursor at that end where `shape` has it.
fn union(a: Selection, b: Selection, shape: Selection) -> Selection {
    let start = a.ordered().0.min(b.ordered().0);
    let end = a.ordered().1.max(b.ordered().1);
    if shape.head < shape.anchor {
        Selection { anchor: end, head: start }
    } else {
        Selection { anchor: start, head: end }
    }
}

#[cfg(test)]
mod tests;

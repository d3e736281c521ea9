//! Two texts held against each other, as a person looks through what differs.
//!
//! The comparison itself is made outside, since long texts take their time; until it comes there is nothing to see.

use super::action::{ListAction, Turn};
use super::job::{Job, TextId};
use crate::editor::Diff;
use std::sync::Arc;

/// Two texts held against each other.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// Names it in jobs and messages.
    pub id: TextId,
    /// What differs, once it is known.
    pub diff: Option<Arc<Diff>>,
    /// The first row in sight.
    pub top: usize,
}

impl Comparison {
    /// Asks for the comparison of `new` with `old`.
    pub fn ask(id: TextId, old: Arc<str>, new: Arc<str>, jobs: &mut Vec<Job>) -> Self {
        jobs.push(Job::Compare { id, old, new });
        Self { id, diff: None, top: 0 }
    }

    /// How many rows there are; one that says what is under way, or that nothing differs.
    pub fn len(&self) -> usize {
        self.diff.as_ref().map_or(1, |diff| diff.rows.len().max(1))
    }

    /// There are no rows: never.
    pub const fn is_empty(&self) -> bool {
        false
    }

    /// Scrolls; `height` rows are in sight.
    pub fn scroll(&mut self, action: ListAction, height: usize) {
        let page = height.saturating_sub(1).max(1);
        self.top = match action {
            ListAction::Up => self.top.saturating_sub(1),
            ListAction::Down => self.top + 1,
            ListAction::PageUp => self.top.saturating_sub(page),
            ListAction::PageDown => self.top + page,
            ListAction::First => 0,
            ListAction::Last => self.len(),
        };
        self.settle(height);
    }

    /// Scrolls by a few rows.
    pub fn scroll_some(&mut self, turn: Turn, height: usize) {
        const ROWS: usize = 4;
        self.top = match turn {
            Turn::Next => self.top + ROWS,
            Turn::Previous => self.top.saturating_sub(ROWS),
        };
        self.settle(height);
    }

    /// Goes to the change behind the row at the top, or before it.
    pub fn turn_change(&mut self, turn: Turn, height: usize) {
        /// A change is shown with the line before it.
        const BEFORE: usize = 1;
        let Some(diff) = &self.diff else { return };
        let tops = diff.starts.iter().map(|start| start.saturating_sub(BEFORE));
        let next = match turn {
            Turn::Next => tops.clone().find(|top| *top > self.top),
            Turn::Previous => tops.rev().find(|top| *top < self.top),
        };
        self.top = next.unwrap_or(self.top);
        self.settle(height);
    }

    /// Keeps the rows in sight to what there is.
    pub fn settle(&mut self, height: usize) {
        self.top = self.top.min(self.len().saturating_sub(height.max(1)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_scrolls_by_rows_and_goes_from_change_to_change() {
        let old = (0..200).map(|n| format!("line {n}\n")).collect::<Vec<_>>().concat();
        let new = old.replace("line 50\n", "fifty\n").replace("line 150\n", "");
        let mut jobs = Vec::new();
        let mut comparison =
            Comparison::ask(TextId(1), old.clone().into(), new.clone().into(), &mut jobs);
        assert_eq!((comparison.len(), jobs.len()), (1, 1));
        comparison.turn_change(Turn::Next, 5);
        comparison.diff = Some(Arc::new(Diff::of(&old, &new)));
        comparison.turn_change(Turn::Next, 5);
        assert_eq!(comparison.top, 3);
        comparison.turn_change(Turn::Next, 5);
        let second = comparison.top;
        assert!(second > 8);
        comparison.turn_change(Turn::Next, 5);
        assert_eq!(comparison.top, second, "there is no other");
        comparison.turn_change(Turn::Previous, 5);
        assert_eq!(comparison.top, 3);
        comparison.scroll(ListAction::Last, 5);
        assert_eq!(comparison.top, comparison.len() - 5);
        comparison.scroll(ListAction::First, 5);
        comparison.scroll(ListAction::Up, 5);
        assert_eq!(comparison.top, 0);
    }
}

//! The part of the kept runs that a list holds: a few pages, however many runs there are.

use crate::domain::{RunId, RunSummary, RunsFound, SearchedTo};
use std::collections::VecDeque;

/// So many runs are asked for at a time.
pub const PAGE: usize = 200;
/// So many pages are held.
const PAGES: usize = 10;
/// So many runs before the end of what is held the next ones are asked for.
const AHEAD: usize = PAGE / 4;

/// Which page is asked for beside those that are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The one behind them.
    Older,
    /// The one before them.
    Newer,
}

/// Runs, the newest first.
#[derive(Clone, Debug, Default)]
pub struct RunPages {
    pages: VecDeque<Vec<RunSummary>>,
    /// Before which run each page begins that was let go at the newer end; none for the newest.
    let_go: Vec<Option<RunId>>,
    /// Before which run the first page that is held begins.
    first: Option<RunId>,
    has_older: bool,
    /// Where a search for a text stopped that has not looked at all.
    stopped_at: Option<SearchedTo>,
    asked: Option<Side>,
}

impl RunPages {
    /// How many are held.
    pub fn len(&self) -> usize {
        self.pages.iter().map(Vec::len).sum()
    }

    /// None is held.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// There are more runs than are held, on either side.
    pub fn has_more(&self) -> bool {
        self.has_older || self.stopped_at.is_some() || !self.let_go.is_empty()
    }

    /// The run at a place among those held.
    pub fn get(&self, mut at: usize) -> Option<&RunSummary> {
        for page in &self.pages {
            match page.get(at) {
                Some(run) => return Some(run),
                None => at -= page.len(),
            }
        }
        None
    }

    /// Those of the first page that is held.
    pub fn newest(&self) -> impl Iterator<Item = &RunSummary> {
        self.pages.front().into_iter().flatten()
    }

    /// The newest page takes the place of everything.
    pub fn begin(&mut self, found: RunsFound) {
        let RunsFound { runs, stopped_at } = found;
        *self = Self { has_older: runs.len() >= PAGE, stopped_at, ..Self::default() };
        self.pages.push_back(runs);
    }

    /// Where a search for a text stopped for the time being.
    pub fn stopped_at(&self) -> Option<SearchedTo> {
        self.stopped_at
    }

    /// Goes on with a search that stopped: the page to ask for.
    pub fn search_on(&mut self) -> Option<(Side, Option<RunId>)> {
        let stopped_at = self.stopped_at.filter(|_| self.asked.is_none())?;
        self.asked = Some(Side::Older);
        Some((Side::Older, Some(stopped_at.run)))
    }

    /// The page to ask for while the part from `top` on is in sight, `height` rows of it; and before which run it begins.
    pub fn wanted(&mut self, top: usize, height: usize) -> Option<(Side, Option<RunId>)> {
        if self.asked.is_some() {
            return None;
        }
        let wanted = if self.has_older && top + height + AHEAD >= self.len() {
            let last = self.pages.back().and_then(|page| page.last())?;
            (Side::Older, Some(last.id))
        } else if top < AHEAD {
            (Side::Newer, *self.let_go.last()?)
        } else {
            return None;
        };
        self.asked = Some(wanted.0);
        Some(wanted)
    }

    /// Takes in a page that was asked for. Says by how many the places of the others moved.
    pub fn add(&mut self, side: Side, found: RunsFound) -> isize {
        let RunsFound { runs: page, stopped_at } = found;
        if self.asked.take_if(|asked| *asked == side).is_none() {
            return 0;
        }
        match side {
            Side::Older => {
                self.has_older = page.len() >= PAGE;
                self.stopped_at = stopped_at;
                if page.is_empty() {
                    return 0;
                }
                self.pages.push_back(page);
                if self.pages.len() <= PAGES {
                    return 0;
                }
                let gone = self.pages.pop_front().unwrap_or_default();
                self.let_go.push(self.first);
                self.first = gone.last().map(|run| run.id);
                -(gone.len() as isize)
            }
            Side::Newer => {
                self.first = self.let_go.pop().flatten();
                let moved = page.len() as isize;
                self.pages.push_front(page);
                if self.pages.len() > PAGES {
                    self.pages.pop_back();
                    self.has_older = true;
                    self.stopped_at = None;
                }
                moved
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Cause, Ending, LambdaName};
    use uuid::Uuid;

    fn run(n: u128) -> RunSummary {
        RunSummary {
            id: RunId(Uuid::from_u128(n)),
            lambda: LambdaName::new("x").unwrap(),
            event: None,
            started_at_ms: n as i64,
            duration_us: 0,
            ending: Ending::Succeeded,
            message: None,
            cause: Cause::Invoke,
            version: None,
            logs: 0,
            calls: 0,
        }
    }

    /// What a store of the runs from 1 to `count` answers.
    fn page(count: u128, before: Option<RunId>) -> RunsFound {
        let before = before.map_or(count + 1, |id| id.0.as_u128());
        let runs = (1..before).rev().take(PAGE).map(run).collect();
        RunsFound { runs, stopped_at: None }
    }

    #[test]
    fn a_search_that_stopped_goes_on_when_it_is_asked_to() {
        let stopped_at = Some(SearchedTo { run: RunId(Uuid::from_u128(50)), started_at_ms: 5 });
        let mut pages = RunPages::default();
        pages.begin(RunsFound { runs: vec![run(99)], stopped_at });
        assert!(pages.has_more());
        assert_eq!(pages.wanted(0, 30), None, "not by itself");
        assert_eq!(pages.search_on(), Some((Side::Older, Some(RunId(Uuid::from_u128(50))))));
        assert_eq!(pages.search_on(), None, "once");
        pages.add(Side::Older, RunsFound::default());
        assert_eq!((pages.len(), pages.has_more(), pages.search_on()), (1, false, None));
    }

    #[test]
    fn a_hundred_thousand_runs_are_walked_down_and_up_with_few_in_hand() {
        const COUNT: u128 = 100_000;
        let mut pages = RunPages::default();
        pages.begin(page(COUNT, None));
        let (mut top, mut seen) = (0_usize, COUNT);
        while seen > 1 {
            assert_eq!(pages.get(top).unwrap().id.0.as_u128(), seen);
            if let Some((side, before)) = pages.wanted(top, 30) {
                top = top.checked_add_signed(pages.add(side, page(COUNT, before))).unwrap();
            }
            assert!(pages.len() <= PAGE * PAGES);
            (top, seen) = (top + 1, seen - 1);
        }
        while seen < COUNT {
            assert_eq!(pages.get(top).unwrap().id.0.as_u128(), seen);
            if let Some((side, before)) = pages.wanted(top, 30) {
                top = top.checked_add_signed(pages.add(side, page(COUNT, before))).unwrap();
            }
            assert!(pages.len() <= PAGE * PAGES);
            (top, seen) = (top - 1, seen + 1);
        }
        assert_eq!(top, 0, "this is the newest again");
        assert!(pages.wanted(0, 30).is_none());
    }

    #[test]
    fn a_page_that_nobody_waits_for_is_dropped() {
        let mut pages = RunPages::default();
        pages.begin(page(3, None));
        assert_eq!(pages.add(Side::Older, page(9, None)), 0);
        assert_eq!(pages.len(), 3);
    }
}

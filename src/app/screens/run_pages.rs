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
    /// The last one of all, in the place of them.
    Oldest,
}

/// A page to ask for: where it stands, and the run that it begins behind; none for the end of all.
pub type Wanted = (Side, Option<RunId>);

/// Runs, the newest first.
#[derive(Clone, Debug, Default)]
pub struct RunPages {
    pages: VecDeque<Vec<RunSummary>>,
    /// Behind which run the next newer page begins, where there may be one.
    newer: Option<RunId>,
    has_older: bool,
    /// Where a search for a text stopped that has not looked at all.
    stopped_at: Option<SearchedTo>,
    /// Behind which run the oldest ones are looked for further.
    seeking: Option<RunId>,
    asked: Option<Wanted>,
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
        self.has_older() || self.has_newer()
    }

    /// There may be older ones than are held.
    pub fn has_older(&self) -> bool {
        self.has_older || self.stopped_at.is_some()
    }

    /// There may be newer ones than are held.
    pub fn has_newer(&self) -> bool {
        self.newer.is_some()
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
    pub fn search_on(&mut self) -> Option<Wanted> {
        let stopped_at = self.stopped_at.filter(|_| self.asked.is_none())?;
        self.asked = Some((Side::Older, Some(stopped_at.run)));
        self.asked
    }

    /// Goes to the oldest runs: the page to ask for. Nobody waits for another one any more.
    pub fn seek_oldest(&mut self) -> Option<Wanted> {
        let is_under_way = matches!(self.asked, Some((Side::Oldest, _))) || self.seeking.is_some();
        if is_under_way {
            return None;
        }
        self.asked = Some((Side::Oldest, None));
        self.asked
    }

    /// Nobody wants to see the oldest runs any more.
    pub fn stay(&mut self) {
        self.seeking = None;
        self.asked.take_if(|(side, _)| *side == Side::Oldest);
    }

    /// The page to ask for while the part from `top` on is in sight, `height` rows of it.
    pub fn wanted(&mut self, top: usize, height: usize) -> Option<Wanted> {
        if self.asked.is_some() {
            return None;
        }
        let wanted = if self.seeking.is_some() {
            (Side::Oldest, self.seeking.take())
        } else if self.has_older && top + height + AHEAD >= self.len() {
            let last = self.pages.back().and_then(|page| page.last())?;
            (Side::Older, Some(last.id))
        } else if top < AHEAD {
            (Side::Newer, Some(self.newer?))
        } else {
            return None;
        };
        self.asked = Some(wanted);
        self.asked
    }

    /// Takes in a page that was asked for. Says by how many the places of the others moved; none when nobody waits for it
    /// any more, or when it holds nothing yet of what was sought.
    pub fn add(&mut self, wanted: Wanted, found: RunsFound) -> Option<isize> {
        self.asked.take_if(|asked| *asked == wanted)?;
        let RunsFound { runs: page, stopped_at } = found;
        // Pages from the oldest run on go on behind the newest run that was looked at.
        let newest = page.first().filter(|_| page.len() >= PAGE).map(|run| run.id);
        let newer = stopped_at.map(|it| it.run).or(newest);
        match wanted.0 {
            Side::Older => {
                self.has_older = page.len() >= PAGE;
                self.stopped_at = stopped_at;
                Some(self.push_older(page))
            }
            Side::Newer => {
                self.newer = newer;
                let moved = page.len() as isize;
                if !page.is_empty() {
                    self.pages.push_front(page);
                }
                if self.pages.len() > PAGES {
                    self.pages.pop_back();
                    self.has_older = true;
                    self.stopped_at = None;
                }
                Some(moved)
            }
            Side::Oldest if page.is_empty() => {
                self.seeking = stopped_at.map(|it| it.run);
                None
            }
            Side::Oldest => {
                *self = Self { pages: VecDeque::from([page]), newer, ..Self::default() };
                Some(0)
            }
        }
    }

    /// Holds a page behind the others, and lets the newest go where there are too many.
    fn push_older(&mut self, page: Vec<RunSummary>) -> isize {
        if page.is_empty() {
            return 0;
        }
        self.pages.push_back(page);
        if self.pages.len() <= PAGES {
            return 0;
        }
        let gone = self.pages.pop_front().unwrap_or_default();
        self.newer = self.pages.front().and_then(|page| page.first()).map(|run| run.id);
        -(gone.len() as isize)
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
    fn page(count: u128, (side, from): Wanted) -> RunsFound {
        let from = from.map(|id| id.0.as_u128());
        let mut runs: Vec<_> = match side {
            Side::Older => (1..from.unwrap_or(count + 1)).rev().take(PAGE).map(run).collect(),
            Side::Newer | Side::Oldest => {
                (from.unwrap_or(0) + 1..=count).take(PAGE).map(run).collect()
            }
        };
        runs.sort_by_key(|run| std::cmp::Reverse(run.id));
        RunsFound { runs, stopped_at: None }
    }

    fn newest(count: u128) -> RunPages {
        let mut pages = RunPages::default();
        pages.begin(page(count, (Side::Older, None)));
        pages
    }

    fn id(n: u128) -> RunId {
        RunId(Uuid::from_u128(n))
    }

    #[test]
    fn a_search_that_stopped_goes_on_when_it_is_asked_to() {
        let stopped_at = Some(SearchedTo { run: id(50), started_at_ms: 5 });
        let mut pages = RunPages::default();
        pages.begin(RunsFound { runs: vec![run(99)], stopped_at });
        assert!(pages.has_more());
        assert_eq!(pages.wanted(0, 30), None, "not by itself");
        assert_eq!(pages.search_on(), Some((Side::Older, Some(id(50)))));
        assert_eq!(pages.search_on(), None, "once");
        pages.add((Side::Older, Some(id(50))), RunsFound::default());
        assert_eq!((pages.len(), pages.has_more(), pages.search_on()), (1, false, None));
    }

    const COUNT: u128 = 100_000;

    /// Walks up from the run with the number `seen` at the place `top` to the newest.
    fn walk_up(pages: &mut RunPages, (mut top, mut seen): (usize, u128)) {
        while seen < COUNT {
            assert_eq!(pages.get(top).unwrap().id, id(seen));
            if let Some(wanted) = pages.wanted(top, 30) {
                let moved = pages.add(wanted, page(COUNT, wanted)).unwrap();
                top = top.checked_add_signed(moved).unwrap();
            }
            assert!(pages.len() <= PAGE * PAGES);
            (top, seen) = (top - 1, seen + 1);
        }
        assert_eq!(top, 0, "this is the newest again");
        // One page may have ended with it, so that only the next answer tells that there is none.
        if let Some(wanted) = pages.wanted(0, 30) {
            assert_eq!(pages.add(wanted, page(COUNT, wanted)), Some(0));
        }
        assert_eq!((pages.wanted(0, 30), pages.has_newer()), (None, false));
    }

    #[test]
    fn a_hundred_thousand_runs_are_walked_down_and_up_with_few_in_hand() {
        let mut pages = newest(COUNT);
        let (mut top, mut seen) = (0_usize, COUNT);
        while seen > 1 {
            assert_eq!(pages.get(top).unwrap().id, id(seen));
            if let Some(wanted) = pages.wanted(top, 30) {
                let moved = pages.add(wanted, page(COUNT, wanted)).unwrap();
                top = top.checked_add_signed(moved).unwrap();
            }
            assert!(pages.len() <= PAGE * PAGES);
            (top, seen) = (top + 1, seen - 1);
        }
        walk_up(&mut pages, (top, seen));
    }

    #[test]
    fn the_oldest_of_a_hundred_thousand_take_one_page_and_the_way_up_leads_to_the_newest() {
        let mut pages = newest(COUNT);
        let wanted = pages.seek_oldest().unwrap();
        assert_eq!(pages.seek_oldest(), None, "once");
        assert_eq!(pages.add(wanted, page(COUNT, wanted)), Some(0));
        assert_eq!((pages.len(), pages.has_older(), pages.has_newer()), (PAGE, false, true));
        walk_up(&mut pages, (PAGE - 1, 1));
    }

    #[test]
    fn a_search_for_the_oldest_goes_on_by_itself_until_somebody_moves() {
        let mut pages = newest(COUNT);
        let wanted = pages.seek_oldest().unwrap();
        let stopped = |n| Some(SearchedTo { run: id(n), started_at_ms: 5 });
        let none = |n| RunsFound { runs: Vec::new(), stopped_at: stopped(n) };
        assert_eq!(pages.add(wanted, none(60)), None);
        assert_eq!(pages.len(), PAGE, "what is held stays in sight");
        let wanted = pages.wanted(0, 30).unwrap();
        assert_eq!(wanted, (Side::Oldest, Some(id(60))));
        pages.add(wanted, RunsFound { runs: vec![run(70)], stopped_at: stopped(80) });
        assert_eq!((pages.len(), pages.has_older()), (1, false));
        assert_eq!(
            pages.wanted(0, 30),
            Some((Side::Newer, Some(id(80)))),
            "the screen is not full"
        );
        let mut pages = newest(COUNT);
        let wanted = pages.seek_oldest().unwrap();
        pages.add(wanted, none(60));
        pages.stay();
        assert_eq!(pages.wanted(0, 30), None);
    }

    #[test]
    fn a_page_that_nobody_waits_for_is_dropped() {
        let mut pages = newest(3);
        assert_eq!(pages.add((Side::Older, None), page(9, (Side::Older, None))), None);
        let wanted = pages.seek_oldest().unwrap();
        pages.begin(page(3, (Side::Older, None)));
        assert_eq!(pages.add(wanted, page(9, wanted)), None);
        assert_eq!(pages.len(), 3);
    }
}

//! The runs that go on, at the top of the list of runs.

use super::activity::ActivityScreen;
use crate::app::dialogs::confirm;
use crate::app::list::Cursor;
use crate::app::state::{AppState, Screen};
use crate::domain::{Cause, Endings, OngoingRun, RunId, RunSummary};
use std::sync::Arc;

/// A row of the list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Row<'a> {
    /// A run that goes on.
    Ongoing(&'a OngoingRun),
    /// One that was kept when it had ended.
    Kept(&'a RunSummary),
}

impl ActivityScreen {
    /// The runs that go on and are not left out, the one that began last before the others.
    pub fn ongoing(&self) -> impl Iterator<Item = &OngoingRun> {
        let filter = &self.filter;
        let text = filter.field.as_ref().map(|field| field.text().trim().to_lowercase());
        let is_shown = move |run: &&OngoingRun| {
            let event = run.event.as_ref().map_or("", |event| event.as_str());
            filter.endings != Endings::Failed
                && filter.lambda.as_ref().is_none_or(|it| *it == run.lambda)
                && text.as_ref().is_none_or(|text| {
                    [run.lambda.as_str(), event, &run.id.to_string()]
                        .iter()
                        .any(|it| it.contains(text))
                })
        };
        self.ongoing.iter().rev().map(AsRef::as_ref).filter(is_shown)
    }

    /// How many rows the list has.
    pub fn rows(&self) -> usize {
        self.ongoing().count() + self.runs.len()
    }

    /// The row at a place.
    pub fn row(&self, at: usize) -> Option<Row<'_>> {
        let ongoing = self.ongoing().count();
        match at.checked_sub(ongoing) {
            None => self.ongoing().nth(at).map(Row::Ongoing),
            Some(at) => self.runs.get(at).map(Row::Kept),
        }
    }

    /// The selected run, when it goes on.
    pub fn selected_ongoing(&self) -> Option<&OngoingRun> {
        self.ongoing().nth(self.cursor.selected)
    }

    /// Whoever tells of runs and whoever keeps them are not heard at one time: what is listed as ended does not go on.
    pub(super) fn drop_ended(&mut self) {
        let kept = &self.runs;
        let ended = |run: &OngoingRun| kept.newest().any(|it| it.id == run.id);
        self.ongoing.retain(|run| !ended(run));
    }

    /// Takes in something that may change which runs that go on are listed; the selection stays where it is.
    pub(super) fn with_ongoing<T>(&mut self, change: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.ongoing().count();
        let selected = self.selected_ongoing().map(|run| run.id);
        let changed = change(self);
        if self.follow {
            self.cursor = Cursor::default();
            return changed;
        }
        let place = |id: RunId| self.ongoing().position(|run| run.id == id);
        let moved = self.ongoing().count() as isize - before as isize;
        if let Some(id) = selected {
            // One that has ended is about to be listed below those that go on.
            let last = self.ongoing().count();
            self.cursor.selected = place(id).unwrap_or(self.cursor.selected.min(last));
            return changed;
        }
        self.cursor.selected = self.cursor.selected.saturating_add_signed(moved);
        if self.cursor.top > 0 {
            self.cursor.top = self.cursor.top.saturating_add_signed(moved);
        }
        changed
    }
}

/// Takes in which runs go on where what is deployed is executed; says whether that is to be seen.
pub fn told(state: &mut AppState, runs: Vec<Arc<OngoingRun>>) -> bool {
    let replays = state.activity.ongoing.iter().filter(|run| is_replay(run)).cloned();
    let runs = runs.into_iter().chain(replays).collect();
    list(state, runs)
}

/// Takes in which runs are being made again in this process.
pub fn replaying(state: &mut AppState, replays: Vec<Arc<OngoingRun>>) {
    let is_listed = |run: &Arc<OngoingRun>| state.activity.ongoing.iter().any(|it| it.id == run.id);
    if let Some(new) = replays.iter().find(|run| !is_listed(run)) {
        let told =
            format!("Replaying {}; it is listed among the runs, and cancelled there", new.lambda);
        state.inform(told);
    }
    let others = state.activity.ongoing.iter().filter(|run| !is_replay(run)).cloned();
    let runs = replays.into_iter().chain(others).collect();
    list(state, runs);
}

fn is_replay(run: &OngoingRun) -> bool {
    matches!(run.cause, Cause::Replay { .. })
}

fn list(state: &mut AppState, mut runs: Vec<Arc<OngoingRun>>) -> bool {
    runs.sort_by_key(|run| (run.started_at_ms, run.id));
    if state.activity.ongoing == runs {
        return false;
    }
    state.activity.with_ongoing(|activity| {
        activity.ongoing = runs;
        activity.drop_ended();
    });
    true
}

/// When the clocks of the runs that go on change next, in milliseconds since the Unix epoch; none while no clock is in
/// sight.
pub fn next_second_ms(state: &AppState) -> Option<i64> {
    let in_sight = state.screen == Screen::Activity && state.activity.open.is_none();
    let first = state.activity.ongoing().next().filter(|_| in_sight)?;
    let gone_ms = (state.now_ms - first.started_at_ms).rem_euclid(1_000);
    Some(state.now_ms + 1_000 - gone_ms)
}

/// Asks whether to cancel the selected run.
pub fn cancel(state: &mut AppState) {
    if let Some(run) = state.activity.selected_ongoing().cloned() {
        confirm::ask_to_cancel(state, &run);
    }
}

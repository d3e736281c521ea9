//! The logs and the results of the Invoke screen: what the keys do there.

use crate::app::action::{ListAction, OutputAction, Turn};
use crate::app::job::{DiskJob, Job, Then};
use crate::app::layout;
use crate::app::list::Cursor;
use crate::app::screens::editor::turn_among;
use crate::app::screens::invoke;
use crate::app::screens::output_text;
use crate::app::screens::session::{ResultTab, Session};
use crate::app::setting::Change;
use crate::app::state::{AppState, Pane, Screen};
use crate::app::update;
use crate::app::words::cut_into;
use crate::domain::{FailureKind, Level, Place};

/// Moves the selection in the logs or the result.
pub fn list(state: &mut AppState, action: ListAction) {
    let focus = state.focus();
    let height = layout::list_height(state, focus);
    let len = layout::output_lines(state, focus);
    if focus == Pane::Logs {
        state.invoke.follow = action == ListAction::Last;
    }
    let Some(session) = state.session_mut() else { return };
    let lists_calls = session.lists_calls();
    let cursor = if focus == Pane::Logs { &mut session.logs } else { &mut session.result };
    if focus == Pane::Logs || lists_calls {
        cursor.apply(action, len, height);
    } else {
        cursor.scroll_by(action, len, height);
    }
}

/// What is selected leads to a line of the source, or to a problem of the payload.
pub fn leads_somewhere(state: &AppState) -> bool {
    selected_place(state).is_some() || is_bad_input(state)
}

fn is_bad_input(state: &AppState) -> bool {
    let failure = state.session().and_then(Session::failure);
    failure.is_some_and(|failure| failure.kind == FailureKind::BadInput)
}

/// Carries out a command of the log and result panes.
pub fn apply(state: &mut AppState, action: OutputAction, jobs: &mut Vec<Job>) {
    match action {
        OutputAction::OpenSource => {
            if let (Some(place), Some(lambda)) = (selected_place(state), state.at_hand()) {
                let then = match state.screen {
                    Screen::Activity => Then::GoToOfRun(place),
                    _ => Then::GoTo(place),
                };
                update::open_lambda(state, lambda, then, jobs);
            } else if is_bad_input(state) {
                state.set_focus(Pane::Payload);
                invoke::turn_problem(state, Turn::Next);
            }
        }
        OutputAction::Copy => {
            let text = output_text::copied(state);
            state.copy(text, jobs);
            state.inform("Copied");
        }
        OutputAction::CycleLevel => {
            let all = [Level::Debug, Level::Info, Level::Warn, Level::Error];
            state.invoke.level = turn_among(&all, state.invoke.level, Turn::Next);
        }
        OutputAction::ToggleFollow => state.invoke.follow = !state.invoke.follow,
        OutputAction::TurnTab(turn) => {
            if let Some(session) = state.session_mut() {
                session.tab = turn_among(&ResultTab::ALL, session.tab, turn);
                session.show_output();
            }
        }
        OutputAction::OpenCall => {
            if let Some(session) = state.session_mut() {
                session.open_call = Some(session.result.selected);
                session.result = Cursor::default();
            }
        }
        OutputAction::CloseCall => {
            if let Some(session) = state.session_mut()
                && let Some(index) = session.open_call.take()
            {
                session.result = Cursor { selected: index, top: 0 };
            }
        }
        OutputAction::AllowHost => {
            if let Some(host) = state.session().and_then(Session::refused_host) {
                let change = Change::Allow { domain: host.to_owned(), instead_of: None };
                jobs.push(Job::Disk(DiskJob::Change(Box::new(change))));
            }
        }
    }
}

/// The place in the source that the focused pane speaks of: the failure's, the call's or the selected log line's. Where no
/// log line names one, as when the source does not compile, the failure is all there is to go to.
fn selected_place(state: &AppState) -> Option<Place> {
    let session = state.session()?;
    if state.focus() == Pane::Logs {
        if let Some(line) = selected_log_line(state, session) {
            return Some(Place::new(line, 1));
        }
    } else if let Some(line) = session.call_at_hand().and_then(|call| call.line) {
        return Some(Place::new(line, 1));
    }
    let failure = session.failure()?;
    failure.place.or_else(|| failure.stack.iter().find_map(|frame| frame.place))
}

/// The line of the source that wrote the selected log line.
fn selected_log_line(state: &AppState, session: &Session) -> Option<u32> {
    let lines = session.log_lines();
    let (level, selected) = (state.invoke.level, session.logs.selected);
    let line = match level {
        Level::Debug => lines.get(selected)?,
        level => lines.iter().filter(|line| line.level >= level).nth(selected)?,
    };
    line.line
}

/// Shows the selected log line in full below the others when its row is too short for it.
pub fn settle_detail(state: &mut AppState) {
    /// What stands before the message: time, level, line.
    const BEFORE: usize = 26;
    const ENOUGH: usize = 8 * 1024;
    let (width, rows) = layout::log_room(state);
    let selected = || {
        let session = state.session().filter(|_| state.focus() == Pane::Logs)?;
        let lines = session.log_lines();
        let index = match state.invoke.level {
            Level::Debug => session.logs.selected,
            _ => *state.invoke.shown_lines(lines).get(session.logs.selected)?,
        };
        let text = output_text::log_text(lines.get(index)?, ENOUGH);
        (text.contains('\n') || text.chars().count() + BEFORE > width).then_some(text)
    };
    let detail = selected().map_or_else(Vec::new, |text| {
        let rows_of = text.lines().flat_map(|line| cut_into(line, width));
        rows_of.take(rows).collect()
    });
    if let Some(session) = state.session_mut() {
        session.detail = detail;
    }
}

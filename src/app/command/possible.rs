//! When a command can be carried out, and why not.

use super::{Possible, Reason};
use crate::app::deployed::Serving;
use crate::app::dialogs::Dialog;
use crate::app::dialogs::confirm::Purpose;
use crate::app::dialogs::quick_open::Target;
use crate::app::dialogs::setup;
use crate::app::screens::invoke::PayloadChoice;
use crate::app::screens::output;
use crate::app::screens::session::Session;
use crate::app::screens::settings::{self, Entry, PlannedRow};
use crate::app::state::{AppState, Pane, ProjectKind, Screen};
use crate::language::highlight::Syntax;

fn holds(condition: bool, reason: &'static str) -> Possible {
    if condition { Ok(()) } else { Err(Reason::Words(reason)) }
}

/// Whether what the command `id` does has been done.
fn first(condition: bool, (id, does): (&'static str, &'static str)) -> Possible {
    if condition { Ok(()) } else { Err(Reason::First(id, does)) }
}

#[expect(clippy::unnecessary_wraps, reason = "the table's column has this type")]
pub(super) fn always(_: &AppState) -> Possible {
    Ok(())
}

pub(super) fn in_workspace(state: &AppState) -> Possible {
    holds(state.project.takes_lambdas(), "there is no workspace here")
}

pub(super) fn any_lambda(state: &AppState) -> Possible {
    holds(!state.project.lambdas.is_empty(), "there is no lambda yet")
}

pub(super) fn workspace_problem(state: &AppState) -> Possible {
    holds(state.workspace_problem_count() > 0, "nothing is wrong with the workspace's files")
}

pub(super) fn lambda_at_hand(state: &AppState) -> Possible {
    holds(state.at_hand().is_some(), "no lambda is open or selected")
}

pub(super) fn lambda_deployable(state: &AppState) -> Possible {
    in_workspace(state)?;
    lambda_at_hand(state)
}

pub(super) fn lambda_deployed(state: &AppState) -> Possible {
    lambda_deployable(state)?;
    let lambda = state.at_hand();
    let deployed = lambda.is_some_and(|lambda| state.deployed.deployment(&lambda).is_some());
    holds(deployed, "the lambda is not deployed")
}

pub(super) fn lambda_known(state: &AppState) -> Possible {
    lambda_deployable(state)?;
    let known = state.at_hand().is_some_and(|lambda| state.deployed.is_known(&lambda));
    holds(known, "the lambda was never deployed")
}

pub(super) fn lambda_undeployed(state: &AppState) -> Possible {
    lambda_known(state)?;
    holds(lambda_deployed(state).is_err(), "the lambda is deployed")
}

pub(super) fn not_listening(state: &AppState) -> Possible {
    let unheard = matches!(state.deployed.serving, Serving::Here { unheard: Some(_), .. });
    holds(unheard, "the IDE listens already, or does not execute what is deployed")
}

pub(super) fn run_ongoing(state: &AppState) -> Possible {
    let ongoing = state.activity.focus == Pane::Runs && state.activity.selected_ongoing().is_some();
    let listed = state.screen == Screen::Activity && state.activity.open.is_none();
    holds(ongoing && listed, "no run that goes on is selected")
}

pub(super) fn run_selected(state: &AppState) -> Possible {
    holds(run_ongoing(state).is_err(), "the run goes on; its record is there when it has ended")?;
    let selected = match state.activity.focus {
        Pane::Letters => state.activity.selected_letter().is_some(),
        _ => state.activity.selected().is_some(),
    };
    holds(selected && state.screen == Screen::Activity, "no run is selected")
}

pub(super) fn run_open(state: &AppState) -> Possible {
    let open = state.screen == Screen::Activity && state.activity.open.is_some();
    holds(open, "no run is open")
}

pub(super) fn letter_at_hand(state: &AppState) -> Possible {
    let at_hand = state.screen == Screen::Activity && state.activity.letter_at_hand().is_some();
    holds(at_hand, "no dead letter is selected")
}

pub(super) fn any_letter(state: &AppState) -> Possible {
    holds(state.activity.queue.dead > 0, "there are no dead letters")
}

pub(super) fn lambda_selected(state: &AppState) -> Possible {
    let selected =
        state.lambdas.focus == Pane::Lambdas && state.lambdas.selected(&state.project).is_some();
    holds(selected, "no lambda is selected")
}

pub(super) fn lambda_selected_in_workspace(state: &AppState) -> Possible {
    in_workspace(state)?;
    lambda_selected(state)
}

pub(super) fn lambda_has_needs(state: &AppState) -> Possible {
    lambda_selected_in_workspace(state)?;
    let lambda = state.lambdas.selected(&state.project);
    let needs = lambda.and_then(|lambda| setup::needs_of(state, &lambda.name));
    holds(needs.is_some_and(|needs| !needs.is_empty()), "its template needs nothing to be set up")
}

pub(super) fn lambda_in_workspace(state: &AppState) -> Possible {
    holds(
        state.project.kind != ProjectKind::Loose,
        "a script outside a workspace has no saved payloads",
    )?;
    lambda_at_hand(state)
}

pub(super) fn document_open(state: &AppState) -> Possible {
    holds(state.document().is_some(), "no file is open")
}

pub(super) fn file_selected(state: &AppState) -> Possible {
    let selected = match state.dialogs.last() {
        Some(Dialog::QuickOpen(dialog)) => dialog.picker.selected(),
        _ => None,
    };
    holds(
        selected.is_some_and(|entry| matches!(entry.value, Target::File(_))),
        "no file is selected",
    )
}

pub(super) fn asks_of_conflict(state: &AppState) -> Possible {
    let purpose = purpose(state);
    holds(matches!(purpose, Some(Purpose::Conflict { .. })), "no file was changed on the disk")
}

pub(super) fn asks_of_recovery(state: &AppState) -> Possible {
    holds(matches!(purpose(state), Some(Purpose::Recover(_))), "nothing was left unsaved")
}

fn purpose(state: &AppState) -> Option<&Purpose> {
    match state.dialogs.last()? {
        Dialog::Confirm(confirm) => Some(&confirm.purpose),
        _ => None,
    }
}

pub(super) fn several_tabs(state: &AppState) -> Possible {
    holds(state.editor.tabs.files.len() > 1, "no other file is open")
}

pub(super) fn has_closed(state: &AppState) -> Possible {
    holds(state.editor.tabs.has_closed(), "no file was closed")
}

pub(super) fn has_problem(state: &AppState) -> Possible {
    let any = state.text_pane().is_some_and(|pane| !pane.diagnostics.is_empty());
    holds(any, "there is no problem")
}

pub(super) fn code_focused(state: &AppState) -> Possible {
    holds(state.text_pane().is_none_or(|pane| pane.syntax != Syntax::Json), "JSON has no comments")
}

pub(super) fn replaces(state: &AppState) -> Possible {
    let replaces = state.find.as_ref().is_some_and(|bar| bar.replacement.is_some());
    first(replaces, ("find.replace", "opens the field for the replacement"))
}

pub(super) fn search_replaces(state: &AppState) -> Possible {
    let replaces = matches!(state.dialogs.last(), Some(Dialog::Search(dialog)) if dialog.replaces);
    first(replaces, ("dialog.next", "goes to the field for the replacement"))
}

pub(super) fn running(state: &AppState) -> Possible {
    holds(state.session().is_some_and(|session| session.running.is_some()), "nothing is running")
}

pub(super) fn names_place(state: &AppState) -> Possible {
    holds(output::leads_somewhere(state), "nothing here names a line of the source")
}

pub(super) fn has_run(state: &AppState) -> Possible {
    holds(
        state
            .session()
            .is_some_and(|session| !session.runs.is_empty() || session.running.is_some()),
        "it has not been run yet",
    )
}

pub(super) fn payload_saved(state: &AppState) -> Possible {
    let saved =
        state.session().is_some_and(|session| matches!(session.choice, PayloadChoice::Saved(_)));
    holds(saved, "the payload that is shown is not a saved one")
}

pub(super) fn logs_focused(state: &AppState) -> Possible {
    holds(state.focus() == Pane::Logs, "the logs do not have the focus")
}

pub(super) fn result_focused(state: &AppState) -> Possible {
    holds(state.focus() == Pane::Result, "the result does not have the focus")
}

pub(super) fn has_preview(state: &AppState) -> Possible {
    holds(state.dialogs.last().is_some_and(Dialog::has_preview), "there is nothing to scroll")
}

fn selected_setting(state: &AppState) -> Option<Entry> {
    (state.screen == Screen::Settings).then(|| settings::selected(state)).flatten()
}

pub(super) fn setting_selected(state: &AppState) -> Possible {
    in_workspace(state)?;
    holds(selected_setting(state).is_some(), "no setting is selected")
}

pub(super) fn named_setting_selected(state: &AppState) -> Possible {
    in_workspace(state)?;
    let named = matches!(selected_setting(state), Some(Entry::Secret(..) | Entry::Variable { .. }));
    holds(named, "no secret and no variable is selected")
}

pub(super) fn schedule_selected(state: &AppState) -> Possible {
    in_workspace(state)?;
    let row = selected_setting(state);
    let known = matches!(row, Some(Entry::Schedule(PlannedRow::Known(_))));
    holds(known, "no deployed schedule is selected")
}

pub(super) fn secret_selected(state: &AppState) -> Possible {
    in_workspace(state)?;
    holds(matches!(selected_setting(state), Some(Entry::Secret(..))), "no secret is selected")
}

pub(super) fn source_focused(state: &AppState) -> Possible {
    let source = state.document().is_some_and(|document| document.file.is_source());
    holds(source && state.editor.is_in_shown(), "the cursor is not in a lambda's source")
}

pub(super) fn offered(state: &AppState) -> Possible {
    holds(state.editor.assist.offer.is_some(), "nothing is offered")
}

pub(super) fn offer_chosen(state: &AppState) -> Possible {
    let chosen = state.editor.assist.offer.as_ref().is_some_and(|offer| offer.chosen);
    holds(chosen, "nobody has moved in the list")
}

pub(super) fn assist_open(state: &AppState) -> Possible {
    holds(state.editor.assist.is_open(), "nothing is shown over the code")
}

pub(super) fn has_holes(state: &AppState) -> Possible {
    holds(state.editor.assist.has_holes(), "nothing is to be filled in")
}

pub(super) fn call_selected(state: &AppState) -> Possible {
    let selected =
        state.session().is_some_and(|it| it.lists_calls() && it.call_at_hand().is_some());
    holds(selected, "no call is selected")
}

pub(super) fn call_open(state: &AppState) -> Possible {
    // While a lambda runs, the pane shows that, and Esc is its end.
    let is_open = |it: &Session| it.open_call.is_some() && it.running.is_none();
    holds(state.session().is_some_and(is_open), "no call is open")
}

pub(super) fn host_refused(state: &AppState) -> Possible {
    in_workspace(state)?;
    let refused = state.session().is_some_and(|session| session.refused_host().is_some());
    holds(refused, "no host was refused")
}

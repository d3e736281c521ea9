//! What the mouse does in a dialog.

use crate::app::action::{DialogAction, ListAction, Turn};
use crate::app::dialogs::{self, Dialog, picker::PickerRow};
use crate::app::hints;
use crate::app::input::{Mouse, MouseKind};
use crate::app::job::Job;
use crate::app::layout::{self, DialogLayout};
use crate::app::state::AppState;
use crate::app::update;
use ratatui::layout::{Position as Cell, Rect};

/// Takes in what the mouse did while a dialog is open.
pub(super) fn mouse(state: &mut AppState, event: Mouse, jobs: &mut Vec<Job>) {
    let parts = layout::dialog_layout(state);
    match event.kind {
        MouseKind::WheelUp => wheel(state, &parts, (event.at, Turn::Previous), jobs),
        MouseKind::WheelDown => wheel(state, &parts, (event.at, Turn::Next), jobs),
        MouseKind::Press(_) | MouseKind::RightPress if parts.list.contains(event.at) => {
            press_row(state, event, (event.at.y - parts.list.y) as usize, jobs);
        }
        MouseKind::Press(_) if parts.bottom.contains(event.at) => {
            press_answer(state, parts.bottom, event.at, jobs);
        }
        MouseKind::Press(_) => {
            let mut hints = hints::in_dialog(state, parts.outer).into_iter();
            let hit = hints.find(|(_, rect)| rect.contains(event.at));
            if let Some((hint, _)) = hit {
                update::command(state, hint.command, jobs);
            }
        }
        MouseKind::MiddlePress | MouseKind::RightPress | MouseKind::Drag | MouseKind::Release => {}
    }
}

/// The wheel scrolls what is shown of the selected entry while it is over that, and the list anywhere else.
fn wheel(
    state: &mut AppState,
    parts: &DialogLayout,
    (at, turn): (Cell, Turn),
    jobs: &mut Vec<Job>,
) {
    let is_beside = parts.preview != parts.list && parts.preview.contains(at);
    if is_beside && state.dialogs.last().is_some_and(Dialog::has_preview) {
        return dialogs::apply(state, DialogAction::ScrollPreview(turn), jobs);
    }
    dialogs::list(state, if turn == Turn::Next { ListAction::Down } else { ListAction::Up });
}

/// Selects a row; twice takes it. Of versions the right button marks one, and Ctrl or Shift hold the one that was selected
/// against the one that is now.
fn press_row(state: &mut AppState, event: Mouse, row: usize, jobs: &mut Vec<Job>) {
    let adds = event.held.ctrl || event.held.shift;
    if let Some(Dialog::Versions(dialog)) = state.dialogs.last_mut().filter(|_| adds) {
        dialog.mark_first();
    }
    if !select_row(state, row) {
        return;
    }
    match event.kind {
        MouseKind::Press(2) if !adds => dialogs::apply(state, DialogAction::Accept, jobs),
        MouseKind::RightPress => {
            if let Some(Dialog::Versions(dialog)) = state.dialogs.last_mut() {
                dialog.mark();
            }
        }
        _ => {}
    }
}

fn select_row(state: &mut AppState, row: usize) -> bool {
    fn select<T>(picker: &mut dialogs::picker::Picker<T>, row: usize) -> bool {
        let Some(PickerRow::Match(index)) = picker.rows().get(picker.cursor.top + row).copied()
        else {
            return false;
        };
        picker.cursor.selected = index;
        true
    }
    match state.dialogs.last_mut() {
        Some(Dialog::NewLambda(dialog)) if dialog.template_picker().is_some() => {
            select(&mut dialog.templates, row)
        }
        Some(Dialog::NewLambda(dialog)) if !dialog.is_naming() => select(&mut dialog.events, row),
        Some(Dialog::Help(dialog)) => select(&mut dialog.picker, row),
        Some(Dialog::QuickOpen(dialog)) => select(&mut dialog.picker, row),
        Some(Dialog::Pick(dialog)) => select(&mut dialog.picker, row),
        Some(Dialog::Versions(dialog)) => select(&mut dialog.picker, row),
        Some(Dialog::Search(dialog)) => dialog.select(row),
        _ => false,
    }
}

fn press_answer(state: &mut AppState, bottom: Rect, at: Cell, jobs: &mut Vec<Job>) {
    let Some(Dialog::Confirm(confirm)) = state.dialogs.last_mut() else { return };
    let hit = layout::answer_rects(bottom, &confirm.answers)
        .into_iter()
        .position(|rect| rect.contains(at));
    if let Some(answer) = hit {
        confirm.selected = answer;
        dialogs::apply(state, DialogAction::Accept, jobs);
    }
}

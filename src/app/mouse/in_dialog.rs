//! What the mouse does in a dialog.

use crate::app::action::{DialogAction, ListAction};
use crate::app::dialogs::{self, Dialog, picker::PickerRow};
use crate::app::input::{Mouse, MouseKind};
use crate::app::job::Job;
use crate::app::layout;
use crate::app::state::AppState;
use ratatui::layout::{Position as Cell, Rect};

/// Takes in what the mouse did while a dialog is open.
pub(super) fn mouse(state: &mut AppState, event: Mouse, jobs: &mut Vec<Job>) {
    let parts = layout::dialog_layout(state);
    match event.kind {
        MouseKind::WheelUp => dialogs::list(state, ListAction::Up),
        MouseKind::WheelDown => dialogs::list(state, ListAction::Down),
        MouseKind::Press(clicks) if parts.list.contains(event.at) => {
            let row = (event.at.y - parts.list.y) as usize;
            if select_row(state, row) && clicks == 2 {
                dialogs::apply(state, DialogAction::Accept, jobs);
            }
        }
        MouseKind::Press(_) if parts.bottom.contains(event.at) => {
            press_answer(state, parts.bottom, event.at, jobs);
        }
        MouseKind::Press(_)
        | MouseKind::MiddlePress
        | MouseKind::RightPress
        | MouseKind::Drag
        | MouseKind::Release => {}
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

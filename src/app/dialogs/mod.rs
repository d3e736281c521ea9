//! Dialogs: a stack, the innermost on top. Each file owns one dialog's state and what its keys do.

pub mod commands;
pub mod confirm;
pub mod connect;
pub mod executing;
pub mod key_probe;
pub mod new_lambda;
pub mod payloads;
pub mod pick;
pub mod picker;
pub mod prompt;
pub mod quick_open;
pub mod search;
pub mod setup;
pub mod theme;
pub mod versions;

use super::action::{DialogAction, FieldAction, ListAction};
use super::command::Context;
use super::job::Job;
use super::layout;
use super::state::AppState;
pub use commands::HelpDialog;
pub use confirm::Confirm;
pub use key_probe::KeyProbe;
pub use new_lambda::NewLambdaDialog;
pub use pick::Pick;
pub use prompt::Prompt;
pub use quick_open::QuickOpen;
pub use search::SearchDialog;
pub use versions::VersionsDialog;

/// A dialog.
#[derive(Debug)]
pub enum Dialog {
    /// The steps that lead to a new lambda.
    NewLambda(Box<NewLambdaDialog>),
    /// The help.
    Help(HelpDialog),
    /// The palette.
    QuickOpen(Box<QuickOpen>),
    /// A choice from a list.
    Pick(Pick),
    /// A question.
    Confirm(Confirm),
    /// A request for one line of text.
    Prompt(Prompt),
    /// What the terminal sends.
    KeyProbe(KeyProbe),
    /// A search through all lambdas.
    Search(Box<SearchDialog>),
    /// The versions of a lambda.
    Versions(Box<VersionsDialog>),
}

impl Dialog {
    /// Where its keys count, the innermost first.
    pub fn contexts(&self) -> &'static [Context] {
        match self {
            Self::NewLambda(dialog) if dialog.is_naming() => &[Context::Field, Context::Dialog],
            Self::NewLambda(_) | Self::Help(_) | Self::QuickOpen(_) | Self::Pick(_) => {
                &[Context::Picker, Context::Dialog, Context::Field]
            }
            Self::Confirm(confirm) if confirm.comparison.is_some() => {
                &[Context::Compare, Context::Confirm, Context::Dialog, Context::List]
            }
            Self::Versions(_) => {
                &[Context::Versions, Context::Picker, Context::Dialog, Context::Field]
            }
            Self::Confirm(_) => &[Context::Confirm, Context::Dialog, Context::List],
            Self::Prompt(_) => &[Context::Field, Context::Dialog],
            Self::KeyProbe(_) => &[],
            Self::Search(_) => &[Context::Search, Context::Picker, Context::Dialog, Context::Field],
        }
    }

    /// It shows more than fits: code, or a comparison.
    pub fn has_preview(&self) -> bool {
        match self {
            Self::NewLambda(dialog) => dialog.template_picker().is_some(),
            Self::Confirm(confirm) => confirm.comparison.is_some(),
            Self::QuickOpen(dialog) => dialog.preview.is_some(),
            Self::Versions(_) => true,
            Self::Help(_)
            | Self::Pick(_)
            | Self::Prompt(_)
            | Self::KeyProbe(_)
            | Self::Search(_) => false,
        }
    }
}

/// Types a character into the dialog on top.
pub fn type_char(state: &mut AppState, c: char) {
    match state.dialogs.last_mut() {
        Some(Dialog::NewLambda(dialog)) => dialog.type_char(c),
        Some(Dialog::Help(dialog)) => dialog.picker.type_char(c),
        Some(Dialog::QuickOpen(_)) => quick_open::edit(state, |picker| picker.type_char(c)),
        Some(Dialog::Pick(dialog)) => dialog.picker.type_char(c),
        Some(Dialog::Versions(dialog)) => dialog.picker.type_char(c),
        Some(Dialog::Prompt(dialog)) => dialog.type_char(c),
        Some(Dialog::Search(dialog)) => dialog.focused_field().insert(c),
        Some(Dialog::Confirm(_) | Dialog::KeyProbe(_)) | None => {}
    }
}

/// Pastes a text into the dialog on top.
pub fn paste(state: &mut AppState, text: &str) {
    match state.dialogs.last_mut() {
        Some(Dialog::NewLambda(dialog)) => dialog.paste(text),
        Some(Dialog::Help(dialog)) => dialog.picker.paste(text),
        Some(Dialog::QuickOpen(_)) => quick_open::edit(state, |picker| picker.paste(text)),
        Some(Dialog::Pick(dialog)) => dialog.picker.paste(text),
        Some(Dialog::Versions(dialog)) => dialog.picker.paste(text),
        Some(Dialog::Prompt(dialog)) => dialog.paste(text),
        Some(Dialog::Search(dialog)) => dialog.focused_field().paste(text),
        Some(Dialog::Confirm(_) | Dialog::KeyProbe(_)) | None => {}
    }
}

/// Edits the field of the dialog on top.
pub fn field(state: &mut AppState, action: FieldAction) {
    let clipboard = &state.desk.clipboard;
    match state.dialogs.last_mut() {
        Some(Dialog::NewLambda(dialog)) => dialog.edit(action, clipboard),
        Some(Dialog::Help(dialog)) => dialog.picker.edit(action, clipboard),
        Some(Dialog::QuickOpen(_)) => quick_open::field(state, action),
        Some(Dialog::Pick(dialog)) => dialog.picker.edit(action, clipboard),
        Some(Dialog::Versions(dialog)) => dialog.picker.edit(action, clipboard),
        Some(Dialog::Prompt(dialog)) => dialog.edit(action, clipboard),
        Some(Dialog::Search(dialog)) => search::edit(dialog, action, clipboard),
        Some(Dialog::Confirm(_) | Dialog::KeyProbe(_)) | None => {}
    }
}

/// Moves the selection in the dialog on top.
pub fn list(state: &mut AppState, action: ListAction) {
    let height = layout::dialog_list_height(state);
    match state.dialogs.last_mut() {
        Some(Dialog::NewLambda(dialog)) => dialog.list(action, height),
        Some(Dialog::Help(dialog)) => dialog.picker.list(action, height),
        Some(Dialog::QuickOpen(dialog)) => dialog.picker.list(action, height),
        Some(Dialog::Pick(dialog)) => dialog.picker.list(action, height),
        Some(Dialog::Versions(dialog)) => dialog.list(action, height),
        Some(Dialog::Confirm(dialog)) => dialog.scroll(action, height),
        Some(Dialog::Search(dialog)) => dialog.list(action, height),
        Some(Dialog::Prompt(_) | Dialog::KeyProbe(_)) | None => {}
    }
}

/// Carries out a command of the dialog on top.
pub fn apply(state: &mut AppState, action: DialogAction, jobs: &mut Vec<Job>) {
    let Some(dialog) = state.dialogs.pop() else { return };
    match dialog {
        Dialog::NewLambda(dialog) => new_lambda::apply(state, dialog, action, jobs),
        Dialog::Help(dialog) => commands::apply(state, dialog, action, jobs),
        Dialog::QuickOpen(dialog) => quick_open::apply(state, dialog, action, jobs),
        Dialog::Pick(dialog) => pick::apply(state, dialog, action, jobs),
        Dialog::Confirm(dialog) => confirm::apply(state, dialog, action, jobs),
        Dialog::Prompt(dialog) => prompt::apply(state, dialog, action, jobs),
        Dialog::KeyProbe(dialog) => state.dialogs.push(Dialog::KeyProbe(dialog)),
        Dialog::Search(dialog) => search::apply(state, dialog, action, jobs),
        Dialog::Versions(dialog) => versions::apply(state, dialog, action, jobs),
    }
}

/// Keeps the selections of the dialogs valid and in sight.
pub fn settle(state: &mut AppState, jobs: &mut Vec<Job>) {
    let height = layout::dialog_list_height(state);
    match state.dialogs.last_mut() {
        Some(Dialog::NewLambda(dialog)) => dialog.settle(height),
        Some(Dialog::Help(dialog)) => dialog.picker.settle(height),
        Some(Dialog::QuickOpen(dialog)) => dialog.picker.settle(height),
        Some(Dialog::Pick(dialog)) => dialog.picker.settle(height),
        Some(Dialog::Versions(dialog)) => dialog.picker.settle(height),
        Some(Dialog::Confirm(dialog)) => dialog.settle(height),
        Some(Dialog::Search(dialog)) => dialog.settle(height),
        Some(Dialog::Prompt(_) | Dialog::KeyProbe(_)) | None => {}
    }
    search::settle(state, jobs);
    new_lambda::settle_preview(state, jobs);
    theme::settle_preview(state);
    quick_open::settle_preview(state, jobs);
    versions::settle(state, jobs);
}

//! From a key to an action, by where the focus is.

use super::action::{Action, AppAction};
use super::command::{Command, Context};
use super::dialogs::Dialog;
use super::input::Key;
use super::screens::editor::SidebarTab;
use super::state::{AppState, Pane};
use std::collections::HashMap;

/// Which key means which command where.
#[derive(Clone, Debug)]
pub struct Keymap {
    by_key: HashMap<(Context, Key), &'static Command>,
}

impl Keymap {
    /// The keys of these commands.
    pub fn of(commands: &'static [Command]) -> Self {
        let keys = commands.iter().flat_map(|command| {
            command.parsed_keys().map(move |key| ((command.context, key), command))
        });
        Self { by_key: keys.collect() }
    }

    /// What `key` means in `context`.
    pub fn get(&self, context: Context, key: Key) -> Option<&'static Command> {
        self.by_key.get(&(context, key)).copied()
    }
}

/// Where the focus is, the innermost context first.
pub fn contexts(state: &AppState) -> Vec<Context> {
    if let Some(dialog) = state.dialogs.last() {
        return dialog.contexts().iter().copied().chain([Context::Always]).collect();
    }
    let mut stack = match state.focus() {
        Pane::Lambdas if filtering(state) => {
            vec![Context::Picker, Context::Dialog, Context::Field, Context::Always]
        }
        Pane::Lambdas | Pane::Events => vec![Context::Lambdas, Context::List],
        Pane::Beside if state.editor.shows_payload() => {
            vec![Context::Text, Context::Invoke, Context::Editor]
        }
        Pane::Code | Pane::Beside => vec![Context::Text, Context::Editor],
        Pane::Sidebar => match state.editor.sidebar.tab {
            SidebarTab::Payload => {
                vec![Context::Tree, Context::Sidebar, Context::List, Context::Editor]
            }
            SidebarTab::Docs => vec![Context::Sidebar, Context::List, Context::Editor],
            SidebarTab::Outline => {
                vec![Context::Outline, Context::Sidebar, Context::List, Context::Editor]
            }
            SidebarTab::Problems => {
                vec![Context::Problems, Context::Sidebar, Context::List, Context::Editor]
            }
        },
        Pane::Payload => vec![Context::Text, Context::Invoke],
        Pane::Logs | Pane::Result => vec![Context::Output, Context::Invoke, Context::List],
        Pane::Settings => vec![Context::Settings, Context::List],
    };
    if finding(state) {
        stack[0] = Context::Field;
        stack.insert(0, Context::Find);
        if state.find.as_ref().is_some_and(super::screens::find::FindBar::replaces) {
            stack.insert(0, Context::Replacement);
        }
    } else if state.focus() == Pane::Code {
        let assist = &state.editor.assist;
        let over = [(assist.is_open(), Context::Assist), (assist.has_holes(), Context::Holes)];
        let over = over.into_iter().filter_map(|(open, context)| open.then_some(context));
        stack.splice(0..0, over);
    }
    if !filtering(state) {
        stack.extend([Context::Global, Context::Always]);
    }
    stack
}

/// The filter of the Lambdas screen takes the letters.
pub fn filtering(state: &AppState) -> bool {
    state.focus() == Pane::Lambdas
        && state.lambdas.filter.as_ref().is_some_and(|filter| filter.focused)
}

/// The find bar takes the letters.
pub fn finding(state: &AppState) -> bool {
    matches!(state.focus(), Pane::Code | Pane::Beside | Pane::Payload)
        && state.find.as_ref().is_some_and(|bar| bar.focused)
}

/// What a key means.
#[derive(Clone, Copy, Debug)]
pub enum Meaning {
    /// A command.
    Command(&'static Command),
    /// A character of text.
    Text(char),
}

/// What `key` means now. A command that is not possible now lets a less narrow context have the key, and is returned
/// only when none wants it.
pub fn meaning(state: &AppState, key: Key) -> Option<Meaning> {
    if let Some(command) = closing(state, key) {
        return Some(Meaning::Command(command));
    }
    let mut impossible = None;
    for context in contexts(state) {
        if context.takes_text()
            && let Some(c) = key.typed()
        {
            return Some(Meaning::Text(c));
        }
        match state.keymap.get(context, key) {
            Some(command) if state.possible(command) => return Some(Meaning::Command(command)),
            Some(command) => impossible = impossible.or(Some(command)),
            None => {}
        }
    }
    impossible.map(Meaning::Command)
}

/// The command that opened the help or the palette, when its key is pressed again; a letter closes only while nothing
/// is typed.
fn closing(state: &AppState, key: Key) -> Option<&'static Command> {
    let (openers, is_empty) = match state.dialogs.last()? {
        Dialog::Help(dialog) => (&[AppAction::Help][..], dialog.picker.field.is_empty()),
        Dialog::QuickOpen(_) => (&[AppAction::Palette, AppAction::Commands][..], false),
        _ => return None,
    };
    let row = [Context::Always, Context::Global]
        .into_iter()
        .find_map(|context| state.keymap.get(context, key));
    row.filter(|row| {
        openers.iter().any(|opener| row.action == Action::App(*opener))
            && (key.typed().is_none() || is_empty)
    })
}

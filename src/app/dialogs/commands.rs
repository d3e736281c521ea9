//! Help and palette: the same table of commands, grouped by place to read, or flat to find one.

use super::Dialog;
use super::picker::{Entry, Picker};
use crate::app::action::{Action, AppAction, DialogAction, TextAction};
use crate::app::command::{COMMANDS, Command, Context};
use crate::app::job::Job;
use crate::app::keymap;
use crate::app::state::AppState;
use crate::app::update;

/// Which of the two it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandsKind {
    /// Every key, those of the focused pane first.
    Help,
    /// Every command that can be meant here.
    Palette,
}

/// Help or palette.
#[derive(Clone, Debug)]
pub struct CommandsDialog {
    /// Which of the two it is.
    pub kind: CommandsKind,
    /// The commands.
    pub picker: Picker<&'static Command>,
}

/// Opens the help or the palette; the key that opened it closes it again.
pub fn open(state: &mut AppState, kind: CommandsKind) {
    if matches!(state.dialogs.last(), Some(Dialog::Commands(dialog)) if dialog.kind == kind) {
        state.dialogs.pop();
        return;
    }
    let picker = Picker::new(match kind {
        CommandsKind::Help => help_entries(state),
        CommandsKind::Palette => palette_entries(state),
    });
    state.dialogs.push(Dialog::Commands(CommandsDialog { kind, picker }));
}

fn entry(state: &AppState, command: &'static Command) -> Entry<&'static Command> {
    let keys: Vec<_> = command.parsed_keys().map(|key| key.to_string()).collect();
    let mut entry =
        Entry::new(command.title, command).with_detail(command.doc).with_right(keys.join("  "));
    entry.disabled = (command.possible)(state).err().map(str::to_owned);
    entry
}

fn help_entries(state: &AppState) -> Vec<Entry<&'static Command>> {
    let here = keymap::contexts(state);
    let mut order: Vec<Context> = here.clone();
    order.extend(
        Context::TITLES
            .iter()
            .map(|(context, _)| *context)
            .filter(|context| !here.contains(context)),
    );
    order
        .into_iter()
        .flat_map(|context| {
            COMMANDS
                .iter()
                .filter(move |command| command.context == context && !command.keys.is_empty())
        })
        .map(|command| entry(state, command).in_group(command.context.title()))
        .collect()
}

/// Everything that can be meant by its name, what can be done here first. What belongs elsewhere is there too, so that
/// one learns of it, but cannot be taken.
fn palette_entries(state: &AppState) -> Vec<Entry<&'static Command>> {
    let here = keymap::contexts(state);
    let elsewhere = |command: &Command| !here.contains(&command.context);
    let mut commands: Vec<&'static Command> =
        COMMANDS.iter().filter(|command| is_named(command.action)).collect();
    commands.sort_by_key(|command| (elsewhere(command), command.rank == 0, command.rank));
    let mut seen: Vec<Action> = Vec::new();
    commands.retain(|command| {
        let new = !seen.contains(&command.action);
        seen.push(command.action);
        new
    });
    let entries = commands.into_iter().map(|command| {
        let mut entry = entry(state, command);
        if elsewhere(command) {
            entry.disabled = Some(format!("it belongs to: {}", command.context.title()));
        }
        entry
    });
    entries.collect()
}

/// Nobody looks for these by name: a key does them or nothing.
fn is_named(action: Action) -> bool {
    match action {
        Action::List(_)
        | Action::Field(_)
        | Action::Dialog(_)
        | Action::App(AppAction::Palette) => false,
        Action::Text(text) => !matches!(
            text,
            TextAction::Move(_)
                | TextAction::Select(_)
                | TextAction::Newline
                | TextAction::Backspace
                | TextAction::Delete
        ),
        _ => true,
    }
}

/// Carries out the selected command, once the dialog is closed.
pub fn apply(
    state: &mut AppState,
    dialog: CommandsDialog,
    action: DialogAction,
    jobs: &mut Vec<Job>,
) {
    let DialogAction::Accept = action else {
        if action != DialogAction::Back {
            state.dialogs.push(Dialog::Commands(dialog));
        }
        return;
    };
    let Some(entry) = dialog.picker.selected() else {
        state.dialogs.push(Dialog::Commands(dialog));
        return;
    };
    let command = entry.value;
    if keymap::contexts(state).contains(&command.context) {
        update::command(state, command, jobs);
    } else {
        let place = command.context.title();
        state.dialogs.push(Dialog::Commands(dialog));
        state.warn(format!("{} belongs elsewhere: {place}", command.title));
    }
}

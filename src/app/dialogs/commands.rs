//! The help, and the commands as the palette lists them: the same table, grouped by place to read, or flat to find one.

use super::Dialog;
use super::picker::{Entry, Picker};
use super::quick_open::Target;
use crate::app::action::{Action, AppAction, DialogAction, TextAction};
use crate::app::command::{COMMANDS, Command, Context};
use crate::app::job::Job;
use crate::app::keymap;
use crate::app::state::AppState;
use crate::app::update;

/// The help: every key, those of the focused pane first.
#[derive(Clone, Debug)]
pub struct HelpDialog {
    /// The commands.
    pub picker: Picker<&'static Command>,
}

/// Opens the help; the key that opened it closes it again.
pub fn open_help(state: &mut AppState) {
    if matches!(state.dialogs.last(), Some(Dialog::Help(_))) {
        state.dialogs.pop();
        return;
    }
    let picker = Picker::new(help_entries(state));
    state.dialogs.push(Dialog::Help(HelpDialog { picker }));
}

fn entry<T>(state: &AppState, command: &'static Command, value: T) -> Entry<T> {
    let keys: Vec<_> = state.keymap.keys(command).map(|key| key.to_string()).collect();
    let mut entry =
        Entry::new(command.title, value).with_detail(command.doc).with_right(keys.join("  "));
    entry.disabled = (command.possible)(state).err().map(|it| it.told(&state.keymap));
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
                .filter(move |command| command.context == context && is_of_the_keys(state, command))
        })
        .map(|command| entry(state, command, command).in_group(command.context.title()))
        .collect()
}

/// It has a key, or is about keys.
fn is_of_the_keys(state: &AppState, command: &Command) -> bool {
    state.keymap.shown(command).is_some() || command.action == Action::App(AppAction::ProbeKeys)
}

/// Everything that can be meant by its name, what can be done here first. What belongs elsewhere is there too, so that
/// one learns of it, but cannot be taken.
pub fn entries(state: &AppState) -> Vec<Entry<Target>> {
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
        let mut entry = entry(state, command, Target::Command(command.id));
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
        | Action::App(AppAction::Palette | AppAction::Commands) => false,
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
pub fn apply(state: &mut AppState, dialog: HelpDialog, action: DialogAction, jobs: &mut Vec<Job>) {
    let DialogAction::Accept = action else {
        if action != DialogAction::Back {
            state.dialogs.push(Dialog::Help(dialog));
        }
        return;
    };
    let taken = match dialog.picker.selected() {
        Some(entry) => take(state, entry.value, jobs),
        None => return state.dialogs.push(Dialog::Help(dialog)),
    };
    if let Err(elsewhere) = taken {
        state.dialogs.push(Dialog::Help(dialog));
        state.warn(elsewhere);
    }
}

/// Carries out a command where the focus is; says where it belongs when that is elsewhere.
pub fn take(state: &mut AppState, command: &Command, jobs: &mut Vec<Job>) -> Result<(), String> {
    if !keymap::contexts(state).contains(&command.context) {
        let place = command.context.title();
        return Err(format!("{} belongs elsewhere: {place}", command.title));
    }
    update::command(state, command, jobs);
    Ok(())
}

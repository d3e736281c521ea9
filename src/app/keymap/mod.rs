//! From a key to an action, by where the focus is.

mod file;

pub use file::{example, read};

use super::action::{Action, AppAction};
use super::command::{COMMANDS, Command, Context, command_for};
use super::dialogs::Dialog;
use super::input::Key;
use super::screens::editor::SidebarTab;
use super::screens::invoke::ResultTab;
use super::state::{AppState, Pane, Screen};
use std::collections::HashMap;

/// One key of a command.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// Where it counts.
    pub context: Context,
    /// The key.
    pub key: Key,
    /// What it does.
    pub command: &'static Command,
}

/// Which key means which command where.
#[derive(Clone, Debug)]
pub struct Keymap {
    by_key: HashMap<(Context, Key), &'static Command>,
    /// The keys of each command, by its id, in the order in which they are shown.
    by_command: HashMap<&'static str, Vec<(Context, Key)>>,
}

/// The keys of the table.
impl Default for Keymap {
    fn default() -> Self {
        Self::of(Self::defaults())
    }
}

impl Keymap {
    /// The keys of these bindings; of two for one key in one context the last one counts.
    pub fn of(bindings: impl IntoIterator<Item = Binding>) -> Self {
        let (mut by_key, mut by_command) = (HashMap::new(), HashMap::<_, Vec<_>>::new());
        for Binding { context, key, command } in bindings {
            by_key.insert((context, key), command);
            by_command.entry(command.id).or_default().push((context, key));
        }
        Self { by_key, by_command }
    }

    /// The keys that the table gives.
    pub fn defaults() -> impl Iterator<Item = Binding> {
        COMMANDS.iter().flat_map(|command| {
            command.parsed_keys().map(|key| Binding { context: command.context, key, command })
        })
    }

    /// What `key` means in `context`.
    pub fn get(&self, context: Context, key: Key) -> Option<&'static Command> {
        self.by_key.get(&(context, key)).copied()
    }

    /// The keys of `command` in its own context, the one that is shown first.
    pub fn keys(&self, command: &Command) -> impl Iterator<Item = Key> {
        self.keys_in(command, command.context)
    }

    /// The keys of `command` in `context`.
    pub fn keys_in(&self, command: &Command, context: Context) -> impl Iterator<Item = Key> {
        let keys = self.by_command.get(command.id).into_iter().flatten();
        keys.filter(move |(place, _)| *place == context).map(|(_, key)| *key)
    }

    /// The key that is shown for `command`.
    pub fn shown(&self, command: &Command) -> Option<Key> {
        self.keys(command).next()
    }

    /// What to press for `action`, for a sentence that begins with it.
    pub fn word(&self, action: Action) -> String {
        self.word_of(command_for(action))
    }

    /// What to press for the command with this id, for a sentence that begins with it.
    pub fn word_for(&self, id: &str) -> String {
        self.word_of(COMMANDS.iter().find(|command| command.id == id))
    }

    fn word_of(&self, command: Option<&Command>) -> String {
        match command.and_then(|command| self.shown(command)) {
            Some(key) => key.to_string(),
            None => format!("`{}` in the palette", command.map_or("", |command| command.title)),
        }
    }
}

/// The contexts as they lie on top of each other, the innermost first, for every place the focus can have.
pub const STACKS: &[(&str, &[Context])] = {
    use Context as C;
    &[
        ("lambdas", &[C::Lambdas, C::List, C::Global, C::Always]),
        ("filter", &[C::Picker, C::Dialog, C::Field, C::Always]),
        ("code", &[C::Text, C::Editor, C::Global, C::Always]),
        ("completions", &[C::Assist, C::Holes, C::Text, C::Editor, C::Global, C::Always]),
        ("what was inserted", &[C::Holes, C::Text, C::Editor, C::Global, C::Always]),
        ("outline", &[C::Outline, C::Sidebar, C::List, C::Editor, C::Global, C::Always]),
        ("docs", &[C::Sidebar, C::List, C::Editor, C::Global, C::Always]),
        ("find in code", &[C::Find, C::Field, C::Editor, C::Global, C::Always]),
        ("replace in code", &[C::Replacement, C::Find, C::Field, C::Editor, C::Global, C::Always]),
        ("tree", &[C::Tree, C::Sidebar, C::List, C::Editor, C::Global, C::Always]),
        ("problems", &[C::Problems, C::Sidebar, C::List, C::Editor, C::Global, C::Always]),
        ("payload", &[C::Text, C::Invoke, C::Global, C::Always]),
        ("payload beside code", &[C::Text, C::Invoke, C::Editor, C::Global, C::Always]),
        ("find in payload", &[C::Find, C::Field, C::Invoke, C::Global, C::Always]),
        ("settings", &[C::Settings, C::List, C::Global, C::Always]),
        ("output", &[C::Output, C::Invoke, C::List, C::Global, C::Always]),
        ("picker dialog", &[C::Picker, C::Dialog, C::Field, C::Always]),
        ("comparison", &[C::Compare, C::Confirm, C::Dialog, C::List, C::Always]),
        ("activity", &[C::Activity, C::List, C::Global, C::Always]),
        ("kept run", &[C::Output, C::Run, C::List, C::Global, C::Always]),
        ("calls of a kept run", &[C::Calls, C::Output, C::Run, C::List, C::Global, C::Always]),
        ("versions", &[C::Versions, C::Picker, C::Dialog, C::Field, C::Always]),
        ("search in all", &[C::Search, C::Picker, C::Dialog, C::Field, C::Always]),
        ("question", &[C::Confirm, C::Dialog, C::List, C::Always]),
        ("prompt", &[C::Field, C::Dialog, C::Always]),
    ]
};

/// Where the focus is, the innermost context first.
pub fn contexts(state: &AppState) -> Vec<Context> {
    if let Some(dialog) = state.dialogs.last() {
        return dialog.contexts().iter().copied().chain([Context::Always]).collect();
    }
    let around = if state.screen == Screen::Activity { Context::Run } else { Context::Invoke };
    let mut stack = match state.focus() {
        Pane::Lambdas | Pane::Runs if filtering(state) => {
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
        Pane::Payload if state.screen == Screen::Activity => {
            vec![Context::Output, Context::Run, Context::List]
        }
        Pane::Payload => vec![Context::Text, Context::Invoke],
        Pane::Result if state.session().is_some_and(|it| it.tab == ResultTab::Calls) => {
            vec![Context::Calls, Context::Output, around, Context::List]
        }
        Pane::Logs | Pane::Result => vec![Context::Output, around, Context::List],
        Pane::Settings => vec![Context::Settings, Context::List],
        Pane::Runs | Pane::Letters | Pane::Figures => vec![Context::Activity, Context::List],
    };
    if finding(state) {
        stack[0] = Context::Field;
        stack.insert(0, Context::Find);
        if state.find.as_ref().is_some_and(super::screens::find::FindBar::replaces) {
            stack.insert(0, Context::Replacement);
        }
    } else if state.types_in_file() {
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

/// The filter of the Lambdas screen, or of the runs, takes the letters.
pub fn filtering(state: &AppState) -> bool {
    if state.focus() == Pane::Runs {
        return state.activity.filter.focused && state.activity.filter.field.is_some();
    }
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

/// What `key` means in these contexts, the innermost first, whether or not it can be done now.
pub fn meaning_in(keymap: &Keymap, contexts: &[Context], key: Key) -> Option<Meaning> {
    contexts.iter().find_map(|context| {
        let text = key.typed().filter(|_| context.takes_text()).map(Meaning::Text);
        text.or_else(|| keymap.get(*context, key).map(Meaning::Command))
    })
}

/// What `key` means now. A command that is not possible now lets a less narrow context have the key, and is returned
/// only when none wants it.
pub fn meaning(state: &AppState, key: Key) -> Option<Meaning> {
    if let Some(command) = closing(state, key) {
        return Some(Meaning::Command(command));
    }
    let mut impossible = None;
    if meant_as_text(state, key).is_some() {
        return None;
    }
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

/// On a screen with a text beside its lists, who types without looking at the focus means that text: a letter or digit
/// alone shows no other screen there. Gives the command that the key has elsewhere.
pub fn meant_as_text(state: &AppState, key: Key) -> Option<&'static Command> {
    let has_text = matches!(state.screen, Screen::Editor | Screen::Invoke);
    if !has_text || !state.dialogs.is_empty() || key.typed().is_none() {
        return None;
    }
    let found = contexts(state)
        .into_iter()
        .take_while(|context| !context.takes_text())
        .find_map(|context| state.keymap.get(context, key));
    found.filter(|command| matches!(command.action, Action::App(AppAction::Show(_))))
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

//! The one table of commands.
//!
//! One row a command. The keymap, the help, the hints at the bottom, the palette, `lambdeck keys` and the README's
//! table are made from it; nothing else in the program names a key.

mod possible;
mod table;

use super::action::Action;
use super::input::Key;
use super::keymap::Keymap;
use super::state::{AppState, Pane};
pub use table::COMMANDS;

/// Where a command's keys count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Context {
    /// Everywhere, dialogs included.
    Always,
    /// Everywhere but in dialogs.
    Global,
    /// The Lambdas screen.
    Lambdas,
    /// Any list, tree or pane that scrolls line by line.
    List,
    /// Code and payload: text of many lines.
    Text,
    /// The Editor screen.
    Editor,
    /// What is shown over the code: completions, a card, parameters.
    Assist,
    /// The holes of what was inserted.
    Holes,
    /// The Editor screen's sidebar.
    Sidebar,
    /// The payload tree in the sidebar.
    Tree,
    /// The functions and constants in the sidebar.
    Outline,
    /// The list of problems in the sidebar.
    Problems,
    /// The Invoke screen.
    Invoke,
    /// The Invoke screen's logs and results.
    Output,
    /// The lists of the Activity screen.
    Activity,
    /// The run that is open on the Activity screen.
    Run,
    /// The Settings screen.
    Settings,
    /// The list of calls beside the result, and a call that is open.
    Calls,
    /// The find bar.
    Find,
    /// The find bar's field for what takes the place of what is found.
    Replacement,
    /// A question with a comparison to decide by.
    Compare,
    /// The versions of a lambda.
    Versions,
    /// A field of one line.
    Field,
    /// The search through all lambdas.
    Search,
    /// A dialog.
    Dialog,
    /// The list in a dialog, while its field takes the letters.
    Picker,
    /// A question.
    Confirm,
}

impl Context {
    /// The contexts in the order in which help and README list them, with their titles.
    pub const TITLES: &'static [(Self, &'static str)] = &[
        (Self::Always, "Everywhere"),
        (Self::Global, "Outside dialogs"),
        (Self::Lambdas, "Lambdas screen"),
        (Self::Editor, "Editor screen"),
        (Self::Text, "Code and payload"),
        (Self::Assist, "Completions"),
        (Self::Holes, "What was inserted"),
        (Self::Find, "Find bar"),
        (Self::Replacement, "Replacement in the find bar"),
        (Self::Sidebar, "Sidebar"),
        (Self::Tree, "Payload tree"),
        (Self::Outline, "Outline"),
        (Self::Problems, "Problems"),
        (Self::Invoke, "Invoke screen"),
        (Self::Output, "Logs and results"),
        (Self::Activity, "Activity screen"),
        (Self::Run, "Kept run"),
        (Self::Settings, "Settings screen"),
        (Self::Calls, "Calls"),
        (Self::List, "Lists"),
        (Self::Search, "Search in all lambdas"),
        (Self::Dialog, "Dialogs"),
        (Self::Picker, "Lists in dialogs"),
        (Self::Compare, "Comparisons"),
        (Self::Versions, "Versions"),
        (Self::Confirm, "Questions"),
        (Self::Field, "Fields"),
    ];

    /// Where the keys of this context count, in words.
    pub fn title(self) -> &'static str {
        Self::TITLES.iter().find(|(context, _)| *context == self).map_or("", |(_, title)| title)
    }

    /// Its name in the file of keys.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Global => "global",
            Self::Lambdas => "lambdas",
            Self::List => "list",
            Self::Text => "text",
            Self::Editor => "editor",
            Self::Assist => "assist",
            Self::Holes => "holes",
            Self::Outline => "outline",
            Self::Sidebar => "sidebar",
            Self::Tree => "tree",
            Self::Problems => "problems",
            Self::Invoke => "invoke",
            Self::Output => "output",
            Self::Compare => "compare",
            Self::Versions => "versions",
            Self::Calls => "calls",
            Self::Search => "search",
            Self::Activity => "activity",
            Self::Run => "run",
            Self::Settings => "settings",
            Self::Find => "find",
            Self::Replacement => "replacement",
            Self::Field => "field",
            Self::Dialog => "dialog",
            Self::Picker => "picker",
            Self::Confirm => "confirm",
        }
    }

    /// Letters typed here are text.
    pub const fn takes_text(self) -> bool {
        matches!(self, Self::Text | Self::Field)
    }
}

/// Whether a command can be carried out now: the reason when it cannot.
pub type Possible = Result<(), Reason>;

/// Why a command cannot be carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// In these words.
    Words(&'static str),
    /// Something has to be done first: the id of its command, and what its key does.
    First(&'static str, &'static str),
}

impl Reason {
    /// The reason with the keys that are in force.
    pub fn told(self, keymap: &Keymap) -> String {
        match self {
            Self::Words(words) => words.to_owned(),
            Self::First(id, does) => format!("{} {does} first", keymap.word_for(id)),
        }
    }
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Command {
    /// Stable name, `editor.save` for example.
    pub id: &'static str,
    /// Where its keys count.
    pub context: Context,
    /// Its keys as [`Key::parse`] reads them; the first is the one that is shown.
    pub keys: &'static [&'static str],
    /// What it does.
    pub action: Action,
    /// Its place among the hints at the bottom; 0 keeps it out of them.
    pub rank: u8,
    /// Whether it can be done now.
    pub possible: fn(&AppState) -> Possible,
    /// Its name for a person, in a few words.
    pub title: &'static str,
    /// What it does, in a sentence.
    pub doc: &'static str,
}

impl Command {
    /// Its name while `pane` has the focus, where it does something else there.
    pub fn title_on(&self, pane: Pane) -> &'static str {
        match (self.id, pane) {
            ("lambdas.open", Pane::Events) => "Make lambda",
            ("lambdas.next_pane", Pane::Events) => "Lambdas",
            ("activity.next_pane", Pane::Letters) => "Runs",
            _ => self.title,
        }
    }

    /// Its keys, parsed.
    pub fn parsed_keys(&self) -> impl Iterator<Item = Key> + '_ {
        self.keys.iter().filter_map(|text| Key::parse(text))
    }

    /// The key that is shown for it.
    pub fn shown_key(&self) -> Option<Key> {
        self.parsed_keys().next()
    }
}

/// The command that carries out `action`.
pub fn command_for(action: Action) -> Option<&'static Command> {
    COMMANDS.iter().find(|command| command.action == action)
}

/// The keys as a Markdown table, for the README.
pub fn markdown() -> String {
    let mut out = String::new();
    for (context, title) in Context::TITLES {
        let rows: Vec<_> =
            COMMANDS.iter().filter(|c| c.context == *context && !c.keys.is_empty()).collect();
        if rows.is_empty() {
            continue;
        }
        out.extend(["\n**", title, "**\n\n| key | does |\n|---|---|\n"]);
        for row in rows {
            let keys: Vec<_> =
                row.parsed_keys().map(|key| format!("`{}`", key_in_markdown(key))).collect();
            let doc = lower_first(row.doc);
            out.extend(["| ", &keys.join(" "), " | ", row.title, ": ", &doc, " |\n"]);
        }
    }
    out
}

fn key_in_markdown(key: Key) -> String {
    key.to_string().replace('|', "\\|")
}

fn lower_first(text: &str) -> String {
    let mut chars = text.trim_end_matches('.').chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

#[cfg(test)]
mod tests;

//! A request for one line of text.

use super::Dialog;
use crate::app::action::{DialogAction, FieldAction};
use crate::app::field::Field;
use crate::app::job::{DiskJob, Job};
use crate::app::layout;
use crate::app::screens::{find, invoke};
use crate::app::state::{AppState, Project};
use crate::domain::LambdaName;
use crate::editor::Position;

/// What the text is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A lambda's new name.
    Rename(LambdaName),
    /// The name of a lambda's copy.
    Duplicate(LambdaName),
    /// The name of the payload that is shown.
    SavePayload,
    /// A line to go to.
    GoToLine,
}

/// A request for one line of text.
#[derive(Clone, Debug)]
pub struct Prompt {
    /// What it is about, in two or three words.
    pub title: String,
    /// What to write.
    pub note: &'static str,
    /// The text.
    pub field: Field,
    /// Why it cannot be taken.
    pub error: Option<String>,
    /// What it is for.
    pub purpose: Purpose,
}

impl Prompt {
    /// Types a character.
    pub fn type_char(&mut self, c: char) {
        self.field.insert(c);
        self.error = None;
    }

    /// Pastes a text.
    pub fn paste(&mut self, text: &str) {
        self.field.paste(text);
        self.error = None;
    }

    /// Edits the text.
    pub fn edit(&mut self, action: FieldAction, clipboard: &str) {
        if self.field.apply(action, clipboard) {
            self.error = None;
        }
    }
}

const NAME_NOTE: &str = "A letter, then letters, digits and _; at most 50 characters.";

impl Dialog {
    fn prompt(title: String, note: &'static str, text: &str, purpose: Purpose) -> Self {
        Self::Prompt(Prompt { title, note, field: Field::proposing(text), error: None, purpose })
    }

    /// Asks for a lambda's new name.
    pub fn rename(lambda: &LambdaName) -> Self {
        Self::prompt(
            format!("Rename {lambda}"),
            NAME_NOTE,
            lambda.as_str(),
            Purpose::Rename(lambda.clone()),
        )
    }

    /// Asks for the name of a lambda's copy.
    pub fn duplicate(lambda: &LambdaName, project: &Project) -> Self {
        let name = free_name(&format!("{lambda}_copy"), project);
        Self::prompt(
            format!("Duplicate {lambda}"),
            NAME_NOTE,
            &name,
            Purpose::Duplicate(lambda.clone()),
        )
    }

    /// Asks for the name of the payload that is shown.
    pub fn save_payload(name: &str) -> Self {
        Self::prompt(
            "Save payload".to_owned(),
            "The payload is kept with the lambda, as a file of this name.",
            name,
            Purpose::SavePayload,
        )
    }

    /// Asks for a line to go to.
    pub fn go_to_line() -> Self {
        Self::prompt(
            "Go to line".to_owned(),
            "A line, or a line and a column: 12 or 12:5.",
            "",
            Purpose::GoToLine,
        )
    }
}

/// `wanted`, or with a number behind it, so that no lambda has it; cut to what a name may have.
pub fn free_name(wanted: &str, project: &Project) -> String {
    let taken = |name: &str| {
        project.lambdas.iter().any(|lambda| lambda.name.as_str().eq_ignore_ascii_case(name))
    };
    let cut = |end: usize| &wanted[..wanted.len().min(end)];
    if !taken(cut(50)) {
        return cut(50).to_owned();
    }
    (2..10_000)
        .map(|n| format!("{}_{n}", cut(45)))
        .find(|name| !taken(name))
        .expect("a workspace has fewer lambdas")
}

/// Carries out a command of the dialog.
pub fn apply(state: &mut AppState, mut dialog: Prompt, action: DialogAction, jobs: &mut Vec<Job>) {
    match action {
        DialogAction::Accept => {
            if let Err(error) = take(state, &dialog, jobs) {
                dialog.error = Some(error);
                state.dialogs.push(Dialog::Prompt(dialog));
            }
        }
        DialogAction::Back => {}
        _ => state.dialogs.push(Dialog::Prompt(dialog)),
    }
}

fn take(state: &mut AppState, dialog: &Prompt, jobs: &mut Vec<Job>) -> Result<(), String> {
    let text = dialog.field.text().trim();
    match &dialog.purpose {
        Purpose::Rename(lambda) => {
            let to = new_name(text, &state.project, Some(lambda))?;
            if to != *lambda {
                jobs.push(Job::Disk(DiskJob::Rename { lambda: lambda.clone(), to }));
            }
        }
        Purpose::Duplicate(lambda) => {
            let to = new_name(text, &state.project, None)?;
            state.lambdas.to_select = Some(to.clone());
            jobs.push(Job::Disk(DiskJob::Duplicate { lambda: lambda.clone(), to }));
        }
        Purpose::SavePayload => {
            crate::workspace::check_payload_name(text).map_err(|error| error.to_string())?;
            invoke::save_payload(state, text.to_owned(), jobs);
        }
        Purpose::GoToLine => go_to_line(state, text)?,
    }
    Ok(())
}

/// A name for a lambda that no other has; the file systems of some machines do not tell cases apart.
pub fn new_name(
    text: &str,
    project: &Project,
    own: Option<&LambdaName>,
) -> Result<LambdaName, String> {
    let name = LambdaName::new(text).map_err(|error| error.to_string())?;
    let clash = project.lambdas.iter().find(|other| {
        Some(&other.name) != own && other.name.as_str().eq_ignore_ascii_case(name.as_str())
    });
    match clash {
        Some(other) => Err(format!("there is a lambda `{}` already", other.name)),
        None => Ok(name),
    }
}

fn go_to_line(state: &mut AppState, text: &str) -> Result<(), String> {
    let (line, column) = text.split_once(':').unwrap_or((text, "1"));
    let number = |text: &str| text.trim().parse::<usize>().ok().filter(|n| *n > 0);
    let (Some(line), Some(column)) = (number(line), number(column)) else {
        return Err("a line is a number from 1 on".to_owned());
    };
    let area = layout::text_area(state, find::searched_pane(state));
    if let Some(pane) = state.text_pane_mut() {
        pane.go_to(Position::new(line - 1, column - 1), area);
    }
    Ok(())
}

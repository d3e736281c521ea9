//! A question with its answers.

use super::Dialog;
use crate::app::action::{DialogAction, ListAction, Turn};
use crate::app::job::{DiskJob, Job};
use crate::app::list::Cursor;
use crate::app::screens::editor::{self, Expect};
use crate::app::setting::Change;
use crate::app::state::{AppState, Project};
use crate::domain::{FileKey, LambdaName};
use crate::workspace::{JournalEntry, JournalKey};
use similar::{ChangeTag, TextDiff};

/// What a question is about.
#[derive(Clone, Debug)]
pub enum Purpose {
    /// Make the folder a workspace?
    Init,
    /// Delete a lambda?
    Delete(LambdaName),
    /// Delete a setting?
    DeleteSetting(Box<Change>),
    /// Delete a saved payload?
    DeletePayload(LambdaName, String),
    /// Write over what another program wrote?
    Conflict(FileKey),
    /// Bring back what an earlier session left unsaved?
    Recover(Box<JournalEntry>),
}

/// A line of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiffLine {
    /// `+`, `-` or a blank.
    pub sign: char,
    /// The line.
    pub text: String,
}

/// A question.
#[derive(Clone, Debug)]
pub struct Confirm {
    /// What it is about, in two or three words.
    pub title: String,
    /// The question, a paragraph a line.
    pub text: Vec<String>,
    /// A comparison to decide by.
    pub preview: Vec<DiffLine>,
    /// The first line of it that is in sight.
    pub scroll: Cursor,
    /// The answers; the last leaves everything as it is.
    pub answers: Vec<&'static str>,
    /// The selected answer.
    pub selected: usize,
    /// What it is about.
    pub purpose: Purpose,
}

impl Confirm {
    fn new(title: &str, text: Vec<String>, answers: Vec<&'static str>, purpose: Purpose) -> Self {
        Self {
            title: title.to_owned(),
            text,
            preview: Vec::new(),
            scroll: Cursor::default(),
            answers,
            selected: 0,
            purpose,
        }
    }

    /// It asks about a file that another program changed.
    pub fn is_conflict_of(&self, file: &FileKey) -> bool {
        matches!(&self.purpose, Purpose::Conflict(other) if other == file)
    }

    /// Scrolls the comparison.
    pub fn scroll(&mut self, action: ListAction, height: usize) {
        let by = match action {
            ListAction::Up => -1,
            ListAction::Down => 1,
            ListAction::PageUp => -(height as isize),
            ListAction::PageDown => height as isize,
            ListAction::First => -(self.preview.len() as isize),
            ListAction::Last => self.preview.len() as isize,
        };
        self.scroll.scroll(by, self.preview.len(), height);
    }

    /// Keeps the scrolled part valid.
    pub fn settle(&mut self, height: usize) {
        self.scroll.top = self.scroll.top.min(self.preview.len().saturating_sub(height));
    }
}

impl Dialog {
    /// Whether to make the folder a workspace.
    pub fn init(project: &Project) -> Self {
        let text = vec![
            format!("{} is not a lambdeck workspace yet.", project.root.display()),
            "Make it one? This adds lambdeck.toml, a folder for lambdas and a line in .gitignore."
                .to_owned(),
        ];
        Self::Confirm(Confirm::new(
            "No workspace here",
            text,
            vec!["Make a workspace", "Quit"],
            Purpose::Init,
        ))
    }

    /// Whether to delete a lambda.
    pub fn delete(lambda: &LambdaName) -> Self {
        let text = vec![
            format!("Delete {lambda} with its payloads?"),
            "Its folder goes to .lambdeck/trash, from where you can bring it back by hand."
                .to_owned(),
        ];
        let mut confirm = Confirm::new(
            "Delete lambda",
            text,
            vec!["Delete", "Keep"],
            Purpose::Delete(lambda.clone()),
        );
        confirm.selected = 1;
        Self::Confirm(confirm)
    }

    /// Whether to delete a setting; `what` names it.
    pub fn delete_setting(what: &str, change: Change) -> Self {
        let text = vec![format!("Delete {what}?")];
        let purpose = Purpose::DeleteSetting(Box::new(change));
        let mut confirm = Confirm::new("Delete setting", text, vec!["Delete", "Keep"], purpose);
        confirm.selected = 1;
        Self::Confirm(confirm)
    }

    /// Whether to delete a saved payload.
    pub fn delete_payload(lambda: &LambdaName, name: &str) -> Self {
        let text = vec![format!("Delete the saved payload `{name}` of {lambda}?")];
        let purpose = Purpose::DeletePayload(lambda.clone(), name.to_owned());
        let mut confirm = Confirm::new("Delete payload", text, vec!["Delete", "Keep"], purpose);
        confirm.selected = 1;
        Self::Confirm(confirm)
    }

    /// Whether to write over what another program wrote; `disk` is what it wrote.
    pub fn conflict(file: &FileKey, disk: &str, ours: &str) -> Self {
        let text = vec![format!(
            "Another program changed {file} on the disk. + is yours, - is what the disk holds."
        )];
        let answers = vec!["Save mine", "Take the disk's", "Decide later"];
        let mut confirm =
            Confirm::new("Changed on the disk", text, answers, Purpose::Conflict(file.clone()));
        confirm.preview = diff(disk, ours);
        confirm.selected = 2;
        Self::Confirm(confirm)
    }

    /// Whether to bring back what an earlier session left unsaved.
    pub fn recover(entry: JournalEntry) -> Self {
        let text = vec![match &entry.key {
            JournalKey::Lambda(lambda) => {
                format!(
                    "{lambda} has text that was never saved. + is that text, - is what the disk holds."
                )
            }
            JournalKey::Payload(lambda) => {
                format!("The payload of {lambda} was edited and never saved.")
            }
            JournalKey::Saved(..) => {
                let file = entry.key.file().opening();
                format!(
                    "{file} has text that was never saved. + is that text, - is what the disk holds."
                )
            }
        }];
        let preview = diff(entry.disk_text.as_deref().unwrap_or_default(), &entry.text);
        let answers = vec!["Restore", "Drop it", "Decide later"];
        let mut confirm =
            Confirm::new("Unsaved text", text, answers, Purpose::Recover(Box::new(entry)));
        confirm.preview = preview;
        Self::Confirm(confirm)
    }
}

/// The lines that differ, with two lines around each place.
fn diff(old: &str, new: &str) -> Vec<DiffLine> {
    let diff = TextDiff::from_lines(old, new);
    let mut lines = Vec::new();
    for (index, group) in diff.grouped_ops(2).iter().enumerate() {
        if index > 0 {
            lines.push(DiffLine { sign: ' ', text: "...".to_owned() });
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let sign = match change.tag() {
                ChangeTag::Insert => '+',
                ChangeTag::Delete => '-',
                ChangeTag::Equal => ' ',
            };
            lines.push(DiffLine {
                sign,
                text: change.value().trim_end_matches(['\r', '\n']).to_owned(),
            });
        }
    }
    lines
}

/// Carries out a command of a question.
pub fn apply(state: &mut AppState, mut dialog: Confirm, action: DialogAction, jobs: &mut Vec<Job>) {
    let height = 1;
    let last = dialog.answers.len() - 1;
    let answer = match action {
        DialogAction::Accept => dialog.selected,
        DialogAction::Agree => 0,
        DialogAction::Back | DialogAction::Decline => last,
        DialogAction::TurnPart(turn) => {
            dialog.selected = match turn {
                Turn::Next => (dialog.selected + 1).min(last),
                Turn::Previous => dialog.selected.saturating_sub(1),
            };
            return state.dialogs.push(Dialog::Confirm(dialog));
        }
        DialogAction::ScrollPreview(turn) => {
            dialog
                .scroll(if turn == Turn::Next { ListAction::Down } else { ListAction::Up }, height);
            return state.dialogs.push(Dialog::Confirm(dialog));
        }
    };
    answered(state, dialog.purpose, answer, jobs);
}

/// Carries out the answer with the number `answer`.
pub fn answered(state: &mut AppState, purpose: Purpose, answer: usize, jobs: &mut Vec<Job>) {
    match (purpose, answer) {
        (Purpose::Init, 0) => jobs.push(Job::Disk(DiskJob::Init)),
        (Purpose::Init, _) => jobs.push(Job::Quit),
        (Purpose::Delete(lambda), 0) => delete(state, lambda, jobs),
        (Purpose::DeleteSetting(change), 0) => jobs.push(Job::Disk(DiskJob::Change(change))),
        (Purpose::DeletePayload(lambda, name), 0) => {
            jobs.push(Job::Disk(DiskJob::DeletePayload { lambda, name }));
        }
        (Purpose::Conflict(file), 0) => editor::save_file(state, &file, Expect::Anything, jobs),
        (Purpose::Conflict(file), 1) => jobs.push(Job::Disk(DiskJob::Reread(file))),
        (Purpose::Recover(entry), 0) => crate::app::receive::restore(state, *entry, jobs),
        (Purpose::Recover(entry), 1) => jobs.push(Job::Disk(DiskJob::DropRecovered(entry.key))),
        _ => {}
    }
}

/// What is not saved of the lambda goes to the trash with it, and nothing of it runs on.
fn delete(state: &mut AppState, lambda: LambdaName, jobs: &mut Vec<Job>) {
    for document in &mut state.editor.documents {
        if *document.file.lambda() == lambda && document.pane.buffer.is_dirty() {
            document.journal_now(jobs);
        }
    }
    if let Some(session) = state.invoke.sessions.get_mut(&lambda) {
        if session.payload.buffer.is_dirty() {
            session.journal_now(&lambda, jobs);
        }
        if let Some(running) = &mut session.running {
            running.cancelling = true;
            jobs.push(Job::CancelRun(running.id));
        }
    }
    jobs.push(Job::Disk(DiskJob::Delete(lambda)));
}

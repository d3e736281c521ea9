//! A question with its answers.

use super::Dialog;
use crate::app::action::{Answer, DialogAction, ListAction, Turn};
use crate::app::comparison::Comparison;
use crate::app::deployed::actions;
use crate::app::deployed::job::{Code, PlatformJob, Replay, Review, Slots, ThenUndeployed, Which};
use crate::app::deployed::{Deployed, Serving};
use crate::app::job::{DiskJob, Job, TextId};
use crate::app::layout;
use crate::app::screens::editor::{self, Expect};
use crate::app::screens::split;
use crate::app::setting::Change;
use crate::app::state::{AppState, Project};
use crate::app::status;
use crate::app::update;
use crate::app::words::capital;
use crate::domain::payload::laid_out;
use crate::domain::{
    Cause, DeadLetter, FileKey, KeptRun, LambdaName, OngoingRun, RunId, SendingOf,
};
use crate::editor::Diff;
use crate::workspace::{JournalEntry, JournalKey};
use std::sync::Arc;

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
    Conflict {
        /// Which file.
        file: FileKey,
        /// What the disk holds.
        disk: Arc<str>,
    },
    /// Bring back what an earlier session left unsaved?
    Recover(Box<JournalEntry>),
    /// Deploy a lambda? The slots are those of its event, when it is full.
    Deploy(LambdaName, Option<Slots>),
    /// Stop executing a lambda?
    Undeploy(LambdaName),
    /// Execute a version of a lambda again; without a number the newest?
    RollBack(LambdaName, Option<u32>),
    /// Cancel a run that goes on?
    CancelRun(RunId),
    /// Make a run again, dry or live, with what ran or with the draft?
    Replay(RunId),
    /// Remove dead letters?
    Purge(Which),
    /// Leave the program while deliveries run?
    Leave,
    /// Nothing: there is something to read.
    Read,
    /// Give a name in this source another one? The text is what the source becomes.
    RenameSymbol(TextId, String),
}

/// A question.
#[derive(Clone, Debug)]
pub struct Confirm {
    /// What it is about, in two or three words.
    pub title: String,
    /// The question, a paragraph a line.
    pub text: Vec<String>,
    /// A comparison to decide by.
    pub comparison: Option<Comparison>,
    /// The answers; the last leaves everything as it is.
    pub answers: Vec<&'static str>,
    /// The selected answer.
    pub selected: usize,
    /// What it is about.
    pub purpose: Purpose,
}

impl Confirm {
    pub(super) fn new(
        title: &str,
        text: Vec<String>,
        answers: Vec<&'static str>,
        purpose: Purpose,
    ) -> Self {
        Self { title: title.to_owned(), text, comparison: None, answers, selected: 0, purpose }
    }

    /// It asks about a file that another program changed.
    pub fn is_conflict_of(&self, file: &FileKey) -> bool {
        matches!(&self.purpose, Purpose::Conflict { file: other, .. } if other == file)
    }

    /// Scrolls the comparison; `height` rows of it are in sight.
    pub fn scroll(&mut self, action: ListAction, height: usize) {
        if let Some(comparison) = &mut self.comparison {
            comparison.scroll(action, height);
        }
    }

    /// Keeps the scrolled part valid.
    pub fn settle(&mut self, height: usize) {
        if let Some(comparison) = &mut self.comparison {
            comparison.settle(height);
        }
    }

    /// The number of the answer that a key of its own gives.
    fn answer(&self, answer: Answer) -> Option<usize> {
        match (&self.purpose, answer) {
            (Purpose::Conflict { .. }, Answer::Mine) | (Purpose::Recover(_), Answer::Restore) => {
                Some(0)
            }
            (Purpose::Conflict { .. }, Answer::Theirs) | (Purpose::Recover(_), Answer::Drop) => {
                Some(1)
            }
            (Purpose::Conflict { .. }, Answer::Both) => Some(2),
            _ => None,
        }
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

    /// Whether to delete a lambda, which may be deployed.
    pub fn delete(lambda: &LambdaName, deployed: &Deployed) -> Self {
        let mut text = vec![
            format!("Delete {lambda} with its payloads?"),
            "Its folder goes to .lambdeck/trash, from where you can bring it back by hand."
                .to_owned(),
        ];
        let is_deployed = deployed.deployment(lambda).is_some();
        if is_deployed {
            text.insert(1, "It is deployed: it is undeployed first and frees its slot.".to_owned());
        }
        let answer = if is_deployed { "Undeploy and delete" } else { "Delete" };
        let purpose = Purpose::Delete(lambda.clone());
        let mut confirm = Confirm::new("Delete lambda", text, vec![answer, "Keep"], purpose);
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
}

/// Asks whether to write over what another program wrote.
pub fn ask_of_conflict(state: &mut AppState, file: &FileKey, disk: &str, jobs: &mut Vec<Job>) {
    let Some(document) = state.editor.document(file) else { return };
    let ours: Arc<str> = document.pane.buffer.text().into();
    let disk: Arc<str> = disk.into();
    let text = vec![format!(
        "Another program changed {file} on the disk. + is yours, - is what the disk holds."
    )];
    let answers = vec!["Save mine", "Take theirs", "See both", "Decide later"];
    let purpose = Purpose::Conflict { file: file.clone(), disk: disk.clone() };
    let mut confirm = Confirm::new("Changed on the disk", text, answers, purpose);
    confirm.selected = 3;
    confirm.comparison = Some(Comparison::ask(state.next_text_id(), disk, ours, jobs));
    state.dialogs.push(Dialog::Confirm(confirm));
}

/// Asks whether to give a name another one, which makes `source` what `renamed` is.
pub fn ask_of_rename(
    state: &mut AppState,
    (text, id): (String, TextId),
    (source, renamed): (Arc<str>, String),
    jobs: &mut Vec<Job>,
) {
    let new: Arc<str> = renamed.as_str().into();
    let purpose = Purpose::RenameSymbol(id, renamed);
    let mut confirm = Confirm::new("Rename", vec![text], vec!["Rename", "Keep"], purpose);
    confirm.comparison = Some(Comparison::ask(state.next_text_id(), source, new, jobs));
    state.dialogs.push(Dialog::Confirm(confirm));
}

/// Asks whether to deploy what was reviewed.
pub fn ask_to_deploy(state: &mut AppState, review: Review, jobs: &mut Vec<Job>) {
    let text = actions::words(state, &review);
    let answer = match &review.full {
        None => "Deploy",
        Some(slots) if slots.holders.len() == 1 => "Swap",
        Some(_) => "Choose what gives way",
    };
    let purpose = Purpose::Deploy(review.lambda.clone(), review.full);
    let title = format!("Deploy {}", review.lambda);
    let mut confirm = Confirm::new(&title, text, vec![answer, "Keep"], purpose);
    if let Some(old) = review.deployed.filter(|old| old.source != review.new.source) {
        let (old, new) = (old.source, review.new.source);
        confirm.comparison = Some(Comparison::ask(state.next_text_id(), old, new, jobs));
    }
    state.dialogs.push(Dialog::Confirm(confirm));
}

/// Shows what a dead letter that never ran would have given its lambda.
pub fn show_letter(state: &mut AppState, letter: &DeadLetter) {
    let mut text = vec![letter.reason.clone(), "It never ran. This is what it holds:".to_owned()];
    text.extend(laid_out(&letter.input).lines().map(str::to_owned));
    let title = format!("Dead letter of {}", letter.lambda);
    let confirm = Confirm::new(&title, text, vec!["Close"], Purpose::Read);
    state.dialogs.push(Dialog::Confirm(confirm));
}

/// Asks whether to cancel a run that goes on.
pub fn ask_to_cancel(state: &mut AppState, run: &OngoingRun) {
    let seconds = (state.now_ms - run.started_at_ms).max(0) / 1_000;
    let lambda = &run.lambda;
    let follows = match run.cause {
        Cause::Delivery { .. } | Cause::Schedule { .. } => {
            "Its delivery is not tried again; it becomes a dead letter, which can be redriven."
        }
        Cause::Replay { .. } => "Nobody waits for it; its record says that it was cancelled.",
        _ => "Whoever called it is told that it was cancelled.",
    };
    let text = vec![
        format!(
            "Cancel the run of {lambda}, {}, {}, which has gone on for {seconds} s?",
            run.code(),
            run.cause.title()
        ),
        follows.to_owned(),
    ];
    let title = format!("Cancel a run of {lambda}");
    let purpose = Purpose::CancelRun(run.id);
    let mut confirm = Confirm::new(&title, text, vec!["Cancel the run", "Let it go on"], purpose);
    confirm.selected = 1;
    state.dialogs.push(Dialog::Confirm(confirm));
}

/// Leaves the program; while deliveries run in it, only after saying what becomes of them. Who asks twice leaves.
pub fn ask_to_leave(state: &mut AppState, jobs: &mut Vec<Job>) {
    let is_delivery = |run: &&Arc<OngoingRun>| {
        matches!(run.cause, Cause::Delivery { .. } | Cause::Schedule { .. })
    };
    let is_here = matches!(state.deployed.serving, Serving::Here { .. });
    let asks = |dialog: &Dialog| matches!(dialog, Dialog::Confirm(confirm) if matches!(confirm.purpose, Purpose::Leave));
    let is_asked = state.dialogs.iter().any(asks);
    let text = match state.activity.ongoing.iter().filter(is_delivery).count() {
        count if count == 0 || is_asked || !is_here => return update::quit(state, jobs),
        1 => "A delivery runs. It will be made again when something serves.".to_owned(),
        count => format!("{count} deliveries run. They will be made again when something serves."),
    };
    let answers = vec!["Leave", "Stay"];
    let confirm = Confirm::new("Leave lambdeck", vec![text], answers, Purpose::Leave);
    state.dialogs.push(Dialog::Confirm(confirm));
}

/// Asks how to make a run again, if that can be.
pub fn ask_to_replay(state: &mut AppState, kept: &KeptRun) {
    if let Some(why) = kept.unrepeatable() {
        return state.warn(capital(&why));
    }
    let lambda = &kept.run.lambda;
    let same = kept.version.map_or_else(|| "the draft".to_owned(), |it| format!("version {it}"));
    let text = vec![
        format!("Run {lambda} again with what it was given then."),
        format!("Payload sha256 {}", kept.input_sha256),
        format!("The code: {same}, as it ran; or the draft, as it stands in the workspace."),
        "Dry sends nothing that wants to change something outside; live sends everything."
            .to_owned(),
    ];
    let mut answers = vec!["Dry", "Live"];
    if kept.version.is_some() {
        answers.extend(["Draft, dry", "Draft, live"]);
    }
    answers.push("Leave it");
    let title = format!("Replay {lambda}");
    let confirm = Confirm::new(&title, text, answers, Purpose::Replay(kept.run.id));
    state.dialogs.push(Dialog::Confirm(confirm));
}

/// Asks whether to remove dead letters for good.
pub fn ask_to_purge(state: &mut AppState, which: Which) {
    let what = match which {
        Which::One(_) => "the dead letter".to_owned(),
        Which::All => {
            format!("all {}", status::count(state.activity.queue.dead as usize, "dead letter"))
        }
    };
    let text = vec![
        format!("Remove {what} for good?"),
        "What was to be delivered is lost then; the runs that failed are kept.".to_owned(),
    ];
    let mut confirm = Confirm::new("Purge", text, vec!["Purge", "Keep"], Purpose::Purge(which));
    confirm.selected = 1;
    state.dialogs.push(Dialog::Confirm(confirm));
}

/// Asks whether to bring back what an earlier session left unsaved.
pub fn ask_of_recovery(state: &mut AppState, entry: JournalEntry, jobs: &mut Vec<Job>) {
    let text = vec![match &entry.key {
        JournalKey::Payload(lambda) => match &entry.saved_as {
            Some(name) => format!(
                "The payload `{name}` of {lambda} was edited and not saved. + is that text, - is what the disk holds."
            ),
            None => format!("The payload of {lambda} was edited and never saved."),
        },
        key => format!(
            "{} has text that was never saved. + is that text, - is what the disk holds.",
            key.file().opening()
        ),
    }];
    let disk: Arc<str> = entry.disk_text.as_deref().unwrap_or_default().into();
    let ours: Arc<str> = entry.text.as_str().into();
    let answers = vec!["Restore", "Drop it", "Decide later"];
    let purpose = Purpose::Recover(Box::new(entry));
    let mut confirm = Confirm::new("Unsaved text", text, answers, purpose);
    confirm.comparison = Some(Comparison::ask(state.next_text_id(), disk, ours, jobs));
    state.dialogs.push(Dialog::Confirm(confirm));
}

/// Takes in how two texts differ; says whether a question waits for it.
pub fn compared(state: &mut AppState, id: TextId, diff: &Arc<Diff>) -> bool {
    let comparisons = state.dialogs.iter_mut().filter_map(|dialog| match dialog {
        Dialog::Confirm(confirm) => confirm.comparison.as_mut(),
        Dialog::Versions(dialog) => Some(&mut dialog.comparison),
        _ => None,
    });
    let mut waiting = comparisons.filter(|comparison| comparison.id == id);
    waiting.next().is_some_and(|comparison| comparison.diff.replace(diff.clone()).is_none())
}

/// Carries out a command of a question.
pub fn apply(state: &mut AppState, mut dialog: Confirm, action: DialogAction, jobs: &mut Vec<Job>) {
    let height = layout::confirm_layout(state.size, &dialog).preview.height.max(1) as usize;
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
        DialogAction::TurnChange(turn) => {
            if let Some(comparison) = &mut dialog.comparison {
                comparison.turn_change(turn, height);
            }
            return state.dialogs.push(Dialog::Confirm(dialog));
        }
        DialogAction::Answer(answer) => match dialog.answer(answer) {
            Some(answer) => answer,
            None => return state.dialogs.push(Dialog::Confirm(dialog)),
        },
        DialogAction::AcceptBeside | DialogAction::Mark => {
            return state.dialogs.push(Dialog::Confirm(dialog));
        }
    };
    if matches!(dialog.purpose, Purpose::Replay(_)) && answer == last {
        return;
    }
    answered(state, dialog.purpose, answer, jobs);
}

/// Carries out the answer with the number `answer`.
pub fn answered(state: &mut AppState, purpose: Purpose, answer: usize, jobs: &mut Vec<Job>) {
    match (purpose, answer) {
        (Purpose::Init, 0) => jobs.push(Job::Disk(DiskJob::Init)),
        (Purpose::Init, _) => jobs.push(Job::Quit),
        (Purpose::Leave, 0) => update::quit(state, jobs),
        (Purpose::Delete(lambda), 0) => delete(state, lambda, jobs),
        (Purpose::DeleteSetting(change), 0) => jobs.push(Job::Disk(DiskJob::Change(change))),
        (Purpose::DeletePayload(lambda, name), 0) => {
            jobs.push(Job::Disk(DiskJob::DeletePayload { lambda, name }));
        }
        (Purpose::Conflict { file, .. }, 0) => {
            editor::save_file(state, &file, Expect::Anything, jobs);
        }
        (Purpose::Conflict { file, .. }, 1) => jobs.push(Job::Disk(DiskJob::Reread(file))),
        (Purpose::Conflict { file, disk }, 2) => split::look_at_both(state, &file, &disk, jobs),
        (Purpose::Recover(entry), 0) => crate::app::receive::restore(state, *entry, jobs),
        (Purpose::RenameSymbol(text, renamed), 0) => {
            if let Some(document) = state.document_mut().filter(|it| it.pane.id == text) {
                document.pane.buffer.replace_all_text(&renamed);
            }
        }
        (Purpose::Deploy(lambda, None), 0) => {
            jobs.push(Job::Platform(PlatformJob::Deploy { lambda, swap: None }));
        }
        (Purpose::Deploy(lambda, Some(slots)), 0) => match slots.holders.as_slice() {
            [holder] => {
                let swap = Some(holder.clone());
                jobs.push(Job::Platform(PlatformJob::Deploy { lambda, swap }));
            }
            _ => actions::ask_for_slot(state, (lambda, None), &slots),
        },
        (Purpose::Replay(run), answer) => {
            let code = if answer < 2 { Code::Same } else { Code::Draft };
            let sending = if answer % 2 == 0 { SendingOf::DRY } else { SendingOf::LIVE };
            state.inform("Replaying …");
            jobs.push(Job::Platform(PlatformJob::Replay(Replay { run, code, sending })));
        }
        (Purpose::CancelRun(run), 0) => jobs.push(Job::Platform(PlatformJob::CancelRun(run))),
        (Purpose::Purge(which), 0) => jobs.push(Job::Platform(PlatformJob::Purge(which))),
        (Purpose::RollBack(lambda, version), 0) => {
            jobs.push(Job::Platform(PlatformJob::RollBack { lambda, version, swap: None }));
        }
        (Purpose::Undeploy(lambda), 0) => {
            let then = ThenUndeployed::Nothing;
            jobs.push(Job::Platform(PlatformJob::Undeploy { lambda, then }));
        }
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
    if state.deployed.deployment(&lambda).is_some() {
        let then = ThenUndeployed::Delete;
        return jobs.push(Job::Platform(PlatformJob::Undeploy { lambda, then }));
    }
    jobs.push(Job::Disk(DiskJob::Delete(lambda)));
}

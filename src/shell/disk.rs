//! The thread that works on the disk: one job after another, and unsaved text kept in the journal.

mod at_once;
mod files;
mod lambdas;

pub use at_once::DiskAtOnce;

use super::queue::{Patience, Queued, Receiver};
use super::search::{self, Searcher};
use super::unsaved::{Unkept, Unsaved};
use super::{Outbox, Start, fault, settings};
use crate::app::Message;
use crate::app::job::DiskJob;
use crate::app::state::{Project, ProjectKind};
use crate::app::words::capital;
use crate::catalog::Catalog;
use crate::domain::{FileKey, LambdaName};
use crate::editor::{Snapshot, StoredHistory};
use crate::platform::embedded::Embedded;
use crate::platform::findings;
use crate::workspace::{
    self, ConfigFolder, IdentitySource, JournalEntry, JournalKey, SettingsStamp, TextHash,
    Workspace, WorkspaceError,
};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

/// What the thread is asked for.
#[derive(Debug)]
pub(super) enum Ask {
    /// To do a job.
    Do(DiskJob),
    /// To put all unsaved text into the journal now, and to say what could not be kept.
    Keep(Sender<Vec<Unkept>>),
}

/// A text that is typed in stays in the queue so long; then it is new to [`Unsaved`].
const TYPED: Duration = Duration::from_millis(500);

impl Queued for Ask {
    fn patience(&self) -> Patience {
        match self {
            Self::Do(DiskJob::Journal { .. }) => Patience::FromFirst(TYPED),
            _ => Patience::None,
        }
    }

    fn replaces(&self, older: &Self) -> bool {
        match (self, older) {
            (
                Self::Do(DiskJob::Journal { key, .. }),
                Self::Do(DiskJob::Journal { key: older, .. }),
            ) => key == older,
            _ => false,
        }
    }
}

/// What the thread knows.
#[derive(Debug)]
pub(super) struct Disk {
    workspace: Option<Workspace>,
    kind: ProjectKind,
    folder: std::path::PathBuf,
    catalog: Arc<Catalog>,
    outbox: Outbox,
    searcher: Searcher,
    /// The text on the disk that the typing started from.
    bases: HashMap<FileKey, TextHash>,
    unsaved: Unsaved,
    /// What other programs wrote and the app was told of, while it may not have taken it in.
    told: HashMap<FileKey, (Option<workspace::Stamp>, TextHash)>,
    left_behind: Vec<JournalEntry>,
    /// Whose secrets they are.
    identity: IdentitySource,
    /// What the files of settings looked like when they were read, by the lambda that they hold for.
    settings: HashMap<LambdaName, SettingsStamp>,
}

impl Disk {
    pub(super) fn new(start: &Start, outbox: Outbox) -> Self {
        let (workspace, folder) = match start {
            Start::Workspace { workspace, .. } => {
                (Some(workspace.clone()), workspace.root().to_owned())
            }
            Start::Nothing(folder) => (None, folder.clone()),
        };
        Self {
            workspace,
            kind: start.kind(),
            folder,
            catalog: Arc::new(Catalog::built_in()),
            outbox,
            searcher: Searcher::default(),
            bases: HashMap::new(),
            unsaved: Unsaved::default(),
            told: HashMap::new(),
            left_behind: Vec::new(),
            identity: IdentitySource::of_this_process(),
            settings: HashMap::new(),
        }
    }

    /// The same with the secrets of another identity than the person's.
    #[must_use]
    pub(super) fn with_identity(self, identity: IdentitySource) -> Self {
        Self { identity, ..self }
    }

    /// Works until nobody can ask any more. What is unsaved then is in the journal before this returns; what could not
    /// be kept is given back.
    pub(super) fn work(mut self, asks: &Receiver<Ask>) -> Vec<Unkept> {
        if let Some(workspace) = &self.workspace {
            fault::survive(|| workspace.journal().sweep());
        }
        loop {
            match asks.receive(self.unsaved.due()) {
                Ok(Ask::Do(job)) => self.perform(job),
                Ok(Ask::Keep(answer)) => {
                    // Nobody waits for it any more when the program is ending anyway.
                    let _ = answer.send(self.keep_all());
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return self.keep_all(),
            }
            if self.unsaved.due().is_some_and(|at| at <= Instant::now()) {
                self.write_journal();
            }
        }
    }

    fn keep_all(&mut self) -> Vec<Unkept> {
        if let Some(workspace) = &self.workspace {
            let journal = workspace.journal();
            // Whoever asked tells the person.
            fault::survive(|| self.unsaved.write(&journal));
        }
        self.unsaved.unkept()
    }

    /// Does one job; answers go out as messages.
    pub(super) fn perform(&mut self, job: DiskJob) {
        let (job, prompt) = match job {
            DiskJob::Asked { prompt, job } => (*job, Some(prompt)),
            job => (job, None),
        };
        let saved = if let DiskJob::Save { file, .. } = &job { Some(file.clone()) } else { None };
        let told = match (fault::survive(|| self.attempt(job)), saved) {
            (Some(Ok(told)), _) => told,
            (None, None) => None,
            (Some(Err(error)), _) => Some(Message::Failed(sentence(&error))),
            (None, Some(file)) => {
                let error = format!(
                    "{} could not be saved: lambdeck has a fault; the text is kept and offered at the next start",
                    file.opening()
                );
                Some(Message::NotSaved { file, error })
            }
        };
        let told = match (told, prompt) {
            (Some(Message::Failed(error)), Some(prompt)) => {
                Some(Message::Refused { prompt, error })
            }
            (told, _) => told,
        };
        if let Some(message) = told {
            self.outbox.send(message);
        }
    }

    fn attempt(&mut self, job: DiskJob) -> Result<Option<Message>, WorkspaceError> {
        match job {
            DiskJob::RememberTheme(theme) => {
                ConfigFolder::find().remember_theme(theme.as_deref())?;
                return Ok(None);
            }
            DiskJob::Load => return Ok(Some(Message::Loaded(Box::new(self.load())))),
            DiskJob::Refresh(file) => {
                self.refresh(file.lambda());
                return Ok(Some(Message::Refreshed(file)));
            }
            DiskJob::Init => {
                self.workspace = Some(Workspace::init(&self.folder)?);
                self.kind = ProjectKind::Workspace;
                // What can be done in it now shall not lag behind the word that it is there.
                let project = self.load();
                self.outbox.send(Message::Loaded(Box::new(project)));
                return Ok(Some(Message::Done(
                    "Made a workspace; n makes the first lambda".to_owned(),
                )));
            }
            _ => {}
        }
        let Some(workspace) = self.workspace.clone() else { return Ok(None) };
        if waits_for_others(&job) {
            self.write_journal();
        }
        Ok(match job {
            DiskJob::Load | DiskJob::Refresh(_) | DiskJob::Init | DiskJob::RememberTheme(_) => None,
            DiskJob::Open { file, then } => {
                let (text, stamp) = match self.read(&workspace, &file) {
                    Ok(read) => read,
                    Err(error) => return Ok(Some(self.not_opened(file, &error))),
                };
                let payloads = workspace.payloads(file.lambda());
                let history = history_of(&workspace, &file, &text);
                Some(Message::Opened { file, text, stamp, payloads, history, then })
            }
            DiskJob::Save { file, revision, text, expected, history } => {
                let message = self.save(&workspace, file.clone(), revision, (&text.0, expected));
                let saved = matches!(message, Message::Saved { .. });
                // Whoever waits for the save does not wait for its history.
                self.outbox.send(message);
                if saved {
                    keep_history(&workspace, &file, &text.0, &history);
                }
                None
            }
            DiskJob::KeepHistory { file, text, history } => {
                keep_history(&workspace, &file, &text.0, &history);
                None
            }
            DiskJob::Search(request) => {
                self.searcher.ask(workspace, *request, &self.outbox);
                None
            }
            DiskJob::Replace { changes, open } => {
                let replaced = search::replace(&workspace, &changes);
                Some(Message::Replaced { replaced, open })
            }
            DiskJob::Look { file, known } => self.look(&workspace, file, known)?,
            DiskJob::Reread(file) => {
                let (text, stamp) = self.read(&workspace, &file)?;
                Some(Message::Reread { file, text, stamp })
            }
            DiskJob::KeepOpenFiles(open) => {
                // Nothing is lost when it fails: the next start opens what it knows of.
                let _ = workspace.save_open_files(&open);
                None
            }
            DiskJob::Journal { key, text, saved_as } => {
                let base = self.bases.get(&key.file()).copied();
                self.unsaved.keep(
                    key,
                    (text.0, saved_as),
                    base.unwrap_or_else(|| TextHash::of("")),
                );
                None
            }
            DiskJob::ForgetJournal(key) => {
                self.unsaved.forget(key, &workspace.journal()).map(Message::Failed)
            }
            DiskJob::DropRecovered(key) => {
                self.write_journal();
                // Until what was brought back is kept anew, the old entry is all there is of it.
                if self.unsaved.waits(&key) {
                    return Ok(None);
                }
                self.drop_recovered(&workspace, &key)?
            }
            job => self.lambda_job(&workspace, job)?,
        })
    }

    /// Does a job about a lambda as a whole.
    fn lambda_job(
        &mut self,
        workspace: &Workspace,
        job: DiskJob,
    ) -> Result<Option<Message>, WorkspaceError> {
        Ok(match job {
            DiskJob::Create(new) => {
                let made = lambdas::create(workspace, &self.catalog, &new);
                Some(made.unwrap_or_else(|error| Message::NotCreated(sentence(&error))))
            }
            DiskJob::Connect { lambda, event, swap } => Some(lambdas::connect(
                workspace,
                &self.catalog,
                (&lambda, event.as_ref()),
                swap.as_ref(),
            )?),
            DiskJob::Rename { lambda, to } => {
                workspace.rename(&lambda, &to)?;
                self.follow_rename(workspace, &lambda, &to);
                Some(Message::Renamed { lambda, to })
            }
            DiskJob::FollowRename { lambda, to } => {
                self.follow_rename(workspace, &lambda, &to);
                Some(Message::Renamed { lambda, to })
            }
            DiskJob::Delete(lambda) => {
                self.delete(workspace, &lambda)?;
                workspace.undo_store().forget(&lambda);
                Some(Message::Deleted(lambda))
            }
            plain => plain_job(workspace, &self.identity, plain)?,
        })
    }

    /// Tells of the workspace anew if the settings that hold for `lambda` are others than those that were read.
    fn refresh(&mut self, lambda: &LambdaName) {
        let now = self.workspace.as_ref().map(|workspace| workspace.settings_stamp(lambda));
        if now.is_some_and(|now| self.settings.get(lambda) != Some(&now)) {
            let project = self.load();
            self.outbox.send(Message::Loaded(Box::new(project)));
        }
    }

    fn load(&mut self) -> Project {
        let name = self.folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some(workspace) = &self.workspace else {
            return Project::unread(name, self.folder.clone(), self.kind, self.catalog.clone());
        };
        let catalog = if self.kind == ProjectKind::Loose {
            Catalog::built_in()
        } else {
            Catalog::with_workspace(workspace.root())
        };
        self.catalog = Arc::new(catalog);
        let loaded = workspace.load();
        let findings = findings::of_files(workspace, &loaded, &self.catalog);
        let mut project = Project::unread(
            workspace.name(),
            workspace.root().to_owned(),
            self.kind,
            self.catalog.clone(),
        );
        project.problems = findings.iter().map(ToString::to_string).collect();
        project.own_limits = loaded.config.limits;
        project.config_problem = loaded.config_problem().map(ToString::to_string);
        project.env = loaded.config.env;
        project.limits = loaded.config.limits.over(project.limits);
        project.reach = loaded.config.reach;
        project.sending = loaded.config.sending;
        project.format_on_save = loaded.config.format_on_save;
        project.has_store = workspace.state_folder().is_ok_and(|it| Embedded::exists(&it));
        let stamped = loaded.lambdas.iter().map(|it| &it.name);
        self.settings = stamped.map(|it| (it.clone(), workspace.settings_stamp(it))).collect();
        project.lambdas = loaded.lambdas;
        project
    }

    /// A lambda has another name: its undo and the text that the typing started from follow.
    fn follow_rename(&mut self, workspace: &Workspace, lambda: &LambdaName, to: &LambdaName) {
        workspace.undo_store().rename(lambda, to);
        let moved: Vec<_> = self.bases.extract_if(|file, _| file.lambda() == lambda).collect();
        let moved = moved.into_iter().map(|(file, base)| (file.renamed(to.clone()), base));
        self.bases.extend(moved);
    }

    /// What is not saved of the lambda goes into its folder first, and to the trash with it.
    fn delete(&self, workspace: &Workspace, lambda: &LambdaName) -> Result<(), WorkspaceError> {
        let mut put = Vec::new();
        let mut put_all = || {
            for (key, text) in self.unsaved.texts_of(lambda) {
                put.push(workspace.journal().put_beside(key, &text.text())?);
            }
            workspace.delete(lambda).map(drop)
        };
        let deleted = put_all();
        if deleted.is_err() {
            // The journal has the text still.
            for file in put {
                let _ = std::fs::remove_file(file);
            }
        }
        deleted
    }

    fn write_journal(&mut self) {
        let Some(workspace) = &self.workspace else { return };
        let journal = workspace.journal();
        if let Some(Some(told)) = fault::survive(|| self.unsaved.write(&journal)) {
            self.outbox.send(Message::Failed(told));
        }
    }

    /// Tells which files were open when the program was last left here; gives the one to go on with.
    pub(super) fn tell_left_open(&mut self) -> Option<FileKey> {
        match self.workspace.as_ref()?.open_files() {
            Ok(open) => {
                let next = open.to_go_on_with().cloned();
                self.outbox.send(Message::LeftOpen(Box::new(open)));
                next
            }
            Err(error) => {
                self.outbox.send(Message::LeftOpenUnknown(sentence(&error)));
                None
            }
        }
    }

    /// Tells of text that earlier sessions left unsaved; of several for one text the newest.
    pub(super) fn tell_left_behind(&mut self) {
        let Some(workspace) = &self.workspace else { return };
        self.left_behind = workspace.journal().list();
        let mut told = BTreeSet::new();
        for entry in &self.left_behind {
            if told.insert(&entry.key) {
                self.outbox.send(Message::Unsaved(Box::new(entry.clone())));
            }
        }
    }

    /// Drops the entry of `key` that was offered, the newest; an older one is offered then.
    fn drop_recovered(
        &mut self,
        workspace: &Workspace,
        key: &JournalKey,
    ) -> Result<Option<Message>, WorkspaceError> {
        let of_key = |entry: &JournalEntry| entry.key == *key;
        let Some(offered) = self.left_behind.iter().position(of_key) else { return Ok(None) };
        workspace.journal().discard(&self.left_behind[offered])?;
        self.left_behind.remove(offered);
        let next = self.left_behind.iter().find(|entry| of_key(entry));
        Ok(next.map(|entry| Message::Unsaved(Box::new(entry.clone()))))
    }
}

/// Does a job that depends on nothing that the thread remembers.
fn plain_job(
    workspace: &Workspace,
    identity: &IdentitySource,
    job: DiskJob,
) -> Result<Option<Message>, WorkspaceError> {
    Ok(match job {
        DiskJob::ListSecrets => Some(settings::listed(workspace, identity)),
        DiskJob::RevealSecret(name) => Some(settings::revealed(workspace, identity, name)),
        DiskJob::Change(change) => Some(match settings::change(workspace, identity, *change) {
            Ok(said) => Message::Done(said),
            Err(error) => Message::Failed(capital(&error.to_string())),
        }),
        DiskJob::Duplicate { lambda, to } => {
            workspace.duplicate(&lambda, &to)?;
            Some(Message::Done(format!("{to} is a copy of {lambda}, without its event")))
        }
        DiskJob::ListPayloads => Some(Message::PayloadsListed(workspace.all_payloads())),
        DiskJob::Peek(file) => {
            let text = workspace.read(&file).unwrap_or_else(|error| sentence(&error));
            Some(Message::Peeked { file, text })
        }
        DiskJob::ReadPayload { lambda, name } => {
            let text = workspace.read_payload(&lambda, &name)?;
            Some(Message::PayloadRead { lambda, name, text })
        }
        DiskJob::SavePayload { lambda, name, revision, text } => {
            workspace.save_payload(&lambda, &name, &text.0.text())?;
            let payloads = workspace.payloads(&lambda);
            Some(Message::PayloadSaved { lambda, name, revision, payloads })
        }
        DiskJob::DeletePayload { lambda, name } => {
            workspace.delete_payload(&lambda, &name)?;
            let payloads = workspace.payloads(&lambda);
            Some(Message::PayloadDeleted { lambda, name, payloads })
        }
        _ => None,
    })
}

/// How `text`, which a file holds, came to be in earlier sessions.
fn history_of(workspace: &Workspace, file: &FileKey, text: &str) -> Option<Box<StoredHistory>> {
    let stored = workspace.undo_store().read(file, text)?;
    StoredHistory::read(&stored, text).map(Box::new)
}

/// Keeps how a saved text came to be. The text is safe: should this fail, undo begins anew in the next session.
fn keep_history(workspace: &Workspace, file: &FileKey, text: &Snapshot, history: &StoredHistory) {
    fault::survive(|| {
        let _ = workspace.undo_store().write(file, &text.text(), &history.write());
    });
}

/// The job may have to wait until another process has changed the workspace.
fn waits_for_others(job: &DiskJob) -> bool {
    matches!(
        job,
        DiskJob::Create(_)
            | DiskJob::Connect { .. }
            | DiskJob::Rename { .. }
            | DiskJob::FollowRename { .. }
            | DiskJob::Duplicate { .. }
            | DiskJob::Delete(_)
    )
}

/// An error as the sentence of a message.
fn sentence(error: &WorkspaceError) -> String {
    capital(&error.to_string())
}

#[cfg(test)]
mod tests;

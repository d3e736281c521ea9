//! The thread that works on the disk: one job after another, and unsaved text kept in the journal.

use super::unsaved::{Unkept, Unsaved};
use super::{Outbox, Start, fault};
use crate::app::Message;
use crate::app::job::{DiskJob, NewLambda};
use crate::app::state::{Project, ProjectKind};
use crate::app::words::capital;
use crate::catalog::Catalog;
use crate::domain::{EventId, LambdaName};
use crate::editor::Snapshot;
use crate::workspace::{self, JournalEntry, JournalKey, TextHash, Workspace, WorkspaceError};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::Instant;

/// What the thread is asked for.
#[derive(Debug)]
pub(super) enum Ask {
    /// To do a job.
    Do(DiskJob),
    /// To put all unsaved text into the journal now, and to say what could not be kept.
    Keep(Sender<Vec<Unkept>>),
}

/// What the thread knows.
#[derive(Debug)]
pub(super) struct Disk {
    workspace: Option<Workspace>,
    kind: ProjectKind,
    folder: std::path::PathBuf,
    catalog: Arc<Catalog>,
    outbox: Outbox,
    /// The text on the disk that the typing started from.
    bases: HashMap<LambdaName, TextHash>,
    unsaved: Unsaved,
    left_behind: Vec<JournalEntry>,
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
            bases: HashMap::new(),
            unsaved: Unsaved::default(),
            left_behind: Vec::new(),
        }
    }

    /// Works until nobody can ask any more. What is unsaved then is in the journal before this returns; what could not
    /// be kept is given back.
    pub(super) fn work(mut self, asks: &Receiver<Ask>) -> Vec<Unkept> {
        loop {
            let ask = match self.unsaved.due() {
                None => asks.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(at) => asks.recv_timeout(at.saturating_duration_since(Instant::now())),
            };
            match ask {
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
        let saved =
            if let DiskJob::Save { lambda, .. } = &job { Some(lambda.clone()) } else { None };
        match (fault::survive(|| self.attempt(job)), saved) {
            (Some(Ok(Some(message))), _) => self.outbox.send(message),
            (Some(Ok(None)), _) | (None, None) => {}
            (Some(Err(error)), _) => self.outbox.send(Message::Failed(sentence(&error))),
            (None, Some(lambda)) => {
                let error = format!(
                    "{lambda} could not be saved: lambdeck has a fault; the text is kept and offered at the next start"
                );
                self.outbox.send(Message::NotSaved { lambda, error });
            }
        }
    }

    fn attempt(&mut self, job: DiskJob) -> Result<Option<Message>, WorkspaceError> {
        match job {
            DiskJob::Load => return Ok(Some(Message::Loaded(Box::new(self.load())))),
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
        Ok(match job {
            DiskJob::Load | DiskJob::Init => None,
            DiskJob::Open { lambda, then } => {
                let text = self.read(&workspace, &lambda)?;
                let stamp = workspace::stamp(&workspace.source_path(&lambda));
                let payloads = workspace.payloads(&lambda);
                Some(Message::Opened { lambda, text, stamp, payloads, then })
            }
            DiskJob::Save { lambda, revision, text, expected } => {
                Some(self.save(&workspace, lambda, revision, (&text.0, expected)))
            }
            DiskJob::Look { lambda, known } => Self::look(&workspace, lambda, known)?,
            DiskJob::Reread(lambda) => {
                let text = self.read(&workspace, &lambda)?;
                let stamp = workspace::stamp(&workspace.source_path(&lambda));
                Some(Message::Reread { lambda, text, stamp })
            }
            DiskJob::Journal { key, text } => {
                let base = self.bases.get(key.lambda()).copied();
                self.unsaved.keep(key, text.0, base.unwrap_or_else(|| TextHash::of("")));
                None
            }
            DiskJob::ForgetJournal(key) => {
                self.unsaved.forget(key, &workspace.journal()).map(Message::Failed)
            }
            DiskJob::DropRecovered(key) => {
                self.write_journal();
                // Until what was brought back is kept anew, the old entry is all there is of it.
                if !self.unsaved.waits(&key) {
                    self.drop_recovered(&workspace, &key)?;
                }
                None
            }
            DiskJob::Create(new) => Some(create(&workspace, &self.catalog, &new)?),
            DiskJob::Connect { lambda, event, swap } => {
                Some(connect(&workspace, &self.catalog, (&lambda, event.as_ref()), swap.as_ref())?)
            }
            DiskJob::Rename { lambda, to } => {
                workspace.rename(&lambda, &to)?;
                if let Some(base) = self.bases.remove(&lambda) {
                    self.bases.insert(to.clone(), base);
                }
                Some(Message::Renamed { lambda, to })
            }
            DiskJob::Duplicate { lambda, to } => {
                workspace.duplicate(&lambda, &to)?;
                Some(Message::Done(format!("{to} is a copy of {lambda}, without its event")))
            }
            DiskJob::Delete(lambda) => {
                workspace.delete(&lambda)?;
                Some(Message::Deleted(lambda))
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
        })
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
        let mut project = Project::unread(
            workspace.name(),
            workspace.root().to_owned(),
            self.kind,
            self.catalog.clone(),
        );
        project.limits = loaded.config.limits.over(project.limits);
        project.problems = loaded.problems.iter().map(ToString::to_string).collect();
        project.problems.extend(self.catalog.problems.iter().map(ToString::to_string));
        project.lambdas = loaded.lambdas;
        project.problems.extend(exceeded(&project));
        project
    }

    fn read(
        &mut self,
        workspace: &Workspace,
        lambda: &LambdaName,
    ) -> Result<String, WorkspaceError> {
        let text = workspace.read_source(lambda)?;
        self.bases.insert(lambda.clone(), TextHash::of(&text));
        Ok(text)
    }

    fn save(
        &mut self,
        workspace: &Workspace,
        lambda: LambdaName,
        revision: crate::editor::Revision,
        (snapshot, expected): (&Snapshot, Option<workspace::Stamp>),
    ) -> Message {
        fault::on_request("save");
        let path = workspace.source_path(&lambda);
        let now = workspace::stamp(&path);
        if expected.is_some()
            && now.is_some()
            && expected != now
            && let Ok(text) = workspace.read_source(&lambda)
            && self.bases.get(&lambda) != Some(&TextHash::of(&text))
        {
            return Message::Changed { lambda, text, stamp: now, saving: true };
        }
        let text = snapshot.text();
        match workspace.save_source(&lambda, &text) {
            Ok(()) => {
                self.bases.insert(lambda.clone(), TextHash::of(&text));
                Message::Saved { lambda, revision, stamp: workspace::stamp(&path) }
            }
            Err(error) => Message::NotSaved { lambda, error: sentence(&error) },
        }
    }

    fn look(
        workspace: &Workspace,
        lambda: LambdaName,
        known: Option<workspace::Stamp>,
    ) -> Result<Option<Message>, WorkspaceError> {
        let stamp = workspace::stamp(&workspace.source_path(&lambda));
        if stamp == known || stamp.is_none() {
            return Ok(None);
        }
        let text = workspace.read_source(&lambda)?;
        Ok(Some(Message::Changed { lambda, text, stamp, saving: false }))
    }

    fn write_journal(&mut self) {
        let Some(workspace) = &self.workspace else { return };
        let journal = workspace.journal();
        if let Some(Some(told)) = fault::survive(|| self.unsaved.write(&journal)) {
            self.outbox.send(Message::Failed(told));
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

    fn drop_recovered(
        &mut self,
        workspace: &Workspace,
        key: &JournalKey,
    ) -> Result<(), WorkspaceError> {
        let journal = workspace.journal();
        let (dropped, kept) =
            std::mem::take(&mut self.left_behind).into_iter().partition(|entry| entry.key == *key);
        self.left_behind = kept;
        let dropped: Vec<JournalEntry> = dropped;
        dropped.iter().try_for_each(|entry| journal.discard(entry))
    }
}

fn create(
    workspace: &Workspace,
    catalog: &Catalog,
    new: &NewLambda,
) -> Result<Message, WorkspaceError> {
    let template = catalog.templates.iter().find(|template| template.id == new.template);
    let Some(template) = template else {
        return Ok(Message::Failed(format!(
            "The template `{}` is gone; reload the workspace",
            new.template
        )));
    };
    let event = new.event.as_ref().and_then(|id| catalog.event(id));
    let order =
        workspace::NewLambda { name: &new.name, event, description: &new.description, template };
    match &new.swap {
        Some(holder) => workspace.create_with_swap(order, holder)?,
        None => workspace.create(order)?,
    }
    Ok(Message::Created(new.name.clone()))
}

fn connect(
    workspace: &Workspace,
    catalog: &Catalog,
    (lambda, event): (&LambdaName, Option<&EventId>),
    swap: Option<&LambdaName>,
) -> Result<Message, WorkspaceError> {
    let event = event.and_then(|id| catalog.event(id));
    match (event, swap) {
        (Some(event), Some(holder)) => workspace.connect_swapping(lambda, event, holder)?,
        (event, _) => workspace.connect(lambda, event)?,
    }
    let name = event.map_or("no event", |event| &event.name);
    Ok(Message::Done(format!("{lambda} is connected to {name}")))
}

fn exceeded(project: &Project) -> Vec<String> {
    let uses =
        project.catalog.events.iter().filter_map(|event| Some((event, project.slots(&event.id)?)));
    uses.filter(|(_, slots)| slots.is_exceeded())
        .map(|(event, slots)| {
            let holders: Vec<_> = slots.holders.iter().map(ToString::to_string).collect();
            format!(
                "{} admits {} but is connected to {}: {}; disconnect some",
                event.name,
                slots.slots,
                holders.len(),
                holders.join(", ")
            )
        })
        .collect()
}

/// An error as the sentence of a message.
fn sentence(error: &WorkspaceError) -> String {
    capital(&error.to_string())
}

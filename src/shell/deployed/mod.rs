//! Whoever does the app's jobs about what is deployed and what ran.
//!
//! Owns the store, which is opened when it is needed first, and the platform while it executes here. Its jobs are done one
//! after another on a thread of their own; what happens by itself meanwhile, a delivery for example, comes as a message.

mod changes;
mod deploying;
mod doorway;
mod following;
mod replaying;
mod schedules;
mod serving;
mod watching;

use crate::app::Message;
use crate::app::deployed::job::{PlatformJob, PlatformMessage};
use crate::app::words::capital;
use crate::catalog::Catalog;
use crate::domain::{Cause, KeptRun};
use crate::platform::deploy::DeployError;
use crate::platform::embedded::Embedded;
use crate::platform::store::{Runs as _, StoreError};
use crate::platform::{OfVersion, OpenError, Retention, kept_run};
use crate::runtime::RuntimeConfig;
use crate::workspace::{Workspace, WorkspaceError};
use replaying::Replays;
use serving::Server;
use std::path::PathBuf;
use std::sync::Arc;

/// Where messages go.
pub type Tell = Arc<dyn Fn(Message) + Send + Sync>;

/// Why a job was not done.
#[derive(Debug, thiserror::Error)]
enum NotDone {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Deploy(#[from] DeployError),
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error("the schedule `{0}` is never due again, so it stays paused; give it other times")]
    NeverDue(String),
}

/// Whoever does these jobs.
pub struct Desk {
    workspace: Workspace,
    state: PathBuf,
    tokio: tokio::runtime::Runtime,
    worker: RuntimeConfig,
    tell: Tell,
    store: Option<Embedded>,
    reviewed: Option<crate::platform::deploy::Review>,
    server: Option<Server>,
    following: Option<following::Following>,
    replays: Replays,
    /// What other processes do is told of.
    watch: Option<changes::Watch>,
    /// A person stopped it: it does not begin again by itself.
    is_stopped: bool,
    /// Why it could not begin by itself, as it was told: not again until that changes.
    not_served: Option<String>,
}

impl Desk {
    /// A desk for `workspace` whose lambdas run in such workers.
    ///
    /// # Errors
    ///
    /// For a single file, and where no further thread can be had.
    pub fn new(workspace: Workspace, worker: RuntimeConfig, tell: Tell) -> anyhow::Result<Self> {
        let tokio =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let state = workspace.state_folder()?;
        Ok(Self {
            workspace,
            state,
            tokio,
            worker,
            tell,
            store: None,
            reviewed: None,
            server: None,
            following: None,
            replays: Replays::default(),
            watch: None,
            is_stopped: false,
            not_served: None,
        })
    }

    /// Does a job; gives the answer.
    pub fn perform(&mut self, job: PlatformJob) -> Option<Message> {
        let look = job.look();
        let prompt = match &job {
            PlatformJob::Rename { prompt, .. } => Some(prompt.clone()),
            _ => None,
        };
        let error = match self.attempt(job) {
            Ok(told) => return told.map(|told| Message::Platform(Box::new(told))),
            Err(error) => error,
        };
        let told = capital(&error.to_string());
        let is_mendable = match &error {
            NotDone::Store(StoreError::Gone { .. }) => true,
            NotDone::Store(_) => look.is_some(),
            _ => false,
        };
        if is_mendable && self.server.is_none() {
            // Whoever mends it may put another file in its place.
            self.store = None;
        }
        let (Some(look), NotDone::Store(_)) = (look, error) else {
            return Some(match prompt {
                Some(prompt) => Message::Refused { prompt, error: told },
                None => Message::Failed(told),
            });
        };
        Some(Message::Platform(Box::new(PlatformMessage::Unread(look, told))))
    }

    fn attempt(&mut self, job: PlatformJob) -> Result<Option<PlatformMessage>, NotDone> {
        match job {
            PlatformJob::Look => self.look(),
            PlatformJob::Review(lambda) => self.review(&lambda).map(Some),
            PlatformJob::Deploy { lambda, swap } => self.deploy(lambda, swap),
            PlatformJob::Undeploy { lambda, then } => self.undeploy(lambda, then).map(Some),
            PlatformJob::Versions(lambda) => self.versions(lambda).map(Some),
            PlatformJob::RollBack { lambda, version, swap } => {
                self.roll_back(lambda, version, swap).map(Some)
            }
            PlatformJob::Rename { lambda, to, .. } => self.rename(lambda, to).map(Some),
            PlatformJob::CancelRun(run) => Ok(Some(self.cancel_run(run))),
            PlatformJob::PauseSchedule(name) => self.pause(name).map(Some),
            PlatformJob::ResumeSchedule(name) => self.resume(&name).map(Some),
            PlatformJob::TurnServing => self.turn_serving().map(Some),
            PlatformJob::Watch { query, window } => self.watch(query, window).map(Some),
            PlatformJob::Page { query, side } => self.page(query, side).map(Some),
            PlatformJob::Read { run, then } => self.read(run, then).map(Some),
            PlatformJob::Replay(replay) => self.replay(&replay).map(|()| None),
            PlatformJob::Redrive(which) => self.redrive(which).map(Some),
            PlatformJob::Purge(which) => self.purge(which).map(Some),
            PlatformJob::Keep { run, input } => {
                let input: Arc<str> = input.0.text().into();
                let run = Arc::unwrap_or_clone(run);
                self.keep(kept_run(run, input, Cause::Invoke, OfVersion::default()))?;
                Ok(None)
            }
        }
    }

    /// Keeps a run. Now and then old ones are forgotten, for nobody else may be there to do it.
    fn keep(&mut self, kept: KeptRun) -> Result<(), StoreError> {
        let (run, now_ms) = (kept.run.id, kept.run.started_at_ms);
        let store = self.store()?.clone();
        self.tokio.block_on(store.keep(Arc::new(kept)))?;
        if Retention::is_time_after(run)
            && let Ok((config, _)) = self.workspace.sound_config()
        {
            let retention = Retention::new(&config.delivery, now_ms);
            self.tokio.block_on(store.forget(retention))?;
        }
        Ok(())
    }

    /// The store, opened when it is needed first; anew each time where it could only be read.
    fn store(&mut self) -> Result<&Embedded, StoreError> {
        let store = match self.store.take() {
            Some(store) if !store.is_read_only() => store,
            _ => Embedded::open_to_read(&self.state)?,
        };
        Ok(self.store.insert(store))
    }

    fn catalog(&self) -> Catalog {
        Catalog::with_workspace(self.workspace.root())
    }
}

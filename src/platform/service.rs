//! The platform as one thing: what it holds, and how it is opened.

use super::catalog_now::CatalogNow;
use super::clock::{Clock, SystemClock};
use super::embedded::Embedded;
use super::following::Following;
use super::health::Health;
use super::measures::Measures;
use super::ongoing::{NotCancelled, Ongoing, OngoingWatch};
use super::owner::{Announcer, Owner, OwnerError};
use super::places::Places;
use super::retention::Kept;
use super::runner::Runner;
use super::sink::Sink;
use super::store::{Store, StoreError};
use super::surroundings::Surroundings;
use super::traces::Traces;
use super::{dispatch, owner};
use crate::domain::{Activity, KeptRun, LambdaId, OngoingRun, RunSummary, Version};
use crate::runtime::{Cancel, Runtime, RuntimeConfig};
use crate::workspace::{Workspace, WorkspaceError};
use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, broadcast};

/// How many outcomes are kept for one who listens slowly.
const TOLD: usize = 1_024;
/// The most versions kept in memory.
const VERSIONS: usize = 256;

/// Why the platform could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no workspace to open it for.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    /// The store could not be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Another process executes already.
    #[error(transparent)]
    Owner(#[from] OwnerError),
    /// The program itself, which is its own worker, cannot be found.
    #[error("cannot find the lambdeck program: {0}")]
    Program(std::io::Error),
}

/// What became of a run, for whoever listens.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// The run; none when a delivery was given up without one.
    pub run: Option<RunSummary>,
    /// What became of its delivery, if it was one.
    pub fate: Fate,
}

/// What became of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was none, or it is done.
    Done,
    /// It is tried again at this time, in milliseconds since the Unix epoch.
    Retried {
        /// When.
        due_ms: i64,
    },
    /// It went back into the queue, since the platform stops.
    Returned,
    /// It became a dead letter.
    Dead {
        /// The lambda.
        lambda: crate::domain::LambdaName,
        /// Why.
        reason: String,
    },
}

/// The parts that a platform is made of.
pub struct Parts<S, R> {
    /// What keeps everything.
    pub store: S,
    /// What makes the runs.
    pub runner: R,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where spans of what happens go.
    pub traces: Traces,
    /// The workspace around the deployed lambdas.
    pub workspace: Workspace,
    /// Who executes; without it there is nobody else.
    pub owner: Option<Owner>,
}

/// Executes deployed lambdas; clones share it.
pub struct Platform<S = Embedded, R = Runtime> {
    pub(super) shared: Arc<Shared<S, R>>,
}

impl<S, R> Clone for Platform<S, R> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

pub(super) struct Shared<S, R> {
    pub(super) store: S,
    pub(super) runner: R,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) surroundings: Surroundings,
    pub(super) catalog: CatalogNow,
    pub(super) places: Places,
    pub(super) following: Following,
    pub(super) measures: Measures,
    pub(super) ongoing: Ongoing,
    pub(super) kept: Kept,
    pub(super) sink: Sink,
    pub(super) traces: Traces,
    pub(super) raised: Arc<Notify>,
    pub(super) health: Arc<Health>,
    pub(super) stop_runs: Cancel,
    pub(super) told: broadcast::Sender<Told>,
    announcer: Option<Announcer>,
    owner: Mutex<Option<Owner>>,
    versions: Mutex<HashMap<(LambdaId, u32), Arc<Version>>>,
}

impl Platform {
    /// Opens the platform of a workspace and becomes the one that executes in it. Needs a tokio runtime around it.
    pub fn open(workspace: &Workspace) -> Result<Self, OpenError> {
        let state = workspace.state_folder()?;
        let owner = Owner::take(&state)?;
        let store = Embedded::open(&state)?;
        let config = RuntimeConfig::of_this_program().map_err(OpenError::Program)?;
        let runner = Runtime::new(config);
        runner.warm();
        Ok(Self::of(Parts {
            store,
            runner,
            clock: Arc::new(SystemClock),
            traces: Traces::of(workspace),
            workspace: workspace.clone(),
            owner: Some(owner),
        }))
    }
}

impl<S: Store, R: Runner> Platform<S, R> {
    /// A platform of these parts.
    pub fn of(parts: Parts<S, R>) -> Self {
        let catalog = CatalogNow::of(parts.workspace.root());
        let surroundings = Surroundings::of(parts.workspace);
        let config = surroundings.config();
        let (count, per_lambda) =
            (config.delivery.concurrency, config.delivery.concurrency_per_lambda);
        Self {
            shared: Arc::new(Shared {
                places: Places::new(count, per_lambda, config.serve.request_timeout),
                following: Following::default(),
                store: parts.store,
                runner: parts.runner,
                clock: parts.clock,
                surroundings,
                catalog,
                measures: Measures::default(),
                ongoing: Ongoing::default(),
                kept: Kept::default(),
                sink: Sink::default(),
                traces: parts.traces,
                raised: Arc::default(),
                health: Arc::default(),
                stop_runs: Cancel::new(),
                told: broadcast::Sender::new(TOLD),
                announcer: parts.owner.as_ref().map(Owner::announcer),
                owner: Mutex::new(parts.owner),
                versions: Mutex::default(),
            }),
        }
    }

    /// Writes down for other processes where this one listens.
    pub fn announce(&self, address: String) -> std::io::Result<()> {
        self.shared.announcer.as_ref().map_or(Ok(()), |it| it.announce(Some(address)))
    }

    /// Breaks off what runs; a delivery goes back into the queue, which costs it no retry.
    pub fn return_what_runs(&self) {
        self.shared.stop_what_runs();
    }

    /// The runs that go on, the one that began first before the others.
    pub fn ongoing(&self) -> Vec<Arc<OngoingRun>> {
        self.shared.ongoing.list()
    }

    /// Tells the runs that go on, now and whenever they change.
    pub fn follow_ongoing(&self) -> OngoingWatch<'_> {
        self.shared.ongoing.follow()
    }

    /// Cancels the run with the id `run`, or with one that begins so; `by` is the person who does. It is recorded as
    /// cancelled; its delivery, if it has one, becomes a dead letter.
    pub fn cancel_run(&self, run: &str, by: String) -> Result<Arc<OngoingRun>, NotCancelled> {
        self.shared.cancel_run(run, by)
    }

    /// How long what runs may take to end when it stops.
    pub fn grace(&self) -> Duration {
        self.shared.surroundings.config().serve.grace
    }

    /// Sends the spans that wait, once nothing goes on any more, for at most `limit`.
    pub async fn end_traces(&self, limit: Duration) {
        self.shared.traces.end(limit).await;
    }

    /// What becomes of every run from now on.
    pub fn listen(&self) -> broadcast::Receiver<Told> {
        self.shared.told.subscribe()
    }

    /// What keeps everything.
    pub fn store(&self) -> &S {
        &self.shared.store
    }

    /// Carries out deliveries until `stop` comes to its end; then finishes what runs, and returns what takes longer than
    /// the grace to the queue. While the store fails it tries again. Called once.
    pub async fn run(&self, stop: impl Future<Output = ()> + Send) {
        let owner = self.shared.owner.lock().unwrap_or_else(PoisonError::into_inner).take();
        dispatch::run(&self.shared, owner, stop).await;
    }
}

impl<S: Store, R: Runner> Shared<S, R> {
    pub(super) fn is_stopping(&self) -> bool {
        self.places.is_closed()
    }

    /// Breaks off what runs.
    pub(super) fn stop_what_runs(&self) {
        self.stop_runs.cancel();
        self.ongoing.stop();
    }

    /// Cancels a run for a person, which the activity log tells.
    pub(super) fn cancel_run(
        self: &Arc<Self>,
        run: &str,
        by: String,
    ) -> Result<Arc<OngoingRun>, NotCancelled> {
        let run = self.ongoing.cancel(run, by.clone())?;
        let activity = Activity {
            at_ms: self.clock.now_ms(),
            by,
            action: "cancelled the run".to_owned(),
            lambda: Some(run.lambda.clone()),
            detail: run.id.to_string(),
        };
        let shared = Arc::clone(self);
        tokio::spawn(async move {
            if let Err(error) = shared.watch(shared.store.note(activity).await) {
                tracing::error!(%error, "that a run was cancelled could not be written down");
            }
        });
        Ok(run)
    }

    /// Remembers why the store failed.
    pub(super) fn watch<T>(&self, done: Result<T, StoreError>) -> Result<T, StoreError> {
        self.health.watch(done)
    }

    /// A version, which never changes and so is read once.
    pub(super) async fn version(
        &self,
        lambda: LambdaId,
        number: u32,
    ) -> Result<Arc<Version>, StoreError> {
        let key = (lambda, number);
        let known = self.versions.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(version) = known {
            return Ok(version);
        }
        let version = Arc::new(self.store.version(lambda, number).await?);
        let mut versions = self.versions.lock().unwrap_or_else(PoisonError::into_inner);
        if versions.len() >= VERSIONS {
            versions.clear();
        }
        versions.insert(key, Arc::clone(&version));
        Ok(version)
    }

    /// Tells of a run, if anybody listens.
    pub(super) fn tell(&self, run: Option<&KeptRun>, fate: Fate) {
        if self.told.receiver_count() > 0 {
            let _ = self.told.send(Told { run: run.map(RunSummary::of), fate });
        }
    }
}

/// Tells whoever executes in a workspace that there is something to do.
pub fn wake(workspace: &Workspace) {
    if let Ok(state) = workspace.state_folder() {
        owner::wake(&state);
    }
}

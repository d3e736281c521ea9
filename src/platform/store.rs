//! What the platform needs of whatever keeps its state.
//!
//! Every operation is one step: it happened as a whole and is durable when it returns, or it did not happen. None needs
//! more than single records, a log and compare-and-swap, so that a distributed engine can stand behind it too. Who uses a
//! store hands in the time, which no store looks up itself.

mod error;
mod slots;

use super::{Receipt, Retention};
use crate::domain::{
    Activity, Cause, DeadLetter, Delivered, DeliveryId, Deployment, EventId, KeptRun, LambdaId,
    LambdaName, Limits, RaisedEvent, RunQuery, RunSummary, RunsFound, Schedule, Token, TokenHash,
    TraceHeaders, Version, Window, WindowFigures,
};
pub use error::StoreError;
pub use slots::{Holders, giver};
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;

/// The answer of a store, later.
pub trait Answer<T>: Future<Output = Result<T, StoreError>> + Send {}

impl<T, F: Future<Output = Result<T, StoreError>> + Send> Answer<T> for F {}

/// Everything that is kept.
pub trait Store: Deployments + Queue + Runs + Schedules + Tokens {}

impl<S: Deployments + Queue + Runs + Schedules + Tokens> Store for S {}

/// A lambda to be deployed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The lambda.
    pub lambda: LambdaName,
    /// What will be executed; its number is given by the store, and one with a known digest is not kept twice in a row.
    pub version: Version,
    /// How many lambdas its event admits; none without an event.
    pub slots: Option<u32>,
    /// Whose slot it takes.
    pub swap: Option<LambdaName>,
}

/// What a deployment did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployed {
    /// The deployment as it is now.
    pub deployment: Deployment,
    /// The version that was executed before.
    pub replaced: Option<u32>,
    /// The lambda that gave up its slot and is not deployed any more.
    pub undeployed: Option<LambdaName>,
}

/// A lambda that was deployed at some time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownLambda {
    /// What it is called from outside.
    pub id: LambdaId,
    /// Its name.
    pub name: LambdaName,
    /// Its deployment, if it is deployed now.
    pub deployment: Option<Deployment>,
    /// Why its last deployment failed, if it did.
    pub failure: Option<String>,
}

/// Who does something, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doer {
    /// Who.
    pub by: String,
    /// When, in milliseconds since the Unix epoch.
    pub at_ms: i64,
}

/// Deployments, versions, slots, activity.
pub trait Deployments: Send + Sync + 'static {
    /// Deploys a lambda: version, slot and swap in one step, compared with all other deployments.
    fn deploy(&self, candidate: Candidate, doer: Doer) -> impl Answer<Deployed>;
    /// Notes that a deployment failed; what was deployed before is still executed.
    fn deployment_failed(&self, lambda: LambdaName, reason: String, doer: Doer) -> impl Answer<()>;
    /// Stops executing a lambda and frees its slot.
    fn undeploy(&self, lambda: LambdaName, doer: Doer) -> impl Answer<Deployment>;
    /// Gives a lambda that was deployed once its new name; one that never was is nothing to do. Says whether it did.
    fn rename(&self, from: LambdaName, to: LambdaName, doer: Doer) -> impl Answer<bool>;
    /// Every lambda that was ever deployed, in the order of their names.
    fn lambdas(&self) -> impl Answer<Arc<[KnownLambda]>>;
    /// The versions of a lambda, the newest first.
    fn versions(&self, lambda: LambdaName) -> impl Answer<Vec<Version>>;
    /// One version.
    fn version(&self, lambda: LambdaId, number: u32) -> impl Answer<Version>;
    /// What was done, the newest first.
    fn activity(&self, lambda: Option<LambdaName>, limit: u32) -> impl Answer<Vec<Activity>>;
    /// Notes that something was done.
    fn note(&self, activity: Activity) -> impl Answer<()>;
}

/// How much may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueLimits {
    /// Deliveries.
    pub deliveries: u64,
    /// Bytes of their inputs.
    pub bytes: u64,
}

impl QueueLimits {
    /// Whether there is room for anything beside so many deliveries and bytes.
    pub fn have_room(&self, (deliveries, bytes): (u64, u64)) -> bool {
        deliveries < self.deliveries && bytes < self.bytes
    }
}

/// What waits and what runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueFigures {
    /// Deliveries that wait or run.
    pub queued: u64,
    /// The bytes of their inputs.
    pub bytes: u64,
    /// When the oldest of those that wait was due, in milliseconds since the Unix epoch.
    pub oldest_due_ms: Option<i64>,
    /// Dead letters, by event and lambda.
    pub dead: Vec<(Option<EventId>, LambdaName, u64)>,
    /// Events that were taken, by whatever process, since there are figures of it; repetitions not counted.
    pub accepted: u64,
}

/// A delivery that was taken to be carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// The delivery.
    pub id: DeliveryId,
    /// Counts from 1, and counts all of them: those that failed, were returned, or ended with their process.
    pub attempt: u32,
    /// When it was taken, in milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// How many attempts failed since the delivery was made or redriven.
    pub failures: u32,
    /// How many ended with their process since then.
    pub ends: u32,
    /// The lambda's id.
    pub lambda_id: LambdaId,
    /// The lambda.
    pub lambda: LambdaName,
    /// The version that is deployed now; none when it is not deployed any more.
    pub version: Option<u32>,
    /// What it is given.
    pub input: Arc<str>,
    /// Why it is run.
    pub cause: Cause,
    /// The trace context that the event came with.
    pub trace: Option<TraceHeaders>,
    /// Who raised the event, and its id there.
    pub origin: (String, String),
    /// The event; none for a schedule's.
    pub event: Option<EventId>,
    /// Where it is sent, for a result; nothing is run then.
    pub sink: Option<String>,
}

impl Claimed {
    /// What it brings, for the record of a run.
    pub fn brings(&self) -> Delivered {
        let (source, event_id) = self.origin.clone();
        Delivered { source, event_id, delivery: self.id }
    }
}

/// What was claimed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// The deliveries.
    pub deliveries: Vec<Claimed>,
    /// When the next one will be due that is not due yet, in milliseconds since the Unix epoch.
    pub next_due_ms: Option<i64>,
}

/// A delivery that is not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undone {
    /// The delivery.
    pub id: DeliveryId,
    /// The lambda.
    pub lambda: LambdaName,
    /// Why it was given up, if it was; otherwise it waits or runs.
    pub reason: Option<String>,
}

/// Which deliveries are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Now, in milliseconds since the Unix epoch.
    pub now_ms: i64,
    /// At most so many to be run.
    pub most: usize,
    /// At most so many results to be sent.
    pub most_results: usize,
    /// At most so many of each lambda.
    pub most_per_lambda: usize,
    /// What runs of a lambda already, where anything does.
    pub running: BTreeMap<LambdaId, usize>,
    /// Not these, which stand in line already.
    pub in_line: Vec<DeliveryId>,
}

/// A result on its way: a delivery of its own, which is sent instead of run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// Where it goes.
    pub url: String,
    /// Who raised it, a URI reference, and its id there.
    pub origin: (String, String),
    /// The `CloudEvent` as JSON text.
    pub body: Arc<str>,
    /// The trace context that it belongs to.
    pub trace: Option<TraceHeaders>,
    /// When it is due, in milliseconds since the Unix epoch.
    pub due_ms: i64,
}

/// What is to become of a delivery whose run is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// It is done.
    Done {
        /// The result, where it is to be sent somewhere.
        result: Option<Outgoing>,
    },
    /// It failed, and is tried again at this time, in milliseconds since the Unix epoch.
    Retry {
        /// When.
        due_ms: i64,
    },
    /// It was broken off by us, which costs it no retry.
    Return {
        /// When it is due again, in milliseconds since the Unix epoch.
        due_ms: i64,
    },
    /// It finds no place and goes back: this attempt was none.
    Unbegun {
        /// When it is due, in milliseconds since the Unix epoch.
        due_ms: i64,
    },
    /// It becomes a dead letter.
    Dead {
        /// Why.
        reason: String,
        /// When, in milliseconds since the Unix epoch.
        at_ms: i64,
    },
    /// It becomes a dead letter without being tried: this attempt was none.
    Refused {
        /// Why.
        reason: String,
        /// When, in milliseconds since the Unix epoch.
        at_ms: i64,
    },
}

/// Dead letters that are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Letters {
    /// These.
    These(Vec<DeliveryId>),
    /// All of a lambda.
    Of(LambdaName),
    /// All.
    All,
}

/// What became of dead letters that were to be redriven.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Redriven {
    /// So many went back into the queue.
    pub count: u64,
    /// The lambdas of those that stayed as they are, since they are not deployed, in the order of their names.
    pub left: Vec<LambdaName>,
}

/// The queue of deliveries.
pub trait Queue: Send + Sync + 'static {
    /// Takes events, all or none, and makes a delivery for each deployed lambda that is connected to them. An event whose
    /// source and id were taken in the last 24 hours is a duplicate and does nothing.
    fn raise(
        &self,
        events: Vec<RaisedEvent>,
        limits: QueueLimits,
        now_ms: i64,
    ) -> impl Answer<Vec<Receipt>>;
    /// Takes deliveries that are due; they are nobody else's until they are settled. Their attempts are counted here.
    fn claim(&self, claim: Claim) -> impl Answer<Taken>;
    /// Takes one that went back for want of a place; none where it does not wait any more.
    fn begin(&self, delivery: DeliveryId, now_ms: i64) -> impl Answer<Option<Claimed>>;
    /// Ends an attempt, and keeps its run in the same step. A delivery that is done is done, whichever attempt it was; all
    /// else is for the last attempt to say.
    fn settle(
        &self,
        delivery: (DeliveryId, u32),
        settlement: Settlement,
        run: Option<Arc<KeptRun>>,
    ) -> impl Answer<()>;
    /// Shows nothing of what a delivery was given to whoever looks at it from now on.
    fn mask(&self, delivery: DeliveryId) -> impl Answer<()>;
    /// Makes all deliveries due that were taken, for their owner is gone, and keeps a run for each that ended with it; and those that would be due after `latest_ms`,
    /// for the clock was ahead. Says how many.
    fn release_all(&self, now_ms: i64, latest_ms: i64) -> impl Answer<u64>;
    /// Makes deliveries that would be due after `now_ms` due earlier by `by_ms`, though not before now.
    fn bring_forward(&self, now_ms: i64, by_ms: i64) -> impl Answer<()>;
    /// Writes something that says nothing, to see whether it can.
    fn try_writing(&self, now_ms: i64) -> impl Answer<()>;
    /// What waits.
    fn queue_figures(&self) -> impl Answer<QueueFigures>;
    /// The deliveries of an event that are not done.
    fn deliveries_of(&self, source: String, id: String) -> impl Answer<Vec<Undone>>;
    /// The dead letters, the newest first.
    fn dead_letters(&self, lambda: Option<LambdaName>, limit: u32) -> impl Answer<Vec<DeadLetter>>;
    /// One dead letter.
    fn dead_letter(&self, delivery: DeliveryId) -> impl Answer<DeadLetter>;
    /// The dead letter with this id, or with one that begins so where no other does.
    fn dead_letter_named(&self, id: String) -> impl Answer<DeliveryId>;
    /// How many deliveries wait for a lambda.
    fn waiting_for(&self, lambda: LambdaName) -> impl Answer<u64>;
    /// Puts dead letters back into the queue with all their retries, but for those that nobody would take: their lambda is
    /// not deployed.
    fn redrive(&self, letters: Letters, doer: Doer) -> impl Answer<Redriven>;
    /// Removes dead letters for good. Says how many.
    fn purge(&self, letters: Letters, doer: Doer) -> impl Answer<u64>;
}

/// A place in the order in which runs were kept, which is that of their ends and not that of their ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunMark(pub(super) i64);

/// Runs that were made.
pub trait Runs: Send + Sync + 'static {
    /// Keeps a run.
    fn keep(&self, run: Arc<KeptRun>) -> impl Answer<()>;
    /// Keeps a run within a moment, together with others: for those of which nobody was told that they are on the disk. Who
    /// asks this store for runs is told of it all the same. What became of it is told to `told`, on some thread.
    fn keep_soon(
        &self,
        run: Arc<KeptRun>,
        told: impl FnOnce(Result<(), StoreError>) + Send + 'static,
    );
    /// The runs that a query means, the newest first.
    fn runs(&self, query: RunQuery) -> impl Answer<Vec<RunSummary>>;
    /// The same, where a search for a text looks at no more runs than a person waits for: it says where it stopped.
    fn search(&self, query: RunQuery) -> impl Answer<RunsFound>;
    /// What a query means of the runs that were kept after a mark, in the order in which they were kept, at most its limit
    /// of them; and the mark behind them. Without a mark: the newest runs, the oldest of them first, and the mark of now.
    fn follow(
        &self,
        query: RunQuery,
        mark: Option<RunMark>,
    ) -> impl Answer<(Vec<RunSummary>, RunMark)>;
    /// One run. A beginning of its id is enough where no other id begins so.
    fn run(&self, id: String) -> impl Answer<KeptRun>;
    /// How runs went in the window that ends at `now_ms`.
    fn window(&self, window: Window, now_ms: i64) -> impl Answer<WindowFigures>;
    /// Forgets some of what is not to be kept: runs that are too old, the oldest beyond the room they may take, and what
    /// events were taken more than a day ago. Says how many; none when there are no more.
    fn forget(&self, retention: Retention) -> impl Answer<u64>;
    /// When the next of what is kept now is too old, in milliseconds since the Unix epoch; none where nothing is kept.
    fn next_to_forget(&self, retention: Retention) -> impl Answer<Option<i64>>;
    /// The runs of a delivery, the first attempt first.
    fn runs_of(&self, delivery: DeliveryId) -> impl Answer<Vec<RunSummary>>;
}

/// A schedule that is due, and when it will be next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tick {
    /// The schedule's name.
    pub name: String,
    /// The time it was due that this is for; another one than the store has means that somebody was faster.
    pub due_ms: i64,
    /// When it is due next.
    pub next_ms: Option<i64>,
    /// The time that a run is made for; none when it was missed for too long.
    pub run_for_ms: Option<i64>,
}

/// Schedules.
pub trait Schedules: Send + Sync + 'static {
    /// All of them, in the order of their names.
    fn schedules(&self) -> impl Answer<Vec<Schedule>>;
    /// Adds one; its name must be free, its lambda deployed.
    fn add_schedule(&self, schedule: Schedule, doer: Doer) -> impl Answer<()>;
    /// Removes one, unless a deployed version declares it.
    fn remove_schedule(&self, name: String, doer: Doer) -> impl Answer<()>;
    /// Pauses one, or resumes it to be due next at a time.
    fn pause_schedule(
        &self,
        name: String,
        resumed_for_ms: Option<i64>,
        doer: Doer,
    ) -> impl Answer<()>;
    /// Makes the delivery of a schedule that is due and sets when it is due next, in one step. Says whether it did.
    fn tick(&self, tick: Tick, now_ms: i64) -> impl Answer<bool>;
}

/// Tokens.
pub trait Tokens: Send + Sync + 'static {
    /// Adds one; its name must be free.
    fn add_token(&self, token: Token, doer: Doer) -> impl Answer<()>;
    /// All of them, in the order of their names.
    fn tokens(&self) -> impl Answer<Vec<Token>>;
    /// The one with this hash.
    fn token_of(&self, hash: TokenHash) -> impl Answer<Option<Token>>;
    /// Removes one.
    fn revoke_token(&self, name: String, doer: Doer) -> impl Answer<()>;
}

/// What is new of a lambda, for a version that nobody deployed yet.
pub(super) fn unnumbered(
    source: Arc<str>,
    event: Option<EventId>,
    env: BTreeMap<String, String>,
    limits: Limits,
) -> Version {
    let version = Version {
        number: 0,
        source,
        event,
        env,
        limits,
        schedules: Vec::new(),
        skills: Vec::new(),
        digest: String::new(),
        created_at_ms: 0,
        by: String::new(),
    };
    digested(version)
}

/// The same with the digest of what it says.
pub(super) fn digested(version: Version) -> Version {
    Version { digest: super::digest::of(&version), ..version }
}

//! What whoever stands at the platform's door may ask of it.

use super::traces::{SpanFigures, Traces};
use crate::domain::{
    DeliveryId, EventId, FailureKind, LambdaId, LambdaName, RaisedEvent, Run, Token, TokenHash,
    TraceHeaders,
};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

/// The platform as the HTTP door sees it.
pub trait Door: Send + Sync + 'static {
    /// Takes events for delivery, all of them or none. When this returns they are on the disk.
    fn raise(
        &self,
        events: Vec<RaisedEvent>,
    ) -> impl Future<Output = Result<Vec<Receipt>, Refusal>> + Send;

    /// Runs a deployed lambda now and waits for it. The run is kept a moment later.
    fn invoke(
        &self,
        lambda: LambdaRef,
        invocation: Invocation,
    ) -> impl Future<Output = Result<Run, Refusal>> + Send;

    /// Runs every deployed lambda that is connected to `event`, and that is for the invocation's skill, now and waits for all
    /// of them.
    fn invoke_event(
        &self,
        event: EventId,
        invocation: Invocation,
    ) -> impl Future<Output = Result<Vec<(LambdaId, Run)>, Refusal>> + Send;

    /// Whether a deployed lambda is connected to `event`, and is for `skill` where that is asked.
    fn is_implemented(
        &self,
        event: EventId,
        skill: Option<String>,
    ) -> impl Future<Output = Result<bool, Refusal>> + Send;

    /// The event that a name from outside means: its id, or the constant of the hosted system's client libraries.
    fn event_named(&self, name: &str) -> Option<EventId>;

    /// The token with this hash, if there is one and it has not ended.
    fn token(&self, hash: TokenHash)
    -> impl Future<Output = Result<Option<Token>, Refusal>> + Send;

    /// What there is to measure.
    fn figures(&self) -> impl Future<Output = Result<Figures, Refusal>> + Send;

    /// Where the spans of requests go.
    fn traces(&self) -> Traces {
        Traces::default()
    }

    /// Why it does not take events now, if so: it starts, it stops, or its disk is full. Anybody may read it.
    fn obstacle(&self) -> Option<String>;
}

/// A lambda as a caller names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LambdaRef {
    /// By the id it got when it was deployed first.
    Id(LambdaId),
    /// By its name.
    Name(LambdaName),
}

/// What is sent along with a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    /// What the lambda gets: a JSON object of `timestamp`, `headers` and `payload`.
    pub input: Arc<str>,
    /// What the caller says it is.
    pub system: Option<String>,
    /// The skill that a call by event is about.
    pub skill: Option<String>,
    /// The W3C trace context that it came with.
    pub trace: Option<TraceHeaders>,
}

/// What became of an event that was raised.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipt {
    /// To how many lambdas it will be delivered.
    pub deliveries: u32,
    /// These deliveries.
    pub ids: Vec<DeliveryId>,
    /// The same event was taken before; nothing was done now.
    pub is_duplicate: bool,
}

/// Why the platform did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No such event in the catalogue.
    #[error("there is no event `{0}`; `lambdeck events` lists them")]
    UnknownEvent(String),
    /// No lambda by this name or id was ever deployed.
    #[error("there is no lambda `{0}`; `lambdeck deploy` makes one productive")]
    UnknownLambda(String),
    /// The lambda is not deployed.
    #[error("the lambda `{0}` is not deployed; `lambdeck deploy {0}` makes it productive")]
    NotDeployed(String),
    /// No deployed lambda is connected to the event.
    #[error("no deployed lambda is connected to `{0}`")]
    NotImplemented(EventId),
    /// What was sent is not acceptable.
    #[error("{0}")]
    BadInput(String),
    /// What was sent is too large.
    #[error(
        "the input of a lambda would have {bytes} bytes, payload and headers counted; {limit} are allowed"
    )]
    TooLarge {
        /// How large.
        bytes: usize,
        /// How large it may be.
        limit: usize,
    },
    /// More was sent at once than the queue could ever take.
    #[error("{0}")]
    TooMuch(String),
    /// The queue is full.
    #[error("the queue is full; try again in {} s", retry_after.as_secs().max(1))]
    Full {
        /// When to try again.
        retry_after: Duration,
    },
    /// No run could begin in time.
    #[error("no run could begin in time, for all places are taken; try again in {} s", retry_after.as_secs().max(1))]
    Busy {
        /// When to try again.
        retry_after: Duration,
    },
    /// The store cannot be written at the moment.
    #[error("nothing can be kept now; try again in {} s", retry_after.as_secs().max(1))]
    Unwritable {
        /// When to try again.
        retry_after: Duration,
    },
    /// A person cancelled the run.
    #[error("the run was cancelled by hand before it ended")]
    Cancelled,
    /// It stops.
    #[error("lambdeck is stopping")]
    Stopping,
    /// The store failed.
    #[error("the store failed: {0}")]
    Store(String),
}

/// What there is to measure, since the process began unless said otherwise.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// Deliveries that wait or run, now.
    pub queued: u64,
    /// The bytes of their inputs, now.
    pub queued_bytes: u64,
    /// How long the oldest of them has been due, in milliseconds, now.
    pub oldest_due_ms: u64,
    /// Runs that go on, now.
    pub running: u64,
    /// Events taken by this and any other process since the workspace's store counts them, repetitions not counted.
    pub accepted: u64,
    /// Repetitions that this process recognised.
    pub duplicates: u64,
    /// Events that this process refused because the queue was full.
    pub refused: u64,
    /// Spans of traces; none where none are sent.
    pub spans: Option<SpanFigures>,
    /// For each event and lambda.
    pub lambdas: Vec<LambdaFigures>,
}

/// The figures of one lambda on one event.
#[derive(Clone, Debug, PartialEq)]
pub struct LambdaFigures {
    /// The event; none for a lambda without one.
    pub event: Option<EventId>,
    /// The lambda.
    pub lambda: LambdaName,
    /// Runs that succeeded.
    pub succeeded: u64,
    /// Runs that failed, by kind.
    pub failed: Vec<(FailureKind, u64)>,
    /// Runs that were cancelled, by a person or because the platform stopped.
    pub cancelled: u64,
    /// Deliveries put off to be tried again.
    pub retried: u64,
    /// Deliveries given up.
    pub dead: u64,
    /// Dead letters that are kept, now.
    pub dead_letters: u64,
    /// How long the runs took: how many took at most so many microseconds, from the smallest bound to `u64::MAX`, each
    /// including those before it.
    pub durations: Vec<(u64, u64)>,
    /// The sum of what they took, in microseconds.
    pub duration_sum_us: u64,
}

//! Why a store did not do what was asked.

use crate::domain::{EventId, LambdaName};
use crate::platform::Refusal;
use crate::platform::store::QueueLimits;
use std::time::Duration;

/// When to try again what cannot be written.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// Why a store did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// All slots of the event are held by deployed lambdas.
    #[error("{}", full_event(event, *slots, holders))]
    EventFull {
        /// The event.
        event: EventId,
        /// How many lambdas it admits.
        slots: u32,
        /// Who is deployed on it, in the order of their names.
        holders: Vec<LambdaName>,
    },
    /// The lambda that should give up its slot holds none.
    #[error("`{holder}` is not deployed on `{event}`, so it has no slot to give")]
    NotAHolder {
        /// The lambda that was named.
        holder: LambdaName,
        /// The event.
        event: EventId,
    },
    /// A slot should be given up for a lambda without an event.
    #[error("`{lambda}` is connected to no event and needs no slot; leave out `--swap {holder}`")]
    NeedsNoSlot {
        /// The lambda.
        lambda: LambdaName,
        /// Who should give up a slot.
        holder: LambdaName,
    },
    /// A lambda should give up its slot for itself.
    #[error("`{0}` cannot take its own slot; leave out `--swap {0}`")]
    OwnSlot(LambdaName),
    /// The lambda is not deployed.
    #[error("`{0}` is not deployed; `lambdeck deploy {0}` makes it productive")]
    NotDeployed(LambdaName),
    /// Dead letters whose lambdas are not deployed.
    #[error("{}", no_taker(.0))]
    NoTaker(Vec<LambdaName>),
    /// There is no such thing.
    #[error("there is no {0}")]
    Unknown(String),
    /// There is one already.
    #[error("there is a {what} already; take another name, or {advice}")]
    Exists {
        /// What there is.
        what: String,
        /// How its name becomes free.
        advice: String,
    },
    /// The schedule stands in a file, from which it would come back.
    #[error(
        "the schedule `{name}` stands in the lambda.toml of `{lambda}`; remove it there and deploy `{lambda}`, or pause it with `lambdeck schedule pause {name}`"
    )]
    Declared {
        /// The schedule.
        name: String,
        /// Its lambda.
        lambda: LambdaName,
    },
    /// Too much waits.
    #[error("the queue is full")]
    QueueFull,
    /// Even an empty queue would not take so much at once.
    #[error("{} deliveries of {} bytes were sent at once, the queue takes {} of {}; send them in parts", own.deliveries, own.bytes, limits.deliveries, limits.bytes)]
    QueueTooSmall {
        /// How much.
        own: QueueLimits,
        /// How much would be taken.
        limits: QueueLimits,
    },
    /// There is no room on the disk.
    #[error("the disk with `{path}` is full; free some space")]
    DiskFull {
        /// The database.
        path: String,
    },
    /// The file is no database, or damaged.
    #[error(
        "`{path}` is damaged ({reason}); put a copy of it back, or move it away, and lambdeck begins a new one, without the deployments, versions, queue, dead letters, runs, schedules and tokens that are in it"
    )]
    Damaged {
        /// The database.
        path: String,
        /// What was found.
        reason: String,
    },
    /// A newer lambdeck wrote it.
    #[error(
        "`{path}` was made by a newer lambdeck (form {found}, this one knows {known}); update lambdeck"
    )]
    Newer {
        /// The database.
        path: String,
        /// The form it has.
        found: i64,
        /// The newest form that this program knows.
        known: i64,
    },
    /// It may not be written.
    #[error(
        "`{path}` cannot be written; check the owner and mode of it and of its folder, and that its file system is not read-only"
    )]
    ReadOnly {
        /// The database.
        path: String,
    },
    /// It may not even be read.
    #[error("`{path}` cannot be read ({reason}); check the owner and mode of it and of its folder")]
    Unreadable {
        /// The database.
        path: String,
        /// What was found.
        reason: String,
    },
    /// It was removed or moved away while it is used.
    #[error(
        "`{path}` was removed or moved away while lambdeck uses it; put it back, or end this lambdeck and start it again"
    )]
    Gone {
        /// The file.
        path: String,
    },
    /// Another process keeps it locked.
    #[error("another process keeps `{path}` locked; try again")]
    Busy {
        /// The database.
        path: String,
    },
    /// Something else.
    #[error("`{path}`: {reason}")]
    Other {
        /// The database.
        path: String,
        /// What.
        reason: String,
    },
}

fn full_event(event: &EventId, slots: u32, holders: &[LambdaName]) -> String {
    let names: Vec<_> = holders.iter().map(|name| format!("`{name}`")).collect();
    let lambdas = if slots == 1 { "lambda" } else { "lambdas" };
    format!(
        "`{event}` admits {slots} deployed {lambdas}, and {} {} deployed on it; undeploy one, or swap with `--swap {}`",
        names.join(", "),
        if holders.len() == 1 { "is" } else { "are" },
        holders.first().map_or("HOLDER", LambdaName::as_str)
    )
}

/// Why dead letters of `lambdas` stay as they are.
fn no_taker(lambdas: &[LambdaName]) -> String {
    let names: Vec<_> = lambdas.iter().map(|name| format!("`{name}`")).collect();
    let (are, their, them) =
        if names.len() == 1 { ("is", "its", "it") } else { ("are", "their", "them") };
    format!(
        "{} {are} not deployed, so {their} dead letters stay as they are; deploy {them} first",
        names.join(", ")
    )
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::DiskFull { .. }
            | StoreError::ReadOnly { .. }
            | StoreError::Gone { .. }
            | StoreError::Newer { .. }
            | StoreError::Busy { .. } => Self::Unwritable { retry_after: RETRY_AFTER },
            StoreError::QueueTooSmall { .. } => Self::TooMuch(error.to_string()),
            error => Self::Store(error.to_string()),
        }
    }
}

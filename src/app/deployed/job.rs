//! What the app asks of the platform, and what it is told. Data, so that a test can read it.

use super::{OfLambda, Planned, Serving};
use crate::app::dialogs::Prompt;
use crate::app::job::Contents;
use crate::app::screens::run_pages::Side;
use crate::domain::{
    DeadLetter, DeliveryId, DeploymentState, EventId, KeptRun, LambdaName, OngoingRun, Place, Run,
    RunFigures, RunId, RunQuery, RunsFound, SendingOf, Version, Window,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Something to be done by the platform.
#[derive(Clone, Debug)]
pub enum PlatformJob {
    /// Tell what is deployed, and who executes it.
    Look,
    /// Check a lambda and tell what deploying it would change.
    Review(LambdaName),
    /// Deploy what was reviewed last.
    Deploy {
        /// The lambda.
        lambda: LambdaName,
        /// The lambda that gives its slot up.
        swap: Option<LambdaName>,
    },
    /// Stop executing a lambda.
    Undeploy {
        /// The lambda.
        lambda: LambdaName,
        /// What is done then.
        then: ThenUndeployed,
    },
    /// Tell the versions of a lambda.
    Versions(LambdaName),
    /// Deploy a version again.
    RollBack {
        /// The lambda.
        lambda: LambdaName,
        /// The version; none for the newest.
        version: Option<u32>,
        /// The lambda that gives its slot up.
        swap: Option<LambdaName>,
    },
    /// Give a lambda that was deployed another name, in the workspace too.
    Rename {
        /// The lambda.
        lambda: LambdaName,
        /// Its new name.
        to: LambdaName,
        /// Asks for the name, again should it be refused.
        prompt: Box<Prompt>,
    },
    /// Execute what is deployed, or stop it.
    TurnServing,
    /// Cancel a run that goes on.
    CancelRun(RunId),
    /// Leave a schedule alone.
    PauseSchedule(String),
    /// Go on with a schedule.
    ResumeSchedule(String),
    /// Tell the newest runs, how those of a window went, and what waits.
    Watch {
        /// Which runs.
        query: RunQuery,
        /// Which window.
        window: Window,
    },
    /// Tell a page of further runs.
    Page {
        /// Which runs.
        query: RunQuery,
        /// Where the page stands beside those that are held.
        side: Side,
    },
    /// Read a run.
    Read {
        /// Which.
        run: RunId,
        /// What for.
        then: ThenRead,
    },
    /// Make a run again.
    Replay(Replay),
    /// Put dead letters back into the queue.
    Redrive(Which),
    /// Remove dead letters for good.
    Purge(Which),
    /// Keep a run that a person made.
    Keep {
        /// The run.
        run: Arc<Run>,
        /// What the lambda was given.
        input: Contents,
    },
}

impl PlatformJob {
    /// What is looked at, if it is a look.
    pub const fn look(&self) -> Option<Look> {
        match self {
            Self::Look => Some(Look::Standing),
            Self::Watch { .. } => Some(Look::Activity),
            _ => None,
        }
    }

    /// Nobody needs the answer to `older` any more when this is asked too.
    pub const fn replaces(&self, older: &Self) -> bool {
        matches!((self, older), (Self::Look, Self::Look) | (Self::Watch { .. }, Self::Watch { .. }))
    }
}

/// What is looked at again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// What is deployed.
    Standing,
    /// What is on the Activity screen.
    Activity,
}

/// What a run is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThenRead {
    /// To be shown.
    Show,
    /// To ask whether it is made again.
    Replay,
}

/// Which dead letters are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// This one.
    One(DeliveryId),
    /// All of them.
    All,
}

/// A run to be made again.
#[derive(Clone, Debug, PartialEq)]
pub struct Replay {
    /// Which.
    pub run: RunId,
    /// With which code.
    pub code: Code,
    /// What of what it wants to change outside is sent.
    pub sending: SendingOf,
}

/// The code of a replay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// What ran.
    Same,
    /// The lambda as it stands in the workspace.
    Draft,
}

/// What is on the Activity screen.
#[derive(Clone, Debug)]
pub struct Seen {
    /// What was asked for.
    pub query: RunQuery,
    /// The newest runs of it.
    pub found: RunsFound,
    /// The window.
    pub window: Window,
    /// How all runs of it went.
    pub figures: RunFigures,
    /// What waits.
    pub queue: Queue,
}

/// What is deployed, when it runs by itself, and who executes it.
#[derive(Clone, Debug)]
pub struct Standing {
    /// What the platform knows of each lambda.
    pub lambdas: BTreeMap<LambdaName, OfLambda>,
    /// The schedules, in the order of their names.
    pub schedules: Vec<Planned>,
    /// Who executes.
    pub serving: Serving,
}

/// What waits to be delivered, and what was given up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Queue {
    /// Deliveries that wait or run.
    pub queued: u64,
    /// When the oldest of those that wait was due, in milliseconds since the Unix epoch.
    pub oldest_due_ms: Option<i64>,
    /// How many dead letters there are.
    pub dead: u64,
    /// The newest of them.
    pub letters: Vec<DeadLetter>,
}

/// What follows when a lambda is not deployed any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThenUndeployed {
    /// Nothing.
    Nothing,
    /// It is deleted.
    Delete,
}

/// What the platform tells.
#[derive(Clone, Debug)]
pub enum PlatformMessage {
    /// What is deployed, and who executes it.
    Seen(Box<Standing>),
    /// What deploying a lambda would change.
    Reviewed(Box<Review>),
    /// A lambda was deployed.
    Deployed {
        /// The lambda.
        lambda: LambdaName,
        /// The version that is executed now.
        version: u32,
        /// The lambda that gave its slot up.
        undeployed: Option<LambdaName>,
    },
    /// A lambda was not deployed, since its event is full.
    Full {
        /// The lambda.
        lambda: LambdaName,
        /// The version that was to be deployed again; none for what was reviewed.
        version: Option<u32>,
        /// Who is deployed on it.
        slots: Slots,
    },
    /// A lambda is not executed any more.
    Undeployed(LambdaName, ThenUndeployed),
    /// The versions of a lambda.
    Versions(Box<Versions>),
    /// A lambda that was deployed has another name, in the workspace too.
    Renamed {
        /// Its old name.
        lambda: LambdaName,
        /// Its new name.
        to: LambdaName,
    },
    /// Who executes what is deployed.
    Serves(Serving),
    /// This process executes and listens, which nobody asked it to; said once in the life of a workspace.
    ServesByItself {
        /// Where it listens.
        address: String,
    },
    /// Whoever executes what is deployed may be another now.
    OwnerChanged,
    /// The collector of spans takes none, for this reason; or it takes them again.
    Collector(Option<String>),
    /// These runs go on, the one that began first before the others.
    Ongoing(Vec<Arc<OngoingRun>>),
    /// These runs are being made again here, as far as that takes a moment.
    Replaying(Vec<Arc<OngoingRun>>),
    /// A run was cancelled.
    Cancelled(Arc<OngoingRun>),
    /// Something ran.
    Ran,
    /// Something that the person should know.
    Warned(String),
    /// What is on the Activity screen.
    Watched(Box<Seen>),
    /// This cannot be read now, for this reason.
    Unread(Look, String),
    /// A page of further runs.
    Page {
        /// What was asked for.
        query: Box<RunQuery>,
        /// Where it stands.
        side: Side,
        /// The runs.
        found: RunsFound,
    },
    /// A run was read, with the source of the version that ran.
    Read(Box<KeptRun>, Option<Arc<str>>, ThenRead),
    /// A run was made again.
    Replayed(Box<KeptRun>),
    /// Dead letters were put back into the queue.
    Redriven {
        /// So many.
        count: u64,
        /// The lambdas of those that stayed as they are, since they are not deployed.
        left: Vec<LambdaName>,
    },
    /// So many dead letters were removed.
    Purged(u64),
}

/// The slots of an event that is full.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slots {
    /// The event.
    pub event: EventId,
    /// How many lambdas it admits.
    pub slots: u32,
    /// Who is deployed on it.
    pub holders: Vec<LambdaName>,
}

/// What there is to see before a lambda is deployed.
#[derive(Clone, Debug)]
pub struct Review {
    /// The lambda.
    pub lambda: LambdaName,
    /// Its state now.
    pub state: DeploymentState,
    /// The first error, and where it stands in the source; how many there are.
    pub errors: Option<(String, Option<Place>, usize)>,
    /// The warnings.
    pub warnings: Vec<String>,
    /// What would be executed.
    pub new: Version,
    /// What is executed now.
    pub deployed: Option<Version>,
    /// What else than the source would change.
    pub changes: Vec<String>,
    /// Who is deployed on its event, when there is no room for it.
    pub full: Option<Slots>,
}

/// The versions of a lambda.
#[derive(Clone, Debug)]
pub struct Versions {
    /// The lambda.
    pub lambda: LambdaName,
    /// The versions, the newest first.
    pub versions: Vec<Version>,
    /// The number of the one that is executed.
    pub deployed: Option<u32>,
    /// The lambda as it stands in the workspace.
    pub draft: Option<Version>,
}

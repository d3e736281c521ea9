//! Events that were raised, and what they cause.

use super::event::EventId;
use super::run::RunId;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;
use uuid::Uuid;

/// An event that happened, with its payload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RaisedEvent {
    /// Who raised it, a URI reference. Together with `id` it tells a repetition from a new one.
    pub source: String,
    /// Unique within its source.
    pub id: String,
    /// Which event.
    pub event: EventId,
    /// What a lambda gets: a JSON object of `timestamp`, `headers` and `payload`.
    pub input: Arc<str>,
    /// When it was taken, in milliseconds since the Unix epoch.
    pub raised_at_ms: i64,
    /// The W3C trace context that it came with.
    pub traceparent: Option<String>,
}

/// Identifies one way of an event to one lambda, over all its attempts; sorts by the time it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeliveryId(pub Uuid);

impl fmt::Display for DeliveryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Why a run was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum Cause {
    /// A person or a script invoked the lambda in its workspace.
    Invoke,
    /// The invocation API was called.
    Call {
        /// What the caller says it is.
        system: Option<String>,
    },
    /// An event was delivered.
    Delivery {
        /// Which delivery.
        delivery: DeliveryId,
        /// Counts from 1.
        attempt: u32,
    },
    /// A schedule was due.
    Schedule {
        /// The schedule's name.
        name: String,
        /// The time it was due, in milliseconds since the Unix epoch.
        due_at_ms: i64,
    },
    /// A run was made again.
    Replay {
        /// Which one.
        of: RunId,
    },
}

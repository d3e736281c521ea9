//! Runs that go on.

use super::delivery::Cause;
use super::event::EventId;
use super::lambda::LambdaName;
use super::run::RunId;
use serde::{Deserialize, Serialize};

/// A run of a deployed lambda that has not ended yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OngoingRun {
    /// Its id, which its record will have.
    pub id: RunId,
    /// The lambda.
    pub lambda: LambdaName,
    /// The event it is connected to.
    pub event: Option<EventId>,
    /// Why it is made.
    pub cause: Cause,
    /// The deployed version that runs; 0 for a draft, which is run by hand only.
    pub version: u32,
    /// When it started, in milliseconds since the Unix epoch.
    pub started_at_ms: i64,
}

impl OngoingRun {
    /// Its code, in words.
    pub fn code(&self) -> String {
        match self.version {
            0 => "the draft".to_owned(),
            version => format!("version {version}"),
        }
    }
}

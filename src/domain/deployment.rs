//! Deployments: which version of which lambda is executed when its event is triggered.

use super::event::EventId;
use super::lambda::LambdaName;
use super::limits::Limits;
use super::schedule::DeclaredSchedule;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use uuid::Uuid;

/// What a lambda is called from outside; given when it is deployed for the first time, and kept when it is renamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LambdaId(pub Uuid);

impl fmt::Display for LambdaId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What stands between a lambda in the workspace and what is executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeploymentState {
    /// Not deployed.
    Draft,
    /// Deployed as it stands in the workspace.
    Productive,
    /// Deployed, and edited since.
    Modified,
    /// Deployed, and its folder is gone.
    NoFolder,
    /// Its last deployment failed; what was deployed before, if anything, is still executed.
    Failed,
}

impl DeploymentState {
    /// Its name as people read it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Draft => "Draft",
            Self::Productive => "Productive",
            Self::Modified => "Modified",
            Self::NoFolder => "Without folder",
            Self::Failed => "Failed",
        }
    }
}

/// What there is to say of a deployed lambda whose folder is gone.
pub fn without_folder(lambda: &LambdaName, version: u32) -> String {
    format!(
        "`{lambda}` is deployed as version {version}, and its folder is gone; `lambdeck undeploy {lambda}` ends that, `lambdeck versions {lambda} --source {version}` prints its source"
    )
}

/// Everything of a lambda that its runs depend on, as it was deployed. Never changed, never deleted while it is deployed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// Counts from 1 for each lambda.
    pub number: u32,
    /// The Rhai source.
    pub source: Arc<str>,
    /// The event it was connected to.
    pub event: Option<EventId>,
    /// Its environment variables, those of the workspace included.
    pub env: BTreeMap<String, String>,
    /// Its limits, the defaults included.
    pub limits: Limits,
    /// The skills whose calls by event it is for; none for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<String>,
    /// When it runs by itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub schedules: Vec<DeclaredSchedule>,
    /// SHA-256 over all of the above but the number, in hexadecimal digits: what tells Productive from Modified.
    pub digest: String,
    /// When it was made, in milliseconds since the Unix epoch.
    pub created_at_ms: i64,
    /// Who made it.
    pub by: String,
}

impl Version {
    /// Whether it is for calls by event that name `skill`, or none.
    pub fn is_for(&self, skill: Option<&str>) -> bool {
        skill.is_none_or(|skill| self.skills.is_empty() || self.skills.iter().any(|it| it == skill))
    }
}

/// A deployed lambda.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployment {
    /// What it is called from outside.
    pub id: LambdaId,
    /// The lambda.
    pub lambda: LambdaName,
    /// The event whose slot it holds.
    pub event: Option<EventId>,
    /// The number of the version that is executed.
    pub version: u32,
    /// That version's digest.
    pub digest: String,
    /// Since when, in milliseconds since the Unix epoch.
    pub deployed_at_ms: i64,
    /// Who deployed it.
    pub by: String,
}

/// Something that was done to a lambda or to what hangs on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// When, in milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// By whom.
    pub by: String,
    /// What: `deployed`, `undeployed` and so on.
    pub action: String,
    /// The lambda, if it was about one.
    pub lambda: Option<LambdaName>,
    /// More about it, in a few words.
    pub detail: String,
}

impl Activity {
    /// The version that was deployed, and the one that was executed before where that was another.
    pub fn versions(&self) -> Option<(u32, Option<u32>)> {
        let number = |text: &str| {
            let end = text.find(|it: char| !it.is_ascii_digit()).unwrap_or(text.len());
            text[..end].parse().ok()
        };
        let told = self.detail.strip_prefix("version ")?;
        let before = told.split(", ").find_map(|part| part.strip_prefix("before it "));
        Some((number(told)?, before.and_then(number)))
    }
}

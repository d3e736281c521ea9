//! What is deployed, as the app knows it: states, versions, who executes.
//!
//! Owns what the platform told of deployments and of those who execute them, and what the commands about them do. Must not
//! know the platform itself: it asks by [`job::PlatformJob`] and is told by [`job::PlatformMessage`].

pub mod actions;
pub mod job;
pub mod received;

use crate::domain::{
    Deployment, DeploymentState, LambdaName, RunFigures, RunSummary, Schedule, deployment,
};
use std::collections::BTreeMap;

/// What is known of deployments.
#[derive(Clone, Debug, Default)]
pub struct Deployed {
    /// What the platform knows of each lambda.
    pub lambdas: BTreeMap<LambdaName, OfLambda>,
    /// The schedules, in the order of their names.
    pub schedules: Vec<Planned>,
    /// Who executes what is deployed.
    pub serving: Serving,
    /// The collector of spans takes none.
    pub collector_is_away: bool,
    /// Why what is deployed cannot be read now, if it cannot.
    pub unread: Option<String>,
    /// The lambda that is to be deployed once it is saved.
    pub(super) wanted: Option<LambdaName>,
}

/// What the platform knows of one lambda.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OfLambda {
    /// What stands between the workspace and what is executed; none for a lambda that nobody deployed yet.
    pub state: Option<DeploymentState>,
    /// Its deployment, if it is deployed.
    pub deployment: Option<Deployment>,
    /// Why its last deployment failed, if it did; what was deployed before is still executed.
    pub failure: Option<String>,
    /// Its last run.
    pub last: Option<RunSummary>,
    /// How its runs of the last 24 hours went.
    pub day: RunFigures,
}

/// A schedule and when it is due next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// The schedule.
    pub schedule: Schedule,
    /// Its next times, the first one first; none while it is paused or its lambda is not deployed.
    pub next: Vec<DueTime>,
}

/// A time at which a schedule is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueTime {
    /// The time, in milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// The same in words, in the time zone of the schedule: `2026-11-26 03:00 CET`.
    pub in_zone: String,
}

/// Who executes what is deployed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Serving {
    /// Nobody, or nothing is deployed.
    #[default]
    Nobody,
    /// This process.
    Here {
        /// Where it listens, if it does.
        address: Option<String>,
        /// Why it does not, although it should.
        unheard: Option<String>,
    },
    /// Another process.
    Elsewhere {
        /// Which.
        pid: u32,
        /// Where it listens, if it does.
        address: Option<String>,
    },
}

impl Deployed {
    /// What stands between a lambda in the workspace and what is executed.
    pub fn state_of(&self, lambda: &LambdaName) -> DeploymentState {
        let known = self.lambdas.get(lambda).and_then(|of| of.state);
        known.unwrap_or(DeploymentState::Draft)
    }

    /// The deployment of a lambda, if it is deployed.
    pub fn deployment(&self, lambda: &LambdaName) -> Option<&Deployment> {
        self.lambdas.get(lambda)?.deployment.as_ref()
    }

    /// The state of a lambda in words: of one that could not be deployed also what is executed nevertheless.
    pub fn state_in_words(&self, lambda: &LambdaName) -> String {
        let state = self.state_of(lambda);
        if self.unread.is_some() && !self.is_known(lambda) {
            return "not known".to_owned();
        }
        match (state, self.deployment(lambda)) {
            (DeploymentState::Failed, Some(old)) => {
                format!("{}, v{} runs", state.title(), old.version)
            }
            _ => state.title().to_owned(),
        }
    }

    /// The lambda was deployed at some time.
    pub fn is_known(&self, lambda: &LambdaName) -> bool {
        self.lambdas.get(lambda).is_some_and(|of| of.state.is_some())
    }

    /// What there is to say of deployed lambdas whose folders are gone.
    pub fn without_folder(&self) -> impl Iterator<Item = String> {
        let gone =
            self.lambdas.iter().filter(|(_, of)| of.state == Some(DeploymentState::NoFolder));
        gone.filter_map(|(name, of)| {
            Some(deployment::without_folder(name, of.deployment.as_ref()?.version))
        })
    }

    /// The schedules of a lambda.
    pub fn schedules_of(&self, lambda: &LambdaName) -> impl Iterator<Item = &Planned> {
        self.schedules.iter().filter(move |it| it.schedule.lambda == *lambda)
    }

    /// Something is deployed.
    pub fn any(&self) -> bool {
        self.lambdas.values().any(|of| of.deployment.is_some())
    }

    /// How many lambdas are in each state that is worth a word, for the header.
    pub fn situation(&self) -> Vec<String> {
        let mut words = Vec::new();
        for state in [
            DeploymentState::Productive,
            DeploymentState::Modified,
            DeploymentState::NoFolder,
            DeploymentState::Failed,
        ] {
            let count = self.lambdas.values().filter(|of| of.state == Some(state)).count();
            if count > 0 {
                words.push(format!("{count} {}", state.title().to_lowercase()));
            }
            let is_executed = |of: &&OfLambda| of.state == Some(state) && of.deployment.is_some();
            if state == DeploymentState::Failed
                && self.lambdas.values().filter(is_executed).count() > 0
            {
                words.push("older versions run".to_owned());
            }
        }
        if self.unread.is_some() {
            words.push("state not readable".to_owned());
        }
        if self.collector_is_away {
            words.push("no traces".to_owned());
        }
        words
    }

    /// Who executes what is deployed and where it listens, for the header, in fewer and fewer letters; none while nothing
    /// is deployed and nobody does.
    pub fn who_executes(&self) -> Option<Vec<String>> {
        let forms = match &self.serving {
            Serving::Here { unheard: Some(_), .. } => {
                vec!["serving, not listening".to_owned(), "not listening".to_owned()]
            }
            Serving::Here { address: None, .. } => vec!["serving".to_owned()],
            Serving::Here { address: Some(address), .. } => {
                let port = address.rsplit_once(':').map_or("", |(_, port)| port);
                let at = without_scheme(address);
                vec![format!("serving {at}"), format!("serving :{port}"), "serving".to_owned()]
            }
            Serving::Elsewhere { pid, address } => {
                let at =
                    address.as_deref().map(|it| format!("served by {pid} {}", without_scheme(it)));
                at.into_iter().chain([format!("served by {pid}"), "served".to_owned()]).collect()
            }
            Serving::Nobody if self.any() => vec!["not serving".to_owned()],
            Serving::Nobody => return None,
        };
        Some(forms)
    }
}

fn without_scheme(address: &str) -> &str {
    address.trim_start_matches("http://")
}

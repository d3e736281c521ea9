//! What is deployed, as the app knows it: states, versions, who executes.
//!
//! Owns what the platform told of deployments and of those who execute them, and what the commands about them do. Must not
//! know the platform itself: it asks by [`job::PlatformJob`] and is told by [`job::PlatformMessage`].

pub mod actions;
pub mod job;
pub mod received;

use crate::domain::{Deployment, DeploymentState, LambdaName, RunFigures, RunSummary};
use std::collections::BTreeMap;

/// What is known of deployments.
#[derive(Clone, Debug, Default)]
pub struct Deployed {
    /// What the platform knows of each lambda.
    pub lambdas: BTreeMap<LambdaName, OfLambda>,
    /// Who executes what is deployed.
    pub serving: Serving,
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
    /// Its last run.
    pub last: Option<RunSummary>,
    /// How its runs of the last 24 hours went.
    pub day: RunFigures,
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

    /// The lambda was deployed at some time.
    pub fn is_known(&self, lambda: &LambdaName) -> bool {
        self.lambdas.get(lambda).is_some_and(|of| of.state.is_some())
    }

    /// Something is deployed.
    pub fn any(&self) -> bool {
        self.lambdas.values().any(|of| of.deployment.is_some())
    }

    /// How many lambdas are in each state that is worth a word, and who executes: for the header.
    pub fn situation(&self) -> Vec<String> {
        let mut words = Vec::new();
        for state in
            [DeploymentState::Productive, DeploymentState::Modified, DeploymentState::Failed]
        {
            let count = self.lambdas.values().filter(|of| of.state == Some(state)).count();
            if count > 0 {
                words.push(format!("{count} {}", state.title().to_lowercase()));
            }
        }
        let at = |address: &Option<String>| {
            let address = address.as_deref().map(|it| it.trim_start_matches("http://"));
            address.map(|it| format!(" {it}")).unwrap_or_default()
        };
        match &self.serving {
            Serving::Here { address } => words.push(format!("serving{}", at(address))),
            Serving::Elsewhere { pid, address } => {
                words.push(format!("served by {pid}{}", at(address)));
            }
            Serving::Nobody if self.any() => words.push("not serving".to_owned()),
            Serving::Nobody => {}
        }
        words
    }
}

//! Deploying: from a lambda in the workspace to what is executed, with everything a person wants to see before.

use super::difference::Difference;
use super::findings::{self, Finding};
use super::store::{
    Candidate, Deployed, Doer, KnownLambda, Store, StoreError, digested, unnumbered,
};
use crate::catalog::Catalog;
use crate::domain::{DeploymentState, EventId, KeptRun, Lambda, LambdaName, Version, deployment};
use crate::workspace::{Loaded, Workspace, WorkspaceError};
use std::path::PathBuf;

/// Why something could not be deployed.
#[derive(Debug, thiserror::Error)]
pub enum DeployError {
    /// The workspace could not be read or changed.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something is wrong with the lambda.
    #[error("`{lambda}` was not deployed: {}; `lambdeck check` shows what is wrong", counted(*errors))]
    Errors {
        /// The lambda.
        lambda: LambdaName,
        /// How many.
        errors: usize,
    },
    /// Something is wrong with one of several lambdas.
    #[error("nothing was deployed: {}; `lambdeck check` shows what is wrong", refused(.0))]
    Refused(Vec<(LambdaName, usize)>),
    /// The event of an old version is not in the catalogue any more.
    #[error(
        "`{lambda}` version {version} is for the event `{event}`, which does not exist any more"
    )]
    NoEvent {
        /// The lambda.
        lambda: LambdaName,
        /// The version.
        version: u32,
        /// The event.
        event: EventId,
    },
    /// There is no such version.
    #[error("`{lambda}` has no version {version}; {}", known(*last))]
    NoVersion {
        /// The lambda.
        lambda: LambdaName,
        /// The version asked for.
        version: u32,
        /// The newest one there is.
        last: Option<u32>,
    },
    /// What should be looked at in the workspace is deployed only.
    #[error("{}", deployment::without_folder(lambda, *version))]
    NoFolder {
        /// The lambda.
        lambda: LambdaName,
        /// The version that is executed.
        version: u32,
    },
    /// A deployed lambda was to be removed.
    #[error(
        "`{0}` is deployed and was left as it is; undeploy it first with `lambdeck undeploy {0}`"
    )]
    StillDeployed(LambdaName),
}

fn refused(lambdas: &[(LambdaName, usize)]) -> String {
    let each =
        lambdas.iter().map(|(lambda, errors)| format!("`{lambda}` has {}", counted(*errors)));
    each.collect::<Vec<_>>().join(", ")
}

fn counted(errors: usize) -> String {
    if errors == 1 { "1 error".into() } else { format!("{errors} errors") }
}

fn known(last: Option<u32>) -> String {
    match last {
        Some(last) => format!("they go from 1 to {last}"),
        None => "it was never deployed".into(),
    }
}

/// A workspace as it is now, with the events there are.
#[derive(Clone, Copy, Debug)]
pub struct Bench<'a> {
    /// The workspace.
    pub workspace: &'a Workspace,
    /// What was read from it.
    pub loaded: &'a Loaded,
    /// The events.
    pub catalog: &'a Catalog,
}

/// What there is to see before a lambda is deployed.
#[derive(Clone, Debug)]
pub struct Review {
    /// The lambda.
    pub lambda: LambdaName,
    /// Its state now.
    pub state: DeploymentState,
    /// What is wrong; an error refuses the deployment.
    pub findings: Vec<Finding>,
    /// What would be executed.
    pub new: Version,
    /// What is executed now.
    pub deployed: Option<Version>,
    /// What would change.
    pub difference: Difference,
    /// How many lambdas the event admits.
    pub slots: Option<u32>,
}

impl Review {
    /// What is to be deployed, with the slot of `swap` where the event is full.
    pub fn candidate(&self, swap: Option<LambdaName>) -> Candidate {
        let (lambda, version) = (self.lambda.clone(), self.new.clone());
        Candidate { lambda, version, slots: self.slots, swap }
    }

    /// How many errors there are in what would be deployed; saved payloads are not.
    pub fn errors(&self) -> usize {
        self.findings.iter().filter(|it| it.refuses_deployment()).count()
    }
}

impl Bench<'_> {
    /// The lambda as it stands in the workspace, as a version without a number.
    pub fn draft(&self, lambda: &Lambda) -> Result<Version, WorkspaceError> {
        let source = self.workspace.read_source(&lambda.name)?.into();
        let limits = self.loaded.config.limits_for(lambda);
        let (event, env) = (lambda.event.clone(), self.loaded.config.env_for(lambda));
        let (schedules, skills) = (lambda.schedules.clone(), lambda.skills.clone());
        Ok(digested(Version { skills, schedules, ..unnumbered(source, event, env, limits) }))
    }

    /// What stands between the lambda called `name` and what is executed of it.
    pub fn state(&self, name: &LambdaName, known: Option<&KnownLambda>) -> DeploymentState {
        let is_deployed = known.is_some_and(|it| it.deployment.is_some());
        if is_deployed && !self.workspace.lambda_dir(name).exists() {
            return DeploymentState::NoFolder;
        }
        let draft = self.loaded.lambda(name).and_then(|lambda| self.draft(lambda).ok());
        state_of(known, draft.as_ref())
    }

    /// What there is to see before `name` is deployed.
    pub async fn review(
        &self,
        store: &impl Store,
        name: &LambdaName,
    ) -> Result<Review, DeployError> {
        let all = store.lambdas().await?;
        let known = all.iter().find(|it| it.name == *name);
        let lambda = match (self.loaded.lambda(name), known.and_then(|it| it.deployment.as_ref())) {
            (Some(lambda), _) => lambda,
            (None, Some(deployment)) => {
                let (lambda, version) = (name.clone(), deployment.version);
                return Err(DeployError::NoFolder { lambda, version });
            }
            (None, None) => return Err(self.workspace.unknown(name).into()),
        };
        let findings = findings::of_lambda(self.workspace, self.loaded, self.catalog, lambda);
        let new = self.draft(lambda)?;
        let deployed = match known.and_then(|it| it.deployment.as_ref()) {
            Some(deployment) => Some(store.version(deployment.id, deployment.version).await?),
            None => None,
        };
        let difference = deployed
            .as_ref()
            .map_or_else(Difference::default, |old| Difference::between(old, &new));
        let slots = lambda.event.as_ref().and_then(|id| self.catalog.event(id));
        Ok(Review {
            lambda: name.clone(),
            state: state_of(known, Some(&new)),
            findings,
            deployed,
            difference,
            slots: slots.map(|event| event.slots),
            new,
        })
    }
}

/// The state of a lambda whose draft is `draft`, if it can be read.
pub fn state_of(known: Option<&KnownLambda>, draft: Option<&Version>) -> DeploymentState {
    let Some(known) = known else { return DeploymentState::Draft };
    if known.failure.is_some() {
        return DeploymentState::Failed;
    }
    match &known.deployment {
        None => DeploymentState::Draft,
        Some(deployment) if draft.is_some_and(|it| it.digest == deployment.digest) => {
            DeploymentState::Productive
        }
        Some(_) => DeploymentState::Modified,
    }
}

/// Refuses to deploy any of what was reviewed where something is wrong with one of them, and keeps that it failed.
pub async fn admit(store: &impl Store, reviews: &[Review], doer: Doer) -> Result<(), DeployError> {
    let mut refused = Vec::new();
    for review in reviews.iter().filter(|it| it.errors() > 0) {
        let (lambda, errors) = (review.lambda.clone(), review.errors());
        store.deployment_failed(lambda.clone(), counted(errors), doer.clone()).await?;
        refused.push((lambda, errors));
    }
    match (refused.pop(), reviews) {
        (None, _) => Ok(()),
        (Some((lambda, errors)), [_]) => Err(DeployError::Errors { lambda, errors }),
        (Some(last), _) => {
            refused.push(last);
            Err(DeployError::Refused(refused))
        }
    }
}

/// Deploys what was reviewed, with the slot of `swap` where the event is full.
pub async fn deploy(
    store: &impl Store,
    review: Review,
    swap: Option<LambdaName>,
    doer: Doer,
) -> Result<Deployed, DeployError> {
    admit(store, std::slice::from_ref(&review), doer.clone()).await?;
    Ok(store.deploy(review.candidate(swap), doer).await?)
}

/// An old version that is to be deployed again, with the slot of `swap` where its event is full.
pub async fn to_roll_back(
    store: &impl Store,
    catalog: &Catalog,
    (lambda, number): (LambdaName, u32),
    swap: Option<LambdaName>,
) -> Result<Candidate, DeployError> {
    let version = version_of(store, &lambda, number).await?;
    let event = version.event.as_ref();
    let slots = match event.map(|id| catalog.event(id)) {
        None => None,
        Some(Some(event)) => Some(event.slots),
        Some(None) => {
            let event = version.event.clone().unwrap_or_else(|| EventId::new(""));
            return Err(DeployError::NoEvent { lambda, version: number, event });
        }
    };
    Ok(Candidate { lambda, version, slots, swap })
}

/// The version of `lambda` with this number.
pub async fn version_of(
    store: &impl Store,
    lambda: &LambdaName,
    number: u32,
) -> Result<Version, DeployError> {
    let versions = store.versions(lambda.clone()).await?;
    let last = versions.first().map(|version| version.number);
    versions
        .into_iter()
        .find(|version| version.number == number)
        .ok_or_else(|| DeployError::NoVersion { lambda: lambda.clone(), version: number, last })
}

/// What ran then: the version, and what its lambda is called by now. No version for a run of a draft.
pub async fn code_of_run(
    store: &impl Store,
    kept: &KeptRun,
) -> Result<(LambdaName, Option<Version>), DeployError> {
    let Some((id, number)) = kept.lambda_id.zip(kept.version) else {
        return Ok((kept.run.lambda.clone(), None));
    };
    let all = store.lambdas().await?;
    let known = all.iter().find(|it| it.id == id);
    let lambda = known.map_or(&kept.run.lambda, |it| &it.name).clone();
    Ok((lambda, Some(store.version(id, number).await?)))
}

/// Gives a lambda another name, in the workspace and where it is deployed: it keeps its id, its slot and its versions.
pub async fn rename(
    store: &impl Store,
    workspace: &Workspace,
    (from, to): (&LambdaName, &LambdaName),
    doer: Doer,
) -> Result<(), DeployError> {
    // What is deployed first: cut off in between, the folder keeps the old name, and renaming it again finishes this.
    let is_known = store.rename(from.clone(), to.clone(), doer.clone()).await?;
    if let Err(error) = workspace.rename(from, to) {
        // Both or neither.
        if is_known {
            store.rename(to.clone(), from.clone(), doer).await?;
        }
        return Err(error.into());
    }
    Ok(())
}

/// What is to become of a deployment when its lambda is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfDeployed {
    /// A deployed lambda stays.
    Refuse,
    /// It is undeployed first.
    Undeploy,
}

/// Moves a lambda to the workspace's trash, unless it is deployed and should stay so.
pub async fn delete(
    store: &impl Store,
    workspace: &Workspace,
    (lambda, of_deployed): (&LambdaName, OfDeployed),
    doer: Doer,
) -> Result<PathBuf, DeployError> {
    let known = store.lambdas().await?;
    let is_deployed = known.iter().any(|it| it.name == *lambda && it.deployment.is_some());
    if is_deployed && of_deployed == OfDeployed::Refuse {
        return Err(DeployError::StillDeployed(lambda.clone()));
    }
    if is_deployed {
        store.undeploy(lambda.clone(), doer).await?;
    }
    Ok(workspace.delete(lambda)?)
}

//! Deploying, undeploying, versions.

use super::{Desk, NotDone};
use crate::app::deployed::job::{PlatformMessage, Review, Slots, ThenUndeployed, Versions};
use crate::domain::{LambdaName, Severity};
use crate::platform::deploy::{self, Bench, DeployError};
use crate::platform::difference::{Difference, Setting};
use crate::platform::embedded::Embedded;
use crate::platform::findings::Finding;
use crate::platform::store::{Candidate, Deployed, Deployments as _, StoreError};
use crate::platform::{doer, owner};
use crate::workspace::SOURCE_FILE;

impl Desk {
    /// Checks a lambda and compares it with what is executed.
    pub(super) fn review(&mut self, lambda: &LambdaName) -> Result<PlatformMessage, NotDone> {
        let store = self.store()?.clone();
        let (loaded, catalog) = (self.workspace.load(), self.catalog());
        let bench = Bench { workspace: &self.workspace, loaded: &loaded, catalog: &catalog };
        let review = self.tokio.block_on(bench.review(&store, lambda))?;
        let known = self.tokio.block_on(store.lambdas())?;
        let event = review.new.event.clone();
        let on_event = known.iter().filter_map(|it| it.deployment.as_ref());
        let holders: Vec<_> = on_event
            .filter(|it| it.event == event && it.lambda != *lambda)
            .map(|it| it.lambda.clone())
            .collect();
        let full = event.zip(review.slots).filter(|(_, slots)| holders.len() >= *slots as usize);
        let told = Review {
            lambda: lambda.clone(),
            state: review.state,
            errors: self.first_error(lambda, &review),
            warnings: self.warnings(&review),
            new: review.new.clone(),
            deployed: review.deployed.clone(),
            changes: changes(&review.difference),
            full: full.map(|(event, slots)| Slots { event, slots, holders }),
        };
        if told.errors.is_some() {
            // It is noted as a deployment that failed, which is what comes of this.
            match self.tokio.block_on(deploy::deploy(&store, review, None, doer())) {
                Ok(_) | Err(DeployError::Errors { .. }) => {}
                Err(error) => return Err(error.into()),
            }
            let seen = self.seen();
            (self.tell)(seen);
        } else {
            self.reviewed = Some(review);
        }
        Ok(PlatformMessage::Reviewed(Box::new(told)))
    }

    fn first_error(
        &self,
        lambda: &LambdaName,
        review: &deploy::Review,
    ) -> Option<(String, Option<crate::domain::Place>, usize)> {
        let first = review.findings.iter().find(|it| it.refuses_deployment())?;
        let source = self.workspace.source_path(lambda);
        let place = (first.path == source).then_some(first.diagnostic.range.start);
        Some((self.said(first), place, review.errors()))
    }

    fn warnings(&self, review: &deploy::Review) -> Vec<String> {
        let warns = |finding: &&Finding| finding.diagnostic.severity == Severity::Warning;
        let warnings = review.findings.iter().filter(warns);
        warnings.map(|finding| format!("Warning: {}", self.said(finding))).collect()
    }

    /// A finding in a sentence that names its file, unless that is the source.
    fn said(&self, finding: &Finding) -> String {
        let place = finding.diagnostic.range.start;
        let message = &finding.diagnostic.message;
        if finding.path.ends_with(SOURCE_FILE) {
            return format!("{message}, at {SOURCE_FILE}:{place}");
        }
        let path = finding.path.strip_prefix(self.workspace.root()).unwrap_or(&finding.path);
        format!("{message}, in {}", path.display())
    }

    /// Deploys what was reviewed.
    pub(super) fn deploy(
        &mut self,
        lambda: LambdaName,
        swap: Option<LambdaName>,
    ) -> Result<Option<PlatformMessage>, NotDone> {
        let store = self.store()?.clone();
        let Some(review) = self.reviewed.take_if(|review| review.lambda == lambda) else {
            let told =
                format!("{lambda} was not deployed: it was not looked at before; begin anew");
            return Ok(Some(PlatformMessage::Warned(told)));
        };
        match self.put(&store, review.candidate(swap)) {
            Ok(deployed) => {
                owner::wake(&self.state);
                let version = deployed.deployment.version;
                let undeployed = deployed.undeployed;
                Ok(Some(PlatformMessage::Deployed { lambda, version, undeployed }))
            }
            Err(StoreError::EventFull { event, slots, holders }) => {
                // Somebody took the slot meanwhile: the question is another one now.
                self.reviewed = Some(review);
                let slots = Slots { event, slots, holders };
                Ok(Some(PlatformMessage::Full { lambda, version: None, slots }))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Deploys. A holder that gave its slot up meanwhile need not be swapped any more.
    fn put(&self, store: &Embedded, mut candidate: Candidate) -> Result<Deployed, StoreError> {
        match self.tokio.block_on(store.deploy(candidate.clone(), doer())) {
            Err(StoreError::NotAHolder { .. }) => {
                candidate.swap = None;
                self.tokio.block_on(store.deploy(candidate, doer()))
            }
            done => done,
        }
    }

    /// Stops executing a lambda. One that is not deployed any more is as good.
    pub(super) fn undeploy(
        &mut self,
        lambda: LambdaName,
        then: ThenUndeployed,
    ) -> Result<PlatformMessage, NotDone> {
        let store = self.store()?.clone();
        match self.tokio.block_on(store.undeploy(lambda.clone(), doer())) {
            Ok(_) | Err(StoreError::NotDeployed(_)) => {}
            Err(error) => return Err(error.into()),
        }
        owner::wake(&self.state);
        Ok(PlatformMessage::Undeployed(lambda, then))
    }

    /// Tells the versions of a lambda.
    pub(super) fn versions(&mut self, lambda: LambdaName) -> Result<PlatformMessage, NotDone> {
        let store = self.store()?.clone();
        let versions = self.tokio.block_on(store.versions(lambda.clone()))?;
        let known = self.tokio.block_on(store.lambdas())?;
        let known = known.iter().find(|it| it.name == lambda);
        let deployment = known.and_then(|it| it.deployment.as_ref());
        let (loaded, catalog) = (self.workspace.load(), self.catalog());
        let bench = Bench { workspace: &self.workspace, loaded: &loaded, catalog: &catalog };
        let draft = loaded.lambda(&lambda).and_then(|lambda| bench.draft(lambda).ok());
        let deployed = deployment.map(|it| it.version);
        Ok(PlatformMessage::Versions(Box::new(Versions { lambda, versions, deployed, draft })))
    }

    /// Deploys a version again, or the newest.
    pub(super) fn roll_back(
        &mut self,
        lambda: LambdaName,
        version: Option<u32>,
        swap: Option<LambdaName>,
    ) -> Result<PlatformMessage, NotDone> {
        let store = self.store()?.clone();
        let number = if let Some(number) = version {
            number
        } else {
            let versions = self.tokio.block_on(store.versions(lambda.clone()))?;
            versions.first().map_or(1, |version| version.number)
        };
        let catalog = self.catalog();
        let back = deploy::to_roll_back(&store, &catalog, (lambda.clone(), number), swap);
        let candidate = self.tokio.block_on(back)?;
        let deployed = match self.put(&store, candidate) {
            Err(StoreError::EventFull { event, slots, holders }) => {
                let slots = Slots { event, slots, holders };
                return Ok(PlatformMessage::Full { lambda, version: Some(number), slots });
            }
            done => done?,
        };
        owner::wake(&self.state);
        let (version, undeployed) = (deployed.deployment.version, deployed.undeployed);
        Ok(PlatformMessage::Deployed { lambda, version, undeployed })
    }

    /// Gives a lambda that was deployed another name.
    pub(super) fn rename(
        &mut self,
        lambda: LambdaName,
        to: LambdaName,
    ) -> Result<PlatformMessage, NotDone> {
        let store = self.store()?.clone();
        let renamed = deploy::rename(&store, &self.workspace, (&lambda, &to), doer());
        self.tokio.block_on(renamed)?;
        Ok(PlatformMessage::Renamed { lambda, to })
    }
}

/// What differs beside the source, in words.
fn changes(difference: &Difference) -> Vec<String> {
    let event = difference.event.as_ref().map(|change| {
        let name = |id: &Option<crate::domain::EventId>| {
            id.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string)
        };
        format!("Event: {} → {}", name(&change.old), name(&change.new))
    });
    let skills = difference.skills.as_ref().map(|change| {
        let listed = |skills: &[String]| match skills {
            [] => "all".to_owned(),
            some => some.join(", "),
        };
        format!("Skills: {} → {}", listed(&change.old), listed(&change.new))
    });
    let setting = |what: &str, it: &Setting| match (&it.old, &it.new) {
        (Some(old), Some(new)) => format!("{what} {}: {old} → {new}", it.name),
        (None, Some(new)) => format!("{what} {}: new, {new}", it.name),
        (Some(old), None) => format!("{what} {}: gone, was {old}", it.name),
        (None, None) => String::new(),
    };
    let env = difference.env.iter().map(|it| setting("Variable", it));
    let limits = difference.limits.iter().map(|it| setting("Limit", it));
    let schedules = difference.schedules.iter().map(|it| setting("Schedule", it));
    event.into_iter().chain(skills).chain(env).chain(limits).chain(schedules).collect()
}

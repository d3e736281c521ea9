//! What is deployed, what ran, who executes.

use super::changes::tell_of_changes;
use super::schedules::planned;
use super::{Desk, NotDone};
use crate::app::Message;
use crate::app::deployed::job::{PlatformMessage, Standing};
use crate::app::deployed::{OfLambda, Serving};
use crate::domain::{LambdaName, RunQuery, Window};
use crate::platform::clock::{Clock as _, SystemClock};
use crate::platform::deploy::Bench;
use crate::platform::embedded::Embedded;
use crate::platform::owner::owner_of;
use crate::platform::store::{Deployments as _, Runs as _, Schedules as _};
use std::collections::BTreeMap;

impl Desk {
    /// Tells what is deployed; begins to execute it where nobody does.
    pub(super) fn look(&mut self) -> Result<Option<PlatformMessage>, NotDone> {
        self.watch_changes();
        self.try_to_listen();
        if self.store.is_none() && !Embedded::exists(&self.state) {
            let (lambdas, schedules) = (BTreeMap::new(), Vec::new());
            let standing = Standing { lambdas, schedules, serving: self.serving() };
            return Ok(Some(PlatformMessage::Seen(Box::new(standing))));
        }
        let lambdas = self.lambdas()?;
        if lambdas.values().any(|of| of.deployment.is_some()) {
            self.serve_by_itself();
        }
        Ok(Some(self.seen_as(lambdas)?))
    }

    /// Has it told from now on what other processes do here.
    pub(super) fn watch_changes(&mut self) {
        if self.watch.is_none() {
            self.watch = tell_of_changes(&self.state, self.tell.clone());
        }
    }

    /// A person looks: what is not listened at is tried again.
    pub(super) fn try_to_listen(&self) {
        if let Some(server) = &self.server {
            server.doorway.try_again();
        }
    }

    /// The same as an answer.
    pub(super) fn seen_as(
        &mut self,
        lambdas: BTreeMap<LambdaName, OfLambda>,
    ) -> Result<PlatformMessage, NotDone> {
        let store = self.store()?.clone();
        let schedules = self.tokio.block_on(store.schedules())?;
        let schedules = schedules.into_iter().map(planned).collect();
        let serving = self.serving();
        self.follow_others(&serving);
        Ok(PlatformMessage::Seen(Box::new(Standing { lambdas, schedules, serving })))
    }

    /// The same as a message; what cannot be read now was told already.
    pub(super) fn seen(&mut self) -> Message {
        match self.lambdas().and_then(|lambdas| self.seen_as(lambdas)) {
            Ok(seen) => Message::Platform(Box::new(seen)),
            Err(error) => Message::Failed(error.to_string()),
        }
    }

    /// What the platform knows of each lambda.
    pub(super) fn lambdas(&mut self) -> Result<BTreeMap<LambdaName, OfLambda>, NotDone> {
        let store = self.store()?.clone();
        let (loaded, catalog) = (self.workspace.load(), self.catalog());
        let bench = Bench { workspace: &self.workspace, loaded: &loaded, catalog: &catalog };
        let known = self.tokio.block_on(store.lambdas())?;
        let mut lambdas = BTreeMap::<LambdaName, OfLambda>::new();
        for known in &*known {
            let deployment = known.deployment.clone();
            // What failed of a lambda that was removed since is nobody's concern any more.
            let is_there = self.workspace.lambda_dir(&known.name).exists();
            let is_known = is_there || deployment.is_some();
            let state = is_known.then(|| bench.state(&known.name, Some(known)));
            let failure = known.failure.clone().filter(|_| is_there);
            let of = OfLambda { state, deployment, failure, ..OfLambda::default() };
            lambdas.insert(known.name.clone(), of);
        }
        let day = self.tokio.block_on(store.window(Window::Day, SystemClock.now_ms()))?;
        for (lambda, figures) in day.lambdas {
            lambdas.entry(lambda).or_default().day = figures;
        }
        for lambda in &loaded.lambdas {
            let lambda = Some(lambda.name.clone());
            let query = RunQuery { lambda, limit: 1, ..RunQuery::default() };
            if let Some(run) = self.tokio.block_on(store.runs(query))?.into_iter().next() {
                let of = lambdas.entry(run.lambda.clone()).or_default();
                of.last = Some(run);
            }
        }
        Ok(lambdas)
    }

    /// Who executes.
    pub(super) fn serving(&self) -> Serving {
        if let Some(server) = &self.server {
            return server.serving();
        }
        match owner_of(&self.state) {
            Some(note) => Serving::Elsewhere { pid: note.pid, address: note.address },
            None => Serving::Nobody,
        }
    }
}

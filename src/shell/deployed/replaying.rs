//! Runs: reading them, making them again, and what was given up.

use super::{Desk, NotDone, Tell};
use crate::app::Message;
use crate::app::deployed::job::{Code, PlatformMessage, Queue, Replay, Seen, ThenRead, Which};
use crate::app::screens::run_pages::Side;
use crate::domain::{
    Cause, KeptRun, LambdaName, OngoingRun, RunFigures, RunId, RunQuery, RunsFound, SendingOf,
    Version, Window,
};
use crate::platform::clock::{Clock as _, SystemClock};
use crate::platform::deploy::{Bench, code_of_run};
use crate::platform::embedded::Embedded;
use crate::platform::store::{Letters, Queue as _, Runs as _};
use crate::platform::{OfVersion, doer, kept_run, owner};
use crate::runtime::{Cancel, RunRequest, Runtime};
use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc::unbounded_channel;
use tokio::time::timeout;
use uuid::Uuid;

/// So many dead letters are listed.
const LETTERS: u32 = 200;

impl Desk {
    /// Tells what is on the Activity screen.
    pub(super) fn watch(
        &mut self,
        query: RunQuery,
        window: Window,
    ) -> Result<PlatformMessage, NotDone> {
        self.watch_changes();
        self.try_to_listen();
        let (mut found, mut figures, mut queue) =
            (RunsFound::default(), RunFigures::default(), Queue::default());
        if self.store.is_some() || Embedded::exists(&self.state) {
            let store = self.store()?.clone();
            found = self.tokio.block_on(store.search(query.clone()))?;
            figures = self.tokio.block_on(store.window(window, SystemClock.now_ms()))?.all;
            let waiting = self.tokio.block_on(store.queue_figures())?;
            queue = Queue {
                queued: waiting.queued,
                oldest_due_ms: waiting.oldest_due_ms,
                dead: waiting.dead.iter().map(|(.., count)| count).sum(),
                letters: self.tokio.block_on(store.dead_letters(None, LETTERS))?,
            };
        }
        Ok(PlatformMessage::Watched(Box::new(Seen { query, found, window, figures, queue })))
    }

    /// Tells a page of further runs.
    pub(super) fn page(&mut self, query: RunQuery, side: Side) -> Result<PlatformMessage, NotDone> {
        let store = self.store()?.clone();
        let found = self.tokio.block_on(store.search(query.clone()))?;
        Ok(PlatformMessage::Page { query: Box::new(query), side, found })
    }

    /// Reads a run.
    pub(super) fn read(&mut self, run: RunId, then: ThenRead) -> Result<PlatformMessage, NotDone> {
        let store = self.store()?.clone();
        let kept = self.tokio.block_on(store.run(run.to_string()))?;
        // Without it the run is shown all the same.
        let code = self.tokio.block_on(code_of_run(&store, &kept)).ok();
        let source = code.and_then(|(_, version)| version).map(|version| version.source);
        Ok(PlatformMessage::Read(Box::new(kept), source, then))
    }

    /// Makes a run again; it goes on by itself.
    pub(super) fn replay(&mut self, replay: &Replay) -> Result<(), NotDone> {
        let store = self.store()?.clone();
        let old = self.tokio.block_on(store.run(replay.run.to_string()))?;
        let (lambda, version) = self.code_of(&old, replay.code)?;
        let number = (version.number > 0).then_some(version.number);
        let config = self.workspace.sound_config()?.0;
        let request = RunRequest {
            id: RunId(Uuid::now_v7()),
            lambda,
            event: version.event,
            source: version.source,
            input: Arc::clone(&old.input),
            env: version.env,
            limits: version.limits,
            secrets: self.workspace.secret_store(),
            reach: config.reach,
            sending: replay.sending,
            trace: None,
        };
        let workers = {
            let _inside = self.tokio.enter();
            Runtime::new(self.worker.clone())
        };
        let again =
            Again { store, workers, replays: self.replays.clone(), tell: self.tell.clone() };
        self.tokio.spawn(again.run((old, number), request));
        Ok(())
    }

    /// The code of a replay; a run of a draft is made again with the draft.
    fn code_of(&mut self, old: &KeptRun, code: Code) -> Result<(LambdaName, Version), NotDone> {
        let store = self.store()?.clone();
        let (name, version) = self.tokio.block_on(code_of_run(&store, old))?;
        if let Some(version) = version.filter(|_| code == Code::Same) {
            return Ok((name, version));
        }
        let (loaded, catalog) = (self.workspace.load(), self.catalog());
        let bench = Bench { workspace: &self.workspace, loaded: &loaded, catalog: &catalog };
        let lambda = loaded.lambda(&name).ok_or_else(|| self.workspace.unknown(&name))?;
        let draft = bench.draft(lambda)?;
        Ok((name, draft))
    }

    /// Puts dead letters back into the queue.
    pub(super) fn redrive(&mut self, which: Which) -> Result<PlatformMessage, NotDone> {
        let store = self.store()?.clone();
        let redriven = self.tokio.block_on(store.redrive(letters(which), doer()))?;
        owner::wake(&self.state);
        Ok(PlatformMessage::Redriven { count: redriven.count, left: redriven.left })
    }

    /// Removes dead letters.
    pub(super) fn purge(&mut self, which: Which) -> Result<PlatformMessage, NotDone> {
        let store = self.store()?.clone();
        let count = self.tokio.block_on(store.purge(letters(which), doer()))?;
        Ok(PlatformMessage::Purged(count))
    }
}

fn letters(which: Which) -> Letters {
    match which {
        Which::One(delivery) => Letters::These(vec![delivery]),
        Which::All => Letters::All,
    }
}

/// The replays that go on here and have for a moment; what is over before a person could read it is only noise.
#[derive(Clone, Default)]
pub(super) struct Replays(Arc<Mutex<ById>>);

type ById = BTreeMap<RunId, (Arc<OngoingRun>, Cancel)>;

impl Replays {
    const MOMENT: Duration = Duration::from_millis(250);

    fn lock(&self) -> MutexGuard<'_, ById> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Cancels one, if it is one of them.
    pub(super) fn cancel(&self, run: RunId) -> Option<Arc<OngoingRun>> {
        let replays = self.lock();
        let (run, cancel) = replays.get(&run)?;
        cancel.cancel();
        Some(Arc::clone(run))
    }

    fn told(&self) -> Message {
        let runs = self.lock().values().map(|(run, _)| Arc::clone(run)).collect();
        Message::Platform(Box::new(PlatformMessage::Replaying(runs)))
    }
}

/// What a replay takes.
struct Again {
    store: Embedded,
    workers: Runtime,
    replays: Replays,
    tell: Tell,
}

impl Again {
    async fn run(self, (old, version): (KeptRun, Option<u32>), request: RunRequest) {
        let Self { store, workers, replays, tell } = self;
        // Nobody reads what it writes while it goes on: the record has everything.
        let (events, _) = unbounded_channel();
        let live = request.sending == SendingOf::LIVE;
        let cause = Cause::Replay { of: old.run.id, live: Some(live) };
        let ongoing = OngoingRun {
            id: request.id,
            lambda: request.lambda.clone(),
            event: request.event.clone(),
            cause: cause.clone(),
            version: version.unwrap_or(0),
            started_at_ms: SystemClock.now_ms(),
        };
        let cancel = Cancel::new();
        let mut going = pin!(workers.run(request, events, cancel.clone()));
        let run = if let Ok(run) = timeout(Replays::MOMENT, &mut going).await {
            run
        } else {
            let id = ongoing.id;
            replays.lock().insert(id, (Arc::new(ongoing), cancel));
            tell(replays.told());
            let run = going.await;
            replays.lock().remove(&id);
            tell(replays.told());
            run
        };
        let deployed = OfVersion { lambda: version.and(old.lambda_id), version };
        let kept = kept_run(run, old.input, cause, deployed);
        tell(match store.keep(Arc::new(kept.clone())).await {
            Ok(()) => Message::Platform(Box::new(PlatformMessage::Replayed(Box::new(kept)))),
            Err(error) => Message::Failed(format!("The replay was made and is not kept: {error}")),
        });
    }
}

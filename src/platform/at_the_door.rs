//! The platform as those at its door see it.

use super::attempt::{Ran, Work};
use super::finishing::Finishing;
use super::places::{Place, Turn};
use super::runner::Runner;
use super::service::{Fate, Platform, Shared};
use super::store::{KnownLambda, QueueLimits, Store, StoreError};
use super::traces::{Accepting, RunSpan, Traces};
use super::{Door, Figures, Invocation, LambdaRef, Receipt, Refusal, measures, retention};
use crate::domain::payload::check_input;
use crate::domain::{
    Cause, Deployment, EventId, KeptRun, LambdaId, Limits, RaisedEvent, Run, RunId, Token,
    TokenHash, Version,
};
use futures_util::FutureExt as _;
use futures_util::future::join_all;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;
use uuid::Uuid;

/// When to try again after the queue was full.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// What the hosted system's client libraries call its events, where that is not their name without spaces.
const CLIENT_NAMES: [(&str, &str); 3] = [
    ("messagingparticipantchange", "controllerbot_messaging_participants_change"),
    ("messagingconversationmid", "controllerbot_messaging_mid_conversation_msg"),
    ("messaginglineinoffhours", "controllerbot_messaging_mid_conversation_msg"),
];

impl<S: Store, R: Runner> Door for Platform<S, R> {
    async fn raise(&self, mut events: Vec<RaisedEvent>) -> Result<Vec<Receipt>, Refusal> {
        let shared = &self.shared;
        if shared.is_stopping() {
            return Err(Refusal::Stopping);
        }
        let config = shared.surroundings.config();
        let limits = config.limits.over(Limits::default());
        let catalog = shared.catalog.get();
        for event in &events {
            if catalog.event(&event.event).is_none() {
                return Err(Refusal::UnknownEvent(event.event.to_string()));
            }
            // What it holds was checked where it was read, and is again before each run.
            fits(&event.input, &limits)?;
        }
        let room = QueueLimits {
            deliveries: config.delivery.queue_deliveries,
            bytes: config.delivery.queue_bytes,
        };
        let count = events.len() as u64;
        let now_ms = shared.clock.now_ms();
        let accepting = Accepting::begin(&shared.traces, &mut events);
        let shared = Arc::clone(shared);
        // Whoever sent them may go away meanwhile: what is on the disk by then is begun all the same.
        Finishing::new(async move {
            let receipts = match shared.watch(shared.store.raise(events, room, now_ms).await) {
                Ok(receipts) => receipts,
                Err(StoreError::QueueFull) => {
                    shared.measures.refused(count);
                    return Err(Refusal::Full { retry_after: RETRY_AFTER });
                }
                Err(error) => {
                    // The dispatcher tries the store too, and so finds out when it works again.
                    shared.raised.notify_one();
                    return Err(error.into());
                }
            };
            let duplicates = receipts.iter().filter(|it| it.is_duplicate).count() as u64;
            shared.measures.duplicates(duplicates);
            retention::count(&shared, count - duplicates);
            // Whoever took a repeated one first may have ended before it could tell so.
            if duplicates > 0 || receipts.iter().any(|it| it.deliveries > 0) {
                shared.raised.notify_one();
            }
            accepting.end(&receipts);
            Ok(receipts)
        })
        .await
    }

    async fn invoke(&self, lambda: LambdaRef, invocation: Invocation) -> Result<Run, Refusal> {
        let shared = &self.shared;
        let known = shared.store.lambdas().await?;
        let found = known.iter().find(|it| match &lambda {
            LambdaRef::Id(id) => it.id == *id,
            LambdaRef::Name(name) => it.name == *name,
        });
        let Some(KnownLambda { name, deployment, .. }) = found else {
            return Err(Refusal::UnknownLambda(match lambda {
                LambdaRef::Id(id) => id.to_string(),
                LambdaRef::Name(name) => name.to_string(),
            }));
        };
        let Some(deployment) = deployment else {
            return Err(Refusal::NotDeployed(name.to_string()));
        };
        let admitted = admit(shared, deployment.clone(), &invocation.input).await?;
        call(shared, admitted, invocation, &Together::default()).await
    }

    async fn invoke_event(
        &self,
        event: EventId,
        invocation: Invocation,
    ) -> Result<Vec<(LambdaId, Run)>, Refusal> {
        let shared = &self.shared;
        let deployed = deployed_on(shared, &event, invocation.skill.as_deref()).await?;
        if deployed.is_empty() {
            return Err(Refusal::NotImplemented(event));
        }
        // None begins before it is known that all of them may: whoever is refused asks again, and what ran would run twice.
        let mut admitted = Vec::with_capacity(deployed.len());
        for deployment in deployed {
            admitted.push(admit(shared, deployment, &invocation.input).await?);
        }
        let together = Together::default();
        let calls = admitted.into_iter().map(|admitted| {
            let (invocation, together) = (invocation.clone(), &together);
            async move {
                let id = admitted.deployment.id;
                call(shared, admitted, invocation, together).await.map(|run| (id, run))
            }
        });
        join_all(calls).await.into_iter().collect()
    }

    async fn is_implemented(&self, event: EventId, skill: Option<String>) -> Result<bool, Refusal> {
        Ok(!deployed_on(&self.shared, &event, skill.as_deref()).await?.is_empty())
    }

    fn event_named(&self, name: &str) -> Option<EventId> {
        let catalog = self.shared.catalog.get();
        if let Some(event) = catalog.find_event(name) {
            return Some(event.id.clone());
        }
        let plain = |text: &str| {
            let letters = text.chars().filter(char::is_ascii_alphanumeric);
            letters.collect::<String>().to_ascii_lowercase()
        };
        let name = plain(name);
        let constant = CLIENT_NAMES.iter().find(|(constant, _)| *constant == name);
        let same = |id: &str| constant.map_or_else(|| plain(id) == name, |(_, known)| *known == id);
        catalog
            .events
            .iter()
            .find(|event| {
                same(event.id.as_str()) || (constant.is_none() && plain(&event.name) == name)
            })
            .map(|event| event.id.clone())
    }

    async fn token(&self, hash: TokenHash) -> Result<Option<Token>, Refusal> {
        let now_ms = self.shared.clock.now_ms();
        let token = self.shared.store.token_of(hash).await?;
        Ok(token.filter(|token| token.expires_at_ms.is_none_or(|end| end > now_ms)))
    }

    async fn figures(&self) -> Result<Figures, Refusal> {
        let queue = self.shared.store.queue_figures().await?;
        let mut figures = self.shared.measures.figures();
        figures.accepted = queue.accepted;
        figures.queued = queue.queued;
        figures.queued_bytes = queue.bytes;
        figures.spans = self.shared.traces.figures();
        let now_ms = self.shared.clock.now_ms();
        let age_ms = queue.oldest_due_ms.map_or(0, |due| now_ms - due);
        figures.oldest_due_ms = u64::try_from(age_ms).unwrap_or(0);
        for (event, lambda, count) in queue.dead {
            let own = |it: &&mut super::LambdaFigures| it.event == event && it.lambda == lambda;
            if let Some(of) = figures.lambdas.iter_mut().find(own) {
                of.dead_letters = count;
            } else {
                let idle = measures::idle(event, lambda);
                figures.lambdas.push(super::LambdaFigures { dead_letters: count, ..idle });
            }
        }
        Ok(figures)
    }

    fn traces(&self) -> Traces {
        self.shared.traces.clone()
    }

    fn obstacle(&self) -> Option<String> {
        if self.shared.is_stopping() {
            return Some("lambdeck is stopping".into());
        }
        self.shared.health.obstacle().map(str::to_owned)
    }
}

/// The deployed lambdas that are connected to `event` and are for `skill`.
async fn deployed_on<S: Store, R: Runner>(
    shared: &Shared<S, R>,
    event: &EventId,
    skill: Option<&str>,
) -> Result<Vec<Deployment>, Refusal> {
    if shared.catalog.get().event(event).is_none() {
        return Err(Refusal::UnknownEvent(event.to_string()));
    }
    let known = shared.store.lambdas().await?;
    let deployed = known.iter().filter_map(|it| it.deployment.as_ref());
    let mut meant = Vec::new();
    for deployment in deployed.filter(|it| it.event.as_ref() == Some(event)) {
        let version = shared.version(deployment.id, deployment.version).await?;
        if version.is_for(skill) {
            meant.push(deployment.clone());
        }
    }
    Ok(meant)
}

/// A call that may be made as soon as it has a place.
struct Admitted {
    deployment: Deployment,
    version: Arc<Version>,
    turn: Turn,
}

async fn admit<S: Store, R: Runner>(
    shared: &Arc<Shared<S, R>>,
    deployment: Deployment,
    input: &str,
) -> Result<Admitted, Refusal> {
    if shared.is_stopping() {
        return Err(Refusal::Stopping);
    }
    let version = shared.version(deployment.id, deployment.version).await?;
    acceptable(input, &version.limits)?;
    let turn = shared.places.line_up(deployment.id);
    let turn = turn.ok_or(Refusal::Full { retry_after: RETRY_AFTER })?;
    Ok(Admitted { deployment, version, turn })
}

/// Calls that are answered together: as soon as one has begun, the others wait for as long as it takes, for its result
/// would be lost with theirs. Otherwise all give up.
#[derive(Default)]
struct Together {
    begins: OnceLock<bool>,
}

impl Together {
    /// Whether they are made, for one that could begin now.
    fn begin(&self) -> bool {
        *self.begins.get_or_init(|| true)
    }

    /// Whether they are given up, for one that has waited too long.
    fn give_up(&self) -> bool {
        !*self.begins.get_or_init(|| false)
    }
}

/// The place of a call that may begin.
async fn place<S: Store, R: Runner>(
    shared: &Shared<S, R>,
    turn: Turn,
    together: &Together,
) -> Result<Place, Refusal> {
    let busy = Refusal::Busy { retry_after: RETRY_AFTER };
    let place = match turn {
        Turn::Now(place) => Some(place),
        Turn::Later(seat) => {
            let mut taken = pin!(shared.places.wait(seat));
            match timeout(shared.places.patience(), taken.as_mut()).await {
                Ok(place) => place,
                Err(_) if together.give_up() => return Err(busy),
                Err(_) => taken.await,
            }
        }
    };
    // What begins now would hold up the end.
    let place = place.filter(|_| !shared.is_stopping()).ok_or(Refusal::Stopping)?;
    if together.begin() { Ok(place) } else { Err(busy) }
}

async fn call<S: Store, R: Runner>(
    shared: &Arc<Shared<S, R>>,
    Admitted { deployment, version, turn }: Admitted,
    invocation: Invocation,
    together: &Together,
) -> Result<Run, Refusal> {
    let place = place(shared, turn, together).await?;
    let work = Work {
        id: RunId(Uuid::now_v7()),
        lambda_id: deployment.id,
        lambda: deployment.lambda,
        event: version.event.clone(),
        version,
        input: invocation.input,
        cause: Cause::Call { system: invocation.system },
        origin: None,
        span: RunSpan::of_call(&shared.traces, invocation.trace),
    };
    let shared = Arc::clone(shared);
    // Whoever called may go away meanwhile: what has begun is finished and kept.
    let finishing = Finishing::new(async move {
        let Ran { kept, cancelled_by } = work.run(&shared).await;
        let kept = Arc::new(kept);
        keep(&shared, &kept, place);
        shared.tell(Some(&kept), Fate::Done);
        if cancelled_by.is_some() { Err(Refusal::Cancelled) } else { Ok(kept.run.clone()) }
    });
    let ended = AssertUnwindSafe(finishing).catch_unwind().await;
    ended.map_err(|_| Refusal::Store("the run ended without a result".into()))?
}

/// Keeps the record of a call, which follows its answer. The place is taken until there is room for it among those that do.
fn keep<S: Store, R: Runner>(shared: &Arc<Shared<S, R>>, kept: &Arc<KeptRun>, place: Place) {
    if let Some(room) = shared.following.take_now(kept) {
        return write(shared, Arc::clone(kept), room);
    }
    let (shared, kept) = (Arc::clone(shared), Arc::clone(kept));
    tokio::spawn(async move {
        let room = shared.following.take(&kept).await;
        drop(place);
        write(&shared, kept, room);
    });
}

fn write<S: Store, R: Runner>(
    shared: &Arc<Shared<S, R>>,
    kept: Arc<KeptRun>,
    room: OwnedSemaphorePermit,
) {
    // Nothing that holds the store, which would have to end on its own thread.
    let (health, raised, run) = (shared.health.clone(), shared.raised.clone(), kept.run.id);
    shared.store.keep_soon(kept, move |done| {
        if let Err(error) = health.watch(done) {
            tracing::error!(%error, %run, "a run could not be kept");
            raised.notify_one();
        }
        drop(room);
    });
    retention::count(shared, 1);
}

fn fits(input: &str, limits: &Limits) -> Result<(), Refusal> {
    if input.len() > limits.payload_bytes {
        return Err(Refusal::TooLarge { bytes: input.len(), limit: limits.payload_bytes });
    }
    Ok(())
}

fn acceptable(input: &str, limits: &Limits) -> Result<(), Refusal> {
    fits(input, limits)?;
    check_input(input, limits).map_err(|error| Refusal::BadInput(error.message))
}

//! One attempt at a delivery, and one call: a version, a run, a record, and what follows from it.

use super::clock::Pace;
use super::keeping::{OfVersion, kept_run};
use super::measures::Turn;
use super::places::Place;
use super::runner::Runner;
use super::service::{Fate, Shared};
use super::sink::{self, Unsent};
use super::store::{Claimed, Settlement, Store, StoreError};
use super::traces::{RunSpan, SendSpan};
use crate::domain::record::cut_deployed_log;
use crate::domain::{
    Cause, Delivered, Ending, ErrorCode, EventId, KeptRun, LambdaId, LambdaName, OngoingRun,
    Outcome, RetryPolicy, RunId, SendingOf, Version,
};
use crate::runtime::RunRequest;
use futures_util::FutureExt as _;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;
use uuid::Uuid;

/// How often its process may end with a delivery, which costs it no retry: what ends the process each time must not do so
/// for ever.
const MOST_ENDS: u32 = 7;
/// How long a delivery waits for a place before it is put back, which costs two more steps of the store.
const SOON: Duration = Duration::from_millis(100);
/// How long to wait before an attempt is settled that could not be, in milliseconds.
const BACK_OFF_MS: i64 = 1_000;
/// How often it is tried with the record of the run, which may be what does not fit.
const TRIES_WITH_RECORD: u32 = 60;

/// Carries out a delivery that was claimed.
pub(super) async fn carry_out<S: Store, R: Runner>(shared: &Shared<S, R>, mut claimed: Claimed) {
    if let Some(url) = &claimed.sink {
        return guard(shared, &claimed, send(shared, &claimed, url)).await;
    }
    match place(shared, &mut claimed).await {
        Ok(Some(place)) => guard(shared, &claimed, try_to(shared, &claimed, place)).await,
        Ok(None) => {}
        Err(error) => tell_unsettled(&error, &claimed),
    }
}

/// Survives a fault of our own, which is an attempt like others.
async fn guard<S: Store, R: Runner>(
    shared: &Shared<S, R>,
    claimed: &Claimed,
    attempt: impl Future<Output = Result<(), StoreError>>,
) {
    let mut tried = AssertUnwindSafe(attempt).catch_unwind().await;
    if tried.is_err() {
        let (lambda, delivery) = (&claimed.lambda, claimed.id);
        tracing::error!(%lambda, %delivery, "an attempt failed by a fault of lambdeck itself");
        let reason = "lambdeck itself failed; its log says why".to_owned();
        tried = Ok(put_off(shared, claimed, policy(shared, claimed), reason).await);
    }
    if let Ok(Err(error)) = tried {
        tell_unsettled(&error, claimed);
    }
}

/// The next owner delivers it again.
fn tell_unsettled(error: &StoreError, claimed: &Claimed) {
    let (lambda, delivery) = (&claimed.lambda, claimed.id);
    tracing::error!(%error, %lambda, %delivery, "an attempt could not be settled");
}

/// The place for a delivery. Where none is free soon the delivery goes back, so that it was not tried should the process
/// end, and is taken anew; none where the platform stops meanwhile.
async fn place<S: Store, R: Runner>(
    shared: &Shared<S, R>,
    claimed: &mut Claimed,
) -> Result<Option<Place>, StoreError> {
    if let Ok(Some(place)) = timeout(SOON, shared.places.take(claimed.lambda_id)).await {
        return Ok(Some(place));
    }
    let _standing = shared.places.stand_in_line(claimed.id);
    let back = Settlement::Unbegun { due_ms: claimed.at_ms };
    settle(shared, claimed, back, None).await?;
    let Some(place) = shared.places.take(claimed.lambda_id).await else { return Ok(None) };
    let now_ms = shared.clock.now_ms();
    let Some(taken) = shared.watch(shared.store.begin(claimed.id, now_ms).await)? else {
        return Ok(None);
    };
    *claimed = taken;
    Ok(Some(place))
}

async fn try_to<S: Store, R: Runner>(
    shared: &Shared<S, R>,
    claimed: &Claimed,
    place: Place,
) -> Result<(), StoreError> {
    let policy = policy(shared, claimed);
    let Some(number) = claimed.version else {
        let reason = format!("`{}` is not deployed any more", claimed.lambda);
        let span = RunSpan::of_delivery(&shared.traces, claimed);
        span.end_without_run(&claimed.lambda, ErrorCode::NotDeployed.v1());
        return refuse(shared, claimed, reason).await;
    };
    if claimed.ends >= MOST_ENDS {
        let reason = "the process that ran it ended too often before the run did".to_owned();
        return refuse(shared, claimed, reason).await;
    }
    let version = match shared.version(claimed.lambda_id, number).await {
        Ok(version) => version,
        Err(error) => return put_off(shared, claimed, policy, error.to_string()).await,
    };
    let span = RunSpan::of_delivery(&shared.traces, claimed);
    let trace = span.headers();
    let work = Work {
        id: claimed.run_id(),
        lambda_id: claimed.lambda_id,
        lambda: claimed.lambda.clone(),
        event: claimed.event.clone(),
        version,
        input: Arc::clone(&claimed.input),
        cause: claimed.cause.clone(),
        origin: Some(claimed.brings()),
        span,
    };
    let Ran { kept, cancelled_by } = work.run(shared).await;
    let kept = Arc::new(kept);
    drop(place);
    if let Some(by) = cancelled_by {
        return give_up(shared, claimed, Some(kept), format!("cancelled by {by}")).await;
    }
    let now_ms = shared.clock.now_ms();
    let (settlement, fate) = match &kept.run.outcome {
        Outcome::Succeeded(value) => {
            let result = sink::outgoing(shared, claimed, trace, (&kept.run, value));
            (Settlement::Done { result }, Fate::Done)
        }
        Outcome::Cancelled | Outcome::Interrupted => {
            (Settlement::Return { due_ms: now_ms }, Fate::Returned)
        }
        Outcome::Failed(failure) => {
            let wait_ms = policy.wait_ms(claimed.failures + 1, chance());
            let Some(wait_ms) = wait_ms.filter(|_| kept.run.may_pass()) else {
                let reason = format!("{}: {}", failure.kind.title(), failure.message);
                return give_up(shared, claimed, Some(kept), reason).await;
            };
            let due_ms = now_ms.saturating_add_unsigned(wait_ms);
            shared.measures.turned(key(claimed), Turn::Retried);
            (Settlement::Retry { due_ms }, Fate::Retried { due_ms })
        }
    };
    settle(shared, claimed, settlement, Some(Arc::clone(&kept))).await?;
    shared.tell(Some(&kept), fate);
    Ok(())
}

/// Sends a result to its sink.
async fn send<S: Store, R: Runner>(
    shared: &Shared<S, R>,
    claimed: &Claimed,
    url: &str,
) -> Result<(), StoreError> {
    let config = shared.surroundings.config();
    let told = |reason| format!("its result could not be sent: {reason}");
    let span = SendSpan::begin(&shared.traces, claimed, url);
    let trace = span.headers();
    let sent = shared.sink.send(&config.reach, url, (&claimed.input, trace)).await;
    span.end(sent.status);
    match sent.taken {
        Ok(()) => settle(shared, claimed, Settlement::Done { result: None }, None).await,
        Err(Unsent::Ever(reason)) => give_up(shared, claimed, None, told(reason)).await,
        Err(Unsent::Now(reason)) => {
            put_off(shared, claimed, config.delivery.retry, told(reason)).await
        }
    }
}

/// How a delivery is tried again: as the workspace says, unless its event does.
fn policy<S: Store, R: Runner>(shared: &Shared<S, R>, claimed: &Claimed) -> RetryPolicy {
    let mut policy = shared.surroundings.config().delivery.retry;
    let catalog = shared.catalog.get();
    let event = claimed.event.as_ref().and_then(|id| catalog.event(id));
    policy.retries = event.and_then(|event| event.retries).unwrap_or(policy.retries);
    policy
}

/// Tries a delivery again that came to no run, as long as it has retries left.
async fn put_off<S: Store, R: Runner>(
    shared: &Shared<S, R>,
    claimed: &Claimed,
    policy: RetryPolicy,
    reason: String,
) -> Result<(), StoreError> {
    let Some(wait_ms) = policy.wait_ms(claimed.failures + 1, chance()) else {
        return give_up(shared, claimed, None, reason).await;
    };
    tracing::warn!(lambda = %claimed.lambda, delivery = %claimed.id, %reason, "a delivery is tried again");
    let due_ms = shared.clock.now_ms().saturating_add_unsigned(wait_ms);
    shared.measures.turned(key(claimed), Turn::Retried);
    settle(shared, claimed, Settlement::Retry { due_ms }, None).await
}

async fn give_up<S: Store, R: Runner>(
    shared: &Shared<S, R>,
    claimed: &Claimed,
    kept: Option<Arc<KeptRun>>,
    reason: String,
) -> Result<(), StoreError> {
    let dead = Settlement::Dead { reason: reason.clone(), at_ms: shared.clock.now_ms() };
    bury(shared, claimed, (dead, reason), kept).await
}

/// Gives a delivery up that is not tried this time.
async fn refuse<S: Store, R: Runner>(
    shared: &Shared<S, R>,
    claimed: &Claimed,
    reason: String,
) -> Result<(), StoreError> {
    let refused = Settlement::Refused { reason: reason.clone(), at_ms: shared.clock.now_ms() };
    bury(shared, claimed, (refused, reason), None).await
}

async fn bury<S: Store, R: Runner>(
    shared: &Shared<S, R>,
    claimed: &Claimed,
    (settlement, reason): (Settlement, String),
    kept: Option<Arc<KeptRun>>,
) -> Result<(), StoreError> {
    settle(shared, claimed, settlement, kept.clone()).await?;
    shared.measures.turned(key(claimed), Turn::Died);
    let lambda = claimed.lambda.clone();
    shared.tell(kept.as_deref(), Fate::Dead { lambda, reason });
    Ok(())
}

/// Settles an attempt, however long the store fails: otherwise what succeeded would be run again. When the platform ends,
/// it is tried once more.
async fn settle<S: Store, R: Runner>(
    shared: &Shared<S, R>,
    claimed: &Claimed,
    settlement: Settlement,
    kept: Option<Arc<KeptRun>>,
) -> Result<(), StoreError> {
    let attempt = (claimed.id, claimed.attempt);
    let mut is_ending = false;
    let mut tries = 0;
    loop {
        tries += 1;
        let record = kept.clone().filter(|_| tries <= TRIES_WITH_RECORD && !is_ending);
        let is_masked = kept.as_ref().is_some_and(|kept| kept.input_masked) && record.is_none();
        let masked = if is_masked { shared.store.mask(claimed.id).await } else { Ok(()) };
        let settled = match masked {
            Ok(()) => shared.store.settle(attempt, settlement.clone(), record).await,
            Err(error) => Err(error),
        };
        let Err(error) = shared.watch(settled) else { return Ok(()) };
        if is_ending {
            return Err(error);
        }
        if tries == 1 {
            let (lambda, delivery) = (&claimed.lambda, claimed.id);
            tracing::error!(%error, %lambda, %delivery, "what became of an attempt cannot be written down yet");
        }
        let now_ms = shared.clock.now_ms();
        is_ending = tokio::select! {
            () = shared.clock.sleep_until(now_ms + BACK_OFF_MS, Pace::of(now_ms)) => false,
            () = shared.stop_runs.cancelled() => true,
        };
    }
}

fn key(claimed: &Claimed) -> (Option<EventId>, LambdaName) {
    (claimed.event.clone(), claimed.lambda.clone())
}

/// Between 0 and 1. The bits of a random id will do: nothing depends on it but that waits differ.
fn chance() -> f64 {
    let bits = Uuid::new_v4().as_u128() as u32;
    f64::from(bits) / f64::from(u32::MAX)
}

/// A run to be made of a deployed version.
pub(super) struct Work {
    pub(super) id: RunId,
    pub(super) lambda_id: LambdaId,
    pub(super) lambda: LambdaName,
    /// What it is run for; of a delivery its own, wherever the lambda is connected by now.
    pub(super) event: Option<EventId>,
    pub(super) version: Arc<Version>,
    pub(super) input: Arc<str>,
    pub(super) cause: Cause,
    pub(super) origin: Option<Delivered>,
    pub(super) span: RunSpan,
}

/// A run that is over.
pub(super) struct Ran {
    pub(super) kept: KeptRun,
    /// The person who cancelled it, if one did.
    pub(super) cancelled_by: Option<String>,
}

impl Work {
    /// Makes the run, counts it, and gives its record.
    pub(super) async fn run<S: Store, R: Runner>(self, shared: &Shared<S, R>) -> Ran {
        let config = shared.surroundings.config();
        let id = self.id;
        let going = shared.ongoing.begin(OngoingRun {
            id,
            lambda: self.lambda.clone(),
            event: self.event.clone(),
            cause: self.cause.clone(),
            version: self.version.number,
            started_at_ms: shared.clock.now_ms(),
        });
        let request = RunRequest {
            id,
            lambda: self.lambda,
            event: self.event,
            source: Arc::clone(&self.version.source),
            input: Arc::clone(&self.input),
            env: self.version.env.clone(),
            limits: self.version.limits,
            secrets: shared.surroundings.secrets(),
            reach: Arc::clone(&config.reach),
            // What is deployed is meant.
            sending: SendingOf::LIVE,
            trace: self.span.trace(),
        };
        let running = shared.measures.running();
        let mut run = shared.runner.run(request, going.cancel()).await;
        let cancelled_by = going.cancelled_by().filter(|_| run.outcome == Outcome::Cancelled);
        if run.outcome == Outcome::Cancelled && cancelled_by.is_none() {
            // Nobody but the end of the platform: the same as where its process is killed.
            run.outcome = Outcome::Interrupted;
            run.duration_us = 0;
        }
        drop((running, going));
        cut_deployed_log(&mut run, &self.version.limits);
        let of = (run.event.clone(), run.lambda.clone());
        shared.measures.ran(of, Ending::of(&run.outcome), run.duration_us);
        let deployed =
            OfVersion { lambda: Some(self.lambda_id), version: Some(self.version.number) };
        let kept = kept_run(run, self.input, self.cause, deployed);
        let kept = KeptRun { origin: self.origin, ..kept };
        self.span.end(&kept);
        Ran { kept, cancelled_by }
    }
}

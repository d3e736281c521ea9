//! The dispatcher: takes what is due, has it run, and decides what becomes of it.
//!
//! ```text
//! due ── claim (nobody else's now, the attempt counted) ── run ── done | tried again later | dead letter    in one step with the run
//!  ▲                                                          │
//!  └── woken: an event was raised, a run ended, a time came ◄─┘
//! ```
//!
//! A delivery that finds no place soon goes back where it was and stands in line from there, so that no process ends with
//! an attempt that had not begun.
//!
//! It sleeps until one of these happens. Where something is deployed it looks by itself once a minute: whoever raised an
//! event may have been killed before it could wake it. What it holds in memory may be lost at any moment: what it had
//! claimed is due again for the next owner.

use super::clock::Pace;
use super::ongoing;
use super::owner::Owner;
use super::runner::Runner;
use super::service::Shared;
use super::store::{Claim, Claimed, Store, StoreError};
use super::{attempt, retention, times};
use crate::domain::LambdaId;
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// How long to wait after the store failed.
const BACK_OFF_MS: i64 = 1_000;
/// How long what runs may take at most to end and to be kept once it is broken off.
pub const BREAKING_OFF: Duration = Duration::from_secs(2);
/// After how long it looks by itself.
const LOOK_MS: i64 = 60_000;
/// How many results are sent at a time, beside the runs: a sink that hangs holds up nothing else.
const RESULTS_AT_ONCE: usize = 4;

/// Carries out deliveries until `stop` ends.
pub(super) async fn run<S: Store, R: Runner>(
    shared: &Arc<Shared<S, R>>,
    mut owner: Option<Owner>,
    stop: impl Future<Output = ()> + Send,
) {
    // What goes on beside it until what runs has ended, and ends with this.
    let mut beside = JoinSet::new();
    if let Some(bound) = owner.as_mut().and_then(Owner::take_asked) {
        beside.spawn(ongoing::answer_all(bound, Arc::clone(shared)));
    }
    let mut dispatcher = Dispatcher {
        shared: Arc::clone(shared),
        owner,
        attempts: JoinSet::new(),
        of_lambda: BTreeMap::new(),
        next_schedule_ms: Some(i64::MIN),
        is_heir: false,
        pace: Pace::of(shared.clock.now_ms()),
        tried_ms: i64::MIN,
        backs_off: false,
    };
    beside.spawn(retention::keep_up(Arc::clone(shared)));
    let mut stop = std::pin::pin!(stop);
    loop {
        let pace = Pace::of(shared.clock.now_ms());
        let next_ms = dispatcher.advance().await;
        tokio::select! {
            () = &mut stop => break,
            () = dispatcher.something(next_ms, pace) => {}
        }
    }
    dispatcher.end().await;
}

struct Dispatcher<S, R> {
    shared: Arc<Shared<S, R>>,
    owner: Option<Owner>,
    /// Each gives the lambda that it runs, none for a result that it sends.
    attempts: JoinSet<Option<LambdaId>>,
    /// How many of the attempts run which lambda.
    of_lambda: BTreeMap<LambdaId, usize>,
    /// When a schedule is due; the beginning of time when they have to be looked at.
    next_schedule_ms: Option<i64>,
    /// Whether what a former owner had taken is due again.
    is_heir: bool,
    /// Where the clock stood when it was last looked at.
    pace: Pace,
    /// When the store was last tried that had failed.
    tried_ms: i64,
    /// Whether it only waits to try the store again.
    backs_off: bool,
}

impl<S: Store, R: Runner> Dispatcher<S, R> {
    /// Begins what is due; says when there is more to do. While the store fails it is asked at most once in a while.
    async fn advance(&mut self) -> Option<i64> {
        let health = Arc::clone(&self.shared.health);
        let now_ms = self.shared.clock.now_ms();
        let was_obstructed = health.obstacle().is_some();
        if was_obstructed {
            let next_ms = self.tried_ms.saturating_add(BACK_OFF_MS);
            if (self.tried_ms..next_ms).contains(&now_ms) {
                self.backs_off = true;
                return Some(next_ms);
            }
            self.tried_ms = now_ms;
        }
        let begun = self.begin(was_obstructed).await;
        self.backs_off = begun.is_err();
        match begun {
            Ok(next_ms) => {
                if was_obstructed {
                    health.recovered();
                }
                next_ms
            }
            Err(error) => {
                // What stands in the way of the store is told where it is seen.
                if health.obstacle().is_none() {
                    tracing::error!(%error, "deliveries wait");
                }
                Some(now_ms.saturating_add(BACK_OFF_MS))
            }
        }
    }

    async fn begin(&mut self, was_obstructed: bool) -> Result<Option<i64>, StoreError> {
        let shared = Arc::clone(&self.shared);
        let now_ms = shared.clock.now_ms();
        if was_obstructed {
            // Nothing is begun whose end could not be written down.
            shared.watch(shared.store.try_writing(now_ms).await)?;
        }
        if !self.is_heir {
            // Whoever executed before is gone, and their runs with them.
            let most_ms = shared.surroundings.config().delivery.retry.most_ms;
            let latest_ms = now_ms.saturating_add_unsigned(most_ms);
            shared.watch(shared.store.release_all(now_ms, latest_ms).await)?;
            self.is_heir = true;
        }
        self.keep_pace(now_ms).await?;
        if self.next_schedule_ms.is_some_and(|at| at <= now_ms) {
            self.next_schedule_ms = self.tick_schedules(now_ms).await?;
        }
        let claim = self.claim(now_ms);
        if claim.most == 0 && claim.most_results == 0 {
            // The end of an attempt is something that is waited for.
            return Ok(self.next_schedule_ms);
        }
        let taken = shared.watch(shared.store.claim(claim).await)?;
        for claimed in taken.deliveries {
            self.attempt(claimed);
        }
        let look_ms = self.next_look(now_ms).await?;
        Ok([taken.next_due_ms, self.next_schedule_ms, look_ms].into_iter().flatten().min())
    }

    /// When to look without having been woken; never where nothing is deployed, which nothing can be raised for.
    async fn next_look(&self, now_ms: i64) -> Result<Option<i64>, StoreError> {
        let lambdas = self.shared.watch(self.shared.store.lambdas().await)?;
        let is_any_deployed = lambdas.iter().any(|it| it.deployment.is_some());
        Ok(is_any_deployed.then_some(now_ms.saturating_add(LOOK_MS)))
    }

    /// Where the clock was set back, what waits is due earlier by as much, and the schedules are looked at anew.
    async fn keep_pace(&mut self, now_ms: i64) -> Result<(), StoreError> {
        if let Some(by_ms) = self.pace.set_back_by(now_ms) {
            tracing::warn!(by_ms, "the clock was set back; what waits is due earlier by as much");
            let moved = self.shared.store.bring_forward(now_ms, by_ms).await;
            self.shared.watch(moved)?;
            self.next_schedule_ms = Some(i64::MIN);
        }
        self.pace = Pace::of(now_ms);
        Ok(())
    }

    /// As many as there are places, and of each lambda as many as it may have, whoever holds them now: calls and
    /// deliveries wait for them in one line.
    fn claim(&self, now_ms: i64) -> Claim {
        let places = &self.shared.places;
        let running = self.of_lambda.values().sum();
        let sending = self.attempts.len().saturating_sub(running);
        Claim {
            now_ms,
            most: places.count().saturating_sub(running),
            most_results: RESULTS_AT_ONCE.saturating_sub(sending),
            most_per_lambda: places.per_lambda(),
            running: self.of_lambda.clone(),
            in_line: places.in_line(),
        }
    }

    fn attempt(&mut self, claimed: Claimed) {
        let lambda = claimed.sink.is_none().then_some(claimed.lambda_id);
        if let Some(lambda) = lambda {
            *self.of_lambda.entry(lambda).or_default() += 1;
        }
        let shared = Arc::clone(&self.shared);
        self.attempts.spawn(async move {
            attempt::carry_out(&shared, claimed).await;
            lambda
        });
    }

    /// Makes the deliveries of schedules that are due; says when the next one is.
    async fn tick_schedules(&self, now_ms: i64) -> Result<Option<i64>, StoreError> {
        let store = &self.shared.store;
        let mut next_ms: Option<i64> = None;
        let schedules = self.shared.watch(store.schedules().await)?;
        for schedule in schedules.into_iter().filter(|it| !it.is_paused) {
            let due = match times::tick(&schedule, now_ms) {
                Some(tick) => {
                    let next_ms = tick.next_ms;
                    self.shared.watch(store.tick(tick, now_ms).await)?;
                    next_ms
                }
                None => schedule.next_at_ms,
            };
            next_ms = [next_ms, due].into_iter().flatten().min();
        }
        Ok(next_ms)
    }

    /// Waits until there may be something to do, or until the clock is set back.
    async fn something(&mut self, next_ms: Option<i64>, pace: Pace) {
        let clock = Arc::clone(&self.shared.clock);
        let shared = Arc::clone(&self.shared);
        let woken = async {
            match &mut self.owner {
                Some(owner) => owner.woken().await,
                None => std::future::pending().await,
            }
        };
        let timer = async {
            match next_ms {
                Some(at_ms) => clock.sleep_until(at_ms, pace).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            // What is refused meanwhile wakes it no more often.
            () = shared.raised.notified(), if !self.backs_off => {}
            // Another process may have changed the schedules.
            () = woken => self.next_schedule_ms = Some(i64::MIN),
            () = timer => {}
            Some(ended) = self.attempts.join_next(), if !self.attempts.is_empty() => {
                let also = std::iter::from_fn(|| self.attempts.try_join_next());
                let ended: Vec<_> = std::iter::once(ended).chain(also).flatten().collect();
                for lambda in ended {
                    self.note_end(lambda);
                }
            }
        }
    }

    fn note_end(&mut self, lambda: Option<LambdaId>) {
        let Some(lambda) = lambda else { return };
        if let Some(count) = self.of_lambda.get_mut(&lambda) {
            *count -= 1;
            if *count == 0 {
                self.of_lambda.remove(&lambda);
            }
        }
        retention::count(&self.shared, 1);
    }

    /// Finishes what runs; what takes too long goes back into the queue. The lock is held until then.
    async fn end(mut self) {
        let shared = Arc::clone(&self.shared);
        shared.places.close();
        let finish = async {
            while self.attempts.join_next().await.is_some() {}
            shared.places.all_free().await;
            shared.following.all_kept().await;
        };
        let mut finish = std::pin::pin!(finish);
        let grace = shared.surroundings.config().serve.grace;
        if timeout(grace, finish.as_mut()).await.is_err() {
            shared.stop_what_runs();
            // A run ends at once when it is cancelled; what does not is delivered again by the next owner.
            let _ = timeout(BREAKING_OFF, finish).await;
        }
    }
}

//! How long runs are kept, and when it is time to look for those that are not any more.

use super::clock::Pace;
use super::runner::Runner;
use super::service::Shared;
use super::store::Store;
use crate::domain::{DeliverySettings, RunId};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::{Mutex, Notify};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
const MIB: u64 = 1024 * 1024;

/// Of how many runs one is the occasion to look, where each may be the only one of its process.
const ONE_IN: u8 = 64;
/// The same of runs and events, where one process makes them all.
const EVERY: u64 = 1_000;

/// What of the past is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Now, in milliseconds since the Unix epoch.
    pub now_ms: i64,
    /// How long runs are kept, in milliseconds.
    pub age_ms: i64,
    /// How many bytes of them.
    pub bytes: u64,
}

impl Retention {
    /// What these settings keep now.
    pub fn new(settings: &DeliverySettings, now_ms: i64) -> Self {
        Self {
            now_ms,
            age_ms: i64::from(settings.keep_runs_days) * DAY_MS,
            bytes: settings.keep_runs_mib.saturating_mul(MIB),
        }
    }

    /// Whether a run is the occasion to look; its id decides, whose end is random.
    pub fn is_time_after(run: RunId) -> bool {
        run.0.as_bytes()[15].is_multiple_of(ONE_IN)
    }
}

/// What is kept here.
#[derive(Debug, Default)]
pub(super) struct Kept {
    count: AtomicU64,
    is_more: Notify,
    /// Held by who forgets: another would find the same.
    forgetting: Mutex<()>,
}

/// Counts runs or events that were kept; looks now and then, in the background.
pub(super) fn count<S: Store, R: Runner>(shared: &Arc<Shared<S, R>>, more: u64) {
    if more == 0 {
        return;
    }
    let before = shared.kept.count.fetch_add(more, Ordering::Relaxed);
    shared.kept.is_more.notify_one();
    if before / EVERY != (before + more) / EVERY {
        let shared = Arc::clone(shared);
        tokio::spawn(async move { forget(&shared, retention(&shared)).await });
    }
}

/// Forgets what becomes too old, however quiet it is. Sleeps while nothing does, for an hour at least, and for a day at most:
/// other settings may hold by then.
pub(super) async fn keep_up<S: Store, R: Runner>(shared: Arc<Shared<S, R>>) {
    loop {
        let retention = retention(&shared);
        forget(&shared, retention).await;
        let next_ms = match shared.store.next_to_forget(retention).await {
            Ok(Some(next_ms)) => next_ms,
            Ok(None) => {
                shared.kept.is_more.notified().await;
                0
            }
            Err(_) => 0,
        };
        let now_ms = shared.clock.now_ms();
        let next_ms = next_ms.clamp(now_ms + HOUR_MS, now_ms + DAY_MS);
        shared.clock.sleep_until(next_ms, Pace::of(now_ms)).await;
    }
}

fn retention<S: Store, R: Runner>(shared: &Shared<S, R>) -> Retention {
    Retention::new(&shared.surroundings.config().delivery, shared.clock.now_ms())
}

/// Forgets what is not to be kept any more, step by step, so that others come in between.
async fn forget<S: Store, R: Runner>(shared: &Shared<S, R>, retention: Retention) {
    let Ok(_alone) = shared.kept.forgetting.try_lock() else { return };
    loop {
        match shared.store.forget(retention).await {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) => return tracing::warn!(%error, "old runs could not be removed"),
        }
    }
}

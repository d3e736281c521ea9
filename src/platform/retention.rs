//! How long runs are kept, and when it is time to look for those that are not any more.

use super::runner::Runner;
use super::service::Shared;
use super::store::{Store, StoreError};
use crate::domain::{DeliverySettings, RunId};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const DAY_MS: i64 = 24 * 3_600_000;
const MIB: u64 = 1024 * 1024;

/// Of how many runs one is the occasion to look, where each may be the only one of its process.
const ONE_IN: u8 = 64;
/// The same, where one process makes them all.
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

/// Counts the runs that are kept here.
#[derive(Debug, Default)]
pub(super) struct Kept(AtomicU64);

/// Counts a run that was kept; looks now and then, in the background.
pub(super) fn count<S: Store, R: Runner>(shared: &Arc<Shared<S, R>>) {
    let count = shared.kept.0.fetch_add(1, Ordering::Relaxed) + 1;
    if count.is_multiple_of(EVERY) {
        tokio::spawn(forget(Arc::clone(shared)));
    }
}

/// Forgets what is not to be kept any more.
pub(super) async fn forget<S: Store, R: Runner>(shared: Arc<Shared<S, R>>) {
    let settings = shared.surroundings.config().delivery.clone();
    let retention = Retention::new(&settings, shared.clock.now_ms());
    if let Err(error) = forget_all(&shared.store, retention).await {
        tracing::warn!(%error, "old runs could not be removed");
    }
}

/// Forgets step by step, so that others come in between.
async fn forget_all(store: &impl Store, retention: Retention) -> Result<(), StoreError> {
    while store.forget(retention).await? > 0 {}
    Ok(())
}

//! Places for runs: so many in all, and so many of one lambda.

use crate::domain::LambdaId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many may wait for a place beyond those that have one.
const WAITING: usize = 1_000;

/// The places there are.
pub(super) struct Places {
    all: Arc<Semaphore>,
    count: usize,
    per_lambda: usize,
    lambdas: Mutex<HashMap<LambdaId, Arc<Semaphore>>>,
    waiting: Arc<Semaphore>,
}

/// A place, given back when it is dropped.
pub(super) struct Place {
    _own: OwnedSemaphorePermit,
    _of_all: OwnedSemaphorePermit,
}

impl Places {
    pub(super) fn new(count: usize, per_lambda: usize) -> Self {
        Self {
            all: Arc::new(Semaphore::new(count)),
            count,
            per_lambda,
            lambdas: Mutex::default(),
            waiting: Arc::new(Semaphore::new(WAITING)),
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// How many a lambda may have.
    pub(super) fn per_lambda(&self) -> usize {
        self.per_lambda
    }

    /// Waits for a place, behind whoever waits already. The lambda's own comes first, so that nobody holds one of all while
    /// waiting for that.
    pub(super) async fn take(&self, lambda: LambdaId) -> Place {
        const OPEN: &str = "no semaphore is ever closed";
        let own = self.of(lambda).acquire_owned().await.expect(OPEN);
        let of_all = Arc::clone(&self.all).acquire_owned().await.expect(OPEN);
        Place { _own: own, _of_all: of_all }
    }

    /// Waits for a place, unless too many do already.
    pub(super) async fn take_in_turn(&self, lambda: LambdaId) -> Option<Place> {
        let _turn = Arc::clone(&self.waiting).try_acquire_owned().ok()?;
        Some(self.take(lambda).await)
    }

    /// Waits until all of them are free.
    pub(super) async fn all_free(&self) {
        let count = u32::try_from(self.count).unwrap_or(u32::MAX);
        drop(self.all.acquire_many(count).await);
    }

    fn of(&self, lambda: LambdaId) -> Arc<Semaphore> {
        let mut lambdas = self.lambdas.lock().unwrap_or_else(PoisonError::into_inner);
        let own = lambdas.entry(lambda);
        Arc::clone(own.or_insert_with(|| Arc::new(Semaphore::new(self.per_lambda))))
    }
}

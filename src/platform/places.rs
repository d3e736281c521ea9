//! Places for runs: so many in all, and so many of one lambda; and seats for the calls that wait for one.

use crate::domain::{DeliveryId, LambdaId};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many calls may wait for a place beyond those that have one.
const WAITING: usize = 2_000;
/// How many of them for one lambda, so that its callers do not shut the door to all others.
const WAITING_PER_LAMBDA: usize = 500;

/// The places there are.
pub(super) struct Places {
    all: Arc<Semaphore>,
    count: usize,
    per_lambda: usize,
    patience: Duration,
    lambdas: Mutex<HashMap<LambdaId, Own>>,
    seats: Arc<Semaphore>,
    in_line: Mutex<Vec<DeliveryId>>,
    is_closed: AtomicBool,
}

/// What there is of one lambda.
struct Own {
    places: Arc<Semaphore>,
    seats: Arc<Semaphore>,
}

/// How a call comes to its place.
pub(super) enum Turn {
    /// It has it.
    Now(Place),
    /// It has to wait for it.
    Later(Seat),
}

/// Where a call waits for a place, given back when it is dropped.
pub(super) struct Seat {
    lambda: LambdaId,
    _own: OwnedSemaphorePermit,
    _of_all: OwnedSemaphorePermit,
}

/// A delivery that stands in line until this is dropped.
pub(super) struct Standing<'a> {
    places: &'a Places,
    delivery: DeliveryId,
}

impl Drop for Standing<'_> {
    fn drop(&mut self) {
        let mut line = self.places.line();
        if let Some(at) = line.iter().position(|it| *it == self.delivery) {
            line.swap_remove(at);
        }
    }
}

/// A place, given back when it is dropped.
pub(super) struct Place {
    _own: OwnedSemaphorePermit,
    _of_all: OwnedSemaphorePermit,
}

impl Places {
    pub(super) fn new(count: usize, per_lambda: usize, patience: Duration) -> Self {
        Self {
            all: Arc::new(Semaphore::new(count)),
            count,
            per_lambda,
            patience,
            lambdas: Mutex::default(),
            seats: Arc::new(Semaphore::new(WAITING)),
            in_line: Mutex::default(),
            is_closed: AtomicBool::new(false),
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

    /// How long a call waits for one.
    pub(super) fn patience(&self) -> Duration {
        self.patience
    }

    /// A place, if one is free and nobody waits for it.
    pub(super) fn take_now(&self, lambda: LambdaId) -> Option<Place> {
        let own = self.own(lambda, |it| &it.places).try_acquire_owned().ok()?;
        let of_all = Arc::clone(&self.all).try_acquire_owned().ok()?;
        (!self.is_closed()).then_some(Place { _own: own, _of_all: of_all })
    }

    /// Waits for a place, behind whoever waits already; none where they were closed. The lambda's own comes first, so that
    /// nobody holds one of all while waiting for that.
    pub(super) async fn take(&self, lambda: LambdaId) -> Option<Place> {
        let own = self.own(lambda, |it| &it.places).acquire_owned().await.ok()?;
        let of_all = Arc::clone(&self.all).acquire_owned().await.ok()?;
        (!self.is_closed()).then_some(Place { _own: own, _of_all: of_all })
    }

    /// Gives no more of them, and lets those go who wait. Done once.
    pub(super) fn close(&self) {
        self.is_closed.store(true, Ordering::SeqCst);
        for own in self.lambdas().values() {
            own.places.close();
        }
        // One that nobody may keep goes through the hands of all who wait.
        self.all.add_permits(1);
    }

    /// Whether none are given any more.
    pub(super) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::SeqCst)
    }

    /// A place, or where none is free a seat, unless too many wait already.
    pub(super) fn line_up(&self, lambda: LambdaId) -> Option<Turn> {
        if let Some(place) = self.take_now(lambda) {
            return Some(Turn::Now(place));
        }
        let own = self.own(lambda, |it| &it.seats).try_acquire_owned().ok()?;
        let of_all = Arc::clone(&self.seats).try_acquire_owned().ok()?;
        Some(Turn::Later(Seat { lambda, _own: own, _of_all: of_all }))
    }

    /// Waits in a seat for a place; none where they were closed.
    pub(super) async fn wait(&self, seat: Seat) -> Option<Place> {
        self.take(seat.lambda).await
    }

    /// Notes that a delivery, which is in the queue, waits for a place.
    pub(super) fn stand_in_line(&self, delivery: DeliveryId) -> Standing<'_> {
        self.line().push(delivery);
        Standing { places: self, delivery }
    }

    /// The deliveries that do.
    pub(super) fn in_line(&self) -> Vec<DeliveryId> {
        self.line().clone()
    }

    fn line(&self) -> MutexGuard<'_, Vec<DeliveryId>> {
        self.in_line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until all of them are free, once they are closed.
    pub(super) async fn all_free(&self) {
        let count = u32::try_from(self.count + 1).unwrap_or(u32::MAX);
        drop(self.all.acquire_many(count).await);
    }

    fn lambdas(&self) -> MutexGuard<'_, HashMap<LambdaId, Own>> {
        self.lambdas.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn own(&self, lambda: LambdaId, of: impl Fn(&Own) -> &Arc<Semaphore>) -> Arc<Semaphore> {
        let mut lambdas = self.lambdas();
        let own = lambdas.entry(lambda).or_insert_with(|| Own {
            places: Arc::new(Semaphore::new(self.per_lambda)),
            seats: Arc::new(Semaphore::new(WAITING_PER_LAMBDA)),
        });
        Arc::clone(of(own))
    }
}

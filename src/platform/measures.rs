//! What is counted while the process lives.

use super::{Figures, LambdaFigures};
use crate::domain::{Ending, EventId, FailureKind, LambdaName};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The upper bounds of the durations that are told apart, in microseconds.
const BOUNDS_US: [u64; 15] = [
    250,
    500,
    1_000,
    2_500,
    5_000,
    10_000,
    25_000,
    50_000,
    100_000,
    250_000,
    1_000_000,
    2_500_000,
    10_000_000,
    30_000_000,
    u64::MAX,
];

/// The counters.
#[derive(Default)]
pub(super) struct Measures {
    counts: Mutex<Counts>,
}

#[derive(Default)]
struct Counts {
    running: u64,
    duplicates: u64,
    refused: u64,
    lambdas: BTreeMap<(Option<EventId>, LambdaName), Lambda>,
}

#[derive(Clone, Default)]
struct Lambda {
    succeeded: u64,
    failed: Vec<(FailureKind, u64)>,
    cancelled: u64,
    retried: u64,
    dead: u64,
    durations: [u64; BOUNDS_US.len()],
    duration_sum_us: u64,
}

/// A run that goes on.
pub(super) struct Running<'a>(&'a Measures);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.counts().running -= 1;
    }
}

/// What happened to a delivery beside its run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// It is tried again.
    Retried,
    /// It was given up.
    Died,
}

impl Measures {
    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn duplicates(&self, events: u64) {
        self.counts().duplicates += events;
    }

    pub(super) fn refused(&self, events: u64) {
        self.counts().refused += events;
    }

    /// Counts a run as one that goes on, until what is given back is dropped.
    pub(super) fn running(&self) -> Running<'_> {
        self.counts().running += 1;
        Running(self)
    }

    pub(super) fn ran(
        &self,
        (event, lambda): (Option<EventId>, LambdaName),
        ending: Ending,
        duration_us: u64,
    ) {
        let mut counts = self.counts();
        let of = counts.lambdas.entry((event, lambda)).or_default();
        match ending {
            Ending::Succeeded => of.succeeded += 1,
            Ending::Failed(kind) => match of.failed.iter_mut().find(|(it, _)| *it == kind) {
                Some((_, count)) => *count += 1,
                None => of.failed.push((kind, 1)),
            },
            // How long they took says nothing of the lambda.
            Ending::Cancelled | Ending::Interrupted => {
                of.cancelled += 1;
                return;
            }
        }
        of.duration_sum_us += duration_us;
        for (count, bound) in of.durations.iter_mut().zip(BOUNDS_US) {
            *count += u64::from(duration_us <= bound);
        }
    }

    pub(super) fn turned(&self, (event, lambda): (Option<EventId>, LambdaName), turn: Turn) {
        let mut counts = self.counts();
        let of = counts.lambdas.entry((event, lambda)).or_default();
        match turn {
            Turn::Retried => of.retried += 1,
            Turn::Died => of.dead += 1,
        }
    }

    /// What was counted; what only the store knows is left at nothing.
    pub(super) fn figures(&self) -> Figures {
        let counts = self.counts();
        let lambdas = counts.lambdas.iter().map(|((event, lambda), of)| LambdaFigures {
            event: event.clone(),
            lambda: lambda.clone(),
            succeeded: of.succeeded,
            failed: of.failed.clone(),
            cancelled: of.cancelled,
            retried: of.retried,
            dead: of.dead,
            dead_letters: 0,
            durations: BOUNDS_US.into_iter().zip(of.durations).collect(),
            duration_sum_us: of.duration_sum_us,
        });
        Figures {
            running: counts.running,
            duplicates: counts.duplicates,
            refused: counts.refused,
            lambdas: lambdas.collect(),
            ..Figures::default()
        }
    }
}

/// The figures of a lambda that did nothing yet in this process.
pub(super) fn idle(event: Option<EventId>, lambda: LambdaName) -> LambdaFigures {
    LambdaFigures {
        event,
        lambda,
        succeeded: 0,
        failed: Vec::new(),
        cancelled: 0,
        retried: 0,
        dead: 0,
        dead_letters: 0,
        durations: BOUNDS_US.into_iter().map(|bound| (bound, 0)).collect(),
        duration_sum_us: 0,
    }
}

//! How runs went: one pass over an index that holds all it takes.

use super::error::Fault;
use crate::domain::{Bucket, LambdaName, RunFigures, Window, WindowFigures};
use rusqlite::Connection;
use std::collections::BTreeMap;

/// Read from the index alone.
pub(super) const SQL: &str =
    "SELECT started_at, ended, duration_us, lambda FROM run WHERE started_at >= ?1";

/// The figures of the window that ends at `now_ms`. Its pieces begin at whole multiples of their length, so that they stay
/// what they are while time passes.
pub(super) fn window(
    connection: &Connection,
    window: Window,
    now_ms: i64,
) -> Result<WindowFigures, Fault> {
    let end = (now_ms.div_euclid(window.bucket_ms()) + 1) * window.bucket_ms();
    let start = end - window.length_ms();
    let mut lambdas: BTreeMap<String, Gathered> = BTreeMap::new();
    let mut statement = connection.prepare_cached(SQL)?;
    let mut rows = statement.query([start])?;
    while let Some(row) = rows.next()? {
        let started: i64 = row.get(0)?;
        let (ended, duration): (i64, i64) = (row.get(1)?, row.get(2)?);
        let piece = usize::try_from((started - start) / window.bucket_ms()).unwrap_or(usize::MAX);
        if ended > 1 || piece >= window.buckets() {
            continue;
        }
        let lambda = row.get_ref(3)?.as_str().unwrap_or_default();
        if !lambdas.contains_key(lambda) {
            lambdas.insert(lambda.to_owned(), Gathered::new(window.buckets()));
        }
        if let Some(gathered) = lambdas.get_mut(lambda) {
            gathered.add(piece, ended == 1, duration.max(0) as u64);
        }
    }
    let mut all = Gathered::new(window.buckets());
    for gathered in lambdas.values() {
        all.add_all(gathered);
    }
    let named = lambdas
        .into_iter()
        .filter_map(|(name, gathered)| Some((LambdaName::new(name).ok()?, gathered.figures())));
    Ok(WindowFigures { lambdas: named.collect(), all: all.figures() })
}

struct Gathered {
    buckets: Vec<Bucket>,
    durations: Vec<u64>,
}

impl Gathered {
    fn new(buckets: usize) -> Self {
        Self { buckets: vec![Bucket::default(); buckets], durations: Vec::new() }
    }

    fn add(&mut self, piece: usize, is_failed: bool, duration_us: u64) {
        let bucket = &mut self.buckets[piece];
        *(if is_failed { &mut bucket.failed } else { &mut bucket.succeeded }) += 1;
        self.durations.push(duration_us);
    }

    fn add_all(&mut self, other: &Self) {
        for (bucket, more) in self.buckets.iter_mut().zip(&other.buckets) {
            bucket.succeeded += more.succeeded;
            bucket.failed += more.failed;
        }
        self.durations.extend_from_slice(&other.durations);
    }

    fn figures(mut self) -> RunFigures {
        self.durations.sort_unstable();
        let at = |percent: usize| {
            let rank = (self.durations.len() * percent).div_ceil(100).max(1) - 1;
            self.durations.get(rank).copied().unwrap_or(0)
        };
        let (p50_us, p95_us, p99_us) = (at(50), at(95), at(99));
        RunFigures { buckets: self.buckets, p50_us, p95_us, p99_us }
    }
}

//! The id of the run that an attempt at a delivery makes.
//!
//! It is known from the moment the delivery is taken, and to whoever finds it taken and its owner gone: nothing else than
//! the row of the delivery says it. So the record of a run that ended with its process has the id under which it was seen.

use super::store::Claimed;
use crate::domain::{DeliveryId, RunId};
use ring::digest::{Context, SHA256};
use uuid::Builder;

/// The most that the number of an attempt can be in an id.
const MOST: u32 = 0xFFF;

impl Claimed {
    /// The id of the run that this attempt makes.
    pub(in crate::platform) fn run_id(&self) -> RunId {
        of_attempt(self.id, self.attempt, self.at_ms)
    }
}

/// A UUID of version 7, so that runs sort by the time at which they were taken; the attempts of one millisecond by their
/// numbers.
fn of_attempt(delivery: DeliveryId, attempt: u32, at_ms: i64) -> RunId {
    let mut hash = Context::new(&SHA256);
    hash.update(delivery.0.as_bytes());
    hash.update(&attempt.to_be_bytes());
    let mut rest = [0; 10];
    rest[..2].copy_from_slice(&attempt.min(MOST).to_be_bytes()[2..]);
    rest[2..].copy_from_slice(&hash.finish().as_ref()[..8]);
    let at_ms = u64::try_from(at_ms).unwrap_or(0);
    RunId(Builder::from_unix_timestamp_millis(at_ms, &rest).into_uuid())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use uuid::Uuid;

    #[test]
    fn the_ids_of_attempts_differ_and_sort_by_time_and_number() {
        let one = DeliveryId(Uuid::now_v7());
        let of = |attempt, at_ms| of_attempt(one, attempt, at_ms);
        assert_eq!(of(1, 5), of(1, 5));
        let in_order =
            [of(9, 5), of(1, 6), of(2, 6), of(255, 6), of(256, 6), of(4_095, 6), of(1, 7)];
        assert!(in_order.is_sorted(), "{in_order:?}");
        let more = [of(4_096, 6), of(4_097, 6), of_attempt(DeliveryId(Uuid::now_v7()), 1, 6)];
        let all: BTreeSet<_> = in_order.into_iter().chain(more).collect();
        assert_eq!(all.len(), 10);
        for id in all {
            assert_eq!(id.0.get_version_num(), 7);
            assert_eq!(id.0.get_variant(), uuid::Variant::RFC4122);
        }
    }
}

//! How many requests a lambda may send in a second.

use crate::domain::LambdaName;
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The time over which requests are counted.
const WINDOW: Duration = Duration::from_secs(1);

/// Lambdas beyond which those that rest are forgotten.
const LAMBDAS_KEPT: usize = 256;

/// When each lambda sent its last requests, in all its runs.
#[derive(Default)]
pub(super) struct Budgets {
    sent: Mutex<HashMap<LambdaName, VecDeque<Instant>>>,
}

impl Budgets {
    /// Counts a request of `lambda` at `now`, or says how long it has to wait until it may send another.
    pub(super) fn take(
        &self,
        lambda: &LambdaName,
        most: u32,
        now: Instant,
    ) -> Result<(), Duration> {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        let is_old = |at: &Instant| now.duration_since(*at) >= WINDOW;
        if sent.len() > LAMBDAS_KEPT {
            sent.retain(|_, times| times.back().is_some_and(|at| !is_old(at)));
        }
        let times = sent.entry(lambda.clone()).or_default();
        while times.front().is_some_and(is_old) {
            times.pop_front();
        }
        if times.len() >= most as usize {
            let oldest = times.front().map_or(WINDOW, |at| now.duration_since(*at));
            return Err(WINDOW.saturating_sub(oldest));
        }
        times.push_back(now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lambda_has_its_requests_in_every_second_whatever_others_do() {
        let (budgets, start) = (Budgets::default(), Instant::now());
        let lambda = |name: &str| LambdaName::new(name).unwrap();
        let at = |ms| start + Duration::from_millis(ms);
        for ms in [0, 400, 800] {
            assert_eq!(budgets.take(&lambda("a"), 3, at(ms)), Ok(()));
        }
        assert_eq!(budgets.take(&lambda("a"), 3, at(900)), Err(Duration::from_millis(100)));
        assert_eq!(budgets.take(&lambda("b"), 3, at(900)), Ok(()));
        assert_eq!(budgets.take(&lambda("a"), 3, at(1_000)), Ok(()));
        assert!(budgets.take(&lambda("a"), 3, at(1_399)).is_err());
        assert_eq!(budgets.take(&lambda("a"), 3, at(1_400)), Ok(()));
        assert!(budgets.take(&lambda("c"), 0, at(0)).is_err());
    }
}

//! What time it is: the platform asks one clock, which a test can set.

use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::watch;

/// The longest sleep in one piece: a computer that was asleep itself does not count the time.
const NAP: Duration = Duration::from_mins(1);

/// Tells the time and waits for it.
pub trait Clock: Send + Sync + 'static {
    /// Now, in milliseconds since the Unix epoch.
    fn now_ms(&self) -> i64;

    /// Waits until `at_ms`, in milliseconds since the Unix epoch, or until the clock was set back since it had `pace`, which
    /// is noticed within a minute.
    fn sleep_until(&self, at_ms: i64, pace: Pace) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// Where a clock stood at a moment, to see later whether it was set back meanwhile.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    at_ms: i64,
    at: Instant,
}

impl Pace {
    /// A clock that stands at `now_ms` now.
    pub fn of(now_ms: i64) -> Self {
        Self { at_ms: now_ms, at: Instant::now() }
    }

    /// By how many milliseconds the clock, which stands at `now_ms` now, was set back; none where that is next to nothing.
    pub(super) fn set_back_by(&self, now_ms: i64) -> Option<i64> {
        const NEXT_TO_NOTHING_MS: i64 = 500;
        let passed_ms = i64::try_from(self.at.elapsed().as_millis()).unwrap_or(i64::MAX);
        let missing_ms = self.at_ms.saturating_add(passed_ms).saturating_sub(now_ms);
        (missing_ms > NEXT_TO_NOTHING_MS).then_some(missing_ms)
    }
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now_ms(&self) -> i64 {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
    }

    fn sleep_until(&self, at_ms: i64, pace: Pace) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move {
            let mut now_ms = self.now_ms();
            while pace.set_back_by(now_ms).is_none()
                && let Ok(left @ 1..) = u64::try_from(at_ms - now_ms)
            {
                tokio::time::sleep(Duration::from_millis(left).min(NAP)).await;
                now_ms = self.now_ms();
            }
        })
    }
}

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct VirtualClock {
    now: watch::Sender<i64>,
}

impl VirtualClock {
    /// A clock that stands at `now_ms`.
    pub fn at(now_ms: i64) -> Self {
        Self { now: watch::Sender::new(now_ms) }
    }

    /// Moves it on by `ms` milliseconds, or back where they are fewer than none.
    pub fn advance(&self, ms: i64) {
        self.now.send_modify(|now| *now += ms);
    }
}

impl Clock for VirtualClock {
    fn now_ms(&self) -> i64 {
        *self.now.borrow()
    }

    fn sleep_until(&self, at_ms: i64, pace: Pace) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move {
            let mut now = self.now.subscribe();
            // The sender lives as long as `self`, so the wait cannot end early.
            let _ = now.wait_for(|now| *now >= at_ms || *now < pace.at_ms).await;
        })
    }
}

//! What time it is: the platform asks one clock, which a test can set.

use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::watch;

/// The longest sleep in one piece: a computer that was asleep itself does not count the time.
const NAP: Duration = Duration::from_mins(1);

/// Tells the time and waits for it.
pub trait Clock: Send + Sync + 'static {
    /// Now, in milliseconds since the Unix epoch.
    fn now_ms(&self) -> i64;

    /// Waits until `at_ms`, in milliseconds since the Unix epoch.
    fn sleep_until(&self, at_ms: i64) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now_ms(&self) -> i64 {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
    }

    fn sleep_until(&self, at_ms: i64) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move {
            while let Ok(left @ 1..) = u64::try_from(at_ms - self.now_ms()) {
                tokio::time::sleep(Duration::from_millis(left).min(NAP)).await;
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

    /// Moves it on by `ms` milliseconds.
    pub fn advance(&self, ms: i64) {
        self.now.send_modify(|now| *now += ms);
    }
}

impl Clock for VirtualClock {
    fn now_ms(&self) -> i64 {
        *self.now.borrow()
    }

    fn sleep_until(&self, at_ms: i64) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move {
            let mut now = self.now.subscribe();
            // The sender lives as long as `self`, so the wait cannot end early.
            let _ = now.wait_for(|now| *now >= at_ms).await;
        })
    }
}

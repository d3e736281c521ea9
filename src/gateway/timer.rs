//! A timer for hyper that is registered once for a connection.
//!
//! Hyper asks for a new sleep before each request and drops it when the request has come. To register one with the runtime
//! wakes the runtime; to put off one that is registered costs nothing. So the one that was dropped is kept and put off.

use hyper::rt::{Sleep, Timer};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

type Kept = Arc<Mutex<Option<Pin<Box<tokio::time::Sleep>>>>>;

/// The timer of one connection.
#[derive(Clone, Debug, Default)]
pub(super) struct KeptTimer {
    kept: Kept,
}

impl Timer for KeptTimer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(Instant::now() + duration)
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn Sleep>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).take();
        let sleep = match kept {
            Some(mut sleep) => {
                sleep.as_mut().reset(deadline.into());
                sleep
            }
            None => Box::pin(tokio::time::sleep_until(deadline.into())),
        };
        Box::pin(Sleeping { sleep: Some(sleep), home: Arc::clone(&self.kept) })
    }
}

/// A sleep that goes back to be kept.
struct Sleeping {
    sleep: Option<Pin<Box<tokio::time::Sleep>>>,
    home: Kept,
}

impl Future for Sleeping {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        // It is taken by the drop only.
        self.sleep.as_mut().map_or(Poll::Pending, |sleep| sleep.as_mut().poll(context))
    }
}

impl Sleep for Sleeping {}

impl Drop for Sleeping {
    fn drop(&mut self) {
        let sleep = self.sleep.take();
        *self.home.lock().unwrap_or_else(PoisonError::into_inner) = sleep;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_sleep_that_was_put_off_ends_at_its_new_time() {
        let timer = KeptTimer::default();
        let soon = Instant::now() + Duration::from_millis(1);
        let mut first = timer.sleep_until(soon);
        assert!(futures_util::poll!(&mut first).is_pending());
        drop(first);
        let far = timer.sleep(Duration::from_hours(1));
        let patience = Duration::from_millis(20);
        assert!(tokio::time::timeout(patience, far).await.is_err());
        timer.sleep_until(soon).await;
    }
}

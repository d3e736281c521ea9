//! What is finished whether or not somebody waits for it.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::runtime::Handle;

/// A future that goes on in the background when whoever waited for it is gone. As long as somebody waits it needs no task
/// of its own, which each step would have to be handed to and from.
pub(super) struct Finishing<F: Future<Output: Send> + Send + 'static> {
    /// None once it has ended, also by a panic.
    future: Option<Pin<Box<F>>>,
}

impl<F: Future<Output: Send> + Send + 'static> Finishing<F> {
    /// `future`, which ends in any case.
    pub(super) fn new(future: F) -> Self {
        Self { future: Some(Box::pin(future)) }
    }
}

impl<F: Future<Output: Send> + Send + 'static> Future for Finishing<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let mut future = self.future.take().expect("nobody polls what has ended");
        let polled = future.as_mut().poll(context);
        if polled.is_pending() {
            self.future = Some(future);
        }
        polled
    }
}

impl<F: Future<Output: Send> + Send + 'static> Drop for Finishing<F> {
    fn drop(&mut self) {
        let Some(future) = self.future.take() else { return };
        // Without a runtime the program is at its end.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(future);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;
    use std::panic::AssertUnwindSafe;
    use std::sync::Arc;
    use tokio::sync::{Notify, oneshot};

    #[tokio::test]
    async fn what_nobody_waits_for_any_more_is_finished() {
        let go_on = Arc::new(Notify::new());
        let (tell, told) = oneshot::channel();
        let mut finishing = Finishing::new({
            let go_on = Arc::clone(&go_on);
            async move {
                go_on.notified().await;
                let _ = tell.send(());
            }
        });
        assert!(futures_util::poll!(&mut finishing).is_pending());
        drop(finishing);
        go_on.notify_one();
        told.await.unwrap();
    }

    #[tokio::test]
    async fn what_panicked_is_not_gone_on_with() {
        let mut finishing = Finishing::new(async { panic!("as it was told") });
        let polled = AssertUnwindSafe(&mut finishing).catch_unwind().await;
        assert!(polled.is_err() && finishing.future.is_none());
    }
}

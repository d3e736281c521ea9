//! A person's wish that a run should stop.

use std::sync::Arc;
use tokio::sync::watch;

/// A switch that is turned once; clones share it.
#[derive(Clone, Debug)]
pub struct Cancel {
    switch: Arc<watch::Sender<bool>>,
}

impl Cancel {
    /// A switch that nobody has turned yet.
    pub fn new() -> Self {
        Self { switch: Arc::new(watch::Sender::new(false)) }
    }

    /// Turns it. Further calls change nothing.
    pub fn cancel(&self) {
        self.switch.send_replace(true);
    }

    /// Whether it has been turned.
    pub fn is_cancelled(&self) -> bool {
        *self.switch.borrow()
    }

    /// Waits until it is turned.
    pub async fn cancelled(&self) {
        let mut receiver = self.switch.subscribe();
        // The sender lives as long as `self`, so the wait cannot end early.
        let _ = receiver.wait_for(|cancelled| *cancelled).await;
    }
}

impl Default for Cancel {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn turning_it_wakes_every_clone_and_those_who_come_late() {
        let cancel = Cancel::new();
        let waiting = tokio::spawn({
            let cancel = cancel.clone();
            async move { cancel.cancelled().await }
        });
        assert!(!cancel.is_cancelled());
        cancel.cancel();
        waiting.await.unwrap();
        cancel.clone().cancelled().await;
        assert!(cancel.is_cancelled());
    }
}

//! What makes the runs: the runtime, or in a test something that needs no process.

use crate::domain::Run;
use crate::runtime::{Cancel, RunRequest, Runtime};
use std::future::Future;
use tokio::sync::mpsc::unbounded_channel;

/// Runs a lambda once.
pub trait Runner: Send + Sync + 'static {
    /// Never fails: whatever goes wrong is the outcome.
    fn run(&self, request: RunRequest, cancel: Cancel) -> impl Future<Output = Run> + Send;
}

impl Runner for Runtime {
    async fn run(&self, request: RunRequest, cancel: Cancel) -> Run {
        // What is told meanwhile is in the record too.
        let (events, _) = unbounded_channel();
        Runtime::run(self, request, events, cancel).await
    }
}

//! Lambdas that run: the tokio runtime, the workers, and the runs that can be stopped.

use super::Outbox;
use crate::app::Message;
use crate::app::job::RunJob;
use crate::domain::RunId;
use crate::runtime::{Cancel, RunEvent, RunRequest, Runtime, RuntimeConfig};
use crate::workspace::Workspace;
use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;

/// Log lines go to the loop at most this often, so that a flood is a few messages.
const LOG_PAUSE: Duration = Duration::from_millis(16);

/// Runs lambdas.
pub(super) struct Runner {
    tokio: tokio::runtime::Runtime,
    workers: Runtime,
    outbox: Outbox,
    running: Arc<Mutex<HashMap<RunId, Cancel>>>,
}

impl Runner {
    /// A runner without a worker yet.
    pub(super) fn start(outbox: Outbox) -> io::Result<Self> {
        let tokio =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let workers = {
            let _inside = tokio.enter();
            Runtime::new(RuntimeConfig::of_this_program()?)
        };
        Ok(Self { tokio, workers, outbox, running: Arc::default() })
    }

    /// Has a worker ready before it is needed.
    pub(super) fn warm(&self) {
        self.workers.warm();
    }

    /// Runs a lambda of the workspace in the folder `home`; what it writes and how it ends come as messages.
    pub(super) fn run(&self, job: RunJob, home: Option<PathBuf>) {
        let cancel = Cancel::new();
        self.lock().insert(job.id, cancel.clone());
        let (workers, outbox, running) =
            (self.workers.clone(), self.outbox.clone(), self.running.clone());
        self.tokio.spawn(async move {
            let id = job.id;
            let (events, received) = mpsc::unbounded_channel();
            let workspace = home.and_then(|root| Workspace::open(&root).ok());
            let request = RunRequest {
                id,
                lambda: job.lambda,
                event: job.event,
                source: job.source.0.text().into(),
                input: job.input.0.text().into(),
                env: Arc::unwrap_or_clone(job.env),
                limits: job.limits,
                secrets: workspace.and_then(|it| it.secret_store()),
                reach: job.reach,
                sending: job.sending,
                trace: None,
            };
            let logs = tokio::spawn(forward_logs(id, received, outbox.clone()));
            let run = workers.run(request, events, cancel).await;
            // The record has every line: what is still under way as a batch is not needed.
            logs.abort();
            running.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
            outbox.send(Message::RunFinished(Box::new(run)));
        });
    }

    /// Stops a run.
    pub(super) fn cancel(&self, id: RunId) {
        if let Some(cancel) = self.lock().get(&id) {
            cancel.cancel();
        }
    }

    /// Ends every run and every worker.
    pub(super) fn end(self) {
        drop(self.workers);
        self.tokio.shutdown_timeout(Duration::from_millis(50));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<RunId, Cancel>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn forward_logs(id: RunId, mut events: mpsc::UnboundedReceiver<RunEvent>, outbox: Outbox) {
    while let Some(event) = events.recv().await {
        let RunEvent::Logs(mut lines) = event else { continue };
        tokio::time::sleep(LOG_PAUSE).await;
        while let Ok(more) = events.try_recv() {
            if let RunEvent::Logs(more) = more {
                lines.extend(more);
            }
        }
        outbox.send(Message::RunLogged(id, lines));
    }
}

//! The thread that speaks with the platform.

use super::deployed::Desk;
use super::{Outbox, fault};
use crate::app::deployed::job::PlatformJob;
use crate::runtime::RuntimeConfig;
use crate::workspace::Workspace;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

/// The thread, and the way to it.
pub(super) struct Platform {
    jobs: Sender<PlatformJob>,
    thread: JoinHandle<()>,
}

impl Platform {
    /// Starts the thread for the workspace in the folder `home`.
    pub(super) fn start(home: &Path, outbox: &Outbox) -> anyhow::Result<Self> {
        let workspace = Workspace::open(home)?;
        let worker = RuntimeConfig::of_this_program()?;
        let out = outbox.clone();
        let desk = Desk::new(workspace, worker, Arc::new(move |message| out.send(message)))?;
        let (jobs, asked) = channel();
        let out = outbox.clone();
        let thread = thread::Builder::new()
            .name("platform".to_owned())
            .spawn(move || work(desk, &asked, &out))?;
        Ok(Self { jobs, thread })
    }

    /// Hands a job on; a thread that is gone told why.
    pub(super) fn ask(&self, job: PlatformJob) {
        let _ = self.jobs.send(job);
    }

    /// Ends it: what it was asked is done, and what runs is finished or goes back into the queue.
    pub(super) fn end(self) {
        drop(self.jobs);
        let _ = self.thread.join();
    }
}

fn work(mut desk: Desk, asked: &Receiver<PlatformJob>, outbox: &Outbox) {
    while let Ok(job) = asked.recv() {
        if let Some(Some(message)) = fault::survive(|| desk.perform(job)) {
            outbox.send(message);
        }
    }
    desk.close();
}

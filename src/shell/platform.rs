//! The thread that speaks with the platform.

use super::deployed::Desk;
use super::{Outbox, fault};
use crate::app::Message;
use crate::app::deployed::job::PlatformJob;
use crate::runtime::RuntimeConfig;
use crate::workspace::Workspace;
use std::collections::VecDeque;
use std::io;
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
    pub(super) fn start(home: &Path, outbox: &Outbox) -> io::Result<Self> {
        let (jobs, asked) = channel();
        let (home, out) = (home.to_owned(), outbox.clone());
        let thread =
            thread::Builder::new().name("platform".to_owned()).spawn(move || {
                match desk(&home, &out) {
                    Ok(desk) => work(desk, &asked, &out),
                    Err(error) => out.send(Message::Failed(format!(
                        "Nothing can be deployed, and no run is kept: {error}"
                    ))),
                }
            })?;
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

fn desk(home: &Path, outbox: &Outbox) -> anyhow::Result<Desk> {
    let (workspace, worker) = (Workspace::open(home)?, RuntimeConfig::of_this_program()?);
    let out = outbox.clone();
    Desk::new(workspace, worker, Arc::new(move |message| out.send(message)))
}

fn work(mut desk: Desk, asked: &Receiver<PlatformJob>, outbox: &Outbox) {
    let mut waiting = VecDeque::new();
    loop {
        if waiting.is_empty() {
            let Ok(job) = asked.recv() else { break };
            waiting.push_back(job);
        }
        waiting.extend(asked.try_iter());
        let Some(job) = waiting.pop_front() else { continue };
        if waiting.iter().any(|newer| newer.replaces(&job)) {
            continue;
        }
        if let Some(Some(message)) = fault::survive(|| desk.perform(job)) {
            outbox.send(message);
        }
    }
    desk.close();
}

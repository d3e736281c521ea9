//! Hands the app's jobs to whoever does them.

use super::disk::Disk;
use super::runner::Runner;
use super::{Outbox, Start, Wake, check, highlight};
use crate::app::job::{DiskJob, Job};
use crate::app::message::Message;
use std::io;
use std::sync::mpsc::{Sender, channel};
use std::thread::{self, JoinHandle};

/// Whoever does the app's jobs.
pub(super) struct Workshop {
    outbox: Outbox,
    disk: Sender<DiskJob>,
    disk_thread: JoinHandle<()>,
    highlight: Sender<highlight::Ask>,
    check: Sender<check::Ask>,
    runner: Option<Runner>,
}

/// What the loop has to do itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Own {
    Copy(String),
    CaptureMouse(bool),
    Suspend,
    Redraw,
    Quit,
}

impl Workshop {
    /// Starts the threads. `first` is done before this returns, so that the first frame shows it.
    pub(super) fn open(
        start: &Start,
        wakes: &Sender<Wake>,
        first: Vec<DiskJob>,
    ) -> io::Result<Self> {
        let outbox = Outbox(wakes.clone());
        let mut disk = Disk::new(start, outbox.clone());
        for job in first {
            disk.perform(job);
        }
        disk.tell_left_behind();
        let (disk_sender, disk_jobs) = channel();
        let disk_thread =
            thread::Builder::new().name("disk".to_owned()).spawn(move || disk.work(&disk_jobs))?;
        let (highlight, asks) = channel();
        let out = outbox.clone();
        thread::Builder::new()
            .name("highlight".to_owned())
            .spawn(move || highlight::work(&asks, &out))?;
        let (check, asks) = channel();
        let out = outbox.clone();
        thread::Builder::new().name("check".to_owned()).spawn(move || check::work(&asks, &out))?;
        Ok(Self { outbox, disk: disk_sender, disk_thread, highlight, check, runner: None })
    }

    /// Hands a job on; gives back what the loop has to do itself.
    pub(super) fn hand_on(&mut self, job: Job) -> Option<Own> {
        // A thread that is gone has panicked, which ends the program elsewhere.
        match job {
            Job::Disk(job) => drop(self.disk.send(job)),
            Job::Highlight(request) => {
                drop(self.highlight.send(highlight::Ask::Colour(Box::new(request))));
            }
            Job::ForgetText(text) => drop(self.highlight.send(highlight::Ask::Forget(text))),
            Job::Diagnose { text, revision, rope } => {
                drop(self.check.send(check::Ask {
                    text,
                    revision,
                    rope,
                    what: check::What::Lambda,
                }));
                self.prepare_runs();
            }
            Job::CheckPayload { text, revision, event, rope } => {
                drop(self.check.send(check::Ask {
                    text,
                    revision,
                    rope,
                    what: check::What::Payload(event),
                }));
            }
            Job::Run(run) => self.run(*run),
            Job::CancelRun(id) => {
                if let Some(runner) = &self.runner {
                    runner.cancel(id);
                }
            }
            Job::Copy(text) => return Some(Own::Copy(text)),
            Job::CaptureMouse(on) => return Some(Own::CaptureMouse(on)),
            Job::Suspend => return Some(Own::Suspend),
            Job::Redraw => return Some(Own::Redraw),
            Job::Quit => return Some(Own::Quit),
        }
        None
    }

    fn run(&mut self, job: crate::app::job::RunJob) {
        let failed = |error: &io::Error| format!("No lambda can be run: {error}");
        if self.runner.is_none() {
            match Runner::start(self.outbox.clone()) {
                Ok(runner) => self.runner = Some(runner),
                Err(error) => return self.outbox.send(Message::RunRefused(job.id, failed(&error))),
            }
        }
        if let Some(runner) = &self.runner {
            runner.run(job);
        }
    }

    /// A lambda is open, so it may be run soon.
    fn prepare_runs(&mut self) {
        if self.runner.is_none() {
            self.runner = Runner::start(self.outbox.clone()).ok();
            if let Some(runner) = &self.runner {
                runner.warm_soon();
            }
        }
    }

    /// Ends the threads; unsaved text is in the journal before this returns.
    pub(super) fn close(self) {
        drop(self.disk);
        // A panic on the disk thread was reported when it happened.
        let _ = self.disk_thread.join();
        if let Some(runner) = self.runner {
            runner.end();
        }
    }
}

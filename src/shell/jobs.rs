//! Hands the app's jobs to whoever does them.

use super::analysed::Analysed;
use super::disk::{Ask, Disk};
use super::platform::Platform;
use super::runner::Runner;
use super::unsaved::Unkept;
use super::wakes::Waker;
use super::{Outbox, Start, check, fault, highlight, outside, queue, understand};
use crate::app::deployed::job::PlatformJob;
use crate::app::job::{DiskJob, Job, TextId, Then, UnderstandRequest};
use crate::app::message::Message;
use crate::app::state::ProjectKind;
use crate::app::words::capital;
use crate::editor::{Diff, Revision};
use ropey::Rope;
use std::collections::HashSet;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Whoever does the app's jobs.
pub(super) struct Workshop {
    outbox: Outbox,
    disk: queue::Sender<Ask>,
    disk_thread: JoinHandle<Vec<Unkept>>,
    highlight: queue::Sender<highlight::Ask>,
    check: queue::Sender<check::Ask>,
    understand: queue::Sender<Box<UnderstandRequest>>,
    /// The texts that have been sent to be checked.
    checked: HashSet<TextId>,
    runner: Option<Runner>,
    platform: Option<Platform>,
    /// The workspace's folder; a single file has none.
    home: Option<PathBuf>,
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
    pub(super) fn open(start: &Start, waker: &Waker, first: Vec<DiskJob>) -> io::Result<Self> {
        let outbox = Outbox(waker.clone());
        let mut disk = Disk::new(start, outbox.clone());
        for job in first {
            disk.perform(job);
        }
        if let Some(file) = disk.tell_left_open().filter(|_| !start.names_a_lambda()) {
            disk.perform(DiskJob::Open { file, then: Then::Edit });
        }
        disk.tell_left_behind();
        let (disk_sender, disk_jobs) = queue::queue();
        let disk_thread =
            thread::Builder::new().name("disk".to_owned()).spawn(move || disk.work(&disk_jobs))?;
        let (highlight, asks) = queue::queue();
        let out = outbox.clone();
        thread::Builder::new()
            .name("highlight".to_owned())
            .spawn(move || highlight::work(&asks, &out))?;
        let (check, asks) = queue::queue();
        let (out, analysed) = (outbox.clone(), Analysed::default());
        let known = analysed.clone();
        thread::Builder::new()
            .name("check".to_owned())
            .spawn(move || check::work(&asks, known, &out))?;
        let (understand, asks) = queue::queue();
        let out = outbox.clone();
        thread::Builder::new()
            .name("understand".to_owned())
            .spawn(move || understand::work(&asks, &analysed, &out))?;
        if let Some(root) = start.home().filter(|_| start.kind() != ProjectKind::Missing) {
            outside::tell_of_changes(root, outbox.clone());
        }
        Ok(Self {
            outbox,
            disk: disk_sender,
            disk_thread,
            highlight,
            check,
            understand,
            checked: HashSet::new(),
            runner: None,
            platform: None,
            home: start.home(),
        })
    }

    /// Hands a job on; gives back what the loop has to do itself.
    pub(super) fn hand_on(&mut self, job: Job) -> Option<Own> {
        // Without the threads that colour and check, nothing is coloured and checked; what became of them was told.
        match job {
            Job::Disk(job) => self.ask_disk(job),
            Job::Highlight(request) => {
                drop(self.highlight.send(highlight::Ask::Colour(Box::new(request))));
            }
            Job::ForgetText(text) => drop(self.highlight.send(highlight::Ask::Forget(text))),
            Job::Diagnose { text, revision, rope, limit, surroundings } => {
                let what = check::What::Lambda(limit, Box::new(surroundings));
                self.ask_check((text, revision, rope), what);
            }
            Job::Format { text, revision, rope, afterwards } => {
                let what = check::What::Layout(afterwards);
                drop(self.check.send(check::Ask { text, revision, rope, what, is_new: false }));
            }
            Job::CheckPayload { text, revision, event, rope } => {
                self.ask_check((text, revision, rope), check::What::Payload(event));
            }
            Job::Compare { id, old, new } => self.compare(id, old, new),
            Job::Understand(request) => drop(self.understand.send(request)),
            Job::Platform(job) => self.ask_platform(job),
            Job::PrepareRuns => self.prepare_runs(),
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

    fn ask_check(&mut self, (text, revision, rope): (TextId, Revision, Rope), what: check::What) {
        let is_new = self.checked.insert(text);
        drop(self.check.send(check::Ask { text, revision, rope, what, is_new }));
    }

    fn ask_disk(&self, job: DiskJob) {
        const GONE: &str = "the part of lambdeck that works on the disk is gone; copy what is not saved elsewhere, and start anew";
        let Err(Ask::Do(job)) = self.disk.send(Ask::Do(job)) else { return };
        self.outbox.send(match job {
            DiskJob::Save { file, .. } => {
                let error = format!("{} could not be saved: {GONE}", file.opening());
                Message::NotSaved { file, error }
            }
            _ => Message::Failed(capital(GONE)),
        });
    }

    /// The platform's thread is there from the first job on.
    fn ask_platform(&mut self, job: PlatformJob) {
        let Some(home) = &self.home else { return };
        if self.platform.is_none() {
            match Platform::start(home, &self.outbox) {
                Ok(platform) => self.platform = Some(platform),
                Err(error) => {
                    let told = format!("Nothing can be deployed, and no run is kept: {error}");
                    return self.outbox.send(Message::Failed(told));
                }
            }
        }
        if let Some(platform) = &self.platform {
            platform.ask(job);
        }
    }

    /// Puts all unsaved text into the journal now; gives what could not be kept, or why nobody knows.
    pub(super) fn keep_all(&self) -> Result<Vec<Unkept>, &'static str> {
        /// As long as a process that is told to end has.
        const PATIENCE: Duration = Duration::from_secs(3);
        let (answer, kept) = channel();
        self.disk.send(Ask::Keep(answer)).map_err(|_| "nothing works on the disk any more")?;
        kept.recv_timeout(PATIENCE).map_err(|_| "the disk does not answer")
    }

    /// Long texts take their time: nothing waits for them, and they hold nothing up.
    fn compare(&self, id: TextId, old: Arc<str>, new: Arc<str>) {
        let outbox = self.outbox.clone();
        let compare = move || {
            if let Some(diff) = fault::survive(|| Diff::of(&old, &new)) {
                outbox.send(Message::Compared { id, diff: Arc::new(diff) });
            }
        };
        if let Err(error) = thread::Builder::new().name("compare".to_owned()).spawn(compare) {
            self.outbox.send(Message::Failed(format!("The texts cannot be compared: {error}")));
        }
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
            runner.run(job, self.home.clone());
        }
    }

    /// Has a worker ready; where something ran before, or runs already, there is one. What goes wrong is told when a
    /// lambda is run.
    fn prepare_runs(&mut self) {
        if self.runner.is_none() {
            self.runner = Runner::start(self.outbox.clone()).ok();
            if let Some(runner) = &self.runner {
                runner.warm();
            }
        }
    }

    /// Ends the threads; unsaved text is in the journal before this returns. Gives what could not be kept; `None` when
    /// the thread that should know is gone.
    pub(super) fn close(self) -> Option<Vec<Unkept>> {
        drop(self.disk);
        let unkept = self.disk_thread.join().ok();
        if let Some(platform) = self.platform {
            platform.end();
        }
        if let Some(runner) = self.runner {
            runner.end();
        }
        unkept
    }
}

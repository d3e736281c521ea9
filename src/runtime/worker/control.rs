//! What the host says to the worker.
//!
//! The script's thread reads it itself: the next run when it has none, an answer when it waits for one, so that no other
//! thread has to be woken for that. While a run computes, the watch looks now and then whether the host wishes it to end
//! or is gone. It sleeps while there are no runs.

use crate::runtime::eager::{Eagerness, Moment};
use crate::runtime::protocol::{self, Assignment, Reply, StopReason, ToWorker};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use std::collections::VecDeque;
use std::io::{self, BufReader, Read};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

/// How often the watch looks while a run goes on.
const LOOK: Duration = Duration::from_millis(5);
/// Looks without a run after which the watch sleeps.
const QUIET_LOOKS: u32 = 20;
/// What is read at once, in bytes: most runs with what they are given.
const READ_BYTES: usize = 16 * 1024;

const RUNNING: u8 = 0;
const DEADLINE: u8 = 1;
const CANCELLED: u8 = 2;

/// The host's end of the worker.
pub(super) struct Control {
    pipe: Mutex<Pipe>,
    stop: AtomicU8,
    /// Counted at the beginning of each run and at its end: odd while one goes on.
    runs: AtomicU64,
    watch: OnceLock<Thread>,
    is_watch_asleep: AtomicBool,
}

/// The run must end; nothing that it waits for matters any more.
#[derive(Debug)]
pub(super) struct Stopped;

/// What comes from the host.
pub(super) type Source = Box<dyn AsFd + Send + Sync>;

impl Control {
    /// Listens to a host that writes to `source`.
    pub(super) fn new(source: Source) -> Self {
        let reader = BufReader::with_capacity(READ_BYTES, Raw(source));
        Self {
            pipe: Mutex::new(Pipe {
                reader,
                waiting: VecDeque::new(),
                is_alone: false,
                for_runs: Eagerness::default(),
                for_replies: Eagerness::default(),
            }),
            stop: AtomicU8::new(RUNNING),
            runs: AtomicU64::new(0),
            watch: OnceLock::new(),
            is_watch_asleep: AtomicBool::new(false),
        }
    }

    /// Waits for the next run, which knows nothing of what was said to the last one.
    pub(super) fn next_run(&self) -> Assignment {
        let mut pipe = self.pipe();
        loop {
            if let ToWorker::Run(assignment) = pipe.next(Awaited::Run) {
                pipe.is_alone = assignment.is_alone;
                self.stop.store(RUNNING, Ordering::Relaxed);
                self.runs.fetch_add(1, Ordering::SeqCst);
                if self.is_watch_asleep.swap(false, Ordering::SeqCst)
                    && let Some(watch) = self.watch.get()
                {
                    watch.unpark();
                }
                return assignment;
            }
        }
    }

    /// The run is over.
    pub(super) fn end_run(&self) {
        self.runs.fetch_add(1, Ordering::SeqCst);
    }

    /// Looks at what the host says while runs compute; for a thread that has nothing else to do.
    pub(super) fn watch(&self) -> ! {
        let _ = self.watch.set(thread::current());
        let (mut last, mut quiet) = (0, 0);
        loop {
            thread::sleep(LOOK);
            let now = self.runs.load(Ordering::SeqCst);
            quiet = if now == last && !goes_on(now) { quiet + 1 } else { 0 };
            if now == last && goes_on(now) {
                self.look();
            }
            last = now;
            if quiet >= QUIET_LOOKS {
                self.sleep_until_a_run();
                quiet = 0;
            }
        }
    }

    fn sleep_until_a_run(&self) {
        self.is_watch_asleep.store(true, Ordering::SeqCst);
        // A run that began before it was said that the watch sleeps wakes nobody.
        while !goes_on(self.runs.load(Ordering::SeqCst))
            && self.is_watch_asleep.load(Ordering::SeqCst)
        {
            thread::park();
        }
        self.is_watch_asleep.store(false, Ordering::SeqCst);
    }

    /// Reads what the host has said, unless the script waits for it itself.
    fn look(&self) {
        let Ok(mut pipe) = self.pipe.try_lock() else { return };
        while pipe.waiting.is_empty() && has_more(&pipe.reader, Duration::ZERO) {
            match pipe.read() {
                ToWorker::Stop(reason) => self.stop(reason),
                // The host may be waiting to say more.
                ToWorker::Reply(_) if self.is_stopped() => {}
                other => pipe.waiting.push_back(other),
            }
        }
    }

    fn stop(&self, reason: StopReason) {
        let value = match reason {
            StopReason::Deadline => DEADLINE,
            StopReason::Cancelled => CANCELLED,
        };
        self.stop.store(value, Ordering::Relaxed);
    }

    /// Looked at for every operation of the script, hence nothing but a load.
    #[inline]
    pub(super) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed) != RUNNING
    }

    pub(super) fn stop_reason(&self) -> Option<StopReason> {
        match self.stop.load(Ordering::Relaxed) {
            DEADLINE => Some(StopReason::Deadline),
            CANCELLED => Some(StopReason::Cancelled),
            _ => None,
        }
    }

    /// Waits for the next of the host's replies.
    pub(super) fn await_reply(&self) -> Result<Reply, Stopped> {
        let mut pipe = self.pipe();
        while !self.is_stopped() {
            match pipe.next(Awaited::Reply) {
                ToWorker::Reply(reply) => return Ok(reply),
                ToWorker::Stop(reason) => self.stop(reason),
                ToWorker::Run(_) => broken("a run in the middle of a run"),
            }
        }
        Err(Stopped)
    }

    /// Waits for `duration`.
    pub(super) fn sleep(&self, duration: Duration) -> Result<(), Stopped> {
        let started = Instant::now();
        let mut pipe = self.pipe();
        while !self.is_stopped() {
            let Some(rest) = duration.checked_sub(started.elapsed()).filter(|it| !it.is_zero())
            else {
                return Ok(());
            };
            if has_more(&pipe.reader, rest) {
                match pipe.read() {
                    ToWorker::Stop(reason) => self.stop(reason),
                    other => pipe.waiting.push_back(other),
                }
            }
        }
        Err(Stopped)
    }

    fn pipe(&self) -> MutexGuard<'_, Pipe> {
        self.pipe.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const fn goes_on(runs: u64) -> bool {
    runs % 2 == 1
}

/// The pipe, and what the watch has read of it that is for the script.
struct Pipe {
    reader: BufReader<Raw>,
    waiting: VecDeque<ToWorker>,
    /// Whether the host had nothing else to do when it gave the last run.
    is_alone: bool,
    for_runs: Eagerness,
    for_replies: Eagerness,
}

/// What the script's thread waits for.
#[derive(Clone, Copy)]
enum Awaited {
    Run,
    Reply,
}

impl Pipe {
    fn next(&mut self, awaited: Awaited) -> ToWorker {
        if let Some(message) = self.waiting.pop_front() {
            return message;
        }
        self.look_for(awaited);
        self.read()
    }

    /// Looks for what comes next for a moment, where that is worth it and takes nothing from anybody.
    fn look_for(&mut self, awaited: Awaited) {
        let Self { reader, is_alone, for_runs, for_replies, .. } = self;
        let eagerness = match awaited {
            Awaited::Run => for_runs,
            Awaited::Reply => for_replies,
        };
        if !*is_alone {
            return;
        }
        let Some(moment) = eagerness.begin() else { return };
        while !moment.is_over() && !has_more(reader, Duration::ZERO) {
            Moment::step_aside();
        }
        eagerness.end(&moment);
    }

    /// Waits for a frame. Without a host there is nobody to work for: the process ends.
    fn read(&mut self) -> ToWorker {
        match protocol::read(&mut self.reader) {
            Ok(Some(message)) => message,
            Ok(None) => std::process::exit(0),
            Err(error) => broken(&error),
        }
    }
}

/// Whether the host says something within `patience`, or has gone.
fn has_more(reader: &BufReader<Raw>, patience: Duration) -> bool {
    if !reader.buffer().is_empty() {
        return true;
    }
    let source = &reader.get_ref().0;
    let patience = Timespec::try_from(patience).ok();
    let mut polled = [PollFd::new(source, PollFlags::IN)];
    match poll(&mut polled, patience.as_ref()) {
        Ok(count) => count > 0,
        Err(Errno::INTR) => false,
        Err(error) => broken(format_args!("nothing that can be waited for: {error}")),
    }
}

/// The source without a buffer.
struct Raw(Source);

impl Read for Raw {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match rustix::io::read(&self.0, &mut *buffer) {
                Err(Errno::INTR) => {}
                done => return Ok(done?),
            }
        }
    }
}

fn broken(what: impl std::fmt::Display) -> ! {
    eprintln!("the host sent {what}");
    std::process::exit(super::EXIT_BROKEN);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::protocol::HostReply;
    use std::io::{PipeWriter, Write as _};
    use std::sync::Arc;

    fn listening() -> (PipeWriter, Arc<Control>) {
        let (reader, writer) = std::io::pipe().unwrap();
        (writer, Arc::new(Control::new(Box::new(reader))))
    }

    fn say(host: &mut PipeWriter, message: &ToWorker) {
        host.write_all(&protocol::encode(message).unwrap()).unwrap();
    }

    fn run() -> ToWorker {
        ToWorker::Run(Assignment {
            source: None,
            input: "".into(),
            deadline_ms: 0,
            memory_bytes: 0,
            is_alone: false,
        })
    }

    const CANCEL: ToWorker = ToWorker::Stop(StopReason::Cancelled);

    #[test]
    fn a_stop_ends_a_sleep_and_the_wait_for_a_reply() {
        let (mut host, control) = listening();
        let waiting = thread::spawn({
            let control = Arc::clone(&control);
            move || (control.sleep(Duration::from_mins(10)), control.await_reply())
        });
        say(&mut host, &CANCEL);
        let (slept, replied) = waiting.join().unwrap();
        assert!(slept.is_err() && replied.is_err());
        assert_eq!(control.stop_reason(), Some(StopReason::Cancelled));
    }

    #[test]
    fn a_run_that_computes_is_stopped_by_the_watch() {
        let (mut host, control) = listening();
        let watching = Arc::clone(&control);
        // It ends with the process.
        thread::spawn(move || watching.watch());
        for _ in 0..2 {
            say(&mut host, &run());
            control.next_run();
            say(&mut host, &CANCEL);
            while !control.is_stopped() {
                thread::yield_now();
            }
            control.end_run();
            while !control.is_watch_asleep.load(Ordering::SeqCst) {
                thread::yield_now();
            }
        }
    }

    #[test]
    fn a_new_run_knows_nothing_of_the_last_one() {
        let (mut host, control) = listening();
        let reply = |number| ToWorker::Reply(Reply { number, answer: Ok(HostReply::Nothing) });
        for message in [&CANCEL, &reply(1), &run(), &reply(2)] {
            say(&mut host, message);
        }
        control.next_run();
        assert!(!control.is_stopped());
        assert_eq!(control.await_reply().unwrap().number, 2);
    }

    #[test]
    fn what_the_watch_reads_for_the_script_waits_for_it() {
        let (mut host, control) = listening();
        say(&mut host, &ToWorker::Reply(Reply { number: 7, answer: Ok(HostReply::Nothing) }));
        say(&mut host, &CANCEL);
        control.look();
        assert!(!control.is_stopped(), "the reply comes first");
        assert_eq!(control.await_reply().unwrap().number, 7);
        control.look();
        assert!(control.is_stopped());
    }
}

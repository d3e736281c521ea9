//! One worker process, seen from the host: start, frames, end.

use super::WORKER_SUBCOMMAND;
use super::Wall;
use super::eager::{Eagerness, Moment};
use super::protocol::{self, FrameError, FromWorker, ToWorker};
use std::io;
use std::path::Path;
use std::pin::pin;
use std::process::{ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// How long a worker may take to be ready, generous because the machine may be busy.
const START_PATIENCE: Duration = Duration::from_secs(10);
/// How long a process that closed its pipe may take to end, or a killed one to be gone.
const END_PATIENCE: Duration = Duration::from_secs(1);
/// How often a dropped worker's process is looked for, a millisecond apart.
const REAP_LOOKS: u32 = 1_000;
/// What is kept of a worker's error output, in bytes.
const STDERR_BYTES: usize = 8 * 1024;
/// Room for one read, in bytes.
const READ_BYTES: usize = 64 * 1024;

/// The process ids of the workers there are, and how many runs go on.
#[derive(Clone, Default)]
pub(super) struct Census {
    pids: Arc<Mutex<Vec<u32>>>,
    runs: Arc<AtomicUsize>,
}

/// A run that goes on, until this is dropped.
pub(super) struct Running(Arc<AtomicUsize>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Census {
    /// Counts a run as one that goes on.
    pub(super) fn begin(&self) -> Running {
        self.runs.fetch_add(1, Ordering::Relaxed);
        Running(Arc::clone(&self.runs))
    }

    /// Whether there is one run at most.
    fn is_quiet(&self) -> bool {
        self.runs.load(Ordering::Relaxed) <= 1
    }

    pub(super) fn pids(&self) -> Vec<u32> {
        self.list().clone()
    }

    fn list(&self) -> MutexGuard<'_, Vec<u32>> {
        self.pids.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A running worker. Dropping it ends the process.
pub(super) struct Worker {
    /// Taken when the worker is dropped.
    child: Option<Child>,
    stdin: ChildStdin,
    frames: Frames,
    stderr: Arc<Mutex<Vec<u8>>>,
    stderr_reader: JoinHandle<()>,
    pid: u32,
    census: Census,
    /// What it reported to stand around it.
    pub(super) wall: Wall,
    eagerness: Eagerness,
    /// The source of its last run.
    source: Option<Arc<str>>,
    /// Runs given to it so far.
    pub(super) runs: u32,
}

impl Worker {
    /// Starts the program at `path` as a worker and waits until it is ready.
    pub(super) async fn start(path: &Path, census: &Census) -> Result<Self, String> {
        let mut worker =
            Self::spawn(path, census).map_err(|error| format!("{}: {error}", path.display()))?;
        match timeout(START_PATIENCE, worker.until_ready()).await {
            Ok(Ok(Some(wall))) => {
                worker.wall = wall;
                Ok(worker)
            }
            Ok(Ok(None)) => {
                let (status, stderr) = worker.end().await;
                let status = status.map_or_else(String::new, |status| format!(" with {status}"));
                Err(format!("it ended at once{status} {}", stderr.trim()).trim_end().to_owned())
            }
            Ok(Err(reason)) => Err(reason),
            Err(_) => Err(format!("it was not ready after {} s", START_PATIENCE.as_secs())),
        }
    }

    /// The wall that it reports before it says that it is ready; `None` when it closed its pipe.
    async fn until_ready(&mut self) -> Result<Option<Wall>, String> {
        let mut wall = None;
        loop {
            match (self.frames.next().await, &wall) {
                (Ok(Some(FromWorker::Sealed(sealed))), None) => wall = Some(sealed),
                (Ok(Some(FromWorker::Ready { .. })), Some(_)) => return Ok(wall),
                (Ok(Some(_)), _) => return Err("it spoke before it was ready".to_owned()),
                (Ok(None), _) => return Ok(None),
                (Err(error), _) => return Err(format!("it sent {error}")),
            }
        }
    }

    /// The environment stays behind: nothing of the host's is the lambda's to know. The process group is its own, so
    /// that Ctrl-C on a terminal reaches the host alone. Neither needs `pre_exec`, which would fork a large parent.
    fn spawn(path: &Path, census: &Census) -> io::Result<Self> {
        let mut child = Command::new(path)
            .arg(WORKER_SUBCOMMAND)
            .env_clear()
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let missing = || io::Error::other("a pipe is missing");
        let stdin = child.stdin.take().ok_or_else(missing)?;
        let stdout = child.stdout.take().ok_or_else(missing)?;
        let stderr_pipe = child.stderr.take().ok_or_else(missing)?;
        let stderr = Arc::new(Mutex::new(Vec::new()));
        let stderr_reader = tokio::spawn(keep_end(stderr_pipe, Arc::clone(&stderr)));
        let (pid, census) = (child.id().unwrap_or_default(), census.clone());
        census.list().push(pid);
        let frames = Frames::new(stdout);
        Ok(Self {
            child: Some(child),
            stdin,
            frames,
            stderr,
            stderr_reader,
            pid,
            census,
            wall: Wall::default(),
            eagerness: Eagerness::default(),
            source: None,
            runs: 0,
        })
    }

    /// Whether the process is still there.
    pub(super) fn is_alive(&mut self) -> bool {
        self.child.as_mut().is_some_and(is_running)
    }

    /// Sends `message`.
    pub(super) async fn send(&mut self, message: &ToWorker) -> Result<(), FrameError> {
        let frame = protocol::encode(message)?;
        self.stdin.write_all(&frame).await?;
        Ok(())
    }

    /// The next message; `None` when the worker closed its pipe. Nothing is lost when the wait is given up.
    pub(super) async fn next(&mut self) -> Result<Option<FromWorker>, FrameError> {
        self.frames.next().await
    }

    /// What has to be said of the source of its next run: nothing if it is that of the last one.
    pub(super) fn learn(&mut self, source: &Arc<str>) -> Option<Arc<str>> {
        let is_known =
            self.source.as_ref().is_some_and(|it| Arc::ptr_eq(it, source) || it == source);
        if is_known {
            return None;
        }
        self.source = Some(Arc::clone(source));
        self.source.clone()
    }

    /// Whether no other worker has a run.
    pub(super) fn is_alone(&self) -> bool {
        self.census.is_quiet()
    }

    /// The next message, if it comes within a moment in which it is looked for again and again. Where others have runs, or
    /// it was in vain lately, it is not looked for. Whatever else is to be done is done in between.
    pub(super) async fn glance(&mut self) -> Option<Result<Option<FromWorker>, FrameError>> {
        if !self.is_alone() {
            return None;
        }
        let moment = self.eagerness.begin()?;
        let message = loop {
            if let Poll::Ready(message) = futures_util::poll!(pin!(self.frames.next())) {
                break Some(message);
            }
            if moment.is_over() {
                break None;
            }
            if !self.is_alone() {
                return None;
            }
            tokio::task::yield_now().await;
            Moment::step_aside();
        };
        self.eagerness.end(&moment);
        message
    }

    /// Waits for the process to end, kills it if it does not, and says how it ended and what it wrote to its error
    /// output.
    pub(super) async fn end(mut self) -> (Option<ExitStatus>, String) {
        let status = match self.wait().await {
            Some(status) => Some(status),
            None => self.kill_and_wait().await,
        };
        // The pipe closes with the process, unless it left it to somebody else.
        let _ = timeout(END_PATIENCE, &mut self.stderr_reader).await;
        let text = self.stderr.lock().unwrap_or_else(PoisonError::into_inner);
        (status, String::from_utf8_lossy(&text).into_owned())
    }

    /// Kills the process and waits until it is gone.
    pub(super) async fn kill(mut self) {
        self.kill_and_wait().await;
    }

    async fn kill_and_wait(&mut self) -> Option<ExitStatus> {
        // It may be gone already; the wait tells.
        let _ = self.child.as_mut()?.start_kill();
        self.wait().await
    }

    /// How the process ended, if it does so soon.
    async fn wait(&mut self) -> Option<ExitStatus> {
        timeout(END_PATIENCE, self.child.as_mut()?.wait()).await.ok()?.ok()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.stderr_reader.abort();
        self.census.list().retain(|&pid| pid != self.pid);
        let Some(mut child) = self.child.take() else { return };
        let _ = child.start_kill();
        if is_running(&mut child) {
            // A killed process is gone within a millisecond or so; not to wait would leave a zombie behind, and to wait
            // here would hold up a thread that others work on. Without a thread the system clears away at the end.
            let _ = std::thread::Builder::new().spawn(move || reap(child));
        }
    }
}

fn is_running(child: &mut Child) -> bool {
    matches!(child.try_wait(), Ok(None))
}

/// Waits for a killed process to be gone.
fn reap(mut child: Child) {
    for _ in 0..REAP_LOOKS {
        if !is_running(&mut child) {
            return;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Reads the error output to its end and keeps the last of it.
async fn keep_end(mut pipe: ChildStderr, kept: Arc<Mutex<Vec<u8>>>) {
    let mut piece = [0; 1024];
    while let Ok(count @ 1..) = pipe.read(&mut piece).await {
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend_from_slice(&piece[..count]);
        let excess = kept.len().saturating_sub(STDERR_BYTES);
        kept.drain(..excess);
    }
}

/// The worker's messages out of its pipe.
struct Frames {
    pipe: ChildStdout,
    buffer: Vec<u8>,
    taken: usize,
}

impl Frames {
    fn new(pipe: ChildStdout) -> Self {
        Self { pipe, buffer: Vec::new(), taken: 0 }
    }

    async fn next(&mut self) -> Result<Option<FromWorker>, FrameError> {
        loop {
            if let Some(message) = self.take()? {
                return Ok(Some(message));
            }
            self.buffer.drain(..self.taken);
            self.taken = 0;
            self.buffer.reserve(READ_BYTES);
            if self.pipe.read_buf(&mut self.buffer).await? == 0 {
                return Ok(None);
            }
        }
    }

    /// A message that has come completely.
    fn take(&mut self) -> Result<Option<FromWorker>, FrameError> {
        let pending = &self.buffer[self.taken..];
        let Some(length) = protocol::stated_length(pending)? else { return Ok(None) };
        let Some(body) = pending.get(4..4 + length) else { return Ok(None) };
        let message = protocol::decode(body)?;
        self.taken += 4 + length;
        if self.taken == self.buffer.len() {
            self.buffer.clear();
            self.buffer.shrink_to(READ_BYTES);
            self.taken = 0;
        }
        Ok(Some(message))
    }
}

//! The one thread that writes: whatever is asked while a commit goes on shares the next one. What can wait is gathered
//! first, and goes with the next commit of others or with one of its own after a moment.
//!
//! ```text
//! write() ──────┐
//! write() ──────┼─ queue ── thread: BEGIN IMMEDIATE, what waited, each other step in a savepoint, COMMIT (one fsync) ── answers
//! write_soon() ─┘
//! ```

use super::error::{Fault, told};
use super::files::Files;
use super::{Unopened, opened, schema};
use crate::platform::store::StoreError;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// The most steps that share a commit, so that the first of them does not wait for all the world.
const STEPS_AT_ONCE: usize = 1_000;
/// How long what can wait does so at most.
const SOON: Duration = Duration::from_millis(40);
/// How many steps wait at most, when nobody else writes.
const WAITING: usize = 500;

/// Tells the one who asked, once it is known whether the commit succeeded.
type Tell = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// A step, which is either wholly in the commit or not at all: done in the transaction, or told why there is none. Gives
/// whether it could be done.
type Step =
    Box<dyn FnOnce(Result<&Connection, StoreError>) -> (Result<(), StoreError>, Tell) + Send>;

/// A step that may have to be done once more.
type Repeatable = Box<dyn Fn(&Connection) -> Result<(), Fault> + Send>;

/// A step that can wait. It is done with others as one, and once more by itself where one of them failed.
struct Waiting {
    step: Repeatable,
    tell: Tell,
}

impl Waiting {
    /// Whether it could be done.
    fn is_done(&self, connection: &Connection) -> bool {
        let tried = catch_unwind(AssertUnwindSafe(|| (self.step)(connection)));
        matches!(tried, Ok(Ok(())))
    }

    /// The same as a step by itself.
    fn alone(self, path: &Path) -> Step {
        step_of(path, self.step, self.tell)
    }
}

/// What the thread is told.
enum Asked {
    /// To do this now.
    Step(Step),
    /// That something waits, or enough.
    Waiting,
}

/// Steps that can wait.
#[derive(Default)]
struct Later {
    steps: Mutex<Vec<Waiting>>,
    /// How many are not committed yet; those that were just taken too.
    open: AtomicUsize,
}

impl Later {
    fn steps(&self) -> MutexGuard<'_, Vec<Waiting>> {
        self.steps.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The way to the thread. When it is dropped, the thread ends after what was asked before.
pub(super) struct Writer {
    asked: Option<Sender<Asked>>,
    later: Arc<Later>,
    thread: Option<JoinHandle<()>>,
    path: PathBuf,
}

impl Writer {
    /// Starts the thread with its connection.
    pub(super) fn start(connection: Connection, path: PathBuf) -> std::io::Result<Self> {
        let (ask, asked) = channel();
        let later = Arc::new(Later::default());
        let files = Files::of(&path);
        let mut thread =
            Thread { connection, files, path: path.clone(), asked, later: Arc::clone(&later) };
        let thread =
            std::thread::Builder::new().name("state".into()).spawn(move || thread.serve())?;
        Ok(Self { asked: Some(ask), later, thread: Some(thread), path })
    }

    /// Does `step`; when this returns it is on the disk.
    pub(super) fn write<T: Send + 'static, F>(
        &self,
        step: F,
    ) -> impl Future<Output = Result<T, StoreError>> + Send + use<T, F>
    where
        F: FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    {
        let (tell, told) = oneshot::channel();
        // Nobody may wait any more, which is no reason not to do it.
        let step = step_of(&self.path, step, move |done| drop(tell.send(done)));
        self.ask(Asked::Step(step));
        let path = self.path.clone();
        async move {
            told.await.unwrap_or_else(|_| {
                let path = path.display().to_string();
                Err(StoreError::Other { path, reason: "its writer has ended".into() })
            })
        }
    }

    /// Does `step` soon, before all steps that are asked for after it. Once it is on the disk, or has failed, the thread
    /// says so to `told`.
    pub(super) fn write_soon(
        &self,
        step: impl Fn(&Connection) -> Result<(), Fault> + Send + 'static,
        told: impl FnOnce(Result<(), StoreError>) + Send + 'static,
    ) {
        let step = Waiting { step: Box::new(step), tell: Box::new(told) };
        self.later.open.fetch_add(1, Ordering::SeqCst);
        let waiting = {
            let mut steps = self.later.steps();
            steps.push(step);
            steps.len()
        };
        if waiting == 1 || waiting == WAITING {
            self.ask(Asked::Waiting);
        }
    }

    /// Whether something waits to be written soon.
    pub(super) fn has_waiting(&self) -> bool {
        self.later.open.load(Ordering::SeqCst) > 0
    }

    fn ask(&self, asked: Asked) {
        // Whoever waits for a thread that has ended sees that its step was dropped.
        let _ = self.asked.as_ref().map(|ask| ask.send(asked));
    }
}

/// `step` as the thread does it, which tells `told` what became of it.
fn step_of<T: Send + 'static>(
    path: &Path,
    step: impl FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    told: impl FnOnce(Result<T, StoreError>) + Send + 'static,
) -> Step {
    let path = path.to_owned();
    Box::new(move |connection| {
        // A step that panics is undone like one that failed, and the thread goes on with the others.
        let tried = |it| catch_unwind(AssertUnwindSafe(|| step(it)));
        let done = connection.and_then(|it| {
            tried(it).map_err(|_| panicked(&path))?.map_err(|fault| fault.told(&path))
        });
        let could = done.as_ref().map(drop).map_err(StoreError::clone);
        let tell = move |committed: Result<(), StoreError>| {
            told(done.and_then(|value| committed.map(|()| value)));
        };
        (could, Box::new(tell) as Tell)
    })
}

fn panicked(path: &Path) -> StoreError {
    let reason = "a step failed by a fault of lambdeck itself".into();
    StoreError::Other { path: path.display().to_string(), reason }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.asked.take());
        if let Some(thread) = self.thread.take() {
            // It has told whatever it had to tell.
            let _ = thread.join();
        }
    }
}

/// What the thread has.
struct Thread {
    connection: Connection,
    files: Files,
    path: PathBuf,
    asked: Receiver<Asked>,
    later: Arc<Later>,
}

impl Thread {
    fn serve(&mut self) {
        while let Some(steps) = self.next() {
            let waited = std::mem::take(&mut *self.later.steps());
            let count = waited.len();
            if count == 0 && steps.is_empty() {
                continue;
            }
            let mut telling = Vec::with_capacity(count + steps.len());
            let committed = self.commit(waited, steps, &mut telling);
            let committed = committed.and_then(|()| self.files.still_stand());
            self.later.open.fetch_sub(count, Ordering::SeqCst);
            for tell in telling {
                tell(committed.clone());
            }
        }
    }

    /// Waits until something is to be done, and gives what cannot wait of it; none at the end.
    fn next(&self) -> Option<Vec<Step>> {
        let mut due: Option<Instant> = None;
        loop {
            let asked = match due {
                None => self.asked.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(due) => self.asked.recv_timeout(due.saturating_duration_since(Instant::now())),
            };
            match asked {
                Ok(Asked::Step(first)) => return Some(self.all_after(first)),
                Ok(Asked::Waiting) if self.later.steps().len() < WAITING => {
                    due.get_or_insert_with(|| Instant::now() + SOON);
                }
                Ok(Asked::Waiting) | Err(RecvTimeoutError::Timeout) => return Some(Vec::new()),
                Err(RecvTimeoutError::Disconnected) => {
                    return (!self.later.steps().is_empty()).then(Vec::new);
                }
            }
        }
    }

    /// `first` and what was asked for meanwhile.
    fn all_after(&self, first: Step) -> Vec<Step> {
        let mut steps = vec![first];
        while steps.len() < STEPS_AT_ONCE
            && let Ok(asked) = self.asked.try_recv()
        {
            if let Asked::Step(step) = asked {
                steps.push(step);
            }
        }
        steps
    }

    /// Does all of it in one transaction; those in `telling` hear what became of that.
    fn commit(
        &mut self,
        waited: Vec<Waiting>,
        steps: Vec<Step>,
        telling: &mut Vec<Tell>,
    ) -> Result<(), StoreError> {
        let path = &self.path;
        // Before, too: of what is refused nothing may stand in the files when they are back.
        let standing = self.files.still_stand();
        let begun = standing.and_then(|()| begin(&self.connection, &waited, path));
        let (transaction, are_done) = match begun {
            Ok(begun) => begun,
            Err(error) => {
                telling.extend(waited.into_iter().map(|it| it.tell));
                telling.extend(steps.into_iter().map(|step| step(Err(error.clone())).1));
                return Err(error);
            }
        };
        let mut alone = Vec::new();
        if are_done {
            telling.extend(waited.into_iter().map(|it| it.tell));
        } else {
            alone = waited;
        }
        let alone = alone.into_iter().map(|it| it.alone(path));
        let mut failed: Option<StoreError> = None;
        for step in alone.chain(steps) {
            failed = failed.or_else(|| run(&transaction, "SAVEPOINT step", path).err());
            let (done, tell) = step(failed.clone().map_or(Ok(&*transaction), Err));
            telling.push(tell);
            if failed.is_none() {
                failed = leave(&transaction, done, path).err();
            }
        }
        match failed {
            Some(error) => Err(error),
            None => transaction.commit().map_err(|error| told(&error, path)),
        }
    }
}

/// A transaction, and whether all of `waited` is done in it; none is where one of them failed. They came before all else, so
/// that no savepoint is needed: for each of them every page that it changes would be copied first.
fn begin<'a>(
    connection: &'a Connection,
    waited: &[Waiting],
    path: &Path,
) -> Result<(Transaction<'a>, bool), StoreError> {
    let begin = || {
        let behavior = TransactionBehavior::Immediate;
        let transaction = Transaction::new_unchecked(connection, behavior)?;
        match schema::form(&transaction)? {
            // It was here after this one had looked.
            newer if newer > schema::FORM => Err(Unopened::Newer(newer)),
            _ => Ok(transaction),
        }
    };
    let begin = || begin().map_err(|error| opened(&error, path));
    let transaction = begin()?;
    if waited.iter().all(|it| it.is_done(&transaction)) {
        return Ok((transaction, true));
    }
    // A full disk has ended it already, which this does not mind.
    drop(transaction);
    Ok((begin()?, false))
}

/// Leaves the savepoint of a step, which is undone where it failed. An error where that ended the transaction.
fn leave(
    transaction: &Connection,
    done: Result<(), StoreError>,
    path: &Path,
) -> Result<(), StoreError> {
    match done {
        // A full disk takes the whole transaction with it, savepoints too.
        Err(error) if transaction.is_autocommit() => return Err(error),
        Err(_) => run(transaction, "ROLLBACK TO step", path)?,
        Ok(()) => {}
    }
    run(transaction, "RELEASE step", path)
}

fn run(connection: &Connection, sql: &str, path: &Path) -> Result<(), StoreError> {
    let done = connection.prepare_cached(sql).and_then(|mut it| it.execute([]));
    done.map(drop).map_err(|error| told(&error, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_step_that_panics_is_undone_and_the_next_one_is_done() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE t (n)").unwrap();
        let writer = Writer::start(connection, "state.db".into()).unwrap();
        let panicked = writer.write(|connection| -> Result<(), Fault> {
            connection.execute("INSERT INTO t VALUES (1)", [])?;
            panic!("as it was told");
        });
        assert!(matches!(panicked.await, Err(StoreError::Other { .. })));
        let count = writer.write(|connection| {
            Ok(connection.query_row("SELECT count(*) FROM t", [], |row| row.get::<_, i64>(0))?)
        });
        assert_eq!(count.await, Ok(0));
    }

    #[tokio::test]
    async fn a_disk_that_fills_up_is_told_to_all_who_share_the_commit() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE t (bytes); PRAGMA max_page_count = 20").unwrap();
        let writer = Writer::start(connection, "state.db".into()).unwrap();
        let ((tell, has_begun), (go_on, wait)) = (channel(), channel::<()>());
        let first = writer.write(move |_| {
            let _ = (tell.send(()), wait.recv());
            Ok(())
        });
        has_begun.recv().unwrap();
        let put = |bytes: i64| {
            let sql = "INSERT INTO t VALUES (zeroblob(?1))";
            writer.write(move |connection| Ok(connection.execute(sql, [bytes])?))
        };
        let together = [put(10), put(1 << 20), put(10)];
        go_on.send(()).unwrap();
        assert_eq!(first.await, Ok(()));
        for put in together {
            assert_eq!(put.await, Err(StoreError::DiskFull { path: "state.db".into() }));
        }
        assert_eq!(put(10).await, Ok(1));
    }
}

//! The one thread that writes: whatever is asked while a commit goes on shares the next one.
//!
//! ```text
//! write() ─┐
//! write() ─┼─ queue ── thread: BEGIN IMMEDIATE, each step in a savepoint, COMMIT (one fsync) ── answers
//! write() ─┘
//! ```

use super::error::{Fault, told};
use crate::platform::store::StoreError;
use rusqlite::{Connection, TransactionBehavior};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// The most steps that share a commit, so that the first of them does not wait for all the world.
const STEPS_AT_ONCE: usize = 1_000;

/// Tells the one who asked, once it is known whether the commit succeeded.
type Tell = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// A step, which is either wholly in the commit or not at all: done in the transaction, or told why there is none.
type Step = Box<dyn FnOnce(Result<&Connection, StoreError>) -> (bool, Tell) + Send>;

/// The way to the thread. When it is dropped, the thread ends after what was asked before.
pub(super) struct Writer {
    steps: Option<Sender<Step>>,
    thread: Option<JoinHandle<()>>,
    path: PathBuf,
}

impl Writer {
    /// Starts the thread with its connection.
    pub(super) fn start(connection: Connection, path: PathBuf) -> std::io::Result<Self> {
        let (steps, asked) = channel();
        let told_path = path.clone();
        let thread = std::thread::Builder::new()
            .name("state".into())
            .spawn(move || serve(connection, &told_path, &asked))?;
        Ok(Self { steps: Some(steps), thread: Some(thread), path })
    }

    /// Does `step`; when this returns it is on the disk.
    pub(super) fn write<T: Send + 'static>(
        &self,
        step: impl FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    ) -> impl Future<Output = Result<T, StoreError>> + Send {
        let (tell, told) = oneshot::channel();
        let path = self.path.clone();
        let step: Step = Box::new(move |connection| {
            // A step that panics is undone like one that failed, and the thread goes on with the others.
            let tried = |it| catch_unwind(AssertUnwindSafe(|| step(it)));
            let done = connection.and_then(|it| {
                let failed = || {
                    let reason = "a step failed by a fault of lambdeck itself".into();
                    StoreError::Other { path: path.display().to_string(), reason }
                };
                tried(it).map_err(|_| failed())?.map_err(|fault| fault.told(&path))
            });
            let is_done = done.is_ok();
            // Nobody may wait any more, which is no reason not to do it.
            let tell = move |committed: Result<(), StoreError>| {
                let _ = tell.send(done.and_then(|value| committed.map(|()| value)));
            };
            (is_done, Box::new(tell) as Tell)
        });
        let is_sent = self.steps.as_ref().is_some_and(|steps| steps.send(step).is_ok());
        let path = self.path.display().to_string();
        async move {
            let gone = || StoreError::Other { path, reason: "its writer has ended".into() };
            if !is_sent {
                return Err(gone());
            }
            told.await.unwrap_or_else(|_| Err(gone()))
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.steps.take());
        if let Some(thread) = self.thread.take() {
            // It has told whatever it had to tell.
            let _ = thread.join();
        }
    }
}

fn serve(mut connection: Connection, path: &Path, asked: &Receiver<Step>) {
    while let Ok(first) = asked.recv() {
        let mut steps = vec![first];
        while steps.len() < STEPS_AT_ONCE
            && let Ok(step) = asked.try_recv()
        {
            steps.push(step);
        }
        let mut waiting = Vec::with_capacity(steps.len());
        let committed = commit(&mut connection, path, steps, &mut waiting);
        let committed = committed.map_err(|error| told(&error, path));
        for tell in waiting {
            tell(committed.clone());
        }
    }
    // Without this the next one to open would do it.
    let _ = connection.execute_batch("PRAGMA optimize;");
}

fn commit(
    connection: &mut Connection,
    path: &Path,
    steps: Vec<Step>,
    waiting: &mut Vec<Tell>,
) -> rusqlite::Result<()> {
    let transaction = match connection.transaction_with_behavior(TransactionBehavior::Immediate) {
        Ok(transaction) => transaction,
        Err(error) => {
            waiting.extend(steps.into_iter().map(|step| step(Err(told(&error, path))).1));
            return Err(error);
        }
    };
    let mut failed: Option<rusqlite::Error> = None;
    for step in steps {
        failed = failed.or_else(|| transaction.execute_batch("SAVEPOINT step").err());
        let ground = failed.as_ref().map_or(Ok(&*transaction), |error| Err(told(error, path)));
        let (is_done, tell) = step(ground);
        waiting.push(tell);
        if failed.is_none() {
            let end = if is_done { "RELEASE step" } else { "ROLLBACK TO step; RELEASE step" };
            // A full disk takes the whole transaction with it, savepoints too.
            failed = transaction.execute_batch(end).err();
        }
    }
    match failed {
        Some(error) => Err(error),
        None => transaction.commit(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_step_that_panics_is_undone_and_the_next_one_is_done() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE t (n)").unwrap();
        let writer = Writer::start(connection, "state.db".into()).unwrap();
        let panicked = writer.write::<()>(|connection| {
            connection.execute("INSERT INTO t VALUES (1)", [])?;
            panic!("as it was told");
        });
        assert!(matches!(panicked.await, Err(StoreError::Other { .. })));
        let count = writer.write(|connection| {
            Ok(connection.query_row("SELECT count(*) FROM t", [], |row| row.get::<_, i64>(0))?)
        });
        assert_eq!(count.await, Ok(0));
    }
}

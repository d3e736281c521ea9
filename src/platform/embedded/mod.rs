//! The store of one machine: SQLite in WAL mode, in `.lambdeck/state.db`.
//!
//! Owns the tables and every statement. Writes go through one thread, where those that come together share one commit and
//! one fsync; reads have connections of their own and wait for nobody. Other processes may read and write beside this one.
//! Must not know who asks, nor what time it is.

mod deployments;
mod error;
mod examine;
mod figures;
mod files;
mod interrupted;
mod letters;
mod queue;
mod raise;
mod reading;
mod row;
mod runs;
mod schedules;
mod schema;
mod search;
mod tokens;
mod traceless;
mod writer;

use crate::domain::KeptRun;
use crate::platform::Retention;
use crate::platform::store::{KnownLambda, StoreError};
use error::{Fault, told};
pub use examine::Examined;
use reading::Access;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::fs::{self, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use writer::Writer;

/// The database's file in the folder of state.
const FILE: &str = "state.db";
/// Nobody but its owner reads what lambdas were given.
const MODE: u32 = 0o600;
/// How long another process may keep the database locked.
const PATIENCE: Duration = Duration::from_secs(10);
/// What the writing connection keeps of the database in memory, in KiB.
const CACHE_KIB: i64 = 4 * 1024;
/// The most connections kept for reading.
const READERS: usize = 4;

/// When what is written is on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Durability {
    /// Before the answer.
    Full,
    /// Some time: a loss of power may take the last of it, the end of the process does not. What others wrote durably
    /// stays so.
    Relaxed,
}

/// The embedded store; clones share it.
#[derive(Clone)]
pub struct Embedded {
    shared: Arc<Shared>,
}

struct Shared {
    path: PathBuf,
    /// How it is read.
    access: Access,
    /// None where nothing can be written.
    writer: Option<Writer>,
    readers: Mutex<Vec<Connection>>,
    /// What `changes` says means something within one connection only.
    follower: Mutex<Option<Connection>>,
    lambdas: Mutex<Option<Known>>,
}

/// The lambdas as they were read last.
struct Known {
    connection: Connection,
    /// What `changes` would say on this connection, just before they were read.
    version: i64,
    lambdas: Arc<[KnownLambda]>,
}

impl Embedded {
    /// Opens the store in the folder `state`, and makes it if there is none.
    pub fn open(state: &Path) -> Result<Self, StoreError> {
        let path = state.join(FILE);
        make(state, &path)?;
        let connection = connect(&path, Durability::Full).map_err(|error| opened(&error, &path))?;
        traceless::finish(&connection, &path);
        let writer = Writer::start(connection, path.clone()).map_err(|error| {
            StoreError::Other { path: path.display().to_string(), reason: error.to_string() }
        })?;
        let shared = Shared {
            path,
            access: Access::Beside,
            writer: Some(writer),
            readers: Mutex::default(),
            follower: Mutex::default(),
            lambdas: Mutex::default(),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Keeps a run in the store in the folder `state` and nothing else, as fast as it can be done without harm to what
    /// others keep there: the disk is not waited for. Now and then some of what `retention` does not keep is forgotten, for
    /// nobody else may be there to do it.
    pub fn keep_aside(
        state: &Path,
        run: &KeptRun,
        retention: Option<Retention>,
    ) -> Result<(), StoreError> {
        let path = state.join(FILE);
        make(state, &path)?;
        let connection =
            connect(&path, Durability::Relaxed).map_err(|error| opened(&error, &path))?;
        let retention = retention.filter(|_| Retention::is_time_after(run.run.id));
        let step = connection.unchecked_transaction().map_err(|error| told(&error, &path))?;
        let kept = runs::keep(&step, run, None);
        let kept = kept.and_then(|()| retention.map_or(Ok(0), |it| runs::forget(&step, &it)));
        kept.map_err(|fault: Fault| fault.told(&path))?;
        step.commit().map_err(|error| told(&error, &path))
    }

    /// A number that changes when another process or connection has written, for whoever wants to follow.
    pub fn changes(&self) -> Result<i64, StoreError> {
        let path = &self.shared.path;
        let mut follower = self.shared.follower.lock().unwrap_or_else(PoisonError::into_inner);
        let connection = match follower.take() {
            Some(connection) => connection,
            None => self.connect_reader().map_err(|error| told(&error, path))?,
        };
        let connection = follower.insert(connection);
        version(connection).map_err(|error| told(&error, path))
    }

    /// Every lambda, read again only if somebody has written since. The look is a matter of microseconds, which to hand it
    /// to another thread would take too.
    fn known(&self) -> Result<Arc<[KnownLambda]>, StoreError> {
        let path = &self.shared.path;
        let mut known = self.shared.lambdas.lock().unwrap_or_else(PoisonError::into_inner);
        let read = |last: Option<Known>| -> Result<Known, Fault> {
            let (connection, last) = match last {
                Some(Known { connection, version, lambdas }) => {
                    (connection, Some((version, lambdas)))
                }
                None => (self.connect_reader()?, None),
            };
            let version = version(&connection)?;
            let lambdas = match last {
                Some((of, lambdas)) if of == version => lambdas,
                _ => deployments::lambdas(&connection)?.into(),
            };
            Ok(Known { connection, version, lambdas })
        };
        let now = read(known.take()).map_err(|fault| fault.told(path))?;
        Ok(Arc::clone(&known.insert(now).lambdas))
    }

    /// Does `step` in a transaction; when this returns it is on the disk.
    async fn write<T: Send + 'static>(
        &self,
        step: impl FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, StoreError> {
        match &self.shared.writer {
            Some(writer) => writer.write(step).await,
            None => Err(self.read_only()),
        }
    }

    /// Does `step` in a transaction that may be that of the next ones; `told` hears what became of it.
    fn write_soon(
        &self,
        step: impl Fn(&Connection) -> Result<(), Fault> + Send + 'static,
        told: impl FnOnce(Result<(), StoreError>) + Send + 'static,
    ) {
        match &self.shared.writer {
            Some(writer) => writer.write_soon(step, told),
            None => told(Err(self.read_only())),
        }
    }

    fn read_only(&self) -> StoreError {
        StoreError::ReadOnly { path: self.shared.path.display().to_string() }
    }

    /// Reads what was asked to be written before, be it soon; off the asynchronous threads.
    async fn read_all<T: Send + 'static>(
        &self,
        step: impl FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, StoreError> {
        if self.shared.writer.as_ref().is_some_and(Writer::has_waiting) {
            // What waits goes with it, and who asked for that hears of it if it fails.
            self.write(|_| Ok(())).await?;
        }
        self.read(step).await
    }

    /// Reads, off the asynchronous threads.
    async fn read<T: Send + 'static>(
        &self,
        step: impl FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, StoreError> {
        let own = self.clone();
        let reading = tokio::task::spawn_blocking(move || {
            let connection = own.reader()?;
            let read = step(&connection).map_err(|fault| fault.told(&own.shared.path));
            own.give_back(connection);
            read
        });
        reading.await.unwrap_or_else(|error| {
            let path = self.shared.path.display().to_string();
            Err(StoreError::Other { path, reason: error.to_string() })
        })
    }

    fn reader(&self) -> Result<Connection, StoreError> {
        let kept = self.readers().pop();
        let path = &self.shared.path;
        kept.map_or_else(|| self.connect_reader().map_err(|error| told(&error, path)), Ok)
    }

    fn connect_reader(&self) -> rusqlite::Result<Connection> {
        reading::connect(&self.shared.path, self.shared.access)
    }

    fn give_back(&self, connection: Connection) {
        let mut readers = self.readers();
        if readers.len() < READERS {
            readers.push(connection);
        }
    }

    fn readers(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.shared.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A number that changes when another connection has written.
fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))
}

/// Makes the file where there is none, so that it is private from its first byte on: SQLite gives its companions the same
/// mode.
fn make(state: &Path, path: &Path) -> Result<(), StoreError> {
    let made = fs::create_dir_all(state).and_then(|()| {
        match OpenOptions::new().create_new(true).append(true).mode(MODE).open(path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                permitted(path, rustix::fs::Access::READ_OK | rustix::fs::Access::WRITE_OK)
            }
            made => made.map(drop),
        }
    });
    made.map_err(|error| {
        let path = path.display().to_string();
        match error.kind() {
            ErrorKind::StorageFull => StoreError::DiskFull { path },
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                StoreError::ReadOnly { path }
            }
            _ => StoreError::Other { path, reason: error.to_string() },
        }
    })
}

/// Whether the file could be opened so. Nothing but SQLite may open it: with the first descriptor of a file that a process
/// closes, the system takes away all the locks it has on the file, SQLite's too. Another program's SQLite then takes the
/// log for one that nobody uses and removes it, with all that is written there from then on.
fn permitted(path: &Path, access: rustix::fs::Access) -> std::io::Result<()> {
    Ok(rustix::fs::access(path, access)?)
}

/// Why a database could not be opened.
enum Unopened {
    Sql(rusqlite::Error),
    Newer(i64),
}

impl From<rusqlite::Error> for Unopened {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

fn opened(error: &Unopened, path: &Path) -> StoreError {
    match error {
        Unopened::Sql(error) => told(error, path),
        Unopened::Newer(found) => StoreError::Newer {
            path: path.display().to_string(),
            found: *found,
            known: schema::FORM,
        },
    }
}

fn connect(path: &Path, durability: Durability) -> Result<Connection, Unopened> {
    let mut connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(PATIENCE)?;
    let form = schema::form(&connection)?;
    if form > schema::FORM {
        return Err(Unopened::Newer(form));
    }
    connection.pragma_update(None, "journal_mode", "wal")?;
    // Never `off`: a checkpoint that waits for nothing would take with it what others were told is on the disk.
    let synchronous = match durability {
        Durability::Full => "full",
        Durability::Relaxed => {
            // Somebody's next checkpoint takes it along, so that nobody waits for one here.
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
            "normal"
        }
    };
    connection.pragma_update(None, "synchronous", synchronous)?;
    // What undoes a step that failed; on the disk it would be written for each that does not, too.
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    traceless::overwrite_cells(&connection)?;
    connection.set_prepared_statement_cache_capacity(64);
    schema::migrate(&mut connection)?;
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_connection_resets_the_log_before_the_database_is_on_the_disk() {
        const NORMAL: i64 = 1;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        make(folder.path(), &path).unwrap();
        for durability in [Durability::Full, Durability::Relaxed] {
            let Ok(connection) = connect(&path, durability) else { panic!("{durability:?}") };
            let level = |row: &rusqlite::Row<'_>| row.get::<_, i64>(0);
            let level = connection.pragma_query_value(None, "synchronous", level).unwrap();
            assert!(level >= NORMAL, "{durability:?}: {level}");
        }
    }

    #[test]
    fn what_is_kept_aside_is_left_in_the_log_for_somebody_elses_checkpoint() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        make(folder.path(), &path).unwrap();
        let Ok(connection) = connect(&path, Durability::Relaxed) else { panic!("opened") };
        connection.execute("INSERT INTO lambda (id, name) VALUES (x'00', 'x')", []).unwrap();
        drop(connection);
        assert!(folder.path().join("state.db-wal").exists());
    }
}

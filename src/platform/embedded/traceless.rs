//! What is removed for good leaves no trace in the files: its bytes are overwritten, in the log of writes too.

use super::Embedded;
use super::error::Fault;
use crate::platform::store::StoreError;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::time::Duration;

/// How long others may read before the log is left to their next checkpoint.
const PATIENCE: Duration = Duration::from_millis(200);

/// What is overwritten of that which is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Overwritten {
    /// What stands in pages that are written anyway, which costs nothing.
    Cells,
    /// Whole pages that are free now, too: half as much is written again where payloads are long.
    Pages,
}

/// Has `connection` overwrite what it removes from now on.
pub(super) fn overwrite(connection: &Connection, what: Overwritten) -> rusqlite::Result<()> {
    let how = match what {
        Overwritten::Cells => "fast",
        Overwritten::Pages => "on",
    };
    connection.pragma_update(None, "secure_delete", how)
}

impl Embedded {
    /// Does `step` in a transaction; when this returns it is on the disk, and what it removed is not. While others read on,
    /// the log keeps it until they are done.
    pub(super) async fn write_traceless<T: Send + 'static>(
        &self,
        step: impl FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, StoreError> {
        let done = self.write(move |connection| {
            overwrite(connection, Overwritten::Pages)?;
            let done = step(connection);
            overwrite(connection, Overwritten::Cells)?;
            done
        });
        let done = done.await?;
        let path = self.shared.path.clone();
        // It is done, whatever becomes of the log.
        let _ = tokio::task::spawn_blocking(move || {
            if let Err(error) = empty_log(&path) {
                tracing::debug!(%error, "what was removed stays in the log for now");
            }
        })
        .await;
        Ok(done)
    }
}

/// Takes what stands in the log into the database and leaves the log empty. On a connection of its own, for the one that
/// writes waits for others longer.
fn empty_log(path: &Path) -> rusqlite::Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}

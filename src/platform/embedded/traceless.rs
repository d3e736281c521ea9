//! What is removed for good leaves no trace in the files: its bytes are overwritten, in free pages and in the log of writes
//! too.

use super::Embedded;
use super::error::Fault;
use crate::platform::store::StoreError;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::time::Duration;

/// How long others may read before the log is left to their next checkpoint.
const PATIENCE: Duration = Duration::from_millis(200);
/// The longest value that SQLite takes is not much longer.
const MOST_AT_ONCE: i64 = 512 << 20;

/// Has `connection` overwrite what it removes, as far as it writes those pages anyway: that costs nothing. Pages that become
/// free keep what stood in them.
pub(super) fn overwrite_cells(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "secure_delete", "fast")
}

impl Embedded {
    /// Does `step` in a transaction; when this returns it is on the disk, and what it removed is not. While others read on,
    /// the log keeps it until they are done.
    pub(super) async fn write_traceless<T: Send + 'static>(
        &self,
        step: impl FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, StoreError> {
        let done = self.write(step).await?;
        // It is done, whatever becomes of its traces.
        if let Err(error) = self.write(overwrite_free_pages).await {
            tracing::warn!(%error, "what was removed may still stand in free pages of the database");
        }
        let path = self.shared.path.clone();
        let emptied = tokio::task::spawn_blocking(move || empty_log(&path)).await;
        if let Ok(Err(error)) = emptied {
            tracing::debug!(%error, "what was removed stays in the log for now");
        }
        Ok(done)
    }
}

/// Fills all free pages with zeros, and frees them again: what was moved from one page to another before it was removed has
/// left copies in them.
fn overwrite_free_pages(connection: &Connection) -> Result<(), Fault> {
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let mut left = number("freelist_count")?.saturating_mul(number("page_size")?);
    if left == 0 {
        return Ok(());
    }
    connection.execute_batch("CREATE TABLE zeros (bytes BLOB)")?;
    while left > 0 {
        let bytes = left.min(MOST_AT_ONCE);
        connection.execute("INSERT INTO zeros VALUES (zeroblob(?1))", [bytes])?;
        left -= bytes;
    }
    Ok(connection.execute_batch("DROP TABLE zeros")?)
}

/// Takes what stands in the log into the database and leaves the log empty. On a connection of its own, for the one that
/// writes waits for others longer.
fn empty_log(path: &Path) -> rusqlite::Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}

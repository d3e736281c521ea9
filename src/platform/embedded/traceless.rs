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
/// How often they are waited for.
const TRIES: u32 = 5;
/// How much is overwritten in one step, in bytes, so that nobody waits for it.
const AT_ONCE: i64 = 8 << 20;

/// Has `connection` overwrite what it removes, as far as it writes those pages anyway: that costs nothing. Pages that become
/// free keep what stood in them.
pub(super) fn overwrite_cells(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "secure_delete", "fast")
}

impl Embedded {
    /// Does `step`, which says how much it removed, in a transaction; when this returns it is on the disk, and what it removed
    /// is not. While others read on, the log keeps it, at most until the last process ends.
    pub(super) async fn write_traceless(
        &self,
        step: impl FnOnce(&Connection) -> Result<u64, Fault> + Send + 'static,
    ) -> Result<u64, StoreError> {
        let removed = self.write(step).await?;
        if removed == 0 {
            return Ok(0);
        }
        // It is done, whatever becomes of its traces.
        if let Err(error) = self.overwrite_free_pages().await {
            tracing::warn!(%error, "what was removed may still stand in free pages of the database");
        }
        let path = self.shared.path.clone();
        let emptied = tokio::task::spawn_blocking(move || empty_log(&path)).await;
        if !matches!(emptied, Ok(Ok(true))) {
            tracing::warn!("what was removed stays in the log of writes, which others read");
        }
        Ok(removed)
    }

    /// Fills all free pages with zeros, a piece at a time, and frees them again: what was moved from one page to another before
    /// it was removed has left copies in them.
    async fn overwrite_free_pages(&self) -> Result<(), StoreError> {
        let mut left = self.write(|connection| Ok(free_bytes(connection)?)).await?;
        while left > 0 {
            let bytes = left.min(AT_ONCE);
            self.write(move |connection| {
                connection.execute_batch("CREATE TABLE IF NOT EXISTS zeros (bytes BLOB)")?;
                connection.execute("INSERT INTO zeros VALUES (zeroblob(?1))", [bytes])?;
                Ok(())
            })
            .await?;
            left -= bytes;
        }
        self.write(|connection| Ok(connection.execute_batch("DROP TABLE IF EXISTS zeros")?)).await
    }
}

fn free_bytes(connection: &Connection) -> rusqlite::Result<i64> {
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    Ok(number("freelist_count")?.saturating_mul(number("page_size")?))
}

/// Takes what stands in the log into the database and leaves the log empty; says whether it could. On a connection of its own,
/// for the one that writes waits for others longer.
fn empty_log(path: &Path) -> rusqlite::Result<bool> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    for _ in 0..TRIES {
        let is_busy: bool =
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        if !is_busy {
            return Ok(true);
        }
    }
    Ok(false)
}

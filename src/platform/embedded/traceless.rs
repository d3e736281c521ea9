//! What is removed for good leaves no trace in the files: its bytes are overwritten, in free pages and in the log of writes
//! too.
//!
//! ```text
//! sum `traces`: 0 while all free pages hold zeros; whatever removes a run or a delivery makes it 1
//! table `zeros`: free pages are to be overwritten; made in the step that removes, and gone when that is done
//! ```

use super::Embedded;
use super::error::{Fault, told};
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
/// Frees the pages that were filled, and leaves it to somebody later to fill them all.
const GIVE_BACK: &str = "DELETE FROM zeros";

/// Has `connection` overwrite what it removes, as far as it writes those pages anyway: that costs nothing. Pages that become
/// free keep what stood in them.
pub(super) fn overwrite_cells(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "secure_delete", "fast")
}

impl Embedded {
    /// Does `step`, which says how much it removed, in a transaction; when this returns it is on the disk, and what it removed
    /// is not. `weight` says how many bytes that will be. While others read on, the log keeps it, at most until the last
    /// process ends.
    pub(super) async fn write_traceless(
        &self,
        weight: impl FnOnce(&Connection) -> Result<i64, Fault> + Send + 'static,
        step: impl FnOnce(&Connection) -> Result<u64, Fault> + Send + 'static,
    ) -> Result<u64, StoreError> {
        let removing = move |connection: &Connection| {
            let weight = weight(connection)?;
            remove(connection, weight, step)
        };
        let (removed, mut is_left) = self.write(removing).await?;
        if removed == 0 && !is_left {
            return Ok(0);
        }
        // It is done, whatever becomes of its traces.
        while is_left {
            is_left = match self.write(|connection| Ok(overwrite_some(connection)?)).await {
                Ok(is_left) => is_left,
                Err(error) => {
                    tracing::warn!(%error, "what was removed may still stand in free pages of the database; the next start or purge goes on with them");
                    // What was taken for it may be what others lack now.
                    let give_back = |it: &Connection| Ok(it.execute_batch(GIVE_BACK)?);
                    let _ = self.write(give_back).await;
                    false
                }
            };
        }
        let path = self.shared.path.clone();
        let emptied = tokio::task::spawn_blocking(move || empty_log(&path)).await;
        if !matches!(emptied, Ok(Ok(true))) {
            tracing::warn!("what was removed stays in the log of writes, which others read");
        }
        Ok(removed)
    }
}

/// Goes on with what was not overwritten when its process ended.
pub(super) fn finish(connection: &Connection, path: &Path) {
    let finished = || {
        if !is_left(connection)? {
            return Ok(true);
        }
        while overwrite_some(connection)? {}
        empty_log(path)
    };
    match finished() {
        Ok(true) => {}
        Ok(false) => {
            tracing::warn!("what was purged stays in the log of writes, which others read");
        }
        Err(error) => {
            // What was taken for it may be what others lack now.
            let _ = connection.execute_batch(GIVE_BACK);
            let error = told(&error, path);
            tracing::warn!(%error, "what was purged may still stand in free pages of the database");
        }
    }
}

/// Does `step`, and says whether free pages are to be overwritten now. They are not where they held zeros before and `weight`
/// is little: it is overwritten at once then.
fn remove(
    connection: &Connection,
    weight: i64,
    step: impl FnOnce(&Connection) -> Result<u64, Fault>,
) -> Result<(u64, bool), Fault> {
    let sql = "SELECT value FROM sum WHERE name = 'traces'";
    let had_traces: bool = connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    let at_once = !had_traces && weight <= AT_ONCE;
    if at_once {
        connection.pragma_update(None, "secure_delete", "on")?;
    }
    let removed = step(connection);
    overwrite_cells(connection)?;
    let removed = removed?;
    if removed > 0 {
        if !at_once {
            connection.execute_batch("CREATE TABLE IF NOT EXISTS zeros (bytes BLOB)")?;
        }
        connection.execute("UPDATE sum SET value = 0 WHERE name = 'traces'", [])?;
    }
    Ok((removed, is_left(connection)?))
}

/// Whether free pages are to be overwritten.
fn is_left(connection: &Connection) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'zeros')";
    connection.query_row(sql, [], |row| row.get(0))
}

/// Fills some free pages with zeros, and frees all that were filled when there are no others: what was moved from one page to
/// another before it was removed has left copies in them. Says whether there are others.
fn overwrite_some(connection: &Connection) -> rusqlite::Result<bool> {
    if !is_left(connection)? {
        // Another process was faster.
        return Ok(false);
    }
    let free = number(connection, "freelist_count")?;
    let at_once = AT_ONCE / number(connection, "page_size")?;
    fill(connection, free.min(at_once))?;
    if free > at_once {
        return Ok(true);
    }
    connection.execute_batch("DROP TABLE zeros")?;
    Ok(false)
}

/// Fills so many pages with zeros, to their last byte: of a page that is not full SQLite leaves the rest as it was.
fn fill(connection: &Connection, pages: i64) -> rusqlite::Result<()> {
    // Behind the number of the next page. What is beside full pages stands in the row itself, where that is neither too little
    // nor too much.
    const NUMBER: i64 = 4;
    const BESIDE: i64 = 1_000;
    let bytes = pages * (number(connection, "page_size")? - NUMBER) + BESIDE;
    connection.execute("INSERT INTO zeros VALUES (zeroblob(?1))", [bytes]).map(drop)
}

fn number(connection: &Connection, name: &str) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, name, |row| row.get(0))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::embedded::{Durability, FILE, connect};
    use rusqlite::params;

    const SECRET: &str = "4111 1111 1111 1111";

    /// A folder of state with a dead letter of each of these payloads, which are numbered from 1 on.
    fn with_letters(payloads: &[String]) -> (tempfile::TempDir, Connection) {
        let folder = tempfile::tempdir().unwrap();
        drop(Embedded::open(folder.path()).unwrap());
        let connection = opened(folder.path());
        connection.execute("INSERT INTO lambda (id, name) VALUES (x'00', 'x')", []).unwrap();
        for (n, payload) in (1_i64..).zip(payloads) {
            let event = "INSERT INTO event (id, source, event_id, input, raised_at, open)
                VALUES (?1, 's', 'e', ?2, 1, 1)";
            connection.execute(event, params![n, payload]).unwrap();
            let delivery = "INSERT INTO delivery (id, event, lambda, state, due, attempt, bytes)
                VALUES (CAST(?1 AS BLOB), ?1, x'00', 2, 1, 1, 1)";
            connection.execute(delivery, [n]).unwrap();
        }
        (folder, connection)
    }

    fn opened(folder: &Path) -> Connection {
        let Ok(connection) = connect(&folder.join(FILE), Durability::Relaxed) else {
            panic!("opened")
        };
        connection
    }

    fn forget(connection: &Connection, n: i64) -> rusqlite::Result<u64> {
        let done = connection.execute("DELETE FROM delivery WHERE event = ?1", [n])?;
        Ok(done as u64)
    }

    /// Removes a letter as the first step of a purge does, whose process ends then.
    fn purge(connection: &Connection, n: i64, weight: i64) -> (u64, bool) {
        let step = connection.unchecked_transaction().unwrap();
        let removed = remove(&step, weight, |step| Ok(forget(step, n)?)).unwrap();
        step.commit().unwrap();
        removed
    }

    fn holds_the_secret(folder: &Path) -> bool {
        assert!(empty_log(&folder.join(FILE)).unwrap());
        let bytes = std::fs::read(folder.join(FILE)).unwrap();
        bytes.windows(SECRET.len()).any(|it| it == SECRET.as_bytes())
    }

    #[test]
    fn what_was_not_overwritten_when_its_process_ended_is_at_the_next_start() {
        let (folder, connection) = with_letters(&[SECRET.repeat(3_000), "7".repeat(3_000)]);
        forget(&connection, 2).unwrap();
        assert_eq!(purge(&connection, 1, 1), (1, true));
        fill(&connection, 5).unwrap();
        assert!(holds_the_secret(folder.path()), "nothing has overwritten it yet");
        drop(connection);
        drop(Embedded::open(folder.path()).unwrap());
        assert!(!holds_the_secret(folder.path()));
        assert!(!is_left(&opened(folder.path())).unwrap());
    }

    #[test]
    fn free_pages_that_hold_zeros_are_not_overwritten_again() {
        let letters = ["7".to_owned(), SECRET.repeat(3_000), "7".repeat(3_000)];
        let (folder, connection) = with_letters(&letters);
        assert_eq!(purge(&connection, 1, 1), (1, true), "who knows what is in a new one");
        while overwrite_some(&connection).unwrap() {}
        assert_eq!(purge(&connection, 2, 1), (1, false));
        assert!(!holds_the_secret(folder.path()));
        assert_eq!(purge(&connection, 3, AT_ONCE + 1), (1, true), "too much for one step");
        while overwrite_some(&connection).unwrap() {}
        assert_eq!(purge(&connection, 3, 1), (0, false), "there is no such letter any more");
    }
}

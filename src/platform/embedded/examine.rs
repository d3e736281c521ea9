//! A look at the database as a file: whether it can be opened, and whether its pages hold together.

use super::error::told;
use super::reading::{self, Access};
use super::{Embedded, FILE, permitted, schema};
use crate::platform::store::StoreError;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// What anybody but the owner may do.
const OTHERS: u32 = 0o077;
/// What is kept of the database in memory meanwhile, in KiB.
const CACHE_KIB: i64 = 128;

/// A database in which nothing wrong was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examined {
    /// How long it is, in bytes.
    pub bytes: u64,
    /// Its pages were looked at; not so in a long one.
    pub is_checked: bool,
    /// The mode of it or of a file beside it, where others than its owner may read or write that.
    pub open_to_others: Option<(String, u32)>,
    /// It cannot be written.
    pub is_read_only: bool,
}

impl Embedded {
    /// Looks at the store in the folder `state`, and changes nothing; at its pages too, if they are `most_bytes` at most. None
    /// where there is none.
    pub fn examine(state: &Path, most_bytes: u64) -> Result<Option<Examined>, StoreError> {
        if !Self::exists(state) {
            return Ok(None);
        }
        let path = state.join(FILE);
        let shown = || path.display().to_string();
        let unreadable = |error: std::io::Error| StoreError::Unreadable {
            path: shown(),
            reason: error.kind().to_string(),
        };
        let bytes = fs::metadata(&path).map_err(unreadable)?.len();
        permitted(&path, rustix::fs::Access::READ_OK).map_err(unreadable)?;
        let is_read_only = permitted(&path, rustix::fs::Access::WRITE_OK).is_err();
        let beside = || reading::connect(&path, Access::Beside).and_then(|it| schema::form(&it));
        let is_read_only = is_read_only || beside().is_err_and(|error| reading::needs_more(&error));
        let access = if is_read_only { reading::access_of(&path) } else { Ok(Access::Beside) };
        let examined = access.and_then(|access| {
            let connection = reading::connect(&path, access)?;
            // Each page is looked at once.
            connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
            let found = schema::form(&connection)?;
            let is_checked = bytes <= most_bytes;
            let check = "PRAGMA quick_check(1)";
            let fault = if is_checked {
                connection.query_row(check, [], |row| row.get::<_, String>(0))?
            } else {
                FINE.to_owned()
            };
            Ok((found, is_checked, fault))
        });
        let (found, is_checked, fault) = examined.map_err(|error| told(&error, &path))?;
        if found > schema::FORM {
            return Err(StoreError::Newer { path: shown(), found, known: schema::FORM });
        }
        if fault != FINE {
            // SQLite begins with a headline.
            let reason = fault.lines().last().unwrap_or_default().to_owned();
            return Err(StoreError::Damaged { path: shown(), reason });
        }
        let open_to_others = open_to_others(&path);
        Ok(Some(Examined { bytes, is_checked, open_to_others, is_read_only }))
    }
}

/// What SQLite says of pages that hold together.
const FINE: &str = "ok";

fn open_to_others(path: &Path) -> Option<(String, u32)> {
    ["db", "db-wal", "db-shm"].into_iter().find_map(|extension| {
        let path = path.with_extension(extension);
        let mode = fs::metadata(&path).ok()?.mode() & 0o777;
        (mode & OTHERS != 0).then(|| (path.display().to_string(), mode))
    })
}

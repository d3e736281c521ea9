//! Connections that only read, and stores where nothing can be written.

use super::error::told;
use super::{Embedded, FILE, PATIENCE, Shared, permitted, schema};
use crate::platform::store::StoreError;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::fs;
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::sync::{Arc, Mutex};

/// How the database is opened to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// Beside those who write, of whom this process may be one.
    Beside,
    /// The same where this process can write nothing.
    Locked,
    /// As a file in which nothing changes: there is no log, and none can be made.
    Still,
}

impl Embedded {
    /// Opens the store in the folder `state` to read there at least: where it cannot be written, all that would write says
    /// so. What is made of it is for a moment, since it may be writable the next.
    pub fn open_to_read(state: &Path) -> Result<Self, StoreError> {
        match Self::open(state) {
            Err(StoreError::ReadOnly { path }) => open_locked(state, path),
            opened => opened,
        }
    }

    /// Nothing can be written.
    pub fn is_read_only(&self) -> bool {
        self.shared.writer.is_none()
    }

    /// An error where nothing can be written.
    pub fn ensure_writable(&self) -> Result<(), StoreError> {
        if self.is_read_only() { Err(self.read_only()) } else { Ok(()) }
    }

    /// Whether there is a store in the folder `state`, as far as can be seen.
    pub fn exists(state: &Path) -> bool {
        state.join(FILE).try_exists().unwrap_or(true)
    }
}

fn open_locked(state: &Path, shown: String) -> Result<Embedded, StoreError> {
    let path = state.join(FILE);
    match permitted(&path, rustix::fs::Access::READ_OK) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(StoreError::ReadOnly { path: shown });
        }
        Err(error) => {
            return Err(StoreError::Unreadable { path: shown, reason: error.kind().to_string() });
        }
    }
    let access = access_of(&path).map_err(|error| match told(&error, &path) {
        // It is the log that cannot be, and the last that was written stands there.
        StoreError::ReadOnly { path } => StoreError::Unreadable { path, reason: error.to_string() },
        told => told,
    })?;
    let shared = Shared {
        access,
        path,
        writer: None,
        readers: Mutex::default(),
        follower: Mutex::default(),
        lambdas: Mutex::default(),
    };
    let store = Embedded { shared: Arc::new(shared) };
    let connection = store.connect_reader().map_err(|error| told(&error, &store.shared.path))?;
    let found = schema::form(&connection).map_err(|error| told(&error, &store.shared.path))?;
    store.give_back(connection);
    match found {
        schema::FORM => Ok(store),
        newer if newer > schema::FORM => {
            Err(StoreError::Newer { path: shown, found, known: schema::FORM })
        }
        _ => {
            let reason = format!(
                "it is of an older lambdeck (form {found}, today's is {}), and where nothing can be written it cannot be brought up to date",
                schema::FORM
            );
            Err(StoreError::Other { path: shown, reason })
        }
    }
}

/// How a database that cannot be written can be read.
pub(super) fn access_of(path: &Path) -> rusqlite::Result<Access> {
    let locked = connect(path, Access::Locked).and_then(|it| schema::form(&it).map(drop));
    match locked {
        Ok(()) => Ok(Access::Locked),
        // SQLite would have to make the files beside it. Whoever writes has them, so that nobody does.
        Err(error) if needs_more(&error) && has_no_log(path) => Ok(Access::Still),
        Err(error) => Err(error),
    }
}

pub(super) fn needs_more(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly))
}

fn has_no_log(path: &Path) -> bool {
    match fs::metadata(path.with_extension("db-wal")) {
        Ok(log) => log.len() == 0,
        Err(error) => error.kind() == ErrorKind::NotFound,
    }
}

/// A connection that only reads.
pub(super) fn connect(path: &Path, access: Access) -> rusqlite::Result<Connection> {
    let connection = match access {
        // SQLite has readers write too, into the memory that they share with those who write.
        Access::Beside => {
            let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            Connection::open_with_flags(path, flags)?
        }
        Access::Locked => {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            Connection::open_with_flags(path, flags)?
        }
        Access::Still => {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
                | OpenFlags::SQLITE_OPEN_NO_MUTEX
                | OpenFlags::SQLITE_OPEN_URI;
            Connection::open_with_flags(format!("file:{}?immutable=1", escaped(path)), flags)?
        }
    };
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// A path as it stands in a URI.
fn escaped(path: &Path) -> String {
    let escape = |byte: &u8| match byte {
        b'/' | b'.' | b'-' | b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
            char::from(*byte).to_string()
        }
        other => format!("%{other:02X}"),
    };
    path.as_os_str().as_bytes().iter().map(escape).collect()
}

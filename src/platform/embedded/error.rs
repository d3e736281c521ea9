//! What SQLite says, as the platform says it.

use crate::platform::store::StoreError;
use rusqlite::{Error, ErrorCode, ffi};
use std::path::Path;

/// Why a step failed: in SQL, or by a rule of the platform.
#[derive(Debug)]
pub(super) enum Fault {
    Sql(Error),
    Store(StoreError),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Sql(error)
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Fault {
    /// Whether what was to be added has been before, by its key.
    pub(super) fn is_there_already(&self) -> bool {
        let Self::Sql(Error::SqliteFailure(failure, _)) = self else { return false };
        matches!(
            failure.extended_code,
            ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_UNIQUE
        )
    }

    pub(super) fn told(self, path: &Path) -> StoreError {
        match self {
            Self::Store(error) => error,
            Self::Sql(error) => told(&error, path),
        }
    }
}

/// `error`, which the database at `path` gave.
pub(super) fn told(error: &Error, path: &Path) -> StoreError {
    let shown = path.display().to_string();
    let reason = match error {
        Error::SqliteFailure(_, Some(message)) => message.clone(),
        other => other.to_string(),
    };
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::DiskFull { path: shown },
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            StoreError::Damaged { path: shown, reason }
        }
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            StoreError::ReadOnly { path: shown }
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            StoreError::Busy { path: shown }
        }
        // A table or column that is not there, or a value of another kind, was not written by this program.
        None if !matches!(error, Error::QueryReturnedNoRows) => {
            StoreError::Damaged { path: shown, reason }
        }
        _ => StoreError::Other { path: shown, reason },
    }
}

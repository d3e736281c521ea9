//! Whether what is written still stands where it is looked for.
//!
//! SQLite goes on writing to files that somebody has removed or moved away, and all of that is gone with the last
//! descriptor. What is said to be on the disk has to be found there at the next start.

use crate::platform::store::StoreError;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// A file as the file system knows it, whatever its name.
type Identity = (u64, u64);

/// The database and its log, as they stood when they were looked at first.
pub(super) struct Files {
    known: [(PathBuf, Option<Identity>); 2],
}

impl Files {
    /// Those that are open now.
    pub(super) fn of(database: &Path) -> Self {
        let paths = [database.to_owned(), database.with_extension("db-wal")];
        Self { known: paths.map(|path| (path.clone(), identity(&path))) }
    }

    /// An error where one of them is not there any more, or another in its place.
    pub(super) fn still_stand(&mut self) -> Result<(), StoreError> {
        for (path, known) in &mut self.known {
            let found = identity(path);
            if known.is_some() && *known != found {
                return Err(StoreError::Gone { path: path.display().to_string() });
            }
            *known = found;
        }
        Ok(())
    }
}

fn identity(path: &Path) -> Option<Identity> {
    fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_was_moved_away_is_missed_until_it_is_back() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("state.db"), "").unwrap();
        let mut files = Files::of(&at("state.db"));
        assert_eq!(files.still_stand(), Ok(()), "a log need not be there yet");
        for name in ["state.db", "state.db-wal"] {
            fs::write(at("state.db-wal"), "").unwrap();
            assert_eq!(files.still_stand(), Ok(()));
            fs::rename(at(name), at("away")).unwrap();
            let gone = StoreError::Gone { path: at(name).display().to_string() };
            assert_eq!(files.still_stand(), Err(gone.clone()));
            fs::write(at(name), "another").unwrap();
            assert_eq!(files.still_stand(), Err(gone));
            fs::rename(at("away"), at(name)).unwrap();
            assert_eq!(files.still_stand(), Ok(()));
        }
    }
}

//! Text files of the workspace: read with care for what is no text, written atomically.

use super::atomic;
use super::document::{line_at, line_of};
use super::error::WorkspaceError;
use std::fs;
use std::path::Path;

/// The biggest file that is opened, in bytes: far above every limit of a lambda, far below what would hurt an editor.
const OPEN_LIMIT_BYTES: u64 = 16 * 1024 * 1024;

/// Reads the text file at `path`.
pub(super) fn read_text(path: &Path) -> Result<String, WorkspaceError> {
    let meta = fs::metadata(path).map_err(WorkspaceError::read(path))?;
    if meta.is_dir() {
        return Err(WorkspaceError::read(path)(std::io::ErrorKind::IsADirectory.into()));
    }
    if !meta.is_file() {
        let kind = std::io::Error::other("it is no regular file");
        return Err(WorkspaceError::read(path)(kind));
    }
    if meta.len() > OPEN_LIMIT_BYTES {
        return Err(WorkspaceError::TooBig {
            path: path.into(),
            bytes: meta.len(),
            limit: OPEN_LIMIT_BYTES,
        });
    }
    let bytes = fs::read(path).map_err(WorkspaceError::read(path))?;
    let not_text = |line| WorkspaceError::NotText { path: path.into(), line };
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        not_text(line_at(error.as_bytes(), valid))
    })?;
    match text.find('\0') {
        Some(offset) => Err(not_text(line_of(&text, offset))),
        None => Ok(text),
    }
}

/// Writes the file at `path` atomically.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), WorkspaceError> {
    atomic::write(path, bytes).map_err(WorkspaceError::write("write", path))
}

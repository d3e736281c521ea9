//! One change of a workspace at a time, across processes.

use super::error::WorkspaceError;
use super::{STATE, Workspace};
use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;
use std::fs::{self, File};
use std::time::{Duration, Instant};

/// How long another process may take for its change: less than a process that is told to end has for its unsaved text.
const PATIENCE: Duration = Duration::from_secs(2);

/// Held while a change is checked and written; the lock ends with the value, or with the process.
pub(super) struct Lock {
    _file: File,
}

impl Workspace {
    /// Waits until no other process changes the workspace.
    pub(super) fn lock(&self, what: &'static str) -> Result<Lock, WorkspaceError> {
        let folder = self.folder(what)?.join(STATE);
        fs::create_dir_all(&folder).map_err(WorkspaceError::write("create", &folder))?;
        let path = folder.join("lock");
        let file = File::create(&path).map_err(WorkspaceError::write("create", &path))?;
        let started = Instant::now();
        loop {
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => return Ok(Lock { _file: file }),
                Err(Errno::WOULDBLOCK | Errno::INTR) if started.elapsed() < PATIENCE => {
                    std::thread::sleep(Duration::from_millis(5));
                }
                Err(Errno::WOULDBLOCK | Errno::INTR) => {
                    return Err(WorkspaceError::Locked { path });
                }
                Err(error) => return Err(WorkspaceError::write("lock", &path)(error.into())),
            }
        }
    }
}

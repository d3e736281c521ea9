//! What is asked over the socket and answered, a line of JSON each; and where the socket is.

use crate::domain::OngoingRun;
use serde::{Deserialize, Serialize};
use std::io;
use std::path::Path;
use std::sync::Arc;

const SOCKET: &str = "serve.sock";
/// The longest path that a socket's address takes, on any system that we run on.
const PATH_LIMIT: usize = 100;
/// The most bytes of a question.
pub(super) const QUESTION_LIMIT: u64 = 4_096;

/// What another process wants.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Question {
    /// What goes on now?
    Ongoing,
    /// What goes on, now and from now on?
    Follow,
    /// Cancel a run.
    Cancel {
        /// Its id, or the beginning of it.
        run: String,
        /// Who cancels it.
        by: String,
    },
}

/// What it is told.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Told {
    /// These runs go on.
    Ongoing(Vec<Arc<OngoingRun>>),
    /// This one was cancelled.
    Cancelled(Arc<OngoingRun>),
    /// It was not done.
    Refused(String),
}

/// `value` as a line.
pub(super) fn line(value: &impl Serialize) -> Vec<u8> {
    // Values made here can be written as JSON.
    let mut line = serde_json::to_vec(value).unwrap_or_default();
    line.push(b'\n');
    line
}

/// Does something with the path of the socket in the folder `state`. Where that is too long for an address, another
/// path leads to the same folder.
pub(super) fn with_path<T>(
    state: &Path,
    with: impl FnOnce(&Path) -> io::Result<T>,
) -> io::Result<T> {
    let path = state.join(SOCKET);
    if path.as_os_str().len() <= PATH_LIMIT {
        return with(&path);
    }
    with_short_path(state, with)
}

#[cfg(target_os = "linux")]
fn with_short_path<T>(state: &Path, with: impl FnOnce(&Path) -> io::Result<T>) -> io::Result<T> {
    use std::os::fd::AsRawFd as _;
    let folder = std::fs::File::open(state)?;
    with(&Path::new("/proc/self/fd").join(folder.as_raw_fd().to_string()).join(SOCKET))
}

#[cfg(not(target_os = "linux"))]
fn with_short_path<T>(_: &Path, _: impl FnOnce(&Path) -> io::Result<T>) -> io::Result<T> {
    Err(io::Error::other("the path of the workspace is too long for a socket"))
}

//! Who executes in a workspace: one process at a time, which others can wake.
//!
//! `.lambdeck/serve.lock` is locked by the owner and names it; `.lambdeck/serve.wake` is a FIFO that the owner listens to,
//! `.lambdeck/serve.sock` a socket at which it answers what runs.
//! Whoever wrote something to be done (an event, a deployment) puts a byte into it, so that an idle owner need not look.

use super::ongoing;
use rustix::fs::{FlockOperation, OFlags, flock};
use rustix::io::Errno;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};
use tokio::io::AsyncReadExt as _;
use tokio::net::unix::pipe::Receiver;

/// The file that is locked by whoever executes, in the folder of state.
pub const LOCK: &str = "serve.lock";
const WAKE: &str = "serve.wake";
const MODE: u32 = 0o600;
/// How long one waits for an owner that may just have ended.
const PATIENCE: Duration = Duration::from_millis(300);

/// Who executes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnerNote {
    /// Its process.
    pub pid: u32,
    /// Where it listens, if it does.
    pub address: Option<String>,
    /// What it is beside.
    #[serde(default)]
    pub executor: Executor,
}

/// What executes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Executor {
    /// `lambdeck serve`.
    #[default]
    Serve,
    /// The IDE, which does so while nobody else does.
    Ide,
}

/// Why a process cannot be the owner.
#[derive(Debug, thiserror::Error)]
pub enum OwnerError {
    /// Another process is.
    #[error("{}", taken(note))]
    Taken {
        /// Which.
        note: OwnerNote,
    },
    /// The files could not be made.
    #[error("cannot lock `{}`: {}; whoever executes must be able to write there", path.display(), reason(error))]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}

/// The commonest reasons in plain words.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ReadOnlyFilesystem => "the file system is read-only".into(),
        io::ErrorKind::PermissionDenied => "permission denied".into(),
        io::ErrorKind::StorageFull => "the disk is full".into(),
        _ => error.to_string(),
    }
}

fn taken(OwnerNote { pid, address, executor }: &OwnerNote) -> String {
    let address = address.as_ref().map(|it| format!(", at {it}")).unwrap_or_default();
    match executor {
        Executor::Serve => format!(
            "lambdeck executes in this workspace already: process {pid}{address}; stop it first"
        ),
        Executor::Ide => format!(
            "the IDE executes in this workspace already: process {pid}{address}; close it, or set `in_ide = false` in [serve] of lambdeck.toml, which leaves that to `lambdeck serve`"
        ),
    }
}

/// Held by the process that executes; it ends with the value, or with the process.
#[derive(Debug)]
pub struct Owner {
    lock: Arc<File>,
    wake: Receiver,
    /// Where others ask what runs; none where the file system has no sockets, or when it was handed on.
    asked: Option<UnixListener>,
    state: PathBuf,
    executor: Executor,
}

impl Drop for Owner {
    fn drop(&mut self) {
        // While the lock is held: what a successor makes is not taken away. Whoever searches the folder would wait at a
        // FIFO for ever.
        ongoing::unbind(&self.state);
        let _ = fs::remove_file(self.state.join(WAKE));
    }
}

impl Owner {
    /// Becomes the owner in the folder `state`, as `lambdeck serve`. Needs a tokio runtime around it.
    pub fn take(state: &Path) -> Result<Self, OwnerError> {
        Self::take_as(Executor::Serve, state)
    }

    /// The same as what executes. Needs a tokio runtime around it.
    pub fn take_as(executor: Executor, state: &Path) -> Result<Self, OwnerError> {
        let path = state.join(LOCK);
        let told = |error| OwnerError::Io { path: path.clone(), error };
        fs::create_dir_all(state).map_err(told)?;
        let lock = open_lock(&path).map_err(told)?;
        let started = Instant::now();
        loop {
            match flock(&lock, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => break,
                // A worker that was being started when its parent was killed has the lock for a moment longer.
                Err(Errno::WOULDBLOCK | Errno::INTR) if started.elapsed() < PATIENCE => {
                    std::thread::sleep(Duration::from_millis(5));
                }
                Err(Errno::WOULDBLOCK | Errno::INTR) => {
                    let note = read_note(&lock).unwrap_or_default();
                    return Err(OwnerError::Taken { note });
                }
                Err(error) => return Err(told(error.into())),
            }
        }
        let wake = listen(&state.join(WAKE)).map_err(told)?;
        let asked = ongoing::bind(state).map_err(|error| {
            tracing::warn!(%error, "other processes cannot see what runs here");
        });
        let lock = Arc::new(lock);
        let owner = Self { lock, wake, asked: asked.ok(), state: state.to_owned(), executor };
        owner.announce(None).map_err(told)?;
        Ok(owner)
    }

    /// Writes down where it listens.
    pub fn announce(&self, address: Option<String>) -> io::Result<()> {
        self.announcer().announce(address)
    }

    /// Whoever writes down where it listens, also while somebody else has the owner.
    pub(super) fn announcer(&self) -> Announcer {
        Announcer { lock: Arc::downgrade(&self.lock), executor: self.executor }
    }

    /// Where others ask what runs; for one who answers them.
    pub(super) fn take_asked(&mut self) -> Option<UnixListener> {
        self.asked.take()
    }

    /// Waits until somebody wakes it.
    pub async fn woken(&mut self) {
        let mut bytes = [0; 512];
        // We hold the writing end too, so that it never ends; an error leaves the timers.
        if self.wake.read(&mut bytes).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// Writes down for others where the owner listens, for as long as there is one.
#[derive(Clone, Debug)]
pub(super) struct Announcer {
    lock: Weak<File>,
    executor: Executor,
}

impl Announcer {
    /// Writes down where the owner listens.
    pub(super) fn announce(&self, address: Option<String>) -> io::Result<()> {
        let Some(lock) = self.lock.upgrade() else { return Ok(()) };
        let note = OwnerNote { pid: std::process::id(), address, executor: self.executor };
        let mut file = &*lock;
        file.set_len(0)?;
        file.rewind()?;
        file.write_all(&serde_json::to_vec(&note)?)
    }
}

/// Who executes in the workspace with the folder `state`, if anybody does.
pub fn owner_of(state: &Path) -> Option<OwnerNote> {
    let lock = File::open(state.join(LOCK)).ok()?;
    match flock(&lock, FlockOperation::NonBlockingLockShared) {
        Err(Errno::WOULDBLOCK) => read_note(&lock),
        _ => None,
    }
}

/// Wakes the owner, if there is one.
pub fn wake(state: &Path) {
    let flags = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or_default();
    let fifo = OpenOptions::new().write(true).custom_flags(flags).open(state.join(WAKE));
    if let Ok(mut fifo) = fifo {
        // A full FIFO wakes as well.
        let _ = fifo.write(&[1]);
    }
}

fn open_lock(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(MODE).open(path)
}

fn read_note(lock: &File) -> Option<OwnerNote> {
    let mut text = String::new();
    lock.take(4_096).read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

fn listen(path: &Path) -> io::Result<Receiver> {
    if !fs::symlink_metadata(path).is_ok_and(|meta| meta.file_type().is_fifo()) {
        let _ = fs::remove_file(path);
        make_fifo(path)?;
    }
    let flags = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or_default();
    let file = OpenOptions::new().read(true).write(true).custom_flags(flags).open(path)?;
    Receiver::from_file_unchecked(file)
}

#[cfg(target_os = "linux")]
fn make_fifo(path: &Path) -> io::Result<()> {
    Ok(rustix::fs::mkfifoat(rustix::fs::CWD, path, rustix::fs::Mode::from_raw_mode(MODE))?)
}

#[cfg(not(target_os = "linux"))]
fn make_fifo(path: &Path) -> io::Result<()> {
    let made = std::process::Command::new("mkfifo").args(["-m", "600"]).arg(path).status()?;
    if made.success() { Ok(()) } else { Err(io::Error::other("mkfifo failed")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn there_is_one_owner_who_can_be_woken() {
        let state = tempfile::tempdir().unwrap();
        wake(state.path());
        assert_eq!(owner_of(state.path()), None);
        let mut owner = Owner::take(state.path()).unwrap();
        owner.announce(Some("127.0.0.1:8787".into())).unwrap();
        let refused = Owner::take(state.path()).unwrap_err().to_string();
        assert!(refused.contains("127.0.0.1:8787"), "{refused}");
        assert_eq!(owner_of(state.path()).unwrap().pid, std::process::id());
        wake(state.path());
        owner.woken().await;
        drop(owner);
        assert_eq!(owner_of(state.path()), None);
        let left = fs::read_dir(state.path()).unwrap().map(|it| it.unwrap().file_name());
        assert_eq!(left.collect::<Vec<_>>(), [LOCK], "nothing at which a reader would wait");
        wake(state.path());
        let mut ide = Owner::take_as(Executor::Ide, state.path()).unwrap();
        let refused = Owner::take(state.path()).unwrap_err().to_string();
        assert!(refused.contains("the IDE executes"), "{refused}");
        assert!(refused.contains("`in_ide = false` in [serve]"), "{refused}");
        wake(state.path());
        ide.woken().await;
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn however_deep_its_folder_lies_an_owner_can_be_asked() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("deep".repeat(40)).join("state");
        let mut owner = Owner::take(&state).unwrap();
        assert!(owner.take_asked().is_some());
        drop(owner);
        assert!(ongoing::ongoing(&state).unwrap().is_empty());
    }
}

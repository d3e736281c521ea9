//! What other processes do in the folder of state, noticed without looking: the system tells when a file changes.

use super::Tell;
use std::path::Path;

/// Has it told what changes until this is dropped.
#[cfg(target_os = "linux")]
pub(super) struct Watch {
    inotify: std::sync::Arc<std::os::fd::OwnedFd>,
    folder: i32,
}

#[cfg(target_os = "linux")]
impl Drop for Watch {
    fn drop(&mut self) {
        // The system tells the thread so, which ends; one that has ended already needs nothing.
        let _ = rustix::fs::inotify::remove_watch(&self.inotify, self.folder);
    }
}

/// Says that something ran whenever the store was written, at most so often as a person can read, and that somebody
/// else may execute whenever the lock of whoever does was written or let go. Where the system cannot tell, nothing is
/// told: coming back to the screen shows it as well. None when it is to be tried again later.
#[cfg(target_os = "linux")]
pub(super) fn tell_of_changes(state: &Path, tell: Tell) -> Option<Watch> {
    use rustix::fs::inotify::{CreateFlags, WatchFlags, add_watch, init};
    use std::sync::Arc;

    let inotify = Arc::new(init(CreateFlags::CLOEXEC).ok()?);
    let flags = WatchFlags::MODIFY | WatchFlags::CLOSE_WRITE;
    let folder = add_watch(&inotify, state, flags).ok()?;
    let watched = Arc::clone(&inotify);
    let wait = move || watch_changes(&watched, &tell);
    std::thread::Builder::new().name("store".to_owned()).spawn(wait).ok()?;
    Some(Watch { inotify, folder })
}

#[cfg(target_os = "linux")]
fn watch_changes(watch: &std::os::fd::OwnedFd, tell: &Tell) {
    use super::serving::PAUSE;
    use crate::app::Message;
    use crate::app::deployed::job::PlatformMessage;
    use crate::platform::owner::LOCK;
    use crate::shell::folders::await_changes;
    use rustix::fs::inotify::{ReadFlags, Reader};
    use std::mem::MaybeUninit;
    use std::time::Duration;

    /// The lock is let go a moment after the system tells that its file was closed; where others keep the machine busy that
    /// takes longer, and nothing is told of it.
    const LET_GO: [Duration; 2] = [Duration::from_millis(20), Duration::from_millis(500)];

    let say = |message| tell(Message::Platform(Box::new(message)));
    let mut buffer = [MaybeUninit::uninit(); 16 * 1024];
    let mut reader = Reader::new(watch, &mut buffer);
    loop {
        let (mut is_lock, mut is_store, mut is_over) = (false, false, false);
        let told = await_changes(&mut reader, |name, what| {
            is_over |= what.contains(ReadFlags::IGNORED);
            is_lock |= name == LOCK.as_bytes();
            // The store has files beside it; that one of them was closed says nothing.
            is_store |= name.starts_with(b"state.db") && what.contains(ReadFlags::MODIFY);
        });
        if is_over || told.is_err() {
            return;
        }
        if is_lock {
            for moment in LET_GO {
                std::thread::sleep(moment);
                say(PlatformMessage::OwnerChanged);
            }
        }
        if is_store {
            say(PlatformMessage::Ran);
            std::thread::sleep(PAUSE);
        }
    }
}

/// Nothing tells of it here.
#[cfg(not(target_os = "linux"))]
pub(super) struct Watch;

/// Nothing tells of it here.
#[cfg(not(target_os = "linux"))]
pub(super) fn tell_of_changes(_: &Path, _: Tell) -> Option<Watch> {
    Some(Watch)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::mpsc::{RecvTimeoutError, channel};
    use std::time::Duration;

    const PATIENCE: Duration = Duration::from_secs(20);

    #[test]
    fn changes_are_told_until_nobody_listens_and_nothing_is_left_behind() {
        let folder = tempfile::tempdir().unwrap();
        let (sender, told) = channel();
        let tell: Tell = Arc::new(move |message| drop(sender.send(message)));
        let watch = tell_of_changes(folder.path(), tell).unwrap();
        std::fs::write(folder.path().join("state.db"), "x").unwrap();
        assert!(told.recv_timeout(PATIENCE).is_ok());
        drop(watch);
        // The thread is over when nobody can tell any more.
        let over = std::iter::repeat_with(|| told.recv_timeout(PATIENCE)).find(Result::is_err);
        assert_eq!(over.map(Result::unwrap_err), Some(RecvTimeoutError::Disconnected));
    }
}

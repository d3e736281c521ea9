//! What other processes do in the folder of state, noticed without looking: the system tells when a file changes.

use super::Tell;
use std::path::Path;

/// Says that something ran whenever the store was written, at most so often as a person can read, and that somebody
/// else may execute whenever the lock of whoever does was written or let go. Where the system cannot tell, nothing is
/// told: coming back to the screen shows it as well. False when it is to be tried again later.
#[cfg(target_os = "linux")]
pub(super) fn tell_of_changes(state: &Path, tell: Tell) -> bool {
    use rustix::fs::inotify::{CreateFlags, WatchFlags, add_watch, init};

    let Ok(watch) = init(CreateFlags::CLOEXEC) else { return false };
    let flags = WatchFlags::MODIFY | WatchFlags::CLOSE_WRITE;
    if add_watch(&watch, state, flags).is_err() {
        return false;
    }
    // The thread waits in the system until the process ends.
    let wait = move || watch_changes(&watch, &tell);
    std::thread::Builder::new().name("store".to_owned()).spawn(wait).is_ok()
}

#[cfg(target_os = "linux")]
fn watch_changes(watch: &std::os::fd::OwnedFd, tell: &Tell) {
    use super::serving::PAUSE;
    use crate::app::Message;
    use crate::app::deployed::job::PlatformMessage;
    use crate::platform::owner::LOCK;
    use rustix::fs::inotify::{ReadFlags, Reader};
    use std::mem::MaybeUninit;
    use std::time::Duration;

    /// The lock is let go a moment after the system tells that its file was closed.
    const LET_GO: Duration = Duration::from_millis(20);

    let say = |message| tell(Message::Platform(Box::new(message)));
    let mut buffer = [MaybeUninit::uninit(); 16 * 1024];
    let mut reader = Reader::new(watch, &mut buffer);
    loop {
        let (mut is_lock, mut is_store) = (false, false);
        loop {
            let Ok(event) = reader.next() else { return };
            let name = event.file_name().map(std::ffi::CStr::to_bytes).unwrap_or_default();
            is_lock |= name == LOCK.as_bytes();
            // The store has files beside it; that one of them was closed says nothing.
            is_store |= name.starts_with(b"state.db") && event.events().contains(ReadFlags::MODIFY);
            if reader.is_buffer_empty() {
                break;
            }
        }
        if is_lock {
            std::thread::sleep(LET_GO);
            say(PlatformMessage::OwnerChanged);
        }
        if is_store {
            say(PlatformMessage::Ran);
            std::thread::sleep(PAUSE);
        }
    }
}

/// Nothing tells of it here.
#[cfg(not(target_os = "linux"))]
pub(super) fn tell_of_changes(_: &Path, _: Tell) -> bool {
    true
}

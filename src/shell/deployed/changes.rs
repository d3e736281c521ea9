//! What other processes write into the store, noticed without looking: the system tells when a file changes.

use super::Tell;
use std::path::Path;

/// Says that something ran whenever a file in the folder `state` was written, at most so often as a person can read.
/// Where the system cannot tell, nothing is told: coming back to the screen shows it as well.
#[cfg(target_os = "linux")]
pub(super) fn tell_of_writes(state: &Path, tell: Tell) {
    use rustix::fs::inotify::{CreateFlags, WatchFlags, add_watch, init};
    use std::fs::File;

    let Ok(watch) = init(CreateFlags::CLOEXEC) else { return };
    if add_watch(&watch, state, WatchFlags::MODIFY).is_err() {
        return;
    }
    // The thread waits in the system until the process ends.
    let wait = move || watch_writes(File::from(watch), &tell);
    let _ = std::thread::Builder::new().name("store".to_owned()).spawn(wait);
}

#[cfg(target_os = "linux")]
fn watch_writes(mut watch: std::fs::File, tell: &Tell) {
    use super::serving::PAUSE;
    use crate::app::Message;
    use crate::app::deployed::job::PlatformMessage;
    use std::io::Read as _;

    let mut events = [0; 16 * 1024];
    while watch.read(&mut events).is_ok_and(|bytes| bytes > 0) {
        tell(Message::Platform(Box::new(PlatformMessage::Ran)));
        std::thread::sleep(PAUSE);
    }
}

/// Nothing tells of it here.
#[cfg(not(target_os = "linux"))]
pub(super) fn tell_of_writes(_: &Path, _: Tell) {}

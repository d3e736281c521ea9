//! What other programs do to the workspace, noticed without looking: the system tells when something in its folders
//! changes. Where it cannot, the loop looks when somebody comes back.

use super::Outbox;
use std::path::PathBuf;

/// Tells whenever files of the workspace at `root` have changed, ours among them.
#[cfg(target_os = "linux")]
pub(super) fn tell_of_changes(root: PathBuf, outbox: Outbox) {
    // The thread waits in the system until the process ends.
    let watch = move || {
        std::thread::sleep(linux::SETTLED);
        linux::watch(&root, &outbox);
    };
    // Without it nothing is lost: what changed is seen later.
    let _ = std::thread::Builder::new().name("outside".to_owned()).spawn(watch);
}

/// Nothing tells of it here.
#[cfg(not(target_os = "linux"))]
pub(super) fn tell_of_changes(_: PathBuf, _: Outbox) {}

#[cfg(target_os = "linux")]
mod linux {
    use super::Outbox;
    use crate::app::Message;
    use crate::shell::folders::await_changes;
    use crate::workspace::is_unfinished;
    use rustix::fs::inotify::{CreateFlags, ReadFlags, Reader, WatchFlags, add_watch, init};
    use std::fs;
    use std::mem::MaybeUninit;
    use std::os::fd::OwnedFd;
    use std::path::Path;
    use std::time::Duration;

    /// The first frame and what follows it come first.
    pub(super) const SETTLED: Duration = Duration::from_millis(250);
    /// Who writes one file often writes more.
    const GATHER: Duration = Duration::from_millis(40);
    /// So many folders are watched at most.
    const MOST: usize = 4_096;
    /// The folders in which people edit: lambdas with their payloads, events, templates.
    const EDITED: [&str; 3] = ["lambdas", "events", "templates"];
    /// Levels of folders within these.
    const DEPTH: usize = 3;

    pub(super) fn watch(root: &Path, outbox: &Outbox) {
        let Ok(watch) = init(CreateFlags::CLOEXEC) else { return };
        watch_folders(&watch, root);
        let mut buffer = [MaybeUninit::uninit(); 16 * 1024];
        let mut reader = Reader::new(&watch, &mut buffer);
        loop {
            let (mut has_changed, mut has_folders) = (false, false);
            let told = await_changes(&mut reader, |name, what| {
                has_changed |= !is_unfinished(name);
                has_folders |= what.contains(ReadFlags::ISDIR);
            });
            if told.is_err() {
                return;
            }
            if has_folders {
                watch_folders(&watch, root);
            }
            if has_changed {
                std::thread::sleep(GATHER);
                outbox.send(Message::FilesChanged);
            }
        }
    }

    /// Watches the folders in which there is something to edit; those that are watched already stay so.
    fn watch_folders(watch: &OwnedFd, root: &Path) {
        let flags = WatchFlags::CLOSE_WRITE
            | WatchFlags::CREATE
            | WatchFlags::DELETE
            | WatchFlags::MOVED_FROM
            | WatchFlags::MOVED_TO
            | WatchFlags::ONLYDIR;
        // The workspace's own folder may hold anything else besides.
        let _ = add_watch(watch, root, flags);
        let mut level: Vec<_> = EDITED.iter().map(|name| root.join(name)).collect();
        let mut count = 0;
        for _ in 0..DEPTH {
            let mut below = Vec::new();
            for folder in level {
                count += 1;
                if count > MOST || add_watch(watch, &folder, flags).is_err() {
                    continue;
                }
                let entries = fs::read_dir(&folder).into_iter().flatten().flatten();
                let is_folder = |entry: &fs::DirEntry| {
                    entry.file_type().is_ok_and(|kind| kind.is_dir())
                        && !entry.file_name().as_encoded_bytes().starts_with(b".")
                };
                below.extend(entries.filter(is_folder).map(|entry| entry.path()));
            }
            level = below;
        }
    }
}

//! What the system tells of folders that are watched.

use rustix::fs::inotify::{ReadFlags, Reader};
use rustix::io::Errno;

/// Waits until something happens in a folder that is watched, and hands on all that has happened by then: the name of the
/// file, empty where it is the folder itself, and what.
pub(super) fn await_changes(
    reader: &mut Reader<'_, impl std::os::fd::AsFd>,
    mut each: impl FnMut(&[u8], ReadFlags),
) -> Result<(), Errno> {
    loop {
        match reader.next() {
            Ok(event) => {
                let name = event.file_name().map(std::ffi::CStr::to_bytes).unwrap_or_default();
                each(name, event.events());
            }
            Err(Errno::INTR) => continue,
            Err(error) => return Err(error),
        }
        if reader.is_buffer_empty() {
            return Ok(());
        }
    }
}

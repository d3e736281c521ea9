//! Writing a file so that it holds either the old text or the new one, never a part of either.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The mode of a new file; the process's umask applies.
const NEW_FILE: u32 = 0o666;
const PRIVATE_FILE: u32 = 0o600;
/// How the name of a file starts and ends that is being written.
const UNFINISHED: &str = ".lambdeck-";
const UNFINISHED_END: &str = ".tmp";

/// What tells one state of a file from another without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    modified_ns: i128,
    bytes: u64,
    inode: u64,
}

/// The stamp of the file at `path`, symlinks followed; `None` when there is none.
pub fn stamp(path: &Path) -> Option<Stamp> {
    let meta = fs::metadata(path).ok()?;
    let modified_ns = i128::from(meta.mtime()) * 1_000_000_000 + i128::from(meta.mtime_nsec());
    Some(Stamp { modified_ns, bytes: meta.len(), inode: meta.ino() })
}

/// Makes `bytes` the content of the file at `path`, with the mode it has, or that of a new file.
///
/// The bytes go to a file beside it, which takes its place when all of them are on the disk. A symlink stays one: the
/// file it points to is written. A file with further hard links, of another owner, or in a folder where nothing can be
/// made is overwritten in place, with its old content put back should that fail.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let target = resolve(path)?;
    match fs::metadata(&target) {
        Ok(meta) if meta.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        Ok(meta) => replace(&target, &meta, bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            put_beside(&target, bytes, NEW_FILE, |_| Ok(())).map_err(Refusal::into_error)
        }
        Err(error) => Err(error),
    }
}

/// Makes `bytes` the content of the file at `path`, which only its owner can read.
pub(super) fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    put_beside(path, bytes, PRIVATE_FILE, |_| Ok(())).map_err(Refusal::into_error)
}

/// The name of a file that is being written and will have another one.
pub fn is_unfinished(name: &[u8]) -> bool {
    name.starts_with(UNFINISHED.as_bytes()) && name.ends_with(UNFINISHED_END.as_bytes())
}

/// Removes files in `folder` that a killed process was writing; no write takes as long as they are old.
pub(super) fn sweep(folder: &Path) {
    const OLD: Duration = Duration::from_hours(1);
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if !is_unfinished(entry.file_name().as_encoded_bytes()) {
            continue;
        }
        let age = entry.metadata().and_then(|meta| meta.modified()).map(|at| at.elapsed());
        if age.is_ok_and(|age| age.is_ok_and(|age| age > OLD)) {
            // One that stays is hidden and harms nobody.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Puts the folder's entries on the disk, so that a rename outlasts a power cut.
pub(super) fn sync_folder(folder: &Path) {
    // Some file systems cannot sync a folder; the rename has happened all the same.
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

/// Why a file could not be put beside its target.
enum Refusal {
    /// The folder admits no new file, or not one of the same owner.
    NotHere(io::Error),
    /// Anything else.
    Failed(io::Error),
}

impl Refusal {
    fn into_error(self) -> io::Error {
        let (Self::NotHere(error) | Self::Failed(error)) = self;
        error
    }
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

fn replace(target: &Path, meta: &Metadata, bytes: &[u8]) -> io::Result<()> {
    // A rename would get around the mode of a file that is write-protected on purpose.
    rustix::fs::access(target, rustix::fs::Access::WRITE_OK)?;
    if meta.nlink() > 1 || !meta.is_file() {
        return overwrite(target, bytes);
    }
    let written = put_beside(target, bytes, PRIVATE_FILE, |file| {
        let same = file.metadata()?;
        if (same.uid(), same.gid()) != (meta.uid(), meta.gid()) {
            let (uid, gid) =
                (rustix::fs::Uid::from_raw(meta.uid()), rustix::fs::Gid::from_raw(meta.gid()));
            rustix::fs::fchown(file, Some(uid), Some(gid))
                .map_err(|error| Refusal::NotHere(error.into()))?;
        }
        Ok(file.set_permissions(meta.permissions())?)
    });
    match written {
        Err(Refusal::NotHere(_)) => overwrite(target, bytes),
        other => other.map_err(Refusal::into_error),
    }
}

fn put_beside(
    target: &Path,
    bytes: &[u8],
    mode: u32,
    adopt: impl FnOnce(&File) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let folder = folder_of(target);
    let mut file = tempfile::Builder::new()
        .prefix(UNFINISHED)
        .suffix(UNFINISHED_END)
        .permissions(fs::Permissions::from_mode(mode))
        .tempfile_in(folder)
        .map_err(|error| match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Refusal::NotHere(error)
            }
            _ => Refusal::Failed(error),
        })?;
    adopt(file.as_file())?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(target).map_err(|failed| failed.error)?;
    sync_folder(folder);
    Ok(())
}

fn overwrite(target: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().read(true).write(true).open(target)?;
    let mut old = Vec::new();
    file.read_to_end(&mut old)?;
    reserve(&file, bytes.len() as u64)?;
    let written = fill(&mut file, bytes);
    if written.is_err() {
        // The space is the file's own, so this cannot run out of it; the first error is the one to tell.
        let _ = fill(&mut file, &old);
    }
    written
}

fn fill(file: &mut File, bytes: &[u8]) -> io::Result<()> {
    file.rewind()?;
    file.write_all(bytes)?;
    file.set_len(bytes.len() as u64)?;
    file.sync_all()
}

/// Asks for the room before the old content is touched, where the system can say.
#[cfg(target_os = "linux")]
fn reserve(file: &File, bytes: u64) -> io::Result<()> {
    use rustix::fs::{FallocateFlags, fallocate};
    use rustix::io::Errno;
    match fallocate(file, FallocateFlags::KEEP_SIZE, 0, bytes.max(1)) {
        Ok(()) | Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::NODEV) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(target_os = "linux"))]
fn reserve(_file: &File, _bytes: u64) -> io::Result<()> {
    Ok(())
}

/// The file that a chain of symlinks ends at, which need not exist.
fn resolve(path: &Path) -> io::Result<PathBuf> {
    const LINKS_FOLLOWED: usize = 40; // what Linux follows
    let mut path = path.to_path_buf();
    for _ in 0..LINKS_FOLLOWED {
        match fs::read_link(&path) {
            Ok(target) => path = folder_of(&path).join(target),
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("too many symbolic links"))
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests;

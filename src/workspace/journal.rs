//! The journal: text that was typed and not yet saved, kept so that no end of the process loses it.
//!
//! One file an entry. Its name says which process wrote it, so that several of them on one workspace leave each other's
//! entries alone; only those of processes that are gone are offered. The file is a line of JSON and the text behind it;
//! a file that does not hold what its first line promises is not an entry.

use super::error::WorkspaceError;
use super::{Workspace, atomic, files, user};
use crate::domain::{FileKey, LambdaName};
use rustix::process::{Pid, test_kill_process};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

const EXTENSION: &str = "unsaved";

/// Tells one text from another; 64-bit FNV-1a, the same on every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextHash(u64);

impl TextHash {
    /// The hash of `text`.
    pub fn of(text: &str) -> Self {
        let (words, rest) = text.as_bytes().as_chunks::<8>();
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        let words = words.iter().chain([&last]).map(|word| u64::from_le_bytes(*word));
        let hash = words.fold(text.len() as u64, |hash, word| {
            (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
        });
        Self(hash)
    }
}

/// Which text an entry belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JournalKey {
    /// The source of a lambda.
    Lambda(LambdaName),
    /// The payload that a lambda is invoked with.
    Payload(LambdaName),
    /// A saved payload that is open as a file.
    Saved(LambdaName, String),
}

impl JournalKey {
    /// The lambda that the text belongs to.
    pub fn lambda(&self) -> &LambdaName {
        match self {
            Self::Lambda(lambda) | Self::Payload(lambda) | Self::Saved(lambda, _) => lambda,
        }
    }

    /// The file that is open when the text is on the screen.
    pub fn file(&self) -> FileKey {
        match self {
            Self::Lambda(lambda) | Self::Payload(lambda) => FileKey::Source(lambda.clone()),
            Self::Saved(lambda, name) => FileKey::Payload(lambda.clone(), name.clone()),
        }
    }
}

impl From<&FileKey> for JournalKey {
    fn from(file: &FileKey) -> Self {
        match file {
            FileKey::Source(lambda) => Self::Lambda(lambda.clone()),
            FileKey::Payload(lambda, name) => Self::Saved(lambda.clone(), name.clone()),
        }
    }
}

/// Unsaved text that a process left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalEntry {
    /// What it is the text of.
    pub key: JournalKey,
    /// When it was written to the journal, in milliseconds since the Unix epoch.
    pub saved_at_ms: i64,
    /// The text.
    pub text: String,
    /// The name that the payload was saved under before.
    pub saved_as: Option<String>,
    /// What the file holds now; `None` when it cannot be read, or for a payload that never had one.
    pub disk_text: Option<String>,
    /// The file still holds the text that the typing started from.
    pub base_matches: bool,
    file: PathBuf,
}

impl JournalEntry {
    /// Where it lies: a line that describes it, and the text behind that.
    pub fn file(&self) -> &Path {
        &self.file
    }
}

/// The journal of one workspace, written by this process.
#[derive(Clone, Debug)]
pub struct Journal {
    /// The folder to write to, and those to try where that fails; entries may lie in each.
    folders: Vec<PathBuf>,
    workspace: Workspace,
    process: Process,
}

#[derive(Serialize, Deserialize)]
struct Header {
    lambdeck_journal: u32,
    key: JournalKey,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    saved_as: Option<String>,
    base: TextHash,
    saved_at_ms: i64,
    bytes: usize,
    hash: TextHash,
}

impl Journal {
    /// A journal in the first of `folders` that can be written to; there is one at least.
    pub(super) fn new(folders: Vec<PathBuf>, workspace: Workspace) -> Self {
        Self { folders, workspace, process: Process::this() }
    }

    /// Keeps `text` as the unsaved state of `key`; `base` is the hash of the text on the disk that it was made from,
    /// `saved_as` the name of the saved payload that it is.
    pub fn write(
        &self,
        key: &JournalKey,
        base: TextHash,
        text: &str,
        saved_as: Option<&str>,
    ) -> Result<(), WorkspaceError> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let header = Header {
            lambdeck_journal: 1,
            key: key.clone(),
            saved_as: saved_as.map(str::to_owned),
            base,
            saved_at_ms: since.map_or(0, |since| since.as_millis() as i64),
            bytes: text.len(),
            hash: TextHash::of(text),
        };
        let header = serde_json::to_string(&header).expect("a header of texts and numbers is JSON");
        let name = self.name_of(key);
        let mut entry = String::with_capacity(header.len() + 1 + text.len());
        entry.extend([&header, "\n", text]);
        let mut first_error = None;
        for (index, folder) in self.folders.iter().enumerate() {
            if let Err(error) = put(folder, &name, &entry) {
                first_error = first_error.or(Some(error));
                continue;
            }
            for earlier in &self.folders[..index] {
                // An older text there would be offered beside this one; the newest comes first all the same.
                let _ = remove(&earlier.join(&name));
            }
            return Ok(());
        }
        first_error.map_or(Ok(()), Err)
    }

    /// Removes this process's entry for `key`: the text is saved, or given up.
    pub fn remove(&self, key: &JournalKey) -> Result<(), WorkspaceError> {
        let name = self.name_of(key);
        self.folders.iter().try_for_each(|folder| remove(&folder.join(&name)))
    }

    /// The entries that processes which are gone left behind, the newest first.
    pub fn list(&self) -> Vec<JournalEntry> {
        let files = self.folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten();
        let files = files.flatten().map(|entry| entry.path());
        let mut entries: Vec<_> = files
            .filter(|file| Process::that_wrote(file).is_some_and(|process| !process.is_alive()))
            .filter_map(|file| self.read(file))
            .filter(|entry| !self.is_saved(entry))
            .collect();
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.saved_at_ms));
        entries
    }

    /// Removes an entry that [`Journal::list`] gave, once its text is safe elsewhere or not wanted.
    pub fn discard(&self, entry: &JournalEntry) -> Result<(), WorkspaceError> {
        remove(&entry.file)
    }

    /// Puts unsaved text beside its lambda's source, so that it goes where the folder goes; gives the file.
    pub fn put_beside(&self, key: &JournalKey, text: &str) -> Result<PathBuf, WorkspaceError> {
        let name = match key {
            JournalKey::Lambda(_) => "unsaved.rhai".to_owned(),
            JournalKey::Payload(_) => "unsaved-payload.json".to_owned(),
            JournalKey::Saved(_, name) => format!("unsaved-payload-{name}.json"),
        };
        let file = self.workspace.lambda_dir(key.lambda()).join(name);
        files::write(&file, text.as_bytes())?;
        Ok(file)
    }

    /// Removes the half-written files that killed processes left, in the journal and beside what they were to save.
    pub fn sweep(&self) {
        self.folders.iter().for_each(|folder| atomic::sweep(folder));
        atomic::sweep(self.workspace.root());
        for lambda in self.workspace.load().lambdas {
            let folder = self.workspace.lambda_dir(&lambda.name);
            atomic::sweep(&folder);
            atomic::sweep(&folder.join(super::PAYLOADS));
        }
    }

    /// Whether the process ended between saving the text and removing the entry; it is removed now.
    fn is_saved(&self, entry: &JournalEntry) -> bool {
        let is_saved = entry.disk_text.as_ref() == Some(&entry.text);
        if is_saved {
            // Should that fail, it is found again next time.
            let _ = self.discard(entry);
        }
        is_saved
    }

    fn read(&self, file: PathBuf) -> Option<JournalEntry> {
        let content = fs::read_to_string(&file).ok()?;
        let (header, text) = content.split_once('\n')?;
        let header: Header = serde_json::from_str(header).ok()?;
        if text.len() != header.bytes || TextHash::of(text) != header.hash {
            return None;
        }
        let disk_text = match &header.key {
            JournalKey::Lambda(_) | JournalKey::Saved(..) => {
                self.workspace.read(&header.key.file()).ok()
            }
            JournalKey::Payload(lambda) => {
                let saved = header.saved_as.as_ref();
                saved.and_then(|name| self.workspace.read_payload(lambda, name).ok())
            }
        };
        let base_matches =
            disk_text.as_deref().is_some_and(|text| TextHash::of(text) == header.base);
        let (text, saved_at_ms) = (text.to_owned(), header.saved_at_ms);
        let Header { key, saved_as, .. } = header;
        Some(JournalEntry { key, saved_at_ms, text, saved_as, disk_text, base_matches, file })
    }

    fn name_of(&self, key: &JournalKey) -> String {
        let text = match key {
            JournalKey::Lambda(name) => format!("lambda {name}"),
            JournalKey::Payload(name) => format!("payload {name}"),
            JournalKey::Saved(lambda, name) => format!("saved {lambda} {name}"),
        };
        let TextHash(key) = TextHash::of(&text);
        let Process { id, started } = self.process;
        format!("{key:016x}.{id}.{started}.{EXTENSION}")
    }
}

fn put(folder: &Path, name: &str, entry: &str) -> Result<(), WorkspaceError> {
    let mut builder = fs::DirBuilder::new();
    builder
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(WorkspaceError::write("create", folder))?;
    let path = folder.join(name);
    atomic::write_private(&path, entry.as_bytes()).map_err(WorkspaceError::write("write", &path))
}

/// The journal's place in the user's folder of state, for a single file or the root of a workspace.
pub(super) fn folder_for(file: &Path) -> PathBuf {
    let TextHash(hash) = TextHash::of(&file.to_string_lossy());
    user::state_folder().join("journal").join(format!("{hash:016x}"))
}

/// A process, told from a later one with the same id by when it started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Process {
    id: u32,
    /// In the kernel's ticks since the machine's start; 0 where the system does not say.
    started: u64,
}

impl Process {
    fn this() -> Self {
        let id = std::process::id();
        Self { id, started: stat(id).map_or(0, |stat| stat.started) }
    }

    /// The process that the name of an entry's file gives.
    fn that_wrote(file: &Path) -> Option<Self> {
        let name = file.file_name()?.to_str()?.strip_suffix(EXTENSION)?.strip_suffix('.')?;
        let mut parts = name.split('.').skip(1);
        let process =
            Self { id: parts.next()?.parse().ok()?, started: parts.next()?.parse().ok()? };
        parts.next().is_none().then_some(process)
    }

    fn is_alive(self) -> bool {
        let Some(id) = i32::try_from(self.id).ok().and_then(Pid::from_raw) else { return false };
        // Another user's process may not be signalled, but it is there.
        if test_kill_process(id).is_err_and(|error| error != rustix::io::Errno::PERM) {
            return false;
        }
        match stat(self.id) {
            Some(stat) => !stat.is_ended && stat.started == self.started,
            None => self.started == 0, // without such a table the id has to do
        }
    }
}

/// What the kernel says of a process.
struct Stat {
    /// It has ended, and only its parent has not asked for its exit code yet.
    is_ended: bool,
    started: u64,
}

/// Fields 3 and 22 of `/proc/<id>/stat`; they stand behind the name, which may hold anything.
fn stat(id: u32) -> Option<Stat> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let (_, behind_name) = stat.rsplit_once(')')?;
    let mut fields = behind_name.split_whitespace();
    let is_ended = matches!(fields.next()?, "Z" | "X");
    Some(Stat { is_ended, started: fields.nth(18)?.parse().ok()? })
}

fn remove(file: &Path) -> Result<(), WorkspaceError> {
    use io::ErrorKind::{NotADirectory, NotFound};
    match fs::remove_file(file) {
        Err(error) if !matches!(error.kind(), NotFound | NotADirectory) => {
            Err(WorkspaceError::write("remove", file)(error))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;

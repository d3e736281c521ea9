//! Histories of texts between sessions, beside the journal: one file a text, believed only while the text is the one it
//! was written for.

use super::error::WorkspaceError;
use super::journal::TextHash;
use super::{STATE, Workspace, files};
use crate::domain::{FileKey, LambdaName};
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::PathBuf;

const FOLDER: &str = "undo";
/// A file that is bigger was not written by us, in bytes.
const READ_LIMIT_BYTES: u64 = 16 * 1024 * 1024;

/// Where histories are kept.
#[derive(Clone, Debug)]
pub struct UndoStore {
    folder: Option<PathBuf>,
}

#[derive(Serialize, Deserialize)]
struct Header {
    lambdeck_undo: u32,
    hash: TextHash,
}

impl Workspace {
    /// The histories of this workspace's texts; of a script outside a workspace nothing is kept.
    pub fn undo_store(&self) -> UndoStore {
        let folder = self.loose_file().is_none().then(|| self.root().join(STATE).join(FOLDER));
        UndoStore { folder }
    }
}

impl UndoStore {
    /// Keeps `history` as that of `text`.
    pub fn write(&self, file: &FileKey, text: &str, history: &str) -> Result<(), WorkspaceError> {
        let Some(path) = self.path(file) else { return Ok(()) };
        let header = Header { lambdeck_undo: 1, hash: TextHash::of(text) };
        let header = serde_json::to_string(&header).expect("a header of numbers is JSON");
        if let Some(folder) = &self.folder {
            fs::create_dir_all(folder).map_err(WorkspaceError::write("create", folder))?;
        }
        files::write(&path, format!("{header}\n{history}").as_bytes())
    }

    /// The history of `text`, when that is what was kept.
    pub fn read(&self, file: &FileKey, text: &str) -> Option<String> {
        let path = self.path(file)?;
        if fs::metadata(&path).ok()?.len() > READ_LIMIT_BYTES {
            return None;
        }
        let content = fs::read_to_string(path).ok()?;
        let (header, history) = content.split_once('\n')?;
        let header: Header = serde_json::from_str(header).ok()?;
        let fits = header.lambdeck_undo == 1 && header.hash == TextHash::of(text);
        fits.then(|| history.to_owned())
    }

    /// The files of a lambda are those of `to` from now on.
    pub fn rename(&self, lambda: &LambdaName, to: &LambdaName) {
        for (path, rest) in self.of(lambda) {
            // A history that stays behind belongs to no text and is written over in time.
            let _ = fs::rename(&path, path.with_file_name(format!("{to}{rest}")));
        }
    }

    /// Removes what is kept of a lambda that is gone.
    pub fn forget(&self, lambda: &LambdaName) {
        for (path, _) in self.of(lambda) {
            let _ = fs::remove_file(path);
        }
    }

    /// The files that are kept of a lambda, and their names behind that of the lambda.
    fn of(&self, lambda: &LambdaName) -> Vec<(PathBuf, String)> {
        let entries = self.folder.as_ref().and_then(|folder| fs::read_dir(folder).ok());
        let files = entries.into_iter().flatten().flatten().map(|entry| entry.path());
        files
            .filter_map(|path| {
                let name = path.file_name()?.to_str()?;
                let rest =
                    name.strip_prefix(lambda.as_str()).filter(|rest| rest.starts_with('.'))?;
                Some((path.clone(), rest.to_owned()))
            })
            .collect()
    }

    fn path(&self, file: &FileKey) -> Option<PathBuf> {
        let name = match file {
            FileKey::Source(lambda) => format!("{lambda}.rhai"),
            FileKey::Payload(lambda, name) => format!("{lambda}.{name}.json"),
        };
        Some(self.folder.as_ref()?.join(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_history_is_found_again_for_its_text_only() {
        let folder = tempfile::tempdir().unwrap();
        let store = Workspace::init(folder.path()).unwrap().undo_store();
        let (a, b) = (LambdaName::new("a").unwrap(), LambdaName::new("b").unwrap());
        let key = FileKey::Source(a.clone());
        assert_eq!(store.read(&key, "text"), None);
        store.write(&key, "text", "history\nof it").unwrap();
        assert_eq!(store.read(&key, "text").as_deref(), Some("history\nof it"));
        assert_eq!(store.read(&key, "other"), None);
        store.rename(&a, &b);
        assert_eq!(store.read(&key, "text"), None);
        assert!(store.read(&FileKey::Source(b.clone()), "text").is_some());
        store.forget(&b);
        assert_eq!(store.read(&FileKey::Source(b), "text"), None);
    }

    #[test]
    fn a_file_that_is_none_of_ours_is_ignored() {
        let folder = tempfile::tempdir().unwrap();
        let store = Workspace::init(folder.path()).unwrap().undo_store();
        let key = FileKey::Source(LambdaName::new("a").unwrap());
        store.write(&key, "text", "history").unwrap();
        for content in ["", "\n", "{}\nx", "{\"lambdeck_undo\":2,\"hash\":1}\nx"] {
            fs::write(store.path(&key).unwrap(), content).unwrap();
            assert_eq!(store.read(&key, "text"), None, "{content:?}");
        }
    }
}

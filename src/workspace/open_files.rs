//! Which files were open in the editor, so that the next start opens them again.
//!
//! A convenience: what cannot be read is said once and forgotten, and nothing of a lambda ever depends on it.

use super::error::WorkspaceError;
use super::{STATE, Workspace, atomic, files};
use crate::domain::FileKey;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::PathBuf;

/// The file's name in the folder of state.
const FILE: &str = "open-files.json";
const VERSION: u32 = 1;
/// More than so many tabs are not remembered.
const FILES_MAX: usize = 100;
/// More than so many recent files are not remembered.
const RECENT_MAX: usize = 50;

/// The files that were open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenFiles {
    /// The tabs in their order.
    pub files: Vec<OpenFile>,
    /// The one that was in sight.
    pub shown: Option<FileKey>,
    /// The editor was the screen that was left.
    pub editing: bool,
    /// The files that were looked at last, the last one first.
    pub recent: Vec<FileKey>,
}

impl OpenFiles {
    /// The file that whoever left the editor goes on with.
    pub fn to_go_on_with(&self) -> Option<&FileKey> {
        self.shown.as_ref().filter(|_| self.editing)
    }
}

/// A file that was open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenFile {
    /// Which.
    pub file: FileKey,
    /// The cursor's line, from 0.
    pub line: usize,
    /// The cursor's column, from 0.
    pub column: usize,
    /// The first line in sight, from 0.
    pub top: usize,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    version: u32,
    #[serde(flatten)]
    open: OpenFiles,
}

impl Workspace {
    /// The files that were open when the IDE was last left here; none when nothing is known of them.
    pub fn open_files(&self) -> Result<OpenFiles, WorkspaceError> {
        let Some(path) = self.open_files_path().filter(|path| path.exists()) else {
            return Ok(OpenFiles::default());
        };
        let text = files::read_text(&path)?;
        let broken = |message: String, line: usize| WorkspaceError::Broken {
            path: path.clone(),
            line: u32::try_from(line).unwrap_or(u32::MAX),
            message,
        };
        let Stored { version, mut open } =
            serde_json::from_str(&text).map_err(|error| broken(error.to_string(), error.line()))?;
        if version != VERSION {
            return Err(broken(format!("it has version {version}, not {VERSION}"), 1));
        }
        open.files.truncate(FILES_MAX);
        open.recent.truncate(RECENT_MAX);
        let known = |file: &FileKey| self.path_of(file).is_ok_and(|path| path.exists());
        open.files.retain(|open| known(&open.file));
        open.recent.retain(|file| known(file));
        open.shown = open.shown.filter(|shown| open.files.iter().any(|open| open.file == *shown));
        Ok(open)
    }

    /// Remembers the files that are open. Outside a workspace nothing is remembered.
    pub fn save_open_files(&self, open: &OpenFiles) -> Result<(), WorkspaceError> {
        let Some(path) = self.open_files_path() else { return Ok(()) };
        let mut open = open.clone();
        open.files.truncate(FILES_MAX);
        open.recent.truncate(RECENT_MAX);
        let text = serde_json::to_string_pretty(&Stored { version: VERSION, open })
            .expect("names and numbers are JSON");
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(WorkspaceError::write("create", folder))?;
        }
        atomic::write_private(&path, format!("{text}\n").as_bytes())
            .map_err(WorkspaceError::write("write", &path))
    }

    fn open_files_path(&self) -> Option<PathBuf> {
        self.loose_file().is_none().then(|| self.root().join(STATE).join(FILE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::LambdaName;

    fn open(name: &str) -> OpenFile {
        let file = FileKey::Source(LambdaName::new(name).unwrap());
        OpenFile { file, line: 3, column: 4, top: 1 }
    }

    #[test]
    fn what_was_open_comes_back_without_what_is_gone() {
        let sample = Workspace::sample().unwrap();
        let workspace = sample.workspace();
        assert_eq!(workspace.open_files().unwrap(), OpenFiles::default());
        let payload = FileKey::Payload(LambdaName::new("hello").unwrap(), "../escape".into());
        let gone = open("gone").file;
        let mut left = OpenFiles {
            files: vec![open("hello"), open("gone"), OpenFile { file: payload, ..open("hello") }],
            shown: Some(gone.clone()),
            editing: true,
            recent: vec![gone, open("hello").file],
        };
        workspace.save_open_files(&left).unwrap();
        left.files.truncate(1);
        left.recent.remove(0);
        left.shown = None;
        assert_eq!(workspace.open_files().unwrap(), left);
    }

    #[test]
    fn what_cannot_be_understood_is_an_error_that_names_the_file() {
        let sample = Workspace::sample().unwrap();
        let workspace = sample.workspace();
        workspace.save_open_files(&OpenFiles::default()).unwrap();
        let path = workspace.open_files_path().unwrap();
        for text in [
            "",
            "{}",
            "[1, 2]",
            r#"{"version":2,"files":[],"shown":null,"editing":false,"recent":[]}"#,
        ] {
            fs::write(&path, text).unwrap();
            let error = workspace.open_files().unwrap_err().to_string();
            assert!(error.contains(FILE), "{text}: {error}");
        }
    }

    #[test]
    fn it_stays_small() {
        let sample = Workspace::sample().unwrap();
        let workspace = sample.workspace();
        let files: Vec<_> = (0..5_000).map(|_| open("hello")).collect();
        let recent = files.iter().map(|open| open.file.clone()).collect();
        let open = OpenFiles { files, recent, shown: None, editing: false };
        workspace.save_open_files(&open).unwrap();
        let back = workspace.open_files().unwrap();
        assert_eq!((back.files.len(), back.recent.len()), (FILES_MAX, RECENT_MAX));
    }
}

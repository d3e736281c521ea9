//! Files read, written and looked at, with what the disk's thread remembers of them.

use super::Disk;
use super::sentence;
use crate::app::Message;
use crate::domain::FileKey;
use crate::editor::{Revision, Snapshot};
use crate::shell::fault;
use crate::workspace::{self, TextHash, Workspace, WorkspaceError};

impl Disk {
    pub(super) fn read(
        &mut self,
        workspace: &Workspace,
        file: &FileKey,
    ) -> Result<(String, Option<workspace::Stamp>), WorkspaceError> {
        // What is written between the two is noticed by the stamp, which is the older one.
        let stamp = workspace::stamp(&workspace.path_of(file)?);
        let text = workspace.read(file)?;
        self.bases.insert(file.clone(), TextHash::of(&text));
        self.told.remove(file);
        Ok((text, stamp))
    }

    /// Why a file could not be opened, and where text of it lies that an earlier session left.
    pub(super) fn not_opened(&self, file: FileKey, error: &WorkspaceError) -> Message {
        let mut error = sentence(error);
        let left = self.left_behind.iter().filter(|entry| entry.key.file() == file);
        for entry in left {
            error = format!("{error}; its unsaved text stays in `{}`", entry.file().display());
        }
        Message::NotOpened { file, error }
    }

    pub(super) fn save(
        &mut self,
        workspace: &Workspace,
        file: FileKey,
        revision: Revision,
        (snapshot, expected): (&Snapshot, Option<workspace::Stamp>),
    ) -> Message {
        fault::on_request("save");
        let path = match workspace.path_of(&file) {
            Ok(path) => path,
            Err(error) => return Message::NotSaved { file, error: sentence(&error) },
        };
        self.accepted(&file, expected);
        let now = workspace::stamp(&path);
        if expected.is_some() && now.is_some() && expected != now {
            match workspace.read(&file) {
                Ok(text) if self.is_base(&file, &text) => {}
                Ok(text) => {
                    self.told.insert(file.clone(), (now, TextHash::of(&text)));
                    return Message::Changed { file, text, stamp: now, saving: true };
                }
                Err(error) => {
                    let error = format!(
                        "{} was not saved, since another program changed it: {error}; `Save over changes` writes yours all the same",
                        file.opening()
                    );
                    return Message::NotSaved { file, error };
                }
            }
        }
        let text = snapshot.text();
        match workspace.save(&file, &text) {
            Ok(()) => {
                self.bases.insert(file.clone(), TextHash::of(&text));
                Message::Saved { file, revision, stamp: workspace::stamp(&path) }
            }
            Err(error) => Message::NotSaved { file, error: sentence(&error) },
        }
    }

    pub(super) fn look(
        &mut self,
        workspace: &Workspace,
        file: FileKey,
        known: Option<workspace::Stamp>,
    ) -> Result<Option<Message>, WorkspaceError> {
        self.accepted(&file, known);
        let stamp = workspace::stamp(&workspace.path_of(&file)?);
        if stamp == known || stamp.is_none() {
            return Ok(None);
        }
        let text = workspace.read(&file)?;
        if self.is_base(&file, &text) {
            // It was touched, or a save of ours is not known to the app yet.
            return Ok(None);
        }
        self.told.insert(file.clone(), (stamp, TextHash::of(&text)));
        Ok(Some(Message::Changed { file, text, stamp, saving: false }))
    }

    /// The app knows the state `known`: if that is what it was told of last, the typing starts from there now.
    fn accepted(&mut self, file: &FileKey, known: Option<workspace::Stamp>) {
        if let Some((_, base)) = self.told.remove(file).filter(|(told, _)| *told == known) {
            self.bases.insert(file.clone(), base);
        }
    }

    fn is_base(&self, file: &FileKey, text: &str) -> bool {
        self.bases.get(file) == Some(&TextHash::of(text))
    }
}

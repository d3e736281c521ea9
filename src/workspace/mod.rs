//! Lambdas, their payloads and the configuration, as they lie on the disk.
//!
//! Owns the layout of a workspace's folder, every write to it (atomic, durable, refused with a clear error), the rule
//! that no event has more lambdas than slots, and the journal of unsaved text. Keeps nothing in memory: a [`Workspace`]
//! is a handle, and each call reads or writes the disk. Must not know how lambdas run, the terminal, or the language.
//!
//! ```text
//! lambdeck.toml                       Config
//! lambdas/<name>/lambda.toml          Lambda
//! lambdas/<name>/main.rhai            read_source, save_source
//! lambdas/<name>/payloads/*.json      payloads, read_payload, save_payload
//! .lambdeck/secrets.age               Secrets, encrypted
//! .lambdeck/undo/                     UndoStore
//! .lambdeck/lock journal/ trash/      state, ignored by git
//! .lambdeck/open-files.json           OpenFiles
//! ```

mod atomic;
mod config;
mod config_folder;
mod declared;
mod document;
mod error;
mod files;
mod journal;
mod lambda_toml;
mod lambdas;
mod load;
mod lock;
mod open_files;
mod opening;
mod payloads;
mod sample;
mod secrets;
mod settings;
mod slots;
mod strays;
mod undo;
mod user;

pub use atomic::{Stamp, is_unfinished, stamp, write};
pub use config::{CONFIG_FILE, Config};
pub use config_folder::{ConfigFile, ConfigFolder};
pub use document::{Problem, Reader, entries};
pub use error::WorkspaceError;
pub use journal::{Journal, JournalEntry, JournalKey, TextHash};
pub use lambda_toml::LAMBDA_FILE;
pub use lambdas::NewLambda;
pub use load::Loaded;
pub use open_files::{OpenFile, OpenFiles};
pub use opening::Opening;
pub use payloads::{PAYLOAD_NAME_LIMIT, check_payload_name};
pub use sample::SampleWorkspace;
pub use secrets::{IdentitySource, ImportError, Secrets, SecretsError, read_import};
pub use settings::{Owner, SettingsStamp};
pub use undo::UndoStore;
pub use user::config_folder;

use crate::domain::{FileKey, LambdaName, lambda::NAME_LIMIT};
use std::fs;
use std::path::{Path, PathBuf};

/// The file that holds a lambda's source.
pub const SOURCE_FILE: &str = "main.rhai";

const LAMBDAS: &str = "lambdas";
/// The folder of a lambda with its saved payloads.
pub const PAYLOADS: &str = "payloads";
const STATE: &str = ".lambdeck";
/// The folder of unsaved text below it.
const JOURNAL: &str = "journal";

/// A workspace, or a single file opened as if it were one; cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// A folder that holds `lambdeck.toml`.
    Folder { root: PathBuf },
    /// One `.rhai` file outside any workspace, shown as a lambda called `name`.
    Loose { file: PathBuf, name: LambdaName },
}

impl Workspace {
    /// The nearest folder at or above `start` that is a workspace.
    pub fn find(start: &Path) -> Option<PathBuf> {
        let start = std::path::absolute(start).ok()?;
        start.ancestors().find(|folder| folder.join(CONFIG_FILE).is_file()).map(Path::to_path_buf)
    }

    /// Opens the workspace at `root`.
    pub fn open(root: &Path) -> Result<Self, WorkspaceError> {
        let root = std::path::absolute(root).map_err(WorkspaceError::read(root))?;
        if !root.join(CONFIG_FILE).is_file() {
            return Err(WorkspaceError::NotAWorkspace { path: root });
        }
        Ok(Self { kind: Kind::Folder { root } })
    }

    /// Makes `root`, which need not exist, a workspace without lambdas.
    pub fn init(root: &Path) -> Result<Self, WorkspaceError> {
        let root = std::path::absolute(root).map_err(WorkspaceError::read(root))?;
        let config = root.join(CONFIG_FILE);
        if config.exists() {
            return Err(WorkspaceError::AlreadyAWorkspace { path: root });
        }
        let lambdas = root.join(LAMBDAS);
        fs::create_dir_all(&lambdas).map_err(WorkspaceError::write("create", &lambdas))?;
        ignore_state(&root)?;
        // Last, since it is what makes the folder a workspace.
        files::write(&config, config::NEW_CONFIG.as_bytes())?;
        Ok(Self { kind: Kind::Folder { root } })
    }

    /// Opens one source file outside any workspace; it has no event, no settings and no saved payloads.
    pub fn loose(file: &Path) -> Result<Self, WorkspaceError> {
        let file = std::path::absolute(file).map_err(WorkspaceError::read(file))?;
        let name = name_for(&file);
        Ok(Self { kind: Kind::Loose { file, name } })
    }

    /// The folder; for a single file the folder that holds it.
    pub fn root(&self) -> &Path {
        match &self.kind {
            Kind::Folder { root } => root,
            Kind::Loose { file, .. } => file.parent().unwrap_or(Path::new("/")),
        }
    }

    /// The name to show: that of the folder, or of the single file.
    pub fn name(&self) -> String {
        let path = match &self.kind {
            Kind::Folder { root } => root,
            Kind::Loose { file, .. } => file,
        };
        path.file_name()
            .map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
    }

    /// The single file that was opened without a workspace.
    pub fn loose_file(&self) -> Option<&Path> {
        match &self.kind {
            Kind::Folder { .. } => None,
            Kind::Loose { file, .. } => Some(file),
        }
    }

    /// The folder of a lambda, whether it exists or not; for a single file the folder that holds it.
    pub fn lambda_dir(&self, name: &LambdaName) -> PathBuf {
        match &self.kind {
            Kind::Folder { root } => root.join(LAMBDAS).join(name.as_str()),
            Kind::Loose { .. } => self.root().into(),
        }
    }

    /// The file with a lambda's source, whether it exists or not.
    pub fn source_path(&self, name: &LambdaName) -> PathBuf {
        match &self.kind {
            Kind::Folder { .. } => self.lambda_dir(name).join(SOURCE_FILE),
            Kind::Loose { file, .. } => file.clone(),
        }
    }

    /// Reads a lambda's source.
    pub fn read_source(&self, name: &LambdaName) -> Result<String, WorkspaceError> {
        self.require(name)?;
        files::read_text(&self.source_path(name))
    }

    /// Saves a lambda's source; should that fail, the file holds what it held before.
    pub fn save_source(&self, name: &LambdaName, text: &str) -> Result<(), WorkspaceError> {
        files::write(&self.source_path(name), text.as_bytes())
    }

    /// The path of a file, whether it exists or not.
    pub fn path_of(&self, file: &FileKey) -> Result<PathBuf, WorkspaceError> {
        match file {
            FileKey::Source(lambda) => Ok(self.source_path(lambda)),
            FileKey::Payload(lambda, name) => self.payload_path(lambda, name),
        }
    }

    /// Reads a lambda's source or a saved payload.
    pub fn read(&self, file: &FileKey) -> Result<String, WorkspaceError> {
        match file {
            FileKey::Source(lambda) => self.read_source(lambda),
            FileKey::Payload(lambda, name) => self.read_payload(lambda, name),
        }
    }

    /// Saves a lambda's source or a saved payload; should that fail, the file holds what it held before.
    pub fn save(&self, file: &FileKey, text: &str) -> Result<(), WorkspaceError> {
        match file {
            FileKey::Source(lambda) => self.save_source(lambda, text),
            FileKey::Payload(lambda, name) => self.save_payload(lambda, name, text),
        }
    }

    /// The journal of unsaved text: in the workspace, or in the user's folder of state where that cannot be written.
    pub fn journal(&self) -> Journal {
        let folders = match &self.kind {
            Kind::Folder { root } => {
                vec![root.join(STATE).join(JOURNAL), journal::folder_for(root)]
            }
            Kind::Loose { file, .. } => vec![journal::folder_for(file)],
        };
        Journal::new(folders, self.clone())
    }

    /// The folder of its state, `.lambdeck`, whether it exists or not.
    pub fn state_folder(&self) -> Result<PathBuf, WorkspaceError> {
        Ok(self.folder("deploying")?.join(STATE))
    }

    /// The workspace's folder, or an error saying that `what` needs one.
    fn folder(&self, what: &'static str) -> Result<&Path, WorkspaceError> {
        match &self.kind {
            Kind::Folder { root } => Ok(root),
            Kind::Loose { file, .. } => {
                Err(WorkspaceError::NeedsWorkspace { path: file.clone(), what })
            }
        }
    }

    /// Makes sure that there is a lambda of this name.
    fn require(&self, name: &LambdaName) -> Result<(), WorkspaceError> {
        let exists = match &self.kind {
            Kind::Folder { .. } => self.lambda_dir(name).is_dir(),
            Kind::Loose { name: own, .. } => own == name,
        };
        if exists { Ok(()) } else { Err(self.unknown(name)) }
    }

    /// The error for a name that no lambda has.
    pub fn unknown(&self, name: &LambdaName) -> WorkspaceError {
        let known = self.load().lambdas;
        let texts: Vec<&str> = known.iter().map(|lambda| lambda.name.as_str()).collect();
        let suggestion = closest(name.as_str(), &texts).and_then(|name| LambdaName::new(name).ok());
        WorkspaceError::UnknownLambda { name: name.clone(), suggestion }
    }
}

/// The one of `known` that somebody who wrote `word` may have meant, whatever the case of its letters.
pub fn closest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    const LIKENESS: f32 = 0.6; // as Python's difflib
    let word = word.to_lowercase();
    let lower: Vec<String> = known.iter().map(|name| name.to_lowercase()).collect();
    let names: Vec<&str> = lower.iter().map(String::as_str).collect();
    let like = similar::get_close_matches(&*word, &names, 1, LIKENESS).first().copied();
    let is_meant = |name: &&str| {
        like.map_or_else(|| word.len() > 2 && name.contains(&word), |like| like == *name)
    };
    names.iter().position(is_meant).map(|index| known[index])
}

/// Sees to it that git ignores the state.
fn ignore_state(root: &Path) -> Result<(), WorkspaceError> {
    const LINE: &str = ".lambdeck/";
    let path = root.join(".gitignore");
    let old = if path.exists() { files::read_text(&path)? } else { String::new() };
    if old.lines().any(|line| line.trim().trim_matches('/') == STATE) {
        return Ok(());
    }
    let gap = if old.is_empty() || old.ends_with('\n') { "" } else { "\n" };
    files::write(&path, format!("{old}{gap}{LINE}\n").as_bytes())
}

/// A lambda's name made from the name of a file.
fn name_for(file: &Path) -> LambdaName {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let mut name: String =
        stem.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        name.insert_str(0, "lambda_");
    }
    name.truncate(NAME_LIMIT);
    LambdaName::new(name).expect("a letter, then letters, digits and underscores, cut to the limit")
}

#[cfg(test)]
mod tests;

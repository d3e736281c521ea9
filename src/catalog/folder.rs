//! One folder of the catalogue, embedded in the program or on disk, read in the same way.

use super::CatalogProblem;
use crate::domain::{Origin, file};
use include_dir::Dir;
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

/// The most a file of the catalogue may hold, in bytes; stops a mistaken gigabyte before it is read.
const FILE_LIMIT_BYTES: u64 = 4 * 1024 * 1024;

/// A folder that holds one event or one template.
#[derive(Clone, Debug)]
pub(super) enum Folder {
    /// In the program.
    Embedded(&'static Dir<'static>),
    /// In a workspace.
    OnDisk(PathBuf),
}

/// The folders directly in `parent`, by name; hidden ones and plain files are none of the catalogue's business.
pub(super) fn list(parent: &Path, problems: &mut Vec<CatalogProblem>) -> Vec<Folder> {
    let entries = match std::fs::read_dir(parent) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Vec::new(),
        Err(error) => {
            let message = format!("cannot list the folder: {error}");
            problems.push(CatalogProblem::new(parent.to_owned(), message));
            return Vec::new();
        }
    };
    let mut paths: Vec<_> = entries
        .filter_map(Result::ok)
        .filter(|entry| !entry.file_name().to_string_lossy().starts_with('.'))
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect();
    paths.sort();
    paths.into_iter().map(Folder::OnDisk).collect()
}

impl Folder {
    /// Where it is; for an embedded one its name.
    pub(super) fn path(&self) -> PathBuf {
        match self {
            Self::Embedded(dir) => dir.path().to_owned(),
            Self::OnDisk(path) => path.clone(),
        }
    }

    /// The path of a file in it.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub(super) fn origin(&self) -> Origin {
        match self {
            Self::Embedded(_) => Origin::BuiltIn,
            Self::OnDisk(path) => Origin::Workspace(path.clone()),
        }
    }

    /// The folder's name, which is the id of what it holds: letters, digits, `_` and `-`.
    pub(super) fn id(&self) -> Result<String, CatalogProblem> {
        let path = self.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-') {
            return Ok(name.into_owned());
        }
        let message =
            "the folder's name is the id and has only the letters a to z, digits, `_` and `-`";
        Err(CatalogProblem::new(path.clone(), message))
    }

    /// The text of the file `name` in it.
    pub(super) fn text(&self, name: &str) -> Result<Cow<'static, str>, CatalogProblem> {
        let problem = |message: String| CatalogProblem::new(self.file(name), message);
        let bytes = match self {
            Self::Embedded(dir) => {
                let path = dir.path().join(name);
                let file =
                    dir.get_file(path).ok_or_else(|| problem("the file is missing".into()))?;
                return file
                    .contents_utf8()
                    .map(Cow::Borrowed)
                    .ok_or_else(|| problem("not UTF-8".into()));
            }
            Self::OnDisk(path) => read(&path.join(name)).map_err(problem)?,
        };
        String::from_utf8(bytes).map(Cow::Owned).map_err(|error| {
            let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = line_at(good, good.len());
            problem("the file is not UTF-8 text; save it as UTF-8".into()).at(Some(line))
        })
    }

    /// The names of the files in its sub-folder `name`, sorted; hidden ones and backups are left out.
    pub(super) fn files_in(&self, name: &str) -> Result<Vec<String>, CatalogProblem> {
        let mut names: Vec<String> = match self {
            Self::Embedded(dir) => {
                let sub = dir.get_dir(dir.path().join(name)).into_iter().flat_map(Dir::files);
                sub.filter_map(|file| file.path().file_name()).map(lossy).collect()
            }
            Self::OnDisk(path) => {
                let sub = path.join(name);
                let entries = std::fs::read_dir(&sub).map_err(|error| {
                    CatalogProblem::new(
                        sub.clone(),
                        format!("cannot list the folder: {}", plain(&error)),
                    )
                })?;
                entries.filter_map(Result::ok).map(|entry| lossy(&entry.file_name())).collect()
            }
        };
        names.retain(|name| !file::is_beside(name));
        names.sort();
        Ok(names)
    }

    /// The TOML file `name` in it as a `T`; an unknown key is an error.
    pub(super) fn toml<T: DeserializeOwned>(&self, name: &str) -> Result<Toml<T>, CatalogProblem> {
        let is_missing = |path: &PathBuf| {
            std::fs::symlink_metadata(path.join(name))
                .is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
        };
        if matches!(self, Self::OnDisk(path) if is_missing(path)) {
            return Err(CatalogProblem::new(self.path(), format!("{name} is missing")));
        }
        let text = self.text(name)?;
        let value = toml_edit::de::from_str(&text).map_err(|error| {
            let line = error.span().map(|span| line_at(text.as_bytes(), span.start));
            CatalogProblem::new(self.file(name), error.message().trim_end().replace('\n', ": "))
                .at(line)
        })?;
        Ok(Toml { value, path: self.file(name), text })
    }
}

/// A TOML file that was read, still able to say on which line a key stands.
pub(super) struct Toml<T> {
    /// What it holds.
    pub(super) value: T,
    path: PathBuf,
    text: Cow<'static, str>,
}

impl<T> Toml<T> {
    /// A problem with the value of the top-level `key`.
    pub(super) fn problem(&self, key: &str, message: impl Into<String>) -> CatalogProblem {
        let document = toml_edit::Document::parse(self.text.as_ref()).ok();
        let span = document.and_then(|document| document.get(key).and_then(toml_edit::Item::span));
        let line = span.map(|span| line_at(self.text.as_bytes(), span.start));
        CatalogProblem::new(self.path.clone(), message).at(line)
    }
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    let metadata = std::fs::metadata(path).map_err(|error| plain(&error))?;
    if !metadata.is_file() {
        return Err("a plain file is expected here".into());
    }
    if metadata.len() > FILE_LIMIT_BYTES {
        return Err(format!(
            "the file has {} bytes, at most {FILE_LIMIT_BYTES} are read",
            metadata.len()
        ));
    }
    std::fs::read(path).map_err(|error| plain(&error))
}

fn plain(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "it is missing".into(),
        io::ErrorKind::PermissionDenied => "no permission to read it".into(),
        _ => error.to_string(),
    }
}

fn lossy(name: &std::ffi::OsStr) -> String {
    name.to_string_lossy().into_owned()
}

/// The line, from 1, on which the byte at `offset` stands.
fn line_at(text: &[u8], offset: usize) -> u32 {
    let before = &text[..offset.min(text.len())];
    before.split(|byte| *byte == b'\n').count() as u32
}

//! Saved payloads: inputs of a lambda kept under names.

use super::error::WorkspaceError;
use super::{LAMBDAS, PAYLOADS, Workspace, files};
use crate::domain::{FileKey, LambdaName};
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

/// The most characters a saved payload's name may have.
pub const PAYLOAD_NAME_LIMIT: usize = 100;

pub(super) const EXTENSION: &str = ".json";

/// Checks a name for a saved payload: letters, digits, `-`, `_`, space and dot, the dot not first.
pub fn check_payload_name(name: &str) -> Result<(), WorkspaceError> {
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ' | '.');
    let reason = if name.trim().is_empty() {
        "it needs a letter or a digit"
    } else if name.starts_with('.') {
        "it starts with a dot"
    } else if name.trim() != name {
        "it starts or ends with a space"
    } else if name.chars().count() > PAYLOAD_NAME_LIMIT || name.len() + EXTENSION.len() > 255 {
        "it has more than 100 characters"
    } else if !name.chars().all(allowed) {
        "only letters, digits, `-`, `_`, spaces and dots can stand in it"
    } else {
        return Ok(());
    };
    Err(WorkspaceError::PayloadName { name: name.into(), reason })
}

/// `text` with everything replaced that cannot stand in a saved payload's name.
pub(super) fn payload_name_for(text: &str) -> String {
    let name: String = text
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' })
        .take(PAYLOAD_NAME_LIMIT)
        .collect();
    if name.is_empty() { "sample".into() } else { name }
}

impl Workspace {
    /// The names of a lambda's saved payloads, sorted.
    pub fn payloads(&self, lambda: &LambdaName) -> Vec<String> {
        let Ok(folder) = self.payload_folder(lambda) else { return Vec::new() };
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let mut names: Vec<String> = entries
            .filter_map(|entry| {
                entry.file_name().to_str()?.strip_suffix(EXTENSION).map(str::to_owned)
            })
            .filter(|name| check_payload_name(name).is_ok())
            .collect();
        names.sort();
        names
    }

    /// The saved payloads of all lambdas, in the order of the lambdas' names and their own.
    pub fn all_payloads(&self) -> Vec<FileKey> {
        let lambdas = self.folder("a saved payload").ok().and_then(|root| {
            let entries = fs::read_dir(root.join(LAMBDAS)).ok()?.flatten();
            let names =
                entries.filter_map(|entry| LambdaName::new(entry.file_name().to_str()?).ok());
            Some(names.collect::<BTreeSet<_>>())
        });
        let of = |lambda: LambdaName| {
            let payloads = self.payloads(&lambda).into_iter();
            payloads.map(move |name| FileKey::Payload(lambda.clone(), name))
        };
        lambdas.into_iter().flatten().flat_map(of).collect()
    }

    /// The file of a saved payload, whether it exists or not.
    pub fn payload_path(&self, lambda: &LambdaName, name: &str) -> Result<PathBuf, WorkspaceError> {
        check_payload_name(name)?;
        Ok(self.payload_folder(lambda)?.join(format!("{name}{EXTENSION}")))
    }

    /// Reads a saved payload.
    pub fn read_payload(&self, lambda: &LambdaName, name: &str) -> Result<String, WorkspaceError> {
        files::read_text(&self.known_payload(lambda, name)?)
    }

    /// Saves `text` as a payload of `lambda`, in place of one that had the name.
    pub fn save_payload(
        &self,
        lambda: &LambdaName,
        name: &str,
        text: &str,
    ) -> Result<(), WorkspaceError> {
        let path = self.payload_path(lambda, name)?;
        self.require(lambda)?;
        let folder = self.payload_folder(lambda)?;
        fs::create_dir_all(&folder).map_err(WorkspaceError::write("create", &folder))?;
        files::write(&path, text.as_bytes())
    }

    /// Removes a saved payload.
    pub fn delete_payload(&self, lambda: &LambdaName, name: &str) -> Result<(), WorkspaceError> {
        let path = self.known_payload(lambda, name)?;
        fs::remove_file(&path).map_err(WorkspaceError::write("remove", &path))
    }

    fn payload_folder(&self, lambda: &LambdaName) -> Result<PathBuf, WorkspaceError> {
        self.folder("a saved payload")?;
        Ok(self.lambda_dir(lambda).join(PAYLOADS))
    }

    fn known_payload(&self, lambda: &LambdaName, name: &str) -> Result<PathBuf, WorkspaceError> {
        let path = self.payload_path(lambda, name)?;
        self.require(lambda)?;
        if path.exists() {
            return Ok(path);
        }
        let known = self.payloads(lambda);
        Err(WorkspaceError::UnknownPayload { lambda: lambda.clone(), name: name.into(), known })
    }
}

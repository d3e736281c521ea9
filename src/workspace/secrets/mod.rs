//! The workspace's secrets: one file, encrypted for the user who works here.
//!
//! `.lambdeck/secrets.age` is a JSON document, encrypted with [age](https://age-encryption.org) for the public half of an
//! identity. The identity lies outside of the workspace (`identity`), so that a copy of the folder gives nothing away.
//! Every operation reads the file anew, and every change is made under the workspace's lock, so that an IDE, a server
//! and a command line that work side by side see each other's. Must not know who asks, nor where values are shown.

mod error;
mod identity;
mod import;

pub use error::SecretsError;
pub use identity::IdentitySource;
pub use import::{ImportError, read_import};

use super::{STATE, Workspace, WorkspaceError, atomic, closest};
use crate::domain::secret::RESERVED_SECRETS;
use crate::domain::{Secret, SecretFailure, SecretKind, SecretName, SecretStore};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The file's name.
const FILE: &str = "secrets.age";
/// The form of the document.
const VERSION: u32 = 1;
/// The biggest file that is read, in bytes: a thousand of the longest values.
const FILE_LIMIT_BYTES: u64 = 64 * 1024 * 1024;
/// Mode bits that let somebody else read a file.
const OTHERS: u32 = 0o077;

type Table = BTreeMap<SecretName, Secret>;

/// What the file holds when it is decrypted.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    version: u32,
    secrets: Table,
}

/// The secrets of one workspace.
#[derive(Clone, Debug)]
pub struct Secrets {
    workspace: Workspace,
    file: PathBuf,
    identity: IdentitySource,
}

impl Workspace {
    /// The workspace's secrets; `identity` says who can read them.
    pub fn secrets(&self, identity: IdentitySource) -> Result<Secrets, WorkspaceError> {
        let file = self.folder("secrets")?.join(STATE).join(FILE);
        Ok(Secrets { workspace: self.clone(), file, identity })
    }

    /// The secrets for a run, by this process's identity; a single file has none.
    pub fn secret_store(&self) -> Option<Arc<dyn SecretStore>> {
        let secrets = self.secrets(IdentitySource::of_this_process()).ok()?;
        Some(Arc::new(secrets))
    }
}

impl Secrets {
    /// The file, whether it exists or not.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Where the identity comes from.
    pub fn identity(&self) -> &IdentitySource {
        &self.identity
    }

    /// The names with the kinds of their values, in order.
    pub fn list(&self) -> Result<Vec<(SecretName, SecretKind)>, SecretsError> {
        let table = self.load()?;
        Ok(table.into_iter().map(|(name, secret)| (name, secret.kind())).collect())
    }

    /// The secret called `name`.
    pub fn get(&self, name: &SecretName) -> Result<Secret, SecretsError> {
        let mut table = self.load()?;
        table.remove(name).ok_or_else(|| unknown(name, &table))
    }

    /// Adds secrets, or gives those that exist another value.
    pub fn set(
        &self,
        secrets: impl IntoIterator<Item = (SecretName, Secret)>,
    ) -> Result<(), SecretsError> {
        self.change(|table| {
            table.extend(secrets);
            Ok(())
        })
    }

    /// Gives the secret called `old` another name, which must be free.
    pub fn rename(&self, old: &SecretName, new: SecretName) -> Result<(), SecretsError> {
        self.change(|table| {
            if !table.contains_key(old) {
                return Err(unknown(old, table));
            }
            if table.contains_key(&new) {
                return Err(SecretsError::Taken { name: new });
            }
            if let Some(secret) = table.remove(old) {
                table.insert(new, secret);
            }
            Ok(())
        })
    }

    /// Removes the secret called `name`.
    pub fn remove(&self, name: &SecretName) -> Result<(), SecretsError> {
        self.change(|table| match table.remove(name) {
            Some(_) => Ok(()),
            None => Err(unknown(name, table)),
        })
    }

    fn change<T>(
        &self,
        change: impl FnOnce(&mut Table) -> Result<T, SecretsError>,
    ) -> Result<T, SecretsError> {
        let _lock = self.workspace.lock("secrets")?;
        let mut table = self.load()?;
        let changed = change(&mut table)?;
        self.save(table)?;
        Ok(changed)
    }

    fn load(&self) -> Result<Table, SecretsError> {
        let Some(encrypted) = read_private(&self.file)? else { return Ok(Table::new()) };
        let identity = self.identity.find()?;
        forbid_core_files();
        let broken = |reason: String| SecretsError::Broken { file: self.file.clone(), reason };
        let text = age::decrypt(&identity, &encrypted).map_err(|error| match error {
            age::DecryptError::NoMatchingKeys | age::DecryptError::DecryptionFailed => {
                let identity = self.identity.to_string();
                SecretsError::WrongIdentity { file: self.file.clone(), identity }
            }
            other => broken(other.to_string()),
        })?;
        // What serde would say of the text might show a piece of it.
        let content: Content = serde_json::from_slice(&text)
            .map_err(|_| broken("its content is no table of secrets".to_owned()))?;
        if content.version != VERSION {
            return Err(broken(format!("it is of version {}, not {VERSION}", content.version)));
        }
        Ok(content.secrets)
    }

    fn save(&self, secrets: Table) -> Result<(), SecretsError> {
        let identity = self.identity.find_or_create()?;
        let failed = |error: io::Error| WorkspaceError::write("write", &self.file)(error);
        let text = serde_json::to_vec(&Content { version: VERSION, secrets })
            .map_err(|error| failed(error.into()))?;
        let encrypted = age::encrypt(&identity.to_public(), &text)
            .map_err(|error| failed(io::Error::other(error.to_string())))?;
        atomic::write_private(&self.file, &encrypted).map_err(failed)?;
        Ok(())
    }
}

impl SecretStore for Secrets {
    fn read(&self, name: &str) -> Result<Secret, SecretFailure> {
        let name = SecretName::new(name).map_err(SecretsError::Name)?;
        Ok(self.get(&name)?)
    }

    fn update(&self, name: &str, value: &Value) -> Result<Secret, SecretFailure> {
        let name = SecretName::new(name).map_err(SecretsError::Name)?;
        if name.as_str().starts_with(RESERVED_SECRETS) {
            return Err(SecretsError::Reserved { name }.into());
        }
        Ok(self.change(|table| {
            let Some(old) = table.get(&name) else { return Err(unknown(&name, table)) };
            let reason = |reason| SecretsError::Value { name: name.clone(), reason };
            let new = old.with(value).map_err(reason)?;
            table.insert(name.clone(), new.clone());
            Ok(new)
        })?)
    }
}

fn unknown(name: &SecretName, table: &Table) -> SecretsError {
    let known: Vec<&str> = table.keys().map(SecretName::as_str).collect();
    let like = closest(name.as_str(), &known).map(str::to_owned);
    SecretsError::Unknown { name: name.clone(), like }
}

/// Reads the file at `path`, which nobody else may be able to read; `None` when there is none.
fn read_private(path: &Path) -> Result<Option<Vec<u8>>, SecretsError> {
    let failed = |error| WorkspaceError::read(path)(error);
    let meta = match fs::metadata(path) {
        Ok(meta) => meta,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error).into()),
    };
    if meta.permissions().mode() & OTHERS != 0 {
        return Err(SecretsError::Open { path: path.into() });
    }
    if meta.len() > FILE_LIMIT_BYTES {
        let (path, bytes, limit) = (path.into(), meta.len(), FILE_LIMIT_BYTES);
        return Err(WorkspaceError::TooBig { path, bytes, limit }.into());
    }
    Ok(Some(fs::read(path).map_err(failed)?))
}

/// From here on the process knows secrets, and a core file would hold them.
fn forbid_core_files() {
    let maximum = getrlimit(Resource::Core).maximum;
    // Lowering a limit is always permitted.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum });
}

#[cfg(test)]
mod tests;

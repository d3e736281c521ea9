//! The identity that secrets are encrypted for.
//!
//! A file in the user's config folder, made when the first secret is set, or for servers what `LAMBDECK_IDENTITY` holds or
//! `LAMBDECK_IDENTITY_FILE` names. The file is one of age's own (`age-keygen` makes such, `age -d -i` takes it).

use super::error::SecretsError;
use super::read_private;
use crate::workspace::{WorkspaceError, atomic, config_folder};
use age::secrecy::ExposeSecret as _;
use age::x25519::Identity;
use jiff::Timestamp;
use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

/// The variable that holds an identity.
const VARIABLE: &str = "LAMBDECK_IDENTITY";
/// The variable that names the file of one.
const FILE_VARIABLE: &str = "LAMBDECK_IDENTITY_FILE";
/// The file in the user's config folder.
const FILE: &str = "identity.txt";

/// Where the identity comes from.
#[derive(Clone)]
pub enum IdentitySource {
    /// The text of an environment variable.
    Variable(String),
    /// A file that somebody else keeps.
    Given(PathBuf),
    /// The file in the user's config folder, which is made when it is needed.
    Own(PathBuf),
}

impl IdentitySource {
    /// The source that the environment says, as `variable` reads it.
    pub fn from_environment(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let given = |name| variable(name).filter(|value| !value.is_empty());
        if let Some(text) = given(VARIABLE) {
            return Self::Variable(text.to_string_lossy().into_owned());
        }
        match given(FILE_VARIABLE) {
            Some(path) => Self::Given(path.into()),
            None => Self::Own(config_folder().join(FILE)),
        }
    }

    /// The source of this process.
    pub fn of_this_process() -> Self {
        Self::from_environment(|name| std::env::var_os(name))
    }

    /// Whether there is an identity already.
    pub fn exists(&self) -> bool {
        match self {
            Self::Variable(_) => true,
            Self::Given(path) | Self::Own(path) => path.exists(),
        }
    }

    pub(super) fn find(&self) -> Result<Identity, SecretsError> {
        let (Self::Given(path) | Self::Own(path)) = self else {
            return self.parse(match self {
                Self::Variable(text) => text,
                Self::Given(_) | Self::Own(_) => "",
            });
        };
        let bytes = read_private(path)?;
        let bytes = bytes.ok_or_else(|| SecretsError::NoIdentity { path: path.clone() })?;
        self.parse(&String::from_utf8_lossy(&bytes))
    }

    pub(super) fn find_or_create(&self) -> Result<Identity, SecretsError> {
        match self {
            Self::Own(path) if !path.exists() => create(path),
            _ => self.find(),
        }
    }

    fn parse(&self, text: &str) -> Result<Identity, SecretsError> {
        let line = text.lines().map(str::trim).find(|it| !it.is_empty() && !it.starts_with('#'));
        let identity = line.and_then(|line| line.parse().ok());
        identity.ok_or_else(|| SecretsError::BadIdentity { origin: self.to_string() })
    }
}

impl fmt::Display for IdentitySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(_) => f.write_str(VARIABLE),
            Self::Given(path) | Self::Own(path) => write!(f, "`{}`", path.display()),
        }
    }
}

/// The text of a variable is the identity itself.
impl fmt::Debug for IdentitySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdentitySource({self})")
    }
}

fn create(path: &Path) -> Result<Identity, SecretsError> {
    let identity = Identity::generate();
    if let Some(folder) = path.parent() {
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.map_err(WorkspaceError::write("create", folder))?;
    }
    let text = format!(
        "# The identity of lambdeck's secrets. Who has it can read them; without it nobody can.\n# created: {}\n# public key: {}\n{}\n",
        Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        identity.to_public(),
        identity.to_string().expose_secret()
    );
    atomic::write_private(path, text.as_bytes()).map_err(WorkspaceError::write("write", path))?;
    Ok(identity)
}

//! Which files can be open in the editor.

use super::lambda::LambdaName;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Whether a file of this name stands in a folder beside what belongs there, for people or for other programs: hidden ones,
/// READMEs, backups.
pub fn is_beside(name: &str) -> bool {
    let stem = name.split_once('.').map_or(name, |(stem, _)| stem);
    let is_readme = stem.eq_ignore_ascii_case("readme");
    let is_backup = [".bak", ".orig", ".swp"].iter().any(|ending| name.ends_with(ending));
    name.starts_with(['.', '#']) || name.ends_with('~') || is_readme || is_backup
}

/// A file of the workspace that a person edits as text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileKey {
    /// The source of a lambda.
    Source(LambdaName),
    /// A saved payload of a lambda, by its name.
    Payload(LambdaName, String),
}

impl FileKey {
    /// The lambda that the file belongs to.
    pub const fn lambda(&self) -> &LambdaName {
        match self {
            Self::Source(lambda) | Self::Payload(lambda, _) => lambda,
        }
    }

    /// As the first words of a sentence name it.
    pub fn opening(&self) -> String {
        match self {
            Self::Source(lambda) => lambda.to_string(),
            Self::Payload(lambda, name) => format!("The payload `{name}` of {lambda}"),
        }
    }

    /// It is a lambda's source.
    pub const fn is_source(&self) -> bool {
        matches!(self, Self::Source(_))
    }

    /// The same file once its lambda has the name `to`.
    #[must_use]
    pub fn renamed(&self, to: LambdaName) -> Self {
        match self {
            Self::Source(_) => Self::Source(to),
            Self::Payload(_, name) => Self::Payload(to, name.clone()),
        }
    }
}

/// As a sentence names it.
impl fmt::Display for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Source(lambda) => write!(f, "{lambda}"),
            Self::Payload(lambda, name) => write!(f, "the payload `{name}` of {lambda}"),
        }
    }
}

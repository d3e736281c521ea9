//! A setting to be changed: what the Settings screen asks the disk for.

use crate::domain::{Secret, SecretName};
use crate::workspace::Owner;

/// A change of one setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Let lambdas call a host, instead of another one if so.
    Allow {
        /// The host.
        domain: String,
        /// The entry it takes the place of.
        instead_of: Option<String>,
    },
    /// Let lambdas no longer call a host.
    Forbid(String),
    /// Let lambdas reach a network that is not public, instead of another one if so.
    AllowNetwork {
        /// The network.
        network: String,
        /// The entry it takes the place of.
        instead_of: Option<String>,
    },
    /// Let lambdas no longer reach a network.
    ForbidNetwork(String),
    /// Add a secret, or give it another value.
    SetSecret(SecretName, Secret),
    /// Give a secret another name.
    RenameSecret(SecretName, SecretName),
    /// Remove a secret.
    RemoveSecret(SecretName),
    /// Set an environment variable.
    SetVariable {
        /// Whose.
        owner: Owner,
        /// Its name.
        name: String,
        /// Its value.
        value: String,
        /// The name that it had before.
        instead_of: Option<String>,
    },
    /// Remove an environment variable.
    RemoveVariable(Owner, String),
    /// Set a limit, or have the one above hold again.
    SetLimit(Owner, &'static str, Option<u32>),
}

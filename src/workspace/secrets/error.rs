//! What can go wrong with secrets. No message shows a value.

use crate::domain::SecretName;
use crate::domain::secret::{RESERVED_SECRETS, SecretFailure, SecretFailureKind};
use crate::workspace::WorkspaceError;
use std::path::PathBuf;

/// Why secrets could not be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// The name is none.
    #[error("{0}")]
    Name(String),
    /// The value cannot be that of the secret.
    #[error("secret `{name}`: {reason}")]
    Value {
        /// The secret.
        name: SecretName,
        /// Why, in a sentence.
        reason: String,
    },
    /// There is no such secret.
    #[error("there is no secret `{name}`{}", like.as_ref().map_or_else(
        || "; `lambdeck secret set` or Settings adds it".to_owned(),
        |like| format!("; did you mean `{like}`?"),
    ))]
    Unknown {
        /// The name.
        name: SecretName,
        /// One that may have been meant.
        like: Option<String>,
    },
    /// The name is that of another secret.
    #[error("there is a secret `{name}` already")]
    Taken {
        /// The name.
        name: SecretName,
    },
    /// A lambda cannot change it.
    #[error(
        "secret `{name}` cannot be changed by a lambda: its name starts with `{RESERVED_SECRETS}`"
    )]
    Reserved {
        /// The secret.
        name: SecretName,
    },
    /// Somebody else can read a file that nobody should.
    #[error("`{}` can be read by others; run `chmod 600 {}`", path.display(), path.display())]
    Open {
        /// The file.
        path: PathBuf,
    },
    /// There is no identity, but secrets that were encrypted for one.
    #[error("the identity `{}` is missing, without which the secrets cannot be decrypted; bring it back, or set LAMBDECK_IDENTITY_FILE to where it is", path.display())]
    NoIdentity {
        /// Where it should be.
        path: PathBuf,
    },
    /// What should be an identity is none.
    #[error("{origin} is no age identity; it is a line that starts with `AGE-SECRET-KEY-1`")]
    BadIdentity {
        /// Where it came from.
        origin: String,
    },
    /// The secrets were encrypted for another identity.
    #[error("`{}` was encrypted for another identity than that of {identity}; use the one it was made with, or move the file away and set the secrets anew", file.display())]
    WrongIdentity {
        /// The file with the secrets.
        file: PathBuf,
        /// Where the identity came from.
        identity: String,
    },
    /// The file is damaged.
    #[error("`{}` is damaged: {reason}; restore it from a copy, or move it away and set the secrets anew", file.display())]
    Broken {
        /// The file with the secrets.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A file could not be read or written.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
}

impl From<SecretsError> for SecretFailure {
    fn from(error: SecretsError) -> Self {
        use SecretsError as E;
        let kind = match &error {
            E::Unknown { .. } => SecretFailureKind::NotFound,
            E::Name(_) | E::Value { .. } | E::Taken { .. } => SecretFailureKind::InvalidFormat,
            E::Reserved { .. } | E::Open { .. } => SecretFailureKind::Forbidden,
            E::NoIdentity { .. } | E::BadIdentity { .. } | E::WrongIdentity { .. } => {
                SecretFailureKind::AuthFailed
            }
            E::Broken { .. } | E::Workspace(_) => SecretFailureKind::OpFailed,
        };
        Self { kind, message: error.to_string() }
    }
}

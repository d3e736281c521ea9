//! Tokens: what a caller shows at the HTTP door.

use super::schedule::check_plain_name;
use serde::{Deserialize, Serialize};

/// What the holder of a token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Invoke deployed lambdas and wait for their results.
    Invoke,
    /// Raise events.
    Emit,
    /// See metrics, and everything else.
    Admin,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Invoke, Self::Emit, Self::Admin];

    /// Its name on the command line and on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Invoke => "invoke",
            Self::Emit => "emit",
            Self::Admin => "admin",
        }
    }
}

/// Why `name` cannot be that of a token, if it cannot.
pub fn check_name(name: &str) -> Result<(), String> {
    check_plain_name("a token", name)
}

/// SHA-256 of a token's text: the only form in which one is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TokenHash(pub [u8; 32]);

/// A token, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What a person calls it.
    pub name: String,
    /// What its text hashes to.
    pub hash: TokenHash,
    /// What it allows.
    pub scopes: Vec<Scope>,
    /// When it was made, in milliseconds since the Unix epoch.
    pub created_at_ms: i64,
    /// When it ends, in milliseconds since the Unix epoch.
    pub expires_at_ms: Option<i64>,
}

impl Token {
    /// Whether it allows `scope`; one for `admin` allows everything.
    pub fn allows(&self, scope: Scope) -> bool {
        self.scopes.iter().any(|it| *it == scope || *it == Scope::Admin)
    }
}

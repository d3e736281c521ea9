//! What a lambda asks of the host, and what it is answered.
//!
//! Each area has a type of its own beside this one; here they are brought together. A worker may ask for several things
//! at once: the host works on all of them and answers each when it is done.

use super::cache::CacheCall;
use super::http::{HttpCall, HttpReply};
use super::mail::{MailCall, MailReply};
use crate::runtime::bounded;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The most calls a worker may have open at once.
pub const CALLS_AT_ONCE: usize = 64;

/// Calls made together, from one place in the source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calls {
    /// The number of the first; those that follow count on. No number is used twice in a run.
    pub first: u64,
    /// The source line that makes them.
    pub line: Option<u32>,
    /// The calls.
    #[serde(deserialize_with = "bounded::list::<_, _, CALLS_AT_ONCE>")]
    pub calls: Vec<HostCall>,
}

/// The answer to one call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// The call's number.
    pub number: u64,
    /// What it is answered.
    pub answer: Result<HostReply, CallError>,
}

/// A request of a lambda to the host.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum HostCall {
    /// An environment variable; answered by [`HostReply::Text`] or [`HostReply::Nothing`].
    Env {
        /// Its name.
        name: String,
    },
    /// Milliseconds since the Unix epoch; answered by [`HostReply::Int`].
    NowMs,
    /// Something by chance.
    Random(RandomCall),
    /// A secret of the workspace.
    Secret(SecretCall),
    /// A request over HTTP; answered by [`HostReply::Http`].
    Http(Box<HttpCall>),
    /// A mail, or a try of its server; answered by [`HostReply::Mail`].
    Mail(Box<MailCall>),
    /// What the lambda remembers; answered by [`HostReply::Json`] or [`HostReply::Nothing`].
    Cache(CacheCall),
}

/// What chance is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RandomCall {
    /// A number from 0.0 up to, not including, 1.0; answered by [`HostReply::Float`].
    Unit,
    /// A whole number from `min` to `max`; answered by [`HostReply::Int`].
    Range {
        /// The least.
        min: i64,
        /// The greatest.
        max: i64,
    },
    /// A random UUID; answered by [`HostReply::Text`].
    Uuid,
}

/// What is asked of the secrets.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum SecretCall {
    /// A value; answered by [`HostReply::Text`] or [`HostReply::Json`].
    Read {
        /// The secret's name.
        name: String,
    },
    /// Another value for a secret that exists; answered by [`HostReply::Nothing`].
    Update {
        /// The secret's name.
        name: String,
        /// The value as JSON text.
        value: String,
    },
}

/// Shows no value.
impl fmt::Debug for SecretCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read { name } => write!(f, "Read({name:?})"),
            Self::Update { name, .. } => write!(f, "Update({name:?})"),
        }
    }
}

/// The host's answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum HostReply {
    /// There is none.
    Nothing,
    /// A string.
    Text(String),
    /// Any value, as JSON text that was checked.
    Json(String),
    /// An integer.
    Int(i64),
    /// A float.
    Float(f64),
    /// A response over HTTP.
    Http(Box<HttpReply>),
    /// What became of a mail.
    Mail(Box<MailReply>),
}

/// Why a call was not done. A script can catch it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallError {
    /// What kind of failure, for a script to tell them apart: `http.timeout` for example; empty where
    /// there is but one.
    pub code: String,
    /// What failed and what to do, in a sentence.
    pub message: String,
}

impl CallError {
    /// A failure of the kind `code`.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into() }
    }
}

impl From<String> for CallError {
    fn from(message: String) -> Self {
        Self::new("", message)
    }
}

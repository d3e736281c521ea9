//! Requests over HTTP as the worker asks for them, and their responses.

use crate::runtime::bounded;
use serde::{Deserialize, Serialize};

/// The longest address, in bytes.
pub const URL_BYTES: usize = 16 * 1024;

/// The most all headers of a request may weigh together, in bytes.
pub const HEADER_BYTES: usize = 64 * 1024;

/// The longest body of a request, in bytes.
pub const REQUEST_BODY_BYTES: usize = 5 * 1024 * 1024;

/// The most headers, names in a query or fields of a form.
pub const PAIRS: usize = 4_096;

/// A request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HttpCall {
    /// The method in capitals.
    pub method: String,
    /// The address as the script wrote it.
    pub url: String,
    /// What is added to the address's query.
    #[serde(deserialize_with = "bounded::list::<_, _, PAIRS>")]
    pub query: Vec<(String, String)>,
    /// The headers, in order.
    #[serde(deserialize_with = "bounded::list::<_, _, PAIRS>")]
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: HttpBody,
    /// How long it may take with everything that belongs to it, in milliseconds.
    pub timeout_ms: Option<u64>,
    /// How many redirects are followed.
    pub redirects: Option<u32>,
}

/// A request's body.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum HttpBody {
    /// None.
    #[default]
    Empty,
    /// A text.
    Text(String),
    /// A JSON text.
    Json(String),
    /// The fields of a form.
    Form(#[serde(deserialize_with = "bounded::list::<_, _, PAIRS>")] Vec<(String, String)>),
    /// Bytes.
    Bytes(#[serde(with = "serde_bytes")] Vec<u8>),
}

impl HttpBody {
    /// About how long it is, in bytes.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Empty => 0,
            Self::Text(text) | Self::Json(text) => text.len(),
            Self::Form(fields) => fields.iter().map(|(name, value)| name.len() + value.len()).sum(),
            Self::Bytes(bytes) => bytes.len(),
        }
    }
}

/// A response.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpReply {
    /// The status code.
    pub status: u16,
    /// The address it came from, after all redirects.
    pub url: String,
    /// The headers, names in lower case, in order.
    pub headers: Vec<(String, String)>,
    /// The body, unpacked.
    #[serde(with = "serde_bytes")]
    pub body: Vec<u8>,
    /// Nothing was sent and this stands for the answer.
    pub is_dry: bool,
}

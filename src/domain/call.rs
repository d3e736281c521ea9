//! What a lambda asked of the host, as it is kept in the record of its run.

use super::trace::SpanId;
use serde::{Deserialize, Serialize};

/// One call of a lambda to the host. Whatever is secret in it was masked before it was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallRecord {
    /// When it began, in milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// The source line that made it.
    pub line: Option<u32>,
    /// The host function, `http::get` for example.
    pub what: String,
    /// Where it went, or what it was about: an address, a name, its arguments in short.
    #[serde(rename = "where")]
    pub target: String,
    /// How it ended.
    pub status: CallStatus,
    /// How long the host took, in microseconds.
    pub duration_us: u64,
    /// How much came back from outside, in bytes.
    pub bytes: u64,
    /// What was sent, where something was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<CallPart>,
    /// What came back, where something did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<CallPart>,
    /// The steps that led to the response, where there was more than one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hops: Vec<Hop>,
    /// The span of its trace that it is, where its spans are kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<SpanId>,
}

impl CallRecord {
    /// The host function whose answer is deployed with the lambda.
    pub const ENV: &str = "env::get";
    /// What the host functions of secrets begin with.
    const SECRETS: &str = "secrets::";

    /// Whether it may be answered otherwise another time, without anybody having changed the workspace.
    pub fn may_differ(&self) -> bool {
        if self.what.starts_with(Self::SECRETS) {
            return matches!(self.status, CallStatus::Failed(_));
        }
        self.what != Self::ENV
    }

    /// The text it holds, in bytes.
    pub fn text_bytes(&self) -> usize {
        let parts = self.request.iter().chain(&self.response).map(CallPart::text_bytes);
        let hops = self.hops.iter().map(|hop| hop.method.len() + hop.url.len());
        self.what.len() + self.target.len() + parts.chain(hops).sum::<usize>()
    }
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallStatus {
    /// It was done.
    Done,
    /// The other side answered with this status code.
    Answered(u16),
    /// It was recorded, not sent: the run was a dry one for calls of this kind.
    Dry,
    /// It was not done, nor would it be another time: it is not allowed, or what it asks for is not there.
    Refused {
        /// Why.
        message: String,
        /// The entry of the allow-list that would allow it, where one would.
        allow: Option<String>,
    },
    /// It failed.
    Failed(String),
    /// The run ended before it was answered.
    Abandoned,
}

impl CallStatus {
    /// Whether the lambda got what it asked for.
    pub const fn is_ok(&self) -> bool {
        match self {
            Self::Done | Self::Dry => true,
            Self::Answered(code) => *code < 400,
            Self::Refused { .. } | Self::Failed(_) | Self::Abandoned => false,
        }
    }

    /// In a word or a number: `ok`, `404`, `refused`.
    pub fn word(&self) -> String {
        match self {
            Self::Done => "ok".to_owned(),
            Self::Answered(code) => code.to_string(),
            Self::Dry => "dry".to_owned(),
            Self::Refused { .. } => "refused".to_owned(),
            Self::Failed(_) => "failed".to_owned(),
            Self::Abandoned => "cut off".to_owned(),
        }
    }
}

/// A request or a response.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallPart {
    /// Its first line: `GET https://api.example.com/`, `HTTP/1.1 200 OK`.
    pub title: String,
    /// Names and values, in order.
    pub headers: Vec<(String, String)>,
    /// The body as text, as far as it is kept; none when there is no text to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// The length of the whole body in bytes.
    pub body_bytes: u64,
}

impl CallPart {
    fn text_bytes(&self) -> usize {
        let headers = self.headers.iter().map(|(name, value)| name.len() + value.len());
        self.title.len() + headers.sum::<usize>() + self.body.as_ref().map_or(0, String::len)
    }
}

/// One step on the way to a response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hop {
    /// The method, `GET` for example.
    pub method: String,
    /// The address.
    pub url: String,
    /// The status code it was answered with.
    pub status: u16,
}

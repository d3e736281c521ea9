//! Answers, and problems in the words of whoever asked.

use super::cloudevents::Fault;
use crate::domain::{ErrorCode, LambdaName, Level, LogLine};
use crate::platform::Refusal;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderName, HeaderValue, Response, StatusCode};
use http_body_util::Full;
use serde::Serialize;
use serde_json::{Value, json};
use std::time::Duration;

/// What is sent back.
pub(super) type Reply = Response<Full<Bytes>>;

/// An answer of `status` with `body` as JSON.
pub(super) fn json_reply(status: StatusCode, body: &impl Serialize) -> Reply {
    // Values made here, and results that came as JSON, can be written as JSON.
    let text = serde_json::to_vec(body).unwrap_or_default();
    typed_reply(status, "application/json", text)
}

/// An answer of `status` with a body of a media type.
pub(super) fn typed_reply(status: StatusCode, media_type: &'static str, body: Vec<u8>) -> Reply {
    let mut reply = Response::new(Full::new(Bytes::from(body)));
    *reply.status_mut() = status;
    reply.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    reply
}

/// In whose words a problem is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wording {
    /// `{"error"}`.
    Plain,
    /// The hosted system's of 2019: `{"errorCode", "errorMsg", "errorLogs"?}`.
    First,
    /// The hosted system's of 2025: `{"code", "message"}`.
    Second,
}

/// Why a request was not answered as it asked.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    code: ErrorCode,
    message: String,
    logs: Vec<LogLine>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Problem {
    /// A problem with a sentence that says what is wrong and what to do.
    pub(super) fn new(status: StatusCode, code: ErrorCode, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), logs: Vec::new(), headers: Vec::new() }
    }

    /// The caller sent something that is not acceptable.
    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, ErrorCode::BadInput, message)
    }

    /// What was sent is in a form that is not read here.
    pub(super) fn unsupported(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, ErrorCode::BadInput, message)
    }

    /// It cannot be taken now; the same request may succeed after a while.
    pub(super) fn unavailable(message: impl Into<String>, retry_after: Duration) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, ErrorCode::Unavailable, message)
            .after(retry_after)
    }

    /// The same, said of the event at `index` of a batch.
    pub(super) fn in_batch(mut self, index: usize) -> Self {
        self.message = format!("event {} of the batch: {}", index + 1, self.message);
        self
    }

    /// The same, said of one lambda among several.
    pub(super) fn of_lambda(mut self, lambda: &LambdaName) -> Self {
        self.message = format!("`{lambda}`: {}", self.message);
        self
    }

    /// The same with a header.
    pub(super) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The same with what a lambda wrote.
    pub(super) fn with_logs(mut self, logs: Vec<LogLine>) -> Self {
        self.logs = logs;
        self
    }

    fn after(self, wait: Duration) -> Self {
        self.with(RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)))
    }

    /// The answer that tells it.
    pub(super) fn into_reply(self, wording: Wording) -> Reply {
        let body = match wording {
            Wording::Plain => json!({"error": self.message}),
            Wording::Second => json!({"code": self.code.v2(), "message": self.message}),
            Wording::First => {
                let mut body = json!({"errorCode": self.code.v1(), "errorMsg": self.message});
                if !self.logs.is_empty() {
                    body["errorLogs"] = self.logs.iter().map(log_entry).collect();
                }
                body
            }
        };
        let mut reply = json_reply(self.status, &body);
        reply.headers_mut().extend(self.headers);
        reply
    }
}

fn log_entry(line: &LogLine) -> Value {
    let level = match line.level {
        Level::Debug => "Debug",
        Level::Info => "Info",
        Level::Warn => "Warn",
        Level::Error => "Error",
    };
    json!({
        "level": level,
        "message": line.message,
        "extras": line.extras,
        "timestamp": line.at_ms,
    })
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Malformed(message) => Self::bad_request(message),
            Fault::Unsupported(message) => Self::unsupported(message),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let message = refusal.to_string();
        let of = |status, code| Self::new(status, code, message.clone());
        match &refusal {
            Refusal::UnknownEvent(_) | Refusal::UnknownLambda(_) => {
                of(StatusCode::NOT_FOUND, ErrorCode::MissingLambda)
            }
            Refusal::NotDeployed(_) | Refusal::NotImplemented(_) => {
                of(StatusCode::NOT_FOUND, ErrorCode::NotDeployed)
            }
            Refusal::BadInput(_) => of(StatusCode::BAD_REQUEST, ErrorCode::BadInput),
            Refusal::TooLarge { .. } | Refusal::TooMuch(_) => {
                of(StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::BadInput)
            }
            Refusal::Full { retry_after } => {
                of(StatusCode::TOO_MANY_REQUESTS, ErrorCode::Unavailable).after(*retry_after)
            }
            Refusal::Busy { retry_after } | Refusal::Unwritable { retry_after } => {
                Self::unavailable(message, *retry_after)
            }
            Refusal::Cancelled => of(cancelled(), ErrorCode::General),
            Refusal::Stopping => Self::unavailable(message, STOPPING_RETRY),
            Refusal::Store(reason) => {
                // What a store says of its files is for those who run it.
                tracing::error!(reason, "the store failed");
                let message = "lambdeck could not read or keep its state; its log says why";
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, ErrorCode::General, message)
            }
        }
    }
}

/// What the hosted system answers for a run that was ended from outside. Its clients repeat what was answered with 5xx,
/// and so would begin again what a person has just cancelled.
fn cancelled() -> StatusCode {
    StatusCode::from_u16(499).unwrap_or(StatusCode::BAD_REQUEST)
}

/// How long a program that stops takes to be there again, at a guess.
const STOPPING_RETRY: Duration = Duration::from_secs(5);

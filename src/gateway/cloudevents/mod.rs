//! CloudEvents 1.0 over HTTP, as they come in: binary, structured and batch.
//!
//! Owns the wire form and its rules, by the specification, its JSON format, its HTTP binding and its web hook. It is
//! strict where a guess could change what was meant: what is ambiguous is refused with the reason. Must not know
//! sockets, tokens or the platform: headers and bytes go in, events or a fault come out.
//!
//! What a lambda gets of an event is in [`input`]: always the data as `payload`, whatever the data looks
//! like, and every attribute as a header `ce-<name>`.

mod attribute;
mod binary;
#[cfg(test)]
mod conformance_tests;
mod event;
#[cfg(test)]
mod fuzz_tests;
mod input;
mod media_type;
mod structured;
mod uri;
pub(super) mod webhook;

pub(super) use event::CloudEvent;
#[cfg(test)]
use event::Data;
pub(super) use media_type::MediaType;

use http::HeaderMap;
use http::header::CONTENT_TYPE;

/// Why a request holds no event that can be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It breaks a rule.
    Malformed(String),
    /// It is in a format that is not read here.
    Unsupported(String),
}

impl Fault {
    fn malformed<T>(message: impl Into<String>) -> Result<T, Self> {
        Err(Self::Malformed(message.into()))
    }

    /// The same for the event at `index` of a batch.
    fn in_batch(self, index: usize) -> Self {
        match self {
            Self::Malformed(message) => {
                Self::Malformed(format!("event {} of the batch: {message}", index + 1))
            }
            unsupported @ Self::Unsupported(_) => unsupported,
        }
    }
}

/// Checks who raises an event and its id there, as they are checked of one that comes in; the error says what is wrong.
///
/// # Errors
///
/// Where one of them breaks a rule.
pub fn check_origin(source: &str, id: &str) -> Result<(), String> {
    let checked = attribute::check_value("source", source)
        .and_then(|()| attribute::check_value("id", id))
        .and_then(|()| attribute::check_identity(source, id));
    checked.map_err(|fault| match fault {
        Fault::Malformed(message) | Fault::Unsupported(message) => message,
    })
}

const STRUCTURED: &str = "application/cloudevents";
const BATCH: &str = "application/cloudevents-batch";

/// Reads the events of a request. The content type decides on the mode; that of a batch begins like that of a single
/// event, so it is looked at first.
pub(super) fn read(headers: &HeaderMap, body: &[u8]) -> Result<Vec<CloudEvent>, Fault> {
    let media_type = content_type(headers)?;
    let essence = media_type.as_ref().map_or("", MediaType::essence);
    if let Some(format) = essence.strip_prefix(BATCH) {
        structured_as_json(media_type.as_ref(), format)?;
        structured::batch(body)
    } else if let Some(format) = essence.strip_prefix(STRUCTURED) {
        structured_as_json(media_type.as_ref(), format)?;
        structured::single(body).map(|event| vec![event])
    } else {
        binary::single(headers, media_type.as_ref(), body).map(|event| vec![event])
    }
}

/// Checks that a format behind the prefix is JSON in UTF-8.
fn structured_as_json(media_type: Option<&MediaType>, format: &str) -> Result<(), Fault> {
    if format != "+json" {
        let given = media_type.map_or("", MediaType::essence);
        return Err(Fault::Unsupported(format!(
            "`{given}` is not read here; send `{STRUCTURED}+json`, `{BATCH}+json`, or the event in `ce-` headers"
        )));
    }
    match media_type.and_then(MediaType::charset) {
        None => Ok(()),
        Some(charset) if is_unicode(charset) => Ok(()),
        Some(charset) => {
            Err(Fault::Unsupported(format!("JSON is read in UTF-8 only, not in `{charset}`")))
        }
    }
}

/// Whether text in `charset` can be read as UTF-8.
fn is_unicode(charset: &str) -> bool {
    ["utf-8", "utf8", "us-ascii", "ascii"].iter().any(|it| charset.eq_ignore_ascii_case(it))
}

/// The content type of a request, if it names one.
pub(super) fn content_type(headers: &HeaderMap) -> Result<Option<MediaType>, Fault> {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Fault::malformed("there is more than one `Content-Type`");
    }
    let parsed = value.to_str().ok().and_then(MediaType::parse);
    let Some(parsed) = parsed else {
        let given = String::from_utf8_lossy(value.as_bytes());
        return Fault::malformed(format!("`Content-Type: {given}` is no media type"));
    };
    Ok(Some(parsed))
}

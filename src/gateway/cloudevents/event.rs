//! An event as it came in, whatever mode it came in.

use super::media_type::MediaType;
use super::{Fault, attribute};
use serde_json::Value;
use std::collections::BTreeMap;

/// A CloudEvent that keeps to the specification.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::gateway) struct CloudEvent {
    /// Every attribute but `datacontenttype`, in its canonical text.
    pub(super) attributes: BTreeMap<String, String>,
    /// `datacontenttype`.
    pub(super) content_type: Option<MediaType>,
    pub(super) data: Data,
}

/// What an event carries.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::gateway) enum Data {
    /// Nothing.
    Absent,
    /// A JSON value, which stood in the event's own JSON.
    Json(Value),
    /// Bytes; the content type says of what.
    Bytes(Vec<u8>),
}

impl CloudEvent {
    /// Checks names, values and that what is required is there.
    pub(super) fn new(mut attributes: BTreeMap<String, String>, data: Data) -> Result<Self, Fault> {
        for (name, value) in &attributes {
            attribute::check_name(name)?;
            attribute::check_value(name, value)?;
        }
        let content_type = attributes.remove("datacontenttype");
        let content_type = content_type.as_deref().and_then(MediaType::parse);
        let event = Self { attributes, content_type, data };
        attribute::check_identity(event.source(), event.id())?;
        Ok(event)
    }

    /// What of the required attributes is missing, if anything.
    pub(super) fn missing(attributes: &BTreeMap<String, String>) -> Vec<&'static str> {
        let required = ["specversion", "id", "source", "type"];
        required.into_iter().filter(|name| !attributes.contains_key(*name)).collect()
    }

    /// An attribute by its name.
    pub(in crate::gateway) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }

    /// `source`.
    pub(in crate::gateway) fn source(&self) -> &str {
        self.attribute("source").unwrap_or_default()
    }

    /// `id`.
    pub(in crate::gateway) fn id(&self) -> &str {
        self.attribute("id").unwrap_or_default()
    }

    /// `type`, which names the event of the catalogue.
    pub(in crate::gateway) fn kind(&self) -> &str {
        self.attribute("type").unwrap_or_default()
    }
}

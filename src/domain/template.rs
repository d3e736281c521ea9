//! Templates: lambdas to start from.

use super::event::{EventId, Origin};
use std::sync::Arc;

/// A lambda to start from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Identifier, the name of its folder: `keyword_scanner` for example.
    pub id: String,
    /// Human name, `Keyword Scanner` for example.
    pub name: String,
    /// What it shows, in a sentence or two.
    pub description: String,
    /// The event it is connected to; a stand-alone template has none.
    pub event: Option<EventId>,
    /// The Rhai source.
    pub source: Arc<str>,
    /// Built in, or the workspace's own.
    pub origin: Origin,
}

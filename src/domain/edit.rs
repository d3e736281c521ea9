//! Edits of a text as values.

use super::TextRange;
use serde::{Deserialize, Serialize};

/// A stretch of a text and what stands there instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextEdit {
    /// What is replaced; nothing where start and end are the same place.
    pub range: TextRange,
    /// What stands there then.
    pub text: String,
}

//! What tells one version from another: a digest over everything that its runs depend on.

use crate::domain::{EventId, Limits};
use data_encoding::HEXLOWER;
use ring::digest::{SHA256, digest};
use std::collections::BTreeMap;

/// The digest of a version with these parts, in hexadecimal digits.
pub(super) fn of(
    source: &str,
    event: Option<&EventId>,
    env: &BTreeMap<String, String>,
    limits: &Limits,
) -> String {
    // As JSON, which sets the parts apart: no two lists of parts read the same.
    sha256(&serde_json::json!([source, event, env, limits]).to_string())
}

/// SHA-256 of `text`, in hexadecimal digits.
pub fn sha256(text: &str) -> String {
    HEXLOWER.encode(digest(&SHA256, text.as_bytes()).as_ref())
}

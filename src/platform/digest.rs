//! What tells one version from another: a digest over everything that its runs depend on.

use crate::domain::{DeclaredSchedule, EventId, Limits};
use data_encoding::HEXLOWER;
use ring::digest::{SHA256, digest};
use std::collections::BTreeMap;

/// The digest of a version with these parts, in hexadecimal digits.
pub(super) fn of(
    source: &str,
    event: Option<&EventId>,
    env: &BTreeMap<String, String>,
    limits: &Limits,
    schedules: &[DeclaredSchedule],
) -> String {
    // As JSON, which sets the parts apart: no two lists of parts read the same.
    let mut parts = serde_json::json!([source, event, env, limits]);
    // Versions of before there were schedules keep their digests.
    if let (false, Some(parts)) = (schedules.is_empty(), parts.as_array_mut()) {
        parts.push(serde_json::json!(schedules));
    }
    sha256(&parts.to_string())
}

/// SHA-256 of `text`, in hexadecimal digits.
pub fn sha256(text: &str) -> String {
    HEXLOWER.encode(digest(&SHA256, text.as_bytes()).as_ref())
}

//! What tells one version from another: a digest over everything that its runs depend on.

use crate::domain::Version;
use data_encoding::HEXLOWER;
use ring::digest::{SHA256, digest};

/// The digest of a version, in hexadecimal digits.
pub(super) fn of(version: &Version) -> String {
    let Version { source, event, env, limits, schedules, skills, .. } = version;
    // As JSON, which sets the parts apart: no two lists of parts read the same.
    let mut parts = serde_json::json!([source, event, env, limits]);
    // Versions of before there were schedules and skills keep their digests.
    for (name, is_empty, part) in [
        ("schedules", schedules.is_empty(), serde_json::json!(schedules)),
        ("skills", skills.is_empty(), serde_json::json!(skills)),
    ] {
        if let (false, Some(parts)) = (is_empty, parts.as_array_mut()) {
            parts.push(serde_json::json!({ name: part }));
        }
    }
    sha256(&parts.to_string())
}

/// SHA-256 of `text`, in hexadecimal digits.
pub fn sha256(text: &str) -> String {
    HEXLOWER.encode(digest(&SHA256, text.as_bytes()).as_ref())
}

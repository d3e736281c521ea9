//! Requests and responses as the record keeps them.

use super::request::Request;
use crate::domain::CallPart;
use crate::runtime::protocol::http::HttpBody;
use crate::runtime::{MASK, Masks};
use reqwest::header::HeaderMap;
use reqwest::{StatusCode, Version};

/// The most of a body that is kept, in bytes.
const BODY_BYTES: usize = 64 * 1024;

/// Headers whose values are credentials, whoever sends them.
const CREDENTIALS: &[&str] = &[
    "api-key",
    "apikey",
    "authorization",
    "cookie",
    "proxy-authenticate",
    "proxy-authorization",
    "set-cookie",
    "x-api-key",
    "x-auth-token",
];

pub(super) fn of_request(request: &Request, masks: &Masks) -> CallPart {
    CallPart {
        title: format!("{} {}", request.method, request.url),
        headers: headers(&request.headers),
        body: body(&request.body, masks),
        body_bytes: request.body.len() as u64,
    }
}

pub(super) fn of_response(version: Version, status: StatusCode, given: &HeaderMap) -> CallPart {
    let reason = status.canonical_reason().unwrap_or_default();
    CallPart {
        title: format!("{version:?} {} {reason}", status.as_u16()).trim_end().to_owned(),
        headers: headers(given),
        body: None,
        body_bytes: 0,
    }
}

/// What is kept of a body: its beginning, when it is text.
pub(super) fn body(bytes: &[u8], masks: &Masks) -> Option<String> {
    if bytes.is_empty() {
        return None;
    }
    let text = std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))?;
    // Masked before it is cut, so that no cut leaves the half of a secret.
    let masked = masks.mask(text);
    Some(masked[..masked.floor_char_boundary(BODY_BYTES)].to_owned())
}

/// The headers with names as they are sent; of credentials only that they were there.
fn headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let shown = |(name, value): (&reqwest::header::HeaderName, &reqwest::header::HeaderValue)| {
        let text = text_of(value);
        let text = if CREDENTIALS.contains(&name.as_str()) { hidden(&text) } else { text };
        (name.to_string(), text)
    };
    headers.iter().map(shown).collect()
}

/// The value of a header; bytes beyond ASCII are what they are in Latin-1, unless they are UTF-8.
pub(super) fn text_of(value: &reqwest::header::HeaderValue) -> String {
    let bytes = value.as_bytes();
    std::str::from_utf8(bytes)
        .map_or_else(|_| encoding_rs::mem::decode_latin1(bytes).into_owned(), str::to_owned)
}

/// Adds the credentials of a request to what is masked: a server may send them back.
pub(super) fn mask_credentials(headers: &HeaderMap, masks: &Masks) {
    /// Shorter ones are no secret, and would take words out of the record.
    const SHORTEST: usize = 8;
    for name in CREDENTIALS {
        for value in headers.get_all(*name) {
            let text = text_of(value);
            let secret = text.split_once(' ').map_or(text.as_str(), |(_, secret)| secret);
            if secret.len() >= SHORTEST {
                masks.add(secret);
            }
        }
    }
}

/// Names of what gives access, in forms and in JSON (RFC 6749 and its kin).
const SECRET_FIELDS: &[&str] = &[
    "access_token",
    "assertion",
    "client_assertion",
    "client_secret",
    "id_token",
    "password",
    "refresh_token",
];

/// Adds what gives access in the body of a request to what is masked.
pub(super) fn mask_body(body: &HttpBody, masks: &Masks) {
    match body {
        HttpBody::Form(fields) => {
            for (name, value) in fields {
                mask_field(name, value, masks);
            }
        }
        HttpBody::Json(text) => mask_json(text.as_bytes(), masks),
        HttpBody::Text(text) => {
            for (name, value) in url::form_urlencoded::parse(text.as_bytes()) {
                mask_field(&name, &value, masks);
            }
        }
        HttpBody::Empty | HttpBody::Bytes(_) => {}
    }
}

/// Adds what gives access in a JSON text, the answer of a token's issuer for example, to what is masked.
pub(super) fn mask_json(text: &[u8], masks: &Masks) {
    let Ok(serde_json::Value::Object(fields)) = serde_json::from_slice(text) else { return };
    for (name, value) in &fields {
        if let Some(value) = value.as_str() {
            mask_field(name, value, masks);
        }
    }
}

fn mask_field(name: &str, value: &str, masks: &Masks) {
    /// Shorter ones would take words out of the record.
    const SHORTEST: usize = 4;
    if SECRET_FIELDS.contains(&name) && value.len() >= SHORTEST {
        masks.add(value);
        let in_form: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
        masks.add(&in_form);
    }
}

/// The scheme of a credential without what is secret in it: `Bearer •••••`.
fn hidden(value: &str) -> String {
    match value.split_once(' ') {
        Some((scheme, _)) if scheme.chars().all(|c| c.is_ascii_alphanumeric()) => {
            format!("{scheme} {MASK}")
        }
        _ => MASK.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_credentials_only_the_scheme_is_kept() {
        assert_eq!(hidden("Bearer abc"), "Bearer •••••");
        assert_eq!(hidden("sid=1; Path=/"), "•••••");
        assert_eq!(hidden("abc"), "•••••");
    }

    #[test]
    fn a_body_is_kept_as_far_as_it_is_text_and_masked_before_it_is_cut() {
        let masks = Masks::default();
        masks.add("secret");
        assert_eq!(body(b"", &masks), None);
        assert_eq!(body(b"\xff\xfe", &masks), None);
        assert_eq!(body(b"a\0b", &masks), None);
        assert_eq!(body(b"a secret", &masks).unwrap(), "a •••••");
        let long = format!("{}secret", "x".repeat(BODY_BYTES - 3));
        let kept = body(long.as_bytes(), &masks).unwrap();
        assert!(kept.len() <= BODY_BYTES && !kept.contains("sec"), "{}", &kept[kept.len() - 9..]);
    }
}

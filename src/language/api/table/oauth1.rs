//! Signed requests of OAuth 1.0a.

use super::required;
use crate::language::api::{ApiFunction, HostFunction};

/// Functions of OAuth 1.0a.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each variant is described by its row in the table")]
pub enum Oauth1Function {
    Header,
}

pub(super) const ROWS: &[ApiFunction] = &[ApiFunction {
    function: HostFunction::Oauth1(Oauth1Function::Header),
    module: Some("oauth1"),
    name: "header",
    parameters: &[required("request", "map")],
    returns: "string",
    doc: "The `Authorization` header of a request signed as OAuth 1.0a (RFC 5849) wants it. The request has `method` (GET without), `url`, `consumer_key`, `consumer_secret`, and where needed `token`, `token_secret`, `signature_method` (HMAC-SHA1 or HMAC-SHA256), `form` (the fields of a form's body), `realm`, `callback`, `verifier`.",
    example: r#"oauth1::header(#{ method: "POST", url: "https://api.example.com/accounts", consumer_key: "key", consumer_secret: "secret" })"#,
    errors: "Fails when the address, the consumer's key or secret is missing, the address is none, or a field is not known.",
}];

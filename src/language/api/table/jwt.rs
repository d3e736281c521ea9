//! JSON Web Tokens.

use super::{optional, required};
use crate::language::api::{ApiFunction, HostFunction};

/// Functions of JSON Web Tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each variant is described by its row in the table")]
pub enum JwtFunction {
    Sign,
    Verify,
}

pub(super) const ROWS: &[ApiFunction] = &[
    ApiFunction {
        function: HostFunction::Jwt(JwtFunction::Sign),
        module: Some("jwt"),
        name: "sign",
        parameters: &[
            required("claims", "map"),
            required("key", "string or blob"),
            optional("options", "map"),
        ],
        returns: "string",
        doc: "A signed token. Options: `algorithm` (HS256, HS384 or HS512 with a shared secret, RS256 or ES256 with a private key in PEM; HS256 without), `expires_in` (seconds; sets `iat` and `exp`), `key_id`.",
        example: r#"jwt::sign(#{ sub: "7d2f0b7e" }, "a shared secret", #{ expires_in: 300 })"#,
        errors: "Fails when the claims are no map that JSON can say, the key does not fit the algorithm, or an option is not known.",
    },
    ApiFunction {
        function: HostFunction::Jwt(JwtFunction::Verify),
        module: Some("jwt"),
        name: "verify",
        parameters: &[
            required("token", "string"),
            required("key", "string or blob"),
            optional("options", "map"),
        ],
        returns: "map",
        doc: "The claims of a token whose signature, `exp`, `nbf` and `aud` are right. The key is a shared secret (HS256 to HS512) or a public key in PEM (RS256, ES256). Options: `algorithms`, `audience`, `issuer`, `leeway` (seconds).",
        example: r#"jwt::verify(jwt::sign(#{ sub: "7d2f0b7e" }, "a shared secret"), "a shared secret").sub"#,
        errors: "Fails when the token is not valid, and says why; when it is for an audience that the options do not name; when the key does not fit.",
    },
];

//! Tokens in the form that clients of the hosted system want.
//!
//! Those exchange a client's id and secret for an access token, which they take apart as a JSON Web Token to learn when
//! to ask for the next. Ours carries that time and, where a signature would stand, the token's own text: whoever holds it
//! showed that text to get it, nothing new has to be kept, and a token that is revoked is so at once, in either form.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

/// How long one is used until the client asks for the next, in seconds.
pub(super) const LIFETIME_S: i64 = 8 * 60 * 60;

/// `token` as an access token that is used from `now_ms` on.
pub(super) fn wrap(token: &str, name: &str, now_ms: i64) -> String {
    let now = now_ms.div_euclid(1000);
    let part = |value: Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let header = part(json!({"alg": "none", "typ": "JWT"}));
    let claims = part(json!({"sub": name, "iat": now, "exp": now + LIFETIME_S}));
    format!("{header}.{claims}.{token}")
}

/// The token's text in what a caller shows, which is the text itself or an access token that has not ended.
pub(super) fn unwrap(bearer: &str, now_ms: i64) -> Result<&str, &'static str> {
    let parts: Vec<_> = bearer.split('.').collect();
    let [_, claims, token] = parts[..] else { return Ok(bearer) };
    let ends = BASE64URL_NOPAD
        .decode(claims.as_bytes())
        .ok()
        .and_then(|claims| serde_json::from_slice::<Value>(&claims).ok())
        .and_then(|claims| claims.get("exp").and_then(Value::as_i64));
    match ends {
        Some(ends) if ends > now_ms.div_euclid(1000) => Ok(token),
        Some(_) => Err("the access token has ended; ask for a new one"),
        None => Err("the access token cannot be read"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_wrapped_is_unwrapped_until_it_ends() {
        let wrapped = wrap("lambdeck_x", "ci", 5_000);
        assert_eq!(wrapped.split('.').count(), 3);
        assert_eq!(unwrap(&wrapped, 5_000), Ok("lambdeck_x"));
        let end = 5_000 + LIFETIME_S * 1000;
        assert_eq!(unwrap(&wrapped, end - 1), Ok("lambdeck_x"));
        assert!(unwrap(&wrapped, end).is_err());
        assert_eq!(unwrap("lambdeck_x", end), Ok("lambdeck_x"));
        assert!(unwrap("a.b.lambdeck_x", 0).is_err());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[ -~.]{0,60}", now in any::<i64>()) {
            let _ = unwrap(&text, now);
        }
    }
}

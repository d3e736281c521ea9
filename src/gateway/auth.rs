//! Who may do what: bearer tokens with scopes.
//!
//! A token comes in `Authorization: Bearer`, or as `access_token` in the query, as the web hook specification wants it.
//! Only its hash is compared and looked up.

use super::access_token;
use super::reply::Problem;
use super::route::parameter;
use crate::domain::{ErrorCode, Scope, Token};
use crate::platform::{Door, TokenText};
use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use subtle::ConstantTimeEq;

/// The token that a request shows, if it allows `scope`.
pub(super) async fn admit<D: Door>(
    door: &D,
    parts: &Parts,
    scope: Scope,
    now_ms: i64,
) -> Result<Token, Problem> {
    let Some(bearer) = bearer(parts)? else {
        return Err(unauthorised("a token is needed: `Authorization: Bearer …`", None));
    };
    let text = access_token::unwrap(&bearer, now_ms)
        .map_err(|reason| unauthorised(reason, Some("Bearer error=\"invalid_token\"")))?;
    let Some(token) = known(door, text).await? else {
        let message = "the token is not known, has ended or was revoked";
        return Err(unauthorised(message, Some("Bearer error=\"invalid_token\"")));
    };
    if token.allows(scope) {
        return Ok(token);
    }
    let name = scope.name();
    let message = format!("the token `{}` does not allow to {name}", token.name);
    let challenge = format!("Bearer error=\"insufficient_scope\", scope=\"{name}\"");
    let problem = Problem::new(StatusCode::FORBIDDEN, ErrorCode::General, message);
    Err(match HeaderValue::try_from(challenge) {
        Ok(challenge) => problem.with(WWW_AUTHENTICATE, challenge),
        Err(_) => problem,
    })
}

/// Whether a request shows a token, good or bad.
pub(super) fn is_shown(parts: &Parts) -> bool {
    parts.headers.contains_key(AUTHORIZATION)
        || parameter(parts.uri.query(), "access_token").is_some()
}

/// The token of this text, if it is one that holds.
pub(super) async fn known<D: Door>(door: &D, text: &str) -> Result<Option<Token>, Problem> {
    let Some(text) = TokenText::parse(text) else { return Ok(None) };
    let hash = text.hash();
    let token = door.token(hash).await?;
    // Whatever the store compared, and however long that took, decides nothing.
    Ok(token.filter(|token| bool::from(token.hash.0.ct_eq(&hash.0))))
}

fn unauthorised(message: &str, challenge: Option<&'static str>) -> Problem {
    let challenge = HeaderValue::from_static(challenge.unwrap_or("Bearer"));
    Problem::new(StatusCode::UNAUTHORIZED, ErrorCode::General, message)
        .with(WWW_AUTHENTICATE, challenge)
}

fn bearer(parts: &Parts) -> Result<Option<String>, Problem> {
    let in_query = parameter(parts.uri.query(), "access_token");
    let mut headers = parts.headers.get_all(AUTHORIZATION).iter();
    let in_header = headers.next();
    if headers.next().is_some() || (in_header.is_some() && in_query.is_some()) {
        return Err(Problem::bad_request("more than one token is shown; send one"));
    }
    let Some(value) = in_header else { return Ok(in_query) };
    let token = value.to_str().ok().and_then(|text| {
        let (scheme, token) = text.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim_start_matches(' ').to_owned())
    });
    token
        .map(Some)
        .ok_or_else(|| unauthorised("`Authorization` must be `Bearer` and a token", None))
}

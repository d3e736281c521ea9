//! What the published clients of the hosted system ask before they invoke: which host has a service, and a token.
//!
//! One look-up answers for every service with the host that was asked, or with `public_host`. A client's id is a token's
//! name and its secret the token's text. The client for Node.js sends them as a form, that for Java in the query.

use super::access_token;
use super::auth;
use super::cloudevents::content_type;
use super::desk::{Desk, host_of, now_ms};
use super::reply::{Problem, Reply, json_reply};
use crate::domain::ErrorCode;
use crate::platform::Door;
use bytes::Bytes;
use http::header::CACHE_CONTROL;
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use hyper::body::Body;
use serde_json::{Value, json};

/// The services that clients of the invocation API look up.
const SERVICES: [&str; 2] = ["faasGW", "sentinel"];

/// The hosts of all services, or of one.
pub(super) fn base_uris<D: Door>(
    desk: &Desk<D>,
    parts: &Parts,
    service: Option<&str>,
) -> Result<Reply, Problem> {
    let host = desk.public_host.clone().or_else(|| host_of(parts));
    let host = host.ok_or_else(|| Problem::bad_request("the request names no host"))?;
    // The path is /api/account/<account>/service/…
    let account = parts.uri.path().split('/').nth(3).unwrap_or_default();
    let entry = |service: &str| json!({"service": service, "account": account, "baseURI": host});
    let body = match service {
        None => json!({"baseURIs": SERVICES.map(entry)}),
        Some(service) if SERVICES.contains(&service) => entry(service),
        Some(_) => {
            let message =
                format!("there is no such service here; there are {}", SERVICES.join(", "));
            return Err(Problem::new(StatusCode::NOT_FOUND, ErrorCode::General, message));
        }
    };
    Ok(unstored(json_reply(StatusCode::OK, &body)))
}

/// Exchanges a token's name and text for an access token, by the client credentials of OAuth 2.
pub(super) async fn app_token<D, B>(
    desk: &Desk<D>,
    parts: &Parts,
    body: B,
) -> Result<Reply, Problem>
where
    D: Door,
    B: Body<Data = Bytes> + Unpin,
{
    let is_form = |essence: &str| essence == "application/x-www-form-urlencoded";
    if !content_type(&parts.headers)?.is_some_and(|it| is_form(it.essence())) {
        return Err(Problem::unsupported("the body must be a form"));
    }
    let body = desk.bodies.read(&parts.headers, body).await?;
    let is_in_query = body.bytes.is_empty();
    let query = parts.uri.query().unwrap_or_default().as_bytes();
    let form = if is_in_query { query } else { &body.bytes };
    let field = |name: &str| {
        let mut fields = url::form_urlencoded::parse(form);
        fields.find(|(own, _)| own == name).map(|(_, value)| value.into_owned())
    };
    if field("grant_type").as_deref() != Some("client_credentials") {
        return Ok(refused("unsupported_grant_type", "only `client_credentials` is known here"));
    }
    let (Some(id), Some(secret)) = (field("client_id"), field("client_secret")) else {
        return Ok(refused("invalid_request", "`client_id` and `client_secret` are needed"));
    };
    let token = auth::known(&*desk.door, &secret).await?.filter(|token| token.name == id);
    let Some(token) = token else {
        let reason = "`client_id` is a token's name, `client_secret` its text; these are not known";
        let mut reply = refused("invalid_client", reason);
        *reply.status_mut() = StatusCode::UNAUTHORIZED;
        return Ok(reply);
    };
    let access = access_token::wrap(&secret, &token.name, now_ms());
    let mut body = json!({"access_token": access, "token_type": "Bearer"});
    // The client that asks by query knows these two fields, and fails at any other.
    if !is_in_query {
        let scopes: Vec<_> = token.scopes.iter().map(|scope| scope.name()).collect();
        body["expires_in"] = json!(access_token::LIFETIME_S);
        body["scope"] = json!(scopes.join(" "));
    }
    Ok(unstored(json_reply(StatusCode::OK, &body)))
}

/// A refusal in the form of OAuth 2.
fn refused(error: &str, description: &str) -> Reply {
    let body: Value = json!({"error": error, "error_description": description});
    unstored(json_reply(StatusCode::BAD_REQUEST, &body))
}

fn unstored(mut reply: Reply) -> Reply {
    reply.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    reply
}

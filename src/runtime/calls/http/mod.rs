//! Requests over HTTP.
//!
//! ```text
//! request: can it be sent at all?
//!   ┌─> allow-list (name, port) ─> networks (address) ─> live or dry? ─> budget ─> client ─> head of the response
//!   └── redirect: the next request, held against all of it again  <──────────────────┤
//!                                                                                   body, up to the limit
//! ```
//!
//! Names are held against the allow-list here, hop by hop; the addresses they lead to are checked in `guard`, where the
//! connection is made. Through a proxy that the environment names only the first is possible: the proxy looks the name
//! up, and its own address is the operator's choice.

mod clients;
mod guard;
mod parts;
mod request;
mod tls;

pub(super) use clients::Clients;
pub(super) use guard::Unreachable;
pub use tls::trusting;

use super::{Answered, Desk, Told};
use crate::domain::{CallStatus, Hop, Sending, Target};
use crate::runtime::protocol::http::{HttpCall, HttpReply};
use crate::runtime::protocol::{CallError, HostReply};
use guard::Forbidden;
use request::Request;
use reqwest::Response;
use reqwest::header::{CONTENT_LENGTH, LOCATION};
use std::error::Error;
use std::time::{Duration, Instant};

/// How long a request may take when the lambda does not say.
const TIMEOUT_MS: u64 = 10_000;

/// How many redirects are followed when the lambda does not say.
const REDIRECTS: u32 = 5;

/// The most redirects that are followed.
const REDIRECTS_MOST: u32 = 20;

/// What stands for the answer to a request that was not sent.
const DRY_BODY: &[u8] = br#"{"dry":true}"#;

/// Why there is no response.
enum Failed {
    /// It may not be sent; with the entry of the allow-list that would allow it.
    Refused(String, Option<String>),
    /// Another reason, with its code.
    Because(&'static str, String),
}

/// The longest address that is shown in the list of calls, in bytes.
const SHOWN_BYTES: usize = 2_048;

/// The host function that makes `call`, and where it goes.
pub(super) fn described(call: &HttpCall) -> (&'static str, String) {
    let url = &call.url[..call.url.floor_char_boundary(SHOWN_BYTES)];
    let what = match call.method.as_str() {
        "GET" => "http::get",
        "POST" => "http::post",
        "PUT" => "http::put",
        "PATCH" => "http::patch",
        "DELETE" => "http::delete",
        method => {
            let method = &method[..method.floor_char_boundary(32)];
            return ("http::request", format!("{method} {url}"));
        }
    };
    (what, url.to_owned())
}

/// Sends what `call` asks for.
pub(super) async fn send(desk: &Desk<'_>, call: HttpCall) -> Answered {
    let timeout_ms = call.timeout_ms.unwrap_or(TIMEOUT_MS);
    let mut told = Told::unanswered(CallStatus::Done);
    let sent = exchange(desk, call, &mut told);
    let answer = match tokio::time::timeout(Duration::from_millis(timeout_ms), sent).await {
        Ok(answer) => answer,
        Err(_) => Err(Failed::Because("http.timeout", format!("no answer within {timeout_ms} ms"))),
    };
    let answer = match answer {
        Ok(reply) => {
            told.status =
                if reply.is_dry { CallStatus::Dry } else { CallStatus::Answered(reply.status) };
            Ok(HostReply::Http(Box::new(reply)))
        }
        Err(Failed::Refused(message, allow)) => {
            told.status = CallStatus::Refused { message: message.clone(), allow };
            Err(CallError::new("http.not_allowed", message))
        }
        Err(Failed::Because(code, message)) => {
            told.status = CallStatus::Failed(message.clone());
            Err(CallError::new(code, message))
        }
    };
    Answered { answer, told }
}

async fn exchange(desk: &Desk<'_>, call: HttpCall, told: &mut Told) -> Result<HttpReply, Failed> {
    let most_hops = call.redirects.unwrap_or(REDIRECTS).min(REDIRECTS_MOST);
    parts::mask_body(&call.body, &desk.masks);
    let mut request =
        Request::read(call).map_err(|why| Failed::Because("http.bad_request", why))?;
    told.span = request.trace(desk.request.trace.as_ref());
    parts::mask_credentials(&request.headers, &desk.masks);
    told.request = Some(parts::of_request(&request, &desk.masks));
    loop {
        let target = allowed(desk, &request)?;
        if !request.only_reads() && desk.request.sending.http == Sending::Dry {
            return Ok(HttpReply {
                status: 200,
                url: request.url.to_string(),
                headers: vec![("content-type".to_owned(), "application/json".to_owned())],
                body: DRY_BODY.to_vec(),
                is_dry: true,
            });
        }
        let response = one_hop(desk, &request, &target).await?;
        let status = response.status().as_u16();
        told.response =
            Some(parts::of_response(response.version(), response.status(), response.headers()));
        let location = match status {
            301 | 302 | 303 | 307 | 308 if most_hops > 0 => {
                response.headers().get(LOCATION).map(parts::text_of)
            }
            _ => None,
        };
        if location.is_some() || !told.hops.is_empty() {
            told.hops.push(Hop {
                method: request.method.to_string(),
                url: request.url.to_string(),
                status,
            });
        }
        let Some(location) = location else { return body(desk, &request, response, told).await };
        if told.hops.len() > most_hops as usize {
            let message = format!("more than {most_hops} redirects, the last to `{location}`");
            return Err(Failed::Because("http.redirect", message));
        }
        request.follow(status, &location).map_err(|why| Failed::Because("http.redirect", why))?;
    }
}

/// Holds the request against what may be reached.
fn allowed(desk: &Desk, request: &Request) -> Result<Target, Failed> {
    let url = &request.url;
    let target = url
        .host_str()
        .zip(url.port_or_known_default())
        .and_then(|(host, port)| Target::new(host, port))
        .ok_or_else(|| Failed::Because("http.bad_request", format!("{url} names no host")))?;
    desk.request
        .reach
        .check_host(&target)
        .map_err(|why| Failed::Refused(why, Some(target.entry())))?;
    // The client looks no address up that is written as one.
    if let Some(address) = target.address() {
        desk.request.reach.check_address(address).map_err(|why| Failed::Refused(why, None))?;
    }
    Ok(target)
}

async fn one_hop(desk: &Desk<'_>, request: &Request, target: &Target) -> Result<Response, Failed> {
    let most = desk.request.limits.requests_per_second;
    desk.outside.budgets.take(&desk.request.lambda, most, Instant::now()).map_err(|wait| {
        let message = format!(
            "429: a lambda sends at most {most} requests a second; the next may go in {} ms",
            wait.as_millis() + 1
        );
        Failed::Because("http.too_many_requests", message)
    })?;
    let client = desk
        .outside
        .clients
        .to(&request.url, target, &desk.request.reach)
        .await
        .map_err(|why| Failed::Because("http.not_sent", why))?;
    client
        .request(request.method.clone(), request.url.clone())
        .headers(request.headers.clone())
        .body(request.body.clone())
        .send()
        .await
        .map_err(|error| failed(&error, target))
}

/// Reads the body, no more of it than may be read.
async fn body(
    desk: &Desk<'_>,
    request: &Request,
    mut response: Response,
    told: &mut Told,
) -> Result<HttpReply, Failed> {
    let most = desk.request.limits.response_bytes;
    let too_large = || {
        let message = format!("the response of {} has more than {most} bytes", request.url);
        Failed::Because("http.too_large", message)
    };
    let stated =
        response.headers().get(CONTENT_LENGTH).and_then(|it| it.to_str().ok()?.parse().ok());
    let has_body = request.method != reqwest::Method::HEAD;
    if has_body && stated.is_some_and(|bytes: u64| bytes > most as u64) {
        return Err(too_large());
    }
    let mut body = Vec::new();
    loop {
        let chunk = response.chunk().await.map_err(|error| {
            let message = format!("the response of {} broke off: {}", request.url, cause(&error));
            Failed::Because("http.broken", message)
        })?;
        let Some(chunk) = chunk else { break };
        told.bytes += chunk.len() as u64;
        if body.len() + chunk.len() > most {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    if let Some(part) = &mut told.response {
        parts::mask_json(&body, &desk.masks);
        part.body = parts::body(&body, &desk.masks);
        part.body_bytes = body.len() as u64;
    }
    let headers = response.headers().iter();
    Ok(HttpReply {
        status: response.status().as_u16(),
        url: request.url.to_string(),
        headers: headers.map(|(name, value)| (name.to_string(), parts::text_of(value))).collect(),
        body,
        is_dry: false,
    })
}

/// What went wrong on the way to the head of the response.
fn failed(error: &reqwest::Error, target: &Target) -> Failed {
    let mut source: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(inner) = source {
        if let Some(Forbidden(why)) = inner.downcast_ref() {
            return Failed::Refused(why.clone(), None);
        }
        source = inner.source();
    }
    let (host, cause) = (target.host(), cause(error));
    if error.is_connect() {
        let message = format!("no connection to {host} at port {}: {cause}", target.port());
        return Failed::Because("http.no_connection", message);
    }
    Failed::Because("http.broken", format!("{host} gave no answer: {cause}"))
}

/// The innermost reason, which is what a person can act on.
fn cause(error: &reqwest::Error) -> String {
    let mut innermost: &dyn Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

#[cfg(test)]
mod tests;

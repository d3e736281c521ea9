//! One request from its head to its answer: where it goes, whether it may, what is said of it in the log.

use super::body::{self, BodyReader};
use super::metrics::{self, HttpMetrics};
use super::reply::{Problem, Reply, json_reply, typed_reply};
use super::route::Route;
use super::{auth, directory, events_api, invocation_api, request_span, trace_context};
use crate::domain::{ErrorCode, ServeSettings};
use crate::platform::Door;
use crate::platform::traces::Traces;
use bytes::Bytes;
use futures_util::FutureExt;
use http::header::{ALLOW, HOST};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode};
use hyper::body::Body;
use serde_json::json;
use std::net::{IpAddr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use uuid::Uuid;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const REQUEST_ID_LIMIT: usize = 128;

/// What a person reads who looks with a browser whether it is there.
const FRONT: &str = "This is lambdeck. It takes events as CloudEvents by POST at /events and invocations at /api/account/…; /readyz says whether it takes them now.\n";

/// Names that only lead to this machine.
const LOCAL_NAMES: [&str; 1] = ["localhost"];

/// What answers the requests of all connections.
pub(super) struct Desk<D> {
    /// The platform.
    pub(super) door: Arc<D>,
    /// How bodies are read.
    pub(super) bodies: BodyReader,
    /// What is counted.
    pub(super) metrics: HttpMetrics,
    /// The host that callers know it by.
    pub(super) public_host: Option<String>,
    traces: Traces,
    needs_token: bool,
}

impl<D: Door> Desk<D> {
    /// A desk in front of `door`, to be reached at one of `addresses`.
    pub(super) fn new(door: Arc<D>, settings: &ServeSettings, addresses: &[SocketAddr]) -> Self {
        let traces = door.traces();
        Self {
            door,
            traces,
            bodies: BodyReader::new(settings.max_body_bytes, settings.request_timeout),
            metrics: HttpMetrics::new(),
            public_host: settings.public_host.clone(),
            needs_token: settings.needs_token(addresses),
        }
    }

    /// Answers a request, whatever it is.
    pub(super) async fn answer<B>(&self, request: Request<B>, peer: SocketAddr) -> Reply
    where
        B: Body<Data = Bytes> + Unpin,
    {
        let started = Instant::now();
        let version = request.version();
        let (mut parts, mut body) = request.into_parts();
        let id = request_id(&parts.headers);
        let (method, path) = (parts.method.clone(), parts.uri.path().to_owned());
        let route = Route::of(&path);
        let span = request_span::begin(&self.traces, route.as_ref(), &mut parts);
        let trace = trace_context::of_headers(&parts.headers);
        let handled = AssertUnwindSafe(self.handle(route.as_ref(), &parts, &mut body));
        let mut reply = handled.catch_unwind().await.unwrap_or_else(|_| {
            let message = "lambdeck failed to answer; its log says why";
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, ErrorCode::General, message)
                .into_reply(super::reply::Wording::Plain)
        });
        let (name, took) = (route.as_ref().map_or("none", Route::name), started.elapsed());
        self.metrics.count(name, &method, reply.status(), took);
        if let (Some(span), Some(route)) = (span, &route) {
            request_span::end(span, route, (&method, version, peer), &reply);
        }
        // Without the query: a token may stand in it.
        tracing::info!(
            target: "lambdeck::http",
            %method,
            path = shown(&path),
            status = reply.status().as_u16(),
            took_us = took.as_micros() as u64,
            request_id = id.to_str().unwrap_or_default(),
            traceparent = trace.map(|it| it.parent),
            %peer,
            "request"
        );
        if reply.status().is_client_error() || reply.status().is_server_error() {
            body::drain_refused(&parts.headers, &mut body).await;
        }
        reply.headers_mut().insert(REQUEST_ID, id);
        reply
    }

    async fn handle<B>(&self, route: Option<&Route>, parts: &Parts, body: B) -> Reply
    where
        B: Body<Data = Bytes> + Unpin,
    {
        let names_source = parts.headers.contains_key(invocation_api::EVENT_SOURCE);
        let wording = route.map_or(super::reply::Wording::Plain, |route| {
            route.wording(parts.uri.query(), names_source)
        });
        let answered = match route {
            Some(route) => self.dispatch(route, parts, body).await,
            None => Err(Problem::new(
                StatusCode::NOT_FOUND,
                ErrorCode::General,
                "there is nothing here; events are sent to `/events`",
            )),
        };
        answered.unwrap_or_else(|problem| problem.into_reply(wording))
    }

    async fn dispatch<B>(&self, route: &Route, parts: &Parts, body: B) -> Result<Reply, Problem>
    where
        B: Body<Data = Bytes> + Unpin,
    {
        let is_at_front = parts.uri.path() == "/";
        if is_at_front && matches!(parts.method, Method::GET | Method::HEAD) {
            return Ok(typed_reply(StatusCode::OK, "text/plain; charset=utf-8", FRONT.into()));
        }
        if !route.allows(&parts.method) {
            let message =
                format!("`{}` is not answered here; {} is", parts.method, route.allowed());
            let problem =
                Problem::new(StatusCode::METHOD_NOT_ALLOWED, ErrorCode::BadInput, message);
            return Err(problem.with(ALLOW, HeaderValue::from_static(route.allowed())));
        }
        // The handshake comes before there is anything to be allowed.
        if *route == Route::Events && parts.method == Method::OPTIONS {
            return events_api::handshake(&parts.headers);
        }
        if let Some(scope) = route.scope() {
            // Who shows a token wants it to be looked at: one that is wrong here would be wrong elsewhere unnoticed.
            if self.needs_token || auth::is_shown(parts) {
                auth::admit(&*self.door, parts, scope, now_ms()).await?;
            } else {
                self.check_host(parts)?;
            }
        }
        match route {
            Route::Events => events_api::take(self, parts, body).await,
            Route::InvokeLambda(name) => invocation_api::lambda(self, parts, body, name).await,
            Route::InvokeEvent(name) => invocation_api::event(self, parts, body, name).await,
            Route::IsImplemented(name) => invocation_api::is_implemented(self, parts, name).await,
            Route::BaseUris(service) => directory::base_uris(self, parts, service.as_deref()),
            Route::AppToken => directory::app_token(self, parts, body).await,
            Route::Health => Ok(json_reply(StatusCode::OK, &json!({"status": "ok"}))),
            Route::Ready => Ok(self.ready()),
            Route::Metrics => self.measure().await,
        }
    }

    /// A door that asks for no token answers only to names of this machine: otherwise any page in a browser on it could
    /// have a name of its own lead here, and speak as if it were at home.
    fn check_host(&self, parts: &Parts) -> Result<(), Problem> {
        let Some(host) = host_of(parts) else {
            return Err(Problem::bad_request(
                "the request does not name its one host; send `Host`",
            ));
        };
        let name = without_port(&host);
        let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        let is_public = |it: &str| it.eq_ignore_ascii_case(name) || it.eq_ignore_ascii_case(&host);
        if address.is_ok_and(|it| it.is_loopback())
            || LOCAL_NAMES.iter().any(|it| it.eq_ignore_ascii_case(name))
            || self.public_host.as_deref().is_some_and(is_public)
        {
            return Ok(());
        }
        let message = "the request is for another host; name it as `public_host` in [serve], or require tokens";
        Err(Problem::new(StatusCode::MISDIRECTED_REQUEST, ErrorCode::General, message))
    }

    fn ready(&self) -> Reply {
        match self.door.obstacle() {
            None => json_reply(StatusCode::OK, &json!({"status": "ready"})),
            Some(reason) => json_reply(
                StatusCode::SERVICE_UNAVAILABLE,
                &json!({"status": "not ready", "reason": reason}),
            ),
        }
    }

    async fn measure(&self) -> Result<Reply, Problem> {
        let figures = self.door.figures().await?;
        let text = self.metrics.text(figures).map_err(|_| {
            let message = "the figures could not be written";
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, ErrorCode::General, message)
        })?;
        Ok(typed_reply(StatusCode::OK, metrics::MEDIA_TYPE, text.into_bytes()))
    }
}

/// Now, in milliseconds since the Unix epoch.
pub(super) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// The host that a request is for, with its port: in the target of HTTP/2, in a header of HTTP/1.
pub(super) fn host_of(parts: &Parts) -> Option<String> {
    if let Some(authority) = parts.uri.authority() {
        return Some(authority.as_str().to_owned());
    }
    let mut hosts = parts.headers.get_all(HOST).iter();
    let host = hosts.next()?.to_str().ok()?;
    hosts.next().is_none().then(|| host.to_owned())
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// The id that the caller gave the request, or a new one.
fn request_id(headers: &HeaderMap) -> HeaderValue {
    let is_fit = |id: &&HeaderValue| {
        (1..=REQUEST_ID_LIMIT).contains(&id.len()) && id.as_bytes().iter().all(u8::is_ascii_graphic)
    };
    headers.get(REQUEST_ID).filter(is_fit).cloned().unwrap_or_else(|| {
        let id = Uuid::new_v4().to_string();
        HeaderValue::try_from(id).unwrap_or(HeaderValue::from_static(""))
    })
}

/// A path as it stands in the log.
fn shown(path: &str) -> &str {
    const SHOWN: usize = 200;
    path.get(..SHOWN).unwrap_or(path)
}

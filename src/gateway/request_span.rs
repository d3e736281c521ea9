//! A request as a span of a trace, by the names that HTTP has among the conventions of OpenTelemetry.

use super::reply::Reply;
use super::route::Route;
use super::trace_context;
use crate::platform::traces::{OpenSpan, SpanKind, Traces};
use http::request::Parts;
use http::uri::Authority;
use http::{Method, Version};
use std::net::SocketAddr;

/// What stands for a method that the conventions do not know.
const OTHER: &str = "_OTHER";

/// Begins the span of a request, which belongs to it from then on.
pub(super) fn begin(traces: &Traces, route: Option<&Route>, parts: &mut Parts) -> Option<OpenSpan> {
    let template = route?.template()?;
    let above = trace_context::of_headers(&parts.headers);
    let above = above.as_ref().map(|it| it.parent.as_str());
    let mut span = traces.begin(above, SpanKind::Server)?;
    span.set("http.request.method", method(&parts.method));
    span.set("http.route", template);
    // The template: names in a path are the caller's, and a query may hold a token.
    span.set("url.path", template);
    if let Some(host) = super::desk::host_of(parts).and_then(|it| it.parse::<Authority>().ok()) {
        span.set("server.address", host.host());
        if let Some(port) = host.port_u16() {
            span.set("server.port", u32::from(port));
        }
    }
    trace_context::set(&mut parts.headers, &span.context());
    Some(span)
}

/// It was answered.
pub(super) fn end(
    mut span: OpenSpan,
    route: &Route,
    (method_of, version, peer): (&Method, Version, SocketAddr),
    reply: &Reply,
) {
    let status = reply.status();
    span.set("http.response.status_code", u32::from(status.as_u16()));
    span.set("network.protocol.name", "http");
    span.set("network.protocol.version", if version == Version::HTTP_2 { "2" } else { "1.1" });
    span.set("client.address", peer.ip().to_string());
    span.set("client.port", u32::from(peer.port()));
    if status.is_server_error() || status.as_u16() >= 600 {
        span.fail(status.as_u16().to_string());
    }
    let known = method(method_of);
    let known = if known == OTHER { "HTTP" } else { known };
    span.end(format!("{known} {}", route.template().unwrap_or_default()));
}

/// The methods that the conventions know; there are as many others as somebody likes to send.
fn method(method: &Method) -> &'static str {
    let known = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"];
    known.into_iter().find(|it| *it == method.as_str()).unwrap_or(OTHER)
}

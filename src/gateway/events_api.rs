//! `POST /events`: CloudEvents are taken for delivery, all of a request or none. 202 means that they are on the disk.

use super::cloudevents::{self, CloudEvent, webhook};
use super::desk::{Desk, now_ms};
use super::reply::{Problem, Reply, json_reply};
use super::trace_context;
use crate::domain::{EventId, RaisedEvent, TraceHeaders};
use crate::platform::{Door, Receipt};
use bytes::Bytes;
use http::header::ALLOW;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode};
use http_body_util::Full;
use hyper::body::Body;
use serde::Serialize;
use std::sync::Arc;

/// Answers a sender that asks whether it may deliver here.
pub(super) fn handshake(asked: &HeaderMap) -> Result<Reply, Problem> {
    let consent = webhook::consent(asked).map_err(Problem::bad_request)?;
    let mut reply = Reply::new(Full::default());
    reply.headers_mut().extend(consent);
    reply.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
    Ok(reply)
}

/// Takes the events of a request.
pub(super) async fn take<D, B>(desk: &Desk<D>, parts: &Parts, body: B) -> Result<Reply, Problem>
where
    D: Door,
    B: Body<Data = Bytes> + Unpin,
{
    let body = desk.bodies.read(&parts.headers, body).await?;
    let events = cloudevents::read(&parts.headers, &body.bytes)?;
    let _room = desk.bodies.room_for_events(events.len())?;
    let of_request = trace_context::of_headers(&parts.headers);
    let now_ms = now_ms();
    let mut named: Option<(String, EventId)> = None;
    let mut raised = Vec::with_capacity(events.len());
    let count = events.len();
    for (index, event) in events.into_iter().enumerate() {
        let of_batch = |it: Problem| if count > 1 { it.in_batch(index) } else { it };
        // Most requests hold events of one type.
        let id = match named.take() {
            Some((kind, id)) if kind == event.kind() => id,
            _ => event_of(&*desk.door, &event).map_err(of_batch)?,
        };
        named = Some((event.kind().to_owned(), id.clone()));
        raised.push(raise(event, id, of_request.as_ref(), now_ms).map_err(of_batch)?);
    }
    let names: Vec<_> = raised.iter().map(|it| (it.source.clone(), it.id.clone())).collect();
    let receipts = if raised.is_empty() { Vec::new() } else { desk.door.raise(raised).await? };
    let accepted = names.iter().zip(&receipts).map(Accepted::new).collect();
    Ok(json_reply(StatusCode::ACCEPTED, &Taken { accepted }))
}

/// The event of the catalogue that an event is one of.
fn event_of<D: Door>(door: &D, event: &CloudEvent) -> Result<EventId, Problem> {
    let kind = event.kind();
    door.event_named(kind).ok_or_else(|| {
        Problem::bad_request(format!(
            "`type` is `{}`, and there is no such event; `lambdeck events` lists them",
            kind.escape_debug()
        ))
    })
}

/// An event to be raised. The trace that began where the event did goes on, rather than that of its last carrier.
fn raise(
    event: CloudEvent,
    id: EventId,
    of_request: Option<&TraceHeaders>,
    now_ms: i64,
) -> Result<RaisedEvent, Problem> {
    let states = event.attribute("tracestate");
    let own = event.attribute("traceparent").and_then(|it| TraceHeaders::of(it, states));
    Ok(RaisedEvent {
        source: event.source().to_owned(),
        id: event.id().to_owned(),
        event: id,
        raised_at_ms: now_ms,
        carried_by: own.as_ref().and(of_request).map(|it| it.parent.clone()),
        trace: own.or_else(|| of_request.cloned()),
        input: Arc::from(event.into_input(now_ms)?),
    })
}

/// What is answered.
#[derive(Serialize)]
struct Taken<'a> {
    accepted: Vec<Accepted<'a>>,
}

#[derive(Serialize)]
struct Accepted<'a> {
    source: &'a str,
    id: &'a str,
    deliveries: u32,
    duplicate: bool,
}

impl<'a> Accepted<'a> {
    fn new(((source, id), receipt): (&'a (String, String), &Receipt)) -> Self {
        let (deliveries, duplicate) = (receipt.deliveries, receipt.is_duplicate);
        Self { source, id, deliveries, duplicate }
    }
}

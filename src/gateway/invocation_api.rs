//! The hosted system's invocation API: a lambda, or all lambdas of an event, are run now and their results sent back.
//!
//! Two contracts of it are in use, and a request says by its form which it means. That of 2019 has `v=1` and the caller's
//! name in `externalSystem`; that of 2025 has no version and the name in the header `LP-EventSource`. They differ in the
//! words of their errors. `skillId` narrows a call by event to the lambdas that name that skill in their `lambda.toml`, or
//! none. `userId` is accepted and changes nothing.
//!
//! A lambda that fails is answered with status 901, as the hosted system does. The published clients look at the error's
//! code and repeat requests that were answered with 5xx, which would run a lambda that failed three times more.

use super::body::Room;
use super::cloudevents::content_type;
use super::desk::Desk;
use super::envelope;
use super::reply::{Problem, Reply, json_reply};
use super::route::parameter;
use super::trace_context;
use crate::domain::{ErrorCode, EventId, Failure, LambdaId, LambdaName, Outcome, Run};
use crate::platform::{Door, Invocation, LambdaRef, Refusal};
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderName, HeaderValue, StatusCode};
use hyper::body::Body;
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

/// Names the caller in the contract of 2025.
pub(super) const EVENT_SOURCE: &str = "lp-eventsource";

/// The id of the run whose result is answered.
const RUN_ID: HeaderName = HeaderName::from_static("x-lambdeck-run");

/// What the hosted system answers when a lambda failed.
const LAMBDA_FAILED: u16 = 901;

const CALLER_LIMIT: usize = 200;

/// Runs a lambda; the answer is its result.
pub(super) async fn lambda<D, B>(
    desk: &Desk<D>,
    parts: &Parts,
    body: B,
    name: &str,
) -> Result<Reply, Problem>
where
    D: Door,
    B: Body<Data = Bytes> + Unpin,
{
    let lambda = lambda_named(name)?;
    let (invocation, _room) = invocation(desk, parts, body).await?;
    let run = desk.door.invoke(lambda, invocation).await?;
    let id = HeaderValue::try_from(run.id.to_string());
    let mut reply = json_reply(StatusCode::OK, &result(run)?);
    if let Ok(id) = id {
        reply.headers_mut().insert(RUN_ID, id);
    }
    Ok(reply)
}

/// Runs every lambda of an event; the answer lists their results. One that fails spoils it for all. Where there is none,
/// the contract of 2019 lists no result, that of 2025 has a problem.
pub(super) async fn event<D, B>(
    desk: &Desk<D>,
    parts: &Parts,
    body: B,
    name: &str,
) -> Result<Reply, Problem>
where
    D: Door,
    B: Body<Data = Bytes> + Unpin,
{
    let event = event_named(desk, name)?;
    let (invocation, _room) = invocation(desk, parts, body).await?;
    let is_first = parameter(parts.uri.query(), "v").is_some();
    let runs = match desk.door.invoke_event(event, invocation).await {
        Err(Refusal::NotImplemented(_)) if is_first => Vec::new(),
        runs => runs?,
    };
    let is_one_of_several = runs.len() > 1;
    let results = runs.into_iter().map(|(id, run)| {
        let lambda = run.lambda.clone();
        let problem = |it: Problem| if is_one_of_several { it.of_lambda(&lambda) } else { it };
        entry(id, run).map_err(problem)
    });
    let results = results.collect::<Result<Vec<_>, _>>()?;
    Ok(json_reply(StatusCode::OK, &results))
}

fn entry(id: LambdaId, run: Run) -> Result<Value, Problem> {
    let timestamp = run.started_at_ms;
    Ok(json!({"uuid": id, "timestamp": timestamp, "result": result(run)?}))
}

/// Whether a lambda of the event is deployed.
pub(super) async fn is_implemented<D: Door>(
    desk: &Desk<D>,
    parts: &Parts,
    name: &str,
) -> Result<Reply, Problem> {
    check_version(parts)?;
    // To an event that is not in the catalogue nothing listens; clients ask for all they know.
    let is_implemented = match desk.door.event_named(name) {
        Some(event) => desk.door.is_implemented(event, skill(parts)).await?,
        None => false,
    };
    Ok(json_reply(StatusCode::OK, &json!({"implemented": is_implemented})))
}

fn lambda_named(name: &str) -> Result<LambdaRef, Problem> {
    if let Ok(id) = Uuid::try_parse(name) {
        return Ok(LambdaRef::Id(LambdaId(id)));
    }
    LambdaName::new(name).map(LambdaRef::Name).map_err(|reason| {
        let message = format!("there is no such lambda: {reason}");
        Problem::new(StatusCode::NOT_FOUND, ErrorCode::MissingLambda, message)
    })
}

fn event_named<D: Door>(desk: &Desk<D>, name: &str) -> Result<EventId, Problem> {
    desk.door.event_named(name).ok_or_else(|| {
        let shown: String = name.chars().take(60).collect();
        let message =
            format!("there is no event `{}`; `lambdeck events` lists them", shown.escape_debug());
        Problem::new(StatusCode::NOT_FOUND, ErrorCode::BadInput, message)
    })
}

fn check_version(parts: &Parts) -> Result<(), Problem> {
    match parameter(parts.uri.query(), "v").as_deref() {
        None | Some("1" | "1.0") => Ok(()),
        Some(_) => Err(Problem::bad_request(
            "`v` must be 1; the second contract of the hosted system has no `v`",
        )),
    }
}

/// Reads an invocation, whose input keeps its body's room until it is answered.
async fn invocation<D, B>(
    desk: &Desk<D>,
    parts: &Parts,
    body: B,
) -> Result<(Invocation, Room), Problem>
where
    D: Door,
    B: Body<Data = Bytes> + Unpin,
{
    check_version(parts)?;
    let system = caller(parts)?;
    // Also because a page in a browser may send other types anywhere without being asked.
    if !content_type(&parts.headers)?.is_some_and(|it| it.is_json()) {
        return Err(Problem::unsupported("the body must be `Content-Type: application/json`"));
    }
    let body = desk.bodies.read(&parts.headers, body).await?;
    let input = envelope::read(&body.bytes).map_err(Problem::bad_request)?;
    let trace = trace_context::of_headers(&parts.headers);
    let skill = skill(parts);
    Ok((Invocation { input, system, skill, trace }, body.into_room()))
}

fn skill(parts: &Parts) -> Option<String> {
    parameter(parts.uri.query(), "skillId").filter(|skill| !skill.is_empty())
}

fn caller(parts: &Parts) -> Result<Option<String>, Problem> {
    let in_header = parts.headers.get(EVENT_SOURCE);
    let in_header = in_header.map(|it| String::from_utf8_lossy(it.as_bytes()).into_owned());
    let caller = in_header.or_else(|| parameter(parts.uri.query(), "externalSystem"));
    match &caller {
        Some(name) if name.chars().count() > CALLER_LIMIT || name.chars().any(char::is_control) => {
            Err(Problem::bad_request(format!(
                "the caller's name has at most {CALLER_LIMIT} characters, none of them a control character"
            )))
        }
        _ => Ok(caller),
    }
}

/// What a run came to.
fn result(run: Run) -> Result<Value, Problem> {
    let kept = run.deployed_log_cut.unwrap_or(run.logs.len());
    match run.outcome {
        Outcome::Succeeded(value) => Ok(value),
        Outcome::Cancelled | Outcome::Interrupted => {
            let message = "lambdeck ended before the run did; it is not made again by itself";
            Err(Problem::unavailable(message, Duration::from_secs(1)))
        }
        Outcome::Failed(failure) => {
            let logs = run.logs.into_iter().take(kept).collect();
            let code = ErrorCode::of(failure.kind);
            Err(Problem::new(status_of(code), code, told(&failure)).with_logs(logs))
        }
    }
}

fn status_of(code: ErrorCode) -> StatusCode {
    if code.is_of_the_lambda() {
        return StatusCode::from_u16(LAMBDA_FAILED).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    }
    match code {
        ErrorCode::BadInput => StatusCode::BAD_REQUEST,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn told(failure: &Failure) -> String {
    match failure.place {
        Some(place) => {
            format!("{} (line {}, column {})", failure.message, place.line, place.column)
        }
        None => failure.message.clone(),
    }
}

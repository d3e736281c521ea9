//! Requests over HTTP: what the script asks for is read here, sent by the host, and its answer given to the script.

mod options;
mod response;

pub(in crate::runtime::worker) use response::{NAME, Response};

pub(super) use response::register_fields;

use super::arguments::{argument, text, text_of};
use super::ask::ask_all;
use super::{Arguments, Refusal, Returned, Session, json};
use crate::language::api::HttpFunction;
use crate::runtime::protocol::{CallError, HostCall, HostReply};
use crate::runtime::worker::words::with_article;
use options::{Options, Wanted};
use rhai::{Array, Dynamic, Map};

/// The most requests that are sent side by side.
const REQUESTS_AT_ONCE: usize = 20;

/// The most that the bodies of requests which are sent side by side weigh together, in bytes.
const BODIES_BYTES: usize = 8 * 1024 * 1024;

pub(super) fn call(function: HttpFunction, session: &Session, arguments: Arguments) -> Returned {
    let method = match function {
        HttpFunction::Get => "GET",
        HttpFunction::Post => "POST",
        HttpFunction::Put => "PUT",
        HttpFunction::Patch => "PATCH",
        HttpFunction::Delete => "DELETE",
        HttpFunction::Request => return one(session, arguments, None),
        HttpFunction::All => return all(session, arguments),
        HttpFunction::ResponseJson => return response_json(arguments),
    };
    one(session, arguments, Some(method))
}

fn one(session: &Session, arguments: Arguments, method: Option<&str>) -> Returned {
    let url = text(arguments, 0, "url")?;
    let options = argument(arguments, 1);
    let options = match options.as_map_ref() {
        Ok(map) => Options::read(url, method, &map)?,
        Err(_) if arguments.len() < 2 => Options::read(url, method, &Map::new())?,
        Err(kind) => {
            return Err(because(format!("`options` is a map, this is {}", with_article(kind))));
        }
    };
    let mut responses = send(session, vec![options])?;
    Ok(responses.pop().unwrap_or_default())
}

fn all(session: &Session, arguments: Arguments) -> Returned {
    let requests = argument(arguments, 0);
    let requests = requests.as_array_ref().map_err(|kind| {
        because(format!("`requests` is an array, this is {}", with_article(kind)))
    })?;
    if requests.len() > REQUESTS_AT_ONCE {
        return Err(because(format!(
            "at most {REQUESTS_AT_ONCE} requests are sent side by side, these are {}",
            requests.len()
        )));
    }
    let mut options = Vec::with_capacity(requests.len());
    for (index, request) in requests.iter().enumerate() {
        let read = read_one(request).map_err(|refusal| match refusal {
            Refusal::Because(reason) => because(format!("request {index}: {reason}")),
            other => other,
        });
        options.push(read?);
    }
    drop(requests);
    let bytes: usize = options.iter().map(|it| it.call.body.bytes()).sum();
    if bytes > BODIES_BYTES {
        return Err(because(format!(
            "the bodies have {bytes} bytes together, at most {BODIES_BYTES} are sent side by side"
        )));
    }
    if options.is_empty() {
        return Ok(Array::new().into());
    }
    send(session, options).map(Dynamic::from_array)
}

/// A request of several: an address, or a map with one.
fn read_one(request: &Dynamic) -> Result<Options, Refusal> {
    if let Ok(url) = request.as_immutable_string_ref() {
        return Options::read(url.to_string(), None, &Map::new());
    }
    let mut map = request
        .as_map_ref()
        .map_err(|kind| because(format!("it is an address or a map, not {}", with_article(kind))))?
        .clone();
    let url = map.remove("url").ok_or_else(|| because("it has no `url`"))?;
    let url = text_of(&url, "url")?;
    Options::read(url, None, &map)
}

/// Sends the requests side by side; their answers as the script wants them.
fn send(session: &Session, requests: Vec<Options>) -> Result<Array, Refusal> {
    let (calls, wanted): (Vec<_>, Vec<_>) = requests
        .into_iter()
        .map(|options| (HostCall::Http(Box::new(options.call)), options.wanted))
        .unzip();
    let answers = ask_all(session, calls)?;
    answers.into_iter().zip(wanted).map(|(answer, wanted)| given(answer, &wanted)).collect()
}

fn given(answer: Result<HostReply, CallError>, wanted: &Wanted) -> Returned {
    let reply = match answer.map_err(Refusal::Failed)? {
        HostReply::Http(reply) => *reply,
        other => return Err(because(format!("the host answered with {other:?}"))),
    };
    let response = Response::new(reply);
    if wanted.throw_on_status && !response.is_ok() {
        return Err(Refusal::Status(response));
    }
    wanted.take(response)
}

fn response_json(arguments: Arguments) -> Returned {
    // The engine calls with nothing else: the function is registered for responses alone.
    let response = argument(arguments, 0).clone().try_cast::<Response>();
    json_of(&response.ok_or_else(|| because("`json` is asked of a response"))?)
}

/// The body of a response as a value.
fn json_of(response: &Response) -> Returned {
    json::parsed(&response.text()).map_err(|refusal| match refusal {
        Refusal::Because(reason) => because(format!(
            "the body of {} ({}) is {reason}",
            response.url(),
            response.kind().unwrap_or("of no stated type")
        )),
        other => other,
    })
}

fn because(reason: impl Into<String>) -> Refusal {
    Refusal::Because(reason.into())
}

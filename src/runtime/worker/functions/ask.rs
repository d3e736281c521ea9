//! The way of every host function to the host: calls go out, the script waits, answers come back.

use super::{Refusal, Session};
use crate::runtime::protocol::{CallError, Calls, FromWorker, HostCall, HostReply};
use crate::runtime::worker::outbox;
use rhai::Dynamic;

/// Asks the host for one thing and waits for the answer.
pub(super) fn ask(session: &Session, call: HostCall) -> Result<HostReply, Refusal> {
    let mut answers = ask_all(session, vec![call])?;
    let answer = answers.pop().expect("there are as many answers as calls");
    answer.map_err(Refusal::Failed)
}

/// Asks the host for several things at once and waits until all are answered; the answers stand as the calls did.
pub(super) fn ask_all(
    session: &Session,
    calls: Vec<HostCall>,
) -> Result<Vec<Result<HostReply, CallError>>, Refusal> {
    if session.control.is_stopped() {
        return Err(Refusal::Stopped);
    }
    let mut answers: Vec<_> = calls.iter().map(|_| None).collect();
    let first = session.number_calls(calls.len());
    outbox::send(&FromWorker::Calls(Calls { first, line: session.line(), calls }));
    while answers.iter().any(Option::is_none) {
        let reply = session.control.await_reply()?;
        // What is no answer to these calls comes too late for earlier ones.
        let index = reply.number.checked_sub(first).and_then(|it| usize::try_from(it).ok());
        if let Some(answer) = index.and_then(|index| answers.get_mut(index)) {
            *answer = Some(reply.answer);
        }
    }
    Ok(answers.into_iter().flatten().collect())
}

/// A plain answer as a value of the script; what answers to calls of their own kind has no such form.
pub(super) fn value(reply: HostReply) -> Dynamic {
    match reply {
        HostReply::Nothing | HostReply::Http(_) | HostReply::Mail(_) => Dynamic::UNIT,
        HostReply::Json(text) => serde_json::from_str(&text).unwrap_or(Dynamic::UNIT),
        HostReply::Text(text) => text.into(),
        HostReply::Int(int) => int.into(),
        HostReply::Float(float) => float.into(),
    }
}

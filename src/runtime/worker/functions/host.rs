//! Functions that the host answers.

use super::{Arguments, Refusal, Returned, Session, argument, text};
use crate::runtime::protocol::{FromWorker, HostCall, HostReply};
use crate::runtime::worker::outbox;
use crate::runtime::worker::words::with_article;
use rhai::Dynamic;

/// The longest name of an environment variable, in bytes.
const NAME_BYTES: usize = 1_024;

pub(super) fn env_get(session: &Session, arguments: Arguments) -> Returned {
    let name = text(arguments, 0, "name")?;
    if name.len() > NAME_BYTES {
        let reason = format!("a name has at most {NAME_BYTES} bytes, this one has {}", name.len());
        return Err(Refusal::Because(reason));
    }
    match ask(session, HostCall::Env { name })? {
        HostReply::Nothing => Ok(argument(arguments, 1).clone()),
        other => Ok(value(other)),
    }
}

pub(super) fn now_ms(session: &Session) -> Returned {
    ask(session, HostCall::NowMs).map(value)
}

pub(super) fn random(session: &Session) -> Returned {
    ask(session, HostCall::Random).map(value)
}

pub(super) fn random_range(session: &Session, arguments: Arguments) -> Returned {
    let int = |index, name| {
        argument(arguments, index).as_int().map_err(|kind| {
            Refusal::Because(format!("`{name}` is an int, this is {}", with_article(kind)))
        })
    };
    let (min, max) = (int(0, "min")?, int(1, "max")?);
    if min > max {
        return Err(Refusal::Because(format!("`min` {min} is above `max` {max}")));
    }
    ask(session, HostCall::RandomRange { min, max }).map(value)
}

pub(super) fn uuid(session: &Session) -> Returned {
    ask(session, HostCall::Uuid).map(value)
}

fn ask(session: &Session, call: HostCall) -> Result<HostReply, Refusal> {
    outbox::send(&FromWorker::Call(call));
    session.control.await_reply()?.map_err(Refusal::Because)
}

fn value(reply: HostReply) -> Dynamic {
    match reply {
        HostReply::Nothing => Dynamic::UNIT,
        HostReply::Text(text) => text.into(),
        HostReply::Int(int) => int.into(),
        HostReply::Float(float) => float.into(),
    }
}

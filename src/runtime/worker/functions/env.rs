//! The lambda's environment variables, which the host keeps.

use super::arguments::{argument, text};
use super::ask::{ask, value};
use super::{Arguments, Refusal, Returned, Session};
use crate::language::api::EnvFunction;
use crate::runtime::protocol::{HostCall, HostReply};

/// The longest name of an environment variable, in bytes.
const NAME_BYTES: usize = 1_024;

pub(super) fn call(function: EnvFunction, session: &Session, arguments: Arguments) -> Returned {
    match function {
        EnvFunction::Get => get(session, arguments),
    }
}

fn get(session: &Session, arguments: Arguments) -> Returned {
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

//! The workspace's secrets, which the host keeps.

use super::arguments::{argument, text};
use super::ask::{ask, value};
use super::{Arguments, Refusal, Returned, Session};
use crate::domain::secret::{SECRET_NAME_CHARS, SECRET_VALUE_CHARS};
use crate::language::api::SecretsFunction;
use crate::runtime::protocol::{HostCall, SecretCall};
use crate::runtime::worker::json_text;

/// The most bytes of JSON that the longest value makes: every character may have to be escaped.
const JSON_BYTES: usize = 6 * SECRET_VALUE_CHARS + 2;

pub(super) fn call(function: SecretsFunction, session: &Session, arguments: Arguments) -> Returned {
    let name = text(arguments, 0, "name")?;
    if name.len() > SECRET_NAME_CHARS {
        let reason = format!(
            "a secret's name has at most {SECRET_NAME_CHARS} characters, this one has {}",
            name.chars().count()
        );
        return Err(Refusal::Because(reason));
    }
    let call = match function {
        SecretsFunction::Read => SecretCall::Read { name },
        SecretsFunction::Update => SecretCall::Update { name, value: written(arguments)? },
    };
    ask(session, HostCall::Secret(call)).map(value)
}

fn written(arguments: Arguments) -> Result<String, Refusal> {
    json_text::strict(argument(arguments, 1), JSON_BYTES)
        .map_err(|error| Refusal::Because(format!("`value{}` {}", error.path, error.problem)))
}

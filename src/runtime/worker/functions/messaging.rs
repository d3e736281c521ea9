//! The commands that the messaging events accept as a result.

use super::arguments::{argument, text};
use super::{Arguments, Refusal, Returned};
use crate::language::api::MessagingFunction;
use crate::runtime::worker::words::with_article;
use rhai::{Array, Dynamic, Map};

pub(super) fn call(function: MessagingFunction, arguments: Arguments) -> Returned {
    match function {
        MessagingFunction::SystemMessage => system_message(arguments),
        MessagingFunction::Transfer => transfer(arguments),
        MessagingFunction::TransferToAgent => transfer_to_agent(arguments),
        MessagingFunction::CloseConversation => Ok(close_conversation()),
        MessagingFunction::NoText => Ok(no_text()),
    }
}

fn system_message(arguments: Arguments) -> Returned {
    let text = text(arguments, 0, "text")?;
    Ok(command("systemMessage", [("text", text.into())]))
}

fn transfer(arguments: Arguments) -> Returned {
    let skill = id(arguments, 0, "skill_id")?;
    if arguments.len() < 2 {
        return Ok(command("transfer", [("skillId", skill)]));
    }
    Ok(command("transfer", [("skillId", skill), ("agentId", id(arguments, 1, "agent_id")?)]))
}

fn transfer_to_agent(arguments: Arguments) -> Returned {
    Ok(command("transfer", [("agentId", id(arguments, 0, "agent_id")?)]))
}

fn close_conversation() -> Dynamic {
    command("closeConversation", [])
}

fn no_text() -> Dynamic {
    command("systemMessage", [("text", Dynamic::from_array(Array::new()))])
}

fn command<const N: usize>(kind: &str, fields: [(&str, Dynamic); N]) -> Dynamic {
    let mut map = Map::new();
    map.insert("type".into(), kind.into());
    map.extend(fields.map(|(name, value)| (name.into(), value)));
    Dynamic::from_map(map)
}

/// An id, which the platform writes as a string and people often have as a number.
fn id(arguments: &[&mut Dynamic], index: usize, name: &str) -> Returned {
    let value = argument(arguments, index);
    if let Ok(int) = value.as_int() {
        return Ok(int.to_string().into());
    }
    match value.as_immutable_string_ref() {
        Ok(text) if text.is_empty() => Err(Refusal::Because(format!("`{name}` is empty"))),
        Ok(text) => Ok(text.clone().into()),
        Err(kind) => Err(Refusal::Because(format!(
            "`{name}` is a string or an int, this is {}",
            with_article(kind)
        ))),
    }
}

//! What a lambda remembers from run to run, which the host keeps.

use super::arguments::{argument, mismatch, text};
use super::ask::ask;
use super::{Arguments, Refusal, Returned, Session, json};
use crate::language::api::CacheFunction;
use crate::runtime::protocol::cache::{CacheCall, LONGEST_MS, VALUE_BYTES};
use crate::runtime::protocol::{HostCall, HostReply};
use crate::runtime::worker::json_text;
use rhai::Dynamic;

pub(super) fn call(function: CacheFunction, session: &Session, arguments: Arguments) -> Returned {
    let key = text(arguments, 0, "key")?;
    let call = match function {
        CacheFunction::Get => CacheCall::Get { key },
        CacheFunction::Remove => CacheCall::Remove { key },
        CacheFunction::Set => {
            let value = json_text::strict(argument(arguments, 1), VALUE_BYTES);
            let value = value.map_err(|error| {
                Refusal::Because(format!("`value{}` {}", error.path, error.problem))
            })?;
            CacheCall::Set { key, value, ttl_ms: ttl_ms(argument(arguments, 2))? }
        }
    };
    match ask(session, HostCall::Cache(call))? {
        HostReply::Json(text) => json::parsed(&text),
        _ if function == CacheFunction::Get => Ok(argument(arguments, 1).clone()),
        _ => Ok(Dynamic::UNIT),
    }
}

fn ttl_ms(value: &Dynamic) -> Result<u64, Refusal> {
    let seconds = value.as_int().map(|it| it as f64).or_else(|_| value.as_float());
    let seconds = seconds.map_err(|_| mismatch("ttl", "a number of seconds", value))?;
    let longest = LONGEST_MS / 1_000;
    if !(seconds > 0.0 && seconds <= longest as f64) {
        return Err(Refusal::Because(format!("`ttl` is above 0 and at most {longest} s")));
    }
    Ok((seconds * 1_000.0).ceil() as u64)
}

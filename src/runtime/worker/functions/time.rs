//! The clock, which the host reads, and waiting.

use super::arguments::argument;
use super::ask::{ask, value};
use super::{Arguments, Refusal, Returned, Session};
use crate::language::api::TimeFunction;
use crate::runtime::protocol::HostCall;
use crate::runtime::worker::outbox;
use crate::runtime::worker::words::with_article;
use rhai::Dynamic;
use std::time::Duration;

pub(super) fn call(function: TimeFunction, session: &Session, arguments: Arguments) -> Returned {
    match function {
        TimeFunction::NowMs => ask(session, HostCall::NowMs).map(value),
        TimeFunction::Sleep => sleep(session, arguments),
    }
}

fn sleep(session: &Session, arguments: Arguments) -> Returned {
    let seconds = argument(arguments, 0)
        .as_int()
        .map(|seconds| seconds as f64)
        .or_else(|_| argument(arguments, 0).as_float())
        .map_err(|kind| {
            Refusal::Because(format!("seconds are a number, this is {}", with_article(kind)))
        })?;
    // Whoever sleeps for ever is woken by the deadline.
    let longest = Duration::from_hours(24 * 365);
    let duration = if seconds.is_nan() || seconds <= 0.0 {
        Duration::ZERO
    } else {
        Duration::try_from_secs_f64(seconds).unwrap_or(longest).min(longest)
    };
    outbox::flush();
    session.control.sleep(duration)?;
    Ok(Dynamic::UNIT)
}

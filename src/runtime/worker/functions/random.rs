//! Chance, which the host gives, so that a run can be repeated.

use super::arguments::int;
use super::ask::{ask, value};
use super::{Arguments, Refusal, Returned, Session};
use crate::language::api::RandomFunction;
use crate::runtime::protocol::{HostCall, RandomCall};

pub(super) fn call(function: RandomFunction, session: &Session, arguments: Arguments) -> Returned {
    match function {
        RandomFunction::Unit => ask(session, HostCall::Random(RandomCall::Unit)).map(value),
        RandomFunction::Range => range(session, arguments),
        RandomFunction::Uuid => ask(session, HostCall::Random(RandomCall::Uuid)).map(value),
    }
}

fn range(session: &Session, arguments: Arguments) -> Returned {
    let (min, max) = (int(arguments, 0, "min")?, int(arguments, 1, "max")?);
    if min > max {
        return Err(Refusal::Because(format!("`min` {min} is above `max` {max}")));
    }
    ask(session, HostCall::Random(RandomCall::Range { min, max })).map(value)
}

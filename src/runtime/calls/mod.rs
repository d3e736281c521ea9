//! What a lambda asks of the host, answered.
//!
//! The one door through which a lambda reaches anything. Each kind of call has a file of its own; here they are brought
//! together and recorded. The script waits meanwhile, the host does not.

mod clock;
mod env;
mod random;

use super::protocol::{HostCall, HostReply};
use crate::domain::run::HostCallRecord;
use std::collections::BTreeMap;
use std::time::Instant;

/// The most calls recorded of a run.
pub(super) const CALLS_KEPT: usize = 10_000;

/// An answer and its record.
pub(super) struct Answered {
    pub(super) reply: Result<HostReply, String>,
    pub(super) record: HostCallRecord,
}

/// Answers `call` for a run with the environment variables `env`.
#[expect(
    clippy::unused_async,
    reason = "the host waits for calls; the ones so far are answered at once"
)]
pub(super) async fn answer(call: HostCall, env: &BTreeMap<String, String>) -> Answered {
    let started = Instant::now();
    let (function, arguments) = described(&call);
    let reply = match call {
        HostCall::Env { name } => Ok(env::get(env, &name)),
        HostCall::NowMs => clock::now_ms(),
        HostCall::Random => random::unit(),
        HostCall::RandomRange { min, max } => random::range(min, max),
        HostCall::Uuid => random::uuid(),
    };
    let record = HostCallRecord {
        function: function.to_owned(),
        arguments,
        ok: reply.is_ok(),
        duration_us: started.elapsed().as_micros() as u64,
    };
    Answered { reply, record }
}

fn described(call: &HostCall) -> (&'static str, String) {
    match call {
        HostCall::Env { name } => ("env::get", format!("{name:?}")),
        HostCall::NowMs => ("time::now_ms", String::new()),
        HostCall::Random => ("random", String::new()),
        HostCall::RandomRange { min, max } => ("random", format!("{min}, {max}")),
        HostCall::Uuid => ("uuid", String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_call_is_answered_and_recorded() {
        let env = BTreeMap::from([("REGION".to_owned(), "eu".to_owned())]);
        let answered = answer(HostCall::Env { name: "REGION".into() }, &env).await;
        assert_eq!(answered.reply, Ok(HostReply::Text("eu".into())));
        assert_eq!(answered.record.function, "env::get");
        assert_eq!(answered.record.arguments, "\"REGION\"");
        let answered = answer(HostCall::Env { name: "region".into() }, &env).await;
        assert_eq!(answered.reply, Ok(HostReply::Nothing));
        let answered = answer(HostCall::RandomRange { min: 3, max: 3 }, &env).await;
        assert_eq!(answered.reply, Ok(HostReply::Int(3)));
        assert_eq!(answered.record.arguments, "3, 3");
    }
}

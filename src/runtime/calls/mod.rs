//! What a lambda asks of the host, answered.
//!
//! The one door through which a lambda reaches anything. Each kind of call has a file of its own; here they are brought
//! together and described for the record, masked. The script waits meanwhile, the host does not: calls that were made
//! together are answered side by side, and dropping an answer that is under way gives its call up.

mod budget;
mod cache;
mod clock;
mod env;
mod http;
mod mail;
mod random;
mod secrets;

pub use http::trusting;

use super::protocol::{CallError, HostCall, HostReply, RandomCall};
use super::{Masks, RunRequest};
use crate::domain::{CallPart, CallRecord, CallStatus, Hop, SpanId};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The most calls recorded of a run.
pub(super) const CALLS_KEPT: usize = 10_000;

/// What stays from one run to the next.
#[derive(Default)]
pub(super) struct Outside {
    clients: http::Clients,
    budgets: budget::Budgets,
    caches: cache::Caches,
}

/// What holds for the calls of one run.
pub(super) struct Desk<'a> {
    /// The run: whose calls they are, what they may use and reach.
    pub(super) request: &'a RunRequest,
    /// What stays from one run to the next.
    pub(super) outside: &'a Outside,
    /// What must not be seen in the record.
    pub(super) masks: Masks,
}

/// An answer, and what the record says of the call.
pub(super) struct Answered {
    pub(super) answer: Result<HostReply, CallError>,
    pub(super) told: Told,
}

/// What is told of a call beside when it was made and how long it took.
pub(super) struct Told {
    pub(super) status: CallStatus,
    pub(super) bytes: u64,
    pub(super) request: Option<CallPart>,
    pub(super) response: Option<CallPart>,
    pub(super) hops: Vec<Hop>,
    pub(super) span: Option<SpanId>,
}

impl Told {
    /// Nothing went out and nothing came in.
    fn of(answer: &Result<HostReply, CallError>) -> Self {
        let status = match answer {
            Ok(_) => CallStatus::Done,
            Err(error) => CallStatus::Failed(error.message.clone()),
        };
        Self::unanswered(status)
    }

    /// The same with a status of its own.
    fn unanswered(status: CallStatus) -> Self {
        Self { status, bytes: 0, request: None, response: None, hops: Vec::new(), span: None }
    }
}

/// A call that waits for its answer.
pub(super) struct Pending {
    at_ms: i64,
    started: Instant,
    line: Option<u32>,
    what: &'static str,
    target: String,
}

impl Pending {
    /// `call` was made now, at `line` of the source.
    pub(super) fn begin(call: &HostCall, line: Option<u32>) -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        let (what, target) = described(call);
        Self { at_ms: since.as_millis() as i64, started: Instant::now(), line, what, target }
    }

    /// The record of the call, which was answered now.
    pub(super) fn end(self, told: Told, masks: &Masks) -> CallRecord {
        let mut record = CallRecord {
            at_ms: self.at_ms,
            line: self.line,
            what: self.what.to_owned(),
            target: self.target,
            status: told.status,
            duration_us: self.started.elapsed().as_micros() as u64,
            bytes: told.bytes,
            request: told.request,
            response: told.response,
            hops: told.hops,
            span: told.span,
        };
        mask(&mut record, masks);
        record
    }

    /// The record of the call, whose run ended before it was answered.
    pub(super) fn abandon(self, masks: &Masks) -> CallRecord {
        let told = Told::unanswered(CallStatus::Abandoned);
        self.end(told, masks)
    }
}

fn mask(record: &mut CallRecord, masks: &Masks) {
    let hide = |text: &mut String| {
        if let std::borrow::Cow::Owned(masked) = masks.mask(text) {
            *text = masked;
        }
    };
    hide(&mut record.target);
    match &mut record.status {
        CallStatus::Refused { message, .. } | CallStatus::Failed(message) => hide(message),
        CallStatus::Done | CallStatus::Answered(_) | CallStatus::Dry | CallStatus::Abandoned => {}
    }
    for part in record.request.iter_mut().chain(&mut record.response) {
        hide(&mut part.title);
        part.headers.iter_mut().for_each(|(_, value)| hide(value));
        part.body.iter_mut().for_each(hide);
    }
    record.hops.iter_mut().for_each(|hop| hide(&mut hop.url));
}

impl Desk<'_> {
    /// Answers `call`.
    pub(super) async fn answer(&self, call: HostCall) -> Answered {
        let answer = match call {
            HostCall::Http(call) => return http::send(self, *call).await,
            HostCall::Secret(call) => return secrets::answer(self, call).await,
            HostCall::Mail(call) => return mail::send(self, *call).await,
            HostCall::Cache(call) => {
                self.outside.caches.answer(&self.request.lambda, call, Instant::now())
            }
            HostCall::Env { name } => Ok(env::get(&self.request.env, &name)),
            HostCall::NowMs => clock::now_ms(),
            HostCall::Random(RandomCall::Unit) => random::unit(),
            HostCall::Random(RandomCall::Range { min, max }) => random::range(min, max),
            HostCall::Random(RandomCall::Uuid) => random::uuid(),
        };
        let answer = answer.map_err(CallError::from);
        Answered { told: Told::of(&answer), answer }
    }
}

/// The host function, and what it was about.
fn described(call: &HostCall) -> (&'static str, String) {
    match call {
        HostCall::Env { name } => (CallRecord::ENV, format!("{name:?}")),
        HostCall::NowMs => ("time::now_ms", String::new()),
        HostCall::Random(RandomCall::Unit) => ("random", String::new()),
        HostCall::Random(RandomCall::Range { min, max }) => ("random", format!("{min}, {max}")),
        HostCall::Random(RandomCall::Uuid) => ("uuid", String::new()),
        HostCall::Http(call) => http::described(call),
        HostCall::Secret(call) => secrets::described(call),
        HostCall::Mail(call) => mail::described(call),
        HostCall::Cache(call) => cache::described(call),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn answered(call: HostCall) -> (Result<HostReply, CallError>, CallRecord) {
        let mut request = RunRequest::of_test("");
        request.env.insert("REGION".to_owned(), "eu".to_owned());
        let outside = Outside::default();
        let desk = Desk { request: &request, outside: &outside, masks: Masks::default() };
        let pending = Pending::begin(&call, Some(4));
        let answered = desk.answer(call).await;
        (answered.answer, pending.end(answered.told, &desk.masks))
    }

    #[tokio::test]
    async fn every_call_is_answered_and_recorded() {
        let (answer, record) = answered(HostCall::Env { name: "REGION".into() }).await;
        assert_eq!(answer, Ok(HostReply::Text("eu".into())));
        assert_eq!((record.what.as_str(), record.target.as_str()), ("env::get", "\"REGION\""));
        assert_eq!((record.line, record.status), (Some(4), CallStatus::Done));
        let (answer, _) = answered(HostCall::Env { name: "region".into() }).await;
        assert_eq!(answer, Ok(HostReply::Nothing));
        let range = |min, max| HostCall::Random(RandomCall::Range { min, max });
        let (answer, record) = answered(range(3, 3)).await;
        assert_eq!(answer, Ok(HostReply::Int(3)));
        assert_eq!(record.target, "3, 3");
        let (_, record) = answered(range(4, 3)).await;
        assert!(matches!(record.status, CallStatus::Failed(message) if message.contains("above")));
    }

    #[test]
    fn no_secret_comes_into_a_record() {
        let masks = Masks::default();
        masks.add("s3cret");
        let part = |title: &str| CallPart {
            title: title.into(),
            headers: vec![("x-key".into(), "s3cret".into())],
            body: Some("a s3cret".into()),
            body_bytes: 8,
        };
        let told = Told {
            status: CallStatus::Failed("s3cret is wrong".into()),
            bytes: 0,
            request: Some(part("GET /?key=s3cret")),
            response: Some(part("200")),
            hops: vec![Hop { method: "GET".into(), url: "/s3cret".into(), status: 302 }],
            span: None,
        };
        let record = Pending::begin(&HostCall::Env { name: "s3cret".into() }, None);
        let text = format!("{:?}", record.end(told, &masks));
        assert!(!text.contains("s3cret"), "{text}");
    }
}

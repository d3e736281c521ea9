//! Events that were raised, and what they cause.

use super::call::{CallRecord, CallStatus};
use super::deployment::LambdaId;
use super::event::EventId;
use super::lambda::LambdaName;
use super::run::{Failure, FailureKind, Outcome, Run, RunId};
use super::trace::TraceHeaders;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;
use uuid::Uuid;

/// An event that happened, with its payload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RaisedEvent {
    /// Who raised it, a URI reference. Together with `id` it tells a repetition from a new one.
    pub source: String,
    /// Unique within its source.
    pub id: String,
    /// Which event.
    pub event: EventId,
    /// What a lambda gets: a JSON object of `timestamp`, `headers` and `payload`.
    pub input: Arc<str>,
    /// When it was taken, in milliseconds since the Unix epoch.
    pub raised_at_ms: i64,
    /// The W3C trace context that it came with.
    pub trace: Option<TraceHeaders>,
    /// The trace context of the request that brought it, where the event has another.
    pub carried_by: Option<String>,
}

/// Identifies one way of an event to one lambda, over all its attempts; sorts by the time it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeliveryId(pub Uuid);

impl fmt::Display for DeliveryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a delivery brings: an event that somebody raised, a schedule's as well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivered {
    /// Who raised the event, a URI reference.
    pub source: String,
    /// The event's id, unique within its source.
    pub event_id: String,
    /// The delivery, over all its attempts.
    pub delivery: DeliveryId,
}

impl Delivered {
    /// The event, as people ask for it.
    pub fn event(&self) -> String {
        format!("event {} from {}", self.event_id, self.source)
    }
}

/// Why a run was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum Cause {
    /// A person or a script invoked the lambda in its workspace.
    Invoke,
    /// The invocation API was called.
    Call {
        /// What the caller says it is.
        system: Option<String>,
    },
    /// An event was delivered.
    Delivery {
        /// Which delivery.
        delivery: DeliveryId,
        /// Counts from 1.
        attempt: u32,
    },
    /// A schedule was due.
    Schedule {
        /// The schedule's name.
        name: String,
        /// The time it was due, in milliseconds since the Unix epoch.
        due_at_ms: i64,
        /// Counts from 1; older records have no number.
        #[serde(default = "first")]
        attempt: u32,
    },
    /// A run was made again.
    Replay {
        /// Which one.
        of: RunId,
        /// Whether what it sent was sent; older records do not say.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        live: Option<bool>,
    },
}

const fn first() -> u32 {
    1
}

impl Cause {
    /// Which attempt at its delivery a run was; none where nothing was delivered.
    pub const fn attempt(&self) -> Option<u32> {
        match self {
            Self::Delivery { attempt, .. } | Self::Schedule { attempt, .. } => Some(*attempt),
            Self::Invoke | Self::Call { .. } | Self::Replay { .. } => None,
        }
    }

    /// In a word or two, for a list.
    pub fn title(&self) -> String {
        match self {
            Self::Invoke => "invoke".into(),
            Self::Call { system: Some(system) } => format!("call by {system}"),
            Self::Call { system: None } => "call".into(),
            Self::Delivery { attempt: 1, .. } => "delivery".into(),
            Self::Delivery { attempt, .. } => format!("attempt {attempt}"),
            Self::Schedule { name, attempt: 1, .. } => format!("schedule {name}"),
            // The number first, which must not be cut off.
            Self::Schedule { name, attempt, .. } => format!("attempt {attempt}, schedule {name}"),
            Self::Replay { live: None, .. } => "replay".into(),
            Self::Replay { live: Some(true), .. } => "replay, live".into(),
            Self::Replay { live: Some(false), .. } => "replay, dry".into(),
        }
    }

    /// The run that was made again.
    pub const fn replayed(&self) -> Option<RunId> {
        match self {
            Self::Replay { of, .. } => Some(*of),
            _ => None,
        }
    }
}

/// Answers to a request that get no better by repeating it. Of the others, 404 may come of a thing that is made just now,
/// 401 of a token that is renewed, 403 of a limit, 409 and 423 of somebody else's work, 408, 425 and 429 of the moment.
const WRONG_AS_IT_IS: [u16; 10] = [400, 405, 406, 410, 411, 413, 414, 415, 422, 451];

impl Run {
    /// Whether the same delivery may succeed when it is tried again: the one place that decides it.
    ///
    /// What the version, the input or a limit alone decides comes out the same each time, and so does what a lambda trips
    /// over that has asked nothing of the outside, or was refused it. What it throws is tried again, unless it says
    /// otherwise itself by a `retry` in it. What the host or the clock did may be a busy machine.
    pub fn may_pass(&self) -> bool {
        let Outcome::Failed(failure) = &self.outcome else { return false };
        match failure.kind {
            FailureKind::TimedOut | FailureKind::Crashed | FailureKind::Host => true,
            FailureKind::Threw => {
                failure.wants_retry().unwrap_or_else(|| !self.was_refused(failure))
            }
            FailureKind::Script => self.asked_outside() && !self.was_refused(failure),
            FailureKind::Compile
            | FailureKind::MissingLambda
            | FailureKind::WrongParameters
            | FailureKind::SourceTooLong
            | FailureKind::BadResult
            | FailureKind::MemoryExceeded
            | FailureKind::TooDeep
            | FailureKind::BadInput => false,
        }
    }

    fn asked_outside(&self) -> bool {
        self.calls_skipped > 0 || self.calls.iter().any(CallRecord::may_differ)
    }

    /// Whether a call that will never be granted stands behind the failure: one that the host refused, or one whose answer
    /// says that it is wrong as it is.
    fn was_refused(&self, failure: &Failure) -> bool {
        let refused = self.calls.iter().any(|call| match &call.status {
            CallStatus::Refused { message, .. } => failure.message.contains(message.as_str()),
            _ => false,
        });
        refused || self.answer_behind(failure).is_some_and(|code| WRONG_AS_IT_IS.contains(&code))
    }

    /// The status of the answer that failed the run, where that is certain: it was thrown on, or nobody caught it.
    fn answer_behind(&self, failure: &Failure) -> Option<u16> {
        if let Some(thrown) = &failure.thrown {
            return thrown.get("status")?.as_u64()?.try_into().ok();
        }
        let last =
            self.calls.iter().rfind(|call| call.may_differ()).filter(|_| self.calls_skipped == 0);
        match last?.status {
            CallStatus::Answered(code) if failure.message.contains(&code.to_string()) => Some(code),
            _ => None,
        }
    }
}

/// How often and when a delivery that failed is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// How many times after the first.
    pub retries: u32,
    /// How long to wait before the first of them, in milliseconds; each further wait is twice as long.
    pub first_ms: u64,
    /// The longest wait, in milliseconds.
    pub most_ms: u64,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { retries: 3, first_ms: 1_000, most_ms: 300_000 }
    }
}

impl RetryPolicy {
    /// How long to wait after attempt `attempt`, which counts from 1; none when it was the last. `chance`, from 0 to 1,
    /// spreads the waits between half and the whole of what is due, so that what failed together is not tried together.
    pub fn wait_ms(&self, attempt: u32, chance: f64) -> Option<u64> {
        if attempt > self.retries {
            return None;
        }
        let doubled = 1_u64.checked_shl(attempt.saturating_sub(1)).unwrap_or(u64::MAX);
        let whole = self.first_ms.saturating_mul(doubled).min(self.most_ms);
        let half = whole / 2;
        Some(half + ((whole - half) as f64 * chance.clamp(0.0, 1.0)) as u64)
    }
}

/// A delivery that was given up, kept until it is redriven or purged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeadLetter {
    /// The delivery.
    pub delivery: DeliveryId,
    /// The lambda it was for.
    pub lambda: LambdaName,
    /// That lambda's id.
    pub lambda_id: LambdaId,
    /// The event; none for a schedule's.
    pub event: Option<EventId>,
    /// Who raised the event.
    pub source: String,
    /// The event's id within its source.
    pub event_id: String,
    /// How often it was tried.
    pub attempts: u32,
    /// Why it was given up, in one sentence.
    pub reason: String,
    /// The last run, if there was one.
    pub run: Option<RunId>,
    /// When it was given up, in milliseconds since the Unix epoch.
    pub died_at_ms: i64,
    /// What the lambda was given.
    pub input: Arc<str>,
}

/// How deliveries are carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliverySettings {
    /// When what failed is tried again.
    pub retry: RetryPolicy,
    /// How many runs may go on at a time.
    pub concurrency: usize,
    /// How many of them may be of one lambda.
    pub concurrency_per_lambda: usize,
    /// How many deliveries may wait; beyond that events are refused.
    pub queue_deliveries: u64,
    /// How many bytes of input may wait; beyond that events are refused.
    pub queue_bytes: u64,
    /// How long runs are kept, in days.
    pub keep_runs_days: u32,
    /// How much room kept runs may take, in MiB.
    pub keep_runs_mib: u64,
    /// Where results are sent as `CloudEvents`.
    pub sink: Option<String>,
}

impl Default for DeliverySettings {
    fn default() -> Self {
        Self {
            retry: RetryPolicy::default(),
            concurrency: 8,
            concurrency_per_lambda: 4,
            queue_deliveries: 100_000,
            queue_bytes: 256 * 1024 * 1024,
            keep_runs_days: 30,
            keep_runs_mib: 512,
            sink: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn run_of(outcome: &Outcome, calls: &[(&str, CallStatus)]) -> Run {
        let called = |(what, status): &(&str, CallStatus)| json!({"at_ms": 0, "line": 1, "what": what, "where": "", "status": status, "duration_us": 1, "bytes": 0});
        let run = json!({
            "id": Uuid::nil(), "lambda": "one", "event": null, "started_at_ms": 0, "duration_us": 1,
            "peak_memory_bytes": 0, "operations": 0, "logs": [], "logs_gap": null, "deployed_log_cut": null,
            "outcome": outcome, "calls": calls.iter().map(called).collect::<Vec<_>>(), "calls_skipped": 0,
        });
        serde_json::from_value(run).unwrap()
    }

    fn may_pass(kind: FailureKind, calls: &[(&str, CallStatus)]) -> bool {
        run_of(&Outcome::Failed(Failure::new(kind, "it said: no key")), calls).may_pass()
    }

    #[test]
    fn what_no_other_answer_can_change_does_not_pass() {
        let refused = CallStatus::Refused { message: "no key".into(), allow: None };
        let other = CallStatus::Refused { message: "no such host".into(), allow: None };
        let (http, clock) = ("http::get", ("time::now_ms", CallStatus::Done));
        assert!(!may_pass(FailureKind::Script, &[]), "nothing was asked");
        assert!(!may_pass(FailureKind::Script, &[(CallRecord::ENV, CallStatus::Done)]));
        assert!(may_pass(FailureKind::Threw, &[]), "its own word");
        for kind in [FailureKind::Threw, FailureKind::Script] {
            assert!(!may_pass(kind, &[clock.clone(), (http, refused.clone())]));
            for calls in [
                vec![clock.clone()],
                vec![(http, CallStatus::Answered(200))],
                vec![(http, CallStatus::Failed("no key".into()))],
                vec![clock.clone(), (http, other.clone())],
            ] {
                assert!(may_pass(kind, &calls), "{calls:?}");
            }
        }
        let read = ("secrets::read", CallStatus::Done);
        assert!(!may_pass(FailureKind::Script, &[read]), "nobody has changed the secret");
        let caught = [(http, CallStatus::Answered(400))];
        assert!(may_pass(FailureKind::Script, &caught), "the failure is another");
        assert!(may_pass(FailureKind::Threw, &caught), "its own word");
        assert!(may_pass(FailureKind::TimedOut, &[]), "a busy machine");
        assert!(!may_pass(FailureKind::Compile, &[clock]));
    }

    #[test]
    fn a_request_that_is_wrong_as_it_is_is_not_sent_again() {
        let answered = |code: u16, message: &str, thrown: Option<serde_json::Value>| {
            let kind = if thrown.is_some() { FailureKind::Threw } else { FailureKind::Script };
            let failure = Failure { thrown, ..Failure::new(kind, message) };
            let calls = [("http::post", CallStatus::Answered(code))];
            run_of(&Outcome::Failed(failure), &calls).may_pass()
        };
        assert!(!answered(422, "http::post: https://x.example/ answered with 422", None));
        assert!(answered(503, "http::post: https://x.example/ answered with 503", None));
        assert!(!answered(400, "no", Some(json!({ "message": "no", "status": 400 }))));
        assert!(answered(400, "no", Some(json!({ "message": "no", "status": 503 }))));
        assert!(answered(400, "no", Some(json!({ "status": 400, "retry": true }))));
    }

    #[test]
    fn waits_double_up_to_the_longest_and_end_with_the_retries() {
        let policy = RetryPolicy { retries: 4, first_ms: 1_000, most_ms: 3_000 };
        let waits: Vec<_> = (1..=5).map(|attempt| policy.wait_ms(attempt, 1.0)).collect();
        assert_eq!(waits, [Some(1_000), Some(2_000), Some(3_000), Some(3_000), None]);
        assert_eq!(policy.wait_ms(1, 0.0), Some(500));
        let endless = RetryPolicy { retries: u32::MAX, first_ms: 1_000, most_ms: 3_000 };
        assert_eq!(endless.wait_ms(4_000, 1.0), Some(3_000));
    }
}

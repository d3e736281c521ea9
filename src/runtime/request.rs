//! What is asked of the runtime, and what it tells while a run goes on.

use crate::domain::{
    CallRecord, EventId, LambdaName, Limits, LogLine, Reach, RunId, RunTrace, SecretStore,
    SendingOf,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One run to be made.
#[derive(Clone, Debug)]
pub struct RunRequest {
    /// Its id.
    pub id: RunId,
    /// The lambda's name, for the record.
    pub lambda: LambdaName,
    /// The event it is connected to, for the record.
    pub event: Option<EventId>,
    /// The Rhai source.
    pub source: Arc<str>,
    /// The input as JSON text: an object of `headers`, `payload` and perhaps `timestamp`.
    pub input: Arc<str>,
    /// The lambda's environment variables; they stay in the host and are given out one by one.
    pub env: BTreeMap<String, String>,
    /// What it may use.
    pub limits: Limits,
    /// Where its secrets come from; a single file has none.
    pub secrets: Option<Arc<dyn SecretStore>>,
    /// What it may reach.
    pub reach: Arc<Reach>,
    /// What of what it wants to change outside is sent.
    pub sending: SendingOf,
    /// The trace it belongs to, which its HTTP requests carry on.
    pub trace: Option<RunTrace>,
}

#[cfg(test)]
impl RunRequest {
    /// A run of `source` that may reach nothing.
    pub(super) fn of_test(source: &str) -> Self {
        Self {
            id: RunId(uuid::Uuid::nil()),
            lambda: LambdaName::new("tested").unwrap(),
            event: None,
            source: source.into(),
            input: "{}".into(),
            env: BTreeMap::new(),
            limits: Limits::default(),
            secrets: None,
            reach: Arc::default(),
            sending: SendingOf::default(),
            trace: None,
        }
    }
}

/// What happens during a run.
#[derive(Clone, Debug, PartialEq)]
pub enum RunEvent {
    /// A worker has been given the lambda.
    Started,
    /// It wrote these lines.
    Logs(Vec<LogLine>),
    /// It wrote so many lines that are not kept.
    LogsSkipped(u64),
    /// It asked the host for something and got its answer.
    Call(Box<CallRecord>),
}

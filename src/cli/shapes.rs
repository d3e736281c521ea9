//! What is printed for machines: the same fact under the same name, wherever it stands.
//!
//! A run is one object everywhere: what a list shows of it, and in a record more. What is kept on the disk has names of its
//! own and must not follow these.

use crate::domain::{
    Activity, Cause, DeadLetter, Deployment, Ending, EventId, Failure, FailureKind, KeptRun,
    LambdaName, OngoingRun, Outcome, Run, RunFigures, RunId, RunSummary, Schedule, Version,
    payload,
};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::fmt;

/// A run as a list has it. A server prints thousands of them a second, so that no tree is made of it first.
#[derive(Serialize)]
pub(super) struct ListedRun<'a> {
    id: RunId,
    lambda: &'a LambdaName,
    event: Option<&'a EventId>,
    version: Option<u32>,
    cause: &'a Cause,
    started_at_ms: i64,
    duration_us: Option<u64>,
    ending: &'static str,
    failure: Option<ListedFailure<'a>>,
    log_lines: Option<u32>,
    host_calls: Option<u32>,
}

#[derive(Serialize)]
struct ListedFailure<'a> {
    kind: FailureKind,
    message: Option<&'a str>,
}

/// A run that ended.
pub(super) fn summary(run: &RunSummary) -> ListedRun<'_> {
    let message = run.message.as_deref();
    let (ending, failure) = match run.ending {
        Ending::Succeeded => ("succeeded", None),
        Ending::Failed(kind) => ("failed", Some(ListedFailure { kind, message })),
        Ending::Cancelled => ("cancelled", None),
        Ending::Interrupted => ("interrupted", None),
    };
    ListedRun {
        id: run.id,
        lambda: &run.lambda,
        event: run.event.as_ref(),
        version: run.version,
        cause: &run.cause,
        started_at_ms: run.started_at_ms,
        duration_us: run.took_us(),
        ending,
        failure,
        log_lines: Some(run.logs),
        host_calls: Some(run.calls),
    }
}

/// A run that goes on.
pub(super) fn going_on(run: &OngoingRun) -> ListedRun<'_> {
    ListedRun {
        id: run.id,
        lambda: &run.lambda,
        event: run.event.as_ref(),
        version: (run.version > 0).then_some(run.version),
        cause: &run.cause,
        started_at_ms: run.started_at_ms,
        duration_us: None,
        ending: "running",
        failure: None,
        log_lines: None,
        host_calls: None,
    }
}

/// Everything that is kept of a run.
pub(super) fn record(kept: &KeptRun) -> Value {
    let run = &kept.run;
    let mut all = object(json!(summary(&RunSummary::of(kept))));
    // With its place, what was thrown and what to do.
    all.insert("failure".into(), json!(failure(run)));
    all.insert("result".into(), json!(result(run)));
    for (name, value) in object(json!(run)) {
        if name != "outcome" && !all.contains_key(&name) {
            all.insert(name, value);
        }
    }
    all.insert("origin".into(), json!(kept.origin));
    all.insert("lambda_id".into(), json!(kept.lambda_id));
    all.insert("input".into(), input(&kept.input));
    all.insert("input_sha256".into(), json!(kept.input_sha256));
    all.insert("input_masked".into(), json!(kept.input_masked));
    all.into()
}

/// What a run wrote, behind what a list has of it.
pub(super) fn logs(run: &RunSummary, kept: &KeptRun) -> Value {
    with(json!(summary(run)), [("logs", json!(kept.run.logs))])
}

fn failure(run: &Run) -> Option<&Failure> {
    if let Outcome::Failed(failure) = &run.outcome { Some(failure) } else { None }
}

fn result(run: &Run) -> Option<&Value> {
    if let Outcome::Succeeded(value) = &run.outcome { Some(value) } else { None }
}

/// How the runs of some lambda went, or of all.
pub(super) fn figures(lambda: Option<&impl fmt::Display>, of: &RunFigures) -> Value {
    json!({
        "lambda": lambda.map(ToString::to_string),
        "succeeded": of.succeeded(),
        "failed": of.failed(),
        "p50_us": of.p50_us,
        "p95_us": of.p95_us,
        "p99_us": of.p99_us,
        "buckets": of.buckets,
    })
}

/// A deployed lambda.
pub(super) fn deployment(deployment: &Deployment) -> Value {
    renamed(json!(deployment), "id", "lambda_id")
}

/// A version of a lambda.
pub(super) fn version(version: &Version) -> Value {
    let mut all = renamed(json!(version), "number", "version");
    let schedules = version.schedules.iter();
    let schedules = schedules.map(|it| with(json!(it), [("input", input(&it.input))]));
    all["schedules"] = schedules.collect();
    all
}

/// A dead letter.
pub(super) fn dead_letter(letter: &DeadLetter) -> Value {
    let all = renamed(json!(letter), "run", "last_run");
    with(all, [("input", input(&letter.input))])
}

/// A schedule.
pub(super) fn schedule(schedule: &Schedule) -> Value {
    let all = renamed(json!(schedule), "is_paused", "paused");
    with(all, [("input", input(&schedule.input))])
}

/// Something that was done.
pub(super) fn activity(activity: &Activity) -> Value {
    let (version, replaced) = activity.versions().unzip();
    with(json!(activity), [("version", json!(version)), ("replaced", json!(replaced.flatten()))])
}

/// What a lambda is given: as JSON where that loses nothing, else as the text it is.
fn input(text: &str) -> Value {
    let value = payload::check_json(text).ok().and_then(|()| serde_json::from_str(text).ok());
    value.unwrap_or_else(|| text.into())
}

fn object(value: Value) -> Map<String, Value> {
    if let Value::Object(all) = value { all } else { Map::new() }
}

fn with<const N: usize>(value: Value, more: [(&str, Value); N]) -> Value {
    let mut all = object(value);
    all.extend(more.map(|(name, value)| (name.to_owned(), value)));
    all.into()
}

fn renamed(value: impl Serialize, old: &str, new: &str) -> Value {
    let name = |name: String| if name == old { new.to_owned() } else { name };
    object(json!(value)).into_iter().map(|(key, value)| (name(key), value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_is_json_where_nothing_is_lost_and_else_the_text() {
        assert_eq!(input("{\"n\": 1.5}"), json!({ "n": 1.5 }));
        for text in ["{\"n\": 123456789012345678901234567890}", "{\"n\": ", ""] {
            assert_eq!(input(text), json!(text));
        }
    }
}

//! Runs, and what they asked of others by HTTP.

use super::{OpenSpan, SpanKind, Traces};
use crate::domain::{
    CallRecord, CallStatus, Cause, Ending, KeptRun, LambdaName, RunTrace, TraceHeaders,
};
use crate::platform::store::Claimed;
use url::Url;

/// The methods of HTTP that are told by their names.
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// A run's place in a trace, and its span where that is kept.
#[derive(Default)]
pub(in crate::platform) struct RunSpan {
    span: Option<OpenSpan>,
    trace: Option<TraceHeaders>,
}

impl RunSpan {
    /// A run that a caller waits for.
    pub(in crate::platform) fn of_call(traces: &Traces, trace: Option<TraceHeaders>) -> Self {
        let above = trace.as_ref().map(|it| it.parent.as_str());
        let span = traces.begin(above, SpanKind::Internal);
        Self { span, trace }
    }

    /// A run that carries out a delivery.
    pub(in crate::platform) fn of_delivery(traces: &Traces, claimed: &Claimed) -> Self {
        let trace = claimed.trace.clone();
        let above = trace.as_ref().map(|it| it.parent.as_str());
        let mut span = traces.begin(above, SpanKind::Consumer);
        if let Some(span) = &mut span {
            span.set("messaging.system", "lambdeck");
            span.set("messaging.operation.type", "process");
            span.set("messaging.operation.name", "deliver");
            span.set("messaging.message.id", claimed.origin.1.as_str());
            if let Some(event) = &claimed.event {
                span.set("messaging.destination.name", event.as_str());
            }
            span.set("messaging.destination.subscription.name", claimed.lambda.as_str());
            span.set("lambdeck.delivery", claimed.id.to_string());
            span.set("lambdeck.attempt", claimed.attempt);
        }
        Self { span, trace }
    }

    /// What belongs to the run carries this on.
    pub(in crate::platform) fn headers(&self) -> Option<TraceHeaders> {
        let trace = self.trace.as_ref();
        let own = self.span.as_ref().map(|span| TraceHeaders::at(&span.context(), trace));
        own.or_else(|| self.trace.clone())
    }

    /// What the lambda's HTTP requests carry on.
    pub(in crate::platform) fn trace(&self) -> Option<RunTrace> {
        match &self.span {
            Some(span) => {
                let state = self.trace.as_ref().and_then(|it| it.state.clone());
                Some(RunTrace::Kept(span.context(), state))
            }
            None => self.trace.clone().map(RunTrace::Carried),
        }
    }

    /// The delivery came to no run.
    pub(in crate::platform) fn end_without_run(self, lambda: &LambdaName, why: &'static str) {
        let Some(mut span) = self.span else { return };
        span.set("faas.name", lambda.as_str());
        span.fail(why);
        span.end(lambda.as_str());
    }

    /// The run is over.
    pub(in crate::platform) fn end(self, kept: &KeptRun) {
        let Some(mut span) = self.span else { return };
        let run = &kept.run;
        run.calls.iter().for_each(|call| tell_call(&span, call));
        let trigger = match &kept.cause {
            Cause::Call { .. } => "http",
            Cause::Delivery { .. } => "pubsub",
            Cause::Schedule { .. } => "timer",
            _ => "other",
        };
        span.set("faas.trigger", trigger);
        span.set("faas.name", run.lambda.as_str());
        span.set("faas.invocation_id", run.id.to_string());
        if let Some(version) = kept.version {
            span.set("faas.version", version.to_string());
        }
        if let Cause::Schedule { name, .. } = &kept.cause {
            span.set("lambdeck.schedule", name.as_str());
        }
        let ending = Ending::of(&run.outcome);
        span.set("lambdeck.outcome", ending.title());
        if let Ending::Failed(kind) = ending {
            span.fail(kind.code());
        }
        span.end(run.lambda.as_str());
    }
}

/// One HTTP request of a run as a span of its own.
fn tell_call(run: &OpenSpan, call: &CallRecord) {
    let Some(id) = call.span else { return };
    let (method, address) = match call.what.as_str() {
        "http::request" => call.target.split_once(' ').unwrap_or_default(),
        what => (what.strip_prefix("http::").unwrap_or_default(), call.target.as_str()),
    };
    let method = method.to_ascii_uppercase();
    let method = METHODS.into_iter().find(|it| **it == method).unwrap_or("_OTHER");
    let mut span = run.past(id, SpanKind::Client, (call.at_ms, call.duration_us));
    span.set("http.request.method", method);
    if let Ok(url) = Url::parse(address) {
        set_server(&mut span, &url);
    }
    match &call.status {
        CallStatus::Answered(status) => {
            span.set("http.response.status_code", u32::from(*status));
            if *status >= 400 {
                span.fail(status.to_string());
            }
        }
        CallStatus::Dry => span.set("lambdeck.dry", true),
        CallStatus::Done => {}
        failed => span.fail(failed.word()),
    }
    if !call.hops.is_empty() {
        span.set("lambdeck.http.hops", call.hops.len() as i64);
    }
    span.end_past(method);
}

/// Which server it goes to, and nothing more of the address.
pub(super) fn set_server(span: &mut OpenSpan, url: &Url) {
    span.set("url.scheme", url.scheme());
    if let Some(host) = url.host_str() {
        span.set("server.address", host);
    }
    if let Some(port) = url.port_or_known_default() {
        span.set("server.port", u32::from(port));
    }
}

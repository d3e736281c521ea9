//! Results as they are sent on to the sink.

use super::running::set_server;
use super::{OpenSpan, SpanKind, Traces};
use crate::domain::TraceHeaders;
use crate::platform::store::Claimed;
use url::Url;

/// One attempt at sending a result: its place in a trace, and its span where that is kept.
pub(in crate::platform) struct SendSpan {
    span: Option<OpenSpan>,
    trace: Option<TraceHeaders>,
}

impl SendSpan {
    /// Begins one.
    pub(in crate::platform) fn begin(traces: &Traces, claimed: &Claimed, url: &str) -> Self {
        let trace = claimed.trace.clone();
        let above = trace.as_ref().map(|it| it.parent.as_str());
        let mut span = traces.begin(above, SpanKind::Producer);
        if let Some(span) = &mut span {
            span.set("messaging.system", "cloudevents");
            span.set("messaging.operation.type", "send");
            span.set("messaging.operation.name", "send");
            span.set("messaging.message.id", claimed.origin.1.as_str());
            span.set("messaging.message.body.size", claimed.input.len() as i64);
            span.set("cloudevents.event_id", claimed.origin.1.as_str());
            span.set("cloudevents.event_source", claimed.origin.0.as_str());
            span.set("lambdeck.delivery", claimed.id.to_string());
            span.set("lambdeck.attempt", claimed.attempt);
            span.set("http.request.method", "POST");
            if let Ok(url) = Url::parse(url) {
                set_server(span, &url);
            }
        }
        Self { span, trace }
    }

    /// What the request carries on.
    pub(in crate::platform) fn headers(&self) -> Option<TraceHeaders> {
        let trace = self.trace.as_ref();
        let own = self.span.as_ref().map(|span| TraceHeaders::at(&span.context(), trace));
        own.or_else(|| self.trace.clone())
    }

    /// It is over: the sink answered with a status, or not at all.
    pub(in crate::platform) fn end(self, status: Option<u16>) {
        let Some(mut span) = self.span else { return };
        match status {
            Some(status) => {
                span.set("http.response.status_code", u32::from(status));
                if status >= 300 {
                    span.fail(status.to_string());
                }
            }
            None => span.fail("unanswered"),
        }
        span.end("send result");
    }
}

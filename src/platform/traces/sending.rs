//! Results as they are sent on to the sink.

use super::running::set_server;
use super::{OpenSpan, SpanKind, Traces};
use crate::platform::store::Claimed;
use url::Url;

/// One attempt at sending a result: its place in a trace, and its span where that is kept.
pub(in crate::platform) struct SendSpan {
    span: Option<OpenSpan>,
    traceparent: Option<String>,
}

impl SendSpan {
    /// Begins one.
    pub(in crate::platform) fn begin(traces: &Traces, claimed: &Claimed, url: &str) -> Self {
        let traceparent = claimed.traceparent.clone();
        let mut span = traces.begin(traceparent.as_deref(), SpanKind::Producer);
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
        Self { span, traceparent }
    }

    /// What the request carries on.
    pub(in crate::platform) fn traceparent(&self) -> Option<String> {
        let own = self.span.as_ref().map(|span| span.context().to_string());
        own.or_else(|| self.traceparent.clone())
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

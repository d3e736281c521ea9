//! Events as they are taken: what runs because of one belongs to its trace.

use super::{OpenSpan, SpanKind, Traces};
use crate::domain::{RaisedEvent, TraceContext, TraceHeaders};
use crate::platform::Receipt;

/// The spans of events that are about to be taken.
pub(in crate::platform) struct Accepting {
    spans: Vec<Option<(OpenSpan, String)>>,
}

impl Accepting {
    /// Begins one for each of `events`, which carries it on from here.
    pub(in crate::platform) fn begin(traces: &Traces, events: &mut [RaisedEvent]) -> Self {
        let spans = events.iter_mut().map(|event| {
            let above = event.trace.as_ref().map(|it| it.parent.as_str());
            let mut span = traces.begin(above, SpanKind::Producer)?;
            span.set("messaging.system", "lambdeck");
            span.set("messaging.operation.type", "send");
            span.set("messaging.operation.name", "accept");
            span.set("messaging.destination.name", event.event.as_str());
            span.set("messaging.message.id", event.id.as_str());
            span.set("messaging.message.body.size", event.input.len() as i64);
            span.set("cloudevents.event_id", event.id.as_str());
            span.set("cloudevents.event_source", event.source.as_str());
            span.set("cloudevents.event_type", event.event.as_str());
            let carrier = event.carried_by.as_deref().and_then(TraceContext::parse);
            if let Some(carrier) = carrier.filter(|it| it.trace != span.context().trace) {
                span.link(carrier);
            }
            event.trace = Some(TraceHeaders::at(&span.context(), event.trace.as_ref()));
            Some((span, format!("accept {}", event.event)))
        });
        Self { spans: spans.collect() }
    }

    /// They were taken.
    pub(in crate::platform) fn end(self, receipts: &[Receipt]) {
        for (span, receipt) in self.spans.into_iter().zip(receipts) {
            let Some((mut span, name)) = span else { continue };
            span.set("lambdeck.deliveries", receipt.deliveries);
            span.set("lambdeck.duplicate", receipt.is_duplicate);
            span.end(name);
        }
    }
}

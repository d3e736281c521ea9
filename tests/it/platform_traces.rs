//! Spans on their way to a collector that has no time for them.

use crate::http_kit::{Server, respond};
use lambdeck::domain::ServeSettings;
use lambdeck::platform::traces::{SpanFigures, SpanKind, TraceSettings, Traces};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

fn to(collector: &Server) -> Traces {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let otlp_endpoint = Some(collector.url(""));
    let settings = ServeSettings { otlp_endpoint, ..ServeSettings::default() };
    Traces::to(TraceSettings::of(&settings, |_| None).unwrap().unwrap())
}

fn make(traces: &Traces, spans: u64) {
    for _ in 0..spans {
        traces.begin(None, SpanKind::Internal).unwrap().end("x");
    }
}

#[tokio::test]
async fn what_finds_no_room_is_counted_and_the_rest_is_kept_until_the_collector_is_back() {
    const ROOM: u64 = 2_048;
    let is_back = Arc::new(AtomicBool::new(false));
    let answers = Arc::clone(&is_back);
    let collector = Server::start(move |_, out| {
        let status =
            if answers.load(Ordering::Relaxed) { "200 OK" } else { "503 Service Unavailable" };
        respond(out, status, &["retry-after: 0"], "{}")
    });
    let traces = to(&collector);
    // Nothing else runs on this thread meanwhile.
    make(&traces, ROOM + 1_000);
    assert_eq!(traces.figures(), Some(SpanFigures { exported: 0, dropped: 1_000 }));
    while collector.asked().is_empty() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    is_back.store(true, Ordering::Relaxed);
    traces.end(Duration::from_secs(20)).await;
    assert_eq!(traces.figures(), Some(SpanFigures { exported: ROOM, dropped: 1_000 }));
    make(&traces, 1);
    assert_eq!(traces.figures().unwrap().dropped, 1_001, "nobody sends it any more");
}

#[tokio::test]
async fn what_the_collector_refuses_is_not_sent_again() {
    let collector = Server::start(|_, out| respond(out, "401 Unauthorized", &[], ""));
    let traces = to(&collector);
    make(&traces, 3);
    traces.end(Duration::from_secs(20)).await;
    assert_eq!(traces.figures(), Some(SpanFigures { exported: 0, dropped: 3 }));
    assert_eq!(collector.asked().len(), 1);

    let some = Server::json("{\"partialSuccess\":{\"rejectedSpans\":\"2\"}}");
    let traces = to(&some);
    make(&traces, 3);
    traces.end(Duration::from_secs(20)).await;
    assert_eq!(traces.figures(), Some(SpanFigures { exported: 1, dropped: 2 }));
}

#[tokio::test]
async fn a_trace_that_nobody_keeps_has_no_spans_here_either() {
    let collector = Server::json("{}");
    let traces = to(&collector);
    let of = |flags: &str| format!("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-{flags}");
    assert!(traces.begin(Some(&of("00")), SpanKind::Server).is_none());
    let kept = traces.begin(Some(&of("01")), SpanKind::Server).unwrap();
    assert!(kept.context().to_string().starts_with("00-0af7651916cd43dd8448eb211c80319c-"));
    assert!(Traces::default().begin(None, SpanKind::Server).is_none());
}

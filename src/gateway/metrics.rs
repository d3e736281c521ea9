//! What there is to measure, in the text format that Prometheus reads.
//!
//! The platform's figures are asked for at each scrape; those of the door are counted here. Every label has few values:
//! routes and not paths, and of methods those that are known.

use crate::platform::{Figures, LambdaFigures};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use std::fmt;
use std::time::Duration;

/// The media type of the text.
pub(super) const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Bounds of the buckets of requests' durations, in seconds.
const REQUEST_BOUNDS_S: [f64; 11] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    route: &'static str,
    method: &'static str,
    status: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabel {
    route: &'static str,
}

/// What the door counts.
#[derive(Debug)]
pub(super) struct HttpMetrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    durations: Family<RouteLabel, Histogram, fn() -> Histogram>,
    /// Connections that are open.
    pub(super) connections: Gauge,
}

impl HttpMetrics {
    /// Nothing counted yet.
    pub(super) fn new() -> Self {
        let mut registry = Registry::default();
        let requests = Family::default();
        let durations: Family<RouteLabel, Histogram, fn() -> Histogram> =
            Family::new_with_constructor(|| Histogram::new(REQUEST_BOUNDS_S));
        let connections = Gauge::default();
        registry.register("lambdeck_http_requests", "Requests answered", requests.clone());
        registry.register(
            "lambdeck_http_request_duration_seconds",
            "How long the answers took",
            durations.clone(),
        );
        registry.register(
            "lambdeck_http_connections",
            "Connections that are open",
            connections.clone(),
        );
        Self { registry, requests, durations, connections }
    }

    /// Counts a request that was answered.
    pub(super) fn count(
        &self,
        route: &'static str,
        method: &http::Method,
        status: http::StatusCode,
        took: Duration,
    ) {
        let known = ["GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"];
        let method = known.into_iter().find(|it| *it == method.as_str()).unwrap_or("other");
        let status = u32::from(status.as_u16());
        self.requests.get_or_create(&RequestLabels { route, method, status }).inc();
        self.durations.get_or_create(&RouteLabel { route }).observe(took.as_secs_f64());
    }

    /// Everything, as text.
    pub(super) fn text(&self, figures: Figures) -> Result<String, fmt::Error> {
        let mut platform = Registry::default();
        platform.register_collector(Box::new(OfThePlatform(figures)));
        let mut text = String::new();
        encode_registry(&mut text, &platform)?;
        encode_registry(&mut text, &self.registry)?;
        encode_eof(&mut text)?;
        Ok(text)
    }
}

#[derive(Debug)]
struct OfThePlatform(Figures);

type Labels = Vec<(&'static str, String)>;

impl Collector for OfThePlatform {
    fn encode(&self, mut encoder: DescriptorEncoder) -> fmt::Result {
        let figures = &self.0;
        let seconds = figures.oldest_due_ms as f64 / 1000.0;
        let mut gauge = |name: &str, help: &str, value: f64| {
            encoder.encode_descriptor(name, help, None, MetricType::Gauge)?.encode_gauge(&value)
        };
        gauge("lambdeck_queue_deliveries", "Deliveries that wait or run", figures.queued as f64)?;
        gauge("lambdeck_queue_bytes", "Bytes of their inputs", figures.queued_bytes as f64)?;
        gauge("lambdeck_queue_oldest_due_seconds", "How long the oldest has been due", seconds)?;
        gauge("lambdeck_runs_running", "Runs that go on", figures.running as f64)?;
        let mut counter = |name: &str, help: &str, value: u64| {
            let mut metric = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
            metric.encode_counter::<NoLabelSet, _, u64>(&value, None)
        };
        counter(
            "lambdeck_events_accepted",
            "Events taken, by whichever process",
            figures.accepted,
        )?;
        counter(
            "lambdeck_events_duplicate",
            "Repetitions that this process recognised; those raised by others are not counted",
            figures.duplicates,
        )?;
        counter(
            "lambdeck_events_refused",
            "Events that this process refused, the queue being full",
            figures.refused,
        )?;
        if let Some(spans) = figures.spans {
            counter("lambdeck_spans_exported", "Spans that the collector took", spans.exported)?;
            counter("lambdeck_spans_dropped", "Spans that it did not get", spans.dropped)?;
        }
        self.lambdas(&mut encoder)
    }
}

impl OfThePlatform {
    fn lambdas(&self, encoder: &mut DescriptorEncoder) -> fmt::Result {
        let lambdas = &self.0.lambdas;
        family(
            encoder,
            "lambdeck_runs",
            "Runs, by how they ended",
            MetricType::Counter,
            |metric| {
                for lambda in lambdas {
                    let mut one = |outcome: &str, count: u64| {
                        let mut labels = labels(lambda);
                        labels.push(("outcome", outcome.to_owned()));
                        metric
                            .encode_family(&labels)?
                            .encode_counter::<NoLabelSet, _, u64>(&count, None)
                    };
                    one("succeeded", lambda.succeeded)?;
                    for (kind, count) in &lambda.failed {
                        one(kind.title(), *count)?;
                    }
                    one("cancelled", lambda.cancelled)?;
                }
                Ok(())
            },
        )?;
        let mut counters = |name, help, count: fn(&LambdaFigures) -> u64| {
            family(encoder, name, help, MetricType::Counter, |metric| {
                lambdas.iter().try_for_each(|lambda| {
                    let labels = labels(lambda);
                    let mut metric = metric.encode_family(&labels)?;
                    metric.encode_counter::<NoLabelSet, _, u64>(&count(lambda), None)
                })
            })
        };
        counters("lambdeck_retries", "Deliveries put off to be tried again", |it| it.retried)?;
        counters("lambdeck_deliveries_dead", "Deliveries given up", |it| it.dead)?;
        family(
            encoder,
            "lambdeck_dead_letters",
            "Dead letters that are kept",
            MetricType::Gauge,
            |metric| {
                lambdas.iter().try_for_each(|lambda| {
                    let labels = labels(lambda);
                    metric.encode_family(&labels)?.encode_gauge(&(lambda.dead_letters as f64))
                })
            },
        )?;
        family(
            encoder,
            "lambdeck_run_duration_seconds",
            "How long the runs took",
            MetricType::Histogram,
            |metric| lambdas.iter().try_for_each(|lambda| durations(metric, lambda)),
        )
    }
}

fn family(
    encoder: &mut DescriptorEncoder,
    name: &str,
    help: &str,
    kind: MetricType,
    encode: impl FnOnce(&mut MetricEncoder) -> fmt::Result,
) -> fmt::Result {
    encode(&mut encoder.encode_descriptor(name, help, None, kind)?)
}

fn labels(lambda: &LambdaFigures) -> Labels {
    let event = lambda.event.as_ref().map_or(String::new(), ToString::to_string);
    vec![("event", event), ("lambda", lambda.lambda.to_string())]
}

fn durations(metric: &mut MetricEncoder, lambda: &LambdaFigures) -> fmt::Result {
    const MICROSECONDS: f64 = 1e6;
    // Each of ours includes those before it; the encoder wants each alone.
    let mut before = 0;
    let mut buckets = Vec::with_capacity(lambda.durations.len());
    for (bound_us, count) in &lambda.durations {
        let bound =
            if *bound_us == u64::MAX { f64::INFINITY } else { *bound_us as f64 / MICROSECONDS };
        buckets.push((bound, count.saturating_sub(before)));
        before = *count;
    }
    let sum = lambda.duration_sum_us as f64 / MICROSECONDS;
    let labels = labels(lambda);
    metric.encode_family(&labels)?.encode_histogram::<NoLabelSet>(sum, before, &buckets, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{EventId, FailureKind, LambdaName};

    #[test]
    fn the_text_is_what_prometheus_reads() {
        let metrics = HttpMetrics::new();
        let took = Duration::from_millis(2);
        metrics.count("events", &http::Method::POST, http::StatusCode::ACCEPTED, took);
        let odd = http::Method::from_bytes(b"BREW").unwrap();
        metrics.count("events", &odd, http::StatusCode::METHOD_NOT_ALLOWED, took);
        let figures = Figures {
            queued: 3,
            oldest_due_ms: 1500,
            accepted: 7,
            lambdas: vec![LambdaFigures {
                event: Some(EventId::new("ttr")),
                lambda: LambdaName::new("greet").unwrap(),
                succeeded: 5,
                failed: vec![(FailureKind::TimedOut, 2)],
                cancelled: 3,
                retried: 1,
                dead: 1,
                dead_letters: 1,
                durations: vec![(1000, 4), (10_000, 6), (u64::MAX, 7)],
                duration_sum_us: 2_500_000,
            }],
            ..Figures::default()
        };
        let text = metrics.text(figures).unwrap();
        let of = r#"event="ttr",lambda="greet""#;
        for line in [
            "lambdeck_queue_deliveries 3.0",
            "lambdeck_queue_oldest_due_seconds 1.5",
            "lambdeck_events_accepted_total 7",
            "# HELP lambdeck_events_accepted Events taken, by whichever process",
            "# HELP lambdeck_events_duplicate Repetitions that this process recognised; those raised by others are not counted",
            &format!("lambdeck_runs_total{{{of},outcome=\"succeeded\"}} 5"),
            &format!("lambdeck_runs_total{{{of},outcome=\"timed out\"}} 2"),
            &format!("lambdeck_runs_total{{{of},outcome=\"cancelled\"}} 3"),
            &format!("lambdeck_dead_letters{{{of}}} 1.0"),
            &format!("lambdeck_run_duration_seconds_bucket{{le=\"0.01\",{of}}} 6"),
            &format!("lambdeck_run_duration_seconds_bucket{{le=\"+Inf\",{of}}} 7"),
            &format!("lambdeck_run_duration_seconds_sum{{{of}}} 2.5"),
            r#"lambdeck_http_requests_total{route="events",method="POST",status="202"} 1"#,
            r#"lambdeck_http_requests_total{route="events",method="other",status="405"} 1"#,
        ] {
            assert!(text.lines().any(|it| it == line), "{line}\n{text}");
        }
        assert!(text.ends_with("# EOF\n") && text.matches("# EOF").count() == 1);
    }
}

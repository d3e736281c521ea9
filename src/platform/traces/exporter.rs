//! Sends spans: one task, which alone waits for the collector.

use super::span::Span;
use super::{SpanFigures, TraceSettings, wire};
use crate::runtime::{Cancel, trusting};
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode, redirect};
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout, timeout_at};

/// The most spans that wait. Each has about a kilobyte.
const QUEUE: usize = 2_048;
/// The most spans of one request.
const BATCH: usize = 512;
/// How long the first span of a request waits for others.
const GATHER: Duration = Duration::from_secs(1);
/// How long to wait after the collector failed first, and at most.
const BACK_OFF: Duration = Duration::from_secs(1);
const BACK_OFF_MOST: Duration = Duration::from_mins(1);

/// The end of the queue that spans are put into.
pub(super) struct Exporter {
    queue: Sender<Span>,
    counts: Arc<Counts>,
    trouble: watch::Receiver<Option<String>>,
    ending: Cancel,
    ended: Cancel,
}

#[derive(Default)]
struct Counts {
    taken: AtomicU64,
    exported: AtomicU64,
    dropped: AtomicU64,
}

impl Counts {
    fn give_up(&self, spans: u64) {
        self.dropped.fetch_add(spans, Ordering::Relaxed);
    }
}

impl Exporter {
    /// Begins to send what comes. Needs a tokio runtime around it.
    pub(super) fn start(settings: TraceSettings) -> Arc<Self> {
        let (queue, spans) = channel(QUEUE);
        let (told, trouble) = watch::channel(None);
        let (counts, ending, ended) = (Arc::<Counts>::default(), Cancel::new(), Cancel::new());
        let mut courier = Courier {
            settings,
            client: None,
            counts: Arc::clone(&counts),
            ending: ending.clone(),
            trouble: told,
        };
        let over = ended.clone();
        tokio::spawn(async move {
            courier.send_all(spans).await;
            over.cancel();
        });
        Arc::new(Self { queue, counts, trouble, ending, ended })
    }

    /// Takes a span to be sent, if there is room.
    pub(super) fn take(&self, span: Span) {
        self.counts.taken.fetch_add(1, Ordering::Relaxed);
        if self.ending.is_cancelled() || self.queue.try_send(span).is_err() {
            self.counts.give_up(1);
        }
    }

    /// Why the collector takes no spans, while it takes none; told of when it changes.
    pub(super) fn trouble(&self) -> watch::Receiver<Option<String>> {
        self.trouble.clone()
    }

    pub(super) fn figures(&self) -> SpanFigures {
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        SpanFigures { exported: of(&self.counts.exported), dropped: of(&self.counts.dropped) }
    }

    /// Sends what waits and no more.
    pub(super) async fn end(&self, limit: Duration) {
        self.ending.cancel();
        if timeout(limit, self.ended.cancelled()).await.is_err() {
            let SpanFigures { exported, dropped } = self.figures();
            let left = self.counts.taken.load(Ordering::Relaxed).saturating_sub(exported + dropped);
            tracing::warn!(spans = left, "the last spans were not sent in time");
        }
    }
}

/// Why spans were not taken.
enum Untaken {
    /// They may be later; after this time, if the collector says.
    Now(String, Option<Duration>),
    /// They will not be later either.
    Ever(String),
}

struct Courier {
    settings: TraceSettings,
    client: Option<Client>,
    counts: Arc<Counts>,
    ending: Cancel,
    /// Why the collector takes none, while it takes none.
    trouble: watch::Sender<Option<String>>,
}

impl Courier {
    async fn send_all(&mut self, mut spans: Receiver<Span>) {
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            let is_last = tokio::select! {
                biased;
                received = spans.recv_many(&mut batch, BATCH) => {
                    if received == 0 { return }
                    false
                }
                () = self.ending.cancelled() => true,
            };
            if is_last {
                // Whoever ends has told everything before.
                spans.close();
            } else {
                self.gather(&mut spans, &mut batch).await;
            }
            if !batch.is_empty() {
                self.deliver(&batch).await;
                batch.clear();
            }
        }
    }

    /// Waits a moment for more.
    async fn gather(&self, spans: &mut Receiver<Span>, batch: &mut Vec<Span>) {
        let end = Instant::now() + GATHER;
        while batch.len() < BATCH {
            let room = BATCH - batch.len();
            let more = async {
                tokio::select! {
                    biased;
                    received = spans.recv_many(batch, room) => received,
                    () = self.ending.cancelled() => 0,
                }
            };
            if !matches!(timeout_at(end, more).await, Ok(1..)) {
                return;
            }
        }
    }

    /// Sends spans until they are taken, refused, or nobody waits any more.
    async fn deliver(&mut self, spans: &[Span]) {
        let count = spans.len() as u64;
        let body = wire::body(&self.settings.resource, spans);
        let mut wait = BACK_OFF;
        loop {
            let is_last = self.ending.is_cancelled();
            match self.send(body.clone()).await {
                Ok(rejected) => {
                    let rejected = rejected.min(count);
                    self.counts.exported.fetch_add(count - rejected, Ordering::Relaxed);
                    self.counts.give_up(rejected);
                    self.note_success();
                    return;
                }
                Err(Untaken::Ever(reason)) => {
                    self.note_failure(&reason);
                    return self.counts.give_up(count);
                }
                Err(Untaken::Now(reason, after)) => {
                    self.note_failure(&reason);
                    if is_last {
                        return self.counts.give_up(count);
                    }
                    tokio::select! {
                        () = sleep(after.unwrap_or(wait).min(BACK_OFF_MOST)) => {}
                        () = self.ending.cancelled() => {}
                    }
                    wait = (wait * 2).min(BACK_OFF_MOST);
                }
            }
        }
    }

    /// Sends spans once; says how many were rejected.
    async fn send(&mut self, body: Vec<u8>) -> Result<u64, Untaken> {
        let later = |reason: String| Untaken::Now(reason, None);
        let client = match &self.client {
            Some(client) => client.clone(),
            None => self.client.insert(client(&self.settings).await.map_err(later)?).clone(),
        };
        let request = client
            .post(self.settings.endpoint.clone())
            .headers(self.settings.headers.clone())
            .header(CONTENT_TYPE, "application/json")
            .body(body);
        // Without the address, which may hold what nobody should read.
        let answer = request.send().await;
        let answer = answer.map_err(|error| later(cause(&error.without_url())))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(rejected(answer).await);
        }
        let reason = format!("it answered {status}");
        let may_pass = [
            StatusCode::TOO_MANY_REQUESTS,
            StatusCode::BAD_GATEWAY,
            StatusCode::SERVICE_UNAVAILABLE,
            StatusCode::GATEWAY_TIMEOUT,
        ];
        if !may_pass.contains(&status) {
            return Err(Untaken::Ever(reason));
        }
        let after = answer.headers().get(RETRY_AFTER).and_then(|it| it.to_str().ok()?.parse().ok());
        Err(Untaken::Now(reason, after.map(Duration::from_secs)))
    }

    fn note_failure(&mut self, reason: &str) {
        if self.trouble.borrow().is_none() {
            let host = self.settings.endpoint.host_str().unwrap_or_default();
            let port = self.settings.endpoint.port_or_known_default().unwrap_or_default();
            let collector = format!("{host}:{port}");
            self.trouble.send_replace(Some(format!("{collector}: {reason}")));
            tracing::warn!(
                collector,
                reason,
                "the collector that `otlp_endpoint` names takes no spans; beyond {QUEUE} they are dropped, and /metrics counts them"
            );
        }
    }

    fn note_success(&mut self) {
        if self.trouble.send_replace(None).is_some() {
            let dropped = self.counts.dropped.load(Ordering::Relaxed);
            tracing::warn!(dropped, "spans are taken again");
        }
    }
}

async fn client(settings: &TraceSettings) -> Result<Client, String> {
    let tls = trusting(Arc::clone(&settings.reach)).await?;
    Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(redirect::Policy::none())
        .timeout(settings.patience)
        .build()
        .map_err(|error| cause(&error))
}

/// How many spans a collector that took the others did not.
async fn rejected(answer: Response) -> u64 {
    const ANSWER_BYTES: u64 = 64 * 1024;
    if answer.content_length().is_none_or(|bytes| bytes > ANSWER_BYTES) {
        return 0;
    }
    let body = answer.bytes().await.unwrap_or_default();
    let Ok(body) = serde_json::from_slice::<Value>(&body) else { return 0 };
    match &body["partialSuccess"]["rejectedSpans"] {
        Value::String(text) => text.parse().unwrap_or(0),
        number => number.as_u64().unwrap_or(0),
    }
}

/// The innermost reason, which is what a person can act on.
fn cause(error: &reqwest::Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

//! One connection from its first byte to its end: who says nothing, or too slowly, does not stay.

use super::desk::Desk;
use super::timer::KeptTimer;
use crate::platform::Door;
use http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

/// The most bytes of a request's head, and what of a connection is read ahead.
const HEAD_LIMIT_BYTES: usize = 32 * 1024;
const HEADERS_LIMIT: usize = 100;
/// Requests that a connection of HTTP/2 may have under way.
const STREAMS_LIMIT: u32 = 64;
/// How long a connection may be silent once it has asked something.
const SILENCE: Duration = Duration::from_mins(1);
/// How long a connection that is asked to end may take to take its leave.
const LEAVE: Duration = Duration::from_secs(5);

/// How connections are spoken on.
#[derive(Debug)]
pub(super) struct Protocol {
    builder: auto::Builder<TokioExecutor>,
    header_timeout: Duration,
}

/// What a connection is doing.
#[derive(Debug)]
struct Doing {
    opened: Instant,
    /// Requests under way.
    requests: AtomicUsize,
    /// Requests so far.
    asked: AtomicU64,
    /// When the last one ended, in milliseconds after the connection was opened.
    ended_ms: AtomicU64,
}

impl Protocol {
    /// HTTP/1.1 and HTTP/2, whose heads come within `header_timeout`.
    pub(super) fn new(header_timeout: Duration) -> Self {
        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder
            .http1()
            .header_read_timeout(header_timeout)
            .max_headers(HEADERS_LIMIT)
            .max_buf_size(HEAD_LIMIT_BYTES)
            .half_close(true);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(STREAMS_LIMIT)
            .max_header_list_size(HEAD_LIMIT_BYTES as u32)
            .keep_alive_interval(Some(Duration::from_secs(20)))
            .keep_alive_timeout(Duration::from_secs(10));
        Self { builder, header_timeout }
    }

    /// Answers what comes over `stream` until either side ends it or `stop` turns true.
    pub(super) async fn serve<S, D>(
        &self,
        stream: S,
        peer: SocketAddr,
        desk: Arc<Desk<D>>,
        mut stop: watch::Receiver<bool>,
    ) where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
        D: Door,
    {
        let doing = Arc::new(Doing::new());
        let served = Arc::clone(&doing);
        let service = service_fn(move |request: Request<Incoming>| {
            let (desk, busy) = (Arc::clone(&desk), Busy::new(&served));
            async move {
                let reply = desk.answer(request, peer).await;
                drop(busy);
                Ok::<_, Infallible>(reply)
            }
        });
        let mut builder = self.builder.clone();
        builder.http1().timer(KeptTimer::default());
        let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
        tokio::select! {
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(target: "lambdeck::http", %peer, error, "connection ended");
                }
                return;
            }
            // The receiver lives as long as the server that stops.
            () = async { drop(stop.wait_for(|stop| *stop).await) } => {
                connection.as_mut().graceful_shutdown();
                let _ = connection.await;
                return;
            }
            () = silence(&doing, Limits { first: self.header_timeout, between: SILENCE }) => {}
        }
        connection.as_mut().graceful_shutdown();
        let _ = timeout(LEAVE, connection).await;
    }
}

impl Doing {
    fn new() -> Self {
        Self {
            opened: Instant::now(),
            requests: AtomicUsize::new(0),
            asked: AtomicU64::new(0),
            ended_ms: AtomicU64::new(0),
        }
    }

    /// How long it has been silent.
    fn silent_for(&self) -> Duration {
        if self.requests.load(Ordering::Relaxed) > 0 {
            return Duration::ZERO;
        }
        let since = Duration::from_millis(self.ended_ms.load(Ordering::Relaxed));
        self.opened.elapsed().saturating_sub(since)
    }

    /// How long it may be silent.
    fn limit(&self, limits: Limits) -> Duration {
        if self.asked.load(Ordering::Relaxed) > 0 { limits.between } else { limits.first }
    }
}

/// Counts a request as under way while it lives.
struct Busy(Arc<Doing>);

impl Busy {
    fn new(doing: &Arc<Doing>) -> Self {
        doing.requests.fetch_add(1, Ordering::Relaxed);
        doing.asked.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(doing))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        let now_ms = self.0.opened.elapsed().as_millis() as u64;
        self.0.ended_ms.store(now_ms, Ordering::Relaxed);
        self.0.requests.fetch_sub(1, Ordering::Relaxed);
    }
}

/// How long a connection may be silent.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// Before it asked anything.
    first: Duration,
    /// Afterwards, when nothing is under way.
    between: Duration,
}

/// Ends when a connection has been silent for too long. It looks when that could be so at the earliest, and is woken by
/// nothing in between.
async fn silence(doing: &Doing, limits: Limits) {
    loop {
        let limit = doing.limit(limits);
        let silent_for = doing.silent_for();
        if silent_for >= limit {
            return;
        }
        sleep(limit.saturating_sub(silent_for)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_millis(1);

    #[tokio::test]
    async fn silence_is_counted_between_requests_only() {
        let limits = Limits { first: SHORT, between: SHORT };
        let doing = Arc::new(Doing::new());
        silence(&doing, limits).await;
        let busy = Busy::new(&doing);
        // However long: it does not end while something is under way.
        let ends = tokio::spawn({
            let doing = Arc::clone(&doing);
            async move { silence(&doing, limits).await }
        });
        for _ in 0..100 {
            tokio::task::yield_now().await;
            std::thread::sleep(Duration::from_micros(50));
        }
        assert!(!ends.is_finished());
        drop(busy);
        ends.await.unwrap();
    }

    #[tokio::test]
    async fn a_connection_that_has_asked_may_be_silent_for_longer() {
        let limits = Limits { first: SHORT, between: Duration::from_hours(1) };
        let doing = Arc::new(Doing::new());
        drop(Busy::new(&doing));
        assert!(timeout(Duration::from_millis(20), silence(&doing, limits)).await.is_err());
    }
}

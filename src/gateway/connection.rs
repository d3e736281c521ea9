//! One connection from its first byte to its end: who says nothing, or too slowly, does not stay.

use super::desk::Desk;
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
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tokio::time::timeout;

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
#[derive(Clone, Copy, Debug, Default)]
struct Doing {
    /// Requests under way.
    requests: usize,
    /// It has asked something before.
    has_asked: bool,
}

impl Protocol {
    /// HTTP/1.1 and HTTP/2, whose heads come within `header_timeout`.
    pub(super) fn new(header_timeout: Duration) -> Self {
        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
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
        let (doing, watched) = watch::channel(Doing::default());
        let doing = Arc::new(doing);
        let service = service_fn(move |request: Request<Incoming>| {
            let (desk, busy) = (Arc::clone(&desk), Busy::new(&doing));
            async move {
                let reply = desk.answer(request, peer).await;
                drop(busy);
                Ok::<_, Infallible>(reply)
            }
        });
        let mut connection = pin!(self.builder.serve_connection(TokioIo::new(stream), service));
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
            () = silence(watched, Limits { first: self.header_timeout, between: SILENCE }) => {}
        }
        connection.as_mut().graceful_shutdown();
        let _ = timeout(LEAVE, connection).await;
    }
}

/// Counts a request as under way while it lives.
struct Busy(Arc<watch::Sender<Doing>>);

impl Busy {
    fn new(doing: &Arc<watch::Sender<Doing>>) -> Self {
        doing.send_modify(|doing| {
            doing.requests += 1;
            doing.has_asked = true;
        });
        Self(Arc::clone(doing))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.send_modify(|doing| doing.requests -= 1);
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

/// Ends when a connection has been silent for too long.
async fn silence(mut doing: watch::Receiver<Doing>, limits: Limits) {
    loop {
        let now = *doing.borrow_and_update();
        let limit = if now.has_asked { limits.between } else { limits.first };
        let changed = if now.requests > 0 {
            doing.changed().await
        } else {
            match timeout(limit, doing.changed()).await {
                Ok(changed) => changed,
                Err(_) => return,
            }
        };
        if changed.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn silence_is_counted_between_requests_only() {
        let limits = Limits { first: Duration::from_millis(1), between: Duration::from_millis(1) };
        let (doing, watched) = watch::channel(Doing::default());
        silence(watched.clone(), limits).await;
        let doing = Arc::new(doing);
        let busy = Busy::new(&doing);
        // However long: it does not end while something is under way.
        let ends = tokio::spawn(silence(watched, limits));
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
        let limits = Limits { first: Duration::ZERO, between: Duration::from_hours(1) };
        let (doing, watched) = watch::channel(Doing::default());
        drop(Busy::new(&Arc::new(doing)));
        assert!(timeout(Duration::from_millis(20), silence(watched, limits)).await.is_err());
    }
}

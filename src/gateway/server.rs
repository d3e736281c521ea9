//! Listening: connections are accepted, bounded, spoken to, and let go in good order at the end.

use super::connection::Protocol;
use super::desk::Desk;
use super::tls;
use crate::domain::{ListenAddress, ServeSettings, is_beyond_loopback};
use crate::platform::{BREAKING_OFF, Door};
use rustix::io::Errno;
use rustls::ServerConfig;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream, lookup_host};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

/// How long accepting pauses when the system has no room for another connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How long the answers may take to be written once the last run is over.
const LAST_ANSWERS: Duration = Duration::from_secs(1);

/// Why the door could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// The address cannot be listened on.
    #[error(
        "cannot listen on {address}; name another as --listen 127.0.0.1:0, or as `listen` in [serve]"
    )]
    Bind {
        /// The address.
        address: ListenAddress,
        /// Why.
        source: io::Error,
    },
    /// No address has the name.
    #[error(
        "cannot listen on {address}, for no address has this name; name another as --listen 127.0.0.1:0, or as `listen` in [serve]"
    )]
    UnknownHost {
        /// The name, with the port.
        address: ListenAddress,
        /// Why.
        source: io::Error,
    },
    /// The certificate or its key cannot be used.
    #[error("{message}")]
    Certificate {
        /// What is wrong with which file.
        message: String,
    },
}

/// Listens at the first of `addresses` that this machine has. One that another program listens at is not passed over: who
/// calls this name is answered there.
async fn listen(addresses: &[SocketAddr]) -> io::Result<TcpListener> {
    let mut missing = io::ErrorKind::AddrNotAvailable.into();
    for address in addresses {
        match TcpListener::bind(address).await {
            Err(error) if is_missing(&error) => missing = error,
            bound => return bound,
        }
    }
    Err(missing)
}

fn is_missing(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::AddrNotAvailable
        || Errno::from_io_error(error) == Some(Errno::AFNOSUPPORT)
}

/// The open door. It answers as soon as it runs; until then, connections wait.
pub struct Gateway<D> {
    listener: TcpListener,
    address: SocketAddr,
    is_beyond_loopback: bool,
    tls: Option<Arc<ServerConfig>>,
    desk: Arc<Desk<D>>,
    settings: ServeSettings,
}

impl<D: Door> Gateway<D> {
    /// Listens as `settings` say, in front of `door`.
    pub async fn bind(settings: ServeSettings, door: Arc<D>) -> Result<Self, GatewayError> {
        let tls = settings.tls.as_ref().map(tls::config).transpose()?;
        let meant = addresses(&settings.listen).await?;
        let failed = |source| GatewayError::Bind { address: settings.listen.clone(), source };
        let listener = listen(&meant).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let is_beyond_loopback = is_beyond_loopback(&meant);
        if tls.is_none() && is_beyond_loopback {
            tracing::warn!(%address, "tokens and payloads cross the network unencrypted; set `certificate` and `key` in [serve]");
        }
        let desk = Arc::new(Desk::new(door, &settings, &meant));
        Ok(Self { listener, address, is_beyond_loopback, tls, desk, settings })
    }

    /// Whether one of the addresses that it was told to listen at can be reached from other machines.
    pub const fn is_beyond_loopback(&self) -> bool {
        self.is_beyond_loopback
    }

    /// Where it listens.
    pub const fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Where it listens, as a URL.
    pub fn url(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// Answers until `shutdown` ends. Then it accepts no more, and what is under way has the settings' grace to end, and
    /// after that the time it takes to break it off and to say so.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        let Self { listener, tls, desk, settings, .. } = self;
        let acceptor = tls.map(TlsAcceptor::from);
        let protocol = Arc::new(Protocol::new(settings.header_timeout));
        let room = Arc::new(Semaphore::new(settings.max_connections));
        let (stop, stopped) = watch::channel(false);
        let mut connections = JoinSet::new();
        let mut shutdown = pin!(shutdown);
        loop {
            let (stream, peer, place) = tokio::select! {
                accepted = accept(&listener, &room) => accepted,
                Some(_) = connections.join_next(), if !connections.is_empty() => continue,
                () = shutdown.as_mut() => break,
            };
            let (protocol, desk, stopped) = (protocol.clone(), desk.clone(), stopped.clone());
            let (acceptor, handshake) = (acceptor.clone(), settings.header_timeout);
            connections.spawn(async move {
                let _place = place;
                let _open = Open::new(&desk);
                let Some(acceptor) = acceptor else {
                    return protocol.serve(stream, peer, Arc::clone(&desk), stopped).await;
                };
                match timeout(handshake, acceptor.accept(stream)).await {
                    Ok(Ok(stream)) => {
                        protocol.serve(stream, peer, Arc::clone(&desk), stopped).await;
                    }
                    Ok(Err(error)) => tracing::debug!(%peer, %error, "no TLS"),
                    Err(_) => tracing::debug!(%peer, "TLS took too long"),
                }
            });
        }
        drop(listener);
        stop.send_replace(true);
        let all = async { while connections.join_next().await.is_some() {} };
        if timeout(settings.grace + BREAKING_OFF + LAST_ANSWERS, all).await.is_err() {
            tracing::warn!("connections that did not end in time are cut off");
        }
    }
}

/// The addresses that `listen` means, to be tried in their order: never none.
async fn addresses(listen: &ListenAddress) -> Result<Vec<SocketAddr>, GatewayError> {
    let (host, port) = match listen {
        ListenAddress::Address(address) => return Ok(vec![*address]),
        ListenAddress::Name(host, port) => (host.as_str(), *port),
    };
    let failed = |source| GatewayError::UnknownHost { address: listen.clone(), source };
    let mut found: Vec<_> = lookup_host((host, port)).await.map_err(failed)?.collect();
    if found.is_empty() {
        return Err(failed(io::Error::from(io::ErrorKind::NotFound)));
    }
    // First the kind that every machine has.
    found.sort_by_key(SocketAddr::is_ipv6);
    Ok(found)
}

/// The next connection, and its place among those allowed. Giving this up loses neither.
async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
    loop {
        let Ok(place) = Arc::clone(room).acquire_owned().await else {
            // It is closed by nobody.
            return std::future::pending().await;
        };
        match listener.accept().await {
            Ok((stream, peer)) => {
                // Answers are small and whole; waiting to fill a packet only delays them.
                let _ = stream.set_nodelay(true);
                return (stream, peer, place);
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// Counts a connection as open while it lives.
struct Open<'a, D>(&'a Desk<D>);

impl<'a, D> Open<'a, D> {
    fn new(desk: &'a Desk<D>) -> Self {
        desk.metrics.connections.inc();
        Self(desk)
    }
}

impl<D> Drop for Open<'_, D> {
    fn drop(&mut self) {
        self.0.metrics.connections.dec();
    }
}

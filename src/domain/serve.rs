//! How the HTTP door listens.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

/// Where and how `lambdeck serve` listens for events and invocations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServeSettings {
    /// The address and port; port 0 lets the system choose one.
    pub listen: SocketAddr,
    /// What it shows to those who connect by TLS; without it, it speaks plain HTTP.
    pub tls: Option<ServerCertificate>,
    /// The IDE executes what is deployed, while nobody else does.
    pub in_ide: bool,
    /// Callers must show a token although it listens on loopback. Beyond loopback they always must.
    pub require_token: bool,
    /// The host that callers know it by, where it is not the one in their requests.
    pub public_host: Option<String>,
    /// The collector of OpenTelemetry that spans are sent to: the address below which OTLP over HTTP is spoken.
    pub otlp_endpoint: Option<String>,
    /// Bytes of a request's body.
    pub max_body_bytes: usize,
    /// Connections at a time; more wait to be accepted.
    pub max_connections: usize,
    /// How long a request's head may take, and how long a connection may be silent between two requests.
    pub header_timeout: Duration,
    /// How long a request's body may take.
    pub request_timeout: Duration,
    /// How long what runs may take to end when the door closes.
    pub grace: Duration,
}

/// A certificate with its key, in PEM files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerCertificate {
    /// The certificate, followed by those of its issuers.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

impl Default for ServeSettings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8787),
            tls: None,
            in_ide: true,
            require_token: false,
            public_host: None,
            otlp_endpoint: None,
            max_body_bytes: super::limits::PAYLOAD_LIMIT_BYTES,
            max_connections: 1024,
            header_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(30),
            grace: Duration::from_secs(35),
        }
    }
}

impl ServeSettings {
    /// Whether callers must show a token.
    pub const fn needs_token(&self) -> bool {
        self.require_token || !is_loopback(self.listen.ip())
    }
}

const fn is_loopback(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_loopback(),
        IpAddr::V6(ip) => ip.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_loopback_a_token_is_needed_whatever_the_settings_say() {
        let at = |listen: &str| ServeSettings {
            listen: listen.parse().unwrap(),
            ..ServeSettings::default()
        };
        for loopback in ["127.0.0.1:80", "127.9.9.9:80", "[::1]:80"] {
            assert!(!at(loopback).needs_token(), "{loopback}");
            assert!(ServeSettings { require_token: true, ..at(loopback) }.needs_token());
        }
        for open in ["0.0.0.0:80", "[::]:80", "10.0.0.1:80", "[::ffff:127.0.0.1]:80"] {
            assert!(at(open).needs_token(), "{open}");
        }
    }
}

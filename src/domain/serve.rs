//! How the HTTP door listens.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

/// Where and how `lambdeck serve` listens for events and invocations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServeSettings {
    /// The address and port, or a host's name and the port; port 0 lets the system choose one.
    pub listen: ListenAddress,
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
    /// How long a request's body may take, and how long a call may wait until it begins.
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
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8787).into(),
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
    /// Whether callers must show a token where it listens at one of `addresses`: all that `listen` means, whichever of them
    /// is taken.
    pub fn needs_token(&self, addresses: &[SocketAddr]) -> bool {
        self.require_token || is_beyond_loopback(addresses)
    }
}

/// Whether one of `addresses` can be reached from other machines.
pub fn is_beyond_loopback(addresses: &[SocketAddr]) -> bool {
    !addresses.iter().all(|it| it.ip().is_loopback())
}

/// Where to listen. What addresses a name has is looked up when listening begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListenAddress {
    /// An address and a port.
    Address(SocketAddr),
    /// The name of a host, and a port.
    Name(String, u16),
}

/// A text that does not say where to listen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}; name one as 127.0.0.1:8787, localhost:8787 or [::]:8787")]
pub struct NotAListenAddress(&'static str);

impl From<SocketAddr> for ListenAddress {
    fn from(address: SocketAddr) -> Self {
        Self::Address(address)
    }
}

impl FromStr for ListenAddress {
    type Err = NotAListenAddress;

    fn from_str(text: &str) -> Result<Self, NotAListenAddress> {
        if let Ok(address) = text.parse() {
            return Ok(Self::Address(address));
        }
        let (host, port) = text.rsplit_once(':').unwrap_or((text, ""));
        let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
        if host.is_empty() || port.is_empty() {
            return Err(NotAListenAddress("it has no host or no port"));
        }
        let Ok(port) = port.parse() else {
            return Err(NotAListenAddress("the port is no number up to 65535"));
        };
        // What has digits only is an address that is wrong, and no name.
        if !host.chars().all(is_of_name) || !host.chars().any(|c| c.is_ascii_alphabetic()) {
            return Err(NotAListenAddress("the host is neither an address nor a name"));
        }
        Ok(Self::Name(host.to_owned(), port))
    }
}

impl fmt::Display for ListenAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => address.fmt(f),
            Self::Name(host, port) => write!(f, "{host}:{port}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_loopback_a_token_is_needed_whatever_the_settings_say() {
        let settings = |require_token| ServeSettings { require_token, ..ServeSettings::default() };
        let at = |addresses: &[&str]| -> Vec<SocketAddr> {
            addresses.iter().map(|it| it.parse().unwrap()).collect()
        };
        for loopback in ["127.0.0.1:80", "127.9.9.9:80", "[::1]:80"] {
            assert!(!settings(false).needs_token(&at(&[loopback])), "{loopback}");
            assert!(settings(true).needs_token(&at(&[loopback])));
        }
        for open in ["0.0.0.0:80", "[::]:80", "10.0.0.1:80", "[::ffff:127.0.0.1]:80"] {
            assert!(settings(false).needs_token(&at(&[open])), "{open}");
            assert!(settings(false).needs_token(&at(&["127.0.0.1:80", open])), "{open}");
        }
    }

    #[test]
    fn addresses_and_names_of_hosts_say_where_to_listen() {
        for good in ["127.0.0.1:7", "[::]:7", "localhost:18833", "in-the.house_2:0"] {
            let read: ListenAddress = good.parse().unwrap();
            assert_eq!(read.to_string(), good);
            assert_eq!(matches!(read, ListenAddress::Name(..)), !good.ends_with(":7"), "{good}");
        }
        for (odd, why) in [
            (":18833", "no host or no port"),
            ("8787", "no host or no port"),
            ("localhost:", "no host or no port"),
            ("localhost:x", "no number up to 65535"),
            ("localhost:70000", "no number up to 65535"),
            ("http://localhost:80", "neither an address nor a name"),
            ("127.0.0.256:80", "neither an address nor a name"),
            ("::1:80x", "no number"),
            ("", "no host or no port"),
        ] {
            let told = odd.parse::<ListenAddress>().unwrap_err().to_string();
            assert!(told.contains(why) && told.ends_with("or [::]:8787"), "{odd}: {told}");
        }
    }
}

//! Hosts: how an entry of the allow-list is written, and which targets it allows.

use std::fmt;
use std::net::IpAddr;
use url::Host;

/// The ports that an entry without one allows.
const USUAL_PORTS: [u16; 2] = [80, 443];

/// An entry of the allow-list: a host, or all hosts below a name, perhaps with a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedHost {
    host: Host,
    is_wildcard: bool,
    port: Option<u16>,
}

impl AllowedHost {
    /// Reads `api.example.com`, `*.example.com`, `api.example.com:8443`, `192.0.2.1` or `[2001:db8::1]:8080`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = |why: &str| {
            Err(format!("`{text}` is no host: {why}; write `api.example.com` or `*.example.com`"))
        };
        if text.contains("://") || text.contains(['/', '?', '#', '@']) {
            return wrong("it is the name alone, without scheme, path or user");
        }
        if text.contains(char::is_whitespace) {
            return wrong("there is a blank in it");
        }
        let (name, port) = split_port(text);
        let port = match port.map(str::parse::<u16>) {
            None => None,
            Some(Ok(port)) if port > 0 => Some(port),
            Some(_) => return wrong("a port is a number from 1 to 65535"),
        };
        let (name, is_wildcard) = match name.strip_prefix("*.") {
            Some(rest) => (rest, true),
            None => (name, false),
        };
        if name.contains('*') {
            return wrong("one `*.` may stand at its start, no `*` elsewhere");
        }
        let Some(host) = read_host(name) else { return wrong("such a name cannot exist") };
        match &host {
            Host::Domain(domain) if is_wildcard && !domain.contains('.') => {
                wrong("it would allow everything below a top-level domain")
            }
            Host::Ipv4(_) | Host::Ipv6(_) if is_wildcard => wrong("an address has no names below"),
            _ => Ok(Self { host, is_wildcard, port }),
        }
    }

    /// Whether `target` may be called.
    pub fn allows(&self, target: &Target) -> bool {
        let port = match self.port {
            Some(port) => target.port == port,
            None => USUAL_PORTS.contains(&target.port),
        };
        port && self.covers(target)
    }

    /// Whether the host of `target` is meant, whatever the port.
    pub fn covers(&self, target: &Target) -> bool {
        match (&self.host, &target.host) {
            (Host::Domain(own), Host::Domain(other)) if self.is_wildcard => {
                other.strip_suffix(own.as_str()).is_some_and(|start| {
                    start.strip_suffix('.').is_some_and(|start| !start.is_empty())
                })
            }
            (own, other) => own == other,
        }
    }
}

impl fmt::Display for AllowedHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wildcard = if self.is_wildcard { "*." } else { "" };
        match self.port {
            Some(port) => write!(f, "{wildcard}{}:{port}", self.host),
            None => write!(f, "{wildcard}{}", self.host),
        }
    }
}

/// A host and a port that a lambda wants to reach, in the one spelling that they have.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Target {
    host: Host,
    port: u16,
}

impl Target {
    /// Of a name or an address as somebody wrote it; none when no host can be called so.
    pub fn new(host: &str, port: u16) -> Option<Self> {
        read_host(host).map(|host| Self { host, port })
    }

    /// The host.
    pub fn host(&self) -> String {
        self.host.to_string()
    }

    /// The port.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The address, where the host is one.
    pub const fn address(&self) -> Option<IpAddr> {
        match self.host {
            Host::Ipv4(address) => Some(IpAddr::V4(address)),
            Host::Ipv6(address) => Some(IpAddr::V6(address)),
            Host::Domain(_) => None,
        }
    }

    /// The entry of the allow-list that would allow it, and nothing beside.
    pub fn entry(&self) -> String {
        if USUAL_PORTS.contains(&self.port) {
            self.host.to_string()
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

/// The host and the port of an entry; colons inside an address without brackets are its own.
fn split_port(text: &str) -> (&str, Option<&str>) {
    if text.starts_with('[') {
        return match text.split_once(']') {
            Some((_, rest)) if rest.starts_with(':') => {
                (&text[..text.len() - rest.len()], Some(&rest[1..]))
            }
            _ => (text, None),
        };
    }
    match text.split_once(':') {
        Some((name, port)) if !port.contains(':') => (name, Some(port)),
        _ => (text, None),
    }
}

/// The host in its one spelling: lower case, without a dot at the end, international names in ASCII, and every way to
/// write an address as that address.
fn read_host(text: &str) -> Option<Host> {
    let is_bare_v6 = text.contains(':') && !text.starts_with('[');
    let host = if is_bare_v6 { Host::parse(&format!("[{text}]")) } else { Host::parse(text) };
    match host.ok()? {
        Host::Domain(domain) => {
            let domain = domain.strip_suffix('.').unwrap_or(&domain);
            let is_name = !domain.is_empty()
                && domain.len() <= 253
                && domain.split('.').all(|label| !label.is_empty() && label.len() <= 63);
            // What remains may have become an address.
            if is_name { Host::parse(domain).ok() } else { None }
        }
        address => Some(address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(entry: &str, host: &str, port: u16) -> bool {
        AllowedHost::parse(entry).unwrap().allows(&Target::new(host, port).unwrap())
    }

    #[test]
    fn an_entry_allows_what_it_names_and_nothing_else() {
        for (entry, host, port) in [
            ("api.example.com", "api.example.com", 443),
            ("api.example.com", "API.Example.COM.", 80),
            ("API.example.com.", "api.example.com", 80),
            ("*.example.com", "a.example.com", 443),
            ("*.example.com", "a.b.example.com", 443),
            ("api.example.com:8443", "api.example.com", 8443),
            ("bücher.example", "xn--bcher-kva.example", 443),
            ("xn--bcher-kva.example", "BÜCHER.example", 443),
            ("127.0.0.1:8080", "2130706433", 8080),
            ("127.0.0.1", "0x7f.1", 80),
            ("127.0.0.1", "0177.0.0.1", 80),
            ("[2001:db8::1]:8080", "[2001:DB8:0::1]", 8080),
            ("2001:db8::1", "2001:db8::1", 443),
            ("localhost:3000", "localhost", 3000),
            ("my_service.internal", "my_service.internal", 80),
        ] {
            assert!(allows(entry, host, port), "{entry} {host}:{port}");
        }
        for (entry, host, port) in [
            ("api.example.com", "example.com", 443),
            ("api.example.com", "api.example.com.evil.example", 443),
            ("api.example.com", "xapi.example.com", 443),
            ("api.example.com", "api.example.com", 8080),
            ("api.example.com:8443", "api.example.com", 443),
            ("*.example.com", "example.com", 443),
            ("*.example.com", "evilexample.com", 443),
            ("*.example.com", "a.example.com.evil", 443),
            ("127.0.0.1", "[::ffff:127.0.0.1]", 80),
            ("bücher.example", "bucher.example", 443),
        ] {
            assert!(!allows(entry, host, port), "{entry} {host}:{port}");
        }
    }

    #[test]
    fn what_is_no_entry_is_refused_with_a_reason() {
        for text in [
            "",
            "*",
            "*.",
            "*.com",
            "a.*.example.com",
            "a*.example.com",
            "https://a.example",
            "a.example/path",
            "user@a.example",
            "a example",
            "a.example:0",
            "a.example:x",
            "a.example:70000",
            "*.127.0.0.1",
            "a..example",
            "exa\nmple.com",
            "[::1",
            "*.*.example.com",
        ] {
            assert!(AllowedHost::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn entries_and_targets_are_shown_in_their_one_spelling() {
        for (text, shown) in [
            ("API.Example.com.", "api.example.com"),
            ("*.EXAMPLE.com:8443", "*.example.com:8443"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("[::1]:80", "[::1]:80"),
        ] {
            assert_eq!(AllowedHost::parse(text).unwrap().to_string(), shown);
        }
        assert_eq!(Target::new("a.example", 443).unwrap().entry(), "a.example");
        assert_eq!(Target::new("A.example.", 8443).unwrap().entry(), "a.example:8443");
        assert_eq!(Target::new("::1", 9).unwrap().entry(), "[::1]:9");
    }

    #[test]
    fn a_zone_makes_no_host() {
        assert!(Target::new("[fe80::1%25eth0]", 80).is_none());
        assert!(Target::new("fe80::1%eth0", 80).is_none());
    }

    proptest::proptest! {
        #[test]
        fn what_an_entry_shows_is_the_entry_again(text in "(\\*\\.)?[a-zA-Z0-9.:\\[\\]-]{0,24}") {
            if let Ok(entry) = AllowedHost::parse(&text) {
                proptest::prop_assert_eq!(AllowedHost::parse(&entry.to_string()), Ok(entry));
            }
        }
    }
}

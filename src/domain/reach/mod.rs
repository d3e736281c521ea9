//! What lambdas may reach outside: the allow-list of hosts, the networks, and what is sent at all.
//!
//! Every call that leaves the machine is held against this: the name that the lambda wrote against the hosts, and the
//! address that the name leads to against the networks. Without an entry nothing goes out.

mod hosts;
mod networks;

pub use hosts::{AllowedHost, Target};
pub use networks::{AllowedNetwork, not_public};

use super::mail::MailSettings;
use std::net::IpAddr;
use std::path::PathBuf;

/// What lambdas of a workspace may reach.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// The hosts that may be called by name or address.
    pub hosts: Vec<AllowedHost>,
    /// The networks that may be reached although they are not public.
    pub networks: Vec<AllowedNetwork>,
    /// Files with certificates of authorities that are trusted beside the system's.
    pub authorities: Vec<PathBuf>,
    /// Certificates that are shown to hosts which ask for one.
    pub identities: Vec<Identity>,
    /// The server that mail is sent by.
    pub mail: Option<MailSettings>,
}

/// A certificate of one's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The host that it is shown to.
    pub host: AllowedHost,
    /// The file with the certificate and those that lead to its authority, in PEM form.
    pub certificate: PathBuf,
    /// The file with its private key, in PEM form.
    pub key: PathBuf,
}

/// Whether what a lambda wants to change outside is sent, or only recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sending {
    /// It is sent.
    Live,
    /// It is recorded as what would have been sent.
    Dry,
}

impl Sending {
    /// Its name, as files and screens show it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Dry => "dry",
        }
    }
}

/// What of a run is sent: HTTP requests other than GET and HEAD, and mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SendingOf {
    /// HTTP requests that are not GET or HEAD.
    pub http: Sending,
    /// Mail.
    pub mail: Sending,
}

impl SendingOf {
    /// Everything is sent.
    pub const LIVE: Self = Self { http: Sending::Live, mail: Sending::Live };
    /// Nothing is sent.
    pub const DRY: Self = Self { http: Sending::Dry, mail: Sending::Dry };
}

impl SendingOf {
    /// What is held back, in a word or two.
    pub const fn words(self) -> &'static str {
        match (self.http, self.mail) {
            (Sending::Live, Sending::Live) => "live",
            (Sending::Live, Sending::Dry) => "mail dry",
            (Sending::Dry, Sending::Live) => "http dry",
            (Sending::Dry, Sending::Dry) => "dry",
        }
    }

    /// The same for HTTP and mail.
    pub const fn all(sending: Sending) -> Self {
        Self { http: sending, mail: sending }
    }
}

impl Default for SendingOf {
    /// As a person who tries a lambda out expects it: requests go out, nobody gets a mail.
    fn default() -> Self {
        Self { http: Sending::Live, mail: Sending::Dry }
    }
}

impl Reach {
    /// Whether `target` is on the allow-list; if not, a sentence that says what to do.
    pub fn check_host(&self, target: &Target) -> Result<(), String> {
        if self.hosts.iter().any(|host| host.allows(target)) {
            return Ok(());
        }
        let port = target.port();
        let other_port = self.hosts.iter().any(|host| host.covers(target));
        let host = target.host();
        Err(if other_port {
            format!(
                "{host} is allowed, but not at port {port}; add \"{}\" to `allowed_domains` in lambdeck.toml",
                target.entry()
            )
        } else {
            format!(
                "{host} is not allowed; add \"{}\" to `allowed_domains` in lambdeck.toml",
                target.entry()
            )
        })
    }

    /// Whether a connection to `address` may be made; if not, a sentence that says why.
    pub fn check_address(&self, address: IpAddr) -> Result<(), String> {
        let Some(kind) = not_public(address) else { return Ok(()) };
        if self.networks.iter().any(|network| network.contains(address)) {
            return Ok(());
        }
        Err(format!(
            "{address} is {kind}; only an entry of `allowed_networks` in lambdeck.toml allows that"
        ))
    }

    /// The certificate to show to `target`.
    pub fn identity_for(&self, target: &Target) -> Option<&Identity> {
        self.identities.iter().find(|identity| identity.host.covers(target))
    }
}

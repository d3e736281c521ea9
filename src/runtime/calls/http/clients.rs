//! The HTTP clients: one for each way out, kept across runs with their open connections.
//!
//! There are as many ways as there are combinations of what makes a connection: with TLS or without, directly or through
//! a proxy, with a certificate of one's own or without. Connections are reused only while what may be reached stays the
//! same: another [`Reach`] gets clients of its own.

use super::guard::{Guard, Lookup, ProxiesOnly, Unreachable, system_lookup};
use super::tls::Tls;
use crate::domain::{Identity, Reach, Target};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Proxy, Url};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long a connection may take to be made.
const CONNECT_PATIENCE: Duration = Duration::from_secs(10);
/// How long a connection is kept that nobody uses.
const IDLE_PATIENCE: Duration = Duration::from_mins(1);
/// Connections kept open to one host.
const IDLE_PER_HOST: usize = 16;

const USER_AGENT: &str = concat!("lambdeck/", env!("CARGO_PKG_VERSION"));

/// What makes connections different.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Way {
    is_tls: bool,
    proxy: Option<String>,
    /// The certificate of one's own, by its place among those of the reach.
    identity: Option<usize>,
}

/// The clients of one [`Reach`].
struct Exits {
    reach: Arc<Reach>,
    tls: Tls,
    clients: HashMap<Way, Client>,
}

/// All clients.
pub(in crate::runtime::calls) struct Clients {
    proxies: Matcher,
    lookup: Lookup,
    exits: Mutex<Option<Exits>>,
}

impl Default for Clients {
    fn default() -> Self {
        Self::new(Matcher::from_env(), system_lookup())
    }
}

impl Clients {
    pub(super) fn new(proxies: Matcher, lookup: Lookup) -> Self {
        Self { proxies, lookup, exits: Mutex::new(None) }
    }

    /// The client that leads to `url`, whose host is `target`.
    pub(super) async fn to(
        &self,
        url: &Url,
        target: &Target,
        reach: &Arc<Reach>,
    ) -> Result<Client, String> {
        let proxy = self.proxy_for(url)?;
        let is_tls = url.scheme() == "https";
        let identity = reach.identity_for(target).filter(|_| is_tls);
        let place = |own: &Identity| reach.identities.iter().position(|other| other == own);
        let way = Way {
            is_tls,
            proxy: proxy.as_ref().map(|proxy| proxy.uri().to_string()),
            identity: identity.and_then(place),
        };
        let tls = {
            let mut exits = self.exits();
            let exits = match &mut *exits {
                Some(exits) if exits.reach == *reach => exits,
                other => other.insert(Exits {
                    reach: Arc::clone(reach),
                    tls: Tls::default(),
                    clients: HashMap::new(),
                }),
            };
            if let Some(client) = exits.clients.get(&way) {
                return Ok(client.clone());
            }
            exits.tls.clone()
        };
        let config = match (is_tls, identity.cloned()) {
            (true, identity) => tls.config(Arc::clone(reach), identity).await?,
            (false, _) => Tls::none()?,
        };
        let builder = guarded(self.resolver(reach, proxy), config)?;
        let client = builder.build().map_err(|error| format!("no HTTP client: {error}"))?;
        if let Some(exits) = self.exits().as_mut().filter(|exits| exits.reach == *reach) {
            // Another call may have been faster; its connections are as good.
            return Ok(exits.clients.entry(way).or_insert(client).clone());
        }
        Ok(client)
    }

    /// The proxy that the environment names for `url`.
    fn proxy_for(&self, url: &Url) -> Result<Option<Intercept>, String> {
        let uri = url.as_str().parse().map_err(|_| "the address cannot be sent".to_owned())?;
        let Some(proxy) = self.proxies.intercept(&uri) else { return Ok(None) };
        match proxy.uri().scheme_str() {
            Some("http" | "https") => Ok(Some(proxy)),
            other => Err(format!(
                "the environment names a proxy of the kind `{}`; only HTTP proxies are used",
                other.unwrap_or_default()
            )),
        }
    }

    fn resolver(&self, reach: &Arc<Reach>, proxy: Option<Intercept>) -> Resolver {
        let lookup = Arc::clone(&self.lookup);
        match proxy {
            None => Resolver::Direct(Guard { reach: Arc::clone(reach), lookup }),
            Some(proxy) => {
                let host = proxy.uri().host().unwrap_or_default().to_owned();
                Resolver::Through(proxy, ProxiesOnly { proxy: host, lookup })
            }
        }
    }

    /// The addresses of `target` that may be connected to, for what is no request over HTTP.
    pub(in crate::runtime::calls) async fn addresses(
        &self,
        target: &Target,
        reach: &Arc<Reach>,
    ) -> Result<Vec<IpAddr>, Unreachable> {
        if let Some(address) = target.address() {
            reach.check_address(address).map_err(Unreachable::Forbidden)?;
            return Ok(vec![address]);
        }
        let guard = Guard { reach: Arc::clone(reach), lookup: Arc::clone(&self.lookup) };
        guard.addresses(&target.host()).await
    }

    fn exits(&self) -> MutexGuard<'_, Option<Exits>> {
        self.exits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Resolver {
    Direct(Guard),
    Through(Intercept, ProxiesOnly),
}

/// A client that follows no redirects, reads no environment and looks nothing up but through `resolver`.
fn guarded(resolver: Resolver, tls: rustls::ClientConfig) -> Result<ClientBuilder, String> {
    let builder = Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(Policy::none())
        .referer(false)
        .no_proxy()
        .user_agent(USER_AGENT)
        .connect_timeout(CONNECT_PATIENCE)
        .pool_idle_timeout(IDLE_PATIENCE)
        .pool_max_idle_per_host(IDLE_PER_HOST);
    Ok(match resolver {
        Resolver::Direct(guard) => builder.dns_resolver(Arc::new(guard)),
        Resolver::Through(proxy, names) => {
            let mut through = Proxy::all(proxy.uri().to_string())
                .map_err(|error| format!("the environment names an unusable proxy: {error}"))?;
            if let Some(auth) = proxy.basic_auth() {
                through = through.custom_http_auth(auth.clone());
            }
            builder.proxy(through).dns_resolver(Arc::new(names))
        }
    })
}

//! From a name to the addresses that may be connected to.
//!
//! The client asks here and nowhere else, and connects to what it is given: what was checked is what is reached, however
//! often a name changes its answer.

use crate::domain::Reach;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

/// Looks a name up.
pub(super) type Lookup = Arc<
    dyn Fn(String) -> Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>> + Send + Sync,
>;

/// The system's way to look a name up.
pub(super) fn system_lookup() -> Lookup {
    Arc::new(|name| {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    })
}

/// A name leads to addresses of which none may be reached.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Forbidden(pub(super) String);

/// Lets through the addresses that lambdas may reach.
pub(super) struct Guard {
    pub(super) reach: Arc<Reach>,
    pub(super) lookup: Lookup,
}

/// Why a name leads nowhere.
pub(in crate::runtime::calls) enum Unreachable {
    /// To addresses of which none may be reached.
    Forbidden(String),
    /// It cannot be looked up.
    Unknown(String),
}

impl Guard {
    /// The addresses behind `name` that may be connected to.
    pub(super) async fn addresses(&self, name: &str) -> Result<Vec<IpAddr>, Unreachable> {
        let found = (self.lookup)(name.to_owned()).await;
        let found = found.map_err(|error| {
            Unreachable::Unknown(format!("{name} cannot be looked up: {error}"))
        })?;
        allowed(name, found, &self.reach).map_err(|Forbidden(why)| Unreachable::Forbidden(why))
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let (reach, lookup) = (Arc::clone(&self.reach), Arc::clone(&self.lookup));
        Box::pin(async move {
            let found = lookup(name.as_str().to_owned()).await?;
            let allowed = allowed(name.as_str(), found, &reach)?;
            // The client puts the port of the address it was given in the place of zero.
            let addresses: Addrs =
                Box::new(allowed.into_iter().map(|address| SocketAddr::new(address, 0)));
            Ok(addresses)
        })
    }
}

/// Those of `found` that may be reached. Where some may and others may not, the others are as if they were not there.
fn allowed(name: &str, found: Vec<IpAddr>, reach: &Reach) -> Result<Vec<IpAddr>, Forbidden> {
    let mut reason = None;
    let mut allowed = Vec::new();
    for address in found {
        match reach.check_address(address) {
            Ok(()) => allowed.push(address),
            Err(why) => reason = Some(why),
        }
    }
    match reason {
        Some(why) if allowed.is_empty() => Err(Forbidden(format!("{name} is out of reach: {why}"))),
        _ => Ok(allowed),
    }
}

/// Looks up the names of proxies, which the operator chose, and no others.
pub(super) struct ProxiesOnly {
    pub(super) proxy: String,
    pub(super) lookup: Lookup,
}

impl Resolve for ProxiesOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let is_proxy = name.as_str().eq_ignore_ascii_case(&self.proxy);
        let lookup = Arc::clone(&self.lookup);
        Box::pin(async move {
            if !is_proxy {
                let why = format!("{} would be reached past the proxy", name.as_str());
                return Err(Forbidden(why).into());
            }
            let found = lookup(name.as_str().to_owned()).await?;
            let addresses: Addrs =
                Box::new(found.into_iter().map(|address| SocketAddr::new(address, 0)));
            Ok(addresses)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::AllowedNetwork;

    fn addresses(texts: &[&str]) -> Vec<IpAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn only_what_may_be_reached_is_connected_to() {
        let mut reach = Reach::default();
        let mixed = addresses(&["10.0.0.1", "1.1.1.1", "::1"]);
        assert_eq!(allowed("x", mixed, &reach).unwrap(), addresses(&["1.1.1.1"]));
        let inside = addresses(&["10.0.0.1"]);
        let error = allowed("db.example", inside.clone(), &reach).unwrap_err().to_string();
        assert!(
            error.starts_with("db.example is out of reach: 10.0.0.1 is a private address;"),
            "{error}"
        );
        reach.networks.push(AllowedNetwork::parse("10.0.0.0/8").unwrap());
        assert_eq!(allowed("x", inside.clone(), &reach).unwrap(), inside);
        assert!(allowed("x", Vec::new(), &reach).unwrap().is_empty());
    }
}

//! Templates: lambdas to start from.

use super::environment::check_env_name;
use super::event::{EventId, Origin};
use super::reach::AllowedHost;
use super::secret::SecretName;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A lambda to start from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Identifier, the name of its folder: `keyword_scanner` for example.
    pub id: String,
    /// Human name, `Keyword Scanner` for example.
    pub name: String,
    /// What it shows, in a sentence or two.
    pub description: String,
    /// The event it is connected to; a stand-alone template has none.
    pub event: Option<EventId>,
    /// The Rhai source.
    pub source: Arc<str>,
    /// What has to be set up before it can do its work.
    pub needs: Needs,
    /// Built in, or the workspace's own.
    pub origin: Origin,
}

/// What a template needs beside its source: names, each with what it is for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Needs {
    /// Hosts that it calls.
    pub domains: BTreeMap<String, String>,
    /// Secrets that it reads.
    pub secrets: BTreeMap<String, String>,
    /// Environment variables that it reads.
    pub environment: BTreeMap<String, String>,
}

impl Needs {
    /// Whether nothing is needed.
    pub fn is_empty(&self) -> bool {
        self.domains.is_empty() && self.secrets.is_empty() && self.environment.is_empty()
    }

    /// What is needed in a sentence; nothing where nothing is.
    pub fn in_words(&self) -> Option<String> {
        let named = |what: &str, needs: &BTreeMap<String, String>| {
            let names: Vec<_> = needs.keys().map(|name| format!("`{name}`")).collect();
            let ending = if names.len() == 1 { "" } else { "s" };
            (!names.is_empty()).then(|| format!("the {what}{ending} {}", names.join(", ")))
        };
        let parts = [
            named("domain", &self.domains),
            named("secret", &self.secrets),
            named("variable", &self.environment),
        ];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| {
            format!(
                "Needs {}: what is missing is listed when the lambda is made.",
                parts.join(" and ")
            )
        })
    }

    /// Whether every name can be what it is said to be; why not, in a sentence.
    pub fn check(&self) -> Result<(), String> {
        let domains = self.domains.keys().map(|name| AllowedHost::parse(name).map(drop));
        let secrets = self.secrets.keys().map(|name| SecretName::new(name).map(drop));
        let environment = self.environment.keys().map(|name| check_env_name(name));
        domains.chain(secrets).chain(environment).collect()
    }
}

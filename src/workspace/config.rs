//! `lambdeck.toml`: what holds for the whole workspace.

mod delivery;
mod mail;
mod serve;

use super::document::{Problem, Reader, entries};
use crate::domain::environment::check_env;
use crate::domain::{
    AllowedHost, AllowedNetwork, DeliverySettings, Identity, Lambda, LimitOverrides, Limits, Reach,
    Sending, SendingOf, ServeSettings,
};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use toml_edit::{Item, Key, TableLike};

/// The file's name.
pub const CONFIG_FILE: &str = "lambdeck.toml";

/// What a new workspace says.
pub(super) const NEW_CONFIG: &str = r#"# A lambdeck workspace. Every line below shows its default; remove the `#` to change it.

# Hosts that lambdas may call; `*.` at the start stands for every name below, ports other than 80 and 443 are named.
# allowed_domains = []         # ["api.example.com", "*.example.org", "localhost:8080"]

# Networks that lambdas may reach although they are not public.
# allowed_networks = []        # ["10.1.0.0/16", "127.0.0.1"]

# Lay out a lambda's code when it is saved in the editor.
# format_on_save = false

# What happens when a lambda that is invoked here wants to change something outside: "live" sends it, "dry" only shows it.
[send]
# http = "live"              # requests other than GET and HEAD
# mail = "dry"

# The server that `mail::send` sends by is a table [mail] of `host`, `port` (587), `secure` ("starttls", "tls" or "none"),
# `user`, `password_secret` (the secret that holds the password) and `from`. Its host is allowed above, as "smtp.example.com:587".

# Certificates, in PEM files; paths are from this file.
[tls]
# authorities = []           # ["certs/company.pem"], trusted beside those of the system
# identities = []            # [{ host = "partner.example", certificate = "certs/me.pem", key = "certs/me-key.pem" }]

# Environment variables of every lambda; one's own lambda.toml can set others.
[env]
# REGION = "eu"

# Where `lambdeck serve` takes events and invocations by HTTP. Beyond loopback callers show a token (`lambdeck token create`).
# `certificate` and `key`, two PEM files, make it HTTPS; `public_host` is the host that callers know it by.
# `otlp_endpoint`, "http://127.0.0.1:4318" for example, is a collector of OpenTelemetry that spans are sent to.
[serve]
# listen = "127.0.0.1:8787"
# in_ide = true              # lambdeck itself executes what is deployed, while nobody else does
# require_token = false      # on loopback too
# max_body_bytes = 1048576   # bytes of a request's body
# max_connections = 1024     # connections at a time
# header_timeout_ms = 10000  # for a request's head, and the silence between two
# request_timeout_ms = 30000 # for a request's body, and for a call until it begins
# grace_ms = 35000           # for what runs when it stops

# How events are delivered to deployed lambdas.
[delivery]
# retries = 3                # after the first attempt; then a delivery becomes a dead letter
# retry_first_ms = 1000      # wait before the first of them; each further one is twice as long
# retry_most_ms = 300000     # the longest wait
# concurrency = 8            # runs at a time
# concurrency_per_lambda = 4
# queue_deliveries = 100000  # deliveries that may wait; beyond that events are refused
# queue_mib = 256            # the inputs of those that wait
# keep_runs_days = 30        # how long runs are kept
# keep_runs_mib = 512        # how much room they may take
# sink = "https://..."       # where results are sent as CloudEvents

# Limits of every run; a lambda's own lambda.toml can set others.
[limits]
# deadline_ms = 30000        # wall-clock time of a run
# memory_mib = 256           # memory of a run
# source_chars = 100000      # characters of a lambda's source
# payload_bytes = 1048576    # bytes of an input
# log_lines = 10             # log lines kept for a run of a deployed lambda
# log_chars = 6000           # characters of log kept for a run of a deployed lambda
# requests_per_second = 20   # requests that a lambda may send in a second
# response_bytes = 5242880   # bytes of a response, unpacked
"#;

const KEYS: &str = "allowed_domains, allowed_networks, format_on_save, send, mail, tls, serve, delivery, env, limits";

/// What holds for the whole workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// What lambdas may reach.
    pub reach: Arc<Reach>,
    /// What of a run from here is sent.
    pub sending: SendingOf,
    /// A lambda's code is laid out when it is saved in the editor.
    pub format_on_save: bool,
    /// Environment variables of every lambda.
    pub env: BTreeMap<String, String>,
    /// Where and how it listens.
    pub serve: ServeSettings,
    /// How events are delivered to deployed lambdas.
    pub delivery: DeliverySettings,
    /// Limits that differ from the defaults.
    pub limits: LimitOverrides,
}

impl Config {
    /// The limits of a run of `lambda`: its own over the workspace's over the defaults.
    pub fn limits_for(&self, lambda: &Lambda) -> Limits {
        lambda.limits.over(self.limits.over(Limits::default()))
    }

    /// The environment variables of a run of `lambda`: its own over the workspace's.
    pub fn env_for(&self, lambda: &Lambda) -> BTreeMap<String, String> {
        lambda.env_over(&self.env)
    }

    /// Reads `text`, the content of the file at `path`; whatever is wrong is a problem and keeps its default.
    pub(super) fn parse(path: &Path, text: &str) -> (Self, Vec<Problem>) {
        let mut config = Self::default();
        let mut reach = Reach::default();
        let mut reader = Reader::new(path, text);
        let folder = path.parent().unwrap_or(Path::new(""));
        if let Some(document) = reader.parse() {
            for (key, item) in entries(document.as_table()) {
                match key.get() {
                    "allowed_domains" => reach.hosts = reader.list(key, item, AllowedHost::parse),
                    "allowed_networks" => {
                        reach.networks = reader.list(key, item, AllowedNetwork::parse);
                    }
                    "format_on_save" => config.format_on_save = reader.flag(key, item),
                    "send" => config.sending = sending(&mut reader, key, item),
                    "mail" => reach.mail = mail::mail(&mut reader, key, item),
                    "tls" => certificates(&mut reader, (key, item), folder, &mut reach),
                    "env" => config.env = reader.texts(key, item, check_env),
                    "serve" => config.serve = serve::serve(&mut reader, (key, item), folder),
                    "delivery" => config.delivery = delivery::delivery(&mut reader, key, item),
                    "limits" => config.limits = reader.limits(key, item),
                    _ => reader.unknown(key, KEYS),
                }
            }
        }
        config.reach = Arc::new(reach);
        (config, reader.problems)
    }
}

/// The table `[send]`.
fn sending(reader: &mut Reader, key: &Key, item: &Item) -> SendingOf {
    let mut sending = SendingOf::default();
    let Some(table) = reader.table(key, item) else { return sending };
    for (key, item) in entries(table) {
        let which = match key.get() {
            "http" => &mut sending.http,
            "mail" => &mut sending.mail,
            _ => {
                reader.unknown(key, "http, mail");
                continue;
            }
        };
        match item.as_str() {
            Some("live") => *which = Sending::Live,
            Some("dry") => *which = Sending::Dry,
            _ => {
                let message = format!("`{}` must be \"live\" or \"dry\"", key.get());
                reader.wrong(key, item, message);
            }
        }
    }
    sending
}

/// The table `[tls]`.
fn certificates(reader: &mut Reader, (key, item): (&Key, &Item), folder: &Path, reach: &mut Reach) {
    let Some(table) = reader.table(key, item) else { return };
    for (key, item) in entries(table) {
        match key.get() {
            "authorities" => {
                reach.authorities = reader.list(key, item, |text| file(folder, text));
            }
            "identities" => reach.identities = identities(reader, key, item, folder),
            _ => reader.unknown(key, "authorities, identities"),
        }
    }
}

fn identities(reader: &mut Reader, key: &Key, item: &Item, folder: &Path) -> Vec<Identity> {
    let tables: Vec<&dyn TableLike> = match (item.as_array(), item.as_array_of_tables()) {
        (Some(array), _) => {
            let tables = array.iter().filter_map(|value| value.as_inline_table());
            tables.map(|table| table as &dyn TableLike).collect()
        }
        (None, Some(tables)) => tables.iter().map(|table| table as &dyn TableLike).collect(),
        (None, None) => Vec::new(),
    };
    let count = item.as_array().map_or(tables.len(), toml_edit::Array::len);
    if tables.len() != count || (item.as_array().is_none() && tables.is_empty()) {
        reader.wrong(
            key,
            item,
            "`identities` must be a list of tables of `host`, `certificate`, `key`",
        );
        return Vec::new();
    }
    let mut identities = Vec::new();
    for table in tables {
        match identity(table, folder) {
            Ok(identity) => identities.push(identity),
            Err(message) => reader.wrong(key, item, message),
        }
    }
    identities
}

fn identity(table: &dyn TableLike, folder: &Path) -> Result<Identity, String> {
    let text = |name: &str| {
        let text = table.get(name).and_then(Item::as_str);
        text.ok_or_else(|| format!("an identity needs `{name}`, a text in quotes"))
    };
    if let Some((other, _)) =
        table.iter().find(|(name, _)| !["host", "certificate", "key"].contains(name))
    {
        return Err(format!("an identity has no `{other}`; it has `host`, `certificate`, `key`"));
    }
    Ok(Identity {
        host: AllowedHost::parse(text("host")?)?,
        certificate: file(folder, text("certificate")?)?,
        key: file(folder, text("key")?)?,
    })
}

/// A file that the configuration names, which must be there.
fn file(folder: &Path, text: &str) -> Result<PathBuf, String> {
    let path = folder.join(text);
    if path.is_file() { Ok(path) } else { Err(format!("there is no file {}", path.display())) }
}

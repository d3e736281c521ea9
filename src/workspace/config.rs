//! `lambdeck.toml`: what holds for the whole workspace.

use super::document::{Problem, Reader, entries};
use crate::domain::{Lambda, LimitOverrides, Limits};
use std::path::Path;

/// The file's name.
pub const CONFIG_FILE: &str = "lambdeck.toml";

/// What a new workspace says.
pub(super) const NEW_CONFIG: &str = r#"# A lambdeck workspace. Every line below shows its default; remove the `#` to change it.

# Domains that lambdas may send requests to; one `*` may stand for a part of a name.
# allowed_domains = ["api.example.com", "*.example.org"]

# Limits of every run; a lambda's own lambda.toml can set others.
[limits]
# deadline_ms = 30000        # wall-clock time of a run
# memory_mib = 256           # memory of a run
# source_chars = 100000      # characters of a lambda's source
# payload_bytes = 1048576    # bytes of an input
# log_lines = 10             # log lines kept for a run of a deployed lambda
# log_chars = 6000           # characters of log kept for a run of a deployed lambda
"#;

/// What holds for the whole workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// Domains that lambdas may send requests to.
    pub allowed_domains: Vec<String>,
    /// Limits that differ from the defaults.
    pub limits: LimitOverrides,
}

impl Config {
    /// The limits of a run of `lambda`: its own over the workspace's over the defaults.
    pub fn limits_for(&self, lambda: &Lambda) -> Limits {
        lambda.limits.over(self.limits.over(Limits::default()))
    }

    /// Reads `text`, the content of the file at `path`; whatever is wrong is a problem and keeps its default.
    pub(super) fn parse(path: &Path, text: &str) -> (Self, Vec<Problem>) {
        let mut config = Self::default();
        let mut reader = Reader::new(path, text);
        if let Some(document) = reader.parse() {
            for (key, item) in entries(document.as_table()) {
                match key.get() {
                    "allowed_domains" => config.allowed_domains = reader.strings(key, item),
                    "limits" => config.limits = reader.limits(key, item),
                    _ => reader.unknown(key, "allowed_domains, limits"),
                }
            }
        }
        (config, reader.problems)
    }
}

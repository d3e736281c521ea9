//! What a deployed run takes from the workspace as it is now: what it may reach, its secrets, how it is delivered.

use crate::domain::SecretStore;
use crate::workspace::{CONFIG_FILE, Config, Stamp, Workspace, stamp};
use std::sync::{Arc, Mutex, PoisonError};

/// The workspace around deployed lambdas.
pub(super) struct Surroundings {
    workspace: Workspace,
    secrets: Option<Arc<dyn SecretStore>>,
    config: Mutex<Cached>,
}

struct Cached {
    stamp: Option<Stamp>,
    config: Arc<Config>,
}

impl Surroundings {
    pub(super) fn of(workspace: Workspace) -> Self {
        let stamp = stamp(&workspace.root().join(CONFIG_FILE));
        let config = match workspace.sound_config() {
            Ok((config, _)) => config,
            // Who opens the platform has looked; what was broken since then allows nothing.
            Err(error) => {
                tracing::warn!(%error, "the configuration is not used");
                Config::default()
            }
        };
        let config = Arc::new(config);
        let secrets = workspace.secret_store();
        Self { workspace, secrets, config: Mutex::new(Cached { stamp, config }) }
    }

    /// The configuration, read anew when the file has changed. One with errors is left until they are mended: what was
    /// allowed before stays so.
    pub(super) fn config(&self) -> Arc<Config> {
        let mut cached = self.config.lock().unwrap_or_else(PoisonError::into_inner);
        let now = stamp(&self.workspace.root().join(CONFIG_FILE));
        if now != cached.stamp {
            cached.stamp = now;
            match self.workspace.sound_config() {
                Ok((config, _)) => cached.config = Arc::new(config),
                Err(error) => tracing::warn!(%error, "the changed configuration is not used"),
            }
        }
        Arc::clone(&cached.config)
    }

    /// The secrets that lambdas read.
    pub(super) fn secrets(&self) -> Option<Arc<dyn SecretStore>> {
        self.secrets.clone()
    }
}

//! A workspace with its store, for the commands of the platform.

use super::context::Context;
use crate::catalog::Catalog;
use crate::platform::clock::{Clock as _, SystemClock};
use crate::platform::deploy::Bench;
use crate::platform::embedded::{Durability, Embedded};
use crate::platform::owner;
use crate::platform::store::Doer;
use crate::workspace::{Loaded, Workspace};
use anyhow::Context as _;
use std::future::Future;
use std::path::{Path, PathBuf};
use tokio::runtime::Runtime;

/// What a command of the platform stands on.
pub(super) struct Stage {
    pub(super) workspace: Workspace,
    pub(super) loaded: Loaded,
    pub(super) catalog: Catalog,
    pub(super) store: Embedded,
    state: PathBuf,
    tokio: Runtime,
}

impl Stage {
    pub(super) fn open(context: &Context) -> anyhow::Result<Self> {
        let workspace = context.workspace()?;
        let state = workspace.state_folder()?;
        let store = Embedded::open(&state, Durability::Full)?;
        let tokio = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .context("cannot start the runtime")?;
        let (loaded, catalog) = (workspace.load(), context.catalog());
        Ok(Self { workspace, loaded, catalog, store, state, tokio })
    }

    /// The workspace as it is, to deploy from.
    pub(super) fn bench(&self) -> Bench<'_> {
        Bench { workspace: &self.workspace, loaded: &self.loaded, catalog: &self.catalog }
    }

    /// The folder of state.
    pub(super) fn state(&self) -> &Path {
        &self.state
    }

    /// Waits for what the store does.
    pub(super) fn wait<F: Future>(&self, future: F) -> F::Output {
        self.tokio.block_on(future)
    }

    /// Tells whoever executes in this workspace that there is something to do.
    pub(super) fn wake(&self) {
        owner::wake(&self.state);
    }
}

/// The person at the command line, now.
pub(super) fn doer() -> Doer {
    let named =
        ["LAMBDECK_USER", "USER", "LOGNAME"].iter().find_map(|name| std::env::var(name).ok());
    let by = named.filter(|name| !name.is_empty());
    let by = by.unwrap_or_else(|| format!("uid {}", rustix::process::getuid().as_raw()));
    Doer { by, at_ms: SystemClock.now_ms() }
}

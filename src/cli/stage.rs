//! A workspace with its store, for the commands of the platform.

use super::context::Context;
use crate::catalog::Catalog;
use crate::platform::deploy::Bench;
pub(super) use crate::platform::doer;
use crate::platform::embedded::{Durability, Embedded};
use crate::platform::owner;
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

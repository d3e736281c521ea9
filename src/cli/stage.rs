//! A workspace with its store, for the commands of the platform.

use super::context::{Context, lambda_name};
use crate::catalog::Catalog;
use crate::domain::{LambdaName, RunQuery};
use crate::platform::deploy::Bench;
pub(super) use crate::platform::doer;
use crate::platform::embedded::Embedded;
use crate::platform::owner;
use crate::platform::store::{Deployments as _, Runs as _};
use crate::workspace::{Loaded, Workspace, WorkspaceError, closest};
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
        let store = Embedded::open_to_read(&state)?;
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

    /// The lambda that is called `text`: one of the workspace, or one that was deployed or ran here.
    ///
    /// # Errors
    ///
    /// Where there is no such lambda, with the one that may be meant.
    pub(super) fn lambda(&self, text: &str) -> anyhow::Result<LambdaName> {
        let name = lambda_name(text)?;
        if self.loaded.lambda(&name).is_some() || self.workspace.lambda_dir(&name).exists() {
            return Ok(name);
        }
        let deployed = self.wait(self.store.lambdas())?;
        if deployed.iter().any(|it| it.name == name) {
            return Ok(name);
        }
        let query = RunQuery { lambda: Some(name.clone()), limit: 1, ..RunQuery::default() };
        let (runs, _) = self.wait(self.store.follow(query, None))?;
        if !runs.is_empty() {
            return Ok(name);
        }
        let of_workspace = self.loaded.lambdas.iter().map(|it| &it.name);
        let known: Vec<&LambdaName> =
            of_workspace.chain(deployed.iter().map(|it| &it.name)).collect();
        let texts: Vec<&str> = known.iter().map(|it| it.as_str()).collect();
        let suggestion = closest(text, &texts).and_then(|it| LambdaName::new(it).ok());
        Err(WorkspaceError::UnknownLambda { name, suggestion }.into())
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

//! The sources that a command is about: lambdas by name, files, or all lambdas of the workspace.

use super::Usage;
use super::context::{Context, lambda_name};
use crate::domain::LambdaName;
use crate::workspace::{Opening, Workspace, WorkspaceError};
use std::path::{Path, PathBuf};

/// One source on the disk.
pub(super) struct Source {
    /// The workspace it lies in, or one made for a single file.
    pub(super) workspace: Workspace,
    /// The lambda it belongs to.
    pub(super) lambda: LambdaName,
}

impl Source {
    /// Its path from the folder the command works in, where it lies below.
    pub(super) fn shown(&self, context: &Context) -> PathBuf {
        let path = self.workspace.source_path(&self.lambda);
        path.strip_prefix(&context.folder).map_or(path.clone(), Path::to_owned)
    }
}

/// What `names` name, or all lambdas of the workspace when there are none.
pub(super) fn of(context: &Context, names: &[String]) -> anyhow::Result<Vec<Source>> {
    if !names.is_empty() {
        return names.iter().map(|name| named(context, name)).collect();
    }
    let workspace = context.workspace()?;
    let lambdas = workspace.load().lambdas.into_iter();
    Ok(lambdas.map(|it| Source { workspace: workspace.clone(), lambda: it.name }).collect())
}

/// What `text` names: a lambda of the workspace, which need not exist, or a source file, which does.
pub(super) fn named(context: &Context, text: &str) -> anyhow::Result<Source> {
    if Path::new(text).extension().is_none_or(|extension| extension != "rhai") {
        return Ok(Source { workspace: context.workspace()?, lambda: lambda_name(text)? });
    }
    let path = context.path(Some(Path::new(text)));
    if !path.exists() {
        return Err(Usage(format!("there is no file `{text}`")).into());
    }
    match Opening::resolve(&path)? {
        Opening::Workspace { workspace, lambda: Some(lambda) } => Ok(Source { workspace, lambda }),
        _ => Err(WorkspaceError::NotOpened { path }.into()),
    }
}

//! What a path given on the command line leads to.

use super::error::WorkspaceError;
use super::{LAMBDAS, Workspace};
use crate::domain::LambdaName;
use std::path::{Path, PathBuf};

/// What to open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opening {
    /// A workspace, or a single file opened as one.
    Workspace {
        /// The workspace.
        workspace: Workspace,
        /// The lambda whose source to show at once.
        lambda: Option<LambdaName>,
    },
    /// A folder that belongs to no workspace: one can be made there.
    Offer {
        /// The folder.
        folder: PathBuf,
    },
}

impl Opening {
    /// What `path` leads to: a folder in a workspace, the folder or a file of a lambda, a single `.rhai` file, or a
    /// folder outside any workspace.
    pub fn resolve(path: &Path) -> Result<Self, WorkspaceError> {
        let whole = path.canonicalize().map_err(WorkspaceError::read(path))?;
        let root = Workspace::find(&whole);
        if let Some(root) = &root {
            let lambda = lambda_at(root, &whole);
            // A file that is not part of a lambda, say a template's source, is opened for itself.
            if lambda.is_some() || whole.is_dir() {
                return Ok(Self::Workspace { workspace: Workspace::open(root)?, lambda });
            }
        }
        if whole.is_dir() {
            return Ok(Self::Offer { folder: whole });
        }
        if whole.extension().is_none_or(|extension| extension != "rhai") {
            return Err(WorkspaceError::NotOpened { path: path.into() });
        }
        let workspace = Workspace::loose(&whole)?;
        let lambda = workspace.load().lambdas.into_iter().next().map(|lambda| lambda.name);
        Ok(Self::Workspace { workspace, lambda })
    }
}

/// The lambda that `path` is the folder of, or lies in the folder of.
fn lambda_at(root: &Path, path: &Path) -> Option<LambdaName> {
    let inside = path.strip_prefix(root.join(LAMBDAS)).ok()?;
    let name = inside.components().next()?.as_os_str().to_str()?;
    LambdaName::new(name).ok().filter(|name| root.join(LAMBDAS).join(name.as_str()).is_dir())
}

//! What the IDE is started on.

use crate::app::state::{AppState, Project, ProjectKind};
use crate::catalog::Catalog;
use crate::domain::LambdaName;
use crate::workspace::Workspace;
use ratatui::layout::Size;
use std::path::PathBuf;
use std::sync::Arc;

/// What the IDE is started on.
#[derive(Clone, Debug)]
pub enum Start {
    /// A workspace, and perhaps a lambda to open.
    Workspace {
        /// The workspace.
        workspace: Workspace,
        /// It is thrown away at the end.
        throw_away: bool,
        /// The lambda to open.
        lambda: Option<LambdaName>,
    },
    /// A folder that is no workspace yet.
    Nothing(PathBuf),
}

impl Start {
    /// The kind of place it is.
    pub(super) fn kind(&self) -> ProjectKind {
        match self {
            Self::Workspace { throw_away: true, .. } => ProjectKind::Sample,
            Self::Workspace { workspace, .. } if workspace.loose_file().is_some() => {
                ProjectKind::Loose
            }
            Self::Workspace { .. } => ProjectKind::Workspace,
            Self::Nothing(_) => ProjectKind::Missing,
        }
    }

    /// A lambda is to be opened whatever was open before.
    pub(super) const fn names_a_lambda(&self) -> bool {
        matches!(self, Self::Workspace { lambda: Some(_), .. })
    }

    /// The folder that is a workspace, or may be made one.
    pub(super) fn home(&self) -> Option<PathBuf> {
        match self {
            Self::Workspace { workspace, .. } if workspace.loose_file().is_some() => None,
            Self::Workspace { workspace, .. } => Some(workspace.root().to_owned()),
            Self::Nothing(folder) => Some(folder.clone()),
        }
    }

    /// The state before anything has been read.
    pub(super) fn state(&self, size: Size, now_ms: i64) -> AppState {
        let (name, root) = match self {
            Self::Workspace { workspace, .. } => (workspace.name(), workspace.root().to_owned()),
            Self::Nothing(folder) => (
                folder.file_name().unwrap_or_default().to_string_lossy().into_owned(),
                folder.clone(),
            ),
        };
        let catalog =
            Arc::new(Catalog { events: Vec::new(), templates: Vec::new(), problems: Vec::new() });
        AppState::new(Project::unread(name, root, self.kind(), catalog), size, now_ms)
    }
}

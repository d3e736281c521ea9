//! A throw-away workspace to look around in.

use super::error::WorkspaceError;
use super::{JOURNAL, NewLambda, STATE, Workspace};
use crate::catalog::Catalog;
use crate::domain::LambdaName;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The folder's name, which the screen shows.
const NAME: &str = "sample";

/// What it holds: name of the lambda, template, description.
const LAMBDAS: [(&str, &str, &str); 3] = [
    (
        "greet_new_conversation",
        "messaging_new_conversation",
        "Greets a consumer who opens a conversation",
    ),
    ("scan_keywords", "keyword_scanner", "Looks for words in a conversation that has ended"),
    ("hello", "greeting", "A first lambda, without an event"),
];

/// A workspace in a temporary folder, which goes when the value is dropped.
#[derive(Debug)]
pub struct SampleWorkspace {
    workspace: Workspace,
    folder: TempDir,
    /// What was in it at first.
    fresh: BTreeMap<PathBuf, Vec<u8>>,
}

impl SampleWorkspace {
    /// The workspace.
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// Leaves the folder where it is if somebody has changed something in it, and says where.
    pub fn keep_if_changed(self) -> Option<PathBuf> {
        let root = self.workspace.root().to_owned();
        if content(&root) == self.fresh {
            return None;
        }
        let _kept = self.folder.keep();
        Some(root)
    }
}

impl Workspace {
    /// Makes a throw-away workspace with three lambdas from the built-in catalogue.
    pub fn sample() -> Result<SampleWorkspace, WorkspaceError> {
        let temporary = std::env::temp_dir();
        let folder = tempfile::Builder::new()
            .prefix("lambdeck-")
            .tempdir()
            .map_err(WorkspaceError::write("create a folder in", &temporary))?;
        let workspace = Self::init(&folder.path().join(NAME))?;
        let catalog = Catalog::built_in();
        for (name, template, description) in LAMBDAS {
            let name = LambdaName::new(name).expect("the sample's names follow the rules");
            let template =
                catalog.find_template(template).expect("the sample's templates are built in");
            let event = template.event.as_ref().and_then(|id| catalog.event(id));
            workspace.create(NewLambda { name: &name, event, description, template })?;
        }
        let fresh = content(workspace.root());
        Ok(SampleWorkspace { workspace, folder, fresh })
    }
}

/// The files below a folder that a person made: those of the state count where they hold unsaved text.
fn content(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).into_iter().flatten().flatten();
        for path in entries.map(|it| it.path()) {
            let is_state = folder.ends_with(STATE) && !path.ends_with(JOURNAL);
            if path.is_dir() && !is_state {
                folders.push(path);
            } else if let Some(bytes) = fs::read(&path).ok().filter(|_| !is_state) {
                files.insert(path, bytes);
            }
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_that_somebody_has_changed_is_kept() {
        let sample = Workspace::sample().unwrap();
        let root = sample.workspace().root().to_owned();
        fs::create_dir_all(root.join(STATE)).unwrap();
        fs::write(root.join(STATE).join("state.db"), "runs").unwrap();
        assert_eq!(sample.keep_if_changed(), None);
        assert!(!root.exists());
        for changed in ["lambdas/hello/main.rhai", ".lambdeck/journal/1"] {
            let sample = Workspace::sample().unwrap();
            let root = sample.workspace().root().to_owned();
            fs::create_dir_all(root.join(changed).parent().unwrap()).unwrap();
            fs::write(root.join(changed), "changed").unwrap();
            assert_eq!(sample.keep_if_changed(), Some(root.clone()));
            assert_eq!(fs::read_to_string(root.join(changed)).unwrap(), "changed");
            fs::remove_dir_all(root.parent().unwrap()).unwrap();
        }
    }
}

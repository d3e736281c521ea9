//! A throw-away workspace to look around in.

use super::error::WorkspaceError;
use super::{NewLambda, Workspace};
use crate::catalog::Catalog;
use crate::domain::LambdaName;
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
    _folder: TempDir,
}

impl SampleWorkspace {
    /// The workspace.
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
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
        Ok(SampleWorkspace { workspace, _folder: folder })
    }
}

//! The workspace as its callers use it, on a real disk.

mod lambdas;
mod loading;
mod slots;
mod strays;

use super::*;
use crate::domain::{Event, EventId, Origin, ResultShape, Sample, SubType, Template};
use std::sync::Arc;
use tempfile::TempDir;

/// A new workspace, and the folder that goes with it.
struct Desk {
    _folder: TempDir,
    workspace: Workspace,
}

fn desk() -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let workspace = Workspace::init(&folder.path().join("bots")).unwrap();
    Desk { _folder: folder, workspace }
}

impl Desk {
    /// Makes a lambda, connected to `event`.
    fn add(&self, name: &str, event: Option<&Event>) -> Result<(), WorkspaceError> {
        let template = template();
        self.workspace.create(NewLambda {
            name: &named(name),
            event,
            description: "",
            template: &template,
        })
    }

    fn event_of(&self, name: &str) -> Option<EventId> {
        self.workspace.load().lambda(&named(name)).unwrap().event.clone()
    }

    fn names(&self) -> Vec<String> {
        self.workspace.load().lambdas.iter().map(|lambda| lambda.name.to_string()).collect()
    }

    /// Everything in a folder of the workspace, sorted.
    fn entries(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.workspace.root().join(folder)).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn put(&self, path: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.workspace.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }
}

fn named(name: &str) -> LambdaName {
    LambdaName::new(name).unwrap()
}

fn template() -> Template {
    Template {
        needs: crate::domain::Needs::default(),
        id: "greeting".into(),
        name: "Greeting".into(),
        description: String::new(),
        event: None,
        source: Arc::from("fn lambda(input) { \"hello\" }\n"),
        origin: Origin::BuiltIn,
    }
}

fn event(id: &str, slots: u32) -> Event {
    Event {
        id: EventId::new(id),
        name: format!("Event {id}"),
        description: String::new(),
        raised_by: String::new(),
        slots,
        retries: None,
        result: ResultShape::Anything,
        sub_types: vec![SubType { id: "FIRST TIME/x".into(), title: String::new() }],
        samples: vec![Sample {
            sub_type: "FIRST TIME/x".into(),
            title: String::new(),
            text: Arc::from("{\"payload\":1}"),
        }],
        schema: Arc::from("{}"),
        origin: Origin::BuiltIn,
    }
}

//! The disk as the app's tests have it: the shell's own, which does each job at once, on a real workspace in a temporary
//! folder.

use crate::app_kit::name;
use lambdeck::app::Message;
use lambdeck::app::job::DiskJob;
use lambdeck::app::search::SearchAnswer;
use lambdeck::catalog::Catalog;
use lambdeck::shell::Start;
use lambdeck::shell::disk::DiskAtOnce;
use lambdeck::workspace::{self, IdentitySource, JournalKey, NewLambda, Workspace};
use std::collections::BTreeMap;
use std::path::Path;
use tempfile::TempDir;

/// The disk, and what was asked of it that is not looked at there.
pub struct Disk {
    disk: DiskAtOnce,
    folder: TempDir,
    /// The text that is kept for each lambda with unsaved text.
    pub journal: BTreeMap<JournalKey, String>,
    /// The recovered texts that were dropped.
    pub dropped: Vec<JournalKey>,
    /// Saves that fail from now on say this.
    pub refuse_saves: Option<String>,
    /// The themes that were remembered, one after another.
    pub themes: Vec<Option<String>>,
}

impl Disk {
    fn on(start: &Start, folder: TempDir) -> Self {
        Self {
            disk: DiskAtOnce::new(start, identity(folder.path())),
            folder,
            journal: BTreeMap::new(),
            dropped: Vec::new(),
            refuse_saves: None,
            themes: Vec::new(),
        }
    }

    pub fn nowhere() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::on(&Start::Nothing(folder.path().to_owned()), folder)
    }

    pub fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::init(&folder.path().join("sample")).unwrap();
        Self::on(&Start::Workspace { workspace, throw_away: false, lambda: None }, folder)
    }

    pub fn sample() -> Self {
        let disk = Self::empty();
        disk.create(
            "greet_new_conversation",
            "messaging_new_conversation",
            "Greets a consumer who opens a conversation",
        );
        disk.create(
            "scan_keywords",
            "keyword_scanner",
            "Looks for words in a conversation that has ended",
        );
        disk.create("hello", "greeting", "A first lambda, without an event");
        disk
    }

    /// Makes a lambda from a template, connected to the template's event.
    pub fn create(&self, lambda: &str, template: &str, description: &str) {
        let catalog = Catalog::built_in();
        let template = catalog.find_template(template).unwrap();
        let event = template.event.as_ref().and_then(|id| catalog.event(id));
        self.workspace()
            .create(NewLambda { name: &name(lambda), event, description, template })
            .unwrap();
    }

    pub fn workspace(&self) -> &Workspace {
        self.disk.workspace().expect("there is a workspace")
    }

    pub fn root(&self) -> &Path {
        self.disk.workspace().map_or(self.folder.path(), Workspace::root)
    }

    /// What is deployed listens at a free port, when it is executed here.
    pub fn listen_anywhere(&self, serves: bool) {
        let path = self.root().join("lambdeck.toml");
        let config = std::fs::read_to_string(&path).unwrap();
        let listen = "# listen = \"127.0.0.1:8787\"";
        assert!(config.contains(listen));
        let own = format!("listen = \"127.0.0.1:0\"\nin_ide = {serves}");
        std::fs::write(&path, config.replace(listen, &own)).unwrap();
    }

    /// What the file of a lambda holds.
    pub fn source(&self, lambda: &str) -> String {
        self.workspace().read_source(&name(lambda)).unwrap()
    }

    /// Another program writes a lambda's file.
    pub fn write_behind_our_back(&self, lambda: &str, text: &str) {
        let path = self.workspace().source_path(&name(lambda));
        let before = workspace::stamp(&path);
        // Two writes within one tick of the file system's clock look alike; another length never does.
        std::fs::write(&path, text).unwrap();
        assert_ne!(before, workspace::stamp(&path), "a text of another length");
    }

    /// Does a job. What belongs to the person rather than to the workspace is only written down, and a search is over
    /// when this returns.
    pub fn perform(&mut self, job: DiskJob) -> Vec<Message> {
        match &job {
            DiskJob::RememberTheme(theme) => {
                self.themes.push(theme.clone());
                return Vec::new();
            }
            DiskJob::Save { file, .. } => {
                if let Some(error) = self.refuse_saves.clone() {
                    return vec![Message::NotSaved { file: file.clone(), error }];
                }
            }
            DiskJob::Search(request) => {
                let workspace = self.workspace();
                let read = |file: &_| workspace.read(file).map_err(|error| error.to_string());
                let payloads = |lambda: &_| workspace.payloads(lambda);
                return vec![Message::Searched(Box::new(SearchAnswer::to(
                    request, payloads, read,
                )))];
            }
            DiskJob::Journal { key, text, .. } => {
                self.journal.insert(key.clone(), text.0.text());
            }
            DiskJob::ForgetJournal(key) => {
                self.journal.remove(key);
            }
            DiskJob::DropRecovered(key) => self.dropped.push(key.clone()),
            _ => {}
        }
        self.disk.perform(job)
    }
}

/// An identity that lies beside the workspace.
fn identity(folder: &Path) -> IdentitySource {
    IdentitySource::Own(folder.join("identity.txt"))
}

//! The disk as the app's tests have it: each job is done at once, on a real workspace in a temporary folder.

use crate::app_kit::name;
use lambdeck::app::Message;
use lambdeck::app::job::DiskJob;
use lambdeck::app::search::{Replaced, SearchAnswer};
use lambdeck::app::setting::Change;
use lambdeck::app::state::{Project, ProjectKind};
use lambdeck::catalog::Catalog;
use lambdeck::domain::FileKey;
use lambdeck::editor::StoredHistory;
use lambdeck::platform::embedded::Embedded;
use lambdeck::workspace::{
    self, IdentitySource, JournalKey, NewLambda, Secrets, Workspace, WorkspaceError,
};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

/// A workspace in a temporary folder, and the journal.
pub struct Disk {
    workspace: Option<Workspace>,
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
    pub fn nowhere() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            workspace: None,
            folder,
            journal: BTreeMap::new(),
            dropped: Vec::new(),
            refuse_saves: None,
            themes: Vec::new(),
        }
    }

    pub fn empty() -> Self {
        let mut disk = Self::nowhere();
        disk.workspace = Some(Workspace::init(&disk.folder.path().join("sample")).unwrap());
        disk
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
        self.workspace.as_ref().expect("there is a workspace")
    }

    pub fn root(&self) -> &Path {
        self.workspace.as_ref().map_or(self.folder.path(), Workspace::root)
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

    pub fn perform(&mut self, job: DiskJob) -> Option<Message> {
        if let DiskJob::RememberTheme(theme) = job {
            self.themes.push(theme);
            return None;
        }
        self.attempt(job).unwrap_or_else(|error| Some(Message::Failed(error.to_string())))
    }

    fn attempt(&mut self, job: DiskJob) -> Result<Option<Message>, WorkspaceError> {
        if let DiskJob::Init = job {
            self.workspace = Some(Workspace::init(self.folder.path())?);
            return Ok(Some(Message::Done(
                "Made a workspace; n makes the first lambda".to_owned(),
            )));
        }
        let catalog = Arc::new(Catalog::built_in());
        let Some(workspace) = self.workspace.clone() else {
            let load = matches!(job, DiskJob::Load);
            let project =
                Project::unread("nowhere", self.root().to_owned(), ProjectKind::Missing, catalog);
            return Ok(load.then(|| Message::Loaded(Box::new(project))));
        };
        Ok(match job {
            DiskJob::Init => None,
            DiskJob::KeepHistory { file, text, history } => {
                workspace.undo_store().write(&file, &text.0.text(), &history.write())?;
                None
            }
            DiskJob::Search(request) => {
                let read = |file: &_| workspace.read(file).map_err(|error| error.to_string());
                let payloads = |lambda: &_| workspace.payloads(lambda);
                Some(Message::Searched(Box::new(SearchAnswer::to(&request, payloads, read))))
            }
            DiskJob::Replace { changes, open } => {
                let read = |file: &_| workspace.read(file).map_err(|error| error.to_string());
                let replaced = Replaced::by(&changes, read, |file, buffer| {
                    let (text, history) = (buffer.text(), buffer.stored_history().write());
                    workspace.save(file, &text).unwrap();
                    workspace.undo_store().write(file, &text, &history).unwrap();
                    Ok(())
                });
                Some(Message::Replaced { replaced, open })
            }
            DiskJob::Load => Some(Message::Loaded(Box::new(load(&workspace, catalog)))),
            DiskJob::Open { file, then } => {
                let (text, stamp) = match read(&workspace, &file) {
                    Ok(read) => read,
                    Err(error) => {
                        let error = error.to_string();
                        return Ok(Some(Message::NotOpened { file, error }));
                    }
                };
                let payloads = workspace.payloads(file.lambda());
                let stored = workspace.undo_store().read(&file, &text);
                let history = stored.and_then(|stored| StoredHistory::read(&stored, &text));
                let history = history.map(Box::new);
                Some(Message::Opened { file, text, stamp, payloads, history, then })
            }
            DiskJob::Reread(file) => {
                let (text, stamp) = read(&workspace, &file)?;
                Some(Message::Reread { file, text, stamp })
            }
            DiskJob::KeepOpenFiles(open) => {
                workspace.save_open_files(&open)?;
                None
            }
            DiskJob::Look { file, known } => {
                let (text, stamp) = read(&workspace, &file)?;
                (stamp != known).then_some(Message::Changed { file, text, stamp, saving: false })
            }
            DiskJob::Save { file, revision, text, expected, history } => {
                if let Some(error) = self.refuse_saves.clone() {
                    return Ok(Some(Message::NotSaved { file, error }));
                }
                let (disk, stamp) = read(&workspace, &file)?;
                if expected.is_some() && expected != stamp {
                    return Ok(Some(Message::Changed { file, text: disk, stamp, saving: true }));
                }
                workspace.save(&file, &text.0.text())?;
                workspace.undo_store().write(&file, &text.0.text(), &history.write())?;
                let stamp = workspace::stamp(&workspace.path_of(&file)?);
                Some(Message::Saved { file, revision, stamp })
            }
            DiskJob::Journal { key, text } => {
                self.journal.insert(key, text.0.text());
                None
            }
            DiskJob::ForgetJournal(key) => {
                self.journal.remove(&key);
                None
            }
            DiskJob::DropRecovered(key) => {
                self.dropped.push(key);
                None
            }
            job => lambda_job(&workspace, &catalog, job)?,
        })
    }
}

fn lambda_job(
    workspace: &Workspace,
    catalog: &Catalog,
    job: DiskJob,
) -> Result<Option<Message>, WorkspaceError> {
    Ok(match job {
        DiskJob::Create(new) => {
            let template = catalog
                .find_template(&new.template)
                .expect("the template was chosen from the catalogue");
            let event = new.event.as_ref().and_then(|id| catalog.event(id));
            let order =
                NewLambda { name: &new.name, event, description: &new.description, template };
            match &new.swap {
                Some(holder) => workspace.create_with_swap(order, holder)?,
                None => workspace.create(order)?,
            }
            Some(Message::Created(new.name))
        }
        DiskJob::Connect { lambda, event, swap } => {
            let event = event.as_ref().and_then(|id| catalog.event(id));
            match (event, swap) {
                (Some(event), Some(holder)) => {
                    workspace.connect_swapping(&lambda, event, &holder)?;
                }
                (event, _) => workspace.connect(&lambda, event)?,
            }
            Some(Message::Done(format!(
                "{lambda} is connected to {}",
                event.map_or("no event", |event| &event.name)
            )))
        }
        DiskJob::Rename { lambda, to } => {
            workspace.rename(&lambda, &to)?;
            Some(Message::Renamed { lambda, to })
        }
        DiskJob::FollowRename { lambda, to } => Some(Message::Renamed { lambda, to }),
        DiskJob::Duplicate { lambda, to } => {
            workspace.duplicate(&lambda, &to)?;
            Some(Message::Done(format!("{to} is a copy of {lambda}, without its event")))
        }
        DiskJob::Delete(lambda) => {
            workspace.delete(&lambda)?;
            Some(Message::Deleted(lambda))
        }
        DiskJob::ListSecrets => Some(Message::SecretsListed(
            secrets(workspace).list().map_err(|error| error.to_string()),
        )),
        DiskJob::RevealSecret(name) => {
            let secret = secrets(workspace).get(&name).unwrap();
            Some(Message::SecretRevealed(name, secret))
        }
        DiskJob::Change(change) => Some(Message::Done(self::change(workspace, *change))),
        DiskJob::ListPayloads => Some(Message::PayloadsListed(workspace.all_payloads())),
        DiskJob::Peek(file) => {
            let text = workspace.read(&file).unwrap_or_else(|error| error.to_string());
            Some(Message::Peeked { file, text })
        }
        DiskJob::ReadPayload { lambda, name } => {
            let text = workspace.read_payload(&lambda, &name)?;
            Some(Message::PayloadRead { lambda, name, text })
        }
        DiskJob::SavePayload { lambda, name, revision, text } => {
            workspace.save_payload(&lambda, &name, &text.0.text())?;
            let payloads = workspace.payloads(&lambda);
            Some(Message::PayloadSaved { lambda, name, revision, payloads })
        }
        DiskJob::DeletePayload { lambda, name } => {
            workspace.delete_payload(&lambda, &name)?;
            let payloads = workspace.payloads(&lambda);
            Some(Message::PayloadDeleted { lambda, name, payloads })
        }
        other => unreachable!("{other:?} is done elsewhere"),
    })
}

fn load(workspace: &Workspace, catalog: Arc<Catalog>) -> Project {
    let loaded = workspace.load();
    let config_problem = loaded.config_problem().map(ToString::to_string);
    let mut project = Project::unread(
        workspace.name(),
        workspace.root().to_owned(),
        ProjectKind::Workspace,
        catalog,
    );
    project.limits = loaded.config.limits.over(project.limits);
    project.reach = loaded.config.reach;
    project.sending = loaded.config.sending;
    project.format_on_save = loaded.config.format_on_save;
    project.has_store = Embedded::exists(&workspace.state_folder().unwrap());
    project.env = loaded.config.env;
    project.config_problem = config_problem;
    project.problems = loaded.problems.iter().map(ToString::to_string).collect();
    project.lambdas = loaded.lambdas;
    project
}

fn read(
    workspace: &Workspace,
    file: &FileKey,
) -> Result<(String, Option<workspace::Stamp>), WorkspaceError> {
    Ok((workspace.read(file)?, workspace::stamp(&workspace.path_of(file)?)))
}

/// The secrets of a workspace, for an identity that lies in it.
pub fn secrets(workspace: &Workspace) -> Secrets {
    let identity = IdentitySource::Own(workspace.root().join(".lambdeck/identity.txt"));
    workspace.secrets(identity).unwrap()
}

/// A setting changed on the disk, as the shell does it.
fn change(workspace: &Workspace, change: Change) -> String {
    let secrets = secrets(workspace);
    match change {
        Change::Allow { domain, instead_of } => {
            workspace.allow_domain(&domain).unwrap();
            if let Some(old) = instead_of {
                workspace.forbid_domain(&old).unwrap();
            }
        }
        Change::Forbid(domain) => workspace.forbid_domain(&domain).unwrap(),
        Change::SetSecret(name, secret) => secrets.set([(name, secret)]).unwrap(),
        Change::RenameSecret(name, to) => secrets.rename(&name, to).unwrap(),
        Change::RemoveSecret(name) => secrets.remove(&name).unwrap(),
        Change::SetVariable { owner, name, value, instead_of } => {
            workspace.set_env(&owner, &name, Some(&value)).unwrap();
            if let Some(old) = instead_of {
                workspace.set_env(&owner, &old, None).unwrap();
            }
        }
        Change::RemoveVariable(owner, name) => {
            workspace.set_env(&owner, &name, None).unwrap();
        }
        Change::SetLimit(owner, name, value) => workspace.set_limit(&owner, name, value).unwrap(),
    }
    "changed".to_owned()
}

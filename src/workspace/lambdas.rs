//! Lambdas made, renamed, copied and put away; each all or nothing.

use super::atomic::sync_folder;
use super::error::WorkspaceError;
use super::lambda_toml::{self, LAMBDA_FILE};
use super::lock::Lock;
use super::payloads::payload_name_for;
use super::{LAMBDAS, PAYLOADS, SOURCE_FILE, STATE, Workspace, files};
use crate::domain::{Event, LambdaName, Template};
use jiff::Zoned;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// How the name of a folder starts in which a lambda is being made.
const UNFINISHED: &str = ".lambdeck-new-";

/// A lambda to be made.
#[derive(Clone, Copy, Debug)]
pub struct NewLambda<'a> {
    /// Its name.
    pub name: &'a LambdaName,
    /// The event to connect it to; its first sample becomes the first saved payload.
    pub event: Option<&'a Event>,
    /// What it is for.
    pub description: &'a str,
    /// Where its source comes from.
    pub template: &'a Template,
}

impl Workspace {
    /// Makes a lambda; refused when the name is taken or the event is full.
    pub fn create(&self, new: NewLambda<'_>) -> Result<(), WorkspaceError> {
        let lock = self.lock("a new lambda")?;
        self.require_free(new.name)?;
        if let Some(event) = new.event {
            self.require_slot(event, None, &lock)?;
        }
        self.build(new, &lock)
    }

    /// Makes a lambda with the slot of `holder`, which stays as a draft without event.
    pub fn create_with_swap(
        &self,
        new: NewLambda<'_>,
        holder: &LambdaName,
    ) -> Result<(), WorkspaceError> {
        let lock = self.lock("a new lambda")?;
        self.require_free(new.name)?;
        let Some(event) = new.event else {
            let (holder, event) = (holder.clone(), "no event".into());
            return Err(WorkspaceError::NotAHolder { holder, event, holders: Vec::new() });
        };
        self.swapping(event, holder, &lock, |workspace| workspace.build(new, &lock))
    }

    /// Gives a lambda another name.
    pub fn rename(&self, from: &LambdaName, to: &LambdaName) -> Result<(), WorkspaceError> {
        let _lock = self.lock("a new name")?;
        self.require(from)?;
        self.require_free_but_for(from, to)?;
        let (source, target) = (self.lambda_dir(from), self.lambda_dir(to));
        move_folder("rename", &source, &target)
    }

    /// Copies a lambda with its settings and payloads. The copy is a draft without event.
    pub fn duplicate(&self, from: &LambdaName, to: &LambdaName) -> Result<(), WorkspaceError> {
        let lock = self.lock("a copy")?;
        self.require(from)?;
        self.require_free(to)?;
        let beside = self.folder_beside(&lock)?;
        copy_folder(&self.lambda_dir(from), beside.path())?;
        let settings = beside.path().join(LAMBDA_FILE);
        if settings.exists() {
            let text = files::read_text(&settings)?;
            files::write(&settings, lambda_toml::with_event(&settings, &text, None)?.as_bytes())?;
        }
        self.put_in_place(beside, to)
    }

    /// Moves a lambda's folder to `.lambdeck/trash` and says where it is.
    pub fn delete(&self, lambda: &LambdaName) -> Result<PathBuf, WorkspaceError> {
        let _lock = self.lock("removing a lambda")?;
        self.require(lambda)?;
        let trash = self.folder("removing a lambda")?.join(STATE).join("trash");
        fs::create_dir_all(&trash).map_err(WorkspaceError::write("create", &trash))?;
        let name = format!("{lambda}-{}", Zoned::now().strftime("%Y%m%d-%H%M%S"));
        let mut target = trash.join(&name);
        let mut copy = 1;
        while target.exists() {
            copy += 1;
            target = trash.join(format!("{name}-{copy}"));
        }
        move_folder("move", &self.lambda_dir(lambda), &target)?;
        Ok(target)
    }

    fn require_free(&self, name: &LambdaName) -> Result<(), WorkspaceError> {
        // Even a dangling link takes the name.
        if fs::symlink_metadata(self.lambda_dir(name)).is_ok() {
            return Err(WorkspaceError::LambdaExists { name: name.clone() });
        }
        self.require_free_but_for(name, name)
    }

    /// No folder but that of `own` has the name `name` in any spelling: some file systems take all of them for one.
    fn require_free_but_for(
        &self,
        own: &LambdaName,
        name: &LambdaName,
    ) -> Result<(), WorkspaceError> {
        let folder = self.lambda_dir(name);
        let entries = folder.parent().and_then(|parent| fs::read_dir(parent).ok());
        let taken = entries
            .into_iter()
            .flatten()
            .filter_map(|entry| LambdaName::new(entry.ok()?.file_name().to_str()?).ok())
            .find(|other| other != own && other.as_str().eq_ignore_ascii_case(name.as_str()));
        taken.map_or(Ok(()), |name| Err(WorkspaceError::LambdaExists { name }))
    }

    fn build(&self, new: NewLambda<'_>, lock: &Lock) -> Result<(), WorkspaceError> {
        let beside = self.folder_beside(lock)?;
        let settings = lambda_toml::compose(
            new.event.map(|event| &event.id),
            new.description,
            &new.template.id,
        );
        files::write(&beside.path().join(LAMBDA_FILE), settings.as_bytes())?;
        files::write(&beside.path().join(SOURCE_FILE), new.template.source.as_bytes())?;
        let payloads = beside.path().join(PAYLOADS);
        fs::create_dir(&payloads).map_err(WorkspaceError::write("create", &payloads))?;
        if let Some(sample) = new.event.and_then(|event| event.samples.first()) {
            let file = payloads.join(format!("{}.json", payload_name_for(&sample.sub_type)));
            files::write(&file, sample.text.as_bytes())?;
        }
        self.put_in_place(beside, new.name)
    }

    /// A folder in which a lambda is made before it gets its name; it vanishes should that fail.
    fn folder_beside(&self, _lock: &Lock) -> Result<TempDir, WorkspaceError> {
        let lambdas = self.folder("a new lambda")?.join(LAMBDAS);
        fs::create_dir_all(&lambdas).map_err(WorkspaceError::write("create", &lambdas))?;
        remove_unfinished(&lambdas);
        tempfile::Builder::new()
            .prefix(UNFINISHED)
            .permissions(fs::Permissions::from_mode(0o777)) // the process's umask applies
            .tempdir_in(&lambdas)
            .map_err(WorkspaceError::write("create a folder in", &lambdas))
    }

    fn put_in_place(&self, beside: TempDir, name: &LambdaName) -> Result<(), WorkspaceError> {
        move_folder("create", beside.path(), &self.lambda_dir(name))?;
        let _ = beside.keep();
        Ok(())
    }
}

/// Removes what killed processes left. Under the lock nobody else is making a lambda.
fn remove_unfinished(lambdas: &Path) {
    for entry in fs::read_dir(lambdas).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            // A rest that stays is hidden and harms nobody.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn move_folder(action: &'static str, from: &Path, to: &Path) -> Result<(), WorkspaceError> {
    fs::rename(from, to).map_err(WorkspaceError::write(action, to))?;
    for folder in [from.parent(), to.parent()].into_iter().flatten() {
        sync_folder(folder);
    }
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) -> Result<(), WorkspaceError> {
    for entry in fs::read_dir(from).map_err(WorkspaceError::read(from))? {
        let source = entry.map_err(WorkspaceError::read(from))?.path();
        let target = to.join(source.file_name().unwrap_or_default());
        let linked = source.is_symlink();
        if source.is_dir() && !linked {
            fs::create_dir(&target).map_err(WorkspaceError::write("create", &target))?;
            copy_folder(&source, &target)?;
        } else if source.is_file() {
            fs::copy(&source, &target).map_err(WorkspaceError::write("write", &target))?;
        } else if linked {
            // A link to a folder stays a link: what it leads to may hold this very folder.
            let leads_to = fs::read_link(&source).map_err(WorkspaceError::read(&source))?;
            std::os::unix::fs::symlink(leads_to, &target)
                .map_err(WorkspaceError::write("create", &target))?;
        }
    }
    Ok(())
}

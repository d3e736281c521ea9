//! Reading a workspace: everything usable, and what is wrong with the rest.

use super::config::{CONFIG_FILE, Config};
use super::document::Problem;
use super::error::reason;
use super::lambda_toml::{self, LAMBDA_FILE};
use super::{Kind, LAMBDAS, SOURCE_FILE, Workspace, WorkspaceError, files};
use crate::domain::{Event, Lambda, LambdaName, Severity, SlotUse};
use std::fs;
use std::path::Path;

/// A workspace as it lies on the disk right now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// What holds for all lambdas.
    pub config: Config,
    /// The lambdas, in the order of their names. One whose `lambda.toml` is broken is here with what could be read.
    pub lambdas: Vec<Lambda>,
    /// What is wrong, file by file.
    pub problems: Vec<Problem>,
}

impl Loaded {
    /// What keeps `lambdeck.toml` from being read whole, if anything does.
    pub fn config_problem(&self) -> Option<&Problem> {
        let is_of_config = |it: &Problem| it.path.ends_with(CONFIG_FILE);
        self.problems.iter().find(|it| it.severity == Severity::Error && is_of_config(it))
    }

    /// The lambda called `name`.
    pub fn lambda(&self, name: &LambdaName) -> Option<&Lambda> {
        self.lambdas.iter().find(|lambda| lambda.name == *name)
    }

    /// Who holds the slots of `event`.
    pub fn slots(&self, event: &Event) -> SlotUse {
        SlotUse::of(event, &self.lambdas)
    }
}

impl Workspace {
    /// Reads the configuration and every `lambda.toml`. Never fails: what cannot be read is a problem.
    pub fn load(&self) -> Loaded {
        let mut loaded = Loaded::default();
        match &self.kind {
            Kind::Folder { root } => {
                loaded.read_config(&root.join(CONFIG_FILE));
                loaded.read_lambdas(&root.join(LAMBDAS));
            }
            Kind::Loose { name, .. } => loaded.lambdas.push(Lambda::named(name.clone())),
        }
        loaded
    }
}

impl Workspace {
    /// Why the sources of `lambdas` cannot be opened, of those that are there and cannot.
    pub fn unreadable_sources(&self, lambdas: &[Lambda]) -> Vec<Problem> {
        let paths = lambdas.iter().map(|lambda| self.source_path(&lambda.name));
        let there = paths.filter(|path| path.is_file());
        there.filter_map(|path| Some(unreadable(&path, &files::read_text(&path).err()?))).collect()
    }
}

impl Workspace {
    /// Reads the configuration alone, with what is wrong in it.
    pub fn load_config(&self) -> (Config, Vec<Problem>) {
        let mut loaded = Loaded::default();
        if let Kind::Folder { root } = &self.kind {
            loaded.read_config(&root.join(CONFIG_FILE));
        }
        (loaded.config, loaded.problems)
    }

    /// The configuration, with what is odd in it. One with an error is none: what could not be read keeps its default,
    /// which may allow what the line was to forbid.
    pub fn sound_config(&self) -> Result<(Config, Vec<Problem>), WorkspaceError> {
        let (config, mut problems) = self.load_config();
        match problems.iter().position(|it| it.severity == Severity::Error) {
            Some(error) => Err(WorkspaceError::BrokenConfig(problems.swap_remove(error))),
            None => Ok((config, problems)),
        }
    }
}

impl Loaded {
    fn read_config(&mut self, path: &Path) {
        match files::read_text(path) {
            Ok(text) => {
                let (config, problems) = Config::parse(path, &text);
                self.config = config;
                self.problems.extend(problems);
            }
            Err(error) => self.problems.push(unreadable(path, &error)),
        }
    }

    fn read_lambdas(&mut self, folder: &Path) {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            // Git keeps no empty folders, so a fresh clone may lack it.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
            Err(error) => {
                let message = format!("cannot read the folder of lambdas: {error}");
                return self.problems.push(Problem::error(folder, None, message));
            }
        };
        let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with('.') || !path.is_dir() {
                continue;
            }
            match LambdaName::new(name) {
                Ok(name) => self.read_lambda(name, &path),
                Err(error) => {
                    let message = format!("the folder is left out: {error}");
                    self.problems.push(Problem::warning(&path, None, message));
                }
            }
        }
        self.lambdas.sort_by(|a, b| a.name.cmp(&b.name));
    }

    fn read_lambda(&mut self, name: LambdaName, folder: &Path) {
        let settings = folder.join(LAMBDA_FILE);
        let source = folder.join(SOURCE_FILE);
        if !source.is_file() {
            let message = format!("lambda `{name}` has no source: {SOURCE_FILE} is missing");
            self.problems.push(Problem::error(&source, None, message));
        }
        // Without the file a lambda is a draft without event, which is what its absence says.
        if fs::symlink_metadata(&settings)
            .is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound)
        {
            return self.lambdas.push(Lambda::named(name));
        }
        match files::read_text(&settings) {
            Ok(text) => {
                let (lambda, problems) = lambda_toml::parse(name, &settings, &text);
                self.lambdas.push(lambda);
                self.problems.extend(problems);
            }
            Err(error) => {
                self.problems.push(unreadable(&settings, &error));
                self.lambdas.push(Lambda::named(name));
            }
        }
    }
}

/// The problem that the file at `path` cannot be read, which is said once.
fn unreadable(path: &Path, error: &WorkspaceError) -> Problem {
    match error {
        WorkspaceError::NotText { line, .. } => {
            Problem::error(path, Some(*line), "this is not UTF-8 text, so it is not opened")
        }
        WorkspaceError::Read { error, .. } => {
            Problem::error(path, None, format!("it cannot be read: {}", reason(error)))
        }
        error => Problem::error(path, None, error.to_string()),
    }
}

//! What every command needs: where it works, how it prints, and the workspace found there.

use super::Usage;
use super::args::Global;
use super::output::{ODD, Output, Stream, tell};
use crate::catalog::Catalog;
use crate::domain::{Event, LambdaName, Template};
use crate::workspace::{Workspace, WorkspaceError, closest};
use anyhow::Context as _;
use std::path::{Path, PathBuf};

/// How results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// For people.
    Human,
    /// For machines.
    Json,
}

/// The surroundings of one command.
pub(super) struct Context {
    /// The folder the command works in.
    pub(super) folder: PathBuf,
    /// The folder as the command line gave it.
    pub(super) given: Option<PathBuf>,
    /// How to print.
    pub(super) format: Format,
    /// Where results go.
    pub(super) out: Output,
}

impl Context {
    pub(super) fn new(global: &Global) -> anyhow::Result<Self> {
        let current =
            std::env::current_dir().context("the current folder is gone; change to another one")?;
        let folder =
            global.directory.as_ref().map_or(current.clone(), |folder| current.join(folder));
        if !folder.is_dir() {
            return Err(Usage(format!("`{}` is no folder", folder.display())).into());
        }
        let format = if global.json { Format::Json } else { Format::Human };
        Ok(Self { folder, given: global.directory.clone(), format, out: Output::stdout() })
    }

    /// `path` from the folder the command works in.
    pub(super) fn path(&self, path: Option<&Path>) -> PathBuf {
        path.map_or_else(|| self.folder.clone(), |path| self.folder.join(path))
    }

    /// The workspace that the folder lies in, if it does.
    pub(super) fn find_workspace(&self) -> Option<Workspace> {
        Workspace::find(&self.folder).and_then(|root| Workspace::open(&root).ok())
    }

    /// The workspace that the folder lies in.
    pub(super) fn workspace(&self) -> Result<Workspace, WorkspaceError> {
        self.find_workspace()
            .ok_or_else(|| WorkspaceError::NotInWorkspace { path: self.folder.clone() })
    }

    /// The events and templates that can be used here. What cannot is told on stderr.
    pub(super) fn told_catalog(&self) -> Catalog {
        let catalog = self.catalog();
        for problem in &catalog.problems {
            tell(format_args!("{}: {problem}", Stream::Error.paint(ODD, "warning")));
        }
        catalog
    }

    /// The events and templates that can be used here.
    pub(super) fn catalog(&self) -> Catalog {
        Workspace::find(&self.folder)
            .map_or_else(Catalog::built_in, |root| Catalog::with_workspace(&root))
    }
}

/// The lambda's name that `text` is.
pub(super) fn lambda_name(text: &str) -> Result<LambdaName, Usage> {
    LambdaName::new(text).map_err(|error| Usage(format!("`{text}`: {error}")))
}

/// The event with the id or name `text`.
pub(super) fn event<'a>(catalog: &'a Catalog, text: &str) -> Result<&'a Event, Usage> {
    catalog.find_event(text).ok_or_else(|| {
        let ids: Vec<&str> = catalog.events.iter().map(|event| event.id.as_str()).collect();
        let names = catalog.events.iter().map(|event| event.name.as_str());
        unknown("event", text, &ids, names)
    })
}

/// The template with the id or name `text`.
pub(super) fn template<'a>(catalog: &'a Catalog, text: &str) -> Result<&'a Template, Usage> {
    catalog.find_template(text).ok_or_else(|| {
        let ids: Vec<&str> =
            catalog.templates.iter().map(|template| template.id.as_str()).collect();
        let names = catalog.templates.iter().map(|template| template.name.as_str());
        unknown("template", text, &ids, names)
    })
}

fn unknown<'a>(
    what: &str,
    text: &str,
    ids: &[&'a str],
    names: impl Iterator<Item = &'a str>,
) -> Usage {
    let known: Vec<&str> = ids.iter().copied().chain(names).collect();
    let advice = closest(text, &known).or_else(|| with_word(text, ids)).map_or_else(
        || format!("`lambdeck {what}s` lists them"),
        |like| format!("did you mean `{like}`?"),
    );
    Usage(format!("there is no {what} `{text}`; {advice}"))
}

/// The only one of `ids` that has a word like `text`.
fn with_word<'a>(text: &str, ids: &[&'a str]) -> Option<&'a str> {
    let has_word = |id: &&&str| closest(text, &id.split('_').collect::<Vec<_>>()).is_some();
    let mut found = ids.iter().filter(has_word);
    found.next().filter(|_| found.next().is_none()).copied()
}

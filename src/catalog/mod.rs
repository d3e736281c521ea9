//! The catalogue: which events there are, and which templates to start a lambda from.
//!
//! Owns the form of `event.toml`, `schema.json`, `samples/*.json`, `template.toml` and `main.rhai`, reads the built-in
//! ones that are embedded in the program, and adds a workspace's own from its `events/` and `templates/`. What cannot
//! be read becomes a [`CatalogProblem`], and the rest still works. It must not know lambdas, the Rhai engine or JSON
//! Schema: whether a template compiles and a sample fits its schema is the language's to say.

mod events;
mod folder;
mod problem;
mod templates;

pub use problem::CatalogProblem;

use crate::domain::{Event, EventId, Needs, Origin, Template};
use folder::Folder;
use include_dir::{Dir, include_dir};
use std::path::Path;

static EVENTS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assets/events");
static TEMPLATES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// The events and templates a workspace can use.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    /// The events, in the order of their names.
    pub events: Vec<Event>,
    /// The templates, in the order of their names.
    pub templates: Vec<Template>,
    /// What could not be taken in, in the order it was found.
    pub problems: Vec<CatalogProblem>,
}

impl Catalog {
    /// The events and templates embedded in the program.
    pub fn built_in() -> Self {
        let mut catalog = Self::default();
        for folder in EVENTS.dirs().map(Folder::Embedded) {
            catalog.add_event(&folder);
        }
        for folder in TEMPLATES.dirs().map(Folder::Embedded) {
            catalog.add_template(&folder);
        }
        catalog.sort();
        catalog
    }

    /// The built-in ones and those in the folders `events` and `templates` of the workspace at `root`.
    pub fn with_workspace(root: &Path) -> Self {
        let mut catalog = Self::built_in();
        for folder in folder::list(&root.join("events"), &mut catalog.problems) {
            catalog.add_event(&folder);
        }
        for folder in folder::list(&root.join("templates"), &mut catalog.problems) {
            catalog.add_template(&folder);
        }
        catalog.sort();
        catalog
    }

    /// The event with this id.
    pub fn event(&self, id: &EventId) -> Option<&Event> {
        self.events.iter().find(|event| event.id == *id)
    }

    /// The event whose id is `text`, or else whose name is, in any case of letters.
    pub fn find_event(&self, text: &str) -> Option<&Event> {
        let by_id = self.events.iter().find(|event| event.id.as_str() == text);
        by_id.or_else(|| self.events.iter().find(|event| same(&event.name, text)))
    }

    /// The template whose id is `text`, or else whose name is, in any case of letters.
    pub fn find_template(&self, text: &str) -> Option<&Template> {
        let by_id = self.templates.iter().find(|template| template.id == text);
        by_id.or_else(|| self.templates.iter().find(|template| same(&template.name, text)))
    }

    /// The templates to offer for a lambda connected to `event`: the event's own first, its default (which bears the
    /// event's name) at the very front, then those that stand alone. Without an event only the latter.
    pub fn templates_for(&self, event: Option<&EventId>) -> Vec<&Template> {
        let name = event.and_then(|id| self.event(id)).map_or("", |event| event.name.as_str());
        let offered =
            |template: &&Template| template.event.is_none() || template.event.as_ref() == event;
        let mut offer: Vec<_> = self.templates.iter().filter(offered).collect();
        // What has to be set up first comes last: whoever begins takes one that runs at once.
        offer.sort_by_key(|template| {
            let needs = template.needs != Needs::default();
            (template.event.is_none(), !same(&template.name, name), needs)
        });
        offer
    }

    fn add_event(&mut self, folder: &Folder) {
        let event = match events::read(folder) {
            Ok(event) => event,
            Err(problems) => return self.problems.extend(problems),
        };
        if let Some(other) =
            self.events.iter().find(|other| same(other.id.as_str(), event.id.as_str()))
        {
            let message =
                format!("the id `{}` is taken by {}", event.id, holder("event", &other.origin));
            return self.problems.push(CatalogProblem::new(folder.file("event.toml"), message));
        }
        self.events.push(event);
    }

    fn add_template(&mut self, folder: &Folder) {
        let template = match templates::read(folder, &self.events) {
            Ok(template) => template,
            Err(problem) => return self.problems.push(problem),
        };
        if let Some(other) = self.templates.iter().find(|other| same(&other.id, &template.id)) {
            let message = format!(
                "the id `{}` is taken by {}",
                template.id,
                holder("template", &other.origin)
            );
            return self.problems.push(CatalogProblem::new(folder.path(), message));
        }
        self.templates.push(template);
    }

    fn sort(&mut self) {
        self.events.sort_by(|a, b| a.name.cmp(&b.name));
        self.templates.sort_by(|a, b| a.name.cmp(&b.name));
    }
}

fn same(left: &str, right: &str) -> bool {
    left.to_lowercase() == right.to_lowercase()
}

fn holder(what: &str, origin: &Origin) -> String {
    match origin {
        Origin::BuiltIn => format!("a built-in {what}; rename the folder and the id"),
        Origin::Workspace(path) => format!("the {what} in {}; rename one of them", path.display()),
    }
}

#[cfg(test)]
mod template_tests;
#[cfg(test)]
mod tests;

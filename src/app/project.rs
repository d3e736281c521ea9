//! The workspace, as the app knows it.

use crate::catalog::Catalog;
use crate::domain::{
    Event, EventId, Lambda, LambdaName, LimitOverrides, Limits, Reach, SendingOf, SlotUse,
};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// What kind of place the program was started on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProjectKind {
    /// A workspace.
    Workspace,
    /// The throw-away sample workspace.
    Sample,
    /// One script outside any workspace.
    Loose,
    /// A folder that is no workspace.
    Missing,
}

/// The workspace, as it was last read.
#[derive(Clone, Debug)]
pub struct Project {
    /// The folder's name.
    pub name: String,
    /// The folder.
    pub root: PathBuf,
    /// What kind of place it is.
    pub kind: ProjectKind,
    /// Events and templates, built in and the workspace's own.
    pub catalog: Arc<Catalog>,
    /// The lambdas in the order of their names.
    pub lambdas: Vec<Lambda>,
    /// What is wrong with the workspace's files.
    pub problems: Vec<String>,
    /// The workspace's limits.
    pub limits: Limits,
    /// Those of them that its file states.
    pub own_limits: LimitOverrides,
    /// Why its configuration could not be read whole, if so: then no lambda runs by it.
    pub config_problem: Option<String>,
    /// The environment variables of all lambdas.
    pub env: BTreeMap<String, String>,
    /// What its lambdas may reach.
    pub reach: Arc<Reach>,
    /// What of a run is sent, unless its person wishes otherwise.
    pub sending: SendingOf,
    /// A lambda's code is laid out when it is saved in the editor.
    pub format_on_save: bool,
    /// Something was deployed or run here once.
    pub has_store: bool,
}

impl Project {
    /// A place of which nothing has been read yet.
    pub fn unread(
        name: impl Into<String>,
        root: PathBuf,
        kind: ProjectKind,
        catalog: Arc<Catalog>,
    ) -> Self {
        Self {
            name: name.into(),
            root,
            kind,
            catalog,
            lambdas: Vec::new(),
            problems: Vec::new(),
            limits: Limits::default(),
            own_limits: LimitOverrides::default(),
            config_problem: None,
            env: BTreeMap::new(),
            reach: Arc::default(),
            sending: SendingOf::default(),
            format_on_save: false,
            has_store: false,
        }
    }

    /// The lambda of this name.
    pub fn lambda(&self, name: &LambdaName) -> Option<&Lambda> {
        self.lambdas
            .binary_search_by(|lambda| lambda.name.cmp(name))
            .ok()
            .map(|index| &self.lambdas[index])
    }

    /// The event a lambda is connected to, when the catalogue knows it.
    pub fn event_of(&self, name: &LambdaName) -> Option<&Event> {
        self.lambda(name)?.event.as_ref().and_then(|id| self.catalog.event(id))
    }

    /// Who holds the slots of an event.
    pub fn slots(&self, id: &EventId) -> Option<SlotUse> {
        self.catalog.event(id).map(|event| SlotUse::of(event, &self.lambdas))
    }

    /// The limits that hold for a lambda.
    pub fn limits_of(&self, name: &LambdaName) -> Limits {
        self.lambda(name).map_or(self.limits, |lambda| lambda.limits.over(self.limits))
    }

    /// The environment variables that a lambda reads.
    pub fn env_of(&self, name: &LambdaName) -> BTreeMap<String, String> {
        self.lambda(name).map_or_else(|| self.env.clone(), |lambda| lambda.env_over(&self.env))
    }

    /// What is wrong with the workspace's files, paths from its root.
    pub fn shown_problems(&self) -> Vec<String> {
        self.problems.iter().map(|problem| self.from_root(problem)).collect()
    }

    /// `told` with the paths of the workspace as they are from its root.
    pub fn from_root(&self, told: &str) -> String {
        told.replace(&format!("{}/", self.root.display()), "")
    }

    /// What is wrong with the files of a lambda, or with its place in its event.
    pub fn problem_of(&self, name: &LambdaName) -> Option<String> {
        if self.problems.is_empty() {
            return None;
        }
        let folder = format!("lambdas/{name}/");
        let exceeded = self
            .lambda(name)
            .and_then(|lambda| self.slots(lambda.event.as_ref()?))
            .is_some_and(|slots| slots.is_exceeded());
        let event = self.event_of(name).map_or("", |event| &event.name);
        let admits = format!(" {event} admits ");
        self.shown_problems()
            .into_iter()
            .find(|problem| problem.contains(&folder) || (exceeded && problem.contains(&admits)))
    }

    /// New lambdas can be made here.
    pub const fn takes_lambdas(&self) -> bool {
        matches!(self.kind, ProjectKind::Workspace | ProjectKind::Sample)
    }
}

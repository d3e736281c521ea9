//! The Lambdas screen: the lambdas, the events with their slots.

use crate::app::action::{LambdasAction, ListAction};
use crate::app::dialogs::{self, Dialog};
use crate::app::field::Field;
use crate::app::job::{Job, Then};
use crate::app::layout;
use crate::app::list::Cursor;
use crate::app::state::{AppState, Pane, Project};
use crate::app::update;
use crate::domain::{Event, Lambda, LambdaName, SlotUse};

/// The Lambdas screen.
#[derive(Clone, Debug)]
pub struct LambdasScreen {
    /// The pane that has the focus.
    pub focus: Pane,
    /// The selected lambda, among those that match the filter.
    pub cursor: Cursor,
    /// The selected event.
    pub events: Cursor,
    /// What the lambdas shown must match.
    pub filter: Option<Filter>,
    /// The lambda to select once it is there.
    pub to_select: Option<LambdaName>,
    /// The lambda whose needs are to be listed once they are known.
    pub to_set_up: Option<LambdaName>,
}

/// What the lambdas shown must match.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// The text.
    pub field: Field,
    /// Letters go into it.
    pub focused: bool,
}

impl Default for LambdasScreen {
    fn default() -> Self {
        Self {
            focus: Pane::Lambdas,
            cursor: Cursor::default(),
            events: Cursor::default(),
            filter: None,
            to_select: None,
            to_set_up: None,
        }
    }
}

impl LambdasScreen {
    /// The lambdas that match the filter, in the order of their names.
    pub fn shown<'a>(&self, project: &'a Project) -> Vec<&'a Lambda> {
        let wanted = self
            .filter
            .as_ref()
            .map(|filter| filter.field.text().to_lowercase())
            .unwrap_or_default();
        let matches = |lambda: &&Lambda| {
            let event = lambda
                .event
                .as_ref()
                .and_then(|id| project.catalog.event(id))
                .map_or("", |event| &event.name);
            wanted.split_whitespace().all(|word| {
                [lambda.name.as_str(), event, &lambda.description]
                    .iter()
                    .any(|text| text.to_lowercase().contains(word))
            })
        };
        project.lambdas.iter().filter(matches).collect()
    }

    /// Selects a lambda, if it is shown.
    pub fn select(&mut self, project: &Project, lambda: &LambdaName) {
        if let Some(at) = self.shown(project).iter().position(|shown| shown.name == *lambda) {
            self.cursor.selected = at;
        }
    }

    /// Shows all lambdas again, the same one selected; says whether there was a filter.
    pub fn clear_filter(&mut self, project: &Project) -> bool {
        let selected = self.selected(project).map(|lambda| lambda.name.clone());
        let filtered = self.filter.take().is_some();
        if let Some(lambda) = selected {
            self.select(project, &lambda);
        }
        filtered
    }

    /// The selected lambda.
    pub fn selected<'a>(&self, project: &'a Project) -> Option<&'a Lambda> {
        self.shown(project).get(self.cursor.selected).copied()
    }

    /// The selected event with its slots.
    pub fn selected_event<'a>(&self, project: &'a Project) -> Option<(&'a Event, SlotUse)> {
        let event = project.catalog.events.get(self.events.selected)?;
        Some((event, SlotUse::of(event, &project.lambdas)))
    }
}

/// Moves the selection in the focused list.
pub fn list(state: &mut AppState, action: ListAction) {
    let height = layout::list_height(state, state.lambdas.focus);
    if state.lambdas.focus == Pane::Events {
        state.lambdas.events.apply(action, state.project.catalog.events.len(), height);
    } else {
        let len = state.lambdas.shown(&state.project).len();
        state.lambdas.cursor.apply(action, len, height);
    }
}

/// Carries out a command of the screen.
pub fn apply(state: &mut AppState, action: LambdasAction, jobs: &mut Vec<Job>) {
    let selected = state.lambdas.selected(&state.project).cloned();
    match (action, selected) {
        (LambdasAction::Filter, _) => {
            state.lambdas.focus = Pane::Lambdas;
            state.lambdas.filter = Some(Filter { focused: true, ..Filter::default() });
        }
        (LambdasAction::Problems, _) => dialogs::pick::problems(state),
        (LambdasAction::Open, _) if state.lambdas.focus == Pane::Events => {
            let event =
                state.lambdas.selected_event(&state.project).map(|(event, _)| event.id.clone());
            dialogs::new_lambda::open(state, event.as_ref());
        }
        (LambdasAction::Open, Some(lambda)) => {
            update::open_lambda(state, lambda.name, Then::Edit, jobs);
        }
        (LambdasAction::Open, None) if state.project.lambdas.is_empty() => {
            dialogs::new_lambda::open(state, None);
        }
        (LambdasAction::Invoke, Some(lambda)) => {
            update::open_lambda(state, lambda.name, Then::Invoke, jobs);
        }
        (LambdasAction::Connect, Some(lambda)) => dialogs::connect::open(state, &lambda),
        (LambdasAction::SetUp, Some(lambda)) => dialogs::setup::request(state, lambda.name, jobs),
        (LambdasAction::Rename, Some(lambda)) => state.dialogs.push(Dialog::rename(&lambda.name)),
        (LambdasAction::Duplicate, Some(lambda)) => {
            let dialog = Dialog::duplicate(&lambda.name, &state.project);
            state.dialogs.push(dialog);
        }
        (LambdasAction::Delete, Some(lambda)) => {
            let dialog = Dialog::delete(&lambda.name, &state.deployed);
            state.dialogs.push(dialog);
        }
        (_, None) => {}
    }
}

/// Brings the selections up to date after a change.
pub fn settle(state: &mut AppState) {
    let len = state.lambdas.shown(&state.project).len();
    let height = layout::list_height(state, Pane::Lambdas);
    state.lambdas.cursor.settle(len, height);
    let height = layout::list_height(state, Pane::Events);
    state.lambdas.events.settle(state.project.catalog.events.len(), height);
}

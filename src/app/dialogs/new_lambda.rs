//! The steps that lead to a new lambda: event, template, name.

use super::picker::{Entry, Picker};
use super::{Dialog, connect, pick, prompt};
use crate::app::action::{DialogAction, FieldAction, ListAction, Turn};
use crate::app::field::Field;
use crate::app::job::{DiskJob, Job, NewLambda, TextId};
use crate::app::layout;
use crate::app::state::{AppState, Project};
use crate::app::text_pane::{TextPane, pane_size};
use crate::domain::{EventId, LambdaName, Template};
use crate::language::highlight::Syntax;
use ratatui::layout::Size;
use std::sync::Arc;

/// Which field has the letters in the last step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamePart {
    /// The name.
    Name,
    /// The description.
    Description,
}

/// Where the dialog stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Which event?
    Event,
    /// Which template?
    Template,
    /// Which name?
    Name,
}

/// The steps that lead to a new lambda.
#[derive(Debug)]
pub struct NewLambdaDialog {
    /// Where it stands.
    pub step: Step,
    /// The events.
    pub events: Picker<Option<EventId>>,
    /// The templates that go with the chosen event.
    pub templates: Picker<Arc<Template>>,
    /// The code of the selected template.
    pub preview: Option<Preview>,
    /// The name.
    pub name: Field,
    /// The description.
    pub description: Field,
    /// Which of the two has the letters.
    pub part: NamePart,
    /// Why the name cannot be taken, or why the lambda could not be made.
    pub error: Option<String>,
    /// The lambda is being made; until then nothing of what was typed is let go.
    pub is_making: bool,
    /// The chosen event.
    pub event: Option<EventId>,
    /// The lambda that gives its slot up.
    pub swap: Option<LambdaName>,
}

/// The code of a template.
#[derive(Debug)]
pub struct Preview {
    /// Whose.
    pub template: String,
    /// The code, its lines wrapped.
    pub pane: TextPane,
    /// The room for it.
    size: Size,
}

/// Opens the dialog; with an event it starts at the choice of a template.
pub fn open(state: &mut AppState, event: Option<&EventId>) {
    if !state.project.takes_lambdas() {
        return state
            .warn("A lambda needs a workspace; start lambdeck in a folder and let it make one");
    }
    let events = Picker::new(connect::event_entries(&state.project))
        .selecting(|id| event.is_some() && id.as_ref() == event);
    let dialog = NewLambdaDialog {
        step: Step::Event,
        events,
        templates: Picker::new(Vec::new()),
        preview: None,
        name: Field::default(),
        description: Field::default(),
        part: NamePart::Name,
        error: None,
        is_making: false,
        event: None,
        swap: None,
    };
    if event.is_some() {
        choose_event(state, Box::new(dialog));
    } else {
        state.dialogs.push(Dialog::NewLambda(Box::new(dialog)));
    }
}

impl NewLambdaDialog {
    /// It asks for the name.
    pub fn is_naming(&self) -> bool {
        matches!(self.step, Step::Name)
    }

    /// The templates, while one is being chosen.
    pub fn template_picker(&self) -> Option<&Picker<Arc<Template>>> {
        matches!(self.step, Step::Template).then_some(&self.templates)
    }

    /// Types a character.
    pub fn type_char(&mut self, c: char) {
        match self.step {
            Step::Event => self.events.type_char(c),
            Step::Template => self.templates.type_char(c),
            Step::Name => {
                self.field().insert(c);
                self.error = None;
            }
        }
    }

    /// Pastes a text.
    pub fn paste(&mut self, text: &str) {
        match self.step {
            Step::Event => self.events.paste(text),
            Step::Template => self.templates.paste(text),
            Step::Name => self.field().paste(text),
        }
    }

    /// Edits what is typed.
    pub fn edit(&mut self, action: FieldAction, clipboard: &str) {
        match self.step {
            Step::Event => self.events.edit(action, clipboard),
            Step::Template => self.templates.edit(action, clipboard),
            Step::Name => {
                if self.field().apply(action, clipboard) {
                    self.error = None;
                }
            }
        }
    }

    /// Moves the selection; `height` rows are in sight.
    pub fn list(&mut self, action: ListAction, height: usize) {
        match self.step {
            Step::Event => self.events.list(action, height),
            Step::Template => self.templates.list(action, height),
            Step::Name => {}
        }
    }

    /// Keeps selections valid and in sight.
    pub fn settle(&mut self, height: usize) {
        match self.step {
            Step::Event => self.events.settle(height),
            Step::Template => self.templates.settle(height),
            Step::Name => {}
        }
    }

    /// Takes the event and goes on to the templates.
    pub fn take_event(
        &mut self,
        project: &Project,
        event: Option<EventId>,
        swap: Option<LambdaName>,
    ) {
        let entries = project
            .catalog
            .templates_for(event.as_ref())
            .into_iter()
            .map(|template| {
                let group = template.event.as_ref().and_then(|id| project.catalog.event(id));
                Entry::new(template.name.clone(), Arc::new(template.clone()))
                    .in_group(group.map_or("Stand-alone", |event| &event.name))
            })
            .collect();
        self.templates = Picker::new(entries);
        self.event = event;
        self.swap = swap;
        self.step = Step::Template;
    }

    fn take_template(&mut self, project: &Project) {
        let Some(template) = self.templates.selected().map(|entry| entry.value.clone()) else {
            return;
        };
        let wanted = prompt::free_name(&template.id, project);
        self.name = Field::proposing(&wanted);
        self.description = Field::default();
        self.part = NamePart::Name;
        self.error = None;
        self.step = Step::Name;
    }

    fn field(&mut self) -> &mut Field {
        match self.part {
            NamePart::Name => &mut self.name,
            NamePart::Description => &mut self.description,
        }
    }

    fn finish(&mut self, project: &Project) -> Option<NewLambda> {
        let template = self.templates.selected()?.value.id.clone();
        match prompt::new_name(self.name.text().trim(), project, None) {
            Ok(name) => Some(NewLambda {
                name,
                event: self.event.clone(),
                description: self.description.text().trim().to_owned(),
                template,
                swap: self.swap.clone(),
            }),
            Err(error) => {
                self.error = Some(error);
                self.part = NamePart::Name;
                None
            }
        }
    }
}

/// Takes the selected event; a full one asks first who gives a slot up.
fn choose_event(state: &mut AppState, mut dialog: Box<NewLambdaDialog>) {
    let Some(event) = dialog.events.selected().map(|entry| entry.value.clone()) else {
        return state.dialogs.push(Dialog::NewLambda(dialog));
    };
    let full = event
        .as_ref()
        .and_then(|id| Some((id.clone(), state.project.slots(id)?)))
        .filter(|(_, slots)| slots.is_full());
    if let Some((id, slots)) = full {
        let name = state
            .project
            .catalog
            .event(&id)
            .map_or_else(|| id.to_string(), |event| event.name.clone());
        state.dialogs.push(Dialog::NewLambda(dialog));
        match pick::exceeded(&slots, &name) {
            Some(reason) => state.warn(reason),
            None => {
                state.dialogs.push(pick::swap(&slots, &name, pick::Purpose::SwapForNew(id)));
            }
        }
    } else {
        dialog.take_event(&state.project, event, None);
        state.dialogs.push(Dialog::NewLambda(dialog));
    }
}

/// Carries out a command of the dialog.
pub fn apply(
    state: &mut AppState,
    mut dialog: Box<NewLambdaDialog>,
    action: DialogAction,
    jobs: &mut Vec<Job>,
) {
    match (action, dialog.step) {
        (DialogAction::Accept, Step::Event) => return choose_event(state, dialog),
        (DialogAction::Accept, Step::Template) => dialog.take_template(&state.project),
        (DialogAction::Accept, Step::Name) if dialog.is_making => {}
        (DialogAction::Accept, Step::Name) => {
            if let Some(new) = dialog.finish(&state.project) {
                dialog.is_making = true;
                jobs.push(Job::Disk(DiskJob::Create(Box::new(new))));
            }
        }
        (DialogAction::Back, Step::Event) => return,
        // What is under way goes on without it.
        (DialogAction::Back, Step::Name) if dialog.is_making => return,
        (DialogAction::Back, Step::Template) => dialog.step = Step::Event,
        (DialogAction::Back, Step::Name) => dialog.step = Step::Template,
        (DialogAction::TurnPart(_), Step::Name) => {
            dialog.part = match dialog.part {
                NamePart::Name => NamePart::Description,
                NamePart::Description => NamePart::Name,
            };
        }
        (DialogAction::ScrollPreview(turn), Step::Template) => scroll_preview(&mut dialog, turn),
        _ => {}
    }
    state.dialogs.push(Dialog::NewLambda(dialog));
}

/// Closes the dialog whose lambda was made.
pub fn made(state: &mut AppState) {
    let is_done = |it: &Dialog| matches!(it, Dialog::NewLambda(dialog) if dialog.is_making);
    state.dialogs.retain(|dialog| !is_done(dialog));
}

/// Says in the dialog why its lambda could not be made; where it was closed meanwhile, at the bottom.
pub fn not_made(state: &mut AppState, error: String) {
    let waiting = state.dialogs.iter_mut().find_map(|dialog| match dialog {
        Dialog::NewLambda(dialog) if dialog.is_making => Some(dialog),
        _ => None,
    });
    match waiting {
        Some(dialog) => (dialog.is_making, dialog.error) = (false, Some(error)),
        None => state.fail(error),
    }
}

fn scroll_preview(dialog: &mut NewLambdaDialog, turn: Turn) {
    const ROWS: isize = 4;
    if let Some(Preview { pane, size, .. }) = &mut dialog.preview {
        let rows = if turn == Turn::Next { ROWS } else { -ROWS };
        pane.viewport.scroll_rows(&pane.buffer, rows, pane_size(*size));
    }
}

/// Shows the code of the selected template, coloured like any other.
pub fn settle_preview(state: &mut AppState, jobs: &mut Vec<Job>) {
    let id = TextId(state.desk.last_text + 1);
    let area = layout::dialog_layout(state).preview;
    let Some(Dialog::NewLambda(dialog)) = state.dialogs.last_mut() else { return };
    let selected = dialog
        .template_picker()
        .and_then(|templates| templates.selected())
        .map(|entry| entry.value.clone());
    let Some(template) = selected else {
        jobs.extend(dialog.preview.take().map(|preview| Job::ForgetText(preview.pane.id)));
        return;
    };
    if dialog.preview.as_ref().is_none_or(|preview| preview.template != template.id) {
        let mut pane = TextPane::new(id, Syntax::Rhai, &template.source);
        pane.wraps = true;
        let shown = Preview { template: template.id.clone(), pane, size: Size::default() };
        let old = dialog.preview.replace(shown);
        jobs.extend(old.map(|preview| Job::ForgetText(preview.pane.id)));
        state.desk.last_text = id.0;
    }
    if let Some(Dialog::NewLambda(dialog)) = state.dialogs.last_mut()
        && let Some(preview) = &mut dialog.preview
    {
        let code = layout::template_code(area, &template);
        let gutter = layout::gutter_width(preview.pane.buffer.line_count());
        preview.size = Size::new(code.width.saturating_sub(gutter), code.height);
        preview.pane.show(preview.size, jobs);
    }
}

//! A choice from a list: a lambda to open, a payload, an event to connect to, the holder who gives a slot up.

use super::Dialog;
use super::picker::{Entry, Picker};
use super::prompt::Ask;
use super::setup::{self, Need};
use crate::app::action::DialogAction;
use crate::app::deployed::job::PlatformJob;
use crate::app::job::{DiskJob, Job, TextId, Then};
use crate::app::screens::invoke::PayloadChoice;
use crate::app::screens::{fixes, payload};
use crate::app::state::AppState;
use crate::app::themes::{self, ThemeName};
use crate::app::{assist, update};
use crate::domain::{EventId, Fix, LambdaName, SecretKind, SecretName, SlotUse};
use crate::editor::{Position, Revision};

/// Something that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// A lambda.
    Lambda(LambdaName),
    /// An event, or none.
    Event(Option<EventId>),
    /// A payload.
    Payload(PayloadChoice),
    /// A place in the source in sight.
    Place(Position),
    /// A theme, or none: as the terminal is.
    Theme(Option<ThemeName>),
    /// Something to set up.
    Need(Need),
    /// A type of secret.
    SecretKind(SecretKind),
    /// A way to take a problem away.
    Fix(Fix),
    /// Nothing: it is there to be read.
    Nothing,
}

/// What the choice is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Open the lambda in the editor.
    Open,
    /// Take the payload.
    Payload,
    /// Go to the place.
    GoTo,
    /// Read, and open the lambda that is spoken of.
    Read,
    /// Take a problem of this text away, as it stands in this revision.
    Fix(TextId, Revision),
    /// Show the theme; the one of before comes back when none is taken.
    Theme(ThemeName),
    /// Set up what the lambda's template needs.
    SetUp(LambdaName),
    /// Say what type the new secret has.
    SecretKind(SecretName),
    /// Connect this lambda to the event.
    Connect(LambdaName),
    /// The chosen lambda gives its slot of the event to the lambda that is being made.
    SwapForNew(EventId),
    /// The chosen lambda gives its slot of the event to this one.
    SwapFor(LambdaName, EventId),
    /// The chosen lambda gives its slot to this one, which is deployed: as it was reviewed, or a version of it again.
    SwapToDeploy(LambdaName, Option<u32>),
}

/// A choice from a list.
#[derive(Clone, Debug)]
pub struct Pick {
    /// What it is about, in a few words.
    pub title: String,
    /// What there is to know before choosing.
    pub note: Option<String>,
    /// The list.
    pub picker: Picker<Choice>,
    /// What it is for.
    pub purpose: Purpose,
}

/// Opens the list of lambdas.
pub fn open_lambda(state: &mut AppState) {
    let entries = state
        .project
        .lambdas
        .iter()
        .map(|lambda| {
            let event = lambda.event.as_ref().and_then(|id| state.project.catalog.event(id));
            Entry::new(lambda.name.as_str(), Choice::Lambda(lambda.name.clone()))
                .with_detail(lambda.description.clone())
                .with_right(event.map_or_else(String::new, |event| event.name.clone()))
        })
        .collect();
    let picker = Picker::new(entries);
    state.dialogs.push(Dialog::Pick(Pick {
        title: "Open lambda".into(),
        note: None,
        picker,
        purpose: Purpose::Open,
    }));
}

/// What to say of an event that more lambdas are connected to than it admits: a swap of one would not make room.
pub fn exceeded(slots: &SlotUse, event_name: &str) -> Option<String> {
    let holders: Vec<_> = slots.holders.iter().map(ToString::to_string).collect();
    slots.is_exceeded().then(|| {
        let (slots, count) = (slots.slots, slots.holders.len());
        format!(
            "{event_name} admits {slots} and {count} are connected: {}; disconnect some first",
            holders.join(", ")
        )
    })
}

/// Lists what is wrong with the workspace's files.
pub fn problems(state: &mut AppState) {
    let entries = state.workspace_problems().into_iter().map(|problem| {
        let lambda = state
            .project
            .lambdas
            .iter()
            .find(|lambda| problem.contains(&format!("lambdas/{}/", lambda.name)));
        let choice = lambda.map_or(Choice::Nothing, |lambda| Choice::Lambda(lambda.name.clone()));
        Entry::new(problem, choice)
    });
    let picker = Picker::new(entries.collect());
    let accept = state.keymap.word_for("dialog.accept");
    let note = Some(format!("{accept} opens the lambda that a problem is about."));
    let title = "Problems of the workspace".to_owned();
    state.dialogs.push(Dialog::Pick(Pick { title, note, picker, purpose: Purpose::Read }));
}

/// Asks which holder of a full event gives its slot up.
pub fn swap(slots: &SlotUse, event_name: &str, purpose: Purpose) -> Dialog {
    let holders = slots
        .holders
        .iter()
        .map(|name| {
            Entry::new(name.as_str(), Choice::Lambda(name.clone()))
                .with_detail("is disconnected and stays as a draft without event")
        })
        .collect();
    Dialog::Pick(Pick {
        title: "Swap".to_owned(),
        note: Some(format!(
            "{event_name} admits {} and is full. Which lambda gives its slot up?",
            if slots.slots == 1 {
                "one lambda".to_owned()
            } else {
                format!("{} lambdas", slots.slots)
            }
        )),
        picker: Picker::new(holders),
        purpose,
    })
}

/// Asks which deployed lambda gives its slot to one that is to be deployed.
pub fn slot_to_deploy(
    (lambda, version): (LambdaName, Option<u32>),
    note: String,
    holders: &[LambdaName],
) -> Dialog {
    let entry = |name: &LambdaName| {
        Entry::new(name.as_str(), Choice::Lambda(name.clone()))
            .with_detail("is undeployed, and stays as a draft")
    };
    Dialog::Pick(Pick {
        title: format!("Deploy {lambda}: swap"),
        note: Some(note),
        picker: Picker::new(holders.iter().map(entry).collect()),
        purpose: Purpose::SwapToDeploy(lambda, version),
    })
}

/// Asks what type the new secret `name` has.
pub fn secret_kind(name: SecretName) -> Dialog {
    let entries = SecretKind::ALL.into_iter().map(|kind| {
        let detail = match kind {
            SecretKind::String => "any text",
            SecretKind::Number => "a number, read as one",
            SecretKind::Json => "an object or a list, read as a map or an array",
        };
        Entry::new(kind.as_str(), Choice::SecretKind(kind)).with_detail(detail.to_owned())
    });
    Dialog::Pick(Pick {
        title: format!("Secret {name}: type"),
        note: None,
        picker: Picker::new(entries.collect()),
        purpose: Purpose::SecretKind(name),
    })
}

/// Carries out a command of the dialog.
pub fn apply(state: &mut AppState, dialog: Pick, action: DialogAction, jobs: &mut Vec<Job>) {
    match action {
        DialogAction::Accept => match dialog.picker.selected().map(|entry| entry.value.clone()) {
            Some(choice) => chosen(state, dialog, choice, jobs),
            None => state.dialogs.push(Dialog::Pick(dialog)),
        },
        DialogAction::Back => {
            if let Purpose::Theme(before) = dialog.purpose {
                state.desk.themes.shown = before;
            }
        }
        _ => state.dialogs.push(Dialog::Pick(dialog)),
    }
}

fn chosen(state: &mut AppState, dialog: Pick, choice: Choice, jobs: &mut Vec<Job>) {
    match (dialog.purpose.clone(), choice) {
        (Purpose::Open | Purpose::Read, Choice::Lambda(lambda)) => {
            update::open_lambda(state, lambda, Then::Edit, jobs);
        }
        (Purpose::GoTo, Choice::Place(position)) => assist::go_to(state, position),
        (Purpose::Fix(text, revision), Choice::Fix(fix)) => {
            fixes::carry_out(state, &fix, (text, revision));
        }
        (Purpose::Payload, Choice::Payload(choice)) => {
            payload::choose(state, choice, jobs);
        }
        (Purpose::Theme(_), Choice::Theme(choice)) => themes::choose(state, choice, jobs),
        (Purpose::SetUp(lambda), Choice::Need(need)) => {
            state.dialogs.push(Dialog::Pick(dialog));
            setup::set_up(state, lambda, need, jobs);
        }
        (Purpose::SecretKind(name), Choice::SecretKind(kind)) => {
            state.dialogs.push(Dialog::setting(Ask::SecretValue { name, kind }, ""));
        }
        (Purpose::Connect(lambda), Choice::Event(event)) => {
            connect(state, dialog, lambda, event, jobs);
        }
        (Purpose::SwapForNew(event), Choice::Lambda(holder)) => {
            if let Some(Dialog::NewLambda(new)) = state.dialogs.last_mut() {
                new.take_event(&state.project, Some(event), Some(holder));
            }
        }
        (Purpose::SwapFor(lambda, event), Choice::Lambda(holder)) => {
            state.dialogs.retain(|dialog| !matches!(dialog, Dialog::Pick(_)));
            jobs.push(Job::Disk(DiskJob::Connect {
                lambda,
                event: Some(event),
                swap: Some(holder),
            }));
        }
        (Purpose::SwapToDeploy(lambda, version), Choice::Lambda(holder)) => {
            let swap = Some(holder);
            jobs.push(Job::Platform(match version {
                None => PlatformJob::Deploy { lambda, swap },
                Some(_) => PlatformJob::RollBack { lambda, version, swap },
            }));
        }
        _ => {}
    }
}

fn connect(
    state: &mut AppState,
    dialog: Pick,
    lambda: LambdaName,
    event: Option<EventId>,
    jobs: &mut Vec<Job>,
) {
    let full = event.as_ref().and_then(|id| {
        let slots = state.project.slots(id)?;
        (slots.is_full() && !slots.holders.contains(&lambda)).then_some((id.clone(), slots))
    });
    match full {
        Some((id, slots)) => {
            let name = state
                .project
                .catalog
                .event(&id)
                .map_or_else(|| id.to_string(), |event| event.name.clone());
            state.dialogs.push(Dialog::Pick(dialog));
            match exceeded(&slots, &name) {
                Some(reason) => state.warn(reason),
                None => state.dialogs.push(swap(&slots, &name, Purpose::SwapFor(lambda, id))),
            }
        }
        None => jobs.push(Job::Disk(DiskJob::Connect { lambda, event, swap: None })),
    }
}

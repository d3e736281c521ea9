//! Choosing the event of a lambda.

use super::Dialog;
use super::pick::{Choice, Pick, Purpose};
use super::picker::{Entry, Picker};
use crate::app::state::{AppState, Project};
use crate::domain::{EventId, Lambda, SlotUse};

/// The events with their slots, and the choice of none.
pub fn event_entries(project: &Project) -> Vec<Entry<Option<EventId>>> {
    let none = Entry::new("No event", None).with_detail("invoked by a person only");
    let events = project.catalog.events.iter().map(|event| {
        let slots = SlotUse::of(event, &project.lambdas);
        let holders: Vec<_> = slots.holders.iter().map(ToString::to_string).collect();
        Entry::new(event.name.clone(), Some(event.id.clone()))
            .with_detail(match (slots.is_full(), holders.is_empty()) {
                (true, _) => format!("full: {}", holders.join(", ")),
                (false, true) => String::new(),
                (false, false) => holders.join(", "),
            })
            .with_right(format!("{}/{}", slots.holders.len(), slots.slots))
    });
    events.chain([none]).collect()
}

/// Opens the choice of an event for `lambda`.
pub fn open(state: &mut AppState, lambda: &Lambda) {
    let entries = event_entries(&state.project)
        .into_iter()
        .map(|entry| Entry {
            group: entry.group,
            label: entry.label,
            detail: entry.detail,
            right: entry.right,
            disabled: entry.disabled,
            value: Choice::Event(entry.value),
        })
        .collect();
    let current = Choice::Event(lambda.event.clone());
    state.dialogs.push(Dialog::Pick(Pick {
        title: format!("Connect {}", lambda.name),
        note: None,
        picker: Picker::new(entries).selecting(|choice| *choice == current),
        purpose: Purpose::Connect(lambda.name.clone()),
    }));
}

//! Choosing a payload: the event's samples, the saved ones, the empty input.

use super::Dialog;
use super::pick::{Choice, Pick, Purpose};
use super::picker::{Entry, Picker};
use crate::app::screens::invoke::PayloadChoice;
use crate::app::state::AppState;

/// Opens the choice of a payload for the open lambda.
pub fn open(state: &mut AppState) {
    let Some(session) = state.session() else { return };
    let event = state.editor.lambda().and_then(|lambda| state.project.event_of(lambda));
    let mut entries = Vec::new();
    for (index, sample) in event.iter().flat_map(|event| event.samples.iter().enumerate()) {
        let choice = Choice::Payload(PayloadChoice::Sample(index));
        entries.push(
            Entry::new(sample.title.clone(), choice)
                .in_group("Samples of the event")
                .with_detail(sample.sub_type.clone()),
        );
    }
    for name in &session.saved {
        let choice = Choice::Payload(PayloadChoice::Saved(name.clone()));
        entries.push(Entry::new(name.clone(), choice).in_group("Saved payloads"));
    }
    entries
        .push(Entry::new("Empty input", Choice::Payload(PayloadChoice::Empty)).in_group("Other"));
    let current = Choice::Payload(session.choice.clone());
    let note = session.payload.buffer.is_dirty().then(|| {
        "The payload was edited and not saved; undo brings it back after a choice.".to_owned()
    });
    state.dialogs.push(Dialog::Pick(Pick {
        title: "Payload".to_owned(),
        note,
        picker: Picker::new(entries).selecting(|choice| *choice == current),
        purpose: Purpose::Payload,
    }));
}

//! The payload of the Invoke screen: chosen, saved, laid out, checked against the schema of the lambda's event.

use crate::app::job::{Contents, DiskJob, Job};
use crate::app::screens::session::{EMPTY_INPUT, PayloadChoice};
use crate::app::state::AppState;
use crate::domain::LambdaName;
use crate::editor::Buffer;
use serde_json::Value;

/// Saves the payload that is shown under `name`.
pub fn save(state: &mut AppState, name: String, jobs: &mut Vec<Job>) {
    let Some(lambda) = state.editor.lambda().cloned() else { return };
    if let Some(session) = state.session_mut() {
        let revision = session.payload.buffer.revision();
        session.saving = Some(revision);
        jobs.push(Job::Disk(DiskJob::SavePayload {
            lambda,
            name,
            revision,
            text: Contents(session.payload.buffer.snapshot()),
        }));
    }
}

/// Takes another payload.
pub fn choose(state: &mut AppState, choice: PayloadChoice, jobs: &mut Vec<Job>) {
    let Some(lambda) = state.editor.lambda().cloned() else { return };
    match choice {
        PayloadChoice::Saved(name) => jobs.push(Job::Disk(DiskJob::ReadPayload { lambda, name })),
        PayloadChoice::Sample(index) => {
            let text = state
                .project
                .event_of(&lambda)
                .and_then(|event| event.samples.get(index))
                .map(|s| s.text.clone());
            if let (Some(text), Some(session)) = (text, state.session_mut()) {
                session.replace_payload(PayloadChoice::Sample(index), &text);
            }
        }
        PayloadChoice::Empty => {
            if let Some(session) = state.session_mut() {
                session.replace_payload(PayloadChoice::Empty, EMPTY_INPUT);
            }
        }
    }
}

/// Puts the payload back as it was chosen.
pub fn reset(state: &mut AppState, jobs: &mut Vec<Job>) {
    if let Some(choice) = state.session().map(|session| session.choice.clone()) {
        choose(state, choice, jobs);
    }
}

/// Lays the payload out.
pub fn format(state: &mut AppState) {
    let Some(session) = state.session_mut() else { return };
    if let Err(error) = format_json(&mut session.payload.buffer) {
        state.fail(error);
    }
}

/// Lays out JSON; the error says why it cannot be.
pub fn format_json(buffer: &mut Buffer) -> Result<(), String> {
    let value: Value = serde_json::from_str(&buffer.text())
        .map_err(|error| format!("The payload is not JSON yet: {error}"))?;
    let formatted = serde_json::to_string_pretty(&value).expect("a JSON value can be written");
    buffer.replace_all_text(&format!("{formatted}\n"));
    Ok(())
}

/// Has the payload checked, when it was not yet as it stands.
pub fn check(state: &mut AppState, jobs: &mut Vec<Job>) {
    let Some(lambda) = state.editor.lambda().cloned() else { return };
    let event =
        state.project.event_of(&lambda).map(|event| (event.id.clone(), event.schema.clone()));
    follow_event(state, &lambda);
    let Some(session) = state.invoke.sessions.get_mut(&lambda) else { return };
    let now = (session.payload.buffer.revision(), event.as_ref().map(|(id, _)| id.clone()));
    if session.checked.as_ref() != Some(&now) {
        session.checked = Some(now);
        let (text, revision) = (session.payload.id, session.payload.buffer.revision());
        let rope = session.payload.buffer.rope().clone();
        jobs.push(Job::CheckPayload { text, revision, event, rope });
    }
}

/// A lambda that was connected to another event gets that one's first sample, unless its payload was edited or saved.
fn follow_event(state: &mut AppState, lambda: &LambdaName) {
    let event = state.project.event_of(lambda);
    let id = event.map(|event| event.id.clone());
    let sample = event.and_then(|event| event.samples.first()).map(|sample| sample.text.clone());
    let Some(session) = state.invoke.sessions.get_mut(lambda) else { return };
    let moved = state.project.lambda(lambda).is_some()
        && session.checked.as_ref().is_some_and(|(_, before)| *before != id);
    if !moved || matches!(session.choice, PayloadChoice::Saved(_)) {
        return;
    }
    if session.payload.buffer.is_dirty() {
        session.choice = PayloadChoice::Empty;
    } else {
        let choice = if sample.is_some() { PayloadChoice::Sample(0) } else { PayloadChoice::Empty };
        session.replace_payload(choice, sample.as_deref().unwrap_or(EMPTY_INPUT));
    }
}

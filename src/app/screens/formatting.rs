//! Laying out the code in the editor, on demand and before it is saved.
//!
//! The work is done outside; what comes back are edits of the revision that was sent. Must not know how code is laid out.

use super::editor::{self, Document, Expect};
use super::payload;
use crate::app::job::{Afterwards, Job, TextId};
use crate::app::state::AppState;
use crate::domain::{Diagnostic, LambdaName, TextEdit};
use crate::editor::Revision;

/// Lays out the file in the editor: code is asked for, JSON is done at once.
pub fn format(state: &mut AppState, jobs: &mut Vec<Job>) {
    let Some(document) = state.document_mut() else { return };
    if document.file.is_source() {
        jobs.push(ask(document, Afterwards::Nothing));
    } else if let Err(error) = payload::format_json(&mut document.pane.buffer) {
        state.fail(error);
    }
}

/// Saves the file in the editor; code, where the workspace wants it so, once it is laid out.
pub fn save(state: &mut AppState, jobs: &mut Vec<Job>) {
    let wanted = state.project.format_on_save;
    match state.document().filter(|document| wanted && document.file.is_source()) {
        Some(document) => jobs.push(ask(document, Afterwards::Save)),
        None => editor::save(state, Expect::Unchanged, jobs),
    }
}

fn ask(document: &Document, afterwards: Afterwards) -> Job {
    Job::Format {
        text: document.pane.id,
        revision: document.pane.buffer.revision(),
        rope: document.pane.buffer.rope().clone(),
        afterwards,
    }
}

/// The edits that lay out a source are there, or the reason why there are none.
pub fn laid_out(
    state: &mut AppState,
    (text, revision): (TextId, Revision),
    result: &Result<Vec<TextEdit>, Box<Diagnostic>>,
    afterwards: Afterwards,
    jobs: &mut Vec<Job>,
) {
    let Some(document) = state.editor.documents.iter_mut().find(|it| it.pane.id == text) else {
        return;
    };
    let is_current = document.pane.buffer.revision() == revision;
    if let (Ok(edits), true) = (result, is_current) {
        document.pane.buffer.apply_edits(edits);
    }
    let file = document.file.clone();
    match (afterwards, is_current) {
        // A source that cannot be laid out, or that was typed in meanwhile, is saved as it is.
        (Afterwards::Save, _) => editor::save_file(state, &file, Expect::Unchanged, jobs),
        (Afterwards::Nothing, true) => tell(state, file.lambda(), result),
        (Afterwards::Nothing, false) => jobs.push(ask(document, afterwards)),
    }
}

fn tell(
    state: &mut AppState,
    lambda: &LambdaName,
    result: &Result<Vec<TextEdit>, Box<Diagnostic>>,
) {
    match result {
        Ok(edits) if edits.is_empty() => state.inform(format!("{lambda} is laid out already")),
        Ok(_) => state.inform(format!("Laid out {lambda}; undo takes it back")),
        Err(problem) => {
            let (line, message) = (problem.range.start.line, &problem.message);
            state.warn(format!("{lambda} is left as it is: line {line}: {message}"));
        }
    }
}

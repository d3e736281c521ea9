//! What the schema says about the field that is selected in the payload's tree.

use crate::app::state::AppState;
use crate::app::words::wrap;
use crate::language::schema::FieldDoc;
use ratatui::layout::Rect;

/// What is known of the selected field.
pub fn of_selected(state: &AppState) -> Option<FieldDoc> {
    let pointer = &state.editor.sidebar.tree.selected()?.pointer;
    let lambda = state.project.lambda(state.editor.lambda()?)?;
    let schema = state.editor.schemas.get(lambda.event.as_ref()?)?;
    schema.field(pointer.strip_prefix("/payload")?)
}

/// The same in sentences.
pub fn words(doc: &FieldDoc) -> String {
    if doc.allowed.is_empty() {
        return doc.description.clone();
    }
    let one_of = format!("One of {}.", doc.allowed.join(", "));
    match doc.description.trim_end_matches('.') {
        "" => one_of,
        description => format!("{description}. {one_of}"),
    }
}

/// The rows for it below the tree, within a pane of this size: what it takes, but no more than half of the pane.
pub fn height(state: &AppState, inside: Rect) -> u16 {
    const RULE_AND_PATH: u16 = 2;
    const LEAST: u16 = 5;
    let room = inside.width.saturating_sub(2) as usize;
    let rows = of_selected(state).map_or(0, |doc| wrap(&words(&doc), room).len() as u16);
    (rows + RULE_AND_PATH).min(inside.height / 2).max(LEAST)
}

//! The list of completions.

use super::holes::Holes;
use crate::app::action::ListAction;
use crate::app::list::Cursor;
use crate::app::state::AppState;
use crate::editor::Position;
use crate::language::complete::{Completion, Completions, Trigger};

/// The most completions in sight at once.
pub const ROWS: usize = 10;
/// So many accepted completions are remembered.
const RECENT: usize = 50;

/// Completions to choose from.
#[derive(Clone, Debug)]
pub struct Offer {
    /// The completions, the best first, and what they stand in place of.
    pub completions: Completions,
    /// The selected one.
    pub cursor: Cursor,
    /// Why they are offered.
    pub trigger: Trigger,
    /// The person has moved in the list: Enter takes what is selected, and is a new line before that.
    pub chosen: bool,
}

impl Offer {
    /// The selected completion.
    pub fn selected(&self) -> Option<&Completion> {
        self.completions.items.get(self.cursor.selected)
    }
}

/// Takes in what is offered. What was selected stays so when it is offered again.
pub(super) fn offered(state: &mut AppState, trigger: Trigger, completions: Option<Completions>) {
    let old = state.editor.assist.offer.take();
    let Some(completions) = completions else {
        if trigger == Trigger::Asked && old.is_none() {
            state.inform("Nothing is known that could stand here");
        }
        return;
    };
    if trigger == Trigger::Typed && is_written(state, &completions) {
        return;
    }
    let kept = old.filter(|old| old.chosen).and_then(|old| {
        let label = old.selected()?.label.clone();
        completions.items.iter().position(|item| item.label == label)
    });
    let cursor = Cursor { selected: kept.unwrap_or(0), ..Cursor::default() };
    let mut offer = Offer { completions, cursor, trigger, chosen: kept.is_some() };
    offer.cursor.settle(offer.completions.items.len(), ROWS);
    state.editor.assist.offer = Some(offer);
}

/// What would be taken first stands there already.
fn is_written(state: &AppState, completions: &Completions) -> bool {
    let (Some(document), Some(first)) = (state.document(), completions.items.first()) else {
        return false;
    };
    let buffer = &document.pane.buffer;
    let (start, cursor) = (Position::from(completions.replace.start), buffer.cursor());
    let line = buffer.line(cursor.line);
    let typed = line.chars().take(cursor.column).skip(start.column);
    start.line == cursor.line && typed.eq(first.insert.text.chars())
}

/// Moves in the list.
pub(super) fn choose(state: &mut AppState, action: ListAction) {
    if let Some(offer) = &mut state.editor.assist.offer {
        offer.cursor.apply(action, offer.completions.items.len(), ROWS);
        offer.chosen = true;
    }
}

/// Writes the selected completion in place of what was typed of it.
pub(super) fn accept(state: &mut AppState) {
    let Some(offer) = state.editor.assist.offer.take() else { return };
    let Some(item) = offer.selected().cloned() else { return };
    let Some(document) = state.document_mut() else { return };
    let buffer = &mut document.pane.buffer;
    let cursor = buffer.cursor();
    let start = Position::from(offer.completions.replace.start).min(cursor);
    if start.line != cursor.line {
        return;
    }
    let line = buffer.line(start.line);
    let indent: String = line.chars().take_while(|c| c.is_whitespace()).collect();
    drop(line);
    let text = item.insert.text.replace('\n', &format!("\n{indent}"));
    buffer.replace_before(cursor.column - start.column, &text);
    let holes = Holes::begin(document, &item.insert, &indent);
    state.editor.assist.holes = holes;
    let recent = &mut state.editor.assist.recent;
    recent.retain(|label| *label != item.label);
    recent.insert(0, item.label);
    recent.truncate(RECENT);
}

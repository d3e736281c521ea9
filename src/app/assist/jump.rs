//! Going to where a name is defined and used, the way back, and giving it another name.

use crate::app::action::{Action, AssistAction};
use crate::app::dialogs::pick::{Choice, Pick, Purpose};
use crate::app::dialogs::picker::{Entry, Picker};
use crate::app::dialogs::{Dialog, confirm, prompt};
use crate::app::job::{Job, Then};
use crate::app::screens::editor;
use crate::app::state::AppState;
use crate::app::{status, update};
use crate::domain::{FileKey, Place};
use crate::editor::Position;
use crate::language::analysis::{Analysis, Usage};
use crate::language::navigate::Edit;

/// So many places are remembered.
const PLACES: usize = 100;

/// Where the person came from, and where they went back from.
#[derive(Clone, Debug, Default)]
pub(super) struct Trail {
    behind: Vec<(FileKey, Position)>,
    ahead: Vec<(FileKey, Position)>,
}

fn here(state: &AppState) -> Option<(FileKey, Position)> {
    state.document().map(|document| (document.file.clone(), document.pane.buffer.cursor()))
}

/// Goes to a place of the source in sight; the way back is remembered.
pub fn to(state: &mut AppState, position: Position) {
    let trail_end = here(state);
    let trail = &mut state.editor.assist.trail;
    trail.behind.extend(trail_end);
    let excess = trail.behind.len().saturating_sub(PLACES);
    trail.behind.drain(..excess);
    trail.ahead.clear();
    editor::go_to(state, position);
}

/// Goes back to where the last jump began.
pub(super) fn back(state: &mut AppState, jobs: &mut Vec<Job>) {
    let now = here(state);
    let Some(place) = state.editor.assist.trail.behind.pop() else {
        return state.inform("This is where you began");
    };
    state.editor.assist.trail.ahead.extend(now);
    return_to(state, place, jobs);
}

/// Goes to where the last step back began.
pub(super) fn forward(state: &mut AppState, jobs: &mut Vec<Job>) {
    let now = here(state);
    let Some(place) = state.editor.assist.trail.ahead.pop() else {
        return state.inform("There is no way forward: nobody went back");
    };
    state.editor.assist.trail.behind.extend(now);
    return_to(state, place, jobs);
}

fn return_to(state: &mut AppState, (file, position): (FileKey, Position), jobs: &mut Vec<Job>) {
    if here(state).is_some_and(|(shown, _)| shown == file) {
        editor::go_to(state, position);
    } else {
        update::open_file(state, file, Then::GoTo(position.into()), jobs);
    }
}

/// Goes to where the name at `cursor` is defined.
pub(super) fn to_definition(state: &mut AppState, analysis: &Analysis, cursor: Place) {
    match analysis.definition(cursor) {
        Some(range) => to(state, range.start.into()),
        None if analysis.hover(cursor).is_some() => {
            let key = state.keymap.word(Action::Assist(AssistAction::Explain));
            state.inform(format!("That is not defined in this file; {key} tells what it is"));
        }
        None => state.inform("There is no name here"),
    }
}

/// Lists where the name at `cursor` is used.
pub(super) fn references(state: &mut AppState, analysis: &Analysis, cursor: Place) {
    let found = analysis.references(cursor);
    let Some(document) = state.document().filter(|_| !found.is_empty()) else {
        return state.inform("There is no name here");
    };
    let buffer = &document.pane.buffer;
    let entries = found.iter().map(|(range, usage)| {
        let position = Position::from(range.start);
        let line = if position.line < buffer.line_count() {
            buffer.line(position.line).trim().to_owned()
        } else {
            String::new()
        };
        let what = match usage {
            Usage::Definition => "defined",
            Usage::Read => "read",
            Usage::Write => "written",
        };
        Entry::new(line, Choice::Place(position)).with_right(format!("{what}  {}", range.start))
    });
    let title =
        format!("{}  {}", name_at(analysis, found[0].0.start), status::count(found.len(), "place"));
    let picker = Picker::new(entries.collect());
    state.dialogs.push(Dialog::Pick(Pick { title, note: None, picker, purpose: Purpose::GoTo }));
}

fn name_at(analysis: &Analysis, place: Place) -> String {
    let line = analysis.source().lines().nth(place.line as usize - 1).unwrap_or_default();
    line.chars()
        .skip(place.column as usize - 1)
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

/// Asks for another name of what stands at `cursor`.
pub(super) fn ask_name(state: &mut AppState, analysis: &Analysis, cursor: Place) {
    match analysis.renamable(cursor) {
        Ok((range, name)) => state.dialogs.push(Dialog::rename_symbol(name, range.start)),
        Err(refused) => state.inform(format!("It cannot be renamed: {refused}")),
    }
}

/// Shows what giving the name at `place` the name `to` changes, and asks whether to. The error says why it cannot be.
pub fn rename(
    state: &mut AppState,
    place: Place,
    to: &str,
    jobs: &mut Vec<Job>,
) -> Result<(), String> {
    let document = state.document().ok_or("no file is open")?;
    let analysis = state
        .editor
        .assist
        .analysis(document.pane.id)
        .ok_or("the source is not understood yet; try again")?;
    let old = name_at(analysis, place);
    let edits = analysis.rename(place, to).map_err(|refused| refused.to_string())?;
    if edits.is_empty() || old == to {
        return Err(prompt::SAME_NAME.to_owned());
    }
    let text = format!("{old} becomes {to} in {}.", status::count(edits.len(), "place"));
    let renamed = with(analysis.source(), &edits);
    let (source, id) = (analysis.source().into(), document.pane.id);
    confirm::ask_of_rename(state, (text, id), (source, renamed), jobs);
    Ok(())
}

/// A source with these edits, which are in the order of the text.
fn with(source: &str, edits: &[Edit]) -> String {
    let mut edits = edits.iter().peekable();
    let mut renamed = String::with_capacity(source.len());
    for (number, line) in (1..).zip(source.split_inclusive('\n')) {
        let mut column = 1;
        let mut chars = line.chars();
        while let Some(edit) = edits.next_if(|edit| edit.range.start.line == number) {
            renamed.extend(chars.by_ref().take((edit.range.start.column - column) as usize));
            renamed.push_str(&edit.text);
            let gone = edit.range.end.column - edit.range.start.column;
            chars.by_ref().take(gone as usize).for_each(drop);
            column = edit.range.end.column;
        }
        renamed.extend(chars);
    }
    renamed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::TextRange;

    #[test]
    fn edits_are_made_where_they_belong() {
        let edit = |line, start, end| Edit {
            range: TextRange::new(Place::new(line, start), Place::new(line, end)),
            text: "größer".to_owned(),
        };
        let source = "let ä = a + a;\n\na";
        let renamed = with(source, &[edit(1, 9, 10), edit(1, 13, 14), edit(3, 1, 2)]);
        assert_eq!(renamed, "let ä = größer + größer;\n\ngrößer");
    }
}

//! Doing what takes a problem of the source away.
//!
//! What can be done comes with the problem; here it is chosen and done, as one step to undo. Only problems of the text as
//! it stands are touched: while they are looked for anew, the wish waits.

use super::editor::SidebarTab;
use crate::app::dialogs::Dialog;
use crate::app::dialogs::pick::{Choice, Pick, Purpose};
use crate::app::dialogs::picker::{Entry, Picker};
use crate::app::job::TextId;
use crate::app::state::{AppState, Pane};
use crate::app::text_pane::TextPane;
use crate::domain::{Diagnostic, Fix};
use crate::editor::{Position, Revision};
use crate::language::lint;
use std::cmp::Reverse;

/// Does what takes the problem at hand away; of several ways, asks which.
pub fn offer(state: &mut AppState) {
    let Some(document) = state.document() else { return };
    let pane = &document.pane;
    if !pane.knows_problems() {
        state.editor.fix_awaited = Some(pane.id);
        return;
    }
    let problems = at_hand(state, pane);
    let Some(first) = problems.first() else {
        return state.inform("There is no problem on this line");
    };
    let title = first.message.clone();
    let certain: Vec<Fix> = problems.iter().flat_map(|it| it.fixes.clone()).collect();
    let allowing = problems.iter().filter_map(|it| {
        let line = pane.buffer.line(Position::from(it.range.start).line);
        lint::allow_fix(it, &line)
    });
    let mut all = certain.clone();
    all.extend(allowing);
    all.dedup();
    let place = (pane.id, pane.buffer.revision());
    match (certain.as_slice(), all.is_empty()) {
        (_, true) => state.inform(format!("{title}: nothing can be done about it by itself")),
        ([only], _) => carry_out(state, only, place),
        _ => ask(state, title, all, place),
    }
}

/// The selected problem where the list of them has the focus, else those of the cursor's line, the worst first: that is
/// the one that is shown there.
fn at_hand<'a>(state: &AppState, pane: &'a TextPane) -> Vec<&'a Diagnostic> {
    let sidebar = &state.editor.sidebar;
    if state.editor.focus == Pane::Sidebar && sidebar.tab == SidebarTab::Problems {
        return pane.diagnostics.get(sidebar.problems.selected).into_iter().collect();
    }
    let line = pane.buffer.cursor().line;
    let is_here = |it: &&Diagnostic| Position::from(it.range.start).line == line;
    let mut problems: Vec<&Diagnostic> = pane.diagnostics.iter().filter(is_here).collect();
    problems.sort_by_key(|it| Reverse(it.severity));
    problems
}

fn ask(state: &mut AppState, title: String, fixes: Vec<Fix>, (text, revision): (TextId, Revision)) {
    let entries = fixes.into_iter().map(|fix| Entry::new(fix.title.clone(), Choice::Fix(fix)));
    let picker = Picker::new(entries.collect());
    let purpose = Purpose::Fix(text, revision);
    state.dialogs.push(Dialog::Pick(Pick { title, note: None, picker, purpose }));
}

/// Changes the text `text`, if it is still the one of that revision.
pub fn carry_out(state: &mut AppState, fix: &Fix, (text, revision): (TextId, Revision)) {
    let Some(document) = state.document_mut() else { return };
    let buffer = &mut document.pane.buffer;
    if document.pane.id != text || buffer.revision() != revision {
        return state.inform("The text has changed meanwhile; nothing was done");
    }
    buffer.apply_edits(&fix.edits);
    state.inform(format!("{}: done; undo takes it back", fix.title));
}

/// The problems of a text are known; says whether somebody waited to have one taken away.
pub fn problems_known(state: &mut AppState, text: TextId) -> bool {
    let is_awaited = state.editor.fix_awaited == Some(text);
    if is_awaited {
        state.editor.fix_awaited = None;
        if state.document().is_some_and(|it| it.pane.id == text && it.pane.knows_problems()) {
            offer(state);
        }
    }
    is_awaited
}

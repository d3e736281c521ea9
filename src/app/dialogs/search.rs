//! Finding and replacing in all lambdas: what is looked for, the matches by file, and which of them are replaced.

use super::Dialog;
use crate::app::action::{
    Action, DialogAction, FieldAction, ListAction, SearchAction, TextAction, Turn,
};
use crate::app::field::Field;
use crate::app::job::{DiskJob, Job, Then};
use crate::app::keymap::Keymap;
use crate::app::list::Cursor;
use crate::app::screens::invoke::PayloadChoice;
use crate::app::search::{FileChange, FoundIn, Replaced, SearchAnswer, SearchRequest};
use crate::app::state::AppState;
use crate::app::status::count;
use crate::app::text_pane::TextPane;
use crate::app::update;
use crate::domain::FileKey;
use crate::editor::{Case, Hit, Query, QueryKind};
use std::collections::BTreeSet;

/// A search through all lambdas.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "toggles, each free of the others")]
pub struct SearchDialog {
    /// What is looked for.
    pub field: Field,
    /// What takes its place.
    pub replacement: Field,
    /// Which of the two takes the letters.
    pub part: SearchPart,
    /// Replacing was asked for: each match shows what would stand there.
    pub replaces: bool,
    /// Upper and lower case count; otherwise only when an upper-case letter is looked for.
    pub case: bool,
    /// Only whole words count.
    pub word: bool,
    /// The text is a regular expression.
    pub regex: bool,
    /// Saved payloads are searched too.
    pub payloads: bool,
    /// What was found.
    pub answer: SearchAnswer,
    /// Files and matches as they are listed.
    pub rows: Vec<SearchRow>,
    /// The selected row.
    pub cursor: Cursor,
    /// The matches that are not replaced, by text and number.
    left_out: BTreeSet<(FileKey, usize)>,
    asked: Option<(u32, String)>,
}

/// A part of the dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchPart {
    /// What is looked for.
    Text,
    /// What takes its place.
    Replacement,
}

/// A row of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchRow {
    /// A text, by its number in the answer.
    Text(usize),
    /// A match, by its text's number and its own.
    Hit(usize, usize),
}

impl SearchDialog {
    fn new(text: &str) -> Self {
        Self {
            field: Field::proposing(text),
            replacement: Field::default(),
            part: SearchPart::Text,
            replaces: false,
            case: false,
            word: false,
            regex: false,
            payloads: false,
            answer: SearchAnswer::default(),
            rows: Vec::new(),
            cursor: Cursor::default(),
            left_out: BTreeSet::new(),
            asked: None,
        }
    }

    /// The field that takes the letters.
    pub fn focused_field(&mut self) -> &mut Field {
        match self.part {
            SearchPart::Text => &mut self.field,
            SearchPart::Replacement => &mut self.replacement,
        }
    }

    /// Moves the selection.
    pub fn list(&mut self, action: ListAction, height: usize) {
        self.cursor.apply(action, self.rows.len(), height);
    }

    /// Selects the entry at a row of the list in sight; says whether there is one.
    pub fn select(&mut self, row: usize) -> bool {
        let index = self.cursor.top + row;
        let exists = index < self.rows.len();
        if exists {
            self.cursor.selected = index;
        }
        exists
    }

    /// Keeps the selection valid and in sight.
    pub fn settle(&mut self, height: usize) {
        self.cursor.settle(self.rows.len(), height);
    }

    /// The text of a row, and the match, when it is one of a match.
    pub fn entry(&self, row: SearchRow) -> Option<(&FoundIn, Option<&Hit>)> {
        match row {
            SearchRow::Text(text) => self.answer.found.get(text).map(|found| (found, None)),
            SearchRow::Hit(text, hit) => {
                let found = self.answer.found.get(text)?;
                Some((found, found.hits.get(hit)))
            }
        }
    }

    /// The match of a row is replaced when all are; for a text, any of its matches.
    pub fn takes(&self, row: SearchRow) -> bool {
        match row {
            SearchRow::Hit(text, hit) => {
                let found = self.answer.found.get(text);
                let out = |found: &FoundIn| self.left_out.contains(&(found.file.clone(), hit));
                found.is_some_and(|found| self.left_out.is_empty() || !out(found))
            }
            SearchRow::Text(text) => {
                let hits = self.answer.found.get(text).map_or(0, |found| found.hits.len());
                (0..hits).any(|hit| self.takes(SearchRow::Hit(text, hit)))
            }
        }
    }

    /// How many matches there are, and how many would be replaced.
    pub fn counts(&self) -> (usize, usize) {
        let hits = self.rows.iter().filter(|row| matches!(row, SearchRow::Hit(..)));
        let (all, taken) =
            hits.fold((0, 0), |(all, taken), row| (all + 1, taken + usize::from(self.takes(*row))));
        (all, taken)
    }

    /// What there is to say about what was found.
    pub fn summary(&self, keymap: &Keymap) -> String {
        if let Some(error) = &self.answer.error {
            return error.clone();
        }
        let (all, taken) = self.counts();
        if self.field.is_empty() {
            return "Type what to look for in all lambdas".to_owned();
        }
        if all == 0 {
            return format!("Not found{}", self.unread());
        }
        let more = if self.answer.truncated { ", and more that are not listed" } else { "" };
        let texts = count(self.answer.found.len(), "file");
        let matches = if all == 1 { "1 match".to_owned() } else { format!("{all} matches") };
        let key = || keymap.word_for("search.replace_all");
        let replaced =
            if self.replaces { format!("; {} replaces {taken}", key()) } else { String::new() };
        format!("{matches} in {texts}{more}{replaced}{}", self.unread())
    }

    fn unread(&self) -> String {
        self.answer.unread.first().map_or_else(String::new, |first| {
            match self.answer.unread.len() {
                1 => format!("; {first}"),
                n => format!("; {first}, and {} more not read", n - 1),
            }
        })
    }

    fn query(&self) -> Query {
        Query {
            text: self.field.text().to_owned(),
            case: if self.case { Case::Sensitive } else { Case::Smart },
            kind: if self.regex { QueryKind::Regex } else { QueryKind::Literal },
            whole_word: self.word,
        }
    }

    /// What the answer depends on.
    fn key(&self) -> String {
        let Self { case, word, regex, payloads, .. } = self;
        let (text, replacement) = (self.field.text(), self.replacement.text());
        format!("{case}{word}{regex}{payloads}{}:{text}{replacement}", text.len())
    }

    /// Leaves the selected match out, or takes it in again; for a text, all of its matches.
    fn toggle(&mut self) {
        let Some(row) = self.rows.get(self.cursor.selected).copied() else { return };
        let (SearchRow::Text(text) | SearchRow::Hit(text, _)) = row;
        let Some(found) = self.answer.found.get(text) else { return };
        let hits = match row {
            SearchRow::Text(_) => 0..found.hits.len(),
            SearchRow::Hit(_, hit) => hit..hit + 1,
        };
        let taken = self.takes(row);
        for hit in hits {
            let key = (found.file.clone(), hit);
            if taken {
                self.left_out.insert(key);
            } else {
                self.left_out.remove(&key);
            }
        }
        self.cursor.selected = (self.cursor.selected + 1).min(self.rows.len().saturating_sub(1));
    }
}

/// Opens the search, as it was left, with the selected words in it.
pub fn open(state: &mut AppState) {
    let selected = state.text_pane().and_then(|pane| pane.buffer.selected_text());
    let selected = selected.filter(|text| !text.contains('\n') && !text.is_empty());
    let dialog = match (state.search.take(), selected) {
        (Some(mut dialog), Some(text)) if dialog.field.text() != text => {
            dialog.field = Field::proposing(&text);
            dialog.left_out.clear();
            dialog
        }
        (Some(mut dialog), _) => {
            dialog.field = Field::proposing(dialog.field.text());
            dialog
        }
        (None, selected) => Box::new(SearchDialog::new(&selected.unwrap_or_default())),
    };
    let mut dialog = dialog;
    dialog.part = SearchPart::Text;
    dialog.asked = None;
    state.dialogs.push(Dialog::Search(dialog));
}

/// Carries out a command that only this dialog has.
pub fn search(state: &mut AppState, action: SearchAction, jobs: &mut Vec<Job>) {
    if action == SearchAction::ReplaceAll {
        return replace_all(state, jobs);
    }
    let Some(Dialog::Search(dialog)) = state.dialogs.last_mut() else { return };
    match action {
        SearchAction::ToggleCase => dialog.case = !dialog.case,
        SearchAction::ToggleWord => dialog.word = !dialog.word,
        SearchAction::ToggleRegex => dialog.regex = !dialog.regex,
        SearchAction::TogglePayloads => dialog.payloads = !dialog.payloads,
        SearchAction::LeaveOut => dialog.toggle(),
        SearchAction::ReplaceAll => {}
    }
}

/// Carries out a command of the dialog.
pub fn apply(
    state: &mut AppState,
    mut dialog: Box<SearchDialog>,
    action: DialogAction,
    jobs: &mut Vec<Job>,
) {
    match action {
        DialogAction::Accept => {
            let row = dialog.rows.get(dialog.cursor.selected).copied();
            let target = row.and_then(|row| {
                let (found, hit) = dialog.entry(row)?;
                let at = hit.or(found.hits.first())?.start;
                Some((found.file.clone(), at))
            });
            match target {
                Some((text, at)) => {
                    state.search = Some(dialog);
                    update::open_file(state, text, Then::GoTo(at.into()), jobs);
                }
                None => state.dialogs.push(Dialog::Search(dialog)),
            }
        }
        DialogAction::Back => state.search = Some(dialog),
        DialogAction::TurnPart(_) => {
            dialog.replaces = true;
            dialog.part = match dialog.part {
                SearchPart::Text => SearchPart::Replacement,
                SearchPart::Replacement => SearchPart::Text,
            };
            state.dialogs.push(Dialog::Search(dialog));
        }
        DialogAction::ScrollPreview(turn) => {
            let step = if turn == Turn::Next { ListAction::PageDown } else { ListAction::PageUp };
            state.dialogs.push(Dialog::Search(dialog));
            super::list(state, step);
        }
        _ => state.dialogs.push(Dialog::Search(dialog)),
    }
}

/// Edits the field that has the focus.
pub fn edit(dialog: &mut SearchDialog, action: FieldAction, clipboard: &str) {
    dialog.focused_field().apply(action, clipboard);
}

/// Asks anew when what is looked for has changed.
pub fn settle(state: &mut AppState, jobs: &mut Vec<Job>) {
    let Some(Dialog::Search(dialog)) = state.dialogs.last() else { return };
    let key = dialog.key();
    if dialog.asked.as_ref().is_some_and(|(_, asked)| *asked == key) {
        return;
    }
    let id = state.next_text_id().0;
    let request = SearchRequest {
        id,
        query: dialog_query(state),
        template: String::new(),
        lambdas: state.project.lambdas.iter().map(|lambda| lambda.name.clone()).collect(),
        payloads: false,
        open: open_texts(state),
    };
    let Some(Dialog::Search(dialog)) = state.dialogs.last_mut() else { return };
    let request = SearchRequest {
        template: dialog.replacement.text().to_owned(),
        payloads: dialog.payloads,
        ..request
    };
    dialog.asked = Some((id, key));
    jobs.push(Job::Disk(DiskJob::Search(Box::new(request))));
}

fn dialog_query(state: &AppState) -> Query {
    match state.dialogs.last() {
        Some(Dialog::Search(dialog)) => dialog.query(),
        _ => Query::default(),
    }
}

/// What is open counts as it is open, in the editor before the Invoke screen.
fn open_texts(state: &AppState) -> Vec<(FileKey, ropey::Rope)> {
    let documents = state.editor.documents.iter();
    let texts = documents.map(|open| (open.file.clone(), open.pane.buffer.rope().clone()));
    let payloads = state.invoke.sessions.iter().filter_map(|(lambda, session)| {
        let PayloadChoice::Saved(name) = &session.choice else { return None };
        let unsaved = session.payload.buffer.is_dirty();
        let file = FileKey::Payload(lambda.clone(), name.clone());
        unsaved.then(|| (file, session.payload.buffer.rope().clone()))
    });
    texts.chain(payloads).collect()
}

/// Takes in what was found; an answer to an older question is dropped.
pub fn found(state: &mut AppState, mut answer: SearchAnswer) -> bool {
    for told in &mut answer.unread {
        *told = state.project.from_root(told);
    }
    let dialog = state.dialogs.iter_mut().find_map(|dialog| match dialog {
        Dialog::Search(dialog) => Some(dialog),
        _ => None,
    });
    let Some(dialog) =
        dialog.filter(|dialog| dialog.asked.as_ref().is_some_and(|(id, _)| *id == answer.id))
    else {
        return false;
    };
    let known = |(text, hit): &(FileKey, usize)| {
        answer.found.iter().any(|found| found.file == *text && *hit < found.hits.len())
    };
    dialog.left_out.retain(known);
    dialog.rows = answer
        .found
        .iter()
        .enumerate()
        .flat_map(|(text, found)| {
            let hits = (0..found.hits.len()).map(move |hit| SearchRow::Hit(text, hit));
            std::iter::once(SearchRow::Text(text)).chain(hits)
        })
        .collect();
    dialog.answer = answer;
    true
}

/// Replaces the matches that are not left out: those of open texts there, one step each, the others in their files.
fn replace_all(state: &mut AppState, jobs: &mut Vec<Job>) {
    let Some(Dialog::Search(dialog)) = state.dialogs.pop() else { return };
    let mut changes = Vec::new();
    let mut open = Vec::new();
    for (index, found) in dialog.answer.found.iter().enumerate() {
        let hits = found.hits.iter().enumerate();
        let edits: Vec<_> = hits
            .filter(|(hit, _)| dialog.takes(SearchRow::Hit(index, *hit)))
            .map(|(_, hit)| (hit.start, hit.end, hit.replacement.clone()))
            .collect();
        if edits.is_empty() {
            continue;
        }
        match found.hash {
            Some(expected) => {
                changes.push(FileChange { file: found.file.clone(), expected, edits });
            }
            None => open.push((found.file.clone(), edits)),
        }
    }
    if changes.is_empty() && open.is_empty() {
        state.warn("There is nothing to replace: nothing is found, or every match is left out");
        return state.dialogs.push(Dialog::Search(dialog));
    }
    state.search = Some(dialog);
    let mut texts = Vec::new();
    for (text, edits) in open {
        if let Some(pane) = open_pane(state, &text) {
            pane.buffer.replace_ranges(&edits);
            texts.push(text.to_string());
        }
    }
    if !texts.is_empty() {
        let undo = state.keymap.word(Action::Text(TextAction::Undo));
        let texts = texts.join(", ");
        state.inform(format!("Replaced in {texts}; not saved yet, {undo} takes it back"));
    }
    if !changes.is_empty() {
        jobs.push(Job::Disk(DiskJob::Replace { changes, open: texts }));
    }
}

fn open_pane<'a>(state: &'a mut AppState, file: &FileKey) -> Option<&'a mut TextPane> {
    if state.editor.document(file).is_some() {
        return state.editor.document_mut(file).map(|document| &mut document.pane);
    }
    let FileKey::Payload(lambda, name) = file else { return None };
    let session = state.invoke.sessions.get_mut(lambda)?;
    let shown = matches!(&session.choice, PayloadChoice::Saved(saved) if saved == name);
    shown.then_some(&mut session.payload)
}

/// Tells what became of the files; `open` are the open texts that were changed too.
pub fn replaced(state: &mut AppState, replaced: &Replaced, open: &[String], jobs: &mut Vec<Job>) {
    let names = |texts: &[FileKey]| {
        let names: Vec<_> = texts.iter().take(5).map(ToString::to_string).collect();
        let more = texts.len().saturating_sub(names.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("{}{more}", names.join(", "))
    };
    let mut told = Vec::new();
    if !replaced.written.is_empty() {
        told.push(format!("Replaced and saved in {}; undo works there", names(&replaced.written)));
    }
    if !open.is_empty() {
        let verb = if told.is_empty() { "Replaced" } else { "replaced" };
        told.push(format!("{verb} in {}, not saved yet", open.join(", ")));
    }
    told.extend(replaced.failed.iter().cloned());
    let told = told.join("; ");
    if replaced.failed.is_empty() {
        state.inform(told);
    } else {
        state.fail(told);
    }
    for (lambda, session) in &state.invoke.sessions {
        let PayloadChoice::Saved(name) = &session.choice else { continue };
        let file = FileKey::Payload(lambda.clone(), name.clone());
        if replaced.written.contains(&file) && !session.payload.buffer.is_dirty() {
            jobs.push(Job::Disk(DiskJob::ReadPayload {
                lambda: lambda.clone(),
                name: name.clone(),
            }));
        }
    }
}

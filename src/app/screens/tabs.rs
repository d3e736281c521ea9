//! The tabs of the Editor screen: which files are open, in which order, which were looked at last, which were closed.
//!
//! Owns the order and the names; the texts themselves are the screen's documents. A file whose tab is closed keeps its
//! text while that is unsaved: closing, like quitting, loses nothing and needs no question.

use crate::app::action::Turn;
use crate::app::job::{DiskJob, Job, Then};
use crate::app::screens::editor::turn_among;
use crate::app::screens::split;
use crate::app::state::{AppState, ProjectKind, Screen};
use crate::app::text_pane::TextPane;
use crate::app::update;
use crate::domain::{FileKey, LambdaName};
use crate::editor::Position;
use crate::workspace::{OpenFile, OpenFiles};
use std::collections::BTreeMap;

/// So many closed files can be opened again.
const CLOSED_MAX: usize = 20;
/// So many files are known as looked at.
const RECENT_MAX: usize = 50;

/// The tabs.
#[derive(Clone, Debug, Default)]
pub struct Tabs {
    /// The open files in their order.
    pub files: Vec<FileKey>,
    /// The files that were looked at, the last one first.
    pub recent: Vec<FileKey>,
    /// The first tab in sight, where not all have room.
    pub first: usize,
    /// The files that were closed, the last one at the end.
    closed: Vec<FileKey>,
    /// Where the cursor goes in files that are not read yet, and which line is the first in sight.
    places: BTreeMap<FileKey, (Position, usize)>,
    /// The tab that was in sight when the program was last left.
    pub last_shown: Option<FileKey>,
    /// What was asked to be remembered last.
    kept: Option<OpenFiles>,
}

impl Tabs {
    /// A closed file can be opened again.
    pub fn has_closed(&self) -> bool {
        !self.closed.is_empty()
    }

    /// The file is looked at: it has a tab, and leads the recent ones.
    pub fn look_at(&mut self, file: &FileKey) {
        if !self.files.contains(file) {
            self.files.push(file.clone());
        }
        self.closed.retain(|closed| closed != file);
        self.recent.retain(|recent| recent != file);
        self.recent.insert(0, file.clone());
        self.recent.truncate(RECENT_MAX);
    }

    /// Takes the tab of a file away; gives the one that stands in its place then.
    pub fn take_away(&mut self, file: &FileKey) -> Option<FileKey> {
        let at = self.files.iter().position(|open| open == file)?;
        self.files.remove(at);
        self.files.get(at).or(self.files.last()).cloned()
    }

    /// The lambda `from` is called `to` now.
    pub fn renamed(&mut self, from: &LambdaName, to: &LambdaName) {
        for file in self.files.iter_mut().chain(&mut self.recent).chain(&mut self.closed) {
            if file.lambda() == from {
                *file = file.renamed(to.clone());
            }
        }
    }

    /// Nothing is known any more of the files that do not satisfy `stays`.
    pub fn retain(&mut self, stays: impl Fn(&FileKey) -> bool) {
        for files in [&mut self.files, &mut self.recent, &mut self.closed] {
            files.retain(&stays);
        }
    }

    /// Puts a pane that has just been read to where its cursor was.
    pub fn put_back(&mut self, file: &FileKey, pane: &mut TextPane) {
        if let Some((cursor, top)) = self.places.remove(file) {
            pane.buffer.place_cursor(cursor);
            pane.viewport.top = top;
        }
    }

    /// What each tab is called: no two alike.
    pub fn titles(&self) -> Vec<String> {
        self.files.iter().map(|file| self.title(file)).collect()
    }

    /// What the tab of a file is called.
    pub fn title(&self, file: &FileKey) -> String {
        match file {
            FileKey::Source(lambda) => lambda.to_string(),
            FileKey::Payload(lambda, name) => {
                let same =
                    |other: &&FileKey| matches!(other, FileKey::Payload(_, other) if other == name);
                let alone = self.files.iter().filter(same).count() < 2;
                if alone { format!("{name}.json") } else { format!("{lambda}/{name}.json") }
            }
        }
    }
}

/// Goes to the tab behind the one in sight, or before it, in a round.
pub fn turn(state: &mut AppState, turn: Turn, jobs: &mut Vec<Job>) {
    let files: Vec<&FileKey> = state.editor.tabs.files.iter().collect();
    let Some(shown) = state.editor.shown.as_ref() else { return };
    let next = turn_among(&files, shown, turn).clone();
    update::open_file(state, next, Then::Edit, jobs);
}

/// Closes the tab in sight.
pub fn close_shown(state: &mut AppState, jobs: &mut Vec<Job>) {
    if state.editor.side() != state.editor.side_of_shown() {
        // No file has the cursor, but what stands beside one.
        return split::join(state);
    }
    if let Some(file) = state.editor.shown.clone() {
        close(state, &file, jobs);
    }
}

/// Closes a tab. Unsaved text stays in memory and in the journal, and is there when the file is opened again.
pub fn close(state: &mut AppState, file: &FileKey, jobs: &mut Vec<Job>) {
    let editor = &mut state.editor;
    let neighbour = editor.tabs.take_away(file);
    if let Some(document) = editor.document(file) {
        let place = (document.pane.buffer.cursor(), document.pane.viewport.top);
        editor.tabs.places.insert(file.clone(), place);
    }
    editor.tabs.closed.retain(|closed| closed != file);
    editor.tabs.closed.push(file.clone());
    if editor.tabs.closed.len() > CLOSED_MAX {
        let forgotten = editor.tabs.closed.remove(0);
        editor.tabs.places.remove(&forgotten);
    }
    let unsaved = editor.document(file).is_some_and(|document| document.pane.buffer.is_dirty());
    if editor.shown.as_ref() == Some(file) {
        editor.shown = None;
        state.find = None;
        if let Some(neighbour) = neighbour {
            update::open_file(state, neighbour, Then::Edit, jobs);
        }
    }
    if unsaved {
        let title = state.editor.tabs.title(file);
        state.inform(format!(
            "Closed {title}; its unsaved text is kept, and there when you open it again"
        ));
    }
}

/// Closes every tab but the one in sight.
pub fn close_others(state: &mut AppState, jobs: &mut Vec<Job>) {
    let others: Vec<FileKey> = state
        .editor
        .tabs
        .files
        .iter()
        .filter(|file| state.editor.shown.as_ref() != Some(*file))
        .cloned()
        .collect();
    let unsaved = others.iter().filter(|file| {
        state.editor.document(file).is_some_and(|document| document.pane.buffer.is_dirty())
    });
    let unsaved = unsaved.count();
    for file in &others {
        close(state, file, jobs);
    }
    let closed = crate::app::status::count(others.len(), "tab");
    state.inform(match unsaved {
        0 => format!("Closed {closed}"),
        n => format!(
            "Closed {closed}; unsaved text of {n} is kept, and there when you open them again"
        ),
    });
}

/// Opens the file again that was closed last.
pub fn reopen(state: &mut AppState, jobs: &mut Vec<Job>) {
    if let Some(file) = state.editor.tabs.closed.pop() {
        update::open_file(state, file, Then::Edit, jobs);
    }
}

/// Takes in which files were open when the program was last left.
pub fn left_open(state: &mut AppState, left: OpenFiles) {
    let tabs = &mut state.editor.tabs;
    for OpenFile { file, line, column, top } in &left.files {
        tabs.places.insert(file.clone(), (Position::new(*line, *column), *top));
    }
    let before = left.files.into_iter().map(|open| open.file);
    let mut files: Vec<FileKey> = before.collect();
    files.extend(
        tabs.files.iter().filter(|file| !files.contains(file)).cloned().collect::<Vec<_>>(),
    );
    tabs.files = files;
    for file in left.recent {
        if !tabs.recent.contains(&file) {
            tabs.recent.push(file);
        }
    }
    tabs.last_shown = left.shown;
}

/// Asks that the open files are remembered, when others are open than were remembered last.
pub fn settle(state: &mut AppState, jobs: &mut Vec<Job>) {
    let tabs = &state.editor.tabs;
    let is_kept = |kept: &OpenFiles| {
        kept.files.iter().map(|open| &open.file).eq(&tabs.files)
            && kept.shown == state.editor.shown
            && kept.editing == (state.screen == Screen::Editor)
    };
    // Before anything was opened, what is remembered stays.
    let kept = tabs.kept.as_ref();
    if !kept.map_or(state.editor.shown.is_none(), is_kept) {
        keep(state, jobs);
    }
}

/// Asks that the open files and their cursors are remembered now: the program is left.
pub fn keep_now(state: &mut AppState, jobs: &mut Vec<Job>) {
    if state.editor.tabs.kept.is_some() {
        keep(state, jobs);
    }
}

fn keep(state: &mut AppState, jobs: &mut Vec<Job>) {
    let open = open_files(state);
    if state.project.kind == ProjectKind::Workspace {
        jobs.push(Job::Disk(DiskJob::KeepOpenFiles(Box::new(open.clone()))));
    }
    state.editor.tabs.kept = Some(open);
}

fn open_files(state: &AppState) -> OpenFiles {
    let tabs = &state.editor.tabs;
    let place = |file: &FileKey| {
        let document = state.editor.document(file);
        let open = document.map(|d| (d.pane.buffer.cursor(), d.pane.viewport.top));
        open.or_else(|| tabs.places.get(file).copied()).unwrap_or_default()
    };
    let files = tabs.files.iter().map(|file| {
        let (cursor, top) = place(file);
        OpenFile { file: file.clone(), line: cursor.line, column: cursor.column, top }
    });
    OpenFiles {
        files: files.collect(),
        shown: state.editor.shown.clone(),
        editing: state.screen == Screen::Editor,
        recent: tabs.recent.clone(),
    }
}

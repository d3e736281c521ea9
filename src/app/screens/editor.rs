//! The Editor screen: the open files, the one in sight, the sidebar.

use super::fixes;
use super::formatting;
use super::payload_tree::PayloadTree;
use super::session::Session;
use super::split::{self, Side, Split};
use super::tabs::{self, Tabs};
use crate::app::action::{EditorAction, Turn};
use crate::app::assist::{self, Assist};
use crate::app::job::{Contents, DiskJob, Job, Surroundings, TextId};
use crate::app::layout;
use crate::app::list::Cursor;
use crate::app::state::{AppState, Pane, Project, Screen};
use crate::app::tab_strip;
use crate::app::text_pane::TextPane;
use crate::domain::{Diagnostic, EventId, FileKey, LambdaName};
use crate::editor::{Position, Revision, StoredHistory};
use crate::language::highlight::Syntax;
use crate::language::schema::PayloadSchema;
use crate::workspace::{JournalEntry, JournalKey, Stamp};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is known of each lambda that was open.
type Sessions = BTreeMap<LambdaName, Session>;

/// A file that is open.
#[derive(Debug)]
pub struct Document {
    /// Which.
    pub file: FileKey,
    /// Its text.
    pub pane: TextPane,
    /// What its file looked like when it was last read or written.
    pub stamp: Option<Stamp>,
    /// The state of its file that its person was told of as another program's, if there is one that was not taken in.
    pub told: Option<Stamp>,
    /// The revision that is being written.
    pub saving: Option<Revision>,
    /// The revision whose history is kept for the next session.
    history_kept: Revision,
    /// The revision that the journal holds, if it holds one.
    journaled: Option<Revision>,
    /// The revision that was last sent to be checked, and what was known around it.
    checked: Option<(Revision, Surroundings)>,
}

impl Document {
    /// A file that has just been read.
    pub fn new(id: TextId, file: FileKey, text: &str, stamp: Option<Stamp>) -> Self {
        let syntax = if file.is_source() { Syntax::Rhai } else { Syntax::Json };
        let pane = TextPane::new(id, syntax, text);
        let history_kept = pane.buffer.revision();
        Self {
            file,
            pane,
            stamp,
            told: None,
            saving: None,
            history_kept,
            journaled: None,
            checked: None,
        }
    }

    /// Gives it the history that its text had in earlier sessions.
    pub fn restore_history(&mut self, history: StoredHistory) {
        self.pane.buffer.restore_history(history);
        self.history_kept = self.pane.buffer.revision();
    }

    /// Keeps the history of a saved text for the next session, when it is not kept yet.
    pub fn keep_history(&mut self, jobs: &mut Vec<Job>) {
        let revision = self.pane.buffer.revision();
        if self.pane.buffer.is_dirty() || self.history_kept == revision {
            return;
        }
        self.history_kept = revision;
        jobs.push(Job::Disk(DiskJob::KeepHistory {
            file: self.file.clone(),
            text: self.contents(),
            history: Box::new(self.pane.buffer.stored_history()),
        }));
    }

    /// Its text as it is to be written.
    pub fn contents(&self) -> Contents {
        Contents(self.pane.buffer.snapshot())
    }

    /// Keeps the unsaved text at once, ahead of what settling would ask for.
    pub fn journal_now(&mut self, jobs: &mut Vec<Job>) {
        self.journaled = Some(self.pane.buffer.revision());
        jobs.push(Job::Disk(DiskJob::Journal {
            key: JournalKey::from(&self.file),
            text: self.contents(),
            saved_as: None,
        }));
    }

    /// The lambda is called `to` from now on; what is kept is kept under that name before the old entry goes.
    pub fn renamed(&mut self, to: LambdaName, jobs: &mut Vec<Job>) {
        let renamed = self.file.renamed(to);
        let old = std::mem::replace(&mut self.file, renamed);
        // An answer to a save under the old name finds nobody.
        self.saving = None;
        if self.journaled.take().is_some() {
            if self.pane.buffer.is_dirty() {
                self.journal_now(jobs);
            }
            jobs.push(Job::Disk(DiskJob::ForgetJournal(JournalKey::from(&old))));
        }
    }

    /// Asks for what follows from the text: its check, and that unsaved text is kept.
    fn settle(&mut self, project: &Project, sessions: &Sessions, jobs: &mut Vec<Job>) {
        self.check(project, sessions, jobs);
        let revision = self.pane.buffer.revision();
        match (self.pane.buffer.is_dirty(), self.journaled) {
            (true, kept) if kept != Some(revision) => self.journal_now(jobs),
            (false, Some(_)) => {
                self.journaled = None;
                jobs.push(Job::Disk(DiskJob::ForgetJournal(JournalKey::from(&self.file))));
            }
            _ => {}
        }
    }

    fn check(&mut self, project: &Project, sessions: &Sessions, jobs: &mut Vec<Job>) {
        let (text, revision) = (self.pane.id, self.pane.buffer.revision());
        let rope = || self.pane.buffer.rope().clone();
        let lambda = self.file.lambda();
        let surroundings = assist::surroundings(project, sessions, lambda);
        let now = match &self.file {
            FileKey::Source(_) => (revision, surroundings),
            FileKey::Payload(..) => {
                (revision, Surroundings { event: surroundings.event, ..Surroundings::default() })
            }
        };
        if self.checked.as_ref() == Some(&now) {
            return;
        }
        jobs.push(match &self.file {
            FileKey::Source(_) => {
                let limit = project.limits_of(lambda).source_chars;
                let surroundings = now.1.clone();
                Job::Diagnose { text, revision, rope: rope(), limit, surroundings }
            }
            FileKey::Payload(..) => {
                let event = now.1.event.clone();
                Job::CheckPayload { text, revision, event, rope: rope() }
            }
        });
        self.checked = Some(now);
    }

    /// Nobody needs it any more: it has no tab, and the disk holds its text.
    fn is_over(&self, tabs: &Tabs) -> bool {
        !self.pane.buffer.is_dirty()
            && self.saving.is_none()
            && self.journaled.is_none()
            && !tabs.files.contains(&self.file)
    }
}

/// What the sidebar shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SidebarTab {
    /// The payload of the lambda's event.
    #[default]
    Payload,
    /// What is known of the name under the cursor.
    Docs,
    /// The functions and constants of the source.
    Outline,
    /// What is wrong with the source.
    Problems,
}

impl SidebarTab {
    /// All of them in their order.
    pub const ALL: [Self; 4] = [Self::Payload, Self::Docs, Self::Outline, Self::Problems];

    /// Its name.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Payload => "Payload",
            Self::Docs => "Docs",
            Self::Outline => "Outline",
            Self::Problems => "Problems",
        }
    }
}

/// What stands beside the code.
#[derive(Clone, Debug)]
pub struct Sidebar {
    /// It is shown where there is room.
    pub visible: bool,
    /// What it shows.
    pub tab: SidebarTab,
    /// The payload as a tree.
    pub tree: PayloadTree,
    /// The part in sight of what is known of a name.
    pub docs: Cursor,
    /// The selected entry of the outline.
    pub outline: Cursor,
    /// The selected problem.
    pub problems: Cursor,
}

/// What an earlier session left unsaved.
#[derive(Clone, Debug)]
pub struct Unsaved {
    /// The text.
    pub text: String,
    /// The name that the payload was saved under before.
    pub saved_as: Option<String>,
}

impl From<JournalEntry> for Unsaved {
    fn from(entry: JournalEntry) -> Self {
        Self { text: entry.text, saved_as: entry.saved_as }
    }
}

/// The Editor screen.
#[derive(Debug)]
pub struct EditorScreen {
    /// The texts of the open files, and of closed ones as long as they are unsaved.
    pub documents: Vec<Document>,
    /// Which files are open.
    pub tabs: Tabs,
    /// The file in sight.
    pub shown: Option<FileKey>,
    /// What stands beside it, and which of the two has the cursor.
    pub split: Option<Split>,
    /// The pane that has the focus.
    pub focus: Pane,
    /// What stands beside the code.
    pub sidebar: Sidebar,
    /// The schemas of the events, as far as they are ready.
    pub schemas: BTreeMap<EventId, Arc<PayloadSchema>>,
    /// What is known of the source in sight, and offered.
    pub assist: Assist,
    /// Texts of an earlier session that their lambdas get once they are open.
    pub to_restore: BTreeMap<JournalKey, Unsaved>,
    /// The text of which a problem is to be taken away as soon as its problems are known.
    pub fix_awaited: Option<TextId>,
}

impl Default for EditorScreen {
    fn default() -> Self {
        Self {
            documents: Vec::new(),
            tabs: Tabs::default(),
            shown: None,
            split: None,
            focus: Pane::Code,
            sidebar: Sidebar {
                visible: true,
                tab: SidebarTab::Payload,
                tree: PayloadTree::default(),
                docs: Cursor::default(),
                outline: Cursor::default(),
                problems: Cursor::default(),
            },
            schemas: BTreeMap::new(),
            assist: Assist::default(),
            to_restore: BTreeMap::new(),
            fix_awaited: None,
        }
    }
}

impl EditorScreen {
    /// The lambda that the file in sight belongs to.
    pub fn lambda(&self) -> Option<&LambdaName> {
        self.shown.as_ref().map(FileKey::lambda)
    }

    /// The text of a file that has been read.
    pub fn document(&self, file: &FileKey) -> Option<&Document> {
        self.documents.iter().find(|document| document.file == *file)
    }

    /// The text of a file that has been read.
    pub fn document_mut(&mut self, file: &FileKey) -> Option<&mut Document> {
        self.documents.iter_mut().find(|document| document.file == *file)
    }

    /// The source of a lambda, when it has been read.
    pub fn source(&self, lambda: &LambdaName) -> Option<&Document> {
        self.document(&FileKey::Source(lambda.clone()))
    }

    /// The source of a lambda, when it has been read.
    pub fn source_mut(&mut self, lambda: &LambdaName) -> Option<&mut Document> {
        self.document_mut(&FileKey::Source(lambda.clone()))
    }
}

/// Carries out a command of the Editor screen.
pub fn apply(state: &mut AppState, action: EditorAction, jobs: &mut Vec<Job>) {
    match action {
        EditorAction::Save => formatting::save(state, jobs),
        EditorAction::Format => formatting::format(state, jobs),
        EditorAction::Overwrite => save(state, Expect::Anything, jobs),
        EditorAction::Revert => {
            if let Some(document) = state.document() {
                let file = document.file.clone();
                jobs.push(Job::Disk(DiskJob::Reread(file)));
            }
        }
        EditorAction::TurnProblem(turn) => turn_problem(state, turn),
        EditorAction::Fix => fixes::offer(state),
        EditorAction::TurnFile(turn) => tabs::turn(state, turn, jobs),
        EditorAction::CloseFile => tabs::close_shown(state, jobs),
        EditorAction::Split => split::toggle(state, jobs),
        EditorAction::SameFileBeside => split::same_file(state),
        EditorAction::CloseOthers => tabs::close_others(state, jobs),
        EditorAction::ReopenFile => tabs::reopen(state, jobs),
        EditorAction::ToggleSidebar => {
            let sidebar = &mut state.editor.sidebar;
            sidebar.visible = !sidebar.visible;
            if !sidebar.visible {
                split::focus_text(state);
            }
        }
        EditorAction::FocusSidebar => {
            state.editor.sidebar.visible = true;
            if state.editor.focus == Pane::Sidebar {
                split::focus_text(state);
            } else {
                state.editor.focus = Pane::Sidebar;
            }
        }
        EditorAction::TurnTab(turn) => {
            state.editor.sidebar.tab = turn_among(&SidebarTab::ALL, state.editor.sidebar.tab, turn);
        }
        EditorAction::OpenProblem => {
            let selected = state.editor.sidebar.problems.selected;
            if let Some(problem) =
                state.document().and_then(|d| d.pane.diagnostics.get(selected)).cloned()
            {
                show_problem(state, &problem);
            }
        }
    }
}

/// What a save expects to find on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// The file as it was read; anything else asks first.
    Unchanged,
    /// Whatever is there may go.
    Anything,
}

/// Writes the file in sight.
pub fn save(state: &mut AppState, expect: Expect, jobs: &mut Vec<Job>) {
    if let Some(file) = state.editor.shown.clone() {
        save_file(state, &file, expect, jobs);
    }
}

/// Writes a file that is open.
pub fn save_file(state: &mut AppState, file: &FileKey, expect: Expect, jobs: &mut Vec<Job>) {
    let Some(document) = state.editor.document_mut(file) else { return };
    let revision = document.pane.buffer.revision();
    if document.saving == Some(revision) {
        return;
    }
    document.saving = Some(revision);
    document.history_kept = revision;
    jobs.push(Job::Disk(DiskJob::Save {
        file: document.file.clone(),
        revision,
        text: document.contents(),
        history: Box::new(document.pane.buffer.stored_history()),
        expected: document.stamp.filter(|_| expect == Expect::Unchanged),
    }));
}

/// The entry behind or before `current`, in a round.
pub fn turn_among<T: Copy + PartialEq>(all: &[T], current: T, turn: Turn) -> T {
    let at = all.iter().position(|entry| *entry == current).unwrap_or(0);
    let step = match turn {
        Turn::Next => 1,
        Turn::Previous => all.len() - 1,
    };
    all[(at + step) % all.len()]
}

/// The problem behind or before `cursor`, in a round.
pub fn neighbouring_problem(
    problems: &[Diagnostic],
    cursor: Position,
    turn: Turn,
) -> Option<&Diagnostic> {
    let start = |d: &&Diagnostic| Position::from(d.range.start);
    match turn {
        Turn::Next => problems.iter().filter(|d| start(d) > cursor).min_by_key(start),
        Turn::Previous => problems.iter().filter(|d| start(d) < cursor).max_by_key(start),
    }
    .or_else(|| match turn {
        Turn::Next => problems.iter().min_by_key(start),
        Turn::Previous => problems.iter().max_by_key(start),
    })
}

fn turn_problem(state: &mut AppState, turn: Turn) {
    let Some(document) = state.document() else { return };
    let cursor = document.pane.buffer.cursor();
    if let Some(problem) = neighbouring_problem(&document.pane.diagnostics, cursor, turn).cloned() {
        show_problem(state, &problem);
    }
}

fn show_problem(state: &mut AppState, problem: &Diagnostic) {
    go_to(state, problem.range.start.into());
    let help = problem.help.as_deref().map(|help| format!("; {help}")).unwrap_or_default();
    state.warn(format!("{}{help}", problem.message));
}

/// Shows a place of the file in sight.
pub fn go_to(state: &mut AppState, position: Position) {
    state.screen = Screen::Editor;
    split::focus_shown(state);
    let area = layout::text_area(state, state.editor.focus);
    if let Some(document) = state.document_mut() {
        document.pane.go_to(position, area);
    }
}

/// Brings the screen up to date after a change.
pub fn settle(state: &mut AppState, jobs: &mut Vec<Job>) {
    for document in &mut state.editor.documents {
        document.settle(&state.project, &state.invoke.sessions, jobs);
    }
    let editor = &mut state.editor;
    for mut over in editor.documents.extract_if(.., |document| document.is_over(&editor.tabs)) {
        over.keep_history(jobs);
        jobs.push(Job::ForgetText(over.pane.id));
    }
    split::drop_what_is_gone(state, jobs);
    tabs::settle(state, jobs);
    if state.screen != Screen::Editor {
        return;
    }
    settle_texts(state, jobs);
    if let Some(rect) = layout::layout(state).pane(Pane::Code) {
        tab_strip::settle(state, rect);
    }
    let height = layout::list_height(state, Pane::Sidebar);
    if let Some(document) = state.document_mut() {
        let problems = document.pane.diagnostics.len();
        state.editor.sidebar.problems.settle(problems, height);
        state.editor.sidebar.outline.settle(state.editor.assist.outline.len(), height);
    }
    state.editor.sidebar.tree.settle(height);
}

/// Brings the texts on both sides up to date.
fn settle_texts(state: &mut AppState, jobs: &mut Vec<Job>) {
    let shown = state.editor.side_of_shown();
    let area = layout::text_area(state, shown.pane());
    let changes =
        state.document_mut().map_or_else(Vec::new, |document| document.pane.settle(area, jobs));
    split::settle(state, &changes, jobs);
    let other = match shown {
        Side::First => Side::Second,
        Side::Second => Side::First,
    };
    let area = layout::text_area(state, other.pane());
    let mirrors = state.editor.split.as_ref().is_some_and(|split| split.mirror.is_some());
    if state.editor.split.is_none() {
        return;
    }
    if let Some(pane) = state.text_in_mut(other.pane()) {
        if mirrors {
            pane.show(area, jobs);
        } else {
            pane.settle(area, jobs);
        }
    }
}

//! The palette: one box over files, functions, lines, commands and tabs. The first character says which of them.

use super::Dialog;
use super::commands;
use super::picker::{Entry, Picker};
use crate::app::action::{DialogAction, FieldAction, ListAction, Turn};
use crate::app::command::{COMMANDS, Command};
use crate::app::field::Field;
use crate::app::job::{DiskJob, Job, Then};
use crate::app::layout;
use crate::app::screens::{find, split};
use crate::app::state::{AppState, Screen};
use crate::app::text_pane::{TextPane, pane_size};
use crate::app::{assist, update};
use crate::domain::FileKey;
use crate::editor::{PaneSize, Position, Viewport};
use crate::language::highlight::Syntax;

/// What the box looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Lambdas and saved payloads.
    Files,
    /// The functions of the file in sight.
    Functions,
    /// A line of the text in sight.
    Line,
    /// Everything that can be done.
    Commands,
    /// The open files.
    Tabs,
}

impl Mode {
    /// The modes that a first character chooses, each with its name.
    pub const PREFIXES: [(Self, char, &'static str); 4] = [
        (Self::Functions, '@', "functions"),
        (Self::Line, ':', "line"),
        (Self::Commands, '>', "commands"),
        (Self::Tabs, '#', "tabs"),
    ];

    fn of(text: &str) -> Self {
        let first = text.chars().next();
        let chosen = Self::PREFIXES.iter().find(|(_, prefix, _)| Some(*prefix) == first);
        chosen.map_or(Self::Files, |(mode, _, _)| *mode)
    }

    /// What is typed to come into this mode.
    fn prefix(self) -> String {
        let own = Self::PREFIXES.iter().find(|(mode, _, _)| *mode == self);
        own.map_or_else(String::new, |(_, prefix, _)| prefix.to_string())
    }
}

/// Something that can be gone to or done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A file.
    File(FileKey),
    /// A place in the file in sight.
    Place(Position),
    /// A command, by its id.
    Command(&'static str),
    /// Another mode of the box.
    Mode(Mode),
}

/// A file shown beside the list.
#[derive(Debug)]
pub struct Preview {
    /// Which.
    pub file: FileKey,
    /// Its text.
    pub pane: TextPane,
    /// The line that is meant, when it is one.
    pub line: Option<usize>,
}

/// The palette.
#[derive(Debug)]
pub struct QuickOpen {
    /// What is typed, and what matches it.
    pub picker: Picker<Target>,
    /// What the box looks for.
    pub mode: Mode,
    /// What to say when there is nothing to look among.
    pub nothing: &'static str,
    /// The selected file.
    pub preview: Option<Preview>,
    /// The line that was typed, when the text in sight has it.
    pub line: Option<Position>,
    /// A file that the disk was asked for.
    asked: Option<FileKey>,
    /// The saved payloads of all lambdas, once the disk has told.
    payloads: Vec<FileKey>,
    /// What the list was made for: the mode, and whether nothing is looked for yet.
    listed: Option<(Mode, bool)>,
    /// The part of the text that was in sight before lines were typed.
    before: Option<Viewport>,
}

/// Opens the box; the key that opened it closes it again.
pub fn open(state: &mut AppState, mode: Mode, jobs: &mut Vec<Job>) {
    if let Some(Dialog::QuickOpen(_)) = state.dialogs.last() {
        return close(state, jobs);
    }
    let mut picker = Picker::new(Vec::new());
    picker.field = Field::new(&mode.prefix());
    let mut dialog = QuickOpen {
        picker,
        mode,
        nothing: "",
        preview: None,
        line: None,
        asked: None,
        payloads: Vec::new(),
        listed: None,
        before: None,
    };
    dialog.list_anew(state);
    state.dialogs.push(Dialog::QuickOpen(Box::new(dialog)));
    jobs.push(Job::Disk(DiskJob::ListPayloads));
}

impl QuickOpen {
    /// The list has a text beside it where there is room.
    pub const fn takes_preview(&self) -> bool {
        matches!(self.mode, Mode::Files | Mode::Tabs | Mode::Functions)
    }

    /// Lists what the typed text asks for.
    fn list_anew(&mut self, state: &AppState) {
        let text = self.picker.field.text();
        let mode = Mode::of(text);
        let prefix = usize::from(mode != Mode::Files);
        let empty = text.chars().skip(prefix).all(char::is_whitespace);
        self.mode = mode;
        if self.listed == Some((mode, empty)) {
            return;
        }
        self.listed = Some((mode, empty));
        let (entries, nothing) = match mode {
            Mode::Files => (self.files(state, empty), ""),
            Mode::Functions => (functions(state), "There is no function in the file in sight."),
            Mode::Line => (Vec::new(), ""),
            Mode::Commands => (commands::entries(state), ""),
            Mode::Tabs => (tabs(state), "No file is open."),
        };
        self.nothing = nothing;
        self.picker.offer(entries, prefix);
    }

    /// Before anything is typed: the files that were looked at last, the others, and where else the box leads. While
    /// one types: the files that match, then the commands, so that nobody has to know of the prefixes to find one.
    fn files(&self, state: &AppState, empty: bool) -> Vec<Entry<Target>> {
        let shown = state.editor.shown.as_ref().filter(|_| state.screen == Screen::Editor);
        let recent = &state.editor.tabs.recent;
        let known = |file: &&FileKey| state.project.lambda(file.lambda()).is_some();
        let last: Vec<&FileKey> =
            recent.iter().filter(|file| Some(*file) != shown).filter(known).collect();
        let lambdas: Vec<FileKey> = state
            .project
            .lambdas
            .iter()
            .map(|lambda| FileKey::Source(lambda.name.clone()))
            .collect();
        let is_last: std::collections::HashSet<&FileKey> = last.iter().copied().collect();
        let others = |files: &'_ [FileKey]| -> Vec<FileKey> {
            files.iter().filter(|file| !is_last.contains(file)).cloned().collect()
        };
        let entry = |file: &FileKey, group: &str| file_entry(state, file).in_group(group);
        let group = |own| if empty { own } else { "Files" };
        let mut entries: Vec<Entry<Target>> =
            last.iter().map(|file| entry(file, group("Recent"))).collect();
        entries.extend(others(&lambdas).iter().map(|file| entry(file, group("Lambdas"))));
        entries
            .extend(others(&self.payloads).iter().map(|file| entry(file, group("Saved payloads"))));
        if empty {
            entries.extend(Mode::PREFIXES.iter().map(|(mode, prefix, name)| {
                Entry::new(format!("{prefix} {name}"), Target::Mode(*mode)).in_group("Type first")
            }));
        } else {
            let commands = commands::entries(state).into_iter();
            entries.extend(commands.map(|entry| entry.in_group("Commands")));
        }
        entries
    }
}

/// A file as an entry; its name is what one types, its event stands behind.
fn file_entry(state: &AppState, file: &FileKey) -> Entry<Target> {
    let unsaved = state.editor.document(file).is_some_and(|open| open.pane.buffer.is_dirty());
    let mark = if unsaved { "* " } else { "" };
    let event = state.project.event_of(file.lambda()).map_or("", |event| &event.name);
    let target = Target::File(file.clone());
    match file {
        FileKey::Source(name) => {
            Entry::new(name.as_str(), target).with_right(format!("{mark}{event}"))
        }
        FileKey::Payload(lambda, name) => {
            Entry::new(format!("{lambda}/{name}.json"), target).with_right(mark.trim_end())
        }
    }
}

fn tabs(state: &AppState) -> Vec<Entry<Target>> {
    let files = state.editor.tabs.files.iter();
    files.map(|file| file_entry(state, file)).collect()
}

/// The functions and constants of the file in sight, in the order of their lines.
fn functions(state: &AppState) -> Vec<Entry<Target>> {
    let Some(document) = state.document().filter(|document| document.file.is_source()) else {
        return Vec::new();
    };
    let entries = state.editor.assist.analysis(document.pane.id).map(|it| it.outline());
    let found = entries.unwrap_or_default().into_iter().map(|entry| {
        let start = entry.name_range.start;
        let target = Target::Place(start.into());
        Entry::new(format!("{}{}", entry.name, entry.detail), target)
            .with_right(start.line.to_string())
    });
    found.collect()
}

/// Edits what is typed, and lists what it asks for.
pub fn edit(state: &mut AppState, edit: impl FnOnce(&mut Picker<Target>)) {
    let Some(Dialog::QuickOpen(mut dialog)) = state.dialogs.pop() else { return };
    edit(&mut dialog.picker);
    dialog.list_anew(state);
    show_line(state, &mut dialog);
    state.dialogs.push(Dialog::QuickOpen(dialog));
}

/// Edits the field of the box.
pub fn field(state: &mut AppState, action: FieldAction) {
    let clipboard = state.desk.clipboard.clone();
    edit(state, |picker| picker.edit(action, &clipboard));
}

/// Shows the typed line in the middle of the text in sight, and what was there before when none is typed any more.
fn show_line(state: &mut AppState, dialog: &mut QuickOpen) {
    let typed = dialog.picker.field.text().strip_prefix(':').and_then(position_of);
    let area = layout::text_area(state, find::searched_pane(state));
    dialog.line = None;
    let Some(pane) = state.text_pane_mut() else { return };
    let count = pane.buffer.line_count();
    let before = *dialog.before.get_or_insert(pane.viewport);
    match typed.filter(|place| place.line < count) {
        Some(place) => {
            pane.viewport.centre(place.line, pane_size(area), count);
            dialog.line = Some(place);
        }
        None => pane.viewport = before,
    }
}

/// A line, or a line and a column, as a person counts them.
fn position_of(text: &str) -> Option<Position> {
    let (line, column) = text.split_once(':').unwrap_or((text, ""));
    let number = |text: &str| text.trim().parse::<usize>().ok().filter(|number| *number > 0);
    let column = if column.trim().is_empty() { 1 } else { number(column)? };
    Some(Position::new(number(line)? - 1, column - 1))
}

/// Takes in the saved payloads of all lambdas.
pub fn payloads_listed(state: &mut AppState, payloads: Vec<FileKey>) {
    let at = state.dialogs.iter().position(|dialog| matches!(dialog, Dialog::QuickOpen(_)));
    let Some(at) = at else { return };
    let Dialog::QuickOpen(mut dialog) = state.dialogs.remove(at) else { return };
    if dialog.payloads != payloads {
        dialog.payloads = payloads;
        if dialog.mode == Mode::Files {
            let selected = dialog.picker.selected().map(|entry| entry.value.clone());
            dialog.listed = None;
            dialog.list_anew(state);
            if let Some(selected) = selected {
                dialog.picker.select(|target| *target == selected);
            }
        }
    }
    state.dialogs.insert(at, Dialog::QuickOpen(dialog));
}

/// Takes in the text of a file that is to be shown beside the list; one that is not selected any more is dropped.
pub fn peeked(state: &mut AppState, file: &FileKey, text: &str) {
    let id = state.next_text_id();
    let Some(Dialog::QuickOpen(dialog)) = state.dialogs.last_mut() else { return };
    if dialog.asked.take_if(|asked| asked == file).is_some() {
        let pane = TextPane::new(id, syntax(file), text);
        dialog.preview = Some(Preview { file: file.clone(), pane, line: None });
    }
}

const fn syntax(file: &FileKey) -> Syntax {
    if file.is_source() { Syntax::Rhai } else { Syntax::Json }
}

/// Carries out a command of the box.
pub fn apply(
    state: &mut AppState,
    mut dialog: Box<QuickOpen>,
    action: DialogAction,
    jobs: &mut Vec<Job>,
) {
    match action {
        DialogAction::Accept => accept(state, dialog, jobs),
        DialogAction::AcceptBeside => {
            split::go_beside(state);
            accept(state, dialog, jobs);
        }
        DialogAction::Back => {
            state.dialogs.push(Dialog::QuickOpen(dialog));
            close(state, jobs);
        }
        DialogAction::ScrollPreview(turn) => {
            if let Some(preview) = &mut dialog.preview {
                let count = preview.pane.buffer.line_count();
                let lines = if turn == Turn::Next { 4 } else { -4 };
                preview.pane.viewport.scroll_by(lines, PaneSize { lines: 4, cells: 1 }, count);
            }
            state.dialogs.push(Dialog::QuickOpen(dialog));
        }
        _ => state.dialogs.push(Dialog::QuickOpen(dialog)),
    }
}

/// Closes the box and puts back what was in sight.
fn close(state: &mut AppState, jobs: &mut Vec<Job>) {
    let Some(Dialog::QuickOpen(dialog)) = state.dialogs.pop() else { return };
    jobs.extend(dialog.preview.map(|preview| Job::ForgetText(preview.pane.id)));
    if let (Some(before), Some(pane)) = (dialog.before, state.text_pane_mut()) {
        pane.viewport = before;
    }
}

fn accept(state: &mut AppState, mut dialog: Box<QuickOpen>, jobs: &mut Vec<Job>) {
    let selected = dialog.picker.selected().map(|entry| entry.value.clone());
    let place = dialog.line.filter(|_| dialog.mode == Mode::Line);
    match (place, selected) {
        (Some(place), _) => go_to(state, place),
        (None, Some(Target::Mode(mode))) => {
            dialog.picker.field = Field::new(&mode.prefix());
            dialog.list_anew(state);
            return state.dialogs.push(Dialog::QuickOpen(dialog));
        }
        (None, Some(Target::File(file))) => update::open_file(state, file, Then::Edit, jobs),
        (None, Some(Target::Place(place))) => assist::go_to(state, place),
        (None, Some(Target::Command(id))) => {
            let Some(command) = COMMANDS.iter().find(|command| command.id == id) else { return };
            if let Err(reason) = commands::take(state, command, jobs) {
                state.dialogs.push(Dialog::QuickOpen(dialog));
                return state.warn(reason);
            }
        }
        (None, None) => return state.dialogs.push(Dialog::QuickOpen(dialog)),
    }
    jobs.extend(dialog.preview.map(|preview| Job::ForgetText(preview.pane.id)));
}

fn go_to(state: &mut AppState, place: Position) {
    let area = layout::text_area(state, find::searched_pane(state));
    if let Some(pane) = state.text_pane_mut() {
        pane.go_to(place, area);
    }
}

/// The selected command.
pub fn selected_command(dialog: &QuickOpen) -> Option<&'static Command> {
    let Target::Command(id) = dialog.picker.selected()?.value else { return None };
    COMMANDS.iter().find(|command| command.id == id)
}

/// Moves the selection; `height` entries are in sight.
pub fn list(dialog: &mut QuickOpen, action: ListAction, height: usize) {
    dialog.picker.list(action, height);
}

/// Shows the selected file beside the list: one that is open as it is, another as the disk holds it.
pub fn settle_preview(state: &mut AppState, jobs: &mut Vec<Job>) {
    let area = layout::dialog_layout(state).preview.as_size();
    let Some(Dialog::QuickOpen(dialog)) = state.dialogs.last() else { return };
    let selected = dialog.picker.selected().map(|entry| entry.value.clone());
    let (wanted, line) = match selected {
        _ if area.width == 0 => (None, None),
        Some(Target::File(file)) => (Some(file), None),
        Some(Target::Place(place)) => (state.editor.shown.clone(), Some(place.line)),
        _ => (None, None),
    };
    let shown = dialog.preview.as_ref().map(|preview| preview.file.clone());
    if shown != wanted {
        show_file(state, wanted, jobs);
    }
    let Some(Dialog::QuickOpen(dialog)) = state.dialogs.last_mut() else { return };
    if let Some(preview) = &mut dialog.preview {
        preview.line = line;
        if let Some(line) = line {
            let count = preview.pane.buffer.line_count();
            preview.pane.viewport.centre(line, pane_size(area), count);
        }
        preview.pane.show(area, jobs);
    }
}

fn show_file(state: &mut AppState, wanted: Option<FileKey>, jobs: &mut Vec<Job>) {
    let open = wanted.as_ref().and_then(|file| state.editor.document(file));
    let text = open.map(|document| document.pane.buffer.text());
    let id = state.next_text_id();
    let Some(Dialog::QuickOpen(dialog)) = state.dialogs.last_mut() else { return };
    let mut old = None;
    match (wanted, text) {
        (Some(file), Some(text)) => {
            let pane = TextPane::new(id, syntax(&file), &text);
            old = dialog.preview.replace(Preview { file, pane, line: None });
            dialog.asked = None;
        }
        (Some(file), None) => {
            // What was shown stays until the answer comes: an empty pane in between would flicker.
            if dialog.asked.as_ref() != Some(&file) {
                jobs.push(Job::Disk(DiskJob::Peek(file.clone())));
                dialog.asked = Some(file);
            }
        }
        (None, _) => old = dialog.preview.take(),
    }
    jobs.extend(old.map(|preview| Job::ForgetText(preview.pane.id)));
}

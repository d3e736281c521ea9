//! What happens when a person does something. Routes each action to the screen or dialog that owns it; never waits,
//! never touches the disk, never fails.

use super::action::{Action, AppAction, ListAction, TextAction, Turn};
use super::assist;
use super::command::{Command, command_for};
use super::deployed::{self, job::PlatformJob};
use super::dialogs::{self, Dialog, KeyProbe, key_probe, quick_open};
use super::field::Field;
use super::input::{Input, Key, KeyCode};
use super::job::{DiskJob, Job, Then};
use super::keymap::{self, Meaning};
use super::layout;
use super::mouse;
use super::screens::{
    activity, editor, find, followed_line, invoke, lambdas, output, settings, split, tabs,
};
use super::state::{AppState, Pane, ProjectKind, Screen};
use crate::domain::{FileKey, LambdaName};
use std::borrow::Cow;

/// Takes in what a person did.
pub fn input(state: &mut AppState, input: Input, jobs: &mut Vec<Job>) {
    look_after_quiet(state, &input, jobs);
    match input {
        Input::Key(key) => press(state, key, jobs),
        Input::Mouse(event) => mouse::mouse(state, event, jobs),
        Input::Paste(text) => paste(state, &text, jobs),
        Input::Rush { text, .. } if takes_lines(state) => paste(state, &text, jobs),
        Input::Rush { keys, .. } => keys.into_iter().for_each(|key| press(state, key, jobs)),
        Input::Received(received) => key_probe::received(state, received),
        Input::Resize(size) => state.size = size,
        Input::FocusGained => {
            // Who comes back from elsewhere has no key under way.
            state.desk.is_typing = false;
            look_at_disk(state, jobs);
        }
    }
}

/// Not every terminal tells of the focus: whoever comes back from elsewhere is known by the pause.
fn look_after_quiet(state: &mut AppState, input: &Input, jobs: &mut Vec<Job>) {
    const QUIET_MS: i64 = 2_000;
    if matches!(input, Input::Key(_) | Input::Mouse(_) | Input::Paste(_) | Input::Rush { .. }) {
        state.desk.touched = true;
        state.desk.is_typing = matches!(input, Input::Key(_));
        let pause = state.now_ms - state.desk.last_input_ms;
        state.desk.last_input_ms = state.now_ms;
        if pause >= QUIET_MS {
            look_at_disk(state, jobs);
        }
    }
}

/// Brings everything up to date that follows from the state, and asks for what is missing. Called once after all
/// input at hand was taken in, before the screen is drawn.
pub fn settle(state: &mut AppState, jobs: &mut Vec<Job>) {
    dialogs::settle(state, jobs);
    find::settle(state);
    editor::settle(state, jobs);
    assist::settle(state, jobs);
    invoke::settle(state, jobs);
    activity::settle(state, jobs);
    match state.screen {
        Screen::Lambdas => lambdas::settle(state),
        Screen::Settings => settings::settle(state),
        Screen::Editor | Screen::Invoke | Screen::Activity => {}
    }
}

fn press(state: &mut AppState, key: Key, jobs: &mut Vec<Job>) {
    // Esc has it gone too, and does nothing else then.
    if key.code != KeyCode::Esc {
        state.notice.take_if(|notice| notice.goes_at_key(state.now_ms));
    }
    let meaning = keymap::meaning(state, key);
    state.editor.assist.before_key(key.code);
    state.editor.fix_awaited = None;
    match meaning {
        Some(Meaning::Text(c)) => type_char(state, c, jobs),
        Some(Meaning::Command(command)) => self::command(state, command, jobs),
        None => {
            if let Some(command) = keymap::meant_as_text(state, key) {
                let next = state.keymap.word(Action::App(AppAction::TurnPane(Turn::Next)));
                let (title, show) = (command.title, state.keymap.word(command.action));
                state.inform(format!(
                    "Nothing is typed in this pane: {next} goes to the next one, {show} to {title}"
                ));
            }
        }
    }
}

/// Carries out a command, or says why it cannot be done.
pub fn command(state: &mut AppState, command: &Command, jobs: &mut Vec<Job>) {
    match (command.possible)(state) {
        Ok(()) => act(state, command.action, jobs),
        Err(reason) => {
            state.warn(format!("{}: {}", command.title, reason.told(&state.keymap)));
        }
    }
}

/// Carries out an action by its row in the table, so that it is refused where the table says so.
pub fn request(state: &mut AppState, action: Action, jobs: &mut Vec<Job>) {
    if let Some(row) = command_for(action) {
        command(state, row, jobs);
    }
}

fn type_char(state: &mut AppState, c: char, jobs: &mut Vec<Job>) {
    let now = state.now_ms as u64;
    if !state.dialogs.is_empty() {
        dialogs::type_char(state, c);
    } else if keymap::filtering(state) {
        edit_filter(state, jobs, |field| field.insert(c));
    } else if keymap::finding(state) {
        find::type_char(state, c);
    } else if !is_reading(state) {
        if state.types_in_file() {
            state.editor.assist.typed(c);
        }
        if let Some(pane) = state.text_pane_mut() {
            pane.buffer.type_char(c, now);
        }
    }
}

/// Whether text of several lines has its place where the focus is.
fn takes_lines(state: &AppState) -> bool {
    state.dialogs.is_empty()
        && !keymap::filtering(state)
        && !keymap::finding(state)
        && matches!(state.focus(), Pane::Code | Pane::Beside | Pane::Payload)
}

fn paste(state: &mut AppState, text: &str, jobs: &mut Vec<Job>) {
    if !state.dialogs.is_empty() {
        dialogs::paste(state, text);
    } else if keymap::filtering(state) {
        edit_filter(state, jobs, |field| field.paste(text));
    } else if keymap::finding(state) {
        find::paste(state, text);
    } else if matches!(state.focus(), Pane::Code | Pane::Beside | Pane::Payload)
        && !is_reading(state)
        && let Some(pane) = state.text_pane_mut()
    {
        pane.buffer.paste(text);
    }
}

/// Edits what the lambdas or the runs shown must match.
fn edit_filter(state: &mut AppState, jobs: &mut Vec<Job>, edit: impl FnOnce(&mut Field)) {
    if state.screen == Screen::Activity {
        if let Some(field) = &mut state.activity.filter.field {
            edit(field);
            activity::begin_anew(state, jobs);
        }
    } else if let Some(filter) = &mut state.lambdas.filter {
        edit(&mut filter.field);
        state.lambdas.cursor = super::list::Cursor::default();
    }
}

fn act(state: &mut AppState, action: Action, jobs: &mut Vec<Job>) {
    match action {
        Action::App(action) => app(state, action, jobs),
        Action::List(action) => list(state, action, jobs),
        Action::Lambdas(action) => lambdas::apply(state, action, jobs),
        Action::Text(action) => text(state, action, jobs),
        Action::Find(action) => find::apply(state, action),
        Action::Editor(action) => editor::apply(state, action, jobs),
        Action::Assist(action) => assist::apply(state, action, jobs),
        Action::Tree(action) => tree(state, action, jobs),
        Action::Invoke(action) => invoke::apply(state, action, jobs),
        Action::Output(action) => output::apply(state, action, jobs),
        Action::Settings(action) => settings::apply(state, action, jobs),
        Action::Activity(action) => activity::apply(state, action, jobs),
        Action::Run(action) => activity::run(state, action, jobs),
        Action::Deploy(action) => deployed::actions::apply(state, action, jobs),
        Action::Search(action) => dialogs::search::search(state, action, jobs),
        Action::Dialog(action) if state.dialogs.is_empty() => filter_answer(state, action, jobs),
        Action::Dialog(action) => dialogs::apply(state, action, jobs),
        Action::Field(action) if !state.dialogs.is_empty() => dialogs::field(state, action),
        Action::Field(action) if keymap::filtering(state) => {
            let clipboard = state.desk.clipboard.clone();
            edit_filter(state, jobs, |field| {
                field.apply(action, &clipboard);
            });
        }
        Action::Field(action) => find::edit(state, action),
    }
}

fn app(state: &mut AppState, action: AppAction, jobs: &mut Vec<Job>) {
    match action {
        AppAction::Quit => dialogs::confirm::ask_to_leave(state, jobs),
        AppAction::Help => dialogs::commands::open_help(state),
        AppAction::Palette => quick_open::open(state, quick_open::Mode::Files, jobs),
        AppAction::Commands => quick_open::open(state, quick_open::Mode::Commands, jobs),
        AppAction::Show(screen) => show(state, screen, jobs),
        AppAction::TurnScreen(turn) => {
            let screen = editor::turn_among(&Screen::ALL, state.screen, turn);
            show(state, screen, jobs);
        }
        AppAction::TurnPane(turn) => {
            let pane = editor::turn_among(state.panes(), state.focus(), turn);
            state.set_focus(pane);
        }
        AppAction::Maximise => state.maximised = !state.maximised,
        AppAction::NewLambda => dialogs::new_lambda::open(state, None),
        AppAction::OpenLambda => dialogs::pick::open_lambda(state),
        AppAction::Search => dialogs::search::open(state),
        AppAction::Invoke => {
            if let Some(lambda) = state.at_hand() {
                open_lambda(state, lambda, Then::Invoke, jobs);
            }
        }
        AppAction::ChooseTheme => dialogs::theme::open(state),
        AppAction::ProbeKeys => state.dialogs.push(Dialog::KeyProbe(KeyProbe::default())),
        AppAction::ToggleMouse => {
            state.desk.mouse = !state.desk.mouse;
            jobs.push(Job::CaptureMouse(state.desk.mouse));
            let on = state.desk.mouse;
            state.inform(if on {
                "The mouse works in lambdeck"
            } else {
                "The mouse is the terminal's; select and copy with it"
            });
        }
        AppAction::Suspend => jobs.push(Job::Suspend),
        AppAction::Redraw => jobs.push(Job::Redraw),
        AppAction::Reload => jobs.push(Job::Disk(DiskJob::Load)),
        AppAction::Dismiss => dismiss(state, jobs),
    }
}

/// Leaves. Unsaved text is in the journal before the process ends, so it needs no question.
pub fn quit(state: &mut AppState, jobs: &mut Vec<Job>) {
    for document in &mut state.editor.documents {
        if document.pane.buffer.is_dirty() {
            document.journal_now(jobs);
        } else {
            document.keep_history(jobs);
        }
    }
    for (lambda, session) in &mut state.invoke.sessions {
        if session.payload.buffer.is_dirty() {
            session.journal_now(lambda, jobs);
        }
    }
    tabs::keep_now(state, jobs);
    jobs.push(Job::Quit);
}

fn dismiss(state: &mut AppState, jobs: &mut Vec<Job>) {
    let message = state.notice.take().is_some();
    if message || state.find.take().is_some() {
        return;
    }
    if state.text_pane_mut().is_some_and(|pane| pane.buffer.keep_primary()) {
        return;
    }
    if let Some(pane) = state.text_pane_mut().filter(|pane| pane.buffer.selection().is_some()) {
        pane.buffer.clear_selection();
    } else if state.screen == Screen::Activity && activity::clear_filter(state, jobs) {
    } else if state.screen != Screen::Lambdas || !state.lambdas.clear_filter(&state.project) {
        state.maximised = false;
    }
}

fn show(state: &mut AppState, screen: Screen, jobs: &mut Vec<Job>) {
    let shows_a_file = matches!(screen, Screen::Editor | Screen::Invoke);
    let nothing_open = shows_a_file && state.editor.shown.is_none();
    let last_shown = state.editor.tabs.last_shown.clone().filter(|_| screen == Screen::Editor);
    match last_shown.or_else(|| state.at_hand().map(FileKey::Source)).filter(|_| nothing_open) {
        Some(file) if screen == Screen::Editor => open_file(state, file, Then::Edit, jobs),
        Some(file) => open_file(state, file, Then::Look, jobs),
        None if nothing_open => {
            let [find, make] = [AppAction::OpenLambda, AppAction::NewLambda]
                .map(|action| state.keymap.word(Action::App(action)));
            state.warn(format!("Open a lambda first: {find} finds one, {make} makes one"));
        }
        None => state.screen = screen,
    }
    state.find = None;
    if screen == Screen::Lambdas {
        look_at_disk(state, jobs);
    }
    if screen == Screen::Activity {
        activity::look(state, jobs);
    }
    if screen == Screen::Settings {
        jobs.push(Job::Disk(DiskJob::ListSecrets));
        jobs.push(Job::Platform(PlatformJob::Look));
    }
}

fn list(state: &mut AppState, action: ListAction, jobs: &mut Vec<Job>) {
    if !state.dialogs.is_empty() {
        return dialogs::list(state, action);
    }
    match state.focus() {
        Pane::Lambdas | Pane::Events => lambdas::list(state, action),
        Pane::Settings => settings::list(state, action),
        Pane::Sidebar => {
            let height = layout::list_height(state, Pane::Sidebar);
            let problems = state.document().map_or(0, |document| document.pane.diagnostics.len());
            match state.editor.sidebar.tab {
                editor::SidebarTab::Payload => state.editor.sidebar.tree.list(action, height),
                editor::SidebarTab::Docs => {
                    let len = assist::docs(state).len();
                    state.editor.sidebar.docs.scroll_by(action, len, height);
                }
                editor::SidebarTab::Outline => {
                    let len = state.editor.assist.outline.len();
                    state.editor.sidebar.outline.apply(action, len, height);
                }
                editor::SidebarTab::Problems => {
                    state.editor.sidebar.problems.apply(action, problems, height);
                }
            }
        }
        Pane::Logs | Pane::Result => output::list(state, action),
        Pane::Runs | Pane::Letters | Pane::Figures => activity::list(state, action, jobs),
        Pane::Payload if state.screen == Screen::Activity => {
            activity::scroll_payload(state, action);
        }
        Pane::Code | Pane::Beside | Pane::Payload => {}
    }
}

/// Says that the text with the cursor is there to be read, when it is.
fn is_reading(state: &mut AppState) -> bool {
    let reading = state.screen == Screen::Editor && state.editor.is_reading();
    if reading {
        state.warn("This is what the disk holds, to be read; the text beside it is yours");
    }
    reading
}

fn text(state: &mut AppState, action: TextAction, jobs: &mut Vec<Job>) {
    match action {
        TextAction::Find => return find::open(state),
        TextAction::Replace => return find::open_replace(state),
        TextAction::FindNext | TextAction::FindPrevious => return find::turn(state, action),
        TextAction::GoToLine => return state.dialogs.push(Dialog::go_to_line()),
        _ => {}
    }
    if action.edits() && is_reading(state) {
        return;
    }
    let area = layout::text_area(state, find::searched_pane(state));
    let now = state.now_ms as u64;
    let mut clipboard = std::mem::take(&mut state.desk.clipboard);
    let told = state.text_pane_mut().and_then(|pane| pane.apply(action, area, &mut clipboard, now));
    state.desk.clipboard = clipboard;
    if let Some(told) = told {
        state.inform(told + &leaves_one_cursor(state));
    }
    if matches!(action, TextAction::Cut | TextAction::Copy) {
        let copied = state.desk.clipboard.clone();
        state.copy(copied, jobs);
    }
}

/// How to get back to one cursor, where there are several.
pub fn leaves_one_cursor(state: &AppState) -> String {
    if state.text_pane().is_none_or(|pane| pane.buffer.cursor_count() < 2) {
        return String::new();
    }
    format!("; {} leaves one cursor", state.keymap.word(Action::App(AppAction::Dismiss)))
}

fn tree(state: &mut AppState, action: super::action::TreeAction, jobs: &mut Vec<Job>) {
    use super::action::TreeAction;
    let path = state.editor.sidebar.tree.selected_path().map(Cow::into_owned);
    match (action, path) {
        (TreeAction::InsertPath, Some(path)) => {
            if let Some(document) = state.document_mut() {
                document.pane.buffer.paste(&path);
                split::focus_shown(state);
            }
        }
        (TreeAction::CopyPath, Some(path)) => {
            state.inform(format!("Copied {path}"));
            state.copy(path, jobs);
        }
        (action, _) => state.editor.sidebar.tree.apply(action),
    }
}

/// The filter of the Lambdas screen answers to the keys of a dialog.
fn filter_answer(state: &mut AppState, action: super::action::DialogAction, jobs: &mut Vec<Job>) {
    use super::action::DialogAction;
    match action {
        DialogAction::Back if state.screen == Screen::Activity => {
            activity::clear_filter(state, jobs);
        }
        DialogAction::Back => {
            state.lambdas.clear_filter(&state.project);
        }
        DialogAction::Accept | DialogAction::TurnPart(Turn::Next | Turn::Previous) => {
            state.activity.filter.focused = false;
            if let Some(filter) = &mut state.lambdas.filter {
                filter.focused = false;
            }
        }
        _ => {}
    }
}

/// Opens a lambda; one that is open already is shown at once.
pub fn open_lambda(state: &mut AppState, lambda: LambdaName, then: Then, jobs: &mut Vec<Job>) {
    open_file(state, FileKey::Source(lambda), then, jobs);
}

/// Opens a file; one that is open already is shown at once.
pub fn open_file(state: &mut AppState, file: FileKey, then: Then, jobs: &mut Vec<Job>) {
    if then == Then::Invoke {
        // What runs is what the disk holds, settings included, even if another program has just written it.
        return jobs.push(Job::Disk(DiskJob::Refresh(file)));
    }
    if state.editor.document(&file).is_none() {
        return jobs.push(Job::Disk(DiskJob::Open { file, then }));
    }
    show_open(state, &file, then, jobs);
}

/// The settings are those of the disk: what waited for that is run, with what was typed or as the disk holds it.
pub fn refreshed(state: &mut AppState, file: FileKey, jobs: &mut Vec<Job>) {
    let is_dirty = |document: &editor::Document| document.pane.buffer.is_dirty();
    if state.editor.document(&file).is_some_and(is_dirty) {
        show_open(state, &file, Then::Invoke, jobs);
    } else {
        jobs.push(Job::Disk(DiskJob::Open { file, then: Then::Invoke }));
    }
}

/// Shows a file whose text is in the editor, as the disk holds it or with what was typed since.
pub fn show_open(state: &mut AppState, file: &FileKey, then: Then, jobs: &mut Vec<Job>) {
    // Whoever invokes a lambda from one of its payloads comes back to the payload.
    let stays = then == Then::Invoke && state.editor.lambda() == Some(file.lambda());
    if state.editor.shown.as_ref() != Some(file) && !stays {
        state.find = None;
        split::show(state, file);
        jobs.push(look(state, file));
    }
    if let Some(shown) = &state.editor.shown {
        state.editor.tabs.look_at(shown);
    }
    match then {
        Then::Edit => state.screen = Screen::Editor,
        Then::Look => state.screen = Screen::Invoke,
        Then::GoTo(place) => editor::go_to(state, place.into()),
        Then::GoToOfRun(place) => followed_line::go_to(state, place),
        Then::Invoke => invoke::run(state, jobs),
    }
}

fn look(state: &AppState, file: &FileKey) -> Job {
    let known = state.editor.document(file).and_then(|document| document.stamp);
    Job::Disk(DiskJob::Look { file: file.clone(), known })
}

/// Another program may have written.
pub fn look_at_disk(state: &mut AppState, jobs: &mut Vec<Job>) {
    if state.screen == Screen::Activity {
        activity::look(state, jobs);
    }
    if state.project.kind == ProjectKind::Missing {
        return;
    }
    jobs.push(Job::Disk(DiskJob::Load));
    let open: Vec<_> =
        state.editor.documents.iter().map(|document| document.file.clone()).collect();
    jobs.extend(open.iter().map(|file| look(state, file)));
}

//! What the mouse does, by what stands under it.

mod in_dialog;

use super::action::{
    Action, ActivityAction, AppAction, AssistAction, EditorAction, LambdasAction, ListAction,
    OutputAction, SettingsAction, TreeAction,
};
use super::assist;
use super::hints;
use super::input::{Mouse, MouseKind};
use super::job::{Job, Then};
use super::keymap;
use super::layout::{self, Layout};
use super::screens::activity;
use super::screens::editor::SidebarTab;
use super::screens::find::FindPart;
use super::screens::invoke::{LogRow, ResultTab};
use super::screens::settings;
use super::screens::tabs;
use super::state::{AppState, Pane, Screen};
use super::tab_strip::{self, Part};
use super::text_pane::pane_size;
use super::update;
use crate::editor::Position;
use ratatui::layout::{Position as Cell, Rect};

/// How many lines the wheel moves.
const WHEEL_LINES: isize = 3;

/// Takes in what the mouse did.
pub fn mouse(state: &mut AppState, event: Mouse, jobs: &mut Vec<Job>) {
    if !state.dialogs.is_empty() {
        return in_dialog::mouse(state, event, jobs);
    }
    let layout = layout::layout(state);
    if over_code(state, &layout, event, jobs) {
        return;
    }
    match event.kind {
        MouseKind::Press(1) if event.held.ctrl => {
            press(state, &layout, event.at, 1, jobs);
            update::request(state, Action::Assist(AssistAction::Definition), jobs);
        }
        MouseKind::RightPress => {
            press(state, &layout, event.at, 1, jobs);
            if state.types_in_file() {
                update::request(state, Action::Assist(AssistAction::Explain), jobs);
            }
        }
        MouseKind::Press(_) if event.held.shift => drag(state, &layout, event.at),
        MouseKind::Press(_) if event.held.alt => add_cursor(state, &layout, event.at),
        MouseKind::Press(clicks) => press(state, &layout, event.at, clicks, jobs),
        MouseKind::MiddlePress => middle_press(state, &layout, event.at, jobs),
        MouseKind::Drag => drag(state, &layout, event.at),
        MouseKind::Release => {}
        MouseKind::WheelUp => wheel(state, &layout, event.at, -WHEEL_LINES),
        MouseKind::WheelDown => wheel(state, &layout, event.at, WHEEL_LINES),
    }
}

/// What is shown over the code has the mouse where it stands, and goes when something else is pressed. Says whether it
/// was meant.
fn over_code(state: &mut AppState, layout: &Layout, event: Mouse, jobs: &mut Vec<Job>) -> bool {
    if state.screen != Screen::Editor || !state.editor.assist.is_open() {
        return false;
    }
    let list = assist::place::offer(state, layout).filter(|list| list.contains(event.at));
    let choose = |action| Action::Assist(AssistAction::Choose(action));
    match (list, event.kind) {
        (Some(_), MouseKind::WheelUp) => update::request(state, choose(ListAction::Up), jobs),
        (Some(_), MouseKind::WheelDown) => update::request(state, choose(ListAction::Down), jobs),
        (Some(list), MouseKind::Press(_)) => {
            let row = event.at.y.checked_sub(list.y + 1).filter(|row| *row < list.height - 2);
            if let (Some(offer), Some(row)) = (&mut state.editor.assist.offer, row) {
                offer.cursor.selected = offer.cursor.top + row as usize;
                update::request(state, Action::Assist(AssistAction::Accept), jobs);
            }
        }
        (Some(_), _) => {}
        (None, MouseKind::Press(_) | MouseKind::RightPress) => {
            update::request(state, Action::Assist(AssistAction::Close), jobs);
            return false;
        }
        (None, _) => return false,
    }
    true
}

fn press(state: &mut AppState, layout: &Layout, at: Cell, clicks: u8, jobs: &mut Vec<Job>) {
    if layout::notice_area(state, layout.footer).is_some_and(|(area, _)| area.contains(at)) {
        state.notice = None;
        return;
    }
    // Whoever goes on by the mouse has read it too.
    state.notice.take_if(|notice| notice.goes_at_key(state.now_ms));
    if layout.tabs.contains(at) {
        let hit = tab_rects(layout.tabs).into_iter().find(|(_, rect)| rect.contains(at));
        if let Some((screen, _)) = hit {
            let action = Action::App(AppAction::Show(screen));
            update::request(state, action, jobs);
        }
        return;
    }
    if layout.footer.contains(at) {
        if let Some(command) = hints::at(state, layout.footer, at) {
            update::command(state, command, jobs);
        }
        return;
    }
    let Some((pane, rect)) = layout.panes.iter().copied().find(|(_, rect)| rect.contains(at))
    else {
        return;
    };
    state.set_focus(pane);
    match pane {
        Pane::Code | Pane::Beside if at.y == rect.y => press_strip(state, pane, rect, at, jobs),
        Pane::Code | Pane::Beside | Pane::Payload => press_text(state, pane, rect, at, clicks),
        Pane::Sidebar | Pane::Result if at.y == rect.y => press_tab(state, pane, rect, at),
        Pane::Sidebar => press_sidebar(state, rect, at, clicks, jobs),
        Pane::Figures => {
            let action = Action::Activity(ActivityAction::TurnWindow);
            update::request(state, action, jobs);
        }
        Pane::Lambdas | Pane::Events | Pane::Logs | Pane::Settings | Pane::Runs | Pane::Letters => {
            press_list(state, (pane, rect), at, clicks, jobs);
        }
        Pane::Result => press_call(state, rect, at, clicks, jobs),
    }
}

fn press_strip(state: &mut AppState, pane: Pane, rect: Rect, at: Cell, jobs: &mut Vec<Job>) {
    let Some(Part::Tab(file) | Part::Earlier(file) | Part::Later(file)) =
        strip_part(state, pane, rect, at)
    else {
        return;
    };
    let file = state.editor.tabs.files[file].clone();
    update::open_file(state, file, Then::Edit, jobs);
}

fn strip_part(state: &AppState, pane: Pane, rect: Rect, at: Cell) -> Option<Part> {
    let parts = tab_strip::parts(state, pane, rect);
    parts.into_iter().find(|(_, area)| area.contains(at)).map(|(part, _)| part)
}

/// The middle button closes the tab under it; in a text it inserts what was cut or copied last.
fn middle_press(state: &mut AppState, layout: &Layout, at: Cell, jobs: &mut Vec<Job>) {
    let hit = layout.panes.iter().copied().find(|(_, rect)| rect.contains(at));
    if let Some((pane @ (Pane::Code | Pane::Beside), rect)) = hit
        && let Some(Part::Tab(file)) = strip_part(state, pane, rect, at)
    {
        let file = state.editor.tabs.files[file].clone();
        return tabs::close(state, &file, jobs);
    }
    paste(state, layout, at);
}

fn press_text(state: &mut AppState, pane: Pane, rect: Rect, at: Cell, clicks: u8) {
    if !layout::inner(rect).contains(at) {
        return;
    }
    let parts = layout::text_parts(state, pane, rect);
    let in_bar = parts.find.contains(at);
    if let Some(bar) = &mut state.find {
        bar.focused = in_bar;
        let second = at.y > parts.find.y;
        bar.part = if second { FindPart::Replacement } else { FindPart::Text };
    }
    if in_bar {
        return;
    }
    let Some(pane) = state.text_pane_mut() else { return };
    if parts.gutter.contains(at) && at.x == parts.gutter.x + 1 {
        let rows = pane.rows(parts.text.height as usize);
        let row = rows.get((at.y - parts.text.y) as usize);
        if row.is_some_and(|row| pane.buffer.toggle_fold_at(row.at.line)) {
            return;
        }
    }
    let position = position_at(pane, parts.text, at);
    match clicks {
        1 => pane.buffer.place_cursor(position),
        2 => pane.buffer.select_word_at(position),
        _ => pane.buffer.select_line(position.line),
    }
}

/// A further cursor where the mouse points into the text that has the focus.
fn add_cursor(state: &mut AppState, layout: &Layout, at: Cell) {
    let focus = state.focus();
    let Some(rect) = layout.pane(focus).filter(|rect| rect.contains(at)) else { return };
    if !matches!(focus, Pane::Code | Pane::Payload) {
        return;
    }
    let text = layout::text_parts(state, focus, rect).text;
    if let Some(pane) = state.text_pane_mut().filter(|_| text.contains(at)) {
        let position = position_at(pane, text, at);
        pane.buffer.toggle_cursor_at(position);
        let cursors = pane.buffer.cursor_count();
        if cursors > 1 {
            state.inform(format!("{cursors} cursors{}", update::leaves_one_cursor(state)));
        }
    }
}

/// The place in the text that stands at a cell; beside the text the nearest.
fn position_at(pane: &super::text_pane::TextPane, text: Rect, at: Cell) -> Position {
    let y = at.y.saturating_sub(text.y) as usize;
    // A drag below the pane goes on to the rows that follow.
    let rows = pane.rows((text.height as usize).max(y + 1));
    let cell = at.x.saturating_sub(text.x) as usize;
    rows.get(y)
        .or(rows.last())
        .map_or_else(Position::default, |row| pane.buffer.position_in(row, cell))
}

fn drag(state: &mut AppState, layout: &Layout, at: Cell) {
    let pane = state.focus();
    if !matches!(pane, Pane::Code | Pane::Beside | Pane::Payload) || keymap::finding(state) {
        return;
    }
    let Some(rect) = layout.pane(pane) else { return };
    let text = layout::text_parts(state, pane, rect).text;
    let Some(pane) = state.text_pane_mut() else { return };
    let mut position = position_at(pane, text, at);
    if at.y < text.y {
        position = Position::new(pane.viewport.top.saturating_sub(1), 0);
    }
    pane.buffer.extend_to(position);
}

/// Inserts what was cut or copied last where the mouse is.
fn paste(state: &mut AppState, layout: &Layout, at: Cell) {
    let hit = layout.panes.iter().copied().find(|(_, rect)| layout::inner(*rect).contains(at));
    let Some((pane @ (Pane::Code | Pane::Payload), rect)) = hit else { return };
    if layout::text_parts(state, pane, rect).find.contains(at) {
        return;
    }
    state.set_focus(pane);
    press_text(state, pane, rect, at, 1);
    let text = state.desk.clipboard.clone();
    if let Some(pane) = state.text_pane_mut() {
        pane.buffer.paste(&text);
    }
}

fn press_tab(state: &mut AppState, pane: Pane, rect: Rect, at: Cell) {
    if pane == Pane::Sidebar {
        let titles = SidebarTab::ALL.map(SidebarTab::title);
        if let Some(index) = title_at(rect, &titles, at) {
            state.editor.sidebar.tab = SidebarTab::ALL[index];
        }
    } else if let Some(session) = state.session_mut() {
        let titles = ResultTab::ALL.map(|tab| session.tab_title(tab));
        if let Some(index) = title_at(rect, &titles.each_ref().map(String::as_str), at) {
            session.tab = ResultTab::ALL[index];
            session.show_output();
        }
    }
}

/// Selects a call of the list, or opens it.
fn press_call(state: &mut AppState, rect: Rect, at: Cell, clicks: u8, jobs: &mut Vec<Job>) {
    let Some(row) = row_in_list(state, Pane::Result, rect, at) else { return };
    let Some(session) = state.session_mut().filter(|session| session.lists_calls()) else { return };
    let index = session.result.top + row;
    if index < session.output.len() {
        session.result.selected = index;
        if clicks == 2 {
            update::request(state, Action::Output(OutputAction::OpenCall), jobs);
        }
    }
}

/// Which of the titles in a pane's upper border stands at a cell.
fn title_at(rect: Rect, titles: &[&str], at: Cell) -> Option<usize> {
    title_rects(rect, titles).into_iter().position(|title| title.contains(at))
}

/// Where the titles of tabs stand in a pane's upper border: each between blanks, a stroke between two.
pub fn title_rects(rect: Rect, titles: &[&str]) -> Vec<Rect> {
    let mut x = rect.x + 1;
    titles
        .iter()
        .map(|title| {
            let width = title.chars().count() as u16 + 2;
            let area = Rect::new(x, rect.y, width, 1);
            x += width + 1;
            area
        })
        .collect()
}

fn row_in_list(state: &AppState, pane: Pane, rect: Rect, at: Cell) -> Option<usize> {
    let list = layout::list_area(state, pane, rect);
    list.contains(at).then(|| (at.y - list.y) as usize)
}

fn press_sidebar(state: &mut AppState, rect: Rect, at: Cell, clicks: u8, jobs: &mut Vec<Job>) {
    let Some(row) = row_in_list(state, Pane::Sidebar, rect, at) else { return };
    let sidebar = &mut state.editor.sidebar;
    match sidebar.tab {
        SidebarTab::Payload => {
            let index = sidebar.tree.cursor.top + row;
            if index >= sidebar.tree.rows.len() {
                return;
            }
            let again = sidebar.tree.cursor.selected == index;
            sidebar.tree.cursor.selected = index;
            let branch = matches!(
                sidebar.tree.rows[index].content,
                super::screens::payload_tree::Content::Branch { .. }
            );
            if branch && (clicks > 1 || again) {
                sidebar.tree.apply(TreeAction::Toggle);
            } else if clicks == 2 {
                update::request(state, Action::Tree(TreeAction::InsertPath), jobs);
            }
        }
        SidebarTab::Docs => {}
        SidebarTab::Outline => {
            sidebar.outline.selected = sidebar.outline.top + row;
            update::request(state, Action::Assist(AssistAction::OpenOutline), jobs);
        }
        SidebarTab::Problems => {
            sidebar.problems.selected = sidebar.problems.top + row;
            update::request(state, Action::Editor(EditorAction::OpenProblem), jobs);
        }
    }
}

fn press_list(
    state: &mut AppState,
    (pane, rect): (Pane, Rect),
    at: Cell,
    clicks: u8,
    jobs: &mut Vec<Job>,
) {
    // The first press may have moved the rows: the second means the entry that the first one selected.
    if clicks == 2 && state.desk.pressed == Some(pane) {
        return open_selected(state, pane, jobs);
    }
    state.desk.pressed = None;
    let Some(mut row) = row_in_list(state, pane, rect, at) else { return };
    if pane == Pane::Logs
        && let Some(session) = state.session()
    {
        let Some(LogRow::Line(at)) = state.invoke.log_rows(session).nth(row) else { return };
        row = at - session.logs.top;
    }
    let (len, cursor) = match pane {
        Pane::Lambdas => (state.lambdas.shown(&state.project).len(), &mut state.lambdas.cursor),
        Pane::Events => (state.project.catalog.events.len(), &mut state.lambdas.events),
        Pane::Settings => (settings::entries(state).len(), &mut state.settings.cursor),
        Pane::Runs => (state.activity.rows(), &mut state.activity.cursor),
        Pane::Letters => (state.activity.queue.letters.len(), &mut state.activity.letters),
        _ => {
            let len = layout::output_lines(state, Pane::Logs);
            state.invoke.follow = false;
            let Some(session) = state.session_mut() else { return };
            (len, &mut session.logs)
        }
    };
    let index = cursor.top + row;
    if index >= len {
        return;
    }
    cursor.selected = index;
    state.desk.pressed = Some(pane);
    if pane == Pane::Runs {
        state.activity.follow = false;
    }
}

fn open_selected(state: &mut AppState, pane: Pane, jobs: &mut Vec<Job>) {
    let action = match pane {
        Pane::Runs | Pane::Letters => Action::Activity(ActivityAction::Open),
        Pane::Logs => Action::Output(OutputAction::OpenSource),
        Pane::Settings => Action::Settings(SettingsAction::Edit),
        _ => Action::Lambdas(LambdasAction::Open),
    };
    update::request(state, action, jobs);
}

fn wheel(state: &mut AppState, layout: &Layout, at: Cell, lines: isize) {
    let Some((pane, rect)) = layout.panes.iter().copied().find(|(_, rect)| rect.contains(at))
    else {
        return;
    };
    let height = layout::list_area(state, pane, rect).height as usize;
    match pane {
        Pane::Code | Pane::Beside | Pane::Payload => {
            let size = pane_size(layout::text_parts(state, pane, rect).text.as_size());
            if let Some(pane) = state.text_in_mut(pane) {
                pane.viewport.scroll_rows(&pane.buffer, lines, size);
            }
        }
        Pane::Lambdas => {
            let len = state.lambdas.shown(&state.project).len();
            state.lambdas.cursor.scroll(lines, len, height);
        }
        Pane::Runs => {
            let len = state.activity.rows();
            state.activity.cursor.scroll(lines, len, height);
            activity::stand_still(state);
        }
        Pane::Letters => {
            let len = state.activity.queue.letters.len();
            state.activity.letters.scroll(lines, len, height);
        }
        Pane::Figures => {}
        Pane::Settings => {
            let len = settings::entries(state).len();
            state.settings.cursor.scroll(lines, len, height);
        }
        Pane::Events => {
            state.lambdas.events.scroll(lines, state.project.catalog.events.len(), height);
        }
        Pane::Sidebar => {
            let problems = state.document().map_or(0, |document| document.pane.diagnostics.len());
            let (docs, outline) = (assist::docs(state).len(), state.editor.assist.outline.len());
            let sidebar = &mut state.editor.sidebar;
            match sidebar.tab {
                SidebarTab::Payload => {
                    sidebar.tree.cursor.scroll(lines, sidebar.tree.rows.len(), height);
                }
                SidebarTab::Docs => sidebar.docs.scroll(lines, docs, height),
                SidebarTab::Outline => sidebar.outline.scroll(lines, outline, height),
                SidebarTab::Problems => sidebar.problems.scroll(lines, problems, height),
            }
        }
        Pane::Logs | Pane::Result => {
            let len = layout::output_lines(state, pane);
            state.invoke.follow &= pane != Pane::Logs;
            if let Some(session) = state.session_mut() {
                let cursor =
                    if pane == Pane::Logs { &mut session.logs } else { &mut session.result };
                cursor.scroll(lines, len, height);
            }
        }
    }
}

/// Where the screens' names stand.
pub fn tab_rects(tabs: Rect) -> Vec<(Screen, Rect)> {
    let mut x = tabs.x + 1;
    Screen::ALL
        .into_iter()
        .map(|screen| {
            let width = screen.title().len() as u16 + 4;
            let rect = Rect::new(x, tabs.y, width, 1);
            x += width;
            (screen, rect)
        })
        .collect()
}

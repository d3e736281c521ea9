//! The sidebar of the Editor screen.

use crate::app::action::{Action, EditorAction};
use crate::app::assist;
use crate::app::layout;
use crate::app::screens::editor::SidebarTab;
use crate::app::screens::field_doc;
use crate::app::screens::payload_tree::{Content, PayloadTree, Row};
use crate::app::state::{AppState, Pane};
use crate::app::status;
use crate::app::words::capital;
use crate::domain::Diagnostic;
use crate::language::lint;
use crate::ui::frame::{self, indented};
use crate::ui::kept::{Found, Kept};
use crate::ui::theme::{Focused, Theme};
use crate::ui::widgets::{assist_view, scrollbar};
use crate::ui::{canvas, theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::hash::{DefaultHasher, Hash, Hasher};
use unicode_width::UnicodeWidthStr;

/// Draws it, where it does not show already what it would.
pub(super) fn draw(
    state: &AppState,
    theme: &Theme,
    rect: Rect,
    (buffer, kept): (&mut Buffer, &mut Kept),
) {
    match kept.sidebar(rect, print(state, rect)) {
        Found::Same => return,
        Found::Other => frame::clear(buffer, rect, theme.base()),
        Found::Blank => {}
    }
    let sidebar = &state.editor.sidebar;
    let focused = Focused::from(state.editor.focus == Pane::Sidebar);
    let problems = problem_count(state);
    let tabs = SidebarTab::ALL.map(|tab| (tab.title(), tab == sidebar.tab));
    frame::tabbed_pane(buffer, theme, rect, &tabs, focused);
    if problems > 0 && rect.width > 30 {
        // Two digits have just room beside the last title.
        let problems = problems.min(99);
        let border = if problems < 10 { 2 } else { 1 };
        let width = rect.width.saturating_sub(border);
        let top = Rect { height: 1.min(rect.height), width, ..rect };
        canvas::put_right(
            buffer,
            top,
            &format!(" {problems} "),
            theme.severity(crate::domain::Severity::Warning),
        );
    }
    match sidebar.tab {
        SidebarTab::Payload => payload(state, theme, rect, focused, buffer),
        SidebarTab::Docs => docs(state, theme, rect, buffer),
        SidebarTab::Outline => outline(state, theme, rect, focused, buffer),
        SidebarTab::Problems => self::problems(state, theme, rect, focused, buffer),
    }
}

/// Stands for all that the sidebar is drawn from; `None` for a tab that is drawn each time.
fn print(state: &AppState, rect: Rect) -> Option<u64> {
    let sidebar = &state.editor.sidebar;
    if sidebar.tab != SidebarTab::Payload {
        return None;
    }
    let (tree, event) = (&sidebar.tree, event_name(state));
    let list = layout::list_area(state, Pane::Sidebar, rect);
    let shown = tree.rows.iter().skip(tree.cursor.top).take(list.height as usize);
    let mut hasher = DefaultHasher::new();
    (problem_count(state), event, status::payload_name(state)).hash(&mut hasher);
    (list, tree.cursor, tree.rows.len(), value_column(tree, list)).hash(&mut hasher);
    shown.for_each(|row| row.hash(&mut hasher));
    tree.selected_path().hash(&mut hasher);
    field_doc::of_selected(state).hash(&mut hasher);
    Some(hasher.finish())
}

fn payload(state: &AppState, theme: &Theme, rect: Rect, focused: Focused, buffer: &mut Buffer) {
    let inside = layout::inner(rect);
    let tree = &state.editor.sidebar.tree;
    let used = canvas::put(buffer, indented(inside), event_name(state), theme.strong());
    let rest =
        Rect { x: inside.x + used + 2, width: inside.width.saturating_sub(used + 3), ..inside };
    canvas::put_right(buffer, rest, &status::payload_name(state), theme.muted());
    let list = layout::list_area(state, Pane::Sidebar, rect);
    let value_column = value_column(tree, list);
    for (y, row) in tree.rows.iter().enumerate().skip(tree.cursor.top).take(list.height as usize) {
        let area = Rect { y: list.y + (y - tree.cursor.top) as u16, height: 1, ..list };
        tree_row(buffer, theme, area, row, value_column);
        if y == tree.cursor.selected {
            buffer.set_style(area, theme.selected(focused));
        }
    }
    if tree.rows.is_empty() {
        canvas::wrapped(
            buffer,
            indented(list),
            "The payload of the Invoke screen is no JSON yet, or empty.",
            theme.muted(),
        );
    }
    scrollbar::draw(buffer, theme, list, tree.cursor, tree.rows.len());
    let below =
        Rect { y: list.bottom(), height: inside.bottom().saturating_sub(list.bottom()), ..inside };
    if below.height > 1 {
        field_doc(state, theme, below, buffer);
    }
}

fn event_name(state: &AppState) -> &str {
    let event = state.editor.lambda().and_then(|lambda| state.project.event_of(lambda));
    event.map_or("No event", |event| &event.name)
}

/// Where the values stand, behind the keys.
fn value_column(tree: &PayloadTree, list: Rect) -> u16 {
    let keys = tree.rows.iter().map(|row| row.depth * 2 + row.key.width()).max().unwrap_or(0);
    (keys + 4).min(list.width as usize * 3 / 5) as u16
}

fn problem_count(state: &AppState) -> usize {
    state.document().map_or(0, |document| document.pane.diagnostics.len())
}

fn tree_row(buffer: &mut Buffer, theme: &Theme, area: Rect, row: &Row, value_column: u16) {
    let indent = (row.depth * 2) as u16 + 1;
    let inset = |columns: u16| Rect {
        x: area.x + columns.min(area.width),
        width: area.width.saturating_sub(columns),
        ..area
    };
    match &row.content {
        Content::Branch { list, len, open } => {
            canvas::put(buffer, inset(indent), if *open { "▾" } else { "▸" }, theme.muted());
            let used = canvas::put(buffer, inset(indent + 2), &row.key, theme.strong());
            if !open || *len == 0 {
                let told = if *list { format!("[{len}]") } else { format!("{{{len}}}") };
                canvas::put(buffer, inset(indent + 2 + used + 1), &told, theme.muted());
            }
        }
        Content::More(more) => {
            let text = format!("{more} further entries are left out");
            canvas::put(buffer, inset(indent + 2), &text, theme.muted());
        }
        Content::Leaf(value) => {
            let used = canvas::put(
                buffer,
                inset(indent + 2),
                &row.key,
                theme.token(crate::language::highlight::TokenKind::Property),
            );
            let start = value_column.max(indent + 2 + used + 1);
            canvas::put(buffer, inset(start), value, theme.token(kind_of(value)));
        }
    }
}

/// What is known of the name under the cursor.
fn docs(state: &AppState, theme: &Theme, rect: Rect, buffer: &mut Buffer) {
    let inside = layout::inner(rect);
    let lines = assist::docs(state);
    if lines.is_empty() {
        let words = "What is known of the name under the cursor stands here.";
        canvas::wrapped(buffer, indented(inside), words, theme.muted());
        return;
    }
    let view = state.editor.sidebar.docs;
    assist_view::explained(theme, inside, &lines[view.top.min(lines.len())..], buffer);
    scrollbar::draw(buffer, theme, inside, view, lines.len());
}

/// The functions and constants of the source; the one that the cursor is in stands out.
fn outline(state: &AppState, theme: &Theme, rect: Rect, focused: Focused, buffer: &mut Buffer) {
    let list = layout::list_area(state, Pane::Sidebar, rect);
    let (cursor, entries) = (state.editor.sidebar.outline, &state.editor.assist.outline);
    let heading = status::count(entries.len(), "definition");
    canvas::put(buffer, indented(layout::inner(rect)), &heading, theme.strong());
    let here = state.document().map(|document| document.pane.buffer.cursor().into());
    for (y, entry) in entries.iter().enumerate().skip(cursor.top).take(list.height as usize) {
        let row = Rect { y: list.y + (y - cursor.top) as u16, height: 1, ..list };
        let holds = here.is_some_and(|here| entry.range.start <= here && here < entry.range.end);
        let style = if holds { theme.accent() } else { theme.base() };
        let line = entry.name_range.start.line.to_string();
        let used = canvas::put(buffer, indented(row), &entry.name, style);
        let rest = Rect { x: row.x + used + 1, width: row.width.saturating_sub(used + 1), ..row };
        let detail = canvas::put(buffer, rest, &entry.detail, theme.muted());
        let free = rest.width.saturating_sub(detail + 1);
        if free as usize > line.len() {
            canvas::put_right(buffer, row, &line, theme.faint());
        }
        if y == cursor.selected {
            buffer.set_style(row, theme.selected(focused));
        }
    }
    if entries.is_empty() {
        let words = "The file in sight has no functions and no constants.";
        canvas::wrapped(buffer, indented(list), words, theme.muted());
    }
    scrollbar::draw(buffer, theme, list, cursor, entries.len());
}

/// The kind of token a JSON scalar is.
fn kind_of(value: &str) -> crate::language::highlight::TokenKind {
    use crate::language::highlight::TokenKind;
    match value.as_bytes().first() {
        Some(b'"') => TokenKind::String,
        Some(b't' | b'f' | b'n') => TokenKind::Constant,
        _ => TokenKind::Number,
    }
}

/// What the schema says about the selected field, below a line.
fn field_doc(state: &AppState, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    for x in area.left()..area.right() {
        buffer.set_string(x, area.y, "─", theme.border(theme::Focused::No));
    }
    let area = Rect {
        y: area.y + 1,
        height: area.height - 1,
        x: area.x + 1,
        width: area.width.saturating_sub(2),
    };
    let tree = &state.editor.sidebar.tree;
    let doc = field_doc::of_selected(state);
    let path = tree.selected_path().unwrap_or_default();
    let kind = doc.as_ref().map_or("", |doc| &doc.kind);
    let kind_width = canvas::put_right(buffer, area, kind, theme.muted());
    canvas::put(
        buffer,
        Rect { width: area.width.saturating_sub(kind_width + 1), ..area },
        &path,
        theme.accent(),
    );
    let Some(doc) = doc else { return };
    let rest = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    canvas::wrapped(buffer, rest, &field_doc::words(&doc), theme.base());
}

fn problems(state: &AppState, theme: &Theme, rect: Rect, focused: Focused, buffer: &mut Buffer) {
    let list = layout::list_area(state, Pane::Sidebar, rect);
    let cursor = state.editor.sidebar.problems;
    let Some(document) = state.document() else { return };
    let problems = &document.pane.diagnostics;
    let inside = layout::inner(rect);
    canvas::put(
        buffer,
        indented(inside),
        &status::count(problems.len(), "problem"),
        theme.strong(),
    );
    for (y, problem) in problems.iter().enumerate().skip(cursor.top).take(list.height as usize) {
        let area = Rect { y: list.y + (y - cursor.top) as u16, height: 1, ..list };
        let place = format!("{:>8} ", problem.range.start.to_string());
        let used = canvas::put(buffer, area, &place, theme.muted());
        let rest = Rect { x: area.x + used, width: area.width.saturating_sub(used), ..area };
        canvas::put(buffer, rest, &problem.message, theme.severity(problem.severity));
        if y == cursor.selected {
            buffer.set_style(area, theme.selected(focused));
        }
    }
    if problems.is_empty() {
        canvas::wrapped(
            buffer,
            indented(list),
            "Nothing is wrong with this lambda as far as the compiler can tell.",
            theme.muted(),
        );
    }
    scrollbar::draw(buffer, theme, list, cursor, problems.len());
    let below =
        Rect { y: list.bottom(), height: inside.bottom().saturating_sub(list.bottom()), ..inside };
    if let Some(problem) = problems.get(cursor.selected).filter(|_| below.height > 1) {
        // What the fix does is said with its key.
        let is_fix = |help: &&str| problem.fixes.iter().any(|it| it.title == capital(help));
        let help = problem.help.as_deref().filter(|help| !is_fix(help));
        let help = help.map_or_else(String::new, |help| format!(" {}.", capital(help)));
        let area = Rect {
            x: below.x + 1,
            y: below.y + 1,
            width: below.width.saturating_sub(2),
            height: below.height - 1,
        };
        let said = format!("{}.{help}", problem.message);
        let used = canvas::wrapped(buffer, area, &said, theme.base());
        let rest = Rect { y: area.y + used, height: area.height.saturating_sub(used), ..area };
        canvas::wrapped(buffer, rest, &about(state, problem), theme.muted());
    }
}

/// What kind of problem it is, and what can be done about it.
fn about(state: &AppState, problem: &Diagnostic) -> String {
    let doc = lint::rule(&problem.code).map_or_else(String::new, |rule| format!(": {}", rule.doc));
    let fix = problem.fixes.first().map_or_else(String::new, |fix| {
        let key = state.keymap.word(Action::Editor(EditorAction::Fix));
        format!(". {key}: {}", fix.title)
    });
    format!("{}{doc}{fix}.", problem.code)
}

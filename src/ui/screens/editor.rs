//! The Editor screen.

mod sidebar;

use crate::app::action::{Action, AppAction};
use crate::app::layout::{self, Layout};
use crate::app::screens::editor::Document;
use crate::app::screens::split::{Beside, Side};
use crate::app::state::{AppState, Pane, ProjectKind};
use crate::app::status;
use crate::app::tab_strip::{self, Part};
use crate::domain::FileKey;
use crate::ui::canvas;
use crate::ui::dialogs::quick_open::mark_typed_line;
use crate::ui::frame::{self, Titles, indented};
use crate::ui::kept::Kept;
use crate::ui::theme::{Focused, Theme};
use crate::ui::widgets::code_view::CodeView;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

pub(in crate::ui) fn draw(
    state: &AppState,
    theme: &Theme,
    layout: &Layout,
    (buffer, kept): (&mut Buffer, &mut Kept),
) -> Option<Position> {
    let text = layout.pane(Pane::Code);
    let mut cursor = text.and_then(|rect| code(state, theme, rect, (buffer, kept)));
    if let Some(rect) = layout.pane(Pane::Beside) {
        let beside = beside(state, theme, rect, (buffer, kept));
        cursor = if state.editor.focus == Pane::Beside { beside } else { cursor };
    }
    if let Some(rect) = layout.pane(Pane::Sidebar) {
        sidebar::draw(state, theme, rect, (buffer, kept));
    }
    cursor.filter(|_| state.editor.focus != Pane::Sidebar)
}

fn code(
    state: &AppState,
    theme: &Theme,
    rect: Rect,
    (buffer, kept): (&mut Buffer, &mut Kept),
) -> Option<Position> {
    clear_edges(theme, rect, (buffer, kept));
    let focused = state.editor.focus == Pane::Code;
    let document = state.editor.file_on(Side::First).and_then(|file| state.editor.document(file));
    let Some(document) = document else {
        frame::pane(buffer, theme, rect, Titles { left: "Editor", right: "" }, focused.into());
        let [find, make] = [AppAction::OpenLambda, AppAction::NewLambda]
            .map(|action| state.keymap.word(Action::App(action)));
        let hint = format!("No file is open. {find} finds a lambda, {make} makes one.");
        canvas::wrapped(buffer, indented(layout::inner(rect)), &hint, theme.muted());
        return None;
    };
    let event = state.project.event_of(document.file.lambda());
    let event = event.map_or("no event", |event| &event.name);
    let strip = tab_strip::parts(state, Pane::Code, rect);
    if strip.is_empty() {
        let title = title(state, document);
        frame::pane(buffer, theme, rect, Titles { left: &title, right: event }, focused.into());
    } else {
        let end = strip.last().map_or(rect.x, |(_, area)| area.right());
        let rest = Rect { x: end, width: rect.right().saturating_sub(end), ..rect };
        frame::pane(buffer, theme, rect, Titles::default(), focused.into());
        frame::right_title(buffer, theme, rest, event);
        draw_strip(state, theme, &strip, focused.into(), buffer);
    }
    let cursor = text(state, theme, (Pane::Code, rect), (buffer, kept));
    crumbs(state, theme, rect, buffer);
    cursor
}

/// The second side.
fn beside(
    state: &AppState,
    theme: &Theme,
    rect: Rect,
    (buffer, kept): (&mut Buffer, &mut Kept),
) -> Option<Position> {
    clear_edges(theme, rect, (buffer, kept));
    let focused = state.editor.focus == Pane::Beside;
    let beside = state.editor.split.as_ref().map(|split| &split.beside);
    let title = match (state.editor.file_on(Side::Second), beside) {
        (Some(file), _) => {
            state.editor.document(file).map_or_else(String::new, |document| title(state, document))
        }
        (None, Some(Beside::Payload)) => "Payload".to_owned(),
        (None, Some(Beside::Disk(file, _))) => {
            format!("{}  on the disk", state.editor.tabs.title(file))
        }
        (None, _) => String::new(),
    };
    let right =
        if state.editor.shows_payload() { status::payload_name(state) } else { String::new() };
    frame::pane(buffer, theme, rect, Titles { left: &title, right: &right }, focused.into());
    text(state, theme, (Pane::Beside, rect), (buffer, kept))
}

/// Clears what is drawn anew of a pane.
fn clear_edges(theme: &Theme, rect: Rect, (buffer, kept): (&mut Buffer, &mut Kept)) {
    for edge in kept.edges(rect).into_iter().flatten() {
        frame::clear(buffer, edge, theme.base());
    }
}

/// The text in a pane.
fn text(
    state: &AppState,
    theme: &Theme,
    (pane, rect): (Pane, Rect),
    (buffer, kept): (&mut Buffer, &mut Kept),
) -> Option<Position> {
    let parts = layout::text_parts(state, pane, rect);
    let rows = kept.rows(pane)?;
    let focused = state.editor.focus == pane;
    let find = state.find_in(pane);
    let has_cursor = state.pane_with_text() == Some(pane);
    let pane = state.text_in(pane)?;
    let cursor = CodeView { pane, find, focused }.draw_over(buffer, theme, parts, rows);
    if has_cursor {
        mark_typed_line(state, theme, (parts.text, pane), buffer);
    }
    cursor
}

/// What the cursor is in, in the lower border.
fn crumbs(state: &AppState, theme: &Theme, rect: Rect, buffer: &mut Buffer) {
    let crumbs = &state.editor.assist.crumbs;
    let words: Vec<&str> = crumbs.iter().map(|crumb| crumb.label.as_str()).collect();
    if words.is_empty() || rect.height < 3 || rect.width < 20 {
        return;
    }
    let row = Rect { x: rect.x + 1, y: rect.bottom() - 1, width: rect.width - 2, height: 1 };
    canvas::put(buffer, row, &format!(" {} ", words.join(" › ")), theme.muted());
}

/// What the pane of a file that is open alone is called.
fn title(state: &AppState, document: &Document) -> String {
    let dirty = if document.pane.buffer.is_dirty() { " *" } else { "" };
    match (&document.file, state.project.kind) {
        (FileKey::Source(_), ProjectKind::Loose) => format!("{}{dirty}", state.project.name),
        (FileKey::Source(lambda), _) => format!("{lambda}  main.rhai{dirty}"),
        (FileKey::Payload(lambda, name), _) => format!("{lambda}  payloads/{name}.json{dirty}"),
    }
}

/// The tabs of the open files, each between blanks; the mark of unsaved text takes the place of the second.
fn draw_strip(
    state: &AppState,
    theme: &Theme,
    strip: &[(Part, Rect)],
    focused: Focused,
    buffer: &mut Buffer,
) {
    let titles = state.editor.tabs.titles();
    for (part, area) in strip {
        let (words, style) = match part {
            Part::Earlier(_) => (" ‹ ".to_owned(), theme.accent()),
            Part::Later(_) => (" › ".to_owned(), theme.accent()),
            Part::Tab(at) => {
                let file = &state.editor.tabs.files[*at];
                let document = state.editor.document(file);
                let dirty = document.is_some_and(|document| document.pane.buffer.is_dirty());
                let style = match (state.editor.file_on(Side::First) == Some(file), focused) {
                    (true, Focused::Yes) => theme.tab(Focused::Yes),
                    (true, Focused::No) => theme.strong(),
                    (false, _) => theme.muted(),
                };
                (format!(" {}{}", titles[*at], if dirty { "*" } else { " " }), style)
            }
        };
        canvas::put(buffer, *area, &words, style);
    }
}

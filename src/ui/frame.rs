//! What stands around the panes: header, screens, bottom line, borders.

use super::canvas;
use super::kept::Kept;
use super::theme::{Focused, Theme};
use crate::app::hints;
use crate::app::layout::{self, Layout};
use crate::app::mouse::{tab_rects, title_rects};
use crate::app::state::{AppState, ProjectKind, Screen};
use crate::app::status;
use crate::domain::Severity;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::symbols::border;
use unicode_width::UnicodeWidthStr;

/// Draws header, screens and the bottom line.
pub(super) fn draw(state: &AppState, theme: &Theme, layout: &Layout, buffer: &mut Buffer) {
    if layout.header.height > 0 {
        let used = canvas::put(buffer, indented(layout.header), "lambdeck", theme.accent());
        let rest = Rect {
            x: layout.header.x + used + 3,
            width: layout.header.width.saturating_sub(used + 3),
            ..layout.header
        };
        canvas::put(buffer, rest, &place(state), theme.strong());
        canvas::put_right(buffer, shrunk(layout.header), &situation(state), theme.muted());
    }
    tabs(state, theme, layout, buffer);
    footer(state, theme, layout, buffer);
}

fn tabs(state: &AppState, theme: &Theme, layout: &Layout, buffer: &mut Buffer) {
    let mut end = layout.tabs.x;
    for (screen, rect) in tab_rects(layout.tabs) {
        let rect = rect.intersection(layout.tabs);
        let shown = Focused::from(screen == state.screen);
        buffer.set_style(rect, theme.button(shown));
        canvas::put(
            buffer,
            indented(rect),
            &format!("{} {}", screen.digit(), screen.title()),
            theme.button(shown),
        );
        end = rect.right();
    }
    if layout.header.height == 0 {
        let rest =
            Rect { x: end + 2, width: layout.tabs.right().saturating_sub(end + 3), ..layout.tabs };
        let words = words_for(state, rest.width as usize);
        canvas::put_right(buffer, rest, &words, theme.muted());
    }
}

/// How much a word of the header matters, the most first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    Urgent,
    Serving,
    Count,
    Place,
}

/// The place and its situation in at most `width` columns; what matters least is left out.
fn words_for(state: &AppState, width: usize) -> String {
    let of = |weight, words: Vec<String>| words.into_iter().map(move |word| (weight, word));
    let mut words = vec![(Weight::Place, place(state))];
    words.extend(of(Weight::Urgent, urgent_words(state)));
    words.extend(of(Weight::Count, counts(state)));
    words.extend(of(Weight::Serving, state.deployed.who_executes_in_short().into_iter().collect()));
    loop {
        let text: Vec<_> = words.iter().map(|(_, word)| word.as_str()).collect();
        let text = text.join("  ");
        let least = words.iter().map(|(weight, _)| *weight).max();
        let at = words.iter().rposition(|(weight, _)| Some(*weight) == least);
        match at {
            Some(at) if text.width() > width && words.len() > 1 => drop(words.remove(at)),
            _ => return text,
        }
    }
}

fn place(state: &AppState) -> String {
    match state.project.kind {
        ProjectKind::Sample => format!("{} (throw-away)", state.project.name),
        ProjectKind::Loose => format!("{} (outside a workspace)", state.project.name),
        ProjectKind::Workspace | ProjectKind::Missing => state.project.name.clone(),
    }
}

fn situation(state: &AppState) -> String {
    let mut words = urgent_words(state);
    words.extend(counts(state));
    words.extend(state.deployed.who_executes());
    words.join("   ")
}

/// What is running, unsaved or wrong, wherever one looks.
fn urgent_words(state: &AppState) -> Vec<String> {
    let mut words = Vec::new();
    for (name, session) in &state.invoke.sessions {
        if let Some(running) = &session.running {
            let seconds = (state.now_ms - running.since_ms).max(0) as f64 / 1e3;
            words.push(format!("running {name} {seconds:.1} s"));
        }
    }
    let unsaved = state.unsaved().count();
    if unsaved > 0 {
        words.push(format!("{unsaved} unsaved"));
    }
    let problems = state.workspace_problem_count();
    if problems > 0 {
        words.push(status::count(problems, "problem"));
    }
    if !state.activity.ongoing.is_empty() {
        words.push(format!("{} running", state.activity.ongoing.len()));
    }
    words
}

/// How many lambdas there are, and in which states.
fn counts(state: &AppState) -> Vec<String> {
    let mut words = state.deployed.situation();
    if state.screen != Screen::Lambdas && words.is_empty() {
        words.push(status::count(state.project.lambdas.len(), "lambda"));
    }
    words
}

fn footer(state: &AppState, theme: &Theme, layout: &Layout, buffer: &mut Buffer) {
    if state.notice.is_some() {
        return;
    }
    clear(buffer, layout.footer, theme.status());
    let used = canvas::put(buffer, layout.footer, &status::text(state), theme.status());
    for (hint, rect) in hints::rects(state, layout.footer, layout.footer.x + used) {
        let key_width = canvas::put(buffer, rect, &hint.key.to_string(), theme.accent());
        let title = Rect {
            x: rect.x + key_width + 1,
            width: rect.width.saturating_sub(key_width + 1),
            ..rect
        };
        canvas::put(buffer, title, hint.command.title, theme.muted());
    }
}

/// Draws the message, when there is one, over whatever stands at the bottom.
pub(super) fn notice(
    state: &AppState,
    theme: &Theme,
    layout: &Layout,
    (buffer, kept): (&mut Buffer, &mut Kept),
) {
    let Some(notice) = &state.notice else { return };
    let Some((area, rows)) = layout::notice_area(state, layout.footer) else { return };
    kept.cover(area);
    let style = match notice.severity {
        Severity::Hint => theme.good(),
        severity => theme.severity(severity),
    };
    clear(buffer, area, theme.dialog());
    for (row, words) in rows.iter().take(area.height as usize).enumerate() {
        canvas::line(buffer, indented(area), row as u16, words, style);
    }
}

/// Gives every cell of `area` a blank of this style.
pub(super) fn clear(buffer: &mut Buffer, area: Rect, style: ratatui::style::Style) {
    let area = area.intersection(buffer.area);
    if area.is_empty() {
        return;
    }
    let mut blank = ratatui::buffer::Cell::EMPTY;
    blank.set_style(style);
    for y in area.top()..area.bottom() {
        let start = buffer.index_of(area.left(), y);
        buffer.content[start..start + area.width as usize].fill(blank.clone());
    }
}

/// Draws a pane's border with a title at its left and one at its right.
pub(super) fn pane(
    buffer: &mut Buffer,
    theme: &Theme,
    rect: Rect,
    titles: Titles<'_>,
    focused: Focused,
) {
    border(buffer, theme, rect, focused);
    let top = Rect {
        x: rect.x + 1,
        width: rect.width.saturating_sub(2),
        height: 1.min(rect.height),
        ..rect
    };
    let used = match titles.left {
        "" => 0,
        title => canvas::put(buffer, top, &format!(" {title} "), theme.title(focused)),
    };
    let rest = rect.width.saturating_sub(used + 1);
    right_title(buffer, theme, Rect { x: top.x + used, width: rest, ..top }, titles.right);
}

/// Writes what stands at the right of a pane's upper border, of which `rest` is left; nothing where that is too little.
pub(super) fn right_title(buffer: &mut Buffer, theme: &Theme, rest: Rect, title: &str) {
    let room = Rect { x: rest.x + 1, width: rest.width.saturating_sub(2), ..rest };
    if !title.is_empty() && room.width > 8 {
        canvas::put_right(buffer, room, &format!(" {title} "), theme.muted());
    }
}

/// Draws a pane's border with tabs in it.
pub(super) fn tabbed_pane(
    buffer: &mut Buffer,
    theme: &Theme,
    rect: Rect,
    tabs: &[(&str, bool)],
    focused: Focused,
) {
    border(buffer, theme, rect, focused);
    let titles: Vec<&str> = tabs.iter().map(|(title, _)| *title).collect();
    for (area, (title, shown)) in title_rects(rect, &titles).into_iter().zip(tabs) {
        let area = area.intersection(Rect { width: rect.width.saturating_sub(1), ..rect });
        if area.is_empty() {
            break;
        }
        let style = match (*shown, focused) {
            (true, Focused::Yes) => theme.tab(Focused::Yes),
            (true, Focused::No) => theme.strong(),
            (false, _) => theme.muted(),
        };
        canvas::put(buffer, area, " ", theme.muted());
        canvas::put(buffer, indented(area), title, style);
        canvas::put(
            buffer,
            Rect { x: area.right().saturating_sub(1), width: 1, ..area },
            " ",
            theme.muted(),
        );
    }
}

/// What stands in a pane's upper border.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Titles<'a> {
    /// At the left.
    pub left: &'a str,
    /// At the right, where there is room.
    pub right: &'a str,
}

fn border(buffer: &mut Buffer, theme: &Theme, rect: Rect, focused: Focused) {
    let rect = rect.intersection(buffer.area);
    if rect.is_empty() {
        return;
    }
    let set = if focused == Focused::Yes { border::THICK } else { border::PLAIN };
    let style = theme.border(focused);
    let (right, bottom) = (rect.right() - 1, rect.bottom() - 1);
    let mut put = |x, y, symbol| canvas::set(buffer, (x, y), (symbol, 1), style);
    for x in rect.x + 1..right {
        put(x, rect.y, set.horizontal_top);
        put(x, bottom, set.horizontal_bottom);
    }
    for y in rect.y + 1..bottom {
        put(rect.x, y, set.vertical_left);
        put(right, y, set.vertical_right);
    }
    put(rect.x, rect.y, set.top_left);
    put(right, rect.y, set.top_right);
    put(rect.x, bottom, set.bottom_left);
    put(right, bottom, set.bottom_right);
}

/// One column in from the left.
pub(super) fn indented(rect: Rect) -> Rect {
    Rect { x: rect.x + 1.min(rect.width), width: rect.width.saturating_sub(1), ..rect }
}

/// One column in from the right.
pub(super) fn shrunk(rect: Rect) -> Rect {
    Rect { width: rect.width.saturating_sub(1), ..rect }
}

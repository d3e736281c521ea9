//! What stands around the panes: header, screens, bottom line, borders.

use super::canvas;
use super::header;
use super::kept::Kept;
use super::theme::{Focused, Theme};
use crate::app::hints;
use crate::app::layout::{self, Layout};
use crate::app::mouse::{tab_rects, title_rects};
use crate::app::state::AppState;
use crate::app::status;
use crate::domain::Severity;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::symbols::border;

/// Draws header, screens and the bottom line.
pub(super) fn draw(state: &AppState, theme: &Theme, layout: &Layout, buffer: &mut Buffer) {
    if layout.header.height > 0 {
        header::draw(state, theme, layout.header, buffer);
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
            Rect { x: end + 1, width: layout.tabs.right().saturating_sub(end + 2), ..layout.tabs };
        header::beside_tabs(state, theme, rest, buffer);
    }
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
        canvas::put(buffer, title, hint.title, theme.muted());
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

//! The search through all lambdas.

use super::canvas;
use super::frame::indented;
use super::theme::Theme;
use super::widgets::field_view;
use crate::app::dialogs::search::{SearchDialog, SearchPart, SearchRow};
use crate::app::layout::DialogLayout;
use crate::app::state::AppState;
use crate::editor::Hit;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

/// Draws fields, matches and what there is to say; gives the cursor's cell.
pub(super) fn draw(
    (state, theme): (&AppState, &Theme),
    parts: &DialogLayout,
    dialog: &SearchDialog,
    buffer: &mut Buffer,
) -> Option<Position> {
    let cursor = fields(theme, parts.field, dialog, buffer);
    for (y, row) in
        dialog.rows.iter().skip(dialog.cursor.top).take(parts.list.height as usize).enumerate()
    {
        let area = Rect { y: parts.list.y + y as u16, height: 1, ..parts.list };
        let selected = dialog.cursor.top + y == dialog.cursor.selected;
        draw_row(theme, area, (dialog, *row, selected), buffer);
    }
    let style = if dialog.answer.error.is_some() { theme.bad() } else { theme.muted() };
    canvas::put(buffer, indented(parts.bottom), &dialog.summary(&state.keymap), style);
    cursor
}

fn fields(
    theme: &Theme,
    area: Rect,
    dialog: &SearchDialog,
    buffer: &mut Buffer,
) -> Option<Position> {
    let [first, second] =
        [0, 1].map(|row| Rect { y: area.y + row, height: 1, ..area }.intersection(area));
    let toggles = [
        (dialog.case, "case"),
        (dialog.word, "word"),
        (dialog.regex, "regex"),
        (dialog.payloads, "payloads"),
    ];
    let on: Vec<&str> = toggles.iter().filter(|(on, _)| *on).map(|(_, name)| *name).collect();
    let label = |part| if dialog.part == part { theme.accent() } else { theme.muted() };
    let used = canvas::put(buffer, first, " Find     ", label(SearchPart::Text));
    let right = canvas::put_right(buffer, first, &format!("{} ", on.join(" ")), theme.muted());
    let room = |area: Rect, right: u16| Rect {
        x: area.x + used,
        width: area.width.saturating_sub(used + right + 1),
        ..area
    };
    let find = field_view::draw(buffer, theme, room(first, right), &dialog.field);
    canvas::put(buffer, second, " Replace  ", label(SearchPart::Replacement));
    let replacement = field_view::draw(buffer, theme, room(second, 0), &dialog.replacement);
    match dialog.part {
        SearchPart::Text => find,
        SearchPart::Replacement => replacement,
    }
}

fn draw_row(
    theme: &Theme,
    area: Rect,
    (dialog, row, selected): (&SearchDialog, SearchRow, bool),
    buffer: &mut Buffer,
) {
    let Some((found, hit)) = dialog.entry(row) else { return };
    let taken = !dialog.replaces || dialog.takes(row);
    let mark = match (dialog.replaces, taken) {
        (false, _) => "",
        (true, true) => "[x] ",
        (true, false) => "[ ] ",
    };
    let mut line = Line { buffer, area: indented(area), used: 0 };
    match hit {
        None => {
            line.put(mark, theme.muted());
            line.put(&found.file.to_string(), theme.strong());
            line.put(&format!("  {}", found.hits.len()), theme.muted());
        }
        Some(hit) => {
            line.put(&format!("{mark}{:>5}  ", hit.start.line + 1), theme.faint());
            draw_hit(theme, (hit, dialog.replaces && taken), &mut line);
        }
    }
    if selected {
        buffer
            .set_style(area.intersection(buffer.area), theme.selected(super::theme::Focused::Yes));
    }
}

fn draw_hit(theme: &Theme, (hit, replaces): (&Hit, bool), line: &mut Line<'_>) {
    let (before, rest) = hit.line.split_at(hit.matched.start);
    let (matched, behind) = rest.split_at(hit.matched.len());
    line.put(before, theme.dialog());
    if replaces {
        line.put(matched, theme.taken_away());
        line.put(&hit.replacement, theme.put_in());
    } else {
        line.put(matched, theme.found());
    }
    line.put(behind, theme.dialog());
}

/// Words one behind another.
struct Line<'a> {
    buffer: &'a mut Buffer,
    area: Rect,
    used: u16,
}

impl Line<'_> {
    fn put(&mut self, text: &str, style: Style) {
        let Rect { x, width, .. } = self.area;
        let rest = Rect { x: x + self.used, width: width.saturating_sub(self.used), ..self.area };
        self.used += canvas::put(self.buffer, rest, text, style);
    }
}

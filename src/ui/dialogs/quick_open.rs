//! The palette.

use super::{beside_a_stroke, outline, read_only};
use crate::app::command::Command;
use crate::app::dialogs::quick_open::{Mode, selected_command};
use crate::app::dialogs::{Dialog, QuickOpen};
use crate::app::layout::DialogLayout;
use crate::app::state::AppState;
use crate::app::status;
use crate::app::text_pane::TextPane;
use crate::ui::canvas;
use crate::ui::frame::indented;
use crate::ui::theme::{Focused, Theme};
use crate::ui::widgets::picker_view;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

pub(super) fn draw(
    state: &AppState,
    theme: &Theme,
    parts: &DialogLayout,
    dialog: &QuickOpen,
    buffer: &mut Buffer,
) -> Option<Position> {
    outline(buffer, theme, parts, title(dialog.mode));
    if dialog.mode == Mode::Line {
        canvas::put(buffer, indented(parts.bottom), &line_hint(state, dialog), theme.muted());
        return picker_view::draw_prompt(buffer, theme, parts.field, &dialog.picker);
    }
    let cursor = picker_view::draw_field(buffer, theme, parts.field, &dialog.picker);
    if dialog.picker.entries.is_empty() {
        canvas::wrapped(buffer, indented(parts.list), dialog.nothing, theme.muted());
    } else {
        picker_view::draw_list(buffer, theme, parts.list, &dialog.picker);
    }
    match selected_command(dialog) {
        Some(command) => {
            canvas::put(buffer, indented(parts.bottom), command.doc, theme.muted());
        }
        None => prefixes(buffer, theme, indented(parts.bottom)),
    }
    if parts.preview.width > 0 {
        let inside = beside_a_stroke(buffer, theme, parts.preview);
        if let Some(command) = selected_command(dialog) {
            describe(state, theme, inside, (command, dialog), buffer);
        } else if let Some(preview) = &dialog.preview {
            read_only(buffer, theme, inside, &preview.pane);
            if let Some(line) = preview.line {
                mark_line(theme, inside, (&preview.pane, line), buffer);
            }
        }
    }
    cursor
}

/// What a command does, by which keys, and why it cannot be done now.
fn describe(
    state: &AppState,
    theme: &Theme,
    area: Rect,
    (command, dialog): (&Command, &QuickOpen),
    buffer: &mut Buffer,
) {
    let keys: Vec<_> = state.keymap.keys(command).map(|key| key.to_string()).collect();
    let refused = dialog.picker.selected().and_then(|entry| entry.disabled.as_ref());
    let refused = refused.map(|reason| format!("Not now: {reason}."));
    let mut rest = area;
    for (words, style) in [
        (command.title, theme.strong()),
        (command.doc, theme.dialog()),
        (&keys.join("  "), theme.accent()),
        (&refused.unwrap_or_default(), theme.bad()),
    ] {
        let used = canvas::wrapped(buffer, rest, words, style);
        rest = Rect { y: rest.y + used, height: rest.height - used, ..rest };
    }
}

const fn title(mode: Mode) -> &'static str {
    match mode {
        Mode::Files => "Go to file, or do",
        Mode::Functions => "Go to function",
        Mode::Line => "Go to line",
        Mode::Commands => "Commands",
        Mode::Tabs => "Open files",
    }
}

/// What the first character can be.
fn prefixes(buffer: &mut Buffer, theme: &Theme, area: Rect) {
    let mut rest = area;
    for (_, prefix, name) in Mode::PREFIXES {
        for (words, style) in
            [(format!("{prefix} "), theme.accent()), (format!("{name}   "), theme.muted())]
        {
            let used = canvas::put(buffer, rest, &words, style);
            rest = Rect { x: rest.x + used, width: rest.width - used, ..rest };
        }
    }
}

fn line_hint(state: &AppState, dialog: &QuickOpen) -> String {
    let Some(pane) = state.text_pane() else {
        return "No text is in sight to go to a line of.".to_owned();
    };
    let count = pane.buffer.line_count();
    match dialog.line {
        Some(place) => format!("Line {} of {count}, column {}", place.line + 1, place.column + 1),
        None => format!("A line of {}, or line:column", status::count(count, "line")),
    }
}

/// Marks the line that is being typed in the palette, in the text that the palette stands over.
pub(in crate::ui) fn mark_typed_line(
    state: &AppState,
    theme: &Theme,
    (area, pane): (Rect, &TextPane),
    buffer: &mut Buffer,
) {
    if let Some(Dialog::QuickOpen(dialog)) = state.dialogs.last()
        && let Some(place) = dialog.line
    {
        mark_line(theme, area, (pane, place.line), buffer);
    }
}

fn mark_line(theme: &Theme, area: Rect, (pane, line): (&TextPane, usize), buffer: &mut Buffer) {
    let Some(row) = line.checked_sub(pane.viewport.top) else { return };
    if row < area.height as usize {
        let row = Rect { y: area.y + row as u16, height: 1, ..area };
        buffer.set_style(row.intersection(buffer.area), theme.selected(Focused::No));
    }
}

//! The dialogs.

pub(super) mod quick_open;

use super::canvas;
use super::frame::{self, Titles, indented, shrunk};
use super::search;
use super::theme::{Focused, Theme};
use super::widgets::code_view::CodeView;
use super::widgets::{diff_view, field_view, picker_view};
use crate::app::dialogs::new_lambda::{NamePart, NewLambdaDialog, Preview};
use crate::app::dialogs::{
    Confirm, Dialog, HelpDialog, KeyProbe, Pick, Prompt, VersionsDialog, key_probe, pick,
};
use crate::app::field::Field;
use crate::app::hints;
use crate::app::layout::{self, DialogLayout, TextParts};
use crate::app::state::AppState;
use crate::app::text_pane::TextPane;
use crate::domain::Template;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// Draws the dialog on top; gives the cursor's cell.
pub(super) fn draw(state: &AppState, theme: &Theme, buffer: &mut Buffer) -> Option<Position> {
    let parts = layout::dialog_layout(state);
    frame::clear(buffer, parts.outer, theme.dialog());
    let cursor = match state.dialogs.last()? {
        Dialog::NewLambda(dialog) => new_lambda(state, theme, &parts, dialog, buffer),
        Dialog::Help(dialog) => help(theme, &parts, dialog, buffer),
        Dialog::QuickOpen(dialog) => quick_open::draw(state, theme, &parts, dialog, buffer),
        Dialog::Pick(dialog) => pick(theme, &parts, dialog, buffer),
        Dialog::Prompt(dialog) => prompt(theme, &parts, dialog, buffer),
        Dialog::KeyProbe(dialog) => {
            key_probe(theme, &parts, dialog, buffer);
            None
        }
        Dialog::Search(dialog) => {
            outline(buffer, theme, &parts, "Search all lambdas");
            search::draw((state, theme), &parts, dialog, buffer)
        }
        Dialog::Versions(dialog) => versions(theme, &parts, dialog, buffer),
        Dialog::Confirm(dialog) => {
            confirm(theme, &parts, dialog, buffer);
            None
        }
    };
    keys(state, theme, parts.outer, buffer);
    cursor
}

/// The keys of the dialog, in its lower border.
fn keys(state: &AppState, theme: &Theme, outer: Rect, buffer: &mut Buffer) {
    for (hint, rect) in hints::in_dialog(state, outer) {
        let words = format!(" {} {} ", hint.key, hint.title.to_lowercase());
        canvas::put(
            buffer,
            Rect { x: rect.x - 1, width: rect.width + 2, ..rect },
            &words,
            theme.muted(),
        );
    }
}

fn outline(buffer: &mut Buffer, theme: &Theme, parts: &DialogLayout, title: &str) {
    frame::pane(buffer, theme, parts.outer, Titles { left: title, right: "" }, Focused::Yes);
}

fn new_lambda(
    state: &AppState,
    theme: &Theme,
    parts: &DialogLayout,
    dialog: &NewLambdaDialog,
    buffer: &mut Buffer,
) -> Option<Position> {
    if dialog.is_naming() {
        outline(buffer, theme, parts, "New lambda  3 of 3: name");
        return naming(state, theme, parts, dialog, buffer);
    }
    if let Some(templates) = dialog.template_picker() {
        outline(buffer, theme, parts, "New lambda  2 of 3: template");
        let cursor = picker_view::draw_field(buffer, theme, parts.field, templates);
        picker_view::draw_list(buffer, theme, parts.list, templates);
        if let Some(entry) = templates.selected() {
            preview(theme, parts.preview, (&entry.value, dialog.preview.as_ref()), buffer);
        }
        return cursor;
    }
    outline(buffer, theme, parts, "New lambda  1 of 3: event");
    let cursor = picker_view::draw_field(buffer, theme, parts.field, &dialog.events);
    picker_view::draw_list(buffer, theme, parts.list, &dialog.events);
    cursor
}

/// A template's description and code.
fn preview(
    theme: &Theme,
    area: Rect,
    (template, shown): (&Template, Option<&Preview>),
    buffer: &mut Buffer,
) {
    let inside = beside_a_stroke(buffer, theme, area);
    canvas::line(buffer, inside, 0, &template.name, theme.strong());
    let below = Rect { y: inside.y + 1, height: inside.height.saturating_sub(1), ..inside };
    let used = canvas::wrapped(buffer, below, &template.description, theme.muted());
    if let Some(needs) = template.needs.in_words() {
        let rest = Rect { y: below.y + used, height: below.height.saturating_sub(used), ..below };
        canvas::wrapped(buffer, rest, &needs, theme.accent());
    }
    if let Some(shown) = shown.filter(|shown| shown.template == template.id) {
        read_only(buffer, theme, layout::template_code(area, template), &shown.pane);
    }
}

/// A stroke between a list and what is shown of its selected entry; gives the room behind it.
fn beside_a_stroke(buffer: &mut Buffer, theme: &Theme, area: Rect) -> Rect {
    for y in area.top()..area.bottom() {
        buffer.set_string(area.x, y, "│", theme.border(Focused::No));
    }
    layout::beside_a_stroke(area)
}

/// A text to be looked at.
fn read_only(buffer: &mut Buffer, theme: &Theme, area: Rect, pane: &TextPane) {
    let gutter = layout::gutter_width(pane.buffer.line_count()).min(area.width);
    let parts = TextParts {
        gutter: Rect { width: gutter, ..area },
        text: Rect { x: area.x + gutter, width: area.width - gutter, ..area },
        find: Rect::default(),
    };
    CodeView { pane, find: None, focused: false }.draw(buffer, theme, parts);
}

fn naming(
    state: &AppState,
    theme: &Theme,
    parts: &DialogLayout,
    dialog: &NewLambdaDialog,
    buffer: &mut Buffer,
) -> Option<Position> {
    let event = dialog.event.as_ref().and_then(|id| state.project.catalog.event(id));
    let template = dialog.templates.selected().map_or("", |entry| &entry.label);
    let swap = dialog
        .swap
        .as_ref()
        .map(|holder| format!(", in the place of {holder}"))
        .unwrap_or_default();
    let words = format!("{template}, for {}{swap}", event.map_or("no event", |event| &event.name));
    canvas::wrapped(buffer, indented(parts.note), &words, theme.muted());
    let name =
        labelled(buffer, theme, parts.field, "Name", (&dialog.name, dialog.part == NamePart::Name));
    let description = labelled(
        buffer,
        theme,
        parts.list,
        "Description",
        (&dialog.description, dialog.part == NamePart::Description),
    );
    let y = parts.list.y + 2;
    let height = parts.outer.bottom().saturating_sub(y + 1);
    let below = Rect { y, height, ..indented(parts.list) };
    match &dialog.error {
        Some(error) => canvas::wrapped(buffer, below, error, theme.bad()),
        None if dialog.is_making => canvas::wrapped(buffer, below, "Making it …", theme.muted()),
        None => canvas::wrapped(
            buffer,
            below,
            &format!(
                "{} goes between the two; the description may stay empty.",
                state.keymap.word_for("dialog.next")
            ),
            theme.muted(),
        ),
    };
    if dialog.part == NamePart::Name { name } else { description }
}

fn labelled(
    buffer: &mut Buffer,
    theme: &Theme,
    area: Rect,
    label: &str,
    (field, active): (&crate::app::field::Field, bool),
) -> Option<Position> {
    let area = Rect { height: 1.min(area.height), ..area };
    let style = if active { theme.accent() } else { theme.muted() };
    canvas::put(buffer, indented(area), label, style);
    let room =
        Rect { x: area.x + 14.min(area.width), width: area.width.saturating_sub(15), ..area };
    buffer.set_style(room.intersection(buffer.area), theme.cursor_line());
    field_view::draw(buffer, theme, room, field)
}

fn help(
    theme: &Theme,
    parts: &DialogLayout,
    dialog: &HelpDialog,
    buffer: &mut Buffer,
) -> Option<Position> {
    outline(buffer, theme, parts, "Keys");
    let cursor = picker_view::draw_field(buffer, theme, parts.field, &dialog.picker);
    picker_view::draw_list(buffer, theme, parts.list, &dialog.picker);
    if let Some(entry) = dialog.picker.selected() {
        canvas::put(buffer, indented(parts.bottom), entry.value.doc, theme.muted());
    }
    cursor
}

fn pick(
    theme: &Theme,
    parts: &DialogLayout,
    dialog: &Pick,
    buffer: &mut Buffer,
) -> Option<Position> {
    outline(buffer, theme, parts, &dialog.title);
    if let Some(note) = &dialog.note {
        canvas::wrapped(buffer, indented(parts.note), note, theme.dialog());
    }
    let cursor = picker_view::draw_field(buffer, theme, parts.field, &dialog.picker);
    picker_view::draw_list(buffer, theme, parts.list, &dialog.picker);
    if let Some(entry) = dialog.picker.selected().filter(|_| dialog.purpose == pick::Purpose::Read)
    {
        let below = Rect { y: parts.bottom.y + 1, ..shrunk(indented(parts.bottom)) };
        let below = Rect { height: parts.bottom.height.saturating_sub(1), ..below };
        canvas::wrapped(buffer, below, &entry.label, theme.base());
    }
    cursor
}

/// The versions of a lambda, and how the selected one differs.
fn versions(
    theme: &Theme,
    parts: &DialogLayout,
    dialog: &VersionsDialog,
    buffer: &mut Buffer,
) -> Option<Position> {
    outline(buffer, theme, parts, &format!("Versions of {}", dialog.lambda));
    let cursor = picker_view::draw_field(buffer, theme, parts.field, &dialog.picker);
    picker_view::draw_list(buffer, theme, parts.list, &dialog.picker);
    let is_beside = parts.preview.x > parts.list.x;
    let inside = if is_beside {
        beside_a_stroke(buffer, theme, parts.preview)
    } else {
        indented(parts.preview)
    };
    canvas::line(buffer, inside, 0, &dialog.title(), theme.strong());
    if !dialog.awaits_another() {
        let rest = Rect { y: inside.y + 1, height: inside.height.saturating_sub(1), ..inside };
        diff_view::draw(buffer, theme, rest, &dialog.comparison);
    }
    cursor
}

fn prompt(
    theme: &Theme,
    parts: &DialogLayout,
    dialog: &Prompt,
    buffer: &mut Buffer,
) -> Option<Position> {
    outline(buffer, theme, parts, &dialog.title);
    canvas::wrapped(buffer, indented(parts.note), dialog.note, theme.muted());
    let used = canvas::put(buffer, parts.field, " > ", theme.accent());
    let room = Rect {
        x: parts.field.x + used,
        width: parts.field.width.saturating_sub(used + 1),
        ..parts.field
    };
    let cursor = if dialog.is_hidden() {
        let covered = "•".repeat(dialog.field.text().chars().count());
        field_view::draw(buffer, theme, room, &Field::new(&covered))
    } else {
        field_view::draw(buffer, theme, room, &dialog.field)
    };
    if let Some(error) = &dialog.error {
        canvas::wrapped(buffer, indented(parts.bottom), error, theme.bad());
    }
    cursor
}

/// Three columns: bytes, reading, effect; the newest at the bottom.
fn key_probe(theme: &Theme, parts: &DialogLayout, dialog: &KeyProbe, buffer: &mut Buffer) {
    outline(buffer, theme, parts, "What did my terminal send?");
    canvas::wrapped(buffer, indented(parts.note), key_probe::NOTE, theme.muted());
    let list = indented(parts.list);
    let skipped = dialog.rows.len().saturating_sub(list.height as usize);
    let (first, second) = (list.width * 3 / 10, list.width * 3 / 5);
    for (y, row) in dialog.rows.iter().skip(skipped).enumerate() {
        let line = Rect { y: list.y + y as u16, height: 1, ..list };
        let column = |from: u16, to: u16| Rect {
            x: line.x + from,
            width: (to - from).saturating_sub(1),
            ..line
        };
        canvas::put(buffer, column(0, first), &row.bytes, theme.dialog());
        canvas::put(buffer, column(first, second), &row.reading, theme.strong());
        canvas::put(buffer, column(second, list.width), &row.effect, theme.dialog());
    }
    canvas::put_right(buffer, parts.bottom, key_probe::WAY_OUT, theme.muted());
}

fn confirm(theme: &Theme, parts: &DialogLayout, dialog: &Confirm, buffer: &mut Buffer) {
    outline(buffer, theme, parts, &dialog.title);
    let mut area = indented(parts.note);
    for text in &dialog.text {
        let used = canvas::wrapped(buffer, area, text, theme.dialog());
        area = Rect { y: area.y + used, height: area.height.saturating_sub(used), ..area };
    }
    if let Some(comparison) = &dialog.comparison {
        diff_view::draw(buffer, theme, parts.list, comparison);
    }
    for (index, (answer, rect)) in
        dialog.answers.iter().zip(layout::answer_rects(parts.bottom, &dialog.answers)).enumerate()
    {
        let style = theme.button(Focused::from(index == dialog.selected));
        let rect = rect.intersection(parts.bottom);
        buffer.set_style(rect.intersection(buffer.area), style);
        canvas::put(
            buffer,
            Rect { x: rect.x + 2.min(rect.width), width: rect.width.saturating_sub(2), ..rect },
            answer,
            style,
        );
    }
}

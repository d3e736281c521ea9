//! A list that is narrowed down by typing.

use crate::app::dialogs::picker::{Entry, Match, Picker, PickerRow};
use crate::editor::{clusters, shown};
use crate::ui::canvas;
use crate::ui::theme::{Focused, Theme};
use crate::ui::widgets::{field_view, scrollbar};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use unicode_width::UnicodeWidthStr;

/// Draws the field with its prompt and the count of matches; gives the cursor's cell.
pub(in crate::ui) fn draw_field<T>(
    buffer: &mut Buffer,
    theme: &Theme,
    area: Rect,
    picker: &Picker<T>,
) -> Option<Position> {
    let count = format!("{}/{} ", picker.matches.len(), picker.entries.len());
    let counted = canvas::put_right(buffer, area, &count, theme.muted());
    let prompt = canvas::put(buffer, area, " > ", theme.accent());
    let width = area.width.saturating_sub(prompt + counted + 1);
    field_view::draw(buffer, theme, Rect { x: area.x + prompt, width, ..area }, &picker.field)
}

/// Draws the field with its prompt alone; gives the cursor's cell.
pub(in crate::ui) fn draw_prompt<T>(
    buffer: &mut Buffer,
    theme: &Theme,
    area: Rect,
    picker: &Picker<T>,
) -> Option<Position> {
    let prompt = canvas::put(buffer, area, " > ", theme.accent());
    let width = area.width.saturating_sub(prompt + 1);
    field_view::draw(buffer, theme, Rect { x: area.x + prompt, width, ..area }, &picker.field)
}

/// Draws the list.
pub(in crate::ui) fn draw_list<T>(
    buffer: &mut Buffer,
    theme: &Theme,
    list: Rect,
    picker: &Picker<T>,
) {
    let rows = picker.rows();
    let labels = picker.entries.iter().map(|entry| entry.label.width()).max().unwrap_or(0);
    let label_width = labels.min(list.width as usize * 2 / 5).max(12) as u16;
    for (y, row) in rows.iter().skip(picker.cursor.top).take(list.height as usize).enumerate() {
        let area = Rect { y: list.y + y as u16, height: 1, ..list };
        match *row {
            PickerRow::Heading { entry, empty } => {
                let used = canvas::put(
                    buffer,
                    inset(area, 1),
                    &picker.entries[entry].group,
                    theme.strong(),
                );
                if empty {
                    canvas::put(buffer, inset(area, used + 3), "(nothing matches)", theme.muted());
                }
            }
            PickerRow::Match(index) => {
                let found = &picker.matches[index];
                let selected = index == picker.cursor.selected;
                draw_entry(
                    buffer,
                    theme,
                    area,
                    &EntryView {
                        entry: &picker.entries[found.entry],
                        found,
                        selected,
                        label_width,
                    },
                );
            }
        }
    }
    if rows.is_empty() {
        canvas::put(buffer, inset(list, 2), "nothing matches", theme.muted());
    }
    scrollbar::draw(buffer, theme, list, picker.cursor, rows.len());
}

struct EntryView<'a, T> {
    entry: &'a Entry<T>,
    found: &'a Match,
    selected: bool,
    label_width: u16,
}

fn draw_entry<T>(buffer: &mut Buffer, theme: &Theme, area: Rect, view: &EntryView<'_, T>) {
    let EntryView { entry, found, selected, label_width } = view;
    let text = if entry.disabled.is_some() { theme.muted() } else { theme.strong() };
    let text = if *selected { text } else { text.remove_modifier(ratatui::style::Modifier::BOLD) };
    let label = Rect { width: (*label_width).min(area.width.saturating_sub(3)), ..inset(area, 3) };
    // The name is worth more than a long word at its right; a key is short.
    let needed = entry.label.width() + entry.right.width() + 6;
    let is_cut = needed > area.width as usize && entry.right.width() * 3 > area.width as usize;
    let right = if is_cut { "" } else { &entry.right };
    let right = canvas::put_right(
        buffer,
        Rect { width: area.width.saturating_sub(1), ..area },
        right,
        theme.muted(),
    );
    let whole = Rect { width: area.width.saturating_sub(right + 5), ..inset(area, 3) };
    let detailed = !entry.detail.is_empty() || entry.disabled.is_some();
    let label = if detailed { label.intersection(whole) } else { whole };
    let used = draw_label(buffer, theme, label, (&entry.label, &found.marks), text);
    let start = 3 + used.max(if detailed { *label_width } else { used }) + 2;
    let room = area.width.saturating_sub(start + right + 2);
    let detail = Rect { width: room, ..inset(area, start) };
    if let Some(reason) = &entry.disabled {
        canvas::put(buffer, detail, &format!("not now: {reason}"), theme.muted());
    } else {
        canvas::put(buffer, detail, &entry.detail, theme.muted());
    }
    if *selected {
        buffer.set_style(area.intersection(buffer.area), theme.selected(Focused::Yes));
        canvas::put(
            buffer,
            inset(area, 1),
            ">",
            theme.accent().patch(theme.selected(Focused::Yes)),
        );
    }
}

/// Draws a name with the letters that match marked; gives the columns used.
fn draw_label(
    buffer: &mut Buffer,
    theme: &Theme,
    area: Rect,
    (label, marks): (&str, &[u32]),
    style: ratatui::style::Style,
) -> u16 {
    let used = canvas::put(buffer, area, label, style);
    let area = area.intersection(buffer.area);
    for cluster in
        clusters(label).take_while(|cluster| cluster.cell + cluster.width < area.width as usize + 1)
    {
        let hit = cluster
            .text
            .chars()
            .enumerate()
            .any(|(n, _)| marks.contains(&((cluster.column + n) as u32)));
        if hit && cluster.cell + cluster.width <= used as usize {
            let at = area.x + cluster.cell as u16;
            buffer.set_string(at, area.y, shown(&cluster), style.patch(theme.marked()));
        }
    }
    used
}

fn inset(area: Rect, columns: u16) -> Rect {
    Rect { x: area.x + columns.min(area.width), width: area.width.saturating_sub(columns), ..area }
}

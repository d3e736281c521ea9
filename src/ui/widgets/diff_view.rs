//! What differs between two texts: line numbers of both, a sign, the line with its different words marked.

use crate::app::comparison::Comparison;
use crate::app::list::Cursor;
use crate::app::status;
use crate::editor::{Change, Diff, DiffRow, clusters, shown};
use crate::ui::canvas;
use crate::ui::theme::Theme;
use crate::ui::widgets::scrollbar;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::ops::Range;

/// Draws the rows in sight, and nothing else of the comparison, however long it is.
pub(in crate::ui) fn draw(buffer: &mut Buffer, theme: &Theme, area: Rect, comparison: &Comparison) {
    let inside =
        Rect { x: area.x + 1.min(area.width), width: area.width.saturating_sub(1), ..area };
    let Some(diff) = &comparison.diff else {
        canvas::put(buffer, inside, "Comparing the texts …", theme.muted());
        return;
    };
    if diff.rows.is_empty() {
        let words = if diff.only_endings {
            "The lines are the same; the texts end them differently."
        } else {
            "Nothing differs."
        };
        canvas::put(buffer, inside, words, theme.muted());
        return;
    }
    let digits = digits(diff);
    for (y, row) in diff.rows.iter().skip(comparison.top).take(area.height as usize).enumerate() {
        draw_row(buffer, theme, Rect { y: area.y + y as u16, height: 1, ..inside }, (row, digits));
    }
    let cursor = Cursor { selected: comparison.top, top: comparison.top };
    scrollbar::draw(buffer, theme, area, cursor, diff.rows.len());
}

/// How many digits the greatest line number has.
fn digits(diff: &Diff) -> usize {
    let number = |row: &DiffRow| match row {
        DiffRow::Line { old, new, .. } => (*old).max(*new),
        DiffRow::Gap(_) => None,
    };
    let greatest = diff.rows.iter().rev().find_map(number).unwrap_or(1);
    greatest.max(1).ilog10() as usize + 1
}

fn draw_row(buffer: &mut Buffer, theme: &Theme, area: Rect, (row, digits): (&DiffRow, usize)) {
    let (change, old, new, text, marks) = match row {
        DiffRow::Line { change, old, new, text, marks } => (change, old, new, text, marks),
        DiffRow::Gap(lines) => {
            let words = format!(
                "{:>width$} {}",
                "⋯",
                status::count(*lines, "equal line"),
                width = digits * 2 + 3
            );
            canvas::put(buffer, area, &words, theme.faint());
            return;
        }
    };
    let number = |at: &Option<usize>| at.map_or_else(String::new, |at| at.to_string());
    let numbers = format!("{:>digits$} {:>digits$} ", number(old), number(new));
    let used = canvas::put(buffer, area, &numbers, theme.faint());
    let (sign, style) = match change {
        Change::Same => (" ", theme.muted()),
        Change::Removed => ("-", theme.bad()),
        Change::Added => ("+", theme.good()),
    };
    let rest = Rect { x: area.x + used, width: area.width.saturating_sub(used), ..area };
    canvas::put(buffer, rest, &format!("{sign} {text}"), style);
    let words = Rect { x: rest.x + 2.min(rest.width), width: rest.width.saturating_sub(2), ..rest };
    mark(buffer, theme, words.intersection(buffer.area), (text, marks));
}

/// Marks the words that are different, as far as the line is in sight.
fn mark(buffer: &mut Buffer, theme: &Theme, area: Rect, (text, marks): (&str, &[Range<usize>])) {
    if marks.is_empty() {
        return;
    }
    for cluster in clusters(text) {
        // The last column may hold an ellipsis.
        if cluster.cell + cluster.width >= area.width as usize {
            return;
        }
        if marks.iter().any(|mark| mark.contains(&cluster.column)) {
            let at = (area.x + cluster.cell as u16, area.y);
            let style = buffer[at].style().patch(theme.marked());
            canvas::set(buffer, at, (&shown(&cluster), cluster.width), style);
        }
    }
}

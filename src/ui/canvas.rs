//! Writing words into cells.

use crate::app::words::wrap;
use crate::editor::{clusters, shown};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

/// Writes `text` at the start of row `y` of `area`, cut with an ellipsis to what fits; gives the columns used.
pub fn line(buffer: &mut Buffer, area: Rect, y: u16, text: &str, style: Style) -> u16 {
    put(buffer, Rect::new(area.x, area.y + y, area.width, 1).intersection(area), text, style)
}

/// Writes `text` into the first row of `area`, cut with an ellipsis to what fits; gives the columns used. Control
/// characters are shown as pictures.
pub fn put(buffer: &mut Buffer, area: Rect, text: &str, style: Style) -> u16 {
    let area = area.intersection(buffer.area);
    if area.is_empty() {
        return 0;
    }
    let room = area.width as usize;
    let fits = if text.is_ascii() { text.len() <= room } else { text.width() <= room };
    let mut used = 0;
    for cluster in clusters(text) {
        let keep = if fits { room } else { room - 1 };
        if used + cluster.width > keep {
            break;
        }
        set(buffer, (area.x + used as u16, area.y), (&shown(&cluster), cluster.width), style);
        used += cluster.width;
    }
    if !fits && used < room {
        set(buffer, (area.x + used as u16, area.y), ("…", 1), style);
        used += 1;
    }
    used as u16
}

/// Puts one cluster of so many columns at a cell, which must be inside as far as it reaches.
pub fn set(buffer: &mut Buffer, (x, y): (u16, u16), (symbol, width): (&str, usize), style: Style) {
    let cell = &mut buffer[(x, y)];
    cell.set_symbol(symbol);
    cell.set_style(style);
    for column in 1..width as u16 {
        let cell = &mut buffer[(x + column, y)];
        cell.reset();
        cell.set_style(style);
    }
}

/// Writes `text` so that it ends at the right edge of the first row of `area`; gives the columns used.
pub fn put_right(buffer: &mut Buffer, area: Rect, text: &str, style: Style) -> u16 {
    let width = (text.width() as u16).min(area.width);
    put(buffer, Rect::new(area.right() - width, area.y, width, 1.min(area.height)), text, style)
}

/// Writes `text` over as many rows of `area` as it needs, broken at blanks; gives the rows used.
pub fn wrapped(buffer: &mut Buffer, area: Rect, text: &str, style: Style) -> u16 {
    let rows = wrap(text, area.width as usize);
    for (row, words) in rows.iter().enumerate().take(area.height as usize) {
        line(buffer, area, row as u16, words, style);
    }
    (rows.len() as u16).min(area.height)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_with_an_ellipsis_and_never_leaves_its_area() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 8, 2));
        assert_eq!(put(&mut buffer, Rect::new(1, 0, 5, 1), "a long line", Style::new()), 5);
        assert_eq!(put(&mut buffer, Rect::new(6, 1, 9, 1), "日本", Style::new()), 1);
        assert_eq!(buffer, Buffer::with_lines([" a lo…  ", "      … "]));
        assert_eq!(put(&mut buffer, Rect::new(20, 20, 5, 1), "x", Style::new()), 0);
    }
}

//! Runs over time as bars: one row of them for a lambda, several rows for a whole window.

use crate::domain::{Bucket, RunFigures};
use crate::ui::canvas;
use crate::ui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Eighths of a cell, from the bottom.
const EIGHTHS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
/// Eighths in a cell.
const CELL: u64 = 8;

/// Draws the newest pieces of a window that fit in one row, each a column; a piece with a failure looks like one.
pub(in crate::ui) fn spark(buffer: &mut Buffer, theme: &Theme, area: Rect, figures: &RunFigures) {
    let area = area.intersection(buffer.area);
    let skipped = figures.buckets.len().saturating_sub(area.width as usize);
    let shown = &figures.buckets[skipped..];
    let most = shown.iter().copied().map(total).max().unwrap_or(0);
    if most == 0 || area.is_empty() {
        return;
    }
    for (x, bucket) in (area.x..area.right()).zip(shown) {
        let height = (total(*bucket) * CELL).div_ceil(most);
        let (symbol, style) = match bucket.failed {
            0 => (EIGHTHS[height as usize], theme.good()),
            _ => (failed_symbol(theme, height), theme.bad()),
        };
        canvas::set(buffer, (x, area.y), (symbol, 1), style);
    }
}

/// Draws all pieces over the rows of `area`: what failed at the foot of each bar, what succeeded above it.
pub(in crate::ui) fn draw(buffer: &mut Buffer, theme: &Theme, area: Rect, figures: &RunFigures) {
    let area = area.intersection(buffer.area);
    let count = figures.buckets.len().min(area.width as usize);
    let most = figures.buckets.iter().copied().map(total).max().unwrap_or(0);
    if area.is_empty() || count == 0 || most == 0 {
        return;
    }
    let start = |index: usize| area.x + (index * area.width as usize / count) as u16;
    let gap = u16::from(area.width as usize / count > 2);
    let skipped = figures.buckets.len() - count;
    let room = u64::from(area.height) * CELL;
    for (index, bucket) in figures.buckets.iter().skip(skipped).enumerate() {
        let height = (total(*bucket) * room).div_ceil(most);
        let failed = (u64::from(bucket.failed) * room).div_ceil(most).min(height);
        for row in 0..area.height {
            let from = u64::from(row) * CELL;
            let (symbol, style) =
                cell(theme, failed.saturating_sub(from), height - height.min(from));
            let y = area.bottom() - 1 - row;
            for x in start(index)..start(index + 1) - gap {
                canvas::set(buffer, (x, y), (symbol, 1), style);
            }
        }
    }
}

/// What stands in a cell of which so many eighths, from its foot, failed, and so many are filled at all.
fn cell(theme: &Theme, failed: u64, filled: u64) -> (&'static str, Style) {
    let (failed, filled) = (failed.min(CELL), filled.min(CELL));
    if failed == 0 {
        return (EIGHTHS[filled as usize], theme.good());
    }
    let foot = (failed_symbol(theme, failed), theme.bad());
    match theme.good().fg.filter(|_| is_told_by_colour(theme)) {
        // A cell has two colours: the head of the bar takes the ground's place where it fills the cell.
        Some(head) if filled == CELL && failed < CELL => (foot.0, foot.1.bg(head)),
        _ => foot,
    }
}

/// What failed and fills so many eighths of a cell. Without colours it takes a whole cell, for the eighths of what
/// succeeded look the same.
fn failed_symbol(theme: &Theme, eighths: u64) -> &'static str {
    if is_told_by_colour(theme) { EIGHTHS[eighths as usize] } else { "▒" }
}

fn is_told_by_colour(theme: &Theme) -> bool {
    theme.good().fg != theme.bad().fg
}

fn total(bucket: Bucket) -> u64 {
    u64::from(bucket.succeeded) + u64::from(bucket.failed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::themes::ThemeName;
    use crate::ui::theme::ColorMode;

    fn figures(pieces: &[(u32, u32)]) -> RunFigures {
        let buckets = pieces
            .iter()
            .map(|(succeeded, failed)| Bucket { succeeded: *succeeded, failed: *failed });
        RunFigures { buckets: buckets.collect(), ..RunFigures::default() }
    }

    #[test]
    fn the_highest_bar_fills_the_rows_and_a_single_failure_is_seen() {
        let theme = Theme::named(ThemeName::Dark, ColorMode::True);
        let mut buffer = Buffer::empty(Rect::new(0, 0, 6, 2));
        let area = buffer.area;
        draw(&mut buffer, &theme, area, &figures(&[(1000, 0), (500, 0), (999, 1)]));
        assert_eq!(buffer[(0, 0)].symbol(), "█");
        assert_eq!((buffer[(2, 0)].symbol(), buffer[(2, 1)].symbol()), (" ", "█"));
        assert_eq!((buffer[(4, 1)].symbol(), buffer[(4, 1)].fg), ("▁", theme.bad().fg.unwrap()));
    }

    #[test]
    fn the_bars_fill_their_room_whatever_it_is() {
        let theme = Theme::named(ThemeName::Dark, ColorMode::True);
        for width in [24, 50, 61, 76] {
            let mut buffer = Buffer::empty(Rect::new(0, 0, width, 1));
            let area = buffer.area;
            draw(&mut buffer, &theme, area, &figures(&[(1, 0); 24]));
            let last = width - 1 - u16::from(width > 72);
            let filled = [0, last].map(|x| buffer[(x, 0)].symbol() == "█");
            assert_eq!(filled, [true, true], "{width} columns");
        }
    }

    #[test]
    fn without_colours_what_failed_is_made_of_something_else() {
        let theme = Theme::named(ThemeName::Terminal, ColorMode::None);
        let mut buffer = Buffer::empty(Rect::new(0, 0, 4, 2));
        let area = buffer.area;
        draw(&mut buffer, &theme, area, &figures(&[(9, 1), (10, 0)]));
        assert_eq!((buffer[(0, 0)].symbol(), buffer[(0, 1)].symbol()), ("█", "▒"));
        assert_eq!(buffer[(2, 1)].symbol(), "█");
        spark(&mut buffer, &theme, area, &figures(&[(9, 1), (10, 0)]));
        assert_eq!((buffer[(0, 0)].symbol(), buffer[(1, 0)].symbol()), ("▒", "█"));
    }

    #[test]
    fn a_row_shows_the_newest_pieces_and_no_more_than_fit() {
        let theme = Theme::named(ThemeName::Dark, ColorMode::True);
        let mut buffer = Buffer::empty(Rect::new(0, 0, 3, 1));
        spark(&mut buffer, &theme, Rect::new(1, 0, 9, 9), &figures(&[(9, 9), (1, 0), (0, 2)]));
        assert_eq!(buffer[(0, 0)].symbol(), " ");
        assert_eq!((buffer[(1, 0)].symbol(), buffer[(2, 0)].symbol()), ("▄", "█"));
        assert_eq!(buffer[(2, 0)].fg, theme.bad().fg.unwrap());
    }
}

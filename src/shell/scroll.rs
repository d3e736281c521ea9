//! Rows that are on the terminal already, only higher or lower: they are moved there rather than written anew.
//!
//! A new line, a deleted one and a turn of the wheel move half the screen by a row or a few. Written cell by cell that is
//! kilobytes; as a scroll of these rows it is a dozen bytes and what stands beside the text. Knows cells and the two
//! sequences that every terminal has for it, nothing of what is drawn.

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::Modifier;
use std::io::Write as _;

/// So many rows must differ before it is worth looking.
pub(super) const LEAST_ROWS: usize = 6;
/// So many cells must be saved.
const LEAST_SAVING: i32 = 200;
/// The farthest that is looked for, in rows.
const FARTHEST: usize = 4;

/// Which way rows move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Up,
    Down,
}

/// The rows from `top` up to, not including, `bottom` move by `by`; what comes free has to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scroll {
    top: usize,
    bottom: usize,
    by: usize,
    way: Way,
}

impl Scroll {
    /// The scroll that saves most on the way from `before` to `after`, if one is worth it. Both have one size.
    pub(super) fn between(before: &Buffer, after: &Buffer) -> Option<Self> {
        let (from, to) = (Rows::of(before), Rows::of(after));
        let direct: Vec<i32> = (0..to.count()).map(|y| differing(from.row(y), to.row(y))).collect();
        (1..=FARTHEST.min(to.count().saturating_sub(1)))
            .flat_map(|by| [(by, Way::Up), (by, Way::Down)])
            .filter_map(|(by, way)| Self::best(from, to, &direct, (by, way)))
            .max_by_key(|(saving, _)| *saving)
            .filter(|(saving, _)| *saving >= LEAST_SAVING)
            .map(|(_, scroll)| scroll)
    }

    /// The stretch of rows that saves most when it moves this far, and how many cells.
    fn best(
        from: Rows<'_>,
        to: Rows<'_>,
        direct: &[i32],
        (by, way): (usize, Way),
    ) -> Option<(i32, Self)> {
        // Row `y` goes to `y - by` on the way up, and comes from there on the way down.
        let saving = |y: usize| match way {
            Way::Up => direct[y] - differing(from.row(y + by), to.row(y)),
            Way::Down => direct[y + by] - differing(from.row(y), to.row(y + by)),
        };
        let (start, end, saved) = heaviest((0..to.count() - by).map(saving))?;
        let (top, bottom) = (start, end + by);
        let freed = match way {
            Way::Up => end..bottom,
            Way::Down => top..start + by,
        };
        let rewritten: i32 = freed.map(|y| to.width as i32 - direct[y]).sum();
        Some((saved - rewritten, Self { top, bottom, by, way }))
    }

    /// Tells the terminal. The cursor is anywhere afterwards.
    pub(super) fn write(self, bytes: &mut Vec<u8>) {
        let (top, bottom, by) = (self.top + 1, self.bottom, self.by);
        let command = match self.way {
            Way::Up => 'M',
            Way::Down => 'L',
        };
        write!(bytes, "\x1b[{top};{bottom}r\x1b[{top};1H\x1b[{by}{command}\x1b[r")
            .expect("writing to a vector succeeds");
    }

    /// Does to `shown` what the terminal does. What comes free is like nothing that is ever drawn.
    pub(super) fn apply(self, shown: &mut Buffer) {
        let width = shown.area.width as usize;
        let moved = &mut shown.content[self.top * width..self.bottom * width];
        let cells = self.by * width;
        let freed = match self.way {
            Way::Up => {
                moved.rotate_left(cells);
                moved.len() - cells..moved.len()
            }
            Way::Down => {
                moved.rotate_right(cells);
                0..cells
            }
        };
        moved[freed].fill(unknown());
    }
}

/// A cell of which nobody knows what the terminal shows in it.
fn unknown() -> Cell {
    let mut cell = Cell::new("\u{fffd}");
    cell.modifier = Modifier::RAPID_BLINK | Modifier::HIDDEN;
    cell
}

#[derive(Clone, Copy)]
struct Rows<'a> {
    cells: &'a [Cell],
    width: usize,
}

impl<'a> Rows<'a> {
    fn of(buffer: &'a Buffer) -> Self {
        Self { cells: &buffer.content, width: (buffer.area.width as usize).max(1) }
    }

    fn count(self) -> usize {
        self.cells.len() / self.width
    }

    fn row(self, y: usize) -> &'a [Cell] {
        &self.cells[y * self.width..(y + 1) * self.width]
    }
}

fn differing(a: &[Cell], b: &[Cell]) -> i32 {
    a.iter().zip(b).filter(|(a, b)| a != b).count() as i32
}

/// The stretch of `weights` with the greatest sum, from its first up to, not including, its last, and the sum.
fn heaviest(weights: impl Iterator<Item = i32>) -> Option<(usize, usize, i32)> {
    let mut best: Option<(usize, usize, i32)> = None;
    let (mut start, mut sum) = (0, 0);
    for (index, weight) in weights.enumerate() {
        if sum <= 0 {
            (start, sum) = (index, 0);
        }
        sum += weight;
        if sum > best.map_or(0, |(.., sum)| sum) {
            best = Some((start, index + 1, sum));
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;

    fn frame(rows: impl Iterator<Item = String>) -> Buffer {
        let rows: Vec<String> = rows.collect();
        let mut buffer = Buffer::empty(Rect::new(0, 0, 60, rows.len() as u16));
        for (y, row) in rows.iter().enumerate() {
            buffer.set_string(0, y as u16, row, ratatui::style::Style::new());
        }
        buffer
    }

    fn line(n: usize) -> String {
        let word = char::from(b'a' + (n % 26) as u8).to_string().repeat(40);
        format!("{n:>4}  {word}  |side|")
    }

    #[test]
    fn a_line_that_is_inserted_moves_those_below_it() {
        let before = frame((0..20).map(line));
        let after = frame((0..8).map(line).chain([String::new()]).chain((8..19).map(line)));
        let scroll = Scroll::between(&before, &after).unwrap();
        assert_eq!(scroll, Scroll { top: 8, bottom: 20, by: 1, way: Way::Down });
        let back = Scroll::between(&after, &before).unwrap();
        assert_eq!((back.way, back.by, back.top), (Way::Up, 1, 8));
        let mut bytes = Vec::new();
        scroll.write(&mut bytes);
        assert_eq!(bytes, b"\x1b[9;20r\x1b[9;1H\x1b[1L\x1b[r");
    }

    #[test]
    fn a_turn_of_the_wheel_is_found_and_a_key_is_not() {
        let before = frame((0..20).map(line));
        let wheel = Scroll::between(&before, &frame((3..23).map(line))).unwrap();
        assert_eq!((wheel.way, wheel.by), (Way::Up, 3));
        let mut typed = before.clone();
        typed.set_string(20, 4, "x", ratatui::style::Style::new());
        assert_eq!(Scroll::between(&before, &typed), None);
        assert_eq!(Scroll::between(&before, &frame((500..520).map(line))), None);
    }

    #[test]
    fn what_comes_free_is_never_taken_for_what_is_drawn() {
        let before = frame((0..20).map(line));
        let after = frame((1..21).map(line));
        let mut shown = before.clone();
        Scroll::between(&before, &after).unwrap().apply(&mut shown);
        let (shown, after) = (Rows::of(&shown), Rows::of(&after));
        assert_eq!(differing(shown.row(0), after.row(0)), 0);
        assert_eq!(differing(shown.row(19), after.row(19)), 60, "blanks are written too");
    }
}

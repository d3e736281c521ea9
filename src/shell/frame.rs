//! From cells to bytes: what differs from the frame before, in as few bytes as a terminal understands.
//!
//! Only rows that were drawn anew are compared; rows that only moved are scrolled.
//! Colours and attributes are sent when they change and stay in force from one frame to the next; the cursor is moved
//! only where it does not stand already. A key pressed in a text costs its character and little more, which a slow
//! line feels.

use super::scroll::{self, Scroll};
use crate::ui::{Drawn, Kept};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect, Size};
use ratatui::style::{Color, Modifier};
use std::borrow::Cow;
use std::io::{self, Write};
use std::ops::Range;

/// Frames of more bytes than this are bracketed so that a terminal shows them whole.
const SYNCHRONISE_BYTES: usize = 1_024;

/// What the terminal shows, as far as we know.
#[derive(Debug)]
pub(super) struct Frames {
    shown: Buffer,
    /// Is drawn into; outside of [`Frames::paint`] the same as `shown`.
    next: Buffer,
    kept: Kept,
    pen: Pen,
    /// Where the terminal's cursor stands; unknown at first and after what terminals disagree about.
    at: Option<Position>,
    cursor: Option<Position>,
    cursor_visible: Option<bool>,
    bytes: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Pen {
    foreground: Color,
    background: Color,
    underline: Color,
    modifier: Modifier,
}

const PLAIN: Pen = Pen {
    foreground: Color::Reset,
    background: Color::Reset,
    underline: Color::Reset,
    modifier: Modifier::empty(),
};

impl Frames {
    /// For an empty screen of this size.
    pub(super) fn new(size: Size) -> Self {
        let area = Rect::from((Position::ORIGIN, size));
        Self {
            shown: Buffer::empty(area),
            next: Buffer::empty(area),
            kept: Kept::default(),
            pen: PLAIN,
            at: None,
            cursor: None,
            cursor_visible: None,
            bytes: Vec::new(),
        }
    }

    /// Forgets what is shown: the next frame is written whole.
    pub(super) fn forget(&mut self, size: Size) {
        *self = Self { bytes: std::mem::take(&mut self.bytes), ..Self::new(size) };
        self.bytes.extend_from_slice(b"\x1b[0m\x1b[2J");
    }

    /// Draws a frame and writes what differs; says how many bytes that took.
    pub(super) fn paint(
        &mut self,
        to: &mut impl Write,
        draw: impl FnOnce(&mut Buffer, &mut Kept) -> Drawn,
    ) -> io::Result<usize> {
        let Drawn { cursor, rows } = draw(&mut self.next, &mut self.kept);
        let mut rows = self.differing(rows.into_iter());
        if rows.len() >= scroll::LEAST_ROWS
            && let Some(scroll) = Scroll::between(&self.shown, &self.next)
        {
            scroll.write(&mut self.bytes);
            scroll.apply(&mut self.shown);
            self.at = None;
            rows = self.differing(0..self.next.area.height);
        }
        self.write_rows(&rows);
        self.place_cursor(cursor);
        let written = self.bytes.len();
        if written > SYNCHRONISE_BYTES {
            to.write_all(b"\x1b[?2026h")?;
        }
        to.write_all(&self.bytes)?;
        if written > SYNCHRONISE_BYTES {
            to.write_all(b"\x1b[?2026l")?;
        }
        self.bytes.clear();
        if written > 0 {
            to.flush()?;
        }
        Ok(written)
    }

    /// Those of these rows that differ from what the terminal shows.
    fn differing(&self, rows: impl Iterator<Item = u16>) -> Vec<u16> {
        let differs = |y: &u16| {
            let cells = cells_of(&self.next, *y);
            self.shown.content[cells.clone()] != self.next.content[cells]
        };
        rows.filter(differs).collect()
    }

    /// Writes what differs in these rows.
    fn write_rows(&mut self, rows: &[u16]) {
        for y in rows {
            let (old, new) = (row(&self.shown, *y), row(&self.next, *y));
            for (x, y, cell) in old.diff(&new) {
                let pen = (&mut self.pen, &mut self.at);
                encode_cell(&mut self.bytes, pen, Position::new(x, y), cell);
            }
            let cells = cells_of(&self.next, *y);
            self.shown.content[cells].clone_from_slice(&new.content);
        }
    }

    fn place_cursor(&mut self, cursor: Option<Position>) {
        if let Some(position) = cursor {
            move_to(&mut self.bytes, &mut self.at, position);
        }
        self.cursor = cursor;
        if self.cursor_visible != Some(cursor.is_some()) {
            self.show_cursor(cursor.is_some());
        }
    }

    fn show_cursor(&mut self, visible: bool) {
        self.bytes.extend_from_slice(if visible { b"\x1b[?25h" } else { b"\x1b[?25l" });
        self.cursor_visible = Some(visible);
    }
}

/// Where the cells of a row are.
fn cells_of(frame: &Buffer, y: u16) -> Range<usize> {
    let width = frame.area.width as usize;
    let start = y as usize * width;
    start..start + width
}

/// One row as a buffer of its own.
fn row(frame: &Buffer, y: u16) -> Buffer {
    let content = frame.content[cells_of(frame, y)].to_vec();
    Buffer { area: Rect::new(0, y, frame.area.width, 1), content }
}

fn encode_cell(
    bytes: &mut Vec<u8>,
    (pen, at): (&mut Pen, &mut Option<Position>),
    position: Position,
    cell: &Cell,
) {
    move_to(bytes, at, position);
    let wanted = Pen {
        foreground: cell.fg,
        background: cell.bg,
        underline: cell.underline_color,
        modifier: cell.modifier,
    };
    if wanted != *pen {
        change_pen(bytes, *pen, wanted);
        *pen = wanted;
    }
    let symbol = cell.symbol();
    bytes.extend_from_slice(symbol.as_bytes());
    // Terminals agree on the width of plain ASCII only.
    *at = (symbol.len() == 1 || is_box_drawing(symbol))
        .then(|| Position::new(position.x + 1, position.y));
}

fn is_box_drawing(symbol: &str) -> bool {
    let mut chars = symbol.chars();
    matches!((chars.next(), chars.next()), (Some('\u{2500}'..='\u{257f}'), None))
}

fn move_to(bytes: &mut Vec<u8>, at: &mut Option<Position>, to: Position) {
    if *at != Some(to) {
        let same_row = at.is_some_and(|at| at.y == to.y && at.x < to.x);
        match at {
            Some(from) if same_row && to.x - from.x == 1 => bytes.extend_from_slice(b"\x1b[C"),
            Some(from) if same_row => push(bytes, format_args!("\x1b[{}C", to.x - from.x)),
            _ => push(bytes, format_args!("\x1b[{};{}H", to.y + 1, to.x + 1)),
        }
        *at = Some(to);
    }
}

fn push(bytes: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    bytes.write_fmt(text).expect("writing to a vector succeeds");
}

/// Attributes with the codes that turn them on and off; bold and dim go off together.
const ATTRIBUTES: [(Modifier, &str, &str); 7] = [
    (Modifier::BOLD, "1", "22"),
    (Modifier::DIM, "2", "22"),
    (Modifier::ITALIC, "3", "23"),
    (Modifier::UNDERLINED, "4", "24"),
    (Modifier::REVERSED, "7", "27"),
    (Modifier::HIDDEN, "8", "28"),
    (Modifier::CROSSED_OUT, "9", "29"),
];

/// One sequence that leads from one pen to another: only what differs.
fn change_pen(bytes: &mut Vec<u8>, from: Pen, to: Pen) {
    let mut codes: Vec<Cow<'static, str>> = Vec::new();
    let removed = from.modifier.difference(to.modifier);
    let mut kept = from.modifier.difference(removed);
    if removed.intersects(Modifier::BOLD | Modifier::DIM) {
        kept = kept.difference(Modifier::BOLD | Modifier::DIM);
    }
    let added = to.modifier.difference(kept);
    for (_, _, off) in ATTRIBUTES.iter().filter(|(modifier, ..)| removed.contains(*modifier)) {
        if !codes.iter().any(|code| code == off) {
            codes.push((*off).into());
        }
    }
    let on = ATTRIBUTES.iter().filter(|(modifier, ..)| added.contains(*modifier));
    codes.extend(on.map(|(_, on, _)| Cow::from(*on)));
    if to.foreground != from.foreground {
        codes.push(color_code(to.foreground, 30).into());
    }
    if to.background != from.background {
        codes.push(color_code(to.background, 40).into());
    }
    if to.underline != from.underline {
        codes.push(underline_code(to.underline).into());
    }
    push(bytes, format_args!("\x1b[{}m", codes.join(";")));
}

/// The code of a colour; `base` is 30 for the foreground, 40 for the background.
fn color_code(color: Color, base: u8) -> String {
    let plain = |n: u8| (base + n).to_string();
    let bright = |n: u8| (base + 60 + n).to_string();
    match color {
        Color::Reset => plain(9),
        Color::Black => plain(0),
        Color::Red => plain(1),
        Color::Green => plain(2),
        Color::Yellow => plain(3),
        Color::Blue => plain(4),
        Color::Magenta => plain(5),
        Color::Cyan => plain(6),
        Color::Gray => plain(7),
        Color::DarkGray => bright(0),
        Color::LightRed => bright(1),
        Color::LightGreen => bright(2),
        Color::LightYellow => bright(3),
        Color::LightBlue => bright(4),
        Color::LightMagenta => bright(5),
        Color::LightCyan => bright(6),
        Color::White => bright(7),
        Color::Indexed(index) => format!("{};5;{index}", base + 8),
        Color::Rgb(r, g, b) => format!("{};2;{r};{g};{b}", base + 8),
    }
}

/// The code of an underline's colour, in the form with semicolons that most terminals take; the sixteen have none.
fn underline_code(color: Color) -> String {
    match color {
        Color::Rgb(r, g, b) => format!("58;2;{r};{g};{b}"),
        Color::Indexed(index) => format!("58;5;{index}"),
        _ => "59".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::style::Style;
    use std::num::NonZeroU16;

    fn whole(frame: &Buffer, cursor: Option<Position>) -> Drawn {
        Drawn { cursor, rows: (0..frame.area.height).collect() }
    }

    fn paint(frames: &mut Frames, rows: &[(&str, Style)], cursor: Option<(u16, u16)>) -> String {
        let mut out = Vec::new();
        frames
            .paint(&mut out, |buffer, _| {
                buffer.reset();
                for (y, (text, style)) in rows.iter().enumerate() {
                    buffer.set_string(0, y as u16, text, *style);
                }
                whole(buffer, cursor.map(Position::from))
            })
            .unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_key_costs_its_character() {
        let mut frames = Frames::new(Size::new(20, 2));
        let style = Style::new();
        paint(&mut frames, &[("let", style)], Some((3, 0)));
        assert_eq!(paint(&mut frames, &[("let x", style)], Some((5, 0))), "\x1b[Cx");
        assert_eq!(paint(&mut frames, &[("let x", style)], Some((5, 0))), "");
    }

    #[test]
    fn an_attribute_goes_alone_and_the_colour_stays() {
        let mut frames = Frames::new(Size::new(4, 1));
        let style = Style::new().fg(Color::Red);
        paint(&mut frames, &[("ab", style.bold())], None);
        assert_eq!(paint(&mut frames, &[("ac", style)], None), "\x1b[1;1H\x1b[22mac");
    }

    #[test]
    fn bold_that_gives_way_to_dim_goes_off_first() {
        let mut bytes = Vec::new();
        let pen = |modifier| Pen { modifier, ..PLAIN };
        change_pen(
            &mut bytes,
            pen(Modifier::BOLD | Modifier::ITALIC),
            pen(Modifier::DIM | Modifier::ITALIC),
        );
        assert_eq!(bytes, b"\x1b[22;2m");
        bytes.clear();
        change_pen(&mut bytes, pen(Modifier::DIM), pen(Modifier::BOLD));
        assert_eq!(bytes, b"\x1b[22;1m");
        bytes.clear();
        change_pen(&mut bytes, pen(Modifier::BOLD | Modifier::DIM), pen(Modifier::DIM));
        assert_eq!(bytes, b"\x1b[22;2m");
    }

    #[test]
    fn after_a_wide_character_the_place_is_said_anew() {
        let mut frames = Frames::new(Size::new(6, 1));
        let out = paint(&mut frames, &[("日x", Style::new())], None);
        assert!(out.contains("日\x1b[1;3Hx"), "{out:?}");
    }

    const COLORS: [Color; 3] = [Color::Reset, Color::Red, Color::Rgb(9, 9, 9)];

    /// A frame of lines as an editor shows them: text that scrolls, and a column at the right that does not.
    fn lines(frame: &mut Buffer, top: usize, inserted: &[usize]) {
        frame.reset();
        let mut number = top;
        for y in 0..frame.area.height {
            if !inserted.contains(&(y as usize)) {
                let style = Style::new().fg(COLORS[number % 3]).bg(COLORS[number / 3 % 3]);
                frame.set_string(
                    0,
                    y,
                    format!("{number:>4} let 日 = value_{};", number * 31),
                    style,
                );
                number += 1;
            }
            frame.set_string(34, y, format!("|{y}"), Style::new().bg(Color::Blue));
        }
    }

    /// What a terminal shows after `frames`, cell by cell.
    fn seen(frames: &[(usize, Vec<usize>)]) -> Vec<(String, vt100::Color, vt100::Color)> {
        let (rows, columns) = (NonZeroU16::new(16).unwrap(), NonZeroU16::new(40).unwrap());
        let mut terminal = vt100::Parser::new(rows, columns, 0);
        let mut written = Frames::new(Size::new(40, 16));
        for (top, inserted) in frames {
            let mut out = Vec::new();
            let draw = |buffer: &mut Buffer, _: &mut Kept| {
                lines(buffer, *top, inserted);
                whole(buffer, None)
            };
            written.paint(&mut out, draw).unwrap();
            terminal.process(&out);
        }
        let places = (0..16).flat_map(|y| (0..40).map(move |x| (y, x)));
        let cells = places.map(|(y, x)| terminal.screen().cell(y, x).unwrap());
        let text = |cell: &vt100::Cell| match cell.contents() {
            "" => " ".to_owned(),
            text => text.to_owned(),
        };
        cells.map(|cell| (text(cell), cell.fgcolor(), cell.bgcolor())).collect()
    }

    proptest::proptest! {
        #[test]
        fn the_terminal_shows_what_was_drawn(
            frames in proptest::collection::vec(
                (0usize..6, proptest::collection::vec(0usize..16, 0..3)),
                1..8,
            ),
        ) {
            let last = frames.last().unwrap().clone();
            let (seen, wanted) = (seen(&frames), seen(&[last]));
            let wrong = (0..wanted.len()).find(|at| seen[*at] != wanted[*at]);
            proptest::prop_assert_eq!(wrong.map(|at| (at % 40, at / 40, &seen[at], &wanted[at])), None);
        }
    }

    #[test]
    fn a_line_that_is_inserted_costs_little_more_than_itself() {
        let mut frames = Frames::new(Size::new(120, 40));
        let mut paint = |inserted: &[usize]| {
            frames
                .paint(&mut Vec::new(), |buffer, _| {
                    lines(buffer, 0, inserted);
                    whole(buffer, None)
                })
                .unwrap()
        };
        paint(&[]);
        let bytes = paint(&[5]);
        assert!(bytes < 1_500, "{bytes}");
    }

    #[test]
    fn a_forgotten_screen_is_cleared_and_written_whole() {
        let mut frames = Frames::new(Size::new(2, 1));
        paint(&mut frames, &[("ab", Style::new())], None);
        frames.forget(Size::new(3, 1));
        let out = paint(&mut frames, &[("ab", Style::new())], None);
        assert!(out.contains("\x1b[2J") && out.contains("ab"), "{out:?}");
    }
}

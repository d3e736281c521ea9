//! Where what is shown over the code stands: shared by drawing and the mouse.

use super::{explain, offer};
use crate::app::layout::{self, Layout};
use crate::app::state::AppState;
use crate::editor::{Position, cell_of_column};
use ratatui::layout::{Position as Cell, Rect, Size};
use std::ops::Range;

/// The widest a list or a card gets, borders included.
const WIDEST: u16 = 64;
/// What is told of the selected completion needs so many columns beside the list.
const BESIDE: u16 = 28;
/// The most rows of a card, borders included.
const CARD_ROWS: u16 = 20;

/// The list of completions, borders included.
pub fn offer(state: &AppState, layout: &Layout) -> Option<Rect> {
    let offer = state.editor.assist.offer.as_ref()?;
    let start = offer.completions.replace.start.into();
    let anchor = cell(state, layout, start)?;
    let width = |item: &crate::language::complete::Completion| {
        item.label.chars().count() + item.detail.chars().count().min(28) + 3
    };
    let items = &offer.completions.items;
    let wide = items.iter().take(200).map(width).max().unwrap_or(0) as u16 + 2;
    let label = items.iter().take(200).map(|it| it.label.chars().count()).max().unwrap_or(0) as u16;
    let rows = items.len().min(offer::ROWS) as u16 + 2;
    let screen = screen(state, layout);
    // Where not all fits, what is told of the selected one goes before a word of each.
    let widest = if screen.width < WIDEST + BESIDE {
        (screen.width / 2).max(label + 4).min(WIDEST)
    } else {
        WIDEST
    };
    let list = beside(anchor, Size::new(wide.clamp(16, widest.max(16)), rows), screen);
    Some(with_room_beside(list, screen))
}

/// The list, moved to the left where neither side has room to tell of the selected completion and this makes some.
fn with_room_beside(list: Rect, screen: Rect) -> Rect {
    let (left, right) = (list.left() - screen.left(), screen.right().saturating_sub(list.right()));
    let is_narrow = left.max(right) < BESIDE && list.width + BESIDE <= screen.width;
    if is_narrow { Rect { x: screen.right() - BESIDE - list.width, ..list } } else { list }
}

/// What is told of the selected completion, at the side of the list at `list` that has more room.
pub fn offer_card(state: &AppState, layout: &Layout, list: Rect) -> Option<Rect> {
    let screen = screen(state, layout);
    let (left, right) = (list.left() - screen.left(), screen.right().saturating_sub(list.right()));
    let width = left.max(right).min(48);
    let item = state.editor.assist.offer.as_ref()?.selected()?;
    let rows = explain::of_completion(item, width.saturating_sub(4) as usize).len() as u16;
    if width < BESIDE || rows == 0 {
        return None;
    }
    let x = if right >= left { list.right() } else { list.left() - width };
    let height = (rows + 2).min(CARD_ROWS).min(screen.bottom() - list.y);
    Some(Rect { x, y: list.y, width, height })
}

/// The card about a name, borders included.
pub fn card(state: &AppState, layout: &Layout) -> Option<Rect> {
    let card = state.editor.assist.card.as_ref()?;
    let anchor = cell(state, layout, card.at)?;
    let screen = screen(state, layout);
    let width = WIDEST.min(screen.width);
    let lines = explain::of_hover(&card.hover, width.saturating_sub(4) as usize);
    let used = lines.iter().map(|line| line.text().chars().count()).max().unwrap_or(0) as u16 + 4;
    let height = (lines.len() as u16 + 2).min(CARD_ROWS);
    Some(beside(anchor, Size::new(used.min(width), height), screen))
}

/// The parameters of the call, above the cursor's line where there is room.
pub fn call(state: &AppState, layout: &Layout) -> Option<Rect> {
    let call = state.editor.assist.call.as_ref()?;
    let document = state.document()?;
    let anchor = cell(state, layout, document.pane.buffer.cursor())?;
    let screen = screen(state, layout);
    let label = &call.signatures.get(call.active)?.label;
    let rows = call_rows(label, screen.width.saturating_sub(2) as usize);
    let widest = rows.iter().map(ExactSizeIterator::len).max().unwrap_or(0) as u16;
    let (width, height) = ((widest + 2).min(screen.width), rows.len() as u16);
    let has_room = anchor.y >= screen.y + height;
    let y = if has_room { anchor.y - height } else { anchor.y + 1 };
    let x = anchor.x.min(screen.right().saturating_sub(width)).max(screen.x);
    Some(Rect { x, y, width, height }.intersection(screen))
}

/// The characters of a label that stand on each row of so many columns; rows end at blanks where they can.
pub fn call_rows(label: &str, width: usize) -> Vec<Range<usize>> {
    let characters: Vec<char> = label.chars().collect();
    let mut rows = Vec::new();
    let mut start = 0;
    while characters.len() - start > width.max(1) {
        let room = &characters[start..=start + width.max(1)];
        let blank = room.iter().rposition(|it| *it == ' ').filter(|it| *it > 0);
        let end = start + blank.unwrap_or(width.max(1));
        rows.push(start..end);
        start = end + usize::from(blank.is_some());
    }
    rows.push(start..characters.len());
    rows
}

/// Everything but the bottom line.
fn screen(state: &AppState, layout: &Layout) -> Rect {
    let area = Rect::from((Cell::ORIGIN, state.size));
    Rect { height: layout.footer.y, ..area }
}

/// The cell of a place in the code, when its line is in sight.
fn cell(state: &AppState, layout: &Layout, at: Position) -> Option<Cell> {
    let side = state.editor.side_of_shown().pane();
    let text = layout::text_parts(state, side, layout.pane(side)?).text;
    let pane = &state.document()?.pane;
    let row = at.line.checked_sub(pane.viewport.top)? as u16;
    let line = (at.line < pane.buffer.line_count()).then(|| pane.buffer.line(at.line))?;
    let column = cell_of_column(&line, at.column).saturating_sub(pane.viewport.left) as u16;
    (row < text.height).then(|| Cell::new(text.x + column.min(text.width), text.y + row))
}

/// A stretch of this size below the row of `anchor`, or above it where there is more room; it never covers that row.
fn beside(anchor: Cell, size: Size, screen: Rect) -> Rect {
    let below = screen.bottom().saturating_sub(anchor.y + 1);
    let above = anchor.y.saturating_sub(screen.y);
    let width = size.width.min(screen.width);
    let x = anchor.x.min(screen.right().saturating_sub(width)).max(screen.x);
    if below >= size.height || below >= above {
        Rect { x, y: anchor.y + 1, width, height: size.height.min(below) }
    } else {
        let height = size.height.min(above);
        Rect { x, y: anchor.y - height, width, height }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_signature_goes_on_in_the_next_row() {
        let rows = |label: &str, width| {
            let characters: Vec<char> = label.chars().collect();
            let rows = call_rows(label, width).into_iter();
            rows.map(|it| characters[it].iter().collect::<String>()).collect::<Vec<_>>()
        };
        assert_eq!(rows("f(a: int, b: int) -> ö", 80), ["f(a: int, b: int) -> ö"]);
        assert_eq!(rows("f(a: int, b: int) -> ö", 10), ["f(a: int,", "b: int) ->", "ö"]);
        assert_eq!(rows("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(rows("", 0), [""]);
    }

    #[test]
    fn the_list_makes_room_for_what_is_told_of_its_selected_entry() {
        let screen = Rect::new(0, 0, 80, 23);
        let moved = |x, width| with_room_beside(Rect::new(x, 5, width, 8), screen).x;
        assert_eq!(moved(10, 40), 10);
        assert_eq!(moved(20, 40), 12);
        assert_eq!(moved(30, 40), 30);
        assert_eq!(moved(10, 60), 10);
    }

    #[test]
    fn a_list_never_covers_the_row_it_belongs_to_and_stays_on_the_screen() {
        let screen = Rect::new(0, 0, 80, 23);
        for y in 0..23 {
            for x in [0, 40, 79] {
                let rect = beside(Cell::new(x, y), Size::new(30, 12), screen);
                assert!(!(rect.top()..rect.bottom()).contains(&y), "{rect:?} covers {y}");
                assert_eq!(rect.intersection(screen), rect);
                assert!(rect.height >= 11, "{rect:?}");
            }
        }
        assert_eq!(beside(Cell::new(0, 0), Size::new(30, 12), Rect::new(0, 0, 10, 1)).height, 0);
    }
}

//! Where what is shown over the code stands: shared by drawing and the mouse.

use super::{explain, offer};
use crate::app::layout::{self, Layout};
use crate::app::state::AppState;
use crate::editor::{Position, cell_of_column};
use ratatui::layout::{Position as Cell, Rect, Size};

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
    let rows = items.len().min(offer::ROWS) as u16 + 2;
    Some(beside(anchor, Size::new(wide.clamp(16, WIDEST), rows), screen(state, layout)))
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

/// The parameters of the call, one row, above the cursor's line where there is room.
pub fn call(state: &AppState, layout: &Layout) -> Option<Rect> {
    let call = state.editor.assist.call.as_ref()?;
    let document = state.document()?;
    let anchor = cell(state, layout, document.pane.buffer.cursor())?;
    let screen = screen(state, layout);
    let label = call.signatures.get(call.active)?.label.chars().count() as u16;
    let width = (label + 2).min(screen.width);
    let y = if anchor.y > screen.y { anchor.y - 1 } else { anchor.y + 1 };
    let x = anchor.x.min(screen.right().saturating_sub(width)).max(screen.x);
    Some(Rect { x, y, width, height: 1 }.intersection(screen))
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

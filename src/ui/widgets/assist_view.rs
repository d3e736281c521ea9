//! What is shown over the code: completions, a card about a name, the parameters of a call.

use crate::app::assist::explain::{self, Line};
use crate::app::assist::place;
use crate::app::layout::Layout;
use crate::app::state::AppState;
use crate::language::highlight::TokenKind;
use crate::ui::canvas;
use crate::ui::frame::{self, indented, shrunk};
use crate::ui::kept::Kept;
use crate::ui::theme::{Focused, Theme};
use crate::ui::widgets::scrollbar;
use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Rect};
use ratatui::widgets::{Block, BorderType, Widget};

/// Draws what there is, over the code.
pub(in crate::ui) fn draw(
    state: &AppState,
    theme: &Theme,
    layout: &Layout,
    (buffer, kept): (&mut Buffer, &mut Kept),
) {
    if !state.editor.is_in_shown() {
        return;
    }
    if let Some(area) = place::call(state, layout) {
        kept.cover(area);
        call(state, theme, area, buffer);
    }
    if let Some(area) = place::offer(state, layout).filter(|area| area.height > 2) {
        kept.cover(area);
        offer(state, theme, area, buffer);
        if let (Some(card), Some(offer)) =
            (place::offer_card(state, layout, area), &state.editor.assist.offer)
            && let Some(item) = offer.selected()
        {
            kept.cover(card);
            let lines = explain::of_completion(item, card.width.saturating_sub(4) as usize);
            text(theme, card, &lines, buffer);
        }
    }
    if let (Some(area), Some(card)) = (place::card(state, layout), &state.editor.assist.card) {
        kept.cover(area);
        text(
            theme,
            area,
            &explain::of_hover(&card.hover, area.width.saturating_sub(4) as usize),
            buffer,
        );
    }
}

fn panel(theme: &Theme, area: Rect, buffer: &mut Buffer) -> Rect {
    frame::clear(buffer, area, theme.dialog());
    let border = Block::bordered().border_type(BorderType::Plain);
    border.border_style(theme.border(Focused::No)).render(area, buffer);
    area.inner(Margin::new(1, 1))
}

fn offer(state: &AppState, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let Some(offer) = &state.editor.assist.offer else { return };
    let inside = panel(theme, area, buffer);
    let items = &offer.completions.items;
    let shown = items.iter().enumerate().skip(offer.cursor.top).take(inside.height as usize);
    for (y, (index, item)) in (inside.y..).zip(shown) {
        let row = Rect { y, height: 1, ..inside };
        let used = canvas::put(buffer, indented(row), &item.label, theme.dialog());
        let rest = Rect { x: row.x + used + 2, width: row.width.saturating_sub(used + 3), ..row };
        if rest.width > 3 {
            canvas::put_right(buffer, shrunk(rest), &item.detail, theme.muted());
        }
        if index == offer.cursor.selected {
            buffer.set_style(row, theme.selected(Focused::Yes));
        }
    }
    scrollbar::draw(buffer, theme, inside, offer.cursor, items.len());
}

fn text(theme: &Theme, area: Rect, lines: &[Line], buffer: &mut Buffer) {
    let inside = panel(theme, area, buffer);
    explained(theme, inside, lines, buffer);
}

/// Draws lines about something, as many as fit.
pub(in crate::ui) fn explained(theme: &Theme, area: Rect, lines: &[Line], buffer: &mut Buffer) {
    for (row, line) in lines.iter().enumerate().take(area.height as usize) {
        let style = match line {
            Line::Title(_) => theme.strong(),
            Line::Fact(_) => theme.muted(),
            Line::Text(_) => theme.dialog(),
            Line::Code(_) => theme.token(TokenKind::String),
        };
        let style = ratatui::style::Style { bg: None, ..style };
        canvas::line(buffer, indented(area), row as u16, line.text(), style);
    }
}

fn call(state: &AppState, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let Some(call) = &state.editor.assist.call else { return };
    let Some(signature) = call.signatures.get(call.active) else { return };
    frame::clear(buffer, area, theme.dialog());
    let last = signature.parameters.len().saturating_sub(1);
    let active = signature.parameters.get(call.parameter.min(last));
    let rows = place::call_rows(&signature.label, area.width.saturating_sub(2) as usize);
    for (y, row) in (area.y..area.bottom()).zip(rows) {
        let area = Rect { y, height: 1, ..area };
        let text: String = signature.label.chars().skip(row.start).take(row.len()).collect();
        canvas::put(buffer, indented(area), &text, theme.dialog());
        let Some(range) = active else { continue };
        let column = |it: usize| {
            (area.x + 1 + (it.clamp(row.start, row.end) - row.start) as u16).min(area.right())
        };
        let (start, end) = (column(range.start), column(range.end));
        buffer.set_style(Rect { x: start, width: end - start, ..area }, theme.marked());
    }
}

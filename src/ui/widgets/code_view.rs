//! A text with line numbers, colours, marks and selection.

use super::code_row::{Marks, RowView};
use super::find_view;
use crate::app::layout::TextParts;
use crate::app::screens::find::FindBar;
use crate::app::text_pane::TextPane;
use crate::ui::frame;
use crate::ui::kept::{Found, Rows};
use crate::ui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position as Cell, Rect};

/// A text on the screen.
pub(in crate::ui) struct CodeView<'a> {
    pub(in crate::ui) pane: &'a TextPane,
    pub(in crate::ui) find: Option<&'a FindBar>,
    /// The pane has the focus: the line of the cursor and the brackets are marked.
    pub(in crate::ui) focused: bool,
}

impl CodeView<'_> {
    /// Draws it on a ground where nothing stands; gives the cursor's cell when it is in sight.
    pub(in crate::ui) fn draw(
        &self,
        buffer: &mut Buffer,
        theme: &Theme,
        parts: TextParts,
    ) -> Option<Cell> {
        self.draw_over(buffer, theme, parts, &mut Rows::default())
    }

    /// Draws the rows that show something else than they did when `kept` was last given.
    pub(in crate::ui) fn draw_over(
        &self,
        buffer: &mut Buffer,
        theme: &Theme,
        parts: TextParts,
        kept: &mut Rows,
    ) -> Option<Cell> {
        let text = parts.text.intersection(buffer.area);
        let rows = self.pane.rows(text.height as usize);
        let marks = Marks::of(self, &rows);
        for y in 0..text.height {
            let gutter = Rect { y: parts.gutter.y + y, height: 1, ..parts.gutter };
            let area = Rect { y: text.y + y, height: 1, ..text };
            let row = rows.get(y as usize);
            let row = row.map(|row| RowView::of(self, row, (gutter, area), &marks));
            let found = kept.find(area.y, row.as_ref().map_or(0, RowView::print));
            if found == Found::Other {
                frame::clear(buffer, gutter, theme.base());
                frame::clear(buffer, area, theme.base());
            }
            if let Some(row) = row.filter(|_| found != Found::Same) {
                row.draw(buffer, theme);
            }
        }
        if let Some(bar) = self.find
            && let Some(cell) = find_view::draw(buffer, theme, parts.find, bar, self.pane)
        {
            return Some(cell);
        }
        let at = self.pane.buffer.row_of(self.pane.buffer.cursor());
        let y = rows.iter().position(|row| row.at == at)?;
        let cell = self.pane.buffer.cursor_cell().checked_sub(self.pane.viewport.left)?;
        // Behind a row that is full, and on a blank that hangs over its edge, the cursor stands at the edge.
        let edge = text.width.saturating_sub(1) as usize;
        (cell <= edge + 1 || self.pane.buffer.wraps())
            .then(|| Cell::new(text.x + cell.min(edge) as u16, text.y + y as u16))
    }
}

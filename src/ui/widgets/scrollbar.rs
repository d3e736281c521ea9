//! A mark on a pane's right border that shows which part of a long list is in sight.

use crate::app::list::Cursor;
use crate::ui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Draws the mark on the right border beside `list`, when not all of `len` entries are in sight.
pub(in crate::ui) fn draw(
    buffer: &mut Buffer,
    theme: &Theme,
    list: Rect,
    view: Cursor,
    len: usize,
) {
    let height = list.height as usize;
    let x = list.right();
    if height == 0 || len <= height || !buffer.area.contains((x, list.y).into()) {
        return;
    }
    let size = (height * height / len).max(1);
    let room = height - size;
    let top = (view.top * room).div_ceil((len - height).max(1)).min(room);
    for row in top..top + size {
        buffer.set_string(x, list.y + row as u16, "┃", theme.muted());
    }
}

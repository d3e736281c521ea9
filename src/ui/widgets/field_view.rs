//! A field of one line.

use crate::app::field::Field;
use crate::editor::{cell_of_column, clusters, shown};
use crate::ui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// Draws what the field holds into the first row of `area`, scrolled so that the cursor is in sight; gives the
/// cursor's cell.
pub(in crate::ui) fn draw(
    buffer: &mut Buffer,
    theme: &Theme,
    area: Rect,
    field: &Field,
) -> Option<Position> {
    let area = area.intersection(buffer.area);
    if area.is_empty() {
        return None;
    }
    let style =
        if field.is_proposed() { theme.strong().patch(theme.selection()) } else { theme.strong() };
    let cursor = cell_of_column(field.text(), field.cursor());
    let room = area.width as usize;
    let left = (cursor + 1).saturating_sub(room);
    for cluster in clusters(field.text()) {
        if cluster.cell < left {
            continue;
        }
        let column = cluster.cell - left;
        if column + cluster.width > room {
            break;
        }
        buffer.set_string(area.x + column as u16, area.y, shown(&cluster), style);
    }
    Some(Position::new(area.x + (cursor - left) as u16, area.y))
}

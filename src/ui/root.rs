//! The whole screen.

use super::theme::Theme;
use super::{dialogs, frame, screens, widgets};
use crate::app::layout;
use crate::app::state::{AppState, Screen};
use ratatui::buffer::Buffer;
use ratatui::layout::Position;

/// Draws `state` into `buffer`, which has its size; gives the cell of the cursor, when one is to be seen.
pub fn draw(state: &AppState, theme: &Theme, buffer: &mut Buffer) -> Option<Position> {
    frame::clear(buffer, buffer.area, theme.base());
    let layout = layout::layout(state);
    frame::draw(state, theme, &layout, buffer);
    let cursor = match state.screen {
        Screen::Lambdas => screens::lambdas::draw(state, theme, &layout, buffer),
        Screen::Editor => screens::editor::draw(state, theme, &layout, buffer),
        Screen::Invoke => screens::invoke::draw(state, theme, &layout, buffer),
        Screen::Activity => screens::activity::draw(state, theme, &layout, buffer),
        Screen::Settings => {
            screens::settings::draw(state, theme, &layout, buffer);
            None
        }
    };
    if state.screen == Screen::Editor {
        widgets::assist_view::draw(state, theme, &layout, buffer);
    }
    frame::notice(state, theme, &layout, buffer);
    let cursor =
        if state.dialogs.is_empty() { cursor } else { dialogs::draw(state, theme, buffer) };
    cursor.filter(|cursor| buffer.area.contains(*cursor))
}

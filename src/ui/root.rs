//! The whole screen.

use super::kept::Kept;
use super::theme::Theme;
use super::{dialogs, frame, screens, widgets};
use crate::app::layout;
use crate::app::state::{AppState, Screen};
use ratatui::buffer::Buffer;
use ratatui::layout::Position;

/// Draws `state` into `buffer`, which has its size; gives the cell of the cursor, when one is to be seen.
pub fn draw(state: &AppState, theme: &Theme, buffer: &mut Buffer) -> Option<Position> {
    redraw(state, theme, buffer, &mut Kept::default()).cursor
}

/// What came of drawing.
#[derive(Clone, Debug, Default)]
pub struct Drawn {
    /// The cell of the cursor, when one is to be seen.
    pub cursor: Option<Position>,
    /// The rows of the buffer that may show something else than before.
    pub rows: Vec<u16>,
}

/// As [`draw`], where `buffer` shows what it did when `kept` was given last: what still stands is left alone.
pub fn redraw(state: &AppState, theme: &Theme, buffer: &mut Buffer, kept: &mut Kept) -> Drawn {
    let layout = layout::layout(state);
    for area in kept.begin(state, theme, (&layout, buffer.area)) {
        frame::clear(buffer, area, theme.base());
    }
    frame::draw(state, theme, &layout, buffer);
    let cursor = match state.screen {
        Screen::Lambdas => screens::lambdas::draw(state, theme, &layout, buffer),
        Screen::Editor => screens::editor::draw(state, theme, &layout, (buffer, kept)),
        Screen::Invoke => screens::invoke::draw(state, theme, &layout, buffer),
        Screen::Activity => screens::activity::draw(state, theme, &layout, buffer),
        Screen::Settings => {
            screens::settings::draw(state, theme, &layout, buffer);
            None
        }
    };
    if state.screen == Screen::Editor {
        widgets::assist_view::draw(state, theme, &layout, (buffer, kept));
    }
    frame::notice(state, theme, &layout, (buffer, kept));
    let cursor =
        if state.dialogs.is_empty() { cursor } else { dialogs::draw(state, theme, buffer) };
    let cursor = cursor.filter(|cursor| buffer.area.contains(*cursor));
    Drawn { cursor, rows: kept.touched() }
}

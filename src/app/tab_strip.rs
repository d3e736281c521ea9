//! Where the tabs of the open files stand in the upper border of the code pane, and which of them have room.

use super::screens::split::Side;
use super::screens::tabs::Tabs;
use super::state::{AppState, Pane};
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

/// What an arrow that leads to tabs out of sight takes.
const ARROW: u16 = 3;

/// A part of the strip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// An arrow to the tab, by its place among all, that is the last one out of sight before the strip.
    Earlier(usize),
    /// A tab, by its place among all.
    Tab(usize),
    /// An arrow to the tab that is the first one out of sight behind the strip.
    Later(usize),
}

/// The parts of the strip in the upper border of the pane at `rect`, in their order; a stroke has room between two.
/// One file alone needs no strip, and the second side has none: its title says what stands there.
pub fn parts(state: &AppState, pane: Pane, rect: Rect) -> Vec<(Part, Rect)> {
    let tabs = &state.editor.tabs;
    if tabs.files.len() < 2 || pane != Pane::Code {
        return Vec::new();
    }
    let widths = widths(tabs);
    let room = room(rect, &widths);
    let end = end(&widths, tabs.first, room);
    let earlier = tabs.first.checked_sub(1).map(|at| (Part::Earlier(at), ARROW));
    let later = (end < widths.len()).then_some((Part::Later(end), ARROW));
    let shown = (tabs.first..end).map(|at| (Part::Tab(at), widths[at]));
    let mut x = rect.x + 1;
    let place = |(part, width): (Part, u16)| {
        let area = Rect::new(x, rect.y, width, 1.min(rect.height));
        x += width + 1;
        (part, area.intersection(Rect { width: rect.width.saturating_sub(1), ..rect }))
    };
    earlier.into_iter().chain(shown).chain(later).map(place).collect()
}

/// Brings the tab in sight into the strip, and wastes no room.
pub fn settle(state: &mut AppState, rect: Rect) {
    let Some(shown) = state.editor.file_on(Side::First).cloned() else { return };
    let tabs = &mut state.editor.tabs;
    let Some(at) = tabs.files.iter().position(|file| *file == shown) else { return };
    let widths = widths(tabs);
    let room = room(rect, &widths);
    tabs.first = tabs.first.min(at);
    while end(&widths, tabs.first, room) <= at {
        tabs.first += 1;
    }
    while tabs.first > 0 && end(&widths, tabs.first - 1, room) == widths.len() {
        tabs.first -= 1;
    }
}

/// A title between blanks; the mark of unsaved text takes the place of the second.
fn widths(tabs: &Tabs) -> Vec<u16> {
    tabs.titles().iter().map(|title| title.width() as u16 + 2).collect()
}

/// Tabs that do not all have room leave a third of the border to what is said at its right.
fn room(rect: Rect, widths: &[u16]) -> u16 {
    let inside = rect.width.saturating_sub(2);
    let all: u16 = widths.iter().map(|width| width + 1).sum();
    if all <= inside { inside } else { inside * 2 / 3 }
}

/// The tab behind the last one that has room when `first` is the first in sight; one is in sight always.
fn end(widths: &[u16], first: usize, room: u16) -> usize {
    let mut used = if first > 0 { ARROW + 1 } else { 0 };
    let mut end = first;
    for (at, width) in widths.iter().enumerate().skip(first) {
        let behind = if at + 1 < widths.len() { ARROW + 1 } else { 0 };
        if used + width + behind > room {
            break;
        }
        used += width + 1;
        end = at + 1;
    }
    end.max(first + 1).min(widths.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_does_not_fit_leads_on_by_an_arrow() {
        let widths = [10, 10, 10];
        assert_eq!(end(&widths, 0, 32), 3);
        assert_eq!(end(&widths, 0, 31), 2, "an arrow needs room too");
        assert_eq!(end(&widths, 1, 25), 3);
        assert_eq!(end(&widths, 0, 3), 1, "one is in sight whatever the room");
    }

    proptest! {
        #[test]
        fn the_parts_never_take_more_than_the_room(
            widths in prop::collection::vec(3_u16..30, 1..12), first in 0_usize..12, room in 40_u16..120,
        ) {
            let first = first.min(widths.len() - 1);
            let end = end(&widths, first, room);
            prop_assert!(first < end && end <= widths.len());
            let arrows = u16::from(first > 0) * (ARROW + 1) + u16::from(end < widths.len()) * (ARROW + 1);
            let tabs: u16 = widths[first..end].iter().map(|width| width + 1).sum();
            prop_assert!(arrows + tabs <= room + 1, "{arrows} {tabs}");
        }
    }
}

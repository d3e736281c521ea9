//! What still stands of the frame before, so that a key costs the rows it changes rather than a whole screen.
//!
//! Knows rows, areas and the prints of what was drawn there, nothing of what it was. A print stands for all that a
//! region is drawn from: while it is the same the region is left alone. Another layout, other colours, a dialog, a
//! screen that is not kept: the frame is drawn whole, onto blank ground.

use super::theme::Theme;
use crate::app::layout::Layout;
use crate::app::state::{AppState, Pane, Screen};
use ratatui::layout::Rect;

/// The texts of the Editor screen.
const TEXTS: [Pane; 2] = [Pane::Code, Pane::Beside];

/// What a buffer shows already.
#[derive(Debug, Default)]
pub struct Kept {
    ground: Option<Ground>,
    /// The frame is drawn onto blank ground.
    is_whole: bool,
    texts: [Rows; TEXTS.len()],
    sidebar: Option<u64>,
    /// What was drawn over something else, which is not there any more.
    covered: Vec<Rect>,
    touched: Vec<bool>,
}

/// What all regions depend on.
#[derive(Debug, PartialEq)]
struct Ground {
    layout: Layout,
    theme: Theme,
    focus: Pane,
}

impl Ground {
    /// That of a frame that can be kept.
    fn of(state: &AppState, theme: &Theme, layout: &Layout) -> Option<Self> {
        let shown = |pane: &&Pane| layout.pane(**pane).is_some();
        let is_kept = state.screen == Screen::Editor
            && state.dialogs.is_empty()
            && state.find.is_none()
            && TEXTS.iter().filter(shown).all(|pane| state.text_in(*pane).is_some());
        is_kept.then(|| Self { layout: layout.clone(), theme: theme.clone(), focus: state.focus() })
    }
}

impl Kept {
    /// Begins a frame; gives the areas to be cleared.
    pub(super) fn begin(
        &mut self,
        state: &AppState,
        theme: &Theme,
        (layout, screen): (&Layout, Rect),
    ) -> Vec<Rect> {
        let ground = Ground::of(state, theme, layout);
        self.is_whole = ground.is_none() || ground != self.ground;
        self.ground = ground;
        self.touched = vec![self.is_whole; screen.height as usize];
        let covered = std::mem::take(&mut self.covered);
        for rows in &mut self.texts {
            rows.begin(self.is_whole, &covered);
        }
        if self.is_whole || !covered.is_empty() {
            self.sidebar = None;
        }
        if self.is_whole {
            return vec![screen];
        }
        let mut blank = covered;
        blank.extend([layout.header, layout.tabs, layout.footer]);
        for area in &blank {
            self.touch(*area);
        }
        blank
    }

    /// The upper and the lower edge of a pane, which are drawn anew: the areas to be cleared.
    pub(super) fn edges(&mut self, pane: Rect) -> Option<[Rect; 2]> {
        if self.is_whole || pane.is_empty() {
            return None;
        }
        let edges = [pane.y, pane.bottom() - 1].map(|y| Rect { y, height: 1, ..pane });
        for edge in edges {
            self.touch(edge);
        }
        Some(edges)
    }

    /// The rows of a text.
    pub(super) fn rows(&mut self, pane: Pane) -> Option<&mut Rows> {
        TEXTS.iter().position(|text| *text == pane).map(|at| &mut self.texts[at])
    }

    /// What the sidebar shows; gives whether it has to be drawn, and on what. `None` is like nothing before it.
    pub(super) fn sidebar(&mut self, area: Rect, print: Option<u64>) -> Found {
        if print.is_some() && self.sidebar == print {
            return Found::Same;
        }
        self.sidebar = print;
        if self.is_whole {
            return Found::Blank;
        }
        self.touch(area);
        Found::Other
    }

    /// Something was drawn over what is kept.
    pub(super) fn cover(&mut self, area: Rect) {
        self.touch(area);
        self.covered.push(area);
    }

    /// The rows of the screen that may show something else than they did.
    pub(super) fn touched(&mut self) -> Vec<u16> {
        for y in self.texts.iter_mut().flat_map(|rows| rows.changed.drain(..)) {
            if let Some(row) = self.touched.get_mut(y as usize) {
                *row = true;
            }
        }
        (0..).zip(&self.touched).filter(|(_, touched)| **touched).map(|(y, _)| y).collect()
    }

    fn touch(&mut self, area: Rect) {
        for y in area.top()..area.bottom() {
            if let Some(row) = self.touched.get_mut(y as usize) {
                *row = true;
            }
        }
    }
}

/// What a region finds in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// What it would draw.
    Same,
    /// Something else.
    Other,
    /// Nothing.
    Blank,
}

/// The rows of a text, by their place on the screen.
#[derive(Debug, Default)]
pub(super) struct Rows {
    prints: Vec<Option<u64>>,
    /// There is something where they are drawn.
    is_used: bool,
    changed: Vec<u16>,
}

impl Rows {
    fn begin(&mut self, is_whole: bool, covered: &[Rect]) {
        self.is_used = !is_whole;
        self.changed.clear();
        if is_whole {
            self.prints.clear();
        }
        for y in covered.iter().flat_map(|area| area.top()..area.bottom()) {
            if let Some(print) = self.prints.get_mut(y as usize) {
                *print = None;
            }
        }
    }

    /// Takes in what a row shows; gives what it finds there.
    pub(super) fn find(&mut self, y: u16, print: u64) -> Found {
        let at = y as usize;
        if at >= self.prints.len() {
            self.prints.resize(at + 1, None);
        }
        if self.prints[at] == Some(print) {
            return Found::Same;
        }
        self.prints[at] = Some(print);
        self.changed.push(y);
        if self.is_used { Found::Other } else { Found::Blank }
    }
}

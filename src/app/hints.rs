//! The hints at the bottom: what can be done where the focus is, each with the key that does it there.

use super::action::{Action, AppAction};
use super::command::{COMMANDS, Command, Context};
use super::input::Key;
use super::keymap;
use super::state::AppState;
use super::status;
use ratatui::layout::{Position as Cell, Rect};

/// A command that can be carried out now.
#[derive(Clone, Copy, Debug)]
pub struct Hint {
    /// The command.
    pub command: &'static Command,
    /// The key that does it where the focus is.
    pub key: Key,
    /// What it does there, in a few words.
    pub title: &'static str,
}

impl Hint {
    /// How many columns it takes: the key, a blank, the title.
    fn width(&self) -> u16 {
        let key = self.key.to_string().chars().count();
        (key + 1 + self.title.chars().count()) as u16
    }

    /// It keeps its place at the end however much there is to say.
    fn is_kept(&self, width: u16) -> bool {
        const ROOMY: u16 = 76;
        match self.command.action {
            Action::App(AppAction::Help) => true,
            Action::App(AppAction::Palette) => width >= ROOMY,
            _ => false,
        }
    }
}

/// The hints of where the focus is, the weightiest first. A key that something narrower has is no key of a command.
pub fn hints(state: &AppState) -> Vec<Hint> {
    let contexts = keymap::contexts(state);
    let is_in_dialog = !state.dialogs.is_empty() || keymap::filtering(state);
    let possible: Vec<&'static Command> = COMMANDS
        .iter()
        .filter(|command| contexts.contains(&command.context))
        .filter(|command| is_in_dialog || command.context != Context::Dialog)
        .filter(|command| command.rank > 0 && state.possible(command))
        .collect();
    let mut shown: Vec<Hint> = possible
        .into_iter()
        .filter_map(|command| {
            let mut keys = state.keymap.keys(command);
            let key = keys.find(|key| is_meant(state, &contexts, *key, command))?;
            Some(Hint { command, key, title: command.title_on(state.focus()) })
        })
        .collect();
    shown.sort_by_key(|hint| hint.command.rank);
    let mut actions = Vec::new();
    shown.retain(|hint| {
        let is_new = !actions.contains(&hint.command.action);
        actions.push(hint.command.action);
        is_new
    });
    shown
}

/// Pressing `key` carries `command` out.
fn is_meant(state: &AppState, contexts: &[Context], key: Key, command: &Command) -> bool {
    let narrower = contexts.iter().take_while(|context| **context != command.context);
    narrower.copied().all(|context| {
        let takes = state.keymap.get(context, key);
        !(context.takes_text() && key.typed().is_some())
            && takes.is_none_or(|other| other.action == command.action || !state.possible(other))
    })
}

/// Where each hint stands: key, blank, title, two blanks; only those that fit from `start` on. Help keeps its place
/// at the end however narrow the screen is, and so does the palette where there is room for three.
pub fn rects(state: &AppState, footer: Rect, start: u16) -> Vec<(Hint, Rect)> {
    let (last, first): (Vec<Hint>, Vec<Hint>) =
        hints(state).into_iter().partition(|hint| hint.is_kept(footer.width));
    let kept: u16 = last.iter().map(|hint| hint.width() + 2).sum();
    let room = footer.right().saturating_sub(kept.saturating_sub(1));
    let mut x = start;
    let mut rects = Vec::new();
    for hint in first {
        if x + hint.width() + 1 > room {
            break;
        }
        rects.push((hint, Rect::new(x, footer.y, hint.width(), 1)));
        x += hint.width() + 2;
    }
    for hint in last {
        if x + hint.width() <= footer.right() {
            rects.push((hint, Rect::new(x, footer.y, hint.width(), 1)));
            x += hint.width() + 2;
        }
    }
    rects
}

/// Where each hint of the dialog on top stands in its lower border, at the right; only those that fit.
pub fn in_dialog(state: &AppState, outer: Rect) -> Vec<(Hint, Rect)> {
    // A corner, a line and a blank at either end.
    let room = outer.width.saturating_sub(6);
    let mut width = 0;
    let mut shown = Vec::new();
    for hint in hints(state).into_iter().filter(|hint| hint.command.rank < 80) {
        let gap = if shown.is_empty() { 0 } else { 2 };
        if width + gap + hint.width() > room {
            break;
        }
        shown.push((hint, Rect::new(width + gap, 0, hint.width(), 1)));
        width += gap + hint.width();
    }
    let start = outer.right().saturating_sub(3 + width);
    let y = outer.bottom().saturating_sub(1);
    for (_, rect) in &mut shown {
        (rect.x, rect.y) = (rect.x + start, y);
    }
    shown
}

/// The command whose hint stands at a cell.
pub fn at(state: &AppState, footer: Rect, at: Cell) -> Option<&'static Command> {
    let start = footer.x + status::width(state);
    let hit = rects(state, footer, start).into_iter().find(|(_, rect)| rect.contains(at));
    hit.map(|(hint, _)| hint.command)
}

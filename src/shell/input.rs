//! From the terminal's events to our input.

use super::{Wake, fault};
use crate::app::input::{Input, Key, KeyCode, Mouse, MouseKind};
use crossterm::event::{
    self, Event, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use ratatui::layout::{Position, Size};
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

/// Presses at one cell within this time belong together.
const CLICKS_WITHIN: Duration = Duration::from_millis(400);

/// Reads the terminal until it or the loop is gone.
pub(super) fn read(wakes: &Sender<Wake>) {
    let mut clicks = Clicks::default();
    loop {
        let wake = match fault::survive(event::read) {
            Some(Ok(event)) => match translate(event, &mut clicks) {
                Some(input) => Wake::Input(input),
                None => continue,
            },
            Some(Err(error)) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Some(Err(_)) | None => Wake::InputLost,
        };
        let lost = matches!(wake, Wake::InputLost);
        if wakes.send(wake).is_err() || lost {
            return;
        }
    }
}

fn translate(event: Event, clicks: &mut Clicks) -> Option<Input> {
    match event {
        Event::Key(key) => self::key(key).map(Input::Key),
        Event::Mouse(mouse) => self::mouse(mouse, clicks).map(Input::Mouse),
        Event::Paste(text) => Some(Input::Paste(text)),
        Event::Resize(width, height) => Some(Input::Resize(Size::new(width, height))),
        Event::FocusGained => Some(Input::FocusGained),
        Event::FocusLost => None,
    }
}

/// Super and its kin are no part of any key of ours: what they are held with is not typed.
fn key(event: KeyEvent) -> Option<Key> {
    use crossterm::event::KeyCode as C;
    let foreign = KeyModifiers::SUPER | KeyModifiers::HYPER | KeyModifiers::META;
    if event.kind == KeyEventKind::Release || event.modifiers.intersects(foreign) {
        return None;
    }
    let code = match event.code {
        C::Char(c) => KeyCode::Char(c),
        C::F(n) => KeyCode::F(n),
        C::Enter => KeyCode::Enter,
        C::Esc => KeyCode::Esc,
        C::Tab | C::BackTab => KeyCode::Tab,
        C::Backspace => KeyCode::Backspace,
        C::Delete => KeyCode::Delete,
        C::Insert => KeyCode::Insert,
        C::Home => KeyCode::Home,
        C::End => KeyCode::End,
        C::PageUp => KeyCode::PageUp,
        C::PageDown => KeyCode::PageDown,
        C::Up => KeyCode::Up,
        C::Down => KeyCode::Down,
        C::Left => KeyCode::Left,
        C::Right => KeyCode::Right,
        C::Null => KeyCode::Char(' '),
        _ => return None,
    };
    let key = Key {
        code,
        ctrl: event.modifiers.contains(KeyModifiers::CONTROL) || event.code == C::Null,
        alt: event.modifiers.contains(KeyModifiers::ALT),
        shift: event.modifiers.contains(KeyModifiers::SHIFT) || event.code == C::BackTab,
    };
    Some(key.normalised())
}

fn mouse(event: MouseEvent, clicks: &mut Clicks) -> Option<Mouse> {
    let at = Position::new(event.column, event.row);
    let kind = match event.kind {
        MouseEventKind::Down(MouseButton::Left) if event.modifiers.contains(KeyModifiers::ALT) => {
            MouseKind::AltPress
        }
        MouseEventKind::Down(MouseButton::Left) => {
            MouseKind::Press(clicks.press(at, Instant::now()))
        }
        MouseEventKind::Drag(MouseButton::Left) => MouseKind::Drag,
        MouseEventKind::Up(MouseButton::Left) => MouseKind::Release,
        MouseEventKind::ScrollUp => MouseKind::WheelUp,
        MouseEventKind::ScrollDown => MouseKind::WheelDown,
        _ => return None,
    };
    Some(Mouse { at, kind })
}

/// Counts presses that belong together.
#[derive(Debug, Default)]
struct Clicks {
    last: Option<(Position, Instant, u8)>,
}

impl Clicks {
    fn press(&mut self, at: Position, now: Instant) -> u8 {
        let count = match self.last {
            Some((place, when, count))
                if place == at && now.duration_since(when) < CLICKS_WITHIN =>
            {
                count % 3 + 1
            }
            _ => 1,
        };
        self.last = Some((at, now, count));
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::KeyCode as C;

    fn pressed(code: C, modifiers: KeyModifiers) -> Option<String> {
        key(KeyEvent::new(code, modifiers)).map(|key| key.to_string())
    }

    #[test]
    fn a_terminals_spellings_become_our_keys() {
        assert_eq!(pressed(C::Char('7'), KeyModifiers::CONTROL).unwrap(), "Ctrl-/");
        assert_eq!(pressed(C::Char('5'), KeyModifiers::CONTROL).unwrap(), "Ctrl-]");
        assert_eq!(pressed(C::BackTab, KeyModifiers::SHIFT).unwrap(), "Shift-Tab");
        assert_eq!(pressed(C::Char('A'), KeyModifiers::SHIFT).unwrap(), "A");
        assert_eq!(pressed(C::Char('s'), KeyModifiers::SUPER), None);
    }

    #[test]
    fn quick_presses_at_one_cell_count_to_three() {
        let mut clicks = Clicks::default();
        let (here, start) = (Position::new(1, 1), Instant::now());
        let counts: Vec<u8> =
            (0..4).map(|n| clicks.press(here, start + Duration::from_millis(n * 50))).collect();
        assert_eq!(counts, [1, 2, 3, 1]);
        assert_eq!(clicks.press(Position::new(2, 1), start + Duration::from_millis(220)), 1);
    }
}

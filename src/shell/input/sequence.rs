//! What a whole sequence means: `ESC [ ...`, `ESC O ...`.

use super::keyboard::{self, Held};
use super::parser::Event;
use super::{answer, mouse};
use crate::app::input::{Input, Key, KeyCode};

/// So many parameters of a sequence are looked at.
const PARAMETERS: usize = 8;
/// So many parts of a parameter are looked at.
const PARTS: usize = 3;

/// The parameters of a sequence: numbers with parts, `1;5:3` for example. What is left out is 0.
struct Parameters(Vec<Vec<u32>>);

impl Parameters {
    fn read(text: &[u8]) -> Self {
        let number = |digits: &[u8]| {
            digits.iter().filter(|digit| digit.is_ascii_digit()).fold(0u32, |number, digit| {
                number.saturating_mul(10).saturating_add(u32::from(digit - b'0'))
            })
        };
        let parts =
            |group: &[u8]| group.split(|byte| *byte == b':').take(PARTS).map(number).collect();
        Self(text.split(|byte| *byte == b';').take(PARAMETERS).map(parts).collect())
    }

    fn group(&self, at: usize) -> &[u32] {
        self.0.get(at).map_or(&[], Vec::as_slice)
    }

    fn get(&self, at: usize) -> u32 {
        self.group(at).first().copied().unwrap_or(0)
    }

    fn held(&self, at: usize) -> Option<Held> {
        Held::read(self.group(at))
    }
}

/// What the sequence `unit` means.
pub(super) fn event(unit: &[u8]) -> Option<Event> {
    let (last, body) = unit.split_last()?;
    match body {
        [_, b'O', count @ ..] => single(count, *last).map(key),
        [_, b'[', b'[', ..] => {
            Some(key(Key::plain(KeyCode::F(last.checked_sub(b'A')? + 1)))).filter(|_| *last <= b'E')
        }
        [_, b'[', b'M', button, column] => {
            mouse::of_bytes([*button, *column, *last]).map(mouse_input)
        }
        [_, b'[', b'<', rest @ ..] => {
            let numbers = Parameters::read(rest);
            let report = [0, 1, 2].map(|at| numbers.get(at));
            mouse::report(report, *last).map(mouse_input)
        }
        [_, b'[', b'?', rest @ ..] => {
            let numbers = Parameters::read(rest);
            answer::of_control([numbers.get(0), numbers.get(1)], *last).map(Event::Answer)
        }
        [_, b'[', b'=' | b'>', ..] => None,
        [_, b'[', rest @ ..] => control(&Parameters::read(rest), *last),
        _ => None,
    }
}

fn key(key: Key) -> Event {
    Event::Input(Input::Key(key))
}

fn mouse_input(mouse: crate::app::input::Mouse) -> Event {
    Event::Input(Input::Mouse(mouse))
}

/// `ESC O`, with a count of what is held before its letter in old terminals.
fn single(count: &[u8], letter: u8) -> Option<Key> {
    let held = Parameters::read(count).held(0)?;
    if let b'a'..=b'd' = letter {
        return Some(
            Held { ctrl: true, ..held }.key(keyboard::lettered(letter.to_ascii_uppercase())?),
        );
    }
    Some(held.key(keyboard::lettered(letter).or_else(|| keyboard::on_the_pad(letter))?))
}

fn control(parameters: &Parameters, last: u8) -> Option<Event> {
    let with = |code: KeyCode, at: usize| Some(key(parameters.held(at)?.key(code)));
    match last {
        b'I' => Some(Event::Input(Input::FocusGained)),
        b'Z' => with(KeyCode::Tab, 1).map(|event| match event {
            Event::Input(Input::Key(tab)) => key(Key { shift: true, ..tab }),
            other => other,
        }),
        // Where the cursor stands is told in the form of F3 with something held; nobody here asks for it.
        b'R' if parameters.get(0) > 1 => None,
        b'A'..=b'D' | b'F' | b'H' | b'P'..=b'S' => with(keyboard::lettered(last)?, 1),
        b'a'..=b'd' => {
            let code = keyboard::lettered(last.to_ascii_uppercase())?;
            Some(key(Held { shift: true, ..Held::default() }.key(code)))
        }
        b'u' => Some(key(keyboard::coded(parameters.group(0), parameters.held(1)?)?)),
        b'~' if parameters.get(0) == 27 && parameters.get(2) > 0 => {
            Some(key(keyboard::coded(parameters.group(2), parameters.held(1)?)?))
        }
        b'~' => with(keyboard::numbered(parameters.get(0))?, 1),
        b'$' | b'^' | b'@' => {
            let held = Held { shift: last != b'^', ctrl: last != b'$', alt: false };
            Some(key(held.key(keyboard::numbered(parameters.get(0))?)))
        }
        b'M' => {
            let report = [parameters.get(0).checked_sub(32)?, parameters.get(1), parameters.get(2)];
            mouse::report(report, if report[0] & 3 == 3 { b'm' } else { b'M' }).map(mouse_input)
        }
        _ => None,
    }
}

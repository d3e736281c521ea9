//! What the terminal answers to what it was asked. Nothing of it is ever typed.

use crate::app::themes::{Ground, Told};

/// An answer of the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::shell) enum Answer {
    /// It speaks the kitty keyboard protocol.
    Keyboard,
    /// What kind of terminal it is: the last of what was asked, so that no further answer is on its way.
    Device,
    /// What its ground looks like.
    Ground(Ground, Told),
    /// Its name and version.
    Name(String),
    /// Something else, which nobody needs.
    Other,
}

/// An answer in the form `ESC [ ? numbers letter`.
pub(super) fn of_control(numbers: [u32; 2], last: u8) -> Option<Answer> {
    match (last, numbers) {
        (b'u', _) => Some(Answer::Keyboard),
        (b'c', _) => Some(Answer::Device),
        (b'n', [997, 1]) => Some(Answer::Ground(Ground::Dark, Told::Changed)),
        (b'n', [997, 2]) => Some(Answer::Ground(Ground::Light, Told::Changed)),
        (b'n' | b'y', _) => Some(Answer::Other),
        _ => None,
    }
}

/// An answer in the form of a string, `ESC ] ...` or `ESC P ...`, with its end.
pub(super) fn of_string(unit: &[u8]) -> Answer {
    let text = String::from_utf8_lossy(unit);
    let body = text.trim_end_matches('\\').trim_end_matches(['\u{1b}', '\u{7}']);
    if let Some(color) = body.strip_prefix("\u{1b}]11;") {
        return ground(color).map_or(Answer::Other, |ground| Answer::Ground(ground, Told::Asked));
    }
    match body.strip_prefix("\u{1b}P>|") {
        Some(name) => Answer::Name(name.to_owned()),
        None => Answer::Other,
    }
}

/// What a colour such as `rgb:ffff/fafa/f0f0` is as a ground.
fn ground(color: &str) -> Option<Ground> {
    let parts = color.strip_prefix("rgb:").or_else(|| color.strip_prefix("rgba:"))?;
    let mut parts = parts.split('/').map(|part| {
        let most = 16_u32.checked_pow(part.len() as u32).filter(|_| part.len() <= 4)? - 1;
        Some(u32::from_str_radix(part, 16).ok()? as f32 / most.max(1) as f32)
    });
    let [red, green, blue] = [parts.next()??, parts.next()??, parts.next()??];
    let lightness = 0.299 * red + 0.587 * green + 0.114 * blue;
    Some(if lightness > 0.5 { Ground::Light } else { Ground::Dark })
}

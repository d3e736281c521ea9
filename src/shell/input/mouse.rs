//! What the terminal says of the mouse.

use crate::app::input::{Held, Mouse, MouseKind};
use ratatui::layout::Position;

const SHIFT: u32 = 4;
const ALT: u32 = 8;
const CTRL: u32 = 16;
const MOTION: u32 = 32;
const WHEEL: u32 = 64;
const FURTHER: u32 = 128;

/// A report in the SGR form: what was done, column and row from 1; `m` at its end when a button went up.
pub(super) fn report([code, column, row]: [u32; 3], last: u8) -> Option<Mouse> {
    let button = code & 3;
    let kind = match (last, code & (MOTION | WHEEL | FURTHER), button) {
        (b'M', 0, 0) => MouseKind::Press(1),
        (b'M', 0, 1) => MouseKind::MiddlePress,
        (b'M', 0, 2) => MouseKind::RightPress,
        (b'M', MOTION, 0) => MouseKind::Drag,
        (b'M', WHEEL, 0) => MouseKind::WheelUp,
        (b'M', WHEEL, 1) => MouseKind::WheelDown,
        // The old forms do not say which button it was.
        (b'm', 0, 0 | 3) => MouseKind::Release,
        _ => return None,
    };
    let cell = |from_1: u32| u16::try_from(from_1.saturating_sub(1)).unwrap_or(u16::MAX);
    let held = Held { ctrl: code & CTRL != 0, alt: code & ALT != 0, shift: code & SHIFT != 0 };
    Some(Mouse { at: Position::new(cell(column), cell(row)), kind, held })
}

/// A report in the oldest form: three bytes, each 32 more than what it says.
pub(super) fn of_bytes(bytes: [u8; 3]) -> Option<Mouse> {
    let [code, column, row] = bytes.map(|byte| u32::from(byte.saturating_sub(32)));
    report([code, column, row], if code & 3 == 3 { b'm' } else { b'M' })
}

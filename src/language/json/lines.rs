//! From bytes to lines and columns and back.

use crate::domain::{Place, TextRange};
use std::ops::Range;

/// Where each line of a text begins.
#[derive(Clone, Debug)]
pub(super) struct Lines {
    /// Byte offset of the first character of each line; never empty.
    starts: Vec<usize>,
}

impl Lines {
    pub(super) fn new(text: &str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self { starts: std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect() }
    }

    /// The place of the character at the byte `offset` of `text`.
    pub(super) fn place(&self, text: &str, offset: usize) -> Place {
        let line = self.starts.partition_point(|start| *start <= offset) - 1;
        let before = &text.as_bytes()[self.starts[line]..offset.min(text.len())];
        let column = before.iter().filter(|byte| begins_character(**byte)).count();
        Place::new(line as u32 + 1, column as u32 + 1)
    }

    /// The range of the characters in `bytes`.
    pub(super) fn range(&self, text: &str, bytes: Range<usize>) -> TextRange {
        let start = self.place(text, bytes.start);
        if bytes.end > text.len() {
            return TextRange::at(start);
        }
        TextRange::new(start, self.place(text, bytes.end))
    }

    /// The byte offset of `place`; a column behind the end of its line means that end. `None` for a line that is not.
    pub(super) fn offset(&self, text: &str, place: Place) -> Option<usize> {
        let line = place.line.checked_sub(1)? as usize;
        let start = *self.starts.get(line)?;
        let end = self.starts.get(line + 1).map_or(text.len(), |next| next - 1);
        let mut characters = text[start..end].char_indices();
        let column = place.column.checked_sub(1)? as usize;
        Some(characters.nth(column).map_or(end, |(at, _)| start + at))
    }

    /// The byte offset of the character that holds byte `column` (from 1) of `line` (from 1).
    pub(super) fn byte_column(&self, text: &str, line: usize, column: usize) -> usize {
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(text.len());
        let offset = (start + column.saturating_sub(1)).min(text.len());
        (0..=offset).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default()
    }
}

const fn begins_character(byte: u8) -> bool {
    byte & 0b1100_0000 != 0b1000_0000
}

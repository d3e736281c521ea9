//! From bytes to lines and columns and back, without walking long lines.

use crate::domain::{Place, TextRange};
use std::ops::Range;

/// How many bytes apart the counts of characters stand.
const BLOCK_BYTES: usize = 1024;

/// Where each line of a text begins.
#[derive(Clone, Debug)]
pub(super) struct Lines {
    /// Byte offset of the first character of each line; never empty.
    starts: Vec<usize>,
    /// How many characters begin before each block of [`BLOCK_BYTES`].
    characters: Vec<usize>,
}

impl Lines {
    pub(super) fn new(text: &str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect();
        let blocks = text.as_bytes().chunks(BLOCK_BYTES).scan(0, |total, block| {
            *total += count(block);
            Some(*total)
        });
        Self { starts, characters: std::iter::once(0).chain(blocks).collect() }
    }

    /// The place of the character at the byte `offset` of `text`.
    pub(super) fn place(&self, text: &str, offset: usize) -> Place {
        let offset = offset.min(text.len());
        let line = self.starts.partition_point(|start| *start <= offset) - 1;
        let column =
            self.characters_before(text, offset) - self.characters_before(text, self.starts[line]);
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
        let wanted = self.characters_before(text, start) + place.column.checked_sub(1)? as usize;
        if wanted >= self.characters_before(text, end) {
            return Some(end);
        }
        let block = self.characters.partition_point(|before| *before <= wanted) - 1;
        let bytes = text.as_bytes().iter().enumerate().skip(block * BLOCK_BYTES);
        let mut beginnings = bytes.filter(|(_, byte)| begins_character(**byte));
        beginnings.nth(wanted - self.characters[block]).map(|(at, _)| at)
    }

    /// The byte offset of the character that holds byte `column` (from 1) of `line` (from 1).
    pub(super) fn byte_column(&self, text: &str, line: usize, column: usize) -> usize {
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(text.len());
        let offset = (start + column.saturating_sub(1)).min(text.len());
        (0..=offset).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default()
    }

    fn characters_before(&self, text: &str, offset: usize) -> usize {
        let block = offset / BLOCK_BYTES;
        self.characters[block] + count(&text.as_bytes()[block * BLOCK_BYTES..offset])
    }
}

fn count(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| begins_character(**byte)).count()
}

const fn begins_character(byte: u8) -> bool {
    byte & 0b1100_0000 != 0b1000_0000
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_place_leads_back_to_its_byte_whatever_the_length_of_lines(
            parts in proptest::collection::vec("(é{0,900}|a{0,900}|\n|€x){0,3}", 0..6),
            at in any::<prop::sample::Index>(),
        ) {
            let text = parts.concat();
            let lines = Lines::new(&text);
            let offsets: Vec<_> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let offset = offsets[at.index(offsets.len())];
            let place = lines.place(&text, offset);
            let before = &text[..offset];
            let line_start = before.rfind('\n').map_or(0, |at| at + 1);
            prop_assert_eq!(place.line as usize, before.matches('\n').count() + 1);
            prop_assert_eq!(place.column as usize, text[line_start..offset].chars().count() + 1);
            prop_assert_eq!(lines.offset(&text, place), Some(offset));
        }
    }

    #[test]
    fn places_that_are_not_have_no_byte() {
        let lines = Lines::new("ab\nc");
        assert_eq!(lines.offset("ab\nc", Place::new(1, 99)), Some(2));
        assert_eq!(lines.offset("ab\nc", Place::new(3, 1)), None);
        assert_eq!(lines.offset("ab\nc", Place::new(0, 1)), None);
        assert_eq!(lines.offset("ab\nc", Place::new(1, 0)), None);
    }
}

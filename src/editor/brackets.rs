//! Matching brackets, within a bounded distance. It knows no language: brackets in strings and comments count.

use ropey::Rope;

/// How far a partner is looked for, in bytes; about a thousand lines.
const REACH_BYTES: usize = 64 * 1024;

const PAIRS: [(u8, u8); 3] = [(b'(', b')'), (b'[', b']'), (b'{', b'}')];

/// `c` opens a bracket.
pub(super) fn opens(c: char) -> bool {
    PAIRS.iter().any(|(open, _)| char::from(*open) == c)
}

/// `c` closes a bracket.
pub(super) fn closes(c: char) -> bool {
    PAIRS.iter().any(|(_, close)| char::from(*close) == c)
}

/// `close` is the partner of `open`.
pub(super) fn is_pair(open: char, close: char) -> bool {
    PAIRS.iter().any(|(o, c)| char::from(*o) == open && char::from(*c) == close)
}

/// The partner of the bracket at character `index`, as an index of characters.
pub(super) fn partner(rope: &Rope, index: usize) -> Option<usize> {
    let c = u8::try_from(rope.get_char(index)?).ok()?;
    let byte = rope.char_to_byte(index);
    let found = if let Some((open, close)) = PAIRS.iter().find(|(open, _)| *open == c) {
        forward(rope, byte + 1, *open, *close)
    } else {
        let (open, close) = PAIRS.iter().find(|(_, close)| *close == c)?;
        backward(rope, byte, *open, *close)
    };
    found.map(|byte| rope.byte_to_char(byte))
}

/// The bracket that `close` at character `index` would close, if it stood there.
pub(super) fn opener_before(rope: &Rope, index: usize, close: char) -> Option<usize> {
    let (open, close) = PAIRS.iter().find(|(_, c)| char::from(*c) == close)?;
    backward(rope, rope.char_to_byte(index), *open, *close).map(|byte| rope.byte_to_char(byte))
}

fn forward(rope: &Rope, from: usize, open: u8, close: u8) -> Option<usize> {
    let mut depth = 0usize;
    for (offset, byte) in rope.bytes_at(from).take(REACH_BYTES).enumerate() {
        if byte == open {
            depth += 1;
        } else if byte == close {
            if depth == 0 {
                return Some(from + offset);
            }
            depth -= 1;
        }
    }
    None
}

fn backward(rope: &Rope, before: usize, open: u8, close: u8) -> Option<usize> {
    let mut depth = 0usize;
    for (offset, byte) in rope.bytes_at(before).reversed().take(REACH_BYTES).enumerate() {
        if byte == close {
            depth += 1;
        } else if byte == open {
            if depth == 0 {
                return Some(before - 1 - offset);
            }
            depth -= 1;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partners_are_found_over_nesting_lines_and_wide_characters() {
        let rope = Rope::from_str("{ é(中[1])\n}");
        assert_eq!(partner(&rope, 0), Some(10));
        assert_eq!(partner(&rope, 10), Some(0));
        assert_eq!(partner(&rope, 3), Some(8));
        assert_eq!(partner(&rope, 8), Some(3));
        assert_eq!(partner(&rope, 2), None);
        assert_eq!(partner(&Rope::from_str("(()"), 0), None);
    }

    #[test]
    fn the_search_has_an_end() {
        let near = format!("({})", " ".repeat(REACH_BYTES - 1));
        assert!(partner(&Rope::from_str(&near), 0).is_some());
        let far = format!("({})", " ".repeat(REACH_BYTES));
        assert!(partner(&Rope::from_str(&far), 0).is_none());
    }
}

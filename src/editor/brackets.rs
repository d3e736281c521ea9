//! Matching brackets, within a bounded distance. It knows no language: brackets in strings and comments count.

use ropey::Rope;

/// How far a partner is looked for, in bytes and up to the end of a piece of the rope; about two thousand lines.
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

/// What closes the bracket that `open` opens.
pub(super) fn closing(open: char) -> Option<char> {
    PAIRS.iter().find(|(o, _)| char::from(*o) == open).map(|(_, close)| char::from(*close))
}

/// The nearest pair of brackets around the characters `range`, as indices of characters.
pub(super) fn around(rope: &Rope, range: &std::ops::Range<usize>) -> Option<(usize, usize)> {
    let before = PAIRS.iter().filter_map(|(open, close)| {
        let byte = backward(rope, rope.char_to_byte(range.start), *open, *close)?;
        Some((byte, *open, *close))
    });
    let mut openers: Vec<_> = before.collect();
    openers.sort_by_key(|(byte, ..)| std::cmp::Reverse(*byte));
    openers.into_iter().find_map(|(byte, open, close)| {
        let partner = rope.byte_to_char(forward(rope, byte + 1, open, close)?);
        (partner >= range.end).then(|| (rope.byte_to_char(byte), partner))
    })
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
    let (chunks, first, _, _) = rope.chunks_at_byte(from);
    let mut at = first;
    let mut depth = 0usize;
    for chunk in chunks {
        let skipped = from.saturating_sub(at).min(chunk.len());
        for (offset, byte) in chunk.bytes().enumerate().skip(skipped) {
            if byte == open {
                depth += 1;
            } else if byte == close {
                if depth == 0 {
                    return Some(at + offset);
                }
                depth -= 1;
            }
        }
        at += chunk.len();
        if at - from > REACH_BYTES {
            return None;
        }
    }
    None
}

fn backward(rope: &Rope, before: usize, open: u8, close: u8) -> Option<usize> {
    let (own, first, _, _) = rope.chunk_at_byte(before);
    let in_front = rope.chunks_at_byte(first).0.reversed();
    let mut at = first + own.len();
    let mut depth = 0usize;
    for chunk in std::iter::once(own).chain(in_front) {
        at -= chunk.len();
        for (offset, byte) in chunk.bytes().enumerate().take(before - at).rev() {
            if byte == close {
                depth += 1;
            } else if byte == open {
                if depth == 0 {
                    return Some(at + offset);
                }
                depth -= 1;
            }
        }
        if before - at > REACH_BYTES {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn partners_point_at_each_other_in_any_rope(text in "[()x\n]{0,60}", stretch in 1usize..60) {
            let text = text.replace('x', &"é".repeat(stretch * 10));
            let rope = Rope::from_str(&text);
            let mut open = Vec::new();
            let mut pairs = Vec::new();
            for (index, c) in text.chars().enumerate() {
                match c {
                    '(' => open.push(index),
                    ')' => pairs.extend(open.pop().map(|from| (from, index))),
                    _ => {}
                }
            }
            for (from, to) in pairs {
                prop_assert_eq!(partner(&rope, from), Some(to));
                prop_assert_eq!(partner(&rope, to), Some(from));
            }
            for unmatched in open {
                prop_assert_eq!(partner(&rope, unmatched), None);
            }
        }
    }

    #[test]
    fn the_search_has_an_end() {
        for (distance, found) in [(REACH_BYTES - 1, true), (REACH_BYTES + 5_000, false)] {
            let rope = Rope::from_str(&format!("({})", "é".repeat(distance / 2)));
            let last = rope.len_chars() - 1;
            assert_eq!(partner(&rope, 0).is_some(), found);
            assert_eq!(partner(&rope, last).is_some(), found);
        }
    }
}

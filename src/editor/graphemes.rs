//! Grapheme boundaries in a rope, without copying it.
//!
//! All indices are in characters of the whole text. Clusters end at the line break, as [`super::columns`] sees them.

use ropey::{Rope, RopeSlice};
use unicode_segmentation::{GraphemeCursor, GraphemeIncomplete};

/// The boundary at or before `index`.
pub(super) fn floor(rope: &Rope, index: usize) -> usize {
    if is_boundary(rope, index) { index } else { previous(rope, index) }
}

/// The boundary at or behind `index`.
pub(super) fn ceil(rope: &Rope, index: usize) -> usize {
    if is_boundary(rope, index) { index } else { next(rope, index) }
}

/// `index` does not stand inside a cluster.
pub(super) fn is_boundary(rope: &Rope, index: usize) -> bool {
    if plain_around(rope, index) {
        return true;
    }
    let (line, start) = line_at(rope, index);
    let byte = line.char_to_byte(index - start);
    let (chunk, chunk_start, _, _) = line.chunk_at_byte(byte);
    let mut cursor = GraphemeCursor::new(byte, line.len_bytes(), true);
    loop {
        match cursor.is_boundary(chunk, chunk_start) {
            Ok(found) => return found,
            Err(GraphemeIncomplete::PreContext(end)) => give_context(&mut cursor, line, end),
            Err(_) => return true,
        }
    }
}

/// The boundary before `index`, across line breaks; 0 at the start.
pub(super) fn previous(rope: &Rope, index: usize) -> usize {
    if index == 0 {
        return 0;
    }
    if plain_around(rope, index - 1) {
        return index - 1;
    }
    let (line, start) = line_at(rope, index);
    if index == start {
        return index - 1;
    }
    let byte = line.char_to_byte(index - start);
    let (mut chunk, mut chunk_start, _, _) = line.chunk_at_byte(byte);
    let mut cursor = GraphemeCursor::new(byte, line.len_bytes(), true);
    loop {
        match cursor.prev_boundary(chunk, chunk_start) {
            Ok(found) => return start + line.byte_to_char(found.unwrap_or(0)),
            Err(GraphemeIncomplete::PrevChunk) => {
                (chunk, chunk_start, _, _) = line.chunk_at_byte(chunk_start - 1);
            }
            Err(GraphemeIncomplete::PreContext(end)) => give_context(&mut cursor, line, end),
            Err(_) => return index - 1,
        }
    }
}

/// The boundary behind `index`, across line breaks; the end of the text at the end.
pub(super) fn next(rope: &Rope, index: usize) -> usize {
    let end = rope.len_chars();
    if index >= end {
        return end;
    }
    if plain_around(rope, index + 1) {
        return index + 1;
    }
    let (line, start) = line_at(rope, index);
    let byte = line.char_to_byte(index - start);
    if byte == line.len_bytes() {
        return index + 1;
    }
    let (mut chunk, mut chunk_start, _, _) = line.chunk_at_byte(byte);
    let mut cursor = GraphemeCursor::new(byte, line.len_bytes(), true);
    loop {
        match cursor.next_boundary(chunk, chunk_start) {
            Ok(found) => return start + line.byte_to_char(found.unwrap_or(line.len_bytes())),
            Err(GraphemeIncomplete::NextChunk) => {
                (chunk, chunk_start, _, _) = line.chunk_at_byte(chunk_start + chunk.len());
            }
            Err(GraphemeIncomplete::PreContext(end)) => give_context(&mut cursor, line, end),
            Err(_) => return index + 1,
        }
    }
}

/// Between two ASCII characters, or one and an end of the text, there is always a boundary.
fn plain_around(rope: &Rope, index: usize) -> bool {
    let ascii = |c: Option<char>| c.is_none_or(|c| c.is_ascii());
    ascii(index.checked_sub(1).and_then(|before| rope.get_char(before)))
        && ascii(rope.get_char(index))
}

/// The line that holds `index`, without its line break, and where it starts.
fn line_at(rope: &Rope, index: usize) -> (RopeSlice<'_>, usize) {
    let number = rope.char_to_line(index);
    let start = rope.line_to_char(number);
    let line = rope.line(number);
    let end = line.len_chars();
    let broken = end > 0 && line.char(end - 1) == '\n';
    (line.slice(..end - usize::from(broken)), start)
}

fn give_context(cursor: &mut GraphemeCursor, line: RopeSlice<'_>, end: usize) {
    let (chunk, start, _, _) = line.chunk_at_byte(end - 1);
    cursor.provide_context(&chunk[..end - start], start);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use unicode_segmentation::UnicodeSegmentation;

    /// Boundaries by the plain way: line by line over strings.
    fn boundaries(text: &str) -> Vec<usize> {
        let mut found = vec![0];
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let bare = line.strip_suffix('\n').unwrap_or(line);
            for cluster in bare.graphemes(true) {
                at += cluster.chars().count();
                found.push(at);
            }
            if bare.len() < line.len() {
                at += 1;
                found.push(at);
            }
        }
        found
    }

    fn agrees(text: &str) {
        let rope = Rope::from_str(text);
        let expected = boundaries(text);
        for index in 0..=rope.len_chars() {
            let before = *expected.iter().rev().find(|b| **b < index).unwrap_or(&0);
            let after = *expected.iter().find(|b| **b > index).unwrap_or(&rope.len_chars());
            assert_eq!(is_boundary(&rope, index), expected.contains(&index), "{text:?} at {index}");
            assert_eq!(previous(&rope, index), before, "before {index} in {text:?}");
            assert_eq!(next(&rope, index), after, "behind {index} in {text:?}");
        }
    }

    #[test]
    fn clusters_of_every_kind_stay_whole() {
        for text in [
            "",
            "\n",
            "ab\ncd",
            "e\u{301}x",
            "👩‍👩‍👧‍👦a",
            "🇩🇪🇫🇷🇮🇹",
            "\r\n",
            "a\r",
            "क्षि",
            "한국",
            "\u{301}a",
        ] {
            agrees(text);
        }
    }

    #[test]
    fn a_cluster_cut_by_the_rope_into_pieces_stays_whole() {
        let family = "👩‍👩‍👧‍👦".repeat(400);
        let rope = Rope::from_str(&family);
        assert!(rope.chunks().count() > 3, "the text must span several chunks");
        let clusters = 7;
        assert_eq!(next(&rope, clusters * 200), clusters * 201);
        assert_eq!(previous(&rope, clusters * 200 + 3), clusters * 200);
        assert!(
            (0..400)
                .all(|n| is_boundary(&rope, n * clusters) && !is_boundary(&rope, n * clusters + 3))
        );
    }

    proptest! {
        #[test]
        fn a_rope_has_the_boundaries_of_its_lines(
            text in "[a \n\r\u{301}\u{200d}🇩🇪👩क्षि中]{0,24}",
        ) {
            agrees(&text);
        }
    }
}

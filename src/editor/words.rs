//! Words: runs of letters, digits and underscores, or of punctuation. A motion across the line break stops at it.

use super::graphemes;
use ropey::Rope;
use std::ops::Range;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Space,
    Word,
    Punctuation,
    Break,
    /// Belongs to whatever stands before it.
    Mark,
}

/// `c` can be part of a word.
pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn class(c: char) -> Class {
    match c {
        '\n' => Class::Break,
        c if c.is_whitespace() => Class::Space,
        c if is_word(c) => Class::Word,
        c if !c.is_control() && unicode_width::UnicodeWidthChar::width(c) == Some(0) => Class::Mark,
        _ => Class::Punctuation,
    }
}

/// Where a step by word to the right from `index` ends: behind the next word, or behind the line break.
pub(super) fn right(rope: &Rope, index: usize) -> usize {
    let mut chars = rope.chars_at(index).peekable();
    if chars.peek() == Some(&'\n') {
        return index + 1;
    }
    let mut end = index;
    while chars.next_if(|c| class(*c) == Class::Space).is_some() {
        end += 1;
    }
    let Some(first) = chars.next_if(|c| *c != '\n') else { return end };
    end += 1;
    while chars.next_if(|c| class(*c) == class(first) || class(*c) == Class::Mark).is_some() {
        end += 1;
    }
    graphemes::ceil(rope, end)
}

/// Where a step by word to the left from `index` ends: before the word, or before the line break.
pub(super) fn left(rope: &Rope, index: usize) -> usize {
    let mut chars = rope.chars_at(index).reversed().peekable();
    if chars.peek() == Some(&'\n') {
        return index - 1;
    }
    let mut start = index;
    while chars.next_if(|c| class(*c) == Class::Space).is_some() {
        start -= 1;
    }
    while chars.next_if(|c| class(*c) == Class::Mark).is_some() {
        start -= 1;
    }
    let Some(last) = chars.next_if(|c| *c != '\n') else { return graphemes::floor(rope, start) };
    start -= 1;
    while chars.next_if(|c| class(*c) == class(last) || class(*c) == Class::Mark).is_some() {
        start -= 1;
    }
    graphemes::floor(rope, start)
}

/// The word at `index`: the run of one class around the character there, or before it at the end of a line.
pub(super) fn around(rope: &Rope, index: usize) -> Range<usize> {
    let at = rope.get_char(index).filter(|c| *c != '\n');
    let before =
        index.checked_sub(1).and_then(|before| rope.get_char(before)).filter(|c| *c != '\n');
    let Some(c) = at.or(before) else { return index..index };
    let kind = class(c);
    let same = |c: &char| class(*c) == kind || class(*c) == Class::Mark;
    let start = index - rope.chars_at(index).reversed().take_while(same).count();
    let end = index + rope.chars_at(index).take_while(same).count();
    graphemes::floor(rope, start)..graphemes::ceil(rope, end)
}

/// The run of letters, digits and underscores that `index` stands in or at an end of; empty without one.
pub(super) fn word_around(rope: &Rope, index: usize) -> Range<usize> {
    let part = |c: &char| matches!(class(*c), Class::Word | Class::Mark);
    let start = index - rope.chars_at(index).reversed().take_while(part).count();
    let end = index + rope.chars_at(index).take_while(part).count();
    graphemes::floor(rope, start)..graphemes::ceil(rope, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stops_right(text: &str) -> Vec<usize> {
        let rope = Rope::from_str(text);
        let mut stops = vec![0];
        while *stops.last().unwrap() < rope.len_chars() {
            stops.push(right(&rope, *stops.last().unwrap()));
        }
        stops
    }

    fn stops_left(text: &str) -> Vec<usize> {
        let rope = Rope::from_str(text);
        let mut stops = vec![rope.len_chars()];
        while *stops.last().unwrap() > 0 {
            stops.push(left(&rope, *stops.last().unwrap()));
        }
        stops
    }

    #[test]
    fn steps_stop_at_words_punctuation_and_line_breaks() {
        assert_eq!(stops_right("let a_b = f(x);\n  y"), [0, 3, 7, 9, 11, 12, 13, 15, 16, 19]);
        assert_eq!(stops_left("let a_b = f(x);\n  y"), [19, 18, 16, 15, 13, 12, 11, 10, 8, 4, 0]);
    }

    #[test]
    fn a_mark_belongs_to_its_word() {
        assert_eq!(stops_right("cafe\u{301}s ok"), [0, 6, 9]);
        assert_eq!(stops_left("cafe\u{301}s"), [6, 0]);
    }

    #[test]
    fn the_word_under_a_double_click() {
        let rope = Rope::from_str("foo.bar  baz\n");
        assert_eq!(around(&rope, 1), 0..3);
        assert_eq!(around(&rope, 3), 3..4);
        assert_eq!(around(&rope, 7), 7..9);
        assert_eq!(around(&rope, 12), 9..12, "at the end of the line, the word before");
        assert_eq!(around(&rope, 13), 13..13);
    }
}

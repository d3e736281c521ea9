//! The stretches of a source that are compiled alone.

use super::tokens::{Tokens, place_of};
use crate::domain::Place;
use rhai::{Position, Token};

/// The lexer counts lines and columns in 16 bits; beyond, its places are not to be trusted for cutting.
const COUNTED: usize = 65_000;

/// A stretch of the source from one `fn` to the next.
pub(super) struct Chunk {
    text: String,
    first_line: u32,
}

impl Chunk {
    /// Its text; the first line is padded so that columns stay as they are.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The place in the whole source of a position in this chunk.
    pub(super) fn place_of(&self, position: Position) -> Place {
        let place = place_of(position);
        Place::new(place.line + self.first_line - 1, place.column)
    }
}

/// Cuts `source` before every `fn`. Comments between functions belong to no chunk: a documentation comment without
/// its function would be an error.
pub(super) fn of(source: &str, tokens: &Tokens) -> Vec<Chunk> {
    let lines: Vec<&str> = source.split('\n').collect();
    if lines.len() > COUNTED || lines.iter().any(|line| line.len() > COUNTED) {
        return Vec::new();
    }
    let all = tokens.as_slice();
    let mut starts = vec![0];
    for (index, spanned) in all.iter().enumerate() {
        if matches!(spanned.token, Token::Fn) && index > 0 {
            let is_private = matches!(all[index - 1].token, Token::Private);
            starts.push(if is_private { index - 1 } else { index });
        }
    }
    starts.push(all.len());
    starts
        .windows(2)
        .filter_map(|pair| all.get(pair[0]..pair[1]))
        .filter_map(|tokens| Some((tokens.first()?.range.start, tokens.last()?.range.end)))
        .map(|(start, end)| Chunk { text: cut(&lines, start, end), first_line: start.line })
        .collect()
}

fn cut(lines: &[&str], start: Place, end: Place) -> String {
    let mut text = " ".repeat(start.column as usize - 1);
    for number in start.line..=end.line {
        let line = lines.get(number as usize - 1).copied().unwrap_or_default();
        let from = if number == start.line { byte_of(line, start.column) } else { 0 };
        let to = if number == end.line { byte_of(line, end.column) } else { line.len() };
        text.push_str(line.get(from..to).unwrap_or_default());
        if number != end.line {
            text.push('\n');
        }
    }
    text
}

fn byte_of(line: &str, column: u32) -> usize {
    line.char_indices().nth(column as usize - 1).map_or(line.len(), |(byte, _)| byte)
}

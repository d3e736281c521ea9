//! The stretches of a source that are compiled alone.

use crate::domain::{Place, TextRange};
use crate::language::syntax::tokens::{Tokens, place_of};
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

/// Cuts `source` before every `fn` of the file. Comments between functions belong to no chunk: a documentation comment
/// without its function would be an error.
pub(super) fn of(source: &str, tokens: &Tokens) -> Vec<Chunk> {
    let lines: Vec<&str> = source.split('\n').collect();
    if lines.len() > COUNTED || lines.iter().any(|line| line.len() > COUNTED) {
        return Vec::new();
    }
    let mut starts = starts(tokens);
    starts.push(tokens.len());
    starts
        .windows(2)
        .filter(|pair| pair[0] < pair[1])
        .map(|pair| (tokens[pair[0]].range.start, tokens[pair[1] - 1].range.end))
        .map(|(start, end)| Chunk { text: cut(&lines, start, end), first_line: start.line })
        .collect()
}

/// The chunk that is a stretch of `source`; none where the lexer's places are not to be trusted.
pub(super) fn cut_out(source: &str, range: TextRange) -> Option<Chunk> {
    let lines: Vec<&str> = source.split('\n').collect();
    let is_counted = lines.len() <= COUNTED && lines.iter().all(|line| line.len() <= COUNTED);
    is_counted
        .then(|| Chunk { text: cut(&lines, range.start, range.end), first_line: range.start.line })
}

/// Indices of the tokens that start a chunk. Inside of braces a `fn` starts one only at the beginning of a line: there a
/// brace is missing before it, elsewhere somebody wrote a function inside of a function.
fn starts(all: &Tokens) -> Vec<usize> {
    let mut starts = vec![0];
    let mut depth = 0_usize;
    for (index, spanned) in all.iter().enumerate() {
        match spanned.token {
            Token::LeftBrace | Token::MapStart => depth += 1,
            Token::RightBrace => depth = depth.saturating_sub(1),
            Token::Fn => {
                let before = index.checked_sub(1).and_then(|before| all.get(before));
                let private = before.filter(|it| matches!(it.token, Token::Private));
                let column = private.unwrap_or(spanned).range.start.column;
                if index > 0 && (depth == 0 || column == 1) {
                    starts.push(if private.is_some() { index - 1 } else { index });
                    depth = 0;
                }
            }
            _ => {}
        }
    }
    starts
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

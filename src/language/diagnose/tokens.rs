//! The lexer's tokens with exact ranges.

use super::{START, code, words};
use crate::domain::{Diagnostic, Place, TextRange};
use rhai::{Engine, Position, Token};

/// A token and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Spanned {
    pub(super) token: Token,
    pub(super) range: TextRange,
}

/// The tokens of a source, in order, without comments.
pub(super) struct Tokens {
    list: Vec<Spanned>,
    end: Place,
}

impl Tokens {
    pub(super) fn of(engine: &Engine, source: &str) -> Self {
        let inputs = [source];
        let (mut lexer, control) = engine.lex(&inputs);
        let mut list = Vec::new();
        let mut braces = Vec::new();
        let mut interpolates = false;
        while let Some((token, start)) = lexer.next() {
            match &token {
                Token::EOF => break,
                Token::Comment(_) => continue,
                Token::InterpolatedString(_) => interpolates = true,
                Token::LeftBrace => braces.push(std::mem::take(&mut interpolates)),
                Token::MapStart => braces.push(false),
                // The lexer leaves it to the parser to say that a text goes on behind `${...}`.
                Token::RightBrace => {
                    if braces.pop() == Some(true) {
                        control.borrow_mut().is_within_text = true;
                    }
                }
                _ => {}
            }
            let start = place_of(start);
            let last = place_of(lexer.pos);
            let end = Place::new(last.line, last.column + 1).max(TextRange::at(start).end);
            list.push(Spanned { token, range: TextRange::new(start, end) });
        }
        Self { list, end: end_of(source) }
    }

    /// Findings about the tokens that are none.
    pub(super) fn malformed(&self) -> Vec<Diagnostic> {
        let finding = |it: &Spanned| match &it.token {
            Token::LexError(error) => {
                let (message, help) = words::malformed(error);
                let finding = Diagnostic::error(code::SYNTAX, message, it.range);
                Some(match help {
                    Some(help) => finding.with_help(help),
                    None => finding,
                })
            }
            _ => None,
        };
        self.list.iter().filter_map(finding).collect()
    }

    /// All tokens.
    pub(super) fn as_slice(&self) -> &[Spanned] {
        &self.list
    }

    /// Index of the first token that ends behind `place`.
    pub(super) fn index_at(&self, place: Place) -> usize {
        self.list.partition_point(|it| it.range.end <= place)
    }

    /// The token that covers `place`.
    pub(super) fn at(&self, place: Place) -> Option<&Spanned> {
        self.list.get(self.index_at(place)).filter(|it| it.range.start <= place)
    }

    /// The last token that ends at or before `place`.
    pub(super) fn before(&self, place: Place) -> Option<&Spanned> {
        self.index_at(place).checked_sub(1).and_then(|index| self.list.get(index))
    }

    /// Where the text ends.
    pub(super) fn end(&self) -> Place {
        self.end
    }
}

/// Rhai's position as a place; none at all is the start, and the beginning of a line its first column.
pub(super) fn place_of(position: Position) -> Place {
    position
        .line()
        .map_or(START, |line| Place::new(line as u32, position.position().unwrap_or(1) as u32))
}

/// Where the character with index `index` stands.
pub(super) fn place_of_char(source: &str, index: usize) -> Place {
    let mut place = START;
    for character in source.chars().take(index) {
        if character == '\n' {
            place = Place::new(place.line + 1, 1);
        } else {
            place.column += 1;
        }
    }
    place
}

fn end_of(source: &str) -> Place {
    let line = source.matches('\n').count() as u32 + 1;
    let last = source.rsplit('\n').next().unwrap_or_default();
    Place::new(line, last.chars().count() as u32 + 1)
}

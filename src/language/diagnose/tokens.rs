//! The lexer's tokens with exact ranges.

use super::{START, code, words};
use crate::domain::{Diagnostic, Place, TextRange};
use rhai::{Engine, LexError, Position, Token};

/// A token and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Spanned {
    pub(super) token: Token,
    pub(super) range: TextRange,
}

/// The tokens of a source, in order, without comments.
pub(super) struct Tokens {
    list: Vec<Spanned>,
    open_comment: Option<Place>,
}

impl Tokens {
    pub(super) fn of(engine: &Engine, source: &str) -> Self {
        let mut tokens = Self { list: Vec::new(), open_comment: None };
        let mut braces = Vec::new();
        let mut rest = source;
        let mut first_line = 1;
        // Behind a text without an end the lexer counts one line too few, so it starts anew on the next one.
        while let Some(broken_line) = tokens.extend(engine, rest, first_line, &mut braces) {
            let skipped = (broken_line - first_line) as usize + 1;
            let Some((newline, _)) = rest.match_indices('\n').nth(skipped - 1) else { break };
            rest = &rest[newline + 1..];
            first_line = broken_line + 1;
        }
        tokens
    }

    /// Adds the tokens of `source`, whose first line has the number `first_line`, up to a text without an end, whose line
    /// is returned. `braces` says of every open brace whether it belongs to a `${` in a text.
    fn extend(
        &mut self,
        engine: &Engine,
        source: &str,
        first_line: u32,
        braces: &mut Vec<bool>,
    ) -> Option<u32> {
        let inputs = [source];
        let (mut lexer, control) = engine.lex(&inputs);
        lexer.state.include_comments = true;
        let mut interpolates = false;
        let moved = |place: Place| Place::new(place.line + first_line - 1, place.column);
        while let Some((token, position)) = lexer.next() {
            let start = moved(place_of(position));
            match &token {
                Token::EOF => break,
                // An open comment would come again and again.
                Token::Comment(_) if lexer.state.comment_level > 0 => {
                    self.open_comment = Some(start);
                    break;
                }
                Token::Comment(_) => continue,
                Token::LexError(error) if matches!(**error, LexError::UnterminatedString) => {
                    return Some(self.push_open_text(token, position, start));
                }
                Token::InterpolatedString(_) => interpolates = true,
                Token::LeftBrace => braces.push(std::mem::take(&mut interpolates)),
                Token::MapStart => braces.push(false),
                // The lexer leaves it to the parser to say that a text goes on behind `${...}`.
                Token::RightBrace => {
                    let belongs_to_text = braces.pop() == Some(true);
                    control.borrow_mut().is_within_text |= belongs_to_text;
                }
                _ => {}
            }
            let end = end_of(&token, start, moved(place_of(lexer.pos)));
            self.list.push(Spanned { token, range: TextRange::new(start, end) });
        }
        None
    }

    /// Adds a text without an end, and returns its line. What is left of one with `${...}` has no position.
    fn push_open_text(&mut self, token: Token, position: Position, start: Place) -> u32 {
        let is_interpolated = |it: &&Spanned| matches!(it.token, Token::InterpolatedString(_));
        let start = if position.is_none() {
            self.list.iter().rfind(is_interpolated).map_or(START, |it| it.range.start)
        } else {
            start
        };
        self.list.push(Spanned { token, range: TextRange::at(start) });
        start.line
    }

    /// Findings about what is no token, the first of each line: what follows it is often read wrongly.
    pub(super) fn malformed(&self) -> Vec<Diagnostic> {
        let mut findings: Vec<Diagnostic> = Vec::new();
        for spanned in &self.list {
            let Token::LexError(error) = &spanned.token else { continue };
            let is_first =
                findings.last().is_none_or(|it| it.range.start.line != spanned.range.start.line);
            if is_first {
                findings.push(words::malformed(error).at(spanned.range));
            }
        }
        if let Some(start) = self.open_comment {
            let range = TextRange::new(start, Place::new(start.line, start.column + 2));
            let finding = Diagnostic::error(code::SYNTAX, "this comment has no end", range);
            findings.push(finding.with_help("close it with `*/`"));
        }
        findings
    }

    /// Whether a comment has no end; then the rest of the text is no code.
    pub(super) fn has_open_comment(&self) -> bool {
        self.open_comment.is_some()
    }

    /// All tokens.
    pub(super) fn as_slice(&self) -> &[Spanned] {
        &self.list
    }

    /// Index of the first token that ends behind `place`.
    pub(super) fn index_at(&self, place: Place) -> usize {
        self.list.partition_point(|it| it.range.end <= place)
    }
}

/// Where a token ends, when the lexer stands on the character `last`.
fn end_of(token: &Token, start: Place, last: Place) -> Place {
    match token {
        // The lexer may have looked further here.
        Token::Reserved(word) => Place::new(start.line, start.column + word.chars().count() as u32),
        _ => Place::new(last.line, last.column + 1).max(TextRange::at(start).end),
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

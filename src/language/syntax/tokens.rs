//! The lexer's tokens and the comments between them, with exact ranges.
//!
//! Rhai's own lexer does the reading. It leaves gaps that are closed here: it gives up at a text without an end, it keeps
//! some comments to itself, and it loses count behind `\${`.

mod walk;

use crate::domain::{Place, TextRange};
use rhai::{Engine, LexError, Position, Token};
use std::ops::Range;

/// A token and where it stands.
#[derive(Clone, Debug)]
pub struct Spanned {
    /// The token. A text without an end is a [`Token::LexError`] that reaches to the end of its line.
    pub token: Token,
    /// Where it stands.
    pub range: TextRange,
    /// The same in bytes of the source.
    pub bytes: Range<usize>,
}

/// A comment and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// From its first slash up to its last character, without the end of the line.
    pub range: TextRange,
    /// The same in bytes of the source.
    pub bytes: Range<usize>,
    /// What it is.
    pub kind: CommentKind,
}

/// How a comment ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommentKind {
    /// `//`: with its line.
    Line,
    /// `/* ... */`
    Block,
    /// `/*` without an end.
    Open,
}

/// Something that is no token.
#[derive(Clone, Debug)]
pub struct Malformed {
    /// What is wrong with it.
    pub error: LexError,
    /// Where; a text without an end is marked at its first character.
    pub range: TextRange,
}

/// The tokens and comments of a source, each in the order of the text.
#[derive(Clone, Debug, Default)]
pub struct Tokens {
    list: Vec<Spanned>,
    comments: Vec<Comment>,
    malformed: Vec<Malformed>,
}

impl Tokens {
    /// Reads `source`. Whatever it holds, this ends and gives ranges that do not overlap.
    pub fn of(engine: &Engine, source: &str) -> Self {
        let mut lexing = Lexing::default();
        let mut rest = source;
        let mut first_line = 1;
        // Behind a text without an end the lexer counts wrongly, and reads code as text: it starts anew on the next line.
        while let Some(broken_line) = lexing.extend(engine, rest, first_line) {
            let skipped = (broken_line - first_line) as usize + 1;
            let Some((newline, _)) = rest.match_indices('\n').nth(skipped - 1) else { break };
            rest = &rest[newline + 1..];
            first_line = broken_line + 1;
        }
        let (list, comments) = walk::along(source, lexing.found);
        Self { list, comments, malformed: lexing.malformed }
    }

    /// All tokens, without comments.
    pub fn as_slice(&self) -> &[Spanned] {
        &self.list
    }

    /// All comments.
    pub fn comments(&self) -> &[Comment] {
        &self.comments
    }

    /// What is no token, in the order it was found.
    pub fn malformed(&self) -> &[Malformed] {
        &self.malformed
    }

    /// The comment without an end, if there is one; then the rest of the text is no code.
    pub fn open_comment(&self) -> Option<&Comment> {
        self.comments.last().filter(|it| it.kind == CommentKind::Open)
    }

    /// The comment that `place` stands in. Just behind a line comment is still in it.
    pub fn comment_at(&self, place: Place) -> Option<&Comment> {
        let index = self.comments.partition_point(|it| it.range.start < place);
        let comment = self.comments.get(index.checked_sub(1)?)?;
        let is_at_end = place == comment.range.end && comment.kind != CommentKind::Block;
        (place < comment.range.end || is_at_end).then_some(comment)
    }

    /// Index of the first token that ends behind `place`.
    pub fn index_at(&self, place: Place) -> usize {
        self.list.partition_point(|it| it.range.end <= place)
    }
}

/// Where the text starts.
const START: Place = Place::new(1, 1);

/// Tokens while they are read.
#[derive(Default)]
struct Lexing {
    found: Vec<(Token, TextRange)>,
    malformed: Vec<Malformed>,
    /// Of every open brace, whether it belongs to a `${` in a text.
    braces: Vec<bool>,
    /// Indices of the tokens that started the texts whose `${` is open.
    texts: Vec<usize>,
}

impl Lexing {
    /// Adds the tokens of `source`, whose first line has the number `first_line`, up to a text without an end, whose line
    /// is returned.
    fn extend(&mut self, engine: &Engine, source: &str, first_line: u32) -> Option<u32> {
        let inputs = [source];
        let (mut lexer, control) = engine.lex(&inputs);
        let moved = |place: Place| Place::new(place.line + first_line - 1, place.column);
        let mut continues = false;
        let mut interpolates = false;
        while let Some((token, position)) = lexer.next() {
            // What follows `${...}` has the position of its first letter, or none.
            let before = self.found.last().map_or(START, |(_, range)| range.end);
            let start = if continues { before } else { moved(place_of(position)).max(before) };
            let is_rest = std::mem::take(&mut continues);
            match &token {
                // In the code of a `${` that is never closed.
                Token::EOF if !self.texts.is_empty() => {
                    let error = Token::LexError(LexError::UnterminatedString.into());
                    return Some(self.break_off(error, before));
                }
                Token::EOF => break,
                Token::Comment(_) => continue,
                Token::LexError(error) if matches!(**error, LexError::UnterminatedString) => {
                    return Some(self.break_off(token, start));
                }
                Token::LexError(error) => {
                    let end = end_of(&token, start, moved(place_of(lexer.pos)));
                    let range = TextRange::new(start, end);
                    self.malformed.push(Malformed { error: (**error).clone(), range });
                }
                Token::InterpolatedString(_) => {
                    interpolates = true;
                    if !is_rest {
                        self.texts.push(self.found.len());
                    }
                }
                Token::StringConstant(_) if is_rest => drop(self.texts.pop()),
                Token::LeftBrace => self.braces.push(std::mem::take(&mut interpolates)),
                Token::MapStart => self.braces.push(false),
                // The lexer leaves it to the parser to say that a text goes on behind `${...}`.
                Token::RightBrace => {
                    continues = self.braces.pop() == Some(true);
                    control.borrow_mut().is_within_text |= continues;
                }
                _ => {}
            }
            let end = end_of(&token, start, moved(place_of(lexer.pos)));
            self.found.push((token, TextRange::new(start, end)));
        }
        None
    }

    /// Ends the line on which a text without an end starts, and returns its number. Of one with `${...}` the code on that
    /// line is kept.
    fn break_off(&mut self, error: Token, start: Place) -> u32 {
        let interpolated = self.texts.first().and_then(|index| self.found.get(*index));
        let start_of_text = interpolated.map_or(start, |(_, range)| range.start);
        let line = start_of_text.line;
        self.malformed.push(Malformed {
            error: LexError::UnterminatedString,
            range: TextRange::at(start_of_text),
        });
        self.found.retain(|(_, range)| range.end.line <= line);
        let end = self.found.last().map_or(START, |(_, range)| range.end);
        let start = if start.line == line { start.max(end) } else { end };
        self.found.push((error, TextRange::new(start, start)));
        self.texts.clear();
        self.braces = open_braces(&self.found);
        line
    }
}

/// The braces that are open behind `tokens`; those in a text that was broken off are not.
fn open_braces(tokens: &[(Token, TextRange)]) -> Vec<bool> {
    let mut braces = Vec::new();
    let mut interpolates = false;
    for (token, _) in tokens {
        match token {
            Token::InterpolatedString(_) => interpolates = true,
            Token::LeftBrace => braces.push(std::mem::take(&mut interpolates)),
            Token::MapStart => braces.push(false),
            Token::RightBrace => drop(braces.pop()),
            Token::LexError(error) if matches!(**error, LexError::UnterminatedString) => {
                if let Some(text) = braces.iter().position(|is_text| *is_text) {
                    braces.truncate(text);
                }
            }
            _ => {}
        }
    }
    braces
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
pub fn place_of(position: Position) -> Place {
    position
        .line()
        .map_or(START, |line| Place::new(line as u32, position.position().unwrap_or(1) as u32))
}

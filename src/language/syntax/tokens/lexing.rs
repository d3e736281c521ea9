//! Rhai's lexer, from any place between two functions of a file on.

use super::walk;
use super::{Comment, Malformed, START, Spanned, place_of};
use crate::domain::{Place, TextRange};
use rhai::{Engine, LexError, Token};

/// Where to begin: just behind a token, outside of any text.
#[derive(Clone, Copy, Debug)]
pub(in crate::language::syntax) struct Start {
    pub(in crate::language::syntax) byte: usize,
    pub(in crate::language::syntax) place: Place,
}

impl Default for Start {
    fn default() -> Self {
        Self { byte: 0, place: START }
    }
}

/// What was read, in bytes of the source.
pub(in crate::language::syntax) struct Reading {
    pub(in crate::language::syntax) list: Vec<Spanned>,
    pub(in crate::language::syntax) comments: Vec<Comment>,
    pub(in crate::language::syntax) malformed: Vec<Malformed>,
    /// Indices of the tokens `fn` and `private` that stand first in their line, outside of any text.
    pub(in crate::language::syntax) openings: Vec<usize>,
    /// Which of the stops ended it; otherwise the source did.
    pub(in crate::language::syntax) stopped: Option<Place>,
}

/// Reads `source` from `start` up to one of `stops`, which are in order, if there is an opening.
pub(in crate::language::syntax) fn read(
    engine: &Engine,
    source: &str,
    start: Start,
    stops: &[Place],
) -> Reading {
    let mut lexing = Lexing::new(start.place, stops);
    let mut rest = &source[start.byte..];
    let mut base = start.place;
    // Behind a text without an end the lexer counts wrongly, and reads code as text: it starts anew on the next line.
    while let Some(broken_line) = lexing.extend(engine, rest, base) {
        let skipped = (broken_line - base.line) as usize;
        let Some((newline, _)) = rest.match_indices('\n').nth(skipped) else { break };
        rest = &rest[newline + 1..];
        base = Place::new(broken_line + 1, 1);
    }
    let is_whole = lexing.stopped.is_none();
    let (list, comments) = walk::along(source, start, lexing.found, is_whole);
    let Lexing { malformed, openings, stopped, .. } = lexing;
    Reading { list, comments, malformed, openings, stopped }
}

/// Tokens while they are read.
struct Lexing<'a> {
    /// Where it began.
    start: Place,
    stops: &'a [Place],
    stopped: Option<Place>,
    found: Vec<(Token, TextRange)>,
    malformed: Vec<Malformed>,
    openings: Vec<usize>,
    /// Of every open brace, whether it belongs to a `${` in a text.
    braces: Vec<bool>,
    /// Indices of the tokens that started the texts whose `${` is open.
    texts: Vec<usize>,
}

impl<'a> Lexing<'a> {
    fn new(start: Place, stops: &'a [Place]) -> Self {
        Self {
            start,
            stops,
            stopped: None,
            found: Vec::new(),
            malformed: Vec::new(),
            openings: Vec::new(),
            braces: Vec::new(),
            texts: Vec::new(),
        }
    }

    /// Where the last token ended.
    fn end(&self) -> Place {
        self.found.last().map_or(self.start, |(_, range)| range.end)
    }

    /// Adds the tokens of `source`, which starts at `base`, up to a stop or to a text without an end, whose line is
    /// returned.
    fn extend(&mut self, engine: &Engine, source: &str, base: Place) -> Option<u32> {
        let inputs = [source];
        let (mut lexer, control) = engine.lex(&inputs);
        let moved = |place: Place| match place.line {
            1 => Place::new(base.line, base.column + place.column - 1),
            line => Place::new(line + base.line - 1, place.column),
        };
        let mut continues = false;
        let mut interpolates = false;
        while let Some((token, position)) = lexer.next() {
            // What follows `${...}` has the position of its first letter, or none.
            let before = self.end();
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
                Token::Fn | Token::Private => self.open(start, before),
                _ => {}
            }
            if self.stopped.is_some() {
                break;
            }
            let end = end_of(&token, start, moved(place_of(lexer.pos)));
            self.found.push((token, TextRange::new(start, end)));
        }
        None
    }

    /// Notes that a function may start at `start`, and stops if that is to be a stop.
    fn open(&mut self, start: Place, before: Place) {
        let starts_line = start.line > before.line || start == START;
        if !starts_line || !self.texts.is_empty() {
            return;
        }
        self.stopped = self.stops.binary_search(&start).is_ok().then_some(start);
        self.openings.push(self.found.len());
    }

    /// Ends the line on which a text without an end starts, and returns its number. Of one with `${...}` the code on that
    /// line is kept.
    fn break_off(&mut self, error: Token, start: Place) -> u32 {
        let interpolated = self.texts.first().and_then(|index| self.found.get(*index));
        let start_of_text = interpolated.map_or(start, |(_, range)| range.start);
        let line = start_of_text.line;
        // What follows is read once more, from the next line on.
        self.malformed.retain(|it| it.range.start < start_of_text);
        self.malformed.push(Malformed {
            error: LexError::UnterminatedString,
            range: TextRange::at(start_of_text),
        });
        self.found.retain(|(_, range)| range.end.line <= line);
        let count = self.found.len();
        self.openings.retain(|index| *index < count);
        let end = self.end();
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

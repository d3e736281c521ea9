//! The surroundings of an error.

use crate::domain::{Place, TextRange};
use crate::language::syntax::tokens::{Spanned, Tokens};
use rhai::Token;

/// The tokens around the place of an error.
pub(super) struct Context<'a> {
    all: &'a Tokens,
    index: usize,
    place: Place,
}

impl<'a> Context<'a> {
    pub(super) fn new(tokens: &'a Tokens, place: Place) -> Self {
        Self { all: tokens, index: tokens.index_at(place), place }
    }

    /// The token the parser stumbled over; none at the end of the text.
    pub(super) fn token(&self) -> Option<&'a Token> {
        self.after(0)
    }

    /// The token `distance` tokens behind that one.
    pub(super) fn after(&self, distance: usize) -> Option<&'a Token> {
        self.all.get(self.index + distance).map(|it| &it.token)
    }

    /// The token `distance` tokens before it, from 1.
    pub(super) fn before(&self, distance: usize) -> Option<&'a Token> {
        self.spanned_before(distance).map(|it| &it.token)
    }

    fn spanned_before(&self, distance: usize) -> Option<&'a Spanned> {
        self.index.checked_sub(distance).and_then(|index| self.all.get(index))
    }

    /// The text of the token the parser stumbled over.
    pub(super) fn text(&self) -> Option<String> {
        self.token().map(written)
    }

    /// The text of the token before.
    pub(super) fn previous_text(&self) -> Option<String> {
        self.before(1).map(written)
    }

    /// The range of the token the parser stumbled over.
    pub(super) fn here(&self) -> TextRange {
        let covering = self.all.get(self.index).filter(|it| it.range.start <= self.place);
        covering.map_or_else(|| TextRange::at(self.place), |it| it.range)
    }

    /// Just behind the token before, where something is missing.
    pub(super) fn gap(&self) -> TextRange {
        let previous = self.spanned_before(1);
        TextRange::at(previous.map_or(self.place, |it| it.range.end))
    }

    /// From the token `distance` tokens before up to the one the parser stumbled over.
    pub(super) fn since(&self, distance: usize) -> TextRange {
        let end = self.here().end;
        self.spanned_before(distance)
            .map_or_else(|| self.here(), |it| TextRange::new(it.range.start, end))
    }

    /// The range of the token `distance` tokens before.
    pub(super) fn range_before(&self, distance: usize) -> TextRange {
        self.spanned_before(distance).map_or_else(|| self.here(), |it| it.range)
    }

    /// Distance back to the opening parenthesis that matches the closing one just before.
    pub(super) fn matching_parenthesis(&self) -> Option<usize> {
        let mut depth = 0_usize;
        for distance in 1..=self.index {
            match self.before(distance)? {
                Token::RightParen => depth += 1,
                Token::LeftParen | Token::Unit => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return Some(distance);
                    }
                }
                _ if depth == 0 => return None,
                _ => {}
            }
        }
        None
    }

    /// The line of the innermost brace that is open here.
    pub(super) fn open_brace(&self) -> Option<u32> {
        let mut open = Vec::new();
        for spanned in self.all.iter().take(self.index) {
            match spanned.token {
                // Functions do not nest: what is open before one does not concern it.
                Token::Fn if spanned.range.start.column == 1 => open.clear(),
                Token::LeftBrace | Token::MapStart => open.push(spanned.range.start.line),
                Token::RightBrace => drop(open.pop()),
                _ => {}
            }
        }
        open.pop()
    }
}

/// The identifier's name, if the token is one.
pub(super) fn name(token: Option<&Token>) -> Option<&str> {
    match token {
        Some(Token::Identifier(name)) => Some(name.as_str()),
        _ => None,
    }
}

fn written(token: &Token) -> String {
    match token {
        Token::StringConstant(text) => format!("{:?}", text.as_str()),
        Token::InterpolatedString(_) => "`".to_owned(),
        Token::CharConstant(character) => format!("'{character}'"),
        token => token.to_string(),
    }
}

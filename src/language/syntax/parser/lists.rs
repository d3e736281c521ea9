//! What stands in brackets with commas: arguments, arrays, maps.

use super::{Parser, reads_as_word, starts_expression};
use crate::language::syntax::fault::FaultKind;
use crate::language::syntax::node::{Name, NodeId, NodeKind};
use rhai::Token;

impl Parser<'_> {
    /// Values up to the closing token, and whether that is there.
    pub(super) fn items(&mut self, close: &Token, close_name: &'static str) -> (Vec<NodeId>, bool) {
        let mut items = Vec::new();
        loop {
            if self.eat(close).is_some() {
                return (items, true);
            }
            match self.peek() {
                Some(Token::Comma) => {
                    self.missing("an expression");
                    self.bump();
                    continue;
                }
                Some(token) if starts_expression(token) => items.extend(self.expression()),
                Some(_) if self.skips_in_list() => items.push(self.skip_in_list()),
                _ => break,
            }
            if self.eat(&Token::Comma).is_some() || self.is_at(close) {
                continue;
            }
            // Without a comma, it is the next statement rather than the next value.
            let goes_on = self.peek().is_some_and(|it| {
                starts_expression(it) && *it != Token::LeftBrace && !self.starts_other_statement()
            });
            if goes_on {
                self.missing("`,`");
            } else if !self.skips_in_list() {
                break;
            }
        }
        self.missing(close_name);
        (items, false)
    }

    /// Whether what stands here has no place in a list, and nowhere else either.
    fn skips_in_list(&self) -> bool {
        !self.starts_other_statement()
            && !matches!(
                self.peek(),
                None | Some(
                    Token::SemiColon
                        | Token::RightBrace
                        | Token::RightParen
                        | Token::RightBracket
                        | Token::LeftBrace
                        | Token::Comma
                )
            )
    }

    fn skip_in_list(&mut self) -> NodeId {
        let range = self.here();
        self.fault(FaultKind::Unexpected, range);
        while self.skips_in_list() {
            self.bump();
        }
        self.finish(range.start, NodeKind::Skipped)
    }

    pub(super) fn array(&mut self) -> NodeId {
        let start = self.bump().start;
        let (items, is_closed) = self.unfiltered(|it| it.items(&Token::RightBracket, "`]`"));
        self.finish(start, NodeKind::Array { items, is_closed })
    }

    pub(super) fn map(&mut self) -> NodeId {
        let start = self.bump().start;
        let (entries, is_closed) = self.unfiltered(Self::entries);
        self.finish(start, NodeKind::Map { entries, is_closed })
    }

    fn entries(&mut self) -> (Vec<NodeId>, bool) {
        let mut entries = Vec::new();
        loop {
            if self.eat(&Token::RightBrace).is_some() {
                return (entries, true);
            }
            if self.is_at(&Token::Comma) {
                self.missing("a property");
                self.bump();
                continue;
            }
            if self.starts_entry() {
                entries.push(self.entry());
            } else if self.skips_in_list() && !self.starts_call() {
                entries.push(self.skip_in_list());
            } else {
                break;
            }
            if self.eat(&Token::Comma).is_none() && !self.is_at(&Token::RightBrace) {
                if self.starts_entry() {
                    self.missing("`,`");
                } else if !self.skips_in_list() || self.starts_call() {
                    break;
                }
            }
        }
        self.missing("`}`");
        (entries, false)
    }

    /// Whether a property starts here: a word or a string that `:`, `,` or the end of the map follows.
    fn starts_entry(&self) -> bool {
        let is_key = match self.peek() {
            Some(Token::Identifier(_) | Token::StringConstant(_)) => true,
            Some(token) => is_word(token),
            None => false,
        };
        let follows =
            matches!(self.ahead(1), None | Some(Token::Colon | Token::Comma | Token::RightBrace));
        is_key
            && (matches!(self.ahead(1), Some(Token::Colon))
                || (follows && !self.starts_other_statement()))
    }

    /// Whether a statement seems to start here, as in a map without its brace.
    fn starts_call(&self) -> bool {
        self.starts_line()
            && matches!(self.peek(), Some(Token::Identifier(_)))
            && matches!(
                self.ahead(1),
                Some(
                    Token::LeftParen
                        | Token::Unit
                        | Token::DoubleColon
                        | Token::Period
                        | Token::Equals
                )
            )
    }

    fn entry(&mut self) -> NodeId {
        let start = self.here().start;
        let text: Box<str> = match self.peek() {
            Some(Token::Identifier(text) | Token::StringConstant(text)) => text.as_str().into(),
            Some(token) => {
                self.fault(FaultKind::Unexpected, self.here());
                token.to_string().into()
            }
            None => "".into(),
        };
        let key = Name { text, range: self.bump() };
        let value =
            if self.expect(&Token::Colon, "`:`") { self.expected_expression() } else { None };
        self.finish(start, NodeKind::Entry { key, value })
    }
}

/// Whether a token is a word of the language, which somebody may take for the name of a property.
fn is_word(token: &Token) -> bool {
    match token {
        Token::Reserved(word) => reads_as_word(word),
        token => token.is_standard_keyword(),
    }
}

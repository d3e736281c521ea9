//! Expressions: operators by precedence, and the chains of `.`, `[` and `(` behind a value.

use super::{Parser, reads_as_word, starts_expression};
use crate::domain::Place;
use crate::language::syntax::fault::FaultKind;
use crate::language::syntax::node::{Access, Arguments, Literal, Name, NodeId, NodeKind, Operator};
use rhai::{LexError, Token};

/// The loosest precedence of an operator.
const LOOSEST: u8 = 1;

impl Parser<'_> {
    /// An expression, if one starts here.
    pub(super) fn expression(&mut self) -> Option<NodeId> {
        self.peek().is_some_and(starts_expression).then(|| {
            self.nested(|parser| {
                let left = parser.unary()?;
                Some(parser.operators(left, LOOSEST))
            })
        })?
    }

    /// An expression, or the mark that it is missing.
    pub(super) fn expected_expression(&mut self) -> Option<NodeId> {
        let found = self.expression();
        if found.is_none() {
            self.missing("an expression");
        }
        found
    }

    /// The operators behind `left` that bind at least as tightly as `loosest`.
    fn operators(&mut self, left: NodeId, loosest: u8) -> NodeId {
        let mut left = left;
        while let Some(token) = self.peek() {
            let Some(precedence) = precedence(token).filter(|it| *it >= loosest) else { break };
            if (self.stops_at_pipe && *token == Token::Pipe) || self.is_too_high(left) {
                break;
            }
            let operator = Operator { token: token.clone(), range: self.bump() };
            let right = self.right_side(&operator, precedence);
            let start = self.start_of(left);
            left = self.finish(start, NodeKind::Binary { left: Some(left), operator, right });
        }
        left
    }

    fn right_side(&mut self, operator: &Operator, precedence: u8) -> Option<NodeId> {
        let is_range = is_range(&operator.token);
        if is_range && self.peek().is_none_or(ends_open_range) {
            return None;
        }
        if operator.token == Token::DoubleQuestion && self.peek().is_some_and(jumps) {
            return Some(self.statement());
        }
        if !self.peek().is_some_and(starts_expression) {
            self.missing("an expression");
            return None;
        }
        let tighter = if operator.token == Token::PowerOf { precedence } else { precedence + 1 };
        self.nested(|parser| {
            let right = parser.unary()?;
            Some(parser.operators(right, tighter))
        })
    }

    fn unary(&mut self) -> Option<NodeId> {
        let token = self.peek()?;
        let is_operator = matches!(
            token,
            Token::Minus | Token::UnaryMinus | Token::Plus | Token::UnaryPlus | Token::Bang
        );
        if !is_operator {
            return self.primary();
        }
        let operator = Operator { token: token.clone(), range: self.bump() };
        let start = operator.range.start;
        let operand = self.nested(Self::unary);
        if operand.is_none() {
            self.missing("an expression");
        }
        Some(self.finish(start, NodeKind::Unary { operator, operand }))
    }

    /// A value and what is chained to it.
    fn primary(&mut self) -> Option<NodeId> {
        let start = self.here().start;
        let value = match self.peek()? {
            Token::ExclusiveRange | Token::InclusiveRange => {
                return Some(self.range_without_start());
            }
            Token::LeftBrace => self.block(),
            Token::If => self.if_else(),
            Token::Switch => self.switch(),
            Token::While | Token::Loop | Token::Do | Token::For => self.looping(),
            Token::Pipe | Token::Or => self.closure(),
            Token::InterpolatedString(_) => self.interpolation(),
            Token::LeftParen => self.group(),
            Token::LeftBracket => self.array(),
            Token::MapStart => self.map(),
            Token::Identifier(_) => self.path(),
            Token::Reserved(word) if **word == "this" && !self.is_call_ahead() => {
                self.bump();
                self.finish(start, NodeKind::This)
            }
            Token::Reserved(word) if reads_as_word(word) => self.reserved(word),
            Token::LexError(_) => {
                self.fault(FaultKind::Unexpected, self.here());
                self.bump();
                self.finish(start, NodeKind::Skipped)
            }
            token => {
                let literal = literal(token)?;
                self.bump();
                self.finish(start, NodeKind::Literal(literal))
            }
        };
        Some(self.chain(start, value))
    }

    fn range_without_start(&mut self) -> NodeId {
        let start = self.here().start;
        let Some(token) = self.peek() else { return self.skip() };
        let operator = Operator { token: token.clone(), range: self.bump() };
        let right = self.right_side(&operator, precedence(&operator.token).unwrap_or(LOOSEST));
        self.finish(start, NodeKind::Binary { left: None, operator, right })
    }

    fn is_call_ahead(&self) -> bool {
        matches!(self.ahead(1), Some(Token::LeftParen | Token::Unit | Token::Bang))
    }

    /// A word that Rhai keeps for itself; as the name of a function it may be called.
    fn reserved(&mut self, word: &str) -> NodeId {
        let is_called = self.is_call_ahead();
        let range = self.bump();
        if !is_called {
            self.fault(FaultKind::Unexpected, range);
            return self.finish(range.start, NodeKind::Skipped);
        }
        let name = Some(Name { text: word.into(), range });
        self.finish(range.start, NodeKind::Variable { modules: Vec::new(), name })
    }

    /// `name`, `module::name`
    fn path(&mut self) -> NodeId {
        let start = self.here().start;
        let mut modules = Vec::new();
        let mut name = self.name_if_any();
        while self.eat(&Token::DoubleColon).is_some() {
            modules.extend(name.take());
            name = self.word();
            if name.is_none() {
                self.missing("a name");
                break;
            }
        }
        self.finish(start, NodeKind::Variable { modules, name })
    }

    /// A name behind `::` or a dot. One that Rhai keeps for itself can only be called, as `type_of`.
    fn word(&mut self) -> Option<Name> {
        let Some(Token::Reserved(word)) = self.peek().filter(|_| !self.starts_line()) else {
            return self.name_if_any();
        };
        if !reads_as_word(word) {
            return None;
        }
        let is_called = self.is_call_ahead();
        let range = self.bump();
        if !is_called {
            self.fault(FaultKind::Unexpected, range);
        }
        Some(Name { text: word.as_str().into(), range })
    }

    /// What is chained to a value with `.`, `[` and `(`.
    fn chain(&mut self, start: Place, value: NodeId) -> NodeId {
        let mut value = value;
        while let Some(token) = self.peek() {
            if self.is_too_high(value) {
                break;
            }
            let kind = match token {
                Token::Period | Token::Elvis => self.member(value),
                Token::LeftBracket | Token::QuestionBracket => self.index(value),
                Token::LeftParen | Token::Unit if self.can_be_called(value) => {
                    NodeKind::Call { callee: value, arguments: self.arguments() }
                }
                Token::Bang if self.can_be_called(value) && self.is_call_ahead() => {
                    self.bump();
                    NodeKind::Call { callee: value, arguments: self.arguments() }
                }
                _ => break,
            };
            value = self.finish(start, kind);
        }
        value
    }

    fn can_be_called(&self, value: NodeId) -> bool {
        match &self.nodes[value.index()].kind {
            NodeKind::Variable { .. } => true,
            NodeKind::Group { inner: Some(inner), .. } => self.can_be_called(*inner),
            _ => false,
        }
    }

    fn member(&mut self, object: NodeId) -> NodeKind {
        let access = match self.peek() {
            Some(Token::Elvis) => Access::Optional,
            _ => Access::Plain,
        };
        let dot = self.bump();
        // A path is no property: it starts the next statement.
        let is_path = matches!(self.ahead(1), Some(Token::DoubleColon));
        let name = if is_path { None } else { self.word() };
        let Some(name) = name else {
            self.missing("a property");
            return NodeKind::Member { object, access, dot, name: None };
        };
        if matches!(self.peek(), Some(Token::LeftParen | Token::Unit)) {
            let arguments = self.arguments();
            return NodeKind::MethodCall { object, access, name, arguments };
        }
        NodeKind::Member { object, access, dot, name: Some(name) }
    }

    fn index(&mut self, object: NodeId) -> NodeKind {
        let access = match self.peek() {
            Some(Token::QuestionBracket) => Access::Optional,
            _ => Access::Plain,
        };
        self.bump();
        let index = self.unfiltered(Self::expected_expression);
        let is_closed = self.expect(&Token::RightBracket, "`]`");
        NodeKind::Index { object, access, index, is_closed }
    }

    fn arguments(&mut self) -> Arguments {
        let is_empty = self.is_at(&Token::Unit);
        let open = self.bump();
        if is_empty {
            return Arguments { open, items: Vec::new(), is_closed: true };
        }
        let (items, is_closed) = self.unfiltered(|it| it.items(&Token::RightParen, "`)`"));
        Arguments { open, items, is_closed }
    }

    /// Reads something in brackets, where `|` is an operator again.
    pub(super) fn unfiltered<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.stops_at_pipe, false);
        let found = read(self);
        self.stops_at_pipe = outer;
        found
    }

    fn group(&mut self) -> NodeId {
        let start = self.bump().start;
        let inner = self.unfiltered(Self::expected_expression);
        let is_closed = self.expect(&Token::RightParen, "`)`");
        self.finish(start, NodeKind::Group { inner, is_closed })
    }

    fn closure(&mut self) -> NodeId {
        let start = self.here().start;
        let parameters = if self.eat(&Token::Or).is_some() {
            Vec::new()
        } else {
            self.bump();
            self.parameters(&Token::Pipe, "`|`")
        };
        let starts_body =
            |token: &Token| starts_expression(token) || super::starts_only_statement(token);
        let body = match self.peek() {
            Some(token) if starts_body(token) => Some(self.unfiltered(Self::statement)),
            // Rhai takes this for a body that does nothing.
            None | Some(Token::SemiColon) => None,
            Some(_) => {
                self.missing("an expression");
                None
            }
        };
        self.finish(start, NodeKind::Closure { parameters, body })
    }

    fn interpolation(&mut self) -> NodeId {
        let start = self.here().start;
        let mut parts = Vec::new();
        loop {
            let piece = self.here().start;
            match self.peek() {
                Some(Token::InterpolatedString(text)) => {
                    self.bump();
                    let text = Literal::Text(text.as_str().into());
                    parts.push(self.finish(piece, NodeKind::Literal(text)));
                    if self.is_at(&Token::LeftBrace) {
                        parts.push(self.unfiltered(Self::text_block));
                    }
                }
                Some(Token::StringConstant(text)) => {
                    self.bump();
                    let text = Literal::Text(text.as_str().into());
                    parts.push(self.finish(piece, NodeKind::Literal(text)));
                    break;
                }
                Some(Token::LexError(error)) if matches!(**error, LexError::UnterminatedString) => {
                    self.fault(FaultKind::Unexpected, self.here());
                    self.bump();
                    parts.push(self.finish(piece, NodeKind::Skipped));
                    break;
                }
                _ => {
                    self.missing("the end of the text");
                    break;
                }
            }
        }
        self.finish(start, NodeKind::Interpolation { parts })
    }
}

fn literal(token: &Token) -> Option<Literal> {
    Some(match token {
        Token::Unit => Literal::Unit,
        Token::True => Literal::Bool(true),
        Token::False => Literal::Bool(false),
        Token::IntegerConstant(value) => Literal::Int(*value),
        Token::FloatConstant(value) => Literal::Float(*value.0),
        Token::CharConstant(value) => Literal::Char(*value),
        Token::StringConstant(text) => Literal::Text(text.as_str().into()),
        _ => return None,
    })
}

fn precedence(token: &Token) -> Option<u8> {
    token.precedence().map(std::num::NonZeroU8::get)
}

fn is_range(token: &Token) -> bool {
    matches!(token, Token::ExclusiveRange | Token::InclusiveRange)
}

/// What may follow a range that has no end.
fn ends_open_range(token: &Token) -> bool {
    matches!(
        token,
        Token::RightBracket
            | Token::RightParen
            | Token::RightBrace
            | Token::Comma
            | Token::SemiColon
            | Token::DoubleArrow
    )
}

/// Statements that may stand behind `??`.
fn jumps(token: &Token) -> bool {
    matches!(token, Token::Break | Token::Continue | Token::Return | Token::Throw)
}

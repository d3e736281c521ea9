//! Statements, and what is made of blocks.

use super::{Parser, starts_expression};
use crate::language::syntax::fault::FaultKind;
use crate::language::syntax::node::{Binding, Function, Name, NodeId, NodeKind, Operator, Repeat};
use rhai::{LexError, Token};

impl Parser<'_> {
    /// The statements of the file up to the token with the index `end`, or to one that starts the next piece.
    pub(super) fn statements(
        &mut self,
        end: usize,
        starts_piece: impl Fn(usize) -> bool,
    ) -> Vec<NodeId> {
        let mut statements = Vec::new();
        while let Some(token) = self.peek().filter(|_| self.at < end) {
            match token {
                Token::Fn | Token::Private if starts_piece(self.at) => break,
                Token::SemiColon => drop(self.bump()),
                Token::RightBrace => {
                    let start = self.bump();
                    self.fault(FaultKind::Unexpected, start);
                    statements.push(self.finish(start.start, NodeKind::Skipped));
                }
                _ => self.statement_with_end(&mut statements),
            }
        }
        statements
    }

    /// A statement and its `;`.
    fn statement_with_end(&mut self, statements: &mut Vec<NodeId>) {
        let column = self.here().start.column;
        let outer = std::mem::replace(&mut self.statement_column, column);
        let statement = self.statement();
        self.statement_column = outer;
        statements.push(statement);
        let ends_itself = self.nodes[statement.index()].kind.ends_itself();
        if self.eat(&Token::SemiColon).is_none()
            && !ends_itself
            && !matches!(self.peek(), None | Some(Token::RightBrace))
        {
            self.missing("`;`");
        }
    }

    pub(super) fn statement(&mut self) -> NodeId {
        self.nested(|parser| Some(parser.statement_here())).unwrap_or_else(|| self.skip())
    }

    fn statement_here(&mut self) -> NodeId {
        let start = self.here().start;
        let Some(token) = self.peek() else { return self.finish(start, NodeKind::Skipped) };
        let kind = match token {
            Token::Fn | Token::Private => self.function(),
            Token::Let | Token::Const => self.binding(false),
            Token::Export => self.export(),
            Token::Import => self.import(),
            Token::Return => NodeKind::Return { value: self.jump() },
            Token::Throw => NodeKind::Throw { value: self.jump() },
            Token::Break => NodeKind::Break { value: self.jump() },
            Token::Continue => {
                self.bump();
                NodeKind::Continue
            }
            Token::Try => self.try_catch(),
            Token::LeftBrace => return self.block(),
            Token::If => return self.if_else(),
            Token::Switch => return self.switch(),
            Token::While | Token::Loop | Token::Do | Token::For => return self.looping(),
            _ => return self.expression_statement(),
        };
        self.finish(start, kind)
    }

    fn expression_statement(&mut self) -> NodeId {
        let Some(target) = self.expression() else { return self.skip() };
        let is_assignment = self.peek().is_some_and(|it| *it == Token::Equals || assigns(it));
        let Some(token) = self.peek().filter(|_| is_assignment) else { return target };
        let operator = Operator { token: token.clone(), range: self.bump() };
        let value = self.expected_expression();
        self.finish(self.start_of(target), NodeKind::Assign { target, operator, value })
    }

    fn function(&mut self) -> NodeKind {
        if self.depth > 1 {
            self.fault(FaultKind::InnerFunction, self.here());
        }
        let column = self.here().start.column;
        let is_private = self.eat(&Token::Private).is_some();
        self.expect(&Token::Fn, "`fn`");
        let this_type = self.this_type();
        let name = self.name();
        let parameters = self.function_parameters();
        let outer = self.function_column.replace(column);
        let body = self.expected_block();
        self.function_column = outer;
        NodeKind::Function(Box::new(Function { is_private, this_type, name, parameters, body }))
    }

    /// The type of `this` before the dot.
    fn this_type(&mut self) -> Option<Name> {
        let text = match (self.peek(), self.ahead(1)) {
            (Some(Token::Identifier(text) | Token::StringConstant(text)), Some(Token::Period)) => {
                text.as_str().into()
            }
            _ => return None,
        };
        let range = self.bump();
        self.bump();
        Some(Name { text, range })
    }

    fn function_parameters(&mut self) -> Vec<Name> {
        if self.eat(&Token::Unit).is_some() {
            return Vec::new();
        }
        if !self.expect(&Token::LeftParen, "`(`") {
            return Vec::new();
        }
        self.parameters(&Token::RightParen, "`)`")
    }

    /// Names up to the closing token.
    pub(super) fn parameters(&mut self, close: &Token, close_name: &'static str) -> Vec<Name> {
        let mut names = Vec::new();
        loop {
            if self.eat(close).is_some() {
                return names;
            }
            match self.peek() {
                Some(Token::Identifier(_)) => names.extend(self.name_if_any()),
                Some(Token::Comma) => self.missing("a name"),
                // A word that cannot be a name stands for one.
                Some(Token::Reserved(_)) if !self.starts_other_statement() => {
                    let range = self.bump();
                    self.fault(FaultKind::Unexpected, range);
                }
                _ => {
                    self.missing(close_name);
                    return names;
                }
            }
            if self.eat(&Token::Comma).is_none() && !self.is_at(close) {
                self.missing(if matches!(self.peek(), Some(Token::Identifier(_))) {
                    "`,`"
                } else {
                    close_name
                });
                if !matches!(self.peek(), Some(Token::Identifier(_)))
                    || self.starts_other_statement()
                {
                    return names;
                }
            }
        }
    }

    fn binding(&mut self, is_exported: bool) -> NodeKind {
        let binding = match self.peek() {
            Some(Token::Const) => Binding::Constant,
            _ => Binding::Variable,
        };
        self.bump();
        let name = self.name();
        let value = self.eat(&Token::Equals).and_then(|_| self.expected_expression());
        NodeKind::Let { binding, is_exported, name, value }
    }

    fn export(&mut self) -> NodeKind {
        self.bump();
        if matches!(self.peek(), Some(Token::Let | Token::Const)) {
            return self.binding(true);
        }
        let name = self.name();
        let alias = self.eat(&Token::As).and_then(|_| self.name());
        NodeKind::Export { name, alias }
    }

    fn import(&mut self) -> NodeKind {
        self.bump();
        let path = self.expected_expression();
        let alias = self.eat(&Token::As).and_then(|_| self.name());
        NodeKind::Import { path, alias }
    }

    /// The word of a jump and the value behind it, if there is one.
    fn jump(&mut self) -> Option<NodeId> {
        self.bump();
        self.peek().is_some_and(starts_expression).then(|| self.expression()).flatten()
    }

    fn try_catch(&mut self) -> NodeKind {
        self.bump();
        let body = self.expected_block();
        if !self.expect(&Token::Catch, "`catch`") {
            return NodeKind::Try { body, variable: None, handler: None };
        }
        let variable = self.eat(&Token::LeftParen).and_then(|_| {
            let variable = self.name();
            self.expect(&Token::RightParen, "`)`");
            variable
        });
        // `catch ()` is no catch without a variable.
        if let Some(range) = self.eat(&Token::Unit) {
            self.fault(FaultKind::Unexpected, range);
        }
        let handler = self.expected_block();
        NodeKind::Try { body, variable, handler }
    }

    pub(super) fn expected_block(&mut self) -> Option<NodeId> {
        if self.is_at(&Token::LeftBrace) {
            return self.nested(|parser| Some(parser.block()));
        }
        self.missing("`{`");
        None
    }

    pub(super) fn block(&mut self) -> NodeId {
        let start = self.bump().start;
        let mut statements = Vec::new();
        let is_closed = loop {
            match self.peek() {
                Some(Token::RightBrace) => {
                    self.bump();
                    break true;
                }
                Some(Token::SemiColon) => drop(self.bump()),
                Some(Token::LexError(error))
                    if self.is_in_text && matches!(**error, LexError::UnterminatedString) =>
                {
                    break false;
                }
                Some(_) if !self.starts_outer_function() => {
                    self.statement_with_end(&mut statements);
                }
                _ => {
                    self.missing("`}`");
                    break false;
                }
            }
        };
        self.finish(start, NodeKind::Block { statements, is_closed })
    }

    pub(super) fn if_else(&mut self) -> NodeId {
        self.nested(|parser| {
            let start = parser.bump().start;
            let condition = parser.condition();
            let then = parser.expected_block();
            let otherwise = parser.eat(&Token::Else).and_then(|_| match parser.peek() {
                Some(Token::If) => Some(parser.if_else()),
                _ => parser.expected_block(),
            });
            Some(parser.finish(start, NodeKind::If { condition, then, otherwise }))
        })
        .unwrap_or_else(|| self.skip())
    }

    /// A condition; a block cannot be one.
    fn condition(&mut self) -> Option<NodeId> {
        if self.is_at(&Token::LeftBrace) {
            self.missing("a condition");
            return None;
        }
        let condition = self.expected_expression();
        if let Some(range) = self.eat(&Token::Equals) {
            self.fault(FaultKind::Unexpected, range);
            let Some(target) = condition else { return self.expected_expression() };
            let operator = Operator { token: Token::Equals, range };
            let value = self.expected_expression();
            let kind = NodeKind::Assign { target, operator, value };
            return Some(self.finish(self.start_of(target), kind));
        }
        condition
    }

    pub(super) fn looping(&mut self) -> NodeId {
        let word = self.peek();
        let start = self.bump().start;
        let kind = match word {
            Some(Token::While) => {
                NodeKind::While { condition: self.condition(), body: self.expected_block() }
            }
            Some(Token::Do) => self.do_loop(),
            Some(Token::For) => self.for_loop(),
            _ => NodeKind::Loop { body: self.expected_block() },
        };
        self.finish(start, kind)
    }

    fn do_loop(&mut self) -> NodeKind {
        let body = self.expected_block();
        let repeat = match self.peek() {
            Some(Token::Until) => Repeat::Until,
            _ => Repeat::While,
        };
        if self.eat(&Token::While).or_else(|| self.eat(&Token::Until)).is_none() {
            self.missing("`while`");
            return NodeKind::Do { body, repeat, condition: None };
        }
        NodeKind::Do { body, repeat, condition: self.condition() }
    }

    fn for_loop(&mut self) -> NodeKind {
        let (variable, counter) = if self.eat(&Token::LeftParen).is_some() {
            let variable = self.name();
            let counter = if self.expect(&Token::Comma, "`,`") { self.name() } else { None };
            self.expect(&Token::RightParen, "`)`");
            (variable, counter)
        } else {
            (self.name(), None)
        };
        let iterable = if self.expect(&Token::In, "`in`") { self.condition() } else { None };
        let body = self.expected_block();
        NodeKind::For { variable, counter, iterable, body }
    }

    pub(super) fn switch(&mut self) -> NodeId {
        let start = self.bump().start;
        let subject = self.expected_expression();
        let is_open = self.expect(&Token::LeftBrace, "`{`");
        let (arms, is_closed) = if is_open { self.arms() } else { (Vec::new(), false) };
        self.finish(start, NodeKind::Switch { subject, arms, is_closed })
    }

    fn arms(&mut self) -> (Vec<NodeId>, bool) {
        let mut arms = Vec::new();
        loop {
            match self.peek() {
                Some(Token::RightBrace) => {
                    self.bump();
                    return (arms, true);
                }
                None => break,
                Some(_) if self.starts_outer_function() => break,
                Some(_) => {}
            }
            let before = self.at;
            arms.push(self.arm());
            let body = arms.last().and_then(|arm| match &self.nodes[arm.index()].kind {
                NodeKind::Arm { body, .. } => *body,
                _ => None,
            });
            let ends_itself = body.is_none_or(|body| self.nodes[body.index()].kind.ends_itself());
            if self.eat(&Token::Comma).is_none() && !ends_itself && !self.is_at(&Token::RightBrace)
            {
                self.missing("`,`");
                self.eat(&Token::SemiColon);
            }
            if self.at == before {
                arms.push(self.skip());
            }
        }
        self.missing("`}`");
        (arms, false)
    }

    fn arm(&mut self) -> NodeId {
        let start = self.here().start;
        let outer = std::mem::replace(&mut self.statement_column, start.column);
        let values = self.arm_values();
        let guard = self.eat(&Token::If).and_then(|_| self.condition());
        let body = match self.eat(&Token::DoubleArrow) {
            Some(_) if matches!(self.peek(), None | Some(Token::Comma | Token::RightBrace)) => {
                self.missing("a value");
                None
            }
            // Rhai takes this for a body that does nothing.
            Some(_) if self.eat(&Token::SemiColon).is_some() => None,
            Some(_) => Some(self.statement()),
            None => {
                self.missing("`=>`");
                None
            }
        };
        self.statement_column = outer;
        self.finish(start, NodeKind::Arm { values, guard, body })
    }

    fn arm_values(&mut self) -> Vec<NodeId> {
        let mut values = Vec::new();
        if self.eat(&Token::Underscore).is_some() {
            return values;
        }
        let outer = std::mem::replace(&mut self.stops_at_pipe, true);
        loop {
            values.extend(self.expected_expression());
            if self.eat(&Token::Pipe).is_none() {
                break;
            }
        }
        self.stops_at_pipe = outer;
        values
    }

    /// The block of a `${...}`.
    pub(super) fn text_block(&mut self) -> NodeId {
        let outer = std::mem::replace(&mut self.is_in_text, true);
        let start = self.here().start;
        let block = self.nested(|parser| Some(parser.block()));
        self.is_in_text = outer;
        block.unwrap_or_else(|| self.finish(start, NodeKind::Skipped))
    }
}

/// Whether a token is an operator that also assigns, as `+=`.
fn assigns(token: &Token) -> bool {
    matches!(
        token,
        Token::PlusAssign
            | Token::MinusAssign
            | Token::MultiplyAssign
            | Token::DivideAssign
            | Token::ModuloAssign
            | Token::PowerOfAssign
            | Token::LeftShiftAssign
            | Token::RightShiftAssign
            | Token::AndAssign
            | Token::OrAssign
            | Token::XOrAssign
    )
}

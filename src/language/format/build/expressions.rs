//! Expressions: operators and what they connect.

use super::super::doc::{Doc, Kind};
use super::statements::Block;
use super::{Builder, Built};
use rhai::Token;

/// An expression, and how it can be laid out.
#[derive(Clone, Debug)]
pub(super) struct Expression<'a> {
    doc: Doc<'a>,
    /// The same, opened so that its first line ends with its bracket; for what has one.
    expanded: Option<Doc<'a>>,
    is_operation: bool,
}

impl<'a> Expression<'a> {
    /// An expression that has its own line breaks.
    pub(super) fn plain(doc: Doc<'a>) -> Self {
        Self { doc, expanded: None, is_operation: false }
    }

    /// One that can be opened at its first bracket.
    pub(super) fn with_bracket(doc: Doc<'a>, expanded: Doc<'a>) -> Self {
        Self { doc, expanded: Some(expanded), is_operation: false }
    }

    /// Operands whose operators begin lines when they do not fit on one.
    fn operation(doc: Doc<'a>) -> Self {
        Self { doc, expanded: None, is_operation: true }
    }

    /// Its layout.
    pub(super) fn group(&self) -> Doc<'a> {
        if self.is_operation { self.doc.clone().group() } else { self.doc.clone() }
    }

    /// Its layout when it is opened at its first bracket.
    pub(super) fn expanded(&self) -> Option<&Doc<'a>> {
        self.expanded.as_ref()
    }

    /// Its layout before the brace of a block, which has a line of its own behind a condition of several lines.
    pub(super) fn before_block(&self) -> Doc<'a> {
        if self.is_operation {
            Doc::all(vec![self.doc.clone(), Doc::line()]).group()
        } else {
            Doc::all(vec![self.doc.clone(), Doc::space()])
        }
    }

    /// With its comments before it.
    fn led_by(self, lead: &Doc<'a>) -> Self {
        if !matches!(lead.kind(), Kind::All(docs) if docs.is_empty()) {
            let join = |doc| Doc::all(vec![lead.clone(), doc]);
            return Self { doc: join(self.doc), expanded: self.expanded.map(join), ..self };
        }
        self
    }

    /// With `prefix` before it.
    pub(super) fn behind(self, prefix: &Doc<'a>) -> Self {
        let join = |doc| Doc::all(vec![prefix.clone(), doc]);
        let expanded = self.expanded.clone().map(join);
        Self { doc: join(self.group()), expanded, is_operation: false }
    }
}

impl<'a> Builder<'_, 'a> {
    /// An expression.
    pub(super) fn expression(&mut self) -> Built<Expression<'a>> {
        self.nested(|builder| {
            let lead = builder.lead();
            Ok(builder.operation(0)?.led_by(&lead))
        })
    }

    /// An expression inside of `switch` cases, where `|` separates.
    pub(super) fn case(&mut self) -> Built<Expression<'a>> {
        self.nested(|builder| builder.operation(binding(&Token::Pipe) + 1))
    }

    /// Operands and operators that bind at least as tightly as `least`.
    fn operation(&mut self, least: u8) -> Built<Expression<'a>> {
        let mut left = self.unary()?;
        loop {
            let strength = binding(self.token());
            if strength == 0 || strength < least {
                return Ok(left);
            }
            left = match self.token() {
                Token::ExclusiveRange | Token::InclusiveRange => self.range(&left)?,
                _ => self.operators(&left, strength)?,
            };
        }
    }

    /// What follows `first`: operators of one strength and their operands.
    fn operators(&mut self, first: &Expression<'a>, strength: u8) -> Built<Expression<'a>> {
        let mut docs = Vec::new();
        while binding(self.token()) == strength {
            let operator = self.word()?;
            let operand = match self.token() {
                Token::Break | Token::Continue | Token::Return | Token::Throw => {
                    self.statement()?
                }
                _ => self.nested(|it| it.operation(strength + 1))?.group(),
            };
            docs.extend([Doc::line(), operator, Doc::space(), operand]);
        }
        let rest = Doc::all(docs).indent();
        Ok(Expression::operation(Doc::all(vec![first.group(), rest])))
    }

    /// `from..to`, where either may be missing.
    fn range(&mut self, from: &Expression<'a>) -> Built<Expression<'a>> {
        let strength = binding(self.token());
        let mut docs = vec![from.group(), self.word()?];
        if !self.ends_range() {
            docs.push(self.nested(|it| it.operation(strength + 1))?.group());
        }
        Ok(Expression::plain(Doc::all(docs)))
    }

    fn ends_range(&self) -> bool {
        matches!(
            self.token(),
            Token::RightBracket
                | Token::RightParen
                | Token::RightBrace
                | Token::Comma
                | Token::SemiColon
                | Token::DoubleArrow
                | Token::LeftBrace
                | Token::Pipe
                | Token::If
        )
    }

    fn unary(&mut self) -> Built<Expression<'a>> {
        match self.token() {
            Token::Minus | Token::UnaryMinus | Token::Plus | Token::UnaryPlus | Token::Bang => {
                let sign = self.lexeme().text;
                let mut docs = vec![self.word()?];
                let next = self.lexeme();
                let is_number = next.text.starts_with(|c: char| c.is_ascii_digit());
                if is_number || next.text.starts_with(sign) || !next.before.is_empty() {
                    // `- -x` and `- 1`: together they would be another word.
                    docs.push(Doc::space());
                }
                docs.push(self.nested(Self::unary)?.group());
                Ok(Expression::plain(Doc::all(docs)))
            }
            // `..to`
            Token::ExclusiveRange | Token::InclusiveRange => {
                self.range(&Expression::plain(Doc::nothing()))
            }
            _ => self.chain(),
        }
    }

    /// What stands at the start of a chain.
    pub(super) fn primary(&mut self) -> Built<Expression<'a>> {
        match self.token() {
            Token::LeftParen => self.parentheses(),
            Token::LeftBracket => self.array(),
            Token::MapStart => self.map(),
            Token::Pipe | Token::Or => self.closure(),
            Token::LeftBrace => {
                let block = self.block(Block::MayBeOneLine)?;
                Ok(Expression::with_bracket(block.doc.clone().group(), block.doc.broken_group()))
            }
            Token::If => {
                let chain = self.if_chain()?;
                let doc = chain.doc;
                Ok(Expression::with_bracket(
                    if chain.one_line { doc.clone().group() } else { doc.clone().broken_group() },
                    doc.broken_group(),
                ))
            }
            Token::Switch => {
                let doc = self.switch()?;
                Ok(Expression::with_bracket(doc.clone().group(), doc.broken_group()))
            }
            Token::While | Token::Loop | Token::Do | Token::For => {
                Ok(Expression::plain(self.loop_expression()?))
            }
            Token::Identifier(_)
            | Token::Reserved(_)
            | Token::IntegerConstant(_)
            | Token::FloatConstant(_)
            | Token::CharConstant(_)
            | Token::StringConstant(_)
            | Token::InterpolatedString(_)
            | Token::True
            | Token::False
            | Token::Unit
            | Token::Underscore => Ok(Expression::plain(self.word()?)),
            _ => Err(self.misread()),
        }
    }

    fn parentheses(&mut self) -> Built<Expression<'a>> {
        let open = self.word()?;
        let inner = self.expression()?.group();
        let dangling = self.dangling(self.at);
        let (close, behind) = self.closing(&Token::RightParen)?;
        Ok(Expression::plain(Doc::all(vec![open, inner, dangling, close, behind])))
    }

    fn closure(&mut self) -> Built<Expression<'a>> {
        let mut head = vec![self.word()?];
        let has_parameters = self.lexemes[self.at - 1].token == Token::Pipe;
        if has_parameters && self.is_at(&Token::Pipe) {
            // `| |`: together they would be another word.
            head.push(Doc::space());
        }
        while has_parameters && !self.is_at(&Token::Pipe) {
            head.push(self.word()?);
            if let Some(comma) = self.take(&Token::Comma)? {
                head.push(comma);
                head.extend((!self.is_at(&Token::Pipe)).then(Doc::space));
            }
        }
        if has_parameters {
            head.push(self.expect(&Token::Pipe)?);
        }
        head.push(Doc::space());
        let head = Doc::all(head);
        let body = match self.token() {
            Token::LeftBrace => self.nested(Self::primary)?,
            Token::Return | Token::Throw | Token::Break | Token::Continue => {
                Expression::plain(self.nested(Self::statement)?)
            }
            _ => self.assigning()?,
        };
        Ok(body.behind(&head))
    }

    pub(super) fn is_at_assignment(&self) -> bool {
        self.is_at(&Token::Equals) || self.token().is_op_assignment()
    }

    /// An expression or an assignment, as a closure or a case of `switch` may have.
    pub(super) fn assigning(&mut self) -> Built<Expression<'a>> {
        let left = self.expression()?;
        if !self.is_at_assignment() {
            return Ok(left);
        }
        let operator = self.word()?;
        let head = Doc::all(vec![left.group(), Doc::space(), operator, Doc::space()]);
        Ok(self.expression()?.behind(&head))
    }
}

/// How tightly an operator binds; 0 for what is none.
fn binding(token: &Token) -> u8 {
    token.precedence().map_or(0, std::num::NonZeroU8::get)
}

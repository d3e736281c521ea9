//! Statements and blocks.

use super::super::doc::Doc;
use super::{Builder, Built};
use rhai::Token;

/// Whether a block may stay on one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// Each statement has a line.
    Lines,
    /// One statement that its author wrote on the line of the braces stays there if there is room.
    MayBeOneLine,
}

/// A block, and whether it is written so that it may stay on one line.
pub(super) struct BuiltBlock<'a> {
    pub(super) doc: Doc<'a>,
    pub(super) one_line: bool,
}

/// `if` with its branches, and whether they are written so that all may stay on one line.
pub(super) struct IfChain<'a> {
    pub(super) doc: Doc<'a>,
    pub(super) one_line: bool,
    has_else: bool,
}

impl<'a> Builder<'_, 'a> {
    /// Statements up to the closing brace or the end.
    pub(super) fn statements(&mut self) -> Built<Doc<'a>> {
        let mut docs = Vec::new();
        while !self.is_at_end() && !self.is_at(&Token::RightBrace) {
            if self.is_at(&Token::SemiColon) {
                if self.is_empty_statement(docs.is_empty()) {
                    self.at += 1;
                    continue;
                }
                let is_alone = docs.is_empty() || !self.is_bare(self.at);
                docs.extend(is_alone.then(Doc::new_line));
                docs.push(self.word()?);
                continue;
            }
            if !docs.is_empty() {
                let empty = self.lexeme().begins_after_empty_line();
                docs.push(if empty { Doc::empty_line() } else { Doc::new_line() });
            }
            docs.push(self.lead());
            docs.push(self.nested(Self::statement)?);
            match self.token() {
                Token::SemiColon => docs.push(self.semicolon()?),
                Token::RightBrace | Token::EOF => {}
                _ if self.lexemes[self.at - 1].token == Token::RightBrace => {}
                _ => return Err(self.misread()),
            }
        }
        Ok(Doc::all(docs))
    }

    /// Whether the semicolon here ends nothing and no comment is at it.
    fn is_empty_statement(&self, is_first: bool) -> bool {
        let before = self.at.checked_sub(1).map(|it| &self.lexemes[it]);
        let follows_another =
            before.is_some_and(|it| it.token == Token::SemiColon && it.after.is_empty());
        self.is_bare(self.at) && (is_first || follows_another)
    }

    /// The semicolon of a statement: of several, the last, at which a comment may stand.
    fn semicolon(&mut self) -> Built<Doc<'a>> {
        while self.is_bare(self.at)
            && self.token_after(1) == Some(&Token::SemiColon)
            && self.lexemes[self.at + 1].before.is_empty()
        {
            self.at += 1;
        }
        self.word()
    }

    /// One statement without its semicolon.
    pub(super) fn statement(&mut self) -> Built<Doc<'a>> {
        match self.token() {
            Token::Let | Token::Const => self.declaration(),
            Token::Fn | Token::Private => self.function(),
            Token::If => self.if_statement(),
            Token::Switch => Ok(self.switch()?.group()),
            Token::While | Token::Loop => self.while_loop(),
            Token::Do => self.do_loop(),
            Token::For => self.for_loop(),
            Token::Try => self.try_catch(),
            Token::LeftBrace => Ok(self.block(Block::Lines)?.doc),
            Token::Return | Token::Throw | Token::Break => self.with_value(),
            Token::Continue => self.word(),
            Token::Import => self.import(),
            Token::Export => self.export(),
            _ => self.expression_statement(),
        }
    }

    fn declaration(&mut self) -> Built<Doc<'a>> {
        let mut docs = vec![self.word()?, Doc::space(), self.word()?];
        if let Some(equals) = self.take(&Token::Equals)? {
            docs.extend([Doc::space(), equals, Doc::space(), self.value()?]);
        }
        Ok(Doc::all(docs))
    }

    fn function(&mut self) -> Built<Doc<'a>> {
        let mut docs = Vec::new();
        if let Some(private) = self.take(&Token::Private)? {
            docs.extend([private, Doc::space()]);
        }
        docs.extend([self.expect(&Token::Fn)?, Doc::space(), self.word()?]);
        if let Some(dot) = self.take(&Token::Period)? {
            docs.extend([dot, self.word()?]);
        }
        docs.push(self.parameters()?);
        docs.extend([Doc::space(), self.block(Block::Lines)?.doc]);
        Ok(Doc::all(docs))
    }

    /// A block with its braces.
    pub(super) fn block(&mut self, form: Block) -> Built<BuiltBlock<'a>> {
        let open_at = self.at;
        let open = self.expect(&Token::LeftBrace)?;
        while self.is_at(&Token::SemiColon) && self.is_empty_statement(true) {
            self.at += 1;
        }
        let is_empty = self.is_at(&Token::RightBrace) && self.lexeme().before.is_empty();
        if is_empty && self.is_bare(open_at) {
            let doc = Doc::all(vec![open, self.word()?]);
            return Ok(BuiltBlock { doc, one_line: true });
        }
        let one_line = form == Block::MayBeOneLine
            && !self.lexeme().begins_line()
            && self.is_bare(open_at)
            && !matches!(self.token(), Token::Let | Token::Const);
        let statements = self.statements()?;
        let dangling = self.dangling(self.at);
        let one_line = one_line && !statements.breaks() && !dangling.breaks();
        let line = || if one_line { Doc::line() } else { Doc::new_line() };
        let inner = Doc::all(vec![line(), statements, dangling]).indent();
        let (close, behind) = self.closing(&Token::RightBrace)?;
        Ok(BuiltBlock { doc: Doc::all(vec![open, inner, line(), close, behind]), one_line })
    }

    /// Where it is the value of a block, its author may have written `if` with `else` on one line.
    fn if_statement(&mut self) -> Built<Doc<'a>> {
        let built = self.if_chain()?;
        let is_value = matches!(self.token(), Token::RightBrace | Token::EOF);
        let one_line = built.one_line && built.has_else && is_value;
        Ok(if one_line { built.doc.group() } else { built.doc.broken_group() })
    }

    /// `if` with all its branches. Branches that may stay on one line do so together.
    pub(super) fn if_chain(&mut self) -> Built<IfChain<'a>> {
        let mut docs = Vec::new();
        let mut one_line = true;
        let mut has_else = false;
        loop {
            docs.push(self.expect(&Token::If)?);
            docs.push(Doc::space());
            let condition = self.expression()?;
            docs.push(condition.before_block());
            let block = self.block(Block::MayBeOneLine)?;
            one_line &= block.one_line;
            docs.push(block.doc);
            if !self.is_at(&Token::Else) {
                break;
            }
            has_else = true;
            docs.extend([Doc::space(), self.word()?, Doc::space()]);
            if !self.is_at(&Token::If) {
                let block = self.block(Block::MayBeOneLine)?;
                one_line &= block.one_line;
                docs.push(block.doc);
                break;
            }
        }
        Ok(IfChain { doc: Doc::all(docs), one_line, has_else })
    }

    fn while_loop(&mut self) -> Built<Doc<'a>> {
        let has_condition = self.is_at(&Token::While);
        let mut docs = vec![self.word()?, Doc::space()];
        if has_condition {
            docs.push(self.expression()?.before_block());
        }
        docs.push(self.block(Block::Lines)?.doc);
        Ok(Doc::all(docs))
    }

    pub(super) fn do_loop(&mut self) -> Built<Doc<'a>> {
        let mut docs = vec![self.expect(&Token::Do)?, Doc::space()];
        docs.push(self.block(Block::Lines)?.doc);
        docs.extend([Doc::space(), self.word()?, Doc::space(), self.expression()?.group()]);
        Ok(Doc::all(docs))
    }

    pub(super) fn for_loop(&mut self) -> Built<Doc<'a>> {
        let mut docs = vec![self.expect(&Token::For)?, Doc::space()];
        if let Some(open) = self.take(&Token::LeftParen)? {
            docs.extend([open, self.word()?, self.expect(&Token::Comma)?, Doc::space()]);
            docs.extend([self.word()?, self.expect(&Token::RightParen)?]);
        } else {
            docs.push(self.word()?);
        }
        docs.extend([Doc::space(), self.expect(&Token::In)?, Doc::space()]);
        docs.push(self.expression()?.before_block());
        docs.push(self.block(Block::Lines)?.doc);
        Ok(Doc::all(docs))
    }

    /// A loop where a value is expected.
    pub(super) fn loop_expression(&mut self) -> Built<Doc<'a>> {
        match self.token() {
            Token::Do => self.do_loop(),
            Token::For => self.for_loop(),
            _ => self.while_loop(),
        }
    }

    fn try_catch(&mut self) -> Built<Doc<'a>> {
        let mut docs = vec![self.expect(&Token::Try)?, Doc::space()];
        docs.extend([self.block(Block::Lines)?.doc, Doc::space()]);
        docs.extend([self.expect(&Token::Catch)?, Doc::space()]);
        if let Some(open) = self.take(&Token::LeftParen)? {
            docs.extend([open, self.word()?, self.expect(&Token::RightParen)?, Doc::space()]);
        }
        docs.push(self.block(Block::Lines)?.doc);
        Ok(Doc::all(docs))
    }

    /// `return`, `throw` and `break`, with a value or without.
    fn with_value(&mut self) -> Built<Doc<'a>> {
        let word = self.word()?;
        if self.ends_statement() {
            return Ok(word);
        }
        Ok(Doc::all(vec![word, Doc::space(), self.value()?]))
    }

    /// Whether no expression can begin at the next word.
    fn ends_statement(&self) -> bool {
        matches!(
            self.token(),
            Token::SemiColon
                | Token::RightBrace
                | Token::RightParen
                | Token::RightBracket
                | Token::Comma
                | Token::EOF
        )
    }

    fn import(&mut self) -> Built<Doc<'a>> {
        let mut docs = vec![self.word()?, Doc::space(), self.expression()?.group()];
        self.alias(&mut docs)?;
        Ok(Doc::all(docs))
    }

    fn export(&mut self) -> Built<Doc<'a>> {
        let mut docs = vec![self.word()?, Doc::space()];
        if matches!(self.token(), Token::Let | Token::Const) {
            docs.push(self.declaration()?);
        } else {
            docs.push(self.word()?);
            self.alias(&mut docs)?;
        }
        Ok(Doc::all(docs))
    }

    fn alias(&mut self, docs: &mut Vec<Doc<'a>>) -> Built<()> {
        if let Some(word) = self.take(&Token::As)? {
            docs.extend([Doc::space(), word, Doc::space(), self.word()?]);
        }
        Ok(())
    }

    fn expression_statement(&mut self) -> Built<Doc<'a>> {
        let left = self.expression()?;
        if !self.is_at_assignment() {
            return Ok(left.group());
        }
        let operator = self.word()?;
        let right = self.value()?;
        Ok(Doc::all(vec![left.group(), Doc::space(), operator, Doc::space(), right]))
    }
}

//! What stands between brackets, separated by commas.

use super::super::doc::{Doc, Kind};
use super::super::lexemes::Comment;
use super::expressions::Expression;
use super::{Builder, Built};
use rhai::Token;

/// What separates an entry from the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gap {
    Blank,
    Line,
    EmptyLine,
}

/// One entry with its comma.
struct Entry<'a> {
    value: Expression<'a>,
    comma: Doc<'a>,
    gap: Gap,
    /// A comment on a line of its own stands before it.
    has_comment: bool,
}

/// Whether a comma belongs behind an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    /// It separates.
    Comma,
    /// It may be left out: a statement that ends with a block.
    Free,
    /// None belongs behind a block.
    Block,
}

/// A list with its brackets.
pub(super) struct List<'a> {
    open: Doc<'a>,
    entries: Vec<Entry<'a>>,
    /// Comments behind the last entry.
    dangling: Doc<'a>,
    close: Doc<'a>,
    /// Comments behind the closing bracket.
    behind: Doc<'a>,
    /// A blank stands inside of the brackets on one line, as in maps.
    padded: bool,
    /// The author wrote it on several lines.
    has_lines: bool,
}

/// How the entries of a list on several lines are spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spread {
    /// Each has a line.
    Each,
    /// The author's rows stay.
    Rows,
}

impl<'a> List<'a> {
    /// The arguments of a call: on one line; or with the last one opened; or each on a line.
    pub(super) fn arguments(&self) -> Doc<'a> {
        let contents = self.contents(Spread::Each);
        let doc = match self.opened() {
            Some(opened) => Doc::choice(contents.clone(), opened, contents.broken_group()),
            None => contents.group(),
        };
        self.with_comments_behind(doc)
    }

    fn with_comments_behind(&self, doc: Doc<'a>) -> Doc<'a> {
        Doc::all(vec![doc, self.behind.clone()])
    }

    /// With the last entry opened, and the others on one line with the bracket.
    pub(super) fn hugged(&self) -> Option<Doc<'a>> {
        self.opened().map(|doc| self.with_comments_behind(doc))
    }

    fn opened(&self) -> Option<Doc<'a>> {
        let (last, others) = self.entries.split_last()?;
        let opened = last.value.expanded()?;
        // A comma that stays has comments behind it, which belong to no line but its own.
        let comma_stays = matches!(last.comma.kind(), Kind::All(docs) if !docs.is_empty());
        let has_comments = self.dangling.breaks() || comma_stays || self.open.breaks();
        let others_break = others.iter().any(|it| it.value.group().breaks() || it.comma.breaks());
        if has_comments || others_break || last.has_comment {
            return None;
        }
        let mut docs = vec![self.open.clone()];
        for entry in others {
            docs.extend([entry.value.group().flat(), entry.comma.clone(), Doc::space()]);
        }
        docs.extend([opened.clone(), self.dangling.clone(), self.close.clone()]);
        Some(Doc::all(docs))
    }

    /// The list as an expression that its author may have spread over lines.
    fn literal(self, spread: Spread) -> Expression<'a> {
        let contents = self.contents(spread);
        let expanded = contents.clone().broken_group();
        let doc = if self.has_lines { expanded.clone() } else { contents.group() };
        let [doc, expanded] = [doc, expanded].map(|doc| self.with_comments_behind(doc));
        Expression::with_bracket(doc, expanded)
    }

    fn contents(&self, spread: Spread) -> Doc<'a> {
        let edge = || if self.padded { Doc::line() } else { Doc::soft_line() };
        let mut docs = Vec::new();
        if !self.entries.is_empty() {
            docs.push(edge());
        }
        for (index, entry) in self.entries.iter().enumerate() {
            if index > 0 {
                docs.push(match entry.gap {
                    Gap::EmptyLine if self.has_lines => Doc::empty_line(),
                    Gap::Line if self.has_lines && spread == Spread::Rows => Doc::new_line(),
                    Gap::Blank if self.has_lines && spread == Spread::Rows => {
                        Doc::all(vec![Doc::line()]).group()
                    }
                    _ => Doc::line(),
                });
            }
            docs.extend([entry.value.group(), entry.comma.clone()]);
        }
        docs.push(self.dangling.clone());
        let inner = Doc::all(docs).indent();
        let has_inside = !self.entries.is_empty() || self.dangling.breaks();
        let end = if has_inside { edge() } else { Doc::nothing() };
        Doc::all(vec![self.open.clone(), inner, end, self.close.clone()])
    }
}

impl<'a> Builder<'_, 'a> {
    /// The arguments of a call, with their parentheses.
    pub(super) fn arguments(&mut self) -> Built<List<'a>> {
        if self.is_at(&Token::Unit) {
            let unit = self.word()?;
            let nothing = Doc::nothing;
            return Ok(List {
                open: unit,
                entries: Vec::new(),
                dangling: nothing(),
                close: nothing(),
                behind: nothing(),
                padded: false,
                has_lines: false,
            });
        }
        self.list(&Token::RightParen, Self::entry)
    }

    /// The parameters of a function, with their parentheses.
    pub(super) fn parameters(&mut self) -> Built<Doc<'a>> {
        if self.is_at(&Token::Unit) {
            return self.word();
        }
        let name = |builder: &mut Self| Ok((Expression::plain(builder.word()?), Ending::Comma));
        Ok(self.list(&Token::RightParen, name)?.arguments())
    }

    pub(super) fn array(&mut self) -> Built<Expression<'a>> {
        Ok(self.list(&Token::RightBracket, Self::entry)?.literal(Spread::Rows))
    }

    fn entry(&mut self) -> Built<(Expression<'a>, Ending)> {
        Ok((self.expression()?, Ending::Comma))
    }

    pub(super) fn map(&mut self) -> Built<Expression<'a>> {
        let mut list = self.list(&Token::RightBrace, |builder| {
            let lead = builder.lead();
            let head = vec![lead, builder.word()?, builder.expect(&Token::Colon)?, Doc::space()];
            Ok((builder.expression()?.behind(&Doc::all(head)), Ending::Comma))
        })?;
        list.padded = true;
        Ok(list.literal(Spread::Each))
    }

    /// `switch` with its cases.
    pub(super) fn switch(&mut self) -> Built<Doc<'a>> {
        let word = self.expect(&Token::Switch)?;
        let value = self.expression()?;
        let mut list = self.list(&Token::RightBrace, Self::switch_case)?;
        list.padded = true;
        let contents = list.contents(Spread::Each);
        let body = if list.has_lines { contents.broken_group() } else { contents };
        let body = list.with_comments_behind(body);
        Ok(Doc::all(vec![word, Doc::space(), value.before_block(), body]))
    }

    fn switch_case(&mut self) -> Built<(Expression<'a>, Ending)> {
        let lead = self.lead();
        let mut head = vec![self.case()?.group()];
        while let Some(or) = self.take(&Token::Pipe)? {
            head.extend([Doc::line(), or, Doc::space(), self.case()?.group()]);
        }
        if let Some(word) = self.take(&Token::If)? {
            head.extend([Doc::space(), word, Doc::space(), self.expression()?.group()]);
        }
        head.extend([Doc::space(), self.expect(&Token::DoubleArrow)?, Doc::space()]);
        let head = Doc::all(vec![lead, Doc::all(head).group()]);
        let (body, ending) = self.case_body()?;
        Ok((body.behind(&head), ending))
    }

    fn case_body(&mut self) -> Built<(Expression<'a>, Ending)> {
        Ok(match self.token() {
            Token::LeftBrace => (self.nested(Self::primary)?, Ending::Block),
            Token::If | Token::Switch => (self.nested(Self::primary)?, Ending::Free),
            Token::While | Token::Loop | Token::Do | Token::For | Token::Try => {
                (Expression::plain(self.nested(Self::statement)?), Ending::Free)
            }
            token if begins_statement(token) => {
                (Expression::plain(self.nested(Self::statement)?), Ending::Comma)
            }
            _ => (self.assigning()?, Ending::Comma),
        })
    }

    /// A list from its opening bracket to `close`.
    fn list(
        &mut self,
        close: &Token,
        mut entry: impl FnMut(&mut Self) -> Built<(Expression<'a>, Ending)>,
    ) -> Built<List<'a>> {
        let open_at = self.at;
        let open = self.word()?;
        let mut entries = Vec::new();
        let mut has_lines = false;
        while !self.is_at(close) {
            let lexeme = self.lexeme();
            has_lines |= lexeme.begins_line();
            let gap = match (lexeme.begins_after_empty_line(), lexeme.begins_line()) {
                (true, _) => Gap::EmptyLine,
                (false, true) => Gap::Line,
                (false, false) => Gap::Blank,
            };
            let has_comment = lexeme.before.iter().any(|it| it.starts_line);
            let (value, ending) = self.nested(&mut entry)?;
            let comma = self.comma(close, ending)?;
            entries.push(Entry { value, comma, gap, has_comment });
        }
        let dangling = self.dangling(self.at);
        let is_opened = self.lexemes[open_at].after.iter().any(Comment::ends_line);
        let has_lines = has_lines || is_opened;
        let (close, behind) = self.closing(close)?;
        Ok(List { open, entries, dangling, close, behind, padded: false, has_lines })
    }

    /// The comma behind an entry. The last one is there where the list is on several lines.
    fn comma(&mut self, close: &Token, ending: Ending) -> Built<Doc<'a>> {
        let is_last =
            self.is_at(close) || self.is_at(&Token::Comma) && self.token_after(1) == Some(close);
        if self.is_at(&Token::Comma) {
            if !is_last || !self.is_bare(self.at) {
                return self.word();
            }
            self.at += 1;
        }
        match ending {
            Ending::Block => Ok(Doc::nothing()),
            _ if is_last => Ok(Doc::trailing_comma()),
            Ending::Free => Ok(Doc::nothing()),
            Ending::Comma => Err(self.misread()),
        }
    }
}

fn begins_statement(token: &Token) -> bool {
    matches!(
        token,
        Token::Let
            | Token::Const
            | Token::Return
            | Token::Throw
            | Token::Break
            | Token::Continue
            | Token::Import
    )
}

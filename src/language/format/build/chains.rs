//! Properties, indices and calls, one behind the other.

use super::super::doc::Doc;
use super::expressions::Expression;
use super::lists::List;
use super::{Builder, Built};
use rhai::Token;

/// What begins with one dot, up to the next.
#[derive(Default)]
struct Link<'a> {
    docs: Vec<Doc<'a>>,
    /// The arguments it ends with, when it does.
    arguments: Option<List<'a>>,
}

impl<'a> Link<'a> {
    fn push(&mut self, doc: Doc<'a>) {
        self.close();
        self.docs.push(doc);
    }

    /// What follows stands behind the arguments.
    fn close(&mut self) {
        if let Some(list) = self.arguments.take() {
            self.docs.push(list.arguments());
        }
    }

    fn doc(mut self) -> Doc<'a> {
        self.close();
        Doc::all(self.docs)
    }
}

/// A first word shorter than the indentation has its first call beside it.
const SHORT: usize = 4;

impl<'a> Builder<'_, 'a> {
    /// An operand: what it begins with, and what is read from that or called on it.
    pub(super) fn chain(&mut self) -> Built<Expression<'a>> {
        let start = self.at;
        let first = self.nested(Self::primary)?;
        let is_word =
            matches!(self.lexemes[start].token, Token::Identifier(_) | Token::Reserved(_));
        // The name of a function may be in parentheses.
        let mut is_name = is_word || self.lexemes[start].token == Token::LeftParen;
        let is_short = is_word && self.lexemes[start].text.len() <= SHORT && self.is_bare(start);
        let mut links = vec![Link::default()];
        // The first link that begins with a dot and has a call; what stands before belongs to the start.
        let mut calls = 0;
        loop {
            let link = links.last_mut().expect("there is always a link");
            match self.token() {
                Token::LeftParen | Token::Unit if is_name => {
                    calls += usize::from(links.len() > 1);
                    self.call(&mut links)?;
                    is_name = false;
                }
                Token::Bang if is_name && self.is_call_after_bang() => {
                    link.push(self.word()?);
                    self.call(&mut links)?;
                    is_name = false;
                }
                Token::LeftBracket | Token::QuestionBracket => {
                    link.push(self.index()?);
                    is_name = false;
                }
                Token::DoubleColon => {
                    link.push(self.word()?);
                    link.push(self.word()?);
                    is_name = true;
                }
                Token::Period | Token::Elvis => {
                    let dot = self.dot()?;
                    let name = self.word()?;
                    let is_call = matches!(self.token(), Token::LeftParen | Token::Unit);
                    if is_call {
                        links.push(Link { docs: vec![dot, name], arguments: None });
                    } else {
                        link.push(dot);
                        link.push(name);
                    }
                    is_name = is_call;
                }
                _ => break,
            }
        }
        if links.len() == 1 && links[0].docs.is_empty() && links[0].arguments.is_none() {
            return Ok(first);
        }
        Ok(joined(&first, links, calls, is_short))
    }

    /// `.` or `?.`, apart from a number that would take it for its own.
    fn dot(&mut self) -> Built<Doc<'a>> {
        let before = self.at.checked_sub(1).map(|at| &self.lexemes[at].token);
        let is_number = matches!(before, Some(Token::IntegerConstant(_) | Token::FloatConstant(_)));
        let at = self.at;
        let dot = self.word()?;
        let is_apart =
            is_number && !(self.lexemes[at].after.is_empty() && self.lexeme().before.is_empty());
        Ok(if is_apart { Doc::all(vec![Doc::space(), dot]) } else { dot })
    }

    fn is_call_after_bang(&self) -> bool {
        matches!(self.token_after(1), Some(Token::LeftParen | Token::Unit))
    }

    fn call(&mut self, links: &mut [Link<'a>]) -> Built<()> {
        let list = self.arguments()?;
        if let Some(link) = links.last_mut() {
            link.arguments = Some(list);
        }
        Ok(())
    }

    fn index(&mut self) -> Built<Doc<'a>> {
        let open = self.word()?;
        let inner = self.expression()?.group();
        let dangling = self.dangling(self.at);
        let (close, behind) = self.closing(&Token::RightBracket)?;
        Ok(Doc::all(vec![open, inner, dangling, close, behind]))
    }
}

/// The links on one line; or with only the last arguments opened; or each call on a line of its own.
fn joined<'a>(
    first: &Expression<'a>,
    mut links: Vec<Link<'a>>,
    calls: usize,
    is_short: bool,
) -> Expression<'a> {
    let Some(mut last) = links.pop() else { return first.clone() };
    let mut parts = vec![first.group()];
    parts.extend(links.into_iter().map(Link::doc));
    let list = last.arguments.take();
    let name = Doc::all(last.docs);
    let opened = list.as_ref().and_then(List::hugged);
    parts.push(match &list {
        Some(list) => Doc::all(vec![name.clone(), list.arguments()]),
        None => name.clone(),
    });
    let whole = Doc::all(parts.clone());
    if calls < 2 {
        return Expression::plain(whole);
    }
    // The start is the first word and what belongs to it, and the first call where that word is short.
    let beside = if is_short { 3 } else { 2 };
    let (start, below) = parts.split_at(beside.min(parts.len()));
    let below = below.iter().flat_map(|it| [Doc::new_line(), it.clone()]).collect();
    let broken = Doc::all(vec![Doc::all(start.to_vec()), Doc::all(below).indent()]);
    let before = Doc::all(parts[..parts.len() - 1].to_vec());
    let hugged = match opened {
        Some(opened) if !before.breaks() => Doc::all(vec![before.flat(), name, opened]),
        _ => broken.clone(),
    };
    Expression::plain(Doc::choice(whole, hugged, broken))
}

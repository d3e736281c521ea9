//! Reads a source that compiles and says how it is laid out.
//!
//! One method a construct of the language. Every word goes through [`Builder::word`], which brings its comments along, so
//! that none can be forgotten.

mod chains;
mod expressions;
mod lists;
mod statements;

use super::doc::Doc;
use super::lexemes::{Comment, Lexeme};
use rhai::Token;

/// How deep the language may be nested here; the compiler stops not far above.
const DEPTH: usize = 200;

/// A word stands where the builder expects another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Misread {
    /// Index of the word.
    pub(super) at: usize,
}

type Built<T> = Result<T, Misread>;

/// Reads words and makes layout of them.
pub(super) struct Builder<'s, 'a> {
    lexemes: &'s [Lexeme<'a>],
    at: usize,
    depth: usize,
    /// The word whose comments before it have been taken already.
    led: Option<usize>,
}

impl<'s, 'a> Builder<'s, 'a> {
    /// The layout of a whole source, whose last word is its end.
    pub(super) fn build(lexemes: &'s [Lexeme<'a>]) -> Built<Doc<'a>> {
        let mut builder = Self { lexemes, at: 0, depth: 0, led: None };
        let statements = builder.statements()?;
        if builder.at + 1 != lexemes.len() {
            return Err(builder.misread());
        }
        let end = builder.dangling(builder.at);
        Ok(Doc::all(vec![statements, end]))
    }

    fn misread(&self) -> Misread {
        Misread { at: self.at }
    }

    /// The word that comes next.
    fn lexeme(&self) -> &'s Lexeme<'a> {
        &self.lexemes[self.at]
    }

    fn token(&self) -> &'s Token {
        &self.lexeme().token
    }

    fn token_after(&self, distance: usize) -> Option<&'s Token> {
        self.lexemes.get(self.at + distance).map(|it| &it.token)
    }

    fn is_at(&self, token: &Token) -> bool {
        self.token() == token
    }

    fn is_at_end(&self) -> bool {
        self.is_at(&Token::EOF)
    }

    /// Takes a step into what nests.
    fn nested<T>(&mut self, build: impl FnOnce(&mut Self) -> Built<T>) -> Built<T> {
        if self.depth >= DEPTH {
            return Err(self.misread());
        }
        self.depth += 1;
        let built = build(self);
        self.depth -= 1;
        built
    }

    /// The next word with its comments.
    fn word(&mut self) -> Built<Doc<'a>> {
        if self.is_at_end() {
            return Err(self.misread());
        }
        let lexeme = self.lexeme();
        self.at += 1;
        let is_led = self.led == Some(self.at - 1);
        if (is_led || lexeme.before.is_empty()) && lexeme.after.is_empty() {
            return Ok(Doc::text(lexeme.text));
        }
        let mut docs = if is_led { Vec::new() } else { before(lexeme) };
        docs.push(Doc::text(lexeme.text));
        docs.push(behind(lexeme));
        Ok(Doc::all(docs))
    }

    /// The comments before the next word, ahead of it: they do not concern how it is laid out.
    fn lead(&mut self) -> Doc<'a> {
        if self.led == Some(self.at) {
            return Doc::nothing();
        }
        self.led = Some(self.at);
        Doc::all(before(self.lexeme()))
    }

    /// The next word, which has to be `token`.
    fn expect(&mut self, token: &Token) -> Built<Doc<'a>> {
        if self.is_at(token) { self.word() } else { Err(self.misread()) }
    }

    /// The next word if it is `token`.
    fn take(&mut self, token: &Token) -> Built<Option<Doc<'a>>> {
        if self.is_at(token) { self.word().map(Some) } else { Ok(None) }
    }

    /// The comments before the word at `index`, which closes what they stand in.
    fn dangling(&self, index: usize) -> Doc<'a> {
        let is_opened = index.checked_sub(1).is_some_and(|it| opens(&self.lexemes[it].token));
        let mut docs = Vec::new();
        for (at, it) in self.lexemes[index].before.iter().enumerate() {
            if at > 0 || it.starts_line || !is_opened {
                docs.push(separator(it.starts_line, it.after_empty_line));
            }
            docs.push(comment(it));
        }
        Doc::all(docs)
    }

    /// The expression behind `=`, `return` and the like; further to the right where a comment keeps it from their line.
    fn value(&mut self) -> Built<Doc<'a>> {
        let is_kept = self.lexemes[self.at - 1].after.iter().any(Comment::ends_line)
            || self.lexeme().before.iter().any(|it| it.starts_line);
        let value = self.expression()?.group();
        Ok(if is_kept { Doc::all(vec![Doc::new_line(), value]).indent() } else { value })
    }

    /// The next word, which has to be `token`, and the comments behind it. Those before it are dangling.
    fn closing(&mut self, token: &Token) -> Built<(Doc<'a>, Doc<'a>)> {
        if !self.is_at(token) {
            return Err(self.misread());
        }
        let lexeme = self.lexeme();
        self.at += 1;
        Ok((Doc::text(lexeme.text), behind(lexeme)))
    }

    /// Whether the word at `index` has no comment on either side.
    fn is_bare(&self, index: usize) -> bool {
        self.lexemes.get(index).is_none_or(|it| it.before.is_empty() && it.after.is_empty())
    }
}

/// The comments before a word, and what separates them from it.
fn before<'a>(lexeme: &Lexeme<'a>) -> Vec<Doc<'a>> {
    let mut docs = Vec::new();
    let is_close = matches!(
        lexeme.token,
        Token::Comma | Token::SemiColon | Token::RightParen | Token::RightBracket
    );
    for (index, it) in lexeme.before.iter().enumerate() {
        if index > 0 || it.starts_line || is_close {
            docs.push(separator(it.starts_line, it.after_empty_line && index > 0));
        }
        docs.push(comment(it));
    }
    if !lexeme.before.is_empty() && (lexeme.starts_line || !is_close) {
        docs.push(separator(lexeme.starts_line, lexeme.after_empty_line));
    }
    docs
}

fn opens(token: &Token) -> bool {
    matches!(token, Token::LeftParen | Token::LeftBracket)
}

/// The comments behind a word that end its line.
fn behind<'a>(lexeme: &Lexeme<'a>) -> Doc<'a> {
    let comments = lexeme.after.iter();
    Doc::all(comments.flat_map(|it| [Doc::space(), comment(it)]).collect())
}

fn separator<'a>(starts_line: bool, after_empty_line: bool) -> Doc<'a> {
    match (starts_line, after_empty_line) {
        (false, _) => Doc::space(),
        (true, false) => Doc::new_line(),
        (true, true) => Doc::empty_line(),
    }
}

fn comment<'a>(comment: &Comment<'a>) -> Doc<'a> {
    if comment.ends_line() {
        Doc::line_comment(comment.text)
    } else {
        Doc::block_comment(comment.text)
    }
}

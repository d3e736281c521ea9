//! The way along a source from token to token, which finds their bytes and the comments between them.

use super::lexing::Start;
use super::{Comment, CommentKind, Spanned};
use crate::domain::{Place, TextRange};
use rhai::{LexError, Token};

/// Gives every token its bytes and finds the comments of `source` between them, from `start` on; and those behind the last
/// one, if the tokens are all there are.
pub(super) fn along(
    source: &str,
    start: Start,
    tokens: Vec<(Token, TextRange)>,
    is_whole: bool,
) -> (Vec<Spanned>, Vec<Comment>) {
    let Start { byte, place } = start;
    let mut walk = Walk { source, byte, place, comments: Vec::new(), late: (0, 0) };
    let list = tokens.into_iter().map(|(token, range)| walk.over(token, range)).collect();
    if is_whole {
        walk.gap(None);
    }
    (list, walk.comments)
}

struct Walk<'s> {
    source: &'s str,
    byte: usize,
    place: Place,
    comments: Vec<Comment>,
    /// A line, and by how many columns the lexer is late on it: it does not count the backslash of `\${`.
    late: (u32, u32),
}

impl Walk<'_> {
    fn over(&mut self, token: Token, range: TextRange) -> Spanned {
        self.gap(Some(self.corrected(range.start)));
        let (start, first) = (self.place, self.byte);
        match &token {
            Token::LexError(error) if matches!(**error, LexError::UnterminatedString) => {
                while self.peek().is_some_and(|next| next != '\n') {
                    self.step();
                }
            }
            Token::StringConstant(_) | Token::InterpolatedString(_) => self.text(range.end),
            _ => self.until(self.corrected(range.end)),
        }
        Spanned { token, range: TextRange::new(start, self.place), bytes: first..self.byte }
    }

    fn corrected(&self, place: Place) -> Place {
        let late = if place.line == self.late.0 { self.late.1 } else { 0 };
        Place::new(place.line, place.column + late)
    }

    /// Walks over a text up to the end that the lexer gave.
    fn text(&mut self, end: Place) {
        let is_rest = self.source[..self.byte].ends_with('}');
        let is_plain = !is_rest && self.source[self.byte..].starts_with(['#', '"']);
        while self.place < self.corrected(end) && self.peek().is_some() {
            if !is_plain && self.source[self.byte..].starts_with("\\${") {
                let line = self.place.line;
                self.late = (line, if self.late.0 == line { self.late.1 + 1 } else { 1 });
            }
            self.step();
        }
    }

    /// Walks to the place where the next token starts, or to the end; what stands in between is blank or a comment.
    fn gap(&mut self, until: Option<Place>) {
        while until.is_none_or(|end| self.place < end) {
            let rest = &self.source[self.byte..];
            if rest.starts_with("//") || rest.starts_with("/*") {
                self.comment();
                continue;
            }
            match self.peek() {
                Some(blank) if blank.is_ascii_whitespace() => self.step(),
                Some(_) => break,
                None => return,
            }
        }
        if let Some(end) = until {
            self.until(end);
        }
    }

    fn comment(&mut self) {
        let (start, first) = (self.place, self.byte);
        let kind = if self.source[first..].starts_with("/*") {
            self.block_comment()
        } else {
            while self.peek().is_some_and(|next| !matches!(next, '\n' | '\r')) {
                self.step();
            }
            CommentKind::Line
        };
        let range = TextRange::new(start, self.place);
        self.comments.push(Comment { range, bytes: first..self.byte, kind });
    }

    /// Walks over a block comment, which may hold others.
    fn block_comment(&mut self) -> CommentKind {
        let mut depth = 0_usize;
        while self.peek().is_some() {
            let rest = &self.source[self.byte..];
            if rest.starts_with("/*") {
                depth += 1;
            } else if rest.starts_with("*/") {
                depth -= 1;
            } else {
                self.step();
                continue;
            }
            self.step();
            self.step();
            if depth == 0 {
                return CommentKind::Block;
            }
        }
        CommentKind::Open
    }

    fn until(&mut self, end: Place) {
        while self.place < end && self.peek().is_some() {
            self.step();
        }
    }

    fn peek(&self) -> Option<char> {
        self.source[self.byte..].chars().next()
    }

    fn step(&mut self) {
        let Some(passed) = self.peek() else { return };
        self.byte += passed.len_utf8();
        if passed == '\n' {
            self.place = Place::new(self.place.line + 1, 1);
        } else {
            self.place.column += 1;
        }
    }
}

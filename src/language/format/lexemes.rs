//! The words of a source with the comments around them.

use crate::language::engine;
use crate::language::syntax::tokens::Tokens;
use rhai::Token;
use std::ops::Range;

/// The lexer counts lines and columns in 16 bits.
const COUNTED: usize = 65_000;

/// A comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Comment<'a> {
    /// Its text, without blanks at its end.
    pub(super) text: &'a str,
    /// It starts a line.
    pub(super) starts_line: bool,
    /// An empty line stands before it.
    pub(super) after_empty_line: bool,
}

impl Comment<'_> {
    /// Whether it goes on to the end of its line.
    pub(super) fn ends_line(&self) -> bool {
        self.text.starts_with("//")
    }
}

/// A word of the source: a token, or a whole text with all its `${...}`.
#[derive(Clone, Debug)]
pub(super) struct Lexeme<'a> {
    /// What it is.
    pub(super) token: Token,
    /// How it is written.
    pub(super) text: &'a str,
    /// Comments before it, from the line behind the word before.
    pub(super) before: Vec<Comment<'a>>,
    /// Comments behind it that end its line.
    pub(super) after: Vec<Comment<'a>>,
    /// It starts a line.
    pub(super) starts_line: bool,
    /// An empty line stands between it and what is before it, comments included.
    pub(super) after_empty_line: bool,
}

impl Lexeme<'_> {
    /// Whether an empty line stands before it and its comments.
    pub(super) fn begins_after_empty_line(&self) -> bool {
        self.before.first().map_or(self.after_empty_line, |it| it.after_empty_line)
    }

    /// Whether it or its first comment starts a line.
    pub(super) fn begins_line(&self) -> bool {
        self.before.first().map_or(self.starts_line, |it| it.starts_line)
    }
}

/// A token or a comment, and the bytes it has in the source.
struct Piece {
    /// `None` for a comment.
    token: Option<Token>,
    bytes: Range<usize>,
}

/// The words of `source`, the last of them its end. `None` where the lexer cannot follow, in a line of more than 65,000
/// characters for example.
pub(super) fn of(source: &str) -> Option<Vec<Lexeme<'_>>> {
    if source.lines().count() > COUNTED || source.lines().any(|line| line.len() > COUNTED) {
        return None;
    }
    let pieces = pieces(source)?;
    let mut lexemes: Vec<Lexeme<'_>> = Vec::with_capacity(pieces.len());
    let mut waiting: Vec<Comment<'_>> = Vec::new();
    let mut end = 0;
    for Piece { token, bytes } in pieces {
        let gap = source.get(end..bytes.start).filter(|gap| gap.trim().is_empty())?;
        let lines = gap.matches('\n').count();
        let is_first = lexemes.is_empty() && waiting.is_empty();
        let (starts_line, after_empty_line) = (lines > 0 || is_first, lines > 1);
        let text = source.get(bytes.clone())?;
        end = bytes.end;
        let Some(token) = token else {
            let text = text.trim_end();
            waiting.push(Comment { text, starts_line, after_empty_line });
            continue;
        };
        let behind = waiting.iter().take_while(|it| !it.starts_line).count();
        let line_ends = behind < waiting.len() || lines > 0 || token == Token::EOF;
        if let (Some(last), true) = (lexemes.last_mut(), line_ends) {
            last.after.extend(waiting.drain(..behind));
        }
        let before = std::mem::take(&mut waiting);
        let after = Vec::new();
        lexemes.push(Lexeme { token, text, before, after, starts_line, after_empty_line });
    }
    Some(lexemes)
}

/// The tokens and comments of `source` in order, and its end. A text with all its `${...}` is one.
fn pieces(source: &str) -> Option<Vec<Piece>> {
    let tokens = Tokens::of(&engine::compiler(), source);
    if tokens.malformed().next().is_some() || tokens.open_comment().is_some() {
        return None;
    }
    let mut pieces: Vec<Piece> = Vec::new();
    let mut comments = tokens.comments().map(|it| it.bytes).peekable();
    // Of every brace that is open in a text, whether it belongs to a `${`.
    let mut braces: Vec<bool> = Vec::new();
    let mut opens = false;
    for (index, spanned) in tokens.iter().enumerate() {
        let own = tokens.bytes(index)?;
        let goes_on = opens || !braces.is_empty();
        match &spanned.token {
            Token::InterpolatedString(_) => opens = true,
            Token::LeftBrace | Token::MapStart if goes_on => {
                braces.push(std::mem::take(&mut opens));
            }
            Token::RightBrace if goes_on && braces.pop() == Some(true) => opens = braces.is_empty(),
            // The last piece of a text, or one without `${...}` inside of another.
            Token::StringConstant(_) if braces.is_empty() => opens = false,
            _ => {}
        }
        if goes_on {
            pieces.last_mut()?.bytes.end = own.end;
            continue;
        }
        while let Some(bytes) = comments.next_if(|it| it.start < own.start) {
            let is_inside = pieces.last().is_some_and(|it| bytes.start < it.bytes.end);
            pieces.extend((!is_inside).then_some(Piece { token: None, bytes }));
        }
        pieces.push(Piece { token: Some(spanned.token.clone()), bytes: own });
    }
    let end = pieces.last().map_or(0, |it| it.bytes.end);
    let rest = comments.filter(|it| it.start >= end);
    pieces.extend(rest.map(|bytes| Piece { token: None, bytes }));
    pieces.push(Piece { token: Some(Token::EOF), bytes: source.len()..source.len() });
    Some(pieces)
}

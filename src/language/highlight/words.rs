//! Which words of a text mean something to its language: a look-up costs far less than an alternation in a pattern.

use super::token::TokenKind;
use rhai::Token;

/// Words that Rhai keeps for later or from habits of other languages; using one as a name is an error.
const RESERVED: [&str; 26] = [
    "async",
    "await",
    "case",
    "default",
    "go",
    "goto",
    "is",
    "match",
    "module",
    "new",
    "nil",
    "null",
    "package",
    "protected",
    "public",
    "shared",
    "spawn",
    "static",
    "super",
    "sync",
    "thread",
    "use",
    "var",
    "void",
    "with",
    "yield",
];

/// The kind of a word of Rhai that the grammar takes for `name`, one of the kinds of names.
pub(super) fn rhai(word: &str, name: TokenKind) -> TokenKind {
    match Token::lookup_symbol_from_syntax(word) {
        Some(Token::True | Token::False) => TokenKind::Constant,
        Some(_) => TokenKind::Keyword,
        None if word == "this" => TokenKind::Keyword,
        None if RESERVED.contains(&word) => TokenKind::Invalid,
        None => name,
    }
}

/// The kind of a word of JSON, which has no names.
pub(super) fn json(word: &str, _name: TokenKind) -> TokenKind {
    match word {
        "true" | "false" | "null" => TokenKind::Constant,
        _ => TokenKind::Invalid,
    }
}

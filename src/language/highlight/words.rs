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

/// What a word, which the grammar takes for a name, is to Rhai; `None` for a name.
pub(super) fn rhai(word: &str) -> Option<TokenKind> {
    match Token::lookup_symbol_from_syntax(word) {
        Some(Token::True | Token::False) => return Some(TokenKind::Constant),
        Some(_) => return Some(TokenKind::Keyword),
        None if word == "this" => return Some(TokenKind::Keyword),
        None => {}
    }
    RESERVED.contains(&word).then_some(TokenKind::Invalid)
}

/// What a word is to JSON, which has no names.
pub(super) fn json(word: &str) -> Option<TokenKind> {
    let constant = matches!(word, "true" | "false" | "null");
    Some(if constant { TokenKind::Constant } else { TokenKind::Invalid })
}

//! What a theme colours.

use std::sync::LazyLock;
use syntect::parsing::Scope;

/// The kind of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TokenKind {
    /// Nothing in particular.
    Plain,
    /// A word of the language.
    Keyword,
    /// The name of a function or method that is called.
    Function,
    /// The name of a function where it is defined.
    FunctionDefinition,
    /// Any other name.
    Variable,
    /// A name behind a dot, a key of a map or a JSON object.
    Property,
    /// The name of a module before `::`.
    Namespace,
    /// Text in quotes, the quotes too.
    String,
    /// An escape sequence in a text.
    Escape,
    /// The marks around code in a template.
    Interpolation,
    /// A number.
    Number,
    /// `true`, `false`, `null`, `()`.
    Constant,
    /// A comment.
    Comment,
    /// A comment that documents what follows it.
    DocComment,
    /// An operator.
    Operator,
    /// Brackets, commas and the like.
    Punctuation,
    /// What cannot stand there: a reserved word, a bad escape.
    Invalid,
}

/// A stretch of one kind in a line; between spans everything is [`TokenKind::Plain`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// First byte, from 0 within the line.
    pub start: u32,
    /// Just behind the last byte.
    pub end: u32,
    /// The kind.
    pub kind: TokenKind,
}

/// The scopes our grammars use, each with its kind.
const SCOPES: [(&str, TokenKind); 17] = [
    ("variable", TokenKind::Variable),
    ("punctuation", TokenKind::Punctuation),
    ("operator", TokenKind::Operator),
    ("variable.property", TokenKind::Property),
    ("entity.function", TokenKind::Function),
    ("string.quoted", TokenKind::String),
    ("keyword", TokenKind::Keyword),
    ("constant.numeric", TokenKind::Number),
    ("constant.language", TokenKind::Constant),
    ("constant.escape", TokenKind::Escape),
    ("entity.namespace", TokenKind::Namespace),
    ("entity.definition", TokenKind::FunctionDefinition),
    ("comment.line", TokenKind::Comment),
    ("comment.block", TokenKind::Comment),
    ("comment.documentation", TokenKind::DocComment),
    ("interpolation", TokenKind::Interpolation),
    ("invalid", TokenKind::Invalid),
];

static KINDS: LazyLock<Vec<(Scope, TokenKind)>> = LazyLock::new(|| {
    let plain = ["plain", "source.rhai", "source.json"].map(|name| (name, TokenKind::Plain));
    let all = SCOPES.into_iter().chain(plain);
    all.filter_map(|(name, kind)| Some((Scope::new(name).ok()?, kind))).collect()
});

/// The kind that `scope` of one of our grammars stands for.
pub(super) fn kind_of(scope: Scope) -> Option<TokenKind> {
    KINDS.iter().find(|(known, _)| *known == scope).map(|(_, kind)| *kind)
}

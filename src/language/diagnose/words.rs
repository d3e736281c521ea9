//! Rhai's messages in plain words, with advice for habits from JavaScript.

use super::code;
use super::context::Context;
use crate::domain::{Diagnostic, Fix, Place, TextRange};
use crate::language::syntax::tokens::Tokens;
use rhai::{LexError, ParseError, ParseErrorType, Token};

/// A message and advice that have no place yet.
pub(super) struct Said {
    message: String,
    help: Option<String>,
    code: &'static str,
    repair: Option<Repair>,
}

/// What takes an error away, for certain.
enum Repair {
    /// This stands in place of what is marked.
    Replace(String),
    /// This is written before it.
    Insert(String),
}

impl Said {
    pub(super) fn so(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None, code: code::SYNTAX, repair: None }
    }

    pub(super) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// It has a code of its own.
    fn coded(self, code: &'static str) -> Self {
        Self { code, ..self }
    }

    /// `text` in place of what is marked would be right.
    pub(super) fn write(self, text: impl Into<String>) -> Self {
        Self { repair: Some(Repair::Replace(text.into())), ..self }
    }

    /// `text` before what is marked would be right.
    pub(super) fn insert(self, text: impl Into<String>) -> Self {
        Self { repair: Some(Repair::Insert(text.into())), ..self }
    }

    pub(super) fn at(self, range: TextRange) -> Diagnostic {
        let fix = self.repair.map(|repair| match repair {
            Repair::Replace(text) => Fix::replace(format!("Write `{}`", text.trim()), range, text),
            Repair::Insert(text) => Fix::insert(format!("Insert `{text}`"), range.start, text),
        });
        Diagnostic {
            help: self.help,
            fixes: fix.into_iter().collect(),
            ..Diagnostic::error(self.code, self.message, range)
        }
    }
}

/// The finding for `error`, which the parser reported at `place`.
pub(super) fn explain(error: &ParseError, place: Place, tokens: &Tokens) -> Diagnostic {
    let kind = error.err_type();
    let context = Context::new(tokens, place);
    if let Some(habit) = super::habits::recognise(kind, &context) {
        return habit;
    }
    let said = said(kind, &context);
    said.at(match kind {
        ParseErrorType::MissingToken(..)
        | ParseErrorType::PropertyExpected
        | ParseErrorType::UnexpectedEOF => context.gap(),
        _ => context.here(),
    })
}

/// The finding that a statement has no end at `range`.
pub(super) fn missing_end(range: TextRange) -> Diagnostic {
    without_end().at(range)
}

fn without_end() -> Said {
    Said::so("`;` is missing here").help("a statement ends with `;`").insert(";")
}

fn said(kind: &ParseErrorType, context: &Context) -> Said {
    match kind {
        ParseErrorType::UnexpectedEOF => Said::so("the source ends too early"),
        ParseErrorType::BadInput(error) => bad_input(error, context),
        ParseErrorType::UnknownOperator(operator) => {
            Said::so(format!("there is no operator `{operator}`"))
        }
        ParseErrorType::MissingToken(token, what) => missing(token, what, context),
        ParseErrorType::Reserved(word) => {
            Said::so(format!("`{word}` is reserved and cannot be used")).help("choose another name")
        }
        ParseErrorType::PropertyExpected => Said::so("the name of a property is missing"),
        ParseErrorType::VariableExpected => match context.text() {
            Some(text) => Said::so(format!("`{text}` cannot be the name of a variable"))
                .help("a name starts with a letter, and is no word of the language"),
            None => Said::so("the name of a variable is missing"),
        },
        ParseErrorType::MismatchedType(wanted, found) => {
            Said::so(format!("{wanted} is expected, this is {found}"))
        }
        ParseErrorType::ExprExpected(what) => Said::so(format!("a {what} is expected here")),
        ParseErrorType::ExprTooDeep => Said::so("this is nested too deeply")
            .help("put parts of it into variables or functions"),
        ParseErrorType::LiteralTooLarge(..) => Said::so(lower(&kind.to_string())),
        other => declaration(other),
    }
}

fn declaration(kind: &ParseErrorType) -> Said {
    match kind {
        ParseErrorType::DuplicatedProperty(name) => Said::so(format!("the map has `{name}` twice")),
        ParseErrorType::FnDuplicatedDefinition(name, count) => {
            let values = if *count == 1 { "parameter" } else { "parameters" };
            Said::so(format!("there are two functions `{name}` with {count} {values}"))
                .help("rename or remove one of them")
        }
        ParseErrorType::FnDuplicatedParam(name, parameter) => {
            Said::so(format!("`{name}` has two parameters `{parameter}`"))
        }
        ParseErrorType::FnMissingName => Said::so("the name of the function is missing")
            .help("write `fn name(x) { ... }`; a function without a name is `|x| ...`"),
        ParseErrorType::FnMissingParams(name) => {
            Said::so(format!("the parameters of `{name}` are missing"))
                .help(format!("write `fn {name}() {{ ... }}`"))
        }
        ParseErrorType::FnMissingBody(name) if name.is_empty() => {
            Said::so("the body of the closure is missing")
        }
        ParseErrorType::FnMissingBody(name) => {
            Said::so(format!("the body of `{name}` is missing")).help("it stands in braces")
        }
        ParseErrorType::WrongFnDefinition => {
            Said::so("a function cannot stand inside of a function or a block")
                .help("move it out, or is a `}` missing above? inside, write `let f = |x| ...;`")
        }
        ParseErrorType::WrongDocComment => {
            Said::so("a `///` comment stands before a function").help("use `//` elsewhere")
        }
        ParseErrorType::WrongExport => {
            Said::so("nothing can be exported from inside of a function")
        }
        ParseErrorType::AssignmentToConstant(name) if name.is_empty() => {
            Said::so("this is a value, nothing can be assigned to it")
        }
        ParseErrorType::AssignmentToConstant(name) => {
            Said::so(format!("`{name}` is a constant and cannot be changed"))
                .help("declare it with `let`")
        }
        ParseErrorType::AssignmentToInvalidLHS(_) => {
            Said::so("nothing can be assigned to this").help("is `==` meant?")
        }
        ParseErrorType::LoopBreak => Said::so("this stands outside of a loop"),
        other => Said::so(lower(&other.to_string())),
    }
}

/// What is wrong with a token that is none.
pub(super) fn malformed(error: &LexError) -> Said {
    match error {
        LexError::UnexpectedInput(text) if text == "\u{feff}" => {
            Said::so("there is an invisible byte order mark here").help("remove it")
        }
        LexError::UnexpectedInput(text) => Said::so(format!("`{text}` is not expected here")),
        LexError::UnterminatedString => Said::so("this text has no end")
            .help("close it with the mark it starts with; only back-ticks go over several lines"),
        LexError::StringTooLong(_) => Said::so("this text is too long"),
        LexError::MalformedEscapeSequence(sequence) => Said::so(format!(
            "`{sequence}` means nothing in a text"
        ))
        .help("a backslash is written `\\\\`; there are \\n, \\t, \\r, \\\", \\xhh and \\uhhhh"),
        LexError::MalformedNumber(_) => Said::so("this is not a number"),
        LexError::MalformedChar(text) if text.is_empty() => {
            Said::so("single quotes hold one character").help("an empty text is `\"\"`")
        }
        LexError::MalformedChar(text) => Said::so("single quotes hold one character, not a text")
            .help(format!("write `{text:?}`"))
            .write(format!("{text:?}")),
        LexError::MalformedIdentifier(name) => {
            Said::so(format!("`{name}` cannot be a name")).help("a name has a letter in it")
        }
        LexError::ImproperSymbol(symbol, message) => improper(symbol, message),
        LexError::Runtime(message) => Said::so(lower(message)),
        other => Said::so(lower(&other.to_string())),
    }
}

fn improper(symbol: &str, message: &str) -> Said {
    let instead = |right: &str| Said::so(format!("`{symbol}` does not exist here")).help(right);
    match symbol {
        "===" => instead("write `==`, which compares without converting").write("=="),
        "!==" => instead("write `!=`, which compares without converting").write("!="),
        "=" => Said::so("this assigns, and a condition compares")
            .help("write `==`")
            .write("==")
            .coded(code::ASSIGNMENT_IN_CONDITION),
        "->" => instead("a closure is written `|x| ...`"),
        "<-" => instead("write `<=`, or `=`"),
        ":=" => instead("write `let x = ...`"),
        "::<" => instead("there are no types to be named"),
        "(*" | "*)" => instead("a comment is `/* ... */`"),
        "# {" => instead("write `#{` without a space"),
        "eval" => Said::so("`eval` is not available to lambdas").help("call a function instead"),
        "this" => Said::so("`this` stands for nothing outside of a function"),
        _ => Said::so(lower(message)),
    }
}

fn bad_input(error: &LexError, context: &Context) -> Said {
    match error {
        LexError::UnexpectedInput(text) => match text.as_str() {
            ";" | ")" | "]" | "," | "}" => match context.previous_text() {
                Some(previous) if !matches!(previous.as_str(), "{" | ";" | "}") => {
                    Said::so(format!("something is missing between `{previous}` and `{text}`"))
                }
                _ => Said::so(format!("this `{text}` has no counterpart")),
            },
            "else" => Said::so("this `else` has no `if`"),
            _ => malformed(error),
        },
        _ => malformed(error),
    }
}

fn missing(token: &str, what: &str, context: &Context) -> Said {
    let closes = if what.contains("array literal") {
        "]"
    } else if what.contains("map literal") {
        "}"
    } else {
        ")"
    };
    let is_at_end = context.token().is_none_or(|it| {
        matches!(it, Token::SemiColon | Token::RightBrace | Token::RightParen | Token::RightBracket)
            // Neither parameters nor arguments go on with a block.
            || (closes == ")" && matches!(it, Token::LeftBrace))
    });
    match token {
        ";" => without_end(),
        "," if is_at_end => Said::so(format!("`{closes}` is missing here")).insert(closes),
        "," => Said::so("`,` is missing here").insert(","),
        "{" => Said::so("`{` is missing here")
            .help("what `if`, `else`, `for` and `while` govern stands in braces, always"),
        "}" => match context.open_brace() {
            Some(line) => Said::so("`}` is missing here")
                .help(format!("the block that starts in line {line} has no end")),
            None => Said::so("`}` is missing here"),
        },
        "in" => Said::so("`in` is missing here").help("write `for x in list { ... }`"),
        ":" => Said::so("`:` and a value are missing here").help("write `#{ name: value }`"),
        "=>" => Said::so("`=>` is missing here").help("write `switch x { 1 => ..., _ => ... }`"),
        token => Said::so(format!("`{token}` is missing here")),
    }
}

/// With a small letter, as the rest of the messages. Rhai has nothing to say about some errors.
fn lower(message: &str) -> String {
    if message.is_empty() {
        return "this cannot stand here".to_owned();
    }
    let mut characters = message.chars();
    let first = characters.next().map(|it| it.to_lowercase().to_string()).unwrap_or_default();
    (first + characters.as_str()).replace('\'', "`")
}

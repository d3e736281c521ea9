//! Habits from JavaScript and its relatives, recognised by what stands around an error.

use super::context::{Context, name};
use super::words::Said;
use crate::domain::Diagnostic;
use rhai::{ParseErrorType, Token};

/// The finding, where the error is a habit.
pub(super) fn recognise(kind: &ParseErrorType, context: &Context) -> Option<Diagnostic> {
    match kind {
        ParseErrorType::Reserved(word) => reserved(word, context),
        ParseErrorType::UnknownOperator(operator) => unknown_operator(operator, context),
        ParseErrorType::MissingToken(token, what) => match token.as_str() {
            ";" => statement(context),
            "," | ")"
                if matches!(context.token(), Some(Token::Colon)) && what.contains("parameters") =>
            {
                Some(
                    Said::so("parameters have no types")
                        .help("write only its name")
                        .at(context.here()),
                )
            }
            "," | ")"
                if matches!(context.token(), Some(Token::Equals))
                    && what.contains("parameters") =>
            {
                let said = Said::so("parameters have no default values");
                Some(said.help("check inside: `x ?? default`").at(context.here()))
            }
            ")" if matches!(context.token(), Some(Token::Comma)) => {
                let said = Said::so("there are no tuples");
                Some(said.help("a list is written `[1, 2]`").at(context.here()))
            }
            ":" => property(context),
            "in" if name(context.token()) == Some("of") => Some(
                Said::so("`of` does not exist here")
                    .help("write `for x in list`")
                    .write("in")
                    .at(context.here()),
            ),
            _ => None,
        },
        ParseErrorType::VariableExpected => variable(context),
        ParseErrorType::ExprExpected(_) if matches!(context.token(), Some(Token::Reserved(word)) if word.as_str() == "case") =>
        {
            let said = Said::so("a `switch` has no `case` here");
            Some(said.help("write `switch x { 1 => { ... }, _ => { ... } }`").at(context.here()))
        }
        _ => None,
    }
}

fn reserved(word: &str, context: &Context) -> Option<Diagnostic> {
    let follows_throw = matches!(context.before(1), Some(Token::Throw));
    let said = match word {
        "null" | "nil" => {
            let said = Said::so(format!("`{word}` does not exist here"));
            said.help("nothing is written `()`").write("()")
        }
        "var" => Said::so("`var` does not exist here").help("write `let`").write("let"),
        "new" if follows_throw => Said::so("`new` does not exist here")
            .help("write `throw \"what went wrong\"`, or `throw #{ code: ..., message: ... }`"),
        "new" => Said::so("`new` does not exist here")
            .help("a map is written `#{ ... }`, a list `[ ... ]`"),
        "async" => Said::so("`async` does not exist here")
            .help("leave it out: every call waits for its result"),
        "await" => Said::so("`await` does not exist here")
            .help("leave it out: every call waits for its result"),
        "void" => Said::so("`void` does not exist here").help("nothing is written `()`"),
        "match" => {
            Said::so("`match` does not exist here").help("write `switch x { 1 => ..., _ => ... }`")
        }
        "public" | "static" | "protected" => {
            Said::so(format!("`{word}` does not exist here")).help("leave it out")
        }
        "module" => Said::so("`module` does not exist here").help("`fn lambda` needs no export"),
        "case" | "default" => Said::so(format!("`{word}` does not exist here"))
            .help("write `switch x { 1 => { ... }, _ => { ... } }`"),
        "++" => {
            behind(context, Said::so("`++` does not exist here").help("write `x += 1`"), " += 1")
        }
        "--" => behind(
            context,
            Said::so("`--` does not exist here").help("write `x -= 1`; a comment starts with `//`"),
            " -= 1",
        ),
        "#" => {
            let said = Said::so("`#` means nothing here");
            said.help("a comment starts with `//`, a map with `#{`").write("//")
        }
        "?" => return Some(ternary(context)),
        "..." => Said::so("lists cannot be spread").help("join them with `+`"),
        "print" | "debug" => Said::so(format!("`{word}` is a function"))
            .help(format!("write `{word}(...)`; no variable can have its name")),
        "type_of" | "Fn" | "call" | "curry" | "is_def_var" | "is_def_fn" | "is_shared" => {
            Said::so(format!("`{word}` is a function")).help(format!("write `{word}(...)`"))
        }
        _ => return None,
    };
    Some(said.at(context.here()))
}

fn unknown_operator(operator: &str, context: &Context) -> Option<Diagnostic> {
    match operator {
        "?" => Some(ternary(context)),
        "++" => {
            let said = Said::so("`++` does not exist here").help("write `x += 1`");
            Some(behind(context, said, " += 1").at(context.here()))
        }
        "--" => {
            let said = Said::so("`--` does not exist here").help("write `x -= 1`");
            Some(behind(context, said, " -= 1").at(context.here()))
        }
        _ => None,
    }
}

/// The same with what stands in place of an operator behind a variable, and not before one.
fn behind(context: &Context, said: Said, right: &str) -> Said {
    let follows = name(context.before(1)).is_some();
    let is_last = matches!(context.after(1), Some(Token::SemiColon | Token::RightBrace));
    if follows && is_last { said.write(right) } else { said }
}

fn ternary(context: &Context) -> Diagnostic {
    Said::so("`? :` does not exist here")
        .help("write `if a { b } else { c }`, which is a value")
        .at(context.here())
}

/// Where the parser wanted a `;`, the statement is usually not what it was taken for.
fn statement(context: &Context) -> Option<Diagnostic> {
    let closure = || Said::so("`=>` makes no function here").help("a closure is written `|x| ...`");
    match context.token() {
        Some(Token::DoubleArrow) => return Some(closure().at(context.here())),
        Some(Token::Colon) => return Some(colon(context)),
        Some(Token::Comma) => {
            let said = Said::so("`,` is not expected here");
            return Some(said.help("every variable has its own `let`").at(context.here()));
        }
        Some(Token::LeftBrace) => {
            let distance = context.matching_parenthesis();
            if let Some(distance) = distance
                && name(context.before(distance + 1)) == Some("function")
            {
                let said = Said::so("`function` does not exist here");
                return Some(said.help("write `|x| ...`").at(context.range_before(distance + 1)));
            }
        }
        Some(Token::Identifier(word)) => {
            let said = match word.as_str() {
                "and" => Said::so("`and` does not exist here").help("write `&&`").write("&&"),
                "or" => Said::so("`or` does not exist here").help("write `||`").write("||"),
                "instanceof" => {
                    Said::so("`instanceof` does not exist here").help("compare `type_of(x)`")
                }
                _ => return word_before(context),
            };
            return Some(said.at(context.here()));
        }
        _ => {}
    }
    word_before(context)
}

/// A word that was taken for a variable.
fn word_before(context: &Context) -> Option<Diagnostic> {
    let word = name(context.before(1))?;
    let does_not_exist = || Said::so(format!("`{word}` does not exist here"));
    let said = match word {
        "function" | "func" | "def" | "sub" => {
            does_not_exist().help("write `fn name(x) { ... }`").write("fn")
        }
        "typeof" => does_not_exist().help("write `type_of(x)`"),
        "delete" => does_not_exist().help("write `map.remove(\"name\")`"),
        "not" => does_not_exist().help("write `!x`"),
        "class" | "interface" | "struct" | "enum" => {
            does_not_exist().help("data are maps: `#{ name: value }`")
        }
        "elif" | "elseif" | "elsif" => does_not_exist().help("write `else if`").write("else if"),
        "finally" => does_not_exist().help("write what follows behind the `catch`"),
        "int" | "string" | "float" | "bool" | "auto" => {
            does_not_exist().help("variables have no types: write `let`")
        }
        _ => {
            // `class A {`: the name stands between.
            let word = name(context.before(2))?;
            let is_class = matches!(word, "class" | "interface" | "struct" | "enum");
            let is_else = matches!(word, "elif" | "elseif" | "elsif");
            let said = Said::so(format!("`{word}` does not exist here"));
            return match (is_class, is_else) {
                (true, _) => Some(said.help("data are maps: `#{ name: value }`")),
                (_, true) => Some(said.help("write `else if`").write("else if")),
                _ => None,
            }
            .map(|said| said.at(context.range_before(2)));
        }
    };
    Some(said.at(context.range_before(1)))
}

/// `{ a: 1 }` and `let x: int`.
fn colon(context: &Context) -> Diagnostic {
    if matches!(context.before(2), Some(Token::LeftBrace)) {
        return Said::so("a map starts with `#{`, not with `{`")
            .help("write `#{ name: value }`")
            .insert("#")
            .at(context.since(2));
    }
    if matches!(context.before(2), Some(Token::Let | Token::Const)) {
        return Said::so("variables have no types").help("write `let x = ...`").at(context.here());
    }
    Said::so("`:` is not expected here")
        .help("a map is written `#{ name: value }`")
        .at(context.here())
}

fn property(context: &Context) -> Option<Diagnostic> {
    let property = name(context.before(1))?;
    let said = match context.token() {
        Some(Token::Equals) => Said::so("a property has `:` before its value")
            .help(format!("write `{property}: ...`"))
            .write(":"),
        _ => Said::so(format!("the value of `{property}` is missing"))
            .help(format!("write `{property}: {property}`")),
    };
    Some(said.at(match context.token() {
        Some(Token::Equals) => context.here(),
        _ => context.gap(),
    }))
}

fn variable(context: &Context) -> Option<Diagnostic> {
    let said = match (context.before(1), context.token()) {
        (Some(Token::For), Some(Token::LeftParen)) | (Some(Token::LeftParen), Some(Token::Let)) => {
            Said::so("`for` has no parentheses here")
                .help("write `for x in list { ... }`, or `for i in 0..10 { ... }`")
        }
        (Some(Token::Let | Token::Const), Some(Token::LeftBrace | Token::LeftBracket)) => {
            Said::so("maps and lists cannot be taken apart here")
                .help("write one `let` for each: `let a = x.a;`")
        }
        _ => return None,
    };
    Some(said.at(context.here()))
}

//! The one function every lambda has.

use super::{START, code};
use crate::domain::{Diagnostic, Fix, Place, TextRange};
use crate::language::engine::ENTRY_POINT;
use crate::language::nearest::nearest;
use crate::language::syntax::tokens::{Spanned, Tokens};
use rhai::{AST, Token};

pub(super) fn is_present(ast: &AST) -> bool {
    ast.iter_functions().any(|it| it.name == ENTRY_POINT && it.params.len() == 1)
}

/// What is wrong with the entry point of a source that compiles.
pub(super) fn check(ast: &AST, source: &str, tokens: &Tokens) -> Option<Diagnostic> {
    if is_present(ast) {
        return None;
    }
    let names = function_names(tokens);
    if let Some((_, range)) = names.iter().find(|(name, _)| name == ENTRY_POINT) {
        let count = ast.iter_functions().find(|it| it.name == ENTRY_POINT)?.params.len();
        let what = match count {
            0 => "no parameter".to_owned(),
            count => format!("{count} parameters"),
        };
        let message = format!("`fn lambda` takes one parameter, this one takes {what}");
        let help = match count {
            2 => "write `fn lambda(input)`; what it returns is the result, there is no callback",
            _ => "write `fn lambda(input)`; the event's data are in `input.payload`",
        };
        let said = Diagnostic::error(code::WRONG_PARAMETERS, message, *range).with_help(help);
        let empty = tokens.iter().find(|it| it.range.start >= range.end);
        return Some(match empty.filter(|it| it.token == Token::Unit) {
            Some(it) => said.with_fix(Fix::replace("Write `(input)`", it.range, "(input)")),
            None => said,
        });
    }
    let near = nearest(ENTRY_POINT, names.iter().map(|(name, _)| name.as_str()));
    let near = near.and_then(|near| names.iter().find(|(name, _)| name == near));
    let message = "there is no `fn lambda`, so there is nothing to run";
    Some(match near {
        Some((name, range)) => Diagnostic::error(code::MISSING_LAMBDA, message, *range)
            .with_help(format!("rename `{name}` to `lambda`"))
            .with_fix(Fix::replace("Rename it to `lambda`", *range, ENTRY_POINT)),
        None => Diagnostic::error(code::MISSING_LAMBDA, message, TextRange::at(START))
            .with_help("add `fn lambda(input) { ... }`")
            .with_fix(at_the_end(source)),
    })
}

/// The fix that adds the entry point behind everything else.
fn at_the_end(source: &str) -> Fix {
    let mut end = START;
    for line in source.split_inclusive('\n') {
        let count = line.chars().count() as u32;
        end = if line.ends_with('\n') {
            Place::new(end.line + 1, 1)
        } else {
            Place::new(end.line, count + 1)
        };
    }
    let gap = match (source.is_empty(), end.column) {
        (true, _) => "",
        (false, 1) => "\n",
        (false, _) => "\n\n",
    };
    let text = format!("{gap}fn {ENTRY_POINT}(input) {{\n    \n}}\n");
    Fix::insert("Add `fn lambda(input)`", end, text)
}

/// The names behind `fn`, with their ranges.
fn function_names(tokens: &Tokens) -> Vec<(String, TextRange)> {
    let pairs = tokens.iter().zip(tokens.iter().skip(1));
    let name = |(word, name): (&Spanned, &Spanned)| match (&word.token, &name.token) {
        (Token::Fn, Token::Identifier(text)) => Some((text.to_string(), name.range)),
        _ => None,
    };
    pairs.filter_map(name).collect()
}

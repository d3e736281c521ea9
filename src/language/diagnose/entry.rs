//! The one function every lambda has.

use super::tokens::{Spanned, Tokens};
use super::{START, code};
use crate::domain::{Diagnostic, TextRange};
use crate::language::engine::ENTRY_POINT;
use rhai::{AST, Engine, Token};

/// How many edits a name may be away from `lambda` to be taken for a slip of the finger.
const NEAR: usize = 2;

pub(super) fn is_present(ast: &AST) -> bool {
    ast.iter_functions().any(|it| it.name == ENTRY_POINT && it.params.len() == 1)
}

/// What is wrong with the entry point of a source that compiles.
pub(super) fn check(ast: &AST, engine: &Engine, source: &str) -> Option<Diagnostic> {
    if is_present(ast) {
        return None;
    }
    let tokens = Tokens::of(engine, source);
    let names = function_names(&tokens);
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
        return Some(Diagnostic::error(code::WRONG_PARAMETERS, message, *range).with_help(help));
    }
    let nearest = names
        .into_iter()
        .map(|(name, range)| (distance(&name.to_lowercase(), ENTRY_POINT), name, range))
        .filter(|(distance, ..)| *distance <= NEAR)
        .min_by_key(|(distance, ..)| *distance);
    let message = "there is no `fn lambda`, so there is nothing to run";
    Some(match nearest {
        Some((_, name, range)) => Diagnostic::error(code::MISSING_LAMBDA, message, range)
            .with_help(format!("rename `{name}` to `lambda`")),
        None => Diagnostic::error(code::MISSING_LAMBDA, message, TextRange::at(START))
            .with_help("add `fn lambda(input) { ... }`"),
    })
}

/// The names behind `fn`, with their ranges.
fn function_names(tokens: &Tokens) -> Vec<(String, TextRange)> {
    let pairs = tokens.as_slice().windows(2);
    let name = |pair: &[Spanned]| match (&pair[0].token, &pair[1].token) {
        (Token::Fn, Token::Identifier(name)) => Some((name.to_string(), pair[1].range)),
        _ => None,
    };
    pairs.filter_map(name).collect()
}

/// Edits between two names, a swap of neighbours counting as one.
fn distance(left: &str, right: &str) -> usize {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    if left.len().abs_diff(right.len()) > NEAR {
        return NEAR + 1;
    }
    let mut rows = vec![vec![0; right.len() + 1]; left.len() + 1];
    for (index, row) in rows.iter_mut().enumerate() {
        row[0] = index;
    }
    rows[0] = (0..=right.len()).collect();
    for i in 1..=left.len() {
        for j in 1..=right.len() {
            let substitution = rows[i - 1][j - 1] + usize::from(left[i - 1] != right[j - 1]);
            let mut least = substitution.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
            if i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = least;
        }
    }
    rows[left.len()][right.len()]
}

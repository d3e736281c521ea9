//! Rhai's messages in plain words, with advice for habits from JavaScript.

use super::code;
use super::tokens::Tokens;
use crate::domain::{Diagnostic, Place, TextRange};
use rhai::{LexError, ParseError, ParseErrorType};

/// The finding for `error`, which the parser reported at `place`.
pub(super) fn explain(error: &ParseError, place: Place, tokens: &Tokens) -> Diagnostic {
    let range = range_of(error.err_type(), place, tokens);
    Diagnostic::error(code::SYNTAX, error.err_type().to_string(), range)
}

/// What is wrong with a token that is none, and what to do.
pub(super) fn malformed(error: &LexError) -> (String, Option<String>) {
    (error.to_string(), None)
}

fn range_of(kind: &ParseErrorType, place: Place, tokens: &Tokens) -> TextRange {
    if matches!(kind, ParseErrorType::MissingToken(..)) {
        if let Some(previous) = tokens.before(place) {
            return TextRange::at(previous.range.end);
        }
    }
    tokens.at(place).map_or_else(|| TextRange::at(place), |it| it.range)
}

//! Lays out a source: the same program with the same comments, spread over lines as everybody expects it.
//!
//! Four blanks a level, at most 100 columns where a line can be broken, one blank between words. Comments stay where they
//! are, empty lines stay and several become one. What the author wrote on several lines between brackets stays so; the
//! rows of a list stay, and what is on several lines ends with a comma. Texts in quotes or back-ticks are not touched.
//!
//! The source goes through Rhai's lexer into words with their comments (`lexemes`), these into a layout whose line
//! breaks are open (`build`, `doc`), and that onto lines (`print`). The result is read again and compared word by
//! word with what came in (`same`): where they differ, nothing is changed. Pure; knows no file.

mod build;
mod doc;
mod edits;
mod lexemes;
mod print;
mod same;

use super::diagnose::{self, code};
use crate::domain::{Diagnostic, Place, TextRange};
use build::Builder;

pub use edits::edits;

/// How often a text is laid out before it has to stay the same. Once is the rule; comments in odd places move on.
const PASSES: usize = 5;

/// Lays out `source`; what is laid out already stays as it is. The error says why the source is left alone: it does not
/// compile, or the formatter does not understand it.
pub fn format(source: &str) -> Result<String, Box<Diagnostic>> {
    if ends_lines_with_return(source) {
        return Ok(format(&source.replace("\r\n", "\n"))?.replace('\n', "\r\n"));
    }
    if let Some(error) = diagnose::syntax(source).into_iter().next() {
        return Err(Box::new(error));
    }
    let mut text = pass(source)?;
    for _ in 1..PASSES {
        let next = pass(&text).map_err(|_| Box::new(refused(source, 0)))?;
        if next == text {
            return Ok(text);
        }
        text = next;
    }
    Err(Box::new(refused(source, 0)))
}

fn pass(source: &str) -> Result<String, Box<Diagnostic>> {
    let lexemes = lexemes::of(source).ok_or_else(|| Box::new(refused(source, 0)))?;
    let doc = Builder::build(&lexemes).map_err(|misread| {
        let word = lexemes[misread.at].text;
        Box::new(refused(source, word.as_ptr() as usize - source.as_ptr() as usize))
    })?;
    let text = print::print(&doc);
    if same::is_same(&lexemes, &text) { Ok(text) } else { Err(Box::new(refused(source, 0))) }
}

/// The finding that the formatter stopped at `byte`.
fn refused(source: &str, byte: usize) -> Diagnostic {
    let before = source.get(..byte).unwrap_or_default();
    let line = before.matches('\n').count() as u32 + 1;
    let column = before.rsplit('\n').next().map_or(0, |it| it.chars().count()) as u32 + 1;
    let message = "the formatter does not understand this, so nothing was changed";
    let range = TextRange::at(Place::new(line, column));
    Diagnostic::error(code::NOT_FORMATTED, message, range)
}

/// Whether the lines of `source` end as on Windows.
fn ends_lines_with_return(source: &str) -> bool {
    source.contains("\r\n") && source.matches('\n').count() == source.matches("\r\n").count()
}

#[cfg(test)]
mod tests;

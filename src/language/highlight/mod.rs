//! Syntax colours: which kind of token stands where, line by line.
//!
//! Owns the grammars and the incremental parse. Text comes as a rope with the changes of its lines, spans of
//! [`TokenKind`] go out; colours are the theme's, meaning (unknown functions, payload fields) is the diagnosis's.
//!
//! The parser's state at the start of every line is kept as a small number, because a text has few different ones.
//! After an edit lines are parsed from the edit on until a line starts in the state it had before: usually one line.

mod cache;
mod grammar;
mod token;
mod words;

#[cfg(test)]
mod lexer_tests;
#[cfg(test)]
mod tests;

pub use token::{Span, TokenKind};

use crate::domain::LineChange;
use cache::LineCache;
use grammar::Grammar;
use ropey::Rope;
use std::ops::Range;
use std::sync::Arc;

/// The language a text is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// The lambdas' language.
    Rhai,
    /// Payloads, results, schemas.
    Json,
    /// Nothing to be coloured.
    Plain,
}

/// What one call of [`Highlighter::highlight`] came to.
#[derive(Clone, Debug)]
pub struct HighlightStep {
    /// The spans of the wanted lines, in their order; a line not reached yet is a guess or empty.
    pub lines: Vec<Arc<[Span]>>,
    /// How many lines were parsed for it.
    pub parsed: usize,
    /// The wanted lines are final; otherwise another call gets further.
    pub complete: bool,
}

/// Colours one text and follows its edits.
#[derive(Debug)]
pub struct Highlighter {
    cache: Option<LineCache>,
}

impl Highlighter {
    /// A highlighter for a text of `syntax`.
    pub fn new(syntax: Syntax) -> Self {
        Self { cache: Grammar::of(syntax).map(LineCache::new) }
    }

    /// Follows edits of the text, in the order they were made.
    pub fn edited(&mut self, changes: &[LineChange]) {
        if let Some(cache) = &mut self.cache {
            for change in changes {
                cache.edited(*change);
            }
        }
    }

    /// The spans of the lines `wanted` (from 0) of `rope`, parsing at most about `budget_lines` lines. What is known
    /// from before costs nothing. With an exhausted budget the rest is guessed as if it began a text, which is right
    /// but inside of comments and strings that span lines.
    pub fn highlight(
        &mut self,
        rope: &Rope,
        wanted: Range<usize>,
        budget_lines: usize,
    ) -> HighlightStep {
        let wanted = wanted.start.min(rope.len_lines())..wanted.end.min(rope.len_lines());
        match &mut self.cache {
            Some(cache) => cache.highlight(rope, wanted, budget_lines),
            None => HighlightStep {
                lines: vec![Arc::default(); wanted.len()],
                parsed: 0,
                complete: true,
            },
        }
    }
}

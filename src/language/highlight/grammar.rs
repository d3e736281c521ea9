//! The grammars, and parsing one line by them.

use super::Syntax;
use super::token::{Span, TokenKind, kind_of};
use super::words;
use std::ops::Range;
use std::sync::LazyLock;
use syntect::dumps::from_uncompressed_data;
use syntect::parsing::{ParseState, ScopeStackOp, SyntaxSet};

/// A line is coloured up to here, in bytes.
pub(super) const LINE_LIMIT: usize = 4_000;
/// Nesting that no one writes: a text that goes deeper at the end of a line begins anew in the next one.
const DEPTH_LIMIT: usize = 64;

static DUMP: &[u8] = include_bytes!("../../../assets/syntaxes/syntaxes.packdump");

/// Regular expressions in it are compiled when first used, once for the whole program.
static GRAMMARS: LazyLock<SyntaxSet> = LazyLock::new(|| {
    from_uncompressed_data(DUMP).expect("the embedded dump is the one a test rebuilds")
});

/// The state of the parser between two lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LineState {
    parser: ParseState,
    /// The kinds of the scopes that are open, each with those of its parents taken in.
    pub(super) open: Vec<TokenKind>,
}

/// A grammar and what its words mean.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grammar {
    name: &'static str,
    /// The kind of a word, given the kind of name it would be.
    meaning: fn(&str, TokenKind) -> TokenKind,
}

impl Grammar {
    /// The grammar of `syntax`; plain text has none.
    pub(super) fn of(syntax: Syntax) -> Option<Self> {
        match syntax {
            Syntax::Rhai => Some(Self { name: "Rhai", meaning: words::rhai }),
            Syntax::Json => Some(Self { name: "JSON", meaning: words::json }),
            Syntax::Plain => None,
        }
    }

    /// The state at the start of a text.
    pub(super) fn start(self) -> LineState {
        let syntax = GRAMMARS
            .find_syntax_by_name(self.name)
            .expect("a test finds every grammar in the dump");
        let mut state = LineState { parser: ParseState::new(syntax), open: Vec::new() };
        // The first line opens the scope of the text; taken in here, every line starts alike.
        self.parse_line(&mut state, "\n");
        state
    }

    /// The spans of `line`, which ends in a line feed; `state` becomes that behind it.
    pub(super) fn parse_line(self, state: &mut LineState, line: &str) -> Vec<Span> {
        let Ok(ops) = state.parser.parse_line(line, &GRAMMARS) else { return Vec::new() };
        let mut spans = Vec::new();
        let mut from = 0;
        let end = line.len() - 1;
        for (at, op) in ops {
            self.push_span(&mut spans, line, from..at.min(end), state.top());
            from = at;
            match op {
                ScopeStackOp::Push(scope) => state.open.push(kind_of(scope).unwrap_or(state.top())),
                ScopeStackOp::Pop(count) => {
                    state.open.truncate(state.open.len().saturating_sub(count));
                }
                // Our grammars clear no scopes.
                ScopeStackOp::Clear(_) | ScopeStackOp::Restore | ScopeStackOp::Noop => {}
            }
        }
        self.push_span(&mut spans, line, from..end, state.top());
        spans
    }

    fn push_span(self, spans: &mut Vec<Span>, line: &str, range: Range<usize>, kind: TokenKind) {
        if range.is_empty() || kind == TokenKind::Plain {
            return;
        }
        let (start, end) = (range.start as u32, range.end as u32);
        let kind = match kind {
            TokenKind::Variable | TokenKind::Function => (self.meaning)(&line[range], kind),
            kind => kind,
        };
        match spans.last_mut() {
            Some(last) if last.end == start && last.kind == kind => last.end = end,
            _ => spans.push(Span { start, end, kind }),
        }
    }
}

impl LineState {
    fn top(&self) -> TokenKind {
        self.open.last().copied().unwrap_or(TokenKind::Plain)
    }

    pub(super) fn is_too_deep(&self) -> bool {
        self.open.len() > DEPTH_LIMIT
    }
}

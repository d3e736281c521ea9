//! The grammars, and parsing one line by them.

use super::Syntax;
use super::token::{Span, TokenKind, kind_of};
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

/// The state at the start of a text; plain text has none.
pub(super) fn start_state(syntax: Syntax) -> Option<LineState> {
    let name = match syntax {
        Syntax::Rhai => "Rhai",
        Syntax::Json => "JSON",
        Syntax::Plain => return None,
    };
    let mut state = LineState {
        parser: ParseState::new(GRAMMARS.find_syntax_by_name(name)?),
        open: Vec::new(),
    };
    // The first line opens the scope of the text; taken in here, every line starts alike.
    parse_line(&mut state, "\n");
    Some(state)
}

/// The spans of `line`, which ends in a line feed, and the state behind it.
pub(super) fn parse_line(state: &mut LineState, line: &str) -> Vec<Span> {
    let Ok(ops) = state.parser.parse_line(line, &GRAMMARS) else { return Vec::new() };
    let mut spans = Vec::new();
    let mut from = 0;
    for (at, op) in ops {
        push_span(&mut spans, from, at, state.top());
        from = at.max(from);
        match op {
            ScopeStackOp::Push(scope) => state.open.push(kind_of(scope).unwrap_or(state.top())),
            ScopeStackOp::Pop(count) => state.open.truncate(state.open.len().saturating_sub(count)),
            // Our grammars clear no scopes.
            ScopeStackOp::Clear(_) | ScopeStackOp::Restore | ScopeStackOp::Noop => {}
        }
    }
    push_span(&mut spans, from, line.len(), state.top());
    if let Some(last) = spans.last_mut() {
        last.end = last.end.min(line.len() as u32 - 1);
    }
    spans.retain(|span| span.start < span.end);
    spans
}

fn push_span(spans: &mut Vec<Span>, start: usize, end: usize, kind: TokenKind) {
    if start >= end || kind == TokenKind::Plain {
        return;
    }
    let (start, end) = (start as u32, end as u32);
    match spans.last_mut() {
        Some(last) if last.end == start && last.kind == kind => last.end = end,
        _ => spans.push(Span { start, end, kind }),
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

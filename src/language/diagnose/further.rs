//! What is wrong behind the first error of a function.
//!
//! Rhai gives up at its first error. The tolerant tree tells where else something is amiss, and the statement there is
//! compiled alone, so that the words are the same. What could merely follow from an error before it is left out: the
//! functions whose braces do not match, and the statements that have a finding already.

use super::chunks::{self, Chunk};
use super::{MOST_FINDINGS, words};
use crate::domain::{Diagnostic, TextRange};
use crate::language::syntax::tokens::Tokens;
use crate::language::syntax::{Fault, FaultKind, NodeId, NodeKind, Tree};
use rhai::Engine;

/// What to find around a statement so that it may leave a loop and a function.
const BEFORE: &str = "fn f() { loop {\n";
const BEHIND: &str = "\n} }";

/// The findings beside those that are `known`.
pub(super) fn find(
    engine: &Engine,
    source: &str,
    tree: &Tree,
    known: &[Diagnostic],
) -> Vec<Diagnostic> {
    let tokens = tree.tokens();
    let mut found: Vec<Diagnostic> = Vec::new();
    let mut seen: Vec<TextRange> = Vec::new();
    for fault in tree.faults() {
        if seen.len() >= MOST_FINDINGS {
            break;
        }
        let Some(statement) = tree.statement_at(fault.range.start) else { continue };
        let range = tree.range(statement);
        if seen.contains(&range) || !is_whole(tree, statement) {
            continue;
        }
        seen.push(range);
        let line = fault.range.start.line;
        let is_known = |it: &Diagnostic| {
            let place = it.range.start;
            place.line == line || (range.start <= place && place <= range.end)
        };
        if known.iter().any(is_known) {
            continue;
        }
        let range = with_line(range, fault, tokens);
        let Some(chunk) = chunks::cut_out(source, range) else { continue };
        let has_no_end = fault.kind == FaultKind::Missing("`;`");
        let without_end = || has_no_end.then(|| words::missing_end(fault.range));
        found.extend(compiled(engine, &chunk, range, tokens).or_else(without_end));
    }
    found
}

/// A statement with the rest of the line on which it is wrong: what was taken for the next one may belong to it.
fn with_line(range: TextRange, fault: &Fault, tokens: &Tokens) -> TextRange {
    let line = fault.range.start.line.max(range.end.line);
    let behind = tokens.partition_point(|it| it.range.end.line <= line);
    let last = behind.checked_sub(1).and_then(|last| tokens.get(last));
    let end = last.map_or(range.end, |it| it.range.end).max(range.end);
    TextRange::new(range.start, end)
}

/// Whether the braces of the function around a statement match.
fn is_whole(tree: &Tree, statement: NodeId) -> bool {
    let is_function = |id: &NodeId| matches!(tree.kind(*id), NodeKind::Function(_));
    let Some(function) = tree.ancestors(statement).find(is_function) else { return false };
    let range = tree.range(function);
    !tree.faults().iter().any(|it| {
        it.kind == FaultKind::Missing("`}`")
            && range.start <= it.range.start
            && it.range.start <= range.end
    })
}

fn compiled(
    engine: &Engine,
    chunk: &Chunk,
    range: TextRange,
    tokens: &Tokens,
) -> Option<Diagnostic> {
    let text = format!("{BEFORE}{}{BEHIND}", chunk.text());
    let error = engine.compile(text).err()?;
    let mut place = chunk.place_of(error.position());
    place.line = place.line.checked_sub(1)?;
    if error.position().is_none() || place < range.start {
        return None;
    }
    if place > range.end {
        // What is missing at the end is missed where the next token stands.
        place = tokens.get(tokens.index_at(range.end))?.range.start;
    }
    let said = words::explain(&error, place, tokens);
    (said.range.start <= range.end).then_some(said)
}

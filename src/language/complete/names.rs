//! What the source itself gives names to.

use super::functions::call;
use super::{Candidate, Completion, CompletionKind, Insert, values};
use crate::domain::Place;
use crate::language::analysis::{Analysis, Symbol, SymbolKind};

/// The variables, constants and functions that can be named at `place`.
pub(super) fn visible(analysis: &Analysis, place: Place) -> Vec<Candidate<'_>> {
    let mut found: Vec<Candidate<'_>> =
        analysis.visible_at(place).into_iter().map(Candidate::Named).collect();
    if analysis.function_at(place).is_some() {
        let label = |it: &Symbol| format!("global::{}", it.name);
        found.extend(analysis.constants().map(|it| Candidate::Constant(it, label(it))));
    }
    found
}

/// What a symbol is offered as.
pub(super) const fn kind(symbol: &Symbol) -> CompletionKind {
    match symbol.kind {
        SymbolKind::Function(_) => CompletionKind::Function,
        SymbolKind::Constant => CompletionKind::Constant,
        SymbolKind::Module => CompletionKind::Module,
        _ => CompletionKind::Variable,
    }
}

pub(super) fn symbol(analysis: &Analysis, symbol: &Symbol) -> Completion {
    if symbol.is_function() {
        let parameters = analysis.parameters(symbol.node);
        return Completion {
            label: symbol.name.to_string(),
            kind: kind(symbol),
            detail: analysis.signature_of(symbol),
            doc: analysis.doc(symbol.node),
            sample: None,
            insert: call(&symbol.name, &parameters, !parameters.is_empty()),
        };
    }
    named(symbol, kind(symbol), symbol.name.to_string())
}

/// A constant of the file, by the name that reaches it.
pub(super) fn constant(symbol: &Symbol, label: String) -> Completion {
    named(symbol, CompletionKind::Constant, label)
}

fn named(symbol: &Symbol, kind: CompletionKind, label: String) -> Completion {
    Completion {
        insert: Insert::plain(label.clone()),
        label,
        kind,
        detail: symbol.shape.to_string(),
        doc: values::doc(&symbol.shape),
        sample: values::sample(&symbol.shape),
    }
}

//! What the source itself gives names to.

use super::functions::call;
use super::{Completion, CompletionKind, Insert, values};
use crate::domain::Place;
use crate::language::analysis::{Analysis, Symbol, SymbolKind};

/// The variables, constants and functions that can be named at `place`.
pub(super) fn visible(analysis: &Analysis, place: Place) -> Vec<Completion> {
    let mut found: Vec<Completion> =
        analysis.visible_at(place).into_iter().map(|it| symbol(analysis, it)).collect();
    if analysis.function_at(place).is_some() {
        found.extend(analysis.constants().map(|it| constant(it, "global::")));
    }
    found
}

fn symbol(analysis: &Analysis, symbol: &Symbol) -> Completion {
    if symbol.is_function() {
        let parameters = analysis.parameters(symbol.node);
        return Completion {
            label: symbol.name.to_string(),
            kind: CompletionKind::Function,
            detail: analysis.signature_of(symbol),
            doc: analysis.doc(symbol.node),
            sample: None,
            insert: call(&symbol.name, &parameters, !parameters.is_empty()),
        };
    }
    let kind = match symbol.kind {
        SymbolKind::Constant => CompletionKind::Constant,
        SymbolKind::Module => CompletionKind::Module,
        _ => CompletionKind::Variable,
    };
    named(symbol, kind, symbol.name.to_string())
}

/// A constant of the file behind `prefix`.
pub(super) fn constant(symbol: &Symbol, prefix: &str) -> Completion {
    named(symbol, CompletionKind::Constant, format!("{prefix}{}", symbol.name))
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

//! What nobody uses.

use super::view::View;
use super::{finding, table};
use crate::domain::{Diagnostic, Fix, TextEdit};
use crate::language::analysis::{Symbol, SymbolId, SymbolKind, Target};
use crate::language::engine::ENTRY_POINT;
use crate::language::nearest::nearest;
use crate::language::syntax::NodeKind;
use std::collections::HashSet;

pub(super) fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    // Without a `fn lambda`, what is used is anybody's guess.
    let is_entry = |it: &Symbol| it.is_function() && &*it.name == ENTRY_POINT;
    if !view.analysis.symbols().any(|(_, it)| is_entry(it)) {
        return;
    }
    // What nothing defines is another finding, and may be meant for one of these.
    let unknown: HashSet<&str> = view
        .reads()
        .filter(|it| matches!(it.target, Target::UnknownVariable | Target::UnknownFunction(_)))
        .map(|it| view.text(it.range))
        .collect();
    for (id, symbol) in view.analysis.symbols().filter(|(_, it)| it.reads == 0) {
        let is_meant = symbol.name.starts_with('_')
            || view.is_in_quotes(&symbol.name)
            || view.is_in_broken(&symbol.name)
            || view.is_filled_in(&symbol.name)
            || unknown
                .iter()
                .any(|it| **it == *symbol.name || nearest(it, [&*symbol.name]).is_some());
        if is_meant {
            continue;
        }
        match symbol.kind {
            SymbolKind::Variable | SymbolKind::Constant => found.extend(variable(view, id, symbol)),
            SymbolKind::Parameter => found.extend(parameter(view, id, symbol)),
            SymbolKind::Function(_) if !is_called(view, symbol) => {
                found.extend(function(symbol));
            }
            _ => {}
        }
    }
}

/// Gives the name a `_` wherever it stands.
fn underscore(view: &View<'_>, id: SymbolId, symbol: &Symbol) -> Fix {
    let name = format!("_{}", symbol.name);
    // What belongs to a function is named nowhere else.
    let all = view.analysis.occurrences();
    let ends = |node| view.range(node).end;
    let own = symbol.function.map_or(all, |function| {
        let first = all.partition_point(|it| it.range.start < symbol.definition.start);
        let behind = all.partition_point(|it| it.range.start < ends(function));
        all.get(first..behind).unwrap_or_default()
    });
    let places = own.iter().filter(|it| it.target == Target::Symbol(id));
    let edits = places.map(|it| TextEdit { range: it.range, text: name.clone() }).collect();
    Fix { title: format!("Rename it to `{name}`"), edits }
}

fn variable(view: &View<'_>, id: SymbolId, symbol: &Symbol) -> Option<Diagnostic> {
    let NodeKind::Let { is_exported: false, .. } = view.kind(symbol.node) else { return None };
    let how = if symbol.writes > 0 { "is only written, never read" } else { "is never read" };
    let message = format!("the {} `{}` {how}", symbol.kind.word(), symbol.name);
    let said = finding(&table::UNUSED_VARIABLE, message, symbol.definition);
    let help = format!("remove it, or call it `_{}` if that is meant so", symbol.name);
    Some(said.with_help(help).with_fix(underscore(view, id, symbol)))
}

fn parameter(view: &View<'_>, id: SymbolId, symbol: &Symbol) -> Option<Diagnostic> {
    let NodeKind::Function(function) = view.kind(symbol.node) else { return None };
    let name = function.name.as_ref()?;
    if &*name.text == ENTRY_POINT {
        return None;
    }
    let message = format!("the parameter `{}` of `{}` is never read", symbol.name, name.text);
    let said = finding(&table::UNUSED_PARAMETER, message, symbol.definition);
    let help = format!("call it `_{}` if that is meant so", symbol.name);
    Some(said.with_help(help).with_fix(underscore(view, id, symbol)))
}

/// Whether a function of the same form is called, which may be meant for another type of `this`.
fn is_called(view: &View<'_>, symbol: &Symbol) -> bool {
    let is_same = |it: &Symbol| it.kind == symbol.kind && it.name == symbol.name;
    view.analysis.symbols().any(|(_, it)| is_same(it) && it.reads > 0)
}

fn function(symbol: &Symbol) -> Option<Diagnostic> {
    if &*symbol.name == ENTRY_POINT {
        return None;
    }
    let message = format!("nobody calls `{}`", symbol.name);
    let said = finding(&table::UNUSED_FUNCTION, message, symbol.definition);
    let help = format!("remove it, or call it `_{}` if that is meant so", symbol.name);
    let right = format!("_{}", symbol.name);
    let fix = Fix::replace(format!("Rename it to `{right}`"), symbol.definition, right);
    Some(said.with_help(help).with_fix(fix))
}

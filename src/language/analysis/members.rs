//! What stands behind a dot: members of maps, properties, methods.

use super::names::{Occurrence, Symbol, Target, Usage};
use super::resolve::{Functions, library_function};
use super::shape::{Kind, Shape, Source};
use crate::domain::TextRange;
use crate::language::library::{self, LibraryFunction};
use crate::language::syntax::{Literal, Name, NodeId, NodeKind, Tree};

/// Adds the names behind dots and in `["..."]` to `occurrences`.
pub(super) fn add(
    tree: &Tree,
    shapes: &[Shape],
    functions: &Functions,
    symbols: &mut [Symbol],
    occurrences: &mut Vec<Occurrence>,
) {
    let shape = |id: NodeId| &shapes[tree.index(id)];
    for (node, it) in tree.nodes() {
        let (range, target) = match &it.kind {
            NodeKind::Member { object, name: Some(name), .. } => {
                (name.range, member(shape(*object), shape(node), &name.text))
            }
            NodeKind::Index { object, index: Some(index), .. } => {
                let NodeKind::Literal(Literal::Text(key)) = tree.kind(*index) else { continue };
                (inside(tree.range(*index)), member(shape(*object), shape(node), key))
            }
            NodeKind::MethodCall { object, name, arguments, .. } => {
                let count = arguments.items.len();
                if let Some(symbol) = functions.get(&name.text, count) {
                    symbols[symbol.index()].reads += 1;
                    (name.range, Target::Symbol(symbol))
                } else {
                    (name.range, method(shape(*object), name, count))
                }
            }
            _ => continue,
        };
        occurrences.push(Occurrence { range, node, target, usage: usage(tree, node) });
    }
}

/// A string without its quotes.
fn inside(range: TextRange) -> TextRange {
    let mut inner = range;
    inner.start.column += 1;
    inner.end.column = inner.end.column.saturating_sub(1).max(1);
    if inner.start <= inner.end { inner } else { range }
}

fn usage(tree: &Tree, node: NodeId) -> Usage {
    let parent = tree.node(node).parent.map(|parent| tree.kind(parent));
    match parent {
        Some(NodeKind::Assign { target, .. }) if *target == node => Usage::Write,
        _ => Usage::Read,
    }
}

fn member(object: &Shape, value: &Shape, name: &str) -> Target {
    let maps = object.maps();
    if maps.is_empty() {
        let is_own = |it: &&LibraryFunction| {
            it.is_property && it.receiver().is_some_and(|own| object.kind.is_called(own))
        };
        if let Some(property) = library::named(name).find(is_own) {
            return Target::Library(&property.name);
        }
    }
    let is_sure = !maps.is_empty() && maps.iter().all(|it| it.source <= Source::Code);
    let is_known = match object.member(name) {
        Some(_) => Some(true),
        None => is_sure.then_some(false),
    };
    Target::Member { shape: value.clone(), is_known }
}

fn method(object: &Shape, name: &Name, count: usize) -> Target {
    // A map may hold a closure under this name.
    if let Some(shape) = object.member(&name.text) {
        return Target::Member { shape: shape.clone(), is_known: Some(true) };
    }
    library_function(&name.text).unwrap_or_else(|| {
        // What the host returns may have methods that no table of Rhai's knows.
        if object.kind == Kind::Any {
            return Target::Member { shape: Shape::any(), is_known: None };
        }
        Target::UnknownFunction(count)
    })
}

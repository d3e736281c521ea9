//! Pieces of a tree that moved to other lines, as they are when lines come or go before them.

use super::parser::Piece;
use super::tokens::{Spanned, Stretch};
use super::{Name, NodeKind};
use crate::domain::TextRange;

/// A stretch so many lines further down.
pub(super) fn stretch(of: &Stretch, lines: i32) -> Stretch {
    let mut moved = of.clone();
    moved.list.iter_mut().for_each(|it| shift(&mut it.range, lines));
    moved.comments.iter_mut().for_each(|it| shift(&mut it.range, lines));
    moved.malformed.iter_mut().for_each(|it| shift(&mut it.range, lines));
    moved
}

/// A token so many lines further down.
pub(super) fn token(of: &Spanned, lines: i32) -> Spanned {
    let mut moved = of.clone();
    shift(&mut moved.range, lines);
    moved
}

/// The nodes of a stretch that moved.
pub(super) fn piece(of: &Piece, lines: i32) -> Piece {
    let mut moved = of.clone();
    for node in &mut moved.nodes {
        shift(&mut node.range, lines);
        each_range(&mut node.kind, &mut |range| shift(range, lines));
    }
    moved.faults.iter_mut().for_each(|it| shift(&mut it.range, lines));
    moved
}

fn shift(range: &mut TextRange, lines: i32) {
    range.start.line = range.start.line.saturating_add_signed(lines);
    range.end.line = range.end.line.saturating_add_signed(lines);
}

/// Calls for every range that a node holds beside its own.
fn each_range(kind: &mut NodeKind, call: &mut impl FnMut(&mut TextRange)) {
    match kind {
        NodeKind::Function(it) => {
            let all = it.this_type.iter_mut().chain(&mut it.name).chain(&mut it.parameters);
            each_name(all, call);
        }
        NodeKind::Let { name: one, .. }
        | NodeKind::Import { alias: one, .. }
        | NodeKind::Try { variable: one, .. } => {
            each_name(one, call);
        }
        NodeKind::Export { name: first, alias: second }
        | NodeKind::For { variable: first, counter: second, .. } => {
            each_name(first.iter_mut().chain(second), call);
        }
        NodeKind::Variable { modules, name } => {
            each_name(modules.iter_mut().chain(name), call);
        }
        NodeKind::Closure { parameters, .. } => {
            each_name(parameters, call);
        }
        NodeKind::Entry { key, .. } => call(&mut key.range),
        NodeKind::Member { dot, name, .. } => {
            call(dot);
            each_name(name, call);
        }
        NodeKind::Call { arguments, .. } => call(&mut arguments.open),
        NodeKind::MethodCall { name, arguments, .. } => {
            call(&mut name.range);
            call(&mut arguments.open);
        }
        NodeKind::Assign { operator, .. }
        | NodeKind::Unary { operator, .. }
        | NodeKind::Binary { operator, .. } => call(&mut operator.range),
        NodeKind::Script { .. }
        | NodeKind::Skipped
        | NodeKind::Return { .. }
        | NodeKind::Throw { .. }
        | NodeKind::Break { .. }
        | NodeKind::Continue
        | NodeKind::Block { .. }
        | NodeKind::If { .. }
        | NodeKind::Switch { .. }
        | NodeKind::Arm { .. }
        | NodeKind::While { .. }
        | NodeKind::Loop { .. }
        | NodeKind::Do { .. }
        | NodeKind::Literal(_)
        | NodeKind::Interpolation { .. }
        | NodeKind::Array { .. }
        | NodeKind::Map { .. }
        | NodeKind::This
        | NodeKind::Group { .. }
        | NodeKind::Index { .. } => {}
    }
}

fn each_name<'a>(
    names: impl IntoIterator<Item = &'a mut Name>,
    call: &mut impl FnMut(&mut TextRange),
) {
    for name in names {
        call(&mut name.range);
    }
}

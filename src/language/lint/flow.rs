//! Code that is never run.

use super::view::View;
use super::{finding, table};
use crate::domain::{Diagnostic, Place, TextRange};
use crate::language::syntax::{Literal, NodeId, NodeKind, Repeat};

pub(super) fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    for (_, kind) in view.nodes() {
        let NodeKind::Block { statements, .. } = kind else { continue };
        let Some(at) = statements.iter().position(|it| leaves(view, *it)) else { continue };
        let Some(next) = statements.get(at + 1) else { continue };
        let range = view.range(*next);
        let line = view.range(statements[at]).start.line;
        let why = match endless(view, statements[at]) {
            Some(_) => format!("the loop in line {line} has no `break`, so it never ends"),
            None => format!("line {line} leaves the block"),
        };
        let message = "this is never run";
        let said = finding(&table::UNREACHABLE_CODE, message, on_one_line(range));
        found.push(said.with_help(why));
    }
}

/// The first line of a stretch; nobody wants a whole function underlined.
fn on_one_line(range: TextRange) -> TextRange {
    if range.start.line == range.end.line {
        return range;
    }
    TextRange::new(range.start, Place::new(range.start.line, range.start.column + 1))
}

/// Whether nothing behind a statement is ever run.
fn leaves(view: &View<'_>, id: NodeId) -> bool {
    if !view.is_sound(view.range(id)) {
        return false;
    }
    match view.kind(id) {
        NodeKind::Return { .. }
        | NodeKind::Throw { .. }
        | NodeKind::Break { .. }
        | NodeKind::Continue => true,
        NodeKind::Block { statements, .. } => statements.iter().any(|it| leaves(view, *it)),
        NodeKind::If { then: Some(then), otherwise: Some(otherwise), .. } => {
            leaves(view, *then) && leaves(view, *otherwise)
        }
        _ => endless(view, id).is_some_and(|body| !has_break(view, body)),
    }
}

/// The block of a loop whose condition ends it never.
fn endless(view: &View<'_>, id: NodeId) -> Option<NodeId> {
    let is = |condition: &NodeId, wanted: bool| {
        let kind = view.kind(view.bare(*condition));
        matches!(kind, NodeKind::Literal(Literal::Bool(it)) if *it == wanted)
    };
    match view.kind(id) {
        NodeKind::Loop { body } => *body,
        NodeKind::While { condition: Some(condition), body } if is(condition, true) => *body,
        NodeKind::Do { body, repeat, condition: Some(condition) } => {
            body.filter(|_| is(condition, *repeat == Repeat::While))
        }
        _ => None,
    }
}

/// Whether a `break` in there leaves the loop around it, or may: what is not sound is not known.
fn has_break(view: &View<'_>, id: NodeId) -> bool {
    let mut found = false;
    view.kind(id).for_each_child(|child| {
        found = found
            || match view.kind(child) {
                NodeKind::Break { .. } => true,
                // Theirs leave others.
                NodeKind::Loop { .. }
                | NodeKind::While { .. }
                | NodeKind::Do { .. }
                | NodeKind::For { .. }
                | NodeKind::Closure { .. } => false,
                _ => has_break(view, child),
            };
    });
    found || view.is_in_broken("break")
}

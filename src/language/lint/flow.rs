//! Code that is never run.

use super::view::View;
use super::{finding, table};
use crate::domain::{Diagnostic, Place, TextRange};
use crate::language::syntax::{NodeId, NodeKind};

pub(super) fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    for (_, kind) in view.nodes() {
        let NodeKind::Block { statements, .. } = kind else { continue };
        let Some(at) = statements.iter().position(|it| leaves(view, *it)) else { continue };
        let Some(next) = statements.get(at + 1) else { continue };
        let range = view.range(*next);
        let leaving = view.range(statements[at]).start.line;
        let message = "this is never run";
        let said = finding(&table::UNREACHABLE_CODE, message, on_one_line(range));
        found.push(said.with_help(format!("line {leaving} leaves the block")));
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
pub(super) fn leaves(view: &View<'_>, id: NodeId) -> bool {
    match view.kind(id) {
        NodeKind::Return { .. }
        | NodeKind::Throw { .. }
        | NodeKind::Break { .. }
        | NodeKind::Continue => true,
        NodeKind::Block { statements, .. } => statements.iter().any(|it| leaves(view, *it)),
        NodeKind::If { then: Some(then), otherwise: Some(otherwise), .. } => {
            leaves(view, *then) && leaves(view, *otherwise)
        }
        _ => false,
    }
}

//! Results that the event of the lambda does not accept.

use super::view::View;
use super::{finding, table};
use crate::domain::{Diagnostic, ResultShape};
use crate::language::analysis::Kind;
use crate::language::engine::ENTRY_POINT;
use crate::language::syntax::{Literal, NodeId, NodeKind};
use serde_json::{Map, Value};

pub(super) fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    let shape = view.analysis.context().accepts;
    if matches!(shape, ResultShape::Ignored | ResultShape::Anything) {
        return;
    }
    let entry = view.analysis.tree().functions().find(|(_, it)| {
        it.name.as_ref().is_some_and(|it| &*it.text == ENTRY_POINT) && it.parameters.len() == 1
    });
    let Some((id, entry)) = entry else { return };
    let mut results = Vec::new();
    if let Some(body) = entry.body {
        last_values(view, body, &mut results);
    }
    for (node, kind) in view.nodes() {
        if let NodeKind::Return { value: Some(value) } = kind
            && returns_from(view, node) == Some(id)
        {
            results.push(*value);
        }
    }
    found.extend(results.into_iter().filter_map(|it| refused(view, it, shape)));
}

/// The function that a `return` leaves; none where it is a closure.
fn returns_from(view: &View<'_>, id: NodeId) -> Option<NodeId> {
    let leaves =
        |it: &NodeId| matches!(view.kind(*it), NodeKind::Function(_) | NodeKind::Closure { .. });
    view.analysis.tree().ancestors(id).find(leaves)
}

/// The values that a block may end with.
fn last_values(view: &View<'_>, id: NodeId, values: &mut Vec<NodeId>) {
    match view.kind(id) {
        NodeKind::Block { statements, .. } => {
            if let Some(last) = statements.last() {
                last_values(view, *last, values);
            }
        }
        NodeKind::If { then, otherwise, .. } => {
            for branch in [then, otherwise].into_iter().flatten() {
                last_values(view, *branch, values);
            }
        }
        NodeKind::Switch { arms, .. } => {
            for arm in arms {
                if let NodeKind::Arm { body: Some(body), .. } = view.kind(*arm) {
                    last_values(view, *body, values);
                }
            }
        }
        NodeKind::Try { body, handler, .. } => {
            for branch in [body, handler].into_iter().flatten() {
                last_values(view, *branch, values);
            }
        }
        NodeKind::Return { .. } => {} // found by itself
        _ => values.push(id),
    }
}

fn refused(view: &View<'_>, id: NodeId, shape: ResultShape) -> Option<Diagnostic> {
    let bare = view.bare(id);
    let reason = match view.kind(bare) {
        NodeKind::Map { .. } => shape.check(&wrapped(view, bare, shape)?).err(),
        NodeKind::Array { items, .. } => items.iter().find_map(|it| {
            let command = known(view, view.bare(*it))?;
            shape.check(&Value::Array(vec![command])).err()
        }),
        _ => shape.check(&stand_in(view.certain(bare)?)?).err(),
    }?;
    let help = format!("the event accepts {}", shape.accepted());
    let said = finding(&table::WRONG_RESULT, reason.clone(), view.range(id));
    Some(if reason.contains(shape.accepted()) { said } else { said.with_help(help) })
}

/// One command as it is; a mail that is no list stays none.
fn wrapped(view: &View<'_>, id: NodeId, shape: ResultShape) -> Option<Value> {
    match shape {
        ResultShape::Mails => Some(Value::Object(Map::new())),
        _ => known(view, id),
    }
}

/// A value of this kind, where all of them are taken alike.
fn stand_in(kind: &Kind) -> Option<Value> {
    Some(match kind {
        Kind::Bool => Value::Bool(true),
        Kind::Int | Kind::Float | Kind::Number => Value::from(1),
        Kind::Text | Kind::Char => Value::from("x"),
        _ => return None,
    })
}

/// What is known of a value in the source; what is not, is taken for a text, which every field may be.
fn known(view: &View<'_>, id: NodeId) -> Option<Value> {
    match view.kind(id) {
        NodeKind::Map { entries, .. } => {
            let mut map = Map::new();
            for entry in entries {
                let NodeKind::Entry { key, value: Some(value) } = view.kind(*entry) else {
                    return None;
                };
                let value = view.bare(*value);
                let inner = known(view, value);
                // Of what kind a command is must be certain.
                if &*key.text == "type" && inner.is_none() {
                    return None;
                }
                map.insert(key.text.to_string(), inner.unwrap_or_else(|| Value::from("x")));
            }
            Some(Value::Object(map))
        }
        NodeKind::Literal(literal) => Some(match literal {
            Literal::Unit => Value::Null,
            Literal::Bool(it) => Value::Bool(*it),
            Literal::Int(it) => Value::from(*it),
            Literal::Float(it) => Value::from(*it),
            Literal::Char(it) => Value::from(it.to_string()),
            Literal::Text(it) => Value::from(&**it),
        }),
        NodeKind::Array { items, .. } => {
            items.iter().map(|it| known(view, *it)).collect::<Option<Vec<_>>>().map(Value::Array)
        }
        _ => None,
    }
}

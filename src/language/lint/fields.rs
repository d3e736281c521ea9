//! Fields of the payload and properties of values that are not there.

use super::view::View;
use super::{finding, table};
use crate::domain::{Diagnostic, Fix, TextRange};
use crate::language::analysis::{Kind, Occurrence, Target, Usage};
use crate::language::nearest::nearest;
use crate::language::syntax::{Access, NodeId, NodeKind};
use crate::language::{habits, library};
use rhai::Token;

pub(super) fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    for it in view.reads().filter(|it| it.usage == Usage::Read) {
        let Target::Member { is_known, .. } = &it.target else { continue };
        match view.kind(it.node) {
            NodeKind::Member { object, name: Some(name), .. } => match is_known {
                Some(false) => found.extend(field(view, it, *object, &name.text)),
                Some(true) => {}
                None => found.extend(property(view, it.range, *object, &name.text)),
            },
            NodeKind::Index { object, .. } if *is_known == Some(false) => {
                let name = key(view, it);
                found.extend(field(view, it, *object, &name));
            }
            _ => {}
        }
    }
}

/// The name in `["..."]`.
fn key(view: &View<'_>, it: &Occurrence) -> String {
    match view.kind(it.node) {
        NodeKind::Index { index: Some(index), .. } => match view.kind(*index) {
            NodeKind::Literal(crate::language::syntax::Literal::Text(key)) => key.to_string(),
            _ => String::new(),
        },
        _ => String::new(),
    }
}

fn field(view: &View<'_>, it: &Occurrence, object: NodeId, name: &str) -> Option<Diagnostic> {
    if !view.is_of_schema(object) || view.is_written(name) {
        return None;
    }
    let shape = view.analysis.shape(object);
    let maps = shape.maps();
    let names = maps.iter().flat_map(|it| &it.list).map(|it| &*it.name);
    let near = nearest(name, names);
    // Who asks so knows that it may be missing, as in a payload that somebody writes by hand.
    if near.is_none() && may_be_missing(view, it.node) {
        return None;
    }
    let whole = shape.field.as_ref().map(|it| it.path.as_str()).filter(|it| !it.is_empty());
    let said = finding(&table::UNKNOWN_FIELD, format!("`{name}`: no such field"), it.range);
    Some(match near {
        Some(near) => said.with_help(format!("did you mean `{near}`?")).with_fix(Fix::replace(
            format!("Write `{near}`"),
            it.range,
            near,
        )),
        None => said.with_help(format!(
            "the Payload tab shows the fields of `{}`",
            whole.unwrap_or("input")
        )),
    })
}

/// Whether a value is asked for with `?.`, or has another in its place with `??`.
fn may_be_missing(view: &View<'_>, id: NodeId) -> bool {
    let is_optional = matches!(
        view.kind(id),
        NodeKind::Member { access: Access::Optional, .. }
            | NodeKind::Index { access: Access::Optional, .. }
    );
    let parent = view.analysis.tree().node(id).parent.map(|it| view.kind(it));
    let has_other = matches!(
        parent,
        Some(NodeKind::Binary { left: Some(left), operator, .. })
            if *left == id && operator.token == Token::DoubleQuestion
    );
    is_optional || has_other
}

fn property(view: &View<'_>, range: TextRange, object: NodeId, name: &str) -> Option<Diagnostic> {
    let kind = view.certain(object)?;
    if !matches!(
        kind,
        Kind::Text | Kind::Array(_) | Kind::Int | Kind::Float | Kind::Bool | Kind::Char
    ) {
        return None;
    }
    let words = kind.to_string();
    let own = words.split(' ').next().unwrap_or_default();
    if library::named(name).any(|it| it.is_property && it.receiver() == Some(own)) {
        return None;
    }
    let message = format!("a value of type {words} has no property `{name}`");
    let said = finding(&table::UNKNOWN_PROPERTY, message, range);
    let call = if matches!(name, "length" | "size" | "count") { "len" } else { name };
    let takes_nothing =
        |it: &&library::LibraryFunction| !it.is_property && it.parameters.len() == 1;
    let is_call = library::methods(own).filter(takes_nothing).any(|it| it.name == call);
    let said = match habits::instead_of_property(name) {
        Some(habit) => said.with_help(habit),
        None if is_call => said.with_help(format!("it is a function: `{call}()`")),
        None => said,
    };
    let right = format!("{call}()");
    Some(if is_call {
        said.with_fix(Fix::replace(format!("Write `{right}`"), range, right))
    } else {
        said
    })
}

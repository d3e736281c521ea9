//! Values that are not what they look like: of functions that have none, and text in the wrong quotes.

use super::view::View;
use super::{finding, table};
use crate::domain::{Diagnostic, Fix};
use crate::language::analysis::{Kind, Target};
use crate::language::syntax::{Literal, NodeId, NodeKind};
use crate::language::{api, library};

pub(super) fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    for (id, kind) in view.nodes() {
        match kind {
            NodeKind::MethodCall { object, name, arguments, .. } if is_used(view, id) => {
                found.extend(no_value(view, id, *object, (&name.text, arguments.items.len())));
            }
            NodeKind::Literal(Literal::Text(text)) => found.extend(quotes(view, id, text)),
            _ => {}
        }
    }
}

/// Whether something is done with a value, and it is not merely the last one of a block.
fn is_used(view: &View<'_>, id: NodeId) -> bool {
    let Some(parent) = view.analysis.tree().node(id).parent else { return false };
    match view.kind(parent) {
        NodeKind::Group { .. } => is_used(view, parent),
        NodeKind::Let { .. }
        | NodeKind::Binary { .. }
        | NodeKind::Unary { .. }
        | NodeKind::Call { .. }
        | NodeKind::Member { .. }
        | NodeKind::Index { .. }
        | NodeKind::Entry { .. }
        | NodeKind::Array { .. }
        | NodeKind::Assign { .. }
        | NodeKind::Return { .. }
        | NodeKind::MethodCall { .. } => true,
        NodeKind::If { condition, .. } | NodeKind::While { condition, .. } => {
            *condition == Some(id)
        }
        NodeKind::For { iterable, .. } => *iterable == Some(id),
        NodeKind::Closure { .. } => gives_value(view, parent),
        NodeKind::Block { statements, .. } => {
            let outer = view.analysis.tree().node(parent).parent.map(|it| view.kind(it));
            statements.len() == 1 && matches!(outer, Some(NodeKind::Interpolation { .. }))
        }
        _ => false,
    }
}

/// Whether a closure is handed to a method that does something with what it gives.
fn gives_value(view: &View<'_>, closure: NodeId) -> bool {
    let parent = view.analysis.tree().node(closure).parent.map(|it| view.kind(it));
    let Some(NodeKind::MethodCall { name, .. }) = parent else { return false };
    matches!(&*name.text, "map" | "filter" | "find" | "find_map" | "some" | "all" | "reduce")
}

fn no_value(
    view: &View<'_>,
    id: NodeId,
    object: NodeId,
    (name, count): (&str, usize),
) -> Option<Diagnostic> {
    let Some(Target::Library(_)) = view.target(id) else { return None };
    if api::lookup(None, name).next().is_some() {
        return None;
    }
    let kind = &view.analysis.shape(object).kind;
    let is_known = matches!(kind, Kind::Text | Kind::Array(_) | Kind::Blob | Kind::Any);
    let words = (*kind != Kind::Any).then(|| kind.to_string());
    let forms: Vec<_> = library::forms(name, words.as_deref())
        .into_iter()
        .filter(|it| !it.is_property && it.parameters.len() == count + 1)
        .collect();
    if !is_known || forms.is_empty() || !forms.iter().all(|it| it.returns == "()") {
        return None;
    }
    let range = view.range(id);
    let what = match view.kind(object) {
        NodeKind::Variable { .. } => format!("`{}`", view.text(view.range(object))),
        _ => "what it is called on".to_owned(),
    };
    let message = format!("`{name}` changes {what} and gives no value");
    let said = finding(&table::NO_VALUE, message, range);
    Some(match other_form(name) {
        Some(other) => said.with_help(other),
        None => said.with_help("call it as a statement of its own"),
    })
}

/// The function that gives a new value instead.
fn other_form(name: &str) -> Option<&'static str> {
    Some(match name {
        "make_upper" => "`to_upper()` gives a new string",
        "make_lower" => "`to_lower()` gives a new string",
        "push" | "append" => "`list + x` gives a new list",
        _ => return None,
    })
}

/// `"${name}"`, where the name is one.
fn quotes(view: &View<'_>, id: NodeId, text: &str) -> Option<Diagnostic> {
    if !text.contains("${") || is_pattern(view, id) {
        return None;
    }
    let range = view.range(id);
    let written = view.text(range);
    let inner = written.strip_prefix('"')?.strip_suffix('"')?;
    let visible = view.analysis.visible_at(range.start);
    let names_something = text.match_indices("${").any(|(at, _)| {
        let code = &text[at + 2..];
        let name: String =
            code.chars().take_while(|it| it.is_alphanumeric() || *it == '_').collect();
        let rest = &code[name.len()..];
        rest.contains('}') && visible.iter().any(|it| !it.is_function() && *it.name == *name)
    });
    if !names_something {
        return None;
    }
    let message = "`${...}` means nothing in double quotes";
    let said = finding(&table::TEXT_INTERPOLATION, message, range)
        .with_help("write the text between back-ticks");
    let is_same_between_ticks = !inner.contains(['\\', '`']);
    let right = format!("`{inner}`");
    Some(if is_same_between_ticks {
        said.with_fix(Fix::replace("Write it between back-ticks", range, right))
    } else {
        said
    })
}

/// Whether a text is something to be looked for, or the name of a member.
fn is_pattern(view: &View<'_>, id: NodeId) -> bool {
    let Some(parent) = view.analysis.tree().node(id).parent else { return false };
    match view.kind(parent) {
        NodeKind::MethodCall { name, .. } => {
            matches!(&*name.text, "replace" | "contains" | "split" | "index_of" | "starts_with")
        }
        NodeKind::Index { .. } | NodeKind::Interpolation { .. } => true,
        _ => false,
    }
}

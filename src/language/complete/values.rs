//! Members, keys, and values that are allowed.

use super::{Completion, CompletionKind, Insert};
use crate::language::analysis::{Analysis, Kind, Shape};
use crate::language::engine;
use crate::language::library::{self, LibraryFunction, Style};
use crate::language::syntax::NodeId;

/// The members and methods of a value.
pub(super) fn members(analysis: &Analysis, object: NodeId) -> Vec<Completion> {
    let shape = analysis.shape(object);
    // A name that cannot be written behind a dot is left to `["..."]`.
    let mut found: Vec<Completion> =
        fields(shape).into_iter().filter(|it| engine::is_property_name(&it.label)).collect();
    for kind in kinds(&shape.kind) {
        for function in library::methods(&kind) {
            if !found.iter().any(|it| it.label == function.name) {
                found.push(method(function));
            }
        }
    }
    found
}

/// The keys of a map.
pub(super) fn keys(analysis: &Analysis, object: NodeId) -> Vec<Completion> {
    let quoted = |it: Completion| {
        let text = it.label.replace('\\', "\\\\").replace('"', "\\\"");
        Completion { insert: Insert::plain(text), ..it }
    };
    fields(analysis.shape(object)).into_iter().map(quoted).collect()
}

/// The values that are allowed for another.
pub(super) fn allowed(analysis: &Analysis, node: NodeId) -> Vec<Completion> {
    let shape = analysis.shape(node);
    let value = |text: &String| Completion {
        label: text.clone(),
        kind: CompletionKind::Value,
        detail: shape.to_string(),
        doc: doc(shape),
        sample: None,
        insert: Insert::plain(text.clone()),
    };
    let both = ["true", "false"].map(str::to_owned);
    let values = if shape.kind == Kind::Bool { &both[..] } else { shape.allowed() };
    values.iter().map(value).collect()
}

/// The names of environment variables.
pub(super) fn environment(analysis: &Analysis) -> Vec<Completion> {
    let variable = |name: &String| Completion {
        label: name.clone(),
        kind: CompletionKind::Value,
        detail: "environment variable".to_owned(),
        doc: String::new(),
        sample: None,
        insert: Insert::plain(name.clone()),
    };
    analysis.context().environment.iter().map(variable).collect()
}

/// The words of the library for the kinds a value may be; one of which nothing is known may be anything.
fn kinds(kind: &Kind) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for kind in kind.each() {
        match kind {
            Kind::Any | Kind::Nothing => {
                words.extend(["string", "array", "map", "int", "float"].map(str::to_owned));
            }
            Kind::Number => words.extend(["int", "float"].map(str::to_owned)),
            Kind::Array(_) => words.push("array".to_owned()),
            Kind::Unit => {}
            other => words.push(other.to_string()),
        }
    }
    words
}

fn fields(shape: &Shape) -> Vec<Completion> {
    let mut found: Vec<Completion> = Vec::new();
    for member in shape.maps().into_iter().flat_map(|it| &it.list) {
        if found.iter().any(|it| *it.label == *member.name) {
            continue;
        }
        found.push(Completion {
            label: member.name.to_string(),
            kind: CompletionKind::Field,
            detail: member.shape.to_string(),
            doc: doc_with_values(&member.shape),
            sample: sample(&member.shape),
            insert: Insert::plain(&*member.name),
        });
    }
    found
}

/// What is known of the field that a value comes from.
pub(super) fn doc(shape: &Shape) -> String {
    shape.field.as_ref().map(|it| it.doc.clone()).unwrap_or_default()
}

/// The same, with the values that it may have, where they are few.
fn doc_with_values(shape: &Shape) -> String {
    const FEW: usize = 8;
    let allowed = shape.field.as_ref().map_or(&[][..], |it| &it.allowed);
    match allowed.len() {
        2..=FEW => format!("{}\n\nOne of {}", doc(shape), allowed.join(", ")),
        _ => doc(shape),
    }
}

/// A value that a value has or may have.
pub(super) fn sample(shape: &Shape) -> Option<String> {
    shape.field.as_ref().and_then(|it| it.sample.clone())
}

fn method(function: &LibraryFunction) -> Completion {
    let insert = match (function.is_property, function.parameters.len()) {
        (true, _) => Insert::plain(&*function.name),
        (false, 0 | 1) => Insert::plain(format!("{}()", function.name)),
        (false, _) => Insert::of(&format!("{}(${{}})", function.name)),
    };
    Completion {
        label: function.name.clone(),
        kind: CompletionKind::Method,
        detail: function.signature(Style::Method),
        doc: function.doc.clone(),
        sample: None,
        insert,
    }
}

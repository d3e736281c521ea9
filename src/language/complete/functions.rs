//! Host functions and Rhai's own.

use super::names::constant;
use super::{Completion, CompletionKind, Insert};
use crate::language::analysis::Analysis;
use crate::language::api::{self, ApiFunction, Presence};
use crate::language::hover::documented;
use crate::language::library::{self, LibraryFunction, Style};
use std::sync::LazyLock;

/// Types whose functions are found behind a dot.
const WITH_METHODS: [&str; 7] =
    ["string", "array", "map", "blob", "timestamp", "function", "range"];

/// What `module` offers behind `::`.
pub(super) fn of_module(analysis: &Analysis, module: &str) -> Vec<Completion> {
    if module == "global" {
        return analysis.constants().map(|it| constant(it, it.name.to_string())).collect();
    }
    let own = api::FUNCTIONS.iter().filter(|it| it.module == Some(module));
    distinct(own.map(|it| host(it, it.name.to_owned())))
}

/// What can be called anywhere: host functions by their path, and the functions of the library that are no methods.
pub(super) fn everywhere(analysis: &Analysis) -> impl Iterator<Item = &'static Completion> {
    let has_constants = analysis.constants().next().is_some();
    EVERYWHERE.iter().chain(has_constants.then(|| &*CONSTANTS))
}

/// The module through which constants are reached.
static CONSTANTS: LazyLock<Completion> = LazyLock::new(|| module("global"));

static EVERYWHERE: LazyLock<Vec<Completion>> = LazyLock::new(|| {
    let mut found = distinct(api::FUNCTIONS.iter().map(|it| host(it, it.path())));
    let mut modules: Vec<&str> = api::FUNCTIONS.iter().filter_map(|it| it.module).collect();
    modules.dedup();
    found.extend(modules.into_iter().map(module));
    let is_free = |it: &&LibraryFunction| {
        let is_method = it.receiver().is_some_and(|kind| WITH_METHODS.contains(&kind));
        // Reading a number from a text is not thought of as something that the text does.
        !it.is_property && (!is_method || it.name.starts_with("parse_"))
    };
    let is_hidden = |name: &str| api::lookup(None, name).next().is_some();
    let library = library::functions().iter().filter(is_free).filter(|it| !is_hidden(&it.name));
    found.extend(distinct(library.map(library_function)));
    found
});

/// One of each label: a function with several forms is offered once.
fn distinct(all: impl Iterator<Item = Completion>) -> Vec<Completion> {
    let mut found: Vec<Completion> = Vec::new();
    for one in all {
        if found.last().is_none_or(|it| it.label != one.label) {
            found.push(one);
        }
    }
    found
}

fn module(name: &str) -> Completion {
    let own = api::FUNCTIONS.iter().filter(|it| it.module == Some(name)).map(|it| it.name);
    let mut names: Vec<&str> = own.collect();
    names.dedup();
    Completion {
        label: name.to_owned(),
        kind: CompletionKind::Module,
        detail: "module".to_owned(),
        doc: names.join(", "),
        sample: None,
        insert: Insert::plain(format!("{name}::")),
    }
}

fn host(row: &ApiFunction, label: String) -> Completion {
    let required = row.parameters.iter().filter(|it| it.presence == Presence::Required);
    let holes: Vec<&str> = required.map(|it| it.name).collect();
    let takes_any = !row.parameters.is_empty();
    Completion {
        insert: call(&label, &holes, takes_any),
        label,
        kind: CompletionKind::Host,
        detail: row.signature(),
        doc: documented(row),
        sample: None,
    }
}

fn library_function(function: &LibraryFunction) -> Completion {
    let holes: Vec<&str> = function.parameters.iter().map(|(name, _)| name.as_str()).collect();
    Completion {
        label: function.name.clone(),
        kind: CompletionKind::Library,
        detail: function.signature(Style::Call),
        doc: function.doc.clone(),
        sample: None,
        insert: call(&function.name, &holes, !holes.is_empty()),
    }
}

/// A call with a hole for each value that must be given, or an empty one where values may be.
pub(super) fn call(name: &str, parameters: &[&str], takes_any: bool) -> Insert {
    let holes: Vec<String> = parameters.iter().map(|it| format!("${{{it}}}")).collect();
    match (holes.is_empty(), takes_any) {
        (true, true) => Insert::of(&format!("{name}(${{}})")),
        _ => Insert::of(&format!("{name}({})", holes.join(", "))),
    }
}

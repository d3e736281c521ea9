//! Names that nothing defines.

use super::view::View;
use super::{finding, table};
use crate::domain::{Diagnostic, Fix, Place, TextRange};
use crate::language::analysis::{Kind, Occurrence, SymbolKind, Target};
use crate::language::nearest::nearest;
use crate::language::syntax::{Name, NodeKind};
use crate::language::{api, habits, library};

/// The module through which functions reach the constants of the file.
const GLOBAL: &str = "global";
/// What the evaluator knows beside what the tables list.
const OF_THE_EVALUATOR: &[&str] = &["is_shared", "eval"];

pub(super) fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    for it in view.reads().filter(|it| !view.is_in_broken(view.text(it.range))) {
        match &it.target {
            Target::UnknownVariable => found.extend(variable(view, it)),
            Target::UnknownFunction(count) => found.extend(function(view, it, *count)),
            Target::UnknownModule => found.extend(module(view, it)),
            Target::Symbol(_) => found.extend(closure_call(view, it)),
            _ => {}
        }
    }
    for (id, kind) in view.nodes() {
        if let NodeKind::Import { .. } = kind {
            let said = finding(&table::UNAVAILABLE, "a lambda cannot import", view.range(id));
            found.push(said.with_help("it is one file; write the functions into it"));
        }
    }
}

/// The finding with the name that was probably meant.
fn meant(finding: Diagnostic, near: Option<&str>, habit: Option<&str>) -> Diagnostic {
    match (habit, near) {
        (Some(habit), _) => finding.with_help(habit),
        (None, Some(near)) => {
            let (range, title) = (finding.range, format!("Write `{near}`"));
            finding
                .with_help(format!("did you mean `{near}`?"))
                .with_fix(Fix::replace(title, range, near))
        }
        (None, None) => finding,
    }
}

fn variable(view: &View<'_>, it: &Occurrence) -> Option<Diagnostic> {
    let NodeKind::Variable { modules, name: Some(name) } = view.kind(it.node) else { return None };
    if view.is_in_quotes(&name.text) {
        return None;
    }
    let constants = || view.analysis.constants().map(|it| &*it.name);
    if modules.first().is_some_and(|it| &*it.text == GLOBAL) {
        let message = format!("the file has no constant `{}`", name.text);
        let said = finding(&table::UNKNOWN_VARIABLE, message, it.range);
        return Some(meant(said, nearest(&name.text, constants()), None));
    }
    if let Some(said) = module_with_a_dot(view, it, &name.text) {
        return Some(said);
    }
    let message = format!("there is no variable `{}`", name.text);
    let said = finding(&table::UNKNOWN_VARIABLE, message, it.range);
    let is_in_function = view.analysis.function_at(it.range.start).is_some();
    if is_in_function && constants().any(|constant| *constant == *name.text) {
        let right = format!("{GLOBAL}::{}", name.text);
        let fix = Fix::replace(format!("Write `{right}`"), it.range, right);
        return Some(
            said.with_help("a function reads a constant of the file as `global::NAME`")
                .with_fix(fix),
        );
    }
    let of_file = |it: &crate::language::analysis::Symbol| {
        it.kind == SymbolKind::Variable && it.function.is_none() && *it.name == *name.text
    };
    if is_in_function && view.analysis.symbols().any(|(_, it)| of_file(it)) {
        return Some(said.with_help("functions see no variable of the file; make it a `const` and read `global::NAME`, or hand it over"));
    }
    let habit = habits::instead_of_variable(&name.text);
    let visible = view.analysis.visible_at(it.range.start);
    let names = visible.iter().filter(|it| !it.is_function()).map(|it| &*it.name);
    let mut said = meant(said, nearest(&name.text, names), habit);
    if let Some(right) = literal_instead(&name.text) {
        said = said.with_fix(Fix::replace(format!("Write `{right}`"), it.range, right));
    }
    Some(said)
}

/// A module, behind which `::` stands, or what stands for one in other languages.
fn module_with_a_dot(view: &View<'_>, it: &Occurrence, name: &str) -> Option<Diagnostic> {
    let behind = |chars: u32| {
        let end = it.range.end;
        TextRange::new(end, Place::new(end.line, end.column + chars))
    };
    let module = api::module(name);
    if module.is_some() && view.text(behind(1)) == "." {
        let message = format!("`{name}` is a module, whose functions are called with `::`");
        let said = finding(&table::UNKNOWN_VARIABLE, message, it.range);
        let title = format!("Write `{name}::`");
        return Some(said.with_fix(Fix::replace(title, behind(1), "::")));
    }
    let foreign = [
        ("console", ".log", "log::info"),
        ("console", ".warn", "log::warn"),
        ("console", ".error", "log::error"),
        ("JSON", ".parse", "json::parse"),
        ("JSON", ".stringify", "json::print"),
        ("Date", ".now", "time::now_ms"),
    ];
    let right = foreign.iter().find(|(object, method, _)| {
        *object == name && view.text(behind(method.len() as u32)) == *method
    });
    let (_, method, right) = right?;
    let whole = TextRange::new(it.range.start, behind(method.len() as u32).end);
    let message = format!("there is no variable `{name}`");
    let said = finding(&table::UNKNOWN_VARIABLE, message, it.range);
    let help = format!("`{name}{method}` is `{right}` here");
    let fix = Fix::replace(format!("Write `{right}`"), whole, *right);
    Some(said.with_help(help).with_fix(fix))
}

/// The value that a word of another language stands for.
fn literal_instead(name: &str) -> Option<&'static str> {
    match name {
        "null" | "nil" | "None" | "undefined" => Some("()"),
        "True" => Some("true"),
        "False" => Some("false"),
        _ => None,
    }
}

fn function(view: &View<'_>, it: &Occurrence, count: usize) -> Option<Diagnostic> {
    let tree_kind = view.kind(it.node);
    let (name, module, receiver) = match tree_kind {
        NodeKind::Variable { modules, name: Some(name) } => (name, modules.first(), None),
        NodeKind::MethodCall { object, name, .. } => (name, None, Some(*object)),
        _ => return None,
    };
    // A map may hold a closure, and what a value is must be known.
    let receiver_kind = match receiver {
        Some(object) => Some(view.certain(object).filter(|it| is_plain(it))?),
        None => None,
    };
    let own = || view.analysis.symbols().map(|(_, it)| it).filter(|it| it.is_function());
    if OF_THE_EVALUATOR.contains(&&*name.text) || own().any(|it| it.name == name.text) {
        return None; // the wrong number of values is another finding
    }
    if module.is_none() && receiver.is_none() && view.is_in_quotes(&name.text) {
        return None;
    }
    // A host function without a module can be called as a method of anything.
    if module.is_none() && api::lookup(None, &name.text).next().is_some() {
        return None;
    }
    let message = match (module, receiver_kind) {
        (Some(module), _) => format!("`{}` has no function `{}`", module.text, name.text),
        (_, Some(kind)) => format!("a value of type {kind} has no function `{}`", name.text),
        _ => format!("there is no function `{}`", name.text),
    };
    let said = finding(&table::UNKNOWN_FUNCTION, message, it.range);
    let names = candidates(view, module, receiver_kind);
    let habit = habits::instead_of_function(&name.text).filter(|_| module.is_none());
    let near = nearest(&name.text, names.iter().map(String::as_str));
    let mut said = meant(said, near, habit);
    if habit.is_some() {
        said.fixes.extend(habit_fix(&name.text, count, it.range));
    }
    Some(said)
}

/// Whether nothing but Rhai's library makes functions for values of this kind.
fn is_plain(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Bool
            | Kind::Int
            | Kind::Float
            | Kind::Number
            | Kind::Text
            | Kind::Char
            | Kind::Array(_)
    )
}

/// The functions that may be meant.
fn candidates(view: &View<'_>, module: Option<&Name>, receiver: Option<&Kind>) -> Vec<String> {
    if let Some(module) = module {
        let rows = api::FUNCTIONS.iter().filter(|it| it.module == Some(&*module.text));
        return rows.map(|it| it.name.to_owned()).collect();
    }
    if let Some(kind) = receiver {
        let kind = kind.to_string();
        let kind = kind.split(' ').next().unwrap_or_default();
        return library::methods(kind)
            .filter(|it| !it.is_property)
            .map(|it| it.name.clone())
            .collect();
    }
    let own = view.analysis.symbols().map(|(_, it)| it).filter(|it| it.is_function());
    let own = own.map(|it| it.name.to_string());
    let host = api::FUNCTIONS.iter().filter(|it| it.module.is_none() && it.receiver().is_none());
    let of_library = library::functions().iter().filter(|it| !it.is_property);
    own.chain(host.map(|it| it.name.to_owned()))
        .chain(of_library.map(|it| it.name.clone()))
        .collect()
}

/// The function that takes the same values as one of JavaScript.
fn habit_fix(name: &str, count: usize, range: TextRange) -> Option<Fix> {
    let right = match (name, count) {
        ("length" | "size", 0) => "len",
        ("toUpperCase", 0) => "to_upper",
        ("toLowerCase", 0) => "to_lower",
        ("toString", 0) => "to_string",
        ("indexOf", 1) => "index_of",
        ("includes", 1) => "contains",
        ("forEach", 1) => "for_each",
        ("startsWith", 1) => "starts_with",
        ("endsWith", 1) => "ends_with",
        ("every", 1) => "all",
        ("parseInt", 1) => "parse_int",
        ("parseFloat", 1) => "parse_float",
        ("println", 1) => "print",
        ("typeof", 1) => "type_of",
        _ => return None,
    };
    Some(Fix::replace(format!("Write `{right}`"), range, right))
}

fn module(view: &View<'_>, it: &Occurrence) -> Option<Diagnostic> {
    let NodeKind::Variable { modules, .. } = view.kind(it.node) else { return None };
    let name = modules.first()?;
    let message = format!("there is no module `{}`", name.text);
    let said = finding(&table::UNKNOWN_MODULE, message, it.range);
    let habit = habits::instead_of_variable(&name.text);
    let names = api::FUNCTIONS.iter().filter_map(|it| it.module);
    Some(meant(said, nearest(&name.text, names), habit))
}

/// A variable that is called as if it were a function.
fn closure_call(view: &View<'_>, it: &Occurrence) -> Option<Diagnostic> {
    let Target::Symbol(symbol) = &it.target else { return None };
    let symbol = view.analysis.symbol(*symbol);
    let parent = view.analysis.tree().node(it.node).parent?;
    let is_called =
        matches!(view.kind(parent), NodeKind::Call { callee, .. } if *callee == it.node);
    if symbol.is_function() || symbol.kind == SymbolKind::Module || !is_called {
        return None;
    }
    let message = format!("`{}` is a variable and no function", symbol.name);
    let said = finding(&table::UNKNOWN_FUNCTION, message, it.range);
    let right = format!("{}.call", symbol.name);
    let fix = Fix::replace(format!("Write `{right}(...)`"), it.range, right.clone());
    Some(said.with_help(format!("a closure is called with `{right}(...)`")).with_fix(fix))
}

//! Calls with too many or too few values.

use super::view::View;
use super::{finding, table};
use crate::domain::Diagnostic;
use crate::language::analysis::{Kind, Occurrence, Target};
use crate::language::api::{self, ApiFunction};
use crate::language::library::{self, LibraryFunction, Style};
use crate::language::syntax::NodeKind;

/// Functions that take any number of values, which no table says.
const ANY_NUMBER: &[&str] = &["call", "curry", "Fn", "print", "debug", "is_shared"];

pub(super) fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    for it in view.reads() {
        match &it.target {
            Target::UnknownFunction(count) if !view.is_in_broken(view.text(it.range)) => {
                found.extend(own_function(view, it, *count));
            }
            Target::Host { module, name } => found.extend(host(view, it, *module, name)),
            Target::Library(name) => found.extend(of_library(view, it, name)),
            _ => {}
        }
    }
}

fn own_function(view: &View<'_>, it: &Occurrence, count: usize) -> Option<Diagnostic> {
    let name = match view.kind(it.node) {
        NodeKind::Variable { modules, name: Some(name) } if modules.is_empty() => name,
        _ => return None,
    };
    let named = view.analysis.symbols().map(|(_, it)| it);
    let named: Vec<_> = named.filter(|it| it.is_function() && it.name == name.text).collect();
    let first = named.first()?;
    let wanted: Vec<usize> =
        named.iter().map(|it| view.analysis.parameters(it.node).len()).collect();
    let message = format!("`{}` takes {}, {}", name.text, values(&wanted), given(count));
    let said = finding(&table::WRONG_ARGUMENTS, message, it.range);
    Some(said.with_help(format!("it is `{}`", view.analysis.signature_of(first))))
}

/// How many values are given where the name is called.
fn count_at(view: &View<'_>, it: &Occurrence) -> Option<usize> {
    let parent = view.analysis.tree().node(it.node).parent?;
    match view.kind(parent) {
        NodeKind::Call { callee, arguments } if *callee == it.node && arguments.is_closed => {
            Some(arguments.items.len())
        }
        _ => None,
    }
}

fn host(view: &View<'_>, it: &Occurrence, module: Option<&str>, name: &str) -> Option<Diagnostic> {
    let count = count_at(view, it)?;
    let rows: Vec<&ApiFunction> = api::lookup(module, name).collect();
    let first = *rows.first()?;
    // A library function of the same name may take other values.
    let is_library = module.is_none()
        && library::named(name).any(|it| !it.is_property && it.parameters.len() == count);
    let fits =
        |row: &&ApiFunction| (row.fewest_arguments()..=row.most_arguments()).contains(&count);
    if is_library || rows.iter().any(fits) {
        return None;
    }
    let mut wanted: Vec<usize> =
        rows.iter().flat_map(|it| it.fewest_arguments()..=it.most_arguments()).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let message = format!("`{}` takes {}, {}", first.path(), values(&wanted), given(count));
    let said = finding(&table::WRONG_ARGUMENTS, message, it.range);
    Some(said.with_help(format!("it is `{}`", first.signature())))
}

fn of_library(view: &View<'_>, it: &Occurrence, name: &str) -> Option<Diagnostic> {
    if ANY_NUMBER.contains(&name) || api::lookup(None, name).next().is_some() {
        return None;
    }
    let (count, forms, style): (usize, Vec<&LibraryFunction>, Style) = match view.kind(it.node) {
        NodeKind::MethodCall { object, arguments, .. } if arguments.is_closed => {
            let kind = view.certain(*object)?;
            if !matches!(kind, Kind::Text | Kind::Array(_) | Kind::Int | Kind::Float | Kind::Char) {
                return None;
            }
            let forms = library::forms(name, Some(&kind.to_string()));
            (arguments.items.len() + 1, forms, Style::Method)
        }
        _ => (count_at(view, it)?, library::named(name).collect(), Style::Call),
    };
    let forms: Vec<_> = forms.into_iter().filter(|it| !it.is_property).collect();
    let first = *forms.first()?;
    if forms.iter().any(|it| it.parameters.len() == count) {
        return None;
    }
    let receiver = usize::from(style == Style::Method);
    let mut wanted: Vec<usize> =
        forms.iter().map(|it| it.parameters.len().saturating_sub(receiver)).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let message = format!("`{name}` takes {}, {}", values(&wanted), given(count - receiver));
    let said = finding(&table::WRONG_ARGUMENTS, message, it.range);
    Some(said.with_help(format!("it is `{}`", first.signature(style))))
}

/// `1 value`, `1 or 2 values`, `1 to 9 values`
fn values(wanted: &[usize]) -> String {
    let (Some(first), Some(last)) = (wanted.iter().min(), wanted.iter().max()) else {
        return "no value".to_owned();
    };
    match (first, last) {
        (0, 0) => "no value".to_owned(),
        (1, 1) => "1 value".to_owned(),
        (first, last) if first == last => format!("{first} values"),
        (first, last) if last - first == 1 => format!("{first} or {last} values"),
        (first, last) => format!("{first} to {last} values"),
    }
}

fn given(count: usize) -> String {
    match count {
        0 => "none is given".to_owned(),
        1 => "1 is given".to_owned(),
        count => format!("{count} are given"),
    }
}

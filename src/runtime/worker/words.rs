//! What the engine says of a script that went wrong, in plain words and with advice.

use super::failure::too_many_calls;
use super::functions::api_type_name;
use crate::domain::{Failure, FailureKind};
use crate::language::api::{FUNCTIONS, lookup};
use crate::language::habits;
use crate::language::nearest::nearest;
use rhai::{AST, Engine, EvalAltResult, ParseErrorType};
use std::collections::BTreeSet;

const USE_SAFE_ACCESS: &str =
    "a missing property is `()`; read on with `?.`, or give it a value with `??`";

/// What there is that a script may have meant.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) engine: &'a Engine,
    pub(super) ast: &'a AST,
}

/// A sentence, and what to do.
struct Said(String, Option<String>);

impl Said {
    fn so(message: impl Into<String>) -> Self {
        Self(message.into(), None)
    }

    fn help(self, help: impl Into<String>) -> Self {
        Self(self.0, Some(help.into()))
    }

    fn or_help(self, help: Option<&str>) -> Self {
        Self(self.0, self.1.or(help.map(str::to_owned)))
    }
}

/// The failure that an error of the engine is.
pub(super) fn explain(error: &EvalAltResult, known: Known) -> Failure {
    if matches!(error, EvalAltResult::ErrorStackOverflow(_)) {
        return too_many_calls();
    }
    let Said(message, help) = said(error, known);
    Failure { help, ..Failure::new(FailureKind::Script, message) }
}

fn said(error: &EvalAltResult, known: Known) -> Said {
    match error {
        EvalAltResult::ErrorFunctionNotFound(signature, _) => function(signature, known),
        EvalAltResult::ErrorVariableNotFound(name, _) => variable(name, known),
        EvalAltResult::ErrorDotExpr(message, _) => property(message),
        EvalAltResult::ErrorIndexingType(kind, _) => indexed(kind),
        EvalAltResult::ErrorMismatchDataType(wanted, found, _)
        | EvalAltResult::ErrorMismatchOutputType(wanted, found, _) => {
            mismatch(&with_article(wanted), &with_article(found))
        }
        EvalAltResult::ErrorParsing(ParseErrorType::MismatchedType(wanted, found), _) => {
            mismatch(wanted, found)
        }
        EvalAltResult::ErrorArrayBounds(length, index, _) => {
            out_of_bounds("array", *length, *index)
        }
        EvalAltResult::ErrorStringBounds(length, index, _) => {
            out_of_bounds("string", *length, *index)
        }
        EvalAltResult::ErrorModuleNotFound(name, _) => module(name),
        EvalAltResult::ErrorFor(_) => Said::so("`for` cannot go over this")
            .help("it goes over arrays, ranges and strings' `chars()`; of a map, over `m.keys()`"),
        EvalAltResult::ErrorAssignmentToConstant(name, _) => {
            Said::so(format!("`{name}` is a constant and cannot be changed"))
        }
        EvalAltResult::ErrorNonPureMethodCallOnConstant(name, _) => {
            Said::so(format!("`{name}` would change a constant"))
        }
        EvalAltResult::ErrorDataRace(name, _) => Said::so(format!(
            "`{name}` is captured by a closure and used while it is being changed"
        )),
        EvalAltResult::ErrorUnboundThis(_) => {
            Said::so("`this` stands for nothing here").help("it exists in methods: `x.method()`")
        }
        other => Said::so(without_place(&other.to_string())),
    }
}

fn without_place(message: &str) -> String {
    let end = message.rfind(" (line ").unwrap_or(message.len());
    let mut characters = message[..end].chars();
    let first = characters.next().map(|it| it.to_lowercase().to_string()).unwrap_or_default();
    first + characters.as_str()
}

/// `name (type, type)` as the engine writes it.
fn function(signature: &str, known: Known) -> Said {
    let (name, arguments) = match signature.split_once(" (") {
        Some((name, rest)) => (name, rest.strip_suffix(')').unwrap_or(rest)),
        None => (signature, ""),
    };
    let arguments: Vec<&str> =
        arguments.split(", ").filter(|it| !it.is_empty()).map(type_name).collect();
    let has_nothing = arguments.contains(&"()");
    if !name.starts_with(|first: char| first.is_alphabetic() || first == '_') {
        return operator(name, &arguments);
    }
    if let Some(said) = other_arity(name, arguments.len(), known) {
        return said;
    }
    let names = all_names(known);
    let given = arguments.join(", ");
    if names.contains(name) {
        let said = Said::so(format!("`{name}` does not take ({given})"));
        return said.or_help(has_nothing.then_some(USE_SAFE_ACCESS));
    }
    let said = match arguments.as_slice() {
        [] => Said::so(format!("there is no function `{name}`")),
        _ => Said::so(format!("there is no function `{name}` for ({given})")),
    };
    let near = nearest(name, names.iter().map(String::as_str));
    said.or_help(habits::instead_of_function(name))
        .or_help(near.map(|near| format!("did you mean `{near}`?")).as_deref())
        .or_help(has_nothing.then_some(USE_SAFE_ACCESS))
        .or_help(Some(&format!("a closure in a variable is called with `{name}.call(...)`")))
}

fn operator(name: &str, arguments: &[&str]) -> Said {
    let said = match arguments {
        [one] => Said::so(format!("`{name}` does not work on {}", with_article(one))),
        [left, right] => Said::so(format!(
            "`{name}` does not work between {} and {}",
            with_article(left),
            with_article(right)
        )),
        _ => Said::so(format!("`{name}` does not work here")),
    };
    if arguments.contains(&"()") {
        return said.help(USE_SAFE_ACCESS);
    }
    if name == "!" {
        return said.help("only `true` and `false` are true or false: compare, as in `x == 0`");
    }
    if arguments.contains(&"string") {
        return said.help("turn one into the other's type: `x.to_string()`, `parse_int(text)`");
    }
    said
}

/// A function of that name that takes another number of values.
fn other_arity(name: &str, given: usize, known: Known) -> Option<Said> {
    let takes: BTreeSet<usize> =
        known.ast.iter_functions().filter(|it| it.name == name).map(|it| it.params.len()).collect();
    if !takes.is_empty() && !takes.contains(&given) {
        let takes: Vec<_> = takes.iter().map(usize::to_string).collect();
        let message = format!(
            "`{name}` takes {} value{}, this call gives {given}",
            takes.join(" or "),
            if takes == ["1"] { "" } else { "s" }
        );
        return Some(Said::so(message));
    }
    let (module, bare) = match name.rsplit_once("::") {
        Some((module, bare)) => (Some(module), bare),
        None => (None, name),
    };
    let rows: Vec<_> = lookup(module, bare).collect();
    if rows.is_empty() {
        let module = module.filter(|it| FUNCTIONS.iter().any(|row| row.module == Some(it)))?;
        let here: Vec<_> =
            FUNCTIONS.iter().filter(|row| row.module == Some(module)).map(|row| row.name).collect();
        let said = Said::so(format!("`{module}` has no function `{bare}`"));
        return Some(match nearest(bare, here.iter().copied()) {
            Some(near) => said.help(format!("did you mean `{module}::{near}`?")),
            None => said.help(format!("it has {}", here.join(", "))),
        });
    }
    let forms: Vec<_> = rows.iter().map(|row| format!("`{}`", row.signature())).collect();
    let values = if given == 1 { "value" } else { "values" };
    let message = format!("`{name}` cannot be called with {given} {values}");
    Some(Said::so(message).help(format!("it is {}", forms.join(" or "))))
}

fn all_names(known: Known) -> BTreeSet<String> {
    let library =
        known.engine.collect_fn_metadata(None, |it| Some(it.metadata.name.to_string()), true);
    let own = known.ast.iter_functions().map(|it| it.name.to_owned());
    library
        .into_iter()
        .chain(own)
        .filter(|it| it.starts_with(|first: char| first.is_alphabetic()) && !it.contains('$'))
        .collect()
}

fn variable(name: &str, known: Known) -> Said {
    let bare = name.trim_start_matches("global::");
    let said = Said::so(format!("there is no variable `{name}`"));
    let globals: Vec<_> = known
        .ast
        .iter_literal_variables(true, true)
        .map(|(name, is_constant, _)| (name, is_constant))
        .collect();
    if let Some((_, is_constant)) = globals.iter().find(|(global, _)| *global == bare) {
        return if *is_constant {
            said.help(format!("a constant of the file is read as `global::{bare}`"))
        } else {
            said.help(format!("functions see no variables outside; make `{bare}` a `const` and read `global::{bare}`"))
        };
    }
    if known.ast.statements().iter().any(|it| declares(it, bare)) {
        return said.help(format!("a constant of the file is read as `global::{bare}`"));
    }
    if bare == "input" {
        return said.help("only `fn lambda` gets the input; pass it on as a value of the call");
    }
    let parameters: BTreeSet<&str> = known.ast.iter_functions().flat_map(|it| it.params).collect();
    let near = nearest(bare, parameters);
    said.or_help(habits::instead_of_variable(bare))
        .or_help(near.map(|near| format!("did you mean `{near}`?")).as_deref())
        .or_help(Some("functions see their parameters and their own variables, nothing outside"))
}

/// Whether a statement of the file declares `name`.
fn declares(statement: &rhai::Stmt, name: &str) -> bool {
    matches!(statement, rhai::Stmt::Var(variable, ..) if variable.0.name.as_str() == name)
}

/// `Unknown property 'x' - a getter is not registered for type 'T'` and its likes.
fn property(message: &str) -> Said {
    let quoted: Vec<&str> = message.split('\'').skip(1).step_by(2).collect();
    let [name, kind, ..] = quoted.as_slice() else { return Said::so(without_place(message)) };
    let kind = type_name(kind);
    if kind == "()" {
        return Said::so(format!("`.{name}` is read of `()`, which has no properties"))
            .help(USE_SAFE_ACCESS);
    }
    Said::so(format!("{} has no property `{name}`", with_article(kind)))
        .or_help(habits::instead_of_property(name))
        .or_help(Some("maps have properties; everything else has methods, written with `()`"))
}

fn indexed(kind: &str) -> Said {
    let kind = kind.split(" [").next().unwrap_or(kind);
    let said = Said::so(format!("{} cannot be indexed", with_article(type_name(kind))));
    said.or_help(
        (kind == "()").then_some(
            "a missing property is `()`; read on with `?[`, or give it a value with `??`",
        ),
    )
}

fn mismatch(wanted: &str, found: &str) -> Said {
    let said = Said::so(format!("{wanted} is expected, this is {found}"));
    if wanted.contains("bool") {
        return said.help(
            "only `true` and `false` are true or false: compare, as in `x != 0` or `x != ()`",
        );
    }
    if wanted.contains("iterable") {
        return said.help("`for` goes over arrays and ranges; of a map, over `m.keys()`");
    }
    said
}

fn out_of_bounds(what: &str, length: usize, index: i64) -> Said {
    match length {
        0 => Said::so(format!("index {index} is out of bounds: the {what} is empty")),
        1 => {
            Said::so(format!("index {index} is out of bounds: the {what} has one element, index 0"))
        }
        _ => Said::so(format!(
            "index {index} is out of bounds: the {what} has {length} elements, indices 0 to {}",
            length - 1
        )),
    }
}

fn module(name: &str) -> Said {
    let modules: BTreeSet<&str> = FUNCTIONS.iter().filter_map(|row| row.module).collect();
    let listed = modules.iter().copied().collect::<Vec<_>>().join(", ");
    Said::so(format!("there is no module `{name}` to import or to call"))
        .or_help(nearest(name, modules).map(|near| format!("did you mean `{near}`?")).as_deref())
        .or_help(Some(&format!("a lambda is one file; the modules are {listed}")))
}

/// The engine's name of a type in a script's words.
fn type_name(name: &str) -> &str {
    match name {
        "i64" => "int",
        "f64" => "float",
        "&str | ImmutableString | String" | "ImmutableString" => "string",
        "Fn" => "function",
        other => api_type_name(other).unwrap_or(other),
    }
}

/// A type's name with its article.
pub(super) fn with_article(kind: &str) -> String {
    match type_name(kind) {
        "()" => "`()`".to_owned(),
        kind if kind.starts_with(['a', 'e', 'i', 'o', 'u']) => format!("an {kind}"),
        kind => format!("a {kind}"),
    }
}

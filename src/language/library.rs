//! Rhai's own functions: what the standard library offers for a kind of value.
//!
//! Owns an index of the engine's metadata, made once a process. Operators and what `disable_symbol` takes away are left
//! out. Must not know the host functions, which have a table of their own.

use super::engine;
use super::quick_hash::QuickMap;
use rhai::FnAccess;
use std::sync::LazyLock;

/// Receivers that any value can be.
const ANY: &str = "any";

/// One function of the library; several of one name differ in their parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibraryFunction {
    /// Its name; of a property without `get$`.
    pub name: String,
    /// Whether it is read as a property: `text.len`.
    pub is_property: bool,
    /// Names and types of its parameters, the receiver first; types in the words of the user.
    pub parameters: Vec<(String, String)>,
    /// The type of its result, in the words of the user.
    pub returns: String,
    /// What it does, in Markdown, with an example; may be empty.
    pub doc: String,
}

impl LibraryFunction {
    /// The type of the value that it is a method of.
    pub fn receiver(&self) -> Option<&str> {
        self.parameters.first().map(|(_, kind)| kind.as_str())
    }

    /// The call as documentation shows it; as a method without its receiver.
    pub fn signature(&self, style: Style) -> String {
        let skipped = usize::from(style == Style::Method);
        let parameters: Vec<String> = self.parameters.iter().skip(skipped).map(shown).collect();
        let call = match (self.is_property, style) {
            (true, _) => self.name.clone(),
            _ => format!("{}({})", self.name, parameters.join(", ")),
        };
        format!("{call} -> {}", self.returns)
    }

    /// The first sentence of its doc.
    pub fn summary(&self) -> &str {
        self.doc.split("\n\n").next().unwrap_or_default().trim()
    }
}

fn shown((name, kind): &(String, String)) -> String {
    if name.is_empty() { kind.clone() } else { format!("{name}: {kind}") }
}

/// How a function is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `f(x, y)`
    Call,
    /// `x.f(y)`
    Method,
}

/// The functions of this name.
pub fn named(name: &str) -> impl Iterator<Item = &'static LibraryFunction> {
    LIBRARY.by_name.get(name).into_iter().flatten().map(|index| &LIBRARY.functions[*index])
}

/// The forms of a function that a receiver of this kind has; all where nothing is known of it, or it has none.
pub fn forms(name: &str, receiver: Option<&str>) -> Vec<&'static LibraryFunction> {
    let fits = |it: &&LibraryFunction| match (receiver, it.receiver()) {
        (Some(kind), Some(own)) => {
            own == ANY
                || kind == own
                || kind.strip_prefix(own).is_some_and(|it| it.starts_with(" of"))
        }
        _ => true,
    };
    let fitting: Vec<_> = named(name).filter(fits).collect();
    if fitting.is_empty() { named(name).collect() } else { fitting }
}

/// All functions, ordered by name.
pub fn functions() -> &'static [LibraryFunction] {
    &LIBRARY.functions
}

/// The functions and properties of a value of type `kind` (`string`, `array`, ...), those of any value last.
pub fn methods(kind: &str) -> impl Iterator<Item = &'static LibraryFunction> {
    let own = functions().iter().filter(move |it| it.receiver() == Some(kind));
    own.chain(functions().iter().filter(|it| it.receiver() == Some(ANY)))
}

struct Library {
    functions: Vec<LibraryFunction>,
    by_name: QuickMap<String, Vec<usize>>,
}

static LIBRARY: LazyLock<Library> = LazyLock::new(|| {
    let functions = read();
    let mut by_name: QuickMap<String, Vec<usize>> = QuickMap::default();
    for (index, function) in functions.iter().enumerate() {
        by_name.entry(function.name.clone()).or_default().push(index);
    }
    Library { functions, by_name }
});

/// What the evaluator itself offers and no package lists: signature and doc.
const BUILT_IN: &[(&str, &str)] = &[
    (
        "type_of(value: any) -> string",
        "The name of the value's type: `\"string\"`, `\"i64\"`, `\"map\"`.",
    ),
    ("Fn(name: string) -> function", "A pointer to the function of this name."),
    (
        "call(function: function, arguments: any) -> any",
        "Calls a closure or a pointer to a function.",
    ),
    (
        "curry(function: function, arguments: any) -> function",
        "The same function with its first arguments given.",
    ),
    (
        "is_def_fn(name: string, count: int) -> bool",
        "Whether the lambda has a function of this name with so many parameters.",
    ),
    ("is_def_var(name: string) -> bool", "Whether a variable of this name is in scope."),
];

/// A row of [`BUILT_IN`].
fn built_in((signature, doc): &(&str, &str)) -> Option<LibraryFunction> {
    let (call, returns) = signature.split_once(" -> ")?;
    let (name, parameters) = call.trim_end_matches(')').split_once('(')?;
    Some(LibraryFunction {
        name: name.to_owned(),
        is_property: false,
        parameters: parameters.split(", ").map(own_parameter).collect(),
        returns: returns.to_owned(),
        doc: (*doc).to_owned(),
    })
}

fn own_parameter(text: &str) -> (String, String) {
    let (name, kind) = text.split_once(": ").unwrap_or((text, ANY));
    (name.to_owned(), kind.to_owned())
}

fn read() -> Vec<LibraryFunction> {
    let engine = engine::with_standard_library();
    let own = |info: rhai::FuncInfo| {
        let meta = info.metadata;
        let (name, is_property) = match meta.name.strip_prefix("get$") {
            Some(property) => (property, true),
            None => (meta.name.as_str(), false),
        };
        let is_name = name.starts_with(|first: char| first.is_alphabetic());
        let is_ours = meta.access == FnAccess::Public && is_name && !name.contains('$');
        is_ours.then(|| LibraryFunction {
            name: name.to_owned(),
            is_property,
            parameters: meta.params_info.iter().map(|it| parameter(it)).collect(),
            returns: word(&meta.return_type).to_owned(),
            doc: doc(meta.comments.iter().map(|it| &**it)),
        })
    };
    let mut all = engine.collect_fn_metadata(None, own, true);
    all.extend(BUILT_IN.iter().filter_map(built_in));
    // Of forms for strings and characters the former are meant more often.
    let order = |kind: &str| if kind == "char" { "text".to_owned() } else { kind.to_owned() };
    let types = |it: &LibraryFunction| {
        it.parameters.iter().map(|(_, kind)| order(kind)).collect::<Vec<_>>()
    };
    let key = |it: &LibraryFunction| (it.name.clone(), it.is_property, types(it));
    // Of functions that differ in Rust's types only, the documented one stands first.
    all.sort_by_key(|it| (key(it), it.doc.is_empty(), it.doc.clone()));
    all.dedup_by_key(|it| key(it));
    all
}

/// `array: &mut Array` as its name and its type in the words of the user.
fn parameter(info: &str) -> (String, String) {
    match info.split_once(':') {
        Some((name, kind)) => {
            (name.trim().replace('_', " ").trim().replace(' ', "_"), word(kind).to_owned())
        }
        None => (String::new(), word(info).to_owned()),
    }
}

/// A type of Rust in the words of the user.
fn word(kind: &str) -> &'static str {
    let kind = kind.trim();
    let kind =
        kind.strip_prefix("RhaiResultOf<").map_or(kind, |inner| inner.trim_end_matches(['>', ' ']));
    match kind.trim_start_matches('&').trim_start_matches("mut ") {
        "ImmutableString" | "str" | "String" | "SmartString" => "string",
        "INT" | "i64" => "int",
        "FLOAT" | "f32" | "f64" => "float",
        "bool" => "bool",
        "char" => "char",
        "Array" => "array",
        "Map" => "map",
        "Blob" => "blob",
        "FnPtr" => "function",
        "Instant" => "timestamp",
        "ExclusiveRange" | "InclusiveRange" => "range",
        "()" => "()",
        _ => ANY,
    }
}

/// Documentation comments as text.
fn doc<'a>(comments: impl Iterator<Item = &'a str>) -> String {
    let lines = comments.flat_map(str::lines).map(|line| {
        let line = line.trim_start().strip_prefix("///").unwrap_or(line);
        line.strip_prefix(' ').unwrap_or(line)
    });
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_and_arrays_have_their_methods() {
        let of = |kind: &'static str| methods(kind).map(|it| it.name.as_str()).collect::<Vec<_>>();
        for name in ["len", "to_upper", "split", "contains", "trim", "type_of"] {
            assert!(of("string").contains(&name), "{name}");
        }
        for name in ["push", "filter", "len", "sort"] {
            assert!(of("array").contains(&name), "{name}");
        }
        assert!(!of("string").contains(&"push"));
    }

    #[test]
    fn nothing_stands_twice_and_no_operator_at_all() {
        let mut seen = std::collections::HashSet::new();
        for it in functions() {
            let kinds: Vec<_> = it.parameters.iter().map(|(_, kind)| kind).collect();
            assert!(seen.insert((&it.name, it.is_property, kinds)), "{it:?}");
            assert!(it.name.starts_with(char::is_alphabetic), "{it:?}");
        }
        assert!(seen.len() > 250, "{}", seen.len());
    }

    #[test]
    fn signatures_are_in_the_words_of_the_user() {
        let split =
            named("split").find(|it| it.parameters.len() == 2 && it.parameters[1].1 == "string");
        let split = split.unwrap();
        assert_eq!(split.signature(Style::Method), "split(delimiter: string) -> array");
        assert_eq!(
            split.signature(Style::Call),
            "split(string: string, delimiter: string) -> array"
        );
        assert!(split.summary().starts_with("Split the string"), "{}", split.summary());
        let is_known = |kind: &str| kind.chars().all(|it| it.is_lowercase() || "()".contains(it));
        for it in functions() {
            assert!(
                is_known(&it.returns) && it.parameters.iter().all(|(_, kind)| is_known(kind)),
                "{it:?}"
            );
        }
    }
}

//! Hover, signatures, outline and navigation on small sources.

use super::analysis::tests::{context, marked};
use super::analysis::{Analysis, SymbolKind};
use super::hover::Hover;
use crate::domain::{Place, TextRange};

fn asked(source: &str) -> (Analysis, Place) {
    let (source, place) = marked(source);
    (Analysis::of(source, context()), place)
}

fn hover(source: &str) -> Hover {
    let (analysis, place) = asked(source);
    analysis.hover(place).unwrap_or_else(|| panic!("nothing is known at {place} of {source}"))
}

#[test]
fn hover_tells_what_is_known_of_a_name() {
    let field = hover("fn lambda(input) { input.payload.general.st§ate }");
    assert_eq!(field.title, "payload.general.state");
    assert_eq!((field.kind.as_str(), field.sample.as_deref()), ("string", Some("\"OPEN\"")));
    assert_eq!(field.allowed, ["\"OPEN\"", "\"CLOSE\""]);
    assert_eq!(field.range, Some(TextRange::new(Place::new(1, 42), Place::new(1, 47))));

    let variable = hover("fn lambda(input) { let s = input.payload.general.convId; s§ }");
    assert_eq!(variable.title, "variable s: payload.general.convId");
    assert_eq!(variable.doc, "Id of the conversation");

    let constant =
        hover("const WORDS = [\"refund\", \"cancel\"]; fn lambda(input) { global::WO§RDS }");
    assert_eq!(constant.title, "constant WORDS");
    assert_eq!(constant.doc, "```rhai\nconst WORDS = [\"refund\", \"cancel\"]\n```");
    let long = hover(&format!("const LO§NG = [\n{}];", "    1,\n".repeat(20)));
    assert!(long.doc.ends_with("    1,\n...\n```"), "{long:?}");

    let function = hover("/// Adds.\nfn add(a, b) { a + b }\nfn lambda(input) { ad§d(1, 2) }");
    assert_eq!(
        (function.title.as_str(), function.doc.as_str()),
        ("fn add(a: int, b: int) -> int", "Adds.")
    );

    let host = hover("fn lambda(input) { log::in§fo(1) }");
    assert!(host.title.starts_with("log::info(message: any"), "{host:?}");
    assert!(host.doc.contains("```rhai\nlog::info("), "{host:?}");

    let library = hover("fn lambda(input) { \"a\".spl§it(\",\") }");
    assert!(library.title.contains("split(delimiter: string) -> array"), "{library:?}");
    assert!(hover("fn f() { lo§g::info(1) }").doc.contains("log::warn("));

    for nothing in ["fn f() { no§pe }", "fn f() { 1 +§ 2 }", "// log§", "fn f() { \"inp§ut\" }"]
    {
        let (analysis, place) = asked(nothing);
        assert_eq!(analysis.hover(place), None, "{nothing}");
    }
}

/// The active form, with the active parameter in brackets.
fn signature(source: &str) -> Option<String> {
    let (analysis, place) = asked(source);
    let help = analysis.signature_help(place)?;
    let signature = &help.signatures[help.active];
    let Some(range) = signature.parameters.get(help.parameter) else {
        return Some(signature.label.clone());
    };
    let chars: Vec<char> = signature.label.chars().collect();
    let part = |range: std::ops::Range<usize>| chars[range].iter().collect::<String>();
    Some(format!(
        "{}[{}]{}",
        part(0..range.start),
        part(range.clone()),
        part(range.end..chars.len())
    ))
}

#[test]
fn signatures_follow_the_value_that_is_typed() {
    for (source, expected) in [
        ("env::get(§", "env::get([name: string], default?: any) -> string or default"),
        ("env::get(\"A\", §)", "env::get(name: string, [default?: any]) -> string or default"),
        ("env::get(§)", "env::get([name: string], default?: any) -> string or default"),
        ("random(1, §)", "random(min: int, [max: int]) -> int"),
        ("fn add(a, b) { a + b } add(add(1, 2), §", "add(a, [b]) -> int"),
        ("fn add(a, b) { a + b } add(#{ x: 1, y: 2 }, [1, §", "add(a, [b]) -> any"),
        (
            "\"a\".replace(\"x\", §)",
            "replace(find_string: string, [substitute_string: string]) -> ()",
        ),
        ("log::info(\"a, b\", f(1, 2), §)", "log::info(message: any, extras...: any) -> ()"),
    ] {
        assert_eq!(signature(source).as_deref(), Some(expected), "{source}");
    }
    for nothing in [
        "foo§(1)",
        "(1 + §)",
        "fn f(a, §) { }",
        "log::info(1)§",
        "f(|x| { § })",
        "f(1); §",
        "nope(§",
    ] {
        assert_eq!(signature(nothing), None, "{nothing}");
    }
}

const SOURCE: &str = "\
const WORDS = [\"a\"];

// Counts.
// In lines.
fn lambda(input) {
    for word in global::WORDS {
        if word == input.payload.general.convId {
            helper(
                word,
                #{
                    a: 1,
                },
            );
        }
    }
}

fn helper(word, map) {
    let other = word;
    other + map.a
}
";

#[test]
fn the_outline_lists_functions_and_constants() {
    let analysis = Analysis::of(SOURCE, context());
    let told: Vec<String> = analysis
        .outline()
        .iter()
        .map(|it| {
            format!("{} {} {}-{}", it.name, it.detail, it.range.start.line, it.range.end.line)
        })
        .collect();
    assert_eq!(
        told,
        ["WORDS : array of string 1-1", "lambda (input) 5-16", "helper (word, map) 18-21"]
    );
    assert_eq!(analysis.outline()[1].kind, SymbolKind::Function(1));
}

#[test]
fn folds_breadcrumbs_and_the_sticky_line_follow_the_blocks() {
    let analysis = Analysis::of(SOURCE, context());
    let folds: Vec<(u32, u32)> = analysis.folds().iter().map(|it| (it.first, it.last)).collect();
    assert_eq!(folds, [(3, 4), (5, 16), (6, 15), (7, 14), (8, 13), (10, 12), (18, 21)]);
    let crumbs: Vec<String> =
        analysis.breadcrumb(Place::new(11, 22)).into_iter().map(|it| it.label).collect();
    assert_eq!(
        crumbs,
        ["lambda(input)", "for word in global::WORDS", "if word == input.payload.general.convId"]
    );
    assert_eq!(analysis.breadcrumb(Place::new(2, 1)), []);
    assert_eq!(analysis.sticky_line(9), Some(5));
    assert_eq!(analysis.sticky_line(5), None);
    assert_eq!(analysis.sticky_line(17), None);
}

#[test]
fn brackets_belong_together_by_their_tokens() {
    let analysis = Analysis::of("f(\")\", [1, `${ {2} }`]) // )", context());
    let at = |column| {
        let (one, other) = analysis.matching_brackets(Place::new(1, column))?;
        Some((one.start.column, other.start.column))
    };
    assert_eq!(at(2), Some((2, 23)));
    assert_eq!(at(24), Some((23, 2)), "just behind it");
    assert_eq!(at(8), Some((8, 22)));
    assert_eq!(at(16), Some((16, 18)));
    assert_eq!(at(4), None, "in a string");
    assert_eq!(at(29), None, "in a comment");
}

#[test]
fn definitions_and_references_are_found() {
    let analysis = Analysis::of(SOURCE, context());
    let place = Place::new(19, 17);
    assert_eq!(analysis.definition(place).unwrap().start, Place::new(18, 11));
    let of = |place| {
        let found = analysis.references(place);
        found.iter().map(|(range, _)| (range.start.line, range.start.column)).collect::<Vec<_>>()
    };
    assert_eq!(of(place), [(18, 11), (19, 17)]);
    assert_eq!(of(Place::new(8, 14)), [(8, 13), (18, 4)]);
    assert_eq!(of(Place::new(1, 8)), [(1, 7), (6, 25)]);
    assert_eq!(analysis.definition(Place::new(7, 45)), None, "a field is defined by its schema");
    assert_eq!(of(Place::new(7, 45)), [(7, 42)]);
}

fn renamed(source: &str, to: &str) -> Result<String, String> {
    let (analysis, place) = asked(source);
    let edits = analysis.rename(place, to).map_err(|it| it.to_string())?;
    let mut chars: Vec<char> = analysis.source().chars().collect();
    for edit in edits.iter().rev() {
        assert_eq!(edit.range.start.line, 1, "these sources have one line");
        let from = edit.range.start.column as usize - 1..edit.range.end.column as usize - 1;
        drop(chars.splice(from, edit.text.chars()));
    }
    Ok(chars.into_iter().collect())
}

#[test]
fn a_rename_changes_every_use_and_nothing_else() {
    for (source, to, expected) in [
        ("fn f(a§) { let a = a; a }", "b", "fn f(b) { let a = b; a }"),
        ("let x§ = 1; { let x = 2; x } x += 1;", "y", "let y = 1; { let x = 2; x } y += 1;"),
        (
            "fn help(a) { a } fn f(x) { he§lp(1); x.help(2) }",
            "aid",
            "fn aid(a) { a } fn f(x) { aid(1); x.aid(2) }",
        ),
        ("const A§ = 1; fn f() { global::A }", "B", "const B = 1; fn f() { global::B }"),
        ("fn f(x) { let c = |y§| x + y; c }", "z", "fn f(x) { let c = |z| x + z; c }"),
        ("fn f(x§) { `${x}` }", "y", "fn f(y) { `${y}` }"),
        ("fn f(a) { a } fn f(a, b) { f§(a) }", "g", "fn g(a) { a } fn f(a, b) { g(a) }"),
    ] {
        assert_eq!(renamed(source, to).as_deref(), Ok(expected), "{source}");
    }
}

#[test]
fn a_rename_that_would_change_the_meaning_is_refused() {
    for (source, to, says) in [
        ("fn f(a§, b) { a + b }", "b", "there is already a parameter `b`, in line 1"),
        ("fn f(a§) { let c = 1; a }", "c", "already a variable `c`"),
        ("fn f(a) { let c§ = 1; { let d = a; c } }", "a", "already a parameter `a`"),
        ("fn f(a) { a } fn g§(a) { a }", "f", "already a function `f`"),
        ("fn g§(a) { a }", "uuid", "already a function `uuid`"),
        ("fn g§(a) { a }", "split", "already a function `split`"),
        ("fn g(a§) { a }", "let", "`let` is a word of the language"),
        ("fn g(a§) { a }", "a b", "a name has no blanks; write `a_b`"),
        ("fn g(a§) { a }", "", "at least one letter"),
        ("fn lambda§(input) { input }", "other", "a run starts at `fn lambda`"),
        ("log::in§fo(1)", "other", "`log::info` is a host function"),
        ("lo§g::info(1)", "other", "`log` is a module of host functions"),
        ("\"a\".spl§it(1)", "other", "`split` belongs to Rhai"),
        ("fn lambda(input) { input.pay§load }", "other", "member of a map"),
        ("nope§", "other", "nothing defines this name"),
        ("1 + §2", "other", "there is no name here"),
    ] {
        let refused = renamed(source, to).expect_err(source);
        assert!(refused.contains(says), "{source}: {refused}");
    }
}

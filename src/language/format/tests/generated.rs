//! The formatter's promises on sources that nobody wrote.

use crate::language::api;
use crate::language::engine::compiler;
use crate::language::format::{format, lexemes};
use proptest::prelude::*;
use std::path::Path;

/// The sources that somebody wrote: the templates, the examples of the documentation, and all other files of the tests.
fn written() -> Vec<String> {
    let mut sources: Vec<String> = api::FUNCTIONS
        .iter()
        .map(|row| format!("fn lambda(input) {{ {} }}", row.example))
        .collect();
    let mut folders = vec![Path::new("templates").to_owned(), Path::new("tests/corpus").to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rhai") {
                sources.push(std::fs::read_to_string(path).unwrap());
            }
        }
    }
    sources
}

/// Rhai's own idea of the program, without blanks and comments; commas before closing brackets mean nothing, nor do
/// semicolons that end nothing.
fn compact(source: &str) -> String {
    let compact = compiler().compact_script(source).unwrap_or_else(|e| panic!("{e}\n{source}"));
    let compact = compact.replace(",)", ")").replace(",]", "]").replace(",}", "}");
    let mut compact = compact.replace("( )", "()");
    for (several, one) in [(";;", ";"), ("{;", "{")] {
        while compact.contains(several) {
            compact = compact.replace(several, one);
        }
    }
    compact.strip_prefix(';').map(str::to_owned).unwrap_or(compact)
}

fn comments(source: &str) -> Vec<String> {
    let all = lexemes::of(source).expect("it compiles");
    let texts = all.iter().flat_map(|it| it.before.iter().chain(&it.after));
    texts.map(|it| it.text.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

#[track_caller]
fn hold(source: &str) -> Result<(), TestCaseError> {
    let text =
        format(source).map_err(|error| TestCaseError::fail(format!("{error:?}\n{source}")))?;
    prop_assert_eq!(compact(&text), compact(source), "another program:\n{}\n{}", source, text);
    prop_assert_eq!(comments(&text), comments(source), "other comments:\n{}\n{}", source, text);
    let again = format(&text).map_err(|error| TestCaseError::fail(format!("{error:?}\n{text}")))?;
    prop_assert_eq!(&again, &text, "not stable:\n{}", source);
    let lines = text.lines().collect::<Vec<_>>();
    let is_code = !source.contains('`') && !source.contains("/*") && !source.contains("\\\n");
    let has_tail = lines.iter().any(|line| line.ends_with(' '));
    prop_assert!(!is_code || !has_tail, "a line ends with a blank:\n{}", text);
    Ok(())
}

#[test]
fn what_somebody_wrote_stays_the_same_program() {
    // Some are there because they do not compile.
    let good = written().into_iter().filter(|source| compiler().compile(source).is_ok());
    let failed: Vec<_> = good.filter_map(|source| hold(&source).err()).collect();
    assert!(failed.is_empty(), "{failed:#?}");
}

/// What may stand between two words.
fn gap() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        6 => Just(" "),
        2 => Just("\n"),
        1 => Just("\n\n\n"),
        1 => Just("\t"),
        1 => Just(" /* c */ "),
        1 => Just(" // c\n"),
        1 => Just("\n// c\n"),
        1 => Just("\n/* a\n * b */\n"),
    ]
}

/// `source` with other gaps between its words, taken from `gaps` in turn.
fn respaced(source: &str, gaps: &[&str]) -> String {
    let mut text = String::new();
    let mut gaps = gaps.iter().cycle();
    for lexeme in lexemes::of(source).expect("it compiles") {
        let is_documented =
            lexeme.before.iter().any(|it| it.text.starts_with("///") || it.text.starts_with("/**"));
        if is_documented {
            text.push('\n');
        }
        for comment in lexeme.before.iter().chain(&lexeme.after) {
            text.push_str(comment.text);
            text.push('\n');
        }
        text.push_str(lexeme.text);
        text.push_str(gaps.next().copied().unwrap_or(" "));
    }
    text
}

fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "[a-z]{1,12}".prop_filter("a word of the language", |word| {
            compiler().compile(format!("let {word} = 1; {word}")).is_ok()
        }),
        (0..1000_i64).prop_map(|it| it.to_string()),
        Just("1.5".to_owned()),
        Just("\"text\"".to_owned()),
        Just("`a ${b + `c`} d`".to_owned()),
        Just("'x'".to_owned()),
        Just("()".to_owned()),
        Just("true".to_owned()),
        Just("[]".to_owned()),
        Just("#{}".to_owned()),
        Just("|| ()".to_owned()).prop_map(|it| format!("({it})")),
    ];
    leaf.prop_recursive(5, 48, 5, |inner| {
        let many = prop::collection::vec(inner.clone(), 0..5);
        let operator = prop::sample::select(vec![
            "+", "-", "*", "/", "%", "**", "==", "!=", "<", ">=", "??", "in", "&", "^", "<<",
        ]);
        prop_oneof![
            (inner.clone(), operator, inner.clone()).prop_map(|(a, o, b)| format!("{a} {o} {b}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a})..({b})")),
            inner.clone().prop_map(|a| format!("({a})")),
            inner.clone().prop_map(|a| format!("-({a})")),
            inner.clone().prop_map(|a| format!("- f({a})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("(f({a}) && !x || g({b}))")),
            many.clone().prop_map(|all| format!("[{}]", all.join(","))),
            many.clone().prop_map(|all| format!("f({})", all.join(", "))),
            many.clone().prop_map(|all| {
                let fields = all.iter().enumerate().map(|(at, it)| format!("k{at}: {it}"));
                format!("#{{{}}}", fields.collect::<Vec<_>>().join(", "))
            }),
            many.prop_map(|all| {
                all.iter().fold("item".to_owned(), |chain, it| format!("{chain}.call({it})"))
            }),
            inner.clone().prop_map(|a| format!("(|x, y| {a})")),
            inner.clone().prop_map(|a| format!("f(|x| {{ let y = {a}; y }})")),
            inner.clone().prop_map(|a| format!("item[f({a})]?.field")),
            (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(a, b, c)| format!("if f({a}) {{ {b} }} else {{ {c} }}")),
            (inner.clone(), inner).prop_map(|(a, b)| format!(
                "switch ({a}) {{ 1 => {b}, 2 | 3 if x => {{ {b} }}, 4..9 => f({b}), _ => () }}"
            )),
        ]
    })
}

fn statement() -> impl Strategy<Value = String> {
    let simple = prop_oneof![
        expression().prop_map(|e| format!("let a = {e};")),
        expression().prop_map(|e| format!("a.b[0] += {e};")),
        expression().prop_map(|e| format!("return {e};")),
        expression().prop_map(|e| format!("throw {e};")),
        expression().prop_map(|e| format!("f({e});")),
        Just(";".to_owned()),
        Just("const A = 1;".to_owned()),
    ];
    simple.prop_recursive(3, 12, 3, |inner| {
        let block = prop::collection::vec(inner, 0..3).prop_map(|all| all.join(" "));
        prop_oneof![
            (expression(), block.clone(), block.clone()).prop_map(|(e, b, c)| format!(
                "if f({e}) {{ {b} }} else if x {{ {c} }} else {{ {b} }}"
            )),
            (expression(), block.clone())
                .prop_map(|(e, b)| format!("for (i, n) in ({e}) {{ {b} }}")),
            block.clone().prop_map(|b| format!("while true {{ {b} }}")),
            block.clone().prop_map(|b| format!("do {{ {b} }} until true;")),
            block.clone().prop_map(|b| format!("try {{ {b} }} catch (e) {{ {b} }}")),
            block.prop_map(|b| format!("{{ {b} }}")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_nobody_wrote_stays_the_same_program(
        statements in prop::collection::vec(statement(), 1..5),
        gaps in prop::collection::vec(gap(), 1..40),
    ) {
        let source = format!("fn lambda(input) {{ {} }}", statements.join("\n"));
        prop_assume!(compiler().compile(&source).is_ok());
        hold(&source)?;
        let source = respaced(&source, &gaps);
        hold(&source)?;
    }

    #[test]
    fn comments_anywhere_keep_their_order(
        which in any::<prop::sample::Index>(),
        gaps in prop::collection::vec(gap(), 1..60),
    ) {
        let sources = written();
        let source = which.get(&sources);
        prop_assume!(compiler().compile(source).is_ok());
        hold(&respaced(source, &gaps))?;
    }
}

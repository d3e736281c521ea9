use super::*;
use crate::domain::Limits;
use proptest::prelude::*;

/// The findings of `body` as that of a lambda, which stands in line 2 from column 5 on.
fn in_lambda(body: &str) -> Vec<Diagnostic> {
    diagnose(&format!("fn lambda(input) {{\n    {body}\n}}"))
}

fn range(start: (u32, u32), end: (u32, u32)) -> TextRange {
    TextRange::new(Place::new(start.0, start.1), Place::new(end.0, end.1))
}

#[test]
fn good_lambdas_have_no_findings() {
    for good in [
        "fn lambda(input) { `a${input.payload ?? `b${1}`}c` }",
        "// a comment\nconst A = 1;\n\n/// Says.\nfn lambda(input) { helper(global::A) }\n/** More. */\nprivate fn helper(x) { x }",
        "fn lambda(input) { log::debug(1); json::print(2) }",
        "fn lambda(x) { #{ a: [1, 'c', |y| y + 1] } }\n// the end",
    ] {
        assert_eq!(diagnose(good), [], "{good}");
    }
}

#[test]
fn habits_from_javascript_are_recognised_with_exact_ranges() {
    for (typed, from, to, says) in [
        ("let a = null;", 13, 17, "`()`"),
        ("var a = 1;", 5, 8, "`let`"),
        ("let f = (x) => x;", 17, 19, "`|x| ...`"),
        ("let f = x => x;", 15, 17, "`|x| ...`"),
        ("function f() { 1 }", 5, 13, "`fn name"),
        ("let f = function(x) { x };", 13, 21, "`|x| ...`"),
        ("let a = { a: 1 };", 13, 17, "`#{ name: value }`"),
        ("let s = 'hello';", 13, 20, "`\"hello\"`"),
        ("let a = b ? 1 : 2;", 15, 16, "`if a { b } else { c }`"),
        ("i++;", 6, 8, "`x += 1`"),
        ("--i;", 5, 7, "`x -= 1`"),
        ("for (let i = 0; i < 3; i++) { }", 10, 13, "`for x in list"),
        ("for x of a { }", 11, 13, "`for x in list`"),
        ("a === b;", 7, 10, "`==`"),
        ("a !== b;", 7, 10, "`!=`"),
        ("throw new Error(\"x\");", 11, 14, "`throw \"what went wrong\"`"),
        ("await foo();", 5, 10, "leave it out"),
        ("typeof a;", 5, 11, "`type_of(x)`"),
        ("delete a.b;", 5, 11, "`map.remove"),
        ("a and b;", 7, 10, "`&&`"),
        ("class A { }", 5, 10, "`#{ name: value }`"),
        ("if a { } elif b { }", 14, 18, "`else if`"),
        ("let x: int = 1;", 10, 11, "`let x = ...`"),
        ("let {a, b} = c;", 9, 10, "one `let` for each"),
        ("let m = #{ a: 1, b };", 23, 24, "`b: b`"),
        ("switch (a) { case 1: 2 }", 18, 22, "`switch x { 1 => "),
        ("eval(\"1\");", 5, 9, "call a function"),
        ("f(...a)", 7, 10, "`+`"),
        ("# comment", 5, 6, "`//`"),
    ] {
        let findings = in_lambda(typed);
        assert_eq!(findings.len(), 1, "{typed}: {findings:#?}");
        let finding = &findings[0];
        assert_eq!(finding.range, range((2, from), (2, to)), "{typed}: {finding:?}");
        assert_eq!(
            (&*finding.code, finding.severity),
            (code::SYNTAX, crate::domain::Severity::Error)
        );
        let help = finding.help.as_deref().unwrap_or_default();
        assert!(help.contains(says), "{typed}: {finding:?}");
    }
}

#[test]
fn what_is_missing_is_marked_behind_the_token_before() {
    for (typed, at, says) in [
        ("let x = 1\n    let y = 2;", (2, 14), "`;` is missing"),
        ("foo(1, 2", (2, 13), "`)` is missing"),
        ("if foo(1 { 2 }", (2, 13), "`)` is missing"),
        ("let a = [1, 2;", (2, 18), "`]` is missing"),
        ("let a = f(1 2);", (2, 16), "`,` is missing"),
        ("if a b", (2, 9), "`{` is missing"),
        ("input.", (2, 11), "property is missing"),
        ("{ let a = 1;", (3, 2), "`}` is missing"),
    ] {
        let findings = in_lambda(typed);
        assert_eq!(findings.len(), 1, "{typed}: {findings:#?}");
        assert_eq!(findings[0].range.start, Place::new(at.0, at.1), "{typed}: {findings:?}");
        assert!(findings[0].message.contains(says), "{typed}: {findings:?}");
    }
}

#[test]
fn every_function_has_its_own_finding() {
    let source = "fn lambda(input) {\n    let a = ;\n}\n\n/// Documented.\nfn good(x) { x }\n\n  private fn bad(x) {\n    var y = 1;\n}\nfn open(x) {\n    if x {\n}\nfn last(x) { x ++ }";
    let findings = diagnose(source);
    let places: Vec<_> =
        findings.iter().map(|it| (it.range.start.line, it.range.start.column)).collect();
    assert_eq!(places, [(2, 13), (9, 5), (13, 2), (14, 16)], "{findings:#?}");
    assert_eq!(findings[2].help.as_deref(), Some("the block that starts in line 11 has no end"));
}

#[test]
fn statements_that_are_wrong_each_have_their_own_finding() {
    let source = "fn lambda(input) {\n    let a = ;\n    let b = 1\n    if a === b {\n        var c = null;\n        log::info('text');\n    }\n    let d = foo(1, ;\n    for x of d { log::info(x); }\n    let m = { a: 1 };\n    if d = m { }\n    d++;\n}\n";
    let findings = diagnose(source);
    let places: Vec<_> =
        findings.iter().map(|it| (it.range.start.line, it.range.start.column)).collect();
    assert_eq!(
        places,
        [(2, 13), (3, 14), (4, 10), (5, 9), (6, 19), (8, 20), (9, 11), (10, 13), (11, 10), (12, 6)],
        "{findings:#?}"
    );
}

#[test]
fn behind_an_open_brace_nothing_more_is_claimed() {
    let findings = in_lambda("if input {\n    let a = ;\n    let b = 1;");
    assert_eq!(findings.len(), 1, "{findings:#?}");
}

#[test]
fn a_function_inside_of_a_function_is_one_finding() {
    let findings = in_lambda("fn inner() { fn most() { } }");
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert_eq!(findings[0].range, range((2, 5), (2, 7)));
}

#[test]
fn two_functions_of_one_name_are_found_in_the_whole() {
    let findings = diagnose("fn lambda(input) { 1 }\nfn a(x) { 1 }\nfn a(y) { 2 }");
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert!(findings[0].message.contains("two functions `a` with 1 parameter"), "{findings:?}");
    assert_eq!(findings[0].range.start.line, 3);
}

#[test]
fn open_comments_and_texts_are_marked_where_they_start() {
    let comment = in_lambda("let a = 1; /* never\n\n closed");
    assert_eq!(comment.len(), 1, "{comment:#?}");
    assert_eq!(comment[0].range, range((2, 16), (2, 18)));
    let text = in_lambda("let a = \"abc");
    assert_eq!((text.len(), text[0].range.start), (1, Place::new(2, 13)), "{text:?}");
    let interpolated = in_lambda("let a = `abc ${x");
    assert_eq!((interpolated.len(), interpolated[0].range.start), (1, Place::new(2, 13)));
}

#[test]
fn the_entry_point_is_checked() {
    let of = |source: &str| {
        let findings = diagnose(source);
        assert_eq!(findings.len(), 1, "{source}");
        let finding = findings.into_iter().next().unwrap();
        (finding.code.to_string(), finding.range.start, finding.help.unwrap_or_default())
    };
    let missing = code::MISSING_LAMBDA.to_owned();
    let wrong = code::WRONG_PARAMETERS.to_owned();
    assert_eq!(of("").0, missing);
    assert_eq!(of("fn handler(x) { x }").0, missing);
    for misspelt in ["lamda", "Lambda", "lambada", "lamdba"] {
        let (code, place, help) = of(&format!("\nfn {misspelt}(input) {{ 1 }}"));
        assert_eq!((code, place), (missing.clone(), Place::new(2, 4)));
        assert_eq!(help, format!("rename `{misspelt}` to `lambda`"));
    }
    assert_eq!(of("fn lambda() { 1 }").0, wrong);
    let (code, place, help) = of("fn lambda(input, callback) { 1 }");
    assert_eq!((code, place), (wrong, Place::new(1, 4)));
    assert!(help.contains("callback"));
}

#[test]
fn parameters_that_are_not_closed_miss_their_parenthesis() {
    for source in
        ["fn lambda(input { 1 }", "fn lambda(input\n{ 1 }", "fn lambda(input, other { 1 }"]
    {
        let findings = diagnose(source);
        assert_eq!(findings[0].message, "`)` is missing here", "{source}");
    }
}

#[test]
fn a_source_beyond_the_limit_is_marked_where_it_exceeds() {
    let limit = Limits::default().source_chars;
    let body = "fn lambda(input) { 1 }\n";
    let fits = format!("{body}//{}", "ä".repeat(limit - body.len() - 2));
    assert_eq!(check_length(&fits, limit), None);
    let finding = check_length(&format!("{fits}ä"), limit).unwrap();
    assert_eq!(&*finding.code, code::SOURCE_TOO_LONG);
    assert_eq!(finding.range.start, Place::new(2, (limit - body.len()) as u32 + 1));
    assert_eq!(diagnose(&format!("{fits}ä")), [], "the length is not its concern");
}

#[test]
fn long_lines_and_many_lines_are_survived() {
    let many = format!("fn lambda(input) {{ {} var }}", "\n".repeat(70_000));
    assert_eq!(diagnose(&many).len(), 1);
    let long = format!("fn lambda(input) {{ {} var }}", " ".repeat(70_000));
    assert_eq!(diagnose(&long).len(), 1);
}

const SAMPLE: &str = r#"
// Greets.
const WORDS = ["refund", "cancel"];

/// The entry.
fn lambda(input) {
    let general = input.payload?.general ?? #{ convId: "x" };
    if general.inOffHours == true {
        return messaging::system_message(`off ${general.convId + "!"} hours`);
    }
    for (word, i) in global::WORDS { log::info("word", word, i); }
    let found = [1, 2.5, 'c'].filter(|x| x != 1);
    switch found.len() { 0 => (), 1..3 => helper(found), _ => { throw #{ code: 7 } } }
}

private fn helper(list) {
    /* a comment */
    while list.len() > 1 { list.pop(); }
    list
}
"#;

/// Texts that a person could have on the way to a lambda.
pub(in crate::language) fn mutated() -> impl Strategy<Value = String> {
    let edits = prop::collection::vec(
        (any::<prop::sample::Index>(), 0usize..12, prop::sample::select(PIECES)),
        1..6,
    );
    edits.prop_map(|edits| {
        let mut characters: Vec<char> = SAMPLE.chars().collect();
        for (at, removed, piece) in edits {
            let start = at.index(characters.len() + 1);
            let end = (start + removed).min(characters.len());
            characters.splice(start..end, piece.chars());
        }
        characters.into_iter().collect()
    })
}

const PIECES: &[&str] = &[
    "",
    "{",
    "}",
    "(",
    ")",
    "\"",
    "`",
    "${",
    "'",
    "/*",
    "*/",
    "//",
    "///",
    "fn ",
    "fn lambda",
    "\n",
    ";",
    "=>",
    "let ",
    "ü",
    "\u{feff}",
    "\r\n",
    "#{",
    "1e",
    "0x",
    "::",
    "private ",
    "|",
    "\\",
    "\u{0}",
    "var ",
    "😀",
    "#\"",
    "\t",
];

proptest! {
    #[test]
    fn it_agrees_with_the_compiler_and_marks_places_that_exist(source in mutated()) {
        let findings = diagnose(&source);
        let compiled = engine::compiler().compile(&source);
        let runs = compiled.is_ok_and(|ast| has_entry_point(&ast));
        prop_assert_eq!(findings.is_empty(), runs);
        let lines = source.split('\n').count() as u32;
        for finding in findings {
            prop_assert!(finding.range.start < finding.range.end, "{:?}", finding);
            prop_assert!(finding.range.start.line >= 1 && finding.range.start.line <= lines, "{:?}", finding);
            let line = source.split('\n').nth(finding.range.start.line as usize - 1).unwrap();
            prop_assert!(finding.range.start.column as usize <= line.chars().count() + 1, "{:?}", finding);
            prop_assert!(!finding.message.is_empty());
        }
    }

    #[test]
    fn any_text_is_survived(source in "\\PC{0,200}") {
        diagnose(&source);
    }
}

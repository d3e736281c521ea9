use super::*;
use crate::catalog::Catalog;
use crate::domain::{Event, Place, ResultShape, TextEdit};
use crate::language::analysis::Context;
use crate::language::diagnose::tests::mutated;
use crate::language::syntax::corpus;
use proptest::prelude::*;

fn bare() -> Arc<Context> {
    Arc::new(Context::default())
}

fn context_of(event: &Event) -> Arc<Context> {
    let schema = serde_json::from_str(&event.schema).unwrap();
    Arc::new(Context::new(Some(&schema), &[]).accepting(event.result))
}

/// The context of a messaging event.
fn messaging() -> Arc<Context> {
    let catalog = Catalog::built_in();
    let event = catalog.events.iter().find(|it| it.id.as_str() == "controllerbot_messaging_ttr");
    context_of(event.unwrap())
}

/// The codes and places of what is found in the body of a lambda, whose first line is 2 and has 4 blanks.
fn found(body: &str) -> Vec<(String, String)> {
    found_in(&format!("fn lambda(input) {{\n    {body}\n}}"), messaging())
}

fn found_in(source: &str, context: Arc<Context>) -> Vec<(String, String)> {
    let found = check(source, context);
    found.iter().map(|it| (it.code.to_string(), marked(source, it))).collect()
}

/// The text that a finding is about.
fn marked(source: &str, it: &Diagnostic) -> String {
    let line = source.lines().nth(it.range.start.line as usize - 1).unwrap_or_default();
    let to = if it.range.end.line == it.range.start.line { it.range.end.column } else { u32::MAX };
    let width = to.saturating_sub(it.range.start.column) as usize;
    line.chars().skip(it.range.start.column as usize - 1).take(width).collect()
}

/// Lambdas whose bodies have one finding each: the body, the code, and what is marked.
#[track_caller]
fn each_has(cases: &[(&str, &str, &str)]) {
    for (body, code, marked) in cases {
        let wanted = vec![((*code).to_owned(), (*marked).to_owned())];
        assert_eq!(found(body), wanted, "{body}");
    }
}

#[track_caller]
fn none_in(bodies: &[&str]) {
    for body in bodies {
        assert_eq!(found(body), [], "{body}");
    }
}

/// A source with the first fix of its only finding.
#[track_caller]
fn fixed(source: &str) -> String {
    let found = check(source, messaging());
    assert_eq!(found.len(), 1, "{source}: {found:#?}");
    let fix = found[0].fixes.first().unwrap_or_else(|| panic!("no fix for {found:?}"));
    with(source, &fix.edits)
}

/// A source with these edits, which do not overlap.
fn with(source: &str, edits: &[TextEdit]) -> String {
    let index = |place: Place| {
        let lines = source.split_inclusive('\n').take(place.line as usize - 1);
        lines.map(str::chars).map(Iterator::count).sum::<usize>() + place.column as usize - 1
    };
    let mut edits: Vec<_> =
        edits.iter().map(|it| (index(it.range.start), index(it.range.end), &it.text)).collect();
    edits.sort_unstable();
    let mut chars: Vec<char> = source.chars().collect();
    for (start, end, text) in edits.into_iter().rev() {
        chars.splice(start..end, text.chars());
    }
    chars.into_iter().collect()
}

#[test]
fn every_rule_has_an_example_that_has_it_and_one_that_has_not() {
    for rule in RULES {
        let codes = |source: &str| -> Vec<String> {
            let needs_event = ["unknown-value", "wrong-result"].contains(&rule.code);
            let context = if needs_event { messaging() } else { bare() };
            check(source, context).into_iter().map(|it| it.code.to_string()).collect()
        };
        assert!(!rule.bad.is_empty() || !can_be_allowed(rule.code), "{}", rule.code);
        if !rule.bad.is_empty() {
            assert_eq!(codes(rule.bad), [rule.code], "{}", rule.bad);
            assert_eq!(codes(rule.good), [""; 0], "{}", rule.good);
        }
        assert!(!rule.doc.ends_with('.') && rule.explanation.ends_with('.'), "{}", rule.code);
        assert!(rule.code.bytes().all(|it| it.is_ascii_lowercase() || it == b'-'), "{}", rule.code);
    }
}

#[test]
fn no_template_has_a_finding_with_any_event_it_may_be_connected_to() {
    let catalog = Catalog::built_in();
    for template in &catalog.templates {
        let own = template.event.as_ref().and_then(|id| catalog.event(id));
        let others = catalog.events.iter().filter(|_| own.is_none());
        let contexts = own.into_iter().chain(others).map(context_of).chain([bare()]);
        for context in contexts {
            let ignoring =
                Arc::new(Context { accepts: ResultShape::Anything, ..(*context).clone() });
            let context = if own.is_some() { context } else { ignoring };
            let all = check(&template.source, context);
            assert_eq!(all, [], "{}", template.id);
        }
    }
}

#[test]
fn the_examples_of_the_host_functions_have_no_finding() {
    for row in crate::language::api::FUNCTIONS {
        let source = format!("fn lambda(input) {{\n{}\n}}", row.example);
        let all: Vec<_> =
            check(&source, bare()).into_iter().filter(|it| it.code != "unused-variable").collect();
        assert_eq!(all, [], "{}", row.example);
    }
}

#[test]
fn names_that_nothing_defines_are_found_with_what_was_meant() {
    each_has(&[
        ("let count = input; cuont + 1", "unknown-variable", "cuont"),
        ("if input.payload == undefined { log::info(1); }", "unknown-variable", "undefined"),
        ("log::inf(1)", "unknown-function", "inf"),
        ("logs::info(1)", "unknown-module", "logs"),
        ("pritn(1)", "unknown-function", "pritn"),
        ("let f = |x| x; f(1); ()", "unknown-function", "f"),
        ("\"a\".toUpperCase(); ()", "unknown-function", "toUpperCase"),
        ("[1].forEach(|x| x)", "unknown-function", "forEach"),
        ("log::info(\"abc\".length)", "unknown-property", "length"),
        ("log::info(\"abc\".to_upper)", "unknown-property", "to_upper"),
        ("require(\"x\")", "unknown-function", "require"),
        ("global::WORDS", "unknown-variable", "WORDS"),
    ]);
    let constant = "const WORDS = [1];\nfn lambda(input) { log::info(WORDS); }";
    assert_eq!(
        found_in(constant, messaging()),
        [("unknown-variable".to_owned(), "WORDS".to_owned())]
    );
    assert_eq!(fixed(constant), constant.replace("(WORDS)", "(global::WORDS)"));
}

#[test]
fn a_dot_behind_a_module_and_the_objects_of_javascript_are_repaired() {
    for (wrong, right) in [
        ("log.info(1)", "log::info(1)"),
        ("json.parse(\"{}\")", "json::parse(\"{}\")"),
        ("console.log(1)", "log::info(1)"),
        ("JSON.stringify(input)", "json::print(input)"),
    ] {
        let source = |line: &str| format!("fn lambda(input) {{\n    {line};\n    ()\n}}\n");
        assert_eq!(fixed(&source(wrong)), source(right));
    }
}

#[test]
fn names_that_somebody_may_define_elsewhere_are_left_alone() {
    none_in(&[
        "if is_def_var(\"x\") { log::info(x); }",
        "let m = #{ f: |x| x }; m.f(1); ()",
        "let f = Fn(\"trim\"); f.call(\" a \"); ()",
        "let r = http::get(\"https://example.com\"); log::info(r.json(), r.status, r.anything);",
        "let v = json::parse(\"{}\"); log::info(v.length, v.whatever(), v.a.b.c);",
        "for p in input.headers { log::info(p.key, p.value, p?.other); }",
        "let m = #{}; m.count = 1; log::info(m.count, m.other);",
        "let p = input.payload; p.mine = 1; log::info(p.mine);",
        "let x = [1, 2]; log::info(x.len, x.len(), x.map(|y| y + 1));",
        "let c = 1; let f = || { c += 1; c }; log::info(f.call());",
        "try { throw 1 } catch (e) { log::info(e); }",
        "try { log::info(1); } catch (e) { log::info(2); }",
        "for i in 0..3 { log::info(\"again\"); }",
        "let _meant = 1;",
        "log::info(1.random(10));",
        "let n = input.headers.len() ?? \"a\"; if n == \"a\" { log::info(n); }",
    ]);
}

#[test]
fn calls_with_another_number_of_values_are_found() {
    each_has(&[
        ("log::info()", "wrong-arguments", "info"),
        ("env::get(\"A\", \"b\", 1); ()", "wrong-arguments", "get"),
        ("\"abc\".split(\"a\", 1, 2); ()", "wrong-arguments", "split"),
        ("messaging::transfer()", "wrong-arguments", "transfer"),
        ("log::info(parse_int(\"1\", 10, 3));", "wrong-arguments", "parse_int"),
    ]);
    let own = "fn lambda(input) { log::info(add(1)); }\nfn add(a, b) { a + b }";
    let all = check(own, messaging());
    assert_eq!(all[0].message, "`add` takes 2 values, 1 is given");
    assert_eq!(all[0].help.as_deref(), Some("it is `add(a, b) -> any`"));
}

#[test]
fn fields_that_the_payload_does_not_have_are_found_with_what_was_meant() {
    each_has(&[
        ("log::info(input.payload.general.convID);", "unknown-field", "convID"),
        ("log::info(input.payload[\"generl\"]);", "unknown-field", "generl"),
        (
            "let g = input.payload?.general ?? #{}; log::info(g.inOffHuors);",
            "unknown-field",
            "inOffHuors",
        ),
        (
            "for p in input.payload.participantChange.newParticipants { log::info(p.rol); }",
            "unknown-field",
            "rol",
        ),
        ("log::info(input.body);", "unknown-field", "body"),
        ("log::info(input.payload.somethingElse);", "unknown-field", "somethingElse"),
        (
            "if input.payload.general.cbotEventType == \"AGENT_UPDATED_RESPONSE_TIM\" { log::info(1); }",
            "unknown-value",
            "\"AGENT_UPDATED_RESPONSE_TIM\"",
        ),
        (
            "switch input.payload.general.cbotEventType { \"NOPE\" => log::info(1), _ => () }",
            "unknown-value",
            "\"NOPE\"",
        ),
        (
            "if input.payload.general.inOffHours == \"yes\" { log::info(1); }",
            "never-equal",
            "input.payload.general.inOffHours == \"yes\"",
        ),
    ]);
    none_in(&[
        "log::info(input.payload?.amount, input.payload.amount ?? 1);",
        "let t = input.payload.general.cbotEventType ?? \"none\"; if t == \"none\" { log::info(1); }",
        "if input.payload.general.convId == () { log::info(1); }",
    ]);
    let source = "fn lambda(input) { log::info(input.payload.general.convID); }";
    assert_eq!(fixed(source), source.replace("convID", "convId"));
}

#[test]
fn comparisons_that_cannot_hold_are_found() {
    each_has(&[
        (
            "if input.headers.len() == \"1\" { log::info(1); }",
            "never-equal",
            "input.headers.len() == \"1\"",
        ),
        ("let n = 5; if n != \"5\" { log::info(1); }", "never-equal", "n != \"5\""),
        ("if [1] == 1 { log::info(1); }", "never-equal", "[1] == 1"),
    ]);
    none_in(&[
        "let n = 5; n = input; if n == \"5\" { log::info(1); }",
        "let a = 1.0; if a == 1 { log::info(a); }",
        "if \"a\" == 'a' { log::info(1); }",
        "let n = parse_int(\"1\"); if n == 1 { log::info(n); }",
        "let x = if input.payload == () { 1 } else { \"a\" }; if x == \"a\" { log::info(x); }",
    ]);
    let source = "fn lambda(input) { if input.headers.len() == \"1\" { log::info(1); } }";
    assert_eq!(fixed(source), source.replace("\"1\"", "1"));
}

#[test]
fn what_is_never_run_or_used_is_found() {
    each_has(&[
        ("return (); log::info(1);", "unreachable-code", "log::info(1)"),
        (
            "if input.payload == () { return; } else { throw 1 } log::info(1);",
            "unreachable-code",
            "log::info(1)",
        ),
        ("for i in 0..3 { break; log::info(i); }", "unreachable-code", "log::info(i)"),
        ("loop { log::info(1); } log::info(2);", "unreachable-code", "log::info(2)"),
        ("while (true) { return (); } log::info(2);", "unreachable-code", "log::info(2)"),
        ("do { log::info(1); } until false; log::info(2);", "unreachable-code", "log::info(2)"),
        (
            "loop { for i in 0..3 { break; } while true { break; } } log::info(2);",
            "unreachable-code",
            "log::info(2)",
        ),
        ("let count = 1;", "unused-variable", "count"),
        ("let count = 1; count = 2;", "unused-variable", "count"),
        ("let a = [3, 1].sort(); log::info(a);", "no-value", "[3, 1].sort()"),
        ("let s = \" a \"; log::info(s.trim().len());", "no-value", "s.trim()"),
        ("let l = [\" a \"].map(|x| x.trim()); log::info(l);", "no-value", "x.trim()"),
        ("let l = []; return l.push(1);", "no-value", "l.push(1)"),
        ("log::info(`${\"a\".make_upper()}`);", "no-value", "\"a\".make_upper()"),
        ("log::info(7 / 2);", "integer-division", "7 / 2"),
        ("log::info(2 ^ 8);", "xor-as-power", "2 ^ 8"),
        ("let n = 1; log::info(\"${n} of\", n);", "text-interpolation", "\"${n} of\""),
    ]);
    none_in(&[
        "log::info(8 / 2, 7.0 / 2, 1 / 2.0, 0x02 ^ 0x10, 5 ^ 3);",
        "let name = 1; let t = \"a ${other}\"; t.replace(\"${name}\", \"b\"); log::info(t, name);",
        "loop { if input.payload == () { break; } log::info(1); }",
        "let list = []; list.push(1); log::info(list);",
        "let x = [1, 2].pop(); log::info(x);",
        "[\" a \"].for_each(|x| x.trim());",
    ]);
    let unused = "fn lambda(input) { let count = 1; count = 2; }";
    assert_eq!(fixed(unused), "fn lambda(input) { let _count = 1; _count = 2; }");
    let ticks = "fn lambda(input) { let n = 1; log::info(\"${n}\", n); }";
    assert_eq!(fixed(ticks), ticks.replace('"', "`"));
}

#[test]
fn functions_for_several_types_are_used_together() {
    let source = "fn lambda(input) { log::info(#{}.f(), \"a\".f()); }\nfn \"map\".f() { 1 }\nfn \"string\".f() { 2 }\n";
    assert_eq!(found_in(source, messaging()), []);
}

#[test]
fn results_that_the_event_does_not_take_are_found() {
    each_has(&[
        ("\"done\"", "wrong-result", "\"done\""),
        ("return 1;", "wrong-result", "1"),
        (
            "#{ type: \"systemMesage\", text: \"x\" }",
            "wrong-result",
            "#{ type: \"systemMesage\", text: \"x\" }",
        ),
        ("[#{ text: \"x\" }]", "wrong-result", "[#{ text: \"x\" }]"),
        ("if input.payload == () { 5 } else { () }", "wrong-result", "5"),
    ]);
    none_in(&[
        "#{ type: \"systemMessage\", text: input.payload }",
        "let kind = \"transfer\"; #{ type: kind, text: 1 }",
        "[messaging::close_conversation(), #{ type: \"transfer\", skillId: input.payload }]",
        "messaging::no_text()",
        "[]",
        "[1].for_each(|x| { if x == 1 { return 5; } 6 });",
    ]);
    let catalog = Catalog::built_in();
    let mails = catalog.events.iter().find(|it| it.result == ResultShape::Mails).unwrap();
    let of = |body: &str| found_in(&format!("fn lambda(input) {{ {body} }}"), context_of(mails));
    assert_eq!(of("#{ subject: \"x\" }")[0].0, "wrong-result");
    assert_eq!(of("[]"), []);
}

#[test]
fn a_comment_silences_its_line_or_the_next() {
    none_in(&[
        "let count = 1; // allow: unused-variable",
        "// allow: unused-variable\n    let count = 1;",
        "// allow: unused-variable, integer-division\n    let count = 7 / 2;",
        "// allow: unused-variable\n    // allow: integer-division\n    let count = 7 / 2;",
    ]);
    assert_eq!(found("// allow: unused-variable\n\n    let count = 1;").len(), 1);
    assert_eq!(found("let a = 1; // allow: integer-division\n    log::info(a, 7 / 2);").len(), 1);
    each_has(&[
        ("// allow: unused-variabel", "unknown-code", "unused-variabel"),
        ("// allow: syntax", "unknown-code", "syntax"),
    ]);
    assert_eq!(
        fixed("fn lambda(input) { // allow: unused-variabel\n}"),
        "fn lambda(input) { // allow: unused-variable\n}"
    );
    let unused = check("fn lambda(input) {\n    let a = 1;\n}", bare());
    let fix = allow_fix(&unused[0], "    let a = 1;").unwrap();
    let silenced = with("fn lambda(input) {\n    let a = 1;\n}", &fix.edits);
    assert_eq!(check(&silenced, bare()), [], "{silenced}");
}

#[test]
fn loops_that_end_have_code_behind_them() {
    none_in(&[
        "loop { if input.headers.len() > 1 { break; } } log::info(2);",
        "while true { switch input.headers.len() { 1 => break, _ => () } } log::info(2);",
        "while input.headers.len() > 1 { log::info(1); } log::info(2);",
        "do { log::info(1); } while false; log::info(2);",
    ]);
}

/// The codes and lines of what is found.
fn lines_of(source: &str) -> Vec<(String, u32)> {
    let all = check(source, messaging()).into_iter();
    all.map(|it| (it.code.into_owned(), it.range.start.line)).collect()
}

#[track_caller]
fn has_lines(source: &str, wanted: &[(&str, u32)]) {
    let wanted: Vec<_> = wanted.iter().map(|(code, line)| ((*code).to_owned(), *line)).collect();
    assert_eq!(lines_of(source), wanted, "{source}");
}

#[test]
fn what_does_not_compile_hides_nothing_but_itself() {
    has_lines(
        "fn lambda(input) {\n    let a = ;\n    let b = nothing;\n}\nfn other(x) {\n    let count = x;\n}\n",
        &[
            ("syntax", 2),
            ("unused-variable", 3),
            ("unknown-variable", 3),
            ("unused-function", 5),
            ("unused-variable", 6),
        ],
    );
    has_lines(
        "fn lambda(input) {\n    let a = 1;\n    if input = 2 {\n        let b = 7 / 2;\n    }\n    input.\n}\n",
        &[
            ("unused-variable", 2),
            ("assignment-in-condition", 3),
            ("unused-variable", 4),
            ("integer-division", 4),
            ("syntax", 6),
        ],
    );
    has_lines(
        "const A = ;\nconst B = 1;\nfn lambda(input) {\n    let c = 1;\n    global::A\n}\n",
        &[("syntax", 1), ("unused-variable", 2), ("unused-variable", 4)],
    );
    // Behind a brace too many the function may go on.
    has_lines(
        "fn first(x) {\n    let a = x;\n    }\n    let b = 1;\n}\nfn lambda(input) {\n    let c = 1;\n    first(c)\n}\nfn last() { let d = 1; }",
        &[("syntax", 5), ("unused-function", 10), ("unused-variable", 10)],
    );
    has_lines(
        "fn lambda(input) {\n    if input.x {\n    let b = 1;\n}\nfn last() { let d = 1; }",
        &[("syntax", 4), ("unused-function", 5), ("unused-variable", 5)],
    );
}

#[test]
fn what_a_broken_part_may_name_is_taken_for_named() {
    for (body, wanted) in [
        // Given there, read elsewhere.
        ("var x = 1;\n    log::info(x);", vec![("syntax", 2)]),
        ("let {x, y} = input.payload;\n    log::info(x);", vec![("syntax", 2)]),
        // Read there, given elsewhere.
        ("let x = 1;\n    foo bar x;", vec![("syntax", 3)]),
        ("let x = 1;\n    log::info(`text ${x);", vec![("syntax", 3)]),
        ("let x = `text\n    let ${y} = 1;", vec![("syntax", 2), ("syntax", 3)]),
        ("let x = 1;\n    /* log::info(x)", vec![("syntax", 3)]),
        // Written there.
        ("let x = 1;\n    x = \"a\" \"b\";\n    x == \"a\"", vec![("syntax", 3)]),
        // It may end a loop, or be what leaves the block.
        ("loop {\n        if x break;\n    }\n    log::info(1);", vec![("syntax", 3)]),
        ("return input +;\n    log::info(1);", vec![("syntax", 2)]),
    ] {
        has_lines(&format!("fn lambda(input) {{\n    {body}\n}}"), &wanted);
    }
}

#[test]
fn the_corpus_has_no_finding_that_is_not_one() {
    /// What these scripts, made for the parser, do have.
    const MEANT: &[&str] = &[
        "missing-lambda",
        "unused-variable",
        "unused-function",
        "unused-parameter",
        "unavailable",
        "unknown-module",
    ];
    let mut all: Vec<String> = Vec::new();
    for (name, source) in corpus::scripts() {
        let found = check(&source, bare()).into_iter();
        let found = found.filter(|it| !MEANT.contains(&&*it.code));
        all.extend(found.map(|it| format!("{name}: {}: {}", it.code, marked(&source, &it))));
    }
    let wanted = [
        "long_chain.rhai: no-value: a.to_string().to_upper().to_lower().trim()",
        "long_chain.rhai: no-value: a.to_string().to_upper().to_lower().trim().len().to_string().to_upper().to_lower().trim()",
        "namespaces.rhai: unknown-variable: X",
        "operators.rhai: integer-division: 4 / 5",
        "strings_methods.rhai: no-value: x.trim()",
        "switch_more.rhai: never-equal: \"text\"",
        "switch_more.rhai: never-equal: true",
    ];
    assert_eq!(all, wanted);
}

proptest! {
    #[test]
    fn whatever_the_source_looks_like_findings_and_fixes_are_of_places_that_exist(source in mutated()) {
        let lines: Vec<usize> = source.split('\n').map(|line| line.chars().count()).collect();
        let exists = |place: Place| {
            let line = lines.get(place.line as usize - 1);
            line.is_some_and(|len| place.column >= 1 && place.column as usize <= len + 1)
        };
        for it in check(&source, messaging()) {
            prop_assert!(rule(&it.code).is_some(), "{it:?}");
            prop_assert!(exists(it.range.start) && it.range.start < it.range.end, "{it:?}");
            for edit in it.fixes.iter().flat_map(|fix| &fix.edits) {
                prop_assert!(exists(edit.range.start) && exists(edit.range.end), "{it:?}");
                prop_assert!(edit.range.start <= edit.range.end, "{it:?}");
            }
        }
    }
}

#[test]
fn the_lambda_of_the_readme_has_no_finding() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(path).unwrap();
    let blocks = readme.split("```rust\n").skip(1).filter_map(|it| it.split("```").next());
    let lambdas: Vec<_> = blocks.filter(|it| it.contains("fn lambda(")).collect();
    assert!(!lambdas.is_empty());
    for source in lambdas {
        assert_eq!(check(source, messaging()), [], "{source}");
    }
}

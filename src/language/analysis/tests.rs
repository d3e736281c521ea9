use super::*;
use crate::catalog::Catalog;
use crate::language::diagnose;
use crate::language::lint;
use crate::language::syntax::corpus::{edited, scripts};
use proptest::prelude::*;
use serde_json::json;

/// The source without the mark `§`, and the place of the mark.
pub(in crate::language) fn marked(source: &str) -> (String, Place) {
    let before = source.split('§').next().unwrap();
    assert_ne!(before.len(), source.len(), "no mark in {source}");
    let line = before.matches('\n').count() as u32 + 1;
    let column = before.rsplit('\n').next().unwrap().chars().count() as u32 + 1;
    (source.replacen('§', "", 1), Place::new(line, column))
}

/// A context with a small schema of everything that matters.
pub(in crate::language) fn context() -> Arc<Context> {
    let schema = json!({
        "type": "object",
        "properties": {
            "general": {
                "type": "object",
                "description": "What every event tells",
                "properties": {
                    "convId": { "type": "string", "description": "Id of the conversation", "examples": ["7d2f"] },
                    "state": { "type": "string", "enum": ["OPEN", "CLOSE"] },
                    "sessionId": { "type": ["number", "string"] },
                    "inOffHours": { "type": "boolean", "description": "Whether nobody works" },
                    "type": { "type": "string" },
                },
            },
            "newParticipants": {
                "type": "array",
                "items": { "$ref": "#/$defs/person" },
            },
            "odd key": { "type": "integer" },
        },
        "$defs": {
            "person": {
                "type": "object",
                "properties": {
                    "id": { "type": "string" },
                    "role": { "type": "string", "enum": ["AGENT", "CONSUMER"], "description": "Their role" },
                    "friends": { "type": "array", "items": { "$ref": "#/$defs/person" } },
                },
            },
        },
    });
    let sample = json!({ "payload": { "general": { "state": "OPEN", "inOffHours": false } } });
    Arc::new(Context::new(Some(&schema), &[sample]))
}

fn analysis(source: &str) -> Analysis {
    Analysis::of(source, context())
}

/// The shape of the expression that ends at the mark.
fn shape(source: &str) -> Shape {
    let (source, place) = marked(source);
    let analysis = analysis(&source);
    let node = analysis.tree().node_at(place);
    analysis.shape(node).clone()
}

fn kind(body: &str) -> String {
    shape(&format!("fn lambda(input) {{ {body} }}")).to_string()
}

#[test]
fn the_payload_has_the_shape_of_its_schema() {
    for (body, expected) in [
        ("input§", "map"),
        ("input.payload§", "map"),
        ("input.payload.general.convId§", "string"),
        ("input.payload.general.sessionId§", "number or string"),
        ("input.payload?.general?.inOffHours§", "bool"),
        ("input[\"payload\"][\"odd key\"]§", "int"),
        ("let g = input.payload.general; g.convId§", "string"),
        ("let g = input.payload?.general ?? #{}; g.convId§", "string"),
        ("let g = (input.payload).general; let h = g; h.state§", "string"),
        ("input.payload.newParticipants§", "array of map"),
        ("input.payload.newParticipants[0].role§", "string"),
        ("for p in input.payload.newParticipants { p.friends[1].role§ }", "string"),
        ("for (p, i) in input.payload.newParticipants { i§ }", "int"),
        ("input.payload.newParticipants.filter(|p| p.role§ == 1)", "string"),
        ("input.payload.newParticipants.filter(|p| true)[0].id§", "string"),
        ("input.payload.newParticipants.map(|p| p.id)§", "array of string"),
        ("input.payload.newParticipants.find(|p| true).role§", "string"),
        ("input.headers[0].key§", "string"),
        ("input.timestamp§", "number"),
        ("input.payload.nothing§", "any"),
    ] {
        assert_eq!(kind(body), expected, "{body}");
    }
    let state = shape("fn lambda(input) { let s = input.payload.general.state ?? \"OPEN\"; s§ }");
    assert_eq!(state.allowed(), ["\"OPEN\"", "\"CLOSE\""]);
    assert_eq!(state.field.as_ref().unwrap().path, "payload.general.state");
    assert_eq!(state.field.as_ref().unwrap().sample.as_deref(), Some("\"OPEN\""));
}

#[test]
fn values_have_the_kinds_that_operators_and_calls_give() {
    for (body, expected) in [
        ("let x = 1 + 2; x§", "int"),
        ("let x = 1 + 2.5; x§", "float"),
        ("let x = \"a\" + 1; x§", "string"),
        ("let x = `a ${1}`; x§", "string"),
        ("let x = 1 < 2; x§", "bool"),
        ("let x = !(1 in [1]); x§", "bool"),
        ("let x = 0..5; x§", "range"),
        ("let x = [1, 2]; x[0]§", "int"),
        ("let x = []; x.push(\"a\"); x[0]§", "string"),
        ("let x = [1]; x += [2.5]; x§", "array of number"),
        ("let x = #{ a: #{ b: 'c' } }; x.a.b§", "char"),
        ("let x = #{}; x.a = 1; x[\"b\"] = true; x.b§", "bool"),
        ("let x = if true { 1 } else { \"a\" }; x§", "int or string"),
        ("let x = switch 1 { 1 => 2, _ => 3 }; x§", "int"),
        ("let x = 1; if true { x = \"a\"; } x§", "int or string"),
        ("let x = (); x = 5; x§", "() or int"),
        ("let x = |a| a; x§", "function"),
        ("let x = \"a b\".split(\" \"); x[0]§", "string"),
        ("let x = \"ab\"[0]; x§", "char"),
        ("let x = \"ab\".len(); x§", "int"),
        ("let x = #{ a: 1 }.keys(); x§", "array of string"),
        ("let x = uuid(); x§", "string"),
        ("let x = time::now_ms(); x§", "int"),
        ("let x = env::get(\"A\", 5); x§", "string or int"),
        ("let x = env::get(\"A\"); x§", "string or ()"),
        ("let x = 5 ?? return 1; x§", "int"),
        ("for c in \"ab\" { c§ }", "char"),
        ("for i in 0..5 { i§ }", "int"),
        ("try { } catch (e) { e§ }", "any"),
        ("let n = 0; while n§ < 5 { n = 2.5; }", "number"),
    ] {
        assert_eq!(kind(body), expected, "{body}");
    }
}

#[test]
fn shapes_go_in_and_out_of_functions() {
    for (source, expected) in [
        ("fn lambda(input) { helper(input.payload.general) } fn helper(g) { g.convId§ }", "string"),
        ("fn helper(g) { g§.convId } fn lambda(input) { helper(1); helper(2); }", "int"),
        ("fn helper(g) { g§ } fn lambda(input) { helper(1); helper(\"a\"); }", "int or string"),
        ("fn make() { return \"a\"; } fn lambda(input) { make()§ }", "string"),
        (
            "fn lambda(input) { let x = pick(input); x§ } fn pick(i) { i.payload.general.state }",
            "string",
        ),
        ("fn a(x) { if x { return 1; } 2 } fn lambda(input) { a(1)§ }", "int"),
        ("fn a(x) { a(x)§ }", "any"),
        ("const WORDS = [\"a\"]; fn lambda(input) { for w in global::WORDS { w§ } }", "string"),
        ("fn lambda(input) { global::LATE§ } const LATE = 5;", "int"),
    ] {
        assert_eq!(shape(source).to_string(), expected, "{source}");
    }
}

#[test]
fn without_a_schema_the_samples_say_what_there_is() {
    let samples = [
        json!({ "payload": { "a": 1, "list": [{ "x": "t" }, { "y": null }] } }),
        json!({ "payload": { "a": "text", "b": true } }),
    ];
    let context = Arc::new(Context::new(None, &samples));
    let of = |expression: &str| {
        let (source, place) = marked(&format!("fn lambda(input) {{ {expression}§ }}"));
        let analysis = Analysis::of(source, context.clone());
        analysis.shape(analysis.tree().node_at(place)).clone()
    };
    assert_eq!(of("input.payload.a").to_string(), "int or string");
    assert_eq!(of("input.payload.b").to_string(), "bool");
    assert_eq!(of("input.payload.list[0].x").to_string(), "string");
    assert_eq!(of("input.payload.list[0].x").field.unwrap().sample.as_deref(), Some("\"t\""));
    assert_eq!(of("input.payload.list[0].y").to_string(), "()");
    assert_eq!(
        Analysis::of("", Arc::default()).context().input.member("payload"),
        Some(&Shape::any())
    );
}

/// What the name that ends at the mark stands for, in words.
fn target(source: &str) -> String {
    let (source, place) = marked(source);
    let analysis = analysis(&source);
    let Some(found) = analysis.occurrence_at(place) else { return "none".to_owned() };
    match &found.target {
        Target::Symbol(id) => {
            let symbol = analysis.symbol(*id);
            format!("{} {} at {}", symbol.kind.word(), symbol.name, symbol.definition.start)
        }
        Target::Host { module, name } => format!("host {}::{name}", module.unwrap_or_default()),
        Target::HostModule(name) => format!("module {name}"),
        Target::Library(name) => format!("library {name}"),
        Target::Member { shape, is_known } => format!("member {shape} {is_known:?}"),
        unknown => format!("{unknown:?}"),
    }
}

#[test]
fn names_are_found_by_the_scopes_of_rhai() {
    for (source, expected) in [
        ("fn f(a) { a§ }", "parameter a at 1:6"),
        ("let x = 1; fn f() { x§ }", "UnknownVariable"),
        ("const X = 1; fn f() { X§ }", "UnknownVariable"),
        ("const X = 1; fn f() { global::X§ }", "constant X at 1:7"),
        ("let x = 1; let x = x§ + 1;", "variable x at 1:5"),
        ("let x = 1; let x = x + 1; x§", "variable x at 1:16"),
        ("let x = 1; { let x = 2; } x§", "variable x at 1:5"),
        ("let x = 1; { let x = 2; x§ }", "variable x at 1:18"),
        ("let x = 1; let f = |y| x§ + y;", "variable x at 1:5"),
        ("let f = |y| y§; ", "parameter y at 1:10"),
        ("for (a, b) in [] { b§ }", "loop variable b at 1:9"),
        ("for a in [] { } a§", "UnknownVariable"),
        ("try { } catch (e) { e§ }", "caught value e at 1:16"),
        ("fn f(a) { g§(1) } fn g(b) { b }", "function g at 1:21"),
        ("fn f(a) { g§(1, 2) } fn g(b) { b }", "UnknownFunction(2)"),
        ("fn f(a) { 5.g§(1) } fn g(b) { b }", "function g at 1:23"),
        ("let c = |x| x; c§(1)", "variable c at 1:5"),
        ("log::info§(1)", "host log::info"),
        ("log§::info(1)", "module log"),
        ("log::nothing§(1)", "UnknownFunction(1)"),
        ("nothing§::at_all(1)", "UnknownModule"),
        ("import \"m\" as m; fn f() { m§::act() }", "module m at 1:15"),
        ("print§(1)", "host ::print"),
        ("\"a\".split§(\" \")", "library split"),
        ("parse_int§(\"1\")", "library parse_int"),
        ("\"a\".no_such§(1)", "UnknownFunction(1)"),
        ("fn lambda(input) { input.payload§ }", "member map Some(true)"),
        ("fn lambda(input) { input.payload.gen§ }", "member any Some(false)"),
        ("fn lambda(input) { input[\"payload§\"] }", "member map Some(true)"),
        ("fn f(x) { x.anything§ }", "member any None"),
        ("let m = #{ a: 1 }; m.a§", "member int Some(true)"),
        ("let x = 1; x§ = 2;", "variable x at 1:5"),
        ("`${let x = 1; x§}`", "variable x at 1:8"),
        ("fn g() { 1 } let p = g§;", "function g at 1:4"),
    ] {
        assert_eq!(target(source), expected, "{source}");
    }
}

#[test]
fn reads_and_writes_are_counted() {
    let analysis = analysis("let a = 1; let b = a; a = 2; a += b; fn f() { f(); f() }");
    let of = |name: &str| {
        let symbol = analysis.symbols().find(|(_, it)| &*it.name == name).unwrap().1;
        (symbol.reads, symbol.writes)
    };
    assert_eq!(of("a"), (2, 2));
    assert_eq!(of("b"), (1, 0));
    assert_eq!(of("f"), (2, 0));
}

#[test]
fn what_can_be_named_at_a_place_is_known() {
    let names = |source: &str| {
        let (source, place) = marked(source);
        let analysis = analysis(&source);
        let names: Vec<String> =
            analysis.visible_at(place).iter().map(|it| it.name.to_string()).collect();
        names.join(" ")
    };
    assert_eq!(names("fn f(a) { let b = 1; § let c = 2; }"), "b a f");
    assert_eq!(names("fn f(a) { let b = 1; { let c = 2; } § }"), "b a f");
    assert_eq!(names("fn f(a) { let b = 1;\n    if b {\n        let c = 2;\n        §"), "c b a f");
    assert_eq!(names("let top = 1; fn f(a) { § } fn g() { }"), "a g f");
    assert_eq!(names("let top = 1; fn f(a) { }\n§"), "top f");
    assert_eq!(names("fn f() { [1].map(|x| § ) }"), "x f");
    assert_eq!(names("let x = 1; let x = 2; §"), "x");
}

#[test]
fn comments_before_a_function_document_it() {
    let source = "// Not this.\n\n/// One.\n/// Two.\nfn a() { }\n\n// Plain.\nprivate fn b() { }\n\n/** Block\n  * of two. */\nfn c() { }\nfn d() { }";
    let analysis = analysis(source);
    let docs: Vec<String> = analysis.tree().functions().map(|(id, _)| analysis.doc(id)).collect();
    assert_eq!(docs, ["One.\nTwo.", "Plain.", "Block\nof two.", ""]);
}

/// In the built-in templates, every name is known.
#[test]
fn templates_name_nothing_unknown() {
    let catalog = Catalog::built_in();
    for template in &catalog.templates {
        let event = catalog.events.iter().find(|it| Some(&it.id) == template.event.as_ref());
        let schema = event.map(|it| serde_json::from_str(&it.schema).unwrap());
        let analysis =
            Analysis::of(template.source.clone(), Arc::new(Context::new(schema.as_ref(), &[])));
        for it in analysis.occurrences() {
            let is_unknown = matches!(
                it.target,
                Target::UnknownVariable | Target::UnknownFunction(_) | Target::UnknownModule
            );
            assert!(!is_unknown, "{}: {it:?}", template.id);
        }
    }
}

#[test]
fn every_script_is_understood() {
    for (name, source) in scripts() {
        let whole = Analysis::of(source.clone(), context());
        assert!(whole.occurrences().is_sorted_by_key(|it| it.range.start), "{name}");
        for (cut, _) in source.char_indices().step_by(7) {
            Analysis::of(&source[..cut], context());
        }
    }
}

#[test]
fn an_analysis_can_change_threads() {
    fn sendable<T: Send + Sync>(_: &T) {}
    sendable(&analysis(""));
}

fn told(analysis: &Analysis) -> String {
    let Analysis { symbols, occurrences, shapes, .. } = analysis;
    format!("{symbols:#?}\n{occurrences:#?}\n{shapes:?}")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn an_edited_source_means_what_it_means_alone(states in edited()) {
        let context = context();
        let mut analysis = Analysis::of(states[0].as_str(), context.clone());
        for source in &states[1..] {
            analysis = analysis.again(source.as_str(), context.clone());
            let alone = Analysis::of(source.as_str(), context.clone());
            prop_assert_eq!(told(&analysis), told(&alone));
            let errors = diagnose::of_tree(source, analysis.tree());
            prop_assert_eq!(errors, diagnose::diagnose(source));
            prop_assert_eq!(lint::findings(&analysis), lint::findings(&alone));
        }
    }
}

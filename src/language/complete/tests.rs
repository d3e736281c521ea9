use super::*;
use crate::language::analysis::tests::{context, marked};
use crate::language::analysis::{Context, Shape};
use crate::language::syntax::corpus::scripts;
use std::sync::Arc;

fn complete(source: &str, trigger: Trigger, recent: &[&str]) -> Option<Completions> {
    let (source, place) = marked(source);
    let context = (*context()).clone().with_environment(vec!["REGION".into(), "TEAM_MAIL".into()]);
    let recent: Vec<String> = recent.iter().map(|it| (*it).to_owned()).collect();
    Analysis::of(source, Arc::new(context)).complete(place, trigger, &recent)
}

/// The first labels that typing brings up in a lambda.
fn labels(body: &str) -> Vec<String> {
    let found = complete(&format!("fn lambda(input) {{ {body} }}"), Trigger::Typed, &[]);
    found.map_or_else(Vec::new, |it| it.items.into_iter().map(|it| it.label).take(5).collect())
}

#[test]
fn fields_of_the_payload_come_first_in_their_order() {
    for (body, first) in [
        ("input.§", "payload headers timestamp"),
        ("input.payload.§", "general newParticipants"),
        ("input.payload.general.§", "convId state sessionId inOffHours type"),
        ("input.payload?.general?.c§", "convId"),
        ("let g = input.payload.general; g.s§", "state sessionId"),
        ("let g = input.payload.general;\n g.\n let x = 1;§", ""),
        (
            "let g = input.payload.general;\n g.§\n let x = 1;",
            "convId state sessionId inOffHours type",
        ),
        ("input.payload.newParticipants[0].§", "id role friends"),
        ("for p in input.payload.newParticipants { p.§ }", "id role friends"),
        ("input.payload.newParticipants.filter(|p| p.r§)", "role"),
        ("`for ${input.payload.general.st§}`", "state"),
        ("if input.payload.general.§", "convId state"),
        ("log::info(input.payload.general.§, 1)", "convId state"),
        ("input.headers[0].§", "key value"),
        ("let m = #{ alpha: 1, beta: 2 }; m.§", "alpha beta"),
    ] {
        let found = labels(body).join(" ");
        assert!(found.starts_with(first), "{body}: {found}");
    }
}

#[test]
fn keys_in_strings_are_completed() {
    for (body, first) in [
        ("input.payload[\"§\"]", "general newParticipants odd key"),
        ("input.payload[\"o§\"]", "odd key"),
        ("input.payload[\"gen§", "general"),
        ("input.payload.general?[\"§\"]", "convId"),
        ("env::get(\"§\")", "REGION TEAM_MAIL"),
        ("env::get(\"TE§\", 1)", "TEAM_MAIL"),
    ] {
        let found = labels(body).join(" ");
        assert!(found.starts_with(first), "{body}: {found}");
    }
    assert_eq!(labels("let x = \"conv§\";"), [""; 0], "not in plain text");
}

#[test]
fn a_field_says_all_that_is_known_of_it() {
    let found =
        complete("fn lambda(input) { input.payload.general.co§ }", Trigger::Typed, &[]).unwrap();
    assert_eq!(
        found.items[0],
        Completion {
            label: "convId".into(),
            kind: CompletionKind::Field,
            detail: "string".into(),
            doc: "Id of the conversation".into(),
            sample: Some("\"7d2f\"".into()),
            insert: Insert::plain("convId"),
        }
    );
    assert_eq!(found.replace, TextRange::new(Place::new(1, 42), Place::new(1, 44)));
}

#[test]
fn values_of_an_enum_stand_behind_comparisons_and_in_switch() {
    for body in [
        "input.payload.general.state == §",
        "let s = input.payload.general.state; if s != §",
        "if input.payload.general.state == \"§\" { }",
        "if input.payload.general.state == \"§ { }",
        "switch input.payload.general.state { § }",
        "switch input.payload.general.state { \"OPEN\" => 1, § }",
        "switch input.payload.general.state { \"OPEN\" | § => 1 }",
        "switch input.payload.general.state { \"§\" => 1 }",
        "switch input.payload.general.state { \"OPEN\" => { 1 } § }",
    ] {
        let found = labels(body);
        assert!(found.starts_with(&["\"OPEN\"".into(), "\"CLOSE\"".into()]), "{body}: {found:?}");
    }
    assert_eq!(labels("input.payload.general.inOffHours == §")[..2], ["true", "false"]);
    assert_eq!(labels("switch input.payload.general.state { \"OPEN\" => § }"), [""; 0]);
    let in_string = complete("input.payload == \"§\"", Trigger::Typed, &[]);
    assert_eq!(in_string, None);
    let quoted = "fn lambda(input) { input.payload.general.state == \"C§\" }";
    let found = complete(quoted, Trigger::Typed, &[]).unwrap();
    assert_eq!(found.items[0].label, "\"CLOSE\"");
    assert_eq!(found.replace, TextRange::new(Place::new(1, 51), Place::new(1, 54)));
}

#[test]
fn names_words_and_snippets_fit_what_is_typed() {
    for (source, expected) in [
        ("fn lambda(input) { inp§ }", "input"),
        ("fn lambda(input) { let counter = 1; co§ }", "counter"),
        ("fn lambda(input) { help§ } fn helper(a) { a }", "helper"),
        ("const WORDS = []; fn lambda(input) { WO§ }", "global::WORDS"),
        ("const WORDS = []; fn lambda(input) { global::§ }", "WORDS"),
        ("fn lambda(input) { lo§ }", "loop"),
        ("fn lambda(input) { log::in§ }", "info"),
        ("fn lambda(input) { messaging::sys§ }", "system_message"),
        ("fn lambda(input) { system_m§ }", "messaging::system_message"),
        ("fn lambda(input) { parse_i§ }", "parse_int"),
        ("fn lambda(input) { ret§ }", "return"),
        ("fn lambda(input) { let x = swi§ }", "switch"),
        ("f§", "fn"),
        ("fn lambda(input) { rep§ }", "reply"),
        ("fn lambda(input) { \"abc\".to_u§ }", "to_upper"),
        ("fn lambda(input) { [1].pu§ }", "push"),
    ] {
        let found = complete(source, Trigger::Typed, &[]).unwrap_or_else(|| panic!("{source}"));
        assert_eq!(found.items[0].label, expected, "{source}");
    }
    let no_statement = complete("fn lambda(input) { let x = ret§ }", Trigger::Typed, &[]);
    assert!(no_statement.is_none_or(|it| it.items.iter().all(|it| it.label != "return")));
}

#[test]
fn what_was_accepted_lately_comes_first_among_what_fits_alike() {
    let source = "fn lambda(input) { input.payload.general.§ }";
    let found = complete(source, Trigger::Typed, &["inOffHours", "type"]).unwrap();
    let labels: Vec<&str> = found.items.iter().map(|it| it.label.as_str()).take(3).collect();
    assert_eq!(labels, ["inOffHours", "type", "convId"]);
    let typed =
        complete("fn lambda(input) { input.payload.general.co§ }", Trigger::Typed, &["type"]);
    assert_eq!(typed.unwrap().items[0].label, "convId", "what is typed counts more");
}

#[test]
fn nothing_is_offered_where_nothing_can_be_meant() {
    for source in [
        "fn lambda(input) { § }",
        "fn lambda(input) {\n    §\n}",
        "fn lambda(input) { foo(§) }",
        "fn lambda(input) { // input§\n }",
        "fn lambda(input) { /* inp§ */ }",
        "fn lambda(input) { \"inp§\" }",
        "fn lambda(input) { `inp§` }",
        "fn lambda(input) { let inp§ = 1; }",
        "fn lam§(input) { }",
        "fn lambda(inp§) { }",
        "fn lambda(input) { for inp§ in [] { } }",
        "fn lambda(input) { [1].map(|inp§| 1) }",
        "fn lambda(input) { try { } catch (inp§) { } }",
        "fn lambda(input) { #{ inp§: 1 } }",
        "fn lambda(input) { 12§ }",
        "fn lambda(input) { 'i§' }",
        "",
    ] {
        if source.is_empty() {
            continue;
        }
        assert_eq!(complete(source, Trigger::Typed, &[]), None, "{source}");
    }
    for asked in ["fn lambda(input) { § }", "fn lambda(input) { foo(§) }", "§"] {
        assert!(complete(asked, Trigger::Asked, &[]).is_some(), "{asked}");
    }
    assert_eq!(complete("// §", Trigger::Asked, &[]), None);
}

#[test]
fn holes_are_counted_in_characters() {
    assert_eq!(
        Insert::of("é(${a}, ${})"),
        Insert { text: "é(a, )".into(), holes: vec![2..3, 5..5] }
    );
    let found = complete("fn lambda(input) { help§ } fn helper(a, b) { a }", Trigger::Typed, &[]);
    let item = &found.unwrap().items[0];
    assert_eq!(
        (item.insert.text.as_str(), &item.insert.holes[..]),
        ("helper(a, b)", &[7..8, 10..11][..])
    );
    assert_eq!(item.detail, "helper(a, b) -> any");
}

/// What is inserted can be compiled, when the holes are filled as they stand.
#[test]
fn snippets_and_calls_compile() {
    let engine = crate::language::engine::compiler();
    let found = complete("fn lambda(input) {\n§\n}", Trigger::Asked, &[]).unwrap();
    for item in found.items.iter().filter(|it| it.kind == CompletionKind::Snippet) {
        let mut text = item.insert.text.clone();
        for hole in item.insert.holes.iter().rev().filter(|it| it.is_empty()) {
            text.insert(hole.start, '1');
        }
        let source = format!("fn lambda(input) {{ {text} }}");
        assert!(engine.compile(&source).is_ok(), "{source}");
    }
    let top = complete("f§", Trigger::Typed, &[]).unwrap();
    assert!(top.items[0].insert.text.starts_with("fn name(parameters) {"));
}

#[test]
fn without_an_event_the_payload_may_be_anything() {
    let (source, place) = marked("fn lambda(input) { input.payload.le§ }");
    let analysis = Analysis::of(source, Arc::new(Context::default()));
    assert_eq!(analysis.context().input.member("payload"), Some(&Shape::any()));
    let found = analysis.complete(place, Trigger::Typed, &[]).unwrap();
    assert_eq!(found.items[0].label, "len");
}

#[test]
fn every_place_of_every_script_can_be_asked() {
    for (name, source) in scripts() {
        let analysis = Analysis::of(source.clone(), context());
        for (index, line) in source.lines().enumerate() {
            for column in (1..=line.chars().count() as u32 + 1).step_by(3) {
                let place = Place::new(index as u32 + 1, column);
                for trigger in [Trigger::Typed, Trigger::Asked] {
                    if let Some(found) = analysis.complete(place, trigger, &[]) {
                        let is_around = found.replace.start <= place && place <= found.replace.end;
                        assert!(is_around, "{name} {place}: {:?}", found.replace);
                    }
                }
                analysis.hover(place);
                analysis.signature_help(place);
                analysis.breadcrumb(place);
                analysis.matching_brackets(place);
                analysis.references(place);
            }
        }
    }
}

#[test]
fn fields_come_before_methods_however_lately_these_were_taken() {
    for (source, recent) in [
        ("fn lambda(input) { input.payload.general.§ }", vec![]),
        ("fn lambda(input) { input.payload.general.§ }", vec!["keys", "len"]),
        ("fn lambda(input) { let k = input.payload.general; k.s§ }", vec!["set"]),
    ] {
        let items = complete(source, Trigger::Typed, &recent).unwrap().items;
        // What merely has the letters somewhere comes last, whatever it is.
        let starts = |it: &&Completion| !source.contains(".s§") || it.label.starts_with('s');
        let items: Vec<_> = items.iter().filter(starts).collect();
        let first = items.iter().position(|it| it.kind == CompletionKind::Method);
        let last = items.iter().rposition(|it| it.kind == CompletionKind::Field);
        assert!(last.is_some() && first > last, "{source} {recent:?}: {first:?} {last:?}");
    }
    let recent = complete("fn lambda(input) { log::§ }", Trigger::Typed, &["warn"]).unwrap();
    assert_eq!(recent.items[0].label, "warn");
}

#[test]
fn an_underscore_alone_offers_names_that_begin_with_it() {
    let offered = labels("let _own = 1; let other_name = 2; _§");
    assert_eq!(offered, ["_own"]);
    assert_eq!(labels("let other_name = 2; _§"), [""; 0]);
    assert!(complete("fn lambda(input) { _§ }", Trigger::Asked, &[]).is_none());
    assert!(labels("to_u§").contains(&"to_upper".to_owned()));
}

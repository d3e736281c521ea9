//! What is offered while one types, and what is told of it: the event's payload, the host, Rhai's own, the file's.

use crate::app_kit::{Harness, name};
use lambdeck::domain::FileKey;

/// A lambda of the sample with this body, the cursor in its last line.
fn writing_in(lambda: &str, body: &str) -> Harness {
    let mut h = Harness::sample();
    let source = format!("fn lambda(input) {{\n{body}\n}}\n");
    std::fs::write(h.disk.workspace().source_path(&name(lambda)), source).unwrap();
    h.open(FileKey::Source(name(lambda))).keys("<ctrl-end><up><up><end>");
    h
}

fn writing(body: &str) -> Harness {
    writing_in("greet_new_conversation", body)
}

/// What is offered, in its order.
#[track_caller]
fn offered(h: &Harness) -> Vec<String> {
    let offer = h.state.editor.assist.offer.as_ref();
    let offer = offer.unwrap_or_else(|| panic!("nothing is offered:\n{}", h.screen()));
    offer.completions.items.iter().map(|item| item.label.clone()).collect()
}

#[track_caller]
fn offers(h: &Harness, wanted: &[&str]) {
    let all = offered(h);
    for label in wanted {
        assert!(all.iter().any(|it| it == label), "{label} is not among {all:?}");
    }
}

#[test]
fn the_payload_is_known_through_variables_items_loops_and_keys_with_type_meaning_and_sample() {
    for (typed, field) in [
        ("input.payload.", "general"),
        ("input.payload.general.conv", "convId"),
        ("let g = input.payload.general; g.conv", "convId"),
        ("input.payload.participantChange.newParticipants[0].ro", "role"),
        ("for p in input.payload.participantChange.newParticipants { p.ro", "role"),
        ("input.payload[\"gen", "general"),
        ("input.payload[\"general\"][\"conv", "convId"),
        ("input.payload?.general?.conv", "convId"),
    ] {
        let mut h = writing("    ");
        h.keys(typed);
        assert_eq!(offered(&h).first().map(String::as_str), Some(field), "{typed}\n{}", h.screen());
    }
    let mut h = writing("    ");
    h.keys("input.payload.general.conv").see("convId").see("string");
    h.see("Id of the conversation").see("for example").see("\"7d2f0b7e");
    let mut h = writing("    ");
    h.keys("input.payload.general.newConv").see("State of the conversation now");
    h.see("for example \"OPEN\"").see("One of \"OPEN\", \"CLOSE\"");
}

#[test]
fn values_of_an_enum_are_offered_in_comparisons_and_arms() {
    let mut h = writing("    ");
    h.keys("if input.payload.general.newConvState == ");
    assert_eq!(offered(&h)[..2], ["\"OPEN\"", "\"CLOSE\""]);
    h.keys("<tab>").see("newConvState == \"OPEN\"");
    let mut h = writing("    switch input.payload.general.newConvState {\n        ");
    h.keys("\"CL");
    assert_eq!(offered(&h)[0], "\"CLOSE\"");
    h.keys("<tab>").see("\"CLOSE\"");
}

#[test]
fn events_of_the_workspace_are_known_by_their_schema_and_lambdas_without_one_by_their_payload() {
    let mut h = Harness::empty();
    let event = h.disk.root().join("events/shop_order");
    std::fs::create_dir_all(event.join("samples")).unwrap();
    std::fs::write(event.join("event.toml"), EVENT).unwrap();
    std::fs::write(event.join("schema.json"), SCHEMA).unwrap();
    std::fs::write(event.join("samples/01_order.json"), ORDER).unwrap();
    h.wait(3_000)
        .keys("p")
        .dont_see("problem")
        .keys("<ctrl-n>shop<enter>")
        .see("2 of 3")
        .keys("<enter>")
        .see("3 of 3");
    h.keys("<ctrl-k>orders<enter>").see("orders").keys("<esc><ctrl-a><del>");
    h.keys("fn lambda(input) { input.payload.am").see("What is to be paid").see("amount");
    h.see("for example 12.5");

    let mut h = Harness::editing("fn lambda(input) {\n    \n}\n");
    h.keys("<alt-3><ctrl-a>")
        .paste("{ \"headers\": [], \"payload\": { \"invoice\": { \"total\": 7 } } }");
    h.keys("<alt-2><down><end>input.payload.invoice.").see("total").see("int").see("for example 7");
}

const EVENT: &str = "id = \"shop_order\"\nname = \"Shop Order\"\ndescription = \"Somebody has ordered.\"\nraised_by = \"The shop\"\nslots = 2\nresult = \"anything\"\n\n[[sub_types]]\nid = \"ORDER\"\ntitle = \"order\"\n";
const SCHEMA: &str = "{ \"type\": \"object\", \"properties\": { \"amount\": { \"type\": \"number\", \"description\": \"What is to be paid\", \"examples\": [12.5] } } }";
const ORDER: &str = "{ \"headers\": [], \"payload\": { \"amount\": 12.5 } }";

#[test]
fn functions_of_the_host_come_with_signature_meaning_and_example() {
    let mut h = writing("    ");
    h.keys("http::ge");
    assert_eq!(offered(&h)[0], "get");
    h.see("http::get(url: string").see("https://");
    let mut h = writing("    ");
    h.keys("messag");
    assert_eq!(offered(&h)[0], "messaging");
    h.keys("<tab>sys").see("messaging::system_message(text: string");
    h.keys("<tab>").see("messaging::system_message(");
}

#[test]
fn rhais_own_functions_are_those_of_the_values_type() {
    let mut h = writing("    let words = [\"a\"];\n    let text = \"a\";\n    ");
    h.keys("words.pu");
    assert_eq!(offered(&h)[0], "push");
    h.keys("<esc><home><ctrl-k>text.to_u");
    assert_eq!(offered(&h)[0], "to_upper");
    h.keys("<esc><home><ctrl-k>text.pu").dont_see("push_all");
    h.keys("<esc><home><ctrl-k>words.").dont_see("to_upper");
}

#[test]
fn variables_functions_words_and_snippets_are_offered_where_they_can_stand() {
    let mut h = writing("    let counted = 1;\n    ");
    h.keys("<ctrl-end>fn counter(x) { x }<ctrl-home><down><down><end>");
    h.keys("count");
    assert_eq!(offered(&h)[..2], ["counted", "counter"], "what is nearer comes first");
    h.keys("<esc><home><shift-end><del>").keys("<ctrl-space>");
    offers(&h, &["if", "for", "switch", "try", "reply", "http", "let", "return", "counted"]);
    h.keys("repl").see("Answers the conversation with a line").keys("<tab>");
    h.see("return messaging::system_message(\"text\");").keys("Hello").see("(\"Hello\")");
    h.keys("<esc><end><enter>http<tab>").see("http::get(").see("} catch (error) {");
    let mut h = writing("    1");
    h.keys("<ctrl-end>f").keys("<ctrl-space>");
    offers(&h, &["fn"]);
}

#[test]
fn each_kind_of_name_is_explained_by_key_and_mouse() {
    let body =
        "    let total = input.headers.len();\n    log::info(twice(total), global::LIMIT);\n    ";
    let mut h = writing(body);
    h.keys("<ctrl-end>/// Doubles.<enter>fn twice(n) { n * 2 }<enter>const LIMIT = 40 + 2;<esc>");
    for (name, told) in [
        ("total =", "variable total"),
        ("len()", "len("),
        ("info(", "log::info(message: any"),
        ("twice(total", "Doubles."),
        ("LIMIT)", "const LIMIT = 40 + 2"),
        ("headers", "What the caller sent along"),
    ] {
        h.click(name).keys("<right><alt-h>").see(told).keys("<esc>");
        let at = h.find(name);
        h.mouse(at, lambdeck::app::input::MouseKind::RightPress).see(told).keys("<esc>");
    }
}

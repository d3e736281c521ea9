//! What the editor knows of a lambda while it is written: completions, cards, parameters, jumps, other names.

use crate::app_kit::{Harness, name};
use lambdeck::domain::FileKey;
use ratatui::style::Modifier;

/// The sample's lambda for new conversations with this source, the cursor at the start of the last line but one.
fn writing(body: &str) -> Harness {
    let mut h = Harness::sample();
    let lambda = name("greet_new_conversation");
    let source = format!("fn lambda(input) {{\n{body}\n}}\n");
    std::fs::write(h.disk.workspace().source_path(&lambda), source).unwrap();
    h.open(FileKey::Source(lambda)).keys("<ctrl-end><up><up><end>");
    h
}

/// What is in the editor.
fn source(h: &Harness) -> String {
    h.state.document().unwrap().pane.buffer.text()
}

#[test]
fn fields_of_the_payload_are_offered_at_any_depth() {
    let mut h = writing("    let g = input.payload.general;\n    ");
    h.keys("let id = g.");
    let labels = |h: &Harness| -> Vec<String> {
        let offer = h.state.editor.assist.offer.as_ref().expect("something is offered");
        offer.completions.items.iter().map(|item| item.label.clone()).collect()
    };
    assert!(labels(&h).contains(&"clientLanguage".to_owned()));
    h.keys("conv");
    assert_eq!(labels(&h)[0], "convId");
    assert!(!labels(&h).contains(&"clientLanguage".to_owned()));
    h.see("convId      string").keys("<tab>");
    assert!(source(&h).contains("let id = g.convId\n"), "{}", source(&h));
    assert!(h.state.editor.assist.offer.is_none());
}

#[test]
fn enter_is_a_new_line_until_one_has_moved_in_the_list() {
    let mut h = writing("    ");
    h.keys("let x = input.payload.gen").see("general");
    h.keys("<enter>").dont_see("input.payload.general");
    let mut h = writing("    ");
    h.keys("let x = input.payload.").keys("<down><up><enter>");
    assert!(
        source(&h).contains("let x = input.payload.general\n")
            || source(&h).contains("let x = input.payload.")
    );
    assert_eq!(source(&h).lines().count(), 3);
}

#[test]
fn esc_closes_the_list_once_and_typing_on_opens_it_again() {
    let mut h = writing("    ");
    h.keys("log::").see("info").see("warn").keys("<esc>").dont_see("warn").keys("i").see("info");
    h.keys("<esc>");
    assert!(h.state.editor.assist.offer.is_none());
    h.see("greet_new_conversation");
}

#[test]
fn values_of_an_enum_are_offered_behind_a_comparison() {
    let mut h = writing("    ");
    h.keys("if input.payload.general.cbotEventType == \"CONS")
        .see("CONSUMER_OPEN_NEW_CONVERSATION_OFF_HOURS");
}

#[test]
fn what_is_accepted_often_comes_first() {
    let mut h = writing("    ");
    h.keys("log::w<tab>").keys("<esc><end>;<enter>log::");
    let offer = h.state.editor.assist.offer.as_ref().unwrap();
    assert_eq!(offer.selected().unwrap().label, "warn");
}

#[test]
fn nothing_is_offered_in_comments_and_on_blank_lines_unless_asked() {
    let mut h = writing("    ");
    h.keys("// conv");
    assert!(h.state.editor.assist.offer.is_none());
    h.keys("<enter>");
    assert!(h.state.editor.assist.offer.is_none());
    h.keys("<ctrl-space>");
    assert!(h.state.editor.assist.offer.is_some());
}

#[test]
fn the_holes_of_what_was_inserted_are_filled_in_one_after_the_other() {
    let mut h = writing("    ");
    h.keys("for").see("for").keys("<ctrl-space>");
    let offer = h.state.editor.assist.offer.as_mut().unwrap();
    let at = offer.completions.items.iter().position(|item| item.insert.holes.len() > 1).unwrap();
    offer.cursor.selected = at;
    h.keys("<tab>");
    assert!(h.state.editor.assist.has_holes());
    h.keys("entry<tab>input.headers<tab>print(entry);");
    let source = source(&h);
    assert!(source.contains("for entry in input.headers {"), "{source}");
    assert!(source.contains("print(entry);"), "{source}");
    assert!(!h.state.editor.assist.has_holes());
}

#[test]
fn parameters_are_told_while_they_are_typed() {
    let mut h = writing("    ");
    h.keys("env::get(").see("env::get(name: string, default?: any)");
    assert!(h.style_of("name: string").add_modifier.contains(Modifier::UNDERLINED));
    h.keys("\"1\", ").see("env::get(");
    assert!(h.style_of("default?: any").add_modifier.contains(Modifier::UNDERLINED));
    h.keys("\"2\")").dont_see("default?: any");
}

#[test]
fn a_name_is_explained_by_key_and_by_mouse_and_in_the_sidebar() {
    let mut h = writing("    let id = input.payload.general.convId;\n    ");
    h.keys("<up><end><left><left><alt-h>").see("payload.general.convId").see("string");
    h.keys("<esc>").dont_see("payload.general.convId  ");
    h.keys("<ctrl-e><tab>").see("payload.general.convId").see("Docs");
}

#[test]
fn one_goes_to_a_definition_and_back() {
    let mut h = writing("    helper(1)\n}\n\nfn helper(x) {\n    x + 1");
    h.keys("<ctrl-home><down><home><f12>")
        .see("5:4")
        .keys("<alt-left>")
        .see("2:5")
        .keys("<alt-right>")
        .see("5:4");
}

#[test]
fn uses_are_listed_and_gone_to() {
    let mut h = writing("    let total = 1;\n    total += 2;\n    total");
    h.keys("<home><shift-f12>")
        .see("total  3 places")
        .see("defined")
        .see("written")
        .keys("<enter>")
        .see("2:9");
}

#[test]
fn a_name_is_changed_everywhere_after_a_look_at_what_changes() {
    let mut h = writing("    let total = 1;\n    total += 2;\n    total");
    h.keys("<home><f2>").see("Rename total").keys("<ctrl-k>sum<enter>");
    h.see("total becomes sum in 3 places").see("let sum = 1;").keys("<enter>");
    assert!(source(&h).contains("    let sum = 1;\n    sum += 2;\n    sum\n"), "{}", source(&h));
    h.keys("<ctrl-z>");
    assert!(
        source(&h).contains("    let total = 1;\n    total += 2;\n    total\n"),
        "one step takes it back"
    );
    h.keys("<f2><ctrl-k>input<enter>").see("input");
    assert!(source(&h).contains("total"), "a name that is taken is refused");
}

#[test]
fn the_outline_leads_to_functions_and_the_border_says_where_one_is() {
    let mut h = writing("    helper(1)\n}\n\nfn helper(x) {\n    if x > 1 {\n        x\n    }");
    h.keys("<ctrl-e><tab><tab>")
        .see("2 definitions")
        .see("helper")
        .keys("<down><enter>")
        .see("5:4");
    h.keys("<down><down>").see("helper(x) › if x > 1");
    h.keys("<ctrl-p>@").see("lambda(input)").see("helper(x)").keys("<down><enter>").see("5:4");
}

#[test]
fn the_list_takes_the_mouse() {
    let mut h = writing("    ");
    h.keys("log::").click("warn");
    assert!(source(&h).contains("log::warn("), "{}", source(&h));
}

#[test]
fn on_the_second_side_what_is_offered_stands_at_its_cursor() {
    let mut h = writing("    ");
    h.keys("<ctrl-p>hello<ctrl-\\>");
    assert_eq!(h.state.focus(), lambdeck::app::state::Pane::Beside);
    h.keys("<ctrl-end>fn f() {<enter>log::").see("info");
    let layout = lambdeck::app::layout::layout(&h.state);
    let list = lambdeck::app::assist::place::offer(&h.state, &layout).expect("it is on the screen");
    let side = layout.pane(lambdeck::app::state::Pane::Beside).unwrap();
    assert!(side.x < list.x && list.x < side.right(), "{list:?} in {side:?}");
    h.keys("<tab>");
    assert!(h.state.editor.assist.offer.is_none());
    assert!(source(&h).contains("log::"), "{}", source(&h));
}

#[test]
fn brackets_in_texts_and_comments_have_no_partner_in_the_code() {
    let mut h = writing("    ");
    h.keys("log::info(\"(\", 1); // (<home><ctrl-right><ctrl-right>").keys("<esc>");
    let at = |h: &Harness| h.state.document().unwrap().pane.buffer.cursor().column;
    let text = source(&h);
    let line = text.lines().find(|line| line.contains("log::info")).unwrap().to_owned();
    let open = line.find('(').unwrap();
    while at(&h) > open {
        h.keys("<left>");
    }
    while at(&h) < open {
        h.keys("<right>");
    }
    h.keys("<ctrl-]>");
    assert_eq!(at(&h), line.find("; //").unwrap() - 1, "{line}");
    h.keys("<ctrl-]>");
    assert_eq!(at(&h), open);
}

#[test]
fn comments_and_code_that_nobody_has_laid_out_can_be_folded() {
    let mut h = writing("// one\n// two\nlet m = #{\na: 1,\nb: 2\n};\nlog::info(m);");
    h.keys("<ctrl-home><down><alt-o>").see("// one").dont_see("// two");
    h.keys("<down><alt-o>").see("let m = #{").dont_see("a: 1,").see("};");
    h.keys("<alt-o>").see("a: 1,").see("b: 2");
}

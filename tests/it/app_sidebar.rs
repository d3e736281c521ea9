//! Beside the code: problems as one types, the payload as a tree.

use crate::app_kit::{Harness, name};
use lambdeck::app::state::{Pane, Screen};
use lambdeck::domain::Severity;

const GOOD: &str = "fn lambda(input) {\n    let one = 1;\n    one\n}\n";

#[test]
fn a_problem_appears_as_one_types_and_goes_when_it_is_gone() {
    let mut h = Harness::editing(GOOD);
    h.dont_see("1 error").dont_see("E   ");
    h.keys("<down><end><backspace> +;").see("1 error").see("E   2");
    let message = h.state.document().unwrap().pane.diagnostics[0].message.clone();
    h.see(message.split(' ').take(3).collect::<Vec<_>>().join(" ").as_str());
    let bad = h.theme.severity(Severity::Error).fg;
    assert_eq!(h.style_of("E   2").fg, bad);
    h.keys("<ctrl-z><ctrl-z><ctrl-z><ctrl-z>").dont_see("1 error").dont_see("E   2");
    assert_eq!(h.text(), GOOD);
}

#[test]
fn the_problems_tab_lists_them_and_enter_goes_there() {
    let mut h = Harness::editing(
        "fn lambda(input) {\n    let x = ;\n}\n\nfn _other() {\n    let y = ;\n}\n",
    );
    h.keys("<ctrl-e><tab><tab><tab>").see("2 problems").see("2:13").see("6:13");
    h.keys("<down><enter>");
    assert_eq!(
        (h.state.focus(), h.state.document().unwrap().pane.buffer.cursor().line),
        (Pane::Code, 5)
    );
    h.keys("<ctrl-e>").click("2:13");
    assert_eq!(h.state.document().unwrap().pane.buffer.cursor().line, 1);
}

#[test]
fn f8_goes_round_the_problems_and_shows_the_whole_message() {
    let mut h = Harness::editing(
        "fn lambda(input) {\n    let x = ;\n}\n\nfn _other() {\n    let y = ;\n}\n",
    );
    let line = |h: &Harness| h.state.document().unwrap().pane.buffer.cursor().line;
    h.keys("<f8>");
    assert_eq!(line(&h), 1);
    assert!(
        h.state
            .notice
            .as_ref()
            .unwrap()
            .text
            .starts_with(&h.state.document().unwrap().pane.diagnostics[0].message)
    );
    h.keys("<f8>");
    assert_eq!(line(&h), 5);
    h.keys("<f8>");
    assert_eq!(line(&h), 1);
    h.keys("<shift-f8>");
    assert_eq!(line(&h), 5);
    let mut h = Harness::editing(GOOD);
    h.keys("<f8>").see("there is no problem");
}

#[test]
fn a_problem_does_not_move_the_line_that_is_typed() {
    let mut h = Harness::editing(GOOD);
    h.keys("<down><down><end>");
    let before = h.cursor.unwrap();
    h.keys(" +");
    assert_eq!(h.cursor.unwrap(), (before.x + 2, before.y).into());
}

#[test]
fn the_tree_shows_the_payload_folds_and_describes_fields() {
    let mut h = Harness::sample();
    h.keys("<ctrl-o>greet<enter>").see("▾ payload").see("convId").see("Messaging New Conversation");
    h.keys("<f6>");
    assert_eq!(h.state.focus(), Pane::Sidebar);
    h.click("convId").see("input.payload.general.convId").see("string");
    h.keys("<left>").see("input.payload.general");
    h.keys("<left>")
        .dont_see("convId  ")
        .see("▸ general")
        .keys("<right>")
        .see("▾ general")
        .keys("<right>");
    assert_eq!(h.state.editor.sidebar.tree.selected().unwrap().depth, 2);
    h.keys("<left><space>").see("▸ general").keys("<space>").see("▾ general");
}

#[test]
fn one_key_writes_a_path_into_the_code_or_copies_it() {
    let mut h = Harness::sample();
    h.keys("<ctrl-o>greet<enter><enter><up><f6>")
        .click("convId")
        .keys("c")
        .see("Copied input.payload.general.convId");
    assert_eq!(h.copied(), Some("input.payload.general.convId"));
    h.keys("<enter>");
    assert_eq!(h.state.focus(), Pane::Code);
    assert!(h.text().starts_with("input.payload.general.convId\n"), "{}", h.text());
    h.keys("<ctrl-z>");
    assert!(h.text().starts_with('\n'), "one step");
    h.clicks("convId", 2);
    assert!(h.text().starts_with("input.payload.general.convId\n"));
}

#[test]
fn a_click_on_a_branch_selects_it_and_another_folds_it() {
    let mut h = Harness::sample();
    h.keys("<ctrl-o>greet<enter>")
        .click("▾ general")
        .see("▾ general")
        .click("▾ general")
        .see("▸ general");
}

#[test]
fn another_sample_can_be_chosen_from_the_tree() {
    let mut h = Harness::sample();
    h.keys("<ctrl-o>greet<enter><f6>");
    let first = h.payload();
    h.keys("s").see("Samples of the event").keys("<down><enter>");
    assert_ne!(h.payload(), first);
    assert_eq!((h.state.screen, h.state.focus()), (Screen::Editor, Pane::Sidebar));
}

#[test]
fn the_tree_follows_the_payload_and_stays_as_it_was_while_it_is_no_json() {
    let mut h = Harness::sample();
    h.keys("<ctrl-o>hello<enter>").see("▾ payload {0}");
    h.keys("<alt-3>");
    h.state.set_focus(Pane::Payload);
    h.keys("<ctrl-a>").paste("{\"headers\": [], \"payload\": {\"mine\": 17}}");
    h.keys("<alt-2>").see("mine").see("17");
    h.keys("<alt-3><ctrl-end><backspace><alt-2>").see("mine");
}

#[test]
fn the_sidebar_goes_and_comes_and_esc_leads_back_to_the_code() {
    let mut h = Harness::editing(GOOD);
    h.see("Problems").keys("<ctrl-b>").dont_see("Problems").keys("<ctrl-e>").see("Problems");
    assert_eq!(h.state.focus(), Pane::Sidebar);
    h.keys("<esc>");
    assert_eq!(h.state.focus(), Pane::Code);
    h.resize(80, 24)
        .dont_see("Problems")
        .keys("<ctrl-e>")
        .see("Problems")
        .keys("<esc>")
        .see("let one");
}

#[test]
fn the_tabs_of_the_sidebar_can_be_clicked() {
    let mut h = Harness::editing(GOOD);
    h.click("Problems").see("Nothing is wrong").click("Payload ").see("▾ payload");
}

#[test]
fn the_outline_is_there_again_after_a_file_was_refused() {
    let mut h = Harness::editing("const WORDS = [1];\n\nfn lambda(input) { WORDS }\n");
    let binary = h.disk.workspace().source_path(&name("scan_keywords"));
    std::fs::write(binary, b"\x00\xff").unwrap();
    h.keys("<ctrl-e><tab><tab>").see("WORDS: array").see("lambda(input)");
    h.keys("<ctrl-o>scan<enter>").see("not UTF-8").see("WORDS: array");
    h.keys("<alt-1>")
        .click("scan_keywords")
        .keys("<enter>")
        .see("not UTF-8")
        .dont_see("WORDS: array");
    h.keys("<alt-2>").see("WORDS: array").see("lambda(input)");
}

#[test]
fn a_digit_in_the_sidebar_is_taken_for_text_that_goes_nowhere() {
    let mut h = Harness::editing("fn lambda(input) {\n    1\n}\n");
    h.keys("<ctrl-e>4").see("Nothing is typed in this pane: F6").see("Alt-4 to Activity");
    assert_eq!(h.state.screen, Screen::Editor);
    assert_eq!(h.state.document().unwrap().pane.buffer.text(), "fn lambda(input) {\n    1\n}\n");
    h.keys("<alt-1>4");
    assert_eq!(h.state.screen, Screen::Activity, "where nothing is typed, a digit is enough");
}

#[test]
fn a_long_description_of_a_field_is_read_whole_below_the_tree() {
    let mut h = Harness::sample();
    h.keys("<alt-1><enter><ctrl-e>");
    let is_there = |h: &Harness| {
        let row = h.state.editor.sidebar.tree.selected();
        row.is_some_and(|row| row.key == "cbotEventType")
    };
    (0..40).for_each(|_| drop((!is_there(&h)).then(|| h.keys("<down>").screen())));
    assert!(is_there(&h), "{}", h.screen());
    h.see("What exactly happened").see("event. One of").see("UTOCLOSE.");
    h.see("cbotEventType    \"CONSUMER");
}

//! Finding and replacing in all lambdas, and undo that goes on in the next session.

use crate::app_kit::{Harness, name};
use lambdeck::app::input::MouseKind;

/// Three lambdas that share words; `hello` is open.
fn shared() -> Harness {
    let h = Harness::editing("let greeting = 1;\nlog::info(greeting);\n");
    h.disk.write_behind_our_back("scan_keywords", "// a Greeting\r\nlet greeting_id = 2;\r\n");
    h.disk.write_behind_our_back("greet_new_conversation", "fn lambda(input) { }\n");
    h
}

#[test]
fn all_lambdas_are_searched_while_one_types_and_enter_goes_there() {
    let mut h = shared();
    h.keys("<alt-g>").see("Type what to look for in all lambdas").keys("gree");
    h.see("4 matches in 2 files").see("1  let greeting = 1;").see("2  let greeting_id = 2;");
    h.keys("<alt-w>").see("word").see("Not found").keys("ting").see("3 matches in 2 files");
    h.keys("<alt-c>").see("case").see("2 matches in 1 file").keys("<alt-c><alt-w>");
    h.keys("<alt-r><ctrl-k>greeting_\\w+").see("regex").see("1 match in 1 file");
    h.keys("<ctrl-k>(").see("unclosed group").keys("<ctrl-k>greeting_");
    h.keys("<down><enter>").see("2:5");
    assert_eq!(h.state.at_hand(), Some(name("scan_keywords")));
    h.keys("<alt-g>").see("greeting_").see("1 match in 1 file");
}

#[test]
fn the_selected_word_is_looked_for_and_unsaved_text_counts() {
    let mut h = shared();
    h.keys("// greeting<enter>").clicks("greeting", 2).keys("<alt-g>");
    h.see("Find     greeting").see("5 matches in 2 files").see("1  // greeting");
    h.keys("<esc>").dont_see("5 matches");
}

#[test]
fn matches_are_replaced_in_open_texts_and_in_files_but_those_left_out() {
    let mut h = shared();
    h.keys("<alt-g>greeting<tab>salute").see("[x] ").see("let greetingsalute = 1;");
    h.see("4 matches in 2 files; Alt-A replaces 4");
    h.keys("<down><down><alt-e>").see("[ ] ").see("Alt-A replaces 3").keys("<alt-a>");
    h.see("Replaced and saved in scan_keywords").see("replaced in hello, not saved yet");
    assert_eq!(h.text(), "let salute = 1;\nlog::info(greeting);\n");
    assert_eq!(h.disk.source("scan_keywords"), "// a salute\r\nlet salute_id = 2;\r\n");
    assert!(h.disk.source("hello").starts_with("let greeting = 1;"));
    h.keys("<ctrl-z>");
    assert_eq!(h.text(), "let greeting = 1;\nlog::info(greeting);\n", "one step a text");
    h.keys("<ctrl-o>scan_keywords<enter>").see("salute_id").keys("<ctrl-z>");
    assert_eq!(h.text(), "// a Greeting\r\nlet greeting_id = 2;\r\n", "also of a file");
}

#[test]
fn a_whole_file_can_be_left_out_and_groups_are_shown_filled_in() {
    let mut h = shared();
    h.keys("<alt-g><alt-r>(greet)ing<tab>${1}ed").see("let greetinggreeted = 1;");
    h.keys("<alt-e>").see("Alt-A replaces 2").keys("<ctrl-home><alt-e>").see("Alt-A replaces 4");
    h.keys("<ctrl-home><alt-e><ctrl-end><up><up><alt-e><alt-a>").see("There is nothing to replace");
}

#[test]
fn a_file_that_was_changed_meanwhile_is_left_alone_and_told() {
    let mut h = shared();
    h.keys("<alt-g>greeting_<tab>x");
    h.disk.write_behind_our_back("scan_keywords", "let greeting_id = 3; // theirs, and longer\n");
    h.keys("<alt-a>").see("scan_keywords was changed by another program and left alone");
    assert!(h.disk.source("scan_keywords").contains("theirs"));
}

#[test]
fn saved_payloads_are_searched_when_asked() {
    let mut h = shared();
    let payload = "{\"greeting\": \"one\"}";
    h.disk.workspace().save_payload(&name("hello"), "first", payload).unwrap();
    h.keys("<alt-g>greeting").see("4 matches").dont_see("payload `first`");
    h.keys("<alt-p>").see("payloads").see("the payload `first` of hello").see("5 matches");
    h.keys("<tab>hi<alt-a>");
    let saved = h.disk.workspace().read_payload(&name("hello"), "first").unwrap();
    assert_eq!(saved, "{\"hi\": \"one\"}");
}

#[test]
fn the_mouse_chooses_and_goes_there_and_a_narrow_screen_holds_it() {
    let mut h = shared();
    h.keys("<alt-g>greeting_");
    let at = h.find("let greeting_id");
    h.mouse(at, MouseKind::Press(1)).mouse(at, MouseKind::Press(2)).see("2:5");
    h.resize(80, 24).keys("<alt-g>").see("1 match in 1 file").resize(30, 6).see("Find");
}

#[test]
fn undo_goes_on_where_the_last_session_saved_and_not_in_another_text() {
    let mut h = Harness::editing("one\n");
    h.keys("<end> two").wait(2_000).keys(" three<ctrl-s>").see("Saved hello");
    let mut h = Harness::on(h.disk);
    h.keys("<ctrl-o>hello<enter>").see("one two three").keys("<ctrl-z>");
    assert_ne!(h.text(), "one two three\n");
    h.keys("<ctrl-z><ctrl-z><ctrl-z><ctrl-z>");
    assert_eq!(h.text(), "one\n");
    h.keys("<ctrl-y><ctrl-y><ctrl-y><ctrl-y><ctrl-y>");
    assert_eq!(h.text(), "one two three\n");
    h.dont_see("main.rhai *").keys("<ctrl-z><ctrl-y><ctrl-q>");
    let mut h = Harness::on(h.disk);
    h.disk.write_behind_our_back("hello", "one two three four\n");
    h.keys("<ctrl-o>hello<enter><ctrl-z>");
    assert_eq!(h.text(), "one two three four\n", "another text has no such history");
}

#[test]
fn what_was_undone_before_leaving_can_be_made_again_after() {
    let mut h = Harness::editing("one\n");
    h.keys("<end> two<ctrl-s> more<ctrl-z><ctrl-z>");
    assert_eq!(h.text(), "one two\n");
    h.keys("<ctrl-q>");
    let mut h = Harness::on(h.disk);
    h.keys("<ctrl-o>hello<enter><ctrl-y><ctrl-y>");
    assert_eq!(h.text(), "one two more\n");
}

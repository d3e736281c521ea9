//! The editor's text under keys and mouse.

use crate::app_kit::{Harness, name};
use lambdeck::app::input::MouseKind;
use lambdeck::app::state::Pane;
use lambdeck::workspace::JournalKey;

const SOURCE: &str = "fn lambda(input) {\n    let one = 1;\n    let two = 2;\n    one + two\n}\n";

/// Two hundred lines.
fn long() -> String {
    let lines: Vec<String> = (0..200).map(|n| format!("// line {n}")).collect();
    lines.join("\n")
}

fn selected(h: &Harness) -> String {
    h.state.document().unwrap().pane.buffer.selected_text().unwrap_or_default()
}

#[test]
fn what_is_typed_stands_on_the_screen_and_is_marked_unsaved() {
    let mut h = Harness::editing(SOURCE);
    h.dont_see(" *")
        .keys("// hi there<enter>")
        .see("// hi there")
        .see("hello  main.rhai *")
        .see("hello *  2:1");
    h.keys("<ctrl-s>").see("Saved hello").dont_see("main.rhai *");
    assert_eq!(h.disk.source("hello"), format!("// hi there\n{SOURCE}"));
}

#[test]
fn unsaved_text_is_kept_while_it_is_unsaved() {
    let mut h = Harness::editing(SOURCE);
    h.keys("//");
    assert_eq!(h.disk.journal[&JournalKey::Lambda(name("hello"))], format!("//{SOURCE}"));
    h.keys("<ctrl-z>");
    assert!(h.disk.journal.is_empty(), "undone to what the disk holds");
}

#[test]
fn undo_takes_words_back_that_were_typed_apart_and_redo_brings_them_again() {
    let mut h = Harness::editing("\n");
    h.keys("// first").wait(5_000).keys(" second");
    h.keys("<ctrl-z>");
    assert_eq!(h.text(), "// first \n");
    h.keys("<ctrl-z>");
    assert_eq!(h.text(), "// first\n");
    h.keys("<ctrl-z><ctrl-z><ctrl-z>");
    assert_eq!(h.text(), "\n");
    h.keys("<ctrl-y><ctrl-y><ctrl-y><ctrl-y>");
    assert_eq!(h.text(), "// first second\n");
}

#[test]
fn a_paste_is_one_step_to_undo_and_is_not_indented() {
    let mut h = Harness::editing(SOURCE);
    let pasted = "    if x {\n        y();\n    }\n";
    h.keys("<down>").paste(&pasted.replace('\n', "\r\n"));
    assert!(h.text().contains(pasted));
    h.keys("<ctrl-z>");
    assert_eq!(h.text(), SOURCE);
    h.keys("<shift-down>").paste("//\n");
    assert_eq!(h.text().lines().nth(1), Some("//"), "a paste takes the selection's place");
}

#[test]
fn a_selection_is_cut_copied_and_pasted_and_told_to_the_terminal() {
    let mut h = Harness::editing(SOURCE);
    h.keys("<down><end><shift-home><ctrl-c>");
    assert_eq!(h.copied(), Some("let one = 1;"));
    h.keys("<ctrl-end><ctrl-v>");
    assert!(h.text().ends_with("}\nlet one = 1;"));
    h.keys("<ctrl-home><ctrl-shift-end><ctrl-x>");
    assert_eq!(h.text(), "");
    assert!(h.copied().unwrap().starts_with("fn lambda"));
    h.keys("<ctrl-z>").see("fn lambda");
}

#[test]
fn a_line_is_copied_where_nothing_is_selected() {
    let mut h = Harness::editing("a\nb\n");
    h.keys("<ctrl-c><ctrl-v>");
    assert_eq!(h.text(), "a\na\nb\n");
    assert_eq!(h.copied(), Some("a\n"));
}

#[test]
fn lines_move_double_and_go() {
    let mut h = Harness::editing("a\nb\nc\n");
    h.keys("<alt-down>");
    assert_eq!(h.text(), "b\na\nc\n");
    h.keys("<alt-up><alt-c>");
    assert_eq!(h.text(), "a\na\nb\nc\n");
    h.keys("<up><ctrl-k><ctrl-k>");
    assert_eq!(h.text(), "b\nc\n");
    h.keys("<alt-shift-down>");
    assert_eq!(h.text(), "b\nb\nc\n");
}

#[test]
fn a_new_line_is_indented_as_its_block_and_a_brace_goes_back() {
    let mut h = Harness::editing("fn lambda(input) {\n    1\n}\n");
    h.keys("<end><enter>if true {<enter>2<enter>}");
    assert_eq!(h.text(), "fn lambda(input) {\n    if true {\n        2\n    }\n    1\n}\n");
    h.keys("<ctrl-home><down><home><tab>");
    assert!(h.text().contains("\n        if true {"));
    h.keys("<shift-tab>");
    assert!(h.text().contains("\n    if true {"));
}

#[test]
fn comments_come_and_go() {
    let mut h = Harness::editing(SOURCE);
    h.keys("<down><shift-down><shift-end><ctrl-/>").see("// let one").see("// let two");
    h.keys("<ctrl-/>");
    assert_eq!(h.text(), SOURCE);
    h.keys("<esc><alt-3><f6><f6><ctrl-p>toggle<esc>");
    h.state.set_focus(Pane::Payload);
    let before = h.payload();
    h.keys("<ctrl-/>").see("JSON has no comments");
    assert_eq!(h.payload(), before);
}

#[test]
fn keys_select() {
    let mut h = Harness::editing(SOURCE);
    h.keys("<down><home><shift-end>");
    assert_eq!(selected(&h), "let one = 1;");
    let plain = h.style_of("let two");
    assert_ne!(h.style_of("let one").bg, plain.bg, "a selection is seen");
    h.keys("<left><ctrl-shift-right>");
    assert_eq!(selected(&h).trim(), "let");
    h.keys("<ctrl-a>");
    assert_eq!(selected(&h), SOURCE);
    h.keys("<esc>");
    assert_eq!(selected(&h), "");
    assert_eq!(h.text(), SOURCE);
}

#[test]
fn the_mouse_places_the_cursor_and_selects_characters_words_and_lines() {
    let mut h = Harness::editing(SOURCE);
    h.click("two = 2");
    assert_eq!(h.cursor, Some(h.find("two = 2")));
    h.clicks("two = 2", 2);
    assert_eq!(selected(&h), "two");
    h.clicks("two = 2", 3);
    assert_eq!(selected(&h).trim(), "let two = 2;");
    h.drag("one = 1", "two = 2");
    assert_eq!(selected(&h), "one = 1;\n    let ");
    h.keys("x");
    assert!(h.text().contains("let xtwo = 2;"));
}

#[test]
fn a_drag_below_the_text_scrolls() {
    let mut h = Harness::editing(&long());
    let start = h.find("// line 20");
    h.mouse(start, MouseKind::Press(1));
    for _ in 0..10 {
        h.mouse((start.x, 35).into(), MouseKind::Drag);
    }
    h.see("// line 60");
    for _ in 0..80 {
        h.mouse((start.x, 0).into(), MouseKind::Drag);
    }
    h.see("// line 0");
}

#[test]
fn the_wheel_scrolls_and_typing_brings_the_cursor_back() {
    let mut h = Harness::editing(&long());
    h.wheel("// line 20", 10).dont_see("// line 29").see("// line 30");
    assert_eq!(h.cursor, None, "the cursor is out of sight");
    h.keys("x").see("x// line 0");
    h.wheel("// line 20", 10).wheel("// line 40", -10).see("x// line 0");
}

#[test]
fn go_to_line_takes_a_line_and_a_column_and_refuses_words() {
    let mut h = Harness::editing(SOURCE);
    h.keys("<ctrl-g>3:9<enter>").see("3:9");
    assert_eq!(h.cursor, Some(h.find("two = 2")));
    h.keys("<ctrl-g>nine<enter>").see("a line is a number from 1 on").keys("<ctrl-k>99<enter>");
    assert_eq!(h.state.document().unwrap().pane.buffer.cursor().line, 5);
}

#[test]
fn the_bracket_that_belongs_is_marked_and_found() {
    let mut h = Harness::editing(SOURCE);
    h.keys("<end><left><alt-m>").see("5:1");
    h.keys("<alt-m>").see("1:18");
}

#[test]
fn find_counts_turns_and_closes_with_one_esc() {
    let mut h = Harness::editing("one two\ntwo one\nTwo twofold\n");
    h.keys("<ctrl-f>two")
        .see("Find two")
        .see("1 of 4")
        .keys("<enter>")
        .see("2 of 4")
        .keys("<up>")
        .see("1 of 4");
    h.keys("<up>").see("4 of 4").keys("<f3>").see("1 of 4").keys("<shift-f3>").see("4 of 4");
    h.keys("<alt-w>").see("word").see("of 3").keys("<alt-c>").see("case").see("of 2");
    h.keys("<alt-w><alt-c><alt-r><ctrl-k>t[wo]+f").see("regex").see("1 of 1");
    h.keys("<ctrl-k>(").see("regex").dont_see(" of ");
    h.keys("<ctrl-k>zzz").see("not found");
    h.keys("<esc>").dont_see("Find zzz");
    assert_eq!(h.text(), "one two\ntwo one\nTwo twofold\n");
}

#[test]
fn find_begins_with_the_selected_word_and_goes_on_without_the_bar() {
    let mut h = Harness::editing("alpha beta\nbeta alpha\nbeta\n");
    h.clicks("beta", 2).keys("<ctrl-f>").see("Find beta").see("1 of 3");
    h.keys("<esc><f3>");
    assert_eq!(h.state.document().unwrap().pane.buffer.selection().unwrap().0.line, 1);
}

#[test]
fn typing_in_the_bar_leaves_the_text_alone_and_a_click_goes_back_to_it() {
    let mut h = Harness::editing("alpha\n");
    h.keys("<ctrl-f>").paste("al\n").see("Find al").click("alpha").keys("x<esc>");
    assert_eq!(h.text(), "xalpha\n");
    h.see("Find al").keys("<esc>").dont_see("Find al");
}

#[test]
fn a_paste_goes_where_the_focus_is() {
    let mut h = Harness::editing("alpha\n");
    h.keys("<ctrl-f>al<ctrl-e>").paste("zzz");
    assert_eq!(h.text(), "alpha\n");
    h.see("Find al").dont_see("zzz");
}

#[test]
fn the_clipboard_is_shared_by_fields_and_text() {
    let mut h = Harness::editing("alpha beta\n");
    h.clicks("beta", 2).keys("<ctrl-c><esc><ctrl-f><ctrl-k><ctrl-v>").see("Find beta");
}

#[test]
fn a_click_on_a_border_gives_the_focus_and_leaves_the_cursor() {
    let mut h = Harness::editing(SOURCE);
    h.keys("<down><down><ctrl-e>").click("hello  main.rhai").see("3:1");
    assert_eq!(h.state.focus(), Pane::Code);
}

#[test]
fn a_drag_that_began_in_the_find_bar_selects_no_text() {
    let mut h = Harness::editing(SOURCE);
    h.keys("<ctrl-f>two").see("1 of 2").drag("Find two", "fn lambda");
    assert_eq!(selected(&h), "two");
}

#[test]
fn what_is_typed_and_taken_away_again_leaves_no_mark() {
    let mut h = Harness::editing("fn lambda(input) { 1 }\n");
    h.dont_see(" *").keys("x").see(" *").see("1 unsaved");
    h.keys("<backspace>").dont_see(" *").dont_see("unsaved");
    assert!(h.disk.journal.is_empty(), "nothing is kept of what the disk has");
    h.keys("x<ctrl-s><backspace>").see(" *").keys("x").dont_see(" *");
}

//! Any two versions of a lambda held against each other.

use crate::app_kit::Harness;
use lambdeck::app::input::{Held, Input, Mouse, MouseKind};

/// The versions dialog over four versions, each returning another number.
fn versions() -> Harness {
    let mut h = Harness::editing("fn lambda(input) {\n    1\n}\n");
    h.keys("<f9><enter>").see("version 1 is executed now");
    for n in 2..=4 {
        h.keys(&format!("<ctrl-home><down><end><backspace>{n}<f9>"));
        h.keys("<enter>").see(&format!("version {n} is executed now"));
    }
    h.keys("<alt-1><down>v").see("Versions of hello").see("version 3 → version 4");
    h
}

#[test]
fn any_version_is_compared_with_the_one_that_is_marked_whichever_is_older() {
    let mut h = versions();
    h.see("Space mark").keys("<down> ").see("version 3 is marked: select the one to compare");
    assert!(h.row_of("version 3  ").contains("marked"), "{}", h.screen());
    h.keys("<down><down>").see("version 1 → version 3 (marked)").see("-     1").see("+     3");
    h.keys("<ctrl-home>").see("version 3 (marked) → version 4").see("-     3").see("+     4");
    h.keys("<tab>").see("version 3 (marked) → version 4").keys("<down><down>");
    h.see("version 1 → version 2").keys("<tab>").see("version 2 → the workspace");
    h.keys("<tab>").see("version 2 → version 3 (marked)");
}

#[test]
fn the_mark_goes_by_its_key_and_by_esc_before_the_dialog_does() {
    let mut h = versions();
    h.keys(" ").see("marked").keys(" ").dont_see("marked").see("version 3 → version 4");
    h.keys(" <down>").see("version 3 → version 4 (marked)").keys("<esc>");
    h.dont_see("marked").see("version 2 → version 3").see("Versions of hello");
    h.keys("<esc>").dont_see("Versions of hello");
}

#[test]
fn marking_another_moves_the_mark_and_the_selected_version_is_rolled_back() {
    let mut h = versions();
    h.keys(" <down><down> ").see("version 2 is marked");
    let row = h.row_of("version 4  ");
    assert!(row.contains("executed │"), "{row}");
    h.see("Enter roll back").keys("<down><enter>").see("Version 1 takes the place of version 4");
}

#[test]
fn the_mouse_marks_by_its_right_button_and_compares_two_with_ctrl() {
    let mut h = versions();
    let (first, third) = (h.find("version 1  "), h.find("version 3  "));
    h.mouse(first, MouseKind::RightPress).see("version 1 is marked");
    h.mouse(third, MouseKind::Press(1)).see("version 1 (marked) → version 3");
    h.keys("<esc>");
    let held = Held { ctrl: true, ..Held::default() };
    h.input(Input::Mouse(Mouse { at: first, kind: MouseKind::Press(1), held }));
    h.see("version 1 → version 3 (marked)");
    h.keys("<esc>").click("Space mark").see("version 1 is marked");
}

#[test]
fn on_a_small_screen_mark_and_title_are_seen_too() {
    let mut h = versions();
    h.resize(80, 24).see("Space mark").keys("<down> <ctrl-end>");
    assert!(h.row_of("version 3  ").contains("marked"), "{}", h.screen());
    h.see("version 1 → version 3 (marked)").see("-     1").see("+     3");
}

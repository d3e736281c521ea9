//! What the mouse does beyond a click: the middle button, and clicks with Shift.

use crate::app_kit::Harness;
use lambdeck::app::input::{Held, Input, Mouse, MouseKind};

const SOURCE: &str = "one two three\nfour five six\n";

#[test]
fn shift_and_a_click_select_up_to_the_mouse() {
    let mut h = Harness::editing(SOURCE);
    h.click("two");
    let held = Held { shift: true, ..Held::default() };
    let at = h.find("six");
    h.input(Input::Mouse(Mouse { at, kind: MouseKind::Press(1), held })).keys("x");
    assert_eq!(h.text(), "one xsix\n");
}

#[test]
fn the_middle_button_inserts_what_was_copied_where_it_points() {
    let mut h = Harness::editing(SOURCE);
    h.clicks("two", 2).keys("<ctrl-c><esc>");
    let at = h.find("six");
    h.mouse(at, MouseKind::MiddlePress);
    assert_eq!(h.text(), "one two three\nfour five twosix\n");
    let beside = h.find("Payload");
    h.mouse(beside, MouseKind::MiddlePress);
    assert_eq!(h.text(), "one two three\nfour five twosix\n");
    h.keys("<ctrl-z>");
    assert_eq!(h.text(), SOURCE);
}

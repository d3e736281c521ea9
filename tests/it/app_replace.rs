//! Replacing in the find bar.

use crate::app_kit::Harness;

const SOURCE: &str = "let one = 1;\nlet two = one + 1;\nlet One = one;\n";

#[test]
fn matches_are_replaced_one_by_one_and_passed_over() {
    let mut h = Harness::editing(SOURCE);
    h.keys("<ctrl-f>one<alt-w>").see("1 of 4").see("Enter Next match");
    h.keys("<ctrl-r>").see("4 places").see("Enter Replace  Alt-A Replace all  Down Next match");
    h.dont_see("Enter Next match").keys("uno<enter>").see("of 3");
    assert_eq!(h.text(), "let uno = 1;\nlet two = one + 1;\nlet One = one;\n");
    h.keys("<f3><enter>");
    assert_eq!(h.text(), "let uno = 1;\nlet two = one + 1;\nlet uno = one;\n", "one passed over");
    h.keys("<esc><ctrl-z><ctrl-z>");
    assert_eq!(h.text(), SOURCE, "each is a step of its own");
}

#[test]
fn all_are_replaced_in_one_step_and_the_count_is_seen_before() {
    let mut h = Harness::editing(SOURCE);
    h.keys("<ctrl-r>").see("Find").see("Replace").keys("one<alt-c><alt-w><tab>1st").see("3 places");
    h.keys("<alt-a>").see("Replaced 3 matches; Ctrl-Z takes them back").see("not found");
    assert_eq!(h.text(), "let 1st = 1;\nlet two = 1st + 1;\nlet One = 1st;\n");
    h.keys("<esc><ctrl-z>");
    assert_eq!(h.text(), SOURCE);
    h.keys("<ctrl-f>zzz<alt-a>").see("Ctrl-R opens the field for the replacement first");
    h.keys("<ctrl-r><alt-a>").see("Nothing was found to replace");
}

#[test]
fn an_expression_gives_its_groups_to_the_replacement() {
    let mut h = Harness::editing("a(1, 2)\nb(3, 4)\n");
    h.keys("<ctrl-r><alt-r>(\\d), (\\d)<tab>$2, ${1}0<alt-a>");
    assert_eq!(h.text(), "a(2, 10)\nb(4, 30)\n");
    h.keys("<tab><ctrl-k>(\\d<alt-a>").see("unclosed group");
    assert_eq!(h.text(), "a(2, 10)\nb(4, 30)\n");
}

#[test]
fn only_what_was_selected_is_searched_when_asked() {
    let mut h = Harness::editing("x\nx\nx\nx\n");
    h.keys("<down><shift-down><shift-down><ctrl-f>x").see("of 4").keys("<alt-i>");
    h.see("in selection").see("1 of 2").keys("<ctrl-r>longer<alt-a>").see("Replaced 2 matches");
    assert_eq!(h.text(), "x\nlonger\nlonger\nx\n");
    h.keys("<tab><ctrl-k>o").see("of 2");
    h.keys("<alt-i>").dont_see("in selection");
    h.keys("<esc><esc><ctrl-f>x<alt-i>").see("Select the lines to search in first");
}

#[test]
fn the_mouse_goes_from_one_field_to_the_other_and_to_the_text() {
    let mut h = Harness::editing("alpha beta\n");
    h.keys("<ctrl-r>beta").click("Replace").keys("gamma").click("Find").keys("<ctrl-k>alpha");
    h.keys("<alt-a>");
    assert_eq!(h.text(), "gamma beta\n");
    h.click("beta").keys("_");
    assert_eq!(h.text(), "gamma _beta\n");
    h.resize(40, 10).see("Replace").see("Find");
}

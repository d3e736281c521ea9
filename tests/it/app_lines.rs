//! Commands on lines, words and what is around a selection, by keys and from the palette.

use crate::app_kit::Harness;

fn run(h: &mut Harness, command: &str) {
    h.keys("<alt-x>").keys(command).keys("<enter>");
}

#[test]
fn lines_are_joined_and_sorted() {
    let mut h = Harness::editing("b\n    B\na\n");
    h.keys("<alt-j>");
    assert_eq!(h.text(), "b B\na\n");
    h.keys("<ctrl-z>");
    run(&mut h, "sort lines, ignoring");
    h.see("Select the lines that are to be sorted");
    h.keys("<ctrl-home><shift-down><shift-down><shift-down>");
    run(&mut h, "sort lines, ignoring");
    assert_eq!(h.text(), "    B\na\nb\n");
    h.keys("<ctrl-z>");
    assert_eq!(h.text(), "b\n    B\na\n");
}

#[test]
fn a_bracket_typed_over_a_selection_goes_around_it_and_can_be_taken_away() {
    let mut h = Harness::editing("log::info(name);\n");
    h.clicks("name", 2).keys("\"");
    assert_eq!(h.text(), "log::info(\"name\");\n");
    h.keys("{");
    assert_eq!(h.text(), "log::info(\"{name}\");\n");
    run(&mut h, "unwrap");
    run(&mut h, "unwrap");
    assert_eq!(h.text(), "log::info(name);\n");
    h.keys("<ctrl-home>");
    run(&mut h, "unwrap");
    h.see("No brackets or quotes are around the cursor");
}

#[test]
fn the_case_of_a_word_turns_round() {
    let mut h = Harness::editing("let convId = 1;\n");
    h.clicks("convId", 1);
    for (told, text) in [
        ("UPPER CASE", "CONVID"),
        ("lower case", "convid"),
        ("Title Case", "Convid"),
        ("snake_case", "conv_id"),
        ("camelCase", "convId"),
    ] {
        h.keys("<alt-u>").see(told);
        assert_eq!(h.text(), format!("let {text} = 1;\n"));
    }
}

#[test]
fn the_selection_grows_and_shrinks_by_brackets_and_lines() {
    let mut h = Harness::editing("f(a, [one]);\nx\n");
    h.click("one").keys("<alt-shift-right><alt-shift-right><alt-shift-right>");
    let selected =
        |h: &Harness| h.state.document().unwrap().pane.buffer.selected_text().unwrap_or_default();
    assert_eq!(selected(&h), "a, [one]");
    h.keys("<alt-shift-left>");
    assert_eq!(selected(&h), "[one]");
    h.keys("<esc><alt-v>");
    assert_eq!(selected(&h), "f(a, [one]);\n");
    h.keys("<alt-v>");
    assert_eq!(selected(&h), "f(a, [one]);\nx\n");
}

#[test]
fn the_rest_of_a_line_goes_and_so_do_blanks_at_the_ends() {
    let mut h = Harness::editing("let a = 1; \nb\t\n");
    h.keys("<ctrl-right><alt-delete>");
    assert_eq!(h.text(), "let\nb\t\n");
    h.keys("<ctrl-u>");
    assert_eq!(h.text(), "\nb\t\n");
    h.keys("<ctrl-z><ctrl-z>");
    run(&mut h, "trim line ends");
    h.see("Took the blanks from the end of 2 lines");
    assert_eq!(h.text(), "let a = 1;\nb\n");
    run(&mut h, "trim line ends");
    h.see("No line ends in blanks");
}

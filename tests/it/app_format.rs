//! Laying out the code in the editor.

use crate::app_kit::Harness;

const UGLY: &str = "fn lambda( input ){\nlet  first=1;\n  let second=2;first+second\n}\n";
const LAID_OUT: &str =
    "fn lambda(input) {\n    let first = 1;\n    let second = 2;\n    first + second\n}\n";

#[test]
fn code_is_laid_out_in_one_step_and_the_cursor_stays_at_its_word() {
    let mut h = Harness::editing(UGLY);
    h.keys("<down><down><end><left><left>").see("  3:26");
    h.keys("<alt-l>").see("Laid out hello");
    assert_eq!(h.text(), LAID_OUT);
    let cursor = h.state.document().unwrap().pane.buffer.cursor();
    assert_eq!((cursor.line, cursor.column), (3, 16));
    h.keys("<ctrl-z>").see("  3:26");
    assert_eq!(h.text(), UGLY);
    h.keys("<ctrl-y><alt-l>").see("hello is laid out already");
    assert_eq!(h.text(), LAID_OUT);
}

#[test]
fn code_that_does_not_compile_is_left_alone_with_the_reason() {
    let mut h = Harness::editing("fn lambda(input) {\n  let = 1;\n}\n");
    h.keys("<alt-l>").see("hello is left as it is: line 2: `=` cannot be the name of a variable");
    assert_eq!(h.text(), "fn lambda(input) {\n  let = 1;\n}\n");
}

#[test]
fn a_save_leaves_the_layout_alone_unless_the_workspace_wants_it() {
    let mut h = Harness::editing(UGLY);
    h.keys("<ctrl-s>").see("Saved hello");
    assert_eq!(h.disk.source("hello"), UGLY);
    h.state.project.format_on_save = true;
    h.keys("<ctrl-s>").see("Saved hello").dont_see(" *");
    assert_eq!(h.disk.source("hello"), LAID_OUT);
    h.keys("<ctrl-z>");
    assert_eq!(h.text(), UGLY, "one step back is the code as it was typed");
    h.keys("<ctrl-end>x {<ctrl-s>").see("Saved hello");
    assert_eq!(h.disk.source("hello"), format!("{UGLY}x {{"), "what does not compile is saved");
}

#[test]
fn the_palette_lays_out_as_well() {
    let mut h = Harness::editing(UGLY);
    h.keys("<ctrl-p>format code<enter>");
    assert_eq!(h.text(), LAID_OUT);
}

//! How the cursor moves, and what it takes along: words, paragraphs, pages, levels of indentation.

use crate::app_kit::Harness;

const SOURCE: &str = "fn lambda(input) {\n    let first = input.payload;\n    first\n}\n\n\nfn other(x) {\n    x + 1\n}\n";

fn place(h: &Harness) -> (usize, usize) {
    let cursor = h.state.document().unwrap().pane.buffer.cursor();
    (cursor.line + 1, cursor.column + 1)
}

#[test]
fn home_goes_to_the_text_then_to_the_line_and_words_and_paragraphs_are_passed() {
    let mut h = Harness::editing(SOURCE);
    for (keys, wanted) in [
        ("<down><end>", (2, 31)),
        ("<home>", (2, 5)),
        ("<home>", (2, 1)),
        ("<home>", (2, 5)),
        ("<ctrl-right>", (2, 8)),
        ("<ctrl-right>", (2, 14)),
        ("<ctrl-left>", (2, 9)),
        ("<ctrl-down>", (5, 1)),
        ("<ctrl-down>", (10, 1)),
        ("<ctrl-up>", (6, 1)),
        ("<ctrl-end>", (10, 1)),
        ("<ctrl-home>", (1, 1)),
        ("<ctrl-g>8<enter>", (8, 1)),
    ] {
        h.keys(keys);
        assert_eq!(place(&h), wanted, "{keys}");
    }
}

#[test]
fn pages_go_by_what_is_in_sight() {
    let lines: Vec<String> = (1..=500).map(|n| format!("// line {n}\n")).collect();
    let mut h = Harness::editing(&lines.concat());
    h.see("line 1").keys("<pagedown>").dont_see("line 1 ");
    let (down, _) = place(&h);
    assert!((20..=36).contains(&down), "{down}");
    h.keys("<pagedown><pageup>");
    assert_eq!(place(&h).0, down);
    h.keys("<pageup>").see("line 1");
    h.keys("<shift-pagedown>");
    assert!(h.state.document().unwrap().pane.buffer.selection().is_some());
}

#[test]
fn selected_lines_are_indented_and_taken_back_level_by_level() {
    let mut h = Harness::editing("a\nb\n");
    h.keys("<shift-down><shift-down><tab>");
    assert_eq!(h.text(), "    a\n    b\n");
    h.keys("<tab><shift-tab>");
    assert_eq!(h.text(), "    a\n    b\n");
    h.keys("<shift-tab><shift-tab>");
    assert_eq!(h.text(), "a\nb\n");
    h.keys("<ctrl-z><ctrl-z><ctrl-z><ctrl-z>");
    assert_eq!(h.text(), "a\nb\n");
}

#[test]
fn the_find_bar_heeds_case_words_and_expressions_when_asked() {
    let mut h = Harness::editing("Total total totals total1\n");
    h.keys("<ctrl-f>total").see("1 of 4");
    h.keys("<alt-c>").see("case").see("of 3").keys("<alt-w>").see("word").see("1 of 1");
    h.keys("<alt-w><alt-c>").see("of 4").keys("<ctrl-k>total[s1]<alt-r>").see("regex").see("of 2");
    h.keys("<ctrl-k>total[").see("unclosed").keys("<alt-r>").see("not found");
}

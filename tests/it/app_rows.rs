//! What a pane shows of a text: wrapped lines, folded lines, blanks, long lines, odd characters.

use crate::app_kit::Harness;

const SOURCE: &str = "fn lambda(input) {\n    if input.ok {\n        1\n    } else {\n        2\n    }\n}\n\nfn other() {\n    3\n}\n";

fn palette(h: &mut Harness, command: &str) {
    h.keys("<alt-x>").keys(command).keys("<enter>");
}

fn place(h: &Harness) -> (usize, usize) {
    let cursor = h.state.document().unwrap().pane.buffer.cursor();
    (cursor.line, cursor.column)
}

#[test]
fn lines_are_wrapped_at_the_edge_and_keys_and_mouse_go_by_rows() {
    let words: Vec<String> = (0..40).map(|n| format!("word{n}")).collect();
    let mut h = Harness::editing(&format!("// {}\nlast\n", words.join(" ")));
    h.dont_see("word39").keys("<alt-z>").see("Lines are wrapped").see("word39").see("last");
    let first = h.find("// word0");
    h.keys("<down>");
    assert_eq!(h.cursor.unwrap(), (first.x, first.y + 1).into());
    let (line, column) = place(&h);
    assert!(line == 0 && column > 40, "the next row of the same line");
    h.keys("<up>");
    assert_eq!(place(&h), (0, 0));
    h.click("word39");
    assert_eq!(h.cursor, Some(h.find("word39")));
    h.keys("!").see("!word39").keys("<end>");
    assert_eq!(place(&h).0, 0);
    h.keys("<down>");
    assert_eq!(place(&h).0, 1);
    h.keys("<alt-z>").see("Lines are not wrapped").dont_see("!word39");
}

#[test]
fn a_wrapped_line_higher_than_the_pane_can_be_paged_and_wheeled_through() {
    let words: Vec<String> = (0..2_000).map(|n| format!("word{n:04}")).collect();
    let mut h = Harness::editing(&format!("{}\nend\n", words.join(" ")));
    h.keys("<alt-z><pagedown><pagedown>");
    assert_eq!(place(&h).0, 0);
    h.dont_see("word0000");
    h.wheel("word", 200).see("end").wheel("end", -400).see("word0000");
    h.keys("<ctrl-end>").see("end").resize(60, 12).see("end").keys("<ctrl-home>").see("word0000");
}

#[test]
fn blocks_fold_by_key_click_and_palette_and_what_is_found_in_them_unfolds() {
    let mut h = Harness::editing(SOURCE);
    h.keys("<alt-o>").dont_see("if input.ok").see("… 5 lines").see("fn other");
    assert!(h.row_of("fn other").contains("▾  9 fn other"), "numbers stay");
    h.keys("<down>");
    assert_eq!(place(&h).0, 6, "hidden lines are passed over");
    h.keys("<ctrl-f>input.ok").see("1 of 1").see("if input.ok").dont_see("… 5 lines").keys("<esc>");
    let mark = h.find("▾  1 fn lambda");
    h.mouse(mark, lambdeck::app::input::MouseKind::Press(1)).see("… 5 lines");
    h.mouse(mark, lambdeck::app::input::MouseKind::Press(1)).dont_see("… 5 lines");
    palette(&mut h, "fold all");
    h.see("Folded 2 blocks").see("… 5 lines").see("… 1 line ");
    h.keys("<ctrl-g>10<enter>").dont_see("… 1 line ").see("… 5 lines");
    palette(&mut h, "unfold all");
    h.dont_see("… 5 lines").keys("<ctrl-g>8<enter><alt-o>").see("nothing to fold here");
    assert_eq!(h.text(), SOURCE);
}

#[test]
fn folds_stay_while_one_types_elsewhere() {
    let mut h = Harness::editing(SOURCE);
    h.keys("<alt-o><ctrl-home>// above<enter>").see("… 5 lines");
    h.keys("<ctrl-end>// below").see("… 5 lines").keys("<ctrl-z><ctrl-z><ctrl-z>").see("… 5 lines");
}

#[test]
fn tabs_and_blanks_at_the_ends_of_lines_are_shown_when_asked() {
    let mut h = Harness::editing("\tlet a = 1;  \nb\n");
    palette(&mut h, "show blanks");
    h.see("Tabs and blanks").see("»   let a = 1;⋅⋅");
    palette(&mut h, "show blanks");
    h.dont_see("⋅⋅").dont_see("»   let");
}

#[test]
fn the_cursor_stands_where_a_cluster_stands_whatever_its_width() {
    let mut h = Harness::editing("中文|👩‍👩‍👧‍👦|🇩🇪🇫🇷|e\u{301}|\t|\u{1b}|end\n");
    let start = h.find("中").x;
    let mut cells = Vec::new();
    for _ in 0..13 {
        cells.push(h.cursor.unwrap().x - start);
        h.keys("<right>");
    }
    assert_eq!(cells, [0, 2, 4, 5, 7, 8, 10, 12, 13, 14, 15, 16, 17]);
    h.see("␛").click("end").keys("x").see("xend");
    let flags = h.find("🇫🇷");
    h.mouse((flags.x + 1, flags.y).into(), lambdeck::app::input::MouseKind::Press(1));
    h.keys("<backspace>").see("|🇫🇷 |").dont_see("🇩🇪");
}

#[test]
fn a_line_of_200_kilobytes_is_edited_at_its_end_and_in_its_middle() {
    let mut h = Harness::editing(&format!("{}\nnext\n", "let x = [1, 中]; ".repeat(14_000)));
    h.keys("<end>END").see("END").keys("<ctrl-g>1:100000<enter>MIDDLE").see("MIDDLE");
    h.keys("<alt-z>").see("MIDDLE").keys("<ctrl-z>").dont_see("MIDDLE").keys("<end>").see("END");
    h.keys("<alt-z><home>").see("let x = [1, 中 ]; let").see("next");
}

#[test]
fn the_head_of_the_function_stays_in_sight_while_its_rows_scroll() {
    let steps: Vec<String> = (0..100).map(|n| format!("    step({n});\n")).collect();
    let body = steps.concat();
    let mut h = Harness::editing(&format!(
        "const A = 1;\n\nfn long(input) {{\n{body}}}\n\nfn next() {{\n}}\n"
    ));
    h.wheel("step(1)", 10).see("▾  3 fn long(input) {").dont_see("const A");
    assert_ne!(h.style_of("fn long").bg, h.style_of("step(50)").bg);
    h.click("fn long").dont_see("step(50)").see("3:1").see("const A");
    h.keys("<ctrl-end>").see("fn next").see("▾  3 fn long(input) {");
    h.keys("<ctrl-home>")
        .see("const A")
        .resize(60, 12)
        .keys("<pagedown><pagedown>")
        .dont_see("fn long");
}

#[test]
fn wide_joined_and_combined_characters_take_their_cells_and_control_characters_are_pictures() {
    let mut h =
        Harness::editing("// 漢字 🇩🇪 👩‍👩‍👧‍👦 e\u{301} a\tb \u{1}\u{7f}\u{1b}[31m end\n// next\n");
    h.see("漢").see("␁␡␛[31m end");
    for cluster in ["🇩🇪", "👩‍👩‍👧‍👦", "e\u{301}"] {
        assert!(h.position(cluster).is_some(), "{cluster} is in one cell:\n{}", h.screen());
    }
    // One key a cluster, however many characters it has.
    h.keys("<home>");
    let columns: Vec<u16> = (0..14)
        .map(|_| {
            h.keys("<right>");
            h.cursor.unwrap().x
        })
        .collect();
    let widths: Vec<u16> = columns.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(widths[1..10], [1, 2, 2, 1, 2, 1, 2, 1, 1], "{columns:?}");
    h.keys("<end>");
    assert_eq!(h.cursor.unwrap().x, h.find("end").x + 3);
}

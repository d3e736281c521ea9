//! What is found in a source, where it stands on the screen, and what takes it away.

use crate::app_kit::{Harness, name};
use lambdeck::domain::FileKey;
use ratatui::style::Modifier;

fn writing(source: &str) -> Harness {
    let mut h = Harness::sample();
    let lambda = name("greet_new_conversation");
    std::fs::write(h.disk.workspace().source_path(&lambda), source).unwrap();
    h.open(FileKey::Source(lambda));
    h
}

fn lambda(body: &str) -> String {
    format!("fn lambda(input) {{\n    {body}\n}}\n")
}

/// The text that is underlined on the rows of the code, a line each.
fn underlined(h: &Harness) -> Vec<String> {
    let inside = |x: &u16| *x > 8 && *x < 76;
    let area = h.buffer.area;
    let rows = (area.top() + 3..area.bottom() - 2).map(|y| {
        let cells = (area.left()..area.right()).filter(inside).map(|x| &h.buffer[(x, y)]);
        cells
            .filter(|cell| cell.modifier.contains(Modifier::UNDERLINED))
            .map(ratatui::buffer::Cell::symbol)
            .collect::<String>()
    });
    rows.filter(|row: &String| !row.is_empty()).collect()
}

#[test]
fn what_is_wrong_is_underlined_where_it_is_and_told_in_plain_words() {
    for (body, at, told) in [
        ("let x = cuont; log::info(x);", "cuont", "cuont"),
        ("log::inof(1);", "inof", "`info`"),
        ("greet(1);", "greet", "greet"),
        ("log::info(twice(1, 2));\n}\n\nfn twice(n) {\n    n", "twice", "twice"),
        ("let left = 1;", "left", "left"),
        ("return []; log::info(1);", "log::info(1)", "never"),
        ("if input.payload = 1 { log::info(1); }", "=", "compar"),
        ("log::info(5 / 2);", "5 / 2", "2"),
        ("log::info(input.payload.general.convID);", "convID", "`convId`"),
        ("if input.payload.general.inOffHours == \"no\" { log::info(1); }", "", "never"),
        (
            "if input.payload.general.newConvState == \"CLOSED\" { log::info(1); }",
            "\"CLOSED\"",
            "CLOSE",
        ),
        ("\"done\"", "\"done\"", "result"),
        ("eval(\"1\");", "eval", "eval"),
    ] {
        let h = &mut writing(&lambda(body));
        let found = underlined(h);
        assert!(found.iter().any(|it| it.contains(at)), "{at} in {found:?}\n{}", h.screen());
        h.keys("<ctrl-e><tab><tab><tab>").see("Problems 1").see(told);
    }
}

#[test]
fn several_errors_of_one_text_are_told_at_a_time() {
    let mut h = writing("fn lambda(input) {\n    let x = ;\n    log::info(1;\n}\n\nfn b( {\n}\n");
    h.keys("<ctrl-e><tab><tab><tab>");
    let lines: Vec<u32> =
        h.state.document().unwrap().pane.diagnostics.iter().map(|it| it.range.start.line).collect();
    assert!(lines.contains(&2) && lines.contains(&3) && lines.contains(&6), "{lines:?}");
}

#[test]
fn a_missing_or_misspelt_lambda_is_told_and_mended() {
    let mut h = writing("fn lamda(input) {\n    []\n}\n");
    h.keys("<alt-enter>").see("fn lambda(input)").dont_see("lamda");
    let mut h = writing("let x = 1;\n");
    h.keys("<ctrl-e><tab><tab><tab>").see("fn lambda");
}

#[test]
fn a_comment_on_its_line_silences_a_finding() {
    let mut h = writing(&lambda("log::info(5 / 2);"));
    h.see("1 warning").keys("<ctrl-e><tab><tab><tab>").see("integer-division");
    h.keys("<ctrl-e><down><end> // allow: integer-division").dont_see("1 warning");
}

#[test]
fn no_template_has_a_problem_when_it_is_opened() {
    let templates = Harness::empty().state.project.catalog.templates.clone();
    assert!(templates.len() >= 16);
    for template in templates {
        let mut h = Harness::empty();
        h.disk.create("made", &template.id, "");
        h.wait(3_000).keys("j").dont_see("problem").open(FileKey::Source(name("made")));
        let found = &h.state.document().unwrap().pane.diagnostics;
        assert_eq!(found.len(), 0, "{}: {found:?}", template.id);
    }
}

#[test]
fn what_a_fix_does_is_said_once_in_the_list() {
    let mut h = writing(&lambda("if input.payload = 1 { log::info(1); }"));
    h.keys("<ctrl-e><tab><tab><tab>").see("assignment-in-condition").see("Alt-Y:");
    assert_eq!(h.screen().matches("Write `==`").count(), 1, "{}", h.screen());
}

#[test]
fn a_message_that_finds_no_room_behind_its_line_is_told_at_the_bottom() {
    let long = format!("log::info(\"{}\", cuont);", "x".repeat(90));
    let h = &mut writing(&lambda(&format!("{long}\n    log::info(cuont);")));
    let footer = |h: &Harness| h.screen().lines().last().unwrap().to_owned();
    h.keys("<ctrl-home><down>");
    assert!(footer(h).contains("2:1  error: there is no variable `cuont`"), "{}", h.screen());
    assert!(footer(h).contains("Help"), "{}", h.screen());
    h.keys("<up>");
    assert!(!footer(h).contains("cuont"), "{}", h.screen());
    // Where the line has room for it, it stands there.
    h.keys("<down><down>").see("there is no variable `cuont`");
    assert!(!footer(h).contains("cuont"), "{}", h.screen());
}

//! Two sides: code beside its payload, beside another file, beside another part of itself.

use crate::app_kit::{Harness, name};
use lambdeck::app::input::{Input, MouseKind};
use lambdeck::app::screens::split::Side;
use lambdeck::app::state::Pane;
use lambdeck::domain::FileKey;
use lambdeck::editor::Position;

fn source(lambda: &str) -> FileKey {
    FileKey::Source(name(lambda))
}

/// A hundred numbered lines on both sides, the first one with the focus.
fn twice() -> Harness {
    let text = (1..=100).map(|n| format!("// line {n}\n")).collect::<Vec<_>>().concat();
    let mut h = Harness::editing(&text);
    h.keys("<alt-x>same file<enter>");
    h
}

fn view(h: &Harness, side: Side) -> (Position, usize) {
    let pane = h.state.text_in(side.pane()).expect("there is a text");
    (pane.buffer.cursor(), pane.viewport.top)
}

#[test]
fn one_key_puts_the_payload_beside_the_code_and_takes_it_away() {
    let mut h = Harness::sample();
    h.keys("<ctrl-o>greet<enter><ctrl-\\>").see("fn lambda(input)").see("\"headers\": []");
    h.see("sample: ").keys("<ctrl-\\>").dont_see("\"headers\": []");
    h.see("Payload");
    assert_eq!(h.state.focus(), Pane::Code);
}

#[test]
fn the_payload_beside_is_edited_checked_saved_and_run_with() {
    let mut h = Harness::sample();
    h.keys("<ctrl-o>greet<enter><ctrl-\\><f6>");
    assert_eq!(h.state.focus(), Pane::Beside);
    h.keys("<ctrl-a>{{ \"headers\": [], \"payload\": 7 ");
    let payload = h.payload();
    assert!(payload.contains("\"payload\": 7"), "{payload}");
    assert!(!h.text().contains("payload\": 7"), "the code is another text");
    h.keys("<ctrl-z>").keys("<ctrl-s>").see("Save payload").keys("first<enter>");
    assert_eq!(h.disk.workspace().payloads(&name("greet_new_conversation")).len(), 2);
    h.keys("<f6><f6>").see("greet_new_conversation");
    h.keys("<shift-f6><f5>");
    assert_eq!(h.runs[0].input.0.text(), h.payload());
}

#[test]
fn the_side_with_the_focus_is_told_apart_and_f6_and_the_mouse_go_between() {
    let mut h = Harness::editing("fn lambda(input) { 1 }\n");
    h.keys("<ctrl-\\>");
    let corner = |h: &Harness, pane: Pane| {
        let rect = lambdeck::app::layout::layout(&h.state).pane(pane).unwrap();
        h.buffer[(rect.x, rect.y)].symbol().to_owned()
    };
    assert_eq!((corner(&h, Pane::Code), corner(&h, Pane::Beside)), ("┏".into(), "┌".into()));
    h.keys("<f6>");
    assert_eq!((corner(&h, Pane::Code), corner(&h, Pane::Beside)), ("┌".into(), "┏".into()));
    let at = h.find("fn lambda");
    h.mouse(at, MouseKind::Press(1));
    assert_eq!(h.state.focus(), Pane::Code);
    h.click("\"headers\"");
    assert_eq!(h.state.focus(), Pane::Beside);
}

#[test]
fn a_second_file_is_opened_beside_from_the_palette_and_each_side_has_its_own_tab() {
    let mut h = Harness::sample();
    h.keys("<ctrl-o>hello<enter><ctrl-p>scan<ctrl-\\>");
    assert_eq!(h.state.editor.file_on(Side::First), Some(&source("hello")));
    assert_eq!(h.state.editor.file_on(Side::Second), Some(&source("scan_keywords")));
    assert_eq!(h.state.focus(), Pane::Beside);
    h.keys("// there<enter><f6>");
    while h.state.focus() != Pane::Code {
        h.keys("<f6>");
    }
    h.keys("// here<enter><ctrl-s>");
    assert!(h.disk.source("hello").starts_with("// here"));
    assert!(!h.disk.source("scan_keywords").starts_with("// there"));
    h.see(" scan_keywords*");
    h.keys("<ctrl-o>greet<enter>");
    assert_eq!(h.state.editor.file_on(Side::First), Some(&source("greet_new_conversation")));
    assert_eq!(h.state.editor.file_on(Side::Second), Some(&source("scan_keywords")));
}

#[test]
fn a_saved_payload_gets_its_source_beside_it() {
    let mut h = Harness::sample();
    h.disk.workspace().save_payload(&name("hello"), "first", "{ \"headers\": [] }\n").unwrap();
    h.open(FileKey::Payload(name("hello"), "first".into())).keys("<ctrl-\\>");
    assert_eq!(h.state.editor.file_on(Side::First), Some(&source("hello")));
    h.see("payloads/first.json").see("fn lambda");
}

#[test]
fn one_text_on_both_sides_is_one_text_with_two_cursors() {
    let mut h = twice();
    h.keys("<ctrl-end><f6>");
    assert_eq!(view(&h, Side::Second).0, Position::default());
    h.keys("new<enter>");
    let last = view(&h, Side::First).0;
    assert_eq!(last.line, 101, "the other cursor stays with its line");
    h.see("// line 100").see("new");
    while h.state.focus() != Pane::Code {
        h.keys("<f6>");
    }
    h.keys("<up><end>!");
    assert!(h.text().contains("// line 100!"));
    h.keys("<ctrl-z><ctrl-z><ctrl-z>");
    assert!(!h.text().contains("new"), "there is one history: {}", h.text());
}

#[test]
fn each_side_scrolls_and_finds_by_itself() {
    let mut h = twice();
    h.keys("<ctrl-f>line 9<enter>").see("of 11");
    h.keys("<f6><ctrl-f>line 50").see("1 of 1").see("of 11");
    let (first, second) = (view(&h, Side::First), view(&h, Side::Second));
    assert_ne!(first.0.line, second.0.line);
    let top = second.1;
    let beside = lambdeck::app::layout::layout(&h.state).pane(Pane::Code).unwrap();
    for _ in 0..5 {
        h.mouse((beside.x + 10, beside.y + 5).into(), MouseKind::WheelUp);
    }
    assert_eq!(view(&h, Side::Second).1, top);
    assert_ne!(view(&h, Side::First).1, first.1, "the wheel turns what is under the mouse");
    h.keys("<esc><esc>").see("of 11");
}

#[test]
fn colours_and_problems_stand_on_both_sides() {
    let mut h = Harness::editing("fn lambda(input) {\n    let a = ;\n}\n");
    h.keys("<alt-x>same file<enter>");
    let pane = |h: &Harness, side: Side| {
        let pane = h.state.text_in(side.pane()).unwrap();
        (pane.colours.line(0).len(), pane.diagnostics.len())
    };
    assert_eq!(pane(&h, Side::First), pane(&h, Side::Second));
    assert!(pane(&h, Side::First).0 > 0 && pane(&h, Side::First).1 > 0);
    h.keys("<ctrl-home>// x<enter>");
    assert_eq!(pane(&h, Side::First), pane(&h, Side::Second));
}

#[test]
fn closing_and_deleting_take_their_side_along() {
    let mut h = Harness::sample();
    h.keys("<ctrl-o>hello<enter><ctrl-p>scan<ctrl-\\><ctrl-w>");
    assert_eq!(h.state.editor.shown, Some(source("hello")));
    h.keys("<ctrl-\\>").see("hello");
    let mut h = Harness::editing("fn lambda(input) {}\n");
    h.keys("<ctrl-\\><f6><ctrl-w>");
    assert!(h.state.editor.split.is_none(), "the payload's side is closed, no file");
    assert_eq!(h.state.editor.tabs.files, [source("hello")]);
    h.keys("<ctrl-\\><ctrl-w>").see("No file is open.");
    assert!(h.state.editor.split.is_none());
}

#[test]
fn on_a_narrow_screen_the_sides_stand_above_each_other_and_on_a_low_one_it_says_so() {
    let mut h = Harness::editing("fn lambda(input) {}\n");
    h.resize(80, 24).keys("<ctrl-\\>");
    let layout = lambdeck::app::layout::layout(&h.state);
    let (code, beside) = (layout.pane(Pane::Code).unwrap(), layout.pane(Pane::Beside).unwrap());
    assert_eq!((code.x, beside.x, code.bottom()), (0, 0, beside.y));
    h.see("fn lambda").see("\"headers\"");
    h.keys("<ctrl-\\>").resize(60, 12).keys("<ctrl-\\>").see("no room for both sides");
    h.keys("<f6>").see("\"headers\"").dont_see("fn lambda");
}

#[test]
fn the_sidebar_takes_the_room_of_a_side_only_while_it_is_wanted() {
    let mut h = Harness::editing("fn lambda(input) {}\n");
    h.keys("<ctrl-\\>").dont_see("Problems").keys("<ctrl-e>").see("Problems").see("fn lambda");
    h.keys("<esc>").dont_see("Problems").see("\"headers\"");
    h.resize(180, 40).see("Problems").see("\"headers\"").see("fn lambda");
}

#[test]
fn it_is_drawn_and_typed_into_at_every_size() {
    let mut h = twice();
    for (width, height) in [(0, 0), (1, 1), (9, 4), (40, 15), (80, 24), (100, 10), (220, 60)] {
        h.resize(width, height);
        for keys in
            ["<f6>", "x", "<pagedown>", "<ctrl-f>li", "<esc>", "<f6>", "<ctrl-z>", "<f10>", "<f10>"]
        {
            h.keys(keys);
        }
    }
    h.input(Input::FocusGained);
}

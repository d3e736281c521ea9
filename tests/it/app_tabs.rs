//! Tabs: several files open at once, closed and opened again, and still there at the next start.

use crate::app_kit::{Harness, name};
use lambdeck::app::input::{Input, MouseKind};
use lambdeck::app::state::Screen;
use lambdeck::domain::FileKey;
use lambdeck::workspace::JournalKey;
use ratatui::layout::Position;

/// Three lambdas open, `hello` in sight.
fn three() -> Harness {
    let mut h = Harness::sample();
    h.keys("<ctrl-o>greet<enter><ctrl-o>scan<enter><ctrl-o>hello<enter>");
    h
}

/// A lambda with a saved payload that is open.
fn with_payload() -> Harness {
    let mut h = Harness::sample();
    h.disk.workspace().save_payload(&name("hello"), "first", "{\n  \"headers\": []\n}\n").unwrap();
    h.keys("<ctrl-o>hello<enter>");
    open(&mut h, payload("hello", "first"));
    h
}

fn open(h: &mut Harness, file: FileKey) {
    h.open(file);
}

fn payload(lambda: &str, payload: &str) -> FileKey {
    FileKey::Payload(name(lambda), payload.to_owned())
}

fn source(lambda: &str) -> FileKey {
    FileKey::Source(name(lambda))
}

fn shown(h: &Harness) -> FileKey {
    h.state.editor.shown.clone().expect("a file is in sight")
}

#[test]
fn tabs_stand_in_the_border_with_a_mark_at_unsaved_ones_and_turn_in_a_round() {
    let mut h = three();
    assert_eq!(h.rows()[2].matches("greet_new_conversation").count(), 1, "{}", h.screen());
    h.keys("<ctrl-pagedown>");
    assert_eq!(shown(&h), source("greet_new_conversation"));
    h.keys("// mine<enter><ctrl-pagedown>").see(" greet_new_conversation*");
    assert_eq!(shown(&h), source("scan_keywords"));
    h.keys("<ctrl-pageup><alt-,>");
    assert_eq!(shown(&h), source("hello"));
    h.keys("<alt-.>").keys("<ctrl-s>").see(" greet_new_conversation ");
}

#[test]
fn each_file_keeps_its_cursor_and_its_place() {
    let mut h = three();
    h.keys("<ctrl-end>");
    let place = |h: &Harness| {
        let pane = &h.state.document().unwrap().pane;
        (pane.buffer.cursor(), pane.viewport.top)
    };
    let before = place(&h);
    h.keys("<ctrl-pagedown><ctrl-home><ctrl-pageup>");
    assert_eq!(place(&h), before);
}

#[test]
fn closing_shows_the_neighbour_and_the_last_one_leaves_a_hint() {
    let mut h = three();
    h.keys("<ctrl-pageup><ctrl-w>");
    assert_eq!(shown(&h), source("hello"));
    h.keys("<ctrl-w>").see("greet_new_conversation  main.rhai");
    h.keys("<ctrl-w>").see("No file is open.");
    h.keys("<alt-t>").see("greet_new_conversation  main.rhai").keys("<alt-t><alt-t>");
    assert_eq!(h.state.editor.tabs.files.len(), 3);
    h.keys("<ctrl-w><alt-t>").keys("<ctrl-p>").keys("close other<enter>");
    assert_eq!(h.state.editor.tabs.files, [source("scan_keywords")]);
}

#[test]
fn a_closed_file_comes_back_with_its_cursor() {
    let mut h = three();
    h.keys("<ctrl-end><up><home>");
    let cursor = h.state.document().unwrap().pane.buffer.cursor();
    h.keys("<ctrl-w><alt-t>");
    assert_eq!(h.state.document().unwrap().pane.buffer.cursor(), cursor);
}

#[test]
fn closing_loses_no_unsaved_text_and_asks_nothing() {
    let mut h = three();
    h.keys("// mine<enter><ctrl-w>").see("its unsaved text is kept").see("1 unsaved");
    assert!(h.state.dialogs.is_empty());
    assert!(h.disk.journal[&JournalKey::Lambda(name("hello"))].starts_with("// mine"));
    h.keys("<ctrl-o>hello<enter>").see("// mine").keys("<ctrl-z><ctrl-z>");
    assert!(!h.text().starts_with("// mine\n"), "what was undone can be undone after closing");
    h.keys("<ctrl-y><ctrl-y><ctrl-w><ctrl-q>");
    assert!(h.disk.journal[&JournalKey::Lambda(name("hello"))].starts_with("// mine"));
}

#[test]
fn a_click_shows_a_tab_and_the_middle_button_closes_it() {
    let mut h = three();
    h.click(" scan_keywords ");
    assert_eq!(shown(&h), source("scan_keywords"));
    let at = h.find(" hello ");
    h.mouse(at, MouseKind::MiddlePress);
    assert_eq!(
        h.state.editor.tabs.files,
        [source("greet_new_conversation"), source("scan_keywords")]
    );
    assert_eq!(shown(&h), source("scan_keywords"));
}

#[test]
fn tabs_without_room_are_reached_by_arrows() {
    let mut h = Harness::sample();
    for n in 0..9 {
        h.disk.create(&format!("a_rather_long_name_{n}"), "greeting", "");
    }
    h.keys("<ctrl-p>reload work<enter>");
    for n in 0..9 {
        h.keys(&format!("<ctrl-o>name_{n}<enter>"));
    }
    h.resize(80, 24);
    let border = |h: &Harness| h.rows()[1].clone();
    assert!(border(&h).contains("‹") && border(&h).contains("name_8"), "{}", h.screen());
    h.keys("<ctrl-pagedown>");
    assert!(border(&h).contains("name_0") && border(&h).contains("›"), "{}", h.screen());
    h.click(" › ");
    let FileKey::Source(lambda) = shown(&h) else { panic!("a lambda is in sight") };
    assert_ne!(lambda, name("a_rather_long_name_0"));
    assert!(border(&h).contains(lambda.as_str()), "{}", h.screen());
    for width in 0..90 {
        h.resize(width, 24);
    }
}

#[test]
fn a_saved_payload_is_a_file_with_json_colours_and_its_schemas_problems() {
    let mut h = Harness::sample();
    let text =
        "{\n  \"headers\": [],\n  \"payload\": { \"general\": { \"inOffHours\": \"no\" } }\n}\n";
    h.disk.workspace().save_payload(&name("greet_new_conversation"), "odd", text).unwrap();
    open(&mut h, payload("greet_new_conversation", "odd"));
    h.see("greet_new_conversation  payloads/odd.json").see("boolean");
    assert!(!h.state.document().unwrap().pane.colours.line(1).is_empty());
    h.keys("<ctrl-end><enter><ctrl-s>").see("Saved the payload `odd` of greet_new_conversation");
    let saved = h.disk.workspace().read_payload(&name("greet_new_conversation"), "odd").unwrap();
    assert_ne!(saved, text);
}

#[test]
fn payloads_of_one_name_are_told_apart() {
    let mut h = with_payload();
    h.see(" first.json ");
    h.disk.workspace().save_payload(&name("scan_keywords"), "first", "{}").unwrap();
    open(&mut h, payload("scan_keywords", "first"));
    h.see(" hello/first.json ").see(" scan_keywords/first.json ");
}

#[test]
fn f5_over_a_payload_runs_its_lambda_and_the_payload_stays_in_sight() {
    let mut h = with_payload();
    h.keys("<ctrl-pageup><ctrl-w>").keys("<f5>");
    assert_eq!(h.runs[0].lambda, name("hello"));
    h.returns(serde_json::json!({})).keys("<alt-2>");
    assert_eq!(shown(&h), payload("hello", "first"));
}

#[test]
fn the_line_of_a_failure_is_shown_in_the_source_even_from_a_payload() {
    let mut h = with_payload();
    h.keys("<f5>").fails(
        lambdeck::domain::FailureKind::Script,
        "it broke",
        Some(lambdeck::domain::Place::new(2, 1)),
    );
    h.keys("<enter>");
    assert_eq!((h.state.screen, shown(&h)), (Screen::Editor, source("hello")));
    assert_eq!(h.state.document().unwrap().pane.buffer.cursor().line, 1);
}

#[test]
fn a_payload_saved_on_one_side_is_new_on_the_other() {
    let mut h = with_payload();
    h.keys("<alt-3><ctrl-t>first<enter><alt-2>");
    h.keys("<ctrl-home><down> <ctrl-s>");
    assert_eq!(h.payload(), h.text(), "the Invoke screen takes what the editor saved");
    h.keys("<alt-3><tab><ctrl-s><alt-2>");
    assert_eq!(h.payload(), h.text(), "the editor takes what the Invoke screen saved");
    assert!(h.state.dialogs.is_empty());
}

#[test]
fn a_payload_changed_by_another_program_asks_only_when_it_was_edited() {
    let mut h = with_payload();
    let write = |h: &Harness, text: &str| {
        h.disk.workspace().save_payload(&name("hello"), "first", text).unwrap();
    };
    write(&h, "{ \"theirs\": 1 }");
    h.input(Input::FocusGained).see("theirs").see("Read the payload `first` of hello");
    h.keys(" ");
    write(&h, "{ \"theirs\": 1000 }");
    h.input(Input::FocusGained).see("Another program changed the payload `first` of hello");
}

#[test]
fn a_deleted_lambda_takes_its_tabs_along_and_a_renamed_one_keeps_them() {
    let mut h = with_payload();
    h.keys("<ctrl-o>scan<enter><alt-1><home><down><f2><ctrl-k>salute<enter>");
    assert!(h.state.editor.tabs.files.contains(&payload("salute", "first")));
    assert!(h.state.editor.tabs.files.contains(&source("salute")));
    h.keys("<end>").keys("<alt-1>");
    let at = h.find("salute");
    h.mouse(at, MouseKind::Press(1)).keys("xy");
    assert_eq!(h.state.editor.tabs.files, [source("scan_keywords")]);
}

#[test]
fn the_open_files_their_cursors_and_the_one_in_sight_survive_a_restart() {
    let mut h = with_payload();
    h.keys("<ctrl-o>scan<enter><ctrl-end><ctrl-pageup><ctrl-home><down><right><ctrl-q>");
    let mut h = h.restart();
    assert_eq!((h.state.screen, shown(&h)), (Screen::Editor, payload("hello", "first")));
    let cursor = |h: &Harness| h.state.document().unwrap().pane.buffer.cursor();
    assert_eq!((cursor(&h).line, cursor(&h).column), (1, 1));
    assert_eq!(h.state.editor.documents.len(), 1, "the others are read when they are looked at");
    h.see(" hello ").see(" scan_keywords ");
    h.keys("<ctrl-pagedown>");
    assert_eq!(cursor(&h).line, h.state.document().unwrap().pane.buffer.line_count() - 1);
}

#[test]
fn whoever_left_another_screen_starts_there_and_finds_the_file_in_the_editor() {
    let mut h = three();
    h.keys("<alt-1><ctrl-q>");
    let mut h = h.restart();
    assert_eq!(h.state.screen, Screen::Lambdas);
    assert!(h.state.editor.documents.is_empty());
    h.keys("<alt-2>");
    assert_eq!(shown(&h), source("hello"));
}

#[test]
fn a_file_that_is_gone_by_the_next_start_is_not_missed() {
    let mut h = three();
    h.keys("<ctrl-q>");
    std::fs::remove_dir_all(h.disk.workspace().lambda_dir(&name("hello"))).unwrap();
    let h = h.restart();
    assert_eq!(h.state.editor.tabs.files.len(), 2);
    assert!(h.state.notice.is_none());
}

#[test]
fn a_broken_memory_of_the_open_files_is_named_and_harms_nothing() {
    let mut h = three();
    h.keys("<ctrl-q>");
    std::fs::write(h.disk.root().join(".lambdeck/open-files.json"), "{ \"version\"").unwrap();
    let mut h = h.restart();
    h.see("Which files were open last is not known").see("open-files.json");
    h.keys("<ctrl-o>hello<enter>").see("hello  main.rhai");
}

#[test]
fn typing_and_moving_do_not_write_the_open_files() {
    let mut h = three();
    let path = h.disk.root().join(".lambdeck/open-files.json");
    std::fs::remove_file(&path).unwrap();
    h.keys("abc<enter><down><up><ctrl-s>");
    assert!(!path.exists());
    h.keys("<ctrl-pagedown>");
    assert!(path.exists());
}

#[test]
fn the_strip_keeps_to_its_pane_at_every_size() {
    let mut h = three();
    for (width, height) in [(1, 1), (3, 3), (20, 8), (40, 12), (80, 24), (200, 60)] {
        h.resize(width, height);
        if let Some(at) = h.position(" hello ") {
            assert!(at.x + 7 <= width, "{width}x{height}");
        }
    }
    h.mouse(Position::new(0, 0), MouseKind::MiddlePress);
}

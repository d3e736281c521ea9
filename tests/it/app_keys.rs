//! Keys of one's own, and the screen that shows what the terminal sends.

use crate::app_kit::Harness;
use lambdeck::app::input::{Input, Key, KeyCode, Reading, Received};
use lambdeck::app::keymap;
use std::path::Path;
use std::sync::Arc;

/// The sample with keys of one's own.
fn with_keys(text: &str) -> Harness {
    let (keymap, problems) = keymap::read(Path::new("keys.toml"), text);
    assert!(problems.is_empty(), "{problems:?}");
    let mut h = Harness::sample();
    h.state.keymap = Arc::new(keymap);
    h
}

#[test]
fn keys_of_ones_own_do_what_they_say_and_are_shown_everywhere() {
    let mut h = with_keys(
        "app.help = [\"f12\", \"?\"]\napp.invoke = \"alt-r\"\napp.open_lambda = \"alt-o\"\neditor.save = \"alt-w\"\n",
    );
    h.wait(60_000).see("F12 Help").dont_see("F1 Help");
    h.keys("<f1>").dont_see("Keys").keys("<f12>").see("Keys").see("Alt-R").keys("<f12>");
    h.keys("<ctrl-o>").dont_see("Open lambda").keys("<alt-o>").see("Open lambda");
    h.keys("hello<enter>").wait(60_000).see("Alt-W Save").keys("//<ctrl-s>").see("main.rhai *");
    h.keys("<alt-w>").see("Saved hello");
    h.keys("<alt-3>").see("Alt-R runs the lambda").keys("<f5>");
    assert!(h.runs.is_empty());
    h.keys("<alt-r>");
    assert_eq!(h.runs.len(), 1);
}

#[test]
fn messages_name_the_keys_that_count() {
    let mut h = with_keys("text.undo = \"alt-0\"\nsettings.add = \"f8\"\n");
    h.keys("<ctrl-o>hello<enter><ctrl-r>name<tab>who<alt-a>").see("Alt-0 takes them back");
    h.keys("<esc><alt-0><alt-5>").see("F8 allows one").see("F8 adds one");
}

#[test]
fn reasons_and_notes_name_the_keys_that_count() {
    let mut h = with_keys(
        "find.replace = \"alt-0\"\ndialog.next = \"f9\"\nsearch.replace_all = \"f10\"\napp.dismiss = \"alt-9\"\n",
    );
    h.keys("<ctrl-o>hello<enter><ctrl-f>zzz<alt-a>")
        .see("Alt-0 opens the field for the replacement");
    h.keys("<esc><ctrl-alt-down>").see("2 cursors; Alt-9 leaves one cursor").keys("<alt-9>");
    h.keys("<alt-g>fn<f10>").see("F9 goes to the field for the replacement first");
    h.keys("<f9>gn").see("F10 replaces 5");
}

#[test]
fn a_command_without_a_key_is_named_by_its_place_in_the_palette() {
    let mut h = with_keys("app.open_lambda = []\napp.editor = [\"alt-2\"]\n");
    h.keys("/zzz<enter><f4>").see("`Open lambda` in the palette finds one");
}

#[test]
fn a_key_for_one_place_counts_there_only() {
    let mut h = with_keys("[in.text]\neditor.toggle_sidebar = \"alt-f9\"\n");
    h.keys("<ctrl-o>hello<enter>").see("Problems").keys("<alt-f9>").dont_see("Problems");
    h.keys("<alt-f9><ctrl-e>").see("Problems").keys("<alt-f9>").see("Problems");
}

fn sent(h: &mut Harness, bytes: &[u8], key: Option<&str>) {
    let reading = key.map_or(Reading::Nothing, |key| {
        Reading::Input(Box::new(Input::Key(Key::parse(key).unwrap())))
    });
    h.input(Input::Received(Received { bytes: bytes.to_vec(), reading }));
}

/// Shows the screen by its name in the list of keys.
fn probe(h: &mut Harness) {
    h.keys("<f1>").paste("my terminal send").see("Shows the bytes").keys("<enter>");
    h.see("Esc twice");
}

#[test]
fn what_the_terminal_sends_is_shown_and_does_nothing_else() {
    let mut h = Harness::editing("fn lambda(input) {}\n");
    probe(&mut h);
    assert!(h.state.shows_bytes());
    sent(&mut h, b"\x1b[15~", Some("f5"));
    assert!(h.row_of("ESC [15~").contains("F5") && h.row_of("ESC [15~").contains("app.invoke"));
    sent(&mut h, b"x", Some("x"));
    h.see("types x");
    sent(&mut h, b"\x1b[9;9;9!", None);
    h.see("nothing known");
    sent(&mut h, "\u{e9}".as_bytes(), Some("\u{e9}"));
    h.see("c3 a9");
    assert!(h.runs.is_empty());
    assert_eq!(h.text(), "fn lambda(input) {}\n");
    for _ in 0..200 {
        sent(&mut h, b"\x11x", Some("x"));
    }
    h.see("^Qx").dont_see("ESC [15~");

    sent(&mut h, b"\x1b", Some("esc"));
    sent(&mut h, b"x", Some("x"));
    sent(&mut h, b"\x1b", Some("esc"));
    h.see("Esc twice");
    sent(&mut h, b"\x1b", Some("esc"));
    h.dont_see("Esc twice");
}

#[test]
fn two_keys_lead_out_whatever_the_key_map_says() {
    let mut h = with_keys("app.quit = []\ndialog.back = \"f12\"\n");
    probe(&mut h);
    sent(&mut h, b"\x11", Some("ctrl-q"));
    h.dont_see("Esc twice");
    assert!(!h.has_quit());
}

#[test]
fn it_fits_on_every_size() {
    for (width, height) in [(120, 36), (80, 24), (40, 12), (10, 4), (1, 1)] {
        let mut h = Harness::sample();
        probe(&mut h);
        h.resize(width, height);
        sent(&mut h, &[b'a'; 200], Some("ctrl-shift-pagedown"));
        h.input(Input::Key(Key::plain(KeyCode::Esc)));
    }
}

//! What the bottom of the screen says: messages, hints, the words at the left.

use crate::app_kit::{Harness, name};
use lambdeck::app::Message;
use lambdeck::app::deployed::job::PlatformMessage;
use lambdeck::app::state::Pane;
use serde_json::json;

/// The bottom line.
fn bottom(h: &Harness) -> String {
    h.rows().pop().unwrap_or_default()
}

#[test]
fn an_error_goes_with_the_next_key_once_it_could_be_read() {
    let mut h = Harness::editing("fn lambda(input) { 1 }\n");
    h.disk.refuse_saves = Some("The disk is full".to_owned());
    h.keys("x<ctrl-s>").see("The disk is full");
    h.keys("y").see("The disk is full");
    h.wait(60_000).see("The disk is full");
    h.keys("z").dont_see("The disk is full").see("F5 Invoke");
    h.keys("<ctrl-s>").see("The disk is full").wait(2_000);
    h.click("fn lambda").dont_see("The disk is full").keys("<ctrl-s>").see("The disk is full");
    h.disk.refuse_saves = None;
    h.keys("<ctrl-s>").see("Saved hello").dont_see("The disk is full");
}

#[test]
fn what_comes_up_by_itself_leaves_what_was_just_said() {
    let mut h = Harness::sample();
    let warned = || {
        let told = "Events are executed, but not taken by HTTP: the port is taken";
        Message::Platform(Box::new(PlatformMessage::Warned(told.to_owned())))
    };
    h.state.inform("Deployed hello: version 1 is executed now");
    h.tell(warned()).see("Deployed hello: version 1 is executed now").see("the port is taken");
    h.keys("j").dont_see("Deployed hello").dont_see("the port is taken");
    let mut h = Harness::editing("fn lambda(input) { let x = ; }\n");
    h.tell(warned()).keys("<f9>").see("hello was not deployed: 1 error");
    h.tell(warned()).see("hello was not deployed: 1 error").see("the port is taken");
}

#[test]
fn each_key_is_hinted_for_what_it_does_here_alone() {
    let mut h = Harness::editing("fn lambda(input) { 1 }\n");
    h.keys("<f5>").returns(json!(1));
    h.state.set_focus(Pane::Result);
    h.wait(0).dont_see("Enter Go to line").keys("<enter>");
    h.see("Go to line: nothing here names a line of the source");
    h.keys("<ctrl-n>").see("Enter take").keys("<esc>");
    for keys in ["<alt-2><ctrl-f>", "<ctrl-r>", "<esc><ctrl-e>", "<alt-3>", "<alt-4>", "<alt-5>"] {
        let words = bottom(h.keys(keys));
        let hinted: Vec<&str> =
            words.split("  ").filter_map(|it| it.split_whitespace().next()).collect();
        let keys_of: Vec<_> =
            hinted.iter().filter(|it| it.starts_with(char::is_uppercase)).collect();
        let mut once = keys_of.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), keys_of.len(), "{words}");
    }
}

#[test]
fn the_main_keys_stay_beside_a_long_name_and_problems() {
    let long = "greets_everybody_who_writes_to_us_out_of_hours";
    for (source, problems) in [("let x = ;\n", " error"), ("let x = 1;\n", " warnings")] {
        let mut h = Harness::sample();
        h.disk.create(long, "greeting", "");
        let path = h.disk.workspace().source_path(&name(long));
        let lines = format!("fn lambda(input) {{\n{}}}\n", source.repeat(99));
        std::fs::write(path, lines).unwrap();
        h.wait(3_000).resize(80, 24).keys("j<ctrl-o>everybody<enter><ctrl-end>;");
        h.see(problems).see("Ctrl-S Save").see("F5 Invoke").see("F1 Help").see("Ctrl-P Palette");
        let x = h.find("F5 Invoke").x;
        h.keys("<backspace>");
        assert_eq!(h.find("F5 Invoke").x, x, "the keys stay where they are");
        h.keys("<f5>").see("F5 Invoke");
    }
}

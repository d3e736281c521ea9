//! Palette, help, panes and messages.

use crate::app_kit::Harness;
use lambdeck::app::state::{Pane, Screen};

#[test]
fn the_palette_finds_a_command_by_a_few_letters_shows_its_key_and_runs_it() {
    let mut h = Harness::sample();
    h.keys("<alt-x>")
        .see("Commands")
        .see("Ctrl-N")
        .keys("newl")
        .see("New lambda")
        .keys("<enter>")
        .see("1 of 3");
    h.keys("<esc><alt-x>maxpan<enter>");
    assert!(h.state.maximised);
}

#[test]
fn a_command_that_is_not_possible_is_shown_with_the_reason_and_says_it_when_chosen() {
    let mut h = Harness::sample();
    h.keys("<ctrl-o>hello<enter><alt-3><ctrl-p>cancel")
        .see("Not now: nothing is running.")
        .keys("<enter>");
    h.see("Cancel: nothing is running");
    assert!(h.state.dialogs.is_empty());
}

#[test]
fn the_key_that_opened_help_or_palette_closes_it() {
    for key in ["<f1>", "?", "<ctrl-p>", "<alt-x>"] {
        let mut h = Harness::sample();
        h.keys(key);
        assert_eq!(h.state.dialogs.len(), 1, "{key}");
        h.keys(key);
        assert!(h.state.dialogs.is_empty(), "{key}:\n{}", h.screen());
    }
    let mut h = Harness::sample();
    h.keys("<f1>key?").see("> key?");
    let mut h = Harness::editing("x\n");
    h.keys("?");
    assert_eq!(h.text(), "?x\n");
}

#[test]
fn help_begins_with_the_keys_of_the_focused_pane() {
    let mut h = Harness::sample();
    h.keys("<f1>").see("Keys").see("Lambdas screen");
    h.keys("<esc><ctrl-o>hello<enter><f1>").see("Code and payload");
    assert!(h.position("Lambdas screen").is_none(), "what belongs elsewhere comes later");
    h.keys("<esc><f6><f1>");
    assert!(h.find("Payload tree").y < h.find("Sidebar").y);
    h.keys("<esc><alt-3><f1>");
    h.keys("format").see("Format payload").see("Alt-L");
}

#[test]
fn f6_goes_round_the_panes_of_each_screen() {
    let mut h = Harness::sample();
    h.keys("<ctrl-o>hello<enter><alt-1>");
    for (key, panes) in [
        ("<alt-1>", vec![Pane::Lambdas, Pane::Events]),
        ("<alt-2>", vec![Pane::Code, Pane::Sidebar]),
        ("<alt-3>", vec![Pane::Payload, Pane::Logs, Pane::Result]),
    ] {
        h.keys(key);
        for size in [(120, 36), (80, 24)] {
            h.resize(size.0, size.1);
            h.state.set_focus(panes[0]);
            for at in 1..=panes.len() {
                h.keys("<f6>");
                assert_eq!(h.state.focus(), panes[at % panes.len()], "{key}");
            }
            h.keys("<shift-f6>");
            assert_eq!(h.state.focus(), panes[panes.len() - 1]);
        }
    }
}

#[test]
fn a_maximised_pane_has_the_screen_and_esc_gives_it_back() {
    let mut h = Harness::sample();
    h.keys("<f10>")
        .dont_see("slots")
        .see("scan_keywords")
        .keys("<f6>")
        .see("slots")
        .dont_see("last run");
    h.keys("<esc>").see("slots").see("Lambdas  3");
}

#[test]
fn messages_go_by_the_clock_and_errors_stay() {
    let mut h = Harness::editing("fn lambda(input) {}\n");
    h.keys("<ctrl-s>").see("Saved hello").dont_see("Ctrl-Q");
    h.wait(4_900).see("Saved hello").wait(200).dont_see("Saved hello").see("F1 Help");
    h.tell(lambdeck::app::Message::Failed("Something failed".into()))
        .wait(600_000)
        .see("Something failed");
    h.keys("<esc>").dont_see("Something failed");
}

#[test]
fn a_long_message_is_shown_whole_over_the_panes() {
    let mut h = Harness::sample();
    h.tell(lambdeck::app::Message::Failed(format!(
        "First words, {} last words",
        "and more words ".repeat(14)
    )));
    h.see("First words").see("last words");
}

#[test]
fn a_click_on_a_message_closes_it_and_does_nothing_else() {
    let mut h = Harness::sample();
    let quit = h.find("Ctrl-N New lambda");
    h.tell(lambdeck::app::Message::Failed("Something failed".into()));
    h.mouse(quit, lambdeck::app::input::MouseKind::Press(1)).dont_see("Something failed");
    assert!(h.state.dialogs.is_empty(), "{}", h.screen());
    h.click("Ctrl-N New lambda").see("1 of 3");
}

#[test]
fn hints_can_be_clicked() {
    let mut h = Harness::sample();
    h.click("Ctrl-N New lambda").see("1 of 3");
    let mut h = Harness::sample();
    h.click("F1 Help").see("Keys");
}

#[test]
fn every_dialog_closes_with_esc_and_leaves_the_screen_as_it_was() {
    for (before, open) in [
        ("", "<ctrl-n>"),
        ("", "<ctrl-o>"),
        ("", "<ctrl-p>"),
        ("", "<f1>"),
        ("<home>", "c"),
        ("<home>", "<f2>"),
        ("<home>", "d"),
        ("<home>", "x"),
        ("<ctrl-o>hello<enter>", "<ctrl-g>"),
        ("<ctrl-o>hello<enter><alt-3>", "<ctrl-t>"),
        ("<ctrl-o>hello<enter><alt-3>", "<ctrl-s>"),
        ("<ctrl-o>hello<enter><alt-3>", "<alt-s>"),
    ] {
        let mut h = Harness::sample();
        h.keys(before);
        let screen = h.screen();
        h.keys(open);
        assert_eq!(h.state.dialogs.len(), 1, "{before}{open}");
        assert_ne!(h.screen(), screen, "{before}{open}");
        h.keys("<esc>");
        assert_eq!(h.screen(), screen, "{before}{open}");
    }
}

#[test]
fn the_program_leaves_the_mouse_to_the_terminal_on_request() {
    let mut h = Harness::sample();
    h.keys("<ctrl-p>mouse<enter>").see("The mouse is the terminal's");
    assert!(matches!(h.asked.last(), Some(lambdeck::app::Job::CaptureMouse(false))));
}

#[test]
fn the_open_dialog_is_the_only_thing_that_takes_keys() {
    let mut h = Harness::editing("x\n");
    h.keys("<ctrl-g>").keys("<f5>abc<ctrl-s><ctrl-z>");
    assert_eq!((h.text(), h.state.screen), ("x\n".to_owned(), Screen::Editor));
    assert!(h.runs.is_empty());
}

#[test]
fn the_reason_stands_beside_a_command_in_the_help_too() {
    let mut h = Harness::sample();
    h.keys("<ctrl-o>hello<enter><alt-3><f1>cancel").see("not now: nothing is running");
}

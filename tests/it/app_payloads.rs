//! The payload of the Invoke screen: chosen, edited, checked, saved.

use crate::app_kit::{Harness, name};
use lambdeck::app::state::Pane;

/// `greet_new_conversation` on the Invoke screen, the payload in focus.
fn payload() -> Harness {
    let mut h = Harness::sample();
    h.keys("<ctrl-o>greet<enter><alt-3>");
    h.state.set_focus(Pane::Payload);
    h.wait(0);
    h
}

fn saved(h: &Harness) -> Vec<String> {
    h.disk.workspace().payloads(&name("greet_new_conversation"))
}

#[test]
fn a_payload_is_saved_under_a_name_chosen_and_deleted() {
    let mut h = payload();
    let before = saved(&h).len();
    h.keys("<ctrl-home><right><enter>")
        .see("*")
        .keys("<ctrl-s>")
        .see("Save payload")
        .keys("mine<enter>");
    h.see("Saved the payload `mine`").see("Payload  mine").dont_see("mine *");
    assert_eq!(saved(&h).len(), before + 1);
    h.keys("<esc><ctrl-t>").see("Saved payloads").keys("<home><ctrl-home><enter>").see("sample: ");
    h.keys("<ctrl-t>mine<enter>").see("Payload  mine");
    assert!(h.payload().starts_with("{\n"));
    h.keys("<ctrl-p>delpay<enter>")
        .see("Delete the saved payload `mine`")
        .keys("y")
        .see("Deleted the payload");
    assert_eq!(saved(&h).len(), before);
}

#[test]
fn a_saved_payload_is_saved_again_without_a_question_and_under_another_name_on_request() {
    let mut h = payload();
    h.keys("<ctrl-s>mine<enter><ctrl-end> <ctrl-s>").see("Saved the payload `mine`");
    assert!(h.state.dialogs.is_empty());
    h.keys("<alt-s>").see("> mine").keys("mine2<enter>").see("Payload  mine2");
    h.keys("<ctrl-p>savpay<esc><alt-s><ctrl-k>../x<enter>").see("Save payload");
    assert_eq!(
        h.state.dialogs.len(),
        1,
        "a name that is no name is refused in the dialog:\n{}",
        h.screen()
    );
}

#[test]
fn a_problem_shows_as_one_types_and_f8_goes_there() {
    let mut h = payload();
    let text = h.payload().replace("\"payload\"", "\"payloat\"");
    h.keys("<ctrl-a>").paste(&text);
    assert!(!h.state.session().unwrap().payload.diagnostics.is_empty());
    h.keys("<f8>").see("E▾").keys("<esc><ctrl-z>").dont_see("E▾");
    h.keys("<ctrl-end><backspace><backspace><ctrl-home>").see("1 error").keys("<f8>");
    assert_ne!(h.state.session().unwrap().payload.buffer.cursor().line, 0);
}

#[test]
fn the_schema_of_the_event_is_heeded() {
    let mut h = payload();
    let wrong =
        h.payload().replace("\"convId\": \"", "\"convId\": [\"").replacen("\",\n", "\"],\n", 0);
    let line = wrong.lines().position(|line| line.contains("convId")).unwrap();
    let fixed: String = wrong
        .lines()
        .enumerate()
        .map(|(at, row)| if at == line { row.trim_end_matches(',').to_owned() + "]," } else { row.to_owned() } + "\n")
        .collect();
    h.keys("<ctrl-a>").paste(&fixed);
    let found = &h.state.session().unwrap().payload.diagnostics;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].range.start.line as usize, line + 1);
    assert!(found[0].message.contains("string"), "{}", found[0].message);
}

#[test]
fn a_choice_over_an_edited_payload_can_be_undone() {
    let mut h = payload();
    h.keys("<ctrl-home>  ");
    let edited = h.payload();
    h.keys("<ctrl-t>").see("was edited and not saved").keys("<down><enter>");
    assert_ne!(h.payload(), edited);
    h.keys("<ctrl-z>");
    assert_eq!(h.payload(), edited);
}

#[test]
fn reset_and_format_are_in_the_palette() {
    let mut h = payload();
    let first = h.payload();
    h.keys("<ctrl-a>")
        .paste("{\"headers\":[],\"payload\":{\"a\":1}}")
        .keys("<alt-l>")
        .see("\"a\": 1");
    h.keys("<ctrl-p>respay<enter>");
    assert_eq!(h.payload(), first);
    h.keys("<ctrl-a>").paste("{").keys("<alt-l>").see("The payload is not JSON yet");
    assert_eq!(h.payload(), "{");
}

#[test]
fn each_lambda_has_a_payload_of_its_own() {
    let mut h = payload();
    let greet = h.payload();
    h.keys("<ctrl-o>scan<enter><alt-3>");
    assert_ne!(h.payload(), greet);
    h.keys("<ctrl-o>greet<enter><alt-3>");
    assert_eq!(h.payload(), greet);
}

#[test]
fn every_sample_of_every_event_is_chosen_by_its_title_and_has_no_error() {
    let mut h = payload();
    let catalog = h.state.project.catalog.clone();
    let event = catalog.find_event("Messaging New Conversation").unwrap();
    for sample in &event.samples {
        h.keys("<ctrl-t>").paste(&sample.title).keys("<enter>");
        assert_eq!(h.payload(), *sample.text, "{}", sample.title);
        assert!(h.state.session().unwrap().payload.diagnostics.is_empty(), "{}", sample.title);
    }
}

#[test]
fn a_lambda_that_gets_another_event_gets_its_sample_unless_the_payload_was_edited() {
    let mut h = payload();
    let ttr = h.state.project.catalog.find_event("Messaging TTR").unwrap().samples[0].clone();
    let connect = "<alt-1><home>cttr<enter><alt-3>";
    h.keys(connect);
    assert_eq!(h.payload(), *ttr.text);
    h.see(&ttr.title);
    let mut h = payload();
    h.keys("<ctrl-home> ");
    let edited = h.payload();
    h.keys(connect);
    assert_eq!(h.payload(), edited);
    h.dont_see("sample: ");
}

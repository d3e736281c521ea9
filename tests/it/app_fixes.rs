//! What the lints find in the editor, and what takes it away.

use crate::app_kit::{Harness, name};
use lambdeck::domain::FileKey;

/// The sample's lambda for new conversations with this source, the cursor at its start.
fn writing(source: &str) -> Harness {
    let mut h = Harness::sample();
    let lambda = name("greet_new_conversation");
    std::fs::write(h.disk.workspace().source_path(&lambda), source).unwrap();
    h.open(FileKey::Source(lambda)).keys("<ctrl-home>");
    h
}

fn source(h: &Harness) -> String {
    h.state.document().unwrap().pane.buffer.text()
}

fn codes(h: &Harness) -> Vec<String> {
    let diagnostics = &h.state.document().unwrap().pane.diagnostics;
    diagnostics.iter().map(|it| it.code.to_string()).collect()
}

const MISSPELT: &str = "fn lambda(input) {\n    log::info(input.payload.general.convID);\n}\n";

#[test]
fn the_samples_have_no_problem() {
    let mut h = Harness::sample();
    for lambda in h.state.project.lambdas.clone() {
        h.open(FileKey::Source(lambda.name.clone()));
        assert_eq!(codes(&h), [""; 0], "{}", lambda.name);
    }
}

#[test]
fn the_only_way_to_take_a_problem_away_is_taken_at_once_and_undone_in_one_step() {
    let mut h = writing(MISSPELT);
    assert_eq!(codes(&h), ["unknown-field"]);
    h.see("`convID`: no such field").keys("<down><alt-enter>");
    assert_eq!(source(&h), MISSPELT.replace("convID", "convId"));
    assert_eq!(codes(&h), [""; 0]);
    h.see("undo takes it back").keys("<ctrl-z>");
    assert_eq!(source(&h), MISSPELT);
}

#[test]
fn of_several_ways_one_is_chosen_from_a_list() {
    let mut h = writing("fn lambda(input) {\n    let count = 7 / 2;\n}\n");
    assert_eq!(codes(&h), ["unused-variable", "integer-division"]);
    h.keys("<down><alt-enter>").see("Rename it to `_count`").see("Write `7.0 / 2`");
    h.see("Allow `integer-division` here").keys("7.0<enter>");
    assert!(source(&h).contains("let count = 7.0 / 2;"), "{}", source(&h));
    h.keys("<alt-enter>");
    assert!(source(&h).contains("let _count = 7.0 / 2;"), "{}", source(&h));
    assert_eq!(codes(&h), [""; 0]);
}

#[test]
fn the_shown_problem_of_a_line_is_repaired_before_the_others() {
    let source = "fn lambda(input) {\n    let general = input.payload.general;\n    let id = generel.convId;\n    general\n}\n";
    let mut h = writing(source);
    h.keys("<down><down>").see("there is no variable `generel`").keys("<alt-enter><enter>");
    assert!(self::source(&h).contains("let id = general.convId;"), "{}", self::source(&h));
}

#[test]
fn what_cannot_be_repaired_can_be_allowed() {
    let mut h = writing("fn lambda(input) {\n    return;\n    log::info(1);\n}\n");
    assert_eq!(codes(&h), ["unreachable-code"]);
    h.keys("<down><down><alt-enter>").see("Allow `unreachable-code` here").keys("<enter>");
    let allowed = "    return;\n    // allow: unreachable-code\n    log::info(1);\n";
    assert!(source(&h).contains(allowed), "{}", source(&h));
    assert_eq!(codes(&h), [""; 0]);
}

#[test]
fn a_line_without_a_problem_has_nothing_to_take_away() {
    let mut h = writing(MISSPELT);
    h.keys("<alt-enter>").see("There is no problem on this line");
    assert_eq!(source(&h), MISSPELT);
}

#[test]
fn the_list_of_problems_tells_of_a_problem_and_takes_it_away() {
    let mut h = writing(MISSPELT);
    h.keys("<ctrl-e><shift-tab>")
        .see("1 problem")
        .see("unknown-field: The event's payload")
        .see("Alt-Y: Write `convId`");
    h.keys("f");
    assert_eq!(source(&h), MISSPELT.replace("convID", "convId"));
    h.see("Nothing is wrong");
}

#[test]
fn a_card_tells_what_a_problem_is() {
    let mut h = writing(MISSPELT);
    h.keys("<down><end><left><left><left>").keys("<alt-h>");
    h.see("warning unknown-field").see("did you mean `convId`?");
}

#[test]
fn the_palette_has_it_too() {
    let mut h = writing(MISSPELT);
    h.keys("<down><alt-x>fix problem<enter>");
    assert_eq!(source(&h), MISSPELT.replace("convID", "convId"));
}

#[test]
fn problems_follow_the_event_of_the_lambda() {
    let mut h = writing("fn lambda(input) {\n    log::info(input.payload.csatRank);\n}\n");
    assert_eq!(codes(&h), ["unknown-field"]);
    h.keys("<ctrl-end>");
    let lambda = name("greet_new_conversation");
    let known = h.state.project.lambdas.iter_mut().find(|it| it.name == lambda).unwrap();
    known.event = Some(lambdeck::domain::EventId::new("denver_post_survey_email_transcript"));
    h.keys("<up>");
    assert_eq!(codes(&h), [""; 0]);
}

#[test]
fn a_wish_waits_for_the_problems_and_the_next_key_takes_it_back() {
    use lambdeck::app::action::{Action, EditorAction};
    let mut h = writing(MISSPELT);
    h.keys("<down>");
    let pane = &mut h.state.document_mut().unwrap().pane;
    pane.buffer.paste(" ");
    let (text, revision) = (pane.id, pane.buffer.revision());
    let diagnostics = pane.diagnostics.clone();
    let mut jobs = Vec::new();
    lambdeck::app::update::request(&mut h.state, Action::Editor(EditorAction::Fix), &mut jobs);
    assert_eq!(h.state.editor.fix_awaited, Some(text), "nothing is known of this text yet");
    let before = source(&h);
    h.keys("<left>");
    assert_eq!(h.state.editor.fix_awaited, None);
    h.tell(lambdeck::app::Message::Diagnosed { text, revision, diagnostics });
    assert_eq!(source(&h), before);
}

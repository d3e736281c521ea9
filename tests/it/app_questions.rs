//! Questions: what another program wrote, what an earlier session left, and that no key loses text by the way.

use crate::app_kit::{Harness, START_MS, name};
use lambdeck::app::Message;
use lambdeck::app::input::Input;
use lambdeck::workspace::{JournalKey, TextHash};

/// `hello` open with unsaved text, and a text of another program on the disk.
fn conflict() -> Harness {
    let mut h = Harness::editing("fn lambda(input) {}\n");
    h.keys("// mine<enter>");
    h.disk.write_behind_our_back("hello", "// theirs, and longer\nfn lambda(input) {}\n");
    h.input(Input::FocusGained);
    h
}

#[test]
fn no_question_opens_under_the_fingers_and_later_means_at_the_save() {
    let mut h = Harness::editing("fn lambda(input) {}\n");
    h.keys("// mine").wait(5_000);
    h.disk.write_behind_our_back("hello", "// theirs, and longer\nfn lambda(input) {}\n");
    h.keys(" a").see("Another program changed hello; Ctrl-S compares and asks");
    h.keys("method").dont_see("Changed on the disk");
    assert!(h.text().starts_with("// mine amethod"), "{}", h.text());
    assert!(h.disk.source("hello").starts_with("// theirs"));
    h.keys("<ctrl-s>").see("Changed on the disk").keys("<esc>").wait(5_000);
    h.keys("<alt-1><down>").input(Input::FocusGained).dont_see("Changed on the disk");
    h.keys("<alt-2><ctrl-s>").see("Changed on the disk");
}

#[test]
fn a_file_that_changed_is_read_again_where_nothing_was_typed() {
    let mut h = Harness::editing("fn lambda(input) {}\n");
    h.disk.write_behind_our_back("hello", "// theirs, and longer\nfn lambda(input) {}\n");
    h.input(Input::FocusGained).see("// theirs").see("Read hello from the disk");
    h.keys("<ctrl-z>").dont_see("// theirs");
}

#[test]
fn typed_text_and_a_changed_file_are_compared_before_anything_is_lost() {
    let mut h = conflict();
    h.see("Another program changed hello").see("+ // mine").see("- // theirs");
    h.keys("<esc>").see("// mine").dont_see("theirs");
    h.keys("<ctrl-s>").see("Another program changed hello").keys("<left><left><left><enter>");
    assert!(h.disk.source("hello").starts_with("// mine"), "{}", h.screen());
    h.dont_see("hello  main.rhai *");
}

#[test]
fn the_disks_text_can_be_taken_and_ours_had_back_with_undo() {
    let mut h = conflict();
    h.keys("<left><left><enter>")
        .see("// theirs")
        .dont_see("// mine")
        .keys("<ctrl-z>")
        .see("// mine");
}

#[test]
fn each_answer_has_a_key_of_its_own() {
    let mut h = conflict();
    h.see("m save mine").see("t take theirs").see("b see both").keys("r");
    assert_eq!(h.state.dialogs.len(), 1, "an answer to another question is none");
    h.keys("m");
    assert!(h.disk.source("hello").starts_with("// mine"));
    let mut h = conflict();
    h.keys("t").see("// theirs").dont_see("// mine");
    let mut h = left_behind();
    h.see("r restore").keys("d");
    assert_eq!(h.disk.dropped, [JournalKey::Lambda(name("hello"))]);
    let mut h = left_behind();
    h.keys("r").see("hello  main.rhai *");
}

#[test]
fn both_texts_can_be_looked_at_beside_each_other_and_only_ours_is_edited() {
    let mut h = conflict();
    h.keys("b").see("hello  main.rhai *").see("hello  on the disk");
    h.see("// mine").see("// theirs, and longer");
    h.keys("<f6>x<ctrl-v><backspace><enter>").see("This is what the disk holds");
    let theirs = h.state.text_pane().unwrap().buffer.text();
    assert!(theirs.starts_with("// theirs, and longer\nfn"), "{theirs}");
    h.keys("<ctrl-a><ctrl-c><shift-f6>");
    while h.state.focus() != lambdeck::app::state::Pane::Code {
        h.keys("<f6>");
    }
    h.keys("<ctrl-end><ctrl-v>");
    assert!(h.text().contains("// theirs"), "what is read can be copied over");
    h.keys("<ctrl-s>").see("Another program changed hello").keys("m");
    assert!(h.disk.source("hello").starts_with("// mine"));
}

#[test]
fn a_long_comparison_is_walked_through_by_its_changes() {
    let text = (0..3_000).map(|n| format!("// line {n}\n")).collect::<Vec<_>>().concat();
    let mut h = Harness::editing(&text);
    h.keys("// mine<enter>");
    let theirs = text.replace("line 1500\n", "line 1500 of theirs\n").replace("// line 2900\n", "");
    h.resize(120, 14);
    h.disk.write_behind_our_back("hello", &theirs);
    h.input(Input::FocusGained).see("+ // mine").see("equal lines").dont_see("of theirs");
    h.keys("]").see("- // line 1500 of theirs").keys("f7");
    h.keys("]").see("+ // line 2900").keys("[").see("1500 of theirs");
    h.keys("<home>").see("+ // mine").keys("<end>").see("equal lines").dont_see("+ // mine");
    let at = h.find("Changed on the disk");
    h.mouse((at.x, at.y + 6).into(), lambdeck::app::input::MouseKind::WheelUp);
    assert_eq!(h.state.dialogs.len(), 1);
}

#[test]
fn words_that_differ_are_marked_in_a_comparison() {
    let mut h = Harness::editing("let total = input.payload.one;\n");
    h.keys("<ctrl-end>// mine");
    h.disk.write_behind_our_back("hello", "let total = input.payload.three;\n");
    h.input(Input::FocusGained);
    let (plain, marked) = (h.style_of("let total = input"), h.style_of("three"));
    assert_ne!(plain, marked, "{}", h.screen());
}

#[test]
fn no_keeps_what_was_typed() {
    let mut h = conflict();
    h.keys("n").see("// mine");
    assert!(h.disk.source("hello").starts_with("// theirs"));
    let mut h = conflict();
    h.keys("y");
    assert!(h.disk.source("hello").starts_with("// mine"));
}

#[test]
fn the_answer_is_about_the_lambda_that_was_asked_about() {
    let mut h = conflict();
    h.keys("<esc><ctrl-o>scan<enter>// other<enter>");
    h.disk.write_behind_our_back("hello", "// theirs once more, longer\nfn lambda(input) {}\n");
    h.input(Input::FocusGained).see("Another program changed hello").keys("y");
    assert!(h.disk.source("hello").starts_with("// mine"), "{}", h.disk.source("hello"));
    assert!(
        !h.disk.source("scan_keywords").starts_with("// other"),
        "the other lambda was not meant"
    );
}

#[test]
fn a_save_that_fails_keeps_the_text_and_says_why() {
    let mut h = Harness::editing("fn lambda(input) {}\n");
    h.disk.refuse_saves = Some("Cannot write main.rhai: no space left on device".to_owned());
    h.keys("// mine<enter><ctrl-s>").see("no space left on device").see("hello  main.rhai *");
    assert_eq!(h.disk.journal[&JournalKey::Lambda(name("hello"))], h.text());
    h.wait(60_000).see("no space left").keys("<esc>").dont_see("no space left");
    h.disk.refuse_saves = None;
    h.keys("<ctrl-s>").see("Saved hello").dont_see("hello  main.rhai *");
    assert!(h.disk.journal.is_empty());
}

#[test]
fn quitting_keeps_unsaved_text_without_asking() {
    let mut h = Harness::editing("fn lambda(input) {}\n");
    h.keys("// mine<enter><ctrl-q>");
    assert!(h.has_quit());
    assert!(h.disk.journal[&JournalKey::Lambda(name("hello"))].starts_with("// mine"));
}

/// The app is told of a text that an earlier session left.
fn left_behind() -> Harness {
    let h = Harness::sample();
    let disk = h.disk.source("hello");
    let (key, text) = (JournalKey::Lambda(name("hello")), format!("// left behind\n{disk}"));
    let journal = h.disk.workspace().journal();
    journal.write(&key, TextHash::of(&disk), &text, None).unwrap();
    offered(h)
}

/// Offers what is in the journal as if a process that is gone had written it.
fn offered(mut h: Harness) -> Harness {
    let journal = h.disk.workspace().journal();
    let folder = h.disk.root().join(".lambdeck/journal");
    let file = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    // As a process that is gone would have written it.
    let gone = file
        .file_name()
        .unwrap()
        .to_string_lossy()
        .replace(&std::process::id().to_string(), "999999999");
    std::fs::rename(&file, folder.join(gone)).unwrap();
    let entry = journal.list().into_iter().next().expect("the entry of a process that is gone");
    assert!(entry.saved_at_ms > START_MS / 2);
    h.tell(Message::Unsaved(Box::new(entry)));
    h
}

#[test]
fn a_saved_payload_that_was_edited_comes_back_under_its_name() {
    let h = Harness::sample();
    let saved = "{\n  \"payload\": 1\n}\n";
    h.disk.workspace().save_payload(&name("hello"), "ada", saved).unwrap();
    let (key, text) = (JournalKey::Payload(name("hello")), saved.replace('1', "2"));
    let journal = h.disk.workspace().journal();
    journal.write(&key, TextHash::of(""), &text, Some("ada")).unwrap();
    let mut h = offered(h);
    h.see("The payload `ada` of hello was edited and not saved").see("-   \"payload\": 1");
    h.keys("<enter><alt-3>").see("Payload  ada").see("\"payload\": 2").keys("<ctrl-s>");
    assert_eq!(h.disk.workspace().read_payload(&name("hello"), "ada").unwrap(), text);
}

#[test]
fn what_an_earlier_session_left_is_offered_and_restored_unsaved() {
    let mut h = left_behind();
    h.see("hello has text that was never saved").see("+ // left behind").keys("<enter>");
    h.see("// left behind").see("hello  main.rhai *");
    assert_eq!(h.disk.dropped, [JournalKey::Lambda(name("hello"))]);
    assert!(h.disk.journal[&JournalKey::Lambda(name("hello"))].starts_with("// left behind"));
    assert!(!h.disk.source("hello").starts_with("// left behind"));
}

#[test]
fn what_an_earlier_session_left_is_dropped_only_by_the_answer_that_says_so() {
    for keys in ["n", "<esc>", "<tab><tab><enter>"] {
        let mut h = left_behind();
        h.keys(keys);
        assert!(h.state.dialogs.is_empty() && h.disk.dropped.is_empty(), "{keys}");
    }
    let mut h = left_behind();
    h.keys("<right><enter>");
    assert_eq!(h.disk.dropped, [JournalKey::Lambda(name("hello"))]);
}

#[test]
fn f5_over_a_changed_file_asks_and_runs_what_is_on_the_screen() {
    let mut h = Harness::editing("fn lambda(input) {}\n");
    h.keys("// mine<enter>");
    h.disk.write_behind_our_back("hello", "// theirs, and longer\nfn lambda(input) {}\n");
    h.keys("<f5>").see("Another program changed hello");
    assert!(h.runs[0].source.0.text().starts_with("// mine"));
    assert!(h.disk.source("hello").starts_with("// theirs"));
    h.keys("y").see("running");
    assert!(h.disk.source("hello").starts_with("// mine"));
}

#[test]
fn what_the_disk_refuses_is_asked_for_again_with_what_was_written() {
    let mut h = Harness::sample();
    // Where the lambda would go stands a file.
    let taken = h.disk.root().join("lambdas/taken");
    std::fs::write(&taken, "").unwrap();
    h.keys("<down><f2><ctrl-k>taken<enter>")
        .see("Rename hello")
        .see(" > taken")
        .see("There is a lambda `taken` already");
    std::fs::remove_file(&taken).unwrap();
    h.keys("<enter>").dont_see("Rename hello").see("Lambdas  3");
    assert!(taken.join("main.rhai").exists());

    let payloads = taken.join("payloads");
    let _ = std::fs::remove_dir_all(&payloads);
    std::fs::write(&payloads, "").unwrap();
    h.keys("<ctrl-o>taken<enter><alt-3><alt-s><ctrl-k>ada<enter>");
    h.see("Save payload").see(" > ada").see("lambdas/taken/payloads").keys("<esc>");
    h.dont_see(" > ada");
    std::fs::remove_file(&payloads).unwrap();

    // The same of a lambda that was deployed.
    let free = h.disk.root().join("lambdas/free");
    std::fs::write(&free, "").unwrap();
    h.keys("<f9><enter>").see("Deployed taken").keys("<alt-1><f2><ctrl-k>free<enter>");
    h.see("Rename taken").see(" > free").see("There is a lambda `free` already");
}

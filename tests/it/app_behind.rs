//! What happens behind the app's back: other programs write, answers come late, lambdas go.

use crate::app_kit::{Harness, name};
use lambdeck::app::Message;
use lambdeck::app::job::{DiskJob, Job, Then};
use lambdeck::app::screens::editor::Unsaved;
use lambdeck::app::screens::invoke::PayloadChoice;
use lambdeck::app::screens::payload;
use lambdeck::app::{receive, update};
use lambdeck::workspace::JournalKey;

const SOURCE: &str = "fn lambda(input) {}\n";
const THEIRS: &str = "fn lambda(input) { \"theirs\" }\n";

#[test]
fn the_first_key_after_a_pause_looks_whether_the_file_was_changed() {
    let mut h = Harness::editing(SOURCE);
    h.disk.write_behind_our_back("hello", THEIRS);
    h.keys("<right>").dont_see("theirs");
    h.wait(1_000).keys("<right>").dont_see("theirs");
    h.wait(2_000).dont_see("theirs").keys("<right>").see("theirs");
}

#[test]
fn invoking_runs_what_another_program_wrote_unless_there_is_unsaved_text() {
    let mut h = Harness::editing(SOURCE);
    h.disk.write_behind_our_back("hello", THEIRS);
    h.keys("<f5>");
    assert_eq!(h.runs[0].source.0.text(), THEIRS);
    h.returns(serde_json::json!({}));
    h.state.document_mut().unwrap().pane.buffer.paste("// mine");
    h.disk.write_behind_our_back("hello", "// again\n");
    h.keys("<f5>");
    assert!(h.runs[0].source.0.text().contains("// mine"));
    h.see("Changed on the disk");
}

#[test]
fn a_lambda_whose_file_is_gone_is_not_run() {
    let mut h = Harness::editing(SOURCE);
    std::fs::remove_file(h.disk.workspace().source_path(&name("hello"))).unwrap();
    h.keys("<f5>").see("no such file");
    assert!(h.runs.is_empty());
}

#[test]
fn deleting_a_lambda_hands_its_unsaved_text_over_and_stops_its_run() {
    let mut h = Harness::editing(SOURCE);
    h.keys("<f5>");
    let run = h.runs[0].id;
    h.state.document_mut().unwrap().pane.buffer.paste("// mine");
    let mut jobs = Vec::new();
    let purpose = lambdeck::app::dialogs::confirm::Purpose::Delete(name("hello"));
    lambdeck::app::dialogs::confirm::answered(&mut h.state, purpose, 0, &mut jobs);
    assert!(jobs.iter().any(|job| matches!(job, Job::CancelRun(id) if *id == run)));
    let [.., Job::Disk(DiskJob::Delete(_))] = &jobs[..] else { panic!("{jobs:?}") };
    let kept = jobs.iter().any(|job| {
        matches!(job, Job::Disk(DiskJob::Journal { text, .. }) if text.0.text().contains("mine"))
    });
    assert!(kept, "{jobs:?}");
}

#[test]
fn a_rename_keeps_unsaved_text_under_the_new_name_before_the_old_entry_goes() {
    let mut h = Harness::editing(SOURCE);
    h.keys("// mine");
    h.state.document_mut().unwrap().saving =
        Some(h.state.document().unwrap().pane.buffer.revision());
    let mut jobs = Vec::new();
    let renamed = Message::Renamed { lambda: name("hello"), to: name("other") };
    receive::receive(&mut h.state, renamed, &mut jobs);
    let at = |wanted: fn(&Job) -> bool| jobs.iter().position(wanted).unwrap();
    let kept = at(
        |job| matches!(job, Job::Disk(DiskJob::Journal { key: JournalKey::Lambda(lambda), .. }) if *lambda == name("other")),
    );
    let forgotten = at(
        |job| matches!(job, Job::Disk(DiskJob::ForgetJournal(JournalKey::Lambda(lambda))) if *lambda == name("hello")),
    );
    assert!(kept < forgotten);
    assert_eq!(h.state.document().unwrap().saving, None, "it can be saved again");
}

#[test]
fn a_saved_payload_is_not_taken_for_another_one_that_was_chosen_meanwhile() {
    let mut h = Harness::editing(SOURCE);
    h.keys("<f3>");
    let mut jobs = Vec::new();
    payload::save(&mut h.state, "first".to_owned(), &mut jobs);
    let Some(Job::Disk(DiskJob::SavePayload { revision, .. })) = jobs.pop() else {
        panic!("a payload is saved")
    };
    payload::choose(&mut h.state, PayloadChoice::Empty, &mut jobs);
    let payloads = vec!["first".to_owned()];
    h.tell(Message::PayloadSaved {
        lambda: name("hello"),
        name: "first".to_owned(),
        revision,
        payloads,
    });
    let session = h.state.session().unwrap();
    assert_eq!(session.choice, PayloadChoice::Empty);
    assert!(!session.payload.buffer.is_dirty());
    assert_eq!(session.saved, ["first"]);
}

#[test]
fn text_of_a_lambda_that_is_gone_is_not_given_to_a_later_one_of_its_name() {
    let mut h = Harness::sample();
    let gone = JournalKey::Lambda(name("gone"));
    h.state.editor.to_restore.insert(gone, Unsaved { text: "// old".to_owned(), saved_as: None });
    let mut jobs = Vec::new();
    update::open_lambda(&mut h.state, name("gone"), Then::Edit, &mut jobs);
    let Some(Job::Disk(job)) = jobs.pop() else { panic!("it is opened") };
    let answer = h.disk.perform(job).pop();
    h.tell(answer.unwrap()).see("There is no lambda `gone`");
    assert!(h.state.editor.to_restore.is_empty());
}

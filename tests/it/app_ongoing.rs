//! Runs that go on, on the Activity screen: seen with a clock, chosen, cancelled.

use crate::app_kit::{Harness, START_MS, name};
use lambdeck::app::Message;
use lambdeck::app::deployed::Serving;
use lambdeck::app::deployed::job::PlatformMessage;
use lambdeck::domain::{Cause, DeliveryId, OngoingRun, RaisedEvent, RunId};
use lambdeck::platform::embedded::Embedded;
use lambdeck::platform::owner::wake;
use lambdeck::platform::store::{Queue as _, QueueLimits};
use std::sync::Arc;
use uuid::Uuid;

const ENDLESS: &str = "fn lambda(input) {\n    loop { let _x = 1; }\n}\n";

/// A run that began `ago_ms` before the clock of the tests does.
fn run(n: u128, ago_ms: i64) -> Arc<OngoingRun> {
    Arc::new(OngoingRun {
        id: RunId(Uuid::from_u128(n)),
        lambda: name(&format!("lambda_{n}")),
        event: None,
        cause: Cause::Delivery { delivery: DeliveryId(Uuid::from_u128(n)), attempt: 2 },
        version: 3,
        started_at_ms: START_MS - ago_ms,
    })
}

fn tell(h: &mut Harness, runs: &[Arc<OngoingRun>]) {
    h.tell(Message::Platform(Box::new(PlatformMessage::Ongoing(runs.to_vec()))));
}

#[test]
fn what_runs_is_on_top_with_a_clock_that_stands_while_nothing_runs() {
    let mut h = Harness::sample();
    h.keys("<alt-4>").dont_see("2 running");
    assert_eq!(h.state.next_change_ms(), None, "idle is idle");
    tell(&mut h, &[run(1, 61_000), run(2, 1_500)]);
    h.see("2 running").see("Runs  0  2 running");
    assert!(h.find("lambda_2").y < h.find("lambda_1").y, "the newest first");
    for part in ["attempt 2", "running", "61 s"] {
        assert!(h.row_of("lambda_1").contains(part), "{part}\n{}", h.screen());
    }
    assert_eq!(h.state.next_change_ms(), Some(START_MS + 500), "when its second is full");
    h.wait(2_500);
    assert!(h.row_of("lambda_2").contains(" 4 s"), "{}", h.screen());
    h.keys("<alt-1>").see("2 running");
    assert_eq!(h.state.next_change_ms(), None, "no clock is in sight");
    h.keys("<alt-4>");
    tell(&mut h, &[]);
    h.dont_see("2 running");
    assert_eq!(h.state.next_change_ms(), None);
}

#[test]
fn the_selection_stays_on_its_run_while_others_come_and_go() {
    let mut h = Harness::sample();
    h.keys("<alt-4>");
    tell(&mut h, &[run(1, 9_000), run(2, 8_000)]);
    h.keys("<down>");
    let selected = |h: &Harness| h.state.activity.selected_ongoing().map(|run| run.id.0.as_u128());
    assert_eq!(selected(&h), Some(1));
    tell(&mut h, &[run(1, 9_000), run(2, 8_000), run(3, 10)]);
    assert_eq!(selected(&h), Some(1));
    tell(&mut h, &[run(1, 9_000)]);
    assert_eq!(selected(&h), Some(1));
    h.keys("l").see("of lambda_1");
    tell(&mut h, &[run(1, 9_000), run(2, 8_000)]);
    h.dont_see("lambda_2").keys("l").see("lambda_2");
    h.keys("e").dont_see("lambda_1").keys("e").see("lambda_1");
}

#[test]
fn the_chosen_run_is_cancelled_after_asking_and_its_delivery_is_a_dead_letter() {
    let mut h = Harness::editing(ENDLESS);
    h.serves = true;
    let path = h.disk.workspace().lambda_dir(&name("hello")).join("lambda.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("event = \"controllerbot_messaging_ttr\"\n{text}")).unwrap();
    h.keys("<alt-1><alt-2><f9><enter>").see("Deployed hello");
    let state = h.disk.root().join(".lambdeck");
    let store = Embedded::open(&state).unwrap();
    let raised = RaisedEvent {
        source: "test".to_owned(),
        id: "1".to_owned(),
        event: lambdeck::domain::EventId::new("controllerbot_messaging_ttr"),
        input: r#"{"headers":[],"payload":{}}"#.into(),
        raised_at_ms: 1,
        trace: None,
        carried_by: None,
    };
    let room = QueueLimits { deliveries: 10, bytes: 1 << 20 };
    block_on(store.raise(vec![raised], room, 1)).unwrap();
    h.keys("<alt-4>");
    wake(&state);
    h.platform_tells("1 running");
    h.keys("<enter>").see("the run goes on");
    h.keys("c").see("Cancel the run of hello, version 1, delivery").keys("<enter>");
    assert_eq!(h.state.activity.ongoing.len(), 1, "to let it go on is what is selected");
    h.keys("cy").see("Cancelled the run of hello");
    h.platform_tells("cancelled by").platform_tells("Dead letters  1");
    h.platform_tells("Runs  1").dont_see("1 running");
    assert!(h.row_of("Runs  1").contains("follow"), "{}", h.screen());
}

fn served_here() -> Serving {
    Serving::Here { address: Some("http://127.0.0.1:8787".to_owned()), unheard: None }
}

/// A delivery runs, executed by `serving`.
fn delivering(serving: Serving) -> Harness {
    let mut h = Harness::sample();
    h.state.deployed.serving = serving;
    tell(&mut h, &[run(1, 500)]);
    h
}

#[test]
fn who_leaves_while_deliveries_run_is_told_what_becomes_of_them() {
    let mut h = delivering(served_here());
    h.keys("<ctrl-q>").see("A delivery runs. It will be made again when something serves.");
    h.keys("<esc>").dont_see("A delivery runs").keys("<ctrl-q>n").dont_see("A delivery runs");
    assert!(!h.has_quit());
    tell(&mut h, &[run(1, 500), run(2, 500)]);
    h.keys("<ctrl-q>").see("2 deliveries run. They will be made again");
    assert!(!h.has_quit());
    h.keys("<enter>");
    assert!(h.has_quit());
}

#[test]
fn who_asks_twice_or_is_told_to_end_leaves_without_an_answer() {
    let mut h = delivering(served_here());
    h.keys("<ctrl-q><f1><ctrl-q>");
    assert!(h.has_quit());
    let mut h = delivering(served_here());
    h.tell(Message::Terminate);
    assert!(h.has_quit());
}

#[test]
fn nobody_is_asked_where_nothing_of_this_process_would_be_made_again() {
    let mut h = delivering(Serving::Elsewhere { pid: 7, address: None });
    h.keys("<ctrl-q>");
    assert!(h.has_quit());
    let mut h = delivering(served_here());
    let call = OngoingRun { cause: Cause::Call { system: None }, ..(*run(1, 500)).clone() };
    tell(&mut h, &[Arc::new(call)]);
    h.keys("<ctrl-q>");
    assert!(h.has_quit());
}

#[test]
fn a_narrow_screen_tells_what_is_wrong_and_who_serves_before_what_runs() {
    let mut h = Harness::sample();
    h.resize(80, 24);
    h.state.deployed.serving = served_here();
    tell(&mut h, &[run(1, 500)]);
    assert!(h.rows()[0].trim_end().ends_with(" 1 running  serving"), "{}", h.screen());
    tell(&mut h, &[]);
    h.see("sample  serving :8787");
    std::fs::write(h.disk.workspace().lambda_dir(&name("hello")).join("lambda.toml"), "[").unwrap();
    h.keys("<alt-4><ctrl-p>>reload<enter>");
    h.state.deployed.serving = served_here();
    tell(&mut h, &[run(1, 500)]);
    h.see("1 problem  serving").dont_see("1 running  ");
    h.resize(80, 30).see("sample    1 problem   1 running   3 lambdas   serving 127.0.0.1:8787");
}

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

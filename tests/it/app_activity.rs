//! The Activity screen by keys and mouse: the runs as they are kept, what waits, and what is mended.

use crate::app_kit::{Harness, START_MS, name};
use crate::store_kit;
use lambdeck::app::Message;
use lambdeck::app::deployed::job::PlatformMessage;
use lambdeck::domain::{
    Cause, Delivered, DeliveryId, Failure, FailureKind, KeptRun, Level, LogLine, OngoingRun,
    Outcome, Place, RaisedEvent, Run, RunId,
};
use lambdeck::platform::embedded::Embedded;
use lambdeck::platform::store::{
    Deployments as _, Doer, Queue as _, QueueLimits, Runs as _, Settlement,
};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

const SOURCE: &str =
    "fn lambda(input) {\n    let who = input.payload.name;\n    `hello ${who}`\n}\n";
const INPUT: &str = r#"{"headers":[],"payload":{"name":"Ada"}}"#;

fn store(h: &Harness) -> Embedded {
    Embedded::open(&h.disk.root().join(".lambdeck")).unwrap()
}

/// The `n`th run of a lambda, a second after the one before.
fn kept(lambda: &str, n: u32, outcome: Outcome) -> Arc<KeptRun> {
    let at_ms = START_MS + i64::from(n) * 1_000;
    let id = uuid::Builder::from_unix_timestamp_millis(at_ms as u64, &[7; 10]).into_uuid();
    let line = LogLine {
        at_ms,
        level: Level::Info,
        line: Some(2),
        message: format!("greeting number {n}"),
        extras: Vec::new(),
    };
    Arc::new(KeptRun {
        run: Run {
            id: RunId(id),
            lambda: name(lambda),
            event: None,
            started_at_ms: at_ms,
            duration_us: 1_500,
            peak_memory_bytes: 9 << 20,
            operations: 12,
            outcome,
            logs: vec![line],
            logs_gap: None,
            deployed_log_cut: None,
            calls: Vec::new(),
            calls_skipped: 0,
            masked_input: None,
        },
        cause: Cause::Call { system: None },
        origin: None,
        version: Some(1),
        lambda_id: None,
        input: INPUT.into(),
        input_sha256: "5e".repeat(32),
        input_masked: false,
    })
}

fn ok() -> Outcome {
    Outcome::Succeeded(json!({ "greeting": "hello Ada" }))
}

fn thrown() -> Outcome {
    let failure = Failure::new(FailureKind::Threw, "nobody is called so");
    Outcome::Failed(failure.at(Some(Place::new(2, 5))))
}

fn keep(h: &Harness, runs: impl IntoIterator<Item = Arc<KeptRun>>) {
    let store = store(h);
    let known = block_on(store.lambdas()).unwrap();
    for mut run in runs {
        let lambda = known.iter().find(|it| it.name == run.run.lambda);
        Arc::make_mut(&mut run).lambda_id = lambda.map(|it| it.id);
        block_on(store.keep(run)).unwrap();
    }
}

/// Two runs of hello, the second of which failed.
fn two_runs() -> Harness {
    let mut h = Harness::editing(SOURCE);
    h.keys("<f9><enter>").see("Deployed hello");
    keep(&h, [kept("hello", 1, ok()), kept("hello", 2, thrown())]);
    h.keys("<alt-4>");
    h
}

/// A dead letter of the sample lambda for new conversations.
fn dead_letter(h: &mut Harness) {
    give_up(h, true);
}

/// A delivery that is given up, after a run or without one.
fn give_up(h: &mut Harness, ran: bool) {
    if !h.state.deployed.any() {
        h.keys("<alt-1><f9><enter>").see("Deployed greet_new_conversation");
    }
    let store = store(h);
    let raised = RaisedEvent {
        source: "test".to_owned(),
        id: Uuid::now_v7().to_string(),
        event: h.state.project.lambdas[0].event.clone().unwrap(),
        input: INPUT.into(),
        raised_at_ms: START_MS,
        trace: None,
        carried_by: None,
    };
    let room = QueueLimits { deliveries: 10, bytes: 1 << 20 };
    block_on(store.raise(vec![raised], room, START_MS)).unwrap();
    let claimed = block_on(store_kit::claim(&store, START_MS)).remove(0);
    let mut run = Arc::unwrap_or_clone(kept("greet_new_conversation", 9, thrown()));
    run.run.id = RunId(Uuid::now_v7());
    run.cause = claimed.cause;
    run.run.event = claimed.event;
    let dead = Settlement::Dead { reason: "it failed 4 times".to_owned(), at_ms: START_MS };
    block_on(store.settle((claimed.id, claimed.attempt), dead, ran.then(|| Arc::new(run))))
        .unwrap();
}

#[test]
fn runs_are_listed_with_the_newest_on_top_and_filtered() {
    let mut h = two_runs();
    h.see("Runs  2").see("follow");
    let rows = [h.find("threw"), h.find("call"), h.find("nobody is called so")];
    assert_eq!(rows[0].y, rows[2].y, "the newest comes first, with its message");
    h.keys("e").see("failed only").see("Runs  1").keys("e").see("Runs  2");
    h.keys("/number 1").see("Runs  1").dont_see("nobody is called so");
    h.keys("x").see("No run matches").keys("<esc>").see("Runs  2");
    keep(&h, [kept("scan_keywords", 3, ok())]);
    h.keys("<alt-4>").see("Runs  3").keys("l").see("of scan_keywords").see("Runs  1");
}

#[test]
fn a_run_that_ended_with_its_process_has_no_time_that_nobody_measured() {
    let mut h = two_runs();
    keep(&h, [kept("hello", 3, Outcome::Interrupted)]);
    h.keys("<alt-4>").see("Runs  3").see(" - lambdeck ended while it ran");
}

#[test]
fn a_run_is_opened_with_payload_log_and_result_and_leads_to_its_line() {
    let mut h = two_runs();
    h.keys("<enter>").see("\"name\": \"Ada\"").see("greeting number 2").see("nobody is called so");
    h.keys("x").dont_see("x\"name\"");
    h.keys("<enter>").see("let who");
    assert_eq!(h.state.document().unwrap().pane.buffer.cursor().line, 1);
    h.keys("<alt-4>").see("nobody is called so").keys("<esc>").see("Runs  2");
    h.keys("<down><enter>").see("\"greeting\": \"hello Ada\"").see("greeting number 1");
    h.keys("<f6><f6>c");
    assert!(h.copied().unwrap().contains("Ada"), "{:?}", h.copied());
}

#[test]
fn a_line_of_an_older_version_is_found_in_the_draft_or_told_to_be_gone() {
    let mut h = two_runs();
    h.keys("<alt-2><ctrl-home>// one<enter>// two<enter><alt-4><enter><enter>");
    h.see("Version 1 failed here; the draft has changed since");
    assert_eq!(h.state.document().unwrap().pane.buffer.cursor().line, 3);
    h.keys("<ctrl-k><alt-4><enter>").see("Version 1 failed at its line 2, which the draft");
}

#[test]
fn what_a_run_was_given_becomes_a_saved_payload() {
    let mut h = two_runs();
    h.keys("<enter>s").see("Save payload with hello").keys("<ctrl-k>ada<enter>");
    h.see("Saved the payload `ada` with hello");
    let text = h.disk.workspace().read_payload(&name("hello"), "ada").unwrap();
    assert!(text.contains("\"Ada\""), "{text}");
}

#[test]
fn a_replay_says_how_it_is_made_and_shows_what_came_of_it() {
    let mut h = two_runs();
    h.keys("r").see("Replay hello").see("Payload sha256").see("5e5e5e").see("version 1, as it ran");
    h.see("Dry sends nothing").keys("<enter>");
    h.platform_tells("Replayed hello with version 1: ok").see("hello Ada");
    h.keys("<esc>").see("replay").see("Runs  3");
}

#[test]
fn a_run_is_found_by_its_event_and_by_its_conversation_and_says_where_it_came_from() {
    let mut h = two_runs();
    let delivery = DeliveryId(Uuid::from_u128(0xfeed));
    let (source, event_id) = ("/load".to_owned(), "m39-79".to_owned());
    let delivered = KeptRun {
        input: r#"{"payload":{"conversationId":"conv-3-7"}}"#.into(),
        origin: Some(Delivered { source, event_id, delivery }),
        ..Arc::unwrap_or_clone(kept("hello", 3, ok()))
    };
    keep(&h, [Arc::new(delivered)]);
    h.keys("<alt-4>");
    for text in ["/load", "M39-79", "Conv-3-7"] {
        h.see("Runs  3").keys("/").keys(text).see("Runs  1").keys("<esc>");
    }
    h.see("Runs  3")
        .keys("<enter>")
        .see("Event m39-79 from /load")
        .see(&format!("Delivery {delivery}"));
}

#[test]
fn what_was_given_a_secret_is_shown_masked_and_not_made_again() {
    let mut h = Harness::sample();
    let masked = KeptRun {
        input: r#"{"payload":{"key":"•••••"}}"#.into(),
        input_masked: true,
        ..Arc::unwrap_or_clone(kept("hello", 1, ok()))
    };
    keep(&h, [Arc::new(masked)]);
    h.keys("<alt-4>r").see("The payload of this run of `hello` held a secret");
    h.keys("<enter>").see("a secret masked").see("•••••");
}

#[test]
fn a_replay_that_lasts_is_listed_with_the_runs_that_go_on_and_can_be_cancelled() {
    let mut h = Harness::editing("fn lambda(input) {\n    loop { let _x = 1; }\n}\n");
    h.keys("<f9><enter>").see("Deployed hello");
    keep(&h, [kept("hello", 1, ok()), kept("hello", 2, thrown())]);
    h.keys("<alt-4><down>r<enter>").platform_tells("Replaying hello");
    h.see("1 running").keys("<home>").see("version 1   replay, dry");
    h.keys("c").see("Cancel the run of hello, version 1, replay, dry").see("Nobody waits for it");
    h.keys("y").see("Cancelled the run of hello");
    h.platform_tells("Replayed hello with version 1: cancelled").dont_see("1 running");
    h.keys("<esc>").see("Runs  3");
}

#[test]
fn end_goes_to_the_oldest_run_of_all_and_home_to_the_newest() {
    let mut h = two_runs();
    keep(&h, (3..=650).map(|n| kept("hello", n, if n % 3 == 0 { thrown() } else { ok() })));
    let at = |h: &Harness| {
        h.state.activity.selected().map(|run| (run.started_at_ms - START_MS) / 1_000).unwrap()
    };
    h.keys("<alt-1><alt-4>").see("Runs  200+").keys("<end>");
    assert_eq!(at(&h), 1, "{}", h.screen());
    h.see("standing still").keys(&"<up>".repeat(300));
    assert_eq!(at(&h), 301);
    h.keys("<end><home>").see("follow");
    assert_eq!(at(&h), 650);
    h.keys("e<end>");
    assert_eq!(at(&h), 2, "the oldest that failed");
    h.keys("e/number 7<enter><end>");
    assert_eq!(at(&h), 7, "{}", h.screen());
    h.keys(&"<up>".repeat(60));
    assert_eq!(at(&h), 79, "greeting number 7 and those from 70 to 79");
}

#[test]
fn dead_letters_are_listed_opened_redriven_and_purged() {
    let mut h = Harness::sample();
    dead_letter(&mut h);
    h.keys("<alt-4>").see("Dead letters  1").see("it failed 4 times").see("0 waiting or running");
    h.keys("<tab><enter>").see("nobody is called so").keys("<esc>");
    h.keys("d").see("1 dead letter went back into the queue").see("Dead letters  0");
    h.see("1 waiting or running");
    dead_letter(&mut h);
    h.keys("<alt-4><tab>x").see("Remove the dead letter for good?").keys("y");
    h.see("1 dead letter removed").see("Dead letters  0");
}

#[test]
fn the_lines_below_the_runs_tell_of_what_is_selected_where_the_focus_is() {
    let mut h = Harness::sample();
    dead_letter(&mut h);
    h.keys("<alt-4>");
    let run = OngoingRun {
        id: RunId(Uuid::from_u128(1)),
        lambda: name("hello"),
        event: None,
        cause: Cause::Delivery { delivery: DeliveryId(Uuid::from_u128(1)), attempt: 1 },
        version: 3,
        started_at_ms: START_MS,
    };
    h.tell(Message::Platform(Box::new(PlatformMessage::Ongoing(vec![Arc::new(run)]))));
    h.see("It goes on. c cancels it.").dont_see("dead letter of");
    h.keys("<tab>").dont_see("It goes on").see("dead letter of greet_new_conversation   1 attempt");
    let reasons = h.rows().iter().filter(|row| row.contains("it failed 4 times")).count();
    assert_eq!(reasons, 2, "in its row, and below:\n{}", h.screen());
    h.keys("<tab>").see("It goes on. c cancels it.");
}

#[test]
fn a_dead_letter_that_nobody_would_take_stays_with_its_runs() {
    let mut h = Harness::sample();
    dead_letter(&mut h);
    let doer = Doer { by: "somebody".to_owned(), at_ms: START_MS };
    block_on(store(&h).undeploy(name("greet_new_conversation"), doer)).unwrap();
    h.keys("<alt-4>").see("Dead letters  1").keys("<tab>d");
    h.see("not deployed, so its dead letters stay as they are").see("Dead letters  1");
    h.keys("<enter>").see("nobody is called so");
}

#[test]
fn of_a_dead_letter_that_never_ran_the_payload_is_shown() {
    let mut h = Harness::sample();
    give_up(&mut h, false);
    h.keys("<alt-4><tab><enter>").see("Dead letter of greet_new_conversation");
    h.see("It never ran. This is what it holds:").see("\"payload\": {");
    h.keys("<enter>").dont_see("It never ran");
}

#[test]
fn the_list_stands_still_while_somebody_reads_and_follows_again_from_the_top() {
    let mut h = two_runs();
    h.keys("<down>").see("standing still");
    keep(&h, [kept("hello", 3, ok())]);
    h.input(lambdeck::app::Input::FocusGained).see("Runs  2");
    h.keys("f").see("follow").see("Runs  3");
}

#[test]
#[cfg(target_os = "linux")]
fn what_another_process_runs_is_seen_as_it_happens() {
    let mut h = two_runs();
    h.see("Runs  2");
    keep(&h, [kept("hello", 3, ok())]);
    h.platform_tells("Runs  3");
}

#[test]
fn many_runs_are_walked_through_with_few_in_hand() {
    let mut h = Harness::editing(SOURCE);
    keep(&h, (1..=900).map(|n| kept("hello", n, ok())));
    h.keys("<alt-4>").see("Runs  200+").keys(&"<down>".repeat(200)).see("Runs  400+");
    h.keys(&"<pagedown>".repeat(60));
    h.see("Runs  900").keys("<enter>").see("greeting number 1");
}

#[test]
fn a_search_stops_after_many_runs_says_where_and_goes_on_when_asked() {
    let mut h = two_runs();
    fill(&h, 10_100);
    h.keys("/number 1").see("Runs  1").see("searched back to 1970-01-01");
    h.keys("<enter><end>").see("standing still").dont_see("searched back");
    h.keys("<esc><esc>/nothing has this")
        .see("No run since 1970-01-01")
        .see("searches further back");
    h.keys("<enter><pagedown>").see("No run matches");
}

/// Puts so many runs into the store that are older than all others.
fn fill(h: &Harness, runs: u32) {
    let connection = rusqlite::Connection::open(h.disk.root().join(".lambdeck/state.db")).unwrap();
    let sql = "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?1)
        INSERT INTO run (id, lambda, started_at, duration_us, ended, cause, logs, calls, words, bytes)
        SELECT cast(char(1) || printf('%015d', n) AS BLOB), 'hello', n, 1, 0, '{\"by\":\"invoke\"}', 0, 0, 'old', 0 FROM n";
    connection.execute(sql, [runs]).unwrap();
}

#[test]
fn the_bars_tell_how_it_went_and_over_which_time() {
    let mut h = Harness::editing(SOURCE);
    let now = jiff::Timestamp::now().as_millisecond();
    let runs = [ok(), ok(), thrown()].into_iter().zip(1..).map(|(outcome, n)| {
        let mut run = Arc::unwrap_or_clone(kept("hello", n, outcome));
        run.run.started_at_ms = now - 1_000;
        Arc::new(run)
    });
    keep(&h, runs);
    h.keys("<alt-4>").see("Last 24h").see("2 ok").see("1 failed").see("66 %").see("p95 1.5 ms");
    h.see("█").keys("w").see("Last 7d").see("2 ok").keys("ww").see("Last 1h").see("2 ok");
    h.click("Last 1h").see("Last 24h");
    h.keys("<alt-1><down>").see("24 h: 2 ok, 1 failed, 66 %");
    h.resize(100, 30).see("last run").see("24 h ");
    h.see("1/1   greet_new_conversation ");
}

#[test]
fn the_mouse_selects_opens_and_scrolls() {
    let mut h = Harness::editing(SOURCE);
    keep(&h, (1..=60).map(|n| kept("hello", n, ok())));
    h.keys("<alt-4>").wheel("ok ", 1).see("standing still");
    let row = h.find("call");
    h.mouse(row, lambdeck::app::input::MouseKind::Press(1));
    h.mouse(row, lambdeck::app::input::MouseKind::Press(2)).see("greeting number 57");
}

#[test]
fn what_a_person_invokes_is_kept_with_what_it_was_given() {
    let mut h = Harness::editing(SOURCE);
    h.keeps_runs = true;
    h.keys("<f5>").returns(json!("hello"));
    h.keys("<alt-4>").see("invoke").keys("<enter>").see("\"payload\": {}").see("\"hello\"");
    h.keys("<esc>r").see("the draft, as it ran").dont_see("Draft, live").keys("<esc>");
}

#[test]
fn an_empty_screen_says_what_to_do() {
    let mut h = Harness::sample();
    h.keys("<alt-4>").see("F9 on a lambda deploys it").see("Nothing ran in this time.");
    h.see("Nothing was given up.");
    for (width, height) in [(80, 24), (40, 12), (20, 6), (0, 0), (120, 36)] {
        h.resize(width, height);
    }
    assert!(!h.disk.root().join(".lambdeck/state.db").exists());
}

#[test]
fn eighty_columns_show_the_runs_and_what_waits() {
    let mut h = two_runs();
    h.resize(80, 24).see("Last 24h").see("Runs  2").see("Dead letters  0").see("threw");
    h.keys("<tab>").see("Nothing was given up.");
}

#[test]
fn columns_take_what_stands_in_them_and_leave_the_rest_to_the_message() {
    let mut h = Harness::editing(SOURCE);
    let (of, live) = (RunId(Uuid::from_u128(1)), Some(false));
    let mut run = Arc::unwrap_or_clone(kept("hello", 1, thrown()));
    run.cause = Cause::Replay { of, live };
    keep(&h, [Arc::new(run)]);
    h.keys("<alt-4>").resize(80, 24);
    h.see("hello  replay, dry threw     1.5 ms nobody is called so");
    let long = format!("a{}", "_long".repeat(9));
    keep(&h, [kept(&long, 2, thrown())]);
    h.keys("<alt-1><alt-4>").see("a_long_long_lo… ").see("nobody is called so");
}

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

//! The Invoke screen: runs, logs and results.

use crate::app_kit::{Harness, log, name};
use lambdeck::app::Job;
use lambdeck::app::state::{Pane, Screen};
use lambdeck::domain::{FailureKind, Level, LogGap, Outcome, Place, Severity};
use serde_json::json;
use std::sync::Arc;

/// `hello` open on the Invoke screen after a run that wrote `lines` and returned.
fn after_run(lines: Vec<lambdeck::domain::LogLine>) -> Harness {
    let mut h = Harness::editing("fn lambda(input) {\n    log::info(\"hi\");\n    1\n}\n");
    h.keys("<f5>").logs(lines).returns(json!({ "greeting": "hi", "n": [1, 2] }));
    h
}

fn focus(h: &mut Harness, pane: Pane) {
    h.state.set_focus(pane);
    h.wait(0);
}

#[test]
fn f5_saves_and_runs_from_every_screen_and_pane() {
    for (keys, panes) in [("<alt-1>", 2), ("<alt-2>", 2), ("<alt-3>", 3)] {
        for pane in 0..panes {
            let mut h = Harness::editing("1\n");
            h.keys("// typed<enter><alt-1><home><down>").keys(keys);
            let first = h.state.panes()[pane];
            focus(&mut h, first);
            h.keys("<f5>").see("running");
            assert_eq!((h.runs.len(), h.state.screen), (1, Screen::Invoke), "{keys} {first:?}");
            assert_eq!(h.runs[0].lambda, name("hello"));
            assert_eq!(h.runs[0].source.0.text(), "// typed\n1\n");
            assert_eq!(h.disk.source("hello"), "// typed\n1\n", "it is saved first");
            assert_eq!(h.runs[0].input.0.text(), h.payload());
        }
    }
}

#[test]
fn a_lambda_that_is_not_open_is_opened_and_run() {
    let mut h = Harness::sample();
    h.keys("<home><down>i").see("running");
    assert_eq!(h.runs[0].lambda, name("hello"));
    h.returns(json!(null)).keys("<alt-1>").see("ok 1.8 ms");
}

#[test]
fn a_run_has_a_clock_and_its_lines_arrive_while_it_goes_on() {
    let mut h = Harness::editing("1\n");
    h.keys("<f5>").see("running  0.0 s").see("Esc cancels").see("Nothing written yet");
    assert_eq!(h.state.next_change_ms(), Some(h.state.now_ms + 100), "the clock ticks");
    h.wait(1_300).see("running  1.3 s").see("running hello 1.3 s");
    h.logs(vec![log(Level::Info, 2, "first words")]).see("first words").see("Logs  1");
    h.keys("<f5>");
    assert_eq!(h.runs.len(), 1, "one run at a time");
    h.returns(json!(1)).see("ok").see("1.8 ms").wait(60_000).dont_see("running");
    assert_eq!(h.state.next_change_ms(), None, "nothing moves any more");
}

#[test]
fn a_result_is_laid_out_and_can_be_copied() {
    let mut h = after_run(Vec::new());
    h.see("\"greeting\": \"hi\"")
        .see("3,204 operations")
        .see("9.0 MiB")
        .see("The lambda wrote nothing");
    focus(&mut h, Pane::Result);
    h.keys("c").see("Copied");
    assert_eq!(h.copied(), Some("{\n  \"greeting\": \"hi\",\n  \"n\": [\n    1,\n    2\n  ]\n}"));
    h.keys("<right>")
        .see("It asked nothing of the host")
        .keys("<right>")
        .see("There is no run before")
        .keys("<right>")
        .see("\"greeting\"");
    h.click("Calls").see("It asked nothing");
}

#[test]
fn a_failure_says_what_and_where_and_enter_goes_to_its_line() {
    let mut h =
        Harness::editing("fn lambda(input) {\n    let x = env::get(\"X\", 1);\n    x.y.z\n}\n");
    h.keys("<f5>").fails(FailureKind::Script, "`x` has no property `y`", Some(Place::new(3, 7)));
    h.see("script error")
        .see("has no property")
        .see("main.rhai:3:7")
        .see(FailureKind::Script.code());
    focus(&mut h, Pane::Result);
    h.keys("<enter>").see("3:7").see("E   3");
    assert_eq!((h.state.screen, h.state.focus()), (Screen::Editor, Pane::Code));
    h.keys(" ").dont_see("E   3");
    // Without a log line that names a place, the logs lead there too.
    h.keys("<alt-3>");
    focus(&mut h, Pane::Logs);
    h.keys("<enter>").see("3:7");
    assert_eq!(h.state.screen, Screen::Editor);
}

#[test]
fn logs_and_result_can_be_read_on_a_small_screen() {
    let mut h = after_run((1..=9).map(|n| log(Level::Info, n, &format!("line {n}."))).collect());
    h.resize(80, 24);
    focus(&mut h, Pane::Payload);
    h.keys("<right>").see("line 6.").see("\"headers\"");
    focus(&mut h, Pane::Logs);
    h.see("line 9.").see("line 1.");
}

#[test]
fn limits_and_cancelling_have_outcomes_of_their_own() {
    let mut h = Harness::editing("1\n");
    h.keys("<f5>")
        .fails(FailureKind::TimedOut, "it ran longer than 30 s", None)
        .see("timed out")
        .see("longer than 30 s");
    h.keys("<enter>").see("timed out");
    h.keys("<f5><esc>").see("cancelling");
    assert!(matches!(h.asked.last(), Some(Job::CancelRun(id)) if *id == h.runs[0].id));
    h.ends(Outcome::Cancelled)
        .see("cancelled")
        .see("Cancelled before it returned")
        .keys("<alt-1>")
        .see("cancelled");
    let mut h = Harness::editing("1\n");
    h.keys("<f5>");
    let id = h.runs[0].id;
    h.tell(lambdeck::app::Message::RunRefused(id, "No lambda can be run: no worker".into()))
        .see("no worker")
        .see("Not run yet");
    h.keys("<esc><f5>").see("running");
}

#[test]
fn a_worker_is_asked_for_on_the_invoke_screen_once() {
    let asked = |h: &Harness| h.asked.iter().filter(|job| matches!(job, Job::PrepareRuns)).count();
    let mut h = Harness::editing("1\n");
    h.keys("// typed<enter><alt-1><alt-4><alt-5><alt-2>");
    assert_eq!(asked(&h), 0);
    h.keys("<alt-3><alt-2><alt-3><f5>");
    assert_eq!(asked(&h), 1);
}

#[test]
fn esc_cancels_only_what_runs() {
    let mut h = after_run(Vec::new());
    h.keys("<esc><esc>").see("ok");
    assert!(!h.asked.iter().any(|job| matches!(job, Job::CancelRun(_))));
}

#[test]
fn logs_show_time_level_line_and_extras_and_go_to_their_line() {
    let mut line = log(Level::Warn, 2, "careful");
    line.extras = vec![json!({ "a": 1 })];
    let mut h = after_run(vec![log(Level::Info, 1, "hi"), line]);
    h.see("08:00:00.000 warn     2 careful {\"a\":1}");
    focus(&mut h, Pane::Logs);
    h.keys("<end><enter>").see("2:1");
    assert_eq!(h.state.screen, Screen::Editor);
}

#[test]
fn the_level_filters_lines_and_says_so() {
    let lines = [Level::Debug, Level::Info, Level::Warn, Level::Error];
    let mut h =
        after_run(lines.iter().map(|level| log(*level, 1, &format!("one {level}"))).collect());
    focus(&mut h, Pane::Logs);
    h.see("all  follow")
        .see("one debug")
        .keys("v")
        .see("info  follow")
        .dont_see("one debug")
        .see("one info");
    h.keys("vv").dont_see("one warn").see("one error").keys("v").see("one debug");
    h.keys("c");
    assert!(h.copied().unwrap().starts_with("debug one debug\n"));
}

#[test]
fn the_newest_line_is_followed_until_one_looks_back() {
    let many = |from: usize| {
        (from..from + 50).map(|n| log(Level::Info, 1, &format!("line {n}."))).collect::<Vec<_>>()
    };
    let mut h = Harness::editing("1\n");
    h.keys("<f5>").logs(many(0)).see("line 49.").dont_see("line 0.");
    focus(&mut h, Pane::Logs);
    h.keys("<home>")
        .see("line 0.")
        .dont_see("follow")
        .logs(many(50))
        .see("line 0.")
        .dont_see("line 99.");
    h.keys("<end>").see("line 99.").see("follow").logs(many(100)).see("line 149.");
    h.wheel("line 149.", -1).dont_see("follow").logs(many(150)).dont_see("line 199.");
    h.keys("f").see("line 199.");
}

#[test]
fn the_mark_stands_where_a_deployed_run_would_have_cut() {
    let lines: Vec<_> = (1..=12)
        .map(|n| log(if n == 11 { Level::Debug } else { Level::Info }, n, &format!("line {n}.")))
        .collect();
    let mut h = after_run(lines);
    let mark = "a deployed run would keep 10 lines; this one wrote 12";
    assert_eq!(h.find(mark).y, h.find("line 10.").y + 1);
    assert_eq!(h.find(mark).y, h.find("line 11.").y - 1);
    focus(&mut h, Pane::Logs);
    h.click("line 11.");
    assert_ne!(
        h.style_of("line 11.").bg,
        h.style_of("line 12.").bg,
        "the line under the mouse is selected"
    );
    h.click("a deployed run");
    assert_ne!(h.style_of("line 11.").bg, h.style_of("line 12.").bg, "the mark is none");
    h.keys("v").dont_see("line 11.");
    assert_eq!(
        h.find(mark).y,
        h.find("line 12.").y - 1,
        "also where the first line beyond it is not shown"
    );
}

#[test]
fn missing_lines_are_told_of_where_they_are_missing() {
    let mut h = after_run((1..=6).map(|n| log(Level::Info, n, &format!("line {n}."))).collect());
    let session = h.state.session_mut().unwrap();
    Arc::make_mut(session.runs.last_mut().unwrap()).logs_gap =
        Some(LogGap { after: 4, lines: 12_345 });
    h.wait(0).see("Logs  12,351");
    let mark = "12,345 lines skipped; the last ones follow";
    assert_eq!(h.find(mark).y, h.find("line 4.").y + 1);
    assert_eq!(h.find(mark).y, h.find("line 5.").y - 1);
    focus(&mut h, Pane::Logs);
    h.click("line 5.").keys("<enter>").see("5:1");
}

#[test]
fn runs_of_the_past_can_be_seen_and_compared() {
    let mut h = Harness::editing("1\n");
    h.keys("<f5>")
        .returns(json!({ "n": 1 }))
        .keys("<f5>")
        .returns(json!({ "n": 2 }))
        .see("run 2/2")
        .see("\"n\": 2");
    h.keys("<alt-left>")
        .see("run 1/2")
        .see("\"n\": 1")
        .keys("<alt-left>")
        .see("run 1/2")
        .keys("<alt-right>")
        .see("run 2/2");
    focus(&mut h, Pane::Result);
    h.keys("<left>").see("-   \"n\": 1").see("+   \"n\": 2");
    assert_eq!(h.style_of("+   \"n\": 2").fg, h.theme.good().fg);
    h.keys("<f5>").returns(json!({ "n": 2 })).see("The same result as the run before");
}

#[test]
fn alt_arrows_turn_the_runs_from_the_payload_too() {
    let mut h = Harness::editing("1\n");
    h.keys("<f5>").returns(json!(1)).keys("<f5>").returns(json!(2));
    focus(&mut h, Pane::Payload);
    h.keys("<alt-left>").see("run 1/2");
}

#[test]
fn a_run_goes_on_while_one_looks_at_another_lambda() {
    let mut h = Harness::editing("1\n");
    h.keys("<f5><ctrl-o>scan<enter>").see("running hello").keys("<alt-3>").see("Not run yet");
    h.returns(json!({ "from": "hello" }))
        .dont_see("\"from\"")
        .keys("<ctrl-o>hello<enter><alt-3>")
        .see("\"from\"");
}

#[test]
fn the_failing_line_is_marked_until_a_run_goes_well() {
    let mut h = Harness::editing("1\n2\n");
    h.keys("<f5>")
        .fails(FailureKind::Threw, "no such thing", Some(Place::new(2, 1)))
        .keys("<alt-2>")
        .see("E   2");
    let marked = |h: &Harness| h.state.document().unwrap().pane.severity_on(1);
    assert_eq!(marked(&h), Some(Severity::Error));
    h.keys("<f5>").returns(json!(1)).keys("<alt-2>");
    assert_eq!(marked(&h), None);
}

#[test]
fn what_is_said_about_a_run_goes_with_it() {
    let mut h = Harness::editing("1\n");
    h.keys("<f5><f5>").see("hello is running; Esc").returns(json!(1)).dont_see("is running");
}

#[test]
fn a_run_goes_by_the_settings_that_the_disk_holds() {
    let mut h = Harness::editing("fn lambda(input) { 1 }\n");
    let config = h.disk.root().join("lambdeck.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    let saved =
        |limit: u32| text.replace("# deadline_ms = 30000", &format!("deadline_ms = {limit}"));
    std::fs::write(&config, saved(1_234)).unwrap();
    h.keys("<f5>");
    assert_eq!(h.runs[0].limits.deadline_ms, 1_234);
    h.returns(json!(1));
    std::fs::write(&config, saved(98_765)).unwrap();
    h.keys("<alt-2>// typed<f5>");
    assert_eq!(h.runs[0].limits.deadline_ms, 98_765, "unsaved text waits for them too");
    assert!(h.disk.source("hello").contains("// typed"));
    h.returns(json!(1));
    std::fs::write(&config, "allowed_domains = 3\n").unwrap();
    h.keys("<f5>").see("hello is not run").see("lambdeck.toml");
    assert!(h.runs.is_empty());
}

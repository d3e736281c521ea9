//! Runs that go on in another process: `runs --running`, `cancel`, and what `serve` says while it waits for them.

use crate::cli_program::Desk;
use crate::serve_kit::{Served, post};
use rustix::process::Signal;
use serde_json::Value;
use std::time::{Duration, Instant};

const TTR: &str = "controllerbot_messaging_ttr";

/// A workspace in `folder` of the desk with a lambda that does not end by itself.
fn desk() -> Desk {
    let desk = Desk::workspace();
    desk.write("lambdas/x/lambda.toml", format!("event = \"{TTR}\"\n"));
    desk.write("lambdas/x/main.rhai", "fn lambda(input) {\n    loop { let _x = 1; }\n}\n");
    desk.run(&["deploy", "x", "--yes"]).succeeds();
    desk
}

/// Waits until `is_so`.
#[track_caller]
fn until(mut is_so: impl FnMut() -> bool) {
    let give_up = Instant::now() + Duration::from_secs(20);
    while !is_so() {
        assert!(Instant::now() < give_up, "it never was so");
    }
}

/// The run that goes on.
fn running(desk: &Desk) -> Value {
    let mut run = Value::Null;
    until(|| {
        let listed = desk.run(&["runs", "--running", "--json"]).succeeds().stdout;
        run = listed.lines().next().map_or(Value::Null, |it| serde_json::from_str(it).unwrap());
        !run.is_null()
    });
    run
}

#[test]
fn a_run_that_goes_on_is_listed_and_cancelled_from_another_process() {
    let desk = desk();
    desk.run(&["runs", "--running"]).succeeds().tells(&["no run goes on"]);
    desk.run(&["cancel", "0"]).ends(1).tells(&["nobody executes in this workspace now"]);
    let served = Served::start(&desk);
    assert_eq!(post(served.address, (TTR, "/s", "1"), "{\"n\":2}"), Some(202));
    let run = running(&desk);
    let id = run["id"].as_str().unwrap();
    assert_eq!((&run["lambda"], &run["ending"]), (&"x".into(), &"running".into()));
    desk.run(&["runs"]).succeeds().prints(&[id, "x v1  delivery", "running"]);
    desk.run(&["runs", "--failed"]).succeeds().tells(&["no such runs"]);
    // One that has ended would be a second line.
    desk.write("lambdas/y/main.rhai", "fn lambda(input) {\n    1\n}\n");
    desk.run(&["invoke", "y"]).succeeds();
    let both = desk.run(&["runs"]).succeeds().stdout;
    let column = |of: &str, word: &str| {
        both.lines().find(|line| line.contains(of)).and_then(|line| line.find(word)).unwrap()
    };
    assert_eq!(column("y draft", "invoke"), column("x v1", "delivery"), "{both}");
    assert_eq!(column("y draft", " ok"), column("x v1", " running"), "{both}");
    let one = desk.run(&["runs", "--json", "-n", "1"]).succeeds().stdout;
    assert!(one.lines().count() == 1 && one.contains(id), "{one}");
    assert_eq!(desk.run(&["runs", "-n", "2"]).succeeds().stdout.lines().count(), 2);
    desk.run(&["cancel", "0000"]).ends(1).tells(&["no run `0000` goes on"]);

    let cancelled = desk.command(&["cancel", id]).env("LAMBDECK_USER", "ada").output().unwrap();
    assert!(cancelled.status.success(), "{cancelled:?}");
    until(|| desk.json(&["dlq", "list"])[0]["reason"] == "cancelled by ada");
    desk.run(&["runs"]).succeeds().prints(&[id, "  delivery  cancelled"]);
    desk.run(&["activity", "x"]).succeeds().prints(&["ada", "cancelled the run", id]);
    desk.run(&["runs", "--running"]).succeeds().tells(&["no run goes on"]);
    assert_eq!(served.stop(), Some(0));
}

#[test]
fn a_run_that_ended_with_its_process_keeps_its_id_and_says_nothing_of_how_long_it_took() {
    let desk = desk();
    let mut served = Served::start(&desk);
    assert_eq!(post(served.address, (TTR, "/s", "1"), "{\"n\":2}"), Some(202));
    let run = running(&desk);
    let id = run["id"].as_str().unwrap();
    served.child.kill().unwrap();
    served.child.wait().unwrap();
    let _served = Served::start(&desk);
    until(|| desk.run(&["runs", "show", id]).code == Some(0));
    let line = format!("{id}          -  x v1  delivery  interrupted  lambdeck ended");
    desk.run(&["runs", "show", id]).prints(&[&line]);
    // Beside its next attempt, whose columns are wider.
    let parts = [&format!("{id}          -  x v1  delivery  "), "  interrupted  lambdeck ended"];
    desk.run(&["runs"]).succeeds().prints(&parts);
}

#[test]
fn who_stops_a_server_is_told_what_it_waits_for_and_can_stop_it_at_once() {
    let desk = desk();
    let mut served = Served::start(&desk);
    assert_eq!(post(served.address, (TTR, "/s", "1"), "{\"n\":2}"), Some(202));
    running(&desk);
    served.signal(Signal::TERM);
    until(|| served.has_told("\"stopping\":true"));
    assert!(
        served.has_told("\"running\":1") && served.has_told("\"until_ms\":"),
        "{}",
        served.told()
    );
    served.signal(Signal::INT);
    assert_eq!(served.child.wait().unwrap().code(), Some(130));
    until(|| served.has_told("made again by whoever executes next"));
}

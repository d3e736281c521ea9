//! The Calls tab of the Invoke screen, and what it leads to.

use crate::app_kit::Harness;
use lambdeck::app::state::Pane;
use lambdeck::domain::{CallPart, CallRecord, CallStatus, FailureKind, Hop, Sending, SendingOf};
use serde_json::json;

fn call(target: &str, status: CallStatus) -> CallRecord {
    CallRecord {
        at_ms: 0,
        line: Some(2),
        what: "http::get".into(),
        target: target.into(),
        status,
        duration_us: 12_300,
        bytes: 0,
        request: None,
        response: None,
        span: None,
        hops: Vec::new(),
    }
}

fn answered() -> CallRecord {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    CallRecord {
        bytes: 2_048,
        request: Some(CallPart {
            title: "GET https://api.example.com/consumers/7?x=1".into(),
            headers: vec![header("authorization", "Bearer •••••")],
            ..CallPart::default()
        }),
        response: Some(CallPart {
            title: "HTTP/1.1 200 OK".into(),
            headers: vec![header("content-type", "application/json")],
            body: Some("{\"name\":\"Ada\"}".into()),
            body_bytes: 14,
        }),
        span: None,
        hops: vec![Hop {
            method: "GET".into(),
            url: "https://api.example.com/7".into(),
            status: 301,
        }],
        ..call("https://api.example.com/consumers/7", CallStatus::Answered(200))
    }
}

fn refused() -> CallStatus {
    CallStatus::Refused {
        message: "crm.example.com is not allowed".into(),
        allow: Some("crm.example.com".into()),
    }
}

/// `hello` after a run that made these calls, the result pane in focus.
fn after(calls: Vec<CallRecord>) -> Harness {
    let mut h = Harness::editing("fn lambda(input) {\n    1\n}\n");
    h.keys("<f5>").called(calls).returns(json!(1));
    h.state.set_focus(Pane::Result);
    h.wait(0);
    h
}

#[test]
fn enter_is_hinted_for_the_call_alone() {
    let mut h = after(vec![answered()]);
    h.keys("<right>").see("Enter Open").dont_see("Enter Go to line");
}

#[test]
fn calls_are_listed_with_where_status_time_and_size() {
    let mut h = after(vec![answered(), call("\"REGION\"", CallStatus::Done)]);
    h.see("Calls 2").keys("<right>");
    h.see("http::get")
        .see("https://api.ex")
        .see("200")
        .see("12.3 ms")
        .see("2 KiB")
        .see("\"REGION\"");
    h.keys("<end><enter>").see("http::get  ok  12.3 ms  line 2");
}

#[test]
fn a_call_opens_with_request_and_response_and_closes_again() {
    let mut h = after(vec![call("first", CallStatus::Done), answered()]);
    h.keys("<right><down><enter>");
    h.see("http::get  200").see("301 GET https://api.example.com/7").see("request");
    h.see("authorization: Bearer •••••");
    h.keys("<end>")
        .see("HTTP/1.1 200 OK")
        .see("content-type: application/json")
        .see("\"name\": \"Ada\"");
    h.keys("<esc>").see("first").dont_see("HTTP/1.1");
    h.keys("<enter>").see("http::get  200");
    h.keys("<left>").see("Calls 2").dont_see("HTTP/1.1");
}

#[test]
fn the_mouse_opens_a_call() {
    let mut h = after(vec![answered()]);
    h.click("Calls 1").clicks("https://api.ex", 2);
    h.see("request");
}

#[test]
fn one_key_allows_the_host_that_was_refused() {
    let mut h = Harness::editing("fn lambda(input) {\n    1\n}\n");
    let config = h.disk.root().join("lambdeck.toml");
    let before = std::fs::read_to_string(&config).unwrap();
    h.keys("<f5>").called(vec![call("https://crm.example.com/", refused())]);
    h.fails(FailureKind::Script, "http::get: crm.example.com is not allowed", None);
    h.state.set_focus(Pane::Result);
    h.wait(0).see("Allow host").keys("a").see("Lambdas may call crm.example.com");
    let after = std::fs::read_to_string(&config).unwrap();
    for kept in before.lines() {
        assert!(after.contains(kept), "{kept}: {after}");
    }
    assert_eq!(h.state.project.reach.hosts[0].to_string(), "crm.example.com");
    h.keys("<f5>");
    assert_eq!(h.runs[0].reach.hosts.len(), 1, "the next run may go there");
}

#[test]
fn without_a_refused_host_the_key_does_nothing() {
    let mut h = after(vec![answered()]);
    h.dont_see("Allow host").keys("a").see("no host was refused");
}

#[test]
fn a_run_is_live_or_dry_as_the_person_says() {
    let mut h = after(Vec::new());
    for (words, sending) in [
        ("live", SendingOf::all(Sending::Live)),
        ("dry", SendingOf::all(Sending::Dry)),
        ("", SendingOf::default()),
    ] {
        h.keys("<alt-n>").see("outside");
        h.wait(60_000).see(&format!("hello  {words}"));
        h.keys("<f5>");
        assert_eq!(h.runs[0].sending, sending);
        h.returns(json!(1));
    }
}

#[test]
fn calls_are_drawn_at_every_size() {
    let mut h = after(vec![answered(), call("https://日本語.example/", refused())]);
    h.keys("<right>");
    for width in 0..60 {
        for height in [0, 1, 5, 12, 24] {
            h.resize(width, height);
        }
    }
    h.resize(80, 24).keys("<enter>").see("http::get");
}

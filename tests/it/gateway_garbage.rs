//! Whatever is sent to the door, it answers with a status or closes, and goes on.

use crate::gateway_kit::{Gate, event, read_to_end};
use lambdeck::domain::ServeSettings;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::io::{Read, Write};
use std::net::Shutdown;
use std::time::Duration;
use tokio::task::block_in_place;

fn quick() -> ServeSettings {
    ServeSettings {
        header_timeout: Duration::from_millis(200),
        request_timeout: Duration::from_millis(300),
        ..ServeSettings::default()
    }
}

async fn is_well(gate: &Gate) {
    assert_eq!(gate.get("/healthz").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_slow_does_not_stay() {
    let gate = Gate::with(quick()).await;
    for bytes in [
        "",
        "P",
        "POST /events HTTP/1.1\r\nhost: localhost\r\nce-id: 1\r\n",
        "PRI * HTTP/2.0\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        let mut stream = gate.connect();
        stream.write_all(bytes.as_bytes()).unwrap();
        block_in_place(|| read_to_end(&mut stream));
    }
    let body = "POST /events HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\n12345";
    let mut stream = gate.connect();
    stream.write_all(body.as_bytes()).unwrap();
    let answer = block_in_place(|| read_to_end(&mut stream));
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    is_well(&gate).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drip_of_headers_is_ended_by_the_clock_and_not_by_silence() {
    let gate = Gate::with(quick()).await;
    let mut stream = gate.connect();
    stream.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
    stream.write_all(b"POST /events HTTP/1.1\r\nhost: localhost\r\n").unwrap();
    block_in_place(|| {
        let mut some = [0; 64];
        // Until the door closes, which is seen at a write or a read.
        loop {
            if stream.write_all(b"x: y\r\n").is_err() {
                break;
            }
            match stream.read(&mut some) {
                Ok(0) => break,
                Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => break,
                _ => {}
            }
        }
    });
    is_well(&gate).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_connections_up_to_the_limit_do_not_keep_others_out_for_long() {
    let gate = Gate::with(ServeSettings { max_connections: 4, ..quick() }).await;
    let held: Vec<_> = (0..8).map(|_| gate.connect()).collect();
    is_well(&gate).await;
    drop(held);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_closes_one_half_gets_the_answer_still() {
    let gate = Gate::open().await;
    let body = event("1").to_string();
    let request = format!(
        "POST /events HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/cloudevents+json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let answer = block_in_place(|| gate.raw(request.as_bytes()));
    assert!(answer.starts_with("HTTP/1.1 202 "), "{answer}");
    let half = block_in_place(|| gate.raw(&request.as_bytes()[..request.len() - 5]));
    assert!(half.is_empty() || half.starts_with("HTTP/1.1 400 "), "{half}");
    let stream = gate.connect();
    stream.shutdown(Shutdown::Both).unwrap();
    is_well(&gate).await;
    assert_eq!(gate.door.state().raised.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn heads_that_are_too_large_are_refused() {
    let gate = Gate::open().await;
    let one =
        format!("GET /healthz HTTP/1.1\r\nhost: localhost\r\nx: {}\r\n\r\n", "y".repeat(100_000));
    let many =
        format!("GET /healthz HTTP/1.1\r\nhost: localhost\r\n{}\r\n", "x: y\r\n".repeat(1000));
    let path = format!("GET /{} HTTP/1.1\r\nhost: localhost\r\n\r\n", "x".repeat(70_000));
    for (request, statuses) in
        [(one, ["431", "431"]), (many, ["431", "431"]), (path, ["414", "431"])]
    {
        let answer = block_in_place(|| gate.raw(request.as_bytes()));
        let status = answer.split(' ').nth(1).unwrap_or_default();
        assert!(statuses.contains(&status), "{answer}");
    }
    is_well(&gate).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn json_a_hundred_thousand_levels_deep_is_refused_everywhere() {
    let gate = Gate::open().await;
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = format!("{}{}", open.repeat(100_000), close.repeat(100_000));
        for (path, content_type) in [
            ("/events", "application/cloudevents+json"),
            ("/events", "application/cloudevents-batch+json"),
            ("/api/account/1/lambdas/greet_vip/invoke", "application/json"),
        ] {
            let request = gate.client.post(gate.url(path)).header("content-type", content_type);
            let response = request.body(deep.clone()).send().await.unwrap();
            assert_eq!(response.status(), 400);
            assert!(response.text().await.unwrap().contains("nested"));
        }
    }
    is_well(&gate).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_one_behind_the_other_are_answered_up_to_the_first_that_is_none() {
    let gate = Gate::open().await;
    let good = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let answer =
        block_in_place(|| gate.raw(format!("{good}{good}GARBAGE\r\n\r\n{good}").as_bytes()));
    assert_eq!(answer.matches("HTTP/1.1 200 ").count(), 2, "{answer}");
    assert_eq!(answer.matches("HTTP/1.1 400 ").count(), 1, "{answer}");
    // Two lengths, or a length and chunks: what one reader skips another would run.
    for smuggled in [
        "content-length: 5\r\ncontent-length: 6",
        "content-length: 5\r\ntransfer-encoding: xchunked",
        "content-length: -1",
    ] {
        let request =
            format!("POST /events HTTP/1.1\r\nhost: localhost\r\n{smuggled}\r\n\r\n12345{good}");
        let answer = block_in_place(|| gate.raw(request.as_bytes()));
        assert!(answer.starts_with("HTTP/1.1 400 "), "{smuggled}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1 200 ").count(), 0, "{smuggled}: {answer}");
    }
    is_well(&gate).await;
}

fn any_request() -> impl Strategy<Value = Vec<u8>> {
    let method = prop_oneof![Just("POST"), Just("GET"), Just("OPTIONS"), Just("BREW"), Just("")];
    let path = prop_oneof![
        Just("/events".to_owned()),
        Just("/api/account/1/lambdas/greet_vip/invoke".to_owned()),
        Just("/sentinel/api/account/1/app/token".to_owned()),
        "(/|api|account|lambdas|service|invoke|%[0-9a-f]{0,2}|\\?|v=1|&|[!-~]){0,12}",
    ];
    let header = prop_oneof![
        "(ce-[a-z_]{0,8}|content-type|content-length|transfer-encoding|expect|x-request-id|authorization): [ -~]{0,20}",
        "content-type: application/(json|cloudevents\\+json|cloudevents-batch\\+json)",
        "[ -~]{0,20}",
    ];
    let headers = proptest::collection::vec(header, 0..8);
    let body = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..60),
        "[\\[{}\\]\":,a-z0-9]{0,60}".prop_map(String::into_bytes),
    ];
    let whole = (method, path, headers, body, any::<bool>()).prop_map(
        |(method, path, headers, body, has_length)| {
            let mut bytes = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\n").into_bytes();
            for header in headers {
                bytes.extend_from_slice(header.as_bytes());
                bytes.extend_from_slice(b"\r\n");
            }
            if has_length {
                bytes.extend_from_slice(format!("content-length: {}\r\n", body.len()).as_bytes());
            }
            bytes.extend_from_slice(b"\r\n");
            bytes.extend_from_slice(&body);
            bytes
        },
    );
    prop_oneof![9 => whole, 1 => proptest::collection::vec(any::<u8>(), 0..300)]
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_gets_anything_but_a_status() {
    let gate = Gate::with(quick()).await;
    block_in_place(|| {
        let mut runner = TestRunner::new(Config { cases: 300, ..Config::default() });
        let done = runner.run(&any_request(), |bytes| {
            let answer = gate.raw(&bytes);
            let status = answer.split(' ').nth(1).and_then(|it| it.parse::<u16>().ok());
            let is_known =
                status.is_none_or(|it| it == 100 || (200..500).contains(&it) || it == 901);
            prop_assert!(is_known, "{}", answer);
            prop_assert!(answer.is_empty() || answer.starts_with("HTTP/1."), "{}", answer);
            prop_assert!(!answer.contains("panicked") && !answer.contains("src/"), "{}", answer);
            Ok(())
        });
        done.unwrap();
    });
    is_well(&gate).await;
}

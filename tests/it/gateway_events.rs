//! CloudEvents come in by HTTP.

use crate::gateway_kit::{Answer, Gate, IDLE, TTR, event};
use lambdeck::domain::ServeSettings;
use lambdeck::platform::Refusal;
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test]
async fn an_event_in_its_headers_reaches_the_platform() {
    let gate = Gate::open().await;
    let request = gate.client.post(gate.url("/"));
    let request = request
        .header("ce-specversion", "1.0")
        .header("ce-id", "42")
        .header("ce-source", "/crm")
        .header("ce-type", "MessagingTTR")
        .header("ce-subject", "Euro%20%E2%82%AC")
        .header("ce-time", "2018-04-05T17:31:00Z")
        .header("content-type", "application/json")
        .body(r#"{"general":{"convId":"7"}}"#);
    let answer = Answer::of(request).await;
    assert_eq!(answer.status, 202, "{answer:?}");
    let accepted = json!([{"source": "/crm", "id": "42", "deliveries": 1, "duplicate": false}]);
    assert_eq!(answer.json()["accepted"], accepted);
    let raised = gate.door.state().raised.remove(0);
    assert_eq!((raised.source.as_str(), raised.id.as_str()), ("/crm", "42"));
    assert_eq!(raised.event.as_str(), TTR);
    let input: Value = serde_json::from_str(&raised.input).unwrap();
    assert_eq!(input["payload"], json!({"general": {"convId": "7"}}));
    assert_eq!(input["timestamp"], 1_522_949_460_000_i64);
    let subject = json!({"key": "ce-subject", "value": "Euro €"});
    assert!(input["headers"].as_array().unwrap().contains(&subject), "{input}");
}

#[tokio::test]
async fn an_event_in_one_json_and_its_repetition() {
    let gate = Gate::open().await;
    let answer = gate.emit(&event("1")).await;
    assert_eq!((answer.status, &answer.json()["accepted"][0]["duplicate"]), (202, &json!(false)));
    let again = gate.emit(&event("1")).await;
    assert_eq!((again.status, &again.json()["accepted"][0]["duplicate"]), (202, &json!(true)));
    assert_eq!(gate.door.inputs()[0]["payload"], json!({"a": 1}));
}

#[tokio::test]
async fn a_batch_is_taken_whole_or_not_at_all() {
    let gate = Gate::open().await;
    let post = |body: Value| {
        let request = gate.client.post(gate.url("/events"));
        let request =
            request.header("content-type", "application/cloudevents-batch+json; charset=utf-8");
        Answer::of(request.body(body.to_string()))
    };
    let mut idle = event("2");
    idle["type"] = json!(IDLE);
    let answer = post(json!([event("1"), idle])).await;
    assert_eq!(answer.status, 202);
    let deliveries: Vec<_> = answer.json()["accepted"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["deliveries"].clone())
        .collect();
    assert_eq!(deliveries, [1, 0]);
    let mut unknown = event("4");
    unknown["type"] = json!("com.example.unheard");
    let refused = post(json!([event("3"), unknown])).await;
    assert_eq!(refused.status, 400);
    assert!(
        refused.error().contains("event 2 of the batch: `type` is `com.example.unheard`"),
        "{refused:?}"
    );
    let refused = post(json!([event("3"), "no event"])).await;
    assert!(
        refused.error().contains("event 2 of the batch: an event is a JSON object"),
        "{refused:?}"
    );
    assert_eq!(post(json!([])).await.status, 202);
    assert_eq!(gate.door.state().raised.len(), 2);
}

#[tokio::test]
async fn what_is_wrong_is_said_with_the_right_status() {
    let gate = Gate::open().await;
    let post = |content_type: &'static str, body: &'static str| {
        let request = gate.client.post(gate.url("/events")).header("content-type", content_type);
        Answer::of(request.body(body))
    };
    for (content_type, body, status, why) in [
        ("application/json", "{}", 400, "`ce-specversion`"),
        ("application/cloudevents+json", "{}", 400, "the event has no `specversion`"),
        ("application/cloudevents+json", "{", 400, "not JSON"),
        ("application/cloudevents+json", r#"{"data": "\ud800"}"#, 400, "half of a character"),
        ("application/cloudevents-batch+json", "{}", 400, "a batch is a JSON list"),
        ("application/cloudevents+avro", "x", 415, "application/cloudevents+json"),
        ("application/cloudevents+json; charset=utf-16", "{}", 415, "UTF-8"),
        ("nonsense", "{}", 400, "no media type"),
    ] {
        let answer = post(content_type, body).await;
        assert_eq!(answer.status, status, "{answer:?}");
        assert!(answer.error().contains(why), "{answer:?}");
    }
    let half = gate.client.post(gate.url("/events")).header("content-type", "application/json");
    let whole = event("1");
    let half = ["specversion", "id", "source", "type"]
        .iter()
        .fold(half, |it, name| it.header(format!("ce-{name}"), whole[name].as_str().unwrap()));
    let half = Answer::of(half.body(r#"{"a": "\udc00"}"#)).await;
    assert_eq!(half.status, 400, "{half:?}");
    assert!(half.error().contains("is missing (line 1 column 8 of it)"), "{half:?}");
    let packed = gate.structured(&event("1")).header("content-encoding", "gzip");
    assert_eq!(Answer::of(packed).await.status, 415);
    let get = gate.get("/events").await;
    assert_eq!((get.status, get.header("allow")), (405, "POST, OPTIONS"));
    assert_eq!(gate.get("/nowhere").await.status, 404);
    assert!(gate.door.state().raised.is_empty());
}

#[tokio::test]
async fn what_the_platform_refuses_is_told_to_the_sender() {
    let gate = Gate::open().await;
    for (refusal, status, retry_after) in [
        (Refusal::Full { retry_after: Duration::from_millis(2500) }, 429, "2"),
        (Refusal::Full { retry_after: Duration::from_millis(1) }, 429, "1"),
        (Refusal::Stopping, 503, "5"),
        (Refusal::TooLarge { bytes: 9, limit: 8 }, 413, ""),
        (Refusal::BadInput("not so".into()), 400, ""),
        (Refusal::Store("disk I/O error at /secret/place".into()), 500, ""),
    ] {
        gate.door.state().refusal = Some(refusal);
        let answer = gate.emit(&event("1")).await;
        assert_eq!((answer.status, answer.header("retry-after")), (status, retry_after));
        assert!(!answer.error().contains("/secret/place"), "{answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_kibibytes_pass_and_more_than_the_limit_does_not() {
    let gate =
        Gate::with(ServeSettings { max_body_bytes: 100_000, ..ServeSettings::default() }).await;
    let mut large = event("1");
    large["data"] = json!("x".repeat(64 * 1024));
    assert_eq!(gate.emit(&large).await.status, 202);
    large["data"] = json!("x".repeat(100_000));
    let refused = gate.emit(&large).await;
    assert_eq!(refused.status, 413, "{refused:?}");
    assert!(refused.error().contains("100000"), "{refused:?}");
    // Announced and never sent: it is answered at once.
    let head = "POST /events HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/cloudevents+json\r\nexpect: 100-continue\r\ncontent-length: 99999999999\r\n\r\n";
    let answer = tokio::task::block_in_place(|| gate.raw(head.as_bytes()));
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_without_a_length_is_cut_at_the_limit() {
    let gate =
        Gate::with(ServeSettings { max_body_bytes: 10_000, ..ServeSettings::default() }).await;
    let mut bytes =
        b"POST /events HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    for _ in 0..40 {
        bytes.extend_from_slice(b"1000\r\n");
        bytes.extend_from_slice(&[b'x'; 0x1000]);
        bytes.extend_from_slice(b"\r\n");
    }
    let answer = tokio::task::block_in_place(|| gate.raw(&bytes));
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[tokio::test]
async fn a_sender_may_ask_whether_it_may_deliver() {
    let gate = Gate::with(ServeSettings { require_token: true, ..ServeSettings::default() }).await;
    let ask = || gate.client.request(http::Method::OPTIONS, gate.url("/events"));
    let asked = ask()
        .header("WebHook-Request-Origin", "sender.example.com")
        .header("WebHook-Request-Rate", "120");
    let answer = Answer::of(asked).await;
    assert_eq!((answer.status, answer.header("allow")), (200, "POST"));
    assert_eq!(answer.header("webhook-allowed-origin"), "sender.example.com");
    assert_eq!(answer.header("webhook-allowed-rate"), "*");
    let plain = Answer::of(ask()).await;
    assert_eq!((plain.status, plain.header("webhook-allowed-origin")), (200, ""));
    let odd = ask().header("WebHook-Request-Origin", "a").header("WebHook-Request-Rate", "fast");
    assert_eq!(Answer::of(odd).await.status, 400);
}

#[tokio::test]
async fn the_trace_goes_on() {
    const OF_EVENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const OF_REQUEST: &str = "00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
    let gate = Gate::open().await;
    let mut traced = event("1");
    traced["traceparent"] = json!(OF_EVENT);
    traced["tracestate"] = json!("a=1");
    for event in [traced, event("2")] {
        let request = gate.structured(&event).header("traceparent", OF_REQUEST);
        let request = request.header("tracestate", "b=2");
        assert_eq!(Answer::of(request).await.status, 202);
    }
    let request = gate.structured(&event("3")).header("traceparent", "00-nonsense");
    let request = request.header("tracestate", "b=2");
    assert_eq!(Answer::of(request).await.status, 202);
    let state = gate.door.state();
    let traces: Vec<_> =
        state.raised.iter().map(|it| it.trace.as_ref().map(|it| it.parent.as_str())).collect();
    assert_eq!(traces, [Some(OF_EVENT), Some(OF_REQUEST), None]);
    let states: Vec<_> = state
        .raised
        .iter()
        .map(|it| it.trace.as_ref().and_then(|it| it.state.as_deref()))
        .collect();
    assert_eq!(states, [Some("a=1"), Some("b=2"), None], "each beside its own");
}

//! The hosted system's invocation API.

use crate::gateway_kit::{Answer, BUSY, FAILURES, GREET_VIP, Gate, IDLE, TTR};
use lambdeck::platform::{LambdaRef, Refusal};
use serde_json::{Value, json};
use std::time::Duration;

const V1: &str = "?v=1&externalSystem=crm&userId=7&skillId=9";

fn invoke(lambda: &str) -> String {
    format!("/api/account/1234/lambdas/{lambda}/invoke{V1}")
}

fn envelope() -> Value {
    json!({"timestamp": 5, "headers": [{"key": "lang", "value": "de"}], "payload": {"name": "Ada"}})
}

#[tokio::test]
async fn a_lambda_is_invoked_by_its_name_and_by_its_id() {
    let gate = Gate::open().await;
    for lambda in ["greet_vip", &GREET_VIP.to_string()] {
        let answer = gate.post(&invoke(lambda), &envelope()).await;
        assert_eq!((answer.status, answer.json()), (200, json!({"name": "Ada"})));
        assert_eq!(answer.header("x-lambdeck-run"), "00000000-0000-0000-0000-000000000077");
    }
    let state = gate.door.state();
    assert!(matches!(state.invoked[1].0, LambdaRef::Id(id) if id.0 == GREET_VIP));
    let invocation = &state.invoked[0].1;
    assert_eq!(invocation.system.as_deref(), Some("crm"));
    assert_eq!(serde_json::from_str::<Value>(&invocation.input).unwrap(), envelope());
}

#[tokio::test]
async fn the_lambdas_of_an_event_are_invoked_and_listed() {
    let gate = Gate::open().await;
    for event in [TTR, "MessagingTTR"] {
        let path = format!("/api/account/1234/events/{event}/invoke{V1}");
        let answer = gate.post(&path, &envelope()).await;
        let timestamp = 1_700_000_000_000_i64;
        let result =
            json!([{"uuid": GREET_VIP, "timestamp": timestamp, "result": {"name": "Ada"}}]);
        assert_eq!((answer.status, answer.json()), (200, result));
    }
    let spoilt = gate.post(&format!("/api/account/1/events/{BUSY}/invoke{V1}"), &envelope()).await;
    assert_eq!(
        (spoilt.status, &spoilt.json()["errorMsg"]),
        (901, &json!("`thrower`: no such skill"))
    );
    let unknown = gate.post("/api/account/1/events/unheard/invoke", &envelope()).await;
    assert_eq!(
        (unknown.status, &unknown.json()["errorCode"]),
        (404, &json!("com.liveperson.faas.es.badinput"))
    );
    let idle = gate.post(&format!("/api/account/1/events/{IDLE}/invoke"), &envelope()).await;
    assert_eq!(idle.status, 404);
    assert_eq!(idle.json()["errorCode"], "com.liveperson.faas.es.notdeployed");
}

#[tokio::test]
async fn whether_an_event_is_implemented_is_answered() {
    let gate = Gate::open().await;
    for (event, implemented) in [(TTR, true), (IDLE, false), ("unheard", false)] {
        let answer = gate.get(&format!("/api/account/1/events/{event}/isImplemented{V1}")).await;
        assert_eq!((answer.status, answer.json()), (200, json!({"implemented": implemented})));
    }
}

#[tokio::test]
async fn failures_have_the_codes_of_the_contract_that_was_used() {
    let gate = Gate::open().await;
    let unnamed = ("no%20name", 404, "es.missinglambda", "com.liveperson.faas.function.not-found");
    for (lambda, status, first, second) in FAILURES.into_iter().chain([unnamed]) {
        let answer = gate.post(&invoke(lambda), &envelope()).await;
        assert_eq!(answer.status, status, "{answer:?}");
        assert_eq!(answer.json()["errorCode"], format!("com.liveperson.faas.{first}"));
        assert!(answer.json()["errorMsg"].is_string());
        let path = format!("/api/account/1/lambdas/{lambda}/invoke");
        let request = gate.json(&path, &envelope()).header("LP-EventSource", "crm");
        let answer = Answer::of(request).await;
        assert_eq!((answer.status, answer.json()["code"].as_str()), (status, Some(second)));
        assert!(answer.json()["message"].is_string() && answer.json().get("errorCode").is_none());
    }
    let thrown = gate.post(&invoke("thrower"), &envelope()).await.json();
    assert_eq!(thrown["errorMsg"], "no such skill");
    let log =
        json!([{"level": "Info", "message": "looking", "extras": [{"skill": 7}], "timestamp": 5}]);
    assert_eq!(thrown["errorLogs"], log);
}

#[tokio::test]
async fn a_body_that_is_no_envelope_is_refused() {
    let gate = Gate::open().await;
    for body in [json!([]), json!({}), json!({"payload": 1, "headers": {"a": "b"}})] {
        let answer = gate.post(&invoke("greet_vip"), &body).await;
        assert_eq!(answer.status, 400);
        assert_eq!(answer.json()["errorCode"], "com.liveperson.faas.es.badinput");
    }
    let path = "/api/account/1/lambdas/greet_vip/invoke";
    let request = gate.client.post(gate.url(path)).header("content-type", "text/plain").body("{}");
    assert_eq!(Answer::of(request).await.status, 415);
    assert_eq!(gate.post(&format!("{path}?v=3"), &envelope()).await.status, 400);
    let half = gate.client.post(gate.url(&invoke("greet_vip")));
    let half = half.header("content-type", "application/json").body(r#"{"payload": "\ud800"}"#);
    let half = Answer::of(half).await;
    assert_eq!(half.status, 400);
    let told = half.json()["errorMsg"].to_string();
    assert!(told.contains("half of a character") && told.contains("(line 1, column 14)"), "{told}");
    let long = "x".repeat(300);
    assert_eq!(gate.post(&format!("{path}?externalSystem={long}"), &envelope()).await.status, 400);
    assert_eq!(gate.get(&invoke("greet_vip")).await.status, 405);
    assert!(gate.door.state().invoked.is_empty());
}

#[tokio::test]
async fn back_pressure_and_failures_of_the_platform_have_their_status() {
    let gate = Gate::open().await;
    for (refusal, status, code) in [
        (Refusal::Full { retry_after: Duration::from_secs(3) }, 429, "unavailable"),
        (Refusal::TooMuch("too much".into()), 413, "badinput"),
        (Refusal::Cancelled, 499, "general"),
        (Refusal::Unwritable { retry_after: Duration::from_secs(3) }, 503, "unavailable"),
        (Refusal::Stopping, 503, "unavailable"),
        (Refusal::Store("gone".into()), 500, "general"),
    ] {
        gate.door.state().refusal = Some(refusal);
        let answer = gate.post(&invoke("greet_vip"), &envelope()).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.json()["errorCode"], format!("com.liveperson.faas.es.{code}"));
    }
}

#[tokio::test]
async fn clients_find_all_services_where_they_ask() {
    let gate = Gate::open().await;
    let all = gate.get("/api/account/1234/service/baseURI.json?version=1.0").await;
    let entry = |service: &str| json!({"service": service, "account": "1234", "baseURI": gate.address.to_string()});
    let entries = ["faasGW", "sentinel"].map(entry);
    assert_eq!(all.json(), json!({"baseURIs": entries}));
    let one = gate.get("/api/account/1234/service/faasGW/baseURI.json?version=1.0").await;
    assert_eq!(one.json(), entry("faasGW"));
    assert_eq!(gate.get("/api/account/1/service/nothing/baseURI").await.status, 404);
}

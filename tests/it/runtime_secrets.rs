//! Secrets in a run: given to the lambda that asks, and seen nowhere else.

use crate::runtime_kit::*;
use lambdeck::domain::{FailureKind, Run};
use lambdeck::runtime::{MASK, RunEvent};
use serde_json::{Value, json};

async fn run_with(secret: &Value, source: &str) -> (Run, Vec<RunEvent>) {
    let mut request = request(source, HELLO_INPUT);
    request.secrets = Some(OneSecret::new("key", secret));
    let (task, mut events, _) = start(&runtime(), request);
    let run = task.await.unwrap();
    let mut told = Vec::new();
    while let Some(event) = events.recv().await {
        told.push(event);
    }
    (run, told)
}

/// Nothing of what is kept or told holds `piece`.
#[track_caller]
fn hides((run, told): &(Run, Vec<RunEvent>), piece: &str) {
    let record = serde_json::to_string(run).unwrap();
    assert!(!record.contains(piece), "`{piece}` in {record}");
    let told = format!("{told:?}");
    assert!(!told.contains(piece), "`{piece}` in {told}");
}

#[tokio::test]
async fn a_lambda_gets_the_secret_with_its_type() {
    for (secret, source) in [
        (json!("hunter2"), r#"secrets::read("key") == "hunter" + "2""#),
        (json!(41), r#"secrets::read("key") + 1 == 42"#),
        (json!(1.5), r#"secrets::read("key") * 2 == 3.0"#),
        (json!({"a": [1, {"b": "c"}]}), r#"secrets::read("key").a[1].b == "c""#),
        (json!("old"), r#"secrets::update("key", "new"); secrets::read("key") == "new""#),
    ] {
        let (run, _) = run_with(&secret, &format!("fn lambda(input) {{ {source} }}")).await;
        assert_eq!(value(&run), &json!(true), "{source}");
        assert!(run.calls.iter().all(|call| call.what.starts_with("secrets::")));
        assert!(run.calls.iter().all(|call| call.target == "key"));
    }
}

#[tokio::test]
async fn it_is_masked_in_logs_result_and_calls() {
    let ran = run_with(
        &json!("hunter2-\"quoted\""),
        r#"fn lambda(input) {
            let key = secrets::read("key");
            print(key);
            log::info("it is " + key, key, #{ inside: [key] }, [#{ deep: "a " + key }]);
            log::warn(#{ key: key });
            debug(key);
            log::info(crypto::base64_encode("user:" + key));
            env::get(key);
            secrets::update("key", "brand-new");
            print("brand-new");
            #{ key: key, list: [key + "!"] }
        }"#,
    )
    .await;
    for piece in ["hunter2", "quoted", "aHVudGVy", "brand-new"] {
        hides(&ran, piece);
    }
    let (run, _) = ran;
    assert_eq!(value(&run), &json!({"key": MASK, "list": [format!("{MASK}!")]}));
    assert_eq!(run.logs[0].message, MASK);
    assert_eq!(run.logs[1].extras[1], json!({"inside": [MASK]}));
}

#[tokio::test]
async fn the_pieces_of_a_json_secret_are_masked_where_they_are_printed() {
    let ran = run_with(
        &json!({"user": "anna-maria", "pin": 481_516, "keys": ["first-key", "second-key"]}),
        r#"fn lambda(input) {
            let key = secrets::read("key");
            print(key.user);
            print("pin " + key.pin);
            for it in key.keys { log::info("a key", it); }
            throw #{ message: "refused " + key.user, pin: key.pin };
        }"#,
    )
    .await;
    for piece in ["anna-maria", "481516", "first-key", "second-key"] {
        hides(&ran, piece);
    }
    let failed = failure(&ran.0);
    assert_eq!(failed.kind, FailureKind::Threw);
    assert_eq!(failed.message, format!("refused {MASK}"));
    assert_eq!(failed.thrown.as_ref().unwrap()["pin"], MASK);
}

#[tokio::test]
async fn failures_can_be_told_apart_and_caught() {
    let code = |source: &str| {
        let source = format!(
            "fn lambda(input) {{ try {{ {source} }} catch (error) {{ return error.code; }} }}"
        );
        async move { value(&run_with(&json!("text"), &source).await.0).clone() }
    };
    assert_eq!(code(r#"secrets::read("kay")"#).await, "com.liveperson.faas.secret.not-found");
    assert_eq!(
        code(r#"secrets::update("key", 5)"#).await,
        "com.liveperson.faas.secret.invalid-format"
    );
    let long = r#"let long = "x"; long.pad(16385, "x"); secrets::update("key", long)"#;
    assert_eq!(code(long).await, "com.liveperson.faas.secret.invalid-format");
    let run = run(&runtime(), r#"fn lambda(input) { secrets::read("key") }"#).await;
    assert!(failure(&run).message.contains("a single file has no secrets"), "{run:?}");
}

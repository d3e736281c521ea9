//! The real program serves: what comes by HTTP is executed by what is deployed.

use crate::cli_program::Desk;
use crate::gateway_kit::{Answer, TTR};
use crate::store_kit::is_locked_by;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStderr, ChildStdout, Stdio};

const HELLO: &str = r#"
fn lambda(input) {
    if input.payload == "fail" { throw "as told"; }
    #{ got: input.payload, headers: input.headers.len() }
}
"#;

/// The program while it serves; it is killed with the test.
struct Serving {
    child: Child,
    told: Lines<BufReader<ChildStderr>>,
    done: Lines<BufReader<ChildStdout>>,
    url: String,
}

impl Serving {
    fn start(desk: &Desk) -> Self {
        let mut command = desk.command(&["serve", "--json"]);
        command.env_remove("RUST_LOG").stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut told = BufReader::new(child.stderr.take().unwrap()).lines();
        let done = BufReader::new(child.stdout.take().unwrap()).lines();
        let ready: Value = serde_json::from_str(&told.next().unwrap().unwrap()).unwrap();
        let url = ready["url"].as_str().unwrap().to_owned();
        Self { child, told, done, url }
    }

    /// The next run that it tells of.
    fn run(&mut self) -> Value {
        serde_json::from_str(&self.done.next().unwrap().unwrap()).unwrap()
    }

    fn post(&self, path: &str, content_type: &str, body: &Value) -> reqwest::RequestBuilder {
        let request = client().post(format!("{}{path}", self.url));
        request.header("content-type", content_type).body(body.to_string())
    }

    /// Tells it to stop; gives its exit code and what it said.
    fn stop(mut self) -> (Option<i32>, Vec<String>) {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        kill_process(pid, Signal::TERM).unwrap();
        let said = self.told.by_ref().map_while(Result::ok).collect();
        (self.child.wait().unwrap().code(), said)
    }
}

fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn events_and_calls_reach_the_deployed_lambda() {
    let desk = Desk::workspace();
    desk.run(&["new", "hello", "--event", TTR]).succeeds();
    desk.write("lambdas/hello/main.rhai", HELLO);
    desk.write("lambdeck.toml", "[serve]\nlisten = \"127.0.0.1:0\"\nrequire_token = true\n");
    desk.run(&["deploy", "hello", "--yes"]).succeeds();
    let token = desk.json(&["token", "create", "crm", "--scope", "invoke,emit"]);
    let token = token["token"].as_str().unwrap().to_owned();
    let mut serving = Serving::start(&desk);

    let path = "/api/account/1/lambdas/hello/invoke?v=1&externalSystem=crm";
    let body = json!({"headers": [{"key": "a", "value": "b"}], "payload": "Ada"});
    let call = |body: &Value| serving.post(path, "application/json", body);
    assert_eq!(Answer::of(call(&body)).await.status, 401);
    let answer = Answer::of(call(&body).bearer_auth(&token)).await;
    assert_eq!((answer.status, answer.json()), (200, json!({"got": "Ada", "headers": 1})));
    let failed = Answer::of(call(&json!({"payload": "fail"})).bearer_auth(&token)).await;
    assert_eq!(failed.status, 901, "{failed:?}");
    assert_eq!(failed.json()["errorCode"], "com.liveperson.faas.handler.custom-failure");
    for _ in 0..2 {
        assert_eq!(serving.run()["run"]["lambda"], "hello");
    }

    let event = json!({"specversion": "1.0", "id": "7", "source": "/crm", "type": "MessagingTTR", "data": 5});
    let emit =
        || serving.post("/events", "application/cloudevents+json", &event).bearer_auth(&token);
    let answer = Answer::of(emit()).await;
    let accepted = json!([{"source": "/crm", "id": "7", "deliveries": 1, "duplicate": false}]);
    assert_eq!((answer.status, &answer.json()["accepted"]), (202, &accepted));
    assert_eq!(Answer::of(emit()).await.json()["accepted"][0]["duplicate"], true);
    let told = serving.run();
    assert_eq!(told["fate"], "done");
    let kept = desk.json(&["runs", "show", told["run"]["id"].as_str().unwrap()]);
    assert_eq!(kept["result"], json!({"got": 5, "headers": 4}), "{kept}");

    let (code, said) = serving.stop();
    assert_eq!(code, Some(0), "{said:?}");
    assert!(said.iter().all(|line| !line.contains(&token)), "{said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_refused_while_the_state_is_not_where_it_belongs() {
    let desk = Desk::workspace();
    desk.run(&["new", "hello", "--event", TTR]).succeeds();
    desk.write("lambdeck.toml", "[serve]\nlisten = \"127.0.0.1:0\"\n");
    desk.run(&["deploy", "hello", "--yes"]).succeeds();
    let serving = Serving::start(&desk);
    // Without it another program's look at the database would take its log away.
    assert!(is_locked_by(&desk.path(".lambdeck/state.db"), serving.child.id()));

    let event = |id: &str| json!({"specversion": "1.0", "id": id, "source": "/crm", "type": "MessagingTTR"});
    let emit = async |id: &str| {
        let sent = serving.post("/events", "application/cloudevents+json", &event(id));
        Answer::of(sent).await
    };
    assert_eq!(emit("1").await.status, 202);
    let state = desk.path(".lambdeck/state.db");
    std::fs::rename(&state, desk.path("away")).unwrap();
    let refused = emit("2").await;
    assert_eq!((refused.status, refused.header("retry-after").is_empty()), (503, false));
    std::fs::rename(desk.path("away"), &state).unwrap();
    assert_eq!(emit("3").await.status, 202);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_of_every_answered_call_is_kept_when_it_stops() {
    const CALLS: usize = 20;
    let desk = Desk::workspace();
    desk.run(&["new", "hello", "--event", TTR]).succeeds();
    desk.write("lambdas/hello/main.rhai", HELLO);
    desk.write("lambdeck.toml", "[serve]\nlisten = \"127.0.0.1:0\"\n");
    desk.run(&["deploy", "hello", "--yes"]).succeeds();
    let serving = Serving::start(&desk);
    for _ in 0..CALLS {
        let path = "/api/account/1/lambdas/hello/invoke";
        let call = serving.post(path, "application/json", &json!({"payload": "Ada"}));
        assert_eq!(Answer::of(call).await.status, 200);
    }
    assert_eq!(serving.stop().0, Some(0));
    assert_eq!(desk.run(&["runs", "--json"]).succeeds().stdout.lines().count(), CALLS);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_calls_what_is_broken_off_at_the_end_is_told_so() {
    let desk = Desk::workspace();
    desk.run(&["new", "slow", "--event", TTR]).succeeds();
    desk.write("lambdas/slow/main.rhai", "fn lambda(input) { loop { let _x = 1; } }");
    desk.write("lambdeck.toml", "[serve]\nlisten = \"127.0.0.1:0\"\ngrace_ms = 300\n");
    desk.run(&["deploy", "slow", "--yes"]).succeeds();
    let serving = Serving::start(&desk);
    let path = "/api/account/1/lambdas/slow/invoke";
    let call = serving.post(path, "application/json", &json!({"payload": "Ada"}));
    let answer = tokio::spawn(Answer::of(call));
    while desk.run(&["runs", "--running", "--json"]).succeeds().stdout.is_empty() {}
    let (code, said) = serving.stop();
    assert_eq!(code, Some(0), "{said:?}");
    let answer = answer.await.unwrap();
    assert_eq!(answer.status, 503, "{answer:?}");
    assert!(answer.text.contains("ended before the run did"), "{answer:?}");
    desk.run(&["runs"]).succeeds().prints(&["interrupted"]);
}

//! The requests of the hosted system's client for Java, byte by byte as it sent them, and what it must find in the answers.
//!
//! Its registry cannot be counted on where tests run, so that it is not run itself. It was, built from its source, and what
//! it sent was recorded. It reads answers strictly: a field that it does not know fails the call.

use crate::gateway_kit::{FAILURES, GREET_VIP, Gate, IDLE, TTR};
use lambdeck::domain::{Scope, ServeSettings};
use lambdeck::platform::LambdaRef;
use serde_json::{Value, json};
use tokio::task::block_in_place;

const SYSTEM: &str = "externalSystem=botStudio&v=1";
const BODY: &str = r#"{"timestamp":1795659424365,"headers":[{"key":"Accept-Language","value":"en-US"},{"key":"x","value":"ü"}],"payload":{"name":"Ada ☃"}}"#;

/// What it does with an answer: the status, and the body as JSON; it fails at a body that is empty.
struct Answer {
    status: u16,
    body: Value,
}

/// The client before a door that wants tokens.
struct Client {
    gate: Gate,
    bearer: String,
}

impl Client {
    async fn open() -> Self {
        let settings = ServeSettings { require_token: true, ..ServeSettings::default() };
        let gate = Gate::with(settings).await;
        let bearer = gate.door.token("crm-bot", &[Scope::Invoke]);
        Self { gate, bearer }
    }

    /// Its requests have these headers, in this order.
    fn send(&self, line: &str, headers: &[&str], body: &str) -> Answer {
        let host = format!("Host: {}", self.gate.address);
        let length = format!("Content-Length: {}", body.len());
        let first = format!("{line} HTTP/1.1");
        let mut lines = vec![first.as_str()];
        lines.extend(headers);
        lines.extend(["User-Agent: Java/17.0.21.1", &host]);
        lines.extend([
            "Accept: text/html, image/gif, image/jpeg, */*; q=0.2",
            "Connection: keep-alive",
        ]);
        if line.starts_with("POST") {
            lines.push(&length);
        }
        let request = format!("{}\r\n\r\n{body}", lines.join("\r\n"));
        let said = block_in_place(|| self.gate.raw(request.as_bytes()));
        let (head, body) = said.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, body: serde_json::from_str(body).unwrap_or_else(|_| panic!("{said}")) }
    }

    fn token(&self, id: &str, secret: &str) -> Answer {
        let line = format!(
            "POST /sentinel/api/account/1234/app/token?v=2.0&grant_type=client_credentials&client_id={id}&client_secret={secret}"
        );
        self.send(&line, &["Content-Type: application/x-www-form-urlencoded"], "")
    }

    /// By the contract of 2019.
    fn first(&self, what: &str, body: &str) -> Answer {
        let line = format!("POST /api/account/1234/{what}/invoke?{SYSTEM}");
        let bearer = format!("Authorization: Bearer {}", self.bearer);
        let id = "X-REQUEST-ID: eac75294-3d16-4998-b05d-14cd9dcad813";
        self.send(&line, &["Content-Type: application/json", &bearer, id], body)
    }

    /// By the contract of 2025, which it follows where the host's name has `fninvocations` in it.
    fn second(&self, what: &str, body: &str) -> Answer {
        let line = format!("POST /api/account/1234/{what}/invoke");
        let bearer = format!("Authorization: Bearer {}", self.bearer);
        let source = "LP-EventSource: botStudio";
        let id = "X-REQUEST-ID: 4a68fb25-36ae-4371-b4ff-72c6aeaad0ca";
        self.send(&line, &["Content-Type: application/json", &bearer, source, id], body)
    }

    fn is_implemented(&self, event: &str) -> Answer {
        let line = format!("GET /api/account/1234/events/{event}/isImplemented?{SYSTEM}");
        let bearer = format!("Authorization: Bearer {}", self.bearer);
        self.send(&line, &[&bearer, "X-REQUEST-ID: d5ac0db2-58a8-43db-a0b8-98aae6c1eb1e"], "")
    }
}

fn fields(body: &Value) -> Vec<&str> {
    let mut fields: Vec<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
    fields.sort_unstable();
    fields
}

#[tokio::test(flavor = "multi_thread")]
async fn the_java_client_finds_hosts_and_gets_a_token_by_its_query() {
    let mut client = Client::open().await;
    let line = "GET /api/account/1234/service/baseURI.json?version=1.0";
    let found = client.send(line, &["Content-type: application/json"], "");
    let host = client.gate.address.to_string();
    let entry = |service: &str| json!({"service": service, "account": "1234", "baseURI": host});
    let entries = ["faasGW", "sentinel"].map(entry);
    assert_eq!((found.status, found.body), (200, json!({"baseURIs": entries})));
    let secret = client.bearer.clone();
    let granted = client.token("crm-bot", &secret);
    assert_eq!((granted.status, fields(&granted.body)), (200, vec!["access_token", "token_type"]));
    client.bearer = granted.body["access_token"].as_str().unwrap().to_owned();
    assert_eq!(
        client.bearer.split('.').count(),
        3,
        "it reads the end from the second of three parts"
    );
    assert_eq!(client.first("lambdas/greet_vip", BODY).status, 200);
    assert_eq!(client.is_implemented(TTR).body, json!({"implemented": true}));
    assert_eq!(client.token("crm-bot", &format!("{secret}x")).status, 401);
    assert_eq!(client.token("other", &secret).status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_java_client_invokes_by_both_contracts() {
    let client = Client::open().await;
    let by_id = format!("lambdas/{GREET_VIP}");
    let by_event = format!("events/{TTR}");
    for call in [Client::first, Client::second] {
        let answer = call(&client, &by_id, BODY);
        assert_eq!((answer.status, answer.body), (200, json!({"name": "Ada ☃"})));
        let empty = r#"{"timestamp":1795659425344,"headers":[],"payload":{}}"#;
        assert_eq!(call(&client, "lambdas/greet_vip", empty).body, json!({}));
        let answer = call(&client, &by_event, BODY);
        let listed = json!([{"uuid": GREET_VIP, "timestamp": 1_700_000_000_000_i64, "result": {"name": "Ada ☃"}}]);
        assert_eq!((answer.status, answer.body), (200, listed));
    }
    for (event, implemented) in [(TTR, true), (IDLE, false), ("unheard_of", false)] {
        let answer = client.is_implemented(event);
        assert_eq!((answer.status, answer.body), (200, json!({"implemented": implemented})));
    }
    let state = client.gate.door.state();
    assert!(state.invoked.iter().all(|(_, it)| it.system.as_deref() == Some("botStudio")));
    assert!(matches!(state.invoked[0].0, LambdaRef::Id(id) if id.0 == GREET_VIP));
    let input: Value = serde_json::from_str(&state.invoked[0].1.input).unwrap();
    assert_eq!(input, serde_json::from_str::<Value>(BODY).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_java_client_tells_the_failures_of_a_lambda_from_all_others() {
    let mut client = Client::open().await;
    let first = "com.liveperson.faas.";
    for (lambda, status, code, second) in FAILURES {
        let what = format!("lambdas/{lambda}");
        let answer = client.first(&what, BODY);
        assert_eq!(
            (answer.status, answer.body["errorCode"].clone()),
            (status, json!(format!("{first}{code}")))
        );
        assert!(answer.body["errorMsg"].is_string());
        let known = ["errorCode", "errorLogs", "errorMsg"];
        assert!(fields(&answer.body).iter().all(|it| known.contains(it)), "{}", answer.body);
        let answer = client.second(&what, BODY);
        assert_eq!((answer.status, answer.body["code"].clone()), (status, json!(second)));
        assert_eq!(fields(&answer.body), ["code", "message"]);
    }
    client.bearer = "nobody's".to_owned();
    let answer = client.first("lambdas/greet_vip", BODY);
    assert_eq!((answer.status, fields(&answer.body)), (401, vec!["errorCode", "errorMsg"]));
    let answer = client.second("lambdas/greet_vip", BODY);
    assert_eq!((answer.status, fields(&answer.body)), (401, vec!["code", "message"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_without_lambdas_has_no_results_in_the_first_contract_and_is_not_found_in_the_second()
 {
    let client = Client::open().await;
    let idle = format!("events/{IDLE}");
    let answer = client.first(&idle, BODY);
    assert_eq!((answer.status, answer.body), (200, json!([])));
    let answer = client.second(&idle, BODY);
    assert_eq!((answer.status, fields(&answer.body)), (404, vec!["code", "message"]));
    let answer = client.first("events/unheard_of", BODY);
    assert_eq!(answer.status, 404, "a name that is wrong is told");
}

//! Who may come in, what the door tells of itself, and how it closes.

use crate::gateway_kit::{Answer, Gate, event, read_to_end};
use lambdeck::domain::{ListenAddress, Scope, ServeSettings, ServerCertificate};
use lambdeck::gateway::{Gateway, GatewayError};
use serde_json::json;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

const INVOKE: &str = "/api/account/1/lambdas/greet_vip/invoke";

async fn guarded() -> Gate {
    Gate::with(ServeSettings { require_token: true, ..ServeSettings::default() }).await
}

#[tokio::test]
async fn a_token_that_is_shown_must_hold_where_none_is_needed_too() {
    let gate = Gate::open().await;
    let token = gate.door.token("crm", &[Scope::Emit]);
    let emit = |bearer: &str| gate.structured(&event("1")).bearer_auth(bearer);
    assert_eq!(Answer::of(emit(&token)).await.status, 202);
    let wrong = Answer::of(emit("wrong")).await;
    assert_eq!(wrong.status, 401);
    assert!(wrong.error().contains("not known"), "{wrong:?}");
    assert_eq!(Answer::of(gate.structured(&event("2"))).await.status, 202);
    assert_eq!(gate.post("/events?access_token=wrong", &json!({})).await.status, 401);
}

#[tokio::test]
async fn a_person_at_the_front_is_told_what_this_is() {
    let gate = Gate::open().await;
    let front = gate.get("/").await;
    assert_eq!(front.status, 200);
    assert!(front.text.contains("This is lambdeck"), "{front:?}");
    assert_eq!(Answer::of(gate.client.delete(gate.url("/"))).await.status, 405);
}

#[tokio::test]
async fn a_token_opens_what_its_scopes_allow() {
    let gate = guarded().await;
    let invoker = gate.door.token("crm", &[Scope::Invoke]);
    let emitter = gate.door.token("bus", &[Scope::Emit]);
    let admin = gate.door.token("ops", &[Scope::Admin]);
    let body = json!({"payload": 1});
    for (token, emit, invoke, metrics) in
        [(&invoker, 403, 200, 403), (&emitter, 202, 403, 403), (&admin, 202, 200, 200)]
    {
        let with = |request: reqwest::RequestBuilder| Answer::of(request.bearer_auth(token));
        assert_eq!(with(gate.structured(&event("1"))).await.status, emit);
        assert_eq!(with(gate.json(INVOKE, &body)).await.status, invoke);
        assert_eq!(with(gate.client.get(gate.url("/metrics"))).await.status, metrics);
    }
    let refused = Answer::of(gate.structured(&event("1")).bearer_auth(&invoker)).await;
    assert!(refused.error().contains("`crm` does not allow to emit"), "{refused:?}");
    assert!(refused.header("www-authenticate").contains("insufficient_scope"), "{refused:?}");
}

#[tokio::test]
async fn without_a_token_that_holds_nothing_is_done() {
    let gate = guarded().await;
    let good = gate.door.token("bus", &[Scope::Emit]);
    let none = gate.emit(&event("1")).await;
    assert_eq!((none.status, none.header("www-authenticate")), (401, "Bearer"));
    let unknown = lambdeck::platform::TokenText::random().unwrap();
    for bad in [unknown.reveal(), "x", "", "a.b.c", &good[..good.len() - 1]] {
        let answer = Answer::of(gate.structured(&event("1")).bearer_auth(bad)).await;
        assert_eq!(answer.status, 401, "{bad}");
    }
    let basic = gate.structured(&event("1")).basic_auth("bus", Some(&good));
    assert_eq!(Answer::of(basic).await.status, 401);
    let twice = gate.structured(&event("1")).bearer_auth(&good).header("authorization", "Bearer x");
    assert_eq!(Answer::of(twice).await.status, 400);
    gate.door.state().tokens.clear();
    let revoked = Answer::of(gate.structured(&event("1")).bearer_auth(&good)).await;
    assert_eq!(revoked.status, 401);
    assert!(gate.door.state().raised.is_empty());
    for open in ["/healthz", "/readyz"] {
        assert_eq!(gate.get(open).await.status, 200);
    }
}

#[tokio::test]
async fn a_token_may_stand_in_the_query() {
    let gate = guarded().await;
    let token = gate.door.token("bus", &[Scope::Emit]);
    let post = |path: &str| {
        let request = gate.client.post(gate.url(path));
        request.header("content-type", "application/cloudevents+json").body(event("1").to_string())
    };
    let path = format!("/events?access_token={token}");
    assert_eq!(Answer::of(post(&path)).await.status, 202);
    assert_eq!(Answer::of(post(&path).bearer_auth(&token)).await.status, 400);
    assert_eq!(Answer::of(post("/events?access_token=x")).await.status, 401);
}

#[tokio::test]
async fn a_door_without_tokens_answers_to_names_of_this_machine_only() {
    let gate = Gate::open().await;
    let to = |host: &'static str| Answer::of(gate.structured(&event("1")).header("host", host));
    for ours in ["localhost", "LOCALHOST:8787", "127.0.0.1:1", "[::1]:80", "127.1.2.3"] {
        assert_eq!(to(ours).await.status, 202, "{ours}");
    }
    for other in ["evil.example", "localhost.evil.example:80", "10.0.0.1", "127.0.0.1.evil.example"]
    {
        let answer = to(other).await;
        assert_eq!(answer.status, 421, "{other}");
        assert!(answer.error().contains("public_host"), "{answer:?}");
    }
    let named =
        ServeSettings { public_host: Some("bots.example".into()), ..ServeSettings::default() };
    let gate = Gate::with(named).await;
    let request = gate.structured(&event("1")).header("host", "bots.example:443");
    assert_eq!(Answer::of(request).await.status, 202);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_names_no_host_is_a_bad_one() {
    let gate = Gate::open().await;
    for hosts in ["", "Host: localhost\r\nHost: localhost\r\n"] {
        let head = format!(
            "POST /events HTTP/1.1\r\nConnection: close\r\n{hosts}Content-Length: 2\r\n\r\n{{}}"
        );
        let answer = gate.raw(head.as_bytes());
        assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("host"), "{answer}");
    }
}

/// Some clients take the reset of a stream whose body nobody read for the end of the answer too.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_refused_before_the_body_is_read_gets_the_answer_over_http_2_too() {
    let gate = guarded().await;
    let curl = |path: &str, body: String| {
        let mut curl = std::process::Command::new("curl");
        curl.args(["-s", "-o", "/dev/null", "-w", "%{http_code}", "--http2-prior-knowledge"]);
        curl.args(["--noproxy", "*", "-H", "Expect:", "-d", "@-"]).arg(gate.url(path));
        curl.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
        let mut curl = curl.spawn()?;
        // It may have its answer before it has read all of it.
        let _ = curl.stdin.take().unwrap().write_all(body.as_bytes());
        let output = curl.wait_with_output().unwrap();
        std::io::Result::Ok((output.status.code(), String::from_utf8(output.stdout).unwrap()))
    };
    for bytes in [2, 2_000_000] {
        for (path, status) in [("/events", "401"), (INVOKE, "401"), ("/nothing", "404")] {
            for _ in 0..10 {
                let Ok(answer) = curl(path, "x".repeat(bytes)) else {
                    return eprintln!("skipped: there is no curl here");
                };
                assert_eq!(answer, (Some(0), status.to_owned()), "{path}, {bytes} bytes");
            }
        }
    }
}

#[tokio::test]
async fn a_client_gets_an_access_token_for_a_tokens_name_and_text() {
    let gate = guarded().await;
    let secret = gate.door.token("crm", &[Scope::Invoke]);
    let ask = |form: String| {
        let request = gate.client.post(gate.url("/sentinel/api/account/1/app/token?v=2.0"));
        Answer::of(request.header("content-type", "application/x-www-form-urlencoded").body(form))
    };
    let form = format!("grant_type=client_credentials&client_id=crm&client_secret={secret}");
    let answer = ask(form.clone()).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
    assert_eq!(answer.json()["scope"], "invoke");
    let access = answer.json()["access_token"].as_str().unwrap().to_owned();
    let invoke = || gate.json(INVOKE, &json!({"payload": 1})).bearer_auth(&access);
    assert_eq!(Answer::of(invoke()).await.status, 200);
    assert_eq!(ask(form.replace("crm", "other")).await.status, 401);
    assert_eq!(ask(form.replace("client_credentials", "password")).await.status, 400);
    assert_eq!(ask("grant_type=client_credentials".into()).await.status, 400);
    gate.door.state().tokens.clear();
    assert_eq!(Answer::of(invoke()).await.status, 401, "revoked at once");
}

#[tokio::test]
async fn health_readiness_and_figures() {
    let gate = Gate::open().await;
    assert_eq!(gate.get("/healthz").await.json(), json!({"status": "ok"}));
    assert_eq!(gate.get("/readyz").await.json(), json!({"status": "ready"}));
    gate.door.state().obstacle = Some("the disk is full".to_owned());
    let answer = gate.get("/readyz").await;
    assert_eq!((answer.status, &answer.json()["reason"]), (503, &json!("the disk is full")));
    assert_eq!(gate.get("/healthz").await.status, 200);
    gate.emit(&event("1")).await;
    let figures = gate.get("/metrics").await;
    assert!(figures.header("content-type").starts_with("application/openmetrics-text"));
    for line in [
        "lambdeck_events_accepted_total 1",
        r#"lambdeck_http_requests_total{route="events",method="POST",status="202"} 1"#,
        r#"lambdeck_http_requests_total{route="readyz",method="GET",status="503"} 1"#,
        "lambdeck_http_connections 1",
    ] {
        assert!(figures.text.lines().any(|it| it == line), "{line}\n{}", figures.text);
    }
}

/// What the program has logged about requests, since the first who asked. The subscriber is that of the whole process: one
/// of a single thread misses what another thread was the first to log, while tests run side by side.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    fn of_the_process() -> &'static Self {
        static WRITTEN: OnceLock<Written> = OnceLock::new();
        WRITTEN.get_or_init(|| {
            let written = Self::default();
            let writer = written.clone();
            let subscriber =
                tracing_subscriber::fmt().json().with_env_filter("lambdeck::http=info");
            tracing::subscriber::set_global_default(
                subscriber.with_writer(move || writer.clone()).finish(),
            )
            .unwrap();
            written
        })
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn every_request_has_a_line_in_the_log_that_gives_no_token_away() {
    const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let written = Written::of_the_process();
    let gate = guarded().await;
    let token = gate.door.token("bus", &[Scope::Emit]);
    let path = format!("/events?access_token={token}");
    let request = gate.client.post(gate.url(&path)).header("x-request-id", "logged-1");
    let request = request.header("traceparent", TRACE).header("content-type", "a/b");
    assert_eq!(Answer::of(request).await.status, 400);
    let request = gate.structured(&event("1")).bearer_auth(&token);
    let request = request.header("x-request-id", "logged-2");
    assert_eq!(Answer::of(request).await.status, 202);
    let text = written.text();
    assert!(!text.contains(&token) && !text.contains("access_token"), "{text}");
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let line_of = |id: &str| {
        let mut of_it = lines.iter().filter(|it| it["fields"]["request_id"] == id);
        let line = of_it.next().unwrap_or_else(|| panic!("no line of {id} in {text}"));
        assert!(of_it.next().is_none(), "{text}");
        line
    };
    let refused = line_of("logged-1");
    for (name, value) in [
        ("method", json!("POST")),
        ("path", json!("/events")),
        ("status", json!(400)),
        ("traceparent", json!(TRACE)),
    ] {
        assert_eq!(refused["fields"][name], value, "{text}");
    }
    assert_eq!(refused["level"], "INFO");
    assert_eq!(line_of("logged-2")["fields"]["status"], 202);
}

#[tokio::test]
async fn the_id_of_a_request_is_kept_or_made() {
    let gate = Gate::open().await;
    let ask =
        |id: &str| Answer::of(gate.client.get(gate.url("/healthz")).header("x-request-id", id));
    assert_eq!(ask("abc-1").await.header("x-request-id"), "abc-1");
    for unfit in ["", "a b", &"x".repeat(129)] {
        let made = ask(unfit).await;
        assert_eq!(made.header("x-request-id").len(), 36, "{made:?}");
    }
    assert_eq!(gate.get("/nowhere").await.header("x-request-id").len(), 36);
}

#[tokio::test]
async fn a_platform_that_panics_does_not_take_the_door_along() {
    let gate = Gate::open().await;
    let path = "/api/account/1/lambdas/panics/invoke";
    let answer = gate.post(path, &json!({"payload": 1})).await;
    assert_eq!(answer.status, 500);
    assert!(!answer.text.contains("panics"), "{answer:?}");
    assert_eq!(gate.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn http_2_is_spoken_too() {
    let gate = Gate::open().await;
    let client = reqwest::Client::builder().no_proxy().http2_prior_knowledge().build().unwrap();
    let request = client.post(gate.url("/events"));
    let request = request.header("content-type", "application/cloudevents+json");
    let response = request.body(event("1").to_string()).send().await.unwrap();
    assert_eq!((response.version(), response.status().as_u16()), (http::Version::HTTP_2, 202));
}

#[tokio::test]
async fn tls_shows_the_certificate_of_the_settings() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    let signed = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(&certificate, signed.cert.pem()).unwrap();
    std::fs::write(&key, signed.signing_key.serialize_pem()).unwrap();
    let tls = Some(ServerCertificate { certificate: certificate.clone(), key: key.clone() });
    let gate = Gate::with(ServeSettings { tls, ..ServeSettings::default() }).await;
    let trusted = reqwest::Certificate::from_pem(signed.cert.pem().as_bytes()).unwrap();
    let client = reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([trusted])
        .resolve("localhost", gate.address)
        .build()
        .unwrap();
    let url = format!("https://localhost:{}/healthz", gate.address.port());
    let response = client.get(url).send().await.unwrap();
    assert_eq!((response.version(), response.status().as_u16()), (http::Version::HTTP_2, 200));
    let swapped = ServerCertificate { certificate: key, key: certificate };
    let settings = ServeSettings {
        listen: "127.0.0.1:0".parse().unwrap(),
        tls: Some(swapped),
        ..ServeSettings::default()
    };
    let Err(GatewayError::Certificate { message }) =
        Gateway::bind(settings, Arc::new(crate::gateway_kit::ListedDoor::default())).await
    else {
        panic!("a key is no certificate")
    };
    assert!(message.contains("key.pem"), "{message}");
}

#[tokio::test]
async fn a_host_is_listened_at_by_its_name() {
    let listen: ListenAddress = "localhost:0".parse().unwrap();
    let gate = Gate::with(ServeSettings { listen, ..ServeSettings::default() }).await;
    assert!(gate.address.ip().is_loopback());
    assert_eq!(gate.post("/events", &json!({})).await.status, 400, "no token is needed");
    // Longer than a part of a name can be, so that nobody has to be asked.
    let nobody = format!("{}:8787", "x".repeat(64));
    let listen: ListenAddress = nobody.parse().unwrap();
    let settings = ServeSettings { listen, ..ServeSettings::default() };
    let Err(error) = Gateway::bind(settings, gate.door.clone()).await else {
        panic!("nobody has this name")
    };
    let told = error.to_string();
    assert!(told.contains(&format!("{nobody}, for no address has this name")), "{told}");
}

#[tokio::test]
async fn an_address_that_is_taken_is_named() {
    let gate = Gate::open().await;
    let settings = ServeSettings { listen: gate.address.into(), ..ServeSettings::default() };
    let Err(error) = Gateway::bind(settings, gate.door.clone()).await else {
        panic!("bound twice")
    };
    assert!(error.to_string().contains(&gate.address.to_string()), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_runs_is_answered_before_the_door_closes() {
    let mut gate = Gate::open().await;
    let mut idle = gate.connect();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    let mut head = [0; 13];
    tokio::task::block_in_place(|| idle.read_exact(&mut head)).unwrap();
    assert_eq!(&head, b"HTTP/1.1 200 ");
    let slow = gate.json("/api/account/1/lambdas/slow/invoke", &json!({"payload": 1}));
    let answer = tokio::spawn(Answer::of(slow));
    gate.door.slow_began.notified().await;
    gate.begin_to_close();
    // A connection without a request is let go at once.
    let rest = tokio::task::block_in_place(|| read_to_end(&mut idle));
    assert_eq!(rest.matches("HTTP/1.1").count(), 0, "{rest}");
    // Nobody else comes in, and meanwhile there is time to cut off what runs.
    for _ in 0..1000 {
        assert!(TcpStream::connect(gate.address).is_err());
    }
    gate.door.slow_goes_on.notify_one();
    let answer = answer.await.unwrap();
    assert_eq!((answer.status, answer.json()), (200, json!("at last")));
    gate.closed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_end_within_the_grace_is_cut_off() {
    let grace = Duration::from_millis(100);
    let mut gate = Gate::with(ServeSettings { grace, ..ServeSettings::default() }).await;
    let slow = gate.json("/api/account/1/lambdas/slow/invoke", &json!({"payload": 1}));
    let answer = tokio::spawn(slow.send());
    gate.door.slow_began.notified().await;
    gate.begin_to_close();
    gate.closed().await;
    assert!(answer.await.unwrap().is_err());
}

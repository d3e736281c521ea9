//! What a lambda reaches over HTTP, through the real worker and against a real server.

use crate::http_kit::{Asked, Server, respond};
use crate::runtime_kit::{failure, request, run_request, runtime, value};
use lambdeck::domain::{
    AllowedHost, AllowedNetwork, CallStatus, Limits, Outcome, Reach, Run, SendingOf,
};
use lambdeck::runtime::Runtime;
use serde_json::{Value, json};
use std::io::Write;
use std::sync::Arc;

/// What may reach `hosts`, on this machine too.
pub fn reach(hosts: &[String]) -> Reach {
    Reach {
        hosts: hosts.iter().map(|host| AllowedHost::parse(host).unwrap()).collect(),
        networks: vec![AllowedNetwork::parse("127.0.0.0/8").unwrap()],
        ..Reach::default()
    }
}

/// Runs `body` as a lambda whose `URL` is that of the server, which it may reach.
async fn against(runtime: &Runtime, server: &Server, body: &str) -> Run {
    with_reach(runtime, server, body, reach(&[server.address.to_string()])).await
}

pub async fn with_reach(runtime: &Runtime, server: &Server, body: &str, reach: Reach) -> Run {
    let source = format!("fn lambda(input) {{\n{}\n}}", body.replace("URL", &server.url("")));
    let mut request = request(&source, "{}");
    request.reach = Arc::new(reach);
    run_request(runtime, request).await
}

fn echo(asked: &Asked, out: &mut dyn Write) -> std::io::Result<()> {
    let body = json!({
        "method": asked.method,
        "path": asked.path,
        "body": asked.text(),
        "type": asked.header("content-type"),
        "auth": asked.header("authorization"),
    });
    respond(
        out,
        "200 OK",
        &["content-type: application/json", "x-b: 1", "x-b: 2"],
        body.to_string(),
    )
}

#[tokio::test]
async fn a_document_is_fetched_and_recorded() {
    let (runtime, server) = (runtime(), Server::json(r#"{"name": "Ada"}"#));
    let run = against(
        &runtime,
        &server,
        r#"let r = http::get("URL/consumers/7", #{ query: #{ q: "a b" } });
        [r.status, r.ok, r.headers["content-type"], r.text.len(), r.json().name, r.url, r.dry]"#,
    )
    .await;
    let url = server.url("/consumers/7?q=a+b");
    assert_eq!(*value(&run), json!([200, true, "application/json", 15, "Ada", url, false]));
    let [call] = run.calls.as_slice() else { panic!("{:#?}", run.calls) };
    assert_eq!((call.what.as_str(), call.line), ("http::get", Some(2)));
    assert_eq!(call.target, server.url("/consumers/7"));
    assert_eq!((&call.status, call.bytes), (&CallStatus::Answered(200), 15));
    let (request, response) = (call.request.as_ref().unwrap(), call.response.as_ref().unwrap());
    assert_eq!(request.title, format!("GET {url}"));
    assert_eq!(response.title, "HTTP/1.1 200 OK");
    assert_eq!(response.body.as_deref(), Some(r#"{"name": "Ada"}"#));
    assert!(server.asked()[0].header("user-agent").unwrap().starts_with("lambdeck/"));
}

#[tokio::test]
async fn every_method_and_every_kind_of_body_arrives() {
    let (runtime, server) = (runtime(), Server::start(echo));
    let run = against(
        &runtime,
        &server,
        r#"[
            http::post("URL/a", #{ json: #{ n: 1 }, bearer: "token-1234" }).json(),
            http::put("URL/b", #{ body: "text", headers: #{ "content-type": "text/csv" } }).json(),
            http::patch("URL/c", #{ form: #{ a: "1&2", b: [3, 4] }, returns: "json" }),
            http::delete("URL/d", #{ basic: #{ user: "user", password: "pass" }, returns: "json" }),
            http::request("URL/e", #{ method: "options", body: blob(3, 65), returns: "json" }),
            http::get("URL/f", #{ returns: "text" }).len() > 10,
            http::get("URL/f", #{ returns: "blob" }).len() > 10,
            http::get("URL/f").headers["x-b"],
        ]"#,
    )
    .await;
    let said = |method: &str, path: &str, body: &str, kind: Value, auth: Value| json!({"method": method, "path": path, "body": body, "type": kind, "auth": auth});
    assert_eq!(
        *value(&run),
        json!([
            said("POST", "/a", r#"{"n":1}"#, json!("application/json"), json!("Bearer •••••")),
            said("PUT", "/b", "text", json!("text/csv"), Value::Null),
            said(
                "PATCH",
                "/c",
                "a=1%262&b=3&b=4",
                json!("application/x-www-form-urlencoded"),
                Value::Null
            ),
            said("DELETE", "/d", "", Value::Null, json!("Basic •••••")),
            said("OPTIONS", "/e", "AAA", json!("application/octet-stream"), Value::Null),
            true,
            true,
            "1, 2",
        ])
    );
    let what: Vec<_> = run.calls.iter().map(|call| call.what.as_str()).collect();
    assert_eq!(
        what[..5],
        ["http::post", "http::put", "http::patch", "http::delete", "http::request"]
    );
    let record = serde_json::to_string(&run.calls).unwrap();
    for secret in ["token-1234", "dXNlcjpwYXNz"] {
        assert!(!record.contains(secret), "credentials are not kept, nor where they come back");
    }
    assert!(record.contains("Bearer •••••"));
}

#[tokio::test]
async fn nothing_goes_out_unless_it_is_allowed() {
    let (runtime, server) = (runtime(), Server::json("{}"));
    let nothing = with_reach(&runtime, &server, r#"http::get("URL/x")"#, Reach::default()).await;
    let failure = failure(&nothing);
    assert!(failure.message.contains("127.0.0.1 is not allowed"), "{failure:?}");
    assert_eq!(failure.place.unwrap().line, 2);
    let entry = server.address.to_string();
    let CallStatus::Refused { allow, .. } = &nothing.calls[0].status else { panic!() };
    assert_eq!(allow.as_deref(), Some(entry.as_str()));

    let mut reach = reach(&[entry]);
    reach.networks.clear();
    let name_only = with_reach(&runtime, &server, r#"http::get("URL/x")"#, reach).await;
    assert!(self::failure(&name_only).message.contains("loopback"), "{:?}", name_only.outcome);
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_status_that_is_no_success_is_thrown_with_the_response_or_returned() {
    let server = Server::start(|_, out| respond(out, "403 Forbidden", &[], r#"{"why": "no"}"#));
    let runtime = runtime();
    let thrown = against(&runtime, &server, r#"http::get("URL/x")"#).await;
    assert!(failure(&thrown).message.contains("answered with status 403"), "{:?}", thrown.outcome);
    let caught = against(
        &runtime,
        &server,
        r#"try { http::get("URL/x"); } catch (e) { return [e.code, e.status, e.response.json().why, e.error]; }"#,
    )
    .await;
    assert_eq!(*value(&caught), json!(["http.status", 403, "no", "http::get"]));
    let returned =
        against(&runtime, &server, r#"http::get("URL/x", #{ throw_on_status: false }).status"#)
            .await;
    assert_eq!(*value(&returned), json!(403));
    assert_eq!(returned.calls[0].status, CallStatus::Answered(403));
}

#[tokio::test]
async fn a_request_that_is_wrong_as_it_is_is_not_worth_another_try() {
    let runtime = runtime();
    for (status, may_pass) in [("422 Unprocessable Content", false), ("503 Later", true)] {
        let server = Server::start(move |_, out| respond(out, status, &[], "{}"));
        for source in
            [r#"http::get("URL/x")"#, r#"try { http::get("URL/x"); } catch (e) { throw e; }"#]
        {
            let run = against(&runtime, &server, source).await;
            assert_eq!(run.may_pass(), may_pass, "{status}, {source}: {:?}", run.outcome);
        }
    }
}

#[tokio::test]
async fn connections_are_kept_from_one_run_to_the_next() {
    let (runtime, server) = (runtime(), Server::json("{}"));
    for _ in 0..3 {
        value(&against(&runtime, &server, r#"http::get("URL/x").status"#).await);
    }
    assert_eq!((server.asked().len(), server.connections()), (3, 1));
}

#[tokio::test]
async fn requests_go_side_by_side_and_answers_stand_in_order() {
    // Each waits until all have come: one after the other none would be answered.
    let barrier = Arc::new(std::sync::Barrier::new(5));
    let server = Server::start(move |asked, out| {
        barrier.wait();
        respond(out, "200 OK", &[], &asked.path)
    });
    let run = against(
        &runtime(),
        &server,
        r#"let list = [];
        for i in 0..4 { list.push(`URL/${i}`); }
        list.push(#{ url: "URL/last", method: "DELETE", returns: "text" });
        http::all(list).map(|it| if type_of(it) == "string" { it } else { it.text })"#,
    )
    .await;
    assert_eq!(*value(&run), json!(["/0", "/1", "/2", "/3", "/last"]));
}

#[tokio::test]
async fn a_lambda_sends_twenty_requests_a_second() {
    let (runtime, server) = (runtime(), Server::json("{}"));
    let body = r#"let sent = 0;
        try { for i in 0..100 { http::get("URL/x"); sent += 1; } } catch (e) { return [sent, e.code, e.message]; }"#;
    let source = format!("fn lambda(input) {{\n{}\n}}", body.replace("URL", &server.url("")));
    let mut request = request(&source, "{}");
    request.reach = Arc::new(reach(&[server.address.to_string()]));
    request.limits = Limits { requests_per_second: 3, ..Limits::default() };
    let run = run_request(&runtime, request).await;
    let value = value(&run);
    assert_eq!(value[1], "http.too_many_requests", "{value}");
    assert!(value[2].as_str().unwrap().contains("429: a lambda sends at most 3"), "{value}");
    assert_eq!(server.asked().len() as u64, value[0].as_u64().unwrap());
}

#[tokio::test]
async fn a_dry_run_reads_and_sends_nothing_else() {
    let (runtime, server) = (runtime(), Server::json(r#"{"a": 1}"#));
    let source = format!(
        r#"fn lambda(input) {{ let r = http::post("{0}/x", #{{ json: 7 }}); [r.dry, r.status, r.json(), http::get("{0}/y").dry] }}"#,
        server.url("")
    );
    let mut request = request(&source, "{}");
    request.reach = Arc::new(reach(&[server.address.to_string()]));
    request.sending = SendingOf::DRY;
    let run = run_request(&runtime, request).await;
    assert_eq!(*value(&run), json!([true, 200, { "dry": true }, false]));
    assert_eq!(server.asked().len(), 1, "only what reads went out");
    assert_eq!(run.calls[0].status, CallStatus::Dry);
    assert_eq!(run.calls[0].request.as_ref().unwrap().body.as_deref(), Some("7"));
}

#[tokio::test]
async fn a_response_is_a_value_like_any_other() {
    let run = against(
        &runtime(),
        &Server::json("[1]"),
        r#"let r = http::get("URL/x"); log::info("got", r); let copy = r; [r, copy.colour]"#,
    )
    .await;
    let failure = failure(&run);
    assert!(failure.message.contains("a response has no property `colour`"), "{failure:?}");
    assert_eq!(run.logs[0].extras[0]["status"], 200);
    assert!(matches!(run.outcome, Outcome::Failed(_)));
}

/// The template as it is, but for the address it asks.
#[tokio::test]
async fn the_template_answers_by_the_status() {
    let catalog = lambdeck::catalog::Catalog::built_in();
    let template = catalog.find_template("http").unwrap();
    let runtime = runtime();
    for (status, expected) in
        [("200 OK", "200"), ("403 Forbidden", "let us in"), ("500 Oh", "with 500")]
    {
        let server = Server::start(move |_, out| respond(out, status, &[], "{}"));
        let source = template.source.replace("https://api.example.com", &server.url(""));
        let mut request = request(&source, r#"{"payload": {}}"#);
        request.reach = Arc::new(reach(&[server.address.to_string()]));
        let run = run_request(&runtime, request).await;
        let said = match &run.outcome {
            Outcome::Succeeded(value) => value.to_string(),
            Outcome::Failed(failure) => failure.message.clone(),
            Outcome::Cancelled | Outcome::Interrupted => String::new(),
        };
        assert!(said.contains(expected), "{status}: {said}");
        assert_eq!(server.asked()[0].header("accept"), Some("application/json"));
    }
}

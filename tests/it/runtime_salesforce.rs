//! Salesforce as lambdas reach it, through the real worker and a server that speaks the documented REST shapes.

use crate::http_kit::{Asked, Server, respond};
use crate::runtime_http::reach;
use crate::runtime_kit::{failure, request, run_request, runtime, value};
use lambdeck::domain::{Run, SendingOf};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::Write;
use std::sync::Arc;

const VERSION: &str = "/services/data/v62.0";

/// One organisation: a token that is good, one that expired, accounts on three pages.
fn answer(address: &str, asked: &Asked, out: &mut dyn Write) -> std::io::Result<()> {
    let json = ["content-type: application/json;charset=UTF-8"];
    if asked.path == "/services/oauth2/token" {
        let (status, body) = token(address, &form(asked));
        return respond(out, status, &json, body.to_string());
    }
    if asked.header("authorization") != Some("Bearer good") {
        let body =
            json!([{ "message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID" }]);
        return respond(out, "401 Unauthorized", &json, body.to_string());
    }
    let (path, query) = asked.path.split_once('?').unwrap_or((&asked.path, ""));
    let path = path.strip_prefix(VERSION).unwrap_or("elsewhere");
    let (status, body) = match (asked.method.as_str(), path) {
        ("GET", "/query") => first_page(query),
        ("GET", "/query/01g-2") => ("200 OK", page(2, Some("01g-4"))),
        ("GET", "/query/01g-4") => ("200 OK", page(4, None)),
        ("POST", "/sobjects/Case") => {
            ("201 Created", json!({ "id": "500000000000001AAA", "success": true, "errors": [] }))
        }
        ("POST", "/sobjects/Account") => (
            "400 Bad Request",
            json!([{ "message": "Required fields are missing: [Name]", "errorCode": "REQUIRED_FIELD_MISSING", "fields": ["Name"] }]),
        ),
        ("PATCH" | "DELETE", "/sobjects/Case/500000000000001AAA") => {
            return respond(out, "204 No Content", &[], "");
        }
        ("GET", "/sobjects/Account/001000000000001AAA") => {
            ("200 OK", json!({ "Id": "001000000000001AAA", "query": query }))
        }
        ("GET", "/sobjects/Account/describe") => {
            ("200 OK", json!({ "name": "Account", "fields": [] }))
        }
        ("GET", "/sobjects") => ("200 OK", json!({ "sobjects": [{ "name": "Account" }] })),
        _ => (
            "404 Not Found",
            json!([{ "message": "The requested resource does not exist", "errorCode": "NOT_FOUND" }]),
        ),
    };
    respond(out, status, &json, body.to_string())
}

fn form(asked: &Asked) -> HashMap<String, String> {
    url::form_urlencoded::parse(&asked.body).into_owned().collect()
}

fn token(address: &str, form: &HashMap<String, String>) -> (&'static str, Value) {
    let is = |name: &str, value: &str| form.get(name).is_some_and(|it| it == value);
    let client = is("client_id", "client");
    let secret = client && is("client_secret", "hush-hush");
    let good = match form.get("grant_type").map(String::as_str) {
        Some("refresh_token") => client && is("refresh_token", "fresh-1"),
        Some("client_credentials") => secret,
        Some("password") => {
            secret && is("username", "ann@example.com") && is("password", "pw&token")
        }
        _ => false,
    };
    if good {
        (
            "200 OK",
            json!({ "access_token": "good", "instance_url": format!("{address}/"), "token_type": "Bearer" }),
        )
    } else {
        (
            "400 Bad Request",
            json!({ "error": "invalid_grant", "error_description": "expired access/refresh token" }),
        )
    }
}

fn page(from: usize, next: Option<&str>) -> Value {
    let account =
        |n: usize| json!({ "attributes": { "type": "Account" }, "Name": format!("Account {n}") });
    let mut page = json!({
        "totalSize": 5, "done": next.is_none(),
        "records": (from..(from + 2).min(5)).map(account).collect::<Vec<_>>(),
    });
    if let Some(next) = next {
        page["nextRecordsUrl"] = format!("{VERSION}/query/{next}").into();
    }
    page
}

fn first_page(query: &str) -> (&'static str, Value) {
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    let soql = pairs.find(|(name, _)| name == "q").unwrap().1.into_owned();
    if soql == "SELECT Name FROM Account" {
        return ("200 OK", page(0, Some("01g-2")));
    }
    if soql.contains("WHERE") {
        let record = json!({ "attributes": {}, "Name": soql });
        return ("200 OK", json!({ "totalSize": 1, "done": true, "records": [record] }));
    }
    (
        "400 Bad Request",
        json!([{ "message": "unexpected token: 'FORM'", "errorCode": "MALFORMED_QUERY" }]),
    )
}

fn organisation() -> Server {
    Server::start(|asked, out| {
        let address = format!("http://{}", asked.header("host").unwrap());
        answer(&address, asked, out)
    })
}

/// Runs `body`, in which `URL` is the organisation's address and `sf` a connection with a good token.
async fn with_token(server: &Server, body: &str) -> Run {
    run_as(server, &format!("let sf = salesforce::connect(#{{ instance_url: \"URL/\", access_token: \"good\" }});\n{body}"), SendingOf::LIVE).await
}

async fn run_as(server: &Server, body: &str, sending: SendingOf) -> Run {
    let source = format!("fn lambda(input) {{\n{}\n}}", body.replace("URL", &server.url("")));
    let mut request = request(&source, "{}");
    (request.reach, request.sending) = (Arc::new(reach(&[server.address.to_string()])), sending);
    run_request(&runtime(), request).await
}

#[tokio::test]
async fn a_query_brings_all_pages() {
    let server = organisation();
    let run = with_token(
        &server,
        "let found = sf.query(\"SELECT Name FROM Account\"); [found.total_size, found.records.map(|it| it.Name)]",
    )
    .await;
    let names: Vec<String> = (0..5).map(|n| format!("Account {n}")).collect();
    assert_eq!(value(&run), &json!([5, names]));
    assert_eq!(run.calls.len(), 3);
    assert!(!format!("{:?}", run.calls).contains("Bearer good"), "{:#?}", run.calls);
}

#[tokio::test]
async fn values_cannot_break_out_of_a_query() {
    let server = organisation();
    let run = with_token(
        &server,
        r#"let found = sf.query("SELECT Id FROM Account WHERE Name = ? AND Size > ?", ["x' OR Name != '", 7]);
        let named = sf.query("SELECT Id FROM Account WHERE Name IN :names", #{ names: ["a\\", "b"] });
        [found.records[0].Name, named.records[0].Name]"#,
    )
    .await;
    assert_eq!(
        value(&run),
        &json!([
            r"SELECT Id FROM Account WHERE Name = 'x\' OR Name != \'' AND Size > 7",
            r"SELECT Id FROM Account WHERE Name IN ('a\\', 'b')",
        ])
    );
}

#[tokio::test]
async fn records_are_created_changed_read_and_deleted() {
    let server = organisation();
    let run = with_token(
        &server,
        r#"let id = sf.create("Case", #{ Subject: "Refund" });
        sf.update("Case", id, #{ Status: "Closed" });
        sf.delete("Case", id);
        [id, sf.retrieve("Account", "001000000000001AAA", ["Id", "Name"]).query,
            sf.retrieve("Account", "001000000000001AAA").query,
            sf.describe("Account").name, sf.describe().sobjects[0].name]"#,
    )
    .await;
    let expected = json!(["500000000000001AAA", "fields=Id%2CName", "", "Account", "Account"]);
    assert_eq!(value(&run), &expected);
    let asked = server.asked();
    assert_eq!(asked[0].text(), r#"{"Subject":"Refund"}"#);
    assert_eq!(
        (asked[1].method.as_str(), asked[1].text()),
        ("PATCH", r#"{"Status":"Closed"}"#.into())
    );
    assert_eq!(asked[2].method, "DELETE");
}

#[tokio::test]
async fn every_grant_gets_a_token() {
    let server = organisation();
    for settings in [
        "login_url: \"URL\", refresh_token: \"fresh-1\", client_id: \"client\"",
        "login_url: \"URL\", client_id: \"client\", client_secret: \"hush-hush\"",
        "login_url: \"URL\", client_id: \"client\", client_secret: \"hush-hush\", username: \"ann@example.com\", password: \"pw&token\"",
        // The token expired: it is exchanged, and the request sent again.
        "login_url: \"URL\", instance_url: \"URL\", access_token: \"old\", refresh_token: \"fresh-1\", client_id: \"client\"",
    ] {
        let body = format!(
            "let sf = salesforce::connect(#{{ {settings} }}); [sf.describe(\"Account\").name, sf.access_token == \"good\"]"
        );
        let run = run_as(&server, &body, SendingOf::LIVE).await;
        assert_eq!(value(&run), &json!(["Account", true]), "{settings}");
        let calls = format!("{:?}", run.calls);
        for secret in ["hush-hush", "pw&token", "pw%26token", "fresh-1", "\"good"] {
            assert!(!calls.contains(secret), "{secret} in {calls}");
        }
    }
}

#[tokio::test]
async fn refusals_carry_the_code_and_the_message() {
    let server = organisation();
    let good = "instance_url: \"URL\", access_token: \"good\"";
    for (settings, call, code, says) in [
        (good, "sf.query(\"SELECT FORM\")", "MALFORMED_QUERY", "unexpected token: 'FORM'"),
        (
            good,
            "sf.create(\"Account\", #{})",
            "REQUIRED_FIELD_MISSING",
            "Required fields are missing: [Name]",
        ),
        (good, "sf.describe(\"Nothing\")", "NOT_FOUND", "status 404"),
        (
            "instance_url: \"URL\", access_token: \"old\"",
            "sf.describe()",
            "INVALID_SESSION_ID",
            "Session expired",
        ),
        (
            "login_url: \"URL\", refresh_token: \"stale\", client_id: \"client\"",
            "1",
            "invalid_grant",
            "expired access/refresh token",
        ),
        (
            "instance_url: \"http://evil.example\", access_token: \"good\"",
            "sf.describe()",
            "http.not_allowed",
            "evil.example is not allowed",
        ),
    ] {
        let body = format!(
            "try {{ let sf = salesforce::connect(#{{ {settings} }}); {call}; }} catch (e) {{ return [e.code, e.message]; }}"
        );
        let run = run_as(&server, &body, SendingOf::LIVE).await;
        assert_eq!(value(&run)[0], code, "{call}: {:?}", value(&run));
        assert!(value(&run)[1].as_str().unwrap().contains(says), "{:?}", value(&run));
    }
    for (call, says) in [
        ("salesforce::connect(#{})", "`settings` has neither an `access_token`"),
        ("salesforce::connect(#{ access_token: \"x\" })", "`settings.instance_url` is missing"),
        (
            "salesforce::connect(#{ client_id: \"x\", client_secret: \"y\" })",
            "`settings.login_url` is missing",
        ),
        ("salesforce::connect(#{ username: \"x\" })", "`settings.client_id` is missing"),
        ("salesforce::connect(#{ acces_token: \"x\" })", "did you mean `access_token`?"),
    ] {
        let run = run_as(&server, call, SendingOf::LIVE).await;
        assert!(failure(&run).message.contains(says), "{}", failure(&run).message);
    }
    for (call, says) in [
        ("sf.delete(\"Case\", \"../Account/1\")", "is no id"),
        ("sf.describe(\"Account/../Case\")", "is no name of an object"),
        ("sf.query(\"SELECT Id WHERE a = ?\", [])", "more `?`"),
        ("sf.update(\"Case\", \"500000000000001AAA\", 1)", "`fields` is a map, this is an int"),
    ] {
        let run = with_token(&server, call).await;
        assert!(failure(&run).message.contains(says), "{}", failure(&run).message);
    }
}

#[tokio::test]
async fn a_dry_run_reads_and_does_not_write() {
    let server = organisation();
    let good = "let sf = salesforce::connect(#{ instance_url: \"URL\", access_token: \"good\" });";
    let body = format!(
        "{good} sf.update(\"Case\", \"500000000000001AAA\", #{{}}); [sf.create(\"Case\", #{{}}), sf.describe(\"Account\").name]"
    );
    let run = run_as(&server, &body, SendingOf::DRY).await;
    assert_eq!(value(&run), &json!(["000000000000000AAA", "Account"]));
    assert_eq!(server.asked().len(), 1);
    let login = "salesforce::connect(#{ login_url: \"URL\", refresh_token: \"fresh-1\", client_id: \"client\" })";
    let run = run_as(&server, login, SendingOf::DRY).await;
    assert!(failure(&run).message.contains("this run is a dry one"), "{run:#?}");
}

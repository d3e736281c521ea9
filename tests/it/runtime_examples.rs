//! The examples that the hosted platform documents, written as lambdas, against real servers.

use crate::http_kit::{Asked, Server, respond};
use crate::mail_kit::{MailServer, Mode};
use crate::runtime_http::reach;
use crate::runtime_kit::{request, run_request, runtime, value};
use lambdeck::domain::{
    Reach, Run, Secret, SecretFailure, SecretFailureKind, SecretStore, SendingOf,
};
use lambdeck::runtime::Runtime;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// Secrets in memory.
#[derive(Debug, Default)]
struct Secrets(Mutex<BTreeMap<String, Value>>);

impl Secrets {
    fn of(pairs: &[(&str, &str)]) -> Arc<Self> {
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value)));
        Arc::new(Self(Mutex::new(pairs.collect())))
    }

    fn get(&self, name: &str) -> Value {
        self.0.lock().unwrap()[name].clone()
    }
}

impl SecretStore for Secrets {
    fn read(&self, name: &str) -> Result<Secret, SecretFailure> {
        let missing = || SecretFailure {
            kind: SecretFailureKind::NotFound,
            message: format!("there is no secret {name}"),
        };
        let value = self.0.lock().unwrap().get(name).cloned().ok_or_else(missing)?;
        Ok(Secret::of(&value).unwrap())
    }

    fn update(&self, name: &str, value: &Value) -> Result<Secret, SecretFailure> {
        self.0.lock().unwrap().insert(name.to_owned(), value.clone());
        self.read(name)
    }
}

/// What a lambda of a test has.
struct Desk {
    runtime: Runtime,
    secrets: Arc<Secrets>,
    env: Vec<(&'static str, String)>,
    reach: Reach,
}

impl Desk {
    async fn run(&self, source: &str, payload: Value) -> Run {
        let input = json!({ "payload": payload }).to_string();
        let mut request = request(source, &input);
        request.secrets = Some(Arc::clone(&self.secrets) as Arc<dyn SecretStore>);
        request.reach = Arc::new(self.reach.clone());
        request.sending = SendingOf::LIVE;
        let env = self.env.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        request.env = env.collect();
        run_request(&self.runtime, request).await
    }
}

fn desk(server: &Server, secrets: &[(&str, &str)]) -> Desk {
    Desk {
        runtime: runtime(),
        secrets: Secrets::of(secrets),
        env: vec![("API", server.url(""))],
        reach: reach(&[server.address.to_string()]),
    }
}

fn form(asked: &Asked, name: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(&asked.body).into_owned();
    pairs.find(|(own, _)| own == name).map(|(_, value)| value)
}

#[tokio::test]
async fn a_post_signed_by_oauth_1() {
    let server = Server::json(r#"{"id": 7}"#);
    let source = r#"
        fn lambda(input) {
            let url = env::get("API") + "/api/account/1/skills";
            let header = oauth1::header(#{
                method: "POST", url: url, signature_method: "HMAC-SHA256",
                consumer_key: secrets::read("app_key"), consumer_secret: secrets::read("app_secret"),
                token: secrets::read("token"), token_secret: secrets::read("token_secret"),
            });
            http::post(url, #{ headers: #{ authorization: header }, json: #{ name: "VIP" } }).json().id
        }"#;
    let secrets = [
        ("app_key", "key-1234"),
        ("app_secret", "secret-1234"),
        ("token", "token-1234"),
        ("token_secret", "other-1234"),
    ];
    let run = desk(&server, &secrets).run(source, json!({})).await;
    assert_eq!(value(&run), 7);
    let asked = &server.asked()[0];
    let header = asked.header("authorization").unwrap();
    for part in [
        "OAuth oauth_consumer_key=\"key-1234\"",
        "oauth_signature_method=\"HMAC-SHA256\"",
        "oauth_token=\"token-1234\"",
        "oauth_signature=\"",
    ] {
        assert!(header.contains(part), "{header}");
    }
    assert!(!format!("{run:?}").contains("secret-1234"));
}

#[tokio::test]
async fn a_token_for_client_credentials_is_kept_as_long_as_it_is_good() {
    let server = Server::start(|asked, out| {
        if asked.path == "/token" {
            let good = form(asked, "grant_type").as_deref() == Some("client_credentials")
                && asked.header("authorization") == Some("Basic Y2xpZW50OmNsaWVudC1zZWNyZXQ=");
            let body =
                if good { r#"{"access_token": "token-5678", "expires_in": 300}"# } else { "{}" };
            return respond(out, "200 OK", &[], body);
        }
        let body = json!({ "auth": asked.header("authorization") == Some("Bearer token-5678") });
        respond(out, "200 OK", &[], body.to_string())
    });
    let source = r#"
        fn lambda(input) { http::get(env::get("API") + "/data", #{ bearer: token() }).json().auth }

        fn token() {
            let known = cache::get("token");
            if known != () { return known; }
            let answer = http::post(env::get("API") + "/token", #{
                basic: #{ user: "client", password: secrets::read("client_secret") },
                form: #{ grant_type: "client_credentials" },
                returns: "json",
            });
            cache::set("token", answer.access_token, answer.expires_in - 30);
            answer.access_token
        }"#;
    let desk = desk(&server, &[("client_secret", "client-secret")]);
    for _ in 0..3 {
        assert_eq!(value(&desk.run(source, json!({})).await), true);
    }
    let tokens = server.asked().iter().filter(|it| it.path == "/token").count();
    assert_eq!(tokens, 1, "the token is asked for once");
}

#[tokio::test]
async fn a_refresh_token_is_kept_in_the_secrets() {
    let server = Server::start(|asked, out| {
        let old = form(asked, "refresh_token").unwrap_or_default();
        let body = json!({ "access_token": format!("access-of-{old}"), "refresh_token": format!("{old}-next") });
        respond(out, "200 OK", &[], body.to_string())
    });
    let source = r#"
        fn lambda(input) {
            let answer = http::post(env::get("API") + "/token", #{
                form: #{ grant_type: "refresh_token", refresh_token: secrets::read("refresh") },
                returns: "json",
            });
            secrets::update("access", answer.access_token);
            secrets::update("refresh", answer.refresh_token);
            "refreshed"
        }"#;
    let desk = desk(&server, &[("refresh", "first-1"), ("access", "none-yet")]);
    for _ in 0..2 {
        let run = desk.run(source, json!({})).await;
        assert_eq!(value(&run), "refreshed");
        assert!(!format!("{run:?}").contains("first-1"), "{run:#?}");
    }
    assert_eq!(desk.secrets.get("refresh"), "first-1-next-next");
    assert_eq!(desk.secrets.get("access"), "access-of-first-1-next");
}

#[tokio::test]
async fn a_secret_is_cached_for_a_time_that_the_environment_says() {
    let server = Server::json("{}");
    let source = r#"
        fn lambda(input) { crypto::sha256(secret("api_key")) }

        fn secret(name) {
            let known = cache::get(name);
            if known != () { return known; }
            let value = secrets::read(name);
            cache::set(name, value, parse_int(env::get("SECRET_TTL_S", "60")));
            value
        }"#;
    let mut desk = desk(&server, &[("api_key", "key-9012")]);
    desk.env.push(("SECRET_TTL_S", "60".to_owned()));
    let first = desk.run(source, json!({})).await;
    let second = desk.run(source, json!({})).await;
    assert_eq!(value(&first), value(&second));
    let reads = |run: &Run| run.calls.iter().filter(|it| it.what == "secrets::read").count();
    assert_eq!((reads(&first), reads(&second)), (1, 0));
}

fn template(id: &str) -> String {
    let path = format!("{}/templates/{id}/main.rhai", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

#[tokio::test]
async fn the_template_salesforce_finds_accounts_and_keeps_a_new_token() {
    let server = Server::start(|asked, out| {
        if asked.path == "/services/oauth2/token" {
            let good = form(asked, "refresh_token").as_deref() == Some("refresh-1");
            assert!(good, "{}", asked.text());
            return respond(out, "200 OK", &[], r#"{"access_token": "access-2"}"#);
        }
        if asked.header("authorization") != Some("Bearer access-2") {
            return respond(
                out,
                "401 Unauthorized",
                &[],
                r#"[{"errorCode": "INVALID_SESSION_ID", "message": "expired"}]"#,
            );
        }
        assert!(asked.path.contains("Name+%3D+%27O%5C%27Neil%27"), "{}", asked.path);
        respond(
            out,
            "200 OK",
            &[],
            r#"{"totalSize": 1, "done": true, "records": [{"Name": "O'Neil"}]}"#,
        )
    });
    let mut desk = desk(
        &server,
        &[("salesforce_access_token", "access-1"), ("salesforce_refresh_token", "refresh-1")],
    );
    for name in ["SALESFORCE_URL", "SALESFORCE_LOGIN_URL"] {
        desk.env.push((name, server.url("")));
    }
    desk.env.push(("SALESFORCE_CLIENT_ID", "client".to_owned()));
    let run = desk.run(&template("salesforce"), json!({ "filterName": "O'Neil" })).await;
    assert_eq!(value(&run), &json!({ "first": { "Name": "O'Neil" }, "total_size": 1 }));
    assert_eq!(desk.secrets.get("salesforce_access_token"), "access-2");
}

#[tokio::test]
async fn the_template_email_client_sends_a_mail() {
    let mut mail_server = MailServer::start(Mode::StartTls);
    let server = Server::json("{}");
    let mut desk = desk(&server, &[("smtp_password", "correct horse")]);
    desk.reach = Reach {
        authorities: vec![mail_server.certificate.clone()],
        ..reach(&[mail_server.place()])
    };
    for (name, value) in [
        ("SMTP_HOST", "localhost".to_owned()),
        ("SMTP_PORT", mail_server.port.to_string()),
        ("SMTP_USER", "bot".to_owned()),
        ("MAIL_FROM", "Support <support@example.com>".to_owned()),
    ] {
        desk.env.push((name, value));
    }
    let run = desk.run(&template("email_client"), json!({ "to": "ann@example.com" })).await;
    assert_eq!(value(&run), &json!({ "recipients": ["ann@example.com"], "sent": true }));
    assert!(!format!("{run:?}").contains("correct horse"));
    let mail = mail_server.mail();
    assert_eq!((&mail["from"], &mail["user"]), (&json!("support@example.com"), &json!("bot")));
}

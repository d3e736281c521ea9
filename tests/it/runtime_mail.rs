//! Mail that lambdas send, through the real worker and a real mail server.

use crate::mail_kit::{MailServer, Mode};
use crate::runtime_kit::{failure, request, run_request, runtime, value};
use lambdeck::domain::{AllowedHost, AllowedNetwork, CallStatus, Reach, Run, SendingOf};
use lambdeck::runtime::Runtime;
use serde_json::json;
use std::sync::Arc;

const CLIENT: &str = "let server = smtp::client(#{ host: \"localhost\", port: PORT, secure: \"MODE\", auth: AUTH });";

/// What may reach `server`, which is trusted.
fn reach(server: &MailServer) -> Reach {
    Reach {
        hosts: vec![AllowedHost::parse(&server.place()).unwrap()],
        networks: vec![AllowedNetwork::parse("127.0.0.0/8").unwrap()],
        authorities: vec![server.certificate.clone()],
        ..Reach::default()
    }
}

async fn with_reach(runtime: &Runtime, body: &str, reach: Reach, sending: SendingOf) -> Run {
    let mut request = request(&format!("fn lambda(input) {{\n{body}\n}}"), "{}");
    (request.reach, request.sending) = (Arc::new(reach), sending);
    run_request(runtime, request).await
}

/// Runs `body` after a `server` that speaks as `mode` and logs in as `auth`.
async fn by(server: &MailServer, mode: &str, auth: &str, body: &str) -> Run {
    let client = CLIENT.replace("PORT", &server.port.to_string());
    let client = client.replace("MODE", mode).replace("AUTH", auth);
    with_reach(&runtime(), &format!("{client}\n{body}"), reach(server), SendingOf::LIVE).await
}

const LOGIN: &str = "#{ user: \"bot\", password: \"correct horse\" }";

const MAIL: &str = r#"#{
    from: "Support <bot@example.com>", to: ["Ann Müller <ann@example.com>", "bob@example.com"],
    cc: "carl@example.com", bcc: ["dora@example.com"], reply_to: "desk@example.com",
    subject: "Grüße aus dem Gespräch", text: "Guten Tag", html: "<p>Guten Tag</p>",
    attachments: [
        #{ name: "notes.txt", content: "ein Wort" },
        #{ name: "dot.png", base64: "iVBORw0KGgo=", type: "image/png" },
        #{ name: "raw.bin", content: blob(3, 255) },
    ],
}"#;

#[tokio::test]
async fn a_mail_arrives_with_all_that_belongs_to_it() {
    let mut server = MailServer::start(Mode::StartTls);
    let run =
        by(&server, "starttls", LOGIN, &format!("server.verify();\nserver.send({MAIL})")).await;
    let sent = value(&run);
    assert_eq!(sent["dry"], false);
    assert_eq!(sent["response"], "250 2.0.0 queued as 42");
    let all = ["ann@example.com", "bob@example.com", "carl@example.com", "dora@example.com"];
    assert_eq!(sent["recipients"], json!(all));
    let mail = server.mail();
    assert_eq!((&mail["from"], &mail["to"]), (&json!("bot@example.com"), &json!(all)));
    assert_eq!((&mail["tls"], &mail["user"]), (&json!(true), &json!("bot")));
    let data = mail["data"].as_str().unwrap();
    for part in [
        "Subject: =?utf-8?",
        "From: Support <bot@example.com>",
        "Reply-To: desk@example.com",
        "multipart/mixed",
        "multipart/alternative",
        "filename=\"notes.txt\"",
        "iVBORw0KGgo=",
        "image/png",
        "////",
        sent["message_id"].as_str().unwrap(),
    ] {
        assert!(data.contains(part), "{part} is missing in {data}");
    }
    assert!(!data.contains("dora@"), "a blind copy is seen by nobody");
}

#[tokio::test]
async fn the_record_shows_the_mail_and_never_the_password() {
    let server = MailServer::start(Mode::Tls);
    let body = format!("log::info(\"correct horse\"); server.verify(); server.send({MAIL})");
    let run = by(&server, "tls", LOGIN, &body).await;
    value(&run);
    let [verify, send] = &run.calls[..] else { panic!("{:#?}", run.calls) };
    assert_eq!((verify.what.as_str(), &verify.target), ("smtp::verify", &server.place()));
    assert_eq!((send.what.as_str(), &send.status), ("smtp::send", &CallStatus::Done));
    let part = send.request.as_ref().unwrap();
    assert_eq!(part.title, format!("mail by {}", server.place()));
    let header = |name: &str| part.headers.iter().find(|(own, _)| own == name).unwrap().1.as_str();
    assert_eq!(header("Bcc"), "dora@example.com");
    assert_eq!(header("Subject"), "Grüße aus dem Gespräch");
    assert_eq!(part.body.as_deref(), Some("Guten Tag\n\n<p>Guten Tag</p>"));
    assert!(!format!("{:?}", run.calls).contains("correct horse"));
}

#[tokio::test]
async fn a_dry_run_shows_the_mail_and_connects_to_nobody() {
    let server = MailServer::start(Mode::Plain);
    let runtime = runtime();
    let body = CLIENT.replace("PORT", &server.port.to_string()).replace("MODE", "none");
    let body = format!("{} server.send({MAIL})", body.replace("AUTH", "()"));
    let run = with_reach(&runtime, &body, reach(&server), SendingOf::default()).await;
    assert_eq!(
        (&value(&run)["dry"], value(&run)["recipients"].as_array().unwrap().len()),
        (&json!(true), 4)
    );
    assert_eq!(run.calls[0].status, CallStatus::Dry);
    assert!(run.calls[0].request.as_ref().unwrap().body.is_some());
    // What a live run would refuse is refused here too.
    let run = with_reach(&runtime, &body, Reach::default(), SendingOf::default()).await;
    assert!(failure(&run).message.contains("is not allowed; add \"localhost:"), "{run:#?}");
    assert_eq!(server.rest(), "");
}

#[tokio::test]
async fn what_goes_wrong_is_said_with_a_code() {
    let (tls, starttls) = (MailServer::start(Mode::Tls), MailServer::start(Mode::StartTls));
    let plain = MailServer::start(Mode::Plain);
    let wrong = "#{ user: \"bot\", pass: \"wrong pony\" }";
    let to = |to: &str| {
        format!("server.send(#{{ from: \"bot@example.com\", to: \"{to}\", text: \"x\" }})")
    };
    for (server, mode, auth, body, code, says) in [
        (
            &tls,
            "tls",
            wrong,
            to("ann@example.com"),
            "mail.login",
            "did not take the login: permanent error (535)",
        ),
        (
            &tls,
            "tls",
            LOGIN,
            to("nobody@example.com"),
            "mail.refused",
            "there is nobody of that name",
        ),
        (&tls, "tls", LOGIN, to("later@example.com"), "mail.later", "try again later"),
        (&tls, "none", LOGIN, to("ann@example.com"), "mail.bad_request", "is not sent without TLS"),
        (&tls, "tls", LOGIN, to("ann"), "mail.bad_request", "`to` \"ann\" is no mail address"),
        (&plain, "starttls", "()", to("ann@example.com"), "mail.tls", "offers no STARTTLS"),
        (&starttls, "none", "()", to("ann@example.com"), "mail.refused", "STARTTLS"),
        (&plain, "tls", "()", to("ann@example.com"), "mail.connect", "cannot be used"),
    ] {
        let catching = format!("try {{ {body} }} catch (e) {{ return [e.code, e.message]; }}");
        let run = by(server, mode, auth, &catching).await;
        let [found, message] = &value(&run).as_array().unwrap()[..] else { panic!() };
        assert_eq!(found, code, "{message}");
        assert!(message.as_str().unwrap().contains(says), "{message}");
        assert!(!format!("{run:?}").contains("wrong pony"), "{run:#?}");
    }
}

#[tokio::test]
async fn a_server_is_held_to_its_name_its_authority_and_the_networks() {
    let server = MailServer::start(Mode::Tls);
    let runtime = runtime();
    let verify = |host: &str| {
        let client =
            format!("#{{ host: \"{host}\", port: {}, secure: true, auth: {LOGIN} }}", server.port);
        format!("smtp::client({client}).verify()")
    };
    let allowed = |hosts: &[&str]| Reach {
        hosts: hosts
            .iter()
            .map(|it| AllowedHost::parse(&format!("{it}:{}", server.port)).unwrap())
            .collect(),
        ..reach(&server)
    };
    let stranger = Reach { authorities: Vec::new(), ..reach(&server) };
    let inside = Reach { networks: Vec::new(), ..reach(&server) };
    for (host, reach, says) in [
        ("localhost", stranger, "UnknownIssuer"),
        ("127.0.0.1", allowed(&["127.0.0.1"]), "not valid for name"),
        ("localhost", inside, "localhost is out of reach"),
        ("LOCALHOST.", Reach { networks: Vec::new(), ..allowed(&["localhost"]) }, "loopback"),
        ("evil.example", allowed(&["localhost"]), "evil.example is not allowed"),
        ("evil.example@localhost", allowed(&["localhost"]), "no name of a host"),
    ] {
        let run = with_reach(&runtime, &verify(host), reach, SendingOf::LIVE).await;
        assert!(failure(&run).message.contains(says), "{host}: {}", failure(&run).message);
    }
    let good = verify("localhost");
    let run = with_reach(&runtime, &good, allowed(&["localhost"]), SendingOf::LIVE).await;
    assert_eq!(value(&run), true);
}

#[tokio::test]
async fn a_client_is_a_value_with_a_name() {
    let runtime = runtime();
    let client = "let c = smtp::client(#{ host: \"h\", port: 465 });";
    for (body, says) in [
        ("c", "a smtp client"),
        ("crypto::sha256(c)", "`data` is a string or a blob, this is a smtp client"),
        ("c.send(1)", "smtp client.send: `mail` is a map, this is an int"),
        ("c.send(#{ form: 1 })", "did you mean `from`?"),
        (
            "smtp::client(#{ host: \"h\", secure: \"ssl\" })",
            "`server.secure` is \"tls\", \"starttls\" or \"none\"",
        ),
        ("smtp::client(#{ host: \"h\", port: 0 })", "0 is no port"),
        ("smtp::client(#{})", "`server.host` is missing"),
        (
            "smtp::client(#{ host: \"h\", auth: #{ user: \"u\" } })",
            "`server.auth.password` is missing",
        ),
    ] {
        let run =
            with_reach(&runtime, &format!("{client} {body}"), Reach::default(), SendingOf::LIVE)
                .await;
        assert!(failure(&run).message.contains(says), "{body}: {}", failure(&run).message);
    }
    let fields = format!("{client} [c.host, c.port]");
    let run = with_reach(&runtime, &fields, Reach::default(), SendingOf::LIVE).await;
    assert_eq!(value(&run), &json!(["h", 465]));
}

#[tokio::test]
async fn the_workspaces_server_sends_for_every_lambda() {
    let mut server = MailServer::start(Mode::Plain);
    let send = "mail::send(#{ to: \"ann@example.com\", subject: \"s\", text: \"t\" }).recipients";
    let with_server = Reach { mail: Some(server.settings()), ..reach(&server) };
    let run = with_reach(&runtime(), send, with_server, SendingOf::LIVE).await;
    assert_eq!(value(&run), &json!(["ann@example.com"]));
    assert_eq!(server.mail()["from"], "bot@example.com");
    let run = with_reach(&runtime(), send, reach(&server), SendingOf::LIVE).await;
    assert!(failure(&run).message.contains("no mail server is set up; name one in [mail]"));
}

//! Servers and lambdas that mean harm: what a lambda must not reach, and what must not reach the host.

use crate::http_kit::{Connection, Server, respond};
use crate::runtime_http::{reach, with_reach};
use crate::runtime_kit::{failure, program, request, run_request, runtime, start, value};
use lambdeck::domain::{AllowedHost, AllowedNetwork, CallStatus, Identity, Limits, Outcome, Reach};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use serde_json::json;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Whatever the address looks like, the host that it names is what counts.
#[tokio::test]
async fn no_spelling_of_an_address_gets_past_the_allow_list() {
    let (runtime, server) = (runtime(), Server::json("{}"));
    let port = server.address.port();
    let spellings = [
        format!("http://2130706433:{port}/"),
        format!("http://0177.0.0.1:{port}/"),
        format!("http://0x7f000001:{port}/"),
        format!("http://127.1:{port}/"),
        format!("http://127.0.0.1.:{port}/"),
        format!("http://①②⑦.⓪.⓪.①:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        format!("http://[::ffff:7f00:1]:{port}/"),
        format!("http://[::127.0.0.1]:{port}/"),
        format!("http://[::1]:{port}/"),
        format!("http://[fe80::1%25lo]:{port}/"),
        format!("http://LOCALHOST:{port}/"),
        format!("http://localhost.:{port}/"),
        format!("http://allowed.example@127.0.0.1:{port}/"),
        format!("http://allowed.example%40127.0.0.1:{port}/"),
        format!("http://allowed.example#@127.0.0.1:{port}/"),
        format!("http:\\\\127.0.0.1:{port}\\allowed.example"),
        format!("http://127.0.0.1:{port}\\@allowed.example/"),
        format!("http://127.0.0.1\t:{port}/"),
        format!("//127.0.0.1:{port}/"),
        "file:///etc/passwd".to_owned(),
        "unix:/run/docker.sock".to_owned(),
    ];
    let list = serde_json::to_string(&spellings).unwrap();
    let body = format!(
        "let reached = []; for url in {list} {{ try {{ http::get(url); reached.push(url); }} catch (e) {{}} }} reached"
    );
    // The name that stands in some of them is allowed, and so is every address.
    let mut allowed = reach(&["allowed.example".to_owned()]);
    allowed.networks.push(AllowedNetwork::parse("0.0.0.0/0").unwrap());
    allowed.networks.push(AllowedNetwork::parse("::/0").unwrap());
    let run = with_reach(&runtime, &server, &body, allowed).await;
    assert_eq!(*value(&run), json!([]));
    assert_eq!(server.connections(), 0);
    // The same addresses, allowed by name, are still in a network that is not.
    let names: Vec<String> =
        ["127.0.0.1", "[::ffff:127.0.0.1]", "[::127.0.0.1]", "[::1]", "localhost"]
            .iter()
            .map(|host| format!("{host}:{port}"))
            .collect();
    let mut by_name = reach(&names);
    by_name.networks.clear();
    let run = with_reach(&runtime, &server, &body, by_name).await;
    assert_eq!(*value(&run), json!([]));
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn redirects_are_followed_inside_the_allow_list_and_shown() {
    let inside = Server::start(|asked, out| match asked.path.as_str() {
        "/1" => respond(out, "302 Found", &["location: /2"], ""),
        "/2" => respond(out, "307 Temporary Redirect", &["location: ./3?x=1"], ""),
        "/round" => respond(out, "302 Found", &["location: /round"], ""),
        _ => respond(out, "200 OK", &[], asked.path.clone()),
    });
    let runtime = runtime();
    let allowed = || reach(&[inside.address.to_string()]);
    let run =
        with_reach(&runtime, &inside, r#"let r = http::get("URL/1"); [r.text, r.url]"#, allowed())
            .await;
    assert_eq!(*value(&run), json!(["/3?x=1", inside.url("/3?x=1")]));
    let hops: Vec<_> = run.calls[0].hops.iter().map(|hop| (hop.url.clone(), hop.status)).collect();
    let chain = [("/1", 302), ("/2", 307), ("/3?x=1", 200)]
        .map(|(path, status)| (inside.url(path), status));
    assert_eq!(hops, chain);
    let stays = with_reach(
        &runtime,
        &inside,
        r#"http::get("URL/1", #{ redirects: 0, throw_on_status: false }).status"#,
        allowed(),
    )
    .await;
    assert_eq!(*value(&stays), json!(302));
    let round = with_reach(&runtime, &inside, r#"http::get("URL/round")"#, allowed()).await;
    assert!(failure(&round).message.contains("more than 5 redirects"), "{:?}", round.outcome);
}

#[tokio::test]
async fn a_redirect_leads_to_no_host_that_is_not_allowed() {
    let outside = Server::json("{}");
    for target in [
        outside.url("/"),
        format!("http://localhost:{}/", outside.address.port()),
        format!("//2130706433:{}/", outside.address.port()),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://[::ffff:169.254.169.254]/".to_owned(),
        "file:///etc/passwd".to_owned(),
    ] {
        let location = format!("location: {target}");
        let inside = Server::start(move |_, out| respond(out, "301 Moved", &[&location], ""));
        let run = with_reach(
            &runtime(),
            &inside,
            r#"http::get("URL/x")"#,
            reach(&[inside.address.to_string()]),
        )
        .await;
        assert!(matches!(run.outcome, Outcome::Failed(_)), "{target}: {:?}", run.outcome);
        assert!(!run.calls[0].status.is_ok(), "{target}");
    }
    assert_eq!(outside.connections(), 0);
}

#[tokio::test]
async fn credentials_stay_with_the_host_they_were_meant_for() {
    let other = Server::json("{}");
    let location = format!("location: {}", other.url("/y"));
    let first =
        Server::start(move |_, out| respond(out, "307 Temporary Redirect", &[&location], ""));
    let allowed = reach(&[first.address.to_string(), other.address.to_string()]);
    let body = r#"http::get("URL/x", #{ bearer: "token-1234", headers: #{ "x-api-key": "key-12345", accept: "a/b", cookie: "c=1" } }).status"#;
    let run = with_reach(&runtime(), &first, body, allowed).await;
    assert_eq!(*value(&run), json!(200));
    let (sent, passed_on) = (&first.asked()[0], &other.asked()[0]);
    assert_eq!(sent.header("authorization"), Some("Bearer token-1234"));
    for name in ["authorization", "x-api-key", "cookie"] {
        assert_eq!(passed_on.header(name), None, "{name}");
    }
    assert_eq!(passed_on.header("accept"), Some("a/b"));
}

/// Runs `http::get` of `server` with small limits, and gives the message of its failure and how long it took.
async fn refused(server: &Server, options: &str) -> (String, Duration) {
    let source =
        format!("fn lambda(input) {{ http::get(\"{}\", {options}).text.len() }}", server.url("/"));
    let mut request = request(&source, "{}");
    request.reach = Arc::new(reach(&[server.address.to_string()]));
    request.limits = Limits { response_bytes: 100_000, ..Limits::default() };
    let started = Instant::now();
    let run = run_request(&runtime(), request).await;
    (failure(&run).message.clone(), started.elapsed())
}

#[tokio::test]
async fn a_body_that_is_too_large_is_not_read_to_its_end() {
    let stated = Server::start(|_, out| {
        write!(out, "HTTP/1.1 200 OK\r\ncontent-length: 5000000000\r\n\r\n")
    });
    let (message, _) = refused(&stated, "#{}").await;
    assert!(message.contains("more than 100000 bytes"), "{message}");
    let endless = Server::start(|_, out| {
        write!(out, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")?;
        loop {
            write!(out, "400\r\n{}\r\n", "x".repeat(0x400))?;
        }
    });
    let (message, _) = refused(&endless, "#{}").await;
    assert!(message.contains("more than 100000 bytes"), "{message}");
}

/// 100 MB of zeros, packed by hand: a gzip of stored deflate would be as large, so a block is repeated by the coder.
#[tokio::test]
async fn a_packed_body_that_unpacks_to_more_is_refused() {
    const GZIP: &[u8] = include_bytes!("data/zeros.gz");
    const BROTLI: &[u8] = include_bytes!("data/zeros.br");
    for (coding, body) in [("gzip", GZIP), ("br", BROTLI)] {
        assert!(body.len() < 100_000, "{coding} is small as it is sent");
        let server = Server::start(move |_, out| {
            respond(out, "200 OK", &[&format!("content-encoding: {coding}")], body)
        });
        let (message, _) = refused(&server, "#{}").await;
        assert!(message.contains("more than 100000 bytes"), "{coding}: {message}");
    }
}

#[tokio::test]
async fn packed_bodies_are_unpacked() {
    const GZIP: &[u8] = include_bytes!("data/hello.gz");
    const BROTLI: &[u8] = include_bytes!("data/hello.br");
    let server = Server::start(|asked, out| match asked.path.as_str() {
        "/gzip" => respond(out, "200 OK", &["content-encoding: gzip"], GZIP),
        _ => respond(out, "200 OK", &["content-encoding: br"], BROTLI),
    });
    let allowed = reach(&[server.address.to_string()]);
    let body = r#"[http::get("URL/gzip").text, http::get("URL/br").text]"#;
    let run = with_reach(&runtime(), &server, body, allowed).await;
    assert_eq!(*value(&run), json!(["hello hello hello\n", "hello hello hello\n"]));
    assert!(server.asked()[0].header("accept-encoding").unwrap().contains("br"));
}

#[tokio::test]
async fn slow_servers_are_not_waited_for() {
    let silent = Server::start(|_, _| {
        std::thread::park();
        Ok(())
    });
    let trickling = Server::start(|_, out| {
        write!(out, "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")?;
        loop {
            out.write_all(b"x")?;
            out.flush()?;
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    for server in [silent, trickling] {
        let (message, took) = refused(&server, "#{ timeout: 0.3 }").await;
        assert!(message.contains("no answer within 300 ms"), "{message}");
        assert!(took < Duration::from_secs(8), "{took:?}");
    }
}

#[tokio::test]
async fn a_run_that_ends_gives_its_calls_up() {
    let silent = Server::start(|_, _| {
        std::thread::park();
        Ok(())
    });
    let source = format!("fn lambda(input) {{ http::get(\"{}\") }}", silent.url("/"));
    let mut request = request(&source, "{}");
    request.reach = Arc::new(reach(&[silent.address.to_string()]));
    let runtime = runtime();
    let (run, _, cancel) = start(&runtime, request.clone());
    while silent.asked().is_empty() {
        tokio::task::yield_now().await;
    }
    cancel.cancel();
    let run = run.await.unwrap();
    assert_eq!(run.outcome, Outcome::Cancelled);
    assert_eq!(run.calls[0].status, CallStatus::Abandoned);
    request.limits.deadline_ms = 300;
    let run = run_request(&runtime, request).await;
    let failure = failure(&run);
    assert_eq!(failure.kind, lambdeck::domain::FailureKind::TimedOut, "{failure:?}");
    assert_eq!(run.calls[0].status, CallStatus::Abandoned);
}

#[tokio::test]
async fn what_is_no_http_is_a_clear_failure() {
    let rubbish = Server::start(|_, out| {
        out.write_all(b"220 mail.example ESMTP\r\n")?;
        Err(std::io::ErrorKind::Other.into())
    });
    let cut = Server::start(|_, out| {
        write!(out, "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nabc")?;
        Err(std::io::ErrorKind::Other.into())
    });
    let many = Server::start(|_, out| {
        write!(out, "HTTP/1.1 200 OK\r\n")?;
        (0..100_000).try_for_each(|index| write!(out, "x-{index}: {index}\r\n"))?;
        write!(out, "\r\n")
    });
    for server in [rubbish, cut, many] {
        let (message, _) = refused(&server, "#{ timeout: 5 }").await;
        assert!(message.starts_with("http::get: "), "{message}");
        assert!(message.contains("127.0.0.1"), "{message}");
    }
    let nobody = {
        let gone = Server::json("{}");
        let address = gone.address;
        drop(gone);
        address
    };
    let source = format!("fn lambda(input) {{ http::get(\"http://{nobody}/\") }}");
    let mut request = request(&source, "{}");
    request.reach = Arc::new(reach(&[nobody.to_string()]));
    let run = run_request(&runtime(), request).await;
    assert!(failure(&run).message.contains("no connection to 127.0.0.1"), "{:?}", run.outcome);
}

fn certificate(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/data").join(name)
}

/// A server with TLS, which asks for a certificate when `asks` is so.
fn tls_server(asks: Asks) -> Server {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider.clone());
    let builder = builder.with_safe_default_protocol_versions().unwrap();
    let builder = match asks {
        Asks::Nothing => builder.with_no_client_auth(),
        Asks::Certificate => {
            let mut roots = RootCertStore::empty();
            roots
                .add(CertificateDer::from_pem_file(certificate("authority.pem")).unwrap())
                .unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), provider);
            builder.with_client_cert_verifier(verifier.build().unwrap())
        }
    };
    let chain = vec![CertificateDer::from_pem_file(certificate("server.pem")).unwrap()];
    let key = PrivateKeyDer::from_pem_file(certificate("server-key.pem")).unwrap();
    let config = Arc::new(builder.with_single_cert(chain, key).unwrap());
    Server::with_streams(Arc::new(|_, out| respond(out, "200 OK", &[], "secret")), move |stream| {
        let tls = ServerConnection::new(config.clone()).ok()?;
        Some(Box::new(StreamOwned::new(tls, stream)) as Box<dyn Connection>)
    })
}

#[derive(Clone, Copy)]
enum Asks {
    Nothing,
    Certificate,
}

async fn over_tls(server: &Server, reach: Reach) -> lambdeck::domain::Run {
    let url = format!("https://localhost:{}/", server.address.port());
    let body = format!("http::get(\"{url}\").text");
    with_reach(&runtime(), server, &body, reach).await
}

fn tls_reach(server: &Server) -> Reach {
    reach(&[format!("localhost:{}", server.address.port())])
}

#[tokio::test]
async fn tls_trusts_the_configured_authorities_and_nobody_else() {
    let server = tls_server(Asks::Nothing);
    let unknown = over_tls(&server, tls_reach(&server)).await;
    assert!(failure(&unknown).message.contains("UnknownIssuer"), "{:?}", unknown.outcome);
    let trusting = Reach { authorities: vec![certificate("authority.pem")], ..tls_reach(&server) };
    assert_eq!(*value(&over_tls(&server, trusting.clone()).await), json!("secret"));
    // The certificate is for `localhost` and 127.0.0.1, not for any other name of this machine.
    let other = format!("https://127.0.0.2:{}/", server.address.port());
    let reach = Reach {
        hosts: vec![AllowedHost::parse(&format!("127.0.0.2:{}", server.address.port())).unwrap()],
        ..trusting
    };
    let run = with_reach(&runtime(), &server, &format!("http::get(\"{other}\").text"), reach).await;
    assert!(matches!(run.outcome, Outcome::Failed(_)), "{:?}", run.outcome);
}

#[tokio::test]
async fn a_certificate_of_ones_own_is_shown_to_the_host_it_is_for() {
    let server = tls_server(Asks::Certificate);
    let host =
        |name: &str| AllowedHost::parse(&format!("{name}:{}", server.address.port())).unwrap();
    let identity = |name: &str| Identity {
        host: host(name),
        certificate: certificate("client.pem"),
        key: certificate("client-key.pem"),
    };
    let trusting = Reach { authorities: vec![certificate("authority.pem")], ..tls_reach(&server) };
    let nobody = over_tls(&server, trusting.clone()).await;
    assert!(matches!(nobody.outcome, Outcome::Failed(_)), "{:?}", nobody.outcome);
    let other = Reach { identities: vec![identity("other.example")], ..trusting.clone() };
    assert!(matches!(over_tls(&server, other).await.outcome, Outcome::Failed(_)));
    let known = Reach { identities: vec![identity("localhost")], ..trusting };
    assert_eq!(*value(&over_tls(&server, known).await), json!("secret"));
}

#[tokio::test]
async fn an_authority_that_cannot_be_read_is_named() {
    let server = tls_server(Asks::Nothing);
    let broken = Reach { authorities: vec![certificate("server-key.pem")], ..tls_reach(&server) };
    let run = over_tls(&server, broken).await;
    assert!(failure(&run).message.contains("server-key.pem"), "{:?}", run.outcome);
}

/// The whole program in an environment that names a proxy: the proxy gets the request, the allow-list still holds.
#[test]
fn a_proxy_of_the_environment_is_used_for_hosts_that_are_allowed() {
    let proxy =
        Server::start(|asked, out| respond(out, "200 OK", &[], format!("via {}", asked.path)));
    let folder = tempfile::tempdir().unwrap();
    let lambda = folder.path().join("lambdas/ask");
    std::fs::create_dir_all(&lambda).unwrap();
    std::fs::write(
        folder.path().join("lambdeck.toml"),
        "allowed_domains = [\"api.example.com\"]\n",
    )
    .unwrap();
    let invoke = |host: &str| {
        std::fs::write(
            lambda.join("main.rhai"),
            format!("fn lambda(input) {{ http::get(\"http://{host}/x\").text }}"),
        )
        .unwrap();
        let mut command = std::process::Command::new(program());
        command.args(["invoke", "ask"]).current_dir(folder.path());
        command.env("http_proxy", proxy.url("")).env_remove("no_proxy").env_remove("NO_PROXY");
        let output = command.output().unwrap();
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    // No such name exists: only the proxy could look it up.
    assert_eq!(invoke("api.example.com").0.trim(), "\"via http://api.example.com/x\"");
    let (_, stderr) = invoke("other.example.com");
    assert!(stderr.contains("other.example.com is not allowed"), "{stderr}");
    let (_, stderr) = invoke("127.0.0.1");
    assert!(stderr.contains("127.0.0.1 is not allowed"), "{stderr}");
    assert_eq!(proxy.asked().len(), 1);
}

//! What a request of a lambda costs beside the same request of the HTTP client alone, on this machine.
//!
//! Both ask the same server for the same JSON document, over connections that are kept, turn about in one process. The
//! difference is what the way through host and worker costs.

use lambdeck::domain::{
    AllowedHost, AllowedNetwork, LambdaName, Limits, Outcome, Reach, RunId, SendingOf,
};
use lambdeck::runtime::{Cancel, RunRequest, Runtime, RuntimeConfig};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::unbounded_channel;

const TIMES: usize = 2_000;
const DOCUMENT: &str =
    r#"{"id": 7, "name": "Ada", "tags": ["vip", "eu"], "open": true, "rate": 0.5}"#;

fn main() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a tokio runtime can be made");
    let url = format!("http://{}/document", serve());
    let (mut alone, mut through) = (Vec::new(), Vec::new());
    runtime.block_on(async {
        // The client alone has no TLS to do, but wants a provider of it all the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::new();
        let pool = Runtime::new(RuntimeConfig {
            worker: env!("CARGO_BIN_EXE_lambdeck").into(),
            spares: 0,
        });
        let request = request(&url);
        for turn in 0..TIMES + 50 {
            let started = Instant::now();
            let response = client.get(&url).send().await.expect("the server answers");
            let body = response.bytes().await.expect("the server answers in full");
            let document: serde_json::Value =
                serde_json::from_slice(&body).expect("the document is JSON");
            let once_alone = started.elapsed();
            assert_eq!(document["name"], "Ada");

            let (events, _) = unbounded_channel();
            let started = Instant::now();
            let run = pool.run(request.clone(), events, Cancel::new()).await;
            let once_through = started.elapsed();
            assert_eq!(run.outcome, Outcome::Succeeded("Ada".into()));
            // The first ones make connections, workers and room.
            if turn >= 50 {
                alone.push(once_alone);
                through.push(once_through);
            }
        }
    });
    let (alone, through) = (median(alone), median(through));
    let more = through.saturating_sub(alone);
    println!("a JSON document over HTTP, the client alone           median {alone:>9.1?}");
    println!("the same by http::get, run and worker included        median {through:>9.1?}");
    println!("more                                                         {more:>9.1?}");
}

fn request(url: &str) -> RunRequest {
    let host = url.trim_start_matches("http://").trim_end_matches("/document");
    RunRequest {
        id: RunId(uuid::Uuid::nil()),
        lambda: LambdaName::new("bench").expect("`bench` is a name"),
        event: None,
        source: format!("fn lambda(input) {{ http::get({url:?}).json().name }}").into(),
        input: r#"{"headers": [], "payload": {}}"#.into(),
        env: BTreeMap::new(),
        limits: Limits { requests_per_second: u32::MAX, ..Limits::default() },
        reach: Arc::new(Reach {
            hosts: vec![AllowedHost::parse(host).expect("an address is a host")],
            networks: vec![AllowedNetwork::parse("127.0.0.1").expect("an address is a network")],
            ..Reach::default()
        }),
        sending: SendingOf::LIVE,
        trace: None,
        secrets: None,
    }
}

/// Answers every request with the document, as long as the program runs.
fn serve() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it is bound");
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || {
                // Small answers, each at once.
                let _ = stream.set_nodelay(true);
                let mut reader = BufReader::new(stream);
                let mut line = String::new();
                while reader.read_line(&mut line).is_ok_and(|read| read > 0) {
                    if line == "\r\n" {
                        let length = DOCUMENT.len();
                        let answer = format!(
                            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{DOCUMENT}"
                        );
                        if reader.get_mut().write_all(answer.as_bytes()).is_err() {
                            return;
                        }
                    }
                    line.clear();
                }
            });
        }
    });
    address
}

fn median(mut all: Vec<Duration>) -> Duration {
    all.sort_unstable();
    all[all.len() / 2]
}

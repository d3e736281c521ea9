//! `lambdeck serve` against the clock: how soon it is ready, what an invocation over HTTP takes, how many events it
//! commits, and what it holds in memory.
//!
//! A peer can be measured in the same run with the same client; it listens at `PEER_PORT`:
//! `PEER_PORT=8099 PEER='npx functions-framework --target=hello --port=8099' cargo bench --bench serve`.
//! `SOAK_MINUTES=60` drives it at half of what it can take and prints its memory each minute.

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rusqlite::Connection;
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_lambdeck");
const ONE_BY_ONE: usize = 2_000;
const CONNECTIONS: usize = 8;
const SENDERS: usize = 32;
const FOR: Duration = Duration::from_secs(4);
const MINUTE: Duration = Duration::from_mins(1);
const INPUT: &str = r#"{"timestamp":0,"headers":[],"payload":{"name":"Ada"}}"#;
const EVENT: &str = "controllerbot_messaging_ttr";

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    prepare(folder.path());
    let mut ready: Vec<Duration> = (0..10).map(|_| Serving::start(folder.path()).ready).collect();
    report("serve: from start to ready", &mut ready);

    let serving = Serving::start(folder.path());
    // Its worker starts beside it.
    thread::sleep(Duration::from_secs(1));
    println!("serve: memory when idle {}", memory(serving.child.id()));
    let path = "/api/account/1/lambdas/hello/invoke?v=1&externalSystem=bench";
    let request = post(path, "application/json", &[], INPUT);
    measure("invocation over HTTP", serving.address, &request);
    println!("serve: memory after invocations {}", memory(serving.child.id()));
    let accepted = accept(serving.address);
    println!("events accepted, each committed before its 202: {accepted:.0} a second");
    let in_batches = accept_batches(serving.address);
    println!("the same in batches of {SENDERS}: {in_batches:.0} a second");
    println!("serve: memory after events {}", memory(serving.child.id()));
    let bare = bare_sqlite(folder.path());
    println!("bare SQLite, commits of {SENDERS} rows: {bare:.0} rows a second");
    println!("events accepted for each row of bare SQLite: {:.2}", accepted / bare);
    println!("the same in batches: {:.2}", in_batches / bare);
    if let Some(minutes) = variable("SOAK_MINUTES") {
        soak(&serving, &request, minutes);
    }
    drop(serving);
    peer();
    floors();
}

/// What the same client gets of a server that does nothing, and what it takes to ask another process.
fn floors() {
    let (tell, address) = std::sync::mpsc::channel();
    thread::spawn(move || serve_nothing(&tell));
    let address = address.recv().expect("it listens");
    measure("an empty server", address, &post("/", "application/json", &[], INPUT));
    let mut cat = Command::new("cat")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("there is `cat`");
    let (mut to, mut from) =
        (cat.stdin.take().expect("it is piped"), cat.stdout.take().expect("it is piped"));
    let mut asked = |_| {
        let start = Instant::now();
        to.write_all(INPUT.as_bytes()).expect("it reads");
        from.read_exact(&mut [0; INPUT.len()]).expect("it answers");
        start.elapsed()
    };
    let mut rounds: Vec<Duration> = (0..ONE_BY_ONE).map(&mut asked).collect();
    report("another process asked over pipes", &mut rounds);
    let _ = cat.kill();
    let _ = cat.wait();
}

fn serve_nothing(tell: &std::sync::mpsc::Sender<SocketAddr>) {
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build();
    tokio.expect("a runtime").block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        tell.send(listener.local_addr().expect("it is bound")).expect("somebody asks");
        loop {
            let (stream, _) = listener.accept().await.expect("a connection");
            stream.set_nodelay(true).expect("a socket");
            let nothing = |request: Request<Incoming>| async move {
                request.into_body().collect().await?;
                Ok::<_, hyper::Error>(Response::new(Full::new(Bytes::from_static(b"\"\""))))
            };
            let stream = TokioIo::new(stream);
            tokio::spawn(http1::Builder::new().serve_connection(stream, service_fn(nothing)));
        }
    });
}

fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn prepare(folder: &Path) {
    let run = |arguments: &[&str]| {
        let mut command = Command::new(PROGRAM);
        command.args(arguments).current_dir(folder);
        let done = command.stdin(Stdio::null()).output().expect("the program starts");
        let told = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{arguments:?}: {told}");
    };
    run(&["init"]);
    run(&["new", "hello", "--template", "greeting"]);
    run(&["deploy", "hello", "--yes"]);
}

/// A server; it is told to stop when this is dropped.
struct Serving {
    child: Child,
    address: SocketAddr,
    ready: Duration,
}

impl Serving {
    fn start(folder: &Path) -> Self {
        let start = Instant::now();
        let mut child = Command::new(PROGRAM)
            .args(["serve", "--json", "--listen", "127.0.0.1:0"])
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut told = BufReader::new(child.stderr.take().expect("it is piped")).lines();
        let address = told
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| {
                let said: Value = serde_json::from_str(&line).ok()?;
                said["url"].as_str()?.trim_start_matches("http://").parse().ok()
            })
            .expect("it says where it listens");
        let ready = start.elapsed();
        thread::spawn(move || told.for_each(drop));
        Self { child, address, ready }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let pid = i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw);
        if let Some(pid) = pid {
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        }
        let _ = self.child.wait();
    }
}

fn post(path: &str, content_type: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let lines: Vec<_> =
        headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let more = lines.concat();
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n{more}\r\n{body}"
    )
    .into_bytes()
}

/// A connection that is kept.
struct Caller {
    stream: BufReader<TcpStream>,
}

impl Caller {
    fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("it listens");
        stream.set_nodelay(true).expect("a socket");
        Self { stream: BufReader::new(stream) }
    }

    /// Sends a request and reads its response, whose length is told in its head; gives the status.
    fn call(&mut self, request: &[u8]) -> u16 {
        self.stream.get_mut().write_all(request).expect("it reads");
        let (mut status, mut length) = (0, 0);
        let mut line = String::new();
        loop {
            line.clear();
            self.stream.read_line(&mut line).expect("it answers");
            let text = line.trim_end().to_ascii_lowercase();
            if let Some(rest) = text.strip_prefix("http/1.1 ") {
                status = rest[..3].parse().expect("a status");
            } else if let Some(rest) = text.strip_prefix("content-length:") {
                length = rest.trim().parse().expect("a length");
            } else if text.is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).expect("a whole body");
        status
    }
}

/// One by one over one connection, then as many as several connections take.
fn measure(what: &str, address: SocketAddr, request: &[u8]) {
    let mut caller = Caller::connect(address);
    let mut timed = |_| {
        let start = Instant::now();
        assert_eq!(caller.call(request), 200);
        start.elapsed()
    };
    (0..200).map(&mut timed).for_each(drop);
    let mut rounds: Vec<Duration> = (0..ONE_BY_ONE).map(timed).collect();
    report(&format!("{what}, one by one"), &mut rounds);
    let many = in_parallel(CONNECTIONS, address, |_| (request.to_vec(), 200));
    println!("{what}, {CONNECTIONS} connections: {many:.0} a second");
}

/// How many calls a second `connections` make, each with the requests that `next` gives by their numbers.
fn in_parallel(
    connections: usize,
    address: SocketAddr,
    next: impl Fn(u64) -> (Vec<u8>, u16) + Sync,
) -> f64 {
    let (number, done) = (AtomicU64::new(0), AtomicU64::new(0));
    let start = Instant::now();
    thread::scope(|scope| {
        for _ in 0..connections {
            scope.spawn(|| {
                let mut caller = Caller::connect(address);
                while start.elapsed() < FOR {
                    let (request, wanted) = next(number.fetch_add(1, Ordering::Relaxed));
                    assert_eq!(caller.call(&request), wanted);
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    done.into_inner() as f64 / start.elapsed().as_secs_f64()
}

/// Events that no lambda waits for, so that nothing but taking them is measured.
fn accept(address: SocketAddr) -> f64 {
    in_parallel(SENDERS, address, |number| {
        let id = number.to_string();
        let headers = [
            ("ce-specversion", "1.0"),
            ("ce-source", "/bench"),
            ("ce-type", EVENT),
            ("ce-id", id.as_str()),
        ];
        (post("/events", "application/json", &headers, INPUT), 202)
    })
}

/// The same, many of them in a request.
fn accept_batches(address: SocketAddr) -> f64 {
    let event = |id: u64| {
        format!(
            r#"{{"specversion":"1.0","source":"/batches","type":"{EVENT}","id":"{id}","datacontenttype":"application/json","data":{INPUT}}}"#
        )
    };
    let size = SENDERS as u64;
    let requests = in_parallel(SENDERS, address, |number| {
        let events: Vec<_> = (number * size..(number + 1) * size).map(event).collect();
        let body = format!("[{}]", events.join(","));
        (post("/events", "application/cloudevents-batch+json", &[], &body), 202)
    });
    requests * size as f64
}

fn bare_sqlite(folder: &Path) -> f64 {
    let mut bare = Connection::open(folder.join("bare.db")).expect("a database");
    bare.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE events (source TEXT, id TEXT, event TEXT, input TEXT, at INTEGER, PRIMARY KEY (source, id));",
    )
    .expect("a table");
    let (start, mut rows) = (Instant::now(), 0_i64);
    while start.elapsed() < FOR {
        let group = bare.transaction().expect("a transaction");
        for _ in 0..SENDERS {
            let row = ("/bench", rows.to_string(), EVENT, INPUT, rows);
            group
                .prepare_cached("INSERT INTO events VALUES (?, ?, ?, ?, ?)")
                .and_then(|mut insert| insert.execute(row))
                .expect("a row");
            rows += 1;
        }
        group.commit().expect("a commit");
    }
    rows as f64 / start.elapsed().as_secs_f64()
}

fn soak(serving: &Serving, request: &[u8], minutes: u64) {
    let most = in_parallel(CONNECTIONS, serving.address, |_| (request.to_vec(), 200));
    let pause = Duration::from_secs_f64(2.0 / most);
    println!("soak: {:.0} invocations a second for {minutes} minutes", most / 2.0);
    let mut caller = Caller::connect(serving.address);
    let mut next = Instant::now();
    for minute in 1..=minutes {
        let (start, mut calls) = (Instant::now(), 0);
        while start.elapsed() < MINUTE {
            assert_eq!(caller.call(request), 200);
            calls += 1;
            next += pause;
            thread::sleep(next.saturating_duration_since(Instant::now()));
        }
        let memory = memory(serving.child.id());
        println!("soak: minute {minute}, {calls} invocations, memory {memory}");
    }
}

/// What a server of another make takes for the same call.
fn peer() {
    let (Ok(command), Some(port)) = (std::env::var("PEER"), variable("PEER_PORT")) else { return };
    let mut child = Command::new("sh")
        .args(["-c", &format!("exec {command}")])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the peer starts");
    let port = u16::try_from(port).expect("a port");
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let start = Instant::now();
    while TcpStream::connect(address).is_err() {
        assert!(start.elapsed() < MINUTE, "the peer does not listen");
        thread::sleep(Duration::from_millis(2));
    }
    println!("{command}: ready after {:.0} ms", start.elapsed().as_secs_f64() * 1e3);
    measure(&command, address, &post("/", "application/json", &[], INPUT));
    let _ = child.kill();
    let _ = child.wait();
}

/// What a process and its children hold, shared pages counted once.
fn memory(pid: u32) -> String {
    let kib: u64 = tree(pid).into_iter().filter_map(proportional_kib).sum();
    format!("{:.1} MiB (workers included, shared pages once)", kib as f64 / 1024.0)
}

fn tree(pid: u32) -> Vec<u32> {
    let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let children =
        tasks.filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok());
    let below: Vec<u32> = children
        .flat_map(|text| {
            text.split_whitespace().filter_map(|it| it.parse().ok()).collect::<Vec<_>>()
        })
        .collect();
    std::iter::once(pid).chain(below.into_iter().flat_map(tree)).collect()
}

fn proportional_kib(pid: u32) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    line.split_whitespace().next()?.parse().ok()
}

fn report(what: &str, rounds: &mut [Duration]) {
    rounds.sort_unstable();
    let ms = |at: usize| rounds[at.min(rounds.len() - 1)].as_secs_f64() * 1e3;
    println!(
        "{what}: median {:.2} ms, least {:.2} ms, p95 {:.2} ms",
        ms(rounds.len() / 2),
        ms(0),
        ms(rounds.len() * 95 / 100)
    );
}

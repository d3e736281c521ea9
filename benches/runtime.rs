//! What a run costs: warm and cold, small and ordinary payloads, and the diagnosis of a long lambda.
//!
//! Its own timing instead of a harness, because a run goes through the built program as its worker and is asynchronous.
//! Prints the least and the median of many; the median is what a person gets, the least what the machine can do.

use lambdeck::domain::{LambdaName, Limits, Outcome, RunId, SendingOf};
use lambdeck::language::diagnose::diagnose;
use lambdeck::runtime::{Cancel, RunRequest, Runtime, RuntimeConfig};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::unbounded_channel;

const HELLO: &str = "fn lambda(input) { \"hello \" + input.payload.name }";
const COMPUTE: &str = "fn lambda(input) { let n = 0; for i in 0..100000 { n += i % 7; } n }";
const LOG: &str = "fn lambda(input) { for i in 0..10000 { log::info(\"line\", i); } }";

fn main() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a tokio runtime can be made");
    runtime.block_on(async {
        let small = payload(228);
        let ordinary = payload(4 * 1024);
        let large = payload(256 * 1024);
        warm("warm run, hello, 228 B", HELLO, &small, 3_000).await;
        warm("warm run, hello, 4 KiB", HELLO, &ordinary, 3_000).await;
        warm("warm run, hello, 256 KiB", HELLO, &large, 200).await;
        warm("warm run, 100,000 loop steps", COMPUTE, &small, 50).await;
        warm("warm run, 10,000 log lines", LOG, &small, 50).await;
        cold("cold spawn and run, 4 KiB", HELLO, &ordinary, 200).await;
    });
    let source = long_source(1_000);
    measure("diagnosis of 1,000 good lines", 200, || assert!(diagnose(&source).is_empty()));
    let broken = source.replace("let b", "var b");
    measure("diagnosis of 1,000 lines, an error in each function", 50, || {
        assert!(!diagnose(&broken).is_empty());
    });
}

/// An input of about `bytes` bytes.
fn payload(bytes: usize) -> String {
    let mut text = String::from(r#"{"headers": [], "payload": {"name": "world", "items": ["#);
    let mut index = 0;
    while text.len() + 60 < bytes {
        let comma = if index > 0 { "," } else { "" };
        let _ =
            write!(text, r#"{comma}{{"id": {index}, "ok": true, "rate": 0.5, "text": "item"}}"#);
        index += 1;
    }
    text.push_str("]}}");
    text
}

/// A lambda of `lines` lines in functions of five.
fn long_source(lines: usize) -> String {
    let mut source = String::from("fn lambda(input) { f0(input) }\n");
    for index in 0..lines / 5 {
        let _ = write!(
            source,
            "fn f{index}(x) {{\n    let a = x.payload?.name ?? \"none\";\n    let b = #{{ a: a, n: [1, 2, {index}] }};\n    if b.n.len() > 2 {{ log::info(`f {{b.a}}`, b); }} else {{ throw \"short\"; }}\n}}\n"
        );
    }
    source
}

fn request(source: &str, input: &str) -> RunRequest {
    RunRequest {
        id: RunId(uuid::Uuid::nil()),
        lambda: LambdaName::new("bench").expect("`bench` is a name"),
        event: None,
        source: source.into(),
        input: input.into(),
        env: BTreeMap::new(),
        limits: Limits::default(),
        secrets: None,
        reach: Arc::default(),
        sending: SendingOf::LIVE,
        trace: None,
    }
}

fn pool() -> Runtime {
    let worker = env!("CARGO_BIN_EXE_lambdeck").into();
    Runtime::new(RuntimeConfig { worker, spares: 0 })
}

async fn once(pool: &Runtime, request: RunRequest) -> Duration {
    let (events, _) = unbounded_channel();
    let started = Instant::now();
    let run = pool.run(request, events, Cancel::new()).await;
    let elapsed = started.elapsed();
    assert!(matches!(run.outcome, Outcome::Succeeded(_)), "{:?}", run.outcome);
    elapsed
}

async fn warm(title: &str, source: &str, input: &str, times: usize) {
    let pool = pool();
    let request = request(source, input);
    for _ in 0..20 {
        once(&pool, request.clone()).await;
    }
    let mut all = Vec::with_capacity(times);
    for _ in 0..times {
        all.push(once(&pool, request.clone()).await);
    }
    print(title, &mut all);
}

async fn cold(title: &str, source: &str, input: &str, times: usize) {
    let request = request(source, input);
    let mut all = Vec::with_capacity(times);
    for _ in 0..times {
        let pool = pool();
        all.push(once(&pool, request.clone()).await);
    }
    print(title, &mut all);
}

fn measure(title: &str, times: usize, mut work: impl FnMut()) {
    let mut all = Vec::with_capacity(times);
    for _ in 0..times {
        let started = Instant::now();
        work();
        all.push(started.elapsed());
    }
    print(title, &mut all);
}

fn print(title: &str, all: &mut [Duration]) {
    all.sort_unstable();
    let at = |share: f64| all[((all.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e6;
    println!(
        "{title:<52} least {:>9.1} us   median {:>9.1} us   p95 {:>9.1} us",
        at(0.0),
        at(0.5),
        at(0.95)
    );
}

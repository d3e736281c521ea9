//! The kept runs against the clock: a hundred thousand of them listed, filtered, searched and counted.

use lambdeck::domain::{Endings, LambdaName, RunQuery, Window};
use lambdeck::platform::embedded::Embedded;
use lambdeck::platform::store::Runs as _;
use rusqlite::{Connection, params};
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

const RUNS: u32 = 100_000;
const ROUNDS: usize = 20;
const MONTH_MS: i64 = 30 * 24 * 3_600_000;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = Embedded::open(folder.path()).expect("a store");
    let now_ms = jiff::Timestamp::now().as_millisecond();
    fill(folder.path(), now_ms);
    let tokio = Runtime::new().expect("a runtime");
    let query = RunQuery { limit: 200, ..RunQuery::default() };
    let of_one = LambdaName::new("lambda_10").ok();
    let searched = |text: &str| RunQuery { text: Some(text.to_owned()), ..query.clone() };
    for (what, query) in [
        ("the newest page", query.clone()),
        ("a page of a lambda", RunQuery { lambda: of_one.clone(), ..query.clone() }),
        ("a page of what failed", RunQuery { endings: Endings::Failed, ..query.clone() }),
        ("a page with a text that many have", searched("conversation 4")),
        ("one look for a text that none has", searched("nothing has this")),
        (
            "the same of a lambda that failed",
            RunQuery { lambda: of_one, endings: Endings::Failed, ..searched("nothing has this") },
        ),
    ] {
        measure(what, || {
            tokio.block_on(store.search(query.clone())).expect("searched");
        });
    }
    measure("all looks for a text that none has", || {
        let mut query = searched("nothing has this");
        while let Some(at) =
            tokio.block_on(store.search(query.clone())).expect("searched").stopped_at
        {
            query.before = Some(at.run);
        }
    });
    for window in Window::ALL {
        measure(&format!("the bars of {}", window.title()), || {
            tokio.block_on(store.window(window, now_ms)).expect("counted");
        });
    }
}

/// Runs over a month, of twenty lambdas, one in ten of which failed.
fn fill(state: &Path, now_ms: i64) {
    let connection = Connection::open(state.join("state.db")).expect("the store's file");
    let sql = "WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n + 1 < ?1)
        INSERT INTO run (id, lambda, event, started_at, duration_us, ended, kind, message, cause, version, logs, calls, words, bytes)
        SELECT unhex(printf('%012x%s', ?2 + n * ?3, hex(randomblob(10)))), 'lambda_' || (n % 20), 'controllerbot_messaging_ttr',
            ?2 + n * ?3, abs(random()) % 50000, n % 10 = 0, iif(n % 10 = 0, '\"threw\"', NULL),
            iif(n % 10 = 0, 'no such skill', NULL), '{\"by\":\"invoke\"}', 1, 3, 1,
            printf('lambda_%d controllerbot_messaging_ttr looking at conversation %d of consumer %d; ', n % 20, n, n * 7)
                || hex(randomblob(150)), 2000
        FROM n";
    let step_ms = MONTH_MS / i64::from(RUNS);
    connection.execute(sql, params![RUNS, now_ms - MONTH_MS, step_ms]).expect("filled");
    // Their payloads, and results of which none is looked for.
    let sql = r#"INSERT INTO record (id, run, input, input_sha256)
        SELECT id, printf('{"outcome":"cancelled","logs":"%s"}', hex(zeroblob(400))),
            printf('{"payload":{"conversationId":"conv-%d","text":"%s"}}', rowid, hex(zeroblob(300))), '' FROM run"#;
    connection.execute(sql, []).expect("filled");
}

fn measure(what: &str, mut work: impl FnMut()) {
    work();
    let mut took: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let started = Instant::now();
            work();
            started.elapsed()
        })
        .collect();
    took.sort();
    let [median, most] = [took[ROUNDS / 2], took[ROUNDS - 1]].map(|it| it.as_secs_f64() * 1_000.0);
    println!("{what:40} p50 {median:8.2} ms  most {most:8.2} ms");
}

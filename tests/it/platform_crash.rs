//! The process that executes is killed at random moments while events come in: none that was taken is lost.
//!
//! A short form runs with the others; `LAMBDECK_KILLS=200` makes it as long as one likes.

use crate::cli_program::Desk;
use crate::serve_kit::{Served, post};
use crate::store_kit::open;
use lambdeck::domain::{Cause, Ending, RunQuery};
use lambdeck::platform::store::{Queue as _, Runs as _};
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

const EVENT: &str = "denver_post_survey_email_transcript";
const SENDERS: usize = 4;
/// How long a sender sleeps at most while nobody executes.
const PAUSE: Duration = Duration::from_millis(100);
/// Every so manieth event is one that the second lambda fails on.
const SOUR_ONE_IN: u64 = 7;

/// What the senders share.
#[derive(Default)]
struct Field {
    address: Mutex<Option<SocketAddr>>,
    has_moved: Condvar,
    taken: Mutex<BTreeSet<u64>>,
    next: AtomicU64,
    sent: AtomicU64,
    is_over: AtomicBool,
}

impl Field {
    /// Where somebody executes; none when nobody came for a while.
    fn address(&self) -> Option<SocketAddr> {
        let address = self.address.lock().unwrap();
        *self.has_moved.wait_timeout_while(address, PAUSE, |it| it.is_none()).unwrap().0
    }
}

/// Ends the senders, after a failure too.
struct Over<'a>(&'a Field);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.is_over.store(true, Ordering::Relaxed);
    }
}

fn desk() -> Desk {
    let desk = Desk::workspace();
    desk.write("lambdeck.toml", "[delivery]\nretries = 1\nretry_first_ms = 5\n");
    desk.write("lambdas/fine/lambda.toml", format!("event = \"{EVENT}\"\n"));
    desk.write(
        "lambdas/fine/main.rhai",
        "fn lambda(input) { log::info(`${input.payload.n}`); [] }\n",
    );
    desk.write("lambdas/sour/lambda.toml", format!("event = \"{EVENT}\"\n"));
    desk.write(
        "lambdas/sour/main.rhai",
        format!("fn lambda(input) {{ if input.payload.n % {SOUR_ONE_IN} == 0 {{ throw \"sour\"; }} [] }}\n"),
    );
    desk.run(&["deploy", "fine", "sour", "--yes"]).succeeds();
    desk
}

/// Sends one event after the other; only what was answered with 202 is held against the platform.
fn send(field: &Field) {
    while !field.is_over.load(Ordering::Relaxed) {
        let Some(address) = field.address() else { continue };
        let n = field.next.fetch_add(1, Ordering::Relaxed);
        field.sent.fetch_add(1, Ordering::Relaxed);
        let data = format!("{{\"n\":{n}}}");
        if post(address, (EVENT, "/crash", &n.to_string()), &data) == Some(202) {
            field.taken.lock().unwrap().insert(n);
        }
    }
}

/// Raises events by the command line, whether anybody executes or not.
fn emit(desk: &Desk, field: &Field) {
    while !field.is_over.load(Ordering::Relaxed) {
        let n = field.next.fetch_add(1, Ordering::Relaxed);
        let input = format!("{{\"payload\":{{\"n\":{n}}}}}");
        if desk.run_with(&["emit", EVENT, "--payload", "-"], &input).code == Some(0) {
            field.taken.lock().unwrap().insert(n);
        }
    }
}

#[test]
fn no_event_that_was_taken_is_lost_however_often_the_process_is_killed() {
    let kills: u64 = std::env::var("LAMBDECK_KILLS").map_or(8, |kills| kills.parse().unwrap());
    let desk = desk();
    let field = Arc::new(Field::default());
    thread::scope(|scope| {
        for _ in 0..SENDERS {
            scope.spawn(|| send(&field));
        }
        scope.spawn(|| emit(&desk, &field));
        let _over = Over(&field);
        for _ in 0..kills {
            let mut served = Served::start(&desk);
            *field.address.lock().unwrap() = Some(served.address);
            field.has_moved.notify_all();
            // The moment is chosen by chance, which is the one thing here that a condition cannot stand for.
            let chance = uuid::Uuid::new_v4().as_u128() % 200;
            thread::sleep(Duration::from_millis(chance as u64 + 5));
            served.child.kill().unwrap();
            *field.address.lock().unwrap() = None;
            served.child.wait().unwrap();
        }
    });
    let served = Served::start(&desk);
    judge(&desk, &field, kills);
    assert_eq!(served.stop(), Some(0));
}

/// How the deliveries of one lambda ended, by the events' numbers.
#[derive(Default)]
struct Ends {
    succeeded: BTreeMap<u64, u32>,
    dead: BTreeSet<u64>,
    /// Runs that succeeded at a later attempt than their failed runs account for.
    again: u64,
}

fn judge(desk: &Desk, field: &Field, kills: u64) {
    let store = open(&desk.path(".lambdeck"));
    let tokio = tokio::runtime::Builder::new_current_thread().build().unwrap();
    while tokio.block_on(store.queue_figures()).unwrap().queued > 0 {
        thread::sleep(Duration::from_millis(20));
    }
    let number = |input: &str| {
        let input: serde_json::Value = serde_json::from_str(input).unwrap();
        input["payload"]["n"].as_u64().unwrap()
    };
    let mut ends: BTreeMap<String, Ends> = BTreeMap::new();
    let mut query = RunQuery { limit: 1_000, ..RunQuery::default() };
    let (mut runs, mut interrupted, mut attempts) = (0, 0, BTreeSet::new());
    loop {
        let page = tokio.block_on(store.runs(query.clone())).unwrap();
        let Some(last) = page.last() else { break };
        query.before = Some(last.id);
        runs += page.len();
        for run in &page {
            interrupted += u64::from(run.ending == Ending::Interrupted);
            if let Cause::Delivery { delivery, attempt } = &run.cause {
                assert!(attempts.insert((*delivery, *attempt)), "{run:?} is kept twice");
            }
        }
        for run in page.iter().filter(|run| run.ending == Ending::Succeeded) {
            let kept = tokio.block_on(store.run(run.id.to_string())).unwrap();
            let of = ends.entry(run.lambda.to_string()).or_default();
            *of.succeeded.entry(number(&kept.input)).or_default() += 1;
            of.again += u64::from(matches!(run.cause, Cause::Delivery { attempt: 2.., .. }));
        }
    }
    for letter in tokio.block_on(store.dead_letters(None, u32::MAX)).unwrap() {
        ends.entry(letter.lambda.to_string()).or_default().dead.insert(number(&letter.input));
    }
    let taken = field.taken.lock().unwrap();
    let mut lost = Vec::new();
    let mut twice = 0;
    for (lambda, of) in &ends {
        for n in &*taken {
            if !of.succeeded.contains_key(n) && !of.dead.contains(n) {
                lost.push((lambda.clone(), *n));
            }
        }
        twice += of.succeeded.values().filter(|count| **count > 1).count();
    }
    let again: u64 = ends.values().map(|of| of.again).sum();
    let dead: usize = ends.values().map(|of| of.dead.len()).sum();
    println!(
        "{kills} kills, {} events taken of {} sent by HTTP and more by the command line, {runs} runs kept, {dead} dead letters, \
         {interrupted} interrupted, {again} runs made again after a kill, {twice} kept as succeeded twice, {} lost",
        taken.len(),
        field.sent.load(Ordering::Relaxed),
        lost.len()
    );
    assert_eq!(lost, []);
    assert!(taken.len() as u64 > kills, "it was hardly under load");
    // A run is kept in the same step that ends its delivery, so that one that counts is never followed by another.
    assert_eq!(twice, 0);
    let sour = &ends["sour"];
    for n in taken.iter().filter(|n| **n % SOUR_ONE_IN == 0) {
        assert!(sour.dead.contains(n), "{n} is a dead letter");
    }
}

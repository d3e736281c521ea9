//! Kept runs in the embedded store: found again, counted, forgotten.

use crate::store_kit::{self, ROOMY, event, name, open};
use lambdeck::domain::{
    Cause, Delivered, DeliveryId, Ending, Endings, EventId, Failure, FailureKind, KeptRun,
    LambdaId, Level, LogLine, Outcome, Run, RunId, RunQuery, Window,
};
use lambdeck::platform::Retention;
use lambdeck::platform::embedded::Embedded;
use lambdeck::platform::store::{Queue as _, Runs as _, Settlement};
use std::sync::Arc;
use uuid::Uuid;

const NOW: i64 = 1_764_000_000_000;

/// A run that started at `at_ms`, with the id that it would have got then.
pub fn run(lambda: &str, at_ms: i64, outcome: Outcome) -> Arc<KeptRun> {
    let mut id = *Uuid::now_v7().as_bytes();
    id[..6].copy_from_slice(&at_ms.to_be_bytes()[2..]);
    let line = LogLine {
        at_ms,
        level: Level::Info,
        line: Some(1),
        message: format!("Written at {at_ms}"),
        extras: vec![format!("Extra {lambda}").into(), serde_json::json!({ "Shop": 3 })],
    };
    let run = Run {
        id: RunId(Uuid::from_bytes(id)),
        lambda: name(lambda),
        event: Some(EventId::new("an_event")),
        started_at_ms: at_ms,
        duration_us: (at_ms - NOW).unsigned_abs(),
        peak_memory_bytes: 1,
        operations: 1,
        outcome,
        logs: vec![line],
        logs_gap: None,
        deployed_log_cut: None,
        calls: Vec::new(),
        calls_skipped: 0,
        masked_input: None,
    };
    let input = "{}".into();
    Arc::new(KeptRun {
        run,
        cause: Cause::Invoke,
        origin: None,
        version: Some(3),
        lambda_id: Some(LambdaId(Uuid::from_u128(7))),
        input,
        input_sha256: "x".into(),
        input_masked: false,
    })
}

fn ok() -> Outcome {
    Outcome::Succeeded(1.into())
}

fn failed() -> Outcome {
    Outcome::Failed(Failure::new(FailureKind::Threw, "No Luck"))
}

async fn started(store: &Embedded, query: RunQuery) -> Vec<i64> {
    store.runs(query).await.unwrap().iter().map(|it| it.started_at_ms - NOW).collect()
}

#[tokio::test]
async fn runs_are_found_by_lambda_ending_time_and_text() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let first = run("one", NOW + 1, ok());
    for kept in [
        Arc::clone(&first),
        run("one", NOW + 2, failed()),
        run("two", NOW + 3, failed()),
        run("two", NOW + 4, Outcome::Cancelled),
    ] {
        store.keep(kept).await.unwrap();
    }
    let all = RunQuery::default();
    assert_eq!(started(&store, all.clone()).await, [4, 3, 2, 1]);
    let lambda = Some(name("one"));
    assert_eq!(started(&store, RunQuery { lambda, ..all.clone() }).await, [2, 1]);
    let endings = Endings::Failed;
    assert_eq!(started(&store, RunQuery { endings, ..all.clone() }).await, [3, 2]);
    let since_ms = Some(NOW + 3);
    assert_eq!(started(&store, RunQuery { since_ms, ..all.clone() }).await, [4, 3]);
    for (text, found) in [
        ("no luck", vec![3, 2]),
        ("WRITTEN", vec![4, 3, 2, 1]),
        ("x%", vec![]),
        ("extra two", vec![4, 3]),
        ("{\"shop\":3}", vec![4, 3, 2, 1]),
    ] {
        let query = RunQuery { text: Some(text.into()), ..all.clone() };
        assert_eq!(started(&store, query).await, found, "{text}");
    }
    // Page by page.
    let page = store.runs(RunQuery { limit: 2, ..all.clone() }).await.unwrap();
    let before = Some(page[1].id);
    assert_eq!(started(&store, RunQuery { before, ..all }).await, [2, 1]);

    let whole = store.run(first.run.id.to_string()).await.unwrap();
    assert_eq!(whole, *first);
    let several = store.run(first.run.id.to_string()[..6].into()).await.unwrap_err();
    assert!(several.to_string().contains("several begin so"), "{several}");
    for unknown in ["ffff", "no", "%", ""] {
        assert!(store.run(unknown.into()).await.is_err(), "{unknown}");
    }
}

#[tokio::test]
async fn what_is_kept_soon_is_told_to_who_asks_here_at_once_and_to_others_soon() {
    let folder = tempfile::tempdir().unwrap();
    let (store, other) = (open(folder.path()), open(folder.path()));
    for at_ms in 1..4 {
        ask_to_keep(&store, at_ms);
        assert_eq!(started(&store, RunQuery::default()).await.len() as i64, at_ms);
    }
    ask_to_keep(&store, 4);
    while started(&other, RunQuery::default()).await.len() < 4 {
        tokio::task::yield_now().await;
    }
    ask_to_keep(&store, 5);
    drop(store);
    assert_eq!(started(&other, RunQuery::default()).await, [5, 4, 3, 2, 1]);
}

#[tokio::test]
async fn of_runs_that_are_kept_together_one_that_cannot_be_is_told_and_the_others_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let twice = run("one", NOW + 2, ok());
    let (tell, told) = std::sync::mpsc::channel();
    for kept in [run("one", NOW + 1, ok()), twice.clone(), twice, run("one", NOW + 3, ok())] {
        let tell = tell.clone();
        let at_ms = kept.run.started_at_ms - NOW;
        store.keep_soon(kept, move |done| tell.send((at_ms, done.is_ok())).unwrap());
    }
    assert_eq!(started(&store, RunQuery::default()).await, [3, 2, 1]);
    drop(tell);
    assert_eq!(told.iter().collect::<Vec<_>>(), [(1, true), (2, true), (2, false), (3, true)]);
}

/// Asks for it and does not wait.
fn ask_to_keep(store: &Embedded, at_ms: i64) {
    store.keep_soon(run("one", NOW + at_ms, ok()), |done| done.unwrap());
}

#[tokio::test]
async fn who_follows_is_told_of_every_run_once_in_the_order_of_their_ends() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let query = RunQuery { limit: 2, ..RunQuery::default() };
    let follow = async |mark| {
        let (found, mark) = store.follow(query.clone(), mark).await.unwrap();
        (found.iter().map(|it| it.started_at_ms - NOW).collect::<Vec<_>>(), Some(mark))
    };
    assert_eq!(follow(None).await.0, [0; 0]);
    for at in [10, 20, 30] {
        store.keep(run("one", NOW + at, ok())).await.unwrap();
    }
    let (found, mark) = follow(None).await;
    assert_eq!(found, [20, 30]);
    assert_eq!(follow(mark).await, (vec![], mark));
    // The slow ones began before, and their ids are older.
    for at in [40, 5, 50, 6, 7] {
        store.keep(run("one", NOW + at, ok())).await.unwrap();
    }
    let (found, mark) = follow(mark).await;
    assert_eq!(found, [40, 5]);
    let (found, mark) = follow(mark).await;
    assert_eq!(found, [50, 6]);
    let (found, mark) = follow(mark).await;
    assert_eq!(found, [7]);
    store.forget(keeping(0, NOW + 100, 0)).await.unwrap();
    let (_, mark) = follow(mark).await;
    store.keep(run("one", NOW + 60, ok())).await.unwrap();
    assert_eq!(follow(mark).await.0, [60]);
}

#[tokio::test]
async fn figures_count_each_window_and_rank_the_durations() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    for n in 1..=100 {
        store.keep(run("one", NOW - n, ok())).await.unwrap();
    }
    store.keep(run("two", NOW - 2 * 3_600_000, failed())).await.unwrap();
    store.keep(run("two", NOW, Outcome::Cancelled)).await.unwrap();
    let hour = store.window(Window::Hour, NOW).await.unwrap();
    assert_eq!((hour.all.succeeded(), hour.all.failed()), (100, 0));
    assert_eq!((hour.all.p50_us, hour.all.p95_us, hour.all.p99_us), (50, 95, 99));
    assert_eq!(hour.all.buckets.len(), 30);
    let day = store.window(Window::Day, NOW).await.unwrap();
    let two = day.lambdas.iter().find(|(lambda, _)| *lambda == name("two")).unwrap();
    assert_eq!(two.1.success_rate(), Some(0.0));
    assert_eq!(day.all.failed(), 1);
}

/// Keeps runs for so long, and so many bytes of them.
fn keeping(age_ms: i64, now_ms: i64, bytes: u64) -> Retention {
    Retention { now_ms, age_ms, bytes }
}

#[tokio::test]
async fn runs_are_forgotten_by_age_and_by_room_and_none_more_than_that() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    for n in 0..10 {
        store.keep(run("one", NOW + n, ok())).await.unwrap();
    }
    let retention = keeping(1_000, NOW + 1_005, u64::MAX);
    assert_eq!(store.forget(retention).await.unwrap(), 5);
    assert_eq!(store.forget(retention).await.unwrap(), 0);
    assert_eq!(started(&store, RunQuery::default()).await, [9, 8, 7, 6, 5]);
    let path = folder.path().join("state.db");
    let bytes = rusqlite::Connection::open(path).unwrap();
    let bytes = bytes.query_row("SELECT sum(bytes) FROM run", [], |row| row.get::<_, i64>(0));
    let retention = keeping(1_000, NOW, bytes.unwrap() as u64 - 1);
    assert_eq!(store.forget(retention).await.unwrap(), 1, "one byte too many is one run");
    assert_eq!(started(&store, RunQuery::default()).await, [9, 8, 7, 6]);
    assert_eq!(store.forget(keeping(1_000, NOW, 10)).await.unwrap(), 4);
}

#[tokio::test]
async fn what_was_taken_is_remembered_for_a_day_whatever_one_clock_said_once() {
    const DAY: i64 = 24 * 3_600_000;
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.raise(vec![event("today")], ROOMY, NOW).await.unwrap();
    store.raise(vec![event("from the future")], ROOMY, NOW + 1_000 * DAY).await.unwrap();
    assert_eq!(store.forget(keeping(DAY, NOW + DAY, 1)).await.unwrap(), 0);
    assert!(store.raise(vec![event("today")], ROOMY, NOW + 1).await.unwrap()[0].is_duplicate);
    assert_eq!(store.forget(keeping(DAY, NOW + DAY + 1, 1)).await.unwrap(), 1);
}

#[tokio::test]
async fn a_text_is_found_in_what_was_delivered_the_payload_and_the_result_whatever_the_case() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let mut first = run("one", NOW + 1, Outcome::Succeeded(serde_json::json!({ "Répond": "Ünd" })));
    let delivery = DeliveryId(Uuid::now_v7());
    let (source, event_id) = ("/Load".to_owned(), "m39-79".to_owned());
    let kept = Arc::make_mut(&mut first);
    kept.origin = Some(Delivered { source, event_id, delivery });
    kept.input = r#"{"payload":{"conversationId":"Conv-3-7","key":"•••••"}}"#.into();
    store.keep(Arc::clone(&first)).await.unwrap();
    let mut failure = Failure::new(FailureKind::Threw, "no luck");
    failure.thrown = Some(serde_json::json!({ "order": "Ord-7" }));
    store.keep(run("one", NOW + 2, Outcome::Failed(failure))).await.unwrap();
    assert_eq!(store.run(first.run.id.to_string()).await.unwrap(), *first);
    for (text, found) in [
        ("M39-79", vec![1]),
        ("/load", vec![1]),
        (&*delivery.to_string(), vec![1]),
        ("conv-3-7", vec![1]),
        ("\"key\":\"•", vec![1]),
        ("RÉPOND", vec![1]),
        ("ünD\"", vec![1]),
        ("ord-7", vec![2]),
        // What a record is made of is not what it says.
        ("peak_memory_bytes", vec![]),
        ("conv.3", vec![]),
    ] {
        let query = RunQuery { text: Some(text.into()), ..RunQuery::default() };
        assert_eq!(started(&store, query.clone()).await, found, "{text}");
        assert_eq!(store.search(query.clone()).await.unwrap().runs.len(), found.len(), "{text}");
        let followed = store.follow(query, None).await.unwrap().0;
        assert_eq!(followed.len(), found.len(), "{text}");
    }
}

#[tokio::test]
async fn the_runs_of_a_schedules_delivery_are_found_too() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store_kit::deploy(&store, "one", "source").await;
    store.raise(vec![event("1")], ROOMY, NOW).await.unwrap();
    let claimed = store_kit::claim(&store, NOW).await.remove(0);
    let mut kept = run("one", NOW, failed());
    Arc::make_mut(&mut kept).cause =
        Cause::Schedule { name: "nightly".into(), due_at_ms: NOW, attempt: 1 };
    let dead = Settlement::Dead { reason: "no luck".into(), at_ms: NOW };
    store.settle((claimed.id, claimed.attempt), dead, Some(Arc::clone(&kept))).await.unwrap();
    let runs = store.runs_of(claimed.id).await.unwrap();
    assert_eq!(runs.iter().map(|it| it.id).collect::<Vec<_>>(), [kept.run.id]);
}

#[tokio::test]
async fn the_end_of_a_run_that_was_learned_late_replaces_what_was_kept_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store_kit::deploy(&store, "one", "source").await;
    store.raise(vec![event("1")], ROOMY, NOW).await.unwrap();
    let claimed = store_kit::claim(&store, NOW).await.remove(0);
    store.release_all(NOW + 1, NOW + 1).await.unwrap();
    let interrupted = store.runs_of(claimed.id).await.unwrap().remove(0);
    assert_eq!(interrupted.took_us(), None);
    let mut kept = run("one", NOW, Outcome::Succeeded(1.into()));
    Arc::make_mut(&mut kept).run.id = interrupted.id;
    let done = Settlement::Done { result: None };
    store.settle((claimed.id, claimed.attempt), done, Some(kept)).await.unwrap();
    let runs = store.runs_of(claimed.id).await.unwrap();
    assert_eq!((runs.len(), runs[0].id, runs[0].ending), (1, interrupted.id, Ending::Succeeded));
}

#[tokio::test]
async fn a_run_that_waited_long_for_its_place_is_found_by_its_start() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    // Its id is of the time at which it was taken.
    let mut waited = Arc::unwrap_or_clone(run("one", NOW - 145_000, ok()));
    waited.run.started_at_ms = NOW - 45_000;
    store.keep(Arc::new(waited)).await.unwrap();
    store.keep(run("one", NOW - 90_000, ok())).await.unwrap();
    for lambda in [None, Some(name("one"))] {
        let since_ms = Some(NOW - 60_000);
        let query = RunQuery { lambda, since_ms, ..RunQuery::default() };
        assert_eq!(started(&store, query).await, [-45_000]);
    }
}

//! What is not to be kept any more goes, whoever makes the runs.

use crate::platform_kit::{START, Stand, event, until};
use crate::store_kit::name;
use lambdeck::domain::RunQuery;
use lambdeck::platform::clock::Clock as _;
use lambdeck::platform::store::Runs as _;
use lambdeck::platform::{Door as _, Invocation, LambdaRef};
use std::time::{Duration, Instant};

/// So many runs are the occasion to look.
const RUNS: usize = 1_000;
const HOUR: i64 = 3_600_000;

#[tokio::test]
async fn one_who_only_answers_calls_forgets_too() {
    let stand = Stand::new("[delivery]\nkeep_runs_days = 2\n");
    stand.deploy("one", "ok").await;
    stand.clock.advance(3 * 24 * 3_600_000);
    for _ in 0..RUNS {
        let invocation =
            Invocation { input: r#"{"payload":1}"#.into(), system: None, skill: None, trace: None };
        stand.platform.invoke(LambdaRef::Name(name("one")), invocation).await.unwrap();
    }
    // All of them began three days ago by the clock that looks.
    let give_up = Instant::now() + Duration::from_secs(20);
    while !stand.store.runs(RunQuery::default()).await.unwrap().is_empty() {
        assert!(Instant::now() < give_up, "nothing is forgotten");
    }
}

/// One who keeps runs for so long and has made one, for an event.
async fn after_one_run(keep_runs_days: u32) -> Stand {
    let mut stand = Stand::new(&format!("[delivery]\nkeep_runs_days = {keep_runs_days}\n"));
    stand.deploy("one", "ok").await;
    stand.execute();
    stand.raise("1").await.unwrap();
    stand.next().await;
    stand
}

fn count(stand: &Stand, table: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM {table}");
    stand.database().query_row(&sql, [], |row| row.get(0)).unwrap()
}

/// Lets time pass until nothing is left in the table.
async fn until_forgotten(stand: &Stand, table: &str) {
    assert_eq!(count(stand, table), 1, "{table}");
    until(|| {
        stand.clock.advance(HOUR / 10);
        count(stand, table) == 0
    })
    .await;
}

#[tokio::test]
async fn what_is_too_old_is_forgotten_while_nothing_else_happens() {
    let mut stand = after_one_run(2).await;
    for (table, after_h) in [("seen", 24), ("run", 48)] {
        until_forgotten(&stand, table).await;
        assert!(stand.clock.now_ms() > START + after_h * HOUR, "{table}");
    }
    stand.stop().await;
}

#[tokio::test]
async fn settings_that_are_changed_hold_within_a_day() {
    let mut stand = after_one_run(30).await;
    // Then nothing else is too old for the rest of the thirty days.
    until_forgotten(&stand, "seen").await;
    let config = stand.folder.path().join("lambdeck.toml");
    std::fs::write(config, "[delivery]\nkeep_runs_days = 1\n").unwrap();
    until_forgotten(&stand, "run").await;
    assert!(stand.clock.now_ms() < START + 29 * 24 * HOUR);
    stand.stop().await;
}

#[tokio::test]
async fn events_that_nobody_listens_to_are_an_occasion_to_forget_too() {
    let stand = Stand::new("");
    stand.raise("old").await.unwrap();
    stand.clock.advance(25 * HOUR);
    let events = (0..RUNS).map(|n| event(&n.to_string())).collect();
    stand.platform.raise(events).await.unwrap();
    let sql = "SELECT count(*) FROM seen";
    until(|| stand.database().query_row(sql, [], |row| row.get(0)) == Ok(1_000_i64)).await;
}

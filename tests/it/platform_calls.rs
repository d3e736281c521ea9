//! Calls and their records, which follow the answers.

use crate::platform_kit::Stand;
use crate::store_kit::name;
use lambdeck::domain::RunQuery;
use lambdeck::platform::store::Runs as _;
use lambdeck::platform::{Door as _, Invocation, LambdaRef, Refusal};
use rusqlite::Connection;
use std::time::Duration;
use tokio::time::timeout;

/// What is given to a lambda that is about as large as it may be.
fn heavy() -> Invocation {
    let input = format!("{{\"payload\":\"{}\"}}", "x".repeat(1_000_000));
    Invocation { input: input.into(), system: None, skill: None, trace: None }
}

#[tokio::test]
async fn when_records_cannot_be_written_calls_wait_before_they_fill_the_memory() {
    /// So many of these may follow, and one more keeps its place until there is room.
    const ANSWERED: usize = 9;
    let stand = Stand::new("[delivery]\nconcurrency = 1\n");
    stand.deploy("one", "ok").await;
    let path = stand.folder.path().join(".lambdeck/state.db");
    let other = Connection::open(path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let call = || stand.platform.invoke(LambdaRef::Name(name("one")), heavy());
    for _ in 0..ANSWERED {
        call().await.unwrap();
    }
    let mut waiting = Box::pin(call());
    assert!(timeout(Duration::from_millis(50), &mut waiting).await.is_err());
    other.execute_batch("COMMIT").unwrap();
    waiting.await.unwrap();
    let all_kept =
        async { while stand.store.runs(RunQuery::default()).await.unwrap().len() <= ANSWERED {} };
    timeout(Duration::from_secs(20), all_kept).await.expect("every record is kept");
}

#[tokio::test]
async fn a_call_that_panics_is_answered_and_the_next_one_is_made() {
    let stand = Stand::new("[delivery]\nconcurrency = 1\n");
    stand.deploy("one", "panics").await;
    stand.deploy("two", "ok").await;
    let call = |lambda| stand.platform.invoke(LambdaRef::Name(name(lambda)), heavy());
    assert!(matches!(call("one").await, Err(Refusal::Store(_))));
    call("two").await.unwrap();
}

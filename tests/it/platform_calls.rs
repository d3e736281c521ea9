//! Calls and their records, which follow the answers.

use crate::platform_kit::{Fake, Stand, invocation, until};
use crate::store_kit::{EVENT, name};
use futures_util::poll;
use lambdeck::domain::{EventId, Run, RunQuery};
use lambdeck::platform::embedded::Embedded;
use lambdeck::platform::store::Runs as _;
use lambdeck::platform::{Door as _, Invocation, LambdaRef, Platform, Refusal};
use rusqlite::Connection;
use std::task::Poll;
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

/// A call of a lambda.
async fn call(platform: Platform<Embedded, Fake>, lambda: &str) -> Result<Run, Refusal> {
    platform.invoke(LambdaRef::Name(name(lambda)), invocation()).await
}

#[tokio::test]
async fn the_callers_of_one_lambda_shut_the_door_to_no_other() {
    /// More than may wait for one.
    const CALLERS: usize = 600;
    let stand = Stand::new("[delivery]\nconcurrency = 2\nconcurrency_per_lambda = 1\n");
    stand.deploy("slow", "waits").await;
    stand.deploy("urgent", "ok").await;
    let mut calls: Vec<_> =
        (0..CALLERS).map(|_| Box::pin(call(stand.platform.clone(), "slow"))).collect();
    let mut refused = 0;
    for call in &mut calls {
        // The first one reads the version, for which the others need not wait any more.
        while stand.fake.requests.lock().unwrap().is_empty() && poll!(call.as_mut()).is_pending() {
            tokio::task::yield_now().await;
        }
        refused += usize::from(matches!(poll!(call), Poll::Ready(Err(Refusal::Full { .. }))));
    }
    assert!((1..CALLERS).contains(&refused), "{refused}");
    assert!(call(stand.platform.clone(), "urgent").await.is_ok());
    // Those who went away leave their seats.
    drop(calls);
    stand.fake.permits.add_permits(2);
    assert!(call(stand.platform.clone(), "slow").await.is_ok());
}

#[tokio::test]
async fn a_call_waits_for_its_place_no_longer_than_a_request_may_take() {
    let stand =
        Stand::new("[delivery]\nconcurrency_per_lambda = 1\n[serve]\nrequest_timeout_ms = 20\n");
    stand.deploy("one", "waits").await;
    stand.deploy("two", "ok").await;
    let first = tokio::spawn(call(stand.platform.clone(), "one"));
    stand.has_running(1).await;
    let both = {
        let platform = stand.platform.clone();
        tokio::spawn(async move { platform.invoke_event(EventId::new(EVENT), invocation()).await })
    };
    until(|| stand.fake.requests.lock().unwrap().len() == 2).await;
    let refused = call(stand.platform.clone(), "one").await;
    assert!(matches!(refused, Err(Refusal::Busy { .. })), "{refused:?}");
    // Of those that are answered together one has run, so that the other goes on waiting.
    assert!(!both.is_finished());
    stand.fake.permits.add_permits(2);
    assert!(first.await.unwrap().is_ok());
    assert_eq!(both.await.unwrap().unwrap().len(), 2);
}

#[tokio::test]
async fn of_lambdas_that_are_called_together_none_runs_where_one_is_refused() {
    let stand = Stand::new("[delivery]\nconcurrency_per_lambda = 1\n");
    stand.deploy("one", "ok").await;
    stand.deploy("two", "waits").await;
    let spawn = || tokio::spawn(call(stand.platform.clone(), "two"));
    let _running = spawn();
    stand.has_running(1).await;
    let _waiting: Vec<_> = (0..500).map(|_| spawn()).collect();
    let refused = spawn().await.unwrap();
    assert!(matches!(refused, Err(Refusal::Full { .. })), "{refused:?}");
    let refused = stand.platform.invoke_event(EventId::new(EVENT), invocation()).await;
    assert!(matches!(refused, Err(Refusal::Full { .. })), "{refused:?}");
    assert_eq!(stand.fake.requests.lock().unwrap().len(), 1);
}

//! What counts as an attempt, and what uses up the retries.

use crate::platform_kit::{START, Stand, invocation};
use crate::store_kit::{claim, doer, event, name};
use lambdeck::domain::{Cause, Ending, Outcome, RunQuery};
use lambdeck::platform::store::{Deployments as _, Letters, Queue as _, Runs as _};
use lambdeck::platform::{Door as _, Fate, LambdaRef};

#[tokio::test]
async fn what_ends_its_process_each_time_is_given_up_in_the_end() {
    let mut stand = Stand::new("[delivery]\nretries = 1\n");
    stand.deploy("one", "waits").await;
    stand.raise("1").await.unwrap();
    for _ in 0..7 {
        stand.execute();
        stand.has_running(1).await;
        stand = stand.successor().await;
    }
    stand.execute();
    let Fate::Dead { reason, .. } = stand.next().await.fate else { panic!("given up") };
    assert!(reason.contains("ended too often"), "{reason}");
    assert_eq!(attempts_and_runs(&stand).await, (7, 7));
}

/// How many attempts the only dead letter says it had, and how many runs there are of it.
async fn attempts_and_runs(stand: &Stand) -> (u32, usize) {
    let letter = stand.store.dead_letters(None, 9).await.unwrap().remove(0);
    (letter.attempts, stand.store.runs_of(letter.delivery).await.unwrap().len())
}

#[tokio::test]
async fn what_ends_with_its_process_has_all_its_retries_still() {
    let mut stand =
        Stand::new("[delivery]\nretries = 1\nretry_first_ms = 1000\n[serve]\ngrace_ms = 20\n");
    stand.deploy("one", "waits").await;
    stand.raise("1").await.unwrap();
    for end in 0..4 {
        stand.execute();
        stand.has_running(1).await;
        if end == 0 {
            stand.stop().await;
        }
        stand = stand.successor().await;
    }
    stand.deploy("one", "throws").await;
    stand.execute();
    let due_ms = stand.next_retry().await;
    assert!((500..=1_000).contains(&due_ms), "as after the first: {due_ms}");
    stand.clock.advance(due_ms);
    let told = stand.next().await;
    assert!(matches!(told.fate, Fate::Dead { .. }), "{told:?}");
    assert_eq!(told.run.unwrap().cause.attempt(), Some(6));
    assert_eq!(attempts_and_runs(&stand).await, (6, 6));
}

#[tokio::test]
async fn a_dead_letter_counts_no_attempt_that_was_not_made() {
    let mut stand = Stand::new("[delivery]\nretry_first_ms = 1000\n");
    stand.deploy("one", "throws").await;
    stand.raise("1").await.unwrap();
    stand.execute();
    let due_ms = stand.next_retry().await;
    stand.store.undeploy(name("one"), doer(START)).await.unwrap();
    stand.clock.advance(due_ms);
    assert!(matches!(stand.next().await.fate, Fate::Dead { .. }));
    assert_eq!(attempts_and_runs(&stand).await, (1, 1));
}

#[tokio::test]
async fn a_run_that_outlives_its_process_is_delivered_again() {
    let mut stand = Stand::new("");
    stand.deploy("one", "waits").await;
    stand.raise("1").await.unwrap();
    stand.execute();
    stand.has_running(1).await;
    let seen = stand.platform.ongoing().remove(0);
    // Nobody ends it: what a killed process leaves.
    let mut stand = stand.successor().await;
    stand.fake.permits.add_permits(1);
    stand.execute();
    let run = stand.next().await.run.unwrap();
    let Cause::Delivery { delivery, attempt: 2 } = run.cause else { panic!("{:?}", run.cause) };
    let runs = stand.store.runs_of(delivery).await.unwrap();
    assert_eq!(runs.iter().map(|it| it.id).collect::<Vec<_>>(), [seen.id, run.id]);
}

#[tokio::test]
async fn what_only_waited_for_a_place_when_its_process_ended_was_not_tried() {
    let mut stand = Stand::new("[delivery]\nconcurrency = 1\n");
    stand.deploy("one", "waits").await;
    let call = stand.call();
    stand.has_running(1).await;
    stand.execute_with_one_in_line("1").await;
    let mut stand = stand.successor().await;
    call.abort();
    stand.clock.advance(1);
    stand.fake.permits.add_permits(1);
    stand.execute();
    let run = stand.next().await.run.unwrap();
    let Cause::Delivery { delivery, attempt: 1 } = run.cause else { panic!("{:?}", run.cause) };
    assert_eq!(stand.store.runs_of(delivery).await.unwrap().len(), 1);
}

#[tokio::test]
async fn at_the_end_what_takes_too_long_goes_back_into_the_queue() {
    let mut stand = Stand::new("[serve]\ngrace_ms = 20\n");
    stand.deploy("one", "waits").await;
    stand.raise("1").await.unwrap();
    stand.execute();
    stand.has_running(1).await;
    let calling = {
        let platform = stand.platform.clone();
        tokio::spawn(
            async move { platform.invoke(LambdaRef::Name(name("one")), invocation()).await },
        )
    };
    stand.has_running(2).await;
    stand.stop().await;
    // As where its process is killed; nobody cancelled it.
    let called = calling.await.unwrap().unwrap();
    assert_eq!(called.outcome, Outcome::Interrupted);
    let kept = stand.store.runs(RunQuery::default()).await.unwrap();
    assert_eq!(kept.iter().map(|it| it.ending).collect::<Vec<_>>(), [Ending::Interrupted; 2]);
    assert_eq!(kept[0].message.as_deref(), Some("lambdeck ended while it ran"));
    let mut stand = stand.successor().await;
    stand.fake.permits.add_permits(1);
    stand.execute();
    let run = stand.next().await.run.unwrap();
    assert!(matches!(run.cause, Cause::Delivery { attempt: 2, .. }), "{:?}", run.cause);
}

#[tokio::test]
async fn a_payload_with_a_secret_is_masked_even_where_the_run_that_knew_it_cannot_be_kept() {
    let mut stand = Stand::new("[delivery]\nretries = 0\n");
    stand.deploy("one", "knows").await;
    let trigger =
        "CREATE TRIGGER no_room BEFORE INSERT ON record BEGIN SELECT RAISE(ABORT, 'no room'); END";
    stand.database().execute_batch(trigger).unwrap();
    stand.execute();
    stand.raise("1").await.unwrap();
    stand.pass_time_until_told().await;
    let letter = stand.store.dead_letters(None, 9).await.unwrap().remove(0);
    assert_eq!(stand.store.runs_of(letter.delivery).await.unwrap(), []);
    assert_eq!(&*letter.input, "\"•••••\"");
    stand.stop().await;
    // What is delivered again is the payload as it was.
    stand.store.redrive(Letters::All, doer(START)).await.unwrap();
    let again = claim(&stand.store, i64::MAX).await.remove(0);
    assert_eq!(again.input, event("1").input);
}

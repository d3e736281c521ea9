//! Runs that go on: seen, cancelled, recorded.

use crate::platform_kit::{START, Stand, every_minute, invocation};
use crate::store_kit::{doer, name};
use lambdeck::domain::{Cause, Ending, RunQuery};
use lambdeck::platform::ongoing::NotCancelled;
use lambdeck::platform::store::{Deployments as _, Queue as _, Runs as _, Schedules as _};
use lambdeck::platform::{Door as _, Fate, LambdaRef, Refusal};

#[tokio::test]
async fn a_delivery_that_a_person_cancels_is_a_dead_letter_and_is_not_tried_again() {
    let mut stand = Stand::new("[delivery]\nretries = 3\n");
    stand.deploy("one", "waits").await;
    stand.execute();
    stand.raise("1").await.unwrap();
    stand.has_running(1).await;
    let ongoing = stand.platform.ongoing();
    let [run] = ongoing.as_slice() else { panic!("{ongoing:?}") };
    assert_eq!((&run.lambda, run.version, run.started_at_ms), (&name("one"), 1, START));
    assert!(matches!(run.cause, Cause::Delivery { attempt: 1, .. }), "{:?}", run.cause);

    let nothing = stand.platform.cancel_run("ffff", "ada".into()).unwrap_err();
    assert_eq!(nothing, NotCancelled::Unknown("ffff".into()));
    stand.platform.cancel_run(&run.id.to_string(), "ada".into()).unwrap();
    let told = stand.next().await;
    let Fate::Dead { reason, .. } = told.fate else { panic!("given up") };
    assert_eq!(reason, "cancelled by ada");
    let kept = told.run.unwrap();
    assert_eq!((kept.id, kept.ending), (run.id, Ending::Cancelled));
    let letters = stand.store.dead_letters(None, 10).await.unwrap();
    assert_eq!((letters.len(), letters[0].attempts, letters[0].run), (1, 1, Some(run.id)));
    assert_eq!(stand.store.queue_figures().await.unwrap().queued, 0);
    assert!(stand.platform.ongoing().is_empty());
    let mut log = Vec::new();
    while log.is_empty() {
        log = stand.store.activity(Some(name("one")), 10).await.unwrap();
        log.retain(|it| it.action == "cancelled the run");
    }
    assert_eq!((log[0].by.as_str(), log[0].detail.clone()), ("ada", run.id.to_string()));
}

#[tokio::test]
async fn who_called_is_told_that_the_run_was_cancelled_and_its_record_is_kept() {
    let mut stand = Stand::new("");
    stand.deploy("one", "waits").await;
    stand.execute();
    let platform = stand.platform.clone();
    let calling =
        tokio::spawn(
            async move { platform.invoke(LambdaRef::Name(name("one")), invocation()).await },
        );
    stand.has_running(1).await;
    let id = stand.platform.ongoing()[0].id;
    stand.platform.cancel_run(&id.to_string(), "ada".into()).unwrap();
    assert_eq!(calling.await.unwrap(), Err(Refusal::Cancelled));
    stand.stop().await;
    let kept = stand.store.runs(RunQuery { limit: 9, ..RunQuery::default() }).await.unwrap();
    assert_eq!((kept.len(), kept[0].id, kept[0].ending), (1, id, Ending::Cancelled));
}

#[tokio::test]
async fn a_schedule_that_is_tried_again_says_which_attempt_it_is() {
    const MINUTE: i64 = 60_000;
    let mut stand = Stand::new("[delivery]\nretry_first_ms = 1000\n");
    stand.deploy("one", "throws").await;
    stand.store.add_schedule(every_minute("nightly"), doer(START)).await.unwrap();
    stand.execute();
    stand.clock.advance(MINUTE);
    let first = stand.next().await;
    assert_eq!(first.run.unwrap().cause.title(), "schedule nightly");
    let Fate::Retried { due_ms } = first.fate else { panic!("tried again") };
    stand.clock.advance(due_ms - START - MINUTE);
    let again = stand.next().await.run.unwrap();
    assert_eq!(again.cause.attempt(), Some(2));
    assert_eq!(again.cause.title(), "attempt 2, schedule nightly");
    stand.stop().await;
}

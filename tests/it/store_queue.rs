//! The queue in the embedded store: taken once, tried again, given up, redriven.

use crate::store_kit::{ROOMY, claim, deploy, doer, event, name, next_due, open};
use crate::store_runs;
use lambdeck::domain::{Ending, EventId, Outcome, RaisedEvent, Window};
use lambdeck::platform::embedded::Embedded;
use lambdeck::platform::store::{
    Claim, Claimed, Deployments as _, Letters, Queue as _, QueueLimits, Runs as _, Settlement,
    StoreError,
};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

const DAY: i64 = 24 * 3_600_000;

async fn settle(store: &Embedded, claimed: &Claimed, settlement: Settlement) {
    store.settle((claimed.id, claimed.attempt), settlement, None).await.unwrap();
}

#[tokio::test]
async fn an_event_goes_to_every_deployed_lambda_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let lonely = store.raise(vec![event("0")], ROOMY, 1).await.unwrap();
    assert_eq!((lonely[0].deliveries, lonely[0].is_duplicate), (0, false));
    deploy(&store, "one", "1").await;
    deploy(&store, "two", "2").await;
    let taken = store.raise(vec![event("1"), event("1"), event("0")], ROOMY, 2).await.unwrap();
    assert_eq!(taken.iter().map(|it| it.deliveries).collect::<Vec<_>>(), [2, 0, 0]);
    assert_eq!(taken.iter().map(|it| it.is_duplicate).collect::<Vec<_>>(), [false, true, true]);
    let claimed = claim(&store, 2).await;
    let mut lambdas: Vec<_> = claimed.iter().map(|it| it.lambda.as_str()).collect();
    lambdas.sort_unstable();
    assert_eq!(lambdas, ["one", "two"]);
    // Who raised it finds its runs even where they were faster than the next question.
    assert_eq!(taken[0].ids, claimed.iter().map(|it| it.id).collect::<Vec<_>>());
    assert_eq!((claimed[0].attempt, claimed[0].version), (1, Some(1)));
    // After a day the same id is a new event.
    let later = store.raise(vec![event("1")], ROOMY, 2 + DAY).await.unwrap();
    assert!(!later[0].is_duplicate);
    // Another process remembers too.
    let other = open(folder.path()).raise(vec![event("1")], ROOMY, 3 + DAY).await.unwrap();
    assert!(other[0].is_duplicate);
}

#[tokio::test]
async fn a_full_queue_takes_nothing_and_forgets_that_it_was_asked() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    deploy(&store, "one", "1").await;
    let tight = QueueLimits { deliveries: 2, bytes: 1 << 20 };
    store.raise(vec![event("1"), event("2")], tight, 1).await.unwrap();
    let full = store.raise(vec![event("4")], tight, 1).await;
    assert_eq!(full, Err(StoreError::QueueFull));
    let heavy = QueueLimits { deliveries: 100, bytes: 70 };
    assert_eq!(store.raise(vec![event("3")], heavy, 1).await, Err(StoreError::QueueFull));
    // What makes nothing wait is taken.
    let repeated = store.raise(vec![event("1")], tight, 1).await.unwrap();
    assert!(repeated[0].is_duplicate);
    let unwanted = RaisedEvent { event: EventId::new("unwanted"), ..event("3") };
    assert_eq!(store.raise(vec![unwanted], tight, 1).await.unwrap()[0].deliveries, 0);
    for claimed in claim(&store, 1).await {
        settle(&store, &claimed, Settlement::Done { result: None }).await;
    }
    let figures = store.queue_figures().await.unwrap();
    assert_eq!((figures.queued, figures.bytes, figures.oldest_due_ms), (0, 0, None));
    let again = store.raise(vec![event("4")], tight, 1).await.unwrap();
    assert!(!again[0].is_duplicate);
    // To come again later would not help.
    let many = vec![event("5"), event("6"), event("7")];
    let never = store.raise(many, tight, 1).await.unwrap_err();
    assert!(matches!(never, StoreError::QueueTooSmall { .. }), "{never}");
    assert!(never.to_string().contains("3 deliveries of 96 bytes"), "{never}");
}

#[tokio::test]
async fn an_end_that_was_told_already_may_be_told_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    deploy(&store, "one", "1").await;
    store.raise(vec![event("1")], ROOMY, 1).await.unwrap();
    let taken = claim(&store, 1).await.remove(0);
    let run = store_runs::run("one", 1, Outcome::Cancelled);
    // Who told it may not have heard that it was kept.
    for _ in 0..2 {
        let retry = Settlement::Retry { due_ms: 9 };
        store.settle((taken.id, taken.attempt), retry, Some(run.clone())).await.unwrap();
    }
    assert_eq!(store.runs_of(taken.id).await.unwrap().len(), 1);
    assert_eq!(claim(&store, 9).await.remove(0).failures, 1);
}

#[tokio::test]
async fn what_was_taken_is_nobody_elses_until_it_is_settled_or_its_owner_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    deploy(&store, "one", "1").await;
    store.raise(vec![event("1")], ROOMY, 1).await.unwrap();
    let first = claim(&store, 1).await.remove(0);
    // However long it takes, or the clock was moved.
    assert_eq!(claim(&store, 1 + DAY).await, []);
    assert_eq!(next_due(&store, 0).await, None);
    assert_eq!(store.release_all(102, 110).await.unwrap(), 1);
    let second = claim(&store, 102).await.remove(0);
    assert_eq!((second.id, second.attempt), (first.id, 2));
    assert_eq!((second.failures, second.ends), (0, 1));
    let lost = store.runs_of(first.id).await.unwrap();
    assert_eq!((lost[0].ending, lost[0].started_at_ms), (Ending::Interrupted, 1));
    assert_eq!((lost[0].cause.attempt(), lost[0].version), (Some(1), Some(1)));
    let whole = store.run(lost[0].id.to_string()).await.unwrap();
    assert_eq!(whole.origin.unwrap().delivery, first.id);
    let figures = store.window(Window::Hour, 102).await.unwrap();
    assert_eq!((figures.all.failed(), figures.lambdas), (0, Vec::new()));
    // Whoever was late has nothing to say any more, unless it is done.
    settle(&store, &first, Settlement::Retry { due_ms: 102 }).await;
    assert_eq!(claim(&store, 102).await, []);
    // Nothing is due so late, unless the clock was ahead.
    settle(&store, &second, Settlement::Return { due_ms: 110 }).await;
    assert_eq!(store.release_all(103, 110).await.unwrap(), 0);
    assert_eq!(store.release_all(103, 109).await.unwrap(), 1);
    assert_eq!(store.runs_of(first.id).await.unwrap(), lost, "what waited was not lost");
    let third = claim(&store, 103).await.remove(0);
    assert_eq!((third.attempt, third.failures, third.ends), (3, 0, 1));
    settle(&store, &first, Settlement::Done { result: None }).await;
    assert_eq!(store.queue_figures().await.unwrap().queued, 0);
}

#[tokio::test]
async fn what_found_no_place_was_not_tried_and_is_nobody_elses_while_it_stands_in_line() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    deploy(&store, "one", "1").await;
    store.raise(vec![event("1"), event("2")], ROOMY, 1).await.unwrap();
    let both = claim(&store, 1).await;
    settle(&store, &both[0], Settlement::Unbegun { due_ms: 1 }).await;
    let beside = Claim {
        now_ms: 2,
        most: 10,
        most_results: 1,
        most_per_lambda: 1,
        running: BTreeMap::new(),
        in_line: vec![both[0].id],
    };
    assert_eq!(store.claim(beside).await.unwrap().deliveries, []);
    let begun = store.begin(both[0].id, 3).await.unwrap().expect("it waits");
    assert_eq!((begun.attempt, begun.at_ms), (1, 3));
    assert_eq!(store.begin(both[0].id, 3).await.unwrap(), None, "it has begun");
    settle(&store, &begun, Settlement::Unbegun { due_ms: 3 }).await;
    // Of the two only the other one had begun when its owner was gone.
    store.release_all(4, 9).await.unwrap();
    assert_eq!(store.runs_of(both[0].id).await.unwrap(), []);
    assert_eq!(store.runs_of(both[1].id).await.unwrap().len(), 1);
    let mut again = claim(&store, 4).await;
    again.sort_by_key(|it| it.attempt);
    assert_eq!(again.iter().map(|it| (it.attempt, it.ends)).collect::<Vec<_>>(), [(1, 0), (2, 1)]);
}

#[tokio::test]
async fn what_is_given_up_is_kept_until_it_is_redriven_or_purged() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    deploy(&store, "one", "1").await;
    store.raise(vec![event("1"), event("2")], ROOMY, 1).await.unwrap();
    let mut claimed = claim(&store, 1).await;
    settle(&store, &claimed[0], Settlement::Retry { due_ms: 50 }).await;
    assert_eq!(claim(&store, 49).await, []);
    claimed[0] = claim(&store, 50).await.remove(0);
    assert_eq!((claimed[0].attempt, claimed[0].failures), (2, 1));
    for it in &claimed {
        let reason = "threw".to_owned();
        settle(&store, it, Settlement::Dead { reason, at_ms: 60 }).await;
    }
    let figures = store.queue_figures().await.unwrap();
    assert_eq!((figures.queued, figures.dead[0].2), (0, 2));
    let letters = store.dead_letters(Some(name("one")), 10).await.unwrap();
    assert_eq!(letters.len(), 2);
    let letter = letters.iter().find(|it| it.event_id == "1").unwrap();
    assert_eq!((letter.attempts, letter.reason.as_str(), letter.died_at_ms), (2, "threw", 60));
    let these = Letters::These(vec![letter.delivery]);
    assert_eq!(store.redrive(these.clone(), doer(70)).await.unwrap().count, 1);
    assert!(store.redrive(these, doer(70)).await.is_err());
    let redriven = claim(&store, 70).await.remove(0);
    // It has all its retries again; its runs go on being counted.
    assert_eq!((redriven.attempt, redriven.failures), (3, 0));
    assert_eq!(redriven.origin.1, "1");
    assert_eq!(store.purge(Letters::Of(name("two")), doer(80)).await.unwrap(), 0);
    assert_eq!(store.purge(Letters::All, doer(80)).await.unwrap(), 1);
    assert_eq!(store.dead_letters(None, 10).await.unwrap(), []);
    let log = store.activity(None, 2).await.unwrap();
    assert_eq!((log[0].action.as_str(), log[1].action.as_str()), ("purged", "redrove"));
}

#[tokio::test]
async fn of_what_is_purged_no_byte_stays_in_the_folder_of_state() {
    const SECRET: &str = "4111 1111 1111 1111";
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    deploy(&store, "one", "1").await;
    // Some share a page with others, some have many for themselves; and they come and go, so that pages are emptied.
    let input = |n: usize| match n % 10 {
        0 => format!("{{\"card\":\"{}\"}}", SECRET.repeat(1 + n % 70)),
        _ => "7".repeat(10 + n * 37 % 1_500),
    };
    let numbers: Vec<usize> = (0..400).collect();
    for some in numbers.chunks(50) {
        let events =
            some.iter().map(|n| RaisedEvent { input: input(*n).into(), ..event(&n.to_string()) });
        store.raise(events.collect(), ROOMY, 1).await.unwrap();
        loop {
            let claimed = claim(&store, 1).await;
            if claimed.is_empty() {
                break;
            }
            for it in &claimed {
                let dead = Settlement::Dead { reason: "threw".to_owned(), at_ms: 60 };
                let done = Settlement::Done { result: None };
                let settled = if it.input.contains(SECRET) { dead } else { done };
                settle(&store, it, settled).await;
            }
        }
    }
    let files = || {
        let files = fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().path());
        let holds = |path: &PathBuf| {
            let bytes = fs::read(path).unwrap();
            bytes.windows(SECRET.len()).any(|it| it == SECRET.as_bytes())
        };
        files.filter(holds).collect::<Vec<_>>()
    };
    assert!(!files().is_empty());
    assert_eq!(store.purge(Letters::All, doer(80)).await.unwrap(), 40);
    assert_eq!(files(), <[PathBuf; 0]>::default());
    drop(store);
    assert_eq!(files(), <[PathBuf; 0]>::default());
}

#[tokio::test]
async fn a_dead_letter_whose_lambda_is_not_deployed_keeps_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    deploy(&store, "one", "1").await;
    deploy(&store, "two", "1").await;
    store.raise(vec![event("1")], ROOMY, 1).await.unwrap();
    assert_eq!(store.waiting_for(name("one")).await.unwrap(), 1);
    for it in &claim(&store, 1).await {
        let reason = "threw".to_owned();
        settle(&store, it, Settlement::Dead { reason, at_ms: 60 }).await;
    }
    store.undeploy(name("one"), doer(61)).await.unwrap();
    let letter = store.dead_letters(Some(name("one")), 10).await.unwrap().remove(0);
    for which in [Letters::These(vec![letter.delivery]), Letters::Of(name("one"))] {
        let refused = store.redrive(which, doer(70)).await.unwrap_err();
        assert_eq!(refused, StoreError::NoTaker(vec![name("one")]));
        assert!(refused.to_string().starts_with("`one` is not deployed"), "{refused}");
    }
    let all = store.redrive(Letters::All, doer(70)).await.unwrap();
    assert_eq!((all.count, all.left), (1, vec![name("one")]));
    assert_eq!(store.dead_letters(None, 10).await.unwrap(), [letter]);
    assert_eq!(store.waiting_for(name("one")).await.unwrap(), 0);
}

#[tokio::test]
async fn no_lambda_gets_more_than_its_share_and_the_oldest_goes_first() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    deploy(&store, "one", "1").await;
    for id in ["1", "2", "3"] {
        store.raise(vec![event(id)], ROOMY, id.parse().unwrap()).await.unwrap();
    }
    deploy(&store, "two", "2").await;
    store.raise(vec![event("4")], ROOMY, 4).await.unwrap();
    let id = store.lambdas().await.unwrap()[0].id;
    let most = |running: usize| Claim {
        now_ms: 10,
        most: 3,
        most_results: 1,
        most_per_lambda: 2,
        running: [(id, running)].into(),
        in_line: Vec::new(),
    };
    let busy = store.claim(most(2)).await.unwrap().deliveries;
    assert_eq!(busy.len(), 1);
    assert_eq!(busy[0].lambda, name("two"));
    let half = store.claim(most(1)).await.unwrap().deliveries;
    assert_eq!((half.len(), half[0].origin.1.as_str()), (1, "1"));
}

#[tokio::test]
async fn a_long_queue_of_one_lambda_holds_up_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    deploy(&store, "one", "1").await;
    let many = (0..20).map(|n| event(&n.to_string())).collect();
    store.raise(many, ROOMY, 1).await.unwrap();
    store.undeploy(name("one"), doer(1)).await.unwrap();
    deploy(&store, "two", "2").await;
    store.raise(vec![event("late")], ROOMY, 9).await.unwrap();
    let claim = Claim {
        now_ms: 10,
        most: 2,
        most_results: 1,
        most_per_lambda: 2,
        running: BTreeMap::new(),
        in_line: Vec::new(),
    };
    let claimed = store.claim(claim).await.unwrap().deliveries;
    let lambdas: Vec<_> = claimed.iter().map(|it| it.lambda.as_str()).collect();
    assert_eq!(lambdas, ["one", "two"]);
}

#[tokio::test]
async fn many_that_raise_at_once_are_all_taken() {
    const SENDERS: usize = 200;
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    deploy(&store, "one", "1").await;
    let raised = (0..SENDERS).map(|n| store.raise(vec![event(&n.to_string())], ROOMY, 1));
    let taken = futures_util::future::join_all(raised).await;
    assert!(taken.iter().all(|it| it.as_ref().unwrap()[0].deliveries == 1));
    assert_eq!(store.queue_figures().await.unwrap().queued, SENDERS as u64);
}

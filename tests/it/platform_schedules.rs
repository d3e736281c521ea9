//! Schedules: their times, where they come from, a clock that is set back.

use crate::platform_kit::{START, Stand, every_minute};
use crate::store_kit::{candidate, doer, name, next_due};
use lambdeck::domain::{Cause, DeclaredSchedule, Schedule, SchedulePlaces};
use lambdeck::platform::store::{Candidate, Deployments as _, Runs as _, Schedules as _};
use std::time::Duration;
use tokio::time::timeout;

const MINUTE: i64 = 60_000;

#[tokio::test]
async fn a_schedule_runs_at_its_times_and_once_for_all_it_missed() {
    let mut stand = Stand::new("");
    stand.deploy("one", "ok").await;
    let schedule = every_minute("often");
    stand.store.add_schedule(schedule.clone(), doer(START)).await.unwrap();
    let taken = stand.store.add_schedule(schedule, doer(START)).await.unwrap_err();
    assert!(taken.to_string().contains("schedule `often` already"), "{taken}");
    stand.execute();
    for minute in [1, 2] {
        stand.clock.advance(MINUTE);
        let run = stand.next().await.run.unwrap();
        let kept = stand.store.run(run.id.to_string()).await.unwrap();
        assert_eq!(kept.origin.unwrap().source, "lambdeck:schedule/often");
        let Cause::Schedule { name, due_at_ms, .. } = run.cause else { panic!("{:?}", run.cause) };
        assert_eq!((name.as_str(), due_at_ms), ("often", START + minute * MINUTE));
    }
    stand.clock.advance(10 * MINUTE);
    let run = stand.next().await.run.unwrap();
    let Cause::Schedule { due_at_ms, .. } = run.cause else { panic!("{:?}", run.cause) };
    assert_eq!(due_at_ms, START + 12 * MINUTE);
    let left = stand.store.schedules().await.unwrap().remove(0);
    assert_eq!(left.next_at_ms, Some(START + 13 * MINUTE));
    stand.store.pause_schedule("often".into(), None, doer(START)).await.unwrap();
    assert!(stand.store.schedules().await.unwrap()[0].is_paused);
    stand.store.remove_schedule("often".into(), doer(START)).await.unwrap();
    assert!(stand.store.remove_schedule("often".into(), doer(START)).await.is_err());
    assert_eq!(stand.fake.requests.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn the_schedules_of_a_version_come_go_and_rest_with_its_deployment() {
    let mut stand = Stand::new("");
    let declared = |name: &str| DeclaredSchedule {
        name: name.into(),
        cron: "* * * * *".into(),
        time_zone: "UTC".into(),
        input: r#"{"payload":"tick"}"#.into(),
        places: SchedulePlaces::default(),
    };
    let mut with = candidate("one", "ok", Some(100));
    with.version.schedules = vec![declared("a"), declared("b")];
    with.version.digest = "other".into();
    stand.store.deploy(with.clone(), doer(START)).await.unwrap();
    stand.store.pause_schedule("one/b".into(), None, doer(START)).await.unwrap();
    stand.execute();
    stand.clock.advance(MINUTE);
    let run = stand.next().await.run.unwrap();
    let Cause::Schedule { name: schedule, .. } = run.cause else { panic!("{:?}", run.cause) };
    assert_eq!(schedule, "one/a");
    let refused = stand.store.remove_schedule("one/a".into(), doer(START)).await.unwrap_err();
    assert!(refused.to_string().contains("lambda.toml of `one`"), "{refused}");

    stand.store.rename(name("one"), name("two"), doer(START)).await.unwrap();
    let listed = |all: Vec<Schedule>| {
        all.into_iter()
            .map(|it| (it.name, it.next_at_ms.is_some(), it.is_paused))
            .collect::<Vec<_>>()
    };
    let now = listed(stand.store.schedules().await.unwrap());
    assert_eq!(now, [("two/a".into(), true, false), ("two/b".into(), false, true)]);
    stand.store.undeploy(name("two"), doer(START)).await.unwrap();
    let now = listed(stand.store.schedules().await.unwrap());
    assert_eq!(now, [("two/a".into(), false, false), ("two/b".into(), false, true)]);
    // What was missed meanwhile is not made up for; what a person paused stays paused.
    let at = START + 10 * MINUTE + 1;
    stand.store.deploy(Candidate { lambda: name("two"), ..with.clone() }, doer(at)).await.unwrap();
    let all = stand.store.schedules().await.unwrap();
    assert_eq!(all[0].next_at_ms, Some(START + 11 * MINUTE));
    assert!(all[1].is_paused);
    stand.store.deploy(candidate("two", "ok", Some(100)), doer(at)).await.unwrap();
    assert!(stand.store.schedules().await.unwrap().is_empty());
    // So it does through a version without it, whatever its lambda is called by then.
    stand.store.rename(name("two"), name("three"), doer(at)).await.unwrap();
    stand.store.deploy(Candidate { lambda: name("three"), ..with }, doer(at)).await.unwrap();
    let now = listed(stand.store.schedules().await.unwrap());
    assert_eq!(now, [("three/a".into(), true, false), ("three/b".into(), false, true)]);
    stand.stop().await;
}

#[tokio::test]
async fn a_clock_that_is_set_back_delays_neither_schedules_nor_what_is_tried_again() {
    const HOUR: i64 = 60 * MINUTE;
    let mut stand = Stand::new("[delivery]\nretry_first_ms = 10000\nretry_most_ms = 100000\n");
    stand.deploy("one", "throws").await;
    stand.execute();
    stand.raise("1").await.unwrap();
    let wait = stand.next_retry().await;
    stand.clock.advance(-HOUR);
    let patience = Duration::from_secs(20);
    let is_due_earlier = async { while next_due(&stand.store, START).await.is_some() {} };
    timeout(patience, is_due_earlier).await.expect("what waits is due earlier");
    // What was to wait for seconds waits for seconds.
    stand.clock.advance(wait + 1);
    let run = stand.next().await.run.unwrap();
    assert!(matches!(run.cause, Cause::Delivery { attempt: 2, .. }), "{:?}", run.cause);
    stand.stop().await;

    let mut stand = Stand::new("");
    stand.deploy("one", "ok").await;
    stand.store.add_schedule(every_minute("often"), doer(START)).await.unwrap();
    stand.execute();
    stand.clock.advance(MINUTE);
    stand.next().await;
    stand.clock.advance(-HOUR);
    let is_due_earlier =
        async { while stand.store.schedules().await.unwrap()[0].next_at_ms > Some(START) {} };
    timeout(patience, is_due_earlier).await.expect("the schedule is due earlier");
    stand.clock.advance(MINUTE);
    let run = stand.next().await.run.unwrap();
    let Cause::Schedule { due_at_ms, .. } = run.cause else { panic!("{:?}", run.cause) };
    assert_eq!(due_at_ms, START - HOUR + 2 * MINUTE);
    stand.stop().await;
}

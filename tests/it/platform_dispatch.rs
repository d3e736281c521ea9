//! The dispatcher: deliveries, retries, dead letters, limits, schedules, the end.

use crate::http_kit::{Server, respond};
use crate::platform_kit::{START, Stand, event, invocation, until};
use crate::store_kit::{EVENT, ROOMY, candidate, doer, name, next_due};
use lambdeck::domain::{Cause, EventId, RaisedEvent, RunQuery, SendingOf};
use lambdeck::platform::clock::Clock as _;
use lambdeck::platform::store::{Deployments as _, Letters, Queue as _, Runs as _};
use lambdeck::platform::{Door as _, Fate, Invocation, LambdaRef, Refusal};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

#[tokio::test]
async fn an_event_is_carried_out_with_what_is_deployed() {
    let mut stand = Stand::new("");
    stand.deploy("one", "ok").await;
    stand.execute();
    let receipt = stand.raise("1").await.unwrap();
    assert_eq!((receipt.deliveries, receipt.is_duplicate), (1, false));
    let told = stand.next().await;
    let run = told.run.unwrap();
    assert_eq!((told.fate, run.version), (Fate::Done, Some(1)));
    assert!(matches!(run.cause, Cause::Delivery { attempt: 1, .. }));
    assert!(stand.raise("1").await.unwrap().is_duplicate);
    {
        let requests = stand.fake.requests.lock().unwrap();
        assert_eq!(requests.len(), 1);
        assert_eq!((&*requests[0].source, requests[0].sending), ("ok", SendingOf::LIVE));
        assert_eq!(requests[0].env["REGION"], "eu");
    }
    let figures = stand.platform.figures().await.unwrap();
    assert_eq!((figures.accepted, figures.duplicates, figures.queued), (1, 1, 0));
    assert_eq!((figures.lambdas[0].succeeded, figures.running), (1, 0));
    // Another process takes one.
    stand.store.raise(vec![event("2")], ROOMY, START).await.unwrap();
    assert_eq!(stand.platform.figures().await.unwrap().accepted, 2);
    stand.stop().await;
    assert_eq!(stand.raise("2").await, Err(Refusal::Stopping));
}

#[tokio::test]
async fn an_event_whose_sender_went_away_while_it_was_written_down_is_carried_out() {
    let mut stand = Stand::new("");
    stand.deploy("one", "ok").await;
    stand.execute();
    stand.raise("1").await.unwrap();
    stand.next().await;
    stand.falls_asleep().await;
    let mut raising = Box::pin(stand.platform.raise(vec![event("2")]));
    assert!(futures_util::poll!(&mut raising).is_pending());
    drop(raising);
    assert_eq!(stand.next().await.fate, Fate::Done);
}

#[tokio::test]
async fn an_event_that_nobody_told_of_is_found_when_it_is_repeated_or_within_a_minute() {
    let mut stand = Stand::new("");
    stand.deploy("one", "ok").await;
    stand.execute();
    stand.falls_asleep().await;
    // Another process takes them and is killed at once.
    stand.store.raise(vec![event("1")], ROOMY, START).await.unwrap();
    assert!(stand.raise("1").await.unwrap().is_duplicate);
    assert_eq!(stand.next().await.fate, Fate::Done);
    stand.falls_asleep().await;
    stand.store.raise(vec![event("2")], ROOMY, START).await.unwrap();
    stand.clock.advance(60_000);
    assert_eq!(stand.next().await.fate, Fate::Done);
}

#[tokio::test]
async fn what_may_pass_is_tried_again_ever_later_and_then_given_up() {
    let mut stand = Stand::new("[delivery]\nretries = 2\nretry_first_ms = 1000\n");
    stand.deploy("one", "throws").await;
    stand.execute();
    stand.raise("1").await.unwrap();
    let first = stand.next_retry().await;
    assert!((500..=1_000).contains(&first), "{first}");
    stand.clock.advance(first);
    let second = stand.next_retry().await;
    assert!((first + 1_000..=first + 2_000).contains(&second), "{second}");
    stand.clock.advance(second - first);
    let Fate::Dead { reason, .. } = stand.next().await.fate else { panic!("given up") };
    assert_eq!(reason, "threw: as it was told");
    let figures = stand.platform.figures().await.unwrap();
    let of = &figures.lambdas[0];
    assert_eq!((of.retried, of.dead, of.dead_letters), (2, 1, 1));
    // Redriven, it has all its attempts again.
    stand.deploy("one", "ok").await;
    stand.store.redrive(Letters::All, doer(START)).await.unwrap();
    stand.raise("2").await.unwrap();
    let (one, two) = (stand.next().await, stand.next().await);
    assert_eq!((one.fate, two.fate), (Fate::Done, Fate::Done));
    assert_eq!(stand.store.queue_figures().await.unwrap().queued, 0);
}

#[tokio::test]
async fn an_event_may_say_how_often_it_is_tried_again() {
    const ONCE: &str = "denver_post_survey_email_transcript";
    let mut stand = Stand::new("");
    let mut candidate = candidate("one", "throws", Some(10));
    candidate.version.event = Some(EventId::new(ONCE));
    stand.store.deploy(candidate, doer(START)).await.unwrap();
    let raised = RaisedEvent { event: EventId::new(ONCE), ..event("1") };
    stand.platform.raise(vec![raised]).await.unwrap();
    stand.execute();
    assert!(matches!(stand.next().await.fate, Fate::Dead { .. }));
}

#[tokio::test]
async fn what_cannot_pass_and_what_is_not_deployed_any_more_is_given_up_at_once() {
    let mut stand = Stand::new("");
    stand.deploy("one", "syntax").await;
    stand.raise("1").await.unwrap();
    stand.execute();
    assert!(matches!(stand.next().await.fate, Fate::Dead { .. }));
    stand.stop().await;
    let mut stand = stand.successor().await;
    stand.raise("2").await.unwrap();
    stand.store.undeploy(name("one"), doer(START)).await.unwrap();
    stand.execute();
    let told = stand.next().await;
    assert_eq!(told.run, None);
    let Fate::Dead { reason, .. } = told.fate else { panic!("given up") };
    assert_eq!(reason, "`one` is not deployed any more");
    assert_eq!(stand.store.dead_letters(None, 10).await.unwrap().len(), 2);
}

#[tokio::test]
async fn what_was_refused_or_no_answer_can_change_is_not_tried_again() {
    for (source, why) in [("refused", "not in `allowed_domains`"), ("trips", "script error")] {
        let mut stand = Stand::new("");
        stand.deploy("one", source).await;
        stand.raise("1").await.unwrap();
        stand.execute();
        let Fate::Dead { reason, .. } = stand.next().await.fate else { panic!("given up") };
        assert!(reason.contains(why), "{reason}");
    }
}

#[tokio::test]
async fn there_are_places_for_so_many_runs_and_so_many_of_a_lambda() {
    let mut stand = Stand::new("[delivery]\nconcurrency = 5\nconcurrency_per_lambda = 2\n");
    stand.deploy("one", "waits").await;
    for id in 0..10 {
        stand.raise(&id.to_string()).await.unwrap();
    }
    stand.execute();
    stand.has_running(2).await;
    // Calls have their places among them.
    let call = stand.call();
    stand.fake.permits.add_permits(11);
    for _ in 0..11 {
        stand.next().await;
    }
    assert!(call.await.unwrap().is_ok());
    assert_eq!(stand.fake.most_running.load(Ordering::SeqCst), 2);
    assert_eq!(stand.store.queue_figures().await.unwrap().queued, 0);
}

#[tokio::test]
async fn a_call_whose_caller_went_away_is_finished_and_kept() {
    let stand = Stand::new("");
    stand.deploy("one", "waits").await;
    let call = stand.call();
    stand.has_running(1).await;
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    assert_eq!(stand.platform.figures().await.unwrap().running, 1);
    stand.fake.permits.add_permits(1);
    stand.has_running(0).await;
    while stand.store.runs(RunQuery::default()).await.unwrap().is_empty() {}
    assert_eq!(stand.platform.figures().await.unwrap().running, 0);
}

#[tokio::test]
async fn a_delivery_stands_in_line_while_calls_hold_all_places() {
    let mut stand = Stand::new("[delivery]\nconcurrency = 1\nconcurrency_per_lambda = 1\n");
    stand.deploy("one", "waits").await;
    let call = stand.call();
    stand.has_running(1).await;
    stand.execute_with_one_in_line("1").await;
    // It needs nobody to wake it.
    stand.fake.permits.add_permits(2);
    assert!(matches!(stand.next().await.run.unwrap().cause, Cause::Call { .. }));
    assert!(matches!(stand.next().await.run.unwrap().cause, Cause::Delivery { .. }));
    assert!(call.await.unwrap().is_ok());
}

#[tokio::test]
async fn what_is_told_is_what_was_raised_wherever_the_lambda_is_connected_by_now() {
    let mut stand = Stand::new("");
    stand.deploy("one", "throws").await;
    stand.raise("1").await.unwrap();
    let mut moved = candidate("one", "trips", Some(100));
    moved.version.event = Some(EventId::new("denver_post_survey_email_transcript"));
    stand.store.deploy(moved, doer(START)).await.unwrap();
    stand.execute();
    let told = stand.next().await;
    assert!(matches!(told.fate, Fate::Dead { .. }), "{told:?}");
    assert_eq!(told.run.unwrap().event, Some(EventId::new(EVENT)));
    let figures = stand.platform.figures().await.unwrap();
    let [of] = figures.lambdas.as_slice() else { panic!("{:?}", figures.lambdas) };
    assert_eq!((of.failed.len(), of.dead, of.dead_letters), (1, 1, 1));
}

#[tokio::test]
async fn nothing_that_waits_for_a_place_begins_once_it_stops() {
    let mut stand = Stand::new("[delivery]\nconcurrency = 1\n");
    stand.deploy("one", "waits").await;
    let call = || {
        let platform = stand.platform.clone();
        tokio::spawn(
            async move { platform.invoke(LambdaRef::Name(name("one")), invocation()).await },
        )
    };
    let first = call();
    stand.has_running(1).await;
    let second = call();
    stand.execute_with_one_in_line("1").await;
    let (platform, fake) = (stand.platform.clone(), stand.fake.clone());
    let goes_on = async {
        until(|| platform.obstacle().is_some()).await;
        // It need not wait until something ends.
        assert_eq!(second.await.unwrap(), Err(Refusal::Stopping));
        fake.permits.add_permits(3);
    };
    tokio::join!(stand.stop(), goes_on);
    assert!(first.await.unwrap().is_ok());
    assert_eq!(stand.fake.requests.lock().unwrap().len(), 1);
    let mut stand = stand.successor().await;
    stand.clock.advance(1);
    stand.fake.permits.add_permits(1);
    stand.execute();
    let run = stand.next().await.run.unwrap();
    assert_eq!(run.cause.attempt(), Some(1), "it was not tried before");
}

#[tokio::test]
async fn beyond_its_bounds_the_queue_takes_nothing_and_says_when_to_come_again() {
    let mut stand = Stand::new("[delivery]\nqueue_deliveries = 3\n");
    stand.deploy("one", "ok").await;
    for id in ["1", "2", "3"] {
        stand.raise(id).await.unwrap();
    }
    let full = stand.raise("4").await.unwrap_err();
    assert!(matches!(full, Refusal::Full { .. }), "{full}");
    assert_eq!(stand.platform.figures().await.unwrap().refused, 1);
    let unknown = RaisedEvent { event: EventId::new("nothing"), ..event("5") };
    let unknown = stand.platform.raise(vec![unknown]).await;
    assert_eq!(unknown, Err(Refusal::UnknownEvent("nothing".into())));
    let heavy = format!("{{\"payload\":\"{}\"}}", "x".repeat(1 << 20));
    let heavy = RaisedEvent { input: heavy.into(), ..event("6") };
    let heavy = stand.platform.raise(vec![heavy]).await.unwrap_err();
    assert!(matches!(heavy, Refusal::TooLarge { .. }), "{heavy}");
    stand.execute();
    for _ in 0..3 {
        stand.next().await;
    }
    stand.raise("4").await.unwrap();
}

#[tokio::test]
async fn calls_are_answered_and_kept() {
    let stand = Stand::new("");
    let call = |lambda| stand.platform.invoke(LambdaRef::Name(name(lambda)), invocation());
    assert_eq!(call("one").await, Err(Refusal::UnknownLambda("one".into())));
    stand.deploy("one", "ok").await;
    stand.deploy("two", "throws").await;
    let run = call("one").await.unwrap();
    assert_eq!(run.lambda, name("one"));
    let both = stand.platform.invoke_event(EventId::new(EVENT), invocation()).await.unwrap();
    assert_eq!(both.len(), 2);
    let id = stand.store.lambdas().await.unwrap()[0].id;
    assert!(stand.platform.invoke(LambdaRef::Id(id), invocation()).await.is_ok());
    stand.store.undeploy(name("one"), doer(START)).await.unwrap();
    assert_eq!(call("one").await, Err(Refusal::NotDeployed("one".into())));
    assert!(stand.platform.is_implemented(EventId::new(EVENT), None).await.unwrap());
    let bad = Invocation { input: "[1]".into(), ..invocation() };
    let bad = stand.platform.invoke(LambdaRef::Name(name("two")), bad).await.unwrap_err();
    assert!(matches!(bad, Refusal::BadInput(_)), "{bad}");
}

#[tokio::test]
async fn events_go_by_their_ids_their_names_and_what_clients_call_them() {
    let stand = Stand::new("");
    for (known, id) in [
        ("controllerbot_messaging_ttr", "controllerbot_messaging_ttr"),
        ("Messaging TTR", "controllerbot_messaging_ttr"),
        ("MessagingTTR", "controllerbot_messaging_ttr"),
        ("MessagingParticipantChange", "controllerbot_messaging_participants_change"),
        ("MessagingLineInOffHours", "controllerbot_messaging_mid_conversation_msg"),
        ("ChatPostSurveyEmailTranscript", "denver_post_survey_email_transcript"),
        ("MessagingSurveyEnded", "surveybot_messaging_survey_ended"),
    ] {
        assert_eq!(stand.platform.event_named(known), Some(EventId::new(id)), "{known}");
    }
    assert_eq!(stand.platform.event_named("Messaging"), None);
}

#[tokio::test]
async fn a_store_that_fails_at_first_is_tried_again() {
    let mut stand = Stand::new("");
    stand.deploy("one", "ok").await;
    stand.raise("1").await.unwrap();
    let path = stand.folder.path().join(".lambdeck/state.db");
    let other = rusqlite::Connection::open(path).unwrap();
    other.execute_batch("ALTER TABLE delivery RENAME TO away").unwrap();
    stand.execute();
    let platform = stand.platform.clone();
    until(|| platform.obstacle().is_some()).await;
    other.execute_batch("ALTER TABLE away RENAME TO delivery").unwrap();
    stand.pass_time_until_told().await;
    assert_eq!(stand.next().await.fate, Fate::Done);
}

#[tokio::test]
async fn what_ran_is_not_run_again_while_its_end_cannot_be_written_down() {
    let mut stand = Stand::new("");
    stand.deploy("one", "ok").await;
    let other = rusqlite::Connection::open(stand.folder.path().join(".lambdeck/state.db")).unwrap();
    let stop_keeping =
        "CREATE TRIGGER full BEFORE INSERT ON run BEGIN SELECT RAISE(ABORT, 'full'); END";
    other.execute_batch(stop_keeping).unwrap();
    stand.execute();
    stand.raise("1").await.unwrap();
    let platform = stand.platform.clone();
    until(|| platform.obstacle().is_some()).await;
    assert_eq!(stand.store.queue_figures().await.unwrap().queued, 1);
    other.execute_batch("DROP TRIGGER full").unwrap();
    stand.pass_time_until_told().await;
    assert_eq!(stand.next().await.fate, Fate::Done);
    assert_eq!(stand.store.runs(RunQuery::default()).await.unwrap().len(), 1);
    // What is never taken with its record goes without it in the end.
    other.execute_batch(stop_keeping).unwrap();
    stand.raise("2").await.unwrap();
    stand.pass_time_until_told().await;
    assert_eq!(stand.next().await.fate, Fate::Done);
    assert_eq!(stand.store.queue_figures().await.unwrap().queued, 0);
    assert_eq!(stand.fake.requests.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn nothing_is_ready_before_something_could_be_written_again() {
    let mut stand = Stand::new("");
    stand.deploy("one", "ok").await;
    let other = rusqlite::Connection::open(stand.folder.path().join(".lambdeck/state.db")).unwrap();
    let refuse = |table: &str| {
        let sql = format!(
            "CREATE TRIGGER no_{table} BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'full'); END"
        );
        other.execute_batch(&sql).unwrap();
    };
    refuse("event");
    refuse("sum");
    stand.execute();
    assert!(stand.raise("1").await.is_err());
    for _ in 0..100 {
        stand.clock.advance(1_000);
        // It is looked at on other threads too, as is this.
        stand.store.queue_figures().await.unwrap();
        let obstacle = stand.platform.obstacle().expect("nothing was written yet");
        assert!(!obstacle.contains("state.db"), "{obstacle}");
    }
    other.execute_batch("DROP TRIGGER no_event; DROP TRIGGER no_sum").unwrap();
    while stand.platform.obstacle().is_some() {
        stand.clock.advance(1_000);
        tokio::task::yield_now().await;
    }
    stand.raise("1").await.unwrap();
    assert_eq!(stand.next().await.fate, Fate::Done);
}

#[tokio::test]
async fn a_fault_of_our_own_is_an_attempt_like_others() {
    let mut stand = Stand::new("[delivery]\nretries = 0\n");
    stand.deploy("one", "panics").await;
    stand.raise("1").await.unwrap();
    stand.execute();
    let Fate::Dead { reason, .. } = stand.next().await.fate else { panic!("given up") };
    assert_eq!(reason, "lambdeck itself failed; its log says why");
    assert_eq!(stand.platform.figures().await.unwrap().running, 0);
}

#[tokio::test]
async fn a_call_by_event_runs_the_lambdas_of_its_skill_and_those_of_all() {
    let stand = Stand::new("");
    for (lambda, skills) in [("billing", &["7", "8"][..]), ("sales", &["9"]), ("all", &[])] {
        let mut own = candidate(lambda, "ok", Some(100));
        own.version.skills = skills.iter().map(|it| (*it).to_owned()).collect();
        stand.store.deploy(own, doer(START)).await.unwrap();
    }
    for (skill, ran) in [(None, 3), (Some("8"), 2), (Some("9"), 2), (Some("10"), 1)] {
        let invocation = Invocation { skill: skill.map(str::to_owned), ..invocation() };
        let runs = stand.platform.invoke_event(EventId::new(EVENT), invocation).await.unwrap();
        assert_eq!(runs.len(), ran, "{skill:?}");
    }
    stand.store.undeploy(name("all"), doer(START)).await.unwrap();
    let asked =
        |skill: &str| stand.platform.is_implemented(EventId::new(EVENT), Some(skill.into()));
    assert!(asked("7").await.unwrap());
    assert!(!asked("10").await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_goes_to_the_sink_and_is_sent_again_until_it_is_taken() {
    let refusals = Arc::new(AtomicUsize::new(1));
    let left = Arc::clone(&refusals);
    let server = Server::start(move |_, out| {
        let is_refused =
            left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |it| it.checked_sub(1)).is_ok();
        let status = if is_refused { "503 Service Unavailable" } else { "204 No Content" };
        respond(out, status, &[], "")
    });
    let config = format!(
        "[delivery]\nretry_first_ms = 1000\nretries = 1\nsink = \"{}\"\n",
        server.url("/results")
    );
    let mut stand = Stand::new(&config);
    stand.deploy("one", "ok").await;
    stand.execute();
    stand.raise("7").await.unwrap();
    let run = stand.next().await.run.unwrap();
    until(|| server.asked().len() == 1).await;
    // What it waits for has to be written down first.
    while next_due(&stand.store, START).await.is_none_or(|due| due > START + 1_000) {}
    stand.clock.advance(1_000);
    until(|| server.asked().len() == 2).await;
    let asked = server.asked().remove(1);
    assert_eq!((asked.method.as_str(), asked.path.as_str()), ("POST", "/results"));
    assert!(asked.header("content-type").unwrap().starts_with("application/cloudevents+json"));
    let sent: serde_json::Value = serde_json::from_slice(&asked.body).unwrap();
    let Cause::Delivery { delivery, .. } = run.cause else { panic!("{:?}", run.cause) };
    assert_eq!((&sent["id"], &sent["run"]), (&json!(delivery), &json!(run.id)));
    assert_eq!((&sent["data"], &sent["causeid"]), (&1.into(), &"7".into()));
    assert_eq!((&sent["type"], &sent["subject"]), (&"lambdeck.result".into(), &EVENT.into()));
    while stand.store.queue_figures().await.unwrap().queued > 0 {}
    assert_eq!(stand.platform.figures().await.unwrap().lambdas[0].retried, 1);
    // Nobody takes it: a dead letter like any other.
    refusals.store(usize::MAX, Ordering::SeqCst);
    stand.raise("8").await.unwrap();
    stand.next().await;
    until(|| server.asked().len() == 3).await;
    let now = START + 1_000;
    while next_due(&stand.store, now).await.is_none_or(|due| due > now + 1_000) {}
    stand.clock.advance(1_000);
    let Fate::Dead { reason, .. } = stand.next().await.fate else { panic!("given up") };
    let url = server.url("/results");
    let told = format!("its result could not be sent: the sink `{url}` answered 503");
    assert!(reason.starts_with(&told), "{reason}");
    assert!(reason.ends_with("redrive it then"), "{reason}");
    // By a clock that was set back meanwhile nothing waits for the time at which its event was raised.
    refusals.store(0, Ordering::SeqCst);
    stand.deploy("one", "waits").await;
    let raised_at_ms = stand.clock.now_ms();
    let late = RaisedEvent { raised_at_ms, ..event("9") };
    stand.platform.raise(vec![late]).await.unwrap();
    stand.has_running(1).await;
    stand.clock.advance(-3_600_000);
    stand.fake.permits.add_permits(1);
    until(|| server.asked().len() == 5).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sink_that_is_not_reached_is_named_without_what_nobody_should_read() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let sink = format!("http://me:s3cret@{nobody}/results?key=s3cret");
    let mut stand = Stand::new(&format!("[delivery]\nretries = 0\nsink = \"{sink}\"\n"));
    stand.deploy("one", "ok").await;
    stand.execute();
    stand.raise("1").await.unwrap();
    assert_eq!(stand.next().await.fate, Fate::Done);
    let Fate::Dead { reason, .. } = stand.next().await.fate else { panic!("given up") };
    let told = format!("its result could not be sent: the sink `http://{nobody}/results` was not");
    assert!(reason.starts_with(&told), "{reason}");
    assert!(!reason.contains("s3cret"), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sink_that_refuses_is_not_asked_again_and_one_that_hangs_holds_up_no_run() {
    let (go_on, wait) = std::sync::mpsc::channel::<()>();
    let wait = std::sync::Mutex::new(wait);
    let server = Server::start(move |asked, out| {
        if asked.path == "/hangs" {
            let _ = wait.lock().unwrap().recv();
        }
        respond(out, "410 Gone", &[], "")
    });
    let config =
        |path: &str| format!("[delivery]\nconcurrency = 1\nsink = \"{}\"\n", server.url(path));
    let mut stand = Stand::new(&config("/refuses"));
    stand.deploy("one", "ok").await;
    stand.execute();
    stand.raise("1").await.unwrap();
    assert_eq!(stand.next().await.fate, Fate::Done);
    let Fate::Dead { reason, .. } = stand.next().await.fate else { panic!("given up") };
    assert!(reason.contains("410"), "{reason}");
    assert_eq!(server.asked().len(), 1);
    stand.stop().await;
    let mut stand = stand.successor().await;
    std::fs::write(stand.folder.path().join("lambdeck.toml"), config("/hangs")).unwrap();
    stand.execute();
    for id in 2..10 {
        stand.raise(&id.to_string()).await.unwrap();
        assert_eq!(stand.next().await.fate, Fate::Done);
    }
    drop(go_on);
}

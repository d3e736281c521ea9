//! What the tests of the store share: stores in folders of their own, and short ways to put something in.

use lambdeck::domain::{EventId, LambdaName, Limits, RaisedEvent, Version};
use lambdeck::platform::embedded::Embedded;
use lambdeck::platform::store::{
    Candidate, Claim, Claimed, Deployments as _, Doer, Queue as _, QueueLimits,
};
use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

pub const ROOMY: QueueLimits = QueueLimits { deliveries: 100_000, bytes: 1 << 30 };
pub const EVENT: &str = "controllerbot_messaging_ttr";

pub fn open(folder: &Path) -> Embedded {
    Embedded::open(folder).unwrap()
}

/// Whether the process `pid` has a lock on the file, as the system lists them.
pub fn is_locked_by(path: &Path, pid: u32) -> bool {
    let file = format!(":{}", std::fs::metadata(path).unwrap().ino());
    let is_its = |line: &str| {
        let mut words = line.split_whitespace().skip_while(|word| *word != pid.to_string());
        words.nth(1).is_some_and(|it| it.ends_with(&file))
    };
    // The list is read in pieces: what goes meanwhile makes others be left out.
    (0..10).any(|_| std::fs::read_to_string("/proc/locks").unwrap().lines().any(is_its))
}

pub fn name(text: &str) -> LambdaName {
    LambdaName::new(text).unwrap()
}

pub fn doer(at_ms: i64) -> Doer {
    Doer { by: "ada".into(), at_ms }
}

/// A lambda with this source, on the event if there are slots.
pub fn candidate(lambda: &str, source: &str, slots: Option<u32>) -> Candidate {
    let version = Version {
        number: 0,
        source: source.into(),
        event: slots.map(|_| EventId::new(EVENT)),
        env: [("REGION".to_owned(), "eu".to_owned())].into(),
        limits: Limits::default(),
        schedules: Vec::new(),
        skills: Vec::new(),
        digest: format!("digest of {source}"),
        created_at_ms: 0,
        by: String::new(),
    };
    Candidate { lambda: name(lambda), version, slots, swap: None }
}

pub async fn deploy(store: &Embedded, lambda: &str, source: &str) {
    store.deploy(candidate(lambda, source, Some(100)), doer(1)).await.unwrap();
}

/// Takes what is due, ten deliveries at most.
pub async fn claim(store: &Embedded, now_ms: i64) -> Vec<Claimed> {
    let claim = Claim {
        now_ms,
        most: 10,
        most_results: 1,
        most_per_lambda: 10,
        running: BTreeMap::new(),
        in_line: Vec::new(),
    };
    store.claim(claim).await.unwrap().deliveries
}

/// When the next delivery after `now_ms` is due.
pub async fn next_due(store: &Embedded, now_ms: i64) -> Option<i64> {
    let none = Claim {
        now_ms,
        most: 0,
        most_results: 0,
        most_per_lambda: 0,
        running: BTreeMap::new(),
        in_line: Vec::new(),
    };
    let taken = store.claim(none).await.unwrap();
    assert_eq!(taken.deliveries, []);
    taken.next_due_ms
}

pub fn event(id: &str) -> RaisedEvent {
    RaisedEvent {
        source: "test".into(),
        id: id.into(),
        event: EventId::new(EVENT),
        input: r#"{"headers":[],"payload":{"n":1}}"#.into(),
        raised_at_ms: 1,
        trace: None,
        carried_by: None,
    }
}

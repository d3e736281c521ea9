//! A platform whose runs need no process and whose clock is moved by hand.

use crate::store_kit::{self, EVENT};
use lambdeck::domain::{
    CallRecord, CallStatus, EventId, Failure, FailureKind, Outcome, RaisedEvent, Run, Schedule,
    ScheduleOrigin,
};
use lambdeck::platform::clock::VirtualClock;
use lambdeck::platform::embedded::Embedded;
use lambdeck::platform::store::{Deployments as _, Queue as _};
use lambdeck::platform::traces::Traces;
use lambdeck::platform::{
    Door as _, Fate, Invocation, LambdaRef, Parts, Platform, Receipt, Refusal, Runner, Told,
};
use lambdeck::runtime::{Cancel, RunRequest};
use lambdeck::workspace::Workspace;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::sync::{Semaphore, broadcast};
use tokio::task::JoinHandle;
use tokio::time::timeout;

pub const START: i64 = 1_764_000_000_000;
/// How long something that happens may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A call with a small input.
pub fn invocation() -> Invocation {
    Invocation {
        input: r#"{"payload":1}"#.into(),
        system: Some("tests".into()),
        skill: None,
        trace: None,
    }
}

/// A schedule of `one` for every minute, first a minute after the start.
pub fn every_minute(name: &str) -> Schedule {
    Schedule {
        name: name.into(),
        lambda: store_kit::name("one"),
        cron: "* * * * *".into(),
        time_zone: "UTC".into(),
        input: r#"{"payload":"tick"}"#.into(),
        origin: ScheduleOrigin::Command,
        is_paused: false,
        next_at_ms: Some(START + 60_000),
        last_at_ms: None,
    }
}

/// Runs what a lambda's source says: `ok`, `throws`, `trips`, `refused`, `panics`, `syntax`, `knows` a secret in its payload, or `waits` until a permit is given.
#[derive(Clone)]
pub struct Fake {
    pub permits: Arc<Semaphore>,
    pub running: Arc<AtomicUsize>,
    pub most_running: Arc<AtomicUsize>,
    pub requests: Arc<Mutex<Vec<RunRequest>>>,
}

impl Runner for Fake {
    async fn run(&self, request: RunRequest, cancel: Cancel) -> Run {
        let running = self.running.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_running.fetch_max(running, Ordering::SeqCst);
        self.requests.lock().unwrap().push(request.clone());
        let failed = |kind| Outcome::Failed(Failure::new(kind, "as it was told"));
        let outcome = match &*request.source {
            "refused" => Outcome::Failed(Failure::new(FailureKind::Threw, REFUSED)),
            "throws" | "knows" => failed(FailureKind::Threw),
            "trips" => failed(FailureKind::Script),
            "syntax" => failed(FailureKind::Compile),
            "panics" => panic!("as it was told"),
            "waits" => tokio::select! {
                permit = self.permits.acquire() => {
                    permit.unwrap().forget();
                    Outcome::Succeeded(1.into())
                }
                () = cancel.cancelled() => Outcome::Cancelled,
            },
            _ => Outcome::Succeeded(1.into()),
        };
        self.running.fetch_sub(1, Ordering::SeqCst);
        let calls = if &*request.source == "refused" { vec![refused()] } else { Vec::new() };
        Run {
            id: request.id,
            lambda: request.lambda,
            event: request.event,
            started_at_ms: START,
            duration_us: 1_000,
            peak_memory_bytes: 0,
            operations: 0,
            outcome,
            logs: Vec::new(),
            logs_gap: None,
            deployed_log_cut: None,
            calls,
            calls_skipped: 0,
            masked_input: (&*request.source == "knows").then(|| MASKED.into()),
        }
    }
}

/// What is left of a payload that a lambda knows a secret in.
pub const MASKED: &str = r#"{"headers":[],"payload":{"n":"•••••"}}"#;

const REFUSED: &str = "x.example is not in `allowed_domains`";

/// A request that the allow-list refused.
fn refused() -> CallRecord {
    CallRecord {
        at_ms: START,
        line: Some(1),
        what: "http::get".into(),
        target: "https://x.example/".into(),
        status: CallStatus::Refused { message: REFUSED.into(), allow: Some("x.example".into()) },
        duration_us: 1,
        bytes: 0,
        request: None,
        response: None,
        hops: Vec::new(),
        span: None,
    }
}

pub struct Stand {
    pub platform: Platform<Embedded, Fake>,
    pub store: Embedded,
    pub clock: Arc<VirtualClock>,
    pub fake: Fake,
    pub told: broadcast::Receiver<Told>,
    stop: Cancel,
    task: Option<JoinHandle<()>>,
    pub folder: TempDir,
}

impl Stand {
    /// Calls the lambda `one`, beside whatever else goes on.
    pub fn call(&self) -> JoinHandle<Result<Run, Refusal>> {
        let platform = self.platform.clone();
        let lambda = LambdaRef::Name(store_kit::name("one"));
        tokio::spawn(async move { platform.invoke(lambda, invocation()).await })
    }

    /// Waits until so many runs go on.
    pub async fn has_running(&self, count: usize) {
        until(|| self.fake.running.load(Ordering::SeqCst) == count).await;
    }

    /// A workspace with this in `lambdeck.toml`, nothing deployed, and nobody executing yet.
    pub fn new(config: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Workspace::init(folder.path()).unwrap();
        std::fs::write(folder.path().join("lambdeck.toml"), config).unwrap();
        Self::over(folder)
    }

    fn over(folder: TempDir) -> Self {
        let workspace = Workspace::open(folder.path()).unwrap();
        let store = store_kit::open(&workspace.state_folder().unwrap());
        let clock = Arc::new(VirtualClock::at(START));
        let fake = Fake {
            permits: Arc::new(Semaphore::new(0)),
            running: Arc::default(),
            most_running: Arc::default(),
            requests: Arc::default(),
        };
        let platform = Platform::of(Parts {
            store: store.clone(),
            runner: fake.clone(),
            clock: clock.clone(),
            traces: Traces::default(),
            workspace,
            owner: None,
        });
        let told = platform.listen();
        Self { platform, store, clock, fake, told, stop: Cancel::new(), task: None, folder }
    }

    pub async fn deploy(&self, lambda: &str, source: &str) {
        let candidate = store_kit::candidate(lambda, source, Some(100));
        self.store.deploy(candidate, store_kit::doer(START)).await.unwrap();
    }

    /// The database, for what nobody can ask the store for.
    pub fn database(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.folder.path().join(".lambdeck/state.db")).unwrap()
    }

    pub fn execute(&mut self) {
        let (platform, stop) = (self.platform.clone(), self.stop.clone());
        self.task = Some(tokio::spawn(async move {
            platform.run(async move { stop.cancelled().await }).await;
        }));
    }

    /// Gives the dispatcher, which nothing wakes any more, the time to go to sleep.
    pub async fn falls_asleep(&self) {
        for _ in 0..100 {
            // Steps of the store are made one after the other.
            self.store.try_writing(START).await.unwrap();
        }
    }

    /// Executes with a delivery for which there is no place, until it stands in line.
    pub async fn execute_with_one_in_line(&mut self, id: &str) {
        self.raise(id).await.unwrap();
        self.clock.advance(1);
        self.execute();
        // Taken and put back, it is due as of when it was taken.
        let is_in_line = async {
            while self.store.queue_figures().await.unwrap().oldest_due_ms != Some(START + 1) {}
        };
        timeout(PATIENCE, is_in_line).await.expect("it stands in line");
    }

    pub async fn raise(&self, id: &str) -> Result<Receipt, Refusal> {
        let raised = self.platform.raise(vec![event(id)]).await?;
        Ok(raised[0].clone())
    }

    /// Lets seconds pass until something has become of a run.
    pub async fn pass_time_until_told(&self) {
        while self.told.is_empty() {
            self.clock.advance(1_000);
            tokio::task::yield_now().await;
        }
    }

    /// What became of the next run.
    pub async fn next(&mut self) -> Told {
        timeout(PATIENCE, self.told.recv()).await.expect("something happens").unwrap()
    }

    /// When the next run is tried again, in milliseconds from the start.
    pub async fn next_retry(&mut self) -> i64 {
        match self.next().await.fate {
            Fate::Retried { due_ms } => due_ms - START,
            other => panic!("{other:?}"),
        }
    }

    /// Tells it to stop and waits for its end.
    pub async fn stop(&mut self) {
        self.stop.cancel();
        self.task.take().unwrap().await.unwrap();
    }

    /// Another one over what this one left when it was cut off.
    pub async fn successor(self) -> Self {
        let Self { folder, platform, store, task, .. } = self;
        if let Some(task) = task {
            task.abort();
            let _ = task.await;
        }
        drop((platform, store));
        Self::over(folder)
    }
}

pub fn event(id: &str) -> RaisedEvent {
    RaisedEvent { event: EventId::new(EVENT), ..store_kit::event(id) }
}

/// Waits until `is_so`.
pub async fn until(is_so: impl Fn() -> bool) {
    let give_up = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < give_up, "it never was so");
        tokio::task::yield_now().await;
    }
}

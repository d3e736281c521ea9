//! What the runtime's tests share: a runtime on the real binary and short ways to run a source.

use lambdeck::domain::{
    Failure, LambdaName, Limits, Outcome, Run, RunId, Secret, SecretFailure, SecretFailureKind,
    SecretStore, SendingOf,
};
use lambdeck::runtime::{Cancel, RunEvent, RunRequest, Runtime, RuntimeConfig};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

pub const HELLO: &str = r#"fn lambda(input) { "hello " + input.payload.name }"#;
pub const HELLO_INPUT: &str = r#"{"headers": [], "payload": {"name": "world"}}"#;

/// A runtime without spares, so that the number of started workers is that of the needed ones.
pub fn runtime() -> Runtime {
    Runtime::new(RuntimeConfig { worker: program(), spares: 0 })
}

pub fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_lambdeck"))
}

/// A runtime whose worker is the shell script `script`, kept in `folder`. Another process writes it: what was open for
/// writing here could still be so in a child that another thread is starting, and the system starts no such program
/// ("Text file busy").
pub fn runtime_of(folder: &Path, script: &str) -> Runtime {
    let worker = folder.join("worker");
    let written = Command::new("sh")
        .args(["-c", r#"printf %s "$2" >"$1" && chmod 755 "$1""#, "sh"])
        .args([worker.as_os_str(), script.as_ref()])
        .status();
    assert!(written.unwrap().success());
    Runtime::new(RuntimeConfig { worker, spares: 0 })
}

/// The processes that a process has started, zombies included.
pub fn children_of(parent: u32) -> Vec<u32> {
    let parent = parent.to_string();
    let stat_of = |pid: u32| std::fs::read_to_string(format!("/proc/{pid}/stat")).ok();
    let is_child = |pid: &u32| {
        let Some(stat) = stat_of(*pid) else { return false };
        // The name stands in parentheses and may hold anything; state and parent follow.
        let Some((_, rest)) = stat.rsplit_once(')') else { return false };
        rest.split_whitespace().nth(1) == Some(&parent)
    };
    let entries = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    entries.filter_map(|it| it.file_name().to_str()?.parse().ok()).filter(is_child).collect()
}

pub fn request(source: &str, input: &str) -> RunRequest {
    RunRequest {
        id: RunId(uuid::Uuid::now_v7()),
        lambda: LambdaName::new("tested").unwrap(),
        event: None,
        source: source.into(),
        input: input.into(),
        env: BTreeMap::from([("REGION".to_owned(), "eu".to_owned())]),
        limits: Limits::default(),
        secrets: None,
        reach: Arc::default(),
        sending: SendingOf::LIVE,
        trace: None,
    }
}

/// Runs `source` on the hello input.
pub async fn run(runtime: &Runtime, source: &str) -> Run {
    run_request(runtime, request(source, HELLO_INPUT)).await
}

pub async fn run_request(runtime: &Runtime, request: RunRequest) -> Run {
    let (events, _) = unbounded_channel();
    runtime.run(request, events, Cancel::new()).await
}

/// Starts a run in the background.
pub fn start(
    runtime: &Runtime,
    request: RunRequest,
) -> (tokio::task::JoinHandle<Run>, UnboundedReceiver<RunEvent>, Cancel) {
    let (events, receiver) = unbounded_channel();
    let cancel = Cancel::new();
    let task = tokio::spawn({
        let (runtime, cancel) = (runtime.clone(), cancel.clone());
        async move { runtime.run(request, events, cancel).await }
    });
    (task, receiver, cancel)
}

/// The value of a run that must have succeeded.
#[track_caller]
pub fn value(run: &Run) -> &serde_json::Value {
    match &run.outcome {
        Outcome::Succeeded(value) => value,
        other => panic!("{other:#?}"),
    }
}

/// The failure of a run that must have failed.
#[track_caller]
pub fn failure(run: &Run) -> &Failure {
    match &run.outcome {
        Outcome::Failed(failure) => failure,
        other => panic!("{other:#?}"),
    }
}

/// A store of one secret.
#[derive(Debug)]
pub struct OneSecret {
    name: &'static str,
    secret: Mutex<Secret>,
}

impl OneSecret {
    pub fn new(name: &'static str, value: &serde_json::Value) -> Arc<Self> {
        Arc::new(Self { name, secret: Mutex::new(Secret::of(value).unwrap()) })
    }
}

impl SecretStore for OneSecret {
    fn read(&self, name: &str) -> Result<Secret, SecretFailure> {
        if name == self.name {
            return Ok(self.secret.lock().unwrap().clone());
        }
        let message = format!("there is no secret `{name}`");
        Err(SecretFailure { kind: SecretFailureKind::NotFound, message })
    }

    fn update(&self, name: &str, value: &serde_json::Value) -> Result<Secret, SecretFailure> {
        let new = self
            .read(name)?
            .with(value)
            .map_err(|message| SecretFailure { kind: SecretFailureKind::InvalidFormat, message })?;
        *self.secret.lock().unwrap() = new.clone();
        Ok(new)
    }
}

//! Workers come, are reused, and go.

use crate::runtime_kit::*;
use lambdeck::domain::{FailureKind, Outcome};
use lambdeck::runtime::protocol::{FromWorker, encode};
use lambdeck::runtime::{Cancel, RunEvent, Runtime, RuntimeConfig, Wall};
use std::time::Duration;
use tokio::sync::mpsc::unbounded_channel;

/// The processes that are workers of this test process, zombies included.
fn workers() -> Vec<u32> {
    children_of(std::process::id())
}

#[tokio::test]
async fn a_hundred_runs_use_one_worker() {
    let runtime = runtime();
    for _ in 0..100 {
        assert_eq!(value(&run(&runtime, HELLO).await), "hello world");
    }
    assert_eq!(runtime.workers_started(), 1);
}

#[tokio::test]
async fn a_spare_stands_ready_and_is_used() {
    let runtime = Runtime::new(RuntimeConfig { worker: program(), spares: 1 });
    runtime.warm();
    runtime.warm();
    while runtime.workers_ready() == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(runtime.workers_started(), 1);
    value(&run(&runtime, HELLO).await);
    assert_eq!(runtime.workers_started(), 1);
}

#[tokio::test]
async fn runs_side_by_side_have_a_worker_each() {
    let runtime = runtime();
    let runs = (0..4)
        .map(|_| start(&runtime, request("fn lambda(input) { sleep(0.05); 1 }", HELLO_INPUT)));
    for (task, ..) in runs.collect::<Vec<_>>() {
        assert_eq!(value(&task.await.unwrap()), 1);
    }
    assert!(runtime.workers_started() > 1);
}

#[tokio::test]
async fn as_many_workers_stand_ready_as_were_needed_at_once() {
    let runtime = runtime();
    for _ in 0..3 {
        let runs = (0..5)
            .map(|_| start(&runtime, request("fn lambda(input) { sleep(0.05); 1 }", HELLO_INPUT)));
        for (task, ..) in runs.collect::<Vec<_>>() {
            assert_eq!(value(&task.await.unwrap()), 1);
        }
    }
    assert!(runtime.workers_started() <= 5, "{}", runtime.workers_started());
}

#[tokio::test]
async fn a_worker_runs_what_it_is_given_whatever_it_ran_before() {
    let runtime = runtime();
    let sources = ["fn lambda(input) { 1 }", "fn lambda(input) { 2 }", "fn lambda(input) {"];
    for at in [0, 0, 1, 1, 2, 2, 0, 2, 1] {
        let run = start(&runtime, request(sources[at], HELLO_INPUT)).0.await.unwrap();
        match at {
            2 => assert_eq!(failure(&run).kind, FailureKind::Compile),
            _ => assert_eq!(value(&run), at + 1),
        }
    }
    assert_eq!(runtime.workers_started(), 1);
}

#[tokio::test]
async fn cancelling_a_loop_ends_it_and_keeps_its_worker() {
    let runtime = runtime();
    let (task, mut events, cancel) =
        start(&runtime, request("fn lambda(input) { let n = 0; loop { n += 1 } }", HELLO_INPUT));
    assert_eq!(events.recv().await, Some(RunEvent::Started));
    cancel.cancel();
    let cancelled = task.await.unwrap();
    assert_eq!(cancelled.outcome, Outcome::Cancelled);
    assert_eq!(value(&run(&runtime, HELLO).await), "hello world");
    assert_eq!(runtime.workers_started(), 1);
}

#[tokio::test]
async fn cancelling_a_sleep_or_a_built_in_call_ends_it() {
    let runtime = runtime();
    let busy = "fn lambda(input) { let s = \"a\"; for i in 0..25 { s += s; } let t = s + \"b\"; loop { s.split(\"a\").len(); } }";
    for source in ["fn lambda(input) { sleep(1000) }", busy] {
        let mut request = request(source, HELLO_INPUT);
        request.limits.memory_bytes = 8 << 30;
        let (task, mut events, cancel) = start(&runtime, request);
        assert_eq!(events.recv().await, Some(RunEvent::Started));
        cancel.cancel();
        assert_eq!(task.await.unwrap().outcome, Outcome::Cancelled);
    }
}

#[tokio::test]
async fn a_run_cancelled_before_it_begins_needs_no_worker() {
    let runtime = runtime();
    let (events, _) = unbounded_channel();
    let cancel = Cancel::new();
    cancel.cancel();
    let run = runtime.run(request(HELLO, HELLO_INPUT), events, cancel).await;
    assert_eq!(run.outcome, Outcome::Cancelled);
    assert_eq!(runtime.workers_started(), 0);
}

#[tokio::test]
async fn a_worker_killed_in_the_middle_is_named_and_replaced() {
    let runtime = runtime();
    let before = workers();
    let (task, mut events, _) =
        start(&runtime, request("fn lambda(input) { print(1); loop { let a = 1; } }", HELLO_INPUT));
    assert_eq!(events.recv().await, Some(RunEvent::Started));
    // The line shows that the script runs, so the new process is this run's worker.
    assert!(matches!(events.recv().await, Some(RunEvent::Logs(_))));
    let pid = runtime.workers_running()[0];
    assert!(workers().contains(&pid) && !before.contains(&pid));
    kill(pid);
    let run_ended = task.await.unwrap();
    let failed = failure(&run_ended);
    assert_eq!(failed.kind, FailureKind::Crashed);
    assert!(failed.message.contains("SIGKILL"), "{failed:?}");
    assert_eq!(run_ended.logs.len(), 1, "what it wrote before is kept");
    assert_eq!(value(&run(&runtime, HELLO).await), "hello world");
}

#[tokio::test]
async fn a_worker_killed_while_idle_is_not_noticed() {
    let runtime = runtime();
    value(&run(&runtime, HELLO).await);
    for pid in runtime.workers_running() {
        kill(pid);
        while !is_zombie(pid) {
            std::thread::yield_now();
        }
    }
    value(&run(&runtime, HELLO).await);
}

/// Fails by never ending.
async fn until_gone(pids: &[u32]) {
    while workers().iter().any(|pid| pids.contains(pid)) {
        tokio::task::yield_now().await;
    }
}

/// Its first thread ends before the others do; only when all have can anybody know that it is dead.
fn is_zombie(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let threads = std::fs::read_dir(format!("/proc/{pid}/task")).map_or(0, Iterator::count);
    threads <= 1
        && stat.rsplit_once(')').is_some_and(|(_, rest)| rest.trim_start().starts_with('Z'))
}

fn kill(pid: u32) {
    let pid = rustix::process::Pid::from_raw(pid.cast_signed()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
}

#[tokio::test]
async fn nothing_remains_when_the_runtime_is_dropped() {
    let runtime = Runtime::new(RuntimeConfig { worker: program(), spares: 2 });
    runtime.warm();
    value(&run(&runtime, HELLO).await);
    // One that is just being started ends when it is ready, a moment later.
    while runtime.workers_ready() < 2 || runtime.workers_ready() < runtime.workers_running().len() {
        tokio::task::yield_now().await;
    }
    let pids = runtime.workers_running();
    assert!(!pids.is_empty());
    drop(runtime);
    until_gone(&pids).await;
}

#[tokio::test]
async fn dropping_the_future_of_a_run_ends_its_worker() {
    let runtime = runtime();
    let (task, mut events, _) =
        start(&runtime, request("fn lambda(input) { loop { let a = 1; } }", HELLO_INPUT));
    assert_eq!(events.recv().await, Some(RunEvent::Started));
    let pids = runtime.workers_running();
    assert_eq!(pids.len(), 1);
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    until_gone(&pids).await;
}

#[test]
fn a_worker_ends_with_its_host_even_when_its_script_loops() {
    use lambdeck::runtime::protocol::{Assignment, ToWorker, read};
    use std::io::Write;
    use std::process::{Command, Stdio};
    let mut child = Command::new(program())
        .arg("worker")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    assert!(matches!(read(&mut stdout).unwrap(), Some(FromWorker::Sealed(_))));
    assert!(matches!(read(&mut stdout).unwrap(), Some(FromWorker::Ready { .. })));
    let assignment = Assignment {
        source: Some("fn lambda(input) { print(1); loop { let a = 1; } }".into()),
        input: "{}".into(),
        deadline_ms: 600_000,
        memory_bytes: 1 << 28,
        is_alone: true,
    };
    stdin.write_all(&encode(&ToWorker::Run(assignment)).unwrap()).unwrap();
    assert!(matches!(read(&mut stdout).unwrap(), Some(FromWorker::Logs(_))));
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_worker_that_is_sent_rubbish_ends() {
    use std::io::Write;
    use std::process::{Command, Stdio};
    for rubbish in [&[255; 64][..], &[5, 0, 0, 0, 9, 9, 9, 9, 9]] {
        let mut child = Command::new(program())
            .arg("worker")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        child.stdin.as_mut().unwrap().write_all(rubbish).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(101));
    }
}

#[tokio::test]
async fn a_program_that_is_no_worker_is_a_clear_failure() {
    for (worker, says) in
        [("/nonexistent/lambdeck", "No such file"), ("/bin/true", "it ended at once")]
    {
        let runtime = Runtime::new(RuntimeConfig { worker: worker.into(), spares: 0 });
        let run = run(&runtime, HELLO).await;
        assert_eq!(failure(&run).kind, FailureKind::Host);
        assert!(failure(&run).message.contains(says), "{:?}", failure(&run));
    }
}

/// The shell's command that prints the frame of `message`.
fn printed(message: &FromWorker) -> String {
    let octal = |byte: u8| format!("\\{byte:03o}");
    let frame: String = encode(message).unwrap().into_iter().map(octal).collect();
    format!("printf '{frame}'")
}

/// A stand-in for a worker: says that it is sealed behind no barrier and ready, then whatever `then` is.
fn impostor(then: &str) -> (tempfile::TempDir, Runtime) {
    let folder = tempfile::tempdir().unwrap();
    let sealed = printed(&FromWorker::Sealed(Wall::default()));
    let ready = printed(&FromWorker::Ready { grown_bytes: 0 });
    let script = format!("#!/bin/sh\n{sealed}\n{ready}\nhead -c 4 >/dev/null\n{then}\n");
    let runtime = runtime_of(folder.path(), &script);
    (folder, runtime)
}

#[tokio::test]
async fn frames_that_are_none_end_the_worker_clearly() {
    let again = |message| printed(&message) + "; sleep 60";
    let sealed = again(FromWorker::Sealed(Wall::default()));
    let ready = again(FromWorker::Ready { grown_bytes: 0 });
    for (then, says) in [
        (r"printf '\377\377\377\377'; sleep 60", "a frame of 4294967295 bytes"),
        (r"printf '\003\000\000\000\011\011\011'; sleep 60", "does not read as a message"),
        (ready.as_str(), "that it is ready"),
        (sealed.as_str(), "that it is sealed"),
        (r"printf '\002\000'; exit 3", "exit code 3"),
        ("echo 'thread panicked' >&2; exit 101", "thread panicked"),
    ] {
        let (_folder, runtime) = impostor(then);
        let run = run(&runtime, HELLO).await;
        assert_eq!(failure(&run).kind, FailureKind::Crashed, "{:?}", failure(&run));
        assert!(failure(&run).message.contains(says), "{:?}", failure(&run));
    }
}

#[tokio::test]
async fn cancelling_needs_no_worker_to_be_ready() {
    let folder = tempfile::tempdir().unwrap();
    let runtime = runtime_of(folder.path(), "#!/bin/sh\nexec sleep 60\n");
    let (task, _events, cancel) = start(&runtime, request(HELLO, HELLO_INPUT));
    while runtime.workers_running().is_empty() {
        tokio::task::yield_now().await;
    }
    cancel.cancel();
    assert_eq!(task.await.unwrap().outcome, Outcome::Cancelled);
    assert_eq!(runtime.workers_running(), Vec::<u32>::new());
}

#[tokio::test]
async fn a_worker_that_says_nothing_is_killed_at_the_deadline() {
    let (_folder, runtime) = impostor("exec sleep 60");
    let mut request = request(HELLO, HELLO_INPUT);
    request.limits.deadline_ms = 50;
    let started = std::time::Instant::now();
    let run = run_request(&runtime, request).await;
    assert_eq!(failure(&run).kind, FailureKind::TimedOut);
    assert!(started.elapsed() < Duration::from_secs(30), "it did not wait for the sleep");
}

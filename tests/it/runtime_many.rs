//! A thousand lambdas leave nothing behind: no process, no descriptor, no memory.

use crate::runtime_kit::*;
use lambdeck::domain::{FailureKind, Outcome};
use lambdeck::runtime::{RunEvent, Runtime};
use std::process::Command;

const ROUNDS: usize = 50;
/// Rounds until everything has been done once and the allocator has its arenas.
const WARM_ROUNDS: usize = 10;
/// What a host may grow by from the two hundredth lambda to the thousandth, in KiB: the allocator's own unrest.
const MARGIN_KIB: usize = 6 * 1024;

const LOOP: &str = "fn lambda(input) { print(1); loop { let a = 1; } }";

/// The counts belong to a process, so the lambdas are run in one of their own.
#[test]
fn a_thousand_lambdas_run_cancelled_and_killed_leave_nothing_behind() {
    let name = "runtime_many::a_host_of_a_thousand_lambdas";
    let done = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--ignored", "--nocapture"])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{text}\n{}", String::from_utf8_lossy(&done.stderr));
    assert!(text.contains("1 passed"), "{text}");
}

#[tokio::test]
#[ignore = "the test above runs it, alone in a process"]
async fn a_host_of_a_thousand_lambdas() {
    let descriptors_before = descriptors();
    let runtime = runtime();
    let mut resident = 0;
    for round in 0..ROUNDS {
        if round == WARM_ROUNDS {
            resident = resident_kib();
        }
        for _ in 0..14 {
            assert_eq!(value(&run(&runtime, HELLO).await), "hello world");
        }
        for _ in 0..3 {
            cancel_one(&runtime).await;
            kill_one(&runtime).await;
        }
    }
    let grown = resident_kib().saturating_sub(resident);
    assert!(grown < MARGIN_KIB, "the host grew from {resident} KiB by {grown} KiB");
    drop(runtime);
    // Fails by never ending.
    while children() > 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(descriptors(), descriptors_before);
}

async fn cancel_one(runtime: &Runtime) {
    let (task, mut events, cancel) = start(runtime, request(LOOP, HELLO_INPUT));
    assert_eq!(events.recv().await, Some(RunEvent::Started));
    cancel.cancel();
    assert_eq!(task.await.unwrap().outcome, Outcome::Cancelled);
}

async fn kill_one(runtime: &Runtime) {
    let (task, mut events, _) = start(runtime, request(LOOP, HELLO_INPUT));
    assert_eq!(events.recv().await, Some(RunEvent::Started));
    assert!(matches!(events.recv().await, Some(RunEvent::Logs(_))));
    for pid in runtime.workers_running() {
        let pid = rustix::process::Pid::from_raw(pid.cast_signed()).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    }
    assert_eq!(failure(&task.await.unwrap()).kind, FailureKind::Crashed);
}

fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

/// Processes that this one started and that are not gone, zombies included.
fn children() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let of = |task: std::fs::DirEntry| std::fs::read_to_string(task.path().join("children"));
    tasks.filter_map(|task| of(task.ok()?).ok()).map(|it| it.split_whitespace().count()).sum()
}

fn resident_kib() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

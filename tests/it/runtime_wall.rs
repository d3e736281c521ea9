//! The wall around a worker: what it cannot reach, whatever runs in it.

use crate::runtime_kit::*;
use lambdeck::runtime::{BarrierKind, BarrierState};
use std::process::Command;

/// What the operating system says of every thread of the process.
#[cfg(target_os = "linux")]
fn statuses(pid: u32) -> Vec<String> {
    let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    let status = |task: std::fs::DirEntry| std::fs::read_to_string(task.path().join("status"));
    tasks.map(|task| status(task.unwrap()).unwrap()).collect()
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn the_system_confirms_what_the_worker_reports() {
    let runtime = runtime();
    let wall = runtime.wall().await.unwrap();
    let kinds: Vec<_> = wall.barriers.iter().map(|it| it.kind).collect();
    assert_eq!(
        kinds,
        [BarrierKind::Memory, BarrierKind::Landlock, BarrierKind::Limits, BarrierKind::SystemCalls]
    );
    for barrier in &wall.barriers {
        // A kernel may have been built without Landlock; the rest every Linux has.
        if barrier.kind != BarrierKind::Landlock {
            assert_eq!(barrier.state, BarrierState::InForce, "{barrier:?}");
        }
        assert!(!barrier.detail.is_empty());
    }
    let pid = runtime.workers_running()[0];
    let statuses = statuses(pid);
    assert_eq!(statuses.len(), 2, "the watching thread and the script's");
    for status in statuses {
        assert!(status.contains("\nSeccomp:\t2\n"), "{status}");
        assert!(status.contains("\nNoNewPrivs:\t1\n"), "{status}");
    }
    let limits = std::fs::read_to_string(format!("/proc/{pid}/limits")).unwrap();
    // Of descriptors the first, which is taken.
    let most = [
        ("Max core file size", "0"),
        ("Max file size", "0"),
        ("Max open files", "1"),
        ("Max processes", "0"),
    ];
    for (name, most) in most {
        let line = limits.lines().find(|line| line.starts_with(name)).unwrap();
        let values: Vec<_> = line[name.len()..].split_whitespace().take(2).collect();
        assert_eq!(values, [most, most], "{line}");
    }
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn a_run_has_limits_of_its_own() {
    let runtime = runtime();
    let mut small = request(HELLO, HELLO_INPUT);
    (small.limits.deadline_ms, small.limits.memory_bytes) = (1_500, 1 << 20);
    let soft = |pid: u32, name: &str| {
        let limits = std::fs::read_to_string(format!("/proc/{pid}/limits")).unwrap();
        let line = limits.lines().find(|line| line.starts_with(name)).unwrap();
        line[name.len()..].split_whitespace().next().unwrap().parse::<u64>().unwrap()
    };
    value(&run_request(&runtime, small).await);
    let pid = runtime.workers_running()[0];
    let (time, space) = (soft(pid, "Max cpu time"), soft(pid, "Max address space"));
    assert!((7..=9).contains(&time), "{time} s");
    assert_eq!(space, (1 << 30) + (4 << 20));
    let mut large = request(HELLO, HELLO_INPUT);
    (large.limits.deadline_ms, large.limits.memory_bytes) = (60_000, 1 << 30);
    value(&run_request(&runtime, large).await);
    assert_eq!(runtime.workers_running(), [pid], "the same worker");
    assert!(soft(pid, "Max cpu time") >= 65);
    assert_eq!(soft(pid, "Max address space"), 5 << 30);
}

/// Every attempt is one that succeeds outside: made here first, then in a worker, by the hook that debug builds have.
#[tokio::test]
#[cfg(all(target_os = "linux", debug_assertions))]
async fn a_worker_opens_no_file_no_socket_and_no_process() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret.txt");
    std::fs::write(&file, "in").unwrap();
    let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let socket = folder.path().join("socket");
    let _local = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    assert!(Command::new("/bin/true").status().unwrap().success());
    let address = server.local_addr().unwrap().to_string();
    std::net::TcpStream::connect(&address).unwrap();
    let attempts = [
        ("read_file", file.display().to_string()),
        ("read_file", "/proc/self/mem".to_owned()),
        ("write_file", folder.path().join("new.txt").display().to_string()),
        ("write_file", file.display().to_string()),
        ("list_folder", folder.path().display().to_string()),
        ("remove_file", file.display().to_string()),
        ("connect", address),
        ("connect", "[::1]:80".to_owned()),
        ("listen", "127.0.0.1:0".to_owned()),
        ("datagram", "127.0.0.1:0".to_owned()),
        ("connect_local", socket.display().to_string()),
        ("run", "/bin/true".to_owned()),
        ("start_thread", "another".to_owned()),
        ("kill", std::process::id().to_string()),
    ];
    let runtime = runtime();
    for (attempt, target) in attempts {
        let source = format!("fn lambda(input) {{ escape::{attempt}({target:?}) }}");
        let run = run(&runtime, &source).await;
        assert_eq!(value(&run), "permission denied", "{attempt} {target}");
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "in");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing new");
    assert_eq!(runtime.workers_started(), 1, "and the worker goes on");
    assert_eq!(value(&run(&runtime, HELLO).await), "hello world");
}

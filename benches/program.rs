//! The whole program against the clock: `lambdeck invoke` from start to end, and F5 to the result on the screen.
//!
//! A peer can be measured in the same run: `PEER='lambda-local -l hello.js -e event.json' cargo bench --bench program`.

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_lambdeck");
const ROUNDS: usize = 40;
const ROWS: NonZeroU16 = NonZeroU16::new(36).expect("not zero");
const COLUMNS: NonZeroU16 = NonZeroU16::new(120).expect("not zero");
const PATIENCE: Duration = Duration::from_secs(20);

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    run(Command::new(PROGRAM).arg("init").arg(folder.path()));
    run(Command::new(PROGRAM)
        .args(["new", "hello", "--template", "greeting"])
        .current_dir(&folder));
    let mut rounds: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            timed(|| run(Command::new(PROGRAM).args(["invoke", "hello"]).current_dir(&folder)))
        })
        .collect();
    report("lambdeck invoke, hello lambda, whole process", &mut rounds);
    if let Ok(peer) = std::env::var("PEER") {
        let mut rounds: Vec<Duration> = (0..ROUNDS / 4)
            .map(|_| timed(|| run(Command::new("sh").arg("-c").arg(&peer))))
            .collect();
        report(&peer, &mut rounds);
    }
    report("F5 to the result on the screen, worker warm", &mut f5(folder.path()));
}

fn run(command: &mut Command) {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    assert!(status.expect("the program starts").success(), "{command:?}");
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn report(what: &str, rounds: &mut [Duration]) {
    rounds.sort_unstable();
    let ms = |at: usize| rounds[at.min(rounds.len() - 1)].as_secs_f64() * 1e3;
    println!(
        "{what}: median {:.2} ms, least {:.2} ms, p95 {:.2} ms",
        ms(rounds.len() / 2),
        ms(0),
        ms(rounds.len() * 95 / 100)
    );
}

/// Each run of the lambda is told from the one before by the count on the screen.
fn f5(folder: &Path) -> Vec<Duration> {
    let pty = native_pty_system()
        .openpty(PtySize { rows: 36, cols: 120, ..PtySize::default() })
        .expect("a pty");
    let mut command = CommandBuilder::new(PROGRAM);
    command.arg(folder.join("lambdas/hello"));
    command.env("TERM", "xterm-256color");
    let mut child = pty.slave.spawn_command(command).expect("the program starts");
    let mut keys = pty.master.take_writer().expect("a writer");
    let mut reader = pty.master.try_clone_reader().expect("a reader");
    let (sender, output) = channel();
    thread::spawn(move || {
        let mut bytes = vec![0; 65_536];
        while let Ok(n @ 1..) = reader.read(&mut bytes) {
            if sender.send((Instant::now(), bytes[..n].to_vec())).is_err() {
                return;
            }
        }
    });
    let mut screen = vt100::Parser::new(ROWS, COLUMNS, 0);
    wait(&output, &mut screen, "fn lambda");
    thread::sleep(Duration::from_secs(1));
    let rounds = (1..=18)
        .map(|round| {
            let start = Instant::now();
            keys.write_all(b"\x1b[15~").expect("the program reads");
            let shown =
                if round == 1 { "operations".to_owned() } else { format!("run {round}/{round}") };
            let end = wait(&output, &mut screen, &shown);
            thread::sleep(Duration::from_millis(50));
            end - start
        })
        .collect();
    keys.write_all(b"\x11").expect("the program reads");
    child.wait().expect("the program ends");
    rounds
}

fn wait(output: &Receiver<(Instant, Vec<u8>)>, screen: &mut vt100::Parser, text: &str) -> Instant {
    let give_up = Instant::now() + PATIENCE;
    loop {
        let (at, bytes) = output
            .recv_timeout(give_up - Instant::now())
            .expect("the screen shows what is waited for");
        screen.process(&bytes);
        if screen.screen().contents().contains(text) {
            return at;
        }
    }
}

//! The whole program against the clock and the scales: `lambdeck invoke` from start to end, F5 to the result on the screen,
//! what the program holds in memory.
//!
//! A peer can be measured in the same run: `PEER='lambda-local -l hello.js -e event.json' cargo bench --bench program`.

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::fs;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_lambdeck");
const ROUNDS: usize = 40;
const SITTINGS: usize = 12;
const LINES: usize = 10_000;
const ROWS: NonZeroU16 = NonZeroU16::new(40).expect("not zero");
const COLUMNS: NonZeroU16 = NonZeroU16::new(120).expect("not zero");
const PATIENCE: Duration = Duration::from_secs(20);
/// What the program does by itself after its start is done by then.
const REST: Duration = Duration::from_secs(1);
const F5: &[u8] = b"\x1b[15~";

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
    let mut first: Vec<Duration> = (0..SITTINGS).map(|_| f5(folder.path(), 1)[0]).collect();
    report("F5 to the result on the screen, the first time: no worker yet", &mut first);
    report("F5 to the result on the screen, worker warm", &mut f5(folder.path(), 19)[1..]);
    typing(folder.path());
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
fn f5(folder: &Path, runs: usize) -> Vec<Duration> {
    let mut terminal = Terminal::open(&folder.join("lambdas/hello"));
    terminal.sees("fn lambda");
    thread::sleep(REST);
    let rounds = (1..=runs)
        .map(|round| {
            let start = Instant::now();
            terminal.types(F5);
            let shown =
                if round == 1 { "operations".to_owned() } else { format!("run {round}/{round}") };
            let end = terminal.sees(&shown);
            thread::sleep(Duration::from_millis(50));
            end - start
        })
        .collect();
    if runs > 1 {
        report_memory("Memory after these runs", &terminal);
    }
    terminal.quit();
    rounds
}

/// What is held in memory while somebody types into a long file.
fn typing(folder: &Path) {
    let folder = folder.join("lambdas/hello");
    let line = "    let total = input.payload.general.startTs + 12; // a line of code\n";
    let text = format!("fn lambda(input) {{\n}}\nfn long(input) {{\n{}}}\n", line.repeat(LINES));
    fs::write(folder.join("main.rhai"), text).expect("a file can be written");
    let mut terminal = Terminal::open(&folder);
    terminal.sees("fn lambda");
    thread::sleep(REST);
    // Into the middle.
    terminal.types(b"\x075000\r");
    terminal.sees("5000");
    for key in b"// words and more words and what else comes to mind" {
        terminal.types(&[*key]);
        thread::sleep(Duration::from_millis(20));
    }
    terminal.sees("comes to mind");
    thread::sleep(REST);
    report_memory("Memory while typing into 10,000 lines", &terminal);
    terminal.quit();
}

/// Prints what the program and its workers hold; nothing where there is no `/proc`.
fn report_memory(what: &str, terminal: &Terminal) {
    let Some(ide) = terminal.child.process_id() else { return };
    let workers = children(ide);
    let figures = |pid: u32| {
        let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
        let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        Some([kib(&rollup, "Rss:")?, kib(&rollup, "Pss:")?, kib(&status, "VmHWM:")?])
    };
    let Some([rss, pss, peak]) = figures(ide) else { return };
    let (mut all, mut all_once) = (rss, pss);
    for [rss, pss, _] in workers.iter().filter_map(|pid| figures(*pid)) {
        all += rss;
        all_once += pss;
    }
    let mib = |kib: u64| kib as f64 / 1024.0;
    println!(
        "{what}: IDE {:.1} MiB, at most {:.1}; its workers ({}) included {:.1}, shared pages once {:.1}",
        mib(rss),
        mib(peak),
        workers.len(),
        mib(all),
        mib(all_once)
    );
}

fn kib(text: &str, name: &str) -> Option<u64> {
    text.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?.parse().ok()
}

fn children(parent: u32) -> Vec<u32> {
    let threads = fs::read_dir(format!("/proc/{parent}/task")).into_iter().flatten().flatten();
    let lists =
        threads.filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    lists
        .flat_map(|list| list.split_whitespace().flat_map(str::parse).collect::<Vec<_>>())
        .collect()
}

/// The program on a terminal of its own.
struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    output: Receiver<(Instant, Vec<u8>)>,
    screen: vt100::Parser,
    _pty: Box<dyn MasterPty + Send>,
}

impl Terminal {
    fn open(path: &Path) -> Self {
        let size = PtySize { rows: ROWS.get(), cols: COLUMNS.get(), ..PtySize::default() };
        let pty = native_pty_system().openpty(size).expect("a pty");
        let mut command = CommandBuilder::new(PROGRAM);
        command.arg(path);
        command.env("TERM", "xterm-256color");
        let child = pty.slave.spawn_command(command).expect("the program starts");
        let keys = pty.master.take_writer().expect("a writer");
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
        let screen = vt100::Parser::new(ROWS, COLUMNS, 0);
        Self { child, keys, output, screen, _pty: pty.master }
    }

    fn types(&mut self, bytes: &[u8]) {
        self.keys.write_all(bytes).expect("the program reads");
    }

    /// Waits until the screen shows `text`; when that came.
    fn sees(&mut self, text: &str) -> Instant {
        let give_up = Instant::now() + PATIENCE;
        loop {
            let (at, bytes) = self
                .output
                .recv_timeout(give_up - Instant::now())
                .expect("the screen shows what is waited for");
            self.screen.process(&bytes);
            if self.screen.screen().contents().contains(text) {
                return at;
            }
        }
    }

    fn quit(mut self) {
        self.types(b"\x11");
        self.child.wait().expect("the program ends");
    }
}

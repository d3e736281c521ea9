//! A process that is killed loses at most the last second of what was typed.

use crate::pty_kit::{Opening, Terminal, desk_with};
use rustix::process::Signal;
use std::hash::{BuildHasher as _, RandomState};
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

const KILLS: u32 = 12;
/// What may be lost.
const LOSS: Duration = Duration::from_secs(1);
const SOURCE: &str = "fn lambda(input) { 1 }\n";

/// How long the machine takes at worst for what keeping a text takes it: to wake a thread and to bring a small file to the
/// disk. Where others keep it busy, that long more may be lost.
struct Pace {
    is_over: Arc<AtomicBool>,
    thread: JoinHandle<Duration>,
}

impl Pace {
    fn measure() -> Self {
        const PAUSE: Duration = Duration::from_millis(20);
        let is_over = Arc::new(AtomicBool::new(false));
        let over = Arc::clone(&is_over);
        let thread = thread::spawn(move || {
            let mut worst = Duration::ZERO;
            while !over.load(Ordering::Relaxed) {
                let start = Instant::now();
                thread::sleep(PAUSE);
                let mut file = tempfile::NamedTempFile::new().unwrap();
                file.write_all(b"some text").unwrap();
                file.as_file().sync_all().unwrap();
                worst = worst.max(start.elapsed().saturating_sub(PAUSE));
            }
            worst
        });
        Self { is_over, thread }
    }

    fn worst(self) -> Duration {
        self.is_over.store(true, Ordering::Relaxed);
        self.thread.join().unwrap()
    }
}

/// A moment between none and `most` from now, a different one each time.
fn some_time(most: Duration) -> Duration {
    most.mul_f64(RandomState::new().hash_one(0) as f64 / u64::MAX as f64)
}

/// Types numbered words until `end`, each once the one before is on the screen; gives when each was to be seen.
fn type_until(terminal: &mut Terminal, end: Instant) -> Vec<Instant> {
    let mut seen = Vec::new();
    while Instant::now() < end {
        let word = format!("w{} ", seen.len());
        if seen.len() % 10 == 9 {
            terminal
                .types(&word)
                .press("enter")
                .until("a new line", |terminal| terminal.screen().contains(&word));
        } else {
            terminal.types(&word).sees(&word);
        }
        seen.push(Instant::now());
    }
    // The kill comes into the middle of this.
    terminal.types("the end of it");
    seen
}

#[test]
fn a_kill_at_any_moment_loses_no_more_than_the_last_second() {
    let desk = desk_with(SOURCE);
    for _ in 0..KILLS {
        desk.write("lambdas/x/main.rhai", SOURCE);
        let mut terminal = Opening::of(&desk).lambda("x").start();
        terminal.sees("fn lambda").press("ctrl-end");
        let pace = Pace::measure();
        let end = Instant::now() + LOSS + some_time(Duration::from_millis(1200));
        let seen = type_until(&mut terminal, end);
        let killed = Instant::now();
        terminal.signal(Signal::KILL).exits();
        let may_be_lost = LOSS + 2 * pace.worst();

        let mut terminal = Opening::of(&desk).start();
        terminal.sees("Unsaved text").sees("+ w0").press("enter").sees("x  main.rhai *");
        terminal.press("ctrl-s").sees("Saved x").press("ctrl-q").ends_clean(0);

        let text = desk.read("lambdas/x/main.rhai");
        let typed = text.strip_prefix(SOURCE).unwrap().split_whitespace();
        let words: Vec<_> = typed.take_while(|word| *word != "the" && *word != "t").collect();
        let safe = seen.iter().filter(|moment| killed.duration_since(**moment) > may_be_lost);
        let safe = safe.count();
        assert!(
            words.len() >= safe,
            "{} of {} words are left, {safe} should be",
            words.len(),
            seen.len()
        );
        for (number, word) in words.iter().enumerate().take(safe) {
            assert_eq!(*word, format!("w{number}"), "the text has a hole");
        }
    }
}

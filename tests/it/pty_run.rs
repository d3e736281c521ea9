//! A lambda that runs away, seen from the keyboard.

use crate::pty_kit::{Opening, desk_with};
use std::time::{Duration, Instant};

#[test]
fn keys_answer_while_a_lambda_loops_and_esc_ends_it() {
    let desk =
        desk_with("fn lambda(input) {\n    log::info(\"round and round\");\n    loop {}\n}\n");
    let mut terminal = Opening::of(&desk).lambda("x").start();
    terminal.sees("round and round").press("f5").sees("Esc cancels").sees("Logs  1");
    terminal
        .press("f6")
        .sees("┏ Payload")
        .press("ctrl-home")
        .types("while it runs")
        .sees("while it runs")
        .sees("Esc cancels");
    terminal.press("esc").loses("Esc cancels").sees("cancelled");
    // The next run is another one, and ends as well.
    terminal
        .press("ctrl-z ctrl-z ctrl-z")
        .loses("while")
        .press("f5")
        .sees("Esc cancels")
        .press("esc")
        .sees("run 2/2");
    terminal.press("ctrl-q").ends_clean(0);
}

#[test]
fn a_lambda_that_eats_memory_takes_nothing_with_it() {
    let desk = desk_with("fn lambda(input) { let a = \"x\"; loop { a += a; } }\n");
    let mut terminal = Opening::of(&desk).lambda("x").start();
    terminal
        .sees("fn lambda")
        .press("f5")
        .sees("operations")
        .press("f6")
        .sees("┏ Payload")
        .press("ctrl-home")
        .types("still here")
        .sees("still here");
    terminal.press("ctrl-q").ends_clean(0);
}

#[test]
fn a_worker_starts_with_the_first_run() {
    let desk = desk_with("fn lambda(input) {}\n");
    let mut terminal = Opening::of(&desk).lambda("x").start();
    terminal.sees("fn lambda").types("//");
    // The program has time for whatever it does by itself.
    let end = Instant::now() + Duration::from_secs(2);
    for word in 0.. {
        terminal.types(&format!(" w{word}")).sees(&format!(" w{word}"));
        if word % 15 == 14 {
            terminal.press("enter").types("//");
        }
        assert!(terminal.children().is_empty(), "nothing was run yet");
        if Instant::now() > end {
            break;
        }
    }
    terminal.press("enter f5").sees("operations");
    assert_eq!(terminal.children().len(), 1);
    terminal.press("f5").sees("run 2/2");
    assert_eq!(terminal.children().len(), 1);
    terminal.press("ctrl-q").ends_clean(0);
}

//! Every way the program ends or stands still: the terminal is as it was, and no text is lost.

use crate::cli_program::Desk;
use crate::pty_kit::{Opening, Terminal, desk_with};
use rustix::process::Signal;

const SOURCE: &str = "fn lambda(input) {\n    1\n}\n";

/// The IDE with the words `typed words` in the first line of its lambda, not saved.
fn typing(desk: &Desk) -> Terminal {
    let mut terminal = Opening::of(desk).lambda("x").start();
    terminal.sees("fn lambda(input)").types("typed words").sees("typed words");
    terminal
}

/// The next start offers the words, with what they differ in, and brings them back.
#[track_caller]
fn assert_kept(desk: &Desk) {
    assert_eq!(desk.read("lambdas/x/main.rhai"), SOURCE, "nobody asked for a save");
    let mut terminal = Opening::of(desk).start();
    terminal.sees("Unsaved text").sees("+ typed words").sees("- fn lambda(input) {").press("enter");
    terminal.sees("x  main.rhai *").sees("1 typed wordsfn lambda(input) {");
    terminal.press("ctrl-s").sees("Saved x").press("ctrl-q").ends_clean(0);
    assert!(desk.read("lambdas/x/main.rhai").starts_with("typed wordsfn lambda"));
    let mut terminal = Opening::of(desk).start();
    terminal.sees("1 lambda").press("ctrl-q").ends_clean(0);
    let stream = String::from_utf8_lossy(&terminal.stream).into_owned();
    assert!(!stream.contains("Unsaved text"), "it is offered once");
}

#[test]
fn quitting_keeps_unsaved_text_and_says_so() {
    let desk = desk_with(SOURCE);
    let mut terminal = typing(&desk);
    terminal.press("ctrl-q").ends_clean(0);
    assert!(terminal.screen().contains("Unsaved text of x was kept"), "{}", terminal.screen());
    assert_kept(&desk);
}

#[test]
fn quitting_asks_again_where_unsaved_text_cannot_be_kept_and_tells_the_truth() {
    let desk = desk_with(SOURCE);
    // Neither the workspace nor the person's own folder takes a journal.
    desk.write(".lambdeck/journal", "in the way");
    desk.write("state/lambdeck", "in the way");
    let mut terminal = typing(&desk);
    terminal.press("ctrl-q").sees("quit again to lose it; not kept: x (");
    terminal
        .types(" more")
        .sees("words more")
        .press("esc")
        .loses("quit again")
        .press("ctrl-q")
        .sees("quit again");
    terminal.press("ctrl-q").ends_clean(0);
    let told = terminal.screen();
    assert!(told.contains("Unsaved text was NOT kept: x ("), "{told}");
    assert!(!told.contains("was kept"), "{told}");
}

#[test]
fn quitting_leaves_once_what_stood_in_the_way_is_gone() {
    let desk = desk_with(SOURCE);
    desk.write(".lambdeck/journal", "in the way");
    desk.write("state/lambdeck", "in the way");
    let mut terminal = typing(&desk);
    terminal.sees("Unsaved text is not safe").press("ctrl-q").sees("not kept: x (");
    std::fs::remove_file(desk.path(".lambdeck/journal")).unwrap();
    terminal.press("ctrl-q").ends_clean(0);
    assert!(terminal.screen().contains("Unsaved text of x was kept"), "{}", terminal.screen());
    assert_kept(&desk);
}

#[test]
fn a_signal_ends_it_clean_and_keeps_unsaved_text() {
    for (signal, code) in
        [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::INT, 130), (Signal::QUIT, 131)]
    {
        let desk = desk_with(SOURCE);
        let mut terminal = typing(&desk);
        terminal.signal(signal).ends_clean(code);
        assert_kept(&desk);
    }
}

#[test]
fn a_signal_ends_a_run_too() {
    let desk = desk_with("fn lambda(input) { loop {} }");
    let mut terminal = Opening::of(&desk).lambda("x").start();
    terminal.sees("fn lambda").press("f5").sees("Esc cancels").signal(Signal::TERM).ends_clean(143);
}

#[test]
fn a_terminal_that_goes_away_ends_it_and_keeps_unsaved_text() {
    let desk = desk_with(SOURCE);
    let mut terminal = typing(&desk);
    terminal.hang_up();
    assert_ne!(terminal.exits().exit_code(), 0);
    assert_kept(&desk);
}

#[test]
fn a_terminal_that_takes_no_output_does_not_hold_up_the_end() {
    let desk = desk_with(SOURCE);
    let mut terminal = typing(&desk);
    terminal.stalls().types(" and more");
    // The loop may stand in the middle of a frame before it reads the next key; what was typed before is kept.
    terminal.until("the words in the journal", |_| {
        let entries = std::fs::read_dir(desk.path(".lambdeck/journal")).into_iter().flatten();
        let mut texts =
            entries.flatten().filter_map(|entry| std::fs::read_to_string(entry.path()).ok());
        texts.any(|text| text.contains("typed words"))
    });
    assert_eq!(terminal.signal(Signal::TERM).exits().exit_code(), 143);
}

#[test]
fn stopping_gives_the_terminal_to_the_shell_and_continuing_takes_it_back() {
    let desk = desk_with(SOURCE);
    let mut terminal = typing(&desk);
    terminal.signal(Signal::TSTP);
    stopped_and_continued(&mut terminal);
    terminal
        .press("ctrl-p")
        .sees("Go to file")
        .types("suspend")
        .sees("gives the terminal back")
        .press("enter");
    stopped_and_continued(&mut terminal);
    terminal.types(" and more").sees("typed words and more").press("ctrl-q").ends_clean(0);
}

#[track_caller]
fn stopped_and_continued(terminal: &mut Terminal) {
    terminal.until("a program that stands still", Terminal::is_stopped);
    terminal.until("the shell's screen", Terminal::shows_the_shell);
    terminal.is_given_back().signal(Signal::CONT).sees("typed words").sees("main.rhai *");
}

/// The IDE with unsaved words, in which a debug build makes a fault of its own in `place`.
#[cfg(debug_assertions)]
fn faulty(desk: &Desk, place: &str) -> Terminal {
    let mut terminal = Opening::of(desk).lambda("x").variable("LAMBDECK_FAULT", place).start();
    terminal.sees("fn lambda(input)").types("typed words").sees("typed words");
    terminal
}

#[cfg(debug_assertions)]
#[test]
fn a_fault_of_the_loop_leaves_the_terminal_clean_and_keeps_unsaved_text() {
    let desk = desk_with(SOURCE);
    let mut terminal = faulty(&desk, "loop");
    terminal.press("f12").ends_clean(1);
    let told = terminal.screen();
    assert!(
        told.contains("a fault on request") && told.contains("unsaved text was kept"),
        "{told}"
    );
    assert_kept(&desk);
}

#[cfg(debug_assertions)]
#[test]
fn a_fault_beside_the_loop_is_told_and_everything_else_goes_on() {
    for place in ["check", "highlight"] {
        let desk = desk_with(SOURCE);
        let mut terminal = faulty(&desk, place);
        terminal
            .sees("A part of lambdeck has a fault")
            .types(" and more")
            .sees("typed words and more");
        terminal.press("ctrl-s").sees("Saved x").press("ctrl-q").ends_clean(0);
        assert!(desk.read("lambdas/x/main.rhai").starts_with("typed words and more"), "{place}");
    }
}

#[cfg(debug_assertions)]
#[test]
fn a_fault_while_saving_keeps_unsaved_text() {
    let desk = desk_with(SOURCE);
    let mut terminal = faulty(&desk, "save");
    terminal
        .press("ctrl-s")
        .sees("x could not be saved")
        .sees("main.rhai *")
        .press("ctrl-q")
        .ends_clean(0);
    assert_kept(&desk);
}

//! The main path, by keys alone: from an empty folder to a lambda that was written and run.

use crate::cli_program::Desk;
use crate::pty_kit::Opening;

#[test]
fn from_an_empty_folder_to_a_result_by_keys_alone() {
    let desk = Desk::empty();
    let mut terminal = Opening::of(&desk).start();
    terminal.sees("not a lambdeck workspace yet").press("enter").sees("Made a workspace");

    terminal.press("ctrl-n").sees("1 of 3: event").types("new conv").loses("Messaging TTR");
    terminal.sees("Messaging New Conversation").press("enter");
    terminal.sees("2 of 3: template").press("enter");
    terminal
        .sees("3 of 3: name")
        .press("ctrl-k")
        .types("hello_there")
        .sees("hello_there")
        .press("enter");
    terminal.sees("hello_there  main.rhai").sees("fn lambda(input)").loses("Made hello_there");

    terminal.press("ctrl-end").types("let a = ;").sees("let a = ;").sees("1 error");
    terminal.sees("something is missing between `=` and `;`");
    // A word is one step.
    terminal
        .press("ctrl-z ctrl-z ctrl-z ctrl-z")
        .loses("let a")
        .loses("something is missing")
        .loses("1 error");
    terminal.loses("main.rhai *");

    terminal
        .press("ctrl-home")
        .types("// Says hello.")
        .press("enter")
        .sees("// Says hello.")
        .sees("main.rhai *");
    terminal.press("ctrl-s").sees("Saved hello_there").loses("main.rhai *");
    assert!(desk.read("lambdas/hello_there/main.rhai").starts_with("// Says hello.\n"));

    terminal.press("f5").sees("operations").sees("ok  ").sees("Logs  1").sees("info");
    terminal.press("ctrl-q").ends_clean(0);
}

#[test]
fn a_folder_that_shall_stay_as_it_is_stays_so() {
    let desk = Desk::empty();
    let mut terminal = Opening::of(&desk).start();
    terminal.sees("Make a workspace").press("esc").ends_clean(0);
    assert!(!desk.path("lambdeck.toml").exists());
}

#[test]
fn without_a_terminal_it_says_so() {
    let done = Desk::workspace().run(&[]).ends(2);
    done.tells(&["needs a terminal", "lambdeck --help"]);
}

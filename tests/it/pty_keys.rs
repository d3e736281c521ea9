//! What only a terminal sends: sequences in pieces, answers to questions, the keys of newer protocols.

use crate::pty_kit::{Opening, Terminal, desk_with};
use rustix::process::Signal;

const SOURCE: &str = "fn lambda(input) {\n    1\n}\n";
const KEYBOARD_ON: &[u8] = b"\x1b[>5u";
const KEYBOARD_OFF: &[u8] = b"\x1b[<u";

/// Where `bytes` were written last.
fn written(terminal: &Terminal, bytes: &[u8]) -> Option<usize> {
    terminal.stream.windows(bytes.len()).rposition(|window| window == bytes)
}

/// The terminal says that it speaks the kitty protocol, and what it is.
fn answers(terminal: &mut Terminal) {
    terminal.until("the question", |terminal| written(terminal, b"\x1b[?u").is_some());
    terminal.send(b"\x1b[?0u\x1b[?62;22c");
    terminal.until("the protocol", |terminal| {
        written(terminal, KEYBOARD_ON) > written(terminal, KEYBOARD_OFF)
    });
}

/// The keyboard was given back before the screen was.
#[track_caller]
fn assert_keyboard_given_back(terminal: &Terminal) {
    let [on, off, screen] =
        [KEYBOARD_ON, KEYBOARD_OFF, b"\x1b[?1049l"].map(|bytes| written(terminal, bytes));
    assert!(on < off && off < screen && on.is_some(), "{on:?} {off:?} {screen:?}");
}

#[test]
fn a_terminal_of_the_kitty_protocol_is_asked_for_it_and_gets_its_keyboard_back() {
    let desk = desk_with(SOURCE);
    let mut terminal = Opening::of(&desk).lambda("x").start();
    terminal.sees("fn lambda");
    answers(&mut terminal);
    // Control and S, pressed and let go; then something that only this protocol tells apart.
    terminal.types("y").send(b"\x1b[115;5u\x1b[115;5:3u").sees("Saved x");
    assert!(desk.read("lambdas/x/main.rhai").starts_with("yfn lambda"));
    terminal.send(b"\x1b[112;5u").sees("Go to file").send(b"\x1b[27u").loses("Go to file");

    terminal.signal(Signal::TSTP);
    terminal.until("a program that stands still", Terminal::is_stopped);
    terminal.until("the shell's screen", Terminal::shows_the_shell);
    assert_keyboard_given_back(&terminal);
    terminal.signal(Signal::CONT).sees("fn lambda");
    answers(&mut terminal);

    terminal.send(b"\x1b[113;5u").ends_clean(0);
    assert_keyboard_given_back(&terminal);
}

#[test]
fn a_terminal_without_it_is_left_alone() {
    let desk = desk_with(SOURCE);
    let mut terminal = Opening::of(&desk).lambda("x").start();
    terminal.sees("fn lambda").send(b"\x1b[?62;22c").press("ctrl-q").ends_clean(0);
    assert_eq!(written(&terminal, KEYBOARD_ON), None);
    assert_eq!(written(&terminal, KEYBOARD_OFF), None);
}

#[test]
fn a_signal_gives_the_keyboard_back_too() {
    let desk = desk_with(SOURCE);
    let mut terminal = Opening::of(&desk).lambda("x").start();
    terminal.sees("fn lambda");
    answers(&mut terminal);
    terminal.signal(Signal::TERM).ends_clean(143);
    assert_keyboard_given_back(&terminal);
}

#[test]
fn sequences_in_pieces_and_answers_of_the_terminal_type_nothing() {
    let desk = desk_with(SOURCE);
    let mut terminal = Opening::of(&desk).lambda("x").start();
    terminal.sees("fn lambda");
    // Escape and a function key in one piece; the first closes nothing, the second runs the lambda.
    terminal.send(b"\x1b\x1b[15~").sees("operations").press("alt-2").sees("fn lambda");
    for piece in
        ["\x1b[<0;2", "0;5M\x1b[<0;20;5m\x1b]11;rgb:00", "00/0000/0000\x1b", "\\\x1b[?62;2", "2c"]
    {
        terminal.send(piece.as_bytes());
    }
    terminal.press("ctrl-home").types("//").sees("//fn lambda").press("ctrl-s").sees("Saved x");
    assert_eq!(desk.read("lambdas/x/main.rhai"), format!("//{SOURCE}"));
    terminal.press("ctrl-q").ends_clean(0);
}

#[test]
fn what_did_my_terminal_send_shows_the_bytes_as_they_came() {
    let desk = desk_with(SOURCE);
    let mut terminal = Opening::of(&desk).lambda("x").start();
    terminal.sees("fn lambda").send(b"\x1bOP").sees("Keys").types("my terminal send");
    terminal.sees("Shows the bytes").press("enter").sees("Esc twice");
    terminal.send(b"\x1b[1;2R").sees("ESC [1;2R").sees("Shift-F3").sees("text.find_previous");
    terminal.press("esc esc").loses("Esc twice").press("ctrl-q").ends_clean(0);
}

#[test]
fn keys_of_ones_own_count_and_what_is_wrong_with_them_is_told_at_the_start() {
    let desk = desk_with(SOURCE);
    desk.write("config/lambdeck/keys.toml", "editor.save = \"alt-2\"\napp.qiut = \"f9\"\n");
    let mut terminal = Opening::of(&desk).lambda("x").start();
    terminal.sees("keys.toml:2: there is no command `app.qiut`; did you mean `app.quit`?");
    terminal.press("esc").loses("app.qiut").types("// ").press("alt-2").sees("Saved x");
    terminal.press("ctrl-q").ends_clean(0);
}

//! Themes on a terminal: the person's own, and what the terminal says of itself.

use crate::pty_kit::{Opening, Terminal, desk_with};

const SOURCE: &str = "fn lambda(input) {\n    1\n}\n";
const LIGHT: &str = "48;2;251;251;249";

fn wrote(terminal: &Terminal, text: &str) -> bool {
    terminal.stream.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn a_theme_of_ones_own_is_chosen_once_and_for_every_workspace() {
    let desk = desk_with(SOURCE);
    desk.write("config/lambdeck/themes/mine.toml", "base = \"light\"\ntext = \"#010203\"\n");
    let mut terminal = Opening::of(&desk).lambda("x").start();
    terminal.sees("fn lambda").send(b"\x1bx").sees("Commands").types("theme");
    terminal.sees("how everything looks").press("enter").sees("mine").types("mine");
    terminal.until("the colours of the selected one", |terminal| wrote(terminal, "38;2;1;2;3"));
    terminal.press("enter").loses("mine").press("ctrl-q").ends_clean(0);
    assert_eq!(desk.read("config/lambdeck/config.toml"), "theme = \"mine\"\n");
    let mut terminal = Opening::of(&desk).lambda("x").start();
    terminal.sees("fn lambda").press("ctrl-q").ends_clean(0);
    assert!(wrote(&terminal, "38;2;1;2;3") && wrote(&terminal, LIGHT));
}

#[test]
fn what_is_wrong_with_a_theme_is_told_at_the_start() {
    let desk = desk_with(SOURCE);
    desk.write("config/lambdeck/themes/mine.toml", "text = \"#01020\"\n");
    let mut terminal = Opening::of(&desk).lambda("x").start();
    terminal.sees("mine.toml:1: `text` is no colour").press("esc").loses("no colour");
    terminal.press("ctrl-q").ends_clean(0);
}

#[test]
fn the_light_ground_of_the_terminal_is_followed_when_it_tells_of_it() {
    let desk = desk_with(SOURCE);
    let mut terminal = Opening::of(&desk).lambda("x").start();
    terminal.sees("fn lambda").send(b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\");
    terminal.until("the light theme", |terminal| wrote(terminal, LIGHT));
    terminal.send(b"\x1b[?62c").press("ctrl-q").ends_clean(0);
}

#[test]
fn a_terminal_that_says_its_name_gets_the_colours_it_is_known_to_have() {
    let desk = desk_with(SOURCE);
    let mut terminal = Opening::of(&desk).lambda("x").variable("COLORTERM", "").start();
    terminal.sees("fn lambda");
    assert!(!wrote(&terminal, "38;2;"));
    terminal.send(b"\x1bP>|kitty(0.36.1)\x1b\\");
    terminal.until("all colours", |terminal| wrote(terminal, "38;2;"));
    terminal.send(b"\x1b[?62c").press("ctrl-q").ends_clean(0);
}

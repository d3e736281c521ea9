//! What only a terminal does: pastes in brackets, new sizes, few colours or none.

use crate::pty_kit::{Opening, Terminal, control_sequences, desk_with};

const SOURCE: &str = "fn lambda(input) {\n    log::info(\"hello\");\n    1\n}\n";

#[test]
fn a_paste_of_a_mebibyte_arrives_whole_and_is_one_step() {
    let desk = desk_with(SOURCE);
    let mut terminal = Opening::of(&desk).lambda("x").start();
    terminal.sees("fn lambda").press("ctrl-end");
    let lines: String = (0..)
        .map(|n| format!("// {n:08} äöü 日本 \u{1f468}\u{200d}\u{1f469}\n"))
        .take(1 << 15)
        .collect();
    assert!(lines.len() >= 1 << 20);
    // Terminals send a line's end as they send Enter.
    let sent = format!("\x1b[200~{}\x1b[201~", lines.replace('\n', "\r"));
    terminal.send(sent.as_bytes()).sees("00032767");
    terminal.press("ctrl-s").sees("Saved x");
    assert!(
        desk.read("lambdas/x/main.rhai") == format!("{SOURCE}{lines}"),
        "what was pasted arrived changed"
    );

    terminal
        .press("ctrl-z")
        .loses("00032767")
        .sees("fn lambda")
        .press("ctrl-s")
        .sees("Saved x")
        .loses("main.rhai *");
    assert_eq!(desk.read("lambdas/x/main.rhai"), SOURCE);
    terminal.press("ctrl-q").ends_clean(0);
}

#[test]
fn lines_pasted_as_keys_stay_as_they_are_and_are_one_step() {
    let desk = desk_with(SOURCE);
    let mut terminal = Opening::of(&desk).lambda("x").start();
    terminal.sees("fn lambda").press("ctrl-end");
    let block = "fn other(x) {\n    if x {\n        [x, \"y\"]\n    }\n}\n";
    let lines = block.repeat(200);
    terminal.send(format!("{}// end", lines.replace('\n', "\r")).as_bytes()).sees("// end");
    terminal.press("ctrl-s").sees("Saved x");
    assert_eq!(desk.read("lambdas/x/main.rhai"), format!("{SOURCE}{lines}// end"));
    terminal.press("ctrl-z").loses("// end").press("ctrl-s").sees("Saved x");
    assert_eq!(desk.read("lambdas/x/main.rhai"), SOURCE);
    // Where nothing can be pasted they are the keys that they were.
    terminal.press("ctrl-p").sees("Go to file").send(b">go to line\r2\r// typed").sees("// typed");
    terminal.press("ctrl-q");
}

#[test]
fn a_storm_of_sizes_ends_in_a_whole_screen() {
    let desk = desk_with(SOURCE);
    let mut terminal = Opening::of(&desk).lambda("x").size(10, 4).start();
    terminal.until("a first frame", |terminal| !terminal.screen().trim().is_empty());
    let sizes = [
        (1, 1),
        (200, 60),
        (10, 4),
        (80, 24),
        (2, 50),
        (300, 2),
        (1, 1),
        (79, 23),
        (120, 36),
        (3, 3),
    ];
    for (turn, (columns, rows)) in sizes.into_iter().cycle().take(60).enumerate() {
        terminal.resize(columns, rows);
        if turn % 7 == 0 {
            terminal.press("f6 ctrl-p down");
        }
    }
    terminal
        .resize(80, 24)
        .sees("Go to file")
        .press("esc")
        .loses("Go to file")
        .press("f6")
        .sees("main.rhai");
    for (columns, rows) in [(80, 24), (120, 36)] {
        terminal.resize(columns, rows);
        terminal.sees("main.rhai").sees("fn lambda(input)").sees("Lambdas  2 Editor");
        assert_drawn_whole(&mut terminal);
    }
    terminal.press("ctrl-q").ends_clean(0);
}

/// What is on the screen is what a redraw from nothing gives.
#[track_caller]
fn assert_drawn_whole(terminal: &mut Terminal) {
    let columns = usize::from(terminal.columns());
    // What is found out about the source and the payload comes last; until then the screen goes on changing.
    let is_settled = |terminal: &Terminal| {
        let screen = terminal.screen();
        let mut lines = screen.lines().rev();
        let footer = lines.next().unwrap_or_default();
        let bottom = lines.next().unwrap_or_default();
        let is_whole = bottom.chars().count() == columns && footer.contains("F1 Help");
        is_whole && bottom.starts_with("┗ lambda(input)") && !screen.contains("no JSON yet")
    };
    terminal.until("a screen with all that is known", is_settled);
    let shown = terminal.screen();
    let before = terminal.stream.len();
    terminal.press("ctrl-l");
    terminal.until("the same screen drawn anew", |terminal| {
        let is_cleared = terminal.stream[before..].windows(4).any(|bytes| bytes == b"\x1b[2J");
        is_cleared && terminal.screen() == shown
    });
}

/// The codes of colours and attributes in what was written.
fn pens(stream: &[u8]) -> Vec<String> {
    let pens = control_sequences(stream).into_iter().filter(|(_, end)| *end == 'm');
    pens.map(|(parameters, _)| parameters).collect()
}

/// The screens of the program on a terminal with these variables, and every pen used on them.
fn tour(variables: &[(&str, &str)]) -> Vec<String> {
    let desk = desk_with("fn lambda(input) {\n    log::warn(\"odd\");\n    throw 1;\n}\n");
    desk.write("lambdas/y/main.rhai", "fn lambda(input) { let a = ; }\n");
    let opening = variables
        .iter()
        .fold(Opening::of(&desk), |opening, (name, value)| opening.variable(name, value));
    let mut terminal = opening.start();
    terminal
        .sees("2 lambdas")
        .press("enter")
        .sees("throw 1")
        .press("f5")
        .sees("odd")
        .sees("operations");
    terminal
        .press("ctrl-p")
        .sees("Go to file")
        .types(">theme")
        .sees("how everything looks")
        .press("enter")
        .sees("automatic")
        .types("light")
        .press("enter")
        .loses("automatic");
    terminal
        .press("ctrl-o")
        .sees("y")
        .types("y")
        .press("enter")
        .sees("is missing")
        .press("ctrl-f")
        .types("let");
    terminal.sees("error: something is missing").press("ctrl-q").ends_clean(0);
    pens(&terminal.stream)
}

#[test]
fn without_colours_there_are_none() {
    let pens = tour(&[("NO_COLOR", "1")]);
    let is_color = |code: &str| {
        code.parse::<u16>().is_ok_and(|code| matches!(code, 30..=38 | 40..=48 | 58 | 90..=107))
    };
    let coloured: Vec<_> = pens.iter().filter(|pen| pen.split(';').any(is_color)).collect();
    assert!(coloured.is_empty(), "{coloured:?}");
    assert!(
        pens.iter().any(|pen| pen.contains('7')),
        "something has to tell what is selected: {pens:?}"
    );
}

#[test]
fn a_terminal_of_sixteen_colours_gets_no_others() {
    let pens = tour(&[("TERM", "linux"), ("COLORTERM", "")]);
    let long: Vec<_> =
        pens.iter().filter(|pen| pen.contains("8;2;") || pen.contains("8;5;")).collect();
    assert!(long.is_empty(), "{long:?}");
    assert!(pens.iter().any(|pen| pen.contains('3')), "there are colours: {pens:?}");
}

#[test]
fn a_terminal_of_256_colours_gets_those() {
    let pens = tour(&[("TERM", "xterm-256color"), ("COLORTERM", "")]);
    assert!(pens.iter().any(|pen| pen.contains("38;5;")), "{pens:?}");
    let long: Vec<_> = pens.iter().filter(|pen| pen.contains("8;2;")).collect();
    assert!(long.is_empty(), "{long:?}");
}

#[test]
fn a_terminal_of_all_colours_gets_them() {
    assert!(tour(&[]).iter().any(|pen| pen.contains("38;2;")));
}

//! Colours, where a person looks and wants them.

use crate::cli_program::{Desk, program};
use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use std::io::Read as _;

/// What the program writes to a terminal.
fn on_terminal(desk: &Desk, arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let size = PtySize { rows: 36, cols: 120, pixel_width: 0, pixel_height: 0 };
    let pty = native_pty_system().openpty(size).unwrap();
    let mut command = CommandBuilder::new(program());
    command.args(arguments);
    command.cwd(desk.path(""));
    command.env("TERM", "xterm-256color");
    for name in ["NO_COLOR", "CI", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    for (name, value) in variables {
        command.env(name, value);
    }
    let mut reader = pty.master.try_clone_reader().unwrap();
    let mut child = pty.slave.spawn_command(command).unwrap();
    drop(pty.slave);
    let mut text = Vec::new();
    // On Linux the end of a terminal's program is an error of the read.
    let _ = reader.read_to_end(&mut text);
    child.wait().unwrap();
    String::from_utf8(text).unwrap()
}

#[test]
fn a_terminal_gets_colours_unless_they_are_not_wanted() {
    let desk = Desk::workspace();
    desk.run(&["new", "x"]).succeeds();
    desk.write(
        "lambdas/x/main.rhai",
        "fn lambda(input) {\n    log::warn(\"odd\");\n    throw 1;\n}\n",
    );
    desk.write("lambdas/y/main.rhai", "fn lambda(input) { let a = ; }\n");
    for arguments in [&["events"][..], &["check"], &["invoke", "x"], &["new", "1"], &["--help"]] {
        let coloured = on_terminal(&desk, arguments, &[]);
        assert!(coloured.contains("\u{1b}["), "{arguments:?}: {coloured:?}");
        for wish in [("NO_COLOR", "1"), ("TERM", "dumb")] {
            let plain = on_terminal(&desk, arguments, &[wish]);
            assert!(!plain.contains('\u{1b}'), "{arguments:?} {wish:?}: {plain:?}");
            assert!(!plain.trim().is_empty());
        }
    }
    assert!(!on_terminal(&desk, &["events", "--json"], &[]).contains('\u{1b}'));
}

//! The disk behind the editor: other programs write to it, and it fills up.

use crate::cli_program::Desk;
use crate::pty_kit::{Opening, desk_with};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const SOURCE: &str = "fn lambda(input) {\n    1\n}\n";
const THEIRS: &str = "// Theirs.\nfn lambda(input) {\n    2\n}\n";

#[test]
fn what_another_program_wrote_is_read_when_the_window_gets_the_focus() {
    let desk = desk_with(SOURCE);
    let mut terminal = Opening::of(&desk).lambda("x").start();
    terminal.sees("fn lambda");
    desk.write("lambdas/x/main.rhai", THEIRS);
    terminal.press("focus-in").sees("// Theirs.").sees("Read x from the disk").loses("main.rhai *");
    terminal.press("ctrl-z").loses("// Theirs.").sees("main.rhai *");
    terminal.press("ctrl-q").ends_clean(0);
}

#[test]
#[cfg(target_os = "linux")]
fn what_another_program_writes_is_read_before_anybody_presses_a_key() {
    let desk = desk_with(SOURCE);
    let mut terminal = Opening::of(&desk).lambda("x").start();
    terminal.sees("fn lambda");
    // Whoever just opened the file has not begun to watch it: until he has, it is written again.
    terminal.sees_after("// Theirs.", || desk.write("lambdas/x/main.rhai", THEIRS));
    terminal.types("// Mine.").press("enter").sees("// Mine.").sees("// Theirs.");
    terminal.press("ctrl-s").sees("Saved x");
    assert_eq!(desk.read("lambdas/x/main.rhai"), format!("// Mine.\n{THEIRS}"));
    // A folder that has come later is watched too.
    terminal.types("\x1b1").sees("Lambdas  1");
    terminal.sees_after("Lambdas  2", || {
        desk.write("lambdas/y/lambda.toml", "");
        desk.write("lambdas/y/main.rhai", SOURCE);
    });
    terminal.press("ctrl-q").ends_clean(0);
}

#[test]
fn saving_over_what_another_program_wrote_asks_with_a_comparison() {
    let desk = desk_with(SOURCE);
    let mut terminal = Opening::of(&desk).lambda("x").start();
    terminal.sees("fn lambda").types("// Mine.").press("enter").sees("// Mine.");
    desk.write("lambdas/x/main.rhai", THEIRS);
    terminal.press("ctrl-s").sees("Changed on the disk").sees("+ // Mine.").sees("- // Theirs.");
    assert_eq!(desk.read("lambdas/x/main.rhai"), THEIRS, "nothing is written before the answer");
    // Leaving everything as it is stands first in a person's mind who only pressed a key too many.
    terminal.press("enter").loses("Changed on the disk").sees("main.rhai *");
    assert_eq!(desk.read("lambdas/x/main.rhai"), THEIRS);
    terminal.press("ctrl-s").sees("Changed on the disk").types("m").sees("Saved x");
    assert_eq!(desk.read("lambdas/x/main.rhai"), format!("// Mine.\n{SOURCE}"));
    terminal.press("ctrl-q").ends_clean(0);
}

/// A file system of 64 KiB, unmounted with the value.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// `None` where this is not permitted.
    fn mount(at: &Path) -> Option<Self> {
        fs::create_dir_all(at).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"]).arg(at);
        mount.output().is_ok_and(|done| done.status.success()).then(|| Self(at.to_owned()))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_is_told_and_takes_no_text() {
    let desk = Desk::empty();
    let Some(disk) = SmallDisk::mount(&desk.path("small")) else {
        eprintln!("skipped: mounting a small file system is not permitted here");
        return;
    };
    desk.run(&["init", "small"]).succeeds();
    desk.run(&["-C", "small", "new", "x"]).succeeds();
    desk.write("small/lambdas/x/main.rhai", SOURCE);
    let mut terminal = Opening::of(&desk).path("small/lambdas/x").start();
    terminal.sees("fn lambda");
    // Whatever room there is, down to the last byte.
    let _ = fs::write(disk.0.join("filler"), vec![0; 64 * 1024]);
    terminal.types("// Kept.").press("enter").sees("// Kept.");
    terminal.press("ctrl-s").sees("the disk is full").sees("main.rhai *");
    assert_eq!(
        desk.read("small/lambdas/x/main.rhai"),
        SOURCE,
        "a save that fails leaves the file as it was"
    );

    fs::remove_file(disk.0.join("filler")).unwrap();
    terminal.press("ctrl-s").sees("Saved x").loses("main.rhai *");
    assert_eq!(desk.read("small/lambdas/x/main.rhai"), format!("// Kept.\n{SOURCE}"));
    terminal.press("ctrl-q").ends_clean(0);
}

#[test]
fn text_outlives_a_disk_that_stays_full() {
    let desk = Desk::empty();
    let Some(disk) = SmallDisk::mount(&desk.path("small")) else {
        eprintln!("skipped: mounting a small file system is not permitted here");
        return;
    };
    desk.run(&["init", "small"]).succeeds();
    desk.run(&["-C", "small", "new", "x"]).succeeds();
    let mut terminal = Opening::of(&desk).path("small/lambdas/x").start();
    terminal.sees("fn lambda");
    let _ = fs::write(disk.0.join("filler"), vec![0; 64 * 1024]);
    terminal.types("// Kept elsewhere.").press("enter").sees("// Kept elsewhere.");
    terminal.press("ctrl-s").sees("the disk is full").press("ctrl-q").ends_clean(0);
    let mut terminal = Opening::of(&desk).path("small").start();
    terminal.sees("Unsaved text").sees("+ // Kept elsewhere.");
}

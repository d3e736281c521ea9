//! A folder of state that cannot be written, or not even be read.

use crate::cli_program::Desk;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const TTR: &str = "controllerbot_messaging_ttr";

/// A file system of its own for the folder of state, unmounted with the value.
struct Disk(PathBuf);

impl Disk {
    /// `None` where this is not permitted.
    fn mount(at: &Path) -> Option<Self> {
        fs::create_dir_all(at).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=8m", "tmpfs"]).arg(at);
        mount.output().is_ok_and(|done| done.status.success()).then(|| Self(at.to_owned()))
    }

    fn remount(&self, how: &str) {
        let mut mount = Command::new("mount");
        mount.args(["-o", &format!("remount,{how}")]).arg(&self.0);
        assert!(mount.status().unwrap().success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

fn desk() -> Desk {
    let desk = Desk::workspace();
    desk.write("lambdas/x/lambda.toml", format!("event = \"{TTR}\"\n"));
    desk.write("lambdas/x/main.rhai", "fn lambda(input) {\n    log::info(\"went\");\n    7\n}\n");
    desk
}

#[test]
fn where_nothing_can_be_written_all_that_only_reads_still_does() {
    let desk = desk();
    let Some(disk) = Disk::mount(&desk.path(".lambdeck")) else {
        return eprintln!("skipped: mounting a file system is not permitted here");
    };
    desk.run(&["deploy", "x", "--yes"]).succeeds();
    desk.run_with(&["invoke", "x", "--payload", "-"], "{}").succeeds();
    let all_is_read = || {
        desk.run(&["runs"]).succeeds().prints(&["x draft", "ok"]);
        desk.run(&["logs"]).succeeds().prints(&["went"]);
        desk.run(&["versions", "x"]).succeeds().prints(&["1"]);
        desk.run(&["activity"]).succeeds().prints(&["deployed"]);
        desk.run(&["dlq", "list"]).succeeds();
        desk.run(&["diff", "x"]).succeeds();
        for writes in [&["dlq", "purge", "--all", "--yes"][..], &["undeploy", "x", "--yes"]] {
            desk.run(writes).ends(1).tells(&["state.db` cannot be written", "read-only"]);
        }
    };
    // What was invoked stands in the log of writes alone.
    assert!(desk.path(".lambdeck/state.db-wal").exists());
    disk.remount("ro");
    all_is_read();
    disk.remount("rw");
    desk.run(&["runs"]).succeeds();
    assert!(!desk.path(".lambdeck/state.db-wal").exists());
    disk.remount("ro");
    all_is_read();
    disk.remount("rw");
    desk.run(&["undeploy", "x", "--yes"]).succeeds();
}

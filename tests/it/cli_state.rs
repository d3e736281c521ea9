//! A folder of state that cannot be written, or not even be read.

use crate::cli_program::{Desk, Done};
use crate::disk_kit::Disk;
use serde_json::Value;
use std::fs::{self, File, Permissions};
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;

const TTR: &str = "controllerbot_messaging_ttr";

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
    let run = desk.json(&["runs"])["id"].as_str().unwrap().to_owned();
    desk.run_with(&["invoke", "x", "--payload", "-"], "{}").succeeds();
    let all_is_read = || {
        desk.run(&["runs"]).succeeds().prints(&["x draft", "ok"]);
        desk.run(&["logs"]).succeeds().prints(&["went"]);
        desk.run(&["versions", "x"]).succeeds().prints(&["1"]);
        desk.run(&["activity"]).succeeds().prints(&["deployed"]);
        desk.run(&["dlq", "list"]).succeeds();
        let replay = desk.run(&["replay", &run, "--with-draft"]).succeeds();
        replay.prints(&["7"]).tells(&["the replay is not kept", "cannot be written"]);
        desk.run(&["diff", "x"]).succeeds();
        for writes in [&["dlq", "purge", "--all", "--yes"][..], &["undeploy", "x", "--yes"]] {
            desk.run(writes).ends(1).tells(&["state.db` cannot be written", "read-only"]);
        }
        let told = ["serve.lock`: the file system is read-only; whoever executes must be able"];
        desk.run(&["serve", "--no-http"]).ends(1).tells(&told);
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

#[test]
fn a_full_disk_is_told_without_a_promise_that_nothing_was_lost() {
    let desk = desk();
    let Some(_disk) = Disk::mount(&desk.path(".lambdeck")) else {
        return eprintln!("skipped: mounting a file system is not permitted here");
    };
    let invoke = || desk.run_with(&["invoke", "x", "--payload", "-"], "{}").succeeds();
    invoke();
    let mut filler = File::create(desk.path(".lambdeck/filler")).unwrap();
    while filler.write_all(&[0; 512]).is_ok() {}
    // As long as the log has room, it is taken.
    let told = (0..1_000).map(|_| invoke().stderr).find(|told| told.contains("warning"));
    let told = told.expect("the disk never was full");
    assert!(told.contains("the run is not kept: the disk with"), "{told}");
    assert!(told.contains("is full; free some space") && !told.contains("lost"), "{told}");
}

#[test]
fn what_is_damaged_is_told_by_the_doctor_and_before_serving_begins() {
    let desk = desk();
    desk.run(&["doctor"]).prints(&["nothing is kept yet"]);
    desk.run(&["deploy", "x", "--yes"]).succeeds();
    let state = desk.path(".lambdeck/state.db");
    let is = |what: &str| {
        let report = desk.json(&["doctor"]);
        let found = report["findings"].as_array().unwrap().iter().find(|it| it["name"] == "state");
        let found = found.unwrap();
        assert!(found["detail"].as_str().unwrap().contains(what), "{found}");
        found["state"].as_str().unwrap().to_owned()
    };
    assert_eq!(is("sound"), "good");
    fs::set_permissions(&state, Permissions::from_mode(0o644)).unwrap();
    assert_eq!(is("others may read"), "bad");
    fs::set_permissions(&state, Permissions::from_mode(0o600)).unwrap();

    let sound = fs::read(&state).unwrap();
    let mut bytes = sound.clone();
    // Whatever is kept, but not what says where: then it can be opened.
    let pages = bytes.chunks_mut(4_096).skip(1);
    pages.filter(|page| !page.windows(7).any(|it| it == b"CREATE ")).for_each(|it| it.fill(0x5a));
    fs::write(&state, &bytes).unwrap();
    assert_eq!(is("is damaged"), "bad");
    let done = desk.run(&["doctor"]).ends(1);
    done.prints(&[
        "broken",
        "move it away, and lambdeck begins a new one, without the deployments",
    ]);
    // The events are known nevertheless.
    desk.run(&["events"]).succeeds().prints(&[TTR]).tells(&["cannot be said", "is damaged"]);
    let event = desk.json(&["events", TTR]);
    assert_eq!((&event["holders"][0], &event["deployed"]), (&"x".into(), &Value::Null));
    let mut serve = desk.command(&["serve", "--no-http"]);
    let mut serve = serve.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let first = BufReader::new(serve.stderr.take().unwrap()).lines().next().unwrap().unwrap();
    serve.kill().unwrap();
    serve.wait().unwrap();
    assert!(first.contains("warning") && first.contains("is damaged"), "{first}");

    fs::write(&state, vec![0x5a; sound.len()]).unwrap();
    assert_eq!(is("is damaged"), "bad");
}

#[test]
fn output_that_cannot_be_written_is_named() {
    let Ok(full) = File::options().write(true).open("/dev/full") else {
        return eprintln!("skipped: there is no /dev/full here");
    };
    let desk = desk();
    for arguments in [&["events"][..], &["api", "--json"]] {
        let mut command = desk.command(arguments);
        let done = Done::of(command.stdout(full.try_clone().unwrap()).output().unwrap());
        done.ends(1).tells(&["the output cannot be written: "]);
    }
}

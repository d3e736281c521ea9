//! `init`, `new`, and what every command shares.

use crate::cli_program::{Desk, Done, program};
use std::fs;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

#[test]
fn init_makes_a_workspace_once() {
    let desk = Desk::empty();
    let made =
        desk.run(&["init", "bots"]).succeeds().tells(&["made a workspace in", "lambdeck new"]);
    assert_eq!(made.stdout, "");
    assert!(desk.read("bots/lambdeck.toml").contains("deadline_ms"));
    assert_eq!(desk.read("bots/.gitignore"), ".lambdeck/\n");
    desk.run(&["init", "bots"]).ends(1).tells(&["is a workspace already"]);
    desk.run(&["-C", "bots", "init"]).ends(1);
    assert!(desk.json(&["init", "more"])["workspace"].as_str().unwrap().ends_with("/more"));
}

#[test]
fn new_connects_to_the_templates_event_and_says_what_comes_next() {
    let desk = Desk::workspace();
    let made = desk.run(&["new", "ttr", "--template", "messaging_ttr", "-d", "watches"]).succeeds();
    let made = made.tells(&["connected to Messaging TTR", "lambdeck invoke ttr"]);
    assert!(made.stdout.ends_with("lambdas/ttr/main.rhai\n"), "{}", made.stdout);
    let settings = desk.read("lambdas/ttr/lambda.toml");
    for part in [
        "event = \"controllerbot_messaging_ttr\"",
        "description = \"watches\"",
        "template = \"messaging_ttr\"",
    ] {
        assert!(settings.contains(part), "{settings}");
    }
    assert_eq!(fs::read_dir(desk.path("lambdas/ttr/payloads")).unwrap().count(), 1);

    desk.run(&["new", "plain"]).succeeds().tells(&["not connected to an event"]);
    assert!(desk.read("lambdas/plain/lambda.toml").contains("template = \"greeting\""));
    assert_eq!(
        desk.json(&["new", "idle", "--event", "messaging conversation IDLE"])["template"],
        "messaging_conversation_idle"
    );
    let drafted =
        desk.json(&["new", "draft", "--template", "messaging_survey_ended", "--event", "none"]);
    assert!(drafted["event"].is_null());
    let logging =
        desk.json(&["new", "both", "--template", "logging", "--event", "Messaging Survey Started"]);
    assert_eq!(logging["event"], "surveybot_messaging_survey_started");
}

#[test]
fn a_full_event_is_refused_with_the_command_that_swaps() {
    let desk = Desk::workspace();
    desk.run(&["new", "first", "--event", "Messaging TTR"]).succeeds();
    let refused =
        desk.run(&["new", "second", "--event", "Messaging TTR", "-d", "it's new"]).ends(1);
    let command =
        r"lambdeck new second --event 'Messaging TTR' --description 'it'\''s new' --swap first";
    let refused = refused.tells(&["Messaging TTR admits 1 lambda, held by `first`", command]);
    assert_eq!(refused.stdout, "");
    assert!(!desk.path("lambdas/second").exists());

    let typed = command.replacen("lambdeck", &program().display().to_string(), 1);
    let mut shell = Command::new("sh");
    let swapped = Done::of(shell.args(["-c", &typed]).current_dir(desk.path("")).output().unwrap());
    swapped.succeeds().tells(&["`first` gave up its slot"]);
    let slots = desk.json(&["events", "Messaging TTR"]);
    assert_eq!(slots["holders"], serde_json::json!(["second"]));
    desk.run(&["new", "third", "--event", "Messaging TTR", "--swap", "first"])
        .ends(1)
        .tells(&["`first` holds no slot of Messaging TTR; `second` does"]);
    desk.run(&["new", "third", "--swap", "second"]).ends(2).tells(&["name one with --event"]);
    desk.run(&["new", "second"]).ends(1).tells(&["there is a lambda `second` already"]);
}

#[test]
fn what_cannot_be_asked_for_ends_with_2_and_advice() {
    let desk = Desk::workspace();
    let cases: [(&[&str], &[&str]); 9] = [
        (&["new", "1st"], &["starts with a letter, not with `1`"]),
        (
            &["new", "x", "--template", "greetin"],
            &["no template `greetin`; did you mean `greeting`?"],
        ),
        (&["new", "x", "-t", "keywrd"], &["did you mean `keyword_scanner`?"]),
        (&["new", "x", "--event", "mesaging ttr"], &["did you mean `Messaging TTR`?"]),
        (&["new", "x", "--event", "zzzzzz"], &["`lambdeck events` lists them"]),
        (
            &["new", "x", "--event", "Messaging TTR", "--template", "keyword_scanner"],
            &["reads the payload of Messaging Conversation End"],
        ),
        (&["chekc"], &["did you mean the command `check`?"]),
        (&["-C", "nowhere", "check"], &["is no folder"]),
        (&["new"], &["Usage:"]),
    ];
    for (arguments, parts) in cases {
        let done = desk.run(arguments).ends(2).tells(parts);
        assert_eq!(done.stdout, "", "{arguments:?}");
    }
    assert_eq!(fs::read_dir(desk.path("lambdas")).unwrap().count(), 0);
    let json = desk.run(&["new", "1st", "--json"]).ends(2);
    let error: serde_json::Value = serde_json::from_str(&json.stderr).unwrap();
    assert!(error["error"].as_str().unwrap().contains("starts with a letter"), "{error}");
    let json = desk.run(&["new", "--json"]).ends(2);
    assert!(serde_json::from_str::<serde_json::Value>(&json.stderr).is_ok(), "{}", json.stderr);
    let outside = Desk::empty();
    outside.run(&["new", "x"]).ends(2).tells(&["no workspace in", "lambdeck init"]);
    outside.run(&["check"]).ends(2);
}

#[test]
fn the_workspace_is_found_from_any_folder_in_it() {
    let desk = Desk::workspace();
    desk.run(&["new", "x"]).succeeds();
    desk.run(&["-C", "lambdas/x/payloads", "new", "y"]).succeeds();
    assert!(desk.path("lambdas/y/main.rhai").is_file());
}

#[test]
fn without_a_terminal_the_ide_says_so() {
    let desk = Desk::workspace();
    for arguments in [&[][..], &["."], &["--sample"]] {
        desk.run(arguments).ends(2).tells(&["needs a terminal"]);
    }
}

#[test]
fn a_reader_who_leaves_early_is_no_error() {
    let desk = Desk::workspace();
    for arguments in [
        &["events"][..],
        &["templates", "--json"],
        &["completions", "bash"],
        &["--help"],
        &["check"],
    ] {
        let mut command = desk.command(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let mut stderr = String::new();
        child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0), "{arguments:?}: {stderr}");
        assert!(!stderr.contains("panic"), "{stderr}");
    }
}

#[test]
fn output_that_cannot_be_written_is_an_error() {
    let Ok(full) = fs::OpenOptions::new().write(true).open("/dev/full") else {
        return println!("skipped: this system has no /dev/full");
    };
    let desk = Desk::workspace();
    let done = Done::of(desk.command(&["events"]).stdout(full).output().unwrap());
    done.ends(1).tells(&["No space left"]);
}

#[test]
fn nothing_is_coloured_where_no_terminal_is() {
    let desk = Desk::workspace();
    for arguments in [
        &["events"][..],
        &["events", "Messaging TTR"],
        &["templates"],
        &["new", "1"],
        &["--help"],
        &["nope"],
    ] {
        let done = desk.run(arguments);
        assert!(!done.stdout.contains('\u{1b}') && !done.stderr.contains('\u{1b}'), "{done:?}");
    }
}

#[test]
fn a_folder_that_cannot_be_written_gives_a_clear_error_and_stays_as_it_is() {
    use std::os::unix::process::CommandExt as _;
    let desk = Desk::workspace();
    desk.run(&["new", "x"]).succeeds();
    let folders = ["", "lambdas", ".lambdeck"];
    for folder in folders {
        fs::set_permissions(desk.path(folder), fs::Permissions::from_mode(0o555)).unwrap();
    }
    fs::set_permissions(desk.path(".lambdeck/lock"), fs::Permissions::from_mode(0o666)).unwrap();
    let mut command = desk.command(&["new", "y"]);
    if rustix::process::geteuid().is_root() {
        command.uid(65_534).gid(65_534); // permissions do not bind root
    }
    match command.output() {
        Ok(output) => {
            let done =
                Done::of(output).ends(1).tells(&["cannot create a folder in", "permission denied"]);
            assert!(!done.stderr.contains("os error"), "{}", done.stderr);
        }
        Err(error) => println!("skipped: cannot run the program as another user: {error}"),
    }
    assert_eq!(fs::read_dir(desk.path("lambdas")).unwrap().count(), 1);
    for folder in folders {
        fs::set_permissions(desk.path(folder), fs::Permissions::from_mode(0o755)).unwrap();
    }
}

#[test]
fn every_shell_gets_its_completions() {
    let desk = Desk::empty();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        desk.run(&["completions", shell]).succeeds().prints(&["lambdeck", "templates", "invoke"]);
    }
}

#[test]
fn on_a_full_disk_nothing_is_made_and_nothing_is_lost() {
    let desk = Desk::empty();
    let disk = desk.path("disk");
    fs::create_dir(&disk).unwrap();
    let mounted =
        Command::new("mount").args(["-t", "tmpfs", "-o", "size=64k", "none"]).arg(&disk).output();
    if !mounted.is_ok_and(|output| output.status.success()) {
        return println!("skipped: this system does not let the tests mount a small disk");
    }
    desk.run(&["-C", "disk", "init"]).succeeds();
    desk.run(&["-C", "disk", "new", "first", "--event", "Messaging TTR"]).succeeds();
    let settings = desk.read("disk/lambdas/first/lambda.toml");
    assert!(fs::write(desk.path("disk/ballast"), vec![0; 128 * 1024]).is_err());
    let refused =
        desk.run(&["-C", "disk", "new", "second", "--event", "Messaging TTR", "--swap", "first"]);
    let held = desk.json(&["-C", "disk", "events", "Messaging TTR"])["holders"].clone();
    let lambdas = fs::read_dir(desk.path("disk/lambdas")).unwrap().count();
    let after = desk.read("disk/lambdas/first/lambda.toml");
    Command::new("umount").arg(&disk).status().unwrap();
    refused.ends(1).tells(&["the disk is full; free some space"]);
    assert_eq!((held, lambdas, after), (serde_json::json!(["first"]), 1, settings));
}

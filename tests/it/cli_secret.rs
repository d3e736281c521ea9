//! `lambdeck secret`, and secrets in lambdas that the program runs.

use crate::cli_program::Desk;
use crate::pty_kit::Opening;
use crate::serve_kit::Served;
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

const TTR: &str = "controllerbot_messaging_ttr";

#[test]
fn secrets_are_set_from_stdin_listed_renamed_and_removed() {
    let desk = Desk::workspace();
    assert_eq!(desk.json(&["secret", "list"]), json!([]));
    let made = desk.run_with(&["secret", "set", "api_token"], "hunter2\n").succeeds();
    let made = made.tells(&["made the identity", "identity.txt", "added `api_token` (string)"]);
    assert_eq!(made.stdout, "");
    desk.run_with(&["secret", "set", "visits", "--type", "number"], "41").succeeds();
    let refused = desk.run_with(&["secret", "set", "visits"], "many").ends(2);
    assert!(!refused.stderr.contains("many") && refused.stderr.contains("visits"));
    desk.run_with(&["secret", "set", "a b"], "x").ends(2).tells(&["cannot stand in"]);
    let listed = desk.run(&["secret", "list"]).succeeds();
    assert_eq!(listed.stdout, "api_token  string\nvisits     number\n");
    desk.run(&["secret", "rename", "api_token", "token"]).succeeds();
    desk.run(&["secret", "rename", "token", "visits"]).ends(1).tells(&["already"]);
    desk.run(&["secret", "rm", "tokn"]).ends(1).tells(&["did you mean `token`?"]);
    desk.run(&["secret", "rm", "token"]).succeeds();
    assert_eq!(desk.json(&["secret", "list"]), json!([{"name": "visits", "type": "number"}]));
}

#[test]
fn the_identity_lies_in_the_folder_of_configuration_that_was_named() {
    let desk = Desk::workspace();
    desk.write("value", "hunter2");
    let mut command = desk.command(&["secret", "set", "key"]);
    command.env("LAMBDECK_CONFIG", desk.path("mine"));
    command.stdin(fs::File::open(desk.path("value")).unwrap());
    assert!(command.output().unwrap().status.success());
    assert!(desk.path("mine/identity.txt").exists());
    desk.run(&["secret", "set", "other"]).ends(1).tells(&["identity.txt` is missing"]);
}

#[test]
fn json_and_env_files_are_imported() {
    let desk = Desk::workspace();
    desk.write("more.env", "export A=one\nB=\"two words\"\n");
    desk.run(&["secret", "import", "more.env"]).succeeds().tells(&["imported `A`, `B`"]);
    desk.run_with(&["secret", "import"], r#"{"c": {"user": "anna"}, "d": 5}"#).succeeds();
    let all = desk.json(&["secret", "list"]);
    let types: Vec<_> = all.as_array().unwrap().iter().map(|it| it["type"].clone()).collect();
    assert_eq!(types, ["string", "string", "json", "number"]);
    desk.run_with(&["secret", "import"], "{\"e\": hunter2}").ends(2).tells(&["line 1"]);
    assert_eq!(desk.json(&["secret", "list"]).as_array().unwrap().len(), 4, "all or nothing");
}

#[test]
fn what_is_wrong_with_the_files_says_what_to_do() {
    let desk = Desk::workspace();
    desk.run_with(&["secret", "set", "key"], "hunter2").succeeds();
    let file = desk.path(".lambdeck/secrets.age");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    desk.run(&["secret", "list"]).ends(1).tells(&["run `chmod 600"]);
    let doctor = desk.run(&["doctor"]).ends(1);
    assert!(doctor.stdout.contains("can be read by others"), "{}", doctor.stdout);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    let other = desk.command(&["secret", "list"]).env("LAMBDECK_IDENTITY", "nonsense").output();
    let said = String::from_utf8(other.unwrap().stderr).unwrap();
    assert!(said.contains("LAMBDECK_IDENTITY is no age identity"), "{said}");
    assert!(!said.contains("nonsense"), "{said}");
}

/// The stand-alone template, for real: the program, its worker, the file on the disk.
#[test]
fn the_secret_storage_template_changes_a_secret_and_shows_it_nowhere() {
    let desk = Desk::workspace();
    let made = desk.run(&["new", "counter", "--template", "secret_storage"]).succeeds();
    made.tells(&["secret `visits`", "lambdeck secret set visits"]);
    let failed = desk.run(&["invoke", "counter"]).ends(1);
    failed.tells(&["set the secret first: lambdeck secret set visits"]);
    desk.run_with(&["secret", "set", "visits", "-t", "number"], "4815162342").succeeds();
    let done = desk.run(&["invoke", "counter"]).succeeds();
    assert_eq!(done.stdout, "\"the secret was updated\"\n");
    assert!(!done.stderr.contains("48151623"), "{}", done.stderr);
    desk.write("lambdas/shown/lambda.toml", "");
    desk.write(
        "lambdas/shown/main.rhai",
        "fn lambda(input) { print(secrets::read(\"visits\")); secrets::read(\"visits\") == 4815162343 }",
    );
    let shown = desk.run(&["invoke", "shown"]).succeeds();
    assert_eq!(shown.stdout, "true\n", "it was counted up on the disk");
    assert!(shown.stderr.contains("•••••") && !shown.stderr.contains("48151623"));
}

/// The lambda throws where the payload holds the secret itself, so that the delivery ends as a dead letter.
#[test]
fn a_secret_that_was_sent_in_a_payload_is_masked_in_every_record_and_still_delivered() {
    let desk = Desk::workspace();
    desk.write("lambdeck.toml", "[delivery]\nretries = 0\n");
    desk.run_with(&["secret", "set", "key"], "hunter2-and-more").succeeds();
    desk.write("lambdas/x/lambda.toml", format!("event = \"{TTR}\"\n"));
    desk.write(
        "lambdas/x/main.rhai",
        "fn lambda(input) { if input.payload.key == secrets::read(\"key\") { throw \"the same\" } }",
    );
    desk.run(&["deploy", "x", "--yes"]).succeeds();
    let served = Served::start(&desk);
    let input = r#"{"headers": [], "payload": {"key": "hunter2-and-more", "n": 1.50}}"#;
    let emit = ["emit", TTR, "--payload", "-", "--wait"];
    desk.run_with(&emit, input).ends(1).prints(&["the same"]);
    desk.run_with(&["invoke", "x", "--payload", "-"], input).ends(1).tells(&["the same"]);

    let hides = |args: &[&str]| {
        let done = desk.run(args).succeeds();
        assert!(!done.stdout.contains("hunter2"), "{args:?}: {}", done.stdout);
        done
    };
    let runs = desk.run(&["runs", "--json"]).succeeds();
    let ids: Vec<_> = runs.stdout.lines().map(id_of).collect();
    assert_eq!(ids.len(), 2);
    for id in &ids {
        hides(&["runs", "show", id]).prints(&["a secret in it is masked", "•••••", "1.5"]);
        hides(&["runs", "show", id, "--json"]).prints(&["\"input_masked\": true"]);
        desk.run(&["replay", id]).ends(2).tells(&["held a secret", "invoke `x` with a payload"]);
    }
    let letters = desk.json(&["dlq", "list"]);
    let letter = letters[0]["delivery"].as_str().unwrap();
    hides(&["dlq", "show", letter]).prints(&["•••••"]);
    desk.run(&["dlq", "redrive", letter]).succeeds();
    while desk.json(&["dlq", "list"]).as_array().unwrap().is_empty() {
        std::thread::sleep(Duration::from_millis(10));
    }
    hides(&["dlq", "show", letter]).prints(&["threw: the same", "•••••"]);
    assert_eq!(desk.run(&["runs", "--json"]).succeeds().stdout.lines().count(), 3);
    // A run that does not come to know it shows it no more than those before.
    desk.write("lambdas/x/main.rhai", "fn lambda(input) { throw \"early\" }");
    desk.run(&["deploy", "x", "--yes"]).succeeds();
    desk.run(&["dlq", "redrive", letter]).succeeds();
    while desk.json(&["dlq", "list"]).as_array().unwrap().is_empty() {
        std::thread::sleep(Duration::from_millis(10));
    }
    hides(&["dlq", "show", letter]).prints(&["threw: early", "•••••"]);
    assert_eq!(served.stop(), Some(0));
}

fn id_of(line: &str) -> String {
    let run: Value = serde_json::from_str(line).unwrap();
    run["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_value_that_is_asked_for_is_not_shown_and_the_terminal_echoes_again_afterwards() {
    let desk = Desk::workspace();
    let ask = || {
        let opening = Opening::of(&desk).path("secret").path("set").path("token");
        let mut terminal = opening.start();
        terminal.sees("value of `token` (string):");
        terminal
    };
    let mut terminal = ask();
    terminal.types("hunter2").press("enter").sees("added `token`");
    assert!(terminal.exits().success() && !terminal.screen().contains("hunter2"));
    terminal.has_its_modes_back();
    let listed = desk.json(&["secret", "list"]);
    assert_eq!(listed, json!([{"name": "token", "type": "string"}]));

    let mut terminal = ask();
    terminal.types("half").press("ctrl-c");
    assert!(!terminal.exits().success(), "Ctrl-C gives up");
    terminal.has_its_modes_back();
    assert!(!terminal.screen().contains("half"));
}

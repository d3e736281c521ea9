//! `lambdeck keys`: the table of commands, printed.

use crate::cli_program::Desk;

#[test]
fn every_place_has_a_heading_and_its_keys() {
    let done = Desk::empty().run(&["keys"]).succeeds();
    let lines: Vec<&str> = done.stdout.lines().collect();
    let heading = lines.iter().position(|line| *line == "Outside dialogs").unwrap();
    let until = lines[heading..].iter().position(|line| line.is_empty()).unwrap();
    let invoke =
        lines[heading..heading + until].iter().find(|line| line.contains("app.invoke ")).unwrap();
    assert!(invoke.trim_start().starts_with("F5 "), "{invoke}");
    assert!(invoke.contains("Saves the lambda and runs it"), "{invoke}");
    assert!(done.stdout.contains("app.suspend") && done.stdout.contains("palette"));
}

#[test]
fn machines_get_every_command_once() {
    let all = Desk::empty().json(&["keys"]);
    let all = all.as_array().unwrap();
    let mut ids: Vec<_> = all.iter().map(|command| command["id"].as_str().unwrap()).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
    assert_eq!(count, lambdeck::app::command::COMMANDS.len());
    let quit = all.iter().find(|command| command["id"] == "app.quit").unwrap();
    assert_eq!(quit["keys"], serde_json::json!(["Ctrl-Q"]));
    assert_eq!(quit["context"], "Everywhere");
}

#[test]
fn the_file_of_keys_is_made_once_and_changes_what_is_listed() {
    let desk = Desk::empty();
    desk.run(&["keys", "--write"]).succeeds().tells(&["made ", "config/lambdeck/keys.toml"]);
    let file = "config/lambdeck/keys.toml";
    assert!(desk.read(file).contains("# app.invoke = [\"f5\""));
    desk.run(&["keys", "--write"]).ends(1).tells(&["keys.toml` is there already"]);

    desk.write(file, "app.quit = \"alt-q\"\n[in.text]\napp.invoke = \"ctrl-e\"\n");
    let done = desk.run(&["keys"]).succeeds();
    assert!(done.stdout.contains("Alt-Q") && !done.stdout.contains("Ctrl-Q "), "{}", done.stdout);
    assert_eq!(done.stdout.matches(" app.invoke ").count(), 2, "{}", done.stdout);
    let all = desk.json(&["keys"]);
    let invoke = all.as_array().unwrap().iter().find(|it| it["id"] == "app.invoke").unwrap();
    let elsewhere = serde_json::json!([{ "context": "Code and payload", "keys": ["Ctrl-E"] }]);
    assert_eq!(invoke["elsewhere"], elsewhere);
    let done = desk.run(&["keys", "--default"]).succeeds();
    assert!(done.stdout.contains("Ctrl-Q ") && !done.stdout.contains("Alt-Q"));
}

#[test]
fn what_is_wrong_with_the_keys_is_named_and_the_rest_listed() {
    let desk = Desk::empty();
    desk.write("mine/keys.toml", "app.quit = \"alt-q\"\napp.hlep = \"f9\"\n");
    let mut command = desk.command(&["keys"]);
    command.env("LAMBDECK_CONFIG", desk.path("mine"));
    let done = crate::cli_program::Done::of(command.output().unwrap()).succeeds();
    done.tells(&[
        "warning: ",
        "mine/keys.toml:2: there is no command `app.hlep`; did you mean `app.help`?",
    ])
    .prints(&["Alt-Q"]);
}

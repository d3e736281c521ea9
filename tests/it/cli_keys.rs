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

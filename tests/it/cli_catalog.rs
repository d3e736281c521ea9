//! `events` and `templates`.

use crate::cli_program::Desk;

#[test]
fn events_show_their_slots_and_who_holds_them() {
    let desk = Desk::workspace();
    desk.run(&["new", "greet_vip", "--event", "Messaging New Conversation"]).succeeds();
    let done = desk.run(&["events"]).succeeds();
    let line =
        done.stdout.lines().find(|line| line.contains("Messaging New Conversation")).unwrap();
    for part in ["1/1", "controllerbot_messaging_new_conversation", "greet_vip"] {
        assert!(line.contains(part), "{line}");
    }
    assert_eq!(done.stdout.lines().count(), 11);
    let json = desk.json(&["events"]);
    let full: Vec<_> = json
        .as_array()
        .unwrap()
        .iter()
        .filter(|event| event["holders"] != serde_json::json!([]))
        .collect();
    assert_eq!(full.len(), 1);
    assert_eq!(full[0]["slots"], 1);
}

#[test]
fn an_event_is_told_in_full() {
    let desk = Desk::empty();
    let done = desk.run(&["events", "messaging conversation end"]).succeeds();
    done.prints(&[
        "Messaging Conversation End  controllerbot_messaging_conversation_end",
        "0 of 1 held",
        "AGENT_END_CONVERSATION",
        "keyword_scanner",
        "closeReason",
        "Id of the conversation",
        "systemMessage",
    ]);
    let json = desk.json(&["events", "controllerbot_messaging_ttr"]);
    assert_eq!(
        json["samples"].as_array().unwrap().len(),
        json["sub_types"].as_array().unwrap().len()
    );
    assert!(json["samples"][0]["input"]["payload"]["general"]["convId"].is_string());
    assert!(json["schema"]["properties"]["ttr"].is_object());
    assert_eq!(json["templates"][0], "messaging_ttr");
    desk.run(&["events", "messaging_tr"]).ends(2).tells(&["did you mean"]);
}

#[test]
fn templates_are_listed_and_printed_as_they_are() {
    let desk = Desk::empty();
    desk.run(&["templates"]).succeeds().prints(&[
        "keyword_scanner",
        "Messaging Conversation End",
        "greeting",
    ]);
    let source = desk.run(&["templates", "Greeting"]).succeeds().stdout;
    assert!(source.contains("fn lambda(input)"));
    assert_eq!(desk.json(&["templates", "greeting"])["source"], source.as_str());
    assert_eq!(desk.json(&["templates"]).as_array().unwrap().len(), 17);
    desk.run(&["templates", "greting"]).ends(2).tells(&["did you mean `greeting`?"]);
}

#[test]
fn a_workspaces_own_templates_and_events_count() {
    let desk = Desk::workspace();
    desk.write("templates/mine/template.toml", "name = \"Mine\"\ndescription = \"My own\"\n");
    desk.write("templates/mine/main.rhai", "fn lambda(input) { \"mine\" }\n");
    desk.run(&["templates"]).succeeds().prints(&["mine", "My own"]);
    desk.run(&["new", "x", "--template", "mine"]).succeeds();
    assert_eq!(desk.read("lambdas/x/main.rhai"), "fn lambda(input) { \"mine\" }\n");
}

#[test]
fn what_cannot_be_used_of_the_own_ones_is_told() {
    let desk = Desk::workspace();
    desk.write("events/empty/.keep", "");
    desk.write("templates/bad/template.toml", "name = \"Bad\"\nnonsense = 1\n");
    for command in ["events", "templates"] {
        desk.run(&[command]).succeeds().tells(&[
            "warning: ",
            "events/empty: event.toml is missing",
            "templates/bad/template.toml:2: unknown field `nonsense`",
        ]);
    }
    desk.run(&["check"]).ends(1).prints(&["event.toml is missing", "events/empty"]);
}

#[test]
fn host_functions_are_listed_and_told() {
    let desk = Desk::empty();
    desk.run(&["api"]).succeeds().prints(&[
        "log::info(message: any",
        "env::get(",
        "messaging::system_message(",
    ]);
    desk.run(&["api", "log::info"]).succeeds().prints(&["log::info(message: any"]);
    let log = desk.json(&["api", "log"]);
    let paths: Vec<_> =
        log.as_array().unwrap().iter().map(|it| it["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["log::debug", "log::info", "log::warn", "log::error"]);
    assert_eq!(log[0]["parameters"][0]["presence"], "required");
    desk.run(&["api", "log::inf"]).ends(2).tells(&["did you mean `log::info`?"]);
}

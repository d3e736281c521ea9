//! `deploy`, `undeploy`, `versions`, `rollback`, `diff`, `activity`

use crate::cli_program::Desk;
use serde_json::json;

const TTR: &str = "Messaging TTR";

fn desk() -> Desk {
    let desk = Desk::workspace();
    desk.run(&["new", "x", "--event", TTR]).succeeds();
    desk.write("lambdas/x/main.rhai", "fn lambda(input) {\n    1\n}\n");
    desk
}

fn states(desk: &Desk) -> String {
    desk.json(&["deploy", "x", "--dry-run"])["lambdas"][0]["state"].to_string()
}

#[test]
fn a_lambda_goes_from_draft_to_productive_to_modified_and_back() {
    let desk = desk();
    assert_eq!(states(&desk), "\"draft\"");
    desk.run(&["deploy", "x"]).ends(2).tells(&["say `--yes`"]);
    desk.run(&["deploy", "x", "--dry-run"]).succeeds().tells(&["`x` would be deployed"]);
    assert_eq!(states(&desk), "\"draft\"");
    desk.run(&["deploy", "x", "--yes"]).succeeds().tells(&["deployed `x` version 1 on"]);
    assert_eq!(states(&desk), "\"productive\"");
    desk.run(&["deploy", "x", "--yes"]).succeeds().tells(&["`x` is deployed as it stands"]);

    desk.write("lambdas/x/main.rhai", "fn lambda(input) {\n    2\n}\n");
    assert_eq!(states(&desk), "\"modified\"");
    desk.run(&["diff", "x"]).succeeds().prints(&["-    1", "+    2", "version 1 -> workspace"]);
    let again = desk.run(&["deploy", "x", "--yes"]).succeeds().prints(&["-    1", "+    2"]);
    assert!(again.stderr.contains("version 2"), "{}", again.stderr);

    desk.run(&["rollback", "x", "1"]).succeeds().tells(&["deployed `x` version 1"]);
    assert_eq!(states(&desk), "\"modified\"");
    let versions = desk.json(&["versions", "x"]);
    assert_eq!(versions["deployment"]["version"], 1);
    assert_eq!(versions["versions"].as_array().unwrap().len(), 2);
    let old = desk.run(&["versions", "x", "--source", "2"]).succeeds();
    assert_eq!(old.stdout, "fn lambda(input) {\n    2\n}\n");
    desk.run(&["diff", "x", "1", "2"]).succeeds().prints(&["-    1", "+    2"]);
    desk.run(&["rollback", "x", "7"]).ends(2).tells(&["no version 7; they go from 1 to 2"]);

    desk.run(&["undeploy", "x"]).succeeds().tells(&["undeployed `x`; a slot of", "is free"]);
    assert_eq!(states(&desk), "\"draft\"");
    desk.run(&["undeploy", "x"]).ends(1).tells(&["`x` is not deployed"]);
    let log = desk.json(&["activity", "x"]);
    let actions: Vec<_> = log.as_array().unwrap().iter().map(|it| it["action"].clone()).collect();
    assert_eq!(actions, ["deployed", "deployed", "deployed", "undeployed"].map(|it| json!(it)));
}

#[test]
fn errors_refuse_and_leave_what_is_deployed() {
    let desk = desk();
    desk.run(&["deploy", "x", "--yes"]).succeeds();
    desk.write("lambdas/x/main.rhai", "fn lambda(input) {\n    let a = ;\n}\n");
    desk.run(&["deploy", "x", "--dry-run"]).ends(1).tells(&["error[syntax]", "would be refused"]);
    let refused = desk.run(&["deploy", "x", "--yes"]).ends(1);
    refused.tells(&["error[syntax]", "main.rhai:2", "`x` was not deployed: 1 error"]);
    assert_eq!(states(&desk), "\"failed\"");
    assert_eq!(desk.json(&["versions", "x"])["deployment"]["version"], 1);
    desk.write("lambdas/x/main.rhai", "fn lambda(input) {\n    1\n}\n");
    desk.run(&["deploy", "x", "--yes"]).succeeds();
    assert_eq!(states(&desk), "\"productive\"");
}

#[test]
fn slots_are_counted_among_the_deployed_whatever_the_workspace_says() {
    let desk = desk();
    desk.run(&["deploy", "x", "--yes"]).succeeds();
    desk.run(&["new", "y", "--event", TTR, "--swap", "x"]).succeeds();
    let full = desk.run(&["deploy", "y", "--yes"]).ends(1);
    full.tells(&["admits 1 deployed lambda, and `x` is deployed on it", "--swap x"]);
    let swapped = desk.run(&["deploy", "y", "--yes", "--swap", "x"]).succeeds();
    swapped.tells(&["deployed `y` version 1", "undeployed `x`, whose slot it was"]);
}

#[test]
fn of_two_programs_that_deploy_to_the_last_slot_one_wins() {
    let desk = desk();
    desk.run(&["new", "y"]).succeeds();
    for name in ["x", "y"] {
        desk.write(
            &format!("lambdas/{name}/lambda.toml"),
            "event = \"controllerbot_messaging_ttr\"\n",
        );
    }
    for _ in 0..15 {
        let race = |name| desk.command(&["deploy", name, "--yes"]).spawn().unwrap();
        let both = [race("x"), race("y")];
        let won: usize =
            both.into_iter().map(|mut it| usize::from(it.wait().unwrap().success())).sum();
        let deployed = desk.json(&["activity", "-n", "1"])[0].clone();
        assert_eq!((won, &deployed["action"]), (1, &json!("deployed")));
        desk.run(&["undeploy", deployed["lambda"].as_str().unwrap()]).succeeds();
    }
}

#[test]
fn what_is_unknown_is_told() {
    let desk = desk();
    desk.run(&["deploy", "z", "--yes"]).ends(2).tells(&["there is no lambda `z`"]);
    desk.run(&["versions", "x"]).ends(2).tells(&["never deployed"]);
    desk.run(&["diff", "x"]).ends(1).tells(&["`x` is not deployed"]);
}

#[test]
fn a_saved_payload_that_cannot_be_used_keeps_nothing_from_being_deployed() {
    let desk = Desk::workspace();
    desk.run(&["new", "hello"]).succeeds();
    desk.write("lambdas/hello/payloads/half.json", "{\"payload\": ");
    desk.run(&["check"]).ends(1);
    desk.run(&["deploy", "hello", "--yes"]).succeeds().tells(&["half.json", "deployed `hello`"]);
}

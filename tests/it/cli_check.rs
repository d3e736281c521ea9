//! `check`

use crate::cli_program::Desk;

#[test]
fn a_sound_workspace_passes_quietly() {
    let desk = Desk::workspace();
    desk.run(&["new", "x"]).succeeds();
    let done = desk.run(&["check"]).succeeds().tells(&["1 lambda: 0 errors, 0 warnings"]);
    assert_eq!(done.stdout, "");
    assert_eq!(desk.json(&["check"])["findings"], serde_json::json!([]));
}

#[test]
fn what_is_wrong_is_shown_with_its_line() {
    let desk = Desk::workspace();
    desk.run(&["new", "x"]).succeeds();
    desk.write(
        "lambdas/x/lambda.toml",
        "description = \"fine\"\nevent = \"controllerbot_messaging_tttr\"\n[env]\nlower = \"x\"\n",
    );
    desk.write("lambdeck.toml", "allowed_domains = []\n[limits]\ncpu = 1\n");
    desk.write("templates/bad/template.toml", "name = \"Bad\"\n");
    let done = desk.run(&["check"]).ends(1).tells(&["1 lambda: 3 errors, 1 warning"]);
    done.prints(&[
        "warning[workspace]: unknown key `cpu`",
        "lambdeck.toml:3:1",
        "error[unknown-event]",
        "lambdas/x/lambda.toml:2:1",
        "2 | event = \"controllerbot_messaging_tttr\"",
        "did you mean `controllerbot_messaging_ttr`?",
        "lambdas/x/lambda.toml:4:1",
        "error[catalogue]",
        "templates/bad",
    ]);
    let json = desk.json(&["check"]);
    assert_eq!((&json["errors"], &json["warnings"]), (&3.into(), &1.into()));
    let unknown = json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["code"] == "unknown-event")
        .unwrap();
    assert_eq!((&unknown["path"], &unknown["line"]), (&"lambdas/x/lambda.toml".into(), &2.into()));
}

#[test]
fn more_lambdas_than_slots_are_reported() {
    let desk = Desk::workspace();
    for name in ["one", "two"] {
        desk.run(&["new", name]).succeeds();
        desk.write(
            &format!("lambdas/{name}/lambda.toml"),
            "event = \"controllerbot_messaging_ttr\"\n",
        );
    }
    let done = desk.run(&["check"]).ends(1);
    done.prints(&[
        "error[slots-exceeded]",
        "Messaging TTR admits 1 lambda, but 2 are connected: one, two",
    ]);
    assert_eq!(desk.json(&["check"])["findings"][0]["path"], "lambdas/two/lambda.toml");
}

#[test]
fn sources_templates_and_saved_payloads_are_checked() {
    let desk = Desk::workspace();
    desk.run(&["new", "x"]).succeeds();
    desk.write("lambdas/x/main.rhai", "fn lambda(input) {\n    let a = ;\n}\n");
    desk.write("lambdas/x/payloads/broken.json", "{\n  \"payload\": nope\n}\n");
    desk.write("templates/mine/template.toml", "name = \"Mine\"\ndescription = \"My own\"\n");
    desk.write("templates/mine/main.rhai", "fn other() {}\n");
    let done = desk.run(&["check"]).ends(1).tells(&["3 errors"]);
    done.prints(&[
        "error[syntax]",
        "lambdas/x/main.rhai:2:13",
        "2 |     let a = ;",
        "error[json-syntax]",
        "lambdas/x/payloads/broken.json:2:",
        "error[missing-lambda]",
        "templates/mine/main.rhai",
    ]);
    let limited = Desk::workspace();
    limited.run(&["new", "x"]).succeeds();
    limited.write("lambdas/x/lambda.toml", "[limits]\nsource_chars = 10\n");
    limited.run(&["check"]).ends(1).prints(&["error[source-too-long]"]);
}

#[test]
fn a_source_longer_than_usual_is_told_its_faults_where_its_limit_allows_it() {
    let desk = Desk::workspace();
    desk.run(&["new", "x"]).succeeds();
    desk.write("lambdas/x/lambda.toml", "[limits]\nsource_chars = 100000\n");
    let comment = "// a remark that makes it long\n".repeat(2_000);
    desk.write("lambdas/x/main.rhai", format!("fn lambda(input) {{ let }}\n{comment}"));
    desk.run(&["check"]).ends(1).prints(&["error[syntax]", "lambdas/x/main.rhai:1:"]);
    let run = desk.run(&["invoke", "x", "--json"]).ends(1);
    assert!(run.stdout.contains("\"compile\""), "{}", run.stdout);
}

#[test]
fn a_saved_payload_is_held_against_the_events_schema() {
    let desk = Desk::workspace();
    desk.run(&["new", "x", "--event", "Messaging TTR"]).succeeds();
    desk.write("lambdas/x/main.rhai", "fn lambda(input) {}\n");
    desk.write(
        "lambdas/x/payloads/odd.json",
        "{\"payload\": {\"general\": {\"inOffHours\": \"no\"}}}\n",
    );
    desk.write("lambdas/x/payloads/wide.json", "{\"payload\": 123456789012345678901234567890}\n");
    let done = desk.run(&["check"]).ends(1).tells(&["1 error, "]);
    done.prints(&[
        "warning[schema]",
        "payloads/odd.json:1:",
        "error[payload]",
        "payloads/wide.json:1:13",
    ]);
}

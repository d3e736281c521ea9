//! `--json`: the same fact has the same name wherever it stands.

use crate::cli_program::Desk;
use crate::serve_kit::Served;
use serde_json::{Value, json};
use std::process::Stdio;

const TTR: &str = "controllerbot_messaging_ttr";

fn desk() -> Desk {
    let desk = Desk::workspace();
    desk.write("lambdeck.toml", "[delivery]\nretries = 0\n");
    desk.write("lambdas/x/lambda.toml", format!("event = \"{TTR}\"\n"));
    desk.write(
        "lambdas/x/main.rhai",
        "fn lambda(input) {\n    log::info(\"got\");\n    if input.payload == 13 { throw \"no luck\"; }\n    input.payload\n}\n",
    );
    desk.run(&["deploy", "x", "--yes"]).succeeds();
    desk
}

/// The JSON of one line.
fn line(text: &str) -> Value {
    serde_json::from_str(text.lines().next().unwrap()).unwrap()
}

/// What every list has of a run.
fn in_short(run: &Value) -> Vec<&Value> {
    let names = [
        "id",
        "lambda",
        "event",
        "version",
        "cause",
        "started_at_ms",
        "duration_us",
        "ending",
        "log_lines",
        "host_calls",
    ];
    assert!(names.iter().all(|name| run.get(name).is_some()), "{run}");
    let failure = ["kind", "message"].map(|name| &run["failure"][name]);
    names.iter().map(|name| &run[name]).chain(failure).collect()
}

#[test]
fn a_run_is_the_same_object_wherever_it_is_printed() {
    let desk = desk();
    let mut served = Served::start_with(&desk, Stdio::piped());
    let emit = ["emit", TTR, "--payload", "-", "--wait", "--id", "1", "--json"];
    let emitted = desk.run_with(&emit, "{\"payload\": 13, \"headers\": []}").ends(1);
    let emitted: Value = serde_json::from_str(&emitted.stdout).unwrap();
    assert_eq!((&emitted["id"], &emitted["duplicate"]), (&json!("1"), &json!(false)));
    let run = emitted["runs"][0].clone();
    let of_run = in_short(&run);
    let id = run["id"].as_str().unwrap();
    assert_eq!((&run["ending"], &run["version"]), (&json!("failed"), &json!(1)));
    assert_eq!(run["failure"], json!({ "kind": "threw", "message": "no luck" }));

    let told = served.lines().next().unwrap();
    assert_eq!(
        (&told["fate"], &told["lambda"], in_short(&told["run"])),
        (&json!("dead"), &json!("x"), of_run.clone())
    );
    assert_eq!(
        (&told["reason"], &told["due_at_ms"]),
        (&emitted["dead"][0]["reason"], &json!(null))
    );
    assert_eq!(in_short(&line(&desk.run(&["runs", "--json"]).stdout)), of_run);
    let logs = line(&desk.run(&["logs", "--json"]).stdout);
    assert_eq!((in_short(&logs), &logs["logs"][0]["message"]), (of_run.clone(), &json!("got")));
    let shown = desk.json(&["runs", "show", id]);
    assert_eq!((in_short(&shown), &shown["failure"]["place"]["line"]), (of_run.clone(), &json!(3)));
    assert_eq!((&shown["input"]["payload"], &shown["result"]), (&json!(13), &json!(null)));
    assert_eq!(shown["origin"]["event_id"], "1");
    let letter = desk.json(&["dlq", "list"])[0].clone();
    assert_eq!((&letter["last_run"], &letter["input"]["payload"]), (&json!(id), &json!(13)));
    let letter = desk.json(&["dlq", "show", letter["delivery"].as_str().unwrap()]);
    assert_eq!(in_short(&letter["runs"][0]), of_run);

    let replay = desk.json(&["replay", id]);
    assert_eq!((&replay["ending"], &replay["cause"]["of"]), (&json!("failed"), &json!(id)));
    in_short(&replay);
    let invoked = desk.run_with(&["invoke", "x", "--payload", "-", "--json"], "7").succeeds();
    let invoked: Value = serde_json::from_str(&invoked.stdout).unwrap();
    assert_eq!((&invoked["ending"], &invoked["result"]), (&json!("succeeded"), &json!(7)));
    assert_eq!((&invoked["cause"]["by"], &invoked["version"]), (&json!("invoke"), &json!(null)));
    assert_eq!(desk.json(&["runs", "show", invoked["id"].as_str().unwrap()]), invoked);

    let figures = desk.json(&["runs", "--figures", "1h"]);
    let of_x = &figures["lambdas"][0];
    assert_eq!((&of_x["lambda"], &of_x["succeeded"]), (&json!("x"), &json!(1)));
    assert_eq!(figures["all"]["failed"], 2, "{figures}");
}

#[test]
fn versions_have_their_number_by_one_name_and_are_not_in_prose_alone() {
    let desk = desk();
    desk.write("lambdas/x/main.rhai", "fn lambda(input) {\n    2\n}\n");
    desk.run(&["deploy", "x", "--yes"]).succeeds();
    desk.run(&["rollback", "x", "1"]).succeeds();
    desk.run(&["undeploy", "x"]).succeeds();
    let log = desk.json(&["activity"]);
    let of =
        |name: &str| log.as_array().unwrap().iter().map(|it| it[name].clone()).collect::<Vec<_>>();
    assert_eq!(of("version"), [json!(1), json!(2), json!(1), json!(null)]);
    assert_eq!(of("replaced"), [json!(null), json!(1), json!(2), json!(null)]);
    let versions = desk.json(&["versions", "x"]);
    assert_eq!(
        (&versions["versions"][0]["version"], &versions["deployment"]),
        (&json!(2), &json!(null))
    );
    let source = desk.json(&["versions", "x", "--source", "2"]);
    assert_eq!(
        (&source["version"], &source["source"]),
        (&json!(2), &json!("fn lambda(input) {\n    2\n}\n"))
    );
}

#[test]
fn a_schedule_has_its_input_as_json() {
    let desk = desk();
    let add = ["schedule", "add", "nightly", "x", "0 3 * * *", "--payload", "-"];
    desk.run_with(&add, "{\"all\": true}").succeeds();
    let listed = desk.json(&["schedule", "list"]);
    assert_eq!(
        (&listed[0]["paused"], &listed[0]["input"]["payload"]),
        (&json!(false), &json!({ "all": true }))
    );
}

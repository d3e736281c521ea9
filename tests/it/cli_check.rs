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
fn a_file_where_a_folder_should_be_is_told_once() {
    let desk = Desk::workspace();
    desk.run(&["new", "x"]).succeeds();
    desk.write("events/shop.toml", "id = \"shop\"\n");
    desk.write("events/README.md", "our events");
    let done = desk.run(&["check"]).succeeds().tells(&["1 lambda: 0 errors, 1 warning"]);
    let told = "move it to events/shop/event.toml";
    done.prints(&["warning[workspace]: this file is left out", told, "--> events/shop.toml"]);
    desk.run(&["check", "--deny", "warnings"]).ends(1);
    let deployed = desk.run(&["deploy", "x", "--yes"]).succeeds();
    assert!(!deployed.stderr.contains(told), "{}", deployed.stderr);
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

/// A workspace whose lambda `x`, connected to Messaging TTR, has this source.
fn with_source(source: &str) -> Desk {
    let desk = Desk::workspace();
    desk.run(&["new", "x", "--event", "Messaging TTR"]).succeeds();
    desk.write("lambdas/x/main.rhai", source);
    desk
}

const WARNED: &str = "fn lambda(input) {\n    log::info(input.payload.general.convID);\n}\n";

#[test]
fn lints_are_told_with_their_place_and_what_was_meant() {
    let desk = with_source(WARNED);
    let done = desk.run(&["check"]).succeeds().tells(&["1 lambda: 0 errors, 1 warning"]);
    done.prints(&[
        "warning[unknown-field]: `convID`: no such field",
        "lambdas/x/main.rhai:2:37",
        "did you mean `convId`?",
    ]);
    let found = &desk.json(&["check"])["findings"][0];
    assert_eq!((&found["line"], &found["end_column"]), (&2.into(), &43.into()));
    assert_eq!(found["fixes"][0]["edits"][0]["text"], "convId");
    let wrong = with_source("fn lambda(input) {\n    log::inf(1);\n}\n");
    wrong.run(&["check"]).ends(1).prints(&["error[unknown-function]", "did you mean `info`?"]);
}

#[test]
fn warnings_can_be_denied() {
    let desk = with_source(WARNED);
    desk.run(&["check", "--deny", "warnings"]).ends(1);
    desk.run(&["check", "--deny", "notes"]).ends(2);
    desk.write("lambdas/x/main.rhai", WARNED.replace("convID", "convId"));
    desk.run(&["check", "--deny", "warnings"]).succeeds();
    let allowed = WARNED.replace(");", "); // allow: unknown-field");
    desk.write("lambdas/x/main.rhai", allowed);
    desk.run(&["check", "--deny", "warnings"]).succeeds();
    let hinted = "fn lambda(input) {\n    f(1)\n}\n\nfn f(x) {\n    ()\n}\n";
    desk.write("lambdas/x/main.rhai", hinted);
    desk.run(&["check", "--deny", "warnings"]).succeeds().tells(&["0 warnings, 1 hint"]);
}

#[test]
fn single_lambdas_and_files_are_checked_alone() {
    let desk = with_source(WARNED);
    desk.run(&["new", "good"]).succeeds();
    desk.run(&["check", "good"]).succeeds().tells(&["1 lambda: 0 errors, 0 warnings"]);
    desk.run(&["check", "x", "good"]).tells(&["2 lambdas: 0 errors, 1 warning"]);
    desk.write("loose.rhai", "fn lambda(input) {\n    pritn(1)\n}\n");
    desk.run(&["check", "loose.rhai"])
        .ends(1)
        .prints(&["error[unknown-function]", "loose.rhai:2:5"]);
    desk.run(&["check", "nobody"]).ends(2);
    desk.write("lambdas/x/lambda.toml", "event = 1\n");
    desk.run(&["check", "x"]).ends(1).prints(&["error[workspace]"]);
}

#[test]
fn every_code_is_explained_and_listed_in_the_readme() {
    let desk = Desk::empty();
    let all = desk.json(&["check", "--explain"]);
    let readme = include_str!("../../README.md");
    let (_, listed) = readme.split_once("<!-- codes -->").unwrap();
    let rows = listed.split("<!-- /codes -->").next().unwrap().lines();
    let listed: Vec<_> = rows.filter_map(|it| it.strip_prefix("| `")?.split('`').next()).collect();
    let explained = all.as_array().unwrap().iter().filter_map(|it| it["code"].as_str());
    assert_eq!(listed, explained.collect::<Vec<_>>());
    for rule in all.as_array().unwrap() {
        let code = rule["code"].as_str().unwrap();
        let done = desk.run(&["check", "--explain", code]).succeeds();
        done.prints(&[code, rule["doc"].as_str().unwrap(), rule["explanation"].as_str().unwrap()]);
    }
    let shown = desk.run(&["check", "--explain", "unknown-field"]).succeeds();
    shown.prints(&["Wrong", "log::info(input.paylod);", "Right", "// allow: unknown-field"]);
    let done = desk.run(&["check", "--explain", "unknown-feild"]).ends(2);
    done.tells(&["did you mean `unknown-field`?"]);
}

#[test]
fn sarif_has_the_form_that_the_standard_asks_for() {
    let desk = with_source("fn lambda(input) {\n    let b = = 1;\n}\n");
    desk.write("lambdas/x/payloads/odd one.json", "{\n");
    desk.write(
        "lambdas/x/lambda.toml",
        "event = \"controllerbot_messaging_ttr\"\n[env]\nlower = \"x\"\n",
    );
    desk.run(&["new", "y"]).succeeds();
    desk.write("lambdas/y/main.rhai", "fn lambda(input) {\n    /* ü */ let b = 7 / 2;\n}\n");
    let done = desk.run(&["check", "--sarif"]).ends(1);
    let log: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(log["version"], "2.1.0");
    assert!(log["$schema"].as_str().unwrap().contains("sarif-2.1.0"));
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for rule in rules {
        for text in ["shortDescription", "fullDescription", "help"] {
            assert!(!rule[text]["text"].as_str().unwrap().is_empty(), "{rule}");
        }
        let level = rule["defaultConfiguration"]["level"].as_str().unwrap();
        assert!(["note", "warning", "error"].contains(&level), "{rule}");
    }
    let results = run["results"].as_array().unwrap();
    assert!(results.len() >= 4, "{results:#?}");
    for result in results {
        let index = result["ruleIndex"].as_u64().expect("every code has a rule") as usize;
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri.starts_with("lambdas/") && !uri.contains(' '), "{uri}");
        let number =
            |key: &str| place["region"][key].as_u64().unwrap_or_else(|| panic!("{result}"));
        let start = (number("startLine"), number("startColumn"));
        assert!(start >= (1, 1) && start < (number("endLine"), number("endColumn")), "{result}");
    }
    let division = results.iter().find(|it| it["ruleId"] == "integer-division").unwrap();
    let region = &division["locations"][0]["physicalLocation"]["region"];
    assert_eq!((&region["startColumn"], &region["endColumn"]), (&21.into(), &26.into()));
    let change = &division["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(change["insertedContent"]["text"], ".0");
    desk.run(&["check", "--sarif", "--json"]).ends(2);
}

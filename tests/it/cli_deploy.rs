//! `deploy`, `undeploy`, `versions`, `rollback`, `diff`, `activity`

use crate::cli_program::Desk;
use crate::pty_kit::Opening;
use serde_json::json;

const TTR: &str = "Messaging TTR";
/// An event with several slots.
const MAIL: &str = "Chat Post Survey E-Mail Transcript";

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
    for wrong in ["one", "v", "+1", "-1"] {
        desk.run(&["diff", "x", "--", wrong]).ends(2).tells(&["a number such as `1` or `v1`"]);
    }
    assert_eq!(desk.run(&["versions", "x", "--source", "v2"]).succeeds().stdout, old.stdout);
    desk.run(&["rollback", "x", "v1", "--dry-run"]).succeeds();
    desk.run(&["diff", "x", "v1", "2"]).succeeds().prints(&["-    1", "+    2"]);
    let lines = desk.json(&["activity"]).as_array().unwrap().len();
    for mode in ["--dry-run", "--yes"] {
        let told = ["`x` is executed as version 1 already; nothing was changed"];
        desk.run(&["rollback", "x", "1", mode]).succeeds().tells(&told);
    }
    assert_eq!(desk.json(&["activity"]).as_array().unwrap().len(), lines);
    desk.run(&["rollback", "x", "7"]).ends(2).tells(&["no version 7; they go from 1 to 2"]);

    desk.run(&["undeploy", "x"]).succeeds().tells(&["undeployed `x`; a slot of", "is free"]);
    assert_eq!(states(&desk), "\"draft\"");
    desk.run(&["undeploy", "x"]).ends(1).tells(&["`x` is not deployed, and nothing else is"]);
    let log = desk.json(&["activity", "x"]);
    let actions: Vec<_> = log.as_array().unwrap().iter().map(|it| it["action"].clone()).collect();
    assert_eq!(actions, ["deployed", "deployed", "rolled back", "undeployed"].map(|it| json!(it)));
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
fn of_settings_that_cannot_be_read_no_difference_is_shown() {
    let desk = desk();
    desk.run(&["deploy", "x", "--yes"]).succeeds();
    for (file, text) in [("lambdas/x/lambda.toml", "event = 5\n"), ("lambdeck.toml", "[env\n")] {
        let before = desk.read(file);
        desk.write(file, text);
        for mode in ["--dry-run", "--yes"] {
            let refused = desk.run(&["deploy", "x", mode]).ends(1).tells(&["error", file]);
            assert_eq!(refused.stdout, "", "{file}");
        }
        let told = desk.json(&["deploy", "x", "--dry-run"])["lambdas"][0].clone();
        assert_eq!((&told["errors"], &told["difference"]), (&json!(1), &json!(null)), "{file}");
        desk.write(file, before);
    }
}

#[test]
fn of_several_none_is_deployed_where_one_has_errors() {
    let desk = desk();
    for name in ["a", "b"] {
        desk.run(&["new", name]).succeeds();
    }
    desk.write("lambdas/b/main.rhai", "fn lambda(input) {\n    let a = ;\n}\n");
    let dry = desk.run(&["deploy", "a", "b", "x", "--dry-run"]).ends(1);
    dry.tells(&["`a` would not be deployed either, because of `b`", "`b` would be refused"]);
    let refused = desk.run(&["deploy", "a", "b", "x", "--yes"]).ends(1);
    refused.tells(&["error[syntax]", "nothing was deployed: `b` has 1 error; `lambdeck check`"]);
    let told = desk.json(&["deploy", "a", "b", "--yes"]);
    assert_eq!(told["not_deployed"], json!(["a", "b"]));
    assert_eq!(told["lambdas"][1]["errors"], 1);
    let unknown = desk.run(&["deploy", "a", "nope", "--yes"]).ends(2);
    unknown.tells(&["nothing was deployed: there is no lambda `nope`"]);
    for name in ["a", "x"] {
        desk.run(&["versions", name]).ends(2).tells(&["never deployed"]);
    }
    desk.write("lambdas/b/main.rhai", "fn lambda(input) {\n    1\n}\n");
    let both = desk.run(&["deploy", "b", "a", "b", "--yes"]).succeeds();
    assert_eq!(both.stderr.matches("deployed `b`").count(), 1, "{}", both.stderr);
    let unknown = desk.run(&["undeploy", "a", "nope", "--yes"]).ends(2);
    unknown.tells(&["nothing was undeployed: there is no lambda `nope`"]);
    let idle = desk.run(&["undeploy", "a", "x", "--yes"]).ends(1);
    idle.tells(&["nothing was undeployed: `x` is not deployed"]);
    desk.run(&["undeploy", "a", "a", "b", "--dry-run"]).succeeds();
    assert_eq!(desk.json(&["versions", "a"])["deployment"]["version"], 1);
}

#[test]
fn what_a_refusal_by_the_store_leaves_is_told() {
    let desk = desk();
    for name in ["a", "b", "c"] {
        desk.run(&["new", name]).succeeds();
        desk.run(&["deploy", name, "--yes"]).succeeds();
        desk.write(&format!("lambdas/{name}/main.rhai"), "fn lambda(input) {\n    2\n}\n");
    }
    // As if somebody was faster with `b`.
    let database = rusqlite::Connection::open(desk.path(".lambdeck/state.db")).unwrap();
    let of_b = "lambda = (SELECT id FROM lambda WHERE name = 'b')";
    let stop = "BEGIN SELECT RAISE(ABORT, 'too late'); END";
    let sql = format!(
        "CREATE TRIGGER no_deployment BEFORE INSERT ON deployment WHEN NEW.{of_b} {stop};
         CREATE TRIGGER no_end BEFORE DELETE ON deployment WHEN OLD.{of_b} {stop};"
    );
    database.execute_batch(&sql).unwrap();
    let halfway = desk.run(&["deploy", "a", "b", "c", "--yes"]).ends(1);
    halfway.tells(&["deployed: `a`; not deployed: `b`, `c`: ", "too late"]);
    let left = desk.json(&["deploy", "a", "b", "c", "--yes"]);
    assert_eq!(left["not_deployed"], json!(["b", "c"]), "`a` is deployed as it stands");
    let version = |name| desk.json(&["versions", name])["deployment"]["version"].clone();
    assert_eq!([version("a"), version("b"), version("c")], [json!(2), json!(1), json!(1)]);
    let halfway = desk.run(&["undeploy", "c", "b", "a", "--yes"]).ends(1);
    halfway.tells(&["undeployed `c`", "undeployed: `c`; not undeployed: `b`, `a`: "]);
}

#[test]
fn a_swap_that_is_not_needed_is_told() {
    let desk = desk();
    desk.run(&["new", "free"]).succeeds();
    desk.run(&["deploy", "x", "--yes"]).succeeds();
    for mode in ["--dry-run", "--yes"] {
        let none = desk.run(&["deploy", "free", "--swap", "x", mode]).ends(1);
        none.tells(&["`free` is connected to no event and needs no slot", "`--swap x`"]);
        let own = desk.run(&["deploy", "x", "--swap", "x", mode]).ends(1);
        own.tells(&["`x` cannot take its own slot"]);
    }
    desk.run(&["deploy", "free", "--yes"]).succeeds();
    desk.run(&["rollback", "free", "1", "--swap", "x"]).ends(1).tells(&["needs no slot"]);

    desk.run(&["new", "y", "--event", MAIL]).succeeds();
    desk.run(&["deploy", "y", "--yes"]).succeeds();
    let new = desk.run(&["new", "z", "--event", MAIL, "--swap", "y"]).succeeds();
    new.tells(&["a slot was free", "`y` keeps its own"]);
    assert_eq!(desk.json(&["events", MAIL])["holders"], json!(["y", "z"]));
    for mode in ["--dry-run", "--yes", "--yes"] {
        let free = desk.run(&["deploy", "z", "--swap", "y", mode]).succeeds();
        free.tells(&["there is a slot without a swap, so `y` stays deployed"]);
    }
    let back = desk.run(&["rollback", "z", "1", "--swap", "y"]).succeeds();
    back.tells(&["`y` stays deployed"]);
    assert_eq!(desk.json(&["versions", "y"])["deployment"]["version"], 1);
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
    desk.run(&["rollback", "x", "1", "--swap", "y", "--yes"]).succeeds();
    let log = desk.json(&["activity", "x"]);
    assert_eq!(
        log.as_array().unwrap().last().unwrap()["detail"],
        "version 1, in the slot of y",
        "{log}"
    );
}

#[test]
fn of_several_for_one_event_it_is_told_how_many_fit_and_who_is_there() {
    let desk = desk();
    let lambda = |name: &str, event: &str| {
        desk.write(&format!("lambdas/{name}/main.rhai"), "fn lambda(input) {\n    []\n}\n");
        desk.write(&format!("lambdas/{name}/lambda.toml"), format!("event = \"{event}\"\n"));
    };
    lambda("a", "controllerbot_messaging_ttr");
    for mode in ["--dry-run", "--yes"] {
        desk.run(&["deploy", "a", "x", mode]).ends(1).tells(&[
            "nothing was deployed: `controllerbot_messaging_ttr` admits 1 deployed lambda at a time: of `a`, `x` only 1 fits; deploy fewer at once",
        ]);
    }
    // They have nothing to do with what is full.
    desk.run(&["deploy", "x", "--yes"]).succeeds();
    let full = desk.run(&["deploy", "a", "x", "--yes"]).ends(1);
    full.tells(&["admits 1 deployed lambda, and `x` is deployed on it; undeploy one, or swap"]);
    let mail = desk.json(&["events", MAIL]);
    let held: Vec<_> = (1..mail["slots"].as_u64().unwrap()).map(|n| format!("held_{n}")).collect();
    for name in held.iter().map(String::as_str).chain(["a", "b"]) {
        lambda(name, mail["id"].as_str().unwrap());
    }
    let words: Vec<_> =
        ["deploy", "--yes"].into_iter().chain(held.iter().map(String::as_str)).collect();
    desk.run(&words).succeeds();
    desk.run(&["deploy", "a", "b", "--yes"]).ends(1).tells(&[
        "`held_8`, `held_9` are deployed on it: of `a`, `b` only 1 fits; deploy fewer, or undeploy some first",
    ]);
    desk.run(&["deploy", "a", "--yes"]).succeeds();
    // What goes elsewhere makes room.
    lambda("held_1", "controllerbot_messaging_ttr");
    desk.run(&["undeploy", "x"]).succeeds();
    desk.run(&["deploy", "held_1", "b", "--yes"]).succeeds();
}

#[test]
fn a_dry_run_looks_at_the_slot_and_the_swap_as_the_deployment_does() {
    let desk = desk();
    desk.run(&["deploy", "x", "--yes"]).succeeds();
    desk.run(&["new", "y", "--event", TTR, "--swap", "x"]).succeeds();
    for swap in [&[][..], &["--swap", "nope"]] {
        let with = |mode| [&["deploy", "y", mode], swap].concat();
        let dry = desk.run(&with("--dry-run")).ends(1);
        assert_eq!(dry.stderr, desk.run(&with("--yes")).ends(1).stderr);
    }
    let dry = desk.run(&["deploy", "y", "--dry-run", "--swap", "x"]).succeeds();
    dry.tells(&["`y` would be deployed", "`x` would be undeployed"]);
    assert_eq!(desk.json(&["versions", "x"])["deployment"]["version"], 1);
}

#[test]
fn events_say_who_is_deployed_also_without_a_folder() {
    let desk = desk();
    desk.run(&["deploy", "x", "--yes"]).succeeds();
    desk.run(&["new", "y", "--event", TTR, "--swap", "x"]).succeeds();
    std::fs::remove_dir_all(desk.path("lambdas/x")).unwrap();
    desk.run(&["events"]).succeeds().prints(&["y (deployed: x)"]);
    desk.run(&["events", TTR]).succeeds().prints(&["1 of 1 held y (deployed: x)"]);
    assert_eq!(desk.json(&["events", TTR])["deployed"], json!(["x"]));
}

#[test]
fn what_is_undeployed_is_looked_at_first() {
    let desk = desk();
    desk.run(&["deploy", "x", "--yes"]).succeeds();
    desk.run(&["new", "y"]).succeeds();
    desk.run(&["undeploy", "x", "y"]).ends(1).tells(&["`y` is not deployed; `x` is"]);
    let dry = desk.run(&["undeploy", "x", "--dry-run"]).succeeds();
    dry.tells(&["would undeploy: `x` version 1 is executed no more, a slot of"]);
    desk.run(&["undeploy", "y", "--dry-run"]).ends(1).tells(&["`y` is not deployed"]);
    assert_eq!(desk.json(&["versions", "x"])["deployment"]["version"], 1);
    desk.run(&["undeploy", "x", "x", "--yes"]).succeeds().tells(&["undeployed `x`"]);
}

#[test]
fn a_rollback_takes_a_slot_by_a_swap() {
    let desk = desk();
    desk.run(&["deploy", "x", "--yes"]).succeeds();
    desk.run(&["new", "y", "--event", TTR, "--swap", "x"]).succeeds();
    desk.run(&["deploy", "y", "--yes", "--swap", "x"]).succeeds();
    for mode in ["--dry-run", "--yes"] {
        desk.run(&["rollback", "x", "1", mode]).ends(1).tells(&["`y` is deployed", "--swap y"]);
    }
    let dry = desk.run(&["rollback", "x", "1", "--swap", "y", "--dry-run"]).succeeds();
    dry.tells(&["would deploy version 1 of `x` and undeploy `y`", "it is not deployed now"]);
    let swapped = desk.run(&["rollback", "x", "1", "--swap", "y"]).succeeds();
    swapped.tells(&["deployed `x` version 1", "undeployed `y`"]);
}

#[test]
fn on_a_terminal_what_changes_what_is_deployed_is_asked_with_what_will_happen() {
    let desk = desk();
    let asked = |words: &[&str], question: &str, answer: &str, code: u32| {
        let opening = words.iter().fold(Opening::of(&desk), |it, word| it.path(word));
        let mut terminal = opening.start();
        terminal.sees(question).types(answer).types("\r");
        let status = terminal.exits();
        assert_eq!(status.exit_code(), code, "{words:?}: {}", terminal.screen());
    };
    asked(&["deploy", "x"], "Deploy `x`? [y/N]", "y", 0);
    desk.run(&["new", "y", "--event", TTR, "--swap", "x"]).succeeds();
    let swap = ["deploy", "y", "--swap", "x"];
    asked(&swap, "Deploy `y` and undeploy `x`, whose slot it takes? [y/N]", "n", 1);
    asked(&["undeploy", "x"], "Undeploy `x`? `x` version 1 is executed no more", "n", 1);
    desk.write("lambdas/x/main.rhai", "fn lambda(input) {\n    2\n}\n");
    desk.run(&["deploy", "x", "--yes"]).succeeds();
    asked(&["rollback", "x", "1"], "Deploy version 1 of `x` (version 2 is executed now)?", "n", 1);
    desk.run(&["token", "create", "shop", "--scope", "emit"]).succeeds();
    asked(&["token", "revoke", "shop"], "Revoke `shop`?", "n", 1);
    // With no dead letters there is nothing to ask.
    let purge = ["dlq", "purge", "--all"];
    let mut terminal = purge.iter().fold(Opening::of(&desk), |it, word| it.path(word)).start();
    terminal.sees("purged: 0 dead letters");
    assert_eq!(terminal.exits().exit_code(), 0);
    assert_eq!(desk.json(&["versions", "x"])["deployment"]["version"], 2);
    assert_eq!(desk.json(&["token", "list"])[0]["name"], "shop");
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
    desk.run(&["diff", "x"]).ends(1).tells(&["`x` is not deployed; name a version of it"]);
}

#[test]
fn a_saved_payload_that_cannot_be_used_keeps_nothing_from_being_deployed() {
    let desk = Desk::workspace();
    desk.run(&["new", "hello"]).succeeds();
    desk.write("lambdas/hello/payloads/half.json", "{\"payload\": ");
    desk.run(&["check"]).ends(1);
    desk.run(&["deploy", "hello", "--yes"]).succeeds().tells(&["half.json", "deployed `hello`"]);
}

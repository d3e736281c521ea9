//! `serve`, `emit`, `runs`, `logs`, `replay`, `dlq`, `schedule`, `token`

use crate::cli_program::Desk;
use crate::pty_kit::Opening;
use crate::serve_kit::{Served, post};
use crate::store_kit;
use lambdeck::platform::embedded::Embedded;
use lambdeck::platform::store::{Deployments as _, Doer};
use serde_json::{Value, json};
use std::process::Stdio;

const TTR: &str = "controllerbot_messaging_ttr";

fn desk() -> Desk {
    let desk = Desk::workspace();
    desk.write("lambdeck.toml", "[delivery]\nretries = 1\nretry_first_ms = 10\n");
    desk.write("lambdas/x/lambda.toml", format!("event = \"{TTR}\"\n"));
    desk.write(
        "lambdas/x/main.rhai",
        "fn lambda(input) {\n    log::info(\"got\", input.payload.n);\n    if input.payload.n == 13 { throw \"no luck\"; }\n    if input.payload.n == 14 { throw #{ message: \"never\", retry: false }; }\n    ()\n}\n",
    );
    desk.run(&["deploy", "x", "--yes"]).succeeds();
    desk
}

fn payload(n: u32) -> String {
    json!({ "headers": [], "payload": { "n": n } }).to_string()
}

#[test]
fn an_event_is_raised_delivered_shown_and_made_again() {
    let desk = desk();
    let served = Served::start(&desk);
    let again = desk.run(&["serve"]).ends(1);
    again.tells(&["executes in this workspace already", "http://127.0.0.1:"]);

    let emit = ["emit", "Messaging TTR", "--payload", "-", "--wait", "--id", "m39-79"];
    let about = r#"{"n":1,"conversationId":"Conv-3-7"}"#;
    let done = desk.run_with(&emit, about).succeeds();
    done.prints(&["x v1  delivery", "ok"]).tells(&["delivered\n"]);
    for text in ["M39-79", "conv-3-7"] {
        let found = desk.run(&["runs", "--text", text, "--json"]).succeeds();
        assert_eq!(found.stdout.lines().count(), 1, "{text}: {found:?}");
        let run: Value = serde_json::from_str(&found.stdout).unwrap();
        let shown = desk.json(&["runs", "show", run["id"].as_str().unwrap()]);
        assert_eq!(shown["origin"]["event_id"], "m39-79");
        let delivery = shown["origin"]["delivery"].as_str().unwrap();
        let whole = desk.run(&["runs", "show", run["id"].as_str().unwrap()]).succeeds();
        whole.prints(&["event m39-79 from ", &format!("delivery {delivery}")]);
        let of_delivery = desk.run(&["runs", "--text", delivery]).succeeds();
        assert_eq!(of_delivery.stdout.lines().count(), 1);
    }
    let emit = &emit[..5];
    let dead = desk.run_with(emit, "{\"n\": 13}").ends(1);
    dead.prints(&["threw", "attempt 2"]).tells(&[
        "stdin: taken as the payload",
        "`x` was given up: threw: no luck",
        "delivered to 0 of 1 lambdas",
    ]);
    let never = desk.run_with(&["emit", TTR, "--payload", "-", "--wait"], &payload(14)).ends(1);
    let never = never.prints(&["never"]).tells(&["`x` was given up: threw: never"]);
    assert!(!never.stdout.contains("attempt 2"), "{}", never.stdout);
    assert_eq!(post(served.address, (TTR, "/s", "1"), "{\"n\":2}"), Some(202));
    assert_eq!(post(served.address, (TTR, "/s", "1"), "{\"n\":2}"), Some(202));

    let failed = desk.run(&["runs", "--failed"]).succeeds();
    assert_eq!(failed.stdout.lines().count(), 3);
    let lines = desk.run(&["runs", "--lambda", "x", "--text", "NO LUCK", "--json"]).succeeds();
    let run: Value = serde_json::from_str(lines.stdout.lines().next().unwrap()).unwrap();
    let id = run["id"].as_str().unwrap();
    let shown = desk.run(&["runs", "show", id]).succeeds();
    shown.prints(&[
        "sha256",
        "\"n\": 13",
        "got 13",
        "error[com.liveperson.faas.handler.custom-failure]: no luck",
    ]);
    desk.run(&["logs", "--failed"]).succeeds().prints(&[id, "got 13"]);
    desk.run(&["runs", "--figures", "1h"]).succeeds().prints(&["3 failed", "p95"]);

    desk.write("lambdas/x/main.rhai", "fn lambda(input) {\n    \"mended\"\n}\n");
    let replay = desk.run(&["replay", id]).ends(1);
    replay.tells(&["with version 1, dry: nothing is sent", "payload sha256", "no luck"]);
    let draft = desk.run(&["replay", id, "--with-draft", "--live"]).succeeds();
    draft.tells(&["with the draft, live"]).prints(&["mended"]);
    desk.run(&["runs", "-n", "2"]).succeeds().prints(&["x draft  replay, live"]);
    let again = desk.json(&["replay", id, "--with-draft"])["id"].clone();
    let dry = format!("replay, dry of {id}");
    desk.run(&["runs", "show", again.as_str().unwrap()]).succeeds().prints(&[dry.as_str()]);
    assert_eq!(served.stop(), Some(0));
}

#[test]
fn a_broken_configuration_is_told_instead_of_served_with_less_than_it_says() {
    let desk = desk();
    for (text, told) in [
        ("[serve]\nrequire_token = \"true\"\n", "lambdeck.toml:2: `require_token` must be"),
        ("[serve]\ncertificate = \"no.pem\"\nkey = \"no.pem\"\n", "there is no file"),
        ("[serve\nrequire_token = true\n", "lambdeck.toml:1:"),
    ] {
        desk.write("lambdeck.toml", text);
        let serve = ["serve", "--listen", "127.0.0.1:0"];
        desk.run(&serve).ends(2).tells(&[told, "nothing is executed until this is mended"]);
    }
}

#[test]
fn what_ran_is_made_again_whatever_its_lambda_and_others_are_called_by_now() {
    let desk = desk();
    let served = Served::start(&desk);
    let emit = ["emit", TTR, "--payload", "-", "--wait", "--json"];
    let emitted = desk.run_with(&emit, &payload(13)).ends(1);
    let emitted: Value = serde_json::from_str(&emitted.stdout).unwrap();
    let run = emitted["runs"][0]["id"].as_str().unwrap();
    drop(served);

    let store = Embedded::open(&desk.path(".lambdeck")).unwrap();
    let doer = Doer { by: "ada".into(), at_ms: 1 };
    let renamed = store.rename(store_kit::name("x"), store_kit::name("y"), doer);
    tokio::runtime::Runtime::new().unwrap().block_on(renamed).unwrap();
    std::fs::rename(desk.path("lambdas/x"), desk.path("lambdas/y")).unwrap();
    desk.write("lambdas/x/main.rhai", "fn lambda(input) {\n    \"another\"\n}\n");
    desk.run(&["deploy", "x", "--yes"]).succeeds();

    desk.run(&["replay", run]).ends(1).tells(&["with version 1", "no luck", "lambdas/y"]);
    let draft = "fn lambda(input) {\n    \"mended\"\n}\n";
    desk.write("lambdas/y/main.rhai", draft);
    desk.run(&["replay", run, "--with-draft"]).succeeds().prints(&["mended"]);
}

#[test]
fn dead_letters_are_listed_shown_redriven_and_purged() {
    let desk = desk();
    let served = Served::start(&desk);
    let emit = ["emit", TTR, "--payload", "-", "--wait", "--id", "7", "--source", "shop"];
    desk.run_with(&emit, &payload(13)).ends(1);
    let letters = desk.json(&["dlq", "list"]);
    let id = letters[0]["delivery"].as_str().unwrap();
    desk.run(&["dlq", "list"]).succeeds().prints(&[id, "x", "2 attempts", "threw: no luck"]);
    desk.run(&["dlq", "show", &id[..13]]).succeeds().prints(&["threw: no luck"]);
    desk.run(&["dlq", "show", id]).succeeds().prints(&[
        "from shop, id 7",
        "\"n\": 13",
        "attempt 2",
    ]);
    desk.run(&["dlq", "redrive"]).ends(2);
    let purge = ["dlq", "purge", "--all"];
    let mut terminal = purge.iter().fold(Opening::of(&desk), |it, word| it.path(word)).start();
    terminal.sees("Remove the only dead letter for good? [y/N]").types("n").types("\r");
    assert_eq!(terminal.exits().exit_code(), 1);
    // What was mended runs with what is deployed now.
    desk.write("lambdas/x/main.rhai", "fn lambda(input) {\n    ()\n}\n");
    desk.run(&["deploy", "x", "--yes"]).succeeds();
    desk.run(&["dlq", "redrive", id]).succeeds().tells(&["redriven: 1 dead letter"]);
    while desk.json(&["runs", "-n", "1"])["ending"] != "succeeded" {}
    desk.run(&["dlq", "list"]).succeeds().tells(&["no dead letters"]);
    desk.run(&["dlq", "show", id]).ends(2).tells(&["there is no dead letter"]);
    desk.run(&["dlq", "purge", "--all"]).succeeds().tells(&["purged: 0 dead letters"]);
    drop(served);
}

#[test]
fn an_event_waits_for_somebody_to_deliver_it_and_is_taken_once() {
    let desk = desk();
    let emit = ["emit", TTR, "--payload", "-", "--id", "1"];
    let first = desk.run_with(&emit, &payload(1)).succeeds();
    first.tells(&["1 delivery", "nobody executes here now"]);
    desk.run_with(&emit, &payload(1)).succeeds().tells(&["taken before; nothing was done"]);
    desk.run(&["emit", TTR, "--wait"]).ends(1).tells(&["nobody executes here"]);
    for (option, value, told) in
        [("--source", "a b", "no URI reference"), ("--id", "", "`id` is empty")]
    {
        desk.run(&["emit", TTR, option, value]).ends(2).tells(&[told]);
    }
    desk.run(&["emit", "nothing"]).ends(2).tells(&["there is no event `nothing`"]);
    desk.run_with(&["emit", TTR, "--payload", "-"], "{\"payload\": 1, \"n\": 2}")
        .ends(2)
        .tells(&["stdin: `payload` stands beside `n`"]);
    desk.run_with(&["emit", TTR, "--payload", "-"], "{\"payload\": \"\\ud800\"}")
        .ends(2)
        .tells(&["stdin:1:14: not JSON: half of a surrogate pair"]);
    let mut served = Served::start_with(&desk, Stdio::piped());
    let told: Vec<_> = served.lines().take(2).collect();
    assert_eq!(told[0]["fate"], "done");
    assert_eq!(told[0]["run"]["cause"]["attempt"], 1);
    assert_eq!(served.stop(), Some(0));
}

#[test]
fn output_that_nobody_reads_holds_up_neither_the_work_nor_the_end() {
    const EVENTS: usize = 400;
    let desk = desk();
    let served = Served::start_with(&desk, Stdio::piped());
    for n in 0..EVENTS {
        assert_eq!(post(served.address, (TTR, "/s", &n.to_string()), "{\"n\":1}"), Some(202));
    }
    let ran = || desk.run(&["runs", "-n", "1000", "--json"]).stdout.lines().count();
    while ran() < EVENTS {}
    assert_eq!(served.stop(), Some(0));
}

#[test]
fn invocations_are_kept_too() {
    let desk = desk();
    desk.run_with(&["invoke", "x", "--payload", "-"], &payload(1)).succeeds();
    desk.run(&["runs"]).succeeds().prints(&["x draft  invoke", "ok"]);
    let json = desk.run(&["runs", "--json"]).succeeds().stdout;
    let run: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&run["cause"]["by"], &run["log_lines"]), (&json!("invoke"), &json!(1)));
    desk.run(&["runs", "show", "ffffffff"]).ends(2).tells(&["there is no run `ffffffff`"]);
    desk.run(&["runs", "--since", "soon"]).ends(2).tells(&["no age such as"]);
}

#[test]
fn schedules_are_made_listed_paused_and_removed() {
    let desk = desk();
    let add =
        |cron: &str| desk.run(&["schedule", "add", "nightly", "x", cron, "-z", "Europe/Berlin"]);
    add("0 25 * * *").ends(2).tells(&["`25` is no hour"]);
    desk.run(&["schedule", "add", "s", "nobody", "0 3 * * *"])
        .ends(2)
        .tells(&["no lambda `nobody`"]);
    add("0 3 * * *").succeeds().tells(&["added `nightly`; next"]);
    add("0 3 * * *").ends(1).tells(&["`nightly` already; take another name, or remove it first"]);
    desk.run(&["schedule", "list"]).succeeds().prints(&["nightly", "x", "0 3 * * *", "03:00"]);
    let next = desk.run(&["schedule", "next", "nightly", "-n", "3"]).succeeds();
    assert_eq!(next.stdout.lines().filter(|line| line.contains(" 03:00 ")).count(), 3);
    desk.run(&["schedule", "next", "*/5 * * * *", "-n", "2"]).succeeds().prints(&["UTC"]);
    desk.run(&["schedule", "next", "nightly", "--zone", "Europe/Paris"])
        .ends(2)
        .tells(&["`nightly` has a time zone of its own, Europe/Berlin"]);
    desk.run(&["schedule", "next", "0 3 * * *", "-z", "Asia/Tokyo"]).succeeds().prints(&["JST"]);
    desk.run(&["schedule", "add", "", "x", "0 3 * * *"]).ends(2).tells(&["name of a schedule"]);
    desk.run(&["schedule", "pause", "nightly"]).succeeds();
    desk.run(&["schedule", "list"]).succeeds().prints(&["paused"]);
    desk.run(&["schedule", "resume", "nightly"]).succeeds();
    desk.run(&["undeploy", "x"]).succeeds();
    desk.run(&["schedule", "list"]).succeeds().prints(&["not deployed, so it is left out"]);
    desk.run(&["schedule", "rm", "nightly"]).succeeds();
    desk.run(&["schedule", "rm", "nightly"]).ends(2).tells(&["no schedule `nightly`"]);
}

#[test]
fn a_token_is_shown_once_and_nowhere_kept() {
    let desk = desk();
    let made = desk.run(&["token", "create", "shop", "--scope", "emit,invoke"]).succeeds();
    let text = made.stdout.trim().to_owned();
    assert!(text.len() > 40, "{text}");
    desk.run(&["token", "create", "shop", "--scope", "emit"])
        .ends(1)
        .tells(&["`shop` already; take another name, or end it first with `lambdeck token revoke"]);
    desk.run(&["token", "create", "other", "--scope", "fly"]).ends(2);
    for (name, age, told) in [
        ("", "1h", "the name of a token has 1 to 50 characters"),
        ("a b", "1h", "` ` cannot stand in the name of a token"),
        ("other", "0d", "`0d` is no time for a token to hold"),
        ("other", "106751991167d", "is no time for a token to hold"),
    ] {
        desk.run(&["token", "create", name, "--scope", "emit", "--expires", age])
            .ends(2)
            .tells(&[told]);
    }
    desk.run(&["token", "create", "brief", "--scope", "admin", "--expires", "1h"]).succeeds();
    let listed =
        desk.run(&["token", "list"]).succeeds().prints(&["shop", "invoke,emit", "never ends"]);
    assert!(!listed.stdout.contains(&text));
    for entry in std::fs::read_dir(desk.path(".lambdeck")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() && path.extension().is_none_or(|it| it != "wake") {
            let bytes = std::fs::read(&path).unwrap();
            assert!(
                !bytes.windows(text.len()).any(|it| it == text.as_bytes()),
                "{}",
                path.display()
            );
        }
    }
    desk.run(&["token", "revoke", "shop"]).succeeds();
    desk.run(&["token", "revoke", "shop"]).ends(2).tells(&["no token `shop`"]);
}

#[test]
fn who_waits_for_a_delivery_waits_for_a_server_that_is_only_starting() {
    let desk = Desk::workspace();
    desk.run(&["new", "urgent", "--template", "messaging_ttr"]).succeeds();
    desk.run(&["deploy", "urgent", "--yes"]).succeeds();
    // The wait goes on before anybody executes.
    let script = "lambdeck emit 'Messaging TTR' --wait & EMIT=$!\n\
        sleep 0.3; lambdeck serve --no-http & SERVE=$!\n\
        wait $EMIT; CODE=$?; kill $SERVE; wait $SERVE; exit $CODE\n";
    let done = desk.shell(script);
    assert!(done.status.success(), "{done:?}");
}

#[test]
fn a_name_that_nobody_has_is_refused_with_the_one_that_is_meant() {
    let desk = desk();
    let commands: [&[&str]; 12] = [
        &["versions", "xx"],
        &["runs", "--lambda", "xx"],
        &["logs", "--lambda", "xx"],
        &["undeploy", "xx"],
        &["rollback", "xx", "1"],
        &["activity", "xx"],
        &["diff", "xx"],
        &["dlq", "list", "--lambda", "xx"],
        &["dlq", "redrive", "--lambda", "xx"],
        &["dlq", "purge", "--lambda", "xx"],
        &["schedule", "add", "s", "xx", "0 3 * * *"],
        &["invoke", "xx"],
    ];
    for command in commands {
        desk.run(command).ends(2).tells(&["there is no lambda `xx`", "did you mean `x`?"]);
    }
    desk.run(&["schedule", "add", "nightly", "x", "0 3 * * *"]).succeeds();
    for command in ["rm", "pause", "resume", "next"] {
        desk.run(&["schedule", command, "nigthly"]).ends(2).tells(&["did you mean `nightly`?"]);
    }
    desk.run(&["runs", "show", "0"]).ends(2).tells(&["there is no"]);
}

#[test]
fn what_was_deployed_or_ran_is_known_when_its_folder_is_gone() {
    let desk = desk();
    desk.write("lambdas/tried/main.rhai", "fn lambda(input) { 1 }");
    desk.run(&["invoke", "tried"]).succeeds();
    for gone in ["x", "tried"] {
        std::fs::remove_dir_all(desk.path(&format!("lambdas/{gone}"))).unwrap();
    }
    let told = "`x` is deployed as version 1, and its folder is gone; `lambdeck undeploy x` ends";
    desk.run(&["versions", "x"]).succeeds().prints(&["deployed"]).tells(&[told]);
    assert_eq!(desk.json(&["versions", "x"])["state"], "no_folder");
    desk.run(&["deploy", "x", "--yes"]).ends(2).tells(&[told]);
    desk.run(&["undeploy", "x"]).succeeds();
    assert_eq!(desk.json(&["versions", "x"])["state"], "draft");
    desk.run(&["deploy", "x", "--yes"]).ends(2).tells(&["there is no lambda `x`"]);
    desk.run(&["runs", "--lambda", "tried"]).succeeds().prints(&["tried"]);
}

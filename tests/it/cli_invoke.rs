//! `invoke`: results, logs, failures, inputs, exit codes.

use crate::cli_program::{Desk, Done};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::process::CommandExt as _;
use std::process::Stdio;

/// A workspace with one lambda `x`, connected to no event.
fn desk(source: &str) -> Desk {
    let desk = Desk::workspace();
    desk.run(&["new", "x"]).succeeds();
    desk.write("lambdas/x/main.rhai", source);
    desk
}

fn result(done: &Done) -> Value {
    serde_json::from_str(&done.stdout).unwrap()
}

#[test]
fn every_template_makes_a_lambda_that_succeeds_at_once() {
    let templates = Desk::empty().json(&["templates"]);
    for template in templates.as_array().unwrap() {
        let id = template["id"].as_str().unwrap();
        let desk = Desk::workspace();
        assert_eq!(desk.json(&["new", "x", "--template", id])["event"], template["event"], "{id}");
        for secret in template["needs"]["secrets"].as_object().unwrap().keys() {
            desk.run_with(&["secret", "set", secret, "--type", "number"], "1").succeeds();
        }
        desk.run(&["check"]).succeeds();
        let done = desk.run(&["invoke", "x"]);
        // What reaches others reaches nothing until it is told what it may reach, and whom it is for.
        match id {
            "http" => done.ends(1).tells(&["api.example.com is not allowed", "`allowed_domains`"]),
            "salesforce" => done.ends(1).tells(&["error["]),
            "email_client" => done.ends(1).tells(&["the payload names nobody in `to`"]),
            _ => {
                let done = done.succeeds();
                result(&done);
                done
            }
        };
    }
}

#[test]
fn the_result_goes_to_stdout_and_all_else_to_stderr() {
    let desk = desk(
        "fn lambda(input) {\n  log::info(\"hello\", #{a: [1, ()]});\n  #{name: input.payload.name, list: [1, 2.5, ()]}\n}\n",
    );
    desk.write("p.json", r#"{"headers": [], "payload": {"name": "zoë"}}"#);
    let done = desk.run(&["invoke", "x", "--payload", "p.json"]).succeeds();
    assert_eq!(result(&done), json!({"name": "zoë", "list": [1, 2.5, null]}));
    assert!(done.stdout.contains("\n  "), "indented: {}", done.stdout);
    let done = done.tells(&["  info    2  hello {\"a\":[1,null]}\n", "ok  ", " operations\n"]);
    assert_eq!(done.stderr.lines().count(), 2);
}

#[test]
fn the_record_holds_all_of_the_run() {
    let desk = desk("fn lambda(input) { log::warn(\"odd\"); env::get(\"REGION\") }");
    desk.write("lambdas/x/lambda.toml", "[env]\nREGION = \"eu\"\n");
    let done = desk.run(&["invoke", "x", "--json"]).succeeds();
    assert_eq!(done.stderr, "");
    let run = result(&done);
    assert_eq!(run["lambda"], "x");
    assert_eq!(run["result"], "eu");
    assert_eq!(
        (&run["logs"][0]["level"], &run["logs"][0]["message"]),
        (&json!("warn"), &json!("odd"))
    );
    assert_eq!(run["calls"][0]["what"], "env::get");

    desk.write("lambdas/x/main.rhai", "fn lambda(input) { throw 7 }");
    let failed = desk.run(&["invoke", "x", "--json"]).ends(1);
    assert_eq!(result(&failed)["failure"]["kind"], "threw");
}

#[test]
fn a_failure_shows_its_place_its_code_and_who_called() {
    let desk =
        desk("fn inner(x) {\n    throw `no ${x}`;\n}\nfn lambda(input) {\n    inner(5)\n}\n");
    let done = desk.run(&["invoke", "x"]).ends(1).tells(&[
        "error[com.liveperson.faas.handler.custom-failure]",
        "no 5",
        "lambdas/x/main.rhai:2:5",
        "2 |     throw `no ${x}`;",
        "in inner",
        "in lambda lambdas/x/main.rhai:5:5",
        "threw  ",
    ]);
    assert_eq!(done.stdout, "");
}

#[test]
fn a_thrown_value_is_shown_whole() {
    let desk =
        desk("fn lambda(input) { throw #{message: \"no such order\", code: 404, ids: [1, 2]} }");
    desk.run(&["invoke", "x"]).ends(1).tells(&[
        "no such order",
        "thrown: {\"code\":404,\"ids\":[1,2],\"message\":\"no such order\"}",
    ]);
    desk.write("lambdas/x/main.rhai", "fn lambda(input) { throw \"plain\" }");
    let plain = desk.run(&["invoke", "x"]).ends(1).tells(&["plain"]);
    assert!(!plain.stderr.contains("thrown: "), "{}", plain.stderr);
}

#[test]
fn each_way_to_fail_has_its_exit_code() {
    let desk = desk("");
    let cases = [
        ("fn lambda(input) { let x = ; }", 1, "runtime-exception"),
        ("fn other(input) { 1 }", 1, "lambda"),
        ("fn lambda() { 1 }", 1, "parameter"),
        ("fn lambda(input) { input.nothing.more }", 1, "runtime-exception"),
        ("fn lambda(input) { loop {} }", 3, "executiontime-exceeded"),
        (
            "fn lambda(input) { let a = [\"xxxxxxxxxxxxxxxx\"]; loop { a += a; } }",
            3,
            "memory limit",
        ),
        ("fn f(x) { f(x) } fn lambda(input) { f(1) }", 3, "nested too deeply"),
    ];
    desk.write("lambdeck.toml", "[limits]\ndeadline_ms = 300\nmemory_mib = 16\n");
    for (source, code, part) in cases {
        desk.write("lambdas/x/main.rhai", source);
        let done = desk.run(&["invoke", "x"]);
        assert_eq!(done.code, Some(code), "{source}\n{}", done.stderr);
        assert!(done.stderr.contains(part), "{source}: {}", done.stderr);
        assert_eq!(done.stdout, "", "{source}");
    }
    desk.write("lambdas/x/main.rhai", format!("// {}\nfn lambda(input) {{}}", "x".repeat(100_000)));
    desk.run(&["invoke", "x"]).ends(3).tells(&["source too long"]);
}

#[test]
fn the_input_is_the_events_sample_a_saved_one_a_file_or_stdin() {
    let desk = Desk::workspace();
    desk.run(&["new", "x", "--event", "Messaging Conversation End"]).succeeds();
    desk.write(
        "lambdas/x/main.rhai",
        "fn lambda(input) { let p = input.payload; if type_of(p) == \"map\" { p.end.closeReason } else { p } }",
    );
    let ask =
        |arguments: &[&str]| result(&desk.run(&[&["invoke", "x"], arguments].concat()).succeeds());
    assert_eq!(ask(&[]), "AGENT");
    assert_eq!(ask(&["--sample", "consumer_end_conversation"]), "CONSUMER");
    desk.write("lambdas/x/payloads/mine.json", r#"{"payload": "saved"}"#);
    assert_eq!(ask(&["--saved", "mine"]), "saved");
    desk.write("p.json", r#"{"payload": "file"}"#);
    assert_eq!(ask(&["--payload", "p.json"]), "file");
    let piped =
        desk.run_with(&["invoke", "x", "--payload", "-"], r#"{"payload": "piped"}"#).succeeds();
    assert_eq!(result(&piped), "piped");
    let plain = self::desk("fn lambda(input) { input }");
    let input = result(&plain.run(&["invoke", "x"]).succeeds());
    assert_eq!((&input["headers"], &input["payload"]), (&json!([]), &json!({})));
    plain.write("lambdas/x/payloads/b.json", r#"{"payload": "second"}"#);
    plain.write("lambdas/x/payloads/a.json", r#"{"payload": "first"}"#);
    assert_eq!(result(&plain.run(&["invoke", "x"]).succeeds())["payload"], "first");
}

#[test]
fn a_payload_alone_is_taken_and_told() {
    let desk = desk("fn lambda(input) { input }");
    desk.write("bare.json", "{\"general\": {\"a\": 1}}");
    desk.write("list.json", "[1]");
    for (file, payload) in [("bare.json", json!({"general": {"a": 1}})), ("list.json", json!([1]))]
    {
        let done = desk.run(&["invoke", "x", "--payload", file]).succeeds();
        assert_eq!(result(&done), json!({"headers": [], "payload": payload}));
        done.tells(&[&format!("{file}: taken as the payload, without headers")]);
    }
}

#[test]
fn what_cannot_be_run_ends_with_2_and_says_why() {
    let desk = desk("fn lambda(input) { 1 }");
    desk.write("bad.json", "{\n  \"payload\": {\n    \"a\": 1,\n  }\n}\n");
    desk.write("unclear.json", "{\"payload\": 1, \"other\": 2}");
    desk.write("binary.json", b"\xff\xfe{}");
    desk.write("big.json", format!("{{\"payload\": \"{}\"}}", "x".repeat(1 << 20)));
    desk.write("wide.json", "{\"payload\": 123456789012345678901234567890}");
    let cases: [(&[&str], &str); 13] = [
        (&["invoke", "y"], "there is no lambda `y`"),
        (&["invoke", "X"], "did you mean `x`?"),
        (&["invoke", "a/b"], "cannot stand in a lambda's name"),
        (&["invoke", "x", "--payload", "bad.json"], "error: bad.json:3:11: not JSON"),
        (&["invoke", "x", "--payload", "unclear.json"], "`payload` stands beside `other`"),
        (&["invoke", "x", "--payload", "binary.json"], "not UTF-8"),
        (&["invoke", "x", "--payload", "big.json"], "more than 1048576 bytes"),
        (&["invoke", "x", "--payload", "wide.json"], "wide.json:1:13"),
        (&["invoke", "x", "--payload", "missing.json"], "No such file"),
        (&["invoke", "x", "--sample", "ANY"], "connected to no event"),
        (&["invoke", "x", "--saved", "any"], "no saved payload `any`"),
        (&["invoke", "x", "--saved", "../../x"], "cannot be the name of a payload"),
        (&["invoke", "missing.rhai"], "there is no file `missing.rhai`"),
    ];
    for (arguments, part) in cases {
        let done = desk.run(arguments);
        assert_eq!(done.code, Some(2), "{arguments:?}: {}", done.stderr);
        assert!(done.stderr.contains(part), "{arguments:?}: {}", done.stderr);
        assert_eq!(done.stdout, "", "{arguments:?}");
    }
    desk.run(&["invoke", "x", "--saved", "a", "--sample", "b"])
        .ends(2)
        .tells(&["cannot be used with"]);
    desk.run_with(&["invoke", "x", "--payload", "-"], "").ends(2).tells(&["stdin"]);
    desk.run(&["new", "end", "--event", "Messaging Conversation End"]).succeeds();
    desk.run(&["invoke", "end", "--sample", "AGENT_END"])
        .ends(2)
        .tells(&["did you mean `AGENT_END_CONVERSATION`?"]);
    desk.write("lambdas/x/lambda.toml", "[env]\nlower = \"x\"\n");
    desk.run(&["invoke", "x"]).ends(2).tells(&["lambda.toml:2: `lower`"]);
    desk.run(&["invoke", "end"]).succeeds();
}

#[test]
fn a_single_file_runs_without_a_workspace() {
    let desk = Desk::empty();
    desk.write("a/draft.rhai", "fn lambda(input) { input.payload.len() }");
    let done = desk.run(&["invoke", "a/draft.rhai"]).succeeds();
    assert_eq!(result(&done), 0);
    desk.write("a/draft.rhai", "fn lambda(input) { throw 1 }");
    desk.run(&["invoke", "a/draft.rhai"]).ends(1).tells(&["draft.rhai:1:20"]);
    desk.run(&["invoke", "a/draft.rhai", "--saved", "p"]).ends(2).tells(&["needs one"]);
}

#[test]
fn logs_come_while_the_lambda_runs_and_ctrl_c_ends_it() {
    let desk = desk("fn lambda(input) { log::info(\"started\"); loop {} }");
    for to_group in [false, true] {
        for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
            let mut command = desk.command(&["invoke", "x"]);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
            let mut child = command.spawn().unwrap();
            let mut stderr = BufReader::new(child.stderr.take().unwrap());
            let mut line = String::new();
            stderr.read_line(&mut line).unwrap();
            assert!(line.contains("started"), "{line}");
            let id = Pid::from_raw(child.id() as i32).unwrap();
            if to_group { kill_process_group(id, signal) } else { kill_process(id, signal) }
                .unwrap();
            let mut rest = String::new();
            stderr.read_to_string(&mut rest).unwrap();
            assert_eq!(child.wait().unwrap().code(), Some(code), "{rest}");
            assert!(rest.starts_with("cancelled"), "{rest}");
        }
    }
}

#[test]
fn a_lambdas_words_cannot_command_the_terminal() {
    let desk = desk(
        "fn lambda(input) {\n  log::warn(\"\\x1b[2Jwiped\\nnext\", \"\\u009b1m\");\n  throw \"\\x1b]0;title\\x07\";\n}\n",
    );
    let done = desk
        .run(&["invoke", "x"])
        .ends(1)
        .tells(&["\\u{1b}[2Jwiped", "\n                         next"]);
    assert!(!done.stderr.chars().any(|c| c.is_control() && c != '\n'), "{:?}", done.stderr);
}

#[test]
fn a_deployed_runs_cut_is_told() {
    let desk = desk("fn lambda(input) { for i in 0..12 { log::info(`line ${i}`); } }");
    desk.run(&["invoke", "x"])
        .succeeds()
        .tells(&["line 11", "a deployed run would keep 10 lines; this one wrote 12"]);
}

#[test]
fn a_flood_of_logs_ends_and_is_counted() {
    let desk = desk("fn lambda(input) { for i in 0..200000 { log::info(i); } \"done\" }");
    let done = desk.run(&["invoke", "x"]).succeeds();
    assert_eq!(result(&done), "done");
    done.tells(&["this one wrote 200,000"]);
}

#[test]
fn a_reader_of_the_result_who_has_left_is_no_error() {
    let desk = desk("fn lambda(input) { let a = []; for i in 0..9999 { a.push(i); } a }");
    let mut child = desk
        .command(&["invoke", "x"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{stderr}");
    assert!(!stderr.contains("panic"), "{stderr}");
}

#[test]
fn nothing_runs_by_a_configuration_that_could_not_be_read() {
    let desk = Desk::workspace();
    desk.run(&["new", "hello"]).succeeds();
    desk.write("lambdeck.toml", "[env]\nREGION = \"eu\"\n[limits\n");
    let refused = desk.run(&["invoke", "hello"]).ends(2);
    refused.tells(&["lambdeck.toml:3"]);
}

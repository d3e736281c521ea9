//! Ordinary runs.

use crate::http_kit::{Server, respond};
use crate::mail_kit::{MailServer, Mode};
use crate::runtime_http::reach;
use crate::runtime_kit::*;
use lambdeck::domain::{FailureKind, Outcome, Place, Reach};
use lambdeck::language::api::FUNCTIONS;
use lambdeck::runtime::RunEvent;
use std::sync::Arc;

#[tokio::test]
async fn a_lambda_gets_its_input_and_returns_its_result() {
    let runtime = runtime();
    let run = run(&runtime, HELLO).await;
    assert_eq!(value(&run), "hello world");
    assert_eq!(runtime.workers_started(), 1);
}

#[tokio::test]
async fn numbers_and_nulls_survive_the_round_trip() {
    let runtime = runtime();
    let payload = r#"{"int":1,"float":1.0,"big":9223372036854775807,"third":0.30000000000000004,"tiny":5e-324,"null":null,"text":"é\u0000"}"#;
    let input = format!(r#"{{"payload": {payload}}}"#);
    let request = request("fn lambda(input) { input.payload }", &input);
    let run = run_request(&runtime, request).await;
    let mut sent: serde_json::Value = serde_json::from_str(payload).unwrap();
    sent.sort_all_objects();
    assert_eq!(value(&run).to_string(), sent.to_string());
    assert!(value(&run).to_string().contains("\"float\":1.0,"));
}

#[tokio::test]
async fn what_is_missing_of_the_input_is_there_all_the_same() {
    let runtime = runtime();
    let source = "fn lambda(input) { [input.headers, input.payload == (), input.timestamp == ()] }";
    let run = run_request(&runtime, request(source, "{}")).await;
    assert_eq!(value(&run).to_string(), "[[],true,true]");
    let input = r#"{"headers": [{"key": "a", "value": "b"}], "payload": 5, "timestamp": 7}"#;
    let source = "fn lambda(input) { [input.headers[0].key, input.payload, input.timestamp] }";
    let run = run_request(&runtime, request(source, input)).await;
    assert_eq!(value(&run).to_string(), r#"["a",5,7]"#);
}

#[tokio::test]
async fn unacceptable_inputs_and_sources_need_no_worker() {
    let runtime = runtime();
    for (input, says) in [
        (
            "{\"payload\":\n  1",
            "not JSON: `}` is missing: the object that begins on line 1 is not closed, line 2, column 3 of the input",
        ),
        (
            "",
            "not JSON: the text is empty; a JSON value is expected, line 1, column 1 of the input",
        ),
        ("[1]", "object"),
        (r#"{"payload": 12345678901234567890}"#, "line 1, column 13"),
    ] {
        let run = run_request(&runtime, request(HELLO, input)).await;
        assert_eq!(failure(&run).kind, FailureKind::BadInput);
        assert!(failure(&run).message.contains(says), "{:?}", failure(&run));
    }
    let long = format!("fn lambda(input) {{ 1 }} // {}", "x".repeat(100_000));
    let run = run(&runtime, &long).await;
    assert_eq!(failure(&run).kind, FailureKind::SourceTooLong);
    assert!(failure(&run).help.is_some());
    assert_eq!(runtime.workers_started(), 0);
}

#[tokio::test]
async fn sources_that_cannot_run_say_why_and_where() {
    let runtime = runtime();
    for (source, kind, place) in [
        ("fn lambda(input) {\n  let a = ;\n}", FailureKind::Compile, Some(Place::new(2, 11))),
        ("fn other(x) { 1 }", FailureKind::MissingLambda, None),
        ("", FailureKind::MissingLambda, None),
        ("fn lamda(input) { 1 }", FailureKind::MissingLambda, Some(Place::new(1, 4))),
        ("fn lambda() { 1 }", FailureKind::WrongParameters, Some(Place::new(1, 4))),
        ("fn lambda(input, callback) { 1 }", FailureKind::WrongParameters, Some(Place::new(1, 4))),
    ] {
        let run = run(&runtime, source).await;
        assert_eq!((failure(&run).kind, failure(&run).place), (kind, place), "{source}");
        assert!(!failure(&run).message.is_empty());
    }
    let misspelt = run(&runtime, "fn lamda(input) { 1 }").await;
    assert_eq!(failure(&misspelt).help.as_deref(), Some("rename `lamda` to `lambda`"));
}

#[tokio::test]
async fn logs_carry_level_line_and_extras_in_order() {
    let source = "fn lambda(input) {
    log::debug(\"d\", 1, \"two\", #{ three: () });
    log::info(42);
    log::warn([1, 2.0]);
    log::error((), || 1);
    print('c');
    print();
    debug(\"quoted\");
    print(0..3);
    let show = |x| print(x);
    show.call(true);
}";
    let runtime = runtime();
    let (task, mut events, _) = start(&runtime, request(source, HELLO_INPUT));
    let run = task.await.unwrap();
    value(&run);
    let lines: Vec<_> = run
        .logs
        .iter()
        .map(|it| (it.level.as_str(), it.line.unwrap(), it.message.as_str()))
        .collect();
    assert_eq!(
        lines,
        [
            ("debug", 2, "d"),
            ("info", 3, "42"),
            ("warn", 4, "[1,2.0]"),
            ("error", 5, "()"),
            ("info", 6, "c"),
            ("info", 7, ""),
            ("debug", 8, "\"quoted\""),
            ("info", 9, "a range"),
            ("info", 10, "true"),
        ]
    );
    let extras = |index: usize| serde_json::to_string(&run.logs[index].extras).unwrap();
    assert_eq!(extras(0), r#"[1,"two",{"three":null}]"#);
    assert_eq!(extras(3), r#"["a function"]"#);
    let mut told = Vec::new();
    let mut started = 0;
    while let Ok(event) = events.try_recv() {
        match event {
            RunEvent::Started => started += 1,
            RunEvent::LogsSkipped(_) => {}
            RunEvent::Logs(lines) => told.extend(lines),
            RunEvent::Call(call) => panic!("{call:?}"),
        }
    }
    assert_eq!((started, told), (1, run.logs));
}

#[tokio::test]
async fn lines_come_while_the_lambda_computes_on() {
    let source = "fn lambda(input) { print(1); loop { let a = 1; } }";
    let runtime = runtime();
    let (task, mut events, cancel) = start(&runtime, request(source, HELLO_INPUT));
    assert_eq!(events.recv().await, Some(RunEvent::Started));
    let Some(RunEvent::Logs(lines)) = events.recv().await else { panic!() };
    assert_eq!(lines[0].message, "1");
    cancel.cancel();
    assert_eq!(task.await.unwrap().outcome, Outcome::Cancelled);
}

#[tokio::test]
async fn every_host_call_is_answered_and_recorded() {
    let source = "fn lambda(input) {
        let now = time::now_ms();
        let die = random(1, 6);
        [env::get(\"REGION\"), env::get(\"NONE\"), env::get(\"NONE\", 7), now > 1600000000000,
            die >= 1 && die <= 6, random() < 1.0, uuid().len()]
    }";
    let runtime = runtime();
    let run = run(&runtime, source).await;
    assert_eq!(value(&run).to_string(), r#"["eu",null,7,true,true,true,36]"#);
    let calls: Vec<_> = run.calls.iter().map(|it| format!("{}({})", it.what, it.target)).collect();
    assert_eq!(
        calls,
        [
            "time::now_ms()",
            "random(1, 6)",
            "env::get(\"REGION\")",
            "env::get(\"NONE\")",
            "env::get(\"NONE\")",
            "random()",
            "uuid()",
        ]
    );
    assert!(run.calls.iter().all(|it| it.status.is_ok()));
}

#[tokio::test]
async fn a_flood_of_host_calls_is_counted_beyond_what_is_kept() {
    let runtime = runtime();
    let run = run(&runtime, "fn lambda(input) { for i in 0..10500 { time::now_ms(); } }").await;
    value(&run);
    assert_eq!((run.calls.len(), run.calls_skipped), (10_000, 500));
}

#[tokio::test]
async fn what_a_host_function_refuses_is_a_script_error_that_can_be_caught() {
    let runtime = runtime();
    for (source, says) in [
        ("random(6, 1)", "random: `min` 6 is above `max` 1"),
        ("random(\"a\", 1)", "random: `min` is an int, this is a string"),
        ("env::get(1)", "env::get: `name` is a string, this is an int"),
        (
            "json::parse(\"{\")",
            "json::parse: not JSON: `}` is missing: the object that begins on line 1 is not closed, line 1, column 1 of the text",
        ),
        ("json::parse(\"[12345678901234567890]\")", "json::parse: the number 12345678901234567890"),
        ("json::print(#{ f: || 1 })", "json::print: `value.f` is a function"),
        ("sleep(\"x\")", "sleep: seconds are a number"),
        ("messaging::transfer(1.5)", "messaging::transfer: `skill_id` is a string or an int"),
        ("messaging::system_message(1)", "messaging::system_message: `text` is a string"),
    ] {
        let failed = run(&runtime, &format!("fn lambda(input) {{\n{source}\n}}")).await;
        let failure = failure(&failed);
        assert_eq!(failure.kind, FailureKind::Script, "{failure:?}");
        assert!(failure.message.starts_with(says), "{failure:?}");
        assert_eq!(failure.place.unwrap().line, 2);
        let catching =
            format!("fn lambda(input) {{ try {{ {source} }} catch (e) {{ return e.message; }} }}");
        let caught = run(&runtime, &catching).await;
        assert!(value(&caught).as_str().unwrap().starts_with(says));
    }
}

#[tokio::test]
async fn the_commands_of_the_messaging_events_have_their_shape() {
    let runtime = runtime();
    let source = "fn lambda(input) { [
        messaging::system_message(\"hi\"), messaging::transfer(900002), messaging::transfer(\"1\", 2),
        messaging::transfer_to_agent(\"7\"), messaging::close_conversation(), messaging::no_text(),
    ] }";
    let run = run(&runtime, source).await;
    let expected = serde_json::json!([
        { "text": "hi", "type": "systemMessage" },
        { "skillId": "900002", "type": "transfer" },
        { "agentId": "2", "skillId": "1", "type": "transfer" },
        { "agentId": "7", "type": "transfer" },
        { "type": "closeConversation" },
        { "text": [], "type": "systemMessage" },
    ]);
    assert_eq!(value(&run), &expected);
}

/// Every example is run; where one calls another machine, a server of this one stands for it.
#[tokio::test]
async fn every_function_of_the_table_runs_its_example() {
    const ELSEWHERE: &str = "https://api.example.com";
    const MAIL_SERVER: &str = r#"host: "smtp.example.com", secure: "none", port: 25"#;
    let server = Server::start(|asked, out| match asked.path.as_str() {
        "/consumers/unknown" => respond(out, "404 Not Found", &[], ""),
        path if path.starts_with("/services/data/") => {
            respond(out, "200 OK", &[], r#"{"id": "5", "records": [], "done": true}"#)
        }
        _ => respond(out, "200 OK", &[], r#"{"id": 7, "name": "Ada"}"#),
    });
    let secrets = OneSecret::new("api_token", &serde_json::json!("token-1"));
    let mail_server = MailServer::start(Mode::Plain);
    let here = format!(r#"host: "localhost", secure: "none", port: {}"#, mail_server.port);
    let reach = Arc::new(Reach {
        mail: Some(mail_server.settings()),
        ..reach(&[server.address.to_string(), mail_server.place()])
    });
    let runtime = runtime();
    for row in FUNCTIONS {
        let example = row.example.replace(ELSEWHERE, &server.url("")).replace(MAIL_SERVER, &here);
        let mut request = request(&format!("fn lambda(input) {{ {example} }}"), HELLO_INPUT);
        request.secrets = Some(secrets.clone());
        request.reach = Arc::clone(&reach);
        let run = run_request(&runtime, request).await;
        value(&run);
    }
    assert_eq!(runtime.workers_started(), 1);
}

#[tokio::test]
async fn every_function_of_the_table_takes_as_many_values_as_it_says() {
    let runtime = runtime();
    for row in FUNCTIONS.iter().filter(|row| row.receiver().is_none()) {
        for count in row.fewest_arguments()..=row.most_arguments() {
            let values = vec!["\"1\""; count].join(", ");
            let run =
                run(&runtime, &format!("fn lambda(input) {{ {}({values}) }}", row.path())).await;
            if let Outcome::Failed(failure) = &run.outcome {
                // It may refuse the values, but it is there.
                assert!(failure.message.starts_with(&row.path()), "{failure:?}");
            }
        }
    }
}

#[tokio::test]
async fn thrown_values_of_any_type_become_readable() {
    let runtime = runtime();
    for (thrown, message, json) in [
        ("\"no route\"", "no route", serde_json::json!("no route")),
        ("42", "threw 42", serde_json::json!(42)),
        ("()", "threw nothing", serde_json::json!(null)),
        ("[1, ()]", "threw [1,null]", serde_json::json!([1, null])),
        (
            "#{ code: 7, message: \"late\" }",
            "late",
            serde_json::json!({ "code": 7, "message": "late" }),
        ),
        ("#{ code: 7 }", "threw {\"code\":7}", serde_json::json!({ "code": 7 })),
        ("|x| x", "threw a function", serde_json::json!("a function")),
    ] {
        let run = run(&runtime, &format!("fn lambda(input) {{\n    throw {thrown};\n}}")).await;
        let failure = failure(&run);
        assert_eq!((failure.kind, failure.message.as_str()), (FailureKind::Threw, message));
        assert_eq!(failure.thrown.as_ref(), Some(&json));
        assert_eq!(failure.place, Some(Place::new(2, 5)));
    }
}

#[tokio::test]
async fn a_failure_tells_the_calls_that_led_to_it() {
    let source = "fn lambda(input) {
    outer(1)
}
fn outer(n) {
    [n].map(|x| inner(x))
}
fn inner(x) {
    throw \"deep\"
}";
    let run = run(&runtime(), source).await;
    let stack: Vec<_> = failure(&run)
        .stack
        .iter()
        .map(|frame| format!("{} {}", frame.function, frame.place.unwrap().line))
        .collect();
    assert_eq!(stack, ["inner 8", "closure 5", "map 5", "outer 5", "lambda 2"]);
    assert_eq!(failure(&run).place, Some(Place::new(8, 5)));
}

#[tokio::test]
async fn an_exit_ends_the_run_with_its_value() {
    let runtime = runtime();
    let nested = "fn lambda(input) { stop(); 1 } fn stop() { exit(7) }";
    assert_eq!(value(&run(&runtime, nested).await), 7);
}

#[tokio::test]
async fn constants_of_the_file_are_there_for_every_function() {
    let source = "const WORDS = [\"refund\", \"cancel\"]; fn lambda(input) { count() } fn count() { global::WORDS.len() }";
    assert_eq!(value(&run(&runtime(), source).await), 2);
}

#[tokio::test]
async fn nothing_is_left_of_a_run_in_the_next() {
    let runtime = runtime();
    let source = "let seen = 0; fn lambda(input) { print(1); time::now_ms(); input.payload.name += \"!\"; input.payload.name }";
    for _ in 0..3 {
        let run = run(&runtime, source).await;
        assert_eq!(value(&run), "world!");
        assert_eq!((run.logs.len(), run.calls.len(), run.logs_gap), (1, 1, None));
        assert!(run.operations > 0 && run.operations < 100);
    }
}

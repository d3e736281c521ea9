//! Lambdas that would take a weaker host down, each with the outcome it deserves, and a healthy run after each.

use crate::runtime_kit::*;
use lambdeck::domain::{FailureKind, Outcome, Place, Run};
use lambdeck::runtime::protocol::{
    LOG_EXTRAS_WEIGHT, LOG_LINES_KEPT, LOG_MESSAGE_BYTES, LOG_TAIL_LINES,
};

const MIB: u64 = 1024 * 1024;

/// Limits that end a hostile lambda soon.
struct Tight {
    deadline_ms: u64,
    memory_mib: u64,
}

/// Limits that a correct outcome does not reach.
const WIDE: Tight = Tight { deadline_ms: 60_000, memory_mib: 256 };

/// Runs `source` under `tight` limits, then a healthy lambda on the same runtime.
async fn survive(source: &str, tight: Tight) -> Run {
    let runtime = runtime();
    let mut request = request(source, HELLO_INPUT);
    request.limits.deadline_ms = tight.deadline_ms;
    request.limits.memory_bytes = tight.memory_mib * MIB;
    let hostile = run_request(&runtime, request).await;
    let healthy = run(&runtime, HELLO).await;
    assert_eq!(value(&healthy), "hello world");
    hostile
}

#[track_caller]
fn assert_kind(run: &Run, kind: FailureKind) {
    let failure = failure(run);
    assert_eq!(failure.kind, kind, "{failure:#?}");
    assert_ne!(failure.message, "");
}

#[tokio::test]
async fn an_endless_loop_times_out_at_its_line() {
    let source = "fn lambda(input) {\n    let n = 0;\n    loop { n += 1; }\n}";
    let run = survive(source, Tight { deadline_ms: 300, memory_mib: 256 }).await;
    assert_kind(&run, FailureKind::TimedOut);
    assert_eq!(failure(&run).message, "timed out after 300 ms");
    assert_eq!(failure(&run).place.unwrap().line, 3);
    assert!(run.operations > 1_000);
}

#[tokio::test]
async fn endless_recursion_is_too_deep() {
    let source = "fn lambda(input) { down(1) }\nfn down(n) {\n    down(n + 1)\n}";
    let run = survive(source, WIDE).await;
    assert_kind(&run, FailureKind::TooDeep);
    assert!(failure(&run).message.contains("128 deep"), "{:?}", failure(&run));
    assert_eq!(failure(&run).place.unwrap().line, 3);
    assert!(failure(&run).stack.len() > 100);
}

#[tokio::test]
async fn mutual_recursion_is_too_deep() {
    let source = "fn lambda(input) { even(1) }\nfn even(n) { odd(n) }\nfn odd(n) { even(n) }";
    assert_kind(&survive(source, WIDE).await, FailureKind::TooDeep);
}

#[tokio::test]
async fn the_deepest_calls_with_the_deepest_expressions_fit_the_stack() {
    let nested = format!("{}down(n - 1){}", "(1 + ".repeat(100), ")".repeat(100));
    let source = format!(
        "fn lambda(input) {{ down(120) }} fn down(n) {{ if n == 0 {{ 0 }} else {{ {nested} }} }}"
    );
    assert_eq!(value(&survive(&source, WIDE).await), 12_000);
}

#[tokio::test]
async fn maps_nested_a_hundred_thousand_deep_do_not_crash() {
    // The engine looks through the whole value at each step: this gets slow before it gets deep.
    let source = "fn lambda(input) { let m = #{}; for i in 0..100000 { m = #{ a: m }; } m }";
    let run = survive(source, Tight { deadline_ms: 1_000, memory_mib: 256 }).await;
    assert_kind(&run, FailureKind::TimedOut);
    let source = "fn lambda(input) { let m = #{}; for i in 0..5000 { m = #{ a: m.take() }; } m }";
    let run = survive(source, WIDE).await;
    assert_kind(&run, FailureKind::BadResult);
    assert!(failure(&run).message.contains("127 levels"), "{:#?}", failure(&run));
}

#[tokio::test]
async fn closures_curried_in_each_other_do_not_crash() {
    let source = "fn lambda(input) {
        let f = || 1;
        for i in 0..1000000 { f = Fn(\"x\").curry(f.take()); }
        1
    }";
    let run = survive(source, Tight { deadline_ms: 20_000, memory_mib: 2_048 }).await;
    assert_kind(&run, FailureKind::TooDeep);
    assert!(failure(&run).message.contains("nested"), "{:#?}", failure(&run));
}

#[tokio::test]
async fn doubling_strings_exceed_memory() {
    let source = "fn lambda(input) {\n    let s = \"ab\";\n    loop { s += s; }\n}";
    let run = survive(source, Tight { deadline_ms: 60_000, memory_mib: 64 }).await;
    assert_kind(&run, FailureKind::MemoryExceeded);
    assert!(failure(&run).message.contains("64 MiB"), "{:#?}", failure(&run));
    assert!(run.peak_memory_bytes > 16 * MIB);
}

#[tokio::test]
async fn a_growing_list_exceeds_memory_at_its_line() {
    let source = "fn lambda(input) {\n    let a = [];\n    loop {\n        a.push(\"x\".to_upper() + a.len());\n    }\n}";
    let run = survive(source, Tight { deadline_ms: 60_000, memory_mib: 16 }).await;
    assert_kind(&run, FailureKind::MemoryExceeded);
    let lines = 3..=5;
    assert!(failure(&run).place.is_none_or(|it| lines.contains(&it.line)), "{:#?}", failure(&run));
}

#[tokio::test]
async fn memory_that_grows_in_small_steps_is_reported_with_its_place() {
    let source = "fn lambda(input) {\n    let m = #{};\n    let n = 0;\n    loop {\n        m[n.to_string()] = [n, n, n, n];\n        n += 1;\n    }\n}";
    let run = survive(source, Tight { deadline_ms: 60_000, memory_mib: 16 }).await;
    assert_kind(&run, FailureKind::MemoryExceeded);
    assert!((4..=6).contains(&failure(&run).place.unwrap().line));
    assert!(run.peak_memory_bytes >= 16 * MIB && run.peak_memory_bytes < 24 * MIB);
}

#[tokio::test]
async fn one_call_that_asks_for_gigabytes_exceeds_memory() {
    let source = "fn lambda(input) {
        log::info(\"before\");
        let s = \"a\";
        for i in 0..16 { s += s; }
        s.replace(\"a\", s);
        s.len()
    }";
    let run = survive(source, WIDE).await;
    assert_kind(&run, FailureKind::MemoryExceeded);
    assert!(run.peak_memory_bytes > 0);
    assert!(run.operations > 16, "{}", run.operations);
    assert_eq!(run.logs.len(), 1, "what was logged before is kept");
}

#[tokio::test]
async fn a_blob_of_gigabytes_exceeds_memory() {
    let run = survive("fn lambda(input) { blob(4000000000).len() }", WIDE).await;
    assert_kind(&run, FailureKind::MemoryExceeded);
    assert!(failure(&run).message.contains("at once"), "{:#?}", failure(&run));
}

#[tokio::test]
async fn of_a_million_prints_the_first_and_the_last_are_kept() {
    let source = "fn lambda(input) { for i in 0..1000000 { print(i); } \"done\" }";
    let run = survive(source, WIDE).await;
    assert_eq!(value(&run), "done");
    assert_eq!(run.logs.len(), LOG_LINES_KEPT + LOG_TAIL_LINES);
    assert_eq!(run.lines_written(), 1_000_000);
    assert_eq!(run.logs_gap.unwrap().after, LOG_LINES_KEPT);
    assert_eq!(run.deployed_log_cut, Some(10));
    let message = |line: usize| run.logs[line].message.as_str();
    assert_eq!((message(LOG_LINES_KEPT - 1), message(LOG_LINES_KEPT)), ("49999", "999000"));
    assert_eq!(run.logs.last().unwrap().message, "999999");
}

#[tokio::test]
async fn a_flood_that_is_cut_short_keeps_its_last_words() {
    let source = "fn lambda(input) { let n = 0; loop { n += 1; print(n); if n == 70000 { throw `at ${n}`; } } }";
    let run = survive(source, WIDE).await;
    assert_kind(&run, FailureKind::Threw);
    assert_eq!(run.logs.last().unwrap().message, "70000");
    let endless = "fn lambda(input) { let n = 0; loop { n += 1; print(n); } }";
    let limits = Tight { deadline_ms: 1_500, ..WIDE };
    let run = survive(endless, limits).await;
    assert_kind(&run, FailureKind::TimedOut);
    let last: u64 = run.logs.last().unwrap().message.parse().unwrap();
    assert!(run.logs_gap.is_none_or(|_| last == run.lines_written()), "{last}");
}

#[tokio::test]
async fn a_huge_message_is_cut_with_a_mark() {
    let source =
        "fn lambda(input) { let s = \"ä\"; for i in 0..20 { s += s; } log::error(s, s); s.len() }";
    let run = survive(source, WIDE).await;
    assert_eq!(value(&run), 1 << 20);
    let line = &run.logs[0];
    assert!(line.message.len() < LOG_MESSAGE_BYTES + 100);
    assert!(line.message.ends_with("bytes cut)"), "{}", &line.message[line.message.len() - 50..]);
    assert!(line.extras[0].to_string().len() < LOG_MESSAGE_BYTES + 100);
}

#[tokio::test]
async fn logged_values_that_weigh_too_much_are_kept_as_their_text() {
    let source = "fn lambda(input) { let maps = []; maps.pad(2000, #{}); for i in 0..200 { log::info(\"x\", maps); } log::info(\"last\", 1, [2]); }";
    let run = survive(source, WIDE).await;
    let extra = |line: usize| &run.logs[line].extras[0];
    assert!(extra(0).is_array());
    let maps = run.logs.iter().filter(|line| line.extras[0].is_array()).count();
    assert!(maps * 2000 * 640 <= LOG_EXTRAS_WEIGHT, "{maps}");
    assert!(extra(199).as_str().is_some_and(|text| text.ends_with("too many values)")));
    assert_eq!((run.logs.len(), run.logs_gap), (201, None));
    assert_eq!(*extra(200), 1, "what is light is a value all the same");
}

#[tokio::test]
async fn log_text_is_bounded_too() {
    let source =
        "fn lambda(input) { let s = \"x\"; s.pad(60000, \"y\"); for i in 0..1000 { print(s); } 1 }";
    let run = survive(source, WIDE).await;
    let bytes: usize = run.logs.iter().map(|line| line.message.len()).sum();
    assert!(bytes <= 17 * 1024 * 1024);
    assert_eq!(run.lines_written(), 1_000);
    assert!(run.logs_gap.is_some());
}

#[tokio::test]
async fn limits_cannot_be_caught() {
    let endless = "fn lambda(input) { loop { try { loop { } } catch { } } }";
    let run = survive(endless, Tight { deadline_ms: 200, memory_mib: 256 }).await;
    assert_kind(&run, FailureKind::TimedOut);
    let hungry = "fn lambda(input) { let m = #{}; let n = 0; loop { try { loop { n += 1; m[n.to_string()] = n; } } catch { } } }";
    let run = survive(hungry, Tight { deadline_ms: 60_000, memory_mib: 16 }).await;
    assert_kind(&run, FailureKind::MemoryExceeded);
    let deep = "fn lambda(input) { try { down() } catch { 1 } } fn down() { down() }";
    assert_kind(&survive(deep, WIDE).await, FailureKind::TooDeep);
}

#[tokio::test]
async fn closures_that_hold_themselves_do_not_fill_the_worker() {
    let source = "fn lambda(input) {
        let m = #{};
        m.text = \"x\";
        m.text.pad(10000000, \"y\");
        m.me = || m;
        1
    }";
    let runtime = runtime();
    for _ in 0..12 {
        assert_eq!(value(&run(&runtime, source).await), 1);
    }
    assert!(runtime.workers_started() > 1, "a worker that leaks is replaced");
    assert!(runtime.workers_started() < 12, "but not at the first sign");
}

#[tokio::test]
async fn sleeping_for_ever_times_out_at_its_line() {
    let source = "fn lambda(input) {\n    sleep(1000000);\n}";
    let run = survive(source, Tight { deadline_ms: 200, memory_mib: 256 }).await;
    assert_kind(&run, FailureKind::TimedOut);
    assert_eq!(failure(&run).place, Some(Place::new(2, 5)));
}

#[tokio::test]
async fn files_cannot_be_imported() {
    let run = survive("fn lambda(input) {\n    import \"/etc/passwd\" as p;\n    1\n}", WIDE).await;
    assert_kind(&run, FailureKind::Script);
    assert_eq!(failure(&run).place.unwrap().line, 2);
    assert!(failure(&run).message.contains("import"), "{:#?}", failure(&run));
}

#[tokio::test]
async fn eval_is_refused_before_anything_runs() {
    let run = survive("fn lambda(input) {\n    print(1);\n    eval(\"40 + 2\")\n}", WIDE).await;
    assert_kind(&run, FailureKind::Compile);
    assert_eq!(failure(&run).place, Some(Place::new(3, 5)));
    assert!(run.logs.is_empty());
}

#[tokio::test]
async fn a_deep_value_can_be_thrown() {
    let source = "fn lambda(input) { let a = []; for i in 0..500 { a = [a]; } throw a }";
    let run = survive(source, WIDE).await;
    assert_kind(&run, FailureKind::Threw);
    assert!(failure(&run).thrown.is_some());
}

#[tokio::test]
async fn what_is_no_json_is_a_bad_result_with_its_path() {
    for (result, path) in [
        ("|x| x", "the result is a function"),
        ("#{ a: [1, || 2] }", "`result.a[1]` is a function"),
        ("[timestamp()]", "`result[0]` is a timestamp"),
        ("#{ r: 0..3 }", "`result.r` is a range"),
        ("#{ n: 0.0 / 0.0 }", "`result.n` is NaN"),
    ] {
        let run = survive(&format!("fn lambda(input) {{ {result} }}"), WIDE).await;
        assert_kind(&run, FailureKind::BadResult);
        assert!(failure(&run).message.starts_with(path), "{:#?}", failure(&run));
    }
}

#[tokio::test]
async fn a_deep_or_huge_result_is_a_bad_result() {
    let deep = "fn lambda(input) { let a = 1; for i in 0..300 { a = [a]; } a }";
    assert_kind(&survive(deep, WIDE).await, FailureKind::BadResult);
    let huge = "fn lambda(input) { let s = \"x\"; s.pad(5000000, \"y\"); s }";
    assert_kind(&survive(huge, WIDE).await, FailureKind::BadResult);
}

#[tokio::test]
async fn nothing_a_script_prints_reaches_the_frames() {
    let source =
        "fn lambda(input) { print(\"\\x00\\x00\\x00\\x04\"); debug(blob(9, 255)); \"ok\" }";
    let run = survive(source, WIDE).await;
    assert_eq!(value(&run), "ok");
    assert_eq!(run.logs.len(), 2);
}

#[tokio::test]
async fn a_native_call_that_does_not_end_is_killed() {
    // `index_of` on a list compares without counting an operation.
    let source = "fn lambda(input) {
        let s = \"a\";
        for i in 0..22 { s += s; }
        let needle = s + \"b\";
        for i in 0..1000 { s.contains(needle); s.index_of(needle); s.split(\"a\").len(); }
        1
    }";
    let run = survive(source, Tight { deadline_ms: 300, memory_mib: 2_048 }).await;
    assert_kind(&run, FailureKind::TimedOut);
}

#[tokio::test]
async fn hostile_lambdas_one_after_another_leave_a_working_runtime() {
    let runtime = runtime();
    for source in [
        "fn lambda(input) { blob(4000000000) }",
        "fn lambda(input) { down() } fn down() { down() }",
        "fn lambda(input) { throw || 1 }",
        "fn lambda(",
        "fn lambda(input) { exit(7) }",
    ] {
        let outcome = run(&runtime, source).await.outcome;
        assert!(!matches!(outcome, Outcome::Cancelled));
        assert_eq!(value(&run(&runtime, HELLO).await), "hello world");
    }
}

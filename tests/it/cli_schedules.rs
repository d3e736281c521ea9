//! Schedules that a `lambda.toml` declares.

use crate::cli_program::Desk;

const NIGHTLY: &str = "[[schedule]]\nname = \"nightly\"\ncron = \"0 3 * * *\"\ntime_zone = \"Europe/Berlin\"\npayload = { all = true }\n";

fn desk() -> Desk {
    let desk = Desk::workspace();
    desk.write("lambdas/x/main.rhai", "fn lambda(input) {\n    1\n}\n");
    desk.write("lambdas/x/lambda.toml", NIGHTLY);
    desk
}

#[test]
fn deploying_makes_changes_and_removes_them_and_rolling_back_restores_them() {
    let desk = desk();
    desk.run(&["schedule", "list"]).succeeds().tells(&["no schedules"]);
    let first = desk.run(&["deploy", "x", "--yes"]).succeeds();
    first.tells(&["schedule `x/nightly`: 0 3 * * * Europe/Berlin"]);
    let list = || desk.run(&["schedule", "list"]).succeeds();
    list().prints(&["x/nightly", "0 3 * * *", "03:00", "lambda.toml"]);
    desk.run(&["schedule", "rm", "x/nightly"])
        .ends(1)
        .tells(&["stands in the lambda.toml of `x`", "lambdeck schedule pause x/nightly"]);
    desk.run(&["schedule", "add", "x/other", "x", "0 3 * * *"]).ends(2).tells(&["`/`"]);
    desk.run(&["schedule", "add", "own", "x", "0 4 * * *"]).succeeds();
    list().prints(&["own", "schedule add"]);

    let at_home =
        desk.command(&["schedule", "next", "nightly", "-n", "1"]).env("TZ", "UTC").output();
    let at_home = String::from_utf8(at_home.unwrap().stdout).unwrap();
    let both = [" 03:00 CET, ", " 02:00 here"];
    let summer = [" 03:00 CEST, ", " 01:00 here"];
    let has = |parts: [&str; 2]| parts.iter().all(|part| at_home.contains(part));
    assert!(has(both) || has(summer), "{at_home}");
    let next = desk.json(&["schedule", "next", "x/nightly"])[0].as_str().unwrap().to_owned();
    assert!(next.contains("T03:00:00+0") && next.parse::<jiff::Timestamp>().is_ok(), "{next}");
    desk.run(&["schedule", "pause", "nightly"]).succeeds().tells(&["paused `x/nightly`"]);
    desk.run(&["schedule", "resume", "nightly"]).succeeds();

    let hourly = NIGHTLY.replace("0 3 * * *", "5 * * * *");
    desk.write("lambdas/x/lambda.toml", &hourly);
    let shown = [
        "-schedule nightly = 0 3 * * * Europe/Berlin, payload {\"all\":true}",
        "+schedule nightly = 5 * * * * Europe/Berlin, payload {\"all\":true}",
    ];
    desk.run(&["diff", "x"]).succeeds().prints(&shown);
    desk.run(&["deploy", "x", "--yes"]).succeeds().prints(&shown);
    list().prints(&["x/nightly", "5 * * * *"]);
    desk.write("lambdas/x/lambda.toml", "");
    desk.run(&["deploy", "x", "--yes"]).succeeds();
    let left = list();
    assert!(!left.stdout.contains("nightly") && left.stdout.contains("own"), "{left:?}");
    desk.run(&["rollback", "x", "1"]).succeeds();
    list().prints(&["x/nightly", "0 3 * * *", "03:00"]);
    desk.run(&["undeploy", "x"]).succeeds();
    list().prints(&["x/nightly", "rests", "not deployed"]);
    // Nothing would bring it back as long as its lambda is not deployed.
    desk.run(&["schedule", "rm", "x/nightly"]).succeeds();
}

#[test]
fn times_that_cannot_be_understood_are_told_with_their_place_and_refuse_the_deployment() {
    let desk = desk();
    let wrong = NIGHTLY.replace("0 3 * * *", "0 25 * 13 *").replace("Berlin", "Berlim");
    desk.write("lambdas/x/lambda.toml", wrong);
    desk.run(&["check"]).ends(1).prints(&[
        "error[unknown-times]: the schedule `nightly`: `25` is no hour: it takes 0 to 23",
        "lambdas/x/lambda.toml:3:11",
        "the schedule `nightly`: `13` is no month",
        "lambdas/x/lambda.toml:3:16",
        "the schedule `nightly`: there is no time zone `Europe/Berlim`",
        "lambdas/x/lambda.toml:4:14",
        "did you mean `Europe/Berlin`?",
        "`0 9 * * MON-FRI` is nine o'clock",
    ]);
    desk.run(&["deploy", "x", "--yes"]).ends(1).tells(&["unknown-times"]);
    desk.run(&["schedule", "add", "own", "x", "0 25 * * *", "--zone", "Berlin"]).ends(2).tells(&[
        "`25` is no hour",
        "`0 9 * * MON-FRI`",
        "did you mean `Europe/Berlin`?",
    ]);
    desk.run(&["check", "--explain", "unknown-times"]).succeeds().prints(&["day of the month"]);
}

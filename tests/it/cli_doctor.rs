//! `lambdeck doctor`: what lambdeck stands on.

use crate::cli_program::Desk;

#[test]
fn it_reports_the_wall_the_folders_and_the_terminal() {
    let desk = Desk::workspace();
    let done = desk.run(&["doctor"]);
    for part in ["wall around a lambda", "worker", "ready after", "0 lambdas", "config folder"] {
        assert!(done.stdout.contains(part), "{part}: {}", done.stdout);
    }
    let report = desk.json(&["doctor"]);
    let findings = report["findings"].as_array().unwrap();
    let of = |name: &str| findings.iter().find(|it| it["name"] == name).unwrap();
    assert_eq!(of("worker")["state"], "good");
    assert_eq!(of("size")["detail"], "not on a terminal");
    if cfg!(target_os = "linux") {
        for name in ["memory closed to others", "resource limits", "seccomp"] {
            assert_eq!(of(name)["state"], "good", "{report:#}");
        }
        assert!(findings.iter().any(|it| it["name"] == "Landlock"));
    }
    let amiss = findings.iter().any(|it| it["state"] == "odd" || it["state"] == "bad");
    assert_eq!(report["well"], !amiss);
    done.ends(i32::from(amiss));
}

#[test]
fn what_is_amiss_decides_the_exit_code() {
    let desk = Desk::workspace();
    desk.write("lambdas/broken/lambda.toml", "event = 5");
    let done = desk.run(&["doctor"]).ends(1);
    assert!(done.stdout.contains("`lambdeck check` says which"), "{}", done.stdout);
    assert_eq!(desk.json(&["doctor"])["well"], false);
}

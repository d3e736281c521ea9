//! The commands of the README do what it says.

use crate::cli_program::Desk;
use std::net::TcpListener;
use std::path::Path;

/// The shell block of the section under `heading`.
fn commands(heading: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(path).unwrap();
    let section = readme.split(&format!("\n## {heading}\n")).nth(1).unwrap();
    section.split("```sh\n").nth(1).unwrap().split("```").next().unwrap().to_owned()
}

#[test]
fn deploying_emitting_and_serving_work_as_the_readme_shows() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let script = commands("Deploy and serve").replace("8787", &port.to_string());
    let desk = Desk::workspace();
    let stop = "kill $! && wait $!\n";
    // Whatever fails, the server must not be left: it would hold on to the output that is waited for.
    let always = "trap 'kill $! 2>/dev/null || true; wait' EXIT\n";
    let done = desk.shell(&format!("set -e\n{always}{script}{stop}"));
    assert!(done.status.success(), "{done:?}");
    let told = String::from_utf8(done.stdout).unwrap();
    let runs = told.lines().filter(|line| line.contains("urgent v1"));
    assert!(runs.count() >= 6, "three runs, told by serve and listed:\n{told}");
    for part in [r#""deliveries":1"#, "call by crm", "response time changed", "null"] {
        assert!(told.contains(part), "{part}\n{told}");
    }
}

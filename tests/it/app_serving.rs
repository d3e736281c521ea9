//! Who executes and where it listens: what the IDE says of it, and when.

use crate::app_kit::{Harness, name};
use crate::runtime_kit::program;
use crate::serve_kit::{Served, post};
use rustix::process::Signal;
use std::net::TcpListener;
use std::process::{Command, Stdio};

const TTR: &str = "controllerbot_messaging_ttr";

/// `lambdeck serve` on the workspace of the IDE.
fn other_process(h: &Harness) -> Served {
    let mut command = Command::new(program());
    command.args(["serve", "--listen", "127.0.0.1:0", "--json"]).current_dir(h.disk.root());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    Served::of(command.spawn().unwrap())
}

#[test]
fn a_server_in_another_process_is_seen_with_its_runs_and_its_end_at_once() {
    let mut h = Harness::editing("fn lambda(input) {\n    loop { let _x = 1; }\n}\n");
    let path = h.disk.workspace().lambda_dir(&name("hello")).join("lambda.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("event = \"{TTR}\"\n{text}")).unwrap();
    h.keys("<alt-1><alt-2><f9><enter>").see("Deployed hello").see("not serving");
    let served = other_process(&h);
    h.platform_tells(&format!("served by {} {}", served.child.id(), served.address));
    assert_eq!(post(served.address, (TTR, "/s", "1"), "{\"n\":2}"), Some(202));
    h.keys("<alt-4>").platform_tells("1 running").keys("cy").see("Cancelled the run of hello");
    h.platform_tells("cancelled by");
    // Killed, so that it can say nothing itself.
    served.signal(Signal::KILL);
    h.platform_tells("not serving");
}

#[test]
fn what_could_not_be_listened_at_is_tried_again_when_somebody_looks() {
    let mut h = Harness::sample();
    h.serves = true;
    h.keys("<f9>");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let path = h.disk.root().join("lambdeck.toml");
    let config = std::fs::read_to_string(&path).unwrap();
    let own = config.replace("listen = \"127.0.0.1:0\"", &format!("listen = \"{address}\""));
    assert_ne!(config, own);
    std::fs::write(&path, own).unwrap();
    h.keys("<enter>").see("Deployed greet_new_conversation").see("serving, not listening");
    h.see("not taken by HTTP: cannot listen").see("again by itself");
    drop(taken);
    h.keys("<esc><ctrl-p>>listen again<enter>");
    h.platform_tells(&format!("listening at http://{address}"));
    h.see(&format!("serving {address}"));
}

#[test]
fn what_was_not_executed_for_broken_settings_is_executed_once_they_are_mended() {
    let mut h = Harness::sample();
    h.serves = true;
    let path = h.disk.root().join("lambdeck.toml");
    let config = std::fs::read_to_string(&path).unwrap();
    h.keys("<f9>");
    std::fs::write(&path, config.replace("in_ide = true", "in_ide = true\ngrace_ms = \"long\""))
        .unwrap();
    h.keys("<enter>").see("not executed here").see("not serving");
    h.keys("<esc><ctrl-p>>reload workspace<enter>").dont_see("not executed here");
    std::fs::write(&path, config).unwrap();
    h.keys("<esc><ctrl-p>>reload workspace<enter>").platform_tells("serving 127.0.0.1:");
}

#[test]
fn the_first_time_a_port_is_opened_unasked_is_told_with_how_to_have_it_otherwise() {
    let mut h = Harness::sample();
    h.serves = true;
    h.keys("<f9><enter>").see("The IDE executes what is deployed, at").see("`in_ide = false`");
    h.keys("<ctrl-p>>serve or stop<enter><ctrl-p>>serve or stop<enter>").dont_see("`in_ide");
    assert!(h.disk.root().join(".lambdeck/told-of-serving").exists());
}

#[test]
fn a_collector_that_is_away_is_told_of() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut h = Harness::editing("fn lambda(input) {\n    1\n}\n");
    h.serves = true;
    h.keys("<f9>");
    let path = h.disk.root().join("lambdeck.toml");
    let config = std::fs::read_to_string(&path).unwrap();
    let own = config.replacen(
        "in_ide = true",
        &format!("in_ide = true\notlp_endpoint = \"http://{gone}\""),
        1,
    );
    assert_ne!(config, own);
    std::fs::write(&path, own).unwrap();
    h.keys("<enter>").see("Deployed hello").see("serving 127.0.0.1:");
    let header = h.screen();
    let at = header.find("serving 127.0.0.1:").unwrap() + "serving ".len();
    let address: String =
        header[at..].chars().take_while(|c| c.is_ascii_digit() || ".:".contains(*c)).collect();
    let call = format!(
        "curl -fsS http://{address}/api/account/1/lambdas/hello/invoke?v=1 -H 'content-type: application/json' -d '{{\"payload\":1}}'"
    );
    let done = Command::new("sh").args(["-c", &call]).output().unwrap();
    assert!(done.status.success(), "{done:?}");
    h.platform_tells("takes no spans").see("no traces");
}

#[test]
fn who_executes_is_told_where_there_is_little_room() {
    let mut h = Harness::sample();
    h.resize(80, 24).keys("<f9><enter>").see("Deployed greet_new_conversation").keys("<esc>");
    h.see("not serving").dont_see("1 productive");
    let other = other_process(&h);
    h.platform_tells(&format!("served by {}", other.child.id()));
}

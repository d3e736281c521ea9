//! The disk fills up while events come in, and has room again.

use crate::cli_program::Desk;
use crate::gateway_kit::Answer;
use crate::serve_kit::Served;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

const TTR: &str = "controllerbot_messaging_ttr";
/// What the disk is filled with, beside the state.
const FILLER: &str = "filler";

/// A file system of 4 MiB, unmounted with the value.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// `None` where this is not permitted.
    fn mount(at: &Path) -> Option<Self> {
        fs::create_dir_all(at).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=4m", "tmpfs"]).arg(at);
        mount.output().is_ok_and(|done| done.status.success()).then(|| Self(at.to_owned()))
    }

    /// Takes all the room there is.
    fn fill(&self) {
        let mut filler = File::create(self.0.join(FILLER)).unwrap();
        while filler.write_all(&[0; 512]).is_ok() {}
    }

    fn free(&self) {
        fs::remove_file(self.0.join(FILLER)).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

/// The door of a program that serves.
struct Sender {
    url: String,
    client: reqwest::Client,
}

impl Sender {
    async fn send(&self, id: usize) -> Answer {
        let request = self.client.post(format!("{}/events", self.url));
        let request = request
            .header("content-type", "application/json")
            .header("ce-specversion", "1.0")
            .header("ce-type", TTR)
            .header("ce-source", "/disk")
            .header("ce-id", id.to_string());
        let filling = "x".repeat(2_000);
        Answer::of(request.body(format!("{{\"n\":{id},\"filling\":\"{filling}\"}}"))).await
    }

    async fn readiness(&self) -> Answer {
        Answer::of(self.client.get(format!("{}/readyz", self.url))).await
    }
}

#[tokio::test]
async fn a_full_disk_refuses_events_loses_none_that_was_taken_and_goes_on_when_there_is_room() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let desk = Desk::workspace();
    let Some(disk) = SmallDisk::mount(&desk.path(".lambdeck")) else {
        return eprintln!("skipped: mounting a small file system is not permitted here");
    };
    desk.write("lambdas/x/lambda.toml", format!("event = \"{TTR}\"\n"));
    desk.write(
        "lambdas/x/main.rhai",
        "fn lambda(input) { log::info(`took ${input.payload.n}.`); }\n",
    );
    desk.run(&["deploy", "x", "--yes"]).succeeds();
    let served = Served::start(&desk);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let sender = Sender { url: format!("http://{}", served.address), client };
    assert_eq!(sender.send(0).await.status, 202);
    assert_eq!(sender.readiness().await.status, 200);

    disk.fill();
    let mut taken = BTreeSet::from([0]);
    let mut next = 1;
    let refused = loop {
        let answer = sender.send(next).await;
        if answer.status != 202 {
            break answer;
        }
        taken.insert(next);
        next += 1;
        assert!(next < 5_000, "the disk never was full");
    };
    assert_eq!(refused.status, 503, "{refused:?}");
    assert!(refused.header("retry-after").parse::<u32>().is_ok(), "{refused:?}");
    assert!(refused.error().contains("nothing can be kept now"), "{refused:?}");
    let readiness = sender.readiness().await;
    assert_eq!(readiness.status, 503);
    assert!(readiness.text.contains("the disk is full"), "{readiness:?}");

    // However often it refuses, it says so once.
    for more in 0..100 {
        sender.send(next + more).await;
    }
    let told = served.told();
    let count = told.matches("the store failed, deliveries wait").count();
    // Once more where what is tried is small enough for the last room there is.
    assert!((1..=2).contains(&count), "{told}");

    disk.free();
    let give_up = Instant::now() + Duration::from_secs(30);
    while sender.readiness().await.status != 200 {
        assert!(Instant::now() < give_up, "it is not ready again");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    while !served.has_told("the store works again") {}
    // The sender sends again what was refused.
    assert_eq!(sender.send(next).await.status, 202);
    taken.insert(next);
    loop {
        let told = desk.run(&["logs", "-n", "100000"]).succeeds().stdout;
        let missing: Vec<_> =
            taken.iter().filter(|n| !told.contains(&format!("took {n}."))).collect();
        if missing.is_empty() {
            break;
        }
        assert!(Instant::now() < give_up, "{missing:?} of {} are lost", taken.len());
    }
    assert_eq!(served.stop(), Some(0));
}

//! What is deployed and what ran cannot be read, and can again.

use crate::app_kit::Harness;
use crate::disk_kit::Disk;
use crate::store_kit;
use std::fs;

#[test]
fn what_cannot_be_read_is_not_shown_as_nothing_for_as_long_as_that_lasts() {
    let mut h = Harness::sample();
    let folder = h.disk.root().join(".lambdeck");
    let file = folder.join("state.db");
    fs::create_dir_all(&folder).unwrap();
    fs::write(&file, "This is no database. ".repeat(1_000)).unwrap();
    h.keys("<alt-4>").see("state.db` is damaged");
    h.see("Runs  not known").see("Dead letters  not known").dont_see("0 waiting");
    h.keys("<alt-1>").see("not known").see("state not readable").see("state.db` is damaged");
    // The notice goes with a key; what the screens say stays.
    h.wait(60_000).keys("jk<alt-4>j<alt-1>j").see("state.db` is damaged").see("not known");
    h.resize(60, 16).see("not known").keys("<alt-4>").see("is damaged").resize(120, 36);

    fs::remove_file(&file).unwrap();
    h.keys("<alt-1>").dont_see("not known").dont_see("not readable");
    h.keys("<alt-4>").see("Runs  0").see("0 waiting").dont_see("is damaged");
}

#[test]
fn where_nothing_can_be_written_what_is_kept_is_shown_and_what_writes_says_that_it_cannot() {
    let mut h = Harness::sample();
    let folder = h.disk.root().join(".lambdeck");
    let Some(disk) = Disk::mount(&folder) else {
        return eprintln!("skipped: mounting a file system is not permitted here");
    };
    let tokio = tokio::runtime::Runtime::new().unwrap();
    tokio.block_on(store_kit::deploy(&store_kit::open(&folder), "hello", "an older one"));
    disk.remount("ro");
    h.keys("<alt-1>").see("Modified").dont_see("not known").dont_see("not readable");
    h.keys("<alt-4>").see("Runs  0").see("0 waiting or running").dont_see("not known");
    h.keys("<alt-1>/hello<enter><f9><enter>").see("state.db` cannot be written");
    disk.remount("rw");
    h.keys("<esc><esc><alt-1>/hello<enter><f9><enter>").see("Deployed hello: version 2");
}

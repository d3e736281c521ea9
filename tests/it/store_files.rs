//! The files of the embedded store: whose locks stand on them, and that what is written stays where it is looked for.

use crate::store_kit::{ROOMY, event, is_locked_by, open};
use crate::store_runs;
use lambdeck::domain::Outcome;
use lambdeck::platform::embedded::Embedded;
use lambdeck::platform::store::{Queue as _, StoreError};
use std::fs;

#[tokio::test]
async fn no_look_at_the_file_takes_away_the_lock_of_who_uses_it() {
    let folder = tempfile::tempdir().unwrap();
    let (folder, path) = (folder.path(), folder.path().join("state.db"));
    let store = open(folder);
    store.raise(vec![event("1")], ROOMY, 1).await.unwrap();
    let is_locked = || is_locked_by(&path, std::process::id());
    assert!(is_locked(), "at first");
    Embedded::examine(folder, u64::MAX).unwrap();
    assert!(is_locked(), "after the doctor's look");
    drop(open(folder));
    assert!(is_locked(), "after a second opening");
    drop(Embedded::open_to_read(folder).unwrap());
    assert!(is_locked(), "after one that only reads");
    Embedded::keep_aside(folder, &store_runs::run("x", 1, Outcome::Cancelled), None).unwrap();
    assert!(is_locked(), "after a run that was kept aside");
    drop(store);
    assert!(!is_locked(), "at last");
}

#[tokio::test]
async fn nothing_is_said_to_be_kept_in_files_that_were_taken_away() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let store = open(folder.path());
    store.raise(vec![event("0")], ROOMY, 1).await.unwrap();
    for (number, name) in ["state.db", "state.db-wal"].into_iter().enumerate() {
        let raise = |id: &str| store.raise(vec![event(&format!("{id} {number}"))], ROOMY, 1);
        fs::rename(at(name), at("away")).unwrap();
        let gone = StoreError::Gone { path: at(name).display().to_string() };
        assert_eq!(raise("lost").await.unwrap_err(), gone);
        fs::rename(at("away"), at(name)).unwrap();
        for id in ["kept", "lost"] {
            assert!(
                !raise(id).await.unwrap()[0].is_duplicate,
                "of what was refused nothing stands there"
            );
        }
    }
}

//! Deployments, versions and slots in the embedded store.

use crate::store_kit::{self, EVENT, candidate, doer, name, open};
use crate::store_runs;
use lambdeck::domain::{EventId, Outcome, RunQuery};
use lambdeck::platform::deploy;
use lambdeck::platform::embedded::Embedded;
use lambdeck::platform::store::{Candidate, Deployments as _, Runs as _, StoreError};
use lambdeck::workspace::Workspace;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::{Arc, Barrier};

#[tokio::test]
async fn what_another_process_deploys_is_known_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let (store, other) = (open(folder.path()), open(folder.path()));
    for number in 1..4 {
        store_kit::deploy(&other, "one", &format!("source {number}")).await;
        let known = store.lambdas().await.unwrap();
        let deployment = known[0].deployment.as_ref().unwrap();
        assert_eq!(deployment.version, number);
        assert_eq!(*store.lambdas().await.unwrap(), *known);
    }
}

#[tokio::test]
async fn versions_are_counted_and_a_known_one_keeps_its_number() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let first = store.deploy(candidate("x", "one", Some(1)), doer(10)).await.unwrap();
    assert_eq!((first.deployment.version, first.replaced), (1, None));
    let second = store.deploy(candidate("x", "two", Some(1)), doer(20)).await.unwrap();
    assert_eq!((second.deployment.version, second.replaced), (2, Some(1)));
    assert_eq!(second.deployment.id, first.deployment.id);
    let back = store.deploy(candidate("x", "one", Some(1)), doer(30)).await.unwrap();
    assert_eq!((back.deployment.version, back.replaced), (1, Some(2)));
    let versions = store.versions(name("x")).await.unwrap();
    assert_eq!(versions.iter().map(|it| it.number).collect::<Vec<_>>(), [2, 1]);
    assert_eq!((&*versions[1].source, versions[1].created_at_ms), ("one", 10));
    let log = store.activity(Some(name("x")), 10).await.unwrap();
    assert_eq!(log.len(), 3);
    assert_eq!((log[0].at_ms, log[0].by.as_str(), log[0].action.as_str()), (30, "ada", "deployed"));
    // Another process sees the same.
    assert_eq!(open(folder.path()).lambdas().await.unwrap(), store.lambdas().await.unwrap());
}

#[tokio::test]
async fn a_full_event_names_its_holders_and_a_swap_takes_one_step() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.deploy(candidate("holder", "one", Some(1)), doer(1)).await.unwrap();
    let full = store.deploy(candidate("x", "two", Some(1)), doer(2)).await.unwrap_err();
    let holders = vec![name("holder")];
    let event = EventId::new(EVENT);
    assert_eq!(full, StoreError::EventFull { event, slots: 1, holders });
    assert!(full.to_string().contains("`holder` is deployed on it"), "{full}");
    // Nothing of it happened, not even the version.
    assert_eq!(store.versions(name("x")).await.unwrap(), []);
    let swap =
        |holder: &str| Candidate { swap: Some(name(holder)), ..candidate("x", "two", Some(1)) };
    let nobody = store.deploy(swap("nobody"), doer(3)).await.unwrap_err();
    assert!(matches!(nobody, StoreError::NotAHolder { .. }), "{nobody}");
    let swapped = store.deploy(swap("holder"), doer(3)).await.unwrap();
    assert_eq!(swapped.undeployed, Some(name("holder")));
    let known = store.lambdas().await.unwrap();
    let deployed: Vec<_> =
        known.iter().filter(|it| it.deployment.is_some()).map(|it| it.name.as_str()).collect();
    assert_eq!(deployed, ["x"]);
}

#[tokio::test]
async fn a_swap_takes_a_slot_only_where_none_is_free_and_a_holder_can_always_be_mended() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    for lambda in ["one", "two"] {
        store.deploy(candidate(lambda, "first", Some(3)), doer(1)).await.unwrap();
    }
    let swap = |lambda: &str, source: &str, slots| Candidate {
        swap: Some(name("one")),
        ..candidate(lambda, source, Some(slots))
    };
    // A slot is free; then it has one; then there are fewer than are held.
    for (source, slots) in [("first", 3), ("second", 3), ("third", 1)] {
        let deployed = store.deploy(swap("three", source, slots), doer(2)).await.unwrap();
        assert_eq!(deployed.undeployed, None, "{source}");
    }
    store.deploy(candidate("two", "mended", Some(1)), doer(3)).await.unwrap();
    let full = store.deploy(swap("new", "first", 2), doer(4)).await.unwrap_err();
    assert!(matches!(full, StoreError::EventFull { .. }), "{full}");
    let known = store.lambdas().await.unwrap();
    let deployed = known.iter().filter(|it| it.deployment.is_some()).count();
    assert_eq!(deployed, 3, "nobody lost a slot to one who got none: {known:?}");
}

#[tokio::test]
async fn a_renamed_lambda_keeps_its_id_and_its_slot() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let before = store.deploy(candidate("old", "one", Some(1)), doer(1)).await.unwrap();
    store.rename(name("old"), name("new"), doer(2)).await.unwrap();
    let known = store.lambdas().await.unwrap();
    assert_eq!((known.len(), known[0].id, &known[0].name), (1, before.deployment.id, &name("new")));
    store.rename(name("never_deployed"), name("other"), doer(3)).await.unwrap();
    store.deploy(candidate("second", "one", Some(2)), doer(4)).await.unwrap();
    let taken = store.rename(name("second"), name("new"), doer(5)).await.unwrap_err();
    assert!(taken.to_string().contains("deployed lambda `new`"), "{taken}");
    // The name of a lambda that is deployed no more is free.
    store.undeploy(name("new"), doer(6)).await.unwrap();
    store.rename(name("second"), name("new"), doer(7)).await.unwrap();
    assert_eq!(store.lambdas().await.unwrap().len(), 2);
}

#[tokio::test]
async fn the_runs_of_a_renamed_lambda_are_listed_by_its_name_of_now() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let id = store.deploy(candidate("old", "one", Some(9)), doer(1)).await.unwrap().deployment.id;
    let run = |lambda: &str, id| {
        let mut run = store_runs::run(lambda, 1_000, Outcome::Succeeded(1.into()));
        Arc::make_mut(&mut run).lambda_id = id;
        run
    };
    store.keep(run("old", Some(id))).await.unwrap();
    store.keep(run("old", None)).await.unwrap();
    store.rename(name("old"), name("new"), doer(2)).await.unwrap();
    let other = store.deploy(candidate("old", "two", Some(9)), doer(3)).await.unwrap();
    store.keep(run("old", Some(other.deployment.id))).await.unwrap();
    let of = async |lambda: &str| {
        let query = RunQuery { lambda: Some(name(lambda)), ..RunQuery::default() };
        store.runs(query).await.unwrap().len()
    };
    assert_eq!((of("new").await, of("old").await), (2, 1));
}

#[tokio::test]
async fn a_rename_that_was_cut_off_is_finished_by_the_next_and_one_that_fails_leaves_both_names() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = Workspace::init(folder.path()).unwrap();
    for lambda in ["old", "other"] {
        let lambda = workspace.lambda_dir(&name(lambda));
        fs::create_dir_all(&lambda).unwrap();
        fs::write(lambda.join("main.rhai"), "fn lambda(input) { () }\n").unwrap();
    }
    let store = open(&workspace.state_folder().unwrap());
    store.deploy(candidate("old", "one", Some(1)), doer(1)).await.unwrap();
    let rename = async |to: &str| {
        deploy::rename(&store, &workspace, (&name("old"), &name(to)), doer(2)).await
    };
    assert!(rename("other").await.is_err(), "there is such a folder");
    assert_eq!(store.lambdas().await.unwrap()[0].name, name("old"));
    // Killed when what is deployed had its new name and the folder not yet.
    assert!(store.rename(name("old"), name("new"), doer(2)).await.unwrap());
    rename("new").await.unwrap();
    assert!(workspace.lambda_dir(&name("new")).is_dir());
    let known = store.lambdas().await.unwrap();
    assert_eq!((known.len(), &known[0].name), (1, &name("new")));
}

/// Two stores on the same file stand for two processes: they share nothing but the file.
#[test]
fn of_two_that_deploy_to_the_last_slot_one_wins() {
    const ROUNDS: usize = 1_000;
    let folder = tempfile::tempdir().unwrap();
    open(folder.path());
    let gate = Arc::new(Barrier::new(2));
    let race = |own: &'static str| {
        let (path, gate) = (folder.path().to_owned(), Arc::clone(&gate));
        std::thread::spawn(move || {
            let store = Embedded::open(&path).unwrap();
            let tokio = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let mut won = 0;
            for _ in 0..ROUNDS {
                gate.wait();
                let taken = tokio.block_on(store.deploy(candidate(own, own, Some(1)), doer(1)));
                gate.wait();
                let known = tokio.block_on(store.lambdas()).unwrap();
                let holders = known.iter().filter(|it| it.deployment.is_some()).count();
                assert_eq!(holders, 1);
                gate.wait();
                if taken.is_ok() {
                    won += 1;
                    tokio.block_on(store.undeploy(name(own), doer(1))).unwrap();
                }
            }
            won
        })
    };
    let (one, two) = (race("one"), race("two"));
    assert_eq!(one.join().unwrap() + two.join().unwrap(), ROUNDS);
}

#[test]
fn what_is_no_database_of_ours_is_refused_with_advice() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    let refused = || Embedded::open(folder.path()).err().unwrap();
    fs::write(&path, b"this is no database, and it is long enough to have a header of its own")
        .unwrap();
    assert!(matches!(refused(), StoreError::Damaged { .. }), "{}", refused());
    assert!(refused().to_string().contains("move it away"), "{}", refused());
    fs::remove_file(&path).unwrap();
    drop(open(folder.path()));
    let made_by_newer = rusqlite_version(&path, 99);
    assert!(made_by_newer);
    assert!(matches!(refused(), StoreError::Newer { found: 99, .. }), "{}", refused());
}

#[tokio::test]
async fn what_a_newer_program_brought_to_its_form_is_written_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store_kit::deploy(&store, "one", "1").await;
    let newer = rusqlite::Connection::open(folder.path().join("state.db")).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    let refused = store.deploy(candidate("one", "2", Some(100)), doer(2)).await.unwrap_err();
    assert!(matches!(refused, StoreError::Newer { found: 99, .. }), "{refused}");
    assert_eq!(store.versions(name("one")).await.unwrap().len(), 1);
}

#[tokio::test]
async fn to_roll_back_to_what_is_executed_is_nothing_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store_kit::deploy(&store, "one", "1").await;
    store_kit::deploy(&store, "one", "2").await;
    let old = store.versions(name("one")).await.unwrap().remove(1);
    let back = Candidate { version: old, ..candidate("one", "1", Some(100)) };
    let rolled = store.deploy(back.clone(), doer(5)).await.unwrap();
    let log = store.activity(None, 9).await.unwrap();
    let again = store.deploy(back, doer(7)).await.unwrap();
    assert_eq!((again.deployment, again.replaced), (rolled.deployment, Some(1)));
    assert_eq!(store.activity(None, 9).await.unwrap(), log);
}

/// Sets the form of the database; by hand, as the header says where it stands.
fn rusqlite_version(path: &std::path::Path, form: u32) -> bool {
    let mut bytes = fs::read(path).unwrap();
    bytes[60..64].copy_from_slice(&form.to_be_bytes());
    let _ = fs::remove_file(path.with_extension("db-wal"));
    let _ = fs::remove_file(path.with_extension("db-shm"));
    fs::write(path, bytes).is_ok()
}

#[test]
fn only_the_owner_may_read_what_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let _store = open(folder.path());
    for entry in fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}: {mode:o}", path.display());
    }
}

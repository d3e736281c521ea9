use super::*;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;
use tempfile::TempDir;

struct Desk {
    folder: TempDir,
    journal: Journal,
    key: JournalKey,
}

/// A single file with the text `disk`, and its journal.
fn desk(disk: &str) -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("draft.rhai");
    fs::write(&file, disk).unwrap();
    let journal =
        Journal::new(vec![folder.path().join("journal")], Workspace::loose(&file).unwrap());
    let key = JournalKey::Lambda(LambdaName::new("draft").unwrap());
    Desk { folder, journal, key }
}

impl Desk {
    fn files(&self) -> Vec<PathBuf> {
        fs::read_dir(&self.journal.folders[0]).unwrap().map(|entry| entry.unwrap().path()).collect()
    }

    /// Makes all entries those of a process with this id that started at `started`.
    fn hand_over(&self, id: u32, started: u64) {
        for file in self.files() {
            let name = file.file_name().unwrap().to_str().unwrap().to_owned();
            let key = name.split('.').next().unwrap();
            fs::rename(&file, file.with_file_name(format!("{key}.{id}.{started}.{EXTENSION}")))
                .unwrap();
        }
    }

    /// Makes all entries those of a process that is gone, though its id is in use again.
    fn orphan(&self) {
        self.hand_over(std::process::id(), self.journal.process.started + 1);
    }
}

#[test]
fn what_a_process_left_behind_is_offered_with_what_the_disk_holds() {
    let desk = desk("fn lambda(input) {}");
    let text = "fn lambda(input) { 1 }\n\0 ünd \u{2028} more\n";
    desk.journal.write(&desk.key, TextHash::of("fn lambda(input) {}"), text, None).unwrap();
    assert!(desk.journal.list().is_empty(), "this process lives");
    desk.orphan();
    let [entry] = desk.journal.list().try_into().unwrap();
    assert_eq!((entry.text.as_str(), &entry.key), (text, &desk.key));
    assert_eq!(entry.disk_text.as_deref(), Some("fn lambda(input) {}"));
    assert!(entry.base_matches);

    fs::write(desk.folder.path().join("draft.rhai"), "changed meanwhile").unwrap();
    assert!(!desk.journal.list()[0].base_matches);
    fs::remove_file(desk.folder.path().join("draft.rhai")).unwrap();
    assert_eq!(desk.journal.list()[0].disk_text, None);

    desk.journal.discard(&entry).unwrap();
    desk.journal.discard(&entry).unwrap();
    assert!(desk.files().is_empty());
}

#[test]
fn the_newest_text_counts_and_removing_it_leaves_that_of_others() {
    let desk = desk("");
    let base = TextHash::of("");
    desk.journal.write(&desk.key, base, "theirs", None).unwrap();
    desk.orphan();
    desk.journal.write(&desk.key, base, "mine", None).unwrap();
    desk.journal.write(&desk.key, base, "mine, longer", None).unwrap();
    assert_eq!(desk.files().len(), 2);
    desk.journal.remove(&desk.key).unwrap();
    desk.journal.remove(&desk.key).unwrap();
    let texts: Vec<String> = desk.journal.list().into_iter().map(|entry| entry.text).collect();
    assert_eq!(texts, ["theirs"]);
}

#[test]
fn a_file_that_is_no_whole_entry_is_left_alone() {
    let desk = desk("");
    desk.journal.write(&desk.key, TextHash::of(""), "the whole text", None).unwrap();
    desk.orphan();
    let file = desk.files().remove(0);
    let whole = fs::read(&file).unwrap();
    for cut in 0..whole.len() {
        fs::write(&file, &whole[..cut]).unwrap();
        assert!(desk.journal.list().is_empty(), "cut at {cut}");
    }
    let mut changed = whole.clone();
    *changed.last_mut().unwrap() ^= 1;
    fs::write(&file, changed).unwrap();
    assert!(desk.journal.list().is_empty());
    for name in ["notes.txt", "a.b.c.unsaved", ".1.1.unsaved", "x.99999999999.1.unsaved"] {
        fs::write(file.with_file_name(name), &whole[..whole.len() - 1]).unwrap();
    }
    fs::create_dir(file.with_file_name("y.1.2.unsaved")).unwrap();
    assert!(desk.journal.list().is_empty());
    fs::write(&file, whole).unwrap();
    assert_eq!(desk.journal.list().len(), 1);
}

#[test]
fn text_that_was_saved_after_all_is_not_offered() {
    let desk = desk("saved");
    desk.journal.write(&desk.key, TextHash::of("old"), "saved", None).unwrap();
    desk.orphan();
    assert!(desk.journal.list().is_empty());
    assert!(desk.files().is_empty());
}

#[test]
fn entries_are_for_their_owner_alone() {
    let desk = desk("");
    desk.journal.write(&desk.key, TextHash::of(""), "x", None).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&desk.files()[0]), 0o600);
    assert_eq!(mode(&desk.journal.folders[0]), 0o700);
}

#[test]
fn a_killed_process_counts_as_gone_before_its_parent_has_noticed() {
    use rustix::process::{WaitId, WaitIdOptions, waitid};
    let desk = desk("");
    desk.journal.write(&desk.key, TextHash::of(""), "x", None).unwrap();
    let mut child = Command::new("sleep").arg("1000").spawn().unwrap();
    let started = stat(child.id()).map_or(0, |stat| stat.started);
    desk.hand_over(child.id(), started);
    assert!(desk.journal.list().is_empty(), "the process lives");
    child.kill().unwrap();
    let id = Pid::from_raw(child.id() as i32).unwrap();
    waitid(WaitId::Pid(id), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT).unwrap();
    if cfg!(target_os = "linux") {
        assert_eq!(desk.journal.list().len(), 1, "it is a zombie now");
    }
    child.wait().unwrap();
    assert_eq!(desk.journal.list().len(), 1);
}

#[test]
fn files_of_one_name_have_journals_apart() {
    assert_ne!(folder_for(Path::new("/a/x.rhai")), folder_for(Path::new("/b/x.rhai")));
    assert_eq!(folder_for(Path::new("/a/x.rhai")), folder_for(Path::new("/a/x.rhai")));
}

#[test]
fn where_the_first_folder_cannot_be_written_the_next_one_keeps_the_text() {
    let mut desk = desk("");
    let base = TextHash::of("");
    let first = desk.journal.folders[0].clone();
    let second = desk.folder.path().join("second");
    desk.journal.folders.push(second.clone());
    fs::write(&first, "in the way").unwrap();
    desk.journal.write(&desk.key, base, "older", None).unwrap();
    assert_eq!(fs::read_dir(&second).unwrap().count(), 1);
    fs::remove_file(&first).unwrap();
    desk.journal.write(&desk.key, base, "newer", None).unwrap();
    assert_eq!(desk.files().len(), 1);
    fs::remove_dir_all(&first).unwrap();
    fs::write(&first, "in the way").unwrap();
    desk.journal.remove(&desk.key).unwrap();
    assert_eq!(fs::read_dir(&second).unwrap().count(), 0);
    fs::remove_file(&first).unwrap();
    fs::remove_dir(&second).unwrap();
    for folder in [&first, &second] {
        fs::write(folder, "in the way").unwrap();
    }
    let refused = desk.journal.write(&desk.key, base, "lost?", None).unwrap_err();
    assert!(refused.to_string().contains("journal`"), "the first folder's error: {refused}");
}

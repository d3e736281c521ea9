use super::*;
use std::os::unix::fs::symlink;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use tempfile::TempDir;

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn the_mode_of_a_file_is_kept_and_nothing_is_left_beside_it() {
    let folder = folder();
    let path = folder.path().join("main.rhai");
    fs::write(&path, "old").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o751)).unwrap();
    write(&path, b"new").unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "new");
    assert_eq!(mode(&path), 0o751);
    assert_eq!(names(folder.path()), ["main.rhai"]);
}

#[test]
fn a_new_file_has_the_mode_any_program_would_give_it() {
    let folder = folder();
    let (ours, theirs) = (folder.path().join("ours"), folder.path().join("theirs"));
    write(&ours, b"x").unwrap();
    fs::write(&theirs, "x").unwrap();
    assert_eq!(mode(&ours), mode(&theirs));
    let private = folder.path().join("private");
    write_private(&private, b"x").unwrap();
    assert_eq!(mode(&private), 0o600);
}

#[test]
fn symlinks_are_followed_and_stay() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("deep")).unwrap();
    fs::write(at("deep/target"), "old").unwrap();
    symlink("deep/target", at("middle")).unwrap();
    symlink("middle", at("link")).unwrap();
    write(&at("link"), b"new").unwrap();
    assert_eq!(fs::read_to_string(at("deep/target")).unwrap(), "new");
    assert!(at("link").is_symlink() && at("middle").is_symlink());

    symlink("deep/later", at("dangling")).unwrap();
    write(&at("dangling"), b"made").unwrap();
    assert_eq!(fs::read_to_string(at("deep/later")).unwrap(), "made");
    assert!(at("dangling").is_symlink());

    symlink("round", at("round")).unwrap();
    assert!(write(&at("round"), b"x").is_err());
}

#[test]
fn hard_links_keep_sharing_their_text() {
    let folder = folder();
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    fs::write(&one, "a longer text than the next").unwrap();
    fs::hard_link(&one, &two).unwrap();
    write(&one, b"new").unwrap();
    assert_eq!(fs::read_to_string(&two).unwrap(), "new");
    assert_eq!(fs::metadata(&one).unwrap().ino(), fs::metadata(&two).unwrap().ino());
}

#[test]
fn a_folder_is_not_written_over() {
    let folder = folder();
    let error = write(folder.path(), b"x").unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::IsADirectory);
}

#[test]
fn a_reader_sees_the_old_text_or_the_new_one_and_nothing_else() {
    let folder = folder();
    let path = folder.path().join("main.rhai");
    let texts = ["a".repeat(70_000), "b".repeat(90_000)];
    write(&path, texts[0].as_bytes()).unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut seen = 0;
            while !done.load(Ordering::Relaxed) || seen == 0 {
                let text = fs::read_to_string(&path).unwrap();
                assert!(texts.contains(&text), "{} bytes", text.len());
                seen += 1;
            }
        });
        for round in 0..50 {
            write(&path, texts[round % 2].as_bytes()).unwrap();
        }
        done.store(true, Ordering::Relaxed);
        reader.join().unwrap();
    });
}

#[test]
fn the_stamp_tells_of_every_write() {
    let folder = folder();
    let path = folder.path().join("main.rhai");
    assert_eq!(stamp(&path), None);
    write(&path, b"one").unwrap();
    let first = stamp(&path);
    assert_eq!(first, stamp(&path));
    write(&path, b"two").unwrap();
    assert_ne!(first, stamp(&path));
}

/// A file system of 64 KiB, while the value lives.
struct TinyDisk(TempDir);

impl TinyDisk {
    fn mount() -> Option<Self> {
        let folder = folder();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=64k", "none"])
            .arg(folder.path())
            .output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(folder));
        }
        println!("skipped: this system does not let the tests mount a small disk");
        None
    }
}

impl Drop for TinyDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

#[test]
fn a_full_disk_leaves_the_old_text_and_no_rubbish() {
    let Some(disk) = TinyDisk::mount() else { return };
    let at = |name: &str| disk.0.path().join(name);
    let old = "old ".repeat(2_000);
    for name in ["alone", "shared"] {
        fs::write(at(name), &old).unwrap();
    }
    fs::hard_link(at("shared"), at("shared too")).unwrap();
    for name in ["alone", "shared", "new"] {
        let error = write(&at(name), &vec![b'x'; 200_000]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull, "{name}: {error}");
    }
    for name in ["alone", "shared", "shared too"] {
        assert_eq!(fs::read_to_string(at(name)).unwrap(), old, "{name}");
    }
    assert_eq!(names(disk.0.path()), ["alone", "shared", "shared too"]);
}

/// Runs the test `name` of this program, which asks for [`UNPRIVILEGED`], as a user whom permissions bind.
fn as_nobody(name: &str) {
    let folder = folder();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
    let mut test = Command::new(std::env::current_exe().unwrap());
    test.args(["--exact", name, "--nocapture"]).env(UNPRIVILEGED, folder.path());
    if rustix::process::geteuid().is_root() {
        use std::os::unix::process::CommandExt as _;
        test.uid(65_534).gid(65_534);
    }
    match test.output() {
        Err(error) => println!("skipped: the test cannot run as another user: {error}"),
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stdout);
            assert!(output.status.success() && text.contains("1 passed"), "{text}");
        }
    }
}

/// The variable that holds the folder of a test run by [`as_nobody`].
const UNPRIVILEGED: &str = "LAMBDECK_TEST_UNPRIVILEGED";

#[test]
fn permissions_are_respected() {
    let Some(folder) = std::env::var_os(UNPRIVILEGED).map(PathBuf::from) else {
        return as_nobody("workspace::atomic::tests::permissions_are_respected");
    };
    let protected = folder.join("protected");
    fs::write(&protected, "old").unwrap();
    fs::set_permissions(&protected, fs::Permissions::from_mode(0o444)).unwrap();
    assert_eq!(write(&protected, b"new").unwrap_err().kind(), io::ErrorKind::PermissionDenied);
    assert_eq!(fs::read_to_string(&protected).unwrap(), "old");

    let closed = folder.join("closed");
    fs::create_dir(&closed).unwrap();
    fs::write(closed.join("open"), "a longer old text").unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o555)).unwrap();
    write(&closed.join("open"), b"new").unwrap();
    assert_eq!(fs::read_to_string(closed.join("open")).unwrap(), "new");
    assert_eq!(
        write(&closed.join("more"), b"x").unwrap_err().kind(),
        io::ErrorKind::PermissionDenied
    );
    assert_eq!(names(&closed), ["open"]);
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn what_a_killed_process_was_writing_is_swept_once_it_is_old() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    for name in [".lambdeck-old.tmp", ".lambdeck-new.tmp", "mine.tmp", ".lambdeck-notes"] {
        fs::write(file(name), "x").unwrap();
    }
    let long_ago = std::time::SystemTime::now() - Duration::from_hours(2);
    for name in [".lambdeck-old.tmp", "mine.tmp", ".lambdeck-notes"] {
        File::options().write(true).open(file(name)).unwrap().set_modified(long_ago).unwrap();
    }
    sweep(folder.path());
    assert!(!file(".lambdeck-old.tmp").exists());
    for name in [".lambdeck-new.tmp", "mine.tmp", ".lambdeck-notes"] {
        assert!(file(name).exists(), "{name}");
    }
}

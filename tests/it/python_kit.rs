//! Python with a package of other people, in an environment of its own under `target`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The Python that has `package`, of a name and a version. It is made once, by whichever test comes first.
pub fn python(package: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let place = root.join(package.replace("==", "-"));
    let python = place.join("bin/python");
    let lock = File::create(place.with_extension("lock")).unwrap();
    lock.lock().unwrap();
    if place.join("complete").exists() {
        return python;
    }
    let run = |program: &Path, arguments: &[&str]| {
        let done = Command::new(program).args(arguments).output();
        let said = match done {
            Ok(done) if done.status.success() => return,
            Ok(done) => String::from_utf8_lossy(&done.stderr).into_owned(),
            Err(error) => error.to_string(),
        };
        panic!(
            "this test needs `{package}`, which comes with Python: install python3 and its `venv` (Debian: python3-venv), \
             with the package index in reach\n{} {arguments:?}: {said}",
            program.display()
        );
    };
    run(Path::new("python3"), &["-m", "venv", "--clear", place.to_str().unwrap()]);
    run(&python, &["-m", "pip", "install", "--quiet", "--disable-pip-version-check", package]);
    fs::write(place.join("complete"), "").unwrap();
    python
}

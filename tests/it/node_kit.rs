//! Programs in Node.js that use published packages, which npm puts into a folder of their own under `target`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

const PACKAGES: [&str; 3] =
    ["liveperson-functions-client@2.2.0", "cloudevents@10.0.0", "@azure/eventgrid@5.12.0"];

/// Runs a program of `tests/clients` with the folder of the packages and `arguments`; gives what it printed.
pub fn run(program: &str, arguments: &[&str], environment: &[(&str, &Path)]) -> String {
    let mut command = Command::new("node");
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients").join(program));
    command.arg(packages()).args(arguments).envs(environment.iter().copied());
    for proxy in ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"] {
        command.env_remove(proxy);
    }
    let done = command.output().unwrap();
    let (out, said) =
        (String::from_utf8(done.stdout).unwrap(), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "{program}: {said}\n{out}");
    out
}

/// The folder of the packages. It is made once, by whichever test comes first.
fn packages() -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (place, mark) = (root.join("node-1"), root.join("node-1/complete"));
    let lock = File::create(root.join("node.lock")).unwrap();
    lock.lock().unwrap();
    if mark.exists() {
        return place;
    }
    let _ = fs::remove_dir_all(&place);
    fs::create_dir_all(&place).unwrap();
    fs::write(place.join("package.json"), "{\"private\": true}").unwrap();
    let mut command = Command::new("npm");
    command.args(["install", "--no-audit", "--no-fund", "--ignore-scripts"]).args(PACKAGES);
    let said = match command.current_dir(&place).output() {
        Ok(done) if done.status.success() => {
            fs::write(mark, "").unwrap();
            return place;
        }
        Ok(done) => String::from_utf8_lossy(&done.stderr).into_owned(),
        Err(error) => error.to_string(),
    };
    panic!(
        "the tests of the door need real clients, which come with Node.js: install node and npm (Debian: nodejs, npm), \
         with the package registry in reach\nnpm install {PACKAGES:?}: {said}"
    );
}

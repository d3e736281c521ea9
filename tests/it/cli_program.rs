//! Starting the program and looking at what it did.

use serde_json::Value;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A folder of its own to start the program in.
pub struct Desk {
    folder: TempDir,
}

/// What a finished program left.
#[derive(Debug)]
pub struct Done {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Desk {
    /// An empty folder.
    pub fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A folder that is a workspace without lambdas.
    pub fn workspace() -> Self {
        let desk = Self::empty();
        desk.run(&["init"]).succeeds();
        desk
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The program with `arguments`, to be started in the folder.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.at_home(Command::new(program()));
        command.args(arguments);
        command
    }

    /// What a shell in the folder makes of `script`, with the program among its commands.
    pub fn shell(&self, script: &str) -> Output {
        let mut command = self.at_home(Command::new("sh"));
        let folder = program().parent().unwrap().to_owned();
        let others = std::env::var_os("PATH").unwrap_or_default();
        let path = std::iter::once(folder).chain(std::env::split_paths(&others));
        command.env("PATH", std::env::join_paths(path).unwrap());
        command.args(["-c", script]).output().unwrap()
    }

    fn at_home(&self, mut command: Command) -> Command {
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        command.env("XDG_STATE_HOME", self.folder.path().join("state")).env_remove("NO_COLOR");
        command.env("XDG_CONFIG_HOME", self.folder.path().join("config"));
        command.env_remove("LAMBDECK_IDENTITY").env_remove("LAMBDECK_IDENTITY_FILE");
        command.env_remove("LAMBDECK_CONFIG");
        for name in ["ENDPOINT", "HEADERS", "TRACES_ENDPOINT", "TRACES_HEADERS"] {
            command.env_remove(format!("OTEL_EXPORTER_OTLP_{name}"));
        }
        command.env_remove("OTEL_SDK_DISABLED").env_remove("OTEL_SERVICE_NAME");
        command
    }

    /// Runs the program to its end.
    pub fn run(&self, arguments: &[&str]) -> Done {
        Done::of(self.command(arguments).output().unwrap())
    }

    /// Runs the program to its end with `input` at its stdin.
    pub fn run_with(&self, arguments: &[&str], input: &str) -> Done {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A program that has read enough may close its end.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        Done::of(child.wait_with_output().unwrap())
    }

    /// What the program prints as JSON.
    pub fn json(&self, arguments: &[&str]) -> Value {
        let done = self.run(&[arguments, &["--json"]].concat());
        serde_json::from_str(&done.stdout).unwrap_or_else(|error| panic!("{error}: {done:?}"))
    }
}

impl Done {
    pub fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    #[track_caller]
    pub fn succeeds(self) -> Self {
        self.ends(0)
    }

    /// Holds the program to its exit code.
    #[track_caller]
    pub fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// Holds stderr to containing all of `parts`.
    #[track_caller]
    pub fn tells(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(self.stderr.contains(part), "`{part}` is not in stderr:\n{}", self.stderr);
        }
        self
    }

    /// Holds stdout to containing all of `parts`.
    #[track_caller]
    pub fn prints(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(self.stdout.contains(part), "`{part}` is not in stdout:\n{}", self.stdout);
        }
        self
    }
}

/// The program under test.
pub fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_lambdeck"))
}

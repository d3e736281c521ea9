//! A real mail server on this machine: aiosmtpd, in a Python environment of its own under `target`.

use crate::python_kit::python;
use lambdeck::domain::{MailSecurity, MailSettings};
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

/// How the server protects its connections. With TLS it wants a login: `bot`, `correct horse`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Plain,
    StartTls,
    Tls,
}

/// The server; it ends with the test.
pub struct MailServer {
    pub port: u16,
    /// The certificate it shows, for `localhost`, in a file.
    pub certificate: PathBuf,
    process: Child,
    output: BufReader<ChildStdout>,
    _folder: tempfile::TempDir,
}

impl MailServer {
    pub fn start(mode: Mode) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
        let signed = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        fs::write(&certificate, signed.cert.pem()).unwrap();
        fs::write(&key, signed.signing_key.serialize_pem()).unwrap();
        let mut command = Command::new(python("aiosmtpd==1.4.6"));
        command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/smtp/server.py"));
        command.arg(match mode {
            Mode::Plain => "plain",
            Mode::StartTls => "starttls",
            Mode::Tls => "tls",
        });
        if mode != Mode::Plain {
            command.arg("--certificate").arg(&certificate).arg("--key").arg(&key);
        }
        let mut process =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("Python starts");
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let port = line.trim().parse().expect("the mail server says its port");
        Self { port, certificate, process, output, _folder: folder }
    }

    /// The next mail that came in.
    pub fn mail(&mut self) -> Value {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }

    /// `localhost:port`.
    pub fn place(&self) -> String {
        format!("localhost:{}", self.port)
    }

    /// This server, without protection, as that of a workspace.
    pub fn settings(&self) -> MailSettings {
        MailSettings {
            host: "localhost".into(),
            port: self.port,
            security: MailSecurity::None,
            user: None,
            password_secret: None,
            from: Some("Support <bot@example.com>".into()),
        }
    }

    /// The mails that have come in and were not asked for, once the server is gone.
    pub fn rest(mut self) -> String {
        drop(self.process.stdin.take());
        let mut rest = String::new();
        std::io::Read::read_to_string(&mut self.output, &mut rest).unwrap();
        rest
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

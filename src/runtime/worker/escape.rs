//! Ways out, for the tests of the wall; in debug builds only.
//!
//! A script has none of these, but what if a fault in the engine gave it some? Each tries in native code, on the script's
//! thread, what the seal must refuse, and says how it went.

use rhai::{Dynamic, Engine, FuncRegistration, Module, Shared};
use std::io;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::unix::net::UnixStream;
use std::process::Command;

type Attempt = fn(&str) -> io::Result<()>;

const ATTEMPTS: &[(&str, Attempt)] = &[
    ("read_file", |path| std::fs::read(path).map(drop)),
    ("write_file", |path| std::fs::write(path, "out")),
    ("list_folder", |path| std::fs::read_dir(path).map(drop)),
    ("remove_file", |path| std::fs::remove_file(path)),
    ("connect", |address| TcpStream::connect(address).map(drop)),
    ("listen", |address| TcpListener::bind(address).map(drop)),
    ("datagram", |address| UdpSocket::bind(address).map(drop)),
    ("connect_local", |path| UnixStream::connect(path).map(drop)),
    ("run", |program| Command::new(program).status().map(drop)),
    ("start_thread", |name| {
        std::thread::Builder::new().name(name.to_owned()).spawn(|| {}).map(drop)
    }),
    ("kill", |pid| {
        let pid = pid.parse().ok().and_then(rustix::process::Pid::from_raw);
        let pid = pid.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(rustix::process::kill_process(pid, rustix::process::Signal::CONT)?)
    }),
];

/// Makes the attempts callable as `escape::NAME(target)`.
pub(super) fn register(engine: &mut Engine) {
    let mut module = Module::new();
    for (name, attempt) in ATTEMPTS {
        FuncRegistration::new(*name).set_into_module(&mut module, move |target: &str| -> Dynamic {
            match attempt(target) {
                Ok(()) => "escaped".into(),
                Err(error) => error.kind().to_string().into(),
            }
        });
    }
    engine.register_static_module("escape", Shared::new(module));
}

//! The program serving a workspace, and what a sender at its door does.

use crate::cli_program::Desk;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How long a sender waits for an answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// `lambdeck serve`, killed when it is dropped.
pub struct Served {
    pub child: Child,
    pub address: SocketAddr,
    told: Arc<Mutex<String>>,
}

impl Served {
    /// Starts it and waits until it is ready.
    pub fn start(desk: &Desk) -> Self {
        Self::start_with(desk, Stdio::null())
    }

    /// Starts it with this for its stdout, and waits until it is ready.
    pub fn start_with(desk: &Desk, stdout: Stdio) -> Self {
        let mut command = desk.command(&["serve", "--listen", "127.0.0.1:0", "--json"]);
        command.stdout(stdout).stderr(Stdio::piped());
        Self::of(command.spawn().unwrap())
    }

    /// Waits until a program that serves, with a pipe for its stderr, is ready.
    pub fn of(mut child: Child) -> Self {
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let ready = lines.next().expect("it says that it is ready").unwrap();
        let ready: Value = serde_json::from_str(&ready).unwrap_or_else(|_| panic!("{ready}"));
        let url = ready["url"].as_str().unwrap_or_else(|| panic!("{ready}"));
        let address = url.trim_start_matches("http://").parse().unwrap();
        // Whatever else it says must not fill the pipe.
        let told = Arc::<Mutex<String>>::default();
        let telling = Arc::clone(&told);
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                *telling.lock().unwrap() += &(line + "\n");
            }
        });
        Self { child, address, told }
    }

    /// What it prints, line by line, from now on.
    pub fn lines(&mut self) -> impl Iterator<Item = Value> + use<> {
        let lines = BufReader::new(self.child.stdout.take().unwrap()).lines();
        lines.map(|line| serde_json::from_str(&line.unwrap()).unwrap())
    }

    /// What it has said on its stderr since it was ready.
    pub fn told(&self) -> String {
        self.told.lock().unwrap().clone()
    }

    /// Whether it has said this on its stderr.
    pub fn has_told(&self, part: &str) -> bool {
        self.told().contains(part)
    }

    pub fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(self.child.id().cast_signed()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// Tells it to stop and waits for its end.
    pub fn stop(mut self) -> Option<i32> {
        self.signal(Signal::TERM);
        self.child.wait().unwrap().code()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Raises an event by HTTP; gives the status, if there was an answer.
pub fn post(
    address: SocketAddr,
    (event, source, id): (&str, &str, &str),
    data: &str,
) -> Option<u16> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    let request = format!(
        "POST /events HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Type: application/json\r\n\
         ce-specversion: 1.0\r\nce-type: {event}\r\nce-source: {source}\r\nce-id: {id}\r\nContent-Length: {}\r\n\r\n{data}",
        data.len()
    );
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.split(' ').nth(1)?.parse().ok()
}

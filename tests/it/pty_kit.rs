//! The real program on a terminal of its own: keys go in, a screen comes out.
//!
//! Waits for what shall be seen, never for a time; what does not come fails with the screen as it stood.

use crate::cli_program::{Desk, program};
use crate::runtime_kit::children_of;
use portable_pty::{
    Child, CommandBuilder, ExitStatus, MasterPty, PtySize, SlavePty, native_pty_system,
};
use rustix::process::{Pid, Signal};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{Read as _, Write};
use std::num::NonZeroU16;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// How long anything may take on a machine that is busy with other things.
const PATIENCE: Duration = Duration::from_secs(30);

/// How the program is started on a terminal.
pub struct Opening<'a> {
    desk: &'a Desk,
    arguments: Vec<String>,
    size: (u16, u16),
    variables: BTreeMap<String, String>,
}

impl<'a> Opening<'a> {
    /// The IDE in the desk's folder, 120 columns by 36 rows.
    pub fn of(desk: &'a Desk) -> Self {
        Self { desk, arguments: Vec::new(), size: (120, 36), variables: BTreeMap::new() }
    }

    /// Opens a lambda at once.
    pub fn lambda(self, name: &str) -> Self {
        self.path(&format!("lambdas/{name}"))
    }

    /// Opens another place.
    pub fn path(mut self, path: &str) -> Self {
        self.arguments.push(path.to_owned());
        self
    }

    pub fn size(mut self, columns: u16, rows: u16) -> Self {
        self.size = (columns, rows);
        self
    }

    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    pub fn start(self) -> Terminal {
        let (columns, rows) = self.size;
        let pty = native_pty_system().openpty(cells(columns, rows)).unwrap();
        let found = modes_of(&*pty.master);
        let mut command = CommandBuilder::new(program());
        command.args(&self.arguments);
        command.cwd(self.desk.path(""));
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("COLORTERM", "truecolor");
        command.env("HOME", self.desk.path("home"));
        command.env("XDG_STATE_HOME", self.desk.path("state"));
        command.env("XDG_CONFIG_HOME", self.desk.path("config"));
        self.variables.iter().for_each(|(name, value)| command.env(name, value));
        let child = pty.slave.spawn_command(command).unwrap();
        let leave = Arc::new(AtomicBool::new(false));
        let bytes = read(&*pty.master, leave.clone());
        Terminal {
            writer: Some(pty.master.take_writer().unwrap()),
            master: Some(pty.master),
            slave: Some(pty.slave),
            child,
            leave,
            bytes,
            parser: vt100::Parser::new(whole(rows), whole(columns), 0),
            stream: Vec::new(),
            found,
        }
    }
}

fn cells(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

fn whole(n: u16) -> NonZeroU16 {
    NonZeroU16::new(n).unwrap()
}

/// The modes of the line: raw or not, echo, and the rest.
fn modes_of(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios())
}

/// A writer that is dropped types Enter and the line's end-of-file key, unless there is no such key.
fn type_nothing_at_the_end(master: &dyn MasterPty) {
    use rustix::termios::{OptionalActions, SpecialCodeIndex, tcgetattr, tcsetattr};
    let line = std::fs::File::open(master.tty_name().unwrap()).unwrap();
    let mut modes = tcgetattr(&line).unwrap();
    modes.special_codes[SpecialCodeIndex::VEOF] = 0;
    tcsetattr(&line, OptionalActions::Now, &modes).unwrap();
}

/// Everything that comes out, read on a thread of its own until the program's side is closed or `leave` is set.
fn read(master: &dyn MasterPty, leave: Arc<AtomicBool>) -> Receiver<Vec<u8>> {
    let mut reader = master.try_clone_reader().unwrap();
    let (sender, bytes) = channel();
    std::thread::spawn(move || {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(count) = reader.read(&mut buffer) {
            if count == 0
                || sender.send(buffer[..count].to_vec()).is_err()
                || leave.load(Ordering::SeqCst)
            {
                return;
            }
        }
    });
    bytes
}

/// A terminal with the program on it.
pub struct Terminal {
    master: Option<Box<dyn MasterPty + Send>>,
    /// Held as a shell holds it, so that the line's modes outlive the program.
    slave: Option<Box<dyn SlavePty + Send>>,
    writer: Option<Box<dyn Write + Send>>,
    child: Box<dyn Child + Send + Sync>,
    leave: Arc<AtomicBool>,
    bytes: Receiver<Vec<u8>>,
    parser: vt100::Parser,
    /// Everything the program wrote.
    pub stream: Vec<u8>,
    /// The line's modes before the program started.
    found: String,
}

impl Terminal {
    /// Presses keys, named and separated by blanks: `"ctrl-n enter f5"`.
    pub fn press(&mut self, keys: &str) -> &mut Self {
        let bytes: Vec<u8> = keys.split(' ').flat_map(key).collect();
        self.send(&bytes)
    }

    /// Types text as it is.
    pub fn types(&mut self, text: &str) -> &mut Self {
        self.send(text.as_bytes())
    }

    /// Sends bytes as a terminal does.
    pub fn send(&mut self, bytes: &[u8]) -> &mut Self {
        let writer = self.writer.as_mut().unwrap();
        writer.write_all(bytes).unwrap();
        writer.flush().unwrap();
        self
    }

    pub fn resize(&mut self, columns: u16, rows: u16) -> &mut Self {
        self.parser.set_size(whole(rows), whole(columns));
        self.master.as_ref().unwrap().resize(cells(columns, rows)).unwrap();
        self
    }

    /// The screen is the one from before the program started.
    pub fn shows_the_shell(&self) -> bool {
        !self.parser.screen().alternate_screen()
    }

    pub fn columns(&self) -> u16 {
        self.parser.screen().size().1.get()
    }

    /// The screen with its colours.
    pub fn cells(&self) -> &vt100::Screen {
        self.parser.screen()
    }

    /// The screen's rows, blanks at their ends cut.
    pub fn screen(&self) -> String {
        self.parser.screen().contents()
    }

    /// Waits until the screen shows `text`.
    #[track_caller]
    pub fn sees(&mut self, text: &str) -> &mut Self {
        self.until(&format!("`{text}` on the screen"), |terminal| terminal.screen().contains(text))
    }

    /// Does something and waits until the screen shows `text`; does it again where that takes long.
    #[track_caller]
    pub fn sees_after(&mut self, text: &str, act: impl Fn()) -> &mut Self {
        const LONG: Duration = Duration::from_secs(3);
        let acted = Cell::new(None::<Instant>);
        self.until(&format!("`{text}` on the screen"), |terminal| {
            let is_seen = terminal.screen().contains(text);
            if !is_seen && acted.get().is_none_or(|at| at.elapsed() > LONG) {
                act();
                acted.set(Some(Instant::now()));
            }
            is_seen
        })
    }

    /// Waits until the screen does not show `text`.
    #[track_caller]
    pub fn loses(&mut self, text: &str) -> &mut Self {
        self.until(&format!("no `{text}` on the screen"), |terminal| {
            !terminal.screen().contains(text)
        })
    }

    /// Waits until `holds`.
    #[track_caller]
    pub fn until(&mut self, what: &str, holds: impl Fn(&Self) -> bool) -> &mut Self {
        let deadline = Instant::now() + PATIENCE;
        while !holds(self) {
            assert!(
                Instant::now() < deadline,
                "waited in vain for {what}; the screen:\n{}",
                self.screen()
            );
            self.take_in(Duration::from_millis(50));
        }
        self
    }

    /// Takes in what comes next within `patience`, and what waits behind it; says whether more can come.
    fn take_in(&mut self, patience: Duration) -> bool {
        let mut next = self.bytes.recv_timeout(patience);
        loop {
            match next {
                Ok(bytes) => {
                    self.parser.process(&bytes);
                    self.stream.extend(bytes);
                }
                Err(RecvTimeoutError::Timeout) => return true,
                Err(RecvTimeoutError::Disconnected) => return false,
            }
            next = self.bytes.recv_timeout(Duration::ZERO);
        }
    }

    /// The processes that the program has started.
    pub fn children(&self) -> Vec<u32> {
        children_of(self.child.process_id().unwrap())
    }

    fn process(&self) -> Pid {
        Pid::from_raw(self.child.process_id().unwrap() as i32).unwrap()
    }

    /// Sends the program a signal.
    pub fn signal(&mut self, signal: Signal) -> &mut Self {
        rustix::process::kill_process(self.process(), signal).unwrap();
        self
    }

    /// Whether the program stands still until it is continued.
    pub fn is_stopped(&self) -> bool {
        let stat =
            std::fs::read_to_string(format!("/proc/{}/stat", self.process().as_raw_pid())).unwrap();
        stat.rsplit_once(')').is_some_and(|(_, rest)| rest.trim_start().starts_with('T'))
    }

    /// Takes the terminal away, as closing its window does.
    pub fn hang_up(&mut self) {
        self.leave.store(true, Ordering::SeqCst);
        self.press("ctrl-l"); // makes it write, so that the reader lets go
        while self.take_in(Duration::from_millis(50)) {}
        type_nothing_at_the_end(&**self.master.as_ref().unwrap());
        self.writer = None;
        self.slave = None;
        self.master = None;
    }

    /// Takes no more output, as a terminal that stands still does.
    pub fn stalls(&mut self) -> &mut Self {
        use rustix::termios::{Action, tcflow};
        let name = self.master.as_ref().unwrap().tty_name().unwrap();
        tcflow(std::fs::File::open(name).unwrap(), Action::OOff).unwrap();
        self
    }

    /// Waits until the program has ended.
    #[track_caller]
    pub fn exits(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(
                Instant::now() < deadline,
                "the program does not end; the screen:\n{}",
                self.screen()
            );
            if !self.take_in(Duration::from_millis(10)) {
                std::thread::sleep(Duration::from_millis(5)); // nothing else tells of its end
            }
        }
    }

    /// Waits until the program has ended with `code`, and holds it to leaving the terminal as it found it.
    #[track_caller]
    pub fn ends_clean(&mut self, code: u32) {
        let status = self.exits();
        assert_eq!(status.exit_code(), code, "{status:?}; the screen:\n{}", self.screen());
        let left = modes_of(&**self.master.as_ref().unwrap());
        self.slave = None;
        while self.take_in(PATIENCE) {}
        self.assert_given_back(&left);
    }

    /// Holds the program to having given the terminal back for now.
    #[track_caller]
    pub fn is_given_back(&mut self) -> &mut Self {
        let left = modes_of(&**self.master.as_ref().unwrap());
        self.assert_given_back(&left);
        self
    }

    /// Holds the line's modes, its echo among them, to what they were at the start.
    #[track_caller]
    pub fn has_its_modes_back(&mut self) -> &mut Self {
        let left = modes_of(&**self.master.as_ref().unwrap());
        assert_eq!(left, self.found, "the line's modes differ from those at the start");
        self
    }

    #[track_caller]
    fn assert_given_back(&self, modes: &str) {
        assert_eq!(modes, self.found, "the line's modes differ from those at the start");
        let private = private_modes(&self.stream);
        assert_eq!(
            private.get(&1049),
            Some(&false),
            "the other screen was never shown, or is still: {private:?}"
        );
        for (mode, on) in &private {
            assert_eq!(
                *on,
                *mode == 25,
                "mode {mode} was left {}: {private:?}",
                if *on { "on" } else { "off" }
            );
        }
        let screen = self.parser.screen();
        assert!(!screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste());
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        assert_eq!(
            (screen.fgcolor(), screen.bold()),
            (vt100::Color::Default, false),
            "the pen was left wet"
        );
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // A failed test leaves it running; one that has ended cannot be killed.
        let _ = self.child.kill();
    }
}

/// The bytes a terminal sends for a key.
fn key(name: &str) -> Vec<u8> {
    let bytes: &[u8] = match name {
        "enter" => b"\r",
        "esc" => b"\x1b",
        "tab" => b"\t",
        "backspace" => b"\x7f",
        "delete" => b"\x1b[3~",
        "up" => b"\x1b[A",
        "down" => b"\x1b[B",
        "right" => b"\x1b[C",
        "left" => b"\x1b[D",
        "end" => b"\x1b[F",
        "ctrl-home" => b"\x1b[1;5H",
        "ctrl-end" => b"\x1b[1;5F",
        "f5" => b"\x1b[15~",
        "f6" => b"\x1b[17~",
        "f8" => b"\x1b[19~",
        "f12" => b"\x1b[24~",
        "alt-2" => b"\x1b2",
        "focus-in" => b"\x1b[I",
        _ => {
            let letter =
                name.strip_prefix("ctrl-").unwrap_or_else(|| panic!("no key is called `{name}`"));
            return vec![letter.as_bytes()[0] & 0x1f];
        }
    };
    bytes.to_vec()
}

/// What was said last of each private mode: `ESC [ ? 1049 h` turns one on.
pub fn private_modes(stream: &[u8]) -> BTreeMap<u16, bool> {
    let mut modes = BTreeMap::new();
    for (parameters, end) in control_sequences(stream) {
        if let (Some(numbers), 'h' | 'l') = (parameters.strip_prefix('?'), end) {
            modes.extend(
                numbers.split(';').filter_map(|n| n.parse().ok()).map(|n: u16| (n, end == 'h')),
            );
        }
    }
    modes
}

/// The parameters and the last character of every `ESC [` sequence.
pub fn control_sequences(stream: &[u8]) -> Vec<(String, char)> {
    let mut found = Vec::new();
    for part in stream.split(|byte| *byte == 0x1b).skip(1) {
        let Some(part) = part.strip_prefix(b"[") else { continue };
        if let Some(end) = part.iter().position(|byte| (0x40..=0x7e).contains(byte)) {
            found.push((String::from_utf8_lossy(&part[..end]).into_owned(), char::from(part[end])));
        }
    }
    found
}

/// A workspace with a lambda `x` of this source.
pub fn desk_with(source: &str) -> Desk {
    let desk = Desk::workspace();
    desk.run(&["new", "x"]).succeeds();
    desk.write("lambdas/x/main.rhai", source);
    desk
}

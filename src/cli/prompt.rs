//! Asking a person at the terminal.

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

/// What a shell adds to the number of the signal that ended a program.
const SIGNALLED: i32 = 128;

/// Asks on stderr and reads a line from the terminal without showing it.
pub(super) fn hidden(question: &str) -> io::Result<String> {
    let quiet = Quiet::begin()?;
    write!(io::stderr(), "{question}")?;
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line);
    drop(quiet);
    writeln!(io::stderr())?;
    if read? == 0 {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "no value was given"));
    }
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}

/// Asks on stderr a question that `y` or `yes` agrees to.
pub(super) fn agrees(question: &str) -> io::Result<bool> {
    write!(io::stderr(), "{question} [y/N] ")?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(matches!(line.trim().to_lowercase().as_str(), "y" | "yes"))
}

/// What a command does when nobody said that it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Consent {
    /// Somebody said `--yes`.
    Given,
    /// It is asked for on a terminal; a script says what it means by its words.
    Asked,
}

impl Consent {
    /// What `--yes` says.
    pub(super) fn of(yes: bool) -> Self {
        if yes { Self::Given } else { Self::Asked }
    }

    /// Whether somebody is there to be asked.
    pub(super) fn is_to_be_asked(self) -> bool {
        self == Self::Asked && is_there()
    }

    /// Asks `question` where it is to be asked.
    ///
    /// # Errors
    ///
    /// Where somebody says no: `left` is what was not done then.
    pub(super) fn ask(self, question: &str, left: &str) -> anyhow::Result<()> {
        if !self.is_to_be_asked() || agrees(question)? {
            return Ok(());
        }
        Err(anyhow::anyhow!("{left}"))
    }
}

/// Somebody sits at a terminal.
pub(super) fn is_there() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// The terminal while it does not show what is typed; as it was when this value is dropped, or a signal ends the program.
struct Quiet {
    before: Termios,
    signals: signal_hook::iterator::Handle,
}

impl Quiet {
    fn begin() -> io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
        let handle = signals.handle();
        let restored = before.clone();
        std::thread::spawn(move || {
            if let Some(number) = signals.forever().next() {
                let _ = tcsetattr(io::stdin(), OptionalActions::Now, &restored);
                let _ = writeln!(io::stderr());
                std::process::exit(SIGNALLED + number);
            }
        });
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        tcsetattr(io::stdin(), OptionalActions::Flush, &silent)?;
        Ok(Self { before, signals: handle })
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.before);
        self.signals.close();
    }
}

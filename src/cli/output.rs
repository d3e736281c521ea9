//! Printing: results to stdout, everything else to stderr, colours only where a person looks.

use clap::builder::styling::{AnsiColor, Style};
use serde::Serialize;
use std::fmt::Display;
use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::sync::LazyLock;

/// The two streams, and what to ask of the terminal behind each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stream {
    /// Standard output.
    Result,
    /// Standard error.
    Error,
}

impl Stream {
    /// Whether colours are wanted: there is a terminal, and nobody asked for none.
    pub(super) fn is_coloured(self) -> bool {
        // It stays what it is while the program lives, and every painted word asks.
        static RESULT: LazyLock<bool> = LazyLock::new(|| takes_colours(&io::stdout()));
        static ERROR: LazyLock<bool> = LazyLock::new(|| takes_colours(&io::stderr()));
        match self {
            Self::Result => *RESULT,
            Self::Error => *ERROR,
        }
    }

    /// `text` in `style`, where this stream shows colours.
    pub(super) fn paint(self, style: Style, text: impl Display) -> String {
        if self.is_coloured() { format!("{style}{text}{style:#}") } else { text.to_string() }
    }
}

fn takes_colours(stream: &impl IsTerminal) -> bool {
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    stream.is_terminal() && !no_color && !dumb
}

/// Headings.
pub(super) const HEADING: Style = Style::new().bold();
/// What matters less.
pub(super) const FAINT: Style = Style::new().dimmed();
/// Failures.
pub(super) const BAD: Style = AnsiColor::Red.on_default().bold();
/// What was added, and what went well.
pub(super) const GOOD: Style = AnsiColor::Green.on_default();
/// What deserves a look.
pub(super) const ODD: Style = AnsiColor::Yellow.on_default();

/// Standard output. Every write tells of its failure, so that a closed pipe ends the program instead of a panic.
pub(super) struct Output {
    stdout: BufWriter<Named>,
}

/// Standard output, whose failures say that they are its own.
struct Named(Stdout);

impl Named {
    fn told(error: io::Error) -> io::Error {
        match error.kind() {
            // Nobody reads on, or a signal came: that is no failure.
            io::ErrorKind::BrokenPipe | io::ErrorKind::Interrupted => error,
            kind => io::Error::new(kind, format!("the output cannot be written: {error}")),
        }
    }
}

impl Write for Named {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes).map_err(Self::told)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush().map_err(Self::told)
    }
}

impl Output {
    pub(super) fn stdout() -> Self {
        Self { stdout: BufWriter::new(Named(io::stdout())) }
    }

    /// Prints `text` and ends the line.
    pub(super) fn line(&mut self, text: impl Display) -> io::Result<()> {
        writeln!(self.stdout, "{text}")
    }

    /// Prints `text` as it is.
    pub(super) fn text(&mut self, text: impl Display) -> io::Result<()> {
        write!(self.stdout, "{text}")
    }

    /// Prints `value` as indented JSON.
    pub(super) fn json(&mut self, value: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut self.stdout, value)?;
        writeln!(self.stdout)
    }

    /// Hands everything printed to the system.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.stdout.flush()
    }
}

/// Tells a person something that is no result. Where stderr is closed, nobody wants to know.
pub(super) fn tell(text: impl Display) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Tells a person what failed.
pub(super) fn complain(stream: Stream, text: &str) {
    tell(format_args!("{}: {text}", stream.paint(BAD, "error")));
}

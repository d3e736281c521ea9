//! A run as stderr tells it: its log while it goes on, and how it ended.

use super::figures::{count, duration, memory};
use super::output::{BAD, FAINT, ODD, Stream, tell};
use super::snippet::{frame, visible};
use super::when;
use crate::domain::{Diagnostic, Failure, Level, LogLine, Outcome, Place, Run, TextRange};
use clap::builder::styling::Style;
use std::fmt::Write as _;

/// The column in which a log line's message starts: time, level and line stand before it.
const MESSAGE_COLUMN: usize = 25;

/// Prints log lines.
pub(super) fn logs(lines: &[LogLine]) {
    // In one piece, for stderr is not buffered.
    let text: Vec<String> = lines.iter().map(|line| log_line(Stream::Error, line)).collect();
    tell(text.join("\n"));
}

/// Prints that lines are missing here.
pub(super) fn skipped(lines: u64) {
    tell(format_args!("·· {} lines skipped ··", count(lines)));
}

/// Prints why the run failed, if it did, and a closing line. `source` is the content of the file `path`.
pub(super) fn closing(run: &Run, path: &str, source: &str) {
    if let Some(kept) = run.deployed_log_cut {
        let written = run.lines_written();
        tell(format_args!(
            "·· a deployed run would keep {kept} lines; this one wrote {} ··",
            count(written)
        ));
    }
    let end = match &run.outcome {
        Outcome::Succeeded(_) => "ok".to_owned(),
        Outcome::Cancelled => Stream::Error.paint(ODD, "cancelled"),
        Outcome::Interrupted => Stream::Error.paint(ODD, "interrupted"),
        Outcome::Failed(failure) => {
            tell(failed(failure, path, source));
            Stream::Error.paint(BAD, failure.kind.title())
        }
    };
    let figures = format!(
        "{}  {}  {} operations",
        duration(run.duration_us),
        memory(run.peak_memory_bytes),
        count(run.operations)
    );
    tell(format_args!("{end}  {}", Stream::Error.paint(FAINT, figures)));
}

/// A log line as `stream` shows it.
pub(super) fn log_line(stream: Stream, line: &LogLine) -> String {
    let style = match line.level {
        Level::Debug => FAINT,
        Level::Info => Style::new(),
        Level::Warn => ODD,
        Level::Error => BAD,
    };
    let level = stream.paint(style, format_args!("{:<5}", line.level));
    let number = line.line.map_or_else(|| "-".into(), |line| line.to_string());
    let mut text =
        format!("{}  {level} {number:>3}  ", stream.paint(FAINT, when::time_of_day(line.at_ms)));
    // Further lines of a message stand under its first.
    text.push_str(&visible(&line.message).replace('\n', &format!("\n{:MESSAGE_COLUMN$}", "")));
    for extra in &line.extras {
        let _ = write!(text, " {}", visible(&extra.to_string()));
    }
    text
}

fn failed(failure: &Failure, path: &str, source: &str) -> String {
    let code = failure.kind.code();
    let text = if let Some(place) = failure.place {
        let mut diagnostic = Diagnostic::error(code, &failure.message, TextRange::at(place));
        diagnostic.help.clone_from(&failure.help);
        frame(Stream::Error, path, source, &diagnostic)
    } else {
        let help =
            failure.help.as_ref().map(|help| format!("\n = help: {help}")).unwrap_or_default();
        let title = Stream::Error.paint(BAD, format_args!("error[{code}]"));
        title + &visible(&format!(": {}{help}", failure.message))
    };
    text + &circumstances(failure, path)
}

/// A failure without the lines of its source, which may have changed since.
pub(super) fn failed_plainly(failure: &Failure, path: &str) -> String {
    let code = Stream::Result.paint(BAD, format_args!("error[{}]", failure.kind.code()));
    let place = failure.place.map(|place| format!("\n --> {path}:{place}")).unwrap_or_default();
    let help = failure.help.as_ref().map(|help| format!("\n = help: {help}")).unwrap_or_default();
    let message = visible(&format!(": {}{place}{help}", failure.message));
    code + &message + &circumstances(failure, path)
}

/// What was thrown, and the calls that led there.
fn circumstances(failure: &Failure, path: &str) -> String {
    let mut text = String::new();
    // A text alone is the message already.
    if let Some(thrown) =
        failure.thrown.as_ref().filter(|value| value.is_object() || value.is_array())
    {
        let _ = write!(text, "\n  thrown: {}", visible(&thrown.to_string()));
    }
    // The innermost call is where the frame points already.
    for call in failure.stack.iter().skip(usize::from(failure.stack.len() == 1)) {
        let place = call.place.map(|place: Place| format!(" {path}:{place}")).unwrap_or_default();
        let _ = write!(text, "\n  in {}{place}", visible(&call.function));
    }
    text
}

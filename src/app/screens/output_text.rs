//! What the log and result panes show, line by line.

use super::call_text;
use super::invoke::{ResultTab, Session};
use crate::app::state::{AppState, Pane};
use crate::app::words::{capital, cut_into, wrap};
use crate::domain::{Failure, FailureKind, INTERRUPTED, LogLine, Outcome, Place, ResultShape, Run};
use serde_json::Value;
use similar::{ChangeTag, TextDiff};
use std::io::{self, Write};

/// More lines of one result than these are not shown; copying takes them all.
const LINES_SHOWN: usize = 5_000;

/// More bytes of one result than these are not shown.
const SHOWN_BYTES: usize = 512 * 1024;

/// More bytes of one result than these are not copied.
const COPIED_BYTES: usize = 4 * 1024 * 1024;

/// What a line of the result pane is, which decides its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// A part of a JSON value.
    Json,
    /// What goes on from the row above of a long part of a JSON value.
    JsonRest,
    /// Words.
    Text,
    /// Less important words.
    Quiet,
    /// What went wrong.
    Bad,
    /// A line of the source.
    Source,
    /// A line that this run has and the one before had not.
    Added,
    /// A line that the run before had and this one has not.
    Removed,
}

/// The lines of the result pane; words are broken at `width` columns, values are not. `accepts` is what the lambda's event
/// takes for a result.
pub fn lines(session: &Session, accepts: Option<ResultShape>, width: usize) -> Vec<(Tone, String)> {
    let Some(run) = session.shown_run() else { return Vec::new() };
    match session.tab {
        ResultTab::Result => {
            let verdict = refusal(run, accepts).map(|refusal| (Tone::Bad, refusal));
            let all = verdict.into_iter().chain(outcome(run)).chain(delivered(session));
            all.flat_map(|line| broken(line, width)).collect()
        }
        ResultTab::Calls => {
            let open = session.open_call.and_then(|index| run.calls.get(index));
            match open {
                Some(call) => call_text::rows(call, width),
                None => call_text::list(run, width),
            }
        }
        ResultTab::Previous => comparison(run, session.previous_run().map(|run| &**run)),
    }
}

/// What led to a kept run, below what it came to.
fn delivered(session: &Session) -> Vec<(Tone, String)> {
    let Some(origin) = &session.origin else { return Vec::new() };
    let delivery = format!("Delivery {}", origin.delivery);
    vec![(Tone::Quiet, capital(&origin.event())), (Tone::Quiet, delivery)]
}

/// Why the event would not take the result.
fn refusal(run: &Run, accepts: Option<ResultShape>) -> Option<String> {
    let Outcome::Succeeded(value) = &run.outcome else { return None };
    let reason = accepts?.check(value).err()?;
    Some(format!("The event would not accept this result: {reason}."))
}

fn broken((tone, text): (Tone, String), width: usize) -> Vec<(Tone, String)> {
    match tone {
        Tone::Text | Tone::Bad | Tone::Quiet => {
            wrap(&text, width).into_iter().map(|row| (tone, row)).collect()
        }
        Tone::Json => {
            let rows = cut_into(&text, width).into_iter().enumerate();
            rows.map(|(n, row)| (if n == 0 { Tone::Json } else { Tone::JsonRest }, row)).collect()
        }
        _ => vec![(tone, text)],
    }
}

fn outcome(run: &Run) -> Vec<(Tone, String)> {
    match &run.outcome {
        Outcome::Succeeded(value) => json_lines(value),
        Outcome::Failed(failure) => failed(failure),
        Outcome::Cancelled => vec![(Tone::Quiet, "Cancelled before it returned.".to_owned())],
        Outcome::Interrupted => vec![(Tone::Quiet, format!("{}.", capital(INTERRUPTED)))],
    }
}

/// The lines of a value, as far as they are shown; the rest is not even made.
pub(super) fn json_lines(value: &Value) -> Vec<(Tone, String)> {
    let (text, whole) = pretty(value, SHOWN_BYTES);
    let mut lines: Vec<_> =
        text.lines().take(LINES_SHOWN).map(|line| (Tone::Json, line.to_owned())).collect();
    if !whole || text.lines().nth(LINES_SHOWN).is_some() {
        lines.push((
            Tone::Quiet,
            "The rest is left out here; `lambdeck invoke` prints all of it.".to_owned(),
        ));
    }
    lines
}

fn failed(failure: &Failure) -> Vec<(Tone, String)> {
    // What a lambda threw are its own words.
    let message = match failure.kind {
        FailureKind::Threw => failure.message.clone(),
        _ => capital(&failure.message),
    };
    let mut lines: Vec<_> = message.lines().map(|line| (Tone::Bad, line.to_owned())).collect();
    let mut stack = failure.stack.iter();
    if let Some(place) = failure.place {
        let within = stack.next().map(|frame| format!(" in {}", frame.function));
        lines.push((Tone::Source, format!("at main.rhai:{place}{}", within.unwrap_or_default())));
    }
    for frame in stack {
        let place = frame.place.map(|place: Place| format!(" at {place}")).unwrap_or_default();
        lines.push((Tone::Quiet, format!("called by {}{place}", frame.function)));
    }
    if let Some(help) = &failure.help {
        lines.extend(capital(help).lines().map(|line| (Tone::Text, line.to_owned())));
    }
    if let Some(thrown) = failure.thrown.as_ref().filter(|thrown| !thrown.is_string()) {
        lines.push((Tone::Quiet, "thrown:".to_owned()));
        lines.extend(json_lines(thrown));
    }
    lines.push((Tone::Quiet, failure.kind.code().to_owned()));
    lines
}

fn comparison(run: &Run, previous: Option<&Run>) -> Vec<(Tone, String)> {
    let Some(previous) = previous else {
        return vec![(Tone::Quiet, "There is no run before this one.".to_owned())];
    };
    let (old, new) = (told(previous), told(run));
    if old == new {
        return vec![(Tone::Quiet, "The same result as the run before.".to_owned())];
    }
    TextDiff::from_lines(&old, &new)
        .iter_all_changes()
        .take(LINES_SHOWN)
        .map(|change| {
            let (tone, sign) = match change.tag() {
                ChangeTag::Insert => (Tone::Added, '+'),
                ChangeTag::Delete => (Tone::Removed, '-'),
                ChangeTag::Equal => (Tone::Quiet, ' '),
            };
            (tone, format!("{sign} {}", change.value().trim_end_matches('\n')))
        })
        .collect()
}

fn told(run: &Run) -> String {
    outcome(run).into_iter().map(|(_, line)| line + "\n").collect()
}

/// A value as formatted JSON, and whether that is all of it: what is beyond `limit` bytes is left out.
fn pretty(value: &Value, limit: usize) -> (String, bool) {
    limited(limit, |out| serde_json::to_writer_pretty(out, value))
}

/// The same on one line.
fn compact(value: &Value, limit: usize) -> (String, bool) {
    limited(limit, |out| serde_json::to_writer(out, value))
}

/// Takes so many bytes and then no more.
struct Limited {
    bytes: Vec<u8>,
    limit: usize,
}

impl Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > self.limit {
            let room = self.limit.saturating_sub(self.bytes.len());
            self.bytes.extend_from_slice(&bytes[..room]);
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn limited(
    limit: usize,
    write: impl FnOnce(&mut Limited) -> serde_json::Result<()>,
) -> (String, bool) {
    let mut out = Limited { bytes: Vec::new(), limit };
    let whole = write(&mut out).is_ok();
    // A cut may have hit the middle of a character.
    (String::from_utf8_lossy(&out.bytes).trim_end_matches('\u{fffd}').to_owned(), whole)
}

/// A duration for a person: `840 us`, `1.8 ms`, `12.30 s`.
pub fn micros(us: u64) -> String {
    match us {
        0..1_000 => format!("{us} us"),
        1_000..1_000_000 => format!("{:.1} ms", us as f64 / 1e3),
        _ => format!("{:.2} s", us as f64 / 1e6),
    }
}

/// An amount of memory for a person: `12 KiB`, `3.4 MiB`.
pub fn bytes(bytes: u64) -> String {
    match bytes {
        0..1_048_576 => format!("{} KiB", bytes.div_ceil(1024)),
        _ => format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20)),
    }
}

/// A log line's message with its extras as one text, of which the start is enough: no more extras are written once it
/// has `enough` bytes.
pub fn log_text(line: &LogLine, enough: usize) -> String {
    let end = line.message.floor_char_boundary(enough);
    let mut text = line.message[..end].to_owned();
    for extra in &line.extras {
        if text.len() >= enough {
            break;
        }
        text.push(' ');
        let (extra, _) = compact(extra, enough);
        text.push_str(&extra);
    }
    text
}

/// What copying takes from the focused pane.
pub fn copied(state: &AppState) -> String {
    let Some(session) = state.session() else { return String::new() };
    if state.focus() == Pane::Payload {
        return session.payload.buffer.text();
    }
    if state.focus() == Pane::Logs {
        let lines = session.log_lines();
        let shown = state.invoke.shown_lines(lines).into_iter();
        return shown
            .map(|index| {
                format!("{:5} {}", lines[index].level, log_text(&lines[index], COPIED_BYTES))
            })
            .collect::<Vec<_>>()
            .join("\n");
    }
    match session.shown_run().map(|run| &run.outcome) {
        Some(Outcome::Succeeded(value)) if session.tab == ResultTab::Result => {
            pretty(value, COPIED_BYTES).0
        }
        _ => session.output.clone().into_iter().map(|(_, line)| line + "\n").collect(),
    }
}

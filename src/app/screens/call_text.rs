//! What the Calls tab shows: a line a call, and a call with its request and response.

use super::output_text::{Tone, bytes, json_lines, micros};
use crate::app::words::cut_into;
use crate::domain::{CallPart, CallRecord, CallStatus, Run};
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

/// Columns of the host function.
const WHAT: usize = 14;
/// Columns of status, time and bytes together, with the blanks before them.
const FIGURES: usize = 29;
/// Fewer columns than these for where a call went, and the figures give way.
const WHERE_LEAST: usize = 16;

/// A line for each call of the run.
pub(super) fn list(run: &Run, width: usize) -> Vec<(Tone, String)> {
    if run.calls.is_empty() {
        return vec![(Tone::Quiet, "It asked nothing of the host.".to_owned())];
    }
    let mut lines: Vec<_> = run.calls.iter().map(|call| line(call, width)).collect();
    if run.calls_skipped > 0 {
        lines.push((Tone::Quiet, format!("·· {} further calls not kept ··", run.calls_skipped)));
    }
    lines
}

fn line(call: &CallRecord, width: usize) -> (Tone, String) {
    let tone = if call.status.is_ok() { Tone::Text } else { Tone::Bad };
    let what = padded(&call.what, WHAT);
    let status = call.status.word();
    let room = width.saturating_sub(WHAT + 1);
    if room < FIGURES + WHERE_LEAST {
        let target = padded(&call.target, room.saturating_sub(8));
        return (tone, format!("{what} {target} {status:>7}"));
    }
    let target = padded(&call.target, room - FIGURES);
    let time = micros(call.duration_us);
    let size = if call.bytes > 0 { bytes(call.bytes) } else { String::new() };
    (tone, format!("{what} {target} {status:>7} {time:>9} {size:>10}"))
}

/// `text` in exactly `width` columns, cut with a mark where it is longer.
fn padded(text: &str, width: usize) -> String {
    let used = text.width();
    if used <= width {
        return format!("{text}{}", " ".repeat(width - used));
    }
    if width == 0 {
        return String::new();
    }
    let start = if width > 1 { cut_into(text, width - 1).swap_remove(0) } else { String::new() };
    let gap = width.saturating_sub(start.width() + 1);
    format!("{start}…{}", " ".repeat(gap))
}

/// A call in full, in rows of `width` columns.
pub(super) fn rows(call: &CallRecord, width: usize) -> Vec<(Tone, String)> {
    let broken = |(tone, text): (Tone, String)| {
        let rows = cut_into(&text, width).into_iter().enumerate();
        rows.map(move |(row, text)| match tone {
            Tone::Json if row > 0 => (Tone::JsonRest, text),
            tone => (tone, text),
        })
    };
    details(call).into_iter().flat_map(broken).collect()
}

fn details(call: &CallRecord) -> Vec<(Tone, String)> {
    let place = call.line.map_or_else(String::new, |line| format!("  line {line}"));
    let mut lines = vec![(
        Tone::Text,
        format!("{}  {}  {}{place}", call.what, call.status.word(), micros(call.duration_us)),
    )];
    match &call.status {
        CallStatus::Refused { message, .. } | CallStatus::Failed(message) => {
            lines.push((Tone::Bad, message.clone()));
        }
        CallStatus::Dry => lines.push((
            Tone::Quiet,
            "This is what would have been sent; the run was a dry one.".to_owned(),
        )),
        CallStatus::Abandoned => {
            lines.push((Tone::Quiet, "The run ended before it was answered.".to_owned()));
        }
        CallStatus::Done | CallStatus::Answered(_) => {}
    }
    if call.request.is_none() && call.response.is_none() {
        lines.push((Tone::Text, call.target.clone()));
    }
    for hop in &call.hops {
        lines.push((Tone::Quiet, format!("{} {} {}", hop.status, hop.method, hop.url)));
    }
    for (title, part) in [("request", &call.request), ("response", &call.response)] {
        if let Some(part) = part {
            lines.push((Tone::Quiet, String::new()));
            lines.push((Tone::Quiet, title.to_owned()));
            part_lines(part, &mut lines);
        }
    }
    lines
}

fn part_lines(part: &CallPart, lines: &mut Vec<(Tone, String)>) {
    lines.push((Tone::Source, part.title.clone()));
    lines.extend(part.headers.iter().map(|(name, value)| (Tone::Text, format!("{name}: {value}"))));
    let Some(body) = &part.body else {
        if part.body_bytes > 0 {
            let size = bytes(part.body_bytes);
            lines.push((Tone::Quiet, format!("{size} that are no text, or were not read")));
        }
        return;
    };
    lines.push((Tone::Quiet, String::new()));
    match serde_json::from_str::<Value>(body) {
        Ok(value) => lines.extend(json_lines(&value)),
        Err(_) => lines.extend(body.lines().map(|line| (Tone::Text, line.to_owned()))),
    }
    if (body.len() as u64) < part.body_bytes {
        let size = bytes(part.body_bytes);
        lines.push((Tone::Quiet, format!("Of {size} the beginning is kept.")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_as_wide_as_it_is() {
        assert_eq!(padded("ab", 4), "ab  ");
        assert_eq!(padded("abcdef", 4), "abc…");
        assert_eq!(padded("日本語日本語", 5).width(), 5);
        assert_eq!((padded("abc", 0), padded("abc", 1)), (String::new(), "…".to_owned()));
    }
}

//! The rows of the runs and of the dead letters: columns as wide as what stands in them, the rest for the message.

use super::super::invoke;
use crate::app::screens::ongoing::Row;
use crate::app::screens::output_text::micros;
use crate::app::state::AppState;
use crate::app::words::date_and_time;
use crate::domain::{DeadLetter, Ending, OngoingRun, RunSummary, Severity};
use crate::ui::canvas;
use crate::ui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::borrow::Cow;
use unicode_width::UnicodeWidthStr;

/// What the columns of the runs are called.
pub(super) const TITLES: [&str; 6] = ["time", "lambda", "cause", "outcome", "    took", "message"];

/// How wide the columns of the runs are. So many rows beyond those in sight are measured too, so that the columns stand
/// still while runs come in.
pub(super) fn run_columns(state: &AppState, width: u16) -> [u16; 6] {
    const BEYOND: usize = 100;
    let activity = &state.activity;
    let top = activity.cursor.top;
    let rows = (top.saturating_sub(BEYOND)..top + BEYOND).map_while(|at| activity.row(at));
    let mut times = Vec::new();
    let mut widest = [TITLES[1], TITLES[2], TITLES[3]].map(str::len);
    for row in rows {
        times.push(started_at_ms(row));
        for (widest, text) in widest.iter_mut().zip(names(row)) {
            *widest = text.width().max(*widest);
        }
    }
    let [lambda, cause, outcome] = widest.map(|it| it as u16);
    let time = time_width(state, 12, times.into_iter());
    let (fifth, sixth) = (width / 5, width / 6);
    [
        time,
        lambda.min(fifth),
        cause.min(sixth),
        outcome.min(fifth),
        TITLES[4].len() as u16,
        u16::MAX,
    ]
}

fn started_at_ms(row: Row<'_>) -> i64 {
    match row {
        Row::Ongoing(run) => run.started_at_ms,
        Row::Kept(run) => run.started_at_ms,
    }
}

/// Its lambda, its cause and its outcome.
fn names(row: Row<'_>) -> [Cow<'_, str>; 3] {
    let (lambda, cause, outcome) = match row {
        Row::Ongoing(run) => (&run.lambda, &run.cause, RUNNING),
        Row::Kept(run) => (&run.lambda, &run.cause, run.ending.title()),
    };
    [lambda.as_str().into(), cause.title().into(), outcome.into()]
}

/// The outcome of a run that has none yet.
const RUNNING: &str = "running";

/// A run that was kept.
pub(super) fn kept(
    state: &AppState,
    theme: &Theme,
    buffer: &mut Buffer,
    (row, columns): (Rect, [u16; 6]),
    run: &RunSummary,
) {
    let style = match run.ending {
        Ending::Succeeded => theme.good(),
        Ending::Failed(_) => theme.bad(),
        Ending::Cancelled | Ending::Interrupted => theme.muted(),
    };
    let again = run.cause.attempt().is_some_and(|attempt| attempt > 1);
    let cause_style = if again { theme.severity(Severity::Warning) } else { theme.muted() };
    let message = run.message.as_deref().unwrap_or_default().lines().next().unwrap_or_default();
    let event = run.event.as_ref().and_then(|id| state.project.catalog.event(id));
    let (message, message_style) = match (message, event) {
        ("", Some(event)) => (event.name.as_str(), theme.faint()),
        (message, _) => (message, theme.base()),
    };
    let took = to_the_right(&run.took_us().map_or_else(|| "-".to_owned(), micros));
    let [lambda, cause, outcome] = names(Row::Kept(run));
    let at = time(state, run.started_at_ms);
    let cells = [
        (&*at, theme.muted()),
        (&*lambda, theme.strong()),
        (&*cause, cause_style),
        (&*outcome, style),
        (&*took, theme.muted()),
        (message, message_style),
    ];
    put(buffer, row, columns, cells);
}

/// A run that goes on, with a clock in the place of what it took.
pub(super) fn ongoing(
    state: &AppState,
    theme: &Theme,
    buffer: &mut Buffer,
    (row, columns): (Rect, [u16; 6]),
    run: &OngoingRun,
) {
    let event = run.event.as_ref().and_then(|id| state.project.catalog.event(id));
    let clock = to_the_right(&span(state.now_ms - run.started_at_ms));
    let [lambda, cause, outcome] = names(Row::Ongoing(run));
    let at = time(state, run.started_at_ms);
    let cells = [
        (&*at, theme.muted()),
        (&*lambda, theme.strong()),
        (&*cause, theme.muted()),
        (&*outcome, theme.accent()),
        (&*clock, theme.base()),
        (event.map_or("", |event| event.name.as_str()), theme.faint()),
    ];
    put(buffer, row, columns, cells);
}

/// How wide the columns of the dead letters are: time, lambda, attempts, reason.
pub(super) fn letter_columns(state: &AppState, width: u16) -> [u16; 4] {
    let letters = &state.activity.queue.letters;
    let time = time_width(state, 11, letters.iter().map(|letter| letter.died_at_ms));
    let lambda = letters.iter().map(|letter| letter.lambda.as_str().len()).max().unwrap_or(0);
    [time, (lambda as u16).min(width / 4), 3, u16::MAX]
}

/// A dead letter.
pub(super) fn letter(
    state: &AppState,
    theme: &Theme,
    buffer: &mut Buffer,
    (row, columns): (Rect, [u16; 4]),
    letter: &DeadLetter,
) {
    let at = time(state, letter.died_at_ms);
    let at = at.split('.').next().unwrap_or_default();
    let tries = format!("{}×", letter.attempts);
    let reason = letter.reason.lines().next().unwrap_or_default();
    let cells = [
        (at, theme.muted()),
        (letter.lambda.as_str(), theme.strong()),
        (&*tries, theme.muted()),
        (reason, theme.bad()),
    ];
    put(buffer, row, columns, cells);
}

/// Texts in columns, a blank between two.
pub(super) fn put<const N: usize>(
    buffer: &mut Buffer,
    row: Rect,
    columns: [u16; N],
    cells: [(&str, Style); N],
) {
    let mut x = row.x + 1;
    for ((text, style), width) in cells.into_iter().zip(columns) {
        let width = width.min(row.right().saturating_sub(x));
        canvas::put(buffer, Rect { x, width, ..row }, text, style);
        x = x.saturating_add(width).saturating_add(1).min(row.right());
    }
}

/// In the column of what runs took, so that units stand below each other.
fn to_the_right(text: &str) -> String {
    format!("{text:>width$}", width = TITLES[4].len())
}

/// The time of day; the date where it is another day.
pub(super) fn time(state: &AppState, at_ms: i64) -> String {
    const DAY_MS: i64 = 86_400_000;
    let local = |ms: i64| (ms + i64::from(state.utc_offset_s) * 1000).div_euclid(DAY_MS);
    if local(at_ms) == local(state.now_ms) {
        return invoke::clock(at_ms, state.utc_offset_s);
    }
    let mut at = date_and_time(at_ms, state.utc_offset_s);
    // Without the year where it is this one: `03-14 15:09`.
    if is_of_this_year(state, at_ms) { at.split_off(5) } else { at }
}

fn is_of_this_year(state: &AppState, at_ms: i64) -> bool {
    let year = |ms| date_and_time(ms, state.utc_offset_s).split('-').next().map(str::to_owned);
    year(at_ms) == year(state.now_ms)
}

/// How wide a column of times is that is `narrow` without years.
fn time_width(state: &AppState, narrow: u16, mut times: impl Iterator<Item = i64>) -> u16 {
    if times.all(|at_ms| is_of_this_year(state, at_ms)) { narrow } else { 16 }
}

/// A stretch of time in one unit.
pub(super) fn span(ms: i64) -> String {
    match ms / 1000 {
        seconds @ ..120 => format!("{seconds} s"),
        seconds @ 120..7_200 => format!("{} min", seconds / 60),
        seconds => format!("{} h", seconds / 3_600),
    }
}

//! The Invoke screen.

use crate::app::action::{Action, AppAction, InvokeAction, OutputAction};
use crate::app::layout::{self, Layout};
use crate::app::screens::invoke::{LogMark, LogRow, ResultTab, Session, event_in_sight};
use crate::app::screens::output_text::{Tone, bytes, log_text, micros};
use crate::app::state::{AppState, Pane, Screen};
use crate::app::status;
use crate::domain::{Level, LogLine, Outcome, Run};
use crate::language::highlight::TokenKind;
use crate::ui::canvas;
use crate::ui::frame::{self, Titles, indented, shrunk};
use crate::ui::theme::{Focused, Theme};
use crate::ui::widgets::code_view::CodeView;
use crate::ui::widgets::scrollbar;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

pub(in crate::ui) fn draw(
    state: &AppState,
    theme: &Theme,
    layout: &Layout,
    buffer: &mut Buffer,
) -> Option<Position> {
    let cursor = layout.pane(Pane::Payload).and_then(|rect| payload(state, theme, rect, buffer));
    if let Some(rect) = layout.pane(Pane::Logs) {
        logs(state, theme, rect, buffer);
    }
    if let Some(rect) = layout.pane(Pane::Result) {
        result(state, theme, rect, buffer);
    }
    cursor.filter(|_| state.focus() == Pane::Payload && state.screen == Screen::Invoke)
}

fn payload(state: &AppState, theme: &Theme, rect: Rect, buffer: &mut Buffer) -> Option<Position> {
    let focused = state.focus() == Pane::Payload;
    let Some(session) = state.session() else {
        frame::pane(buffer, theme, rect, Titles { left: "Payload", right: "" }, focused.into());
        let find = state.keymap.word(Action::App(AppAction::OpenLambda));
        let hint = format!("No lambda is open. {find} finds one.");
        canvas::wrapped(buffer, indented(layout::inner(rect)), &hint, theme.muted());
        return None;
    };
    let edited = if session.payload.buffer.is_dirty() { " *" } else { "" };
    let title = format!("Payload  {}{edited}", status::payload_name(state));
    let event = event_in_sight(state).map_or("no event", |event| &event.name);
    frame::pane(buffer, theme, rect, Titles { left: &title, right: event }, focused.into());
    let parts = layout::text_parts(state, Pane::Payload, rect);
    CodeView { pane: &session.payload, find: state.find.as_ref(), focused }
        .draw(buffer, theme, parts)
}

fn logs(state: &AppState, theme: &Theme, rect: Rect, buffer: &mut Buffer) {
    let focused = Focused::from(state.focus() == Pane::Logs);
    let Some(session) = state.session() else {
        return frame::pane(buffer, theme, rect, Titles { left: "Logs", right: "" }, focused);
    };
    let lines = session.log_lines();
    let shown = state.invoke.shown_lines(lines);
    let written = session.shown_run().map_or(lines.len() as u64, |run| run.lines_written());
    let written = grouped(written);
    let title = format!("Logs  {written}");
    let level =
        if state.invoke.level == Level::Debug { "all" } else { state.invoke.level.as_str() };
    let follow = if state.invoke.follow { "  follow" } else { "" };
    frame::pane(
        buffer,
        theme,
        rect,
        Titles { left: &title, right: &format!("{level}{follow}") },
        focused,
    );
    let list = layout::list_area(state, Pane::Logs, rect);
    if shown.is_empty() {
        let words = match (&session.running, session.runs.is_empty()) {
            (Some(_), _) => "Nothing written yet.".to_owned(),
            (None, true) => {
                let run = state.keymap.word(Action::App(AppAction::Invoke));
                format!("{run} runs the lambda; what it writes stands here.")
            }
            (None, false) if lines.is_empty() => "The lambda wrote nothing.".to_owned(),
            (None, false) => {
                let level = state.keymap.word(Action::Output(OutputAction::CycleLevel));
                format!("No line is as important as that; {level} shows others.")
            }
        };
        canvas::wrapped(buffer, indented(list), &words, theme.muted());
        return;
    }
    for (y, content) in (list.y..list.bottom()).zip(state.invoke.log_rows(session)) {
        let row = Rect { y, height: 1, ..list };
        let at = match content {
            LogRow::Line(at) => at,
            LogRow::Mark(mark) => {
                canvas::put(buffer, indented(row), &mark_text(mark, &written), theme.muted());
                continue;
            }
        };
        log_row(buffer, theme, row, &lines[shown[at]], state.utc_offset_s);
        if at == session.logs.selected && focused == Focused::Yes {
            buffer.set_style(row, theme.selected(focused));
        }
    }
    scrollbar::draw(buffer, theme, list, session.logs, shown.len());
    log_detail(theme, session, list, layout::inner(rect), buffer);
}

fn mark_text(mark: LogMark, written: &str) -> String {
    match mark {
        LogMark::Deployed { kept } => {
            format!("·· a deployed run would keep {kept} lines; this one wrote {written} ··")
        }
        LogMark::Skipped { lines } => {
            format!("·· {} lines skipped; the last ones follow ··", grouped(lines))
        }
    }
}

/// The selected line in full.
fn log_detail(theme: &Theme, session: &Session, list: Rect, inside: Rect, buffer: &mut Buffer) {
    let below =
        Rect { y: list.bottom(), height: inside.bottom().saturating_sub(list.bottom()), ..inside };
    if below.height < 2 {
        return;
    }
    for x in below.left()..below.right() {
        canvas::set(buffer, (x, below.y), ("─", 1), theme.border(Focused::No));
    }
    for (row, text) in session.detail.iter().enumerate().take(below.height as usize - 1) {
        canvas::line(buffer, indented(below), row as u16 + 1, text, theme.base());
    }
}

fn log_row(buffer: &mut Buffer, theme: &Theme, row: Rect, line: &LogLine, offset_s: i32) {
    let mut x = 1;
    let mut put = |buffer: &mut Buffer, text: &str, style: Style| {
        let area = Rect { x: row.x + x.min(row.width), width: row.width.saturating_sub(x), ..row };
        x += canvas::put(buffer, area, text, style) + 1;
    };
    if row.width >= 50 {
        put(buffer, &clock(line.at_ms, offset_s), theme.muted());
    }
    put(buffer, &format!("{:5}", line.level), theme.level(line.level));
    put(
        buffer,
        &line.line.map_or_else(|| "    ".to_owned(), |line| format!("{line:>4}")),
        theme.muted(),
    );
    let style = match line.level {
        Level::Debug => theme.muted(),
        Level::Info => theme.base(),
        level => theme.level(level),
    };
    put(buffer, &log_text(line, row.width as usize * 4).replace('\n', "⏎"), style);
}

/// The time of day, to the millisecond.
pub(in crate::ui) fn clock(at_ms: i64, offset_s: i32) -> String {
    let ms = (at_ms + i64::from(offset_s) * 1000).rem_euclid(86_400_000);
    format!("{:02}:{:02}:{:02}.{:03}", ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60, ms % 1000)
}

fn result(state: &AppState, theme: &Theme, rect: Rect, buffer: &mut Buffer) {
    let focused = Focused::from(state.focus() == Pane::Result);
    let tab = state.session().map_or(ResultTab::Result, |session| session.tab);
    let title = |other: ResultTab| {
        state.session().map_or_else(|| other.title().to_owned(), |it| it.tab_title(other))
    };
    let titles = ResultTab::ALL.map(|other| (title(other), other == tab));
    let tabs = titles.each_ref().map(|(title, is_shown)| (title.as_str(), *is_shown));
    frame::tabbed_pane(buffer, theme, rect, &tabs, focused);
    let inside = layout::inner(rect);
    let Some(session) = state.session() else { return };
    if inside.is_empty() {
        return;
    }
    headline(state, theme, session, Rect { height: 1, ..inside }, buffer);
    let list = layout::list_area(state, Pane::Result, rect);
    for (y, (tone, text)) in
        session.output.iter().skip(session.result.top).take(list.height as usize).enumerate()
    {
        let row = Rect { y: list.y + y as u16, height: 1, ..indented(list) };
        if *tone == Tone::Json {
            json_row(buffer, theme, row, text);
        } else {
            canvas::put(buffer, row, text, tone_style(theme, *tone));
        }
        let is_selected = session.result.top + y == session.result.selected;
        if session.lists_calls() && is_selected && focused == Focused::Yes {
            buffer.set_style(Rect { x: list.x, width: list.width, ..row }, theme.selected(focused));
        }
    }
    scrollbar::draw(buffer, theme, list, session.result, session.output.len());
}

/// Outcome and figures, or what is under way.
fn headline(state: &AppState, theme: &Theme, session: &Session, area: Rect, buffer: &mut Buffer) {
    let area = shrunk(indented(area));
    if let Some(running) = &session.running {
        let seconds = (state.now_ms - running.since_ms).max(0) as f64 / 1e3;
        let words = if running.cancelling { "cancelling" } else { "running" };
        let used = canvas::put(buffer, area, &format!("{words}  {seconds:.1} s"), theme.accent());
        let rest =
            Rect { x: area.x + used + 2, width: area.width.saturating_sub(used + 2), ..area };
        let cancel = state.keymap.word(Action::Invoke(InvokeAction::Cancel));
        canvas::put(buffer, rest, &format!("{cancel} cancels"), theme.muted());
        return;
    }
    let Some(run) = session.shown_run() else {
        let run = state.keymap.word(Action::App(AppAction::Invoke));
        let words = format!("Not run yet. {run} runs it with the payload beside.");
        canvas::put(buffer, area, &words, theme.muted());
        return;
    };
    let (words, style) = outcome(run, theme);
    let used = canvas::put(buffer, area, &words, style);
    let rest = Rect { x: area.x + used + 2, width: area.width.saturating_sub(used + 2), ..area };
    let position = if session.runs.len() > 1 {
        format!("  run {}/{}", session.shown + 1, session.runs.len())
    } else {
        String::new()
    };
    let figures = format!(
        "{}  {}  {} operations{position}",
        micros(run.duration_us),
        bytes(run.peak_memory_bytes),
        grouped(run.operations)
    );
    canvas::put(buffer, rest, &figures, theme.muted());
}

fn outcome(run: &Run, theme: &Theme) -> (String, Style) {
    match &run.outcome {
        Outcome::Succeeded(_) => ("ok".to_owned(), theme.good().patch(Style::new().bold())),
        Outcome::Failed(failure) => {
            (failure.kind.title().to_owned(), theme.bad().patch(Style::new().bold()))
        }
        Outcome::Cancelled | Outcome::Interrupted => {
            let title = crate::domain::Ending::of(&run.outcome).title();
            (title.to_owned(), theme.severity(crate::domain::Severity::Warning))
        }
    }
}

fn tone_style(theme: &Theme, tone: Tone) -> Style {
    match tone {
        Tone::Json | Tone::Text => theme.base(),
        Tone::JsonRest => theme.token(TokenKind::String),
        Tone::Quiet => theme.muted(),
        Tone::Bad | Tone::Removed => theme.bad(),
        Tone::Source => theme.accent(),
        Tone::Added => theme.good(),
    }
}

/// A line of formatted JSON: its key, its value.
fn json_row(buffer: &mut Buffer, theme: &Theme, row: Rect, text: &str) {
    let trimmed = text.trim_start();
    let indent = (text.len() - trimmed.len()) as u16;
    let at = |columns: u16| Rect {
        x: row.x + columns.min(row.width),
        width: row.width.saturating_sub(columns),
        ..row
    };
    let key_end =
        trimmed.starts_with('"').then(|| trimmed.find("\": ").map(|end| end + 1)).flatten();
    let (key, value) = trimmed.split_at(key_end.unwrap_or(0));
    let used = canvas::put(buffer, at(indent), key, theme.token(TokenKind::Property));
    let kind = match value.trim_start_matches([':', ' ']).as_bytes().first() {
        Some(b'"') => TokenKind::String,
        Some(b't' | b'f' | b'n') => TokenKind::Constant,
        Some(b'-' | b'0'..=b'9') => TokenKind::Number,
        _ => TokenKind::Punctuation,
    };
    let (colon, value) = if key.is_empty() { ("", value) } else { value.split_at(2) };
    let used =
        used + canvas::put(buffer, at(indent + used), colon, theme.token(TokenKind::Punctuation));
    canvas::put(buffer, at(indent + used), value, theme.token(kind));
}

/// A number with blanks between its thousands.
pub(in crate::ui) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

//! The Activity screen: bars, what waits, the runs; or one run that is open.

mod rows;

use super::invoke;
use super::lambdas::percent;
use crate::app::action::{Action, ActivityAction, AppAction, DeployAction, ListAction};
use crate::app::layout::{self, Layout};
use crate::app::screens::ongoing::Row;
use crate::app::screens::output_text::micros;
use crate::app::state::{AppState, Pane};
use crate::app::words::date_and_time;
use crate::domain::Endings;
use crate::ui::canvas;
use crate::ui::frame::{self, Titles, indented, shrunk};
use crate::ui::theme::{Focused, Theme};
use crate::ui::widgets::{bars, field_view, scrollbar};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

pub(in crate::ui) fn draw(
    state: &AppState,
    theme: &Theme,
    layout: &Layout,
    buffer: &mut Buffer,
) -> Option<Position> {
    if state.activity.open.is_some() {
        return invoke::draw(state, theme, layout, buffer);
    }
    if let Some(rect) = layout.pane(Pane::Figures) {
        figures(state, theme, rect, buffer);
    }
    if let Some(rect) = layout.pane(Pane::Letters) {
        letters(state, theme, rect, buffer);
    }
    layout.pane(Pane::Runs).and_then(|rect| runs(state, theme, rect, buffer))
}

/// How the runs of a window went: a line of figures, bars, and the time below them.
fn figures(state: &AppState, theme: &Theme, rect: Rect, buffer: &mut Buffer) {
    let activity = &state.activity;
    let window = activity.window.title();
    let left = format!("Last {window}");
    let key = state.keymap.word(Action::Activity(ActivityAction::TurnWindow));
    let right = format!("{key} another time");
    frame::pane(buffer, theme, rect, Titles { left: &left, right: &right }, Focused::No);
    let inside = shrunk(indented(layout::inner(rect)));
    if let Some(reason) = &activity.unread {
        let words = state.project.from_root(reason);
        canvas::wrapped(buffer, inside, &words, theme.bad());
        return;
    }
    let figures = &activity.figures;
    let Some(rate) = figures.success_rate() else {
        let words = if activity.is_known { "Nothing ran in this time." } else { "" };
        canvas::wrapped(buffer, inside, words, theme.muted());
        return;
    };
    let (ok, failed) = (figures.succeeded(), figures.failed());
    let times = [("p50", figures.p50_us), ("p95", figures.p95_us), ("p99", figures.p99_us)];
    let mut parts = vec![
        (format!("{} ok", invoke::grouped(ok)), theme.good()),
        (
            format!("{} failed", invoke::grouped(failed)),
            if failed > 0 { theme.bad() } else { theme.muted() },
        ),
        (percent(rate), theme.base()),
    ];
    parts.extend(times.map(|(name, us)| (format!("{name} {}", micros(us)), theme.muted())));
    let mut area = Rect { height: 1.min(inside.height), ..inside };
    for (text, style) in parts {
        let used = canvas::put(buffer, area, &text, style) + 2;
        area = Rect {
            x: area.x + used.min(area.width),
            width: area.width.saturating_sub(used),
            ..area
        };
    }
    let axis = u16::from(inside.height > 4);
    let room = Rect { y: inside.y + 1, height: inside.height.saturating_sub(1 + axis), ..inside };
    bars::draw(buffer, theme, room, figures);
    if axis > 0 {
        let line = Rect { y: room.bottom(), height: 1, ..inside };
        canvas::put(buffer, line, &format!("{window} ago"), theme.faint());
        canvas::put_right(buffer, line, "now", theme.faint());
    }
}

/// What waits in a line, and the dead letters.
fn letters(state: &AppState, theme: &Theme, rect: Rect, buffer: &mut Buffer) {
    let activity = &state.activity;
    let focused = Focused::from(activity.focus == Pane::Letters);
    let is_unread = activity.unread.is_some();
    let left = if is_unread {
        "Dead letters  not known".to_owned()
    } else {
        format!("Dead letters  {}", activity.queue.dead)
    };
    frame::pane(buffer, theme, rect, Titles { left: &left, right: "queue" }, focused);
    if is_unread {
        return;
    }
    let inside = layout::inner(rect);
    let queue = &activity.queue;
    let oldest = queue.oldest_due_ms.map(|due| state.now_ms - due).filter(|late| *late > 0);
    let oldest = oldest.map(|late| format!("   the oldest due for {}", rows::span(late)));
    let words = format!(
        "{} waiting or running{}{}",
        invoke::grouped(queue.queued),
        oldest.unwrap_or_default(),
        next_schedule(state)
    );
    let style = if queue.queued > 0 { theme.base() } else { theme.muted() };
    canvas::line(buffer, indented(inside), 0, &words, style);
    let list = layout::list_area(state, Pane::Letters, rect);
    if queue.letters.is_empty() && activity.is_known {
        canvas::wrapped(buffer, indented(list), "Nothing was given up.", theme.muted());
    }
    let cursor = activity.letters;
    let in_sight = queue.letters.iter().enumerate().skip(cursor.top).take(list.height as usize);
    let columns = rows::letter_columns(state, list.width);
    for (y, letter) in in_sight {
        let row = Rect { y: list.y + (y - cursor.top) as u16, height: 1, ..list };
        rows::letter(state, theme, buffer, (row, columns), letter);
        if y == cursor.selected && focused == Focused::Yes {
            buffer.set_style(row, theme.selected(focused));
        }
    }
    scrollbar::draw(buffer, theme, list, cursor, queue.letters.len());
}

/// The schedule that is due next.
fn next_schedule(state: &AppState) -> String {
    let due = state.deployed.schedules.iter().filter_map(|it| Some((it.next.first()?.at_ms, it)));
    let Some((at_ms, next)) = due.min_by_key(|(at_ms, _)| *at_ms) else { return String::new() };
    let at = rows::time(state, at_ms);
    format!("   {} at {}", next.schedule.name, at.split('.').next().unwrap_or_default())
}

fn runs(state: &AppState, theme: &Theme, rect: Rect, buffer: &mut Buffer) -> Option<Position> {
    let activity = &state.activity;
    let focused = Focused::from(activity.focus == Pane::Runs);
    let more = if activity.runs.has_more() { "+" } else { "" };
    let filter = &activity.filter;
    let failed = if filter.endings == Endings::Failed { "  failed only" } else { "" };
    let lambda = filter.lambda.as_ref().map(|it| format!("  of {it}")).unwrap_or_default();
    let searched = activity.runs.stopped_at().map(|it| {
        format!("  searched back to {}", date_and_time(it.started_at_ms, state.utc_offset_s))
    });
    let searched = searched.unwrap_or_default();
    let running = match activity.ongoing().count() {
        0 => String::new(),
        count => format!("  {count} running"),
    };
    let count = match (&activity.unread, activity.runs.len()) {
        (Some(_), 0) => "not known".to_owned(),
        (Some(_), read) => format!("{read}{more} as last read"),
        (None, read) => format!("{read}{more}"),
    };
    let left = format!("Runs  {count}{running}{failed}{lambda}{searched}");
    let right = if activity.follow { "follow" } else { "standing still" };
    frame::pane(buffer, theme, rect, Titles { left: &left, right }, focused);
    let inside = layout::inner(rect);
    let list = layout::list_area(state, Pane::Runs, rect);
    let heading = Rect { height: 1.min(inside.height), ..inside };
    let columns = rows::run_columns(state, list.width);
    rows::put(buffer, heading, columns, rows::TITLES.map(|title| (title, theme.muted())));
    match &activity.unread {
        Some(reason) if activity.rows() == 0 => {
            let words = state.project.from_root(reason);
            canvas::wrapped(buffer, indented(list), &words, theme.bad());
        }
        None if activity.rows() == 0 && activity.is_known => {
            canvas::wrapped(buffer, indented(list), &empty_words(state), theme.muted());
        }
        _ => {}
    }
    let shown = (activity.cursor.top..).map_while(|at| activity.row(at));
    for (y, run) in shown.take(list.height as usize).enumerate() {
        let row = Rect { y: list.y + y as u16, height: 1, ..list };
        match run {
            Row::Ongoing(run) => rows::ongoing(state, theme, buffer, (row, columns), run),
            Row::Kept(run) => rows::kept(state, theme, buffer, (row, columns), run),
        }
        if activity.cursor.top + y == activity.cursor.selected {
            buffer.set_style(row, theme.selected(focused));
        }
    }
    scrollbar::draw(buffer, theme, list, activity.cursor, activity.rows());
    let below =
        Rect { y: list.bottom(), height: inside.bottom().saturating_sub(list.bottom()), ..inside };
    let bar = u16::from(filter.field.is_some());
    let details = Rect { height: below.height.saturating_sub(bar), ..below };
    if details.height > 1 {
        self::details(state, theme, details, buffer);
    }
    let field = filter.field.as_ref()?;
    let area = Rect { y: inside.bottom().saturating_sub(1), height: 1, ..inside };
    let used = canvas::put(buffer, area, " Filter ", theme.accent());
    let room = Rect { x: area.x + used, width: area.width.saturating_sub(used), ..area };
    field_view::draw(buffer, theme, room, field).filter(|_| filter.focused)
}

fn empty_words(state: &AppState) -> String {
    if state.activity.filter.is_set() {
        let back = state.keymap.word(Action::App(AppAction::Dismiss));
        return match state.activity.runs.stopped_at() {
            Some(it) => {
                let at = date_and_time(it.started_at_ms, state.utc_offset_s);
                let on = state.keymap.word(Action::List(ListAction::PageDown));
                format!(
                    "No run since {at} matches. {on} searches further back, {back} shows all again."
                )
            }
            None => format!("No run matches. {back} shows all again."),
        };
    }
    let deploy = state.keymap.word(Action::Deploy(DeployAction::Deploy));
    let invoke = state.keymap.word(Action::App(AppAction::Invoke));
    if state.deployed.any() {
        return "Nothing ran yet. `lambdeck emit EVENT` raises an event by hand.".to_owned();
    }
    format!(
        "Nothing ran yet. {deploy} on a lambda deploys it, then its event executes it; {invoke} runs it once."
    )
}

/// What is selected where the focus is, in two lines below a stroke.
fn details(state: &AppState, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    for x in area.left()..area.right() {
        canvas::set(buffer, (x, area.y), ("─", 1), theme.border(Focused::No));
    }
    let inside = shrunk(indented(area));
    if state.activity.focus == Pane::Letters {
        letter_details(state, theme, inside, buffer);
        return;
    }
    if let Some(run) = state.activity.selected_ongoing() {
        let facts = [run.code(), run.cause.title(), run.id.to_string()];
        canvas::line(buffer, inside, 1, &facts.join("   "), theme.muted());
        let key = state.keymap.word(Action::Activity(ActivityAction::Cancel));
        let words = format!("It goes on. {key} cancels it.");
        canvas::line(buffer, inside, 2, &words, theme.muted());
        return;
    }
    let Some(run) = state.activity.selected() else { return };
    let event = run.event.as_ref().and_then(|id| state.project.catalog.event(id));
    let code = run.version.map_or_else(|| "draft".to_owned(), |it| format!("version {it}"));
    let mut facts = vec![code, run.cause.title()];
    facts.extend(run.cause.replayed().map(|of| format!("of {of}")));
    facts.extend(event.map(|event| event.name.clone()));
    facts.push(crate::app::status::count(run.logs as usize, "log line"));
    facts.push(crate::app::status::count(run.calls as usize, "call"));
    facts.push(run.id.to_string());
    canvas::line(buffer, inside, 1, &facts.join("   "), theme.muted());
    if let Some(message) = &run.message {
        let message = message.replace('\n', "  ");
        canvas::line(buffer, inside, 2, &message, theme.bad());
    }
}

/// The selected dead letter, with more of its reason than its row has room for.
fn letter_details(state: &AppState, theme: &Theme, inside: Rect, buffer: &mut Buffer) {
    let Some(letter) = state.activity.selected_letter() else { return };
    let event = letter.event.as_ref().and_then(|id| state.project.catalog.event(id));
    let mut facts = vec![format!("dead letter of {}", letter.lambda)];
    facts.push(crate::app::status::count(letter.attempts as usize, "attempt"));
    facts.extend(event.map(|event| event.name.clone()));
    facts.push(letter.delivery.to_string());
    canvas::line(buffer, inside, 1, &facts.join("   "), theme.muted());
    canvas::line(buffer, inside, 2, &letter.reason.replace('\n', "  "), theme.bad());
}

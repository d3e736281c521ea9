//! The Lambdas screen.

use crate::app::action::{Action, AppAction, DialogAction};
use crate::app::layout::{self, Layout};
use crate::app::screens::output_text::micros;
use crate::app::state::{AppState, Pane, ProjectKind};
use crate::app::words::date_and_time;
use crate::domain::{DeploymentState, Ending, Lambda, Severity, SlotUse};
use crate::ui::canvas;
use crate::ui::frame::{self, Titles, indented};
use crate::ui::theme::{Focused, Theme};
use crate::ui::widgets::{bars, field_view, scrollbar};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

pub(in crate::ui) fn draw(
    state: &AppState,
    theme: &Theme,
    layout: &Layout,
    buffer: &mut Buffer,
) -> Option<Position> {
    let cursor = layout.pane(Pane::Lambdas).and_then(|rect| lambdas(state, theme, rect, buffer));
    if let Some(rect) = layout.pane(Pane::Events) {
        events(state, theme, rect, buffer);
    }
    cursor
}

/// Where the columns of the list begin and how wide they are.
struct Columns {
    name: u16,
    state: u16,
    event: u16,
    last: u16,
    /// Share of runs that succeeded, then the last day's bars; both or none.
    rate: u16,
    bars: u16,
}

fn columns(state: &AppState, theme: &Theme, width: u16) -> Columns {
    let longest = |texts: &mut dyn Iterator<Item = usize>| texts.max().unwrap_or(0) as u16;
    let lambdas = &state.project.lambdas;
    let name = longest(&mut lambdas.iter().map(|lambda| lambda.name.as_str().len())) + 2;
    let any_day = state.deployed.lambdas.values().any(|of| of.day.success_rate().is_some());
    let columns = |wanted: bool, least: u16, columns: u16| {
        if wanted && width >= least { columns } else { 0 }
    };
    let in_words = |it: &Lambda| state.deployed.state_in_words(&it.name).chars().count();
    let is_told = !state.deployed.lambdas.is_empty() || state.deployed.unread.is_some();
    let status = (longest(&mut lambdas.iter().map(in_words))).clamp(10, 15);
    let status = columns(is_told, 44, status);
    let last = longest(&mut lambdas.iter().map(|it| last_run(state, theme, it).0.width()));
    let last = columns(last > 0, 60, last.clamp(8, 15));
    let of_event = |more: u16| width.saturating_sub(name + status + last + more + 6);
    // How the last day went has its columns where the event keeps enough; the details below have it anyway.
    let mut day =
        [(5, 24, 24), (5, 12, 24), (5, 8, 24), (5, 0, 14)].into_iter().filter(|_| any_day);
    let day = day.find(|(rate, bars, least)| of_event(rate + bars) >= *least);
    let (rate, bars, _) = day.unwrap_or_default();
    let others = last + status + rate + bars;
    let name = name.clamp(8, (width.saturating_sub(others + 6) * 3 / 5).max(8));
    let event = width.saturating_sub(name + others + 6);
    Columns { name, state: status, event, last, rate, bars }
}

fn lambdas(state: &AppState, theme: &Theme, rect: Rect, buffer: &mut Buffer) -> Option<Position> {
    let focused = Focused::from(state.lambdas.focus == Pane::Lambdas);
    let shown = state.lambdas.shown(&state.project);
    let all = state.project.lambdas.len();
    let count = if shown.len() == all { all.to_string() } else { format!("{}/{all}", shown.len()) };
    frame::pane(
        buffer,
        theme,
        rect,
        Titles { left: &format!("Lambdas  {count}"), right: "" },
        focused,
    );
    let inside = layout::inner(rect);
    let list = layout::list_area(state, Pane::Lambdas, rect);
    let columns = columns(state, theme, inside.width);
    let heading = Rect { height: 1.min(inside.height), ..inside };
    row(
        buffer,
        heading,
        &columns,
        ["name", "state", "event", "last run", "ok", "24 h"].map(|title| (title, theme.muted())),
    );
    for (y, lambda) in
        shown.iter().enumerate().skip(state.lambdas.cursor.top).take(list.height as usize)
    {
        let area = Rect { y: list.y + (y - state.lambdas.cursor.top) as u16, height: 1, ..list };
        lambda_row(state, theme, buffer, (area, &columns), lambda);
        if y == state.lambdas.cursor.selected {
            buffer.set_style(area, theme.selected(focused));
        }
    }
    if shown.is_empty() {
        canvas::wrapped(buffer, indented(list), &empty_words(state), theme.muted());
    }
    scrollbar::draw(buffer, theme, list, state.lambdas.cursor, shown.len());
    let below =
        Rect { y: list.bottom(), height: inside.bottom().saturating_sub(list.bottom()), ..inside };
    let filter = state.lambdas.filter.as_ref();
    let details =
        Rect { height: below.height.saturating_sub(u16::from(filter.is_some())), ..below };
    if details.height > 1 {
        self::details(state, theme, details, buffer);
    }
    let filter = filter?;
    let area = Rect { y: inside.bottom().saturating_sub(1), height: 1, ..inside };
    let used = canvas::put(buffer, area, " Filter ", theme.accent());
    let room = Rect { x: area.x + used, width: area.width.saturating_sub(used), ..area };
    field_view::draw(buffer, theme, room, &filter.field).filter(|_| filter.focused)
}

fn empty_words(state: &AppState) -> String {
    if state.lambdas.filter.is_some() {
        let back = state.keymap.word(Action::Dialog(DialogAction::Back));
        format!("No lambda matches. {back} shows all again.")
    } else if state.project.kind == ProjectKind::Missing {
        "There is no workspace here yet.".to_owned()
    } else {
        let make = state.keymap.word(Action::App(AppAction::NewLambda));
        format!("No lambda yet. {make} makes one from an event's template.")
    }
}

/// Puts the cells of a row into their columns; gives where the last one stands.
fn row(buffer: &mut Buffer, area: Rect, columns: &Columns, cells: [(&str, Style); 6]) -> Rect {
    let Columns { name, state, event, last, rate, bars } = *columns;
    let mut x = area.x + 1;
    let mut place = Rect { x, width: 0, ..area };
    for ((text, style), width) in cells.into_iter().zip([name, state, event, last, rate, bars]) {
        place = Rect { x, width: width.min(area.right().saturating_sub(x)), ..area };
        canvas::put(buffer, place, text, style);
        x += if width > 0 { width + 1 } else { 0 };
    }
    place
}

fn lambda_row(
    state: &AppState,
    theme: &Theme,
    buffer: &mut Buffer,
    (area, columns): (Rect, &Columns),
    lambda: &Lambda,
) {
    let unsaved =
        state.editor.source(&lambda.name).is_some_and(|document| document.pane.buffer.is_dirty());
    let name = format!("{}{}", lambda.name, if unsaved { " *" } else { "" });
    let wrong = state.project.problem_of(&lambda.name).is_some();
    let name_style = if wrong { theme.bad() } else { theme.strong() };
    let (event, event_style) = match &lambda.event {
        None => ("-", theme.muted()),
        Some(id) => match state.project.catalog.event(id) {
            Some(event) => (event.name.as_str(), theme.base()),
            None => (id.as_str(), theme.bad()),
        },
    };
    let (last, last_style) = last_run(state, theme, lambda);
    let deployment = state.deployed.state_of(&lambda.name);
    let of = state.deployed.lambdas.get(&lambda.name);
    let rate = of.and_then(|of| of.day.success_rate()).map(percent).unwrap_or_default();
    let cells = [
        (name.as_str(), name_style),
        (&state.deployed.state_in_words(&lambda.name), state_style(theme, deployment)),
        (event, event_style),
        (&last, last_style),
        (&rate, theme.muted()),
        ("", theme.base()),
    ];
    let place = row(buffer, area, columns, cells);
    if let Some(of) = of {
        bars::spark(buffer, theme, place, &of.day);
    }
    if wrong {
        canvas::put(buffer, Rect { width: 1.min(area.width), ..area }, "!", theme.bad());
    }
}

/// How a state of deployment looks.
pub(in crate::ui) fn state_style(theme: &Theme, state: DeploymentState) -> Style {
    match state {
        DeploymentState::Draft => theme.muted(),
        DeploymentState::Productive => theme.good(),
        DeploymentState::Modified | DeploymentState::NoFolder => theme.severity(Severity::Warning),
        DeploymentState::Failed => theme.bad(),
    }
}

/// A share from 0 to 1; all is said only of all.
pub(in crate::ui) fn percent(share: f64) -> String {
    format!("{:.0} %", (share * 100.0).floor())
}

/// The last run: of this session, or the newest that was kept, whichever is later.
fn last_run(state: &AppState, theme: &Theme, lambda: &Lambda) -> (String, Style) {
    let session = state.invoke.sessions.get(&lambda.name);
    if session.is_some_and(|session| session.running.is_some()) {
        return ("running".to_owned(), theme.accent());
    }
    let own = session.and_then(|session| session.runs.last());
    let own = own.map(|run| (run.started_at_ms, run.duration_us, Ending::of(&run.outcome)));
    let kept = state.deployed.lambdas.get(&lambda.name).and_then(|of| of.last.as_ref());
    let kept = kept.map(|run| (run.started_at_ms, run.duration_us, run.ending));
    let last = own.into_iter().chain(kept).max_by_key(|(at_ms, ..)| *at_ms);
    let Some((_, duration_us, ending)) = last else { return (String::new(), theme.muted()) };
    match ending {
        Ending::Succeeded => (format!("ok {}", micros(duration_us)), theme.good()),
        Ending::Failed(kind) => (kind.title().to_owned(), theme.bad()),
        Ending::Cancelled | Ending::Interrupted => (ending.title().to_owned(), theme.muted()),
    }
}

fn rule(buffer: &mut Buffer, theme: &Theme, area: Rect) -> Rect {
    for x in area.left()..area.right() {
        buffer.set_string(x, area.y, "─", theme.border(Focused::No));
    }
    Rect {
        x: area.x + 1,
        y: area.y + 1,
        width: area.width.saturating_sub(2),
        height: area.height.saturating_sub(1),
    }
}

fn details(state: &AppState, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let area = rule(buffer, theme, area);
    let shown = state.lambdas.selected(&state.project);
    let Some(lambda) = shown else { return };
    let description =
        if lambda.description.is_empty() { "No description." } else { &lambda.description };
    let mut used = match &state.deployed.unread {
        Some(reason) => {
            canvas::wrapped(buffer, area, &state.project.from_root(reason), theme.bad())
        }
        None => canvas::wrapped(buffer, area, description, theme.base()),
    };
    if let Some(problem) = state.project.problem_of(&lambda.name) {
        let rest = Rect { y: area.y + used, height: area.height.saturating_sub(used + 1), ..area };
        used += canvas::wrapped(buffer, rest, &problem, theme.bad());
    }
    used += executed(state, theme, (area, used), lambda, buffer);
    let mut facts = Vec::new();
    if let Some(template) =
        lambda.template.as_ref().and_then(|id| state.project.catalog.find_template(id))
    {
        facts.push(format!("from the template {}", template.name));
    }
    if !lambda.env.is_empty() {
        facts.push(crate::app::status::count(lambda.env.len(), "environment variable"));
    }
    facts.push(format!("lambdas/{}/main.rhai", lambda.name));
    canvas::line(buffer, area, used, &facts.join("   "), theme.muted());
}

/// What is executed of a lambda, and how its last day went; gives the rows used.
fn executed(
    state: &AppState,
    theme: &Theme,
    (area, y): (Rect, u16),
    lambda: &Lambda,
    buffer: &mut Buffer,
) -> u16 {
    let Some(of) = state.deployed.lambdas.get(&lambda.name) else { return 0 };
    let mut words = Vec::new();
    if let Some(deployment) = &of.deployment {
        let since = date_and_time(deployment.deployed_at_ms, state.utc_offset_s);
        words.push(format!("version {} since {since}", deployment.version));
    }
    if let Some(rate) = of.day.success_rate() {
        let (ok, failed) = (of.day.succeeded(), of.day.failed());
        words.push(format!("24 h: {ok} ok, {failed} failed, {}", percent(rate)));
    }
    if words.is_empty() || y >= area.height {
        return 0;
    }
    let used = canvas::line(buffer, area, y, &words.join("   "), theme.muted());
    let x = (area.x + used + 2).min(area.right());
    let rest = Rect { x, y: area.y + y, width: area.right() - x, height: 1 };
    bars::spark(buffer, theme, rest, &of.day);
    let Some(reason) = of.failure.as_ref().filter(|_| of.deployment.is_some()) else { return 1 };
    let below = Rect { y: area.y + y + 1, height: area.height.saturating_sub(y + 1), ..area };
    let words = format!("It is executed nevertheless; a newer one was refused: {reason}");
    1 + canvas::wrapped(buffer, below, &words, theme.bad())
}

fn events(state: &AppState, theme: &Theme, rect: Rect, buffer: &mut Buffer) {
    let focused = Focused::from(state.lambdas.focus == Pane::Events);
    frame::pane(buffer, theme, rect, Titles { left: "Events", right: "slots" }, focused);
    let list = layout::list_area(state, Pane::Events, rect);
    let events = &state.project.catalog.events;
    let cursor = state.lambdas.events;
    let name_width = events
        .iter()
        .map(|event| event.name.chars().count() as u16)
        .max()
        .unwrap_or(0)
        .min(list.width * 2 / 3);
    for (y, event) in events.iter().enumerate().skip(cursor.top).take(list.height as usize) {
        let area = Rect { y: list.y + (y - cursor.top) as u16, height: 1, ..list };
        let slots = SlotUse::of(event, &state.project.lambdas);
        let count = format!("{:>2}/{:<2}", slots.holders.len(), slots.slots);
        let style = match (slots.is_exceeded(), slots.is_full()) {
            (true, _) => theme.bad(),
            (false, true) => theme.good(),
            (false, false) => theme.muted(),
        };
        let name = Rect { width: name_width, ..indented(area) };
        canvas::put(buffer, name, &event.name, theme.base());
        let rest = |x: u16| Rect { x, width: area.right().saturating_sub(x + 1), ..area };
        canvas::put(buffer, rest(name.right() + 1), &count, style);
        let holders: Vec<_> = slots.holders.iter().map(ToString::to_string).collect();
        canvas::put(buffer, rest(name.right() + 8), &holders.join(", "), theme.muted());
        if y == cursor.selected {
            buffer.set_style(area, theme.selected(focused));
        }
    }
    scrollbar::draw(buffer, theme, list, cursor, events.len());
    let inside = layout::inner(rect);
    let below =
        Rect { y: list.bottom(), height: inside.bottom().saturating_sub(list.bottom()), ..inside };
    if let Some((event, slots)) =
        state.lambdas.selected_event(&state.project).filter(|_| below.height > 1)
    {
        let area = rule(buffer, theme, below);
        let holders: Vec<_> = slots.holders.iter().map(ToString::to_string).collect();
        let held = if holders.is_empty() {
            String::new()
        } else {
            format!(" Held by {}.", holders.join(", "))
        };
        let excess = if slots.is_exceeded() {
            " More lambdas are connected than it admits: disconnect some."
        } else {
            ""
        };
        let used = canvas::wrapped(
            buffer,
            area,
            &format!("{}{held}{excess}", event.description),
            theme.base(),
        );
        canvas::line(
            buffer,
            area,
            used,
            &format!("raised by {}   {}", event.raised_by, event.id),
            theme.muted(),
        );
    }
}

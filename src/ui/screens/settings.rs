//! The Settings screen.

use crate::app::action::{Action, SettingsAction};
use crate::app::layout::{self, Layout};
use crate::app::screens::settings::{Entry, PlannedRow, Section, entries};
use crate::app::state::{AppState, Pane};
use crate::app::words::date_and_time;
use crate::domain::ScheduleOrigin;
use crate::ui::canvas;
use crate::ui::frame::{self, Titles};
use crate::ui::theme::{Focused, Theme};
use crate::ui::widgets::scrollbar;
use crate::workspace::Owner;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Where the values begin at most, in columns.
const NAME_WIDTH: u16 = 32;
/// Where the values of limits begin, whose names are known.
const LIMIT_WIDTH: u16 = 20;
/// How wide a limit's value is, with the blanks around it.
const VALUE_WIDTH: u16 = 12;

pub(in crate::ui) fn draw(state: &AppState, theme: &Theme, layout: &Layout, buffer: &mut Buffer) {
    let Some(rect) = layout.pane(Pane::Settings) else { return };
    let titles = Titles { left: "Settings", right: "" };
    frame::pane(buffer, theme, rect, titles, Focused::Yes);
    let list = layout::list_area(state, Pane::Settings, rect);
    let entries = entries(state);
    let cursor = state.settings.cursor;
    for (index, entry) in entries.iter().enumerate().skip(cursor.top).take(list.height as usize) {
        let area = Rect { y: list.y + (index - cursor.top) as u16, height: 1, ..list };
        row(state, theme, buffer, area, entry);
        if index == cursor.selected {
            buffer.set_style(area, theme.selected(Focused::Yes));
        }
    }
    scrollbar::draw(buffer, theme, list, cursor, entries.len());
}

fn row(state: &AppState, theme: &Theme, buffer: &mut Buffer, area: Rect, entry: &Entry) {
    let inside = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let below = Rect { x: area.x + 3, width: area.width.saturating_sub(4), ..area };
    match entry {
        Entry::Heading(section) => {
            canvas::put(buffer, inside, &heading(section), theme.strong());
        }
        Entry::Nothing(section) => {
            let (text, style) = nothing(state, theme, section);
            canvas::put(buffer, below, &text, style);
        }
        Entry::Domain(text) | Entry::Network(text) => {
            canvas::put(buffer, below, text, theme.base());
        }
        Entry::Secret(name, kind) => {
            let shown = state.settings.revealed.as_ref().filter(|shown| shown.name == *name);
            let value = shown.map_or("••••••", |shown| shown.secret.reveal());
            let value = value.replace(char::is_control, " ");
            let style = if shown.is_some() { theme.accent() } else { theme.muted() };
            let name = format!("{name}  {}", kind.as_str());
            let width = NAME_WIDTH.min(below.width / 2);
            pair(buffer, below, width, [(&name, theme.base()), (&value, style)]);
        }
        Entry::Variable { name, value, .. } => {
            let value = value.replace(char::is_control, " ");
            let width = NAME_WIDTH.min(below.width / 2);
            pair(buffer, below, width, [(name, theme.base()), (&value, theme.base())]);
        }
        Entry::Schedule(row) => {
            let (name, value, style) = schedule(state, theme, row);
            let width = NAME_WIDTH.min(below.width / 2);
            pair(buffer, below, width, [(&name, theme.base()), (&value, style)]);
        }
        Entry::Limit { name, own, value, meaning, .. } => {
            let style = if own.is_some() { theme.base() } else { theme.muted() };
            let name_width = LIMIT_WIDTH.min(below.width / 2);
            pair(buffer, below, name_width, [(name, theme.base()), (&value.to_string(), style)]);
            let used = name_width + VALUE_WIDTH;
            let width = below.width.saturating_sub(used);
            let rest = Rect { x: below.x + used, width, ..below };
            canvas::put(buffer, rest, meaning, theme.muted());
        }
    }
}

/// The name of a schedule, and when it is due: in its own time zone, and by the clock here where that differs.
fn schedule(state: &AppState, theme: &Theme, row: &PlannedRow) -> (String, String, Style) {
    let planned = match row {
        PlannedRow::Known(planned) => planned,
        PlannedRow::Declared { lambda, schedule } => {
            let times = format!("{} {}", schedule.cron, schedule.time_zone);
            let value = format!("not deployed yet   {times}");
            return (schedule.full_name(lambda), value, theme.muted());
        }
    };
    let it = &planned.schedule;
    let name = match it.origin {
        ScheduleOrigin::Lambda => it.name.clone(),
        ScheduleOrigin::Command => format!("{}  {}", it.name, it.lambda),
    };
    let times = format!("{} {}", it.cron, it.time_zone);
    let Some(first) = planned.next.first() else {
        let deployed = state.deployed.deployment(&it.lambda).is_some();
        let word = match (it.is_paused, deployed) {
            (true, _) => "paused",
            (false, true) => "never again",
            (false, false) => "rests while its lambda is not deployed",
        };
        return (name, format!("{word}   {times}"), theme.muted());
    };
    let then = planned.next.iter().skip(1).map(|it| it.in_zone.as_str()).collect::<Vec<_>>();
    let then = if then.is_empty() { String::new() } else { format!("   then {}", then.join(", ")) };
    let here = date_and_time(first.at_ms, state.utc_offset_s);
    let here = if first.in_zone.starts_with(&here) {
        String::new()
    } else if first.in_zone.starts_with(&here[..10]) {
        format!(", {} here", &here[11..])
    } else {
        format!(", {here} here")
    };
    (name, format!("{}{here}   {times}{then}", first.in_zone), theme.base())
}

fn pair(buffer: &mut Buffer, area: Rect, width: u16, [name, value]: [(&str, Style); 2]) {
    canvas::put(buffer, Rect { width, ..area }, name.0, name.1);
    let rest = area.width.saturating_sub(width + 1);
    canvas::put(buffer, Rect { x: area.x + width + 1, width: rest, ..area }, value.0, value.1);
}

fn heading(section: &Section) -> String {
    match section {
        Section::Domains => "Allowed domains".to_owned(),
        Section::Networks => "Allowed networks, beside what is public".to_owned(),
        Section::Secrets => "Secrets".to_owned(),
        Section::Variables(Owner::Workspace) => "Environment variables of every lambda".to_owned(),
        Section::Variables(Owner::Lambda(name)) => format!("Environment variables of {name}"),
        Section::Schedules => "Schedules, with the times they are due next".to_owned(),
        Section::Limits(Owner::Workspace) => "Limits of every run".to_owned(),
        Section::Limits(Owner::Lambda(name)) => format!("Limits of {name}"),
    }
}

fn nothing(state: &AppState, theme: &Theme, section: &Section) -> (String, Style) {
    let add = state.keymap.word(Action::Settings(SettingsAction::Add));
    let text = match (section, &state.settings.secrets) {
        (Section::Secrets, Some(Err(reason))) => return (reason.clone(), theme.bad()),
        (Section::Secrets, None) => "Reading ...".to_owned(),
        (Section::Domains, _) => format!("None: nothing goes out. {add} allows one."),
        (Section::Networks, _) => {
            format!("None: only public addresses are reached. {add} allows one.")
        }
        (Section::Schedules, _) => format!("None. {add} says how to come by one."),
        (Section::Secrets | Section::Variables(_) | Section::Limits(_), _) => {
            format!("None yet. {add} adds one.")
        }
    };
    (text, theme.muted())
}

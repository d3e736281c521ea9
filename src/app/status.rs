//! The words at the left of the bottom line: what the focused pane shows.

use super::screens::invoke::PayloadChoice;
use super::state::{AppState, Pane, Screen};
use super::text_pane::TextPane;
use crate::domain::Severity;

/// Below this width the words take no more columns than they need.
const NARROW: u16 = 60;
/// From this width on there is room for more than the keys that matter most.
const WIDE: u16 = 100;

/// The words take columns in steps of so many, and on a screen that is not wide in steps of so many.
const STEPS: (usize, usize) = (8, 9);

/// The words at the left of the bottom line, a blank on either side.
pub fn text(state: &AppState) -> String {
    if !state.dialogs.is_empty() {
        return " ".to_owned();
    }
    if let Some(told) = hidden_problem(state) {
        return told;
    }
    let words = match state.focus() {
        Pane::Lambdas | Pane::Events | Pane::Settings => {
            count(state.project.lambdas.len(), "lambda")
        }
        Pane::Beside if state.editor.shows_payload() => {
            let name = payload_name(state);
            let place = state.text_pane().map_or_else(String::new, place_and_problems);
            format!("{name}  {place}")
        }
        Pane::Beside if state.editor.is_reading() => {
            let place = state.text_pane().map_or_else(String::new, place_and_problems);
            format!("on the disk  {place}")
        }
        Pane::Runs | Pane::Letters | Pane::Figures => {
            let more = if state.activity.runs.has_more() { "+" } else { "" };
            match state.activity.runs.len() {
                held if more.is_empty() => count(held, "run"),
                held => format!("{held}{more} runs"),
            }
        }
        Pane::Payload | Pane::Logs | Pane::Result if state.screen == Screen::Activity => {
            state.activity.lambda().map_or_else(String::new, |it| short_name(state, it.as_str()))
        }
        Pane::Code | Pane::Beside | Pane::Sidebar => {
            state.document().map_or_else(String::new, |document| {
                let dirty = if document.pane.buffer.is_dirty() { " *" } else { "  " };
                let title = state.editor.tabs.title(&document.file);
                let place = place_and_problems(&document.pane);
                if state.size.width >= WIDE {
                    return format!("{}{dirty}  {place}", short_name(state, &title));
                }
                let name = name_beside(state, &title, dirty.len() + 1, &place);
                format!("{name}{dirty} {place}")
            })
        }
        Pane::Payload | Pane::Logs | Pane::Result => {
            state.session().map_or_else(String::new, |session| {
                let name = state.editor.lambda();
                let name =
                    name.map_or_else(String::new, |lambda| short_name(state, lambda.as_str()));
                // As one expects it: requests go out, mail does not.
                let sending = match (state.invoke.sending, state.sending().words()) {
                    (None, "live" | "mail dry") => String::new(),
                    (_, words) => format!("  {words}"),
                };
                if state.focus() != Pane::Payload {
                    return format!("{name}{sending}");
                }
                let place = place_and_problems(&session.payload);
                let name = name_beside(state, &name, sending.len() + 2, &place);
                format!("{name}{sending}  {place}")
            })
        }
    };
    // In steps, so that the hints behind seldom move while one types; on a narrow screen room is worth more.
    let needed = words.trim_end().chars().count();
    let width = match state.size.width {
        ..NARROW => needed,
        NARROW..WIDE => needed.next_multiple_of(STEPS.1),
        WIDE.. => words.chars().count().next_multiple_of(STEPS.0),
    };
    format!(" {:<width$}  ", words.trim_end())
}

/// What is wrong on the cursor's line, where the line leaves no room to tell it: the message goes before names and keys.
fn hidden_problem(state: &AppState) -> Option<String> {
    /// What the key of the help takes at the end of the line.
    const KEPT: usize = 10;
    let is_text = matches!(state.focus(), Pane::Code | Pane::Beside | Pane::Payload);
    let pane = state.text_pane().filter(|_| is_text)?;
    let problem = pane.hidden_problem()?;
    let cursor = pane.buffer.cursor();
    let (line, column, severity) = (cursor.line + 1, cursor.column + 1, problem.severity);
    let told = format!("{line}:{column}  {severity}: {}", problem.message);
    let room = (state.size.width as usize).saturating_sub(KEPT + 3);
    Some(format!(" {}  ", cut(&told, room.max(1))))
}

/// The name of a lambda, cut to a fifth of the line: the keys behind it tell more, and the pane has it whole.
fn short_name(state: &AppState, name: &str) -> String {
    cut(name, (state.size.width as usize / 5).max(8))
}

/// A name beside a place in a text and so many further columns. Where room is scarce it is cut until the three keys that
/// matter most have theirs on 80 columns, and two of them while there are problems to tell of.
fn name_beside(state: &AppState, name: &str, further: usize, place: &str) -> String {
    const LEAST: usize = 4;
    let name = short_name(state, name);
    if state.size.width >= WIDE {
        return name;
    }
    let place = place.trim_end().len();
    let steps = if place < STEPS.1 { 2 } else { 3 };
    cut(&name, (steps * STEPS.1).saturating_sub(further + place).max(LEAST))
}

fn cut(name: &str, room: usize) -> String {
    match name.char_indices().nth(room - 1) {
        Some((cut, c)) if cut + c.len_utf8() < name.len() => format!("{}…", &name[..cut]),
        _ => name.to_owned(),
    }
}

/// How many columns the words take.
pub fn width(state: &AppState) -> u16 {
    text(state).chars().count() as u16
}

fn place_and_problems(pane: &TextPane) -> String {
    let cursor = pane.buffer.cursor();
    let errors = pane.diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
    let problems = pane.diagnostics.len();
    let told = match (errors, problems) {
        (_, 0) => String::new(),
        (0, n) => count(n, "warning"),
        (e, n) if e == n => count(n, "error"),
        (_, n) => count(n, "problem"),
    };
    let place = format!("{}:{}", cursor.line + 1, cursor.column + 1);
    format!("{place:<7} {told}")
}

/// `1 lambda`, `2 lambdas`.
pub fn count(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// What a payload is called: its sample's title, its own name.
pub fn payload_name(state: &AppState) -> String {
    if state.screen == Screen::Activity {
        return state.activity.open.as_ref().map_or_else(String::new, |open| {
            let code = open.version.map(|it| format!("version {it}"));
            let masked = if open.input_masked { ", a secret masked" } else { "" };
            let cause = open.cause.title();
            format!("of {}, {cause}{masked}", code.as_deref().unwrap_or("the draft"))
        });
    }
    let Some(session) = state.session() else { return String::new() };
    match &session.choice {
        PayloadChoice::Saved(name) => name.clone(),
        PayloadChoice::Empty => "empty input".to_owned(),
        PayloadChoice::Sample(index) => state
            .editor
            .lambda()
            .and_then(|lambda| state.project.event_of(lambda)?.samples.get(*index))
            .map_or_else(String::new, |sample| format!("sample: {}", sample.title)),
    }
}

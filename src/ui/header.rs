//! The words at the top: which workspace this is, what is wrong in it, who executes it and what runs. Where there is
//! little room, what matters most is said, in fewer letters.

use super::canvas;
use super::frame::{indented, shrunk};
use super::theme::Theme;
use crate::app::state::{AppState, ProjectKind, Screen};
use crate::app::status;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

/// How much a word matters, the most first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    Problem,
    Serving,
    Unsaved,
    Running,
    /// What the list of lambdas tells too.
    Count,
    Place,
}

struct Word {
    weight: Weight,
    /// The same in fewer and fewer letters.
    forms: Vec<String>,
}

impl Word {
    fn new(weight: Weight, text: String) -> Self {
        Self { weight, forms: vec![text] }
    }

    fn text(&self) -> &str {
        self.forms.first().map_or("", String::as_str)
    }
}

/// Draws the line that a tall screen has for it.
pub(super) fn draw(state: &AppState, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    const GAP: u16 = 3;
    let used = canvas::put(buffer, indented(area), "lambdeck", theme.accent());
    let x = area.x + used + GAP;
    let rest = shrunk(Rect { x, width: area.right().saturating_sub(x), ..area });
    let place = place(state);
    let kept = (place.width() as u16).min(rest.width / 3) + GAP;
    let words = in_columns(situation(state), rest.width.saturating_sub(kept), "   ");
    let taken = canvas::put_right(buffer, rest, &words, theme.muted());
    let room = Rect { width: rest.width.saturating_sub(taken + GAP), ..rest };
    canvas::put(buffer, room, &place, theme.strong());
}

/// Draws what there is room for at the right of the screens' names.
pub(super) fn beside_tabs(state: &AppState, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let mut words = vec![Word::new(Weight::Place, place(state))];
    words.extend(situation(state));
    // There is never room for all of an address beside the place.
    for word in words.iter_mut().filter(|it| it.weight == Weight::Serving && it.forms.len() > 1) {
        word.forms.remove(0);
    }
    canvas::put_right(buffer, area, &in_columns(words, area.width, "  "), theme.muted());
}

/// The words in at most `width` columns.
fn in_columns(mut words: Vec<Word>, width: u16, gap: &str) -> String {
    loop {
        let texts: Vec<_> = words.iter().map(Word::text).collect();
        let text = texts.join(gap);
        if text.width() <= width as usize || !give_way(&mut words) {
            return text;
        }
    }
}

/// Takes the next thing away that is not said for want of room: what can be looked up, then letters, then words, of
/// those the least first. Says whether there was any.
fn give_way(words: &mut Vec<Word>) -> bool {
    let least = |is_meant: fn(&Word) -> bool| {
        (0..words.len()).filter(|at| is_meant(&words[*at])).max_by_key(|at| words[*at].weight)
    };
    let told_elsewhere = least(|word| word.weight >= Weight::Count);
    let long = least(|word| word.forms.len() > 1);
    match (told_elsewhere, long, least(|_| true)) {
        (Some(at), ..) | (None, None, Some(at)) if words.len() > 1 => drop(words.remove(at)),
        (_, Some(at), _) => drop(words[at].forms.remove(0)),
        _ => return false,
    }
    true
}

fn place(state: &AppState) -> String {
    match state.project.kind {
        ProjectKind::Sample => format!("{} (throw-away)", state.project.name),
        ProjectKind::Loose => format!("{} (outside a workspace)", state.project.name),
        ProjectKind::Workspace | ProjectKind::Missing => state.project.name.clone(),
    }
}

/// What is running, unsaved or wrong, how many lambdas there are in which states, and who executes them.
fn situation(state: &AppState) -> Vec<Word> {
    let mut words = Vec::new();
    let problems = state.workspace_problem_count();
    if problems > 0 {
        words.push(Word::new(Weight::Problem, status::count(problems, "problem")));
    }
    let unsaved = state.unsaved().count();
    if unsaved > 0 {
        words.push(Word::new(Weight::Unsaved, format!("{unsaved} unsaved")));
    }
    words.extend(running(state));
    let mut counts = state.deployed.situation();
    if state.screen != Screen::Lambdas && counts.is_empty() {
        counts.push(status::count(state.project.lambdas.len(), "lambda"));
    }
    words.extend(counts.into_iter().map(|count| Word::new(Weight::Count, count)));
    let who = state.deployed.who_executes();
    words.extend(who.map(|forms| Word { weight: Weight::Serving, forms }));
    words
}

/// What a person runs, and how many runs of deployed lambdas go on.
fn running(state: &AppState) -> Vec<Word> {
    let mut words = Vec::new();
    for (name, session) in &state.invoke.sessions {
        if let Some(running) = &session.running {
            let seconds = (state.now_ms - running.since_ms).max(0) as f64 / 1e3;
            let forms = vec![format!("running {name} {seconds:.1} s"), "running".to_owned()];
            words.push(Word { weight: Weight::Running, forms });
        }
    }
    if !state.activity.ongoing.is_empty() {
        let count = format!("{} running", state.activity.ongoing.len());
        words.push(Word::new(Weight::Running, count));
    }
    words
}

//! Where everything stands: one pure function of the state that drawing, the mouse and scrolling share.

use super::dialogs::{Confirm, Dialog, key_probe, pick::Purpose, quick_open::Mode};
use super::screens::editor::SidebarTab;
use super::screens::field_doc;
use super::state::{AppState, Pane, Screen};
use super::words::wrap;
use crate::domain::Template;
use ratatui::layout::{Constraint, Layout as Split, Margin, Rect, Size};

/// Below this width the panes of a screen are shown one at a time or above each other.
const WIDE: u16 = 100;

/// The widest the sidebar gets.
const SIDEBAR_MAX: u16 = 56;

/// The widest the list gets that has a preview beside it.
const LIST_MAX: u16 = 52;

/// Panes above each other need so many rows.
const LOW: u16 = 14;

/// From this height on the header has a line of its own.
const TALL: u16 = 30;

/// Where everything stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Name and state of the workspace; empty on a low screen, where the tabs' line has both.
    pub header: Rect,
    /// The screens.
    pub tabs: Rect,
    /// The panes in sight, borders included.
    pub panes: Vec<(Pane, Rect)>,
    /// The message, when there is one, then the hints.
    pub footer: Rect,
}

impl Layout {
    /// Where a pane stands, borders included; `None` when it is not in sight.
    pub fn pane(&self, pane: Pane) -> Option<Rect> {
        self.panes.iter().find(|(other, _)| *other == pane).map(|(_, rect)| *rect)
    }
}

/// Lays the screen out.
pub fn layout(state: &AppState) -> Layout {
    let area = Rect::from((ratatui::layout::Position::ORIGIN, state.size));
    let (header, rest) = top(area, u16::from(area.height >= TALL));
    let (tabs, rest) = top(rest, 1);
    let (body, footer) = top(rest, rest.height.saturating_sub(1));
    // On a low screen one pane that can be read is worth more than three that cannot.
    let panes = if state.maximised || (body.height < LOW && body.width < WIDE) {
        vec![(state.focus(), body)]
    } else {
        match state.screen {
            Screen::Lambdas => lambdas(state, body),
            Screen::Editor => editor(state, body),
            Screen::Activity if state.activity.open.is_none() => activity(state, body),
            Screen::Invoke | Screen::Activity => invoke(state, body),
            Screen::Settings => vec![(Pane::Settings, body)],
        }
    };
    Layout { header, tabs, panes, footer }
}

fn lambdas(state: &AppState, body: Rect) -> Vec<(Pane, Rect)> {
    /// Two lists beside each other, each with its names whole, need so many columns.
    const TWO_LISTS: u16 = 120;
    if body.width < TWO_LISTS {
        let lower = if state.lambdas.focus == Pane::Events { 65 } else { 35 };
        let [list, events] =
            Split::vertical([Constraint::Fill(1), Constraint::Percentage(lower)]).areas(body);
        return vec![(Pane::Lambdas, list), (Pane::Events, events)];
    }
    let [list, events] =
        Split::horizontal([Constraint::Fill(1), Constraint::Percentage(42)]).areas(body);
    vec![(Pane::Lambdas, list), (Pane::Events, events)]
}

fn editor(state: &AppState, body: Rect) -> Vec<(Pane, Rect)> {
    let editor = &state.editor;
    let split = editor.split.is_some();
    let in_sidebar = editor.focus == Pane::Sidebar;
    if body.width < WIDE {
        return match (in_sidebar, split) {
            (true, _) => vec![(Pane::Sidebar, body)],
            (false, true) => sides(Split::vertical([Constraint::Fill(1); 2]).areas(body)),
            (false, false) => vec![(Pane::Code, body)],
        };
    }
    // Two sides take the sidebar's room, unless there is room for three or the sidebar is wanted.
    let room = !split || in_sidebar || body.width >= WIDE + SIDEBAR_MAX;
    if !editor.sidebar.visible || !room {
        return if split {
            sides(Split::horizontal([Constraint::Fill(1); 2]).areas(body))
        } else {
            vec![(Pane::Code, body)]
        };
    }
    let width = (body.width * 7 / 20).min(SIDEBAR_MAX);
    let (text, sidebar) = left(body, body.width - width);
    let mut panes = if split && text.width >= WIDE {
        sides(Split::horizontal([Constraint::Fill(1); 2]).areas(text))
    } else {
        vec![(editor.side().pane(), text)]
    };
    panes.push((Pane::Sidebar, sidebar));
    panes
}

fn sides([first, second]: [Rect; 2]) -> Vec<(Pane, Rect)> {
    vec![(Pane::Code, first), (Pane::Beside, second)]
}

/// The bars and what waits above the runs; on a narrow screen above each other, what has the focus the largest.
fn activity(state: &AppState, body: Rect) -> Vec<(Pane, Rect)> {
    const FIGURES: u16 = 9;
    /// A line of figures and two of bars.
    const LOW_FIGURES: u16 = 5;
    let in_letters = state.activity.focus == Pane::Letters;
    if body.width >= WIDE {
        let upper = if in_letters { body.height / 2 } else { FIGURES };
        let upper = upper.max(FIGURES.min(body.height / 2));
        let [upper, runs] =
            Split::vertical([Constraint::Length(upper), Constraint::Fill(1)]).areas(body);
        let [figures, letters] =
            Split::horizontal([Constraint::Fill(1), Constraint::Percentage(46)]).areas(upper);
        return vec![(Pane::Runs, runs), (Pane::Letters, letters), (Pane::Figures, figures)];
    }
    let letters = match (in_letters, state.activity.queue.letters.len()) {
        // The runs go on meanwhile.
        (true, _) => body.height * 2 / 5,
        (false, 0) => 3,
        (false, count) => 3 + count.min(2) as u16,
    };
    let [figures, runs, letters] = Split::vertical([
        Constraint::Length(LOW_FIGURES),
        Constraint::Fill(1),
        Constraint::Length(letters),
    ])
    .areas(body);
    vec![(Pane::Runs, runs), (Pane::Letters, letters), (Pane::Figures, figures)]
}

fn invoke(state: &AppState, body: Rect) -> Vec<(Pane, Rect)> {
    let focus = state.focus();
    if body.width < WIDE {
        // The payload can be looked up; what a run says is read while it runs.
        let share = |pane| {
            Constraint::Fill(match (pane, pane == focus) {
                (Pane::Payload, false) => 2,
                (Pane::Payload, true) => 4,
                (_, false) => 3,
                (_, true) => 5,
            })
        };
        let [payload, logs, result] =
            Split::vertical([share(Pane::Payload), share(Pane::Logs), share(Pane::Result)])
                .areas(body);
        return vec![(Pane::Payload, payload), (Pane::Logs, logs), (Pane::Result, result)];
    }
    let [payload, right] =
        Split::horizontal([Constraint::Percentage(45), Constraint::Fill(1)]).areas(body);
    let [logs, result] =
        Split::vertical([Constraint::Percentage(50), Constraint::Fill(1)]).areas(right);
    vec![(Pane::Payload, payload), (Pane::Logs, logs), (Pane::Result, result)]
}

/// So many rows of `rect` from the top, as far as it has them, and what is left.
fn top(rect: Rect, height: u16) -> (Rect, Rect) {
    let height = height.min(rect.height);
    let below = Rect { y: rect.y + height, height: rect.height - height, ..rect };
    (Rect { height, ..rect }, below)
}

/// So many columns of `rect` from the left, as far as it has them, and what is left.
fn left(rect: Rect, width: u16) -> (Rect, Rect) {
    let width = width.min(rect.width);
    let right = Rect { x: rect.x + width, width: rect.width - width, ..rect };
    (Rect { width, ..rect }, right)
}

/// Inside a pane's borders.
pub fn inner(rect: Rect) -> Rect {
    rect.inner(Margin::new(1, 1))
}

/// How wide the line numbers and marks of a text of `lines` lines are, the blank behind them included.
pub fn gutter_width(lines: usize) -> u16 {
    let digits = lines.max(1).ilog10() as u16 + 1;
    digits.max(3) + 3
}

/// A text pane's parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextParts {
    /// Line numbers and marks.
    pub gutter: Rect,
    /// The text.
    pub text: Rect,
    /// The find bar, a second row for replacing; of no height when it is closed.
    pub find: Rect,
}

/// The parts of a text pane that stands at `rect`.
pub fn text_parts(state: &AppState, pane: Pane, rect: Rect) -> TextParts {
    let inside = inner(rect);
    let bar = state.find_in(pane).map_or(0, |bar| bar.height().min(inside.height));
    let (above, find) = top(inside, inside.height - bar);
    let lines = state.text_in(pane).map_or(1, |pane| pane.buffer.line_count());
    let gutter_width = gutter_width(lines).min(above.width / 2);
    let (gutter, text) = left(above, gutter_width);
    TextParts { gutter, text, find }
}

/// How much of a text pane shows text; a pane out of sight counts as one of the whole screen.
pub fn text_area(state: &AppState, pane: Pane) -> Size {
    let rect = layout(state)
        .pane(pane)
        .unwrap_or(Rect::from((ratatui::layout::Position::ORIGIN, state.size)));
    text_parts(state, pane, rect).text.as_size()
}

/// The list of a pane, without headings and what describes the selected entry.
pub fn list_area(state: &AppState, pane: Pane, rect: Rect) -> Rect {
    let inside = inner(rect);
    let (above, below) = match pane {
        Pane::Lambdas => (1, if inside.height > 12 { 5 } else { 0 }),
        Pane::Events => (0, if inside.height > 14 { 6 } else { 0 }),
        Pane::Sidebar => (1, sidebar_detail_height(state, inside)),
        Pane::Result | Pane::Letters => (1, 0),
        Pane::Runs => (1, if inside.height > 12 { 3 } else { 0 }),
        Pane::Logs => (0, log_detail_height(state)),
        Pane::Code | Pane::Beside | Pane::Payload | Pane::Settings | Pane::Figures => (0, 0),
    };
    let filter = match pane {
        Pane::Lambdas => state.lambdas.filter.is_some(),
        Pane::Runs => state.activity.filter.field.is_some(),
        _ => false,
    };
    let (_, list) = top(inside, above);
    top(list, list.height.saturating_sub(below + u16::from(filter))).0
}

/// The rows that the sidebar has for what is selected in its list.
fn sidebar_detail_height(state: &AppState, inside: Rect) -> u16 {
    match (state.editor.sidebar.tab, inside.height) {
        (SidebarTab::Payload, 15..) => field_doc::height(state, inside),
        (SidebarTab::Problems, 20..) => 9,
        (_, 15..) => 5,
        _ => 0,
    }
}

/// The rows that the selected log line has below the others, a rule above them.
fn log_detail_height(state: &AppState) -> u16 {
    let rows = state.session().map_or(0, |session| session.detail.len() as u16);
    if rows == 0 { 0 } else { rows + 1 }
}

/// Columns and rows there are to show the selected log line in full.
pub fn log_room(state: &AppState) -> (usize, usize) {
    let rect = layout(state).pane(Pane::Logs).unwrap_or_default();
    let inside = inner(rect);
    (inside.width.saturating_sub(2) as usize, inside.height as usize / 2)
}

/// How many entries of a pane's list are in sight.
pub fn list_height(state: &AppState, pane: Pane) -> usize {
    let rect = layout(state)
        .pane(pane)
        .unwrap_or(Rect::from((ratatui::layout::Position::ORIGIN, state.size)));
    let height = list_area(state, pane, rect).height as usize;
    // What is said between the log's lines takes rows of its own.
    let marks = state.session().filter(|_| pane == Pane::Logs);
    let marks = marks.map_or(0, |session| state.invoke.log_marks(session).len());
    if marks == 0 { height } else { height.saturating_sub(marks).max(1) }
}

/// How many lines the logs or the result have.
pub fn output_lines(state: &AppState, pane: Pane) -> usize {
    let Some(session) = state.session() else { return 0 };
    if pane == Pane::Logs {
        state.invoke.count_shown(session.log_lines())
    } else {
        session.output.len()
    }
}

/// How many columns a line of the result has.
pub fn output_width(state: &AppState) -> u16 {
    let rect = layout(state)
        .pane(Pane::Result)
        .unwrap_or(Rect::from((ratatui::layout::Position::ORIGIN, state.size)));
    inner(rect).width.saturating_sub(2)
}

/// The rows at the bottom that the message takes, while there is one.
pub fn notice_area(state: &AppState, footer: Rect) -> Option<(Rect, Vec<String>)> {
    const ROWS: usize = 4;
    let mut rows = wrap(&state.notice.as_ref()?.text, footer.width.saturating_sub(2) as usize);
    rows.truncate(ROWS);
    let height = (rows.len() as u16).max(1).min(state.size.height);
    Some((Rect { y: footer.bottom().saturating_sub(height), height, ..footer }, rows))
}

/// The parts of the dialog on top.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DialogLayout {
    /// All of it, borders included.
    pub outer: Rect,
    /// What there is to know, above everything else.
    pub note: Rect,
    /// The field.
    pub field: Rect,
    /// The list.
    pub list: Rect,
    /// What is shown of the selected entry, or a comparison.
    pub preview: Rect,
    /// The answers, or what is wrong.
    pub bottom: Rect,
}

/// Lays out the dialog on top.
pub fn dialog_layout(state: &AppState) -> DialogLayout {
    let Some(dialog) = state.dialogs.last() else { return DialogLayout::default() };
    let size = state.size;
    let room = Size::new(size.width.saturating_sub(4), size.height.saturating_sub(2));
    match dialog {
        Dialog::NewLambda(new) if new.is_naming() => {
            stacked(size, smaller(Size::new(72, 12), room), [2, 2, 3, 0])
        }
        Dialog::NewLambda(new) if new.template_picker().is_some() => {
            with_preview(size, smaller(Size::new(116, 32), room), 0)
        }
        Dialog::NewLambda(_) => {
            stacked(size, smaller(Size::new(100, 20), room), [0, 1, u16::MAX, 0])
        }
        Dialog::Help(_) => stacked(size, smaller(Size::new(108, 32), room), [0, 1, u16::MAX, 1]),
        Dialog::QuickOpen(palette) if palette.mode == Mode::Line => {
            stacked(size, smaller(Size::new(72, 4), room), [0, 1, 0, 1])
        }
        Dialog::QuickOpen(palette) if palette.takes_preview() && size.width >= WIDE => {
            with_preview(size, smaller(Size::new(116, 32), room), 1)
        }
        Dialog::QuickOpen(_) => {
            stacked(size, smaller(Size::new(108, 32), room), [0, 1, u16::MAX, 1])
        }
        Dialog::Pick(pick) => {
            let rows = pick.picker.rows().len() as u16;
            let width = room.width.min(92);
            let note = pick
                .note
                .as_ref()
                .map_or(0, |note| wrap(note, width.saturating_sub(3) as usize).len() as u16);
            // What is there to be read is read whole below the list.
            let below = if pick.purpose == Purpose::Read { 4 } else { 0 };
            let height = (rows.max(1) + note + below + 3).clamp(6, 24).min(room.height);
            stacked(size, Size::new(width, height), [note, 1, u16::MAX, below])
        }
        Dialog::KeyProbe(_) => {
            let width = room.width.min(100);
            let note = wrap(key_probe::NOTE, width.saturating_sub(3) as usize).len() as u16;
            stacked(size, Size::new(width, room.height.min(24)), [note + 1, 0, u16::MAX, 1])
        }
        Dialog::Search(_) => stacked(size, smaller(Size::new(116, 32), room), [0, 2, u16::MAX, 1]),
        Dialog::Versions(_) => versions_layout(size),
        Dialog::Prompt(_) => stacked(size, smaller(Size::new(72, 8), room), [2, 1, 0, 2]),
        Dialog::Confirm(confirm) => confirm_layout(size, confirm),
    }
}

/// Lays out the versions of a lambda: beside the list, or on a narrow screen below it, what the selected one changed.
pub fn versions_layout(size: Size) -> DialogLayout {
    let room = Size::new(size.width.saturating_sub(4), size.height.saturating_sub(2));
    let size_of = smaller(Size::new(128, 34), room);
    if size.width >= WIDE {
        return with_preview(size, size_of, 0);
    }
    let mut parts = stacked(size, size_of, [0, 1, u16::MAX, 0]);
    let [list, preview] =
        Split::vertical([Constraint::Percentage(35), Constraint::Fill(1)]).areas(parts.list);
    (parts.list, parts.preview) = (list, preview);
    parts
}

/// The room for what is shown of a list's selected entry, behind the stroke between the two.
pub fn beside_a_stroke(preview: Rect) -> Rect {
    Rect { x: preview.x + 2, width: preview.width.saturating_sub(3), ..preview }
}

/// Where a template's code stands, below its name, its description and what it needs, and an empty row.
pub fn template_code(preview: Rect, template: &Template) -> Rect {
    let inside = beside_a_stroke(preview);
    let rows = |text: &str| wrap(text, inside.width as usize).len() as u16;
    let needs = template.needs.in_words().map_or(0, |needs| rows(&needs));
    let above = (rows(&template.description) + needs + 2).min(inside.height);
    Rect { y: inside.y + above, height: inside.height - above, ..inside }
}

/// Lays out a question.
pub fn confirm_layout(size: Size, confirm: &Confirm) -> DialogLayout {
    const ROWS_MAX: usize = 30;
    let room = Size::new(size.width.saturating_sub(4), size.height.saturating_sub(2));
    let width = room.width.min(if confirm.comparison.is_some() { 108 } else { 72 });
    let inside = width.saturating_sub(2).max(1);
    let text: u16 =
        confirm.text.iter().map(|line| wrap(line, inside as usize - 1).len() as u16).sum();
    let preview = confirm.comparison.as_ref().map_or(0, |rows| rows.len().min(ROWS_MAX) as u16);
    let answers = answer_rects(Rect::new(0, 0, inside, 1), &confirm.answers)
        .last()
        .map_or(1, |rect| rect.bottom());
    let height = (text + preview + answers + 4).min(room.height);
    let mut parts = stacked(size, Size::new(width, height), [text + 1, 0, u16::MAX, answers]);
    parts.preview = parts.list;
    parts
}

fn smaller(a: Size, b: Size) -> Size {
    Size::new(a.width.min(b.width), a.height.min(b.height))
}

fn centred(screen: Size, size: Size) -> Rect {
    let x = screen.width.saturating_sub(size.width) / 2;
    let y = screen.height.saturating_sub(size.height) / 3;
    Rect::new(x, y, size.width, size.height)
        .intersection(Rect::from((ratatui::layout::Position::ORIGIN, screen)))
}

/// Note, field, list and bottom above each other; a height of `u16::MAX` takes the room that is left.
fn stacked(screen: Size, size: Size, heights: [u16; 4]) -> DialogLayout {
    let outer = centred(screen, size);
    let part =
        |height| if height == u16::MAX { Constraint::Fill(1) } else { Constraint::Length(height) };
    let [note, field, list, bottom] = Split::vertical(heights.map(part)).areas(inner(outer));
    DialogLayout { outer, note, field, list, preview: Rect::default(), bottom }
}

/// A field above a list, a preview beside them, and a bottom of so many rows.
fn with_preview(screen: Size, size: Size, bottom: u16) -> DialogLayout {
    let outer = centred(screen, size);
    let inside = inner(outer);
    let [field, below, bottom] =
        Split::vertical([Constraint::Length(1), Constraint::Fill(1), Constraint::Length(bottom)])
            .areas(inside);
    let list_width =
        if inside.width < 76 { inside.width / 2 } else { (inside.width / 2).min(LIST_MAX) };
    let [list, preview] =
        Split::horizontal([Constraint::Length(list_width), Constraint::Fill(1)]).areas(below);
    DialogLayout { outer, field, list, preview, bottom, ..DialogLayout::default() }
}

/// How many entries of the dialog's list, or lines of its comparison, are in sight.
pub fn dialog_list_height(state: &AppState) -> usize {
    (dialog_layout(state).list.height as usize).max(1)
}

/// Where the answers of a question stand: each between blanks, two blanks between them, in further rows where one is
/// too narrow.
pub fn answer_rects(bottom: Rect, answers: &[&str]) -> Vec<Rect> {
    let (mut x, mut y) = (bottom.x + 1, bottom.y);
    answers
        .iter()
        .map(|answer| {
            let width = answer.chars().count() as u16 + 4;
            if x > bottom.x + 1 && x + width > bottom.right() {
                (x, y) = (bottom.x + 1, y + 1);
            }
            let rect = Rect::new(x, y, width, 1);
            x += width + 2;
            rect
        })
        .collect()
}

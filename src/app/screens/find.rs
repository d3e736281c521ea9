//! The find bar: what is looked for, where it stands, the way from one match to the next.

use crate::app::action::{FieldAction, FindAction, TextAction, Turn};
use crate::app::field::Field;
use crate::app::layout;
use crate::app::state::{AppState, Pane, Screen};
use crate::app::text_pane::TextPane;
use crate::editor::{Case, Matches, Position, Query, QueryKind, Revision, find_all};

/// The find bar.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "three toggles and the focus, each free of the others"
)]
pub struct FindBar {
    /// What is looked for.
    pub field: Field,
    /// Letters go into the field rather than into the text.
    pub focused: bool,
    /// Upper and lower case count; otherwise only when an upper-case letter is looked for.
    pub case: bool,
    /// Only whole words count.
    pub word: bool,
    /// The text is a regular expression.
    pub regex: bool,
    /// Where it stands.
    pub matches: Matches,
    /// What is wrong with what is looked for.
    pub error: Option<String>,
    found_in: Option<(Revision, String)>,
    /// Where the cursor was when the bar was opened; a changed text is looked for from there.
    origin: Position,
}

impl FindBar {
    fn new(text: &str, origin: Position) -> Self {
        Self {
            field: Field::new(text),
            focused: true,
            case: false,
            word: false,
            regex: false,
            matches: Matches::default(),
            error: None,
            found_in: None,
            origin,
        }
    }

    /// Which match the cursor is at, from 0.
    pub fn current(&self, pane: &TextPane) -> Option<usize> {
        let (start, _) = pane.buffer.selection()?;
        self.matches.found.binary_search_by(|(at, _)| at.cmp(&start)).ok()
    }

    /// Finds the matches anew when the text or what is looked for has changed.
    fn refresh(&mut self, pane: &TextPane) {
        let revision = pane.buffer.revision();
        let key = format!("{}{}{}{}", self.case, self.word, self.regex, self.field.text());
        if self.found_in.as_ref().is_some_and(|(found, text)| *found == revision && *text == key) {
            return;
        }
        self.found_in = Some((revision, key));
        self.matches = Matches::default();
        self.error = None;
        if self.field.is_empty() {
            return;
        }
        let query = Query {
            text: self.field.text().to_owned(),
            case: if self.case { Case::Sensitive } else { Case::Smart },
            kind: if self.regex { QueryKind::Regex } else { QueryKind::Literal },
            whole_word: self.word,
        };
        match find_all(pane.buffer.rope(), &query) {
            Ok(matches) => self.matches = matches,
            Err(error) => self.error = Some(error.to_string()),
        }
    }

    fn neighbour(&self, from: Position, turn: Turn) -> Option<(Position, Position)> {
        let index = match turn {
            Turn::Next => self.matches.next(from),
            Turn::Previous => self.matches.previous(from),
        };
        index.map(|index| self.matches.found[index])
    }
}

/// The text pane that the find bar belongs to.
pub fn searched_pane(state: &AppState) -> Pane {
    if state.screen == Screen::Invoke { Pane::Payload } else { Pane::Code }
}

/// Opens the bar, with the selected words in it; when it is open already, gives it the focus.
pub fn open(state: &mut AppState) {
    let Some(pane) = state.text_pane() else { return };
    let selected = pane.buffer.selected_text().filter(|text| !text.contains('\n'));
    let origin = pane.buffer.selection().map_or_else(|| pane.buffer.cursor(), |(start, _)| start);
    match (&mut state.find, selected) {
        (Some(bar), None) => bar.focused = true,
        (bar, selected) => *bar = Some(FindBar::new(&selected.unwrap_or_default(), origin)),
    }
}

/// Carries out a command of the bar.
pub fn apply(state: &mut AppState, action: FindAction) {
    let Some(bar) = &mut state.find else { return };
    match action {
        FindAction::Close => {
            state.find = None;
            return;
        }
        FindAction::ToggleCase => bar.case = !bar.case,
        FindAction::ToggleWord => bar.word = !bar.word,
        FindAction::ToggleRegex => bar.regex = !bar.regex,
    }
    show_first(state);
}

/// Types a character into the bar.
pub fn type_char(state: &mut AppState, c: char) {
    if let Some(bar) = &mut state.find {
        bar.field.insert(c);
        show_first(state);
    }
}

/// Pastes a text into the bar.
pub fn paste(state: &mut AppState, text: &str) {
    if let Some(bar) = &mut state.find {
        bar.field.paste(text);
        show_first(state);
    }
}

/// Edits the bar's field.
pub fn edit(state: &mut AppState, action: FieldAction) {
    let clipboard = state.desk.clipboard.clone();
    let Some(bar) = &mut state.find else { return };
    if bar.field.apply(action, &clipboard) {
        show_first(state);
    }
}

fn show_first(state: &mut AppState) {
    let origin = state.find.as_ref().map_or_else(Position::default, |bar| bar.origin);
    show(state, origin, Turn::Next);
}

/// Goes to the next match, or the one before.
pub fn turn(state: &mut AppState, action: TextAction) {
    let turn = if action == TextAction::FindPrevious { Turn::Previous } else { Turn::Next };
    if state.find.is_none() {
        open(state);
        if let Some(bar) = &mut state.find {
            bar.focused = bar.field.is_empty();
        }
    }
    let Some(pane) = state.text_pane() else { return };
    let from = match (pane.buffer.selection(), turn) {
        (Some((_, end)), Turn::Next) => end,
        (Some((start, _)), Turn::Previous) => start,
        (None, _) => pane.buffer.cursor(),
    };
    show(state, from, turn);
}

fn show(state: &mut AppState, from: Position, turn: Turn) {
    let area = layout::text_area(state, searched_pane(state));
    let Some(mut bar) = state.find.take() else { return };
    if let Some(pane) = state.text_pane_mut() {
        bar.refresh(pane);
        if let Some((start, end)) = bar.neighbour(from, turn) {
            pane.go_to(start, area);
            pane.buffer.select(start, end);
            bar.origin = start;
        }
    }
    state.find = Some(bar);
}

/// Brings the matches up to date after a change of the text.
pub fn settle(state: &mut AppState) {
    let Some(mut bar) = state.find.take() else { return };
    if let Some(pane) = state.text_pane() {
        bar.refresh(pane);
        state.find = Some(bar);
    }
}

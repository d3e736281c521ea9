//! The find bar: what is looked for, where it stands, the way from one match to the next, and what takes its place.

use crate::app::action::{Action, FieldAction, FindAction, TextAction, Turn};
use crate::app::field::Field;
use crate::app::layout;
use crate::app::screens::split::Side;
use crate::app::state::{AppState, Pane};
use crate::app::text_pane::TextPane;
use crate::editor::{Buffer, Case, Matches, Position, Query, QueryKind, Revision, find_all};

/// The find bar.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "three toggles and the focus, each free of the others"
)]
pub struct FindBar {
    /// What is looked for.
    pub field: Field,
    /// What takes its place, once replacing was asked for.
    pub replacement: Option<Field>,
    /// Which of the two takes the letters.
    pub part: FindPart,
    /// Letters go into the bar rather than into the text.
    pub focused: bool,
    /// Upper and lower case count; otherwise only when an upper-case letter is looked for.
    pub case: bool,
    /// Only whole words count.
    pub word: bool,
    /// The text is a regular expression.
    pub regex: bool,
    /// Only what lies in here counts.
    pub within: Option<Stretch>,
    /// Where it stands.
    pub matches: Matches,
    /// What is wrong with what is looked for.
    pub error: Option<String>,
    found_in: Option<(Revision, String)>,
    /// Where the cursor was when the bar was opened; a changed text is looked for from there.
    origin: Position,
    /// What was selected when the bar was opened.
    selected: Option<(Position, Position)>,
}

/// A part of the bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindPart {
    /// What is looked for.
    Text,
    /// What takes its place.
    Replacement,
}

/// A part of a text, in characters; it grows and shrinks with what is edited in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    start: usize,
    end: usize,
    /// Characters of the whole text.
    of: usize,
}

impl Stretch {
    fn new(buffer: &Buffer, (start, end): (Position, Position)) -> Self {
        let (start, end) = (buffer.offset_of(start), buffer.offset_of(end));
        Self { start, end, of: buffer.rope().len_chars() }
    }

    /// The text has changed where the cursor is.
    fn follow(&mut self, buffer: &Buffer) {
        let cursor = buffer.offset_of(buffer.cursor());
        let grown = buffer.rope().len_chars() as isize - self.of as isize;
        let end = self.end.saturating_add_signed(grown);
        if cursor < self.start {
            self.start = self.start.saturating_add_signed(grown);
            self.end = end;
        } else if cursor <= end.max(self.end) {
            self.end = end;
        }
        self.of = buffer.rope().len_chars();
    }

    /// The text has changed in it.
    fn grow(&mut self, buffer: &Buffer) {
        let len = buffer.rope().len_chars();
        self.end = self.end.saturating_add_signed(len as isize - self.of as isize);
        self.of = len;
    }

    fn holds(&self, buffer: &Buffer, found: (Position, Position)) -> bool {
        self.start <= buffer.offset_of(found.0) && buffer.offset_of(found.1) <= self.end
    }
}

impl FindBar {
    fn new(text: &str, origin: Position, selected: Option<(Position, Position)>) -> Self {
        Self {
            field: Field::new(text),
            replacement: None,
            part: FindPart::Text,
            focused: true,
            case: false,
            word: false,
            regex: false,
            within: None,
            matches: Matches::default(),
            error: None,
            found_in: None,
            origin,
            selected,
        }
    }

    /// Rows it takes.
    pub fn height(&self) -> u16 {
        1 + u16::from(self.replacement.is_some())
    }

    /// Letters go into what takes the place of what is found.
    pub fn replaces(&self) -> bool {
        self.part == FindPart::Replacement && self.replacement.is_some()
    }

    /// Which match the cursor is at, from 0.
    pub fn current(&self, pane: &TextPane) -> Option<usize> {
        let (start, _) = pane.buffer.selection()?;
        self.matches.found.binary_search_by(|(at, _)| at.cmp(&start)).ok()
    }

    fn focused_field(&mut self) -> &mut Field {
        match (&mut self.replacement, self.part) {
            (Some(replacement), FindPart::Replacement) => replacement,
            _ => &mut self.field,
        }
    }

    fn query(&self) -> Query {
        Query {
            text: self.field.text().to_owned(),
            case: if self.case { Case::Sensitive } else { Case::Smart },
            kind: if self.regex { QueryKind::Regex } else { QueryKind::Literal },
            whole_word: self.word,
        }
    }

    /// Finds the matches anew when the text or what is looked for has changed.
    fn refresh(&mut self, pane: &TextPane) {
        let revision = pane.buffer.revision();
        let (case, word, regex) = (self.case, self.word, self.regex);
        let key = format!("{case}{word}{regex}{}{}", self.within.is_some(), self.field.text());
        if self.found_in.as_ref().is_some_and(|(found, text)| *found == revision && *text == key) {
            return;
        }
        let edited = self.found_in.as_ref().is_some_and(|(found, _)| *found != revision);
        if let Some(within) = self.within.as_mut().filter(|_| edited) {
            within.follow(&pane.buffer);
        }
        self.found_in = Some((revision, key));
        self.matches = Matches::default();
        self.error = None;
        if self.field.is_empty() {
            return;
        }
        match find_all(pane.buffer.rope(), &self.query()) {
            Ok(matches) => self.matches = matches,
            Err(error) => self.error = Some(error.to_string()),
        }
        if let Some(within) = self.within {
            self.matches.found.retain(|found| within.holds(&pane.buffer, *found));
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
    state.pane_with_text().unwrap_or(Pane::Code)
}

/// Opens the bar, with the selected words in it; when it is open already, gives it the focus.
pub fn open(state: &mut AppState) {
    let Some(pane) = state.text_pane() else { return };
    let selected = pane.buffer.selection();
    let words = pane.buffer.selected_text().filter(|text| !text.contains('\n'));
    let origin = selected.map_or_else(|| pane.buffer.cursor(), |(start, _)| start);
    match (&mut state.find, words) {
        (Some(bar), None) => {
            bar.focused = true;
            bar.part = FindPart::Text;
            bar.selected = selected;
        }
        (bar, words) => *bar = Some(FindBar::new(&words.unwrap_or_default(), origin, selected)),
    }
}

/// Opens the bar with room for what takes the place of what is found.
pub fn open_replace(state: &mut AppState) {
    if state.find.is_none() {
        open(state);
    }
    let Some(bar) = &mut state.find else { return };
    bar.replacement.get_or_insert_default();
    bar.focused = true;
    bar.part = if bar.field.is_empty() { FindPart::Text } else { FindPart::Replacement };
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
        FindAction::ToggleWithin => toggle_within(state),
        FindAction::TurnPart => {
            bar.part = match bar.part {
                FindPart::Text if bar.replacement.is_some() => FindPart::Replacement,
                _ => FindPart::Text,
            };
            return;
        }
        FindAction::Replace => return replace(state),
        FindAction::ReplaceAll => return replace_all(state),
    }
    show_first(state);
}

fn toggle_within(state: &mut AppState) {
    let Some(mut bar) = state.find.take() else { return };
    let Some(pane) = state.text_pane() else { return };
    let several_lines = |(start, end): &(Position, Position)| start.line < end.line;
    let selected = pane.buffer.selection().filter(several_lines).or(bar.selected);
    bar.found_in = None;
    bar.within = match (bar.within, selected) {
        (None, Some(selected)) => {
            bar.origin = selected.0;
            Some(Stretch::new(&pane.buffer, selected))
        }
        _ => None,
    };
    let refused = selected.is_none();
    state.find = Some(bar);
    if refused {
        state.warn("Select the lines to search in first, then open the find bar");
    }
}

/// Puts the replacement in the place of the match that the cursor is at, and goes to the next one.
fn replace(state: &mut AppState) {
    let Some(mut bar) = state.find.take() else { return };
    let template = bar.replacement.as_ref().map(|field| field.text().to_owned());
    if let (Some(pane), Some(template)) = (state.text_pane_mut(), template) {
        bar.refresh(pane);
        let found = bar.current(pane).map(|index| bar.matches.found[index]);
        if let Some((start, end)) = found
            && let Some(text) = pane.buffer.replacement_of((start, end), &bar.query(), &template)
        {
            pane.buffer.replace_range(start..end, &text);
            bar.origin = pane.buffer.cursor();
        }
    }
    let origin = bar.origin;
    state.find = Some(bar);
    show(state, origin, Turn::Next);
}

/// Puts the replacement in the place of all matches, as one step.
fn replace_all(state: &mut AppState) {
    let Some(mut bar) = state.find.take() else { return };
    let template = bar.replacement.as_ref().map(|field| field.text().to_owned());
    let mut replaced = 0;
    if let (Some(pane), Some(template)) = (state.text_pane_mut(), template) {
        bar.refresh(pane);
        let within = bar.within;
        let wanted = |buffer: &Buffer, found| within.is_none_or(|w| w.holds(buffer, found));
        match pane.buffer.replace_matches(&bar.query(), &template, wanted) {
            Ok(n) => replaced = n,
            Err(error) => bar.error = Some(error.to_string()),
        }
        if let Some(within) = &mut bar.within {
            within.grow(&pane.buffer);
        }
        bar.found_in = None;
        bar.refresh(pane);
    }
    state.find = Some(bar);
    let undo = state.keymap.word(Action::Text(TextAction::Undo));
    state.inform(match replaced {
        0 => "Nothing was found to replace".to_owned(),
        1 => format!("Replaced 1 match; {undo} takes it back"),
        n => format!("Replaced {n} matches; {undo} takes them back"),
    });
}

/// Types a character into the bar.
pub fn type_char(state: &mut AppState, c: char) {
    if let Some(bar) = &mut state.find {
        bar.focused_field().insert(c);
        show_first(state);
    }
}

/// Pastes a text into the bar.
pub fn paste(state: &mut AppState, text: &str) {
    if let Some(bar) = &mut state.find {
        bar.focused_field().paste(text);
        show_first(state);
    }
}

/// Edits the bar's field.
pub fn edit(state: &mut AppState, action: FieldAction) {
    let clipboard = state.desk.clipboard.clone();
    let Some(bar) = &mut state.find else { return };
    if bar.focused_field().apply(action, &clipboard) {
        show_first(state);
    }
}

fn show_first(state: &mut AppState) {
    let Some(bar) = &state.find else { return };
    if !bar.replaces() {
        show(state, bar.origin, Turn::Next);
    }
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
    settle_other(state);
    let Some(mut bar) = state.find.take() else { return };
    if let Some(pane) = state.text_pane() {
        bar.refresh(pane);
        state.find = Some(bar);
    }
}

/// The same for the bar on the editor's other side.
fn settle_other(state: &mut AppState) {
    let other = match state.editor.side() {
        Side::First => Side::Second,
        Side::Second => Side::First,
    };
    let Some(mut bar) = state.editor.split.as_mut().and_then(|split| split.find.take()) else {
        return;
    };
    if let Some(pane) = state.text_in(other.pane()) {
        bar.refresh(pane);
        bar.focused = false;
        if let Some(split) = &mut state.editor.split {
            split.find = Some(bar);
        }
    }
}

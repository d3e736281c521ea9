//! A text on the screen: the buffer, the part in sight, its colours and what is wrong with it.

mod answers;
mod problems;

pub use problems::LEAST_MESSAGE;

use super::action::{Step, TextAction, Turn};
use super::colours::Colours;
use super::job::{Job, TextId};
use super::status::count;
use crate::domain::{Diagnostic, LineChange, TextRange};
use crate::editor::{
    Buffer, Extend, Motion, Occurrence, PaneSize, Position, Revision, Row, RowAt, Viewport,
};
use crate::language::analysis::Analysis;
use crate::language::highlight::Syntax;
use crate::language::outline::Fold;
use ratatui::layout::Size;
use std::ops::Range;
use std::sync::Arc;

/// Where the cursor stood when the pane was last settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Settled {
    revision: Revision,
    cursor: Position,
    cursor_byte: usize,
    line_bytes: usize,
    area: Size,
    shape: (Option<usize>, usize),
}

/// The head of a function, and the first line in sight it was looked for from.
#[derive(Clone, Copy, Debug, Default)]
struct Head {
    of: Option<usize>,
    line: Option<usize>,
}

/// A text on the screen.
#[derive(Debug)]
pub struct TextPane {
    /// Names it in jobs and messages.
    pub id: TextId,
    /// Its language.
    pub syntax: Syntax,
    /// The text.
    pub buffer: Buffer,
    /// The part in sight.
    pub viewport: Viewport,
    /// Its colours, as far as they are known.
    pub colours: Colours,
    /// What is wrong with it, moved along with the text.
    pub diagnostics: Vec<Diagnostic>,
    /// Lines are wrapped at the pane's edge.
    pub wraps: bool,
    /// Tabs, and blanks at the ends of lines, are shown.
    pub shows_blanks: bool,
    /// The head of the function that the first row in sight is in, when it is above.
    head: Head,
    asked: Option<(Revision, Range<usize>)>,
    settled: Option<Settled>,
    unsent: Vec<LineChange>,
    /// The line that was edited since the problems were found.
    typed_on: Option<usize>,
    /// The text whose problems are known.
    diagnosed: Option<Revision>,
    /// What the text meant in a revision, where it is a source.
    meaning: Option<(Revision, Arc<Analysis>)>,
}

impl TextPane {
    /// A pane for `text`.
    pub fn new(id: TextId, syntax: Syntax, text: &str) -> Self {
        Self {
            id,
            syntax,
            buffer: Buffer::new(text),
            viewport: Viewport::default(),
            colours: Colours::default(),
            diagnostics: Vec::new(),
            wraps: false,
            shows_blanks: false,
            head: Head::default(),
            asked: None,
            settled: None,
            unsent: Vec::new(),
            typed_on: None,
            diagnosed: None,
            meaning: None,
        }
    }

    /// Puts the cursor at `position` and the lines around it into the middle of the pane when they are out of sight.
    pub fn go_to(&mut self, position: Position, area: Size) {
        self.buffer.place_cursor(position);
        self.buffer.reveal(self.buffer.cursor().line);
        self.viewport.centre_cursor(&self.buffer, pane_size(area));
    }

    /// The rows in sight, at most `height`. The first gives way to the head of the function it is in, unless the cursor
    /// is there.
    pub fn rows(&self, height: usize) -> Vec<Row> {
        let mut rows = self.buffer.rows(self.viewport.top_row(), self.viewport.left, height);
        if let (Some(head), Some(first)) = (self.head_row(height), rows.first_mut())
            && first.at != self.buffer.row_of(self.buffer.cursor())
        {
            *first = head;
        }
        rows
    }

    /// The row of the head of the function that the first row is in.
    fn head_row(&self, height: usize) -> Option<Row> {
        /// Below this a row is worth more than to know where one is.
        const LOW: usize = 10;
        let line = self.head.line.filter(|_| height >= LOW)?;
        self.buffer.rows(RowAt { line, part: 0 }, 0, 1).into_iter().next()
    }

    /// The row is shown in the place of the first one.
    pub fn is_head(&self, row: &Row) -> bool {
        self.head.line == Some(row.at.line) && row.at < self.viewport.top_row()
    }

    /// Takes in what the text means.
    pub fn understood(&mut self, revision: Revision, analysis: Arc<Analysis>, folds: Vec<Fold>) {
        if self.buffer.revision() == revision {
            let buffer = &self.buffer;
            // The line that closes a block stays, as the one that opens it does.
            let closes = |line: usize| buffer.line(line).trim_start().starts_with(['}', ')', ']']);
            let lines = |fold: Fold| {
                let (head, last) = (fold.first as usize - 1, fold.last as usize - 1);
                (head, if closes(last) { last - 1 } else { last })
            };
            let folds = folds.into_iter().map(lines);
            let folds: Vec<_> = folds.filter(|(head, last)| head < last).collect();
            self.buffer.set_foldable(folds);
        }
        self.meaning = Some((revision, analysis));
        self.head.of = None;
    }

    /// What the text means as it stands.
    fn meaning(&self) -> Option<&Analysis> {
        let (revision, analysis) = self.meaning.as_ref()?;
        (*revision == self.buffer.revision()).then_some(&**analysis)
    }

    /// The bracket at the cursor, or before it, and its partner. Those in texts and comments count only as long as it is
    /// not known that they are.
    pub fn bracket_pair(&self) -> Option<(Position, Position)> {
        let Some(analysis) = self.meaning() else { return self.buffer.matching_bracket() };
        let cursor = self.buffer.cursor();
        let rope = self.buffer.rope();
        let at = rope.line_to_char(cursor.line) + cursor.column;
        let is_bracket = |at: usize| rope.get_char(at).is_some_and(|c| "()[]{}".contains(c));
        // Nothing is looked for where no bracket is.
        if !is_bracket(at) && !at.checked_sub(1).is_some_and(is_bracket) {
            return None;
        }
        // Of `#{` and `?[` the bracket is the last character.
        let last = |range: TextRange| {
            let end = Position::from(range.end);
            Position::new(end.line, end.column.saturating_sub(1))
        };
        analysis.matching_brackets(cursor.into()).map(|(one, other)| (last(one), last(other)))
    }

    /// Looks for the head of the function that the first row is in, when it may be another one.
    fn find_head(&mut self) {
        /// A head further above is not looked for.
        const REACH: usize = 5_000;
        let top = self.viewport.top;
        if self.syntax != Syntax::Rhai || self.head.of == Some(top) {
            return;
        }
        if let Some(analysis) = self.meaning() {
            let line = analysis.sticky_line(top as u32 + 1).map(|line| line as usize - 1);
            self.head = Head { of: Some(top), line };
            return;
        }
        let at_margin = |n: &usize| {
            let first = self.buffer.rope().line(*n).get_char(0);
            first.is_some_and(|c| c.is_alphabetic() || c == '}')
        };
        let found = (0..top).rev().take(REACH).find(at_margin);
        let is_function = |n: &usize| {
            let line = self.buffer.line(*n);
            line.trim_start_matches("private ").starts_with("fn ")
        };
        self.head = Head { of: Some(top), line: found.filter(is_function) };
    }

    /// Carries out a text command that concerns the text alone; gives what there is to say about it. `clipboard` is
    /// what a paste inserts and what a cut fills.
    pub fn apply(
        &mut self,
        action: TextAction,
        area: Size,
        clipboard: &mut String,
        now_ms: u64,
    ) -> Option<String> {
        let buffer = &mut self.buffer;
        match action {
            TextAction::Move(step) => self.step(step, Extend::Move, area),
            TextAction::Select(step) => self.step(step, Extend::Select, area),
            TextAction::SelectAll => buffer.select_all(),
            TextAction::Newline => buffer.newline(now_ms),
            TextAction::Indent => buffer.insert_tab(),
            TextAction::Outdent => buffer.outdent(),
            TextAction::Backspace => buffer.backspace(),
            TextAction::Delete => buffer.delete(),
            TextAction::DeleteWordLeft => buffer.delete_word_left(),
            TextAction::DeleteWordRight => buffer.delete_word_right(),
            TextAction::DeleteLine => buffer.delete_line(),
            TextAction::DuplicateLines => buffer.duplicate_lines(),
            TextAction::MoveLinesUp => buffer.move_lines_up(),
            TextAction::MoveLinesDown => buffer.move_lines_down(),
            TextAction::ToggleComment => buffer.toggle_comment("//"),
            TextAction::Undo => drop(buffer.undo()),
            TextAction::Redo => drop(buffer.redo()),
            TextAction::Cut => *clipboard = buffer.cut(),
            TextAction::Copy => *clipboard = buffer.copy(),
            TextAction::Paste => buffer.paste(clipboard),
            TextAction::DeleteToLineStart => buffer.delete_to_line_start(),
            TextAction::DeleteToLineEnd => buffer.delete_to_line_end(),
            TextAction::JoinLines => buffer.join_lines(),
            TextAction::SelectLine => buffer.select_lines(),
            TextAction::ExpandSelection => buffer.expand_selection(),
            TextAction::ShrinkSelection => _ = buffer.shrink_selection(),
            TextAction::UnfoldAll => buffer.unfold_all(),
            _ => return self.apply_and_tell(action),
        }
        None
    }

    /// Carries out a command that has something to say.
    fn apply_and_tell(&mut self, action: TextAction) -> Option<String> {
        let buffer = &mut self.buffer;
        match action {
            TextAction::AddCursor(turn) => {
                let added = match turn {
                    Turn::Previous => buffer.add_cursors_above(),
                    Turn::Next => buffer.add_cursors_below(),
                };
                Some(if added {
                    format!("{} cursors", buffer.cursor_count())
                } else {
                    "There is no further line for a cursor".to_owned()
                })
            }
            TextAction::NextOccurrence => Some(told(buffer.select_next_occurrence())),
            TextAction::AllOccurrences => Some(told(buffer.select_all_occurrences())),
            TextAction::SortLines(order) => {
                let sorted = buffer.sort_lines(order);
                (!sorted).then(|| "Select the lines that are to be sorted".to_owned())
            }
            TextAction::TurnCase => Some(match buffer.turn_case() {
                Some(lettering) => lettering.name().to_owned(),
                None => "There is no word at the cursor".to_owned(),
            }),
            TextAction::TrimLineEnds => Some(match buffer.trim_line_ends() {
                0 => "No line ends in blanks".to_owned(),
                lines => format!("Took the blanks from the end of {}", count(lines, "line")),
            }),
            TextAction::ToggleWrap => {
                self.wraps = !self.wraps;
                Some(
                    if self.wraps { "Lines are wrapped" } else { "Lines are not wrapped" }
                        .to_owned(),
                )
            }
            TextAction::ToggleBlanks => {
                self.shows_blanks = !self.shows_blanks;
                let told = if self.shows_blanks { "shown" } else { "not shown" };
                Some(format!("Tabs and blanks at the ends of lines are {told}"))
            }
            TextAction::ToggleFold => {
                let folded = buffer.toggle_fold();
                (!folded).then(|| "There is nothing to fold here".to_owned())
            }
            TextAction::FoldAll => Some(match buffer.fold_all() {
                0 => "There is nothing to fold".to_owned(),
                folds => format!("Folded {}", count(folds, "block")),
            }),
            TextAction::Unwrap => {
                let unwrapped = buffer.unwrap();
                (!unwrapped).then(|| "No brackets or quotes are around the cursor".to_owned())
            }
            _ => None,
        }
    }

    fn step(&mut self, step: Step, extend: Extend, area: Size) {
        let page = (area.height as usize).saturating_sub(1).max(1);
        let motion = match step {
            Step::Left => Motion::Left,
            Step::Right => Motion::Right,
            Step::Up => Motion::Up,
            Step::Down => Motion::Down,
            Step::WordLeft => Motion::WordLeft,
            Step::WordRight => Motion::WordRight,
            Step::LineStart => Motion::LineStart,
            Step::LineEnd => Motion::LineEnd,
            Step::PageUp => Motion::PageUp(page),
            Step::PageDown => Motion::PageDown(page),
            Step::ParagraphUp => Motion::ParagraphUp,
            Step::ParagraphDown => Motion::ParagraphDown,
            Step::TextStart => Motion::DocumentStart,
            Step::TextEnd => Motion::DocumentEnd,
            Step::Bracket => Motion::MatchingBracket,
        };
        if step == Step::Bracket && self.meaning().is_some() && self.buffer.cursor_count() == 1 {
            match (self.bracket_pair(), extend) {
                (Some((_, partner)), Extend::Move) => self.buffer.place_cursor(partner),
                (Some((_, partner)), Extend::Select) => self.buffer.extend_to(partner),
                (None, _) => {}
            }
            return;
        }
        let lines = match step {
            Step::PageUp => -(page as isize),
            Step::PageDown => page as isize,
            _ => 0,
        };
        self.viewport.scroll_rows(&self.buffer, lines, pane_size(area));
        self.buffer.move_by(motion, extend);
    }

    /// Brings everything that follows from the text up to date: colours and problems move with it, the cursor comes
    /// into sight, and what is not coloured yet is asked for. `area` is what the text has on the screen, without the
    /// gutter. Gives how the lines have changed since the last time.
    pub fn settle(&mut self, area: Size, jobs: &mut Vec<Job>) -> Vec<LineChange> {
        self.buffer.set_wrap(self.wraps.then_some(area.width as usize));
        let changes = self.buffer.take_changes();
        self.follow_changes(&changes);
        let cursor = self.buffer.cursor();
        let now = Settled {
            revision: self.buffer.revision(),
            cursor,
            cursor_byte: self.buffer.bytes_before(cursor),
            line_bytes: self.buffer.line_bytes(cursor.line),
            area,
            shape: self.buffer.row_shape(),
        };
        if self.settled.is_none_or(|before| {
            before.cursor != cursor
                || before.area != area
                || before.revision != now.revision
                || before.shape != now.shape
        }) {
            if self.settled.is_none_or(|before| before.cursor != cursor) {
                self.buffer.reveal(cursor.line);
            }
            self.buffer.measure(cursor.line..cursor.line + 1);
            self.viewport.follow_cursor(&self.buffer, pane_size(area));
        }
        self.settled = Some(now);
        self.find_head();
        self.buffer.measure(self.viewport.shown_lines(&self.buffer, pane_size(area)));
        self.ask_for_colours(area, jobs);
        changes
    }

    /// The same text for another pane.
    #[must_use]
    pub fn mirror(&self, id: TextId) -> Self {
        Self {
            buffer: self.buffer.mirror(),
            viewport: self.viewport,
            wraps: self.wraps,
            shows_blanks: self.shows_blanks,
            colours: self.colours.clone(),
            diagnostics: self.diagnostics.clone(),
            ..Self::new(id, self.syntax, "")
        }
    }

    /// Shows the text of `live`, which a mirror was made of, as it is now; `changes` led from what was shown to it.
    pub fn follow(&mut self, live: &Self, changes: &[LineChange]) {
        self.buffer.follow(&live.buffer, changes);
        self.follow_changes(changes);
        if self.diagnostics != live.diagnostics {
            self.diagnostics.clone_from(&live.diagnostics);
        }
        self.typed_on = live.typed_on;
    }

    /// Swaps what is in sight, and the cursors, with another pane of the same text.
    pub fn swap_views(&mut self, other: &mut Self) {
        self.buffer.swap_cursors(&mut other.buffer);
        std::mem::swap(&mut self.viewport, &mut other.viewport);
        std::mem::swap(&mut self.colours, &mut other.colours);
        std::mem::swap(&mut self.settled, &mut other.settled);
        std::mem::swap(&mut self.wraps, &mut other.wraps);
        std::mem::swap(&mut self.shows_blanks, &mut other.shows_blanks);
        (self.asked, other.asked) = (None, None);
    }

    /// Like [`Self::settle`] for a text that is only looked at: the cursor is nowhere.
    pub fn show(&mut self, area: Size, jobs: &mut Vec<Job>) {
        self.buffer.set_wrap(self.wraps.then_some(area.width as usize));
        self.buffer.measure(self.viewport.shown_lines(&self.buffer, pane_size(area)));
        self.ask_for_colours(area, jobs);
    }
}

fn told(occurrence: Occurrence) -> String {
    match occurrence {
        Occurrence::NoWord => "There is no word at the cursor".to_owned(),
        Occurrence::Selected(n, all) => format!("{n} of {all} selected"),
    }
}

/// The size of a text's area as the viewport counts it.
pub fn pane_size(area: Size) -> PaneSize {
    PaneSize { lines: area.height as usize, cells: area.width as usize }
}

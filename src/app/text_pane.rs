//! A text on the screen: the buffer, the part in sight, its colours and what is wrong with it.

use super::action::{Step, TextAction};
use super::job::{HighlightRequest, Job, TextId};
use crate::domain::{Diagnostic, LineChange, Severity};
use crate::editor::{self, Buffer, Extend, Motion, PaneSize, Position, Revision, Viewport};
use crate::language::highlight::{Span, Syntax, TokenKind};
use ratatui::layout::Size;
use std::ops::Range;
use std::sync::Arc;

/// Colours of a stretch of lines.
#[derive(Clone, Debug, Default)]
pub struct Colours {
    first: usize,
    lines: Vec<Arc<[Span]>>,
}

impl Colours {
    /// The spans of a line; empty while they are not known.
    pub fn line(&self, line: usize) -> &[Span] {
        line.checked_sub(self.first)
            .and_then(|index| self.lines.get(index))
            .map_or(&[], |spans| spans)
    }

    fn shift(&mut self, change: LineChange) {
        let LineChange { first_line, old_lines, new_lines } = change;
        if first_line + old_lines <= self.first {
            self.first = (self.first + new_lines).saturating_sub(old_lines);
            return;
        }
        let Some(at) = first_line.checked_sub(self.first) else {
            *self = Self::default();
            return;
        };
        if at >= self.lines.len() {
            return;
        }
        let end = (at + old_lines).min(self.lines.len());
        let kept = self.lines[at].clone();
        let filler = (0..new_lines).map(|n| if n == 0 { kept.clone() } else { Arc::from([]) });
        self.lines.splice(at..end, filler);
    }

    /// Moves the spans of a line along with an edit of it, so that it keeps its colours until they are computed anew.
    fn follow(&mut self, line: usize, edit: LineEdit) {
        let Some(spans) = line.checked_sub(self.first).and_then(|index| self.lines.get_mut(index))
        else {
            return;
        };
        let moved = spans.iter().map(|span| edit.moved(*span));
        let moved: Vec<Span> = moved.filter(|span| span.start < span.end).collect();
        *spans = moved.into();
    }
}

/// An edit within one line, in bytes of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct LineEdit {
    at: usize,
    removed: usize,
    inserted: usize,
    /// What was inserted goes on with a word.
    word: bool,
}

impl LineEdit {
    fn moved(self, span: Span) -> Span {
        let (start, end) = (span.start as usize, span.end as usize);
        let shift = |at: usize| at.saturating_sub(self.removed).max(self.at) + self.inserted;
        let grows = end == self.at && self.removed == 0 && self.continues(span.kind);
        Span {
            start: if start < self.at { span.start } else { shift(start) as u32 },
            end: if end > self.at || grows { shift(end) as u32 } else { span.end },
            kind: span.kind,
        }
    }

    /// What is typed right behind a span of this kind is likely to belong to it.
    fn continues(self, kind: TokenKind) -> bool {
        match kind {
            TokenKind::Comment | TokenKind::DocComment => true,
            TokenKind::Keyword
            | TokenKind::Function
            | TokenKind::FunctionDefinition
            | TokenKind::Variable
            | TokenKind::Property
            | TokenKind::Namespace
            | TokenKind::Number => self.word,
            _ => false,
        }
    }
}

/// Where the cursor stood when the pane was last settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Settled {
    revision: Revision,
    cursor: Position,
    cursor_byte: usize,
    line_bytes: usize,
    area: Size,
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
    asked: Option<(Revision, Range<usize>)>,
    settled: Option<Settled>,
    unsent: Vec<LineChange>,
    /// The line that was edited since the problems were found.
    typed_on: Option<usize>,
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
            asked: None,
            settled: None,
            unsent: Vec::new(),
            typed_on: None,
        }
    }

    /// The text's worst problem on a line.
    pub fn severity_on(&self, line: usize) -> Option<Severity> {
        self.diagnostics
            .iter()
            .filter(|d| Position::from(d.range.start).line == line)
            .map(|d| d.severity)
            .max()
    }

    /// The problem under the cursor, else the first one on the cursor's line.
    pub fn problem_at_cursor(&self) -> Option<&Diagnostic> {
        let cursor = self.buffer.cursor();
        let on_line = || {
            self.diagnostics.iter().filter(|d| Position::from(d.range.start).line == cursor.line)
        };
        on_line()
            .find(|d| {
                (Position::from(d.range.start)..=Position::from(d.range.end)).contains(&cursor)
            })
            .or_else(|| on_line().next())
    }

    /// Puts the cursor at `position` and the lines around it into the middle of the pane when they are out of sight.
    pub fn go_to(&mut self, position: Position, area: Size) {
        self.buffer.place_cursor(position);
        let (line, count) = (self.buffer.cursor().line, self.buffer.line_count());
        if !self.viewport.lines(pane_size(area), count).contains(&line) {
            self.viewport.centre(line, pane_size(area), count);
        }
    }

    /// Carries out a text command that concerns the text alone. `clipboard` is what a paste
    /// inserts and what a cut fills.
    pub fn apply(&mut self, action: TextAction, area: Size, clipboard: &mut String, now_ms: u64) {
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
            TextAction::Find
            | TextAction::FindNext
            | TextAction::FindPrevious
            | TextAction::GoToLine => {}
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
        let lines = match step {
            Step::PageUp => -(page as isize),
            Step::PageDown => page as isize,
            _ => 0,
        };
        self.viewport.scroll_by(lines, pane_size(area), self.buffer.line_count());
        self.buffer.move_by(motion, extend);
    }

    /// Brings everything that follows from the text up to date: colours and problems move with it, the cursor comes
    /// into sight, and what is not coloured yet is asked for. `area` is what the text has on the screen, without the
    /// gutter.
    pub fn settle(&mut self, area: Size, jobs: &mut Vec<Job>) {
        self.follow_changes();
        let cursor = self.buffer.cursor();
        let line = self.buffer.line(cursor.line);
        let now = Settled {
            revision: self.buffer.revision(),
            cursor,
            cursor_byte: byte_of(&line, cursor.column),
            line_bytes: line.len(),
            area,
        };
        if self.settled.is_none_or(|before| {
            before.cursor != cursor || before.area != area || before.revision != now.revision
        }) {
            let cell = editor::cell_of_column(&line, cursor.column);
            drop(line);
            self.viewport.follow(cursor.line, cell, pane_size(area), self.buffer.line_count());
        }
        self.settled = Some(now);
        self.ask_for_colours(area, jobs);
    }

    /// Like [`Self::settle`] for a text that is only looked at: the cursor is nowhere.
    pub fn show(&mut self, area: Size, jobs: &mut Vec<Job>) {
        self.ask_for_colours(area, jobs);
    }

    fn follow_changes(&mut self) {
        let changes = self.buffer.take_changes();
        for change in &changes {
            self.colours.shift(*change);
            shift_diagnostics(&mut self.diagnostics, *change);
        }
        if let (Some(before), false) = (self.settled, changes.is_empty()) {
            let line = before.cursor.line;
            let within = LineChange { first_line: line, old_lines: 1, new_lines: 1 };
            if changes.iter().all(|change| *change == within) {
                self.follow_typing(before);
            }
        }
        self.unsent.extend(changes);
    }

    /// One line was edited, the one the cursor was on.
    fn follow_typing(&mut self, before: Settled) {
        let cursor = self.buffer.cursor();
        let line = self.buffer.line(before.cursor.line);
        let byte = if cursor.line == before.cursor.line {
            byte_of(&line, cursor.column)
        } else {
            line.len()
        };
        let at = before.cursor_byte.min(byte);
        let removed = (before.line_bytes + byte).saturating_sub(line.len() + at);
        let inserted = (line.len() + removed).saturating_sub(before.line_bytes);
        let text = line.get(at..at + inserted).unwrap_or_default();
        let word = text.chars().all(|c| c.is_alphanumeric() || c == '_');
        drop(line);
        self.colours.follow(before.cursor.line, LineEdit { at, removed, inserted, word });
        self.typed_on = Some(before.cursor.line);
    }

    /// Whether what is known to be wrong on a line may have been mended by typing since.
    pub fn is_stale(&self, line: usize) -> bool {
        self.typed_on == Some(line)
    }

    fn ask_for_colours(&mut self, area: Size, jobs: &mut Vec<Job>) {
        let revision = self.buffer.revision();
        let height = area.height as usize;
        let count = self.buffer.line_count();
        let seen = self.viewport.lines(pane_size(area), count);
        let around = |screens: usize| {
            seen.start.saturating_sub(screens * height)..(seen.end + screens * height).min(count)
        };
        // A screen further each way is asked for before it is needed, so that turning a page finds its colours.
        let wanted = around(1);
        let asked = self.asked.as_ref().is_some_and(|(asked, lines)| {
            *asked == revision && lines.start <= wanted.start && wanted.end <= lines.end
        });
        if asked || seen.is_empty() || self.syntax == Syntax::Plain {
            return;
        }
        let scrolling = self.asked.as_ref().is_some_and(|(asked, _)| *asked == revision);
        let lines = if scrolling { around(3) } else { wanted };
        self.asked = Some((revision, lines.clone()));
        jobs.push(Job::Highlight(HighlightRequest {
            text: self.id,
            syntax: self.syntax,
            revision,
            rope: self.buffer.rope().clone(),
            changes: std::mem::take(&mut self.unsent),
            lines,
        }));
    }

    /// Takes in colours; those of an older text are dropped. Says whether a line in sight looks different now.
    pub fn coloured(&mut self, revision: Revision, first: usize, lines: Vec<Arc<[Span]>>) -> bool {
        if revision != self.buffer.revision() {
            return false;
        }
        let before = std::mem::replace(&mut self.colours, Colours { first, lines });
        let height = self.settled.map_or(usize::MAX, |settled| settled.area.height as usize);
        let top = self.viewport.top;
        let seen = top..top.saturating_add(height).min(self.buffer.line_count());
        !seen.into_iter().all(|line| looks_alike(before.line(line), self.colours.line(line)))
    }

    /// Takes in problems; those of an older text are dropped. Says whether they changed anything.
    pub fn diagnosed(&mut self, revision: Revision, diagnostics: Vec<Diagnostic>) -> bool {
        if revision != self.buffer.revision() {
            return false;
        }
        let stale = self.typed_on.take().is_some();
        let changed = self.diagnostics != diagnostics;
        self.diagnostics = diagnostics;
        changed || (stale && !self.diagnostics.is_empty())
    }
}

/// The size of a text's area as the viewport counts it.
pub fn pane_size(area: Size) -> PaneSize {
    PaneSize { lines: area.height as usize, cells: area.width as usize }
}

/// Names and what is nothing in particular are drawn alike.
fn looks_alike(a: &[Span], b: &[Span]) -> bool {
    let seen = |span: &&Span| !matches!(span.kind, TokenKind::Variable | TokenKind::Plain);
    a.iter().filter(seen).eq(b.iter().filter(seen))
}

fn shift_diagnostics(diagnostics: &mut [Diagnostic], change: LineChange) {
    let behind = (change.first_line + change.old_lines) as u32;
    let moved =
        |line: u32| (line + change.new_lines as u32).saturating_sub(change.old_lines as u32).max(1);
    for diagnostic in diagnostics {
        if diagnostic.range.start.line > behind {
            diagnostic.range.start.line = moved(diagnostic.range.start.line);
            diagnostic.range.end.line = moved(diagnostic.range.end.line);
        }
    }
}

fn byte_of(line: &str, column: usize) -> usize {
    if line.is_ascii() {
        return column.min(line.len());
    }
    line.char_indices().nth(column).map_or(line.len(), |(byte, _)| byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moved(edit: LineEdit, span: (u32, u32, TokenKind)) -> (u32, u32) {
        let span = edit.moved(Span { start: span.0, end: span.1, kind: span.2 });
        (span.start, span.end)
    }

    #[test]
    fn colours_move_with_what_is_typed() {
        let word = LineEdit { at: 4, removed: 0, inserted: 1, word: true };
        assert_eq!(moved(word, (0, 4, TokenKind::Keyword)), (0, 5), "a word goes on");
        assert_eq!(moved(word, (0, 3, TokenKind::Keyword)), (0, 3), "what ends before stays");
        assert_eq!(moved(word, (2, 6, TokenKind::String)), (2, 7), "what is around grows");
        assert_eq!(moved(word, (4, 6, TokenKind::Number)), (5, 7), "what follows moves");
        let blank = LineEdit { word: false, ..word };
        assert_eq!(moved(blank, (0, 4, TokenKind::Keyword)), (0, 4), "a blank ends a word");
        assert_eq!(moved(blank, (0, 4, TokenKind::Comment)), (0, 5), "but no comment");
    }

    #[test]
    fn colours_move_with_what_is_deleted() {
        let deleted = LineEdit { at: 2, removed: 3, inserted: 0, word: true };
        assert_eq!(moved(deleted, (0, 4, TokenKind::String)), (0, 2));
        assert_eq!(moved(deleted, (3, 5, TokenKind::Number)), (2, 2), "nothing is left of it");
        assert_eq!(moved(deleted, (6, 8, TokenKind::Number)), (3, 5));
    }
}

//! What comes from outside about a text, its colours and its problems, and how both follow it while it is edited.

use super::{Head, Settled, TextPane, pane_size};
use crate::app::colours::{Colours, LineEdit, looks_alike};
use crate::app::job::{HighlightRequest, Job};
use crate::domain::{Diagnostic, LineChange};
use crate::editor::Revision;
use crate::language::highlight::{Span, Syntax};
use ratatui::layout::Size;
use std::sync::Arc;

impl TextPane {
    pub(super) fn follow_changes(&mut self, changes: &[LineChange]) {
        for change in changes {
            self.colours.shift(*change);
            if change.first_line < self.viewport.top {
                self.head = Head::default();
            }
            shift_diagnostics(&mut self.diagnostics, *change);
        }
        if let (Some(before), false) = (self.settled, changes.is_empty()) {
            let line = before.cursor.line;
            let within = LineChange { first_line: line, old_lines: 1, new_lines: 1 };
            let one = self.buffer.cursor_count() == 1;
            if one && changes.iter().all(|change| *change == within) {
                self.follow_typing(before);
            }
        }
        self.unsent.extend(changes);
    }

    /// One line was edited, the one the cursor was on.
    fn follow_typing(&mut self, before: Settled) {
        let cursor = self.buffer.cursor();
        let len = self.buffer.line_bytes(before.cursor.line);
        let byte =
            if cursor.line == before.cursor.line { self.buffer.bytes_before(cursor) } else { len };
        let at = before.cursor_byte.min(byte);
        let removed = (before.line_bytes + byte).saturating_sub(len + at);
        let inserted = (len + removed).saturating_sub(before.line_bytes);
        let line = self.buffer.rope().line(before.cursor.line);
        let text = line.get_byte_slice(at..at + inserted);
        let word = text.is_none_or(|text| text.chars().all(|c| c.is_alphanumeric() || c == '_'));
        self.colours.follow(before.cursor.line, LineEdit { at, removed, inserted, word });
        self.typed_on = Some(before.cursor.line);
    }

    /// Whether what is known to be wrong on a line may have been mended by typing since.
    pub fn is_stale(&self, line: usize) -> bool {
        self.typed_on == Some(line)
    }

    pub(super) fn ask_for_colours(&mut self, area: Size, jobs: &mut Vec<Job>) {
        let revision = self.buffer.revision();
        let height = area.height as usize;
        let count = self.buffer.line_count();
        let seen = self.viewport.shown_lines(&self.buffer, pane_size(area));
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
            shown: self.colours.clone(),
        }));
    }

    /// Takes in colours; those of an older text are dropped. Says whether a line in sight looks different now.
    pub fn coloured(&mut self, revision: Revision, first: usize, lines: Vec<Arc<[Span]>>) -> bool {
        if revision != self.buffer.revision() {
            return false;
        }
        let before = std::mem::replace(&mut self.colours, Colours::of(first, lines));
        let area = self.settled.map_or(Size::new(u16::MAX, u16::MAX), |settled| settled.area);
        let seen = self.viewport.shown_lines(&self.buffer, pane_size(area));
        !seen.into_iter().all(|line| looks_alike(before.line(line), self.colours.line(line)))
    }

    /// The problems are those of the text as it stands.
    pub fn knows_problems(&self) -> bool {
        self.diagnosed == Some(self.buffer.revision())
    }

    /// Takes in problems; those of an older text are dropped. Says whether they changed anything.
    pub fn diagnosed(&mut self, revision: Revision, diagnostics: Vec<Diagnostic>) -> bool {
        if revision != self.buffer.revision() {
            return false;
        }
        self.diagnosed = Some(revision);
        let stale = self.typed_on.take().is_some();
        let changed = self.diagnostics != diagnostics;
        self.diagnostics = diagnostics;
        changed || (stale && !self.diagnostics.is_empty())
    }
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

//! What is wrong on the lines of a text, and what of it the lines leave no room for.

use super::TextPane;
use crate::domain::{Diagnostic, Severity};
use crate::editor::{Position, end_of};
use unicode_width::UnicodeWidthStr;

/// A message that has fewer columns behind its line is not shown there.
pub const LEAST_MESSAGE: usize = 16;
/// The columns between a line and what is told of it.
const GAP: usize = 3;

impl TextPane {
    /// The text's worst problem on a line.
    pub fn worst_on(&self, line: usize) -> Option<&Diagnostic> {
        self.on_line(line).max_by_key(|it| it.severity)
    }

    /// How bad the text's worst problem on a line is.
    pub fn severity_on(&self, line: usize) -> Option<Severity> {
        self.worst_on(line).map(|it| it.severity)
    }

    /// The problem under the cursor, else the first one on the cursor's line.
    pub fn problem_at_cursor(&self) -> Option<&Diagnostic> {
        let cursor = self.buffer.cursor();
        self.on_line(cursor.line)
            .find(|d| {
                (Position::from(d.range.start)..=Position::from(d.range.end)).contains(&cursor)
            })
            .or_else(|| self.on_line(cursor.line).next())
    }

    /// The same, where the message cannot be read whole behind the line.
    pub fn hidden_problem(&self) -> Option<&Diagnostic> {
        let line = self.buffer.cursor().line;
        let problem = self.problem_at_cursor().filter(|_| !self.is_stale(line))?;
        let is_shown = self.worst_on(line).is_some_and(|it| std::ptr::eq(it, problem));
        let needed = problem.message.width().max(LEAST_MESSAGE);
        (!is_shown || self.room_behind(line) < needed).then_some(problem)
    }

    /// The columns behind a line on the screen; none where its end is out of sight, or hides others.
    fn room_behind(&self, line: usize) -> usize {
        let Some(area) = self.settled.map(|it| it.area) else { return 0 };
        let rows = self.rows(area.height as usize);
        let row = rows.iter().rfind(|it| it.at.line == line && it.last);
        let Some(row) = row.filter(|_| self.buffer.folded_below(line).is_none()) else { return 0 };
        let end = end_of(row, &self.buffer.row_text(row, area.width as usize));
        (area.width as usize).saturating_sub(end.saturating_sub(row.left) + GAP)
    }

    fn on_line(&self, line: usize) -> impl DoubleEndedIterator<Item = &Diagnostic> {
        self.diagnostics.iter().filter(move |it| Position::from(it.range.start).line == line)
    }
}

//! A text with line numbers, colours, marks and selection.

use crate::app::layout::TextParts;
use crate::app::screens::find::FindBar;
use crate::app::text_pane::TextPane;
use crate::domain::{Diagnostic, Severity};
use crate::editor::{Cluster, Position, cell_of_column, clusters, shown};
use crate::language::highlight::{Span, TokenKind};
use crate::ui::canvas;
use crate::ui::theme::Theme;
use crate::ui::widgets::field_view;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position as Cell, Rect};
use ratatui::style::Style;

/// A text on the screen.
pub(in crate::ui) struct CodeView<'a> {
    pub(in crate::ui) pane: &'a TextPane,
    pub(in crate::ui) find: Option<&'a FindBar>,
    /// The pane has the focus: the line of the cursor and the brackets are marked.
    pub(in crate::ui) focused: bool,
}

/// What is marked on one line, in columns.
struct LineMarks<'a> {
    selections: Vec<(usize, usize)>,
    /// The cursors beside the terminal's own.
    cursors: Vec<usize>,
    found: Vec<(usize, usize)>,
    brackets: Vec<usize>,
    problems: Vec<(usize, usize, Severity)>,
    spans: &'a [Span],
    ground: Style,
}

impl CodeView<'_> {
    /// Draws it; gives the cursor's cell when it is in sight.
    pub(in crate::ui) fn draw(
        &self,
        buffer: &mut Buffer,
        theme: &Theme,
        parts: TextParts,
    ) -> Option<Cell> {
        let text = parts.text.intersection(buffer.area);
        let cursor = self.pane.buffer.cursor();
        let brackets = self.pane.buffer.matching_bracket().filter(|_| self.focused);
        for row in 0..text.height {
            let line = self.pane.viewport.top + row as usize;
            if line >= self.pane.buffer.line_count() {
                break;
            }
            self.draw_gutter(
                buffer,
                theme,
                Rect { y: parts.gutter.y + row, height: 1, ..parts.gutter },
                line,
            );
            self.draw_line(
                buffer,
                theme,
                Rect { y: text.y + row, height: 1, ..text },
                (line, brackets),
            );
        }
        if let Some(bar) = self.find
            && let Some(cell) = draw_find(buffer, theme, parts.find, bar, self.pane)
        {
            return Some(cell);
        }
        let row = cursor.line.checked_sub(self.pane.viewport.top)?;
        let cell = cell_of_column(&self.pane.buffer.line(cursor.line), cursor.column)
            .checked_sub(self.pane.viewport.left)?;
        (row < text.height as usize && cell <= text.width as usize).then(|| {
            Cell::new(text.x + (cell as u16).min(text.width.saturating_sub(1)), text.y + row as u16)
        })
    }

    fn draw_gutter(&self, buffer: &mut Buffer, theme: &Theme, gutter: Rect, line: usize) {
        let here = self.focused && line == self.pane.buffer.cursor().line;
        let number = Rect { width: gutter.width.saturating_sub(1), ..gutter };
        canvas::put_right(
            buffer,
            number,
            &(line + 1).to_string(),
            if here { theme.cursor_number() } else { theme.faint() },
        );
        if let Some(severity) = self.pane.severity_on(line) {
            let mark = match severity {
                Severity::Error => "E",
                Severity::Warning => "W",
                Severity::Info => "i",
            };
            canvas::put(
                buffer,
                Rect { width: 1.min(gutter.width), ..gutter },
                mark,
                theme.severity(severity),
            );
        }
    }

    fn draw_line(
        &self,
        buffer: &mut Buffer,
        theme: &Theme,
        area: Rect,
        (line, brackets): (usize, Option<(Position, Position)>),
    ) {
        let text = self.pane.buffer.line(line);
        let columns = if text.is_ascii() { text.len() } else { text.chars().count() };
        let marks = self.marks(theme, line, columns, brackets);
        if marks.ground != Style::new() {
            buffer.set_style(area, marks.ground);
        }
        let (left, width) = (self.pane.viewport.left, area.width as usize);
        let mut spans = marks.spans.iter().peekable();
        let mut end = 0;
        for cluster in clusters(&text) {
            end = cluster.cell + cluster.width;
            if end <= left {
                continue;
            }
            if cluster.cell >= left + width {
                break;
            }
            while spans.next_if(|span| span.end as usize <= cluster.byte).is_some() {}
            let kind = spans
                .peek()
                .filter(|span| span.start as usize <= cluster.byte)
                .map_or(TokenKind::Plain, |span| span.kind);
            let style = marks.style(theme, &cluster, kind);
            draw_cluster(buffer, area, &cluster, left, style);
        }
        let selected = marks.selections.iter().any(|(_, to)| *to > columns);
        let cursor = marks.cursors.contains(&columns);
        if (selected || cursor) && end >= left && end < left + width {
            let style = if cursor { theme.further_cursor() } else { theme.selection() };
            canvas::set(buffer, (area.x + (end - left) as u16, area.y), (" ", 1), style);
        }
        let start = (end.saturating_sub(left) + 3).min(width) as u16;
        let rest = Rect { x: area.x + start, width: area.width - start, ..area };
        self.draw_message(buffer, theme, rest, line);
    }

    /// The worst problem's message in the room behind the line, when there is enough of it.
    fn draw_message(&self, buffer: &mut Buffer, theme: &Theme, area: Rect, line: usize) {
        const LEAST: u16 = 16;
        let worst = self
            .pane
            .diagnostics
            .iter()
            .filter(|d| Position::from(d.range.start).line == line)
            .max_by_key(|d| d.severity);
        let Some(problem) = worst.filter(|_| !self.pane.is_stale(line)) else { return };
        if area.width >= LEAST {
            canvas::put(buffer, area, &problem.message, theme.severity(problem.severity));
        }
    }

    fn marks(
        &self,
        theme: &Theme,
        line: usize,
        len: usize,
        brackets: Option<(Position, Position)>,
    ) -> LineMarks<'_> {
        let buffer = &self.pane.buffer;
        let on_line = |(start, end): (Position, Position)| columns_on(line, start, end, len);
        let found = self.find.map_or(&[][..], |bar| &bar.matches.found);
        let first = found.partition_point(|(_, end)| end.line < line);
        let bracket_columns = brackets
            .into_iter()
            .flat_map(|(a, b)| [a, b])
            .filter(|at| at.line == line)
            .map(|at| at.column);
        let others = || buffer.others_on(line);
        let current = self.focused && buffer.cursor().line == line && buffer.selection().is_none();
        LineMarks {
            selections: others()
                .map(|other| other.ordered())
                .chain(buffer.selection())
                .filter_map(on_line)
                .collect(),
            cursors: others()
                .map(|o| o.head)
                .filter(|at| at.line == line)
                .map(|at| at.column)
                .collect(),
            found: found[first..]
                .iter()
                .take_while(|(start, _)| start.line <= line)
                .copied()
                .filter_map(on_line)
                .collect(),
            brackets: bracket_columns.collect(),
            problems: self
                .pane
                .diagnostics
                .iter()
                .filter(|_| !self.pane.is_stale(line))
                .filter_map(|d| problem_on(line, d, len))
                .collect(),
            spans: self.pane.colours.line(line),
            ground: if current { theme.cursor_line() } else { Style::new() },
        }
    }
}

impl LineMarks<'_> {
    fn style(&self, theme: &Theme, cluster: &Cluster<'_>, kind: TokenKind) -> Style {
        let column = cluster.column;
        let within = |(from, to): &(usize, usize)| (*from..*to).contains(&column);
        // A blank has no colour of its own: saying one costs bytes on the line to the terminal.
        let kind = if cluster.text == " " { TokenKind::Plain } else { kind };
        let mut style = self.ground.patch(theme.token(kind));
        if self.found.iter().any(within) {
            style = style.patch(theme.found());
        }
        if self.brackets.contains(&column) {
            style = style.patch(theme.bracket());
        }
        if self.selections.iter().any(within) {
            style = style.patch(theme.selection());
        }
        if self.cursors.contains(&column) {
            style = style.patch(theme.further_cursor());
        }
        let problem = self
            .problems
            .iter()
            .filter(|(from, to, _)| within(&(*from, *to)))
            .map(|(_, _, severity)| *severity)
            .max();
        problem.map_or(style, |severity| style.patch(theme.problem(severity)))
    }
}

fn draw_cluster(buffer: &mut Buffer, area: Rect, cluster: &Cluster<'_>, left: usize, style: Style) {
    let from = cluster.cell.max(left) - left;
    let to = (cluster.cell + cluster.width - left).min(area.width as usize);
    let cut = cluster.cell < left || cluster.cell + cluster.width - left > area.width as usize;
    let at = |column: usize| (area.x + column as u16, area.y);
    if cut || cluster.text == "\t" {
        for column in from..to {
            canvas::set(buffer, at(column), (" ", 1), style);
        }
    } else {
        canvas::set(buffer, at(from), (&shown(cluster), cluster.width), style);
    }
}

/// The part of a stretch of text that lies on `line`, in columns; a stretch that goes on takes the line's end in.
fn columns_on(line: usize, start: Position, end: Position, len: usize) -> Option<(usize, usize)> {
    if line < start.line || line > end.line {
        return None;
    }
    let from = if line == start.line { start.column } else { 0 };
    let to = if line == end.line { end.column } else { len + 1 };
    (from < to).then_some((from, to))
}

fn problem_on(line: usize, problem: &Diagnostic, len: usize) -> Option<(usize, usize, Severity)> {
    let (start, end) = (Position::from(problem.range.start), Position::from(problem.range.end));
    let (from, to) =
        columns_on(line, start, end.max(Position::new(start.line, start.column + 1)), len)?;
    Some((from, to, problem.severity))
}

fn draw_find(
    buffer: &mut Buffer,
    theme: &Theme,
    area: Rect,
    bar: &FindBar,
    pane: &TextPane,
) -> Option<Cell> {
    if area.is_empty() {
        return None;
    }
    let count = match (&bar.error, bar.matches.found.len()) {
        (Some(error), _) => error.clone(),
        (None, _) if bar.field.is_empty() => String::new(),
        (None, 0) => "not found".to_owned(),
        (None, n) => {
            let more = if bar.matches.truncated { "+" } else { "" };
            bar.current(pane)
                .map_or_else(|| format!("{n}{more} found"), |at| format!("{} of {n}{more}", at + 1))
        }
    };
    let bad = bar.error.is_some() || (!bar.field.is_empty() && bar.matches.found.is_empty());
    let used = canvas::put(buffer, area, " Find ", theme.accent());
    let toggles = [(bar.case, "case"), (bar.word, "word"), (bar.regex, "regex")];
    let on: Vec<&str> = toggles.iter().filter(|(on, _)| *on).map(|(_, name)| *name).collect();
    let right = format!("{}  {count} ", on.join(" "));
    let counted = canvas::put_right(
        buffer,
        Rect { x: area.x + used, width: area.width.saturating_sub(used), ..area },
        right.trim_start(),
        if bad { theme.bad() } else { theme.muted() },
    );
    let room =
        Rect { x: area.x + used, width: area.width.saturating_sub(used + counted + 1), ..area };
    field_view::draw(buffer, theme, room, &bar.field).filter(|_| bar.focused)
}

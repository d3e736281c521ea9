//! A text with line numbers, colours, marks and selection.

use super::find_view;
use crate::app::layout::TextParts;
use crate::app::screens::find::FindBar;
use crate::app::text_pane::TextPane;
use crate::domain::{Diagnostic, Severity};
use crate::editor::{Cluster, Position, Row, clusters_of, shown};
use crate::language::highlight::{Span, TokenKind};
use crate::ui::canvas;
use crate::ui::theme::Theme;
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
    /// From this column on blanks are shown as such.
    blanks_from: usize,
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
        let brackets = self.pane.bracket_pair().filter(|_| self.focused);
        let rows = self.pane.rows(text.height as usize);
        for (y, row) in rows.iter().enumerate() {
            let y = y as u16;
            let gutter = Rect { y: parts.gutter.y + y, height: 1, ..parts.gutter };
            self.draw_gutter(buffer, theme, gutter, row);
            let area = Rect { y: text.y + y, height: 1, ..text };
            self.draw_row(buffer, theme, area, (row, brackets));
            if self.pane.is_head(row) {
                let whole = Rect { x: gutter.x, width: gutter.width + area.width, ..area };
                buffer.set_style(whole.intersection(buffer.area), theme.head());
            }
        }
        if let Some(bar) = self.find
            && let Some(cell) = find_view::draw(buffer, theme, parts.find, bar, self.pane)
        {
            return Some(cell);
        }
        let at = self.pane.buffer.row_of(self.pane.buffer.cursor());
        let y = rows.iter().position(|row| row.at == at)?;
        let cell = self.pane.buffer.cursor_cell().checked_sub(self.pane.viewport.left)?;
        // Behind a row that is full, and on a blank that hangs over its edge, the cursor stands at the edge.
        let edge = text.width.saturating_sub(1) as usize;
        (cell <= edge + 1 || self.pane.buffer.wraps())
            .then(|| Cell::new(text.x + cell.min(edge) as u16, text.y + y as u16))
    }

    fn draw_gutter(&self, buffer: &mut Buffer, theme: &Theme, gutter: Rect, row: &Row) {
        let line = row.at.line;
        if row.at.part > 0 {
            return;
        }
        let here = self.focused && line == self.pane.buffer.cursor().line;
        let number = Rect { width: gutter.width.saturating_sub(1), ..gutter };
        canvas::put_right(
            buffer,
            number,
            &(line + 1).to_string(),
            if here { theme.cursor_number() } else { theme.faint() },
        );
        if gutter.width > 1 {
            let mark = Rect { x: gutter.x + 1, width: 1, ..gutter };
            if self.pane.buffer.folded_below(line).is_some() {
                canvas::put(buffer, mark, "▸", theme.accent());
            } else if self.pane.buffer.heads_fold(line) {
                canvas::put(buffer, mark, "▾", theme.faint());
            }
        }
        if let Some(severity) = self.pane.severity_on(line) {
            let mark = match severity {
                Severity::Error => "E",
                Severity::Warning => "W",
                Severity::Hint => "i",
            };
            canvas::put(
                buffer,
                Rect { width: 1.min(gutter.width), ..gutter },
                mark,
                theme.severity(severity),
            );
        }
    }

    fn draw_row(
        &self,
        buffer: &mut Buffer,
        theme: &Theme,
        area: Rect,
        (row, brackets): (&Row, Option<(Position, Position)>),
    ) {
        let line = row.at.line;
        let text = self.pane.buffer.row_text(row, area.width as usize);
        let columns = row.line_end;
        let marks = self.marks(theme, line, columns, brackets);
        if marks.ground != Style::new() {
            buffer.set_style(area, marks.ground);
        }
        let (left, width) = (row.left, area.width as usize);
        let first = marks.spans.partition_point(|span| (span.end as usize) <= row.start.byte);
        let mut spans = marks.spans[first..].iter().peekable();
        let mut end = row.start.cell;
        for cluster in clusters_of(row, &text) {
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
            if self.pane.shows_blanks
                && let Some(picture) = marks.blank(&cluster)
            {
                draw_blank(buffer, area, (&cluster, picture), left, style.patch(theme.faint()));
            }
        }
        if !row.last {
            return;
        }
        let selected = marks.selections.iter().any(|(_, to)| *to > columns);
        let cursor = marks.cursors.contains(&columns);
        if (selected || cursor) && end >= left && end < left + width {
            let style = if cursor { theme.further_cursor() } else { theme.selection() };
            canvas::set(buffer, (area.x + (end - left) as u16, area.y), (" ", 1), style);
        }
        let start = (end.saturating_sub(left) + 3).min(width) as u16;
        let mut rest = Rect { x: area.x + start, width: area.width - start, ..area };
        if let Some(hidden) = self.pane.buffer.folded_below(line) {
            let words = format!("… {hidden} line{}", if hidden == 1 { "" } else { "s" });
            let back = rest.x.saturating_sub(2).max(area.x);
            let room = Rect { x: back, width: rest.right() - back, ..rest };
            let used = canvas::put(buffer, room, &words, theme.muted()) + 2;
            rest = Rect {
                x: back + used.min(room.width),
                width: room.width.saturating_sub(used),
                ..rest
            };
        }
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
        let selections = others().map(|other| other.ordered()).chain(buffer.selection());
        let heads = others().map(|other| other.head).filter(|at| at.line == line);
        LineMarks {
            selections: selections.filter_map(on_line).collect(),
            cursors: heads.map(|at| at.column).collect(),
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
            blanks_from: if self.pane.shows_blanks { buffer.text_end(line) } else { len },
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

    /// What stands for a tab anywhere, and for a blank at the end of the line.
    fn blank(&self, cluster: &Cluster<'_>) -> Option<&'static str> {
        match cluster.text {
            "\t" => Some("»"),
            " " if cluster.column >= self.blanks_from => Some("⋅"),
            _ => None,
        }
    }
}

fn draw_blank(
    buffer: &mut Buffer,
    area: Rect,
    (cluster, picture): (&Cluster<'_>, &str),
    left: usize,
    style: Style,
) {
    if let Some(cell) = cluster.cell.checked_sub(left).filter(|cell| *cell < area.width as usize) {
        canvas::set(buffer, (area.x + cell as u16, area.y), (picture, 1), style);
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

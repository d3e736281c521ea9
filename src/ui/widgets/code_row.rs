//! One row of a text: what it shows, gathered first and drawn from that alone, so that a row that shows what it showed
//! before need not be drawn.

use crate::app::text_pane::{LEAST_MESSAGE, TextPane};
use crate::domain::{Diagnostic, Severity};
use crate::editor::{Cluster, Position, Row, clusters_of, shown};
use crate::language::highlight::{Span, TokenKind};
use crate::ui::canvas;
use crate::ui::theme::Theme;
use crate::ui::widgets::code_view::CodeView;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// What a row shows, in the columns of its line.
#[derive(Hash)]
pub(super) struct RowView<'a> {
    gutter: Rect,
    area: Rect,
    row: Row,
    text: Cow<'a, str>,
    sign: Option<Severity>,
    fold: Option<Fold>,
    cursor: Cursor,
    is_head: bool,
    shows_blanks: bool,
    /// From this column on blanks are shown as such.
    blanks_from: usize,
    selections: Vec<(usize, usize)>,
    /// The cursors beside the terminal's own.
    cursors: Vec<usize>,
    found: Vec<(usize, usize)>,
    brackets: Vec<usize>,
    problems: Vec<(usize, usize, Severity)>,
    spans: &'a [Span],
    message: Option<(&'a str, Severity)>,
}

/// Whether the cursor of a pane with the focus is on the line.
#[derive(Clone, Copy, Hash, PartialEq, Eq)]
enum Cursor {
    Elsewhere,
    /// Here, at one end of a selection.
    Selecting,
    Here,
}

/// A line that others go with.
#[derive(Clone, Copy, Hash)]
enum Fold {
    Open,
    /// So many lines are hidden.
    Closed(usize),
}

impl<'a> RowView<'a> {
    /// What `row` shows in these cells.
    pub(super) fn of(
        view: &CodeView<'a>,
        row: &Row,
        (gutter, area): (Rect, Rect),
        marks: &Marks,
    ) -> Self {
        let (pane, line) = (view.pane, row.at.line);
        let (buffer, columns) = (&pane.buffer, row.line_end);
        let on_line = |(start, end): (Position, Position)| columns_on(line, start, end, columns);
        let others = || buffer.others_on(line);
        let found = view.find.map_or(&[][..], |bar| &bar.matches.found);
        let first = found.partition_point(|(_, end)| end.line < line);
        let found = found[first..].iter().take_while(|(start, _)| start.line <= line);
        let brackets = marks.brackets.into_iter().flat_map(|(a, b)| [a, b]);
        let fresh = pane.diagnostics.iter().filter(|_| !pane.is_stale(line));
        let cursor = match buffer.selection() {
            _ if !view.focused || buffer.cursor().line != line => Cursor::Elsewhere,
            Some(_) => Cursor::Selecting,
            None => Cursor::Here,
        };
        let hidden = buffer.folded_below(line).map(Fold::Closed);
        Self {
            gutter,
            area,
            row: *row,
            text: buffer.row_text(row, area.width as usize),
            sign: pane.severity_on(line),
            fold: hidden.or(marks.heads.contains(&line).then_some(Fold::Open)),
            cursor,
            is_head: pane.is_head(row),
            shows_blanks: pane.shows_blanks,
            blanks_from: if pane.shows_blanks { buffer.text_end(line) } else { columns },
            selections: others()
                .map(|other| other.ordered())
                .chain(buffer.selection())
                .filter_map(on_line)
                .collect(),
            cursors: others()
                .map(|other| other.head)
                .filter(|at| at.line == line)
                .map(|at| at.column)
                .collect(),
            found: found.copied().filter_map(on_line).collect(),
            brackets: brackets.filter(|at| at.line == line).map(|at| at.column).collect(),
            problems: fresh.filter_map(|problem| problem_on(line, problem, columns)).collect(),
            spans: pane.colours.line(line),
            message: message(pane, line),
        }
    }

    /// Differs where what is shown differs.
    pub(super) fn print(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        hasher.finish()
    }

    /// Draws it.
    pub(super) fn draw(&self, buffer: &mut Buffer, theme: &Theme) {
        self.draw_gutter(buffer, theme);
        let end = self.draw_text(buffer, theme);
        if self.row.last {
            self.draw_end(buffer, theme, end);
        }
        if self.is_head {
            let whole =
                Rect { x: self.gutter.x, width: self.gutter.width + self.area.width, ..self.area };
            buffer.set_style(whole.intersection(buffer.area), theme.head());
        }
    }

    fn draw_gutter(&self, buffer: &mut Buffer, theme: &Theme) {
        if self.row.at.part > 0 {
            return;
        }
        let gutter = self.gutter;
        let number = Rect { width: gutter.width.saturating_sub(1), ..gutter };
        canvas::put_right(
            buffer,
            number,
            &(self.row.at.line + 1).to_string(),
            if self.cursor == Cursor::Elsewhere { theme.faint() } else { theme.cursor_number() },
        );
        if gutter.width > 1 {
            let mark = Rect { x: gutter.x + 1, width: 1, ..gutter };
            match self.fold {
                Some(Fold::Closed(_)) => _ = canvas::put(buffer, mark, "▸", theme.accent()),
                Some(Fold::Open) => _ = canvas::put(buffer, mark, "▾", theme.faint()),
                None => {}
            }
        }
        if let Some(severity) = self.sign {
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

    /// Draws the text; gives the cell behind it, from the line's start.
    fn draw_text(&self, buffer: &mut Buffer, theme: &Theme) -> usize {
        let (row, area) = (&self.row, self.area);
        let ground = self.ground(theme);
        if ground != Style::new() {
            buffer.set_style(area, ground);
        }
        let (left, width) = (row.left, area.width as usize);
        let first = self.spans.partition_point(|span| (span.end as usize) <= row.start.byte);
        let mut spans = self.spans[first..].iter().peekable();
        let mut end = row.start.cell;
        for cluster in clusters_of(row, &self.text) {
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
            let style = self.style(theme, ground, &cluster, kind);
            draw_cluster(buffer, area, &cluster, left, style);
            if self.shows_blanks
                && let Some(picture) = self.blank(&cluster)
            {
                draw_blank(buffer, area, (&cluster, picture), left, style.patch(theme.faint()));
            }
        }
        end
    }

    /// Draws what stands behind the end of a line: a mark that goes on, how much is hidden, what is wrong.
    fn draw_end(&self, buffer: &mut Buffer, theme: &Theme, end: usize) {
        let (area, columns) = (self.area, self.row.line_end);
        let (left, width) = (self.row.left, area.width as usize);
        let selected = self.selections.iter().any(|(_, to)| *to > columns);
        let cursor = self.cursors.contains(&columns);
        if (selected || cursor) && end >= left && end < left + width {
            let style = if cursor { theme.further_cursor() } else { theme.selection() };
            canvas::set(buffer, (area.x + (end - left) as u16, area.y), (" ", 1), style);
        }
        let start = (end.saturating_sub(left) + 3).min(width) as u16;
        let mut rest = Rect { x: area.x + start, width: area.width - start, ..area };
        if let Some(Fold::Closed(hidden)) = self.fold {
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
        self.draw_message(buffer, theme, rest);
    }

    /// The worst problem's message in the room behind the line, when there is enough of it.
    fn draw_message(&self, buffer: &mut Buffer, theme: &Theme, area: Rect) {
        if let Some((message, severity)) = self.message
            && area.width as usize >= LEAST_MESSAGE
        {
            canvas::put(buffer, area, message, theme.severity(severity));
        }
    }

    fn ground(&self, theme: &Theme) -> Style {
        if self.cursor == Cursor::Here { theme.cursor_line() } else { Style::new() }
    }

    fn style(&self, theme: &Theme, ground: Style, cluster: &Cluster<'_>, kind: TokenKind) -> Style {
        let column = cluster.column;
        let within = |(from, to): &(usize, usize)| (*from..*to).contains(&column);
        // A blank has no colour of its own: saying one costs bytes on the line to the terminal.
        let kind = if cluster.text == " " { TokenKind::Plain } else { kind };
        let mut style = ground.patch(theme.token(kind));
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

/// What is marked in the rows of a pane, found once for all of them.
pub(super) struct Marks {
    brackets: Option<(Position, Position)>,
    /// The lines that head what can be folded.
    heads: HashSet<usize>,
}

impl Marks {
    /// Those of `rows`.
    pub(super) fn of(view: &CodeView<'_>, rows: &[Row]) -> Self {
        Self {
            brackets: view.pane.bracket_pair().filter(|_| view.focused),
            heads: view.pane.buffer.fold_heads(rows.iter().map(|row| row.at.line)),
        }
    }
}

/// The worst problem of a line, in words.
fn message(pane: &TextPane, line: usize) -> Option<(&str, Severity)> {
    let problem = pane.worst_on(line).filter(|_| !pane.is_stale(line))?;
    Some((&problem.message, problem.severity))
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

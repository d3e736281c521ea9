//! Chooses the line breaks and writes the text.

use super::doc::{Doc, Kind};
use unicode_width::UnicodeWidthStr;

/// Columns a line may have.
const COLUMNS: usize = 100;

/// Columns of one level of indentation.
const INDENT: usize = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// Everything on one line.
    Flat,
    /// Lines end where they can.
    Broken,
}

/// Something to be written, at an indentation.
#[derive(Clone, Copy)]
struct Task<'d, 'a> {
    indent: usize,
    mode: Mode,
    doc: &'d Doc<'a>,
}

/// The text of `doc`.
pub(super) fn print(doc: &Doc<'_>) -> String {
    let mut printer = Printer::default();
    let mut tasks = vec![Task { indent: 0, mode: Mode::Broken, doc }];
    while let Some(task) = tasks.pop() {
        printer.perform(task, &mut tasks);
    }
    printer.finish()
}

/// What has been written, and what is due before the next word.
#[derive(Default)]
struct Printer {
    out: String,
    column: usize,
    space: bool,
    /// Line ends that are due: 0, 1, or 2 for an empty line. A text begins as if behind an empty line.
    lines: usize,
    /// Where the next line begins.
    indent: usize,
    /// A comment has ended the line.
    ended: bool,
    /// Where that comment begins, with the blank before it.
    comment_at: Option<usize>,
}

impl Printer {
    fn perform<'d, 'a>(&mut self, task: Task<'d, 'a>, tasks: &mut Vec<Task<'d, 'a>>) {
        let Task { indent, mode, doc } = task;
        match doc.kind() {
            Kind::Text(text) => self.write(text, indent),
            Kind::LineComment(text) => {
                self.comment(text, indent);
                self.ended = true;
            }
            Kind::BlockComment(text) => self.block_comment(text, indent),
            Kind::Space => self.space = true,
            Kind::SoftLine | Kind::TrailingComma if mode == Mode::Flat => {}
            Kind::Line if mode == Mode::Flat => self.space = true,
            Kind::SoftLine | Kind::Line | Kind::NewLine => self.end_line(1, indent),
            Kind::EmptyLine => self.end_line(2, indent),
            Kind::TrailingComma => self.trailing_comma(),
            Kind::All(docs) => {
                tasks.extend(docs.iter().rev().map(|doc| Task { indent, mode, doc }));
            }
            Kind::Indent(inner) => tasks.push(Task { indent: indent + INDENT, mode, doc: inner }),
            Kind::Flat(inner) => tasks.push(Task { indent, mode: Mode::Flat, doc: inner }),
            Kind::Group(inner) => {
                let flat = Task { indent, mode: Mode::Flat, doc: inner };
                let fits = !doc.breaks() && (mode == Mode::Flat || self.fits(flat, tasks));
                tasks.push(if fits { flat } else { Task { mode: Mode::Broken, ..flat } });
            }
            Kind::Choice { flat, hugged, broken } => {
                let one_line = Task { indent, mode: Mode::Flat, doc: flat };
                let with = |doc| Task { indent, mode: Mode::Broken, doc };
                let on_one_line =
                    !flat.breaks() && (mode == Mode::Flat || self.fits(one_line, tasks));
                tasks.push(if on_one_line {
                    one_line
                } else if self.fits(with(hugged), tasks) {
                    with(hugged)
                } else {
                    with(broken)
                });
            }
        }
    }

    /// Whether the line has room for `first` and what follows it up to where the line can end.
    fn fits<'d, 'a>(&self, first: Task<'d, 'a>, rest: &[Task<'d, 'a>]) -> bool {
        let begun = if self.lines > 0 || self.ended {
            self.indent.max(first.indent)
        } else {
            self.column + usize::from(self.space)
        };
        let Some(mut room) = COLUMNS.checked_sub(begun) else { return false };
        let mut rest = rest.iter().rev();
        let mut tasks = vec![first];
        while let Some(Task { indent, mode, doc }) = tasks.pop().or_else(|| rest.next().copied()) {
            let with = |mode, doc| Task { indent, mode, doc };
            let width = match doc.kind() {
                Kind::Text(text) | Kind::BlockComment(text) => {
                    let line = text.split('\n').next().unwrap_or_default();
                    if line.len() < text.len() {
                        return line.width() <= room;
                    }
                    line.width()
                }
                Kind::SoftLine | Kind::TrailingComma if mode == Mode::Flat => 0,
                Kind::Line if mode == Mode::Flat => 1,
                Kind::Space | Kind::TrailingComma => 1,
                Kind::LineComment(_)
                | Kind::SoftLine
                | Kind::Line
                | Kind::NewLine
                | Kind::EmptyLine => return true,
                Kind::All(docs) => {
                    tasks.extend(docs.iter().rev().map(|doc| with(mode, doc)));
                    0
                }
                Kind::Indent(inner) => {
                    tasks.push(with(mode, inner));
                    0
                }
                Kind::Flat(inner) => {
                    tasks.push(with(Mode::Flat, inner));
                    0
                }
                Kind::Group(inner) => {
                    tasks.push(with(if doc.breaks() { Mode::Broken } else { mode }, inner));
                    0
                }
                Kind::Choice { flat, hugged, broken } => {
                    tasks.push(match mode {
                        Mode::Flat if !flat.breaks() => with(mode, flat),
                        Mode::Flat => with(Mode::Broken, hugged),
                        Mode::Broken => with(mode, broken),
                    });
                    0
                }
            };
            let Some(left) = room.checked_sub(width) else { return false };
            room = left;
        }
        true
    }

    fn end_line(&mut self, lines: usize, indent: usize) {
        self.lines = self.lines.max(lines);
        self.indent = indent;
    }

    /// Writes the line ends and the blank that are due.
    fn begin(&mut self, indent: usize) {
        if self.ended && self.lines == 0 {
            self.end_line(1, indent);
        }
        if self.out.is_empty() {
            self.lines = 0;
        }
        if self.lines > 0 {
            for _ in 0..self.lines {
                self.out.push('\n');
            }
            self.out.extend(std::iter::repeat_n(' ', self.indent));
            self.column = self.indent;
        } else if self.space && !self.out.is_empty() {
            self.out.push(' ');
            self.column += 1;
        }
        self.lines = 0;
        self.space = false;
        self.ended = false;
        self.comment_at = None;
    }

    fn write(&mut self, text: &str, indent: usize) {
        self.begin(indent);
        self.out.push_str(text);
        self.column = match text.rsplit_once('\n') {
            Some((_, last)) => last.width(),
            None => self.column + text.width(),
        };
    }

    fn comment(&mut self, text: &str, indent: usize) {
        let at = self.out.len();
        let ends_line = self.lines == 0 && !self.ended;
        self.write(text, indent);
        self.comment_at = ends_line.then_some(at);
    }

    /// The lines of a comment that has a `*` before each are moved along, others stay as they are.
    fn block_comment(&mut self, text: &str, indent: usize) {
        let mut lines = text.split('\n');
        let first = lines.next().unwrap_or_default();
        let has_margin =
            text.contains('\n') && lines.all(|line| line.trim_start().starts_with('*'));
        if !has_margin {
            return self.write(text, indent);
        }
        self.write(first.trim_end(), indent);
        let margin = self.column - first.trim_end().width() + 1;
        for line in text.split('\n').skip(1) {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n(' ', margin));
            self.out.push_str(line.trim());
            self.column = margin + line.trim().width();
        }
    }

    fn trailing_comma(&mut self) {
        match self.comment_at {
            Some(at) => self.out.insert(at, ','),
            None => self.out.push(','),
        }
        self.column += 1;
    }

    fn finish(mut self) -> String {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.out
    }
}

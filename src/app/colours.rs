//! The colours of a text on the screen, moved along with it until they are computed anew.

use crate::domain::LineChange;
use crate::language::highlight::{Span, TokenKind};
use std::sync::Arc;

/// Colours of a stretch of lines.
#[derive(Clone, Debug, Default)]
pub struct Colours {
    first: usize,
    lines: Vec<Arc<[Span]>>,
}

impl Colours {
    /// The colours of lines from `first` on.
    pub(super) fn of(first: usize, lines: Vec<Arc<[Span]>>) -> Self {
        Self { first, lines }
    }

    /// The spans of a line; empty while they are not known.
    pub fn line(&self, line: usize) -> &[Span] {
        line.checked_sub(self.first)
            .and_then(|index| self.lines.get(index))
            .map_or(&[], |spans| spans)
    }

    /// Whether lines from `first` on, coloured so, would be drawn as they are now.
    pub fn look_like(&self, first: usize, lines: &[Arc<[Span]>]) -> bool {
        (first..).zip(lines).all(|(line, spans)| looks_alike(self.line(line), spans))
    }

    pub(super) fn shift(&mut self, change: LineChange) {
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
    pub(super) fn follow(&mut self, line: usize, edit: LineEdit) {
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
pub(super) struct LineEdit {
    pub(super) at: usize,
    pub(super) removed: usize,
    pub(super) inserted: usize,
    /// What was inserted goes on with a word.
    pub(super) word: bool,
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

/// Names and what is nothing in particular are drawn alike.
pub(super) fn looks_alike(a: &[Span], b: &[Span]) -> bool {
    if std::ptr::eq(a, b) {
        return true;
    }
    let seen = |span: &&Span| !matches!(span.kind, TokenKind::Variable | TokenKind::Plain);
    a.iter().filter(seen).eq(b.iter().filter(seen))
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

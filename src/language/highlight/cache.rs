//! What is known of each line: the state it starts in and its spans.

use super::HighlightStep;
use super::grammar::{Grammar, LINE_LIMIT, LineState};
use super::token::{Span, TokenKind};
use crate::domain::LineChange;
use ropey::Rope;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// Different states kept before all is forgotten; texts that people write have a dozen.
const STATE_LIMIT: usize = 4_096;
/// Lines with spans kept before those far from the wanted ones are forgotten.
const SPANS_LIMIT: usize = 4_096;

type StateId = u32;
const START: StateId = 0;

#[derive(Clone, Debug, Default)]
struct Line {
    /// The state it starts in, as far as known.
    start: StateId,
    /// It has not been parsed since its text or its state changed.
    stale: bool,
    spans: Option<Arc<[Span]>>,
}

impl Line {
    fn unparsed(start: StateId) -> Self {
        Self { start, stale: true, spans: None }
    }
}

/// Lines from the text's start on, as far as the parse has come.
#[derive(Debug)]
pub(super) struct LineCache {
    grammar: Grammar,
    states: Vec<LineState>,
    /// States by the kinds open in them.
    ids: HashMap<Vec<TokenKind>, Vec<StateId>>,
    /// The start state of each is known; never empty.
    lines: Vec<Line>,
    /// All lines before this one are parsed.
    clean: usize,
    with_spans: usize,
}

impl LineCache {
    pub(super) fn new(grammar: Grammar) -> Self {
        let start = grammar.start();
        let ids = HashMap::from([(start.open.clone(), vec![START])]);
        Self {
            grammar,
            states: vec![start],
            ids,
            lines: vec![Line::unparsed(START)],
            clean: 0,
            with_spans: 0,
        }
    }

    #[cfg(test)]
    pub(super) fn state_count(&self) -> usize {
        self.states.len()
    }

    pub(super) fn edited(&mut self, change: LineChange) {
        let first = change.first_line;
        if first >= self.lines.len() {
            return;
        }
        let end = first.saturating_add(change.old_lines);
        let start = self.lines[first].start;
        if end >= self.lines.len() {
            // Nothing known follows, so nothing needs to be agreed with.
            self.lines.truncate(first);
            self.lines.push(Line::unparsed(start));
        } else {
            // The states of the further new lines follow from the first; a wrong one is found out on the way.
            let new = std::iter::repeat_n(Line::unparsed(start), change.new_lines);
            self.lines.splice(first..end, new);
        }
        self.clean = self.clean.min(first);
    }

    pub(super) fn highlight(
        &mut self,
        rope: &Rope,
        wanted: Range<usize>,
        budget: usize,
    ) -> HighlightStep {
        let mut parsed = 0;
        self.fit(rope.len_lines());
        let complete = loop {
            // No further than is asked for: behind an edit all the rest of a text may be clean.
            while self.clean < wanted.end
                && self.lines.get(self.clean).is_some_and(|line| !line.stale)
            {
                self.clean += 1;
            }
            if self.clean >= wanted.end {
                break true;
            }
            if parsed >= budget {
                break false;
            }
            self.parse(rope, self.clean);
            parsed += 1;
        };
        let mut lines = Vec::with_capacity(wanted.len());
        for number in wanted.clone() {
            lines.push(self.spans(rope, number, &mut parsed));
        }
        self.forget_far_spans(&wanted);
        HighlightStep { lines, parsed, complete }
    }

    /// Keeps to a text of `line_count` lines, whatever has been told of its edits.
    fn fit(&mut self, line_count: usize) {
        self.lines.truncate(line_count);
        let known = self.lines.len();
        if known < line_count
            && let Some(last) = self.lines.last_mut()
        {
            // Parsed again, it gives the state that the next line starts in.
            last.stale = true;
            self.clean = self.clean.min(known - 1);
        }
    }

    /// Parses line `number` and hands its end state to the next one.
    fn parse(&mut self, rope: &Rope, number: usize) {
        let mut state = self.states[self.lines[number].start as usize].clone();
        let spans = self.grammar.parse_line(&mut state, &line_text(rope, number));
        let end = self.intern(state);
        self.keep_spans(number, spans.into());
        self.lines[number].stale = false;
        self.clean = number + 1;
        if self.clean == self.lines.len() {
            if self.clean < rope.len_lines() {
                self.lines.push(Line::unparsed(end));
            }
        } else if self.lines[self.clean].start != end {
            let next = &mut self.lines[self.clean];
            next.start = end;
            next.stale = true;
        }
    }

    /// The spans of line `number`; those of before when it waits to be parsed again, a guess when it never was.
    fn spans(&mut self, rope: &Rope, number: usize, parsed: &mut usize) -> Arc<[Span]> {
        if let Some(spans) = self.lines.get(number).and_then(|line| line.spans.clone()) {
            return spans;
        }
        *parsed += 1;
        let start = self.lines.get(number).map_or(START, |line| line.start);
        let mut state = self.states[start as usize].clone();
        let spans: Arc<[Span]> =
            self.grammar.parse_line(&mut state, &line_text(rope, number)).into();
        if self.lines.get(number).is_some_and(|line| !line.stale) {
            self.keep_spans(number, spans.clone());
        }
        spans
    }

    fn keep_spans(&mut self, number: usize, spans: Arc<[Span]>) {
        self.with_spans += 1;
        self.lines[number].spans = Some(spans);
    }

    fn forget_far_spans(&mut self, wanted: &Range<usize>) {
        if self.with_spans <= SPANS_LIMIT {
            return;
        }
        let near = wanted.start.saturating_sub(SPANS_LIMIT / 4)
            ..wanted.end.saturating_add(SPANS_LIMIT / 4);
        self.with_spans = 0;
        for (number, line) in self.lines.iter_mut().enumerate() {
            if near.contains(&number) {
                self.with_spans += usize::from(line.spans.is_some());
            } else {
                line.spans = None;
            }
        }
    }

    fn intern(&mut self, state: LineState) -> StateId {
        if state.is_too_deep() {
            return START;
        }
        let alike = self.ids.entry(state.open.clone()).or_default();
        if let Some(id) = alike.iter().find(|id| self.states[**id as usize] == state) {
            return *id;
        }
        if self.states.len() >= STATE_LIMIT {
            return START;
        }
        let id = self.states.len() as StateId;
        alike.push(id);
        self.states.push(state);
        id
    }
}

/// Line `number` of `rope`, cut at [`LINE_LIMIT`], with a line feed at its end.
fn line_text(rope: &Rope, number: usize) -> String {
    let line = rope.line(number);
    let mut end = line.len_bytes().min(LINE_LIMIT);
    if end < line.len_bytes() {
        end = line.char_to_byte(line.byte_to_char(end));
    }
    let mut text = String::with_capacity(end + 1);
    for chunk in line.byte_slice(..end).chunks() {
        text.push_str(chunk);
    }
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

//! What a search found in one of many texts: the places, and the lines they stand in, made fit to be listed.

use super::position::Position;
use super::search::{Finder, position};
use ropey::Rope;
use std::ops::Range;

/// Characters shown of a line before a match.
const BEFORE: usize = 40;
/// Characters shown of a line from a match on.
const BEHIND: usize = 160;

/// A match in one of many texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Where it begins.
    pub start: Position,
    /// The place just behind it.
    pub end: Position,
    /// Its line, without the blanks at its start and cut where it is long.
    pub line: String,
    /// The match in [`Hit::line`], in bytes, as far as it stands on the line.
    pub matched: Range<usize>,
    /// What would take its place.
    pub replacement: String,
}

/// The matches in `rope`, at most `limit`, with what takes their places by `template`.
pub fn hits(rope: &Rope, finder: &Finder, template: &str, limit: usize) -> Vec<Hit> {
    let text = String::from(rope);
    let found = finder.matches(&text).take(limit);
    found
        .map(|range| {
            let (start, end) = (position(rope, range.start), position(rope, range.end));
            let (line, matched) = excerpt(&text, &range);
            let replacement = finder.replacement(&text, &range, template);
            Hit { start, end, line, matched, replacement }
        })
        .collect()
}

fn excerpt(text: &str, range: &Range<usize>) -> (String, Range<usize>) {
    let line_start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[range.start..].find('\n').map_or(text.len(), |at| range.start + at);
    let before = text[line_start..range.start].trim_start();
    let cut = before.char_indices().rev().nth(BEFORE).map(|(at, c)| at + c.len_utf8());
    let before = cut.map_or_else(|| before.to_owned(), |at| format!("…{}", &before[at..]));
    let behind = &text[range.start..line_end];
    let end = behind.char_indices().nth(BEHIND).map_or(behind.len(), |(at, _)| at);
    let rest = if end < behind.len() { "…" } else { "" };
    let line = format!("{before}{}{rest}", &behind[..end]);
    let matched = before.len()..before.len() + (range.end - range.start).min(end);
    (line, matched)
}

#[cfg(test)]
mod tests {
    use super::super::search::Query;
    use super::*;

    fn found(text: &str, what: &str) -> Vec<Hit> {
        let query = Query { text: what.into(), ..Query::default() };
        let finder = Finder::new(&query).unwrap().unwrap();
        hits(&Rope::from_str(text), &finder, "new", 10)
    }

    #[test]
    fn a_hit_knows_its_line_and_what_would_stand_there() {
        let hits = found("a\n    let é = one;\none", "one");
        assert_eq!(hits.len(), 2);
        assert_eq!((hits[0].start, hits[0].end), (Position::new(1, 12), Position::new(1, 15)));
        assert_eq!(hits[0].line, "let é = one;");
        assert_eq!(&hits[0].line[hits[0].matched.clone()], "one");
        assert_eq!(hits[0].replacement, "new");
    }

    #[test]
    fn long_lines_are_cut_around_the_match_and_matches_at_the_line_break() {
        let text = format!("{}one{}", "é".repeat(500), "中".repeat(500));
        let hit = &found(&text, "one")[0];
        assert!(hit.line.starts_with("…é") && hit.line.ends_with("中…"), "{}", hit.line);
        assert!(hit.line.chars().count() < 210);
        assert_eq!(&hit.line[hit.matched.clone()], "one");
        let hit = &found("ab\ncd", "b\nc")[0];
        assert_eq!((hit.line.as_str(), hit.matched.clone()), ("ab", 1..2));
    }
}

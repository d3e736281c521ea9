//! How one text differs from another: lines that went, lines that came, and which words of them.
//!
//! Pure and without a view. A comparison of long texts takes its time, so it is made where nobody waits; what comes
//! of it is rows that can be drawn from anywhere in the middle.

use similar::{Algorithm, ChangeTag, DiffOp, TextDiff};
use std::ops::Range;
use std::time::Duration;

/// So many equal lines are shown before and behind a change.
const AROUND: usize = 3;
/// Whoever waits longer for the shortest account gets a longer one instead.
const PATIENCE: Duration = Duration::from_millis(400);
/// Words are not compared in longer lines.
const WORDS_MAX_BYTES: usize = 2_000;
/// Lines less alike than this have no words marked: everything would be.
const LIKENESS: f32 = 0.3;

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing.
    Same,
    /// The new text does not have it.
    Removed,
    /// The old text did not have it.
    Added,
}

/// One row of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiffRow {
    /// A line.
    Line {
        /// What became of it.
        change: Change,
        /// Its number in the old text, from 1.
        old: Option<usize>,
        /// Its number in the new text, from 1.
        new: Option<usize>,
        /// The line, without its break.
        text: String,
        /// What of it is different, in characters.
        marks: Vec<Range<usize>>,
    },
    /// So many equal lines that are not shown.
    Gap(usize),
}

/// How one text differs from another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    /// The rows in their order.
    pub rows: Vec<DiffRow>,
    /// The rows at which changes begin.
    pub starts: Vec<usize>,
    /// How many lines came.
    pub added: usize,
    /// How many lines went.
    pub removed: usize,
    /// The texts have the same lines and end them differently.
    pub only_endings: bool,
}

impl Diff {
    /// Compares `new` with `old`.
    pub fn of(old: &str, new: &str) -> Self {
        let (old_lines, new_lines): (Vec<&str>, Vec<&str>) = (lines(old), lines(new));
        let diff = TextDiff::configure()
            .algorithm(Algorithm::Patience)
            .timeout(PATIENCE)
            .diff_slices(&old_lines, &new_lines);
        let mut made =
            Self { only_endings: old != new && old_lines == new_lines, ..Self::default() };
        let mut end = 0;
        for group in diff.grouped_ops(AROUND) {
            let start = group.first().map_or(0, |op| op.old_range().start);
            made.gap(start.saturating_sub(end));
            for op in &group {
                made.take(op, &old_lines, &new_lines);
            }
            end = group.last().map_or(end, |op| op.old_range().end);
        }
        if !made.rows.is_empty() {
            made.gap(old_lines.len() - end);
        }
        made
    }

    fn gap(&mut self, lines: usize) {
        if lines > 0 {
            self.rows.push(DiffRow::Gap(lines));
        }
    }

    fn take(&mut self, op: &DiffOp, old_lines: &[&str], new_lines: &[&str]) {
        let (old, new) = (op.old_range(), op.new_range());
        if let DiffOp::Equal { .. } = op {
            for (old, new) in old.zip(new) {
                self.line(Change::Same, (Some(old), Some(new)), old_lines[old], Vec::new());
            }
            return;
        }
        self.starts.push(self.rows.len());
        self.removed += old.len();
        self.added += new.len();
        // Lines that took each other's place are compared word by word.
        let pairs = if old.len() == new.len() { old.len() } else { 0 };
        let marks: Vec<_> =
            (0..pairs).map(|n| words(old_lines[old.start + n], new_lines[new.start + n])).collect();
        for (n, at) in old.enumerate() {
            let marks = marks.get(n).map_or_else(Vec::new, |(old, _)| old.clone());
            self.line(Change::Removed, (Some(at), None), old_lines[at], marks);
        }
        for (n, at) in new.enumerate() {
            let marks = marks.get(n).map_or_else(Vec::new, |(_, new)| new.clone());
            self.line(Change::Added, (None, Some(at)), new_lines[at], marks);
        }
    }

    fn line(
        &mut self,
        change: Change,
        (old, new): (Option<usize>, Option<usize>),
        text: &str,
        marks: Vec<Range<usize>>,
    ) {
        let number = |at: Option<usize>| at.map(|at| at + 1);
        let (old, new) = (number(old), number(new));
        self.rows.push(DiffRow::Line { change, old, new, text: text.to_owned(), marks });
    }
}

/// The lines of a text without their breaks; what follows the last break is a line only if there is something.
fn lines(text: &str) -> Vec<&str> {
    text.lines().collect()
}

/// What of two lines is different, in characters of each.
fn words(old: &str, new: &str) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
    if old.len().max(new.len()) > WORDS_MAX_BYTES {
        return (Vec::new(), Vec::new());
    }
    let diff = TextDiff::from_words(old, new);
    let (mut removed, mut added) = (Vec::new(), Vec::new());
    let (mut old_at, mut new_at, mut equal) = (0, 0, 0);
    for change in diff.iter_all_changes() {
        let len = change.value().chars().count();
        match change.tag() {
            ChangeTag::Equal => {
                equal += len;
                old_at += len;
                new_at += len;
            }
            ChangeTag::Delete => {
                push(&mut removed, old_at..old_at + len);
                old_at += len;
            }
            ChangeTag::Insert => {
                push(&mut added, new_at..new_at + len);
                new_at += len;
            }
        }
    }
    let likeness = 2.0 * equal as f32 / (old_at + new_at).max(1) as f32;
    if likeness < LIKENESS { (Vec::new(), Vec::new()) } else { (removed, added) }
}

/// Adds a stretch, drawn together with the one before when they touch.
fn push(marks: &mut Vec<Range<usize>>, next: Range<usize>) {
    match marks.last_mut() {
        Some(last) if last.end == next.start => last.end = next.end,
        _ => marks.push(next),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The texts that a comparison speaks of, as far as it shows them; `None` where it leaves lines out.
    fn sides(diff: &Diff) -> Option<(Vec<String>, Vec<String>)> {
        let (mut old_side, mut new_side) = (Vec::new(), Vec::new());
        for row in &diff.rows {
            let DiffRow::Line { old, new, text, .. } = row else { return None };
            old_side.extend(old.map(|_| text.clone()));
            new_side.extend(new.map(|_| text.clone()));
        }
        Some((old_side, new_side))
    }

    fn shown(diff: &Diff) -> Vec<String> {
        let row = |row: &DiffRow| match row {
            DiffRow::Gap(lines) => format!("..{lines}"),
            DiffRow::Line { change, old, new, text, .. } => {
                let sign = match change {
                    Change::Same => ' ',
                    Change::Removed => '-',
                    Change::Added => '+',
                };
                let number = |at: &Option<usize>| at.map_or_else(String::new, |at| at.to_string());
                format!("{}:{}{sign}{text}", number(old), number(new))
            }
        };
        diff.rows.iter().map(row).collect()
    }

    #[test]
    fn changes_stand_between_the_lines_around_them() {
        let old = (1..=12).map(|n| format!("line {n}\n")).collect::<Vec<_>>().concat();
        let new = old.replace("line 6\n", "line six\nand more\n");
        let diff = Diff::of(&old, &new);
        assert_eq!(
            shown(&diff),
            [
                "..2",
                "3:3 line 3",
                "4:4 line 4",
                "5:5 line 5",
                "6:-line 6",
                ":6+line six",
                ":7+and more",
                "7:8 line 7",
                "8:9 line 8",
                "9:10 line 9",
                "..3"
            ]
        );
        assert_eq!((diff.added, diff.removed, diff.starts), (2, 1, vec![4]));
    }

    #[test]
    fn words_of_lines_that_took_each_others_place_are_marked() {
        let diff = Diff::of("let a = \"é\" + one;\n", "let a = \"é\" + two;\n");
        let marks = |row: &DiffRow| match row {
            DiffRow::Line { marks, .. } => marks.clone(),
            DiffRow::Gap(_) => Vec::new(),
        };
        assert_eq!(marks(&diff.rows[0]).first(), Some(&(14..18)));
        assert_eq!(marks(&diff.rows[1]).first(), Some(&(14..18)));
        let other = Diff::of("all of it\n", "something else here\n");
        assert!(other.rows.iter().all(|row| marks(row).is_empty()), "nothing is alike");
    }

    #[test]
    fn equal_texts_have_no_rows_and_other_line_ends_are_told_apart() {
        assert_eq!(Diff::of("a\nb\n", "a\nb\n"), Diff::default());
        let diff = Diff::of("a\nb\n", "a\r\nb\r\n");
        assert!(diff.rows.is_empty() && diff.only_endings);
        assert_eq!(shown(&Diff::of("", "a\n")), [":1+a"]);
        assert_eq!(shown(&Diff::of("a\n", "")), ["1:-a"]);
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_from_a_comparison(
            old in prop::collection::vec("[ab]{0,2}", 0..7), new in prop::collection::vec("[ab]{0,2}", 0..7),
        ) {
            let text = |lines: &[String]| lines.iter().flat_map(|line| [line, "\n"]).collect::<String>();
            let diff = Diff::of(&text(&old), &text(&new));
            if diff.rows.is_empty() {
                prop_assert_eq!(old, new);
            } else if let Some(sides) = sides(&diff) {
                prop_assert_eq!(sides, (old, new));
            }
        }
    }
}

//! Where a line that is wrapped begins a new row: behind a blank, or inside a word that is wider than a row.

use super::columns::Clusters;
use super::long_lines::Mark;

/// Where the rows begin of the text that starts at `start`, which is the first of them. A blank that does not fit hangs
/// over the edge.
pub(super) fn rows(text: &str, start: Mark, width: usize) -> Vec<Mark> {
    let width = width.max(1);
    let mut rows = vec![start];
    let mut row = start;
    let mut behind_blank: Option<Mark> = None;
    let mut hangs = false;
    for cluster in Clusters::from(text, start) {
        let here = Mark { byte: cluster.byte, column: cluster.column, cell: cluster.cell };
        let fits = cluster.cell + cluster.width <= row.cell + width;
        let blank = cluster.text == " ";
        let breaks = hangs || !(fits || blank);
        if breaks && here != row {
            row =
                if hangs { here } else { behind_blank.filter(|mark| *mark != row).unwrap_or(here) };
            rows.push(row);
            behind_blank = None;
            hangs = false;
            // A word behind the break that does not fit either is broken where it stands.
            if cluster.cell + cluster.width > row.cell + width && here != row {
                row = here;
                rows.push(row);
            }
        } else if !fits && blank {
            hangs = true;
        }
        if blank || cluster.text == "\t" {
            let end = here.cell + cluster.width;
            behind_blank = Some(Mark {
                byte: here.byte + cluster.text.len(),
                column: here.column + 1,
                cell: end,
            });
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::columns::clusters;
    use proptest::prelude::*;

    fn wrapped(text: &str, width: usize) -> Vec<&str> {
        let starts = rows(text, Mark::default(), width);
        let ends = starts.iter().skip(1).map(|mark| mark.byte).chain([text.len()]);
        starts.iter().zip(ends).map(|(start, end)| &text[start.byte..end]).collect()
    }

    #[test]
    fn rows_end_behind_blanks_or_inside_words_that_are_too_wide() {
        assert_eq!(wrapped("let a = one + two;", 8), ["let a = ", "one + ", "two;"]);
        assert_eq!(wrapped("let a = one", 7), ["let a = ", "one"], "a blank may hang over");
        assert_eq!(wrapped("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrapped("a bcdefgh", 3), ["a ", "bcd", "efg", "h"]);
        assert_eq!(wrapped("中中中", 3), ["中", "中", "中"]);
        assert_eq!(wrapped("", 3), [""]);
        assert_eq!(wrapped("ab", 2), ["ab"]);
    }

    proptest! {
        #[test]
        fn every_row_fits_and_none_is_empty(text in "[a-c \t中é👩]{0,40}", width in 4usize..20) {
            let starts = rows(&text, Mark::default(), width);
            for pair in starts.windows(2) {
                prop_assert!(pair[0].column < pair[1].column);
                let part = &text[pair[0].byte..pair[1].byte];
                let cells = pair[1].cell - pair[0].cell;
                prop_assert!(cells <= width || part.ends_with(' ') && cells == width + 1, "{:?}", part);
            }
            let all: Vec<_> = clusters(&text).map(|c| (c.byte, c.column, c.cell)).collect();
            for mark in &starts[1..] {
                prop_assert!(all.contains(&(mark.byte, mark.column, mark.cell)));
            }
        }
    }
}

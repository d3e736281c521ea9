//! From characters to the cells of a terminal and back: the one width function for layout, cursor and hit testing.
//!
//! A tab reaches to the next multiple of [`TAB_CELLS`]; a grapheme cluster is as wide as `unicode-width` says, which
//! ratatui draws by too; whatever would take no cell or must not reach a terminal is shown as one cell.

use super::long_lines::Mark;
use std::borrow::Cow;
use std::iter::FusedIterator;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Cells between two tab stops.
pub const TAB_CELLS: usize = 4;

/// Stands for what has no picture of its own.
const REPLACEMENT: &str = "\u{fffd}";

/// A grapheme cluster of a line and where it stands; all positions are those of its start, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cluster<'a> {
    /// The cluster as it stands in the text.
    pub text: &'a str,
    /// Bytes of the line before it.
    pub byte: usize,
    /// Characters of the line before it.
    pub column: usize,
    /// Cells of the line before it.
    pub cell: usize,
    /// Cells it takes, at least 1.
    pub width: usize,
}

/// The clusters of `line`, which holds no line break.
pub fn clusters(line: &str) -> Clusters<'_> {
    Clusters::from(line, Mark::default())
}

/// Iterator over the clusters of a line; see [`clusters`].
#[derive(Clone, Debug)]
pub struct Clusters<'a> {
    line: &'a str,
    byte: usize,
    column: usize,
    cell: usize,
    /// Bytes of the line before `line` begins.
    before: usize,
}

impl<'a> Iterator for Clusters<'a> {
    type Item = Cluster<'a>;

    fn next(&mut self) -> Option<Cluster<'a>> {
        let text = first_cluster(&self.line[self.byte..])?;
        let width = width_at(text, self.cell);
        let cluster = Cluster {
            text,
            byte: self.before + self.byte,
            column: self.column,
            cell: self.cell,
            width,
        };
        self.byte += text.len();
        self.column += if text.len() == 1 { 1 } else { text.chars().count() };
        self.cell += width;
        Some(cluster)
    }
}

impl FusedIterator for Clusters<'_> {}

impl<'a> Clusters<'a> {
    /// The clusters of `text`, which is a line from `start` on.
    pub(super) fn from(text: &'a str, start: Mark) -> Self {
        let Mark { byte, column, cell } = start;
        Self { line: text, byte: 0, column, cell, before: byte }
    }
}

impl Clusters<'_> {
    /// Passes over a stretch of one-byte, one-cell clusters, at most `limit` of them.
    fn skip_plain(&mut self, limit: usize) {
        let rest = &self.line.as_bytes()[self.byte..];
        let run = rest.iter().take(limit).take_while(|byte| is_plain(**byte)).count();
        // The last one may begin a cluster with what follows.
        let last_is_open = run > 0 && rest.get(run).is_some_and(|byte| !byte.is_ascii());
        let run = run - usize::from(last_is_open);
        self.byte += run;
        self.column += run;
        self.cell += run;
    }

    fn end(&self) -> (usize, usize) {
        (self.column, self.cell)
    }
}

fn is_plain(byte: u8) -> bool {
    (0x20..0x7f).contains(&byte)
}

fn first_cluster(text: &str) -> Option<&str> {
    let mut chars = text.chars();
    let first = chars.next()?;
    let alone = is_simple(first) && chars.next().is_none_or(is_simple);
    if alone { Some(&text[..first.len_utf8()]) } else { text.graphemes(true).next() }
}

/// Characters between any two of which a cluster ends: ASCII, Latin letters, the common ideographs. Most of a text
/// is made of them, and segmentation costs ten times as much.
fn is_simple(c: char) -> bool {
    c.is_ascii() || matches!(c, '\u{c0}'..='\u{2ff}' | '\u{4e00}'..='\u{9fff}')
}

fn width_at(cluster: &str, cell: usize) -> usize {
    match cluster.as_bytes() {
        [b'\t'] => TAB_CELLS - cell % TAB_CELLS,
        [_] => 1,
        _ => cluster.width().max(1),
    }
}

/// The cell at which the character `column` of `line` is shown; that of its cluster when it stands inside one, the
/// line's width beyond its end.
pub fn cell_of_column(line: &str, column: usize) -> usize {
    cell_from(line, Mark::default(), column)
}

/// As [`cell_of_column`], where `text` is a line from `start` on.
pub(super) fn cell_from(text: &str, start: Mark, column: usize) -> usize {
    let mut walk = Clusters::from(text, start);
    loop {
        walk.skip_plain(column - walk.column);
        let before = walk.end();
        if before.0 == column || walk.next().is_none() || walk.column > column {
            return before.1;
        }
    }
}

/// The column of the cluster that covers `cell` of `line`; the line's length beyond its end.
pub fn column_of_cell(line: &str, cell: usize) -> usize {
    column_from(line, Mark::default(), cell)
}

/// As [`column_of_cell`], where `text` is a line from `start` on.
pub(super) fn column_from(text: &str, start: Mark, cell: usize) -> usize {
    let mut walk = Clusters::from(text, start);
    loop {
        walk.skip_plain(cell - walk.cell);
        let before = walk.end();
        if before.1 == cell || walk.next().is_none() || walk.cell > cell {
            return before.0;
        }
    }
}

/// Cells that `line` takes.
pub fn width_of(line: &str) -> usize {
    cell_of_column(line, usize::MAX)
}

/// What is drawn for `cluster`, exactly [`Cluster::width`] cells wide: spaces for a tab, a picture for a control
/// character, a replacement for what would be invisible or steer the terminal.
pub fn shown<'a>(cluster: &Cluster<'a>) -> Cow<'a, str> {
    const SPACES: &str = "    ";
    match cluster.text.as_bytes() {
        [b'\t'] => Cow::Borrowed(&SPACES[..cluster.width]),
        [0x7f] => Cow::Borrowed("\u{2421}"),
        [byte] if *byte < 0x20 => {
            let picture = char::from_u32(0x2400 + u32::from(*byte));
            Cow::Owned(picture.unwrap_or(char::REPLACEMENT_CHARACTER).to_string())
        }
        [_] => Cow::Borrowed(cluster.text),
        _ if cluster.text.width() == 0 || cluster.text.chars().any(char::is_control) => {
            Cow::Borrowed(REPLACEMENT)
        }
        _ => Cow::Borrowed(cluster.text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn widths(line: &str) -> Vec<usize> {
        clusters(line).map(|cluster| cluster.width).collect()
    }

    #[test]
    fn every_kind_of_cluster_has_its_width() {
        assert_eq!(widths("中文"), [2, 2]);
        assert_eq!(widths("👩‍👩‍👧‍👦"), [2]);
        assert_eq!(widths("🇩🇪🇫🇷"), [2, 2]);
        assert_eq!(widths("e\u{301}x"), [1, 1]);
        assert_eq!(widths("\x1b\0\u{7f}\u{9b}"), [1, 1, 1, 1]);
        assert_eq!(widths("\u{200b}\u{202e}\u{feff}"), [1, 1, 1]);
        assert_eq!(widths("\ta\tabc\tabcd\t"), [4, 1, 3, 1, 1, 1, 1, 1, 1, 1, 1, 4]);
    }

    #[test]
    fn what_is_taken_for_simple_is() {
        let simple: Vec<char> =
            (' '..='\u{ffff}').filter(|c| is_simple(*c) && *c != '\r').collect();
        assert!(simple.len() > 20_000);
        for c in simple {
            assert_eq!(format!("a{c}é{c}中{c}{c}").graphemes(true).count(), 7, "{c:?}");
        }
    }

    #[test]
    fn nothing_shown_can_steer_a_terminal_or_hide() {
        let line = "\x1b[2J\u{9b}\u{202e}\u{200b}\u{301}";
        let drawn: String = clusters(line).map(|cluster| shown(&cluster).into_owned()).collect();
        assert_eq!(drawn, "␛[2J\u{fffd}\u{fffd}\u{fffd}\u{fffd}");
        assert_eq!(clusters("\u{7f}").map(|c| shown(&c).into_owned()).collect::<String>(), "␡");
    }

    #[test]
    fn a_cell_inside_a_wide_cluster_belongs_to_it() {
        let line = "a中\tx";
        let cells: Vec<_> = (0..7).map(|cell| column_of_cell(line, cell)).collect();
        assert_eq!(cells, [0, 1, 1, 2, 3, 4, 4]);
        let columns: Vec<_> = (0..6).map(|column| cell_of_column(line, column)).collect();
        assert_eq!(columns, [0, 1, 3, 4, 5, 5]);
    }

    proptest! {
        #[test]
        fn clusters_cells_and_columns_agree(line in "([a-z \t]|[\u{301}\u{200d}\r\x1b🇩🇪👩中é]|\\PC){0,40}") {
            let all: Vec<_> = clusters(&line).collect();
            let whole: String = all.iter().map(|cluster| cluster.text).collect();
            prop_assert_eq!(&whole, &line);
            let texts: Vec<_> = line.graphemes(true).collect();
            prop_assert_eq!(all.iter().map(|c| c.text).collect::<Vec<_>>(), texts);
            let mut cell = 0;
            for cluster in &all {
                prop_assert_eq!(cluster.cell, cell);
                prop_assert!(cluster.width >= 1);
                prop_assert_eq!(cell_of_column(&line, cluster.column), cluster.cell);
                for inside in cluster.cell..cluster.cell + cluster.width {
                    prop_assert_eq!(column_of_cell(&line, inside), cluster.column);
                }
                prop_assert_eq!(shown(cluster).width(), cluster.width);
                cell += cluster.width;
            }
            prop_assert_eq!(width_of(&line), cell);
            prop_assert_eq!(column_of_cell(&line, cell + 3), line.chars().count());
        }
    }
}

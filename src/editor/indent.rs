//! Indentation: what one level is, and how a line is indented.

use super::brackets;
use super::buffer::Buffer;
use super::columns::cell_of_column;

/// Lines that [`Indent::detect`] looks at.
const DETECT_LINES: usize = 1_000;

/// What one level of indentation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Indent {
    /// A tab character.
    Tab,
    /// This many spaces, from 1 to 8.
    Spaces(u8),
}

impl Default for Indent {
    fn default() -> Self {
        Self::Spaces(4)
    }
}

impl Indent {
    /// What `text` is indented by, judged by its first thousand lines; `None` when nothing is indented.
    pub fn detect(text: &str) -> Option<Self> {
        let mut tabs = 0usize;
        let mut steps = [0usize; 9];
        let mut previous = 0;
        for line in text.lines().take(DETECT_LINES).filter(|line| !line.trim().is_empty()) {
            if line.starts_with('\t') {
                tabs += 1;
                continue;
            }
            let width = line.bytes().take_while(|byte| *byte == b' ').count();
            if let Some(count) = steps.get_mut(width.abs_diff(previous)) {
                *count += 1;
            }
            previous = width;
        }
        // A step of one space is alignment, as in a block comment, and no step is no evidence.
        let spaces = (2u8..=8).rev().max_by_key(|width| steps[usize::from(*width)])?;
        let seen = steps[usize::from(spaces)];
        match (tabs, seen) {
            (0, 0) => None,
            (tabs, seen) if tabs > seen => Some(Self::Tab),
            _ => Some(Self::Spaces(spaces)),
        }
    }

    /// One level as text.
    pub fn as_str(self) -> &'static str {
        const SPACES: &str = "        ";
        match self {
            Self::Tab => "\t",
            Self::Spaces(n) => &SPACES[..usize::from(n.clamp(1, 8))],
        }
    }

    /// Cells one level takes.
    pub fn cells(self) -> usize {
        match self {
            Self::Tab => super::columns::TAB_CELLS,
            Self::Spaces(n) => usize::from(n.clamp(1, 8)),
        }
    }
}

impl Buffer {
    /// Characters of white space that line `n` begins with.
    pub(super) fn leading_space(&self, n: usize) -> usize {
        self.rope.line(n).chars().take_while(|c| *c == ' ' || *c == '\t').count()
    }

    /// Line `n` holds nothing but white space.
    pub(super) fn is_blank(&self, n: usize) -> bool {
        self.rope.line(n).chars().all(char::is_whitespace)
    }

    /// The white space that line `n` begins with, up to `column`.
    pub(super) fn indentation(&self, n: usize, column: usize) -> String {
        self.rope.line(n).chars().take(self.leading_space(n).min(column)).collect()
    }

    /// The indentation that a line closing a bracket with `close` gets: that of the line which opens it, or one level
    /// less than now.
    pub(super) fn closing_indentation(&self, n: usize, close: char) -> String {
        let start = self.rope.line_to_char(n);
        if let Some(opener) = brackets::opener_before(&self.rope, start, close) {
            let line = self.rope.char_to_line(opener);
            return self.indentation(line, usize::MAX);
        }
        let mut indentation = self.indentation(n, usize::MAX);
        indentation.truncate(self.outdented_len(n));
        indentation
    }

    /// How many of the leading characters of line `n` stay when it loses one level.
    pub(super) fn outdented_len(&self, n: usize) -> usize {
        let space = self.indentation(n, usize::MAX);
        space.len() - self.last_level(&space)
    }

    /// Characters of `space`, an indentation, that lead from the stop before to its end.
    pub(super) fn last_level(&self, space: &str) -> usize {
        if space.ends_with('\t') {
            return 1;
        }
        let unit = self.indent.cells();
        let surplus = match cell_of_column(space, space.len()) % unit {
            0 => unit,
            surplus => surplus,
        };
        let spaces = space.bytes().rev().take_while(|byte| *byte == b' ').count();
        surplus.min(spaces)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_is_found_in_the_text() {
        assert_eq!(
            Indent::detect("fn a() {\n    x\n    {\n        y\n    }\n}\n"),
            Some(Indent::Spaces(4))
        );
        assert_eq!(Indent::detect("{\n  \"a\": {\n    \"b\": 1\n  }\n}"), Some(Indent::Spaces(2)));
        assert_eq!(Indent::detect("fn a() {\n\tx\n\t\ty\n}\n"), Some(Indent::Tab));
        assert_eq!(Indent::detect("a\nb\n"), None);
        assert_eq!(
            Indent::detect("/*\n * a\n * b\n */\nfn a() {\n  b\n}"),
            Some(Indent::Spaces(2))
        );
    }
}

//! How an edit moved the lines of a text.

/// Lines that an edit replaced: `old_lines` lines from `first_line` on became `new_lines` lines. Lines count from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineChange {
    /// The first line that may differ.
    pub first_line: usize,
    /// How many lines stood there before, at least 1.
    pub old_lines: usize,
    /// How many stand there now, at least 1.
    pub new_lines: usize,
}

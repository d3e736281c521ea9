//! The documentation comments of functions.

use super::Analysis;
use crate::language::syntax::NodeId;

/// The comments directly before a function: those with `///` or `/**`, or else the plain ones that touch it.
pub(super) fn of(analysis: &Analysis, function: NodeId) -> String {
    let tree = analysis.tree();
    let start = tree.range(function).start;
    let mut lines: Vec<String> = Vec::new();
    let mut below = start.line;
    for comment in tree.tokens().comments_before(start) {
        let stands_alone = comment.range.end.line + 1 == below
            && (comment.range.start.column == 1 || comment.range.start.column == start.column);
        if !stands_alone {
            break;
        }
        below = comment.range.start.line;
        let text = &analysis.source()[comment.bytes.clone()];
        let text = text.trim_start_matches("/*").trim_end_matches("*/");
        let mut found: Vec<String> = text.lines().map(plain).collect();
        found.append(&mut lines);
        lines = found;
    }
    lines.join("\n").trim().to_owned()
}

/// A line of a comment without its marks.
fn plain(line: &str) -> String {
    let line = line.trim_start().trim_start_matches(['/', '*', '!']);
    line.strip_prefix(' ').unwrap_or(line).trim_end().to_owned()
}

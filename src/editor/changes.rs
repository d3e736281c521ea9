//! The line changes that wait to be taken by highlighting and diagnostics.

use crate::domain::LineChange;

/// More than this and they are drawn together: an honest but coarse account keeps its size bounded.
const PENDING_LIMIT: usize = 4_096;

/// Appends `change`, drawing it together with the last one when that loses nothing.
pub(super) fn push(pending: &mut Vec<LineChange>, change: LineChange) {
    if let Some(last) = pending.last_mut()
        && same_lines(*last, change)
    {
        *last = merged(*last, change);
        return;
    }
    if pending.len() >= PENDING_LIMIT {
        let all = pending.drain(..).reduce(merged);
        pending.extend(all);
    }
    pending.push(change);
}

fn same_lines(earlier: LineChange, later: LineChange) -> bool {
    later.first_line >= earlier.first_line
        && later.first_line + later.old_lines <= earlier.first_line + earlier.new_lines
}

/// One change that covers `earlier` and then `later`.
fn merged(earlier: LineChange, later: LineChange) -> LineChange {
    let first_line = earlier.first_line.min(later.first_line);
    let between_end =
        (earlier.first_line + earlier.new_lines).max(later.first_line + later.old_lines);
    let between = between_end - first_line;
    LineChange {
        first_line,
        old_lines: between + earlier.old_lines - earlier.new_lines,
        new_lines: between + later.new_lines - later.old_lines,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const fn change(first_line: usize, old_lines: usize, new_lines: usize) -> LineChange {
        LineChange { first_line, old_lines, new_lines }
    }

    #[test]
    fn typing_on_one_line_is_one_change() {
        let mut pending = Vec::new();
        for _ in 0..100 {
            push(&mut pending, change(7, 1, 1));
        }
        assert_eq!(pending, [change(7, 1, 1)]);
        push(&mut pending, change(7, 1, 2));
        push(&mut pending, change(8, 1, 2));
        assert_eq!(pending, [change(7, 1, 3)]);
        push(&mut pending, change(2, 1, 1));
        assert_eq!(pending.len(), 2, "changes apart from each other stay apart");
    }

    /// Replaces lines and numbers the new ones, so that equal vectors mean equal histories.
    fn apply(lines: &mut Vec<u32>, change: LineChange, fresh: &mut u32) {
        let new: Vec<u32> = (0..change.new_lines)
            .map(|_| {
                *fresh += 1;
                *fresh
            })
            .collect();
        lines.splice(change.first_line..change.first_line + change.old_lines, new);
    }

    proptest! {
        #[test]
        fn two_changes_drawn_together_keep_every_line_outside(
            first in 0usize..20, old in 1usize..10, new in 1usize..10,
            then in 0usize..20, then_old in 1usize..10, then_new in 1usize..10,
        ) {
            let (earlier, later) = (change(first, old, new), change(then, then_old, then_new));
            let mut fresh = 100;
            let mut lines: Vec<u32> = (0..60).collect();
            apply(&mut lines, earlier, &mut fresh);
            apply(&mut lines, later, &mut fresh);
            let together = merged(earlier, later);
            let mut merged_lines: Vec<u32> = (0..60).collect();
            apply(&mut merged_lines, together, &mut fresh);
            prop_assert_eq!(lines.len(), merged_lines.len());
            for (index, line) in merged_lines.iter().enumerate() {
                prop_assert!(*line >= 100 || lines[index] == *line);
            }
        }
    }
}

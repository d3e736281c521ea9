//! Texts with the cursor drawn in, for tests: `|` is the cursor, `^` where a selection began.

use super::{Buffer, Indent, Position};
use std::ops::Range;

/// A buffer over `text` with cursor and selection as drawn; indented by four spaces unless it has a tab.
pub(super) fn buffer(text: &str) -> Buffer {
    let mut buffer = Buffer::new(&text.replace(['|', '^'], ""));
    if !text.contains('\t') {
        buffer.set_indent_unit(Indent::Spaces(4));
    }
    let place = |mark: char, other: char| {
        let before = &text[..text.find(mark)?];
        let line = before.matches('\n').count();
        let column =
            before.rsplit('\n').next().unwrap_or_default().replace(other, "").chars().count();
        Some(Position::new(line, column))
    };
    let head = place('|', '^').unwrap();
    match place('^', '|') {
        Some(anchor) => buffer.select(anchor, head),
        None => buffer.place_cursor(head),
    }
    buffer
}

/// The text of `buffer` with cursor and selection drawn in.
pub(super) fn drawn(buffer: &Buffer) -> String {
    let mut text: Vec<char> = buffer.rope().chars().collect();
    let head = buffer.index_of(buffer.cursor());
    let Range { start: from, end: to } = buffer.selected_range();
    let anchor = if from == head { to } else { from };
    text.insert(head, '|');
    if anchor != head {
        text.insert(anchor + usize::from(anchor > head), '^');
    }
    text.into_iter().collect()
}

/// What `before` becomes by `act`; undoing it must bring `before` back.
pub(super) fn after(before: &str, act: impl FnOnce(&mut Buffer)) -> String {
    let mut buffer = buffer(before);
    act(&mut buffer);
    let after = drawn(&buffer);
    if buffer.undo() {
        assert_eq!(drawn(&buffer), before, "undone");
        assert!(!buffer.can_undo(), "one act is one step");
        buffer.redo();
        assert_eq!(drawn(&buffer), after, "made again");
    }
    after
}

//! Texts with the cursors drawn in, for tests: `|` is a cursor, `^` where its selection began. The last one is the
//! primary one when a text is read.

use super::carets::Selections;
use super::{Buffer, Indent, Position, position::Selection};

/// A buffer over `text` with cursors and selections as drawn; indented by four spaces unless it has a tab.
pub(super) fn buffer(text: &str) -> Buffer {
    let mut buffer = Buffer::new(&text.replace(['|', '^'], ""));
    if !text.contains('\t') {
        buffer.set_indent_unit(Indent::Spaces(4));
    }
    let mut marks = Vec::new();
    let mut at = Position::default();
    for c in text.chars() {
        match c {
            '|' | '^' => marks.push((c, at)),
            '\n' => at = Position::new(at.line + 1, 0),
            _ => at.column += 1,
        }
    }
    let mut selections = Vec::new();
    let mut rest = marks.as_slice();
    while let Some(((mark, at), behind)) = rest.split_first() {
        let other = behind.first().filter(|(other, _)| other != mark);
        let belongs = *mark == '^' || behind.get(1).is_none_or(|(third, _)| *third == '^');
        let Some((_, end)) = other.filter(|_| belongs) else {
            selections.push(Selection::at(*at));
            rest = behind;
            continue;
        };
        let (anchor, head) = if *mark == '^' { (*at, *end) } else { (*end, *at) };
        selections.push(Selection { anchor, head });
        rest = &behind[1..];
    }
    let primary = selections.pop().unwrap();
    buffer.go_all(&Selections { primary, others: selections });
    buffer
}

/// The text of `buffer` with cursors and selections drawn in.
pub(super) fn drawn(buffer: &Buffer) -> String {
    let mut text: Vec<char> = buffer.rope().chars().collect();
    for selection in buffer.selections().into_iter().rev() {
        let (head, anchor) = (buffer.index_of(selection.head), buffer.index_of(selection.anchor));
        let mut marks = vec![(head, '|')];
        if anchor != head {
            marks.push((anchor, '^'));
        }
        marks.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        for (at, mark) in marks {
            text.insert(at, mark);
        }
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

//! The buffer: a text under edit with cursor, selection, history and revision.
//!
//! Owns the one way text changes (`change` and `splice`) so that history, revision, line changes and
//! cursor cannot disagree. The editing commands are in the files beside it.

use super::carets::{Bias, Other, Selections, Tracked};
use super::case::CaseRound;
use super::changes;
use super::folds::Folds;
use super::history::{Edit, Group, History, Revision, State, Step};
use super::indent::Indent;
use super::long_lines::LongLines;
use super::position::{Position, Selection};
use super::saved::Saved;
use super::text_form::{self, LineEnding, Snapshot, TextForm};
use crate::domain::LineChange;
use ropey::{Rope, RopeSlice};
use std::borrow::Cow;
use std::ops::Range;

/// A text under edit. Every edit costs O(log n) of the text.
#[derive(Debug)]
pub struct Buffer {
    pub(super) rope: Rope,
    pub(super) form: TextForm,
    pub(super) indent: Indent,
    pub(super) selection: Selection,
    /// The selections beside it; none most of the time.
    pub(super) others: Vec<Other>,
    /// They were made by taking further occurrences of whole words only.
    pub(super) whole_words: bool,
    /// Where the last round through upper and lower case stands.
    pub(super) case_round: Option<CaseRound>,
    /// What was selected before and after each widening of the selection, while nothing else happens to it.
    pub(super) expanded: Vec<(Selections, Selections)>,
    /// Lines are wrapped at so many cells.
    pub(super) wrap_cells: Option<usize>,
    pub(super) folds: Folds,
    pub(super) long: LongLines,
    /// The cell a vertical motion aims at, while vertical motions follow each other.
    pub(super) goal_cell: Option<usize>,
    pub(super) history: History,
    /// The edits of the change under way.
    under_way: Vec<Edit>,
    /// Where the selections are while a change is under way.
    pub(super) tracked: Tracked,
    revision: Revision,
    saved: Saved,
    /// The text is the one that was saved last.
    is_as_saved: bool,
    newest_state: State,
    changes: Vec<LineChange>,
}

impl Buffer {
    /// A buffer over a file's text, cursor at the start, clean. Line endings and a byte-order mark are remembered for
    /// [`Buffer::text`]; in memory lines end in a line feed.
    pub fn new(text: &str) -> Self {
        let (form, text) = text_form::read(text);
        let rope = Rope::from_str(&text);
        Self {
            saved: Saved::present(0, &rope, form),
            is_as_saved: true,
            rope,
            form,
            indent: Indent::detect(&text).unwrap_or_default(),
            selection: Selection::default(),
            others: Vec::new(),
            whole_words: false,
            case_round: None,
            expanded: Vec::new(),
            wrap_cells: None,
            folds: Folds::default(),
            long: LongLines::default(),
            goal_cell: None,
            history: History::default(),
            under_way: Vec::new(),
            tracked: Tracked::default(),
            revision: Revision { count: 0, state: 0 },
            newest_state: 0,
            changes: Vec::new(),
        }
    }

    /// The text as it is to be saved: with its line ending and byte-order mark, final newline as it stands.
    pub fn text(&self) -> String {
        self.form.write(&self.rope)
    }

    /// The text as it is now, to be written somewhere else.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot { rope: self.rope.clone(), form: self.form }
    }

    /// The text in memory, lines ended by line feeds. Cloning it is O(1), which makes it fit to be sent to a thread.
    pub fn rope(&self) -> &Rope {
        &self.rope
    }

    /// How many lines there are, at least 1; a final newline begins a last, empty line.
    pub fn line_count(&self) -> usize {
        self.rope.len_lines()
    }

    /// Line `n` from 0, without its line break; empty beyond the end.
    pub fn line(&self, n: usize) -> Cow<'_, str> {
        self.rope.get_line(n).map_or(Cow::Borrowed(""), text_of)
    }

    /// The column behind the last character of line `n` that is no blank.
    pub fn text_end(&self, n: usize) -> usize {
        let end = self.line_len(n);
        let before = self.rope.line(n).chars_at(end).reversed();
        end - before.take_while(|c| matches!(c, ' ' | '\t')).count()
    }

    /// Bytes of line `n`, without its line break.
    pub fn line_bytes(&self, n: usize) -> usize {
        self.rope.line(n).char_to_byte(self.line_len(n))
    }

    /// Bytes of its line before `at`.
    pub fn bytes_before(&self, at: Position) -> usize {
        self.rope.line(at.line).char_to_byte(at.column)
    }

    /// Characters of the text before `at`.
    pub fn offset_of(&self, at: Position) -> usize {
        self.index_of(at)
    }

    /// The line ending the text is saved with.
    pub fn line_ending(&self) -> LineEnding {
        self.form.ending
    }

    /// What one level of indentation is, as found in the text.
    pub fn indent_unit(&self) -> Indent {
        self.indent
    }

    /// Sets what one level of indentation is.
    pub fn set_indent_unit(&mut self, indent: Indent) {
        self.indent = indent;
    }

    /// The present revision.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// The text differs from the one saved last: undoing or editing back to the saved text makes it clean.
    pub const fn is_dirty(&self) -> bool {
        !self.is_as_saved
    }

    /// The text of `revision` has been saved. After further edits the buffer stays dirty.
    pub fn mark_saved(&mut self, revision: Revision) {
        self.saved = if revision.state == self.revision.state {
            Saved::present(revision.state, &self.rope, self.form)
        } else {
            Saved::past(revision.state)
        };
        self.is_as_saved = revision.state == self.revision.state;
        if revision == self.revision {
            self.history.seal();
        }
    }

    /// Makes the text and its revision those of `live`; what was done to it stays with `live`.
    pub(super) fn take_text_of(&mut self, live: &Self) {
        self.rope = live.rope.clone();
        (self.form, self.indent) = (live.form, live.indent);
        (self.folds, self.long) = (live.folds.clone(), live.long.clone());
        (self.revision, self.newest_state) = (live.revision, live.newest_state);
        (self.saved, self.is_as_saved) = (live.saved.clone(), live.is_as_saved);
    }

    /// The changes of lines since the last call, in the order they were made.
    pub fn take_changes(&mut self) -> Vec<LineChange> {
        std::mem::take(&mut self.changes)
    }

    /// Takes the last step back, with cursor and selection; `false` when there is none.
    pub fn undo(&mut self) -> bool {
        let Some(step) = self.history.step_back() else { return false };
        for edit in step.edits.iter().rev() {
            let range = edit.at..edit.at + edit.inserted.chars().count();
            self.replace_raw(range, &edit.removed);
        }
        self.arrive(step.state_before, &step.before);
        true
    }

    /// Makes the step undone last again; `false` when there is none.
    pub fn redo(&mut self) -> bool {
        let Some(step) = self.history.step_forward() else { return false };
        for edit in &step.edits {
            let range = edit.at..edit.at + edit.removed.chars().count();
            self.replace_raw(range, &edit.inserted);
        }
        self.arrive(step.state_after, &step.after);
        true
    }

    /// [`Buffer::undo`] would do something.
    pub fn can_undo(&self) -> bool {
        self.history.can_step_back()
    }

    /// [`Buffer::redo`] would do something.
    pub fn can_redo(&self) -> bool {
        self.history.can_step_forward()
    }

    /// The next edit begins an undo step of its own.
    pub fn seal_undo_step(&mut self) {
        self.history.seal();
    }

    /// Makes one change: `edit` splices and says where the primary selection is then; the others follow the text.
    /// Nothing is recorded when it splices nothing.
    pub(super) fn change(&mut self, group: Group, edit: impl FnOnce(&mut Self) -> Selection) {
        let before = self.all_selections();
        self.track_others();
        let after = edit(self);
        self.finish(group, before, after);
    }

    /// Ends a change: the primary selection is `after`, the others are where they were tracked to.
    pub(super) fn finish(&mut self, group: Group, before: Selections, after: Selection) {
        let after = Selections { primary: after, others: self.tracked_others() };
        let edits = std::mem::take(&mut self.under_way);
        if edits.is_empty() {
            self.place_all(&after);
            return;
        }
        let state_before = self.revision.state;
        self.newest_state += 1;
        let state_after = self.newest_state;
        self.arrive(state_after, &after);
        let after = self.all_selections();
        self.history.record(group, Step { edits, before, after, state_before, state_after });
    }

    /// The text is the one of state `here` in a history that was restored, which knows states up to `newest`.
    pub(super) fn restored_at(&mut self, here: State, newest: State) {
        self.revision.state = here;
        self.saved = Saved::present(here, &self.rope, self.form);
        self.is_as_saved = true;
        self.newest_state = newest;
    }

    /// Replaces the characters `range` by `text`; only within [`Buffer::change`] and its kin.
    pub(super) fn splice(&mut self, range: Range<usize>, text: &str) {
        self.splice_with(range, text, Bias::Before);
    }

    /// As [`Buffer::splice`]; `bias` says what a tracked cursor does that stands where text is inserted.
    pub(super) fn splice_with(&mut self, range: Range<usize>, text: &str, bias: Bias) {
        if range.is_empty() && text.is_empty() {
            return;
        }
        let removed = String::from(self.rope.slice(range.clone()));
        self.under_way.push(Edit { at: range.start, removed, inserted: text.to_owned() });
        self.replace_raw(range.clone(), text);
        self.tracked.edited(&range, text.chars().count(), bias);
    }

    fn replace_raw(&mut self, range: Range<usize>, text: &str) {
        let first_line = self.rope.char_to_line(range.start);
        let old_lines = self.rope.char_to_line(range.end) - first_line + 1;
        let new_lines = text.bytes().filter(|byte| *byte == b'\n').count() + 1;
        if !range.is_empty() {
            self.rope.remove(range.clone());
        }
        if !text.is_empty() {
            self.rope.insert(range.start, text);
        }
        let change = LineChange { first_line, old_lines, new_lines };
        let rope = &self.rope;
        self.folds.edited(change, |line| rope.line(line).chars().all(char::is_whitespace));
        if !self.long.is_empty() {
            let column = range.start - self.rope.line_to_char(first_line);
            self.long.edited(change, column);
        }
        changes::push(&mut self.changes, change);
    }

    fn arrive(&mut self, state: State, selections: &Selections) {
        self.revision = Revision { count: self.revision.count + 1, state };
        self.is_as_saved = self.saved.is(state, &self.rope, self.form);
        self.place_all(selections);
    }

    /// Sets the primary selection, moved out of any grapheme cluster it would stand in.
    pub(super) fn place(&mut self, selection: Selection) {
        self.goal_cell = None;
        self.selection = self.outside_clusters(selection);
    }

    /// As [`Buffer::place`], for everything that moves the cursor without editing: it ends the undo step too, and the
    /// other cursors go.
    pub(super) fn go(&mut self, selection: Selection) {
        self.seal_undo_step();
        self.others.clear();
        self.whole_words = false;
        self.place(selection);
    }

    /// Characters before `position`; a position beyond a line's end or the last line counts as that end.
    pub(super) fn index_of(&self, position: Position) -> usize {
        if position.line >= self.rope.len_lines() {
            return self.rope.len_chars();
        }
        let start = self.rope.line_to_char(position.line);
        start + position.column.min(self.line_len(position.line))
    }

    pub(super) fn position_of(&self, index: usize) -> Position {
        let line = self.rope.char_to_line(index);
        Position::new(line, index - self.rope.line_to_char(line))
    }

    /// Characters of line `n`, without its line break.
    pub(super) fn line_len(&self, n: usize) -> usize {
        len_of(self.rope.line(n))
    }

    /// A cursor before the character `index`.
    pub(super) fn cursor_at(&self, index: usize) -> Selection {
        Selection::at(self.position_of(index))
    }

    pub(super) fn last_line(&self) -> usize {
        self.rope.len_lines() - 1
    }

    /// The end of line `n`, before its line break.
    pub(super) fn line_end(&self, n: usize) -> Position {
        Position::new(n, self.line_len(n))
    }

    pub(super) fn head_index(&self) -> usize {
        self.index_of(self.selection.head)
    }

    /// The selected characters, or the empty range at the cursor.
    pub(super) fn selected_range(&self) -> Range<usize> {
        let (start, end) = self.selection.ordered();
        self.index_of(start)..self.index_of(end)
    }
}

/// A line without its break.
pub(super) fn text_of(line: RopeSlice<'_>) -> Cow<'_, str> {
    if let Some(text) = line.as_str() {
        return Cow::Borrowed(text.strip_suffix('\n').unwrap_or(text));
    }
    let mut text = String::from(line);
    if text.ends_with('\n') {
        text.pop();
    }
    Cow::Owned(text)
}

/// Characters of a line without its break.
pub(super) fn len_of(line: RopeSlice<'_>) -> usize {
    let len = line.len_chars();
    // Most lines lie in one piece, whose end is at hand.
    let is_ended = match line.as_str() {
        Some(text) => text.ends_with('\n'),
        None => line.get_char(len.wrapping_sub(1)) == Some('\n'),
    };
    len - usize::from(is_ended)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_can_be_handed_to_another_thread() {
        fn sent<T: Send + 'static>(_: T) {}
        sent(Buffer::new("a").rope().clone());
        sent(Buffer::new("a"));
    }

    #[test]
    fn lines_come_without_their_break() {
        let buffer = Buffer::new("a\r\nb\r\n");
        assert_eq!(buffer.line_count(), 3);
        assert_eq!((buffer.line(0), buffer.line(2)), ("a".into(), "".into()));
        assert_eq!(buffer.line(9), "");
        assert_eq!(buffer.text(), "a\r\nb\r\n");
    }

    #[test]
    fn a_save_that_ends_after_further_typing_leaves_the_buffer_dirty() {
        let mut buffer = Buffer::new("");
        buffer.type_char('a', 0);
        let sent = buffer.revision();
        buffer.type_char('b', 1);
        buffer.mark_saved(sent);
        assert!(buffer.is_dirty());
        buffer.mark_saved(buffer.revision());
        assert!(!buffer.is_dirty());
    }

    #[test]
    fn undoing_back_to_the_saved_text_is_clean_in_both_directions() {
        let mut buffer = Buffer::new("x");
        buffer.type_char('a', 0);
        buffer.mark_saved(buffer.revision());
        buffer.type_char('b', 1);
        assert!(buffer.is_dirty());
        assert!(buffer.undo());
        assert_eq!((buffer.text().as_str(), buffer.is_dirty()), ("ax", false));
        assert!(buffer.undo());
        assert!(buffer.is_dirty(), "the text before the save is not the saved one");
        assert!(buffer.redo());
        assert!(!buffer.is_dirty());
    }

    #[test]
    fn editing_back_to_the_saved_text_is_clean() {
        let mut buffer = Buffer::new("ab\r\ncd\r\n");
        buffer.type_char('x', 0);
        assert!(buffer.is_dirty());
        buffer.backspace();
        assert_eq!((buffer.text().as_str(), buffer.is_dirty()), ("ab\r\ncd\r\n", false));
        buffer.type_char('x', 2_000);
        let sent = buffer.revision();
        buffer.type_char('y', 2_001);
        buffer.mark_saved(sent);
        buffer.backspace();
        assert!(buffer.is_dirty(), "which text was saved is not at hand any more");
    }

    #[test]
    fn a_revision_never_comes_back_even_when_the_text_does() {
        let mut buffer = Buffer::new("");
        let first = buffer.revision();
        buffer.type_char('a', 0);
        buffer.undo();
        assert_ne!(buffer.revision(), first);
        assert!(buffer.revision() > first);
        buffer.mark_saved(first);
        assert!(!buffer.is_dirty(), "the same text was saved under an earlier revision");
    }
}

//! What a person means in a text: edits, motions, finding.

use super::Turn;
use crate::editor::SortOrder;

/// See [`Action::Text`](super::Action::Text).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextAction {
    /// Move the cursor.
    Move(Step),
    /// Move the cursor and take the text on the way into the selection.
    Select(Step),
    /// Select everything.
    SelectAll,
    /// Break the line.
    Newline,
    /// Indent, or insert blanks to the next stop.
    Indent,
    /// Take one level of indentation away.
    Outdent,
    /// Delete to the left.
    Backspace,
    /// Delete to the right.
    Delete,
    /// Delete the word to the left.
    DeleteWordLeft,
    /// Delete the word to the right.
    DeleteWordRight,
    /// Delete the line.
    DeleteLine,
    /// Copy the selected lines below themselves.
    DuplicateLines,
    /// Swap the lines with the one above.
    MoveLinesUp,
    /// Swap the lines with the one below.
    MoveLinesDown,
    /// Delete to the start of the line.
    DeleteToLineStart,
    /// Delete to the end of the line.
    DeleteToLineEnd,
    /// Join the line with the next, or the selected lines.
    JoinLines,
    /// Sort the selected lines.
    SortLines(SortOrder),
    /// Write the words in the next of several ways: upper case, lower case, snake case and so on.
    TurnCase,
    /// Take the blanks at the ends of lines away.
    TrimLineEnds,
    /// Take the brackets or quotes around the cursor away.
    Unwrap,
    /// Select the line, or one line more.
    SelectLine,
    /// Select the word, what is in the brackets around it, these too, and so on.
    ExpandSelection,
    /// Go back in that.
    ShrinkSelection,
    /// Put a cursor on the line below each, or above.
    AddCursor(Turn),
    /// Select the next occurrence of what is selected too.
    NextOccurrence,
    /// Select all occurrences of what is selected.
    AllOccurrences,
    /// Make the lines comments, or code again.
    ToggleComment,
    /// Take the last step back.
    Undo,
    /// Do it again.
    Redo,
    /// Take the selection, or the line, to the clipboard.
    Cut,
    /// Copy the selection, or the line.
    Copy,
    /// Insert the clipboard.
    Paste,
    /// Open the find bar.
    Find,
    /// Open the find bar to replace what is found.
    Replace,
    /// Wrap lines at the pane's edge, or do not.
    ToggleWrap,
    /// Show tabs and blanks at the ends of lines, or do not.
    ToggleBlanks,
    /// Fold what the line heads, or what is around it, or unfold it.
    ToggleFold,
    /// Fold everything.
    FoldAll,
    /// Unfold everything.
    UnfoldAll,
    /// Go to the next match.
    FindNext,
    /// Go to the match before.
    FindPrevious,
    /// Ask for a line number.
    GoToLine,
}

impl TextAction {
    /// It may change the text.
    pub const fn edits(self) -> bool {
        !matches!(
            self,
            Self::Move(_)
                | Self::Select(_)
                | Self::SelectAll
                | Self::Copy
                | Self::Find
                | Self::FindNext
                | Self::FindPrevious
                | Self::GoToLine
        )
    }
}

/// Where the cursor can go in one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// One character to the left.
    Left,
    /// One character to the right.
    Right,
    /// One line up.
    Up,
    /// One line down.
    Down,
    /// To the start of the word.
    WordLeft,
    /// To the start of the next word.
    WordRight,
    /// To the first text of the line, then to its start.
    LineStart,
    /// To the end of the line.
    LineEnd,
    /// A screenful up.
    PageUp,
    /// A screenful down.
    PageDown,
    /// To the blank line above.
    ParagraphUp,
    /// To the blank line below.
    ParagraphDown,
    /// To the start of the text.
    TextStart,
    /// To the end of the text.
    TextEnd,
    /// To the bracket that belongs to the one at the cursor.
    Bracket,
}

/// See [`Action::Find`](super::Action::Find).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindAction {
    /// Close the bar, keep the selection.
    Close,
    /// Heed upper and lower case, or do not.
    ToggleCase,
    /// Match whole words only, or parts too.
    ToggleWord,
    /// Read the text as a regular expression, or as it is.
    ToggleRegex,
    /// Look in what was selected only, or everywhere.
    ToggleWithin,
    /// Go from what is looked for to what takes its place, or back.
    TurnPart,
    /// Replace the match at the cursor.
    Replace,
    /// Replace all matches.
    ReplaceAll,
}

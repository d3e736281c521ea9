//! Undo and redo: edits as values, gathered into steps.
//!
//! Owns which edits belong together and how much is remembered. It changes no text itself: it hands steps to the
//! buffer, which applies them.

use super::carets::Selections;
use std::collections::VecDeque;

/// Steps kept; the oldest are forgotten first.
const STEP_LIMIT: usize = 10_000;
/// Text kept by all steps together, in bytes.
const BYTE_LIMIT: usize = 32 * 1024 * 1024;
/// Typing that pauses for longer begins a new step.
const PAUSE_MS: u64 = 700;

/// Names a text of one buffer at one moment. Later ones are greater. An answer that carries the buffer's present
/// revision is about the present text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revision {
    /// Edits, undos and redos so far.
    pub(super) count: u64,
    /// The text; undo and redo come back to the same.
    pub(super) state: State,
}

/// Identifies a text in the history: the same after undo as before the edit.
pub(super) type State = u64;

/// `removed` stood at `at` and `inserted` took its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    /// Characters before it.
    pub(super) at: usize,
    pub(super) removed: String,
    pub(super) inserted: String,
}

/// Edits that are undone together.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) edits: Vec<Edit>,
    pub(super) before: Selections,
    pub(super) after: Selections,
    pub(super) state_before: State,
    pub(super) state_after: State,
}

impl Step {
    pub(super) fn bytes(&self) -> usize {
        self.edits.iter().map(Edit::bytes).sum()
    }
}

impl Edit {
    fn bytes(&self) -> usize {
        size_of::<Self>() + self.removed.len() + self.inserted.len()
    }

    /// Takes `next` in when the two are one edit in one place.
    fn absorb(&mut self, next: &Edit) -> bool {
        if next.removed.is_empty() && next.at == self.at + self.inserted.chars().count() {
            self.inserted.push_str(&next.inserted);
            return true;
        }
        if !(self.inserted.is_empty() && next.inserted.is_empty()) {
            return false;
        }
        if next.at == self.at {
            self.removed.push_str(&next.removed);
            return true;
        }
        if next.at + next.removed.chars().count() == self.at {
            self.removed.insert_str(0, &next.removed);
            self.at = next.at;
            return true;
        }
        false
    }
}

/// What an edit may be joined to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group {
    /// One typed character.
    Typing { now_ms: u64, blank: bool },
    /// One deletion by Backspace or Delete.
    Deleting,
    /// A step of its own.
    Alone,
}

impl Group {
    /// An edit of kind `self` right after one of kind `last` belongs to the same step.
    fn continues(self, last: Self) -> bool {
        match (last, self) {
            (Self::Typing { now_ms: then, blank: after_blank }, Self::Typing { now_ms, blank }) => {
                now_ms.saturating_sub(then) <= PAUSE_MS && (blank || !after_blank)
            }
            (Self::Deleting, Self::Deleting) => true,
            _ => false,
        }
    }
}

/// The steps behind and ahead of the present text.
#[derive(Debug, Default)]
pub(super) struct History {
    past: VecDeque<Step>,
    future: Vec<Step>,
    bytes: usize,
    /// The kind of the last edit while its step is still open.
    open: Option<Group>,
}

impl History {
    /// Whatever comes next begins a step of its own.
    pub(super) fn seal(&mut self) {
        self.open = None;
    }

    /// Records `step`, made by an edit of kind `group`; what had been undone is forgotten.
    pub(super) fn record(&mut self, group: Group, step: Step) {
        for undone in self.future.drain(..) {
            self.bytes -= undone.bytes();
        }
        let joins = self.open.is_some_and(|last| group.continues(last));
        self.open = Some(group);
        match self.past.back_mut() {
            Some(last) if joins => {
                self.bytes -= last.bytes();
                last.after = step.after;
                last.state_after = step.state_after;
                for edit in step.edits {
                    if !last.edits.last_mut().is_some_and(|previous| previous.absorb(&edit)) {
                        last.edits.push(edit);
                    }
                }
                self.bytes += last.bytes();
            }
            _ => {
                self.bytes += step.bytes();
                self.past.push_back(step);
            }
        }
        self.forget_oldest();
    }

    fn forget_oldest(&mut self) {
        while self.past.len() > STEP_LIMIT || (self.bytes > BYTE_LIMIT && self.past.len() > 1) {
            let Some(oldest) = self.past.pop_front() else { return };
            self.bytes -= oldest.bytes();
        }
    }

    /// Moves the last step to the undone ones and shows it.
    pub(super) fn step_back(&mut self) -> Option<Step> {
        self.seal();
        let step = self.past.pop_back()?;
        self.future.push(step.clone());
        Some(step)
    }

    /// Moves the step undone last back and shows it.
    pub(super) fn step_forward(&mut self) -> Option<Step> {
        self.seal();
        let step = self.future.pop()?;
        self.past.push_back(step.clone());
        Some(step)
    }

    /// The steps behind the text, the newest last, and those ahead, the next last.
    pub(super) fn steps(
        &self,
    ) -> (impl DoubleEndedIterator<Item = &Step>, impl DoubleEndedIterator<Item = &Step>) {
        (self.past.iter(), self.future.iter())
    }

    /// The history is made of these steps, in the order of [`History::steps`].
    pub(super) fn restore(&mut self, past: VecDeque<Step>, future: Vec<Step>) {
        self.bytes = past.iter().chain(&future).map(Step::bytes).sum();
        self.past = past;
        self.future = future;
        self.open = None;
    }

    pub(super) fn can_step_back(&self) -> bool {
        !self.past.is_empty()
    }

    pub(super) fn can_step_forward(&self) -> bool {
        !self.future.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn insertion(at: usize, text: &str) -> Step {
        Step {
            edits: vec![Edit { at, removed: String::new(), inserted: text.into() }],
            before: Selections::default(),
            after: Selections::default(),
            state_before: 0,
            state_after: 1,
        }
    }

    #[test]
    fn the_oldest_steps_are_forgotten_beyond_the_limit() {
        let mut history = History::default();
        for _ in 0..STEP_LIMIT + 5 {
            history.record(Group::Alone, insertion(0, "x"));
        }
        assert_eq!(history.past.len(), STEP_LIMIT);
    }

    #[test]
    fn text_is_bounded_but_the_last_step_always_stays() {
        let mut history = History::default();
        let third = "x".repeat(BYTE_LIMIT / 3);
        for _ in 0..5 {
            history.record(Group::Alone, insertion(0, &third));
        }
        assert_eq!(history.past.len(), 2);
        history.record(Group::Alone, insertion(0, &"x".repeat(BYTE_LIMIT + 1)));
        assert_eq!(history.past.len(), 1);
        assert_eq!(history.bytes, history.past.iter().map(Step::bytes).sum::<usize>());
    }

    #[test]
    fn undone_steps_are_forgotten_by_a_new_edit() {
        let mut history = History::default();
        history.record(Group::Alone, insertion(0, "a"));
        assert!(history.step_back().is_some());
        assert!(history.can_step_forward());
        history.record(Group::Alone, insertion(0, "b"));
        assert!(!history.can_step_forward());
        assert_eq!(history.bytes, history.past.iter().map(Step::bytes).sum::<usize>());
    }
}

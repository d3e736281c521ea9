//! Which text was saved last, and whether another one is the same.

use super::history::State;
use super::text_form::TextForm;
use ropey::Rope;

/// Beyond so many bytes texts are told apart by their history alone: reading both at a key would be felt.
const READ_BYTES: usize = 1024 * 1024;

/// The text that was saved last.
#[derive(Clone, Debug)]
pub(super) struct Saved {
    state: State,
    /// The text itself; none when it was a past one that was saved.
    text: Option<(Rope, TextForm)>,
}

impl Saved {
    /// The text of `state` was saved, whatever it was.
    pub(super) const fn past(state: State) -> Self {
        Self { state, text: None }
    }

    /// The text of `state`, which is `rope` in this form, was saved.
    pub(super) fn present(state: State, rope: &Rope, form: TextForm) -> Self {
        Self { state, text: Some((rope.clone(), form)) }
    }

    /// The text of `state`, which is `rope` in this form, is the one that was saved. Nearly always the history or the
    /// lengths tell; only texts of equal length are read, up to where they differ.
    pub(super) fn is(&self, state: State, rope: &Rope, form: TextForm) -> bool {
        let is_same_text = |(saved, of): &(Rope, TextForm)| {
            let bytes = rope.len_bytes();
            *of == form && saved.len_bytes() == bytes && bytes <= READ_BYTES && saved == rope
        };
        self.state == state || self.text.as_ref().is_some_and(is_same_text)
    }
}

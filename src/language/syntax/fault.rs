//! What is wrong with the form of a source.

use crate::domain::TextRange;

/// Something that is missing or out of place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What it is.
    pub kind: FaultKind,
    /// Where: the tokens that are out of place, or the character behind which something is missing.
    pub range: TextRange,
}

/// See [`Fault`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Something is missing; a token is given in back-ticks.
    Missing(&'static str),
    /// Tokens that can follow neither what stands before nor start something.
    Unexpected,
    /// A function in a block.
    InnerFunction,
    /// Nested deeper than [`super::MOST_NESTED`].
    TooDeep,
}

//! What diagnostics there are.

use super::Severity;

/// A kind of diagnostic. Every [`Diagnostic`](super::Diagnostic) has the code of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Stable short name, `unknown-variable` for example.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one sentence without a full stop.
    pub doc: &'static str,
    /// Why that is wrong and what to do, in a few sentences.
    pub explanation: &'static str,
    /// A text that has it; empty where none is short enough.
    pub bad: &'static str,
    /// The same done right; empty where there is no `bad`.
    pub good: &'static str,
}

//! The runs that go on: who looks at them, and who cancels one.
//!
//! They are in the memory of the process that executes, and nothing of them is written before they end: a call pays
//! nothing for being seen. Other processes of the same person ask that one over a socket beside its lock, in lines of
//! JSON, and are told of what changes for as long as they stay. Must not know who draws or prints what is told.

mod ask;
mod listen;
mod registry;
mod wire;

pub use ask::{cancel, follow, ongoing};
pub(super) use listen::{answer_all, bind, unbind};
pub(super) use registry::Ongoing;
pub use registry::OngoingWatch;

/// Why a run was not cancelled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotCancelled {
    /// None with this id, or this beginning of one, goes on.
    #[error("no run `{0}` goes on; `lambdeck runs --running` lists those that do")]
    Unknown(String),
    /// Several that go on begin like this.
    #[error("several runs that go on begin with `{0}`; give more of the id")]
    Several(String),
    /// There is nobody whose runs they could be.
    #[error("nobody executes in this workspace now, so no run goes on")]
    Nobody,
    /// Whoever executes said something else.
    #[error("{0}")]
    Refused(String),
}

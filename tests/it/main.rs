//! The integration tests: one binary, to link once.

#![expect(clippy::unwrap_used, reason = "tests")]

mod runtime_hello;
mod runtime_hostile;
mod runtime_kit;
mod runtime_life;
mod runtime_words;

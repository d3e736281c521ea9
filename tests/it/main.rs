//! The integration tests: one binary, to link once.

mod runtime_hello;
mod runtime_hostile;
mod runtime_kit;
mod runtime_life;
mod runtime_words;

//! The integration tests: one binary, to link once.

mod runtime_hello;
mod runtime_kit;

//! Rhai and JSON as languages: what a text means, what is wrong with it, how it is coloured.
//!
//! Owns the table of host functions, the engine's configuration, the syntax tree and what it means, diagnostics,
//! highlighting and the schema of payloads.
//! Pure: text in, findings out; it knows no files, no terminal, no worker. Everything here may be slow for a large text
//! and is called off the UI thread.

pub mod analysis;
pub mod api;
pub mod complete;
pub mod diagnose;
pub mod engine;
pub mod format;
pub mod habits;
pub mod highlight;
pub mod hover;
pub mod json;
pub mod library;
pub mod lint;
pub mod navigate;
pub mod nearest;
pub mod outline;
pub mod quick_hash;
pub mod schema;
pub mod signature;
pub mod syntax;

#[cfg(test)]
mod asked_tests;

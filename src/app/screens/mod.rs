//! The state of each screen, and what its commands do to it.

pub mod activity;
mod call_text;
pub mod editor;
pub mod field_doc;
pub mod find;
pub mod fixes;
pub mod followed_line;
pub mod formatting;
pub mod invoke;
pub mod lambdas;
pub mod ongoing;
pub mod output;
pub mod output_text;
pub mod payload;
pub mod payload_tree;
pub mod run_pages;
pub mod session;
pub mod settings;
pub mod split;
pub mod tabs;

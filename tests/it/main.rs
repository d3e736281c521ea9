//! The real program, from outside.

mod cli_catalog;
mod cli_check;
mod cli_program;
mod cli_workspace;

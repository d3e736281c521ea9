//! The integration tests: the real program, from outside. One binary, to link once.

#![expect(clippy::unwrap_used, reason = "tests")]

mod app_behind;
mod app_chaos;
mod app_commands;
mod app_cursors;
mod app_disk;
mod app_editing;
mod app_invoke;
mod app_kit;
mod app_lambdas;
mod app_lines;
mod app_looks;
mod app_mouse;
mod app_palette;
mod app_payloads;
mod app_questions;
mod app_sidebar;
mod app_tabs;
mod cli_catalog;
mod cli_check;
mod cli_colour;
mod cli_doctor;
mod cli_invoke;
mod cli_keys;
mod cli_program;
mod cli_workspace;
mod pty_disk;
mod pty_end;
mod pty_journal;
mod pty_keys;
mod pty_kit;
mod pty_pictures;
mod pty_run;
mod pty_screen;
mod pty_start;
mod runtime_frames;
mod runtime_hello;
mod runtime_hostile;
mod runtime_kit;
mod runtime_life;
mod runtime_many;
mod runtime_toolbelt;
mod runtime_wall;
mod runtime_words;

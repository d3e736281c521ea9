//! The program's state, and how it answers to what happens.
//!
//! Owns [`state::AppState`], the one table of commands, the keymap, the layout and `update`. Pure: it never touches the
//! disk, a process, a terminal or a clock. What has to be done outside it returns as [`job::Job`] values; what happened
//! outside comes back as [`message::Message`] values. It says what things are; `ui` says how they look.

pub mod action;
pub mod assist;
pub mod colours;
pub mod command;
pub mod comparison;
pub mod deployed;
pub mod dialogs;
pub mod field;
pub mod hints;
pub mod input;
pub mod job;
pub mod keymap;
pub mod layout;
pub mod list;
pub mod message;
pub mod mouse;
pub mod notice;
pub mod project;
pub mod receive;
pub mod screens;
pub mod search;
pub mod setting;
pub mod state;
pub mod status;
pub mod tab_strip;
pub mod text_pane;
pub mod themes;
pub mod update;
pub mod words;

pub use input::Input;
pub use job::Job;
pub use message::Message;
pub use state::AppState;

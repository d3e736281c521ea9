//! lambdeck: a terminal IDE for event-driven lambdas.
//!
//! A lambda is a Rhai script with a function `lambda(input)`. It is connected to an event of a messaging platform,
//! written with the event's payload beside it, and invoked in a worker process of its own.
//!
//! # Layers
//!
//! An import may only point down; `tests/architecture.rs` holds the code to it.
//!
//! ```text
//!  6   cli        one file a command: parse, call, print       shell     terminal, event loop, does the app's jobs
//!  5   ui         draws &AppState, and only that               gateway   the HTTP door: CloudEvents, invocation API, metrics
//!  4   app        state, commands and keys, update; pure      platform  deployments, queue, retries, schedules, records
//!  3   editor     text model: rope, edits, undo, search; pure  runtime   runs one lambda once: host and worker side
//!  2   language   Rhai and JSON as languages: diagnose, highlight, schema, the host functions' table
//!  1   workspace  lambdas, payloads, config on disk            catalog   events and templates
//!  0   domain     plain types every floor speaks
//! ```
//!
//! # How a key becomes a picture
//!
//! ```text
//! terminal event -> Input -> keymap(context stack) -> Action -> update(&mut AppState) -> Vec<Job>
//! Job (shell: thread, worker process) -> Message -> update -> ... ; changed? draw(&AppState)
//! ```
//!
//! # How a lambda runs
//!
//! Always in a child process (`lambdeck worker`), because a script can end its process whatever limits the engine is
//! given. [`runtime`] speaks with it in frames over pipes, kills it at the deadline, and makes one
//! [`domain::Run`] record of what happened.

pub mod app;
pub mod catalog;
pub mod cli;
pub mod domain;
pub mod editor;
pub mod gateway;
pub mod language;
pub mod platform;
pub mod runtime;
pub mod shell;
pub mod ui;
pub mod workspace;

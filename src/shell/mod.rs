//! The world around the app: the terminal, the event loop, and whoever does the app's jobs.
//!
//! Owns everything impure about the IDE. One thread runs the loop, reads the terminal and does nothing else; one
//! works on the disk, one colours, one checks, one speaks with the platform, one waits for what other programs write, and a tokio runtime
//! drives the workers. All of them speak to the loop
//! through one channel, so nothing wakes the program while nothing happens.

mod analysed;
mod check;
mod config;
pub mod deployed;
pub mod disk;
mod fault;
#[cfg(target_os = "linux")]
mod folders;
mod frame;
mod highlight;
mod input;
mod jobs;
mod outside;
mod platform;
mod queue;
mod run;
mod runner;
mod scroll;
mod search;
mod settings;
mod signals;
mod start;
mod terminal;
mod understand;
mod unsaved;
mod wakes;

pub use run::run;
pub use start::Start;

use crate::app::Message;

/// Why the loop wakes up.
#[derive(Debug)]
enum Wake {
    /// Something came from the terminal.
    Received(input::Received),
    /// The terminal has a new size.
    Resized,
    /// Something happened outside.
    Message(Box<Message>),
    /// The process was told to end, by the signal of this number.
    Signal(i32),
    /// The process was told to stop until it is continued.
    Stop,
    /// The process goes on after it was stopped by somebody else.
    Continued,
    /// The terminal is gone.
    InputLost,
}

/// Where answers go.
#[derive(Clone, Debug)]
struct Outbox(wakes::Waker);

impl Outbox {
    /// Sends an answer; a loop that has ended needs none.
    fn send(&self, message: Message) {
        self.0.send(Wake::Message(Box::new(message)));
    }
}

//! Faults of our own: a panic costs the piece of work that it happened in, never the terminal or unsaved text.

use super::wakes::Waker;
use super::{Wake, terminal};
use crate::app::Message;
use std::io::{self, Write as _};
use std::panic::{self, AssertUnwindSafe};
use std::thread;

/// Tells of panics. One of the calling thread, the loop, gives the terminal back and is reported on it, since the
/// program ends; one of any other thread is told on the screen, since the loop goes on.
pub(super) fn tell_of_panics(waker: Waker) {
    let earlier = panic::take_hook();
    let the_loop = thread::current().id();
    panic::set_hook(Box::new(move |info| {
        if thread::current().id() == the_loop {
            terminal::restore();
            earlier(info);
            let _ = io::stderr().flush();
        } else {
            let what = info.to_string().replace('\n', " ");
            let told = format!("A part of lambdeck has a fault, the rest goes on: {what}");
            waker.send(Wake::Message(Box::new(Message::Failed(told))));
        }
    }));
}

/// Does one piece of work; `None` when it panicked, of which the person is told already.
pub(super) fn survive<T>(work: impl FnOnce() -> T) -> Option<T> {
    panic::catch_unwind(AssertUnwindSafe(work)).ok()
}

/// Lets a test see what a fault leaves behind: this is one, where the environment asks for it in `place`.
pub(super) fn on_request(place: &str) {
    if cfg!(debug_assertions) {
        let asked = std::env::var_os("LAMBDECK_FAULT").is_some_and(|wanted| wanted == place);
        assert!(!asked, "a fault on request");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_ends_its_piece_of_work_only() {
        assert_eq!(survive(|| 1), Some(1));
        assert_eq!(survive(|| -> i32 { panic!("expected by a test") }), None);
    }
}

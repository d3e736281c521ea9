//! What wakes the loop: the terminal, which it reads itself, and everybody else, who ring a bell beside their message.
//!
//! The loop waits for both at once, so a key costs no change of threads before it is taken in. While nothing comes,
//! nothing wakes.

use super::Wake;
use super::input::Reader;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use std::io::{self, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

/// Where the loop is woken from; every thread has one.
#[derive(Clone, Debug)]
pub(super) struct Waker {
    messages: Sender<Wake>,
    bell: Option<Arc<Bell>>,
}

/// Where the loop waits.
#[derive(Debug)]
pub(super) struct Wakes {
    terminal: Reader,
    /// The terminal is gone, and this was said.
    lost: bool,
    messages: Receiver<Wake>,
    /// The next message, if it was taken out already.
    message: Option<Wake>,
    bell: Arc<Bell>,
    ear: UnixStream,
}

/// Rung at most once until the loop has heard it.
#[derive(Debug)]
struct Bell {
    rung: AtomicBool,
    wire: UnixStream,
}

/// Both ends.
pub(super) fn wakes() -> io::Result<(Waker, Wakes)> {
    let (ear, wire) = UnixStream::pair()?;
    ear.set_nonblocking(true)?;
    wire.set_nonblocking(true)?;
    let bell = Arc::new(Bell { rung: AtomicBool::new(false), wire });
    let (sender, messages) = channel();
    let terminal = Reader::default();
    let wakes = Wakes { terminal, lost: false, messages, message: None, bell: bell.clone(), ear };
    Ok((Waker { messages: sender, bell: Some(bell) }, wakes))
}

impl Waker {
    /// For whoever looks for messages when he wants to.
    pub(super) fn without_bell() -> (Self, Receiver<Wake>) {
        let (messages, sent) = channel();
        (Self { messages, bell: None }, sent)
    }

    /// Wakes the loop; one that has ended needs nothing any more.
    pub(super) fn send(&self, wake: Wake) {
        if self.messages.send(wake).is_ok()
            && let Some(bell) = &self.bell
            && !bell.rung.swap(true, Ordering::SeqCst)
        {
            // A bell that cannot be rung is full of ringing.
            let _ = (&bell.wire).write(&[0]);
        }
    }
}

impl Wakes {
    /// What is at hand, without waiting.
    pub(super) fn at_hand(&mut self) -> Option<Wake> {
        self.next_until(Some(Instant::now()))
    }

    /// Waits for what comes next, until a time where there is one. What is typed goes before messages, however many of
    /// them there are.
    pub(super) fn next_until(&mut self, until: Option<Instant>) -> Option<Wake> {
        loop {
            if let Some(received) = self.terminal.next() {
                return Some(Wake::Received(received));
            }
            self.message = self.message.take().or_else(|| self.messages.try_recv().ok());
            let at_once = self.message.is_some().then(Instant::now);
            let rest = self.terminal.rest_until();
            let heard = self.listen(at_once.or_else(|| until.into_iter().chain(rest).min()));
            match heard {
                Ok(Heard::Terminal) if self.terminal.read().is_ok() => {}
                Ok(Heard::Bell) => self.heard(),
                Ok(Heard::Nothing) => {
                    let is_past = |at: Instant| at <= Instant::now();
                    if self.message.is_some() {
                        return self.message.take();
                    } else if rest.is_some_and(is_past) {
                        self.terminal.quiet();
                    } else if until.is_some_and(is_past) {
                        return None;
                    }
                }
                Ok(Heard::Terminal) | Err(_) => {
                    self.lost = true;
                    return Some(Wake::InputLost);
                }
            }
        }
    }

    /// Whatever is sent from now on rings again; what was sent before is there.
    fn heard(&mut self) {
        let mut bytes = [0; 16];
        while self.ear.read(&mut bytes).is_ok_and(|count| count == bytes.len()) {}
        self.bell.rung.store(false, Ordering::SeqCst);
    }

    fn listen(&self, due: Option<Instant>) -> io::Result<Heard> {
        let terminal = rustix::stdio::stdin();
        let mut both =
            [PollFd::new(&self.ear, PollFlags::IN), PollFd::new(&terminal, PollFlags::IN)];
        let listened = if self.lost { &mut both[..1] } else { &mut both[..] };
        let left = due.map(|due| timespec(due.saturating_duration_since(Instant::now())));
        match poll(listened, left.as_ref()) {
            Ok(0) | Err(Errno::INTR) => Ok(Heard::Nothing),
            Ok(_) if listened.get(1).is_some_and(|fd| !fd.revents().is_empty()) => {
                Ok(Heard::Terminal)
            }
            Ok(_) => Ok(Heard::Bell),
            Err(error) => Err(error.into()),
        }
    }
}

enum Heard {
    Terminal,
    Bell,
    /// Until the time that was set, or until a signal came.
    Nothing,
}

fn timespec(duration: Duration) -> Timespec {
    let tv_sec = duration.as_secs().try_into().unwrap_or(i64::MAX);
    Timespec { tv_sec, tv_nsec: duration.subsec_nanos().into() }
}

//! What the reading thread tells the script's thread while a run goes on.

use crate::runtime::protocol::{Reply, StopReason};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

const RUNNING: u8 = 0;
const DEADLINE: u8 = 1;
const CANCELLED: u8 = 2;

/// A stop and the host's replies, with a bell for a script that waits.
#[derive(Default)]
pub(super) struct Control {
    stop: AtomicU8,
    replies: Mutex<VecDeque<Reply>>,
    bell: Condvar,
}

/// The run must end; nothing that it waits for matters any more.
#[derive(Debug)]
pub(super) struct Stopped;

impl Control {
    /// A new run: forgets the stop and the replies of the last one.
    pub(super) fn begin(&self) {
        self.mailbox().clear();
        self.stop.store(RUNNING, Ordering::Relaxed);
    }

    pub(super) fn stop(&self, reason: StopReason) {
        let _mailbox = self.mailbox();
        let value = match reason {
            StopReason::Deadline => DEADLINE,
            StopReason::Cancelled => CANCELLED,
        };
        self.stop.store(value, Ordering::Relaxed);
        self.bell.notify_all();
    }

    pub(super) fn reply(&self, reply: Reply) {
        self.mailbox().push_back(reply);
        self.bell.notify_all();
    }

    /// Looked at for every operation of the script, hence nothing but a load.
    #[inline]
    pub(super) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed) != RUNNING
    }

    pub(super) fn stop_reason(&self) -> Option<StopReason> {
        match self.stop.load(Ordering::Relaxed) {
            DEADLINE => Some(StopReason::Deadline),
            CANCELLED => Some(StopReason::Cancelled),
            _ => None,
        }
    }

    /// Waits for the next of the host's replies.
    pub(super) fn await_reply(&self) -> Result<Reply, Stopped> {
        let mut mailbox = self.mailbox();
        loop {
            if let Some(reply) = mailbox.pop_front() {
                return Ok(reply);
            }
            if self.is_stopped() {
                return Err(Stopped);
            }
            mailbox = self.bell.wait(mailbox).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits for `duration`.
    pub(super) fn sleep(&self, duration: Duration) -> Result<(), Stopped> {
        let started = Instant::now();
        let mut mailbox = self.mailbox();
        while !self.is_stopped() {
            let Some(rest) = duration.checked_sub(started.elapsed()).filter(|it| !it.is_zero())
            else {
                return Ok(());
            };
            mailbox =
                self.bell.wait_timeout(mailbox, rest).unwrap_or_else(PoisonError::into_inner).0;
        }
        Err(Stopped)
    }

    fn mailbox(&self) -> MutexGuard<'_, VecDeque<Reply>> {
        self.replies.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::protocol::HostReply;
    use std::sync::Arc;

    #[test]
    fn a_stop_wakes_who_sleeps_and_who_waits_for_a_reply() {
        let control = Arc::new(Control::default());
        let waiting = std::thread::spawn({
            let control = Arc::clone(&control);
            move || (control.sleep(Duration::from_mins(10)), control.await_reply())
        });
        control.stop(StopReason::Cancelled);
        let (slept, replied) = waiting.join().unwrap();
        assert!(slept.is_err() && replied.is_err());
        assert_eq!(control.stop_reason(), Some(StopReason::Cancelled));
    }

    #[test]
    fn a_new_run_knows_nothing_of_the_last_one() {
        let control = Control::default();
        control.stop(StopReason::Deadline);
        let reply = |number| Reply { number, answer: Ok(HostReply::Nothing) };
        control.reply(reply(1));
        control.begin();
        assert!(!control.is_stopped());
        control.reply(reply(2));
        assert_eq!(control.await_reply().unwrap(), reply(2));
    }
}

//! A queue to a thread that may let some of what it is sent wait, so that what is replaced meanwhile wakes nobody.
//!
//! Whoever types sends his text to the journal and to the checks at every key, and both look at it only once in a while.
//! What can wait stays in the queue until it is due, or until something behind it cannot wait; the order is kept. What
//! is newer takes the place of what it replaces.

use std::collections::VecDeque;
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long something may stay in a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Patience {
    /// Not at all.
    None,
    /// So long, from when the first of those it replaced was sent.
    FromFirst(Duration),
    /// So long, from when it was sent itself: until nothing replaces it any more.
    FromLast(Duration),
}

/// What a queue takes.
pub(super) trait Queued {
    /// How long it may wait.
    fn patience(&self) -> Patience;

    /// Whether nobody needs `older` any more.
    fn replaces(&self, older: &Self) -> bool;
}

/// Where the queue is filled.
#[derive(Debug)]
pub(super) struct Sender<T>(Arc<Shared<T>>);

/// Where it is emptied.
#[derive(Debug)]
pub(super) struct Receiver<T>(Arc<Shared<T>>);

#[derive(Debug)]
struct Shared<T> {
    queue: Mutex<Queue<T>>,
    changed: Condvar,
}

#[derive(Debug)]
struct Queue<T> {
    waiting: VecDeque<Waiting<T>>,
    /// One of the two ends is gone.
    closed: bool,
}

#[derive(Debug)]
struct Waiting<T> {
    what: T,
    due: Option<Instant>,
}

/// An empty queue.
pub(super) fn queue<T: Queued>() -> (Sender<T>, Receiver<T>) {
    let queue = Mutex::new(Queue { waiting: VecDeque::new(), closed: false });
    let shared = Arc::new(Shared { queue, changed: Condvar::new() });
    (Sender(shared.clone()), Receiver(shared))
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, Queue<T>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }
}

impl<T: Queued> Sender<T> {
    /// Puts something into the queue; gives it back when nobody can take it out any more.
    pub(super) fn send(&self, what: T) -> Result<(), T> {
        let mut queue = self.0.lock();
        if queue.closed {
            return Err(what);
        }
        let now = Instant::now();
        let mut due = match what.patience() {
            Patience::None => None,
            Patience::FromFirst(patience) | Patience::FromLast(patience) => Some(now + patience),
        };
        // Whoever waits on the other side knows when to wake, unless this is the first or cannot wait.
        let wakes = due.is_none() || queue.waiting.is_empty();
        if let Some(older) = queue.replaced_by(&what) {
            if matches!(what.patience(), Patience::FromFirst(_)) {
                due = older.due;
            }
            *older = Waiting { what, due };
        } else {
            queue.waiting.push_back(Waiting { what, due });
        }
        drop(queue);
        if wakes {
            self.0.changed.notify_one();
        }
        Ok(())
    }
}

impl<T: Queued> Queue<T> {
    /// What `newer` takes the place of: nothing before what cannot wait and is still needed.
    fn replaced_by(&mut self, newer: &T) -> Option<&mut Waiting<T>> {
        for older in self.waiting.iter_mut().rev() {
            if newer.replaces(&older.what) {
                return Some(older);
            }
            older.due?;
        }
        None
    }
}

impl<T> Receiver<T> {
    /// Takes the first thing out as soon as it, or something behind it, is due. Waits until `deadline` at most. When
    /// nobody fills the queue any more, gives what is left at once.
    pub(super) fn receive(&self, deadline: Option<Instant>) -> Result<T, RecvTimeoutError> {
        let mut queue = self.0.lock();
        loop {
            let now = Instant::now();
            let is_due = |it: &Waiting<T>| it.due.is_none_or(|due| due <= now);
            if (queue.closed || queue.waiting.iter().any(is_due))
                && let Some(first) = queue.waiting.pop_front()
            {
                return Ok(first.what);
            }
            if queue.closed {
                return Err(RecvTimeoutError::Disconnected);
            }
            if deadline.is_some_and(|deadline| deadline <= now) {
                return Err(RecvTimeoutError::Timeout);
            }
            let next = queue.waiting.iter().filter_map(|it| it.due).chain(deadline).min();
            queue = match next {
                None => self.0.changed.wait(queue).unwrap_or_else(PoisonError::into_inner),
                Some(at) => {
                    let patience = at.saturating_duration_since(now);
                    let waited = self.0.changed.wait_timeout(queue, patience);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        self.0.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    enum Sent {
        Now(u8),
        Later(char, u8),
        Rested(u8),
    }

    const HOUR: Duration = Duration::from_hours(1);

    impl Queued for Sent {
        fn patience(&self) -> Patience {
            match self {
                Self::Now(_) => Patience::None,
                Self::Later(..) => Patience::FromFirst(HOUR),
                Self::Rested(_) => Patience::FromLast(Duration::ZERO),
            }
        }

        fn replaces(&self, older: &Self) -> bool {
            match (self, older) {
                (Self::Later(a, _), Self::Later(b, _)) => a == b,
                (Self::Rested(_), Self::Rested(_)) => true,
                _ => false,
            }
        }
    }

    fn all(receiver: &Receiver<Sent>) -> Vec<Sent> {
        std::iter::from_fn(|| receiver.receive(Some(Instant::now())).ok()).collect()
    }

    #[test]
    fn what_can_wait_waits_and_the_newest_takes_its_place() {
        let (sender, receiver) = queue();
        for n in 0..5 {
            sender.send(Sent::Later('a', n)).unwrap();
            sender.send(Sent::Later('b', n)).unwrap();
        }
        assert_eq!(receiver.receive(Some(Instant::now())), Err(RecvTimeoutError::Timeout));
        sender.send(Sent::Now(9)).unwrap();
        assert_eq!(all(&receiver), [Sent::Later('a', 4), Sent::Later('b', 4), Sent::Now(9)]);
    }

    #[test]
    fn nothing_overtakes_what_was_sent_before_it() {
        let (sender, receiver) = queue();
        sender.send(Sent::Later('a', 1)).unwrap();
        sender.send(Sent::Now(2)).unwrap();
        sender.send(Sent::Later('a', 3)).unwrap();
        assert_eq!(receiver.receive(None), Ok(Sent::Later('a', 1)), "what is behind cannot wait");
        assert_eq!(receiver.receive(None), Ok(Sent::Now(2)));
        assert_eq!(all(&receiver), [], "the rest can");
    }

    #[test]
    fn what_is_left_comes_out_when_the_sender_is_gone() {
        let (sender, receiver) = queue();
        sender.send(Sent::Later('a', 1)).unwrap();
        sender.send(Sent::Rested(2)).unwrap();
        drop(sender);
        assert_eq!(receiver.receive(None), Ok(Sent::Later('a', 1)));
        assert_eq!(receiver.receive(None), Ok(Sent::Rested(2)));
        assert_eq!(receiver.receive(None), Err(RecvTimeoutError::Disconnected));
    }

    #[test]
    fn nobody_takes_what_is_sent_to_nobody() {
        let (sender, receiver) = queue();
        drop(receiver);
        assert_eq!(sender.send(Sent::Now(1)), Err(Sent::Now(1)));
    }

    #[test]
    fn a_receiver_that_waits_is_woken_when_it_is_due() {
        let (sender, receiver) = queue();
        let waiting = std::thread::spawn(move || receiver.receive(None));
        sender.send(Sent::Rested(1)).unwrap();
        assert_eq!(waiting.join().unwrap(), Ok(Sent::Rested(1)));
    }
}

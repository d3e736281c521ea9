//! Signals: the process ends in time, leaves the terminal clean and keeps unsaved text.

use super::wakes::Waker;
use super::{Wake, terminal};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH};
use signal_hook::iterator::Signals;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// How long the loop has to leave by itself before the terminal is given back without it.
const GRACE: Duration = Duration::from_millis(150);
/// How long a slow disk has, behind that, to take unsaved text.
const PATIENCE: Duration = Duration::from_secs(3);

/// Whether the terminal got a new size since this was asked last.
///
/// Known from the very moment at which the system tells of it, before any key that was pressed at the new size: a frame
/// that still counts on the old cells must not be painted over new ones.
#[derive(Clone, Debug, Default)]
pub(super) struct NewSize(Arc<AtomicBool>);

impl NewSize {
    pub(super) fn take(&self) -> bool {
        self.0.swap(false, Ordering::SeqCst)
    }
}

/// Tells the loop of signals. Should the loop not leave in time, the terminal is given back; should the disk not take
/// unsaved text in time either, the process ends. A terminal that closes brings several signals, from the system and
/// from the shell: only the first counts.
pub(super) fn listen(waker: Waker) -> io::Result<NewSize> {
    let new_size = NewSize::default();
    signal_hook::flag::register(SIGWINCH, new_size.0.clone())?;
    let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH])?;
    let work = move || {
        let mut ending = false;
        for signal in signals.forever() {
            match signal {
                SIGTSTP => waker.send(Wake::Stop),
                SIGCONT => waker.send(Wake::Continued),
                SIGWINCH => waker.send(Wake::Resized),
                _ if ending => {}
                _ => {
                    ending = true;
                    waker.send(Wake::Signal(signal));
                    thread::spawn(move || end(signal));
                }
            }
        }
    };
    thread::Builder::new().name("signals".to_owned()).spawn(work)?;
    Ok(new_size)
}

fn end(signal: i32) -> ! {
    thread::sleep(GRACE);
    // A terminal that takes no output must not hold up the end.
    let _ = thread::Builder::new().spawn(terminal::restore);
    thread::sleep(PATIENCE);
    std::process::exit(128 + signal)
}

/// Stops this process, and the group it runs in, until the shell continues it.
pub(super) fn stop() -> io::Result<()> {
    use rustix::process::{Signal, getpgrp, kill_process_group};
    Ok(kill_process_group(getpgrp(), Signal::STOP)?)
}

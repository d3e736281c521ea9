//! The worker process: `lambdeck worker`.
//!
//! Two threads. The script's thread has a large stack and owns the engine; it reads the host's frames, runs one lambda
//! after another and says after each that it is ready for the next. While it computes, the main one looks whether the host
//! wishes the run to end, and ends the process when the host is gone, whatever the script does. Only the outbox writes to
//! the pipe. Before the first run the process is sealed (`seal`): from then on the operating system holds it to that.
//! Must not know tokio, files or the network.

mod control;
#[cfg(debug_assertions)]
mod escape;
mod failure;
mod functions;
mod json_text;
mod outbox;
mod script;
mod seal;
mod session;
mod words;

use super::memory;
use super::protocol::FromWorker;
use crate::language::engine::STACK_BYTES;
use control::Control;
use std::sync::Arc;
use std::sync::mpsc;

/// Exit code when the script's thread or the host's frames broke.
const EXIT_BROKEN: i32 = 101;

/// Runs lambdas until the host closes the pipe. Never returns.
pub fn main() -> ! {
    memory::count(outbox::last_words);
    let sealing = seal::begin();
    let control = Arc::new(Control::new(Box::new(rustix::stdio::stdin())));
    let (sealed, is_sealed) = mpsc::channel();
    let script = {
        let control = Arc::clone(&control);
        move || serve(&control, &is_sealed)
    };
    let builder = std::thread::Builder::new().name("lambda".to_owned()).stack_size(STACK_BYTES);
    if let Err(error) = builder.spawn(script) {
        eprintln!("the lambda's thread could not be started: {error}");
        std::process::exit(EXIT_BROKEN);
    }
    // Meanwhile the other thread makes its engine.
    outbox::send(&FromWorker::Sealed(sealing.finish()));
    if sealed.send(()).is_err() {
        std::process::exit(EXIT_BROKEN);
    }
    control.watch()
}

fn serve(control: &Arc<Control>, is_sealed: &mpsc::Receiver<()>) {
    // It never returns from its loop: the process ends with its host.
    let _ = std::panic::catch_unwind(|| {
        let mut runner = script::Runner::new(Arc::clone(control));
        if is_sealed.recv().is_err() {
            return;
        }
        let mut limits = seal::RunLimits::default();
        runner.ready();
        loop {
            let assignment = control.next_run();
            limits.set(assignment.deadline_ms, assignment.memory_bytes);
            runner.run(&assignment);
            drop(assignment);
            control.end_run();
            runner.ready();
        }
    });
    // The panic's message went to the standard error output, which the host keeps.
    std::process::exit(EXIT_BROKEN);
}

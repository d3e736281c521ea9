//! The worker process: `lambdeck worker`.
//!
//! Two threads. The main one reads the host's frames and does nothing else, so that it always hears a stop, and ends the
//! process the moment the host goes away, whatever the script does. The script's thread has a large stack and owns the
//! engine; it runs one lambda after another and says after each that it is ready for the next. Only the outbox writes to
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
use super::protocol::{self, Assignment, FromWorker, ToWorker};
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
    let control = Arc::new(Control::default());
    let (assign, assignments) = mpsc::channel();
    let (sealed, is_sealed) = mpsc::channel();
    let script = {
        let control = Arc::clone(&control);
        move || serve(&control, &is_sealed, &assignments)
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
    listen(&control, &assign)
}

fn listen(control: &Control, assign: &mpsc::Sender<Assignment>) -> ! {
    let mut pipe = std::io::stdin().lock();
    loop {
        match protocol::read(&mut pipe) {
            Ok(Some(ToWorker::Run(assignment))) => {
                control.begin();
                seal::limit_run(assignment.deadline_ms, assignment.memory_bytes);
                if assign.send(assignment).is_err() {
                    std::process::exit(EXIT_BROKEN);
                }
            }
            Ok(Some(ToWorker::Reply(reply))) => control.reply(reply),
            Ok(Some(ToWorker::Stop(reason))) => control.stop(reason),
            Ok(None) => std::process::exit(0),
            Err(error) => {
                eprintln!("the host sent {error}");
                std::process::exit(EXIT_BROKEN);
            }
        }
    }
}

fn serve(
    control: &Arc<Control>,
    is_sealed: &mpsc::Receiver<()>,
    assignments: &mpsc::Receiver<Assignment>,
) {
    let broken = std::panic::catch_unwind(|| {
        let mut runner = script::Runner::new(Arc::clone(control));
        if is_sealed.recv().is_err() {
            return;
        }
        runner.ready();
        while let Ok(assignment) = assignments.recv() {
            runner.run(&assignment);
            drop(assignment);
            runner.ready();
        }
    });
    // The panic's message went to the standard error output, which the host keeps.
    std::process::exit(if broken.is_err() { EXIT_BROKEN } else { 0 });
}

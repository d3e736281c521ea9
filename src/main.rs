//! The `lambdeck` program.

use lambdeck::runtime;
use lambdeck::runtime::memory::Counting;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() -> ExitCode {
    // Before anything else: a worker shall be ready in a millisecond.
    if std::env::args_os().nth(1).is_some_and(|it| it == runtime::WORKER_SUBCOMMAND) {
        runtime::worker::main();
    }
    lambdeck::cli::run()
}

//! The `lambdeck` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    lambdeck::cli::run()
}

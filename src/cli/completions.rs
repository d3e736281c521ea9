//! `lambdeck completions`

use super::args::{Cli, Completions};
use super::context::Context;
use clap::CommandFactory as _;
use std::process::ExitCode;

pub(super) fn run(context: &mut Context, args: &Completions) -> anyhow::Result<ExitCode> {
    // By way of memory, since the generator panics where it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "lambdeck", &mut script);
    context.out.text(String::from_utf8_lossy(&script))?;
    Ok(ExitCode::SUCCESS)
}

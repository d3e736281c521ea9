//! `lambdeck [PATH]`: the IDE.

use super::args::{Cli, Open};
use super::context::Context;
use super::output::tell;
use super::{Usage, quote};
use crate::shell::{self, Start};
use crate::workspace::{Opening, Workspace, closest};
use clap::CommandFactory as _;
use std::io::IsTerminal as _;
use std::path::Path;
use std::process::ExitCode;

pub(super) fn open(context: &Context, args: &Open) -> anyhow::Result<ExitCode> {
    if args.sample {
        // Held until the IDE has ended: the folder goes with the value.
        let sample = Workspace::sample()?;
        let workspace = sample.workspace().clone();
        let ended = open_ide(&Start::Workspace { workspace, throw_away: true, lambda: None });
        if let Some(kept) = sample.keep_if_changed() {
            let path = kept.display().to_string();
            tell(format_args!(
                "what you changed in the sample lies in `{path}`; open it with `lambdeck {}`, or delete it",
                quote(&path)
            ));
        }
        return ended;
    }
    let path = context.path(args.path.as_deref());
    if let Some(given) = args.path.as_deref().filter(|_| !path.exists()) {
        return Err(missing(given).into());
    }
    open_ide(&match Opening::resolve(&path)? {
        Opening::Workspace { workspace, lambda } => {
            Start::Workspace { workspace, throw_away: false, lambda }
        }
        Opening::Offer { folder } => Start::Nothing(folder),
    })
}

/// The path leads nowhere; perhaps it was meant as a command.
fn missing(path: &Path) -> Usage {
    let word = path.to_string_lossy();
    let program = Cli::command();
    let commands: Vec<&str> = program.get_subcommands().map(clap::Command::get_name).collect();
    let advice = match closest(&word, &commands) {
        Some(command) => format!("did you mean the command `{command}`?"),
        None => "`lambdeck --help` lists the commands".into(),
    };
    Usage(format!("there is no file, folder or command `{word}`; {advice}"))
}

fn open_ide(start: &Start) -> anyhow::Result<ExitCode> {
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        let advice = "`lambdeck --help` lists the commands that do without";
        return Err(Usage(format!("the IDE needs a terminal; {advice}")).into());
    }
    shell::run(start)
}

//! The command line: the program without the screen.
//!
//! One file a command, each thin: take the arguments, call the floors below, print. Owns the arguments, the exit codes
//! and what goes to which stream: results to stdout, everything else to stderr. Must not hold a rule of the product.
//!
//! Exit codes: 0 done; 1 the lambda failed, `check` found errors (or warnings that are denied), `fmt --check` found differences, `doctor` found
//! something amiss, or a request was refused; 2 the command line or what it names cannot be used; 3 the lambda ran into a
//! limit; 130 cancelled.

mod api;
mod args;
mod args_platform;
mod cancel;
mod check;
mod completions;
mod context;
mod deploy;
mod difference;
mod dlq;
mod doctor;
mod emit;
mod events;
mod explain;
mod fields;
mod figures;
mod fmt;
mod init;
mod input;
mod invoke;
mod keys;
mod needs;
mod new;
mod open;
mod output;
mod places;
mod prompt;
mod record;
mod replay;
mod report;
mod run_lines;
mod runs;
mod sarif;
mod schedule;
mod secret;
mod serve;
mod several;
mod shapes;
mod snippet;
mod sources;
mod stage;
mod table;
mod templates;
mod token;
mod versions;
mod when;

use crate::platform::deploy::DeployError;
use crate::platform::store::StoreError;
use crate::workspace::WorkspaceError;
use anyhow::Error;
use args::{Cli, Command};
use clap::Parser as _;
use context::{Context, Format};
use output::{Stream, complain, tell};
use std::io;
use std::process::ExitCode;

/// Something that was asked for cannot be asked for: exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Usage(String);

/// Runs the program with the arguments it was given.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let for_machines = std::env::args_os().any(|argument| argument == "--json");
            if for_machines && error.use_stderr() {
                tell(serde_json::json!({ "error": error.to_string().trim_end() }));
            } else {
                // Help that nobody reads to its end is no error.
                let _ = error.print();
            }
            return ExitCode::from(error.exit_code().clamp(0, 255) as u8);
        }
    };
    let format = if cli.global.json { Format::Json } else { Format::Human };
    match dispatch(cli) {
        Ok(code) => code,
        Err(error) => report(&error, format),
    }
}

fn dispatch(cli: Cli) -> anyhow::Result<ExitCode> {
    if cli.command.is_some() && (cli.open.path.is_some() || cli.open.sample) {
        return Err(
            Usage("a path and --sample open the IDE; for a command use `-C DIR`".into()).into()
        );
    }
    let mut context = Context::new(&cli.global)?;
    let code = match cli.command {
        None => return open::open(&context, &cli.open),
        Some(Command::Init(args)) => init::run(&mut context, &args),
        Some(Command::New(args)) => new::run(&mut context, &args),
        Some(Command::Events(args)) => events::run(&mut context, &args),
        Some(Command::Templates(args)) => templates::run(&mut context, &args),
        Some(Command::Check(args)) => check::run(&mut context, &args),
        Some(Command::Fmt(args)) => fmt::run(&mut context, &args),
        Some(Command::Invoke(args)) => invoke::run(&mut context, &args),
        Some(Command::Api(args)) => api::run(&mut context, &args),
        Some(Command::Deploy(args)) => deploy::run(&mut context, &args),
        Some(Command::Undeploy(args)) => versions::undeploy(&mut context, &args),
        Some(Command::Versions(args)) => versions::versions(&mut context, &args),
        Some(Command::Rollback(args)) => versions::rollback(&mut context, &args),
        Some(Command::Diff(args)) => difference::run(&mut context, &args),
        Some(Command::Activity(args)) => versions::activity(&mut context, &args),
        Some(Command::Serve(args)) => serve::run(&mut context, &args),
        Some(Command::Emit(args)) => emit::run(&mut context, &args),
        Some(Command::Runs(args)) => runs::runs(&mut context, &args),
        Some(Command::Cancel(args)) => cancel::run(&mut context, &args),
        Some(Command::Logs(args)) => runs::logs(&mut context, &args),
        Some(Command::Replay(args)) => replay::run(&mut context, &args),
        Some(Command::Dlq { command }) => dlq::run(&mut context, &command),
        Some(Command::Schedule { command }) => schedule::run(&mut context, &command),
        Some(Command::Token { command }) => token::run(&mut context, &command),
        Some(Command::Secret { command }) => secret::run(&mut context, &command),
        Some(Command::Doctor) => doctor::run(&mut context),
        Some(Command::Keys(args)) => keys::run(&mut context, &args),
        Some(Command::Completions(args)) => completions::run(&mut context, &args),
    }?;
    context.out.flush()?;
    Ok(code)
}

fn report(error: &Error, format: Format) -> ExitCode {
    let pipe_closed = |cause: &io::Error| cause.kind() == io::ErrorKind::BrokenPipe;
    if error.downcast_ref().is_some_and(pipe_closed) {
        return ExitCode::SUCCESS;
    }
    let message = format!("{error:#}");
    match format {
        Format::Json => tell(serde_json::json!({ "error": message })),
        Format::Human => complain(Stream::Error, &message),
    }
    ExitCode::from(exit_code(error))
}

fn exit_code(error: &Error) -> u8 {
    use WorkspaceError as E;
    let unusable = |error: &E| {
        matches!(
            error,
            E::UnknownLambda { .. }
                | E::UnknownPayload { .. }
                | E::PayloadName { .. }
                | E::NotAWorkspace { .. }
                | E::NotInWorkspace { .. }
                | E::NotOpened { .. }
                | E::NeedsWorkspace { .. }
                | E::BrokenConfig(_)
        )
    };
    let is_unusable = match error.downcast_ref() {
        Some(DeployError::Workspace(error)) => unusable(error),
        Some(
            DeployError::NoVersion { .. }
            | DeployError::NoFolder { .. }
            | DeployError::Store(StoreError::Unknown(_)),
        ) => true,
        _ => {
            error.downcast_ref().is_some_and(unusable)
                || matches!(error.downcast_ref(), Some(StoreError::Unknown(_)))
        }
    };
    if error.is::<Usage>() || is_unusable { 2 } else { 1 }
}

/// `word` as a shell takes it.
fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.into()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn words_are_quoted_where_a_shell_would_split_or_expand_them() {
        assert_eq!(quote("controllerbot_messaging_ttr"), "controllerbot_messaging_ttr");
        assert_eq!(quote("Messaging TTR"), "'Messaging TTR'");
        assert_eq!(quote("it's $5"), r"'it'\''s $5'");
        assert_eq!(quote(""), "''");
    }
}

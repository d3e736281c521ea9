//! The arguments, as clap reads them.

use super::args_platform::{
    Activity, CancelRuns, Deploy, Diff, Dlq, Emit, Replay, Rollback, RunFilter, Runs, Schedule,
    Serve, Token, Undeploy, Versions,
};
use crate::domain::SecretKind;
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use std::path::PathBuf;

/// A terminal IDE for event-driven lambdas written in Rhai.
///
/// Without a command the IDE opens.
#[derive(Debug, Parser)]
#[command(
    name = "lambdeck",
    version,
    subcommand_precedence_over_arg = true,
    override_usage = "lambdeck [OPTIONS] [PATH]\n       lambdeck [OPTIONS] <COMMAND>",
    after_help = "Exit codes: 0 done, 1 failed or refused, 2 unusable arguments, 3 a limit ended the lambda, 130 cancelled."
)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    #[command(flatten)]
    pub(super) open: Open,
    #[command(flatten)]
    pub(super) global: Global,
}

#[derive(Debug, Args)]
pub(super) struct Global {
    /// Work as if started in this folder
    #[arg(short = 'C', long = "directory", value_name = "DIR", global = true)]
    pub(super) directory: Option<PathBuf>,
    /// Print JSON, for machines: of a list an array, of `runs`, `logs` and `serve` an object a line
    #[arg(long, global = true)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Open {
    /// A workspace's folder, a lambda's folder, or a .rhai file [default: the current folder]
    #[arg(value_name = "PATH")]
    pub(super) path: Option<PathBuf>,
    /// Open a throw-away workspace with three lambdas to look around in
    #[arg(long, conflicts_with = "path")]
    pub(super) sample: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a folder a workspace
    Init(Init),
    /// Make a lambda from a template
    New(New),
    /// List the events with their slots, or show one
    Events(Events),
    /// List the templates, or print the source of one
    Templates(Templates),
    /// Look for what is wrong with the workspace and its lambdas
    Check(Check),
    /// Lay out the source of lambdas
    Fmt(Fmt),
    /// Run a lambda now: result on stdout, logs on stderr
    Invoke(Invoke),
    /// Make lambdas productive: executed whenever their events are triggered
    Deploy(Deploy),
    /// Stop executing lambdas and free their slots
    Undeploy(Undeploy),
    /// List the versions of a lambda that were deployed, the newest first
    Versions(Versions),
    /// Deploy an old version again
    Rollback(Rollback),
    /// Show what differs between two versions, or the deployed one and the workspace
    Diff(Diff),
    /// Show who deployed what and when, the newest at the end as in a log
    Activity(Activity),
    /// Execute deployed lambdas when their events are triggered, until stopped
    Serve(Serve),
    /// Raise an event: on the disk when this returns, delivered by whoever serves
    Emit(Emit),
    /// List the runs that were made and those that go on, the newest at the end as in a log, or show one
    #[command(args_conflicts_with_subcommands = true)]
    Runs(Runs),
    /// Cancel runs of deployed lambdas that go on
    Cancel(CancelRuns),
    /// Print what lambdas wrote, run by run
    Logs(RunFilter),
    /// Make a run again with the same payload
    Replay(Replay),
    /// Look after dead letters: deliveries that were given up
    Dlq {
        #[command(subcommand)]
        command: Dlq,
    },
    /// Run deployed lambdas at times
    Schedule {
        #[command(subcommand)]
        command: Schedule,
    },
    /// Make, list and revoke tokens, which callers show at the HTTP door
    Token {
        #[command(subcommand)]
        command: Token,
    },
    /// List what a lambda can call beyond Rhai's own functions
    Api(Api),
    /// Set, list and remove secrets, which lambdas read with `secrets::read`
    Secret {
        #[command(subcommand)]
        command: Secret,
    },
    /// Look at what lambdeck stands on: the wall around a lambda, folders, terminal
    #[command(after_help = "Exit codes: 0 all is well, 1 something is amiss.")]
    Doctor,
    /// List the keys of the IDE and what they do
    Keys(Keys),
    /// Print the completions of a shell
    Completions(Completions),
}

#[derive(Debug, Args)]
pub(super) struct Init {
    /// The folder, made if need be [default: the current folder]
    #[arg(value_name = "DIR")]
    pub(super) folder: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct New {
    /// The lambda's name: a letter, then letters, digits and `_`
    #[arg(value_name = "NAME")]
    pub(super) name: String,
    /// The event to connect it to, by id or name; `none` for no event [default: the template's]
    #[arg(short, long, value_name = "EVENT")]
    pub(super) event: Option<String>,
    /// The template to start from, by id or name [default: the event's, or `greeting`]
    #[arg(short, long, value_name = "TEMPLATE")]
    pub(super) template: Option<String>,
    /// What it is for
    #[arg(short, long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub(super) description: String,
    /// Allow the domains that the template calls, for the whole workspace
    #[arg(long)]
    pub(super) allow_domains: bool,
    /// Take the slot of this lambda, which stays as a draft without event
    #[arg(long, value_name = "HOLDER")]
    pub(super) swap: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Events {
    /// The event to show, by id or name
    #[arg(value_name = "EVENT")]
    pub(super) event: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Templates {
    /// The template to print, by id or name
    #[arg(value_name = "TEMPLATE")]
    pub(super) template: Option<String>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 nothing that counts is wrong, 1 there are errors or, with --deny warnings, warnings, 2 unusable arguments."
)]
pub(super) struct Check {
    /// Lambdas or .rhai files [default: the whole workspace]
    #[arg(value_name = "NAME")]
    pub(super) names: Vec<String>,
    /// Print SARIF 2.1.0, for CI
    #[arg(long, conflicts_with = "json")]
    pub(super) sarif: bool,
    /// Fail on these too
    #[arg(long, value_name = "WHAT")]
    pub(super) deny: Option<Deny>,
    /// Tell what a code means; without a code, list them all
    #[arg(long, value_name = "CODE", num_args = 0..=1, default_missing_value = "", conflicts_with_all = ["names", "sarif", "deny"])]
    pub(super) explain: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Deny {
    Warnings,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 laid out, 1 a source does not compile or, with --check, would change, 2 unusable arguments."
)]
pub(super) struct Fmt {
    /// Lambdas or .rhai files; `-` for stdin to stdout [default: all lambdas of the workspace]
    #[arg(value_name = "NAME")]
    pub(super) names: Vec<String>,
    /// Write nothing; show what would change, and fail if anything would
    #[arg(long)]
    pub(super) check: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 it returned, 1 it failed, 2 unusable arguments or payload, 3 a limit ended it, 130 cancelled."
)]
pub(super) struct Invoke {
    /// The lambda, or a .rhai file
    #[arg(value_name = "NAME")]
    pub(super) lambda: String,
    /// A file with the payload, or with the input {"payload": ..., "headers": [...]}; `-` for stdin [default: the event's first sample, or else the first saved payload]
    #[arg(short, long, value_name = "FILE", group = "input")]
    pub(super) payload: Option<PathBuf>,
    /// The event's sample for this sub-type
    #[arg(short, long, value_name = "SUBTYPE", group = "input")]
    pub(super) sample: Option<String>,
    /// A saved payload of the lambda
    #[arg(long, value_name = "NAME", group = "input")]
    pub(super) saved: Option<String>,
    /// Send all that the lambda wants to change outside, mail too [default: as `[send]` in lambdeck.toml says]
    #[arg(long, conflicts_with = "dry")]
    pub(super) live: bool,
    /// Send nothing that changes something outside; the record shows what would have been sent
    #[arg(long)]
    pub(super) dry: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Secret {
    /// Add a secret or change its value, asked for or read from stdin
    Set(SecretSet),
    /// List the names; no value is ever shown
    List,
    /// Give a secret another name
    Rename(SecretRename),
    /// Remove a secret
    Rm(SecretRm),
    /// Take over the secrets of a JSON object or a .env file
    Import(SecretImport),
}

#[derive(Debug, Args)]
#[command(
    after_help = "The value is asked for without showing it, or read from stdin: `pass show api | lambdeck secret set api_token`. It is never an argument, which other users could see."
)]
pub(super) struct SecretSet {
    /// The name: letters, digits, `_` and `-`
    #[arg(value_name = "NAME")]
    pub(super) name: String,
    /// What the value is; decides how it is checked and what a lambda gets [default: as before, or string]
    #[arg(short = 't', long = "type", value_name = "TYPE")]
    pub(super) kind: Option<SecretType>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum SecretType {
    String,
    Number,
    Json,
}

impl From<SecretType> for SecretKind {
    fn from(kind: SecretType) -> Self {
        match kind {
            SecretType::String => Self::String,
            SecretType::Number => Self::Number,
            SecretType::Json => Self::Json,
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct SecretRename {
    /// The secret
    #[arg(value_name = "OLD")]
    pub(super) old: String,
    /// Its new name
    #[arg(value_name = "NEW")]
    pub(super) new: String,
}

#[derive(Debug, Args)]
pub(super) struct SecretRm {
    /// The secret
    #[arg(value_name = "NAME")]
    pub(super) name: String,
}

#[derive(Debug, Args)]
pub(super) struct SecretImport {
    /// The file; `-` for stdin [default: stdin]
    #[arg(value_name = "FILE")]
    pub(super) file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Api {
    /// The function or module to show, `log::info` or `log` for example
    #[arg(value_name = "FUNCTION")]
    pub(super) function: Option<String>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Keys of one's own stand in keys.toml in the folder `lambdeck` among the folders of configuration (~/.config), or in the folder that LAMBDECK_CONFIG names."
)]
pub(super) struct Keys {
    /// The keys that lambdeck comes with, whatever keys.toml says
    #[arg(long)]
    pub(super) default: bool,
    /// Make a keys.toml to start from: every command with its keys, each line a comment
    #[arg(long, conflicts_with = "default")]
    pub(super) write: bool,
}

#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub(super) shell: Shell,
}

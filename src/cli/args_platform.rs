//! The arguments of the commands of the platform.

use crate::domain::ListenAddress;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// The number of a version, which lists of runs show as `v1`.
fn version(text: &str) -> Result<u32, String> {
    let digits = text.strip_prefix('v').unwrap_or(text);
    let number = digits.parse().ok().filter(|_| digits.bytes().all(|it| it.is_ascii_digit()));
    number.ok_or_else(|| "a version is a number such as `1` or `v1`".into())
}

#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 deployed or nothing to do, 1 refused, 2 unusable arguments.\nWho deployed is taken from LAMBDECK_USER, or else USER."
)]
pub(super) struct Deploy {
    /// The lambdas
    #[arg(value_name = "NAME", required = true)]
    pub(super) names: Vec<String>,
    /// Do not ask
    #[arg(short, long)]
    pub(super) yes: bool,
    /// Show what would be deployed, and deploy nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Undeploy this lambda in the same step and take its slot
    #[arg(long, value_name = "HOLDER")]
    pub(super) swap: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Undeploy {
    /// The lambdas
    #[arg(value_name = "NAME", required = true)]
    pub(super) names: Vec<String>,
    /// Do not ask; without a terminal nobody is asked anyway
    #[arg(short, long)]
    pub(super) yes: bool,
    /// Show what would happen, and undeploy nothing
    #[arg(long)]
    pub(super) dry_run: bool,
}

#[derive(Debug, Args)]
pub(super) struct Versions {
    /// The lambda
    #[arg(value_name = "NAME")]
    pub(super) name: String,
    /// Print the source of this version
    #[arg(long, value_name = "VERSION", value_parser = version)]
    pub(super) source: Option<u32>,
}

#[derive(Debug, Args)]
pub(super) struct Rollback {
    /// The lambda
    #[arg(value_name = "NAME")]
    pub(super) name: String,
    /// The version to be executed again
    #[arg(value_name = "VERSION", value_parser = version)]
    pub(super) version: u32,
    /// Do not ask; without a terminal nobody is asked anyway
    #[arg(short, long)]
    pub(super) yes: bool,
    /// Show what would happen, and deploy nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Undeploy this lambda in the same step and take its slot
    #[arg(long, value_name = "HOLDER")]
    pub(super) swap: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Diff {
    /// The lambda
    #[arg(value_name = "NAME")]
    pub(super) name: String,
    /// The old version [default: the deployed one]
    #[arg(value_name = "OLD", value_parser = version)]
    pub(super) old: Option<u32>,
    /// The new version [default: what stands in the workspace]
    #[arg(value_name = "NEW", value_parser = version)]
    pub(super) new: Option<u32>,
}

#[derive(Debug, Args)]
pub(super) struct Activity {
    /// Of this lambda
    #[arg(value_name = "NAME")]
    pub(super) name: Option<String>,
    /// At most so many
    #[arg(short = 'n', long, value_name = "COUNT", default_value_t = 50)]
    pub(super) limit: u32,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 on the disk, or with --wait delivered, 1 refused, or with --wait given up, 2 unusable arguments or payload."
)]
pub(super) struct Emit {
    /// The event, by id or name
    #[arg(value_name = "EVENT")]
    pub(super) event: String,
    /// A file with the payload, or with the input {"payload": ..., "headers": [...]}; `-` for stdin [default: the event's first sample]
    #[arg(short, long, value_name = "FILE", group = "input")]
    pub(super) payload: Option<PathBuf>,
    /// The event's sample for this sub-type
    #[arg(short, long, value_name = "SUBTYPE", group = "input")]
    pub(super) sample: Option<String>,
    /// Its id; the same id from the same source is taken once in 24 hours [default: a new one]
    #[arg(long, value_name = "ID")]
    pub(super) id: Option<String>,
    /// Who raises it
    #[arg(long, value_name = "URI", default_value = "lambdeck:emit")]
    pub(super) source: String,
    /// Wait until every delivery is done or given up
    #[arg(long)]
    pub(super) wait: bool,
}

#[derive(Debug, Args)]
pub(super) struct Runs {
    #[command(subcommand)]
    pub(super) command: Option<RunsCommand>,
    #[command(flatten)]
    pub(super) filter: RunFilter,
    /// How runs went, in a window of time, instead of a list
    #[arg(long, value_name = "1h|24h|7d|30d", value_parser = ["1h", "24h", "7d", "30d"])]
    pub(super) figures: Option<String>,
    /// Only those that go on now
    #[arg(long, conflicts_with_all = ["figures", "follow", "failed"])]
    pub(super) running: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Its record says that it was cancelled. A delivery becomes a dead letter, whoever called by HTTP is told.\nExit codes: 0 cancelled, 1 no such run goes on."
)]
pub(super) struct CancelRuns {
    /// The ids of runs that go on, or their beginnings; `lambdeck runs --running` lists them
    #[arg(value_name = "RUN", required = true)]
    pub(super) runs: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub(super) enum RunsCommand {
    /// Show one run: payload, logs, result, calls
    Show {
        /// The run's id, or its beginning
        #[arg(value_name = "RUN")]
        run: String,
    },
}

#[derive(Debug, Args)]
pub(super) struct RunFilter {
    /// Go on with runs as they are made
    #[arg(short, long)]
    pub(super) follow: bool,
    /// Of this lambda
    #[arg(short, long, value_name = "NAME")]
    pub(super) lambda: Option<String>,
    /// Only those that failed
    #[arg(long)]
    pub(super) failed: bool,
    /// Started at most so long ago, `10m`, `2h` or `3d`, or since a time, `2026-11-25T14:00:00Z`
    #[arg(long, value_name = "AGE")]
    pub(super) since: Option<String>,
    /// With this text in an id, the source, the failure, the log, the payload or the result
    #[arg(long, value_name = "TEXT")]
    pub(super) text: Option<String>,
    /// At most so many
    #[arg(short = 'n', long, value_name = "COUNT", default_value_t = 50)]
    pub(super) limit: u32,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 it returned, 1 it failed, 2 unusable arguments, 3 a limit ended it, 130 cancelled."
)]
pub(super) struct Replay {
    /// The run's id, or its beginning
    #[arg(value_name = "RUN")]
    pub(super) run: String,
    /// Run what stands in the workspace instead of the version that ran
    #[arg(long)]
    pub(super) with_draft: bool,
    /// Send all that the lambda wants to change outside, mail too
    #[arg(long, conflicts_with = "dry")]
    pub(super) live: bool,
    /// Send nothing that changes something outside; this is the default
    #[arg(long)]
    pub(super) dry: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Dlq {
    /// List the dead letters, the newest first
    List {
        /// Of this lambda
        #[arg(short, long, value_name = "NAME")]
        lambda: Option<String>,
        /// At most so many
        #[arg(short = 'n', long, value_name = "COUNT", default_value_t = 100)]
        limit: u32,
    },
    /// Show one with its payload and its runs
    Show {
        /// Its id
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Put dead letters back into the queue
    #[command(
        after_help = "Those of a lambda that is not deployed stay as they are.\nExit codes: 0 all went back, 1 some or all stayed, 2 unusable arguments."
    )]
    Redrive(WhichLetters),
    /// Remove dead letters for good
    Purge {
        #[command(flatten)]
        which: WhichLetters,
        /// Do not ask; without a terminal nobody is asked anyway
        #[arg(short, long)]
        yes: bool,
    },
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct WhichLetters {
    /// These
    #[arg(value_name = "ID")]
    pub(super) ids: Vec<String>,
    /// All of this lambda
    #[arg(short, long, value_name = "NAME")]
    pub(super) lambda: Option<String>,
    /// All
    #[arg(long)]
    pub(super) all: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Schedule {
    /// Run a deployed lambda at times
    #[command(
        after_help = "Times are `minute hour day month weekday`: `*/15 8-18 * * MON-FRI` is every quarter of an hour from eight to six on working days."
    )]
    Add {
        /// What to call it
        #[arg(value_name = "SCHEDULE")]
        name: String,
        /// The lambda
        #[arg(value_name = "LAMBDA")]
        lambda: String,
        /// When
        #[arg(value_name = "CRON")]
        cron: String,
        /// The time zone of the times
        #[arg(short = 'z', long, value_name = "ZONE", default_value = "UTC")]
        zone: String,
        /// A file with the payload, or with the input {"payload": ..., "headers": [...]}; `-` for stdin [default: an empty payload]
        #[arg(short, long, value_name = "FILE")]
        payload: Option<PathBuf>,
    },
    /// List the schedules with their next times
    List,
    /// Remove a schedule
    Rm {
        /// The schedule
        #[arg(value_name = "SCHEDULE")]
        name: String,
    },
    /// Leave a schedule alone until it is resumed
    Pause {
        /// The schedule
        #[arg(value_name = "SCHEDULE")]
        name: String,
    },
    /// Go on with a schedule
    Resume {
        /// The schedule
        #[arg(value_name = "SCHEDULE")]
        name: String,
    },
    /// Show the next times of a schedule, or of times that are given
    ///
    /// In the schedule's zone, and by the clock here where that shows another. Where the clock is put forward or back, times
    /// with hours of their own come once: one that is left out right after the gap, one that comes twice the first time. Those
    /// of every hour (`*`) go by real time.
    Next {
        /// The schedule, or times in quotes
        #[arg(value_name = "SCHEDULE|CRON")]
        what: String,
        /// The time zone, for times that are given [default: UTC]
        #[arg(short = 'z', long, value_name = "ZONE")]
        zone: Option<String>,
        /// So many
        #[arg(short = 'n', long, value_name = "COUNT", default_value_t = 5)]
        count: usize,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum Token {
    /// Make a token; its text is shown once
    Create {
        /// What to call it
        #[arg(value_name = "NAME")]
        name: String,
        /// What it allows: invoke, emit, admin
        #[arg(short, long, value_name = "SCOPE", required = true, value_delimiter = ',', value_parser = ["invoke", "emit", "admin"])]
        scope: Vec<String>,
        /// It ends after so long, `12h` or `90d` [default: never]
        #[arg(long, value_name = "AGE")]
        expires: Option<String>,
    },
    /// List the tokens
    List,
    /// Make a token useless
    Revoke {
        /// The token
        #[arg(value_name = "NAME")]
        name: String,
        /// Do not ask; without a terminal nobody is asked anyway
        #[arg(short, long)]
        yes: bool,
    },
}

#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 ended as asked, 1 could not start or failed.")]
pub(super) struct Serve {
    /// Listen at this address [default: `listen` of `[serve]` in lambdeck.toml, or 127.0.0.1:8787]
    #[arg(long, value_name = "ADDRESS:PORT", conflicts_with = "no_http")]
    pub(super) listen: Option<ListenAddress>,
    /// Execute without listening
    #[arg(long)]
    pub(super) no_http: bool,
}

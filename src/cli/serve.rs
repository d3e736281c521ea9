//! `lambdeck serve`

use super::args_platform::Serve;
use super::context::{Context, Format};
use super::output::{BAD, ODD, Stream, tell};
use super::run_lines::RunLines;
use super::shapes::{self, ListedRun};
use super::snippet::visible;
use super::when;
use crate::domain::LambdaName;
use crate::gateway::Gateway;
use crate::platform::clock::{Clock as _, SystemClock};
use crate::platform::embedded::Embedded;
use crate::platform::store::{
    Deployments as _, Queue as _, Schedules as _, StoreError, Tokens as _,
};
use crate::platform::{Fate, Platform, Told};
use crate::runtime::Cancel;
use crate::workspace::Workspace;
use anyhow::Context as _;
use serde::Serialize;
use serde_json::json;
use std::fs::File;
use std::io::{self, Write as _};
use std::os::fd::AsFd as _;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::oneshot;
use tracing_subscriber::EnvFilter;

/// How long the last lines may take to be printed.
const LAST_LINES: Duration = Duration::from_millis(500);

/// How long the last spans may take to be sent.
const LAST_SPANS: Duration = Duration::from_secs(2);

/// Of a longer database not every page is looked at before serving begins.
const MOST_CHECKED: u64 = 8 << 20;

/// The most threads that speak with callers and workers.
const MOST_THREADS: usize = 8;

/// How long lines are gathered after some were printed: to wake for each would slow down what it tells of.
const GATHER: Duration = Duration::from_millis(5);

/// What a shell reports of a program that a person cut off.
const CUT_OFF: i32 = 130;

pub(super) fn run(context: &mut Context, args: &Serve) -> anyhow::Result<ExitCode> {
    let workspace = context.workspace()?;
    let format = context.format;
    log(format);
    let (config, odd) = workspace.sound_config()?;
    for problem in odd {
        tell(format_args!("warning: {problem}"));
    }
    let mut settings = config.serve;
    settings.listen = args.listen.clone().unwrap_or(settings.listen);
    let tokio = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads())
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    tokio.block_on(async {
        let stop = Cancel::new();
        stop_on_signals(&stop)?;
        let platform = Platform::open(&workspace)?;
        tell_when_it_stops(platform.clone(), stop.clone(), format);
        let door = Arc::new(platform.clone());
        let gateway = if args.no_http { None } else { Some(Gateway::bind(settings, door).await?) };
        let printed = print(platform.listen(), format)?;
        let url = gateway.as_ref().map(Gateway::url);
        if let Some(url) = &url {
            platform.announce(url.clone())?;
        }
        let fault = fault_of_state(&workspace, &platform).await;
        if let (Some(fault), Format::Human) = (&fault, format) {
            tell(format_args!("warning: {fault}; until that is mended, deliveries may fail"));
        }
        tell_ready(&workspace.name(), url.as_deref(), format);
        if let (Some(error), Format::Json) = (&fault, format) {
            tracing::error!(%error, "what is kept is not sound");
        }
        if gateway.as_ref().is_some_and(Gateway::is_beyond_loopback) {
            tell_if_nobody_gets_in(&platform, format).await?;
        }
        // On the threads of the runtime, where what wakes them is.
        let answering = gateway.map(|gateway| {
            let stop = stop.clone();
            tokio::spawn(async move { gateway.run(stop.cancelled()).await })
        });
        let executing = tokio::spawn({
            let platform = platform.clone();
            async move { platform.run(stop.cancelled()).await }
        });
        executing.await?;
        if let Some(answering) = answering {
            answering.await?;
        }
        platform.end_traces(LAST_SPANS).await;
        drop(platform);
        // It ends when nobody can tell it anything any more, unless nobody reads what it prints.
        let _ = tokio::time::timeout(LAST_LINES, printed).await;
        anyhow::Ok(())
    })?;
    tokio.shutdown_background();
    Ok(ExitCode::SUCCESS)
}

/// How many threads speak with callers and workers. The lambdas themselves need the other half of the processors, and
/// each thread more is one that work has to be passed to.
fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, |count| (count.get() / 2).clamp(1, MOST_THREADS))
}

fn tell_ready(workspace: &str, url: Option<&str>, format: Format) {
    match (format, url) {
        (Format::Json, _) => tell(json!({ "ready": true, "url": url })),
        (Format::Human, Some(url)) => {
            tell(format_args!(
                "executing what is deployed in `{workspace}`, listening at {url}; Ctrl-C stops"
            ));
        }
        (Format::Human, None) => {
            tell(format_args!("executing what is deployed in `{workspace}`; Ctrl-C stops"));
        }
    }
}

/// What is wrong with what is kept, as far as it shows in what is read first.
async fn fault_of_state(workspace: &Workspace, platform: &Platform) -> Option<StoreError> {
    let state = workspace.state_folder().ok()?;
    let examined = tokio::task::spawn_blocking(move || Embedded::examine(&state, MOST_CHECKED));
    let store = platform.store();
    let read = async {
        store.lambdas().await?;
        store.schedules().await?;
        store.queue_figures().await?;
        Ok(())
    };
    match examined.await {
        Ok(Err(fault)) => Some(fault),
        Ok(Ok(Some(examined))) if examined.is_checked => None,
        _ => read.await.err(),
    }
}

/// Whoever is on another machine needs a token.
async fn tell_if_nobody_gets_in(platform: &Platform, format: Format) -> anyhow::Result<()> {
    if format == Format::Human && platform.store().tokens().await?.is_empty() {
        tell(
            "warning: there is no token, so nobody can get in; `lambdeck token create NAME --scope emit` makes one",
        );
    }
    Ok(())
}

/// Logs of the program itself go to stderr; `RUST_LOG` says how many.
fn log(format: Format) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    let log = tracing_subscriber::fmt().with_writer(io::stderr).with_env_filter(filter);
    // A log that is there already serves as well.
    let _ = match format {
        Format::Json => log.json().try_init(),
        Format::Human => log.with_ansi(Stream::Error.is_coloured()).try_init(),
    };
}

/// Turns `stop` when the program is told to stop; told again, it stops at once.
fn stop_on_signals(stop: &Cancel) -> anyhow::Result<()> {
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for Ctrl-C")?;
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let stop = stop.clone();
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            if stop.is_cancelled() {
                tell(
                    "stopped at once; deliveries under way are made again by whoever executes next",
                );
                std::process::exit(CUT_OFF);
            }
            stop.cancel();
        }
    });
    Ok(())
}

/// Says what is waited for once the program was told to stop, if anything is.
fn tell_when_it_stops(platform: Platform, stop: Cancel, format: Format) {
    tokio::spawn(async move {
        stop.cancelled().await;
        let running = platform.ongoing().len();
        if running == 0 {
            return;
        }
        let until_ms = SystemClock.now_ms().saturating_add(platform.grace().as_millis() as i64);
        match format {
            Format::Json => {
                tell(json!({ "stopping": true, "running": running, "until_ms": until_ms }));
            }
            Format::Human => tell(format_args!(
                "stopping: waits for {running} {}, until {} at most; Ctrl-C again stops now",
                if running == 1 { "run" } else { "runs" },
                when::time_of_day(until_ms)
            )),
        }
    });
}

/// Prints what becomes of each run, a line each, on a thread of its own: a terminal that stands still must hold up nothing
/// else. What is given back ends with it.
fn print(told: Receiver<Told>, format: Format) -> io::Result<oneshot::Receiver<()>> {
    let (done, printed) = oneshot::channel();
    // Not by the standard library's stdout, whose lock would hold up the end of the program.
    let out = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    std::thread::Builder::new().name("print".into()).spawn(move || {
        print_all(told, format, out);
        let _ = done.send(());
    })?;
    Ok(printed)
}

fn print_all(mut told: Receiver<Told>, format: Format, mut out: File) {
    let mut text = String::new();
    let mut lines = RunLines::streaming();
    loop {
        let mut next = told.blocking_recv().map_err(|error| match error {
            RecvError::Closed => TryRecvError::Closed,
            RecvError::Lagged(lines) => TryRecvError::Lagged(lines),
        });
        loop {
            match &next {
                Ok(told) => {
                    match format {
                        // Numbers and texts can be written.
                        Format::Json => text
                            .push_str(&serde_json::to_string(&as_json(told)).unwrap_or_default()),
                        Format::Human => text.push_str(&as_line(told, &mut lines)),
                    }
                    text.push('\n');
                }
                Err(TryRecvError::Lagged(lines)) => {
                    tell(format_args!("·· {lines} lines skipped; `lambdeck runs` has them ··"));
                }
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
            next = told.try_recv();
        }
        // Nobody may read it, which is no reason to stop.
        let _ = out.write_all(text.as_bytes());
        if matches!(next, Err(TryRecvError::Closed)) {
            return;
        }
        text.clear();
        std::thread::sleep(GATHER);
    }
}

/// What becomes of a run, for machines.
#[derive(Serialize)]
struct JsonLine<'a> {
    fate: &'static str,
    lambda: Option<&'a LambdaName>,
    due_at_ms: Option<i64>,
    reason: Option<&'a str>,
    run: Option<ListedRun<'a>>,
}

fn as_json(told: &Told) -> JsonLine<'_> {
    let run = told.run.as_ref();
    let line = JsonLine {
        fate: "done",
        lambda: run.map(|run| &run.lambda),
        due_at_ms: None,
        reason: None,
        run: run.map(shapes::summary),
    };
    match &told.fate {
        Fate::Done => line,
        Fate::Retried { due_ms } => JsonLine { fate: "retried", due_at_ms: Some(*due_ms), ..line },
        Fate::Returned => JsonLine { fate: "returned", ..line },
        Fate::Dead { lambda, reason } => {
            JsonLine { fate: "dead", lambda: Some(lambda), reason: Some(reason), ..line }
        }
    }
}

fn as_line(told: &Told, lines: &mut RunLines) -> String {
    let paint = |style, text: &str| Stream::Result.paint(style, text);
    let fate = match &told.fate {
        Fate::Done => String::new(),
        Fate::Retried { due_ms } => {
            paint(ODD, &format!("  again at {}", when::time_of_day(*due_ms)))
        }
        Fate::Returned => paint(ODD, "  returned to the queue"),
        Fate::Dead { .. } => paint(BAD, "  dead letter"),
    };
    match (&told.run, &told.fate) {
        (Some(run), _) => lines.line(run) + &fate,
        (None, Fate::Dead { lambda, reason }) => format!("{lambda}  {}{fate}", visible(reason)),
        (None, _) => fate,
    }
}

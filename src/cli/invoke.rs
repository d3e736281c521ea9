//! `lambdeck invoke`

use super::args::Invoke;
use super::context::{Context, Format};
use super::output::tell;
use super::sources::{self, Source};
use super::{Usage, input, report, shapes};
use crate::domain::{
    Cause, FailureKind, KeptRun, Lambda, LambdaName, Outcome, Run, RunId, SendingOf, Severity,
};
use crate::platform::embedded::Embedded;
use crate::platform::{OfVersion, Retention, kept_run};
use crate::runtime::{Cancel, RunEvent, RunRequest, Runtime, RuntimeConfig};
use crate::workspace::{CONFIG_FILE, Loaded, Problem, Workspace};
use anyhow::Context as _;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use tokio::sync::mpsc::unbounded_channel;
use uuid::Uuid;

/// What a shell adds to the number of the signal that ended a program.
const SIGNALLED: u8 = 128;

/// What is to be run.
struct Target {
    workspace: Workspace,
    loaded: Loaded,
    lambda: Lambda,
}

pub(super) fn run(context: &mut Context, args: &Invoke) -> anyhow::Result<ExitCode> {
    let Source { workspace, lambda } = sources::named(context, &args.lambda)?;
    let target = target(workspace, &lambda)?;
    let request = request(context, args, &target)?;
    let source = Arc::clone(&request.source);
    let input = Arc::clone(&request.input);
    let (run, signal) = execute(request, context.format)?;
    let kept = kept_run(run, input, Cause::Invoke, OfVersion::default());
    let run = &kept.run;
    match context.format {
        Format::Json => context.out.json(&shapes::record(&kept))?,
        Format::Human => {
            if let Outcome::Succeeded(value) = &run.outcome {
                context.out.json(value)?;
                // Before the closing line, so that a terminal shows them in this order.
                context.out.flush()?;
                warn_of_refusal(context, run, value);
            }
            let path = target.workspace.source_path(&target.lambda.name);
            let shown = path.strip_prefix(&context.folder).unwrap_or(&path);
            report::closing(run, &shown.display().to_string(), &source);
        }
    }
    let code = exit_code(run, signal);
    context.out.flush()?;
    // Last, so that nobody waits for it.
    keep(&target, &kept);
    Ok(code)
}

/// The exit code of a run, which a signal may have ended.
pub(super) fn exit_code(run: &Run, signal: u8) -> ExitCode {
    ExitCode::from(match &run.outcome {
        Outcome::Succeeded(_) => 0,
        Outcome::Failed(failure) if failure.kind.is_limit() => 3,
        Outcome::Failed(failure) if failure.kind == FailureKind::BadInput => 2,
        Outcome::Failed(_) => 1,
        Outcome::Cancelled | Outcome::Interrupted => SIGNALLED + signal,
    })
}

/// Keeps the run among those of the workspace. A run is no less for not being kept, so that a failure is only told.
fn keep(Target { workspace, loaded, .. }: &Target, kept: &KeptRun) {
    let Ok(state) = workspace.state_folder() else { return };
    let config = workspace.root().join(CONFIG_FILE);
    let is_broken = |it: &Problem| it.severity == Severity::Error && it.path == config;
    // Settings that could not be read may keep more than the defaults.
    let retention = (!loaded.problems.iter().any(is_broken))
        .then(|| Retention::new(&loaded.config.delivery, kept.run.started_at_ms));
    if let Err(error) = Embedded::keep_aside(&state, kept, retention) {
        tell(format_args!("warning: the run is not kept: {error}"));
    }
}

/// A result that its event would not take is worth a word.
fn warn_of_refusal(context: &Context, run: &Run, value: &serde_json::Value) {
    let catalog = context.catalog();
    let event = run.event.as_ref().and_then(|id| catalog.event(id));
    if let Some(Err(reason)) = event.map(|event| event.result.check(value)) {
        tell(format_args!("warning: the event would not accept this result: {reason}"));
    }
}

/// The lambda `name`, if its settings can be trusted.
fn target(workspace: Workspace, name: &LambdaName) -> anyhow::Result<Target> {
    let loaded = workspace.load();
    let Some(lambda) = loaded.lambda(name).cloned() else {
        return Err(workspace.unknown(name).into());
    };
    let (folder, config) = (workspace.lambda_dir(name), workspace.root().join(CONFIG_FILE));
    for problem in &loaded.problems {
        let is_of_it = problem.path.starts_with(&folder) || problem.path == config;
        // Without its variables and limits, or those of the workspace, it would be another lambda.
        if is_of_it && problem.severity == Severity::Error {
            return Err(Usage(problem.to_string()).into());
        }
        if is_of_it {
            tell(format_args!("warning: {problem}"));
        }
    }
    Ok(Target { workspace, loaded, lambda })
}

fn request(context: &Context, args: &Invoke, target: &Target) -> anyhow::Result<RunRequest> {
    let Target { workspace, loaded, lambda } = target;
    let catalog = context.catalog();
    let event = lambda.event.as_ref().and_then(|id| catalog.event(id));
    if let (Some(id), None) = (&lambda.event, event) {
        tell(format_args!("warning: there is no event `{id}`; `lambdeck check` says more"));
    }
    let limits = loaded.config.limits_for(lambda);
    let text = input::read(args, &context.folder, workspace, (&lambda.name, event), &limits)?;
    Ok(RunRequest {
        id: RunId(Uuid::now_v7()),
        lambda: lambda.name.clone(),
        event: lambda.event.clone(),
        source: workspace.read_source(&lambda.name)?.into(),
        input: text.into(),
        env: loaded.config.env_for(lambda),
        limits,
        secrets: workspace.secret_store(),
        reach: Arc::clone(&loaded.config.reach),
        trace: None,
        sending: match (args.live, args.dry) {
            (true, _) => SendingOf::LIVE,
            (_, true) => SendingOf::DRY,
            _ => loaded.config.sending,
        },
    })
}

/// Runs the request; its log lines go to stderr as they come. Gives the signal that ended it too, if one did.
pub(super) fn execute(request: RunRequest, format: Format) -> anyhow::Result<(Run, u8)> {
    let stop = Stop::on_signals()?;
    let cancel = &stop.cancel;
    let tokio = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    let run: anyhow::Result<Run> = tokio.block_on(async {
        // One run needs no worker to stand ready for the next.
        let config = RuntimeConfig { spares: 0, ..RuntimeConfig::of_this_program()? };
        let (sender, mut events) = unbounded_channel();
        let shown = async {
            while let Some(event) = events.recv().await {
                match (event, format) {
                    (RunEvent::Logs(lines), Format::Human) => report::logs(&lines),
                    (RunEvent::LogsSkipped(lines), Format::Human) => report::skipped(lines),
                    _ => {}
                }
            }
        };
        let runtime = Runtime::new(config);
        let (run, ()) = tokio::join!(runtime.run(request, sender, cancel.clone()), shown);
        Ok(run)
    });
    // A name that is still being looked up is not waited for.
    tokio.shutdown_background();
    Ok((run?, stop.signal.load(Ordering::Relaxed)))
}

/// A person's wish to stop, told by a signal.
struct Stop {
    cancel: Cancel,
    /// The signal's number, once there was one.
    signal: Arc<AtomicU8>,
}

impl Stop {
    fn on_signals() -> anyhow::Result<Self> {
        let stop = Self { cancel: Cancel::new(), signal: Arc::default() };
        let (cancel, signal) = (stop.cancel.clone(), Arc::clone(&stop.signal));
        let mut signals =
            Signals::new([SIGINT, SIGTERM, SIGHUP]).context("cannot listen for Ctrl-C")?;
        std::thread::spawn(move || {
            for number in signals.forever() {
                signal.store(number as u8, Ordering::Relaxed);
                cancel.cancel();
            }
        });
        Ok(stop)
    }
}

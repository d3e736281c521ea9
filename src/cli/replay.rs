//! `lambdeck replay`

use super::args_platform::Replay;
use super::context::{Context, Format};
use super::invoke::{execute, exit_code};
use super::output::tell;
use super::stage::Stage;
use super::{Usage, report, shapes};
use crate::domain::{Cause, KeptRun, LambdaName, Outcome, RunId, SendingOf, Version};
use crate::platform::deploy::code_of_run;
use crate::platform::store::Runs as _;
use crate::platform::{OfVersion, kept_run};
use crate::runtime::RunRequest;
use std::process::ExitCode;
use std::sync::Arc;
use uuid::Uuid;

pub(super) fn run(context: &mut Context, args: &Replay) -> anyhow::Result<ExitCode> {
    let stage = Stage::open(context)?;
    let old = stage.wait(stage.store.run(args.run.clone()))?;
    if let Some(why) = old.unrepeatable() {
        return Err(Usage(why).into());
    }
    let (lambda, version) = code(&stage, args, &old)?;
    let number = (version.number > 0).then_some(version.number);
    let sending = if args.live { SendingOf::LIVE } else { SendingOf::DRY };
    let code = number.map_or_else(|| "the draft".to_owned(), |it| format!("version {it}"));
    if context.format == Format::Human {
        let how = if args.live { "live: what it sends is sent" } else { "dry: nothing is sent" };
        tell(format_args!("replay of {} with {code}, {how}", old.run.id));
        tell(format_args!("payload sha256 {}", old.input_sha256));
    }
    let request = RunRequest {
        id: RunId(Uuid::now_v7()),
        lambda,
        event: version.event,
        source: Arc::clone(&version.source),
        input: Arc::clone(&old.input),
        env: version.env,
        limits: version.limits,
        secrets: stage.workspace.secret_store(),
        reach: Arc::clone(&stage.loaded.config.reach),
        sending,
        trace: None,
    };
    let (run, signal) = execute(request, context.format)?;
    let code = exit_code(&run, signal);
    let cause = Cause::Replay { of: old.run.id, live: Some(args.live) };
    let deployed = OfVersion { lambda: number.and(old.lambda_id), version: number };
    let kept = Arc::new(kept_run(run, old.input, cause, deployed));
    // It was made, and is no less for not being kept.
    if let Err(error) = stage.wait(stage.store.keep(Arc::clone(&kept))) {
        tell(format_args!("warning: the replay is not kept: {error}"));
    }
    match context.format {
        Format::Json => context.out.json(&shapes::record(&kept))?,
        Format::Human => {
            if let Outcome::Succeeded(value) = &kept.run.outcome {
                context.out.json(value)?;
                context.out.flush()?;
            }
            let path = stage.workspace.source_path(&kept.run.lambda);
            let path = path.strip_prefix(&context.folder).unwrap_or(&path).display().to_string();
            report::closing(&kept.run, &path, &version.source);
        }
    }
    Ok(code)
}

/// What is run, and as what: the draft where it is asked for, or where the run was one of it; else the version that ran.
fn code(stage: &Stage, args: &Replay, old: &KeptRun) -> anyhow::Result<(LambdaName, Version)> {
    let (name, version) = stage.wait(code_of_run(&stage.store, old))?;
    if let Some(version) = version.filter(|_| !args.with_draft) {
        return Ok((name, version));
    }
    let lambda = stage.loaded.lambda(&name).ok_or_else(|| stage.workspace.unknown(&name))?;
    let draft = stage.bench().draft(lambda)?;
    Ok((name, draft))
}

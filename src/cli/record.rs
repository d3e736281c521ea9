//! A kept run, printed whole.

use super::context::{Context, Format};
use super::output::{FAINT, HEADING, Stream};
use super::report;
use super::run_lines::RunLines;
use super::shapes;
use super::snippet::visible;
use super::stage::Stage;
use crate::domain::payload;
use crate::domain::{CallStatus, INTERRUPTED, KeptRun, Outcome, RunSummary};

/// Prints everything that was kept of a run.
pub(super) fn print(context: &mut Context, stage: &Stage, kept: &KeptRun) -> anyhow::Result<()> {
    if context.format == Format::Json {
        return Ok(context.out.json(&shapes::record(kept))?);
    }
    let run = &kept.run;
    let heading = |text: &str| Stream::Result.paint(HEADING, text);
    context.out.line(RunLines::default().line(&RunSummary::of(kept)))?;
    if let Some(of) = kept.cause.replayed() {
        context.out.line(format_args!("{} of {of}", kept.cause.title()))?;
    }
    if let Some(origin) = &kept.origin {
        context.out.line(visible(&origin.event()))?;
        context.out.line(format_args!("delivery {}", origin.delivery))?;
    }
    let masked = if kept.input_masked { ", a secret in it is masked" } else { "" };
    let sha = Stream::Result.paint(FAINT, format_args!("sha256 {}{masked}", kept.input_sha256));
    context.out.line(format_args!("{}  {sha}", heading("payload")))?;
    context.out.line(visible(&payload::laid_out(&kept.input)))?;
    if !run.logs.is_empty() {
        context.out.line(heading("logs"))?;
        for line in &run.logs {
            context.out.line(report::log_line(Stream::Result, line))?;
        }
    }
    if !run.calls.is_empty() {
        context.out.line(heading("calls"))?;
        for call in &run.calls {
            let status = match &call.status {
                CallStatus::Failed(reason) => visible(reason),
                other => format!("{other:?}").to_lowercase(),
            };
            context.out.line(format_args!("{} {}  {status}", call.what, visible(&call.target)))?;
        }
    }
    match &run.outcome {
        Outcome::Succeeded(value) => {
            context.out.line(heading("result"))?;
            context.out.json(value)?;
        }
        Outcome::Cancelled => {}
        Outcome::Interrupted => context.out.line(INTERRUPTED)?,
        Outcome::Failed(failure) => {
            context.out.line(heading("failure"))?;
            let path = stage.workspace.source_path(&run.lambda);
            let path = path.strip_prefix(stage.workspace.root()).unwrap_or(&path);
            context.out.line(report::failed_plainly(failure, &path.display().to_string()))?;
        }
    }
    Ok(())
}

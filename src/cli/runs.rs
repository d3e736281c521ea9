//! `lambdeck runs` and `lambdeck logs`

use super::args_platform::{RunFilter, Runs, RunsCommand};
use super::context::{Context, Format, lambda_name};
use super::figures::{count, duration};
use super::output::{FAINT, HEADING, Stream, tell};
use super::serve::run_line;
use super::stage::{Stage, doer};
use super::{record, report, table, when};
use crate::domain::{Endings, RunFigures, RunQuery, RunSummary, Window};
use crate::platform::store::Runs as _;
use std::process::ExitCode;
use std::time::Duration;

/// How often `--follow` looks whether something was written.
const LOOK: Duration = Duration::from_millis(200);
/// The most runs taken at a time while following.
const AT_ONCE: u32 = 1_000;

pub(super) fn runs(context: &mut Context, args: &Runs) -> anyhow::Result<ExitCode> {
    let stage = Stage::open(context)?;
    if let Some(RunsCommand::Show { run }) = &args.command {
        let kept = stage.wait(stage.store.run(run.clone()))?;
        record::print(context, &stage, &kept)?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(title) = &args.figures {
        return figures(context, &stage, title);
    }
    each(context, &stage, &args.filter, |context, run| {
        match context.format {
            Format::Human => context.out.line(run_line(run))?,
            Format::Json => context.out.line(serde_json::to_string(run)?)?,
        }
        Ok(())
    })
}

pub(super) fn logs(context: &mut Context, filter: &RunFilter) -> anyhow::Result<ExitCode> {
    let stage = Stage::open(context)?;
    let store = stage.store.clone();
    each(context, &stage, filter, |context, run| {
        let kept = stage.wait(store.run(run.id.to_string()))?;
        if context.format == Format::Json {
            let line = serde_json::json!({ "run": run, "logs": kept.run.logs });
            context.out.line(line)?;
            return Ok(());
        }
        context.out.line(Stream::Result.paint(HEADING, run_line(run)))?;
        for line in &kept.run.logs {
            context.out.line(report::log_line(Stream::Result, line))?;
        }
        Ok(())
    })
}

/// Does something for every run that is asked for, the oldest first; goes on with `--follow`.
fn each(
    context: &mut Context,
    stage: &Stage,
    filter: &RunFilter,
    mut print: impl FnMut(&mut Context, &RunSummary) -> anyhow::Result<()>,
) -> anyhow::Result<ExitCode> {
    let mut query = RunQuery {
        lambda: filter.lambda.as_deref().map(lambda_name).transpose()?,
        endings: if filter.failed { Endings::Failed } else { Endings::All },
        since_ms: filter.since.as_deref().map(|it| when::since(it, doer().at_ms)).transpose()?,
        text: filter.text.clone(),
        limit: filter.limit,
        ..RunQuery::default()
    };
    let mut is_empty = true;
    let mut seen = stage.store.changes()?;
    let mut mark = None;
    loop {
        let (found, next) = stage.wait(stage.store.follow(query.clone(), mark))?;
        for run in &found {
            print(context, run)?;
        }
        is_empty &= found.is_empty();
        context.out.flush()?;
        if !filter.follow {
            break;
        }
        mark = Some(next);
        let is_all = found.len() < query.limit as usize;
        query.limit = AT_ONCE;
        while is_all && stage.store.changes()? == seen {
            std::thread::sleep(LOOK);
        }
        seen = stage.store.changes()?;
    }
    if is_empty && context.format == Format::Human {
        tell("there are no such runs");
    }
    Ok(ExitCode::SUCCESS)
}

fn figures(context: &mut Context, stage: &Stage, title: &str) -> anyhow::Result<ExitCode> {
    let window = Window::ALL.into_iter().find(|it| it.title() == title).unwrap_or(Window::Day);
    let figures = stage.wait(stage.store.window(window, doer().at_ms))?;
    if context.format == Format::Json {
        context.out.json(&figures)?;
        return Ok(ExitCode::SUCCESS);
    }
    let row = |name: &str, of: &RunFigures| {
        [
            name.to_owned(),
            format!("{} ok", count(of.succeeded())),
            format!("{} failed", count(of.failed())),
            format!("p50 {}", duration(of.p50_us)),
            format!("p95 {}", duration(of.p95_us)),
            format!("p99 {}", duration(of.p99_us)),
            Stream::Result.paint(FAINT, bars(of)),
        ]
    };
    let mut rows = vec![row("all", &figures.all)];
    rows.extend(figures.lambdas.iter().map(|(lambda, of)| row(lambda.as_str(), of)));
    for line in table::lines(&rows) {
        context.out.line(line)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The pieces of a window as a small histogram.
fn bars(figures: &RunFigures) -> String {
    const BARS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let sums: Vec<u32> = figures.buckets.iter().map(|it| it.succeeded + it.failed).collect();
    let most = sums.iter().copied().max().unwrap_or(0).max(1);
    sums.iter().map(|sum| BARS[(sum * 8).div_ceil(most).min(8) as usize]).collect()
}

//! `lambdeck runs` and `lambdeck logs`

use super::args_platform::{RunFilter, Runs, RunsCommand};
use super::context::{Context, Format};
use super::figures::{count, duration};
use super::output::{FAINT, HEADING, Stream, tell};
use super::run_lines::RunLines;
use super::stage::{Stage, doer};
use super::{record, report, shapes, table, when};
use crate::domain::{Endings, LambdaName, OngoingRun, RunFigures, RunQuery, RunSummary, Window};
use crate::platform::ongoing::ongoing;
use crate::platform::store::Runs as _;
use anyhow::Context as _;
use std::process::ExitCode;
use std::sync::Arc;
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
    if args.running {
        let going = going_on(&stage, &args.filter)?;
        print(context, &mut RunLines::default(), (&[], &going))?;
        if going.is_empty() && context.format == Format::Human {
            tell("no run goes on now");
        }
        return Ok(ExitCode::SUCCESS);
    }
    if args.filter.follow {
        let mut lines = RunLines::default();
        let print =
            |context: &mut Context, runs: &[RunSummary]| print(context, &mut lines, (runs, &[]));
        each(context, &stage, &args.filter, print)?;
        return Ok(ExitCode::SUCCESS);
    }
    // Asked first: what ends meanwhile is among those that are kept.
    let going = if args.filter.failed { Ok(Vec::new()) } else { going_on(&stage, &args.filter) };
    let mut kept = Vec::new();
    each(context, &stage, &args.filter, |_, runs| {
        kept.extend_from_slice(runs);
        Ok(())
    })?;
    let mut newest = going.as_deref().unwrap_or_default().to_vec();
    newest.retain(|run| kept.iter().all(|it| it.id != run.id));
    let room = (args.filter.limit as usize).saturating_sub(newest.len());
    let shown = &kept[kept.len().saturating_sub(room)..];
    print(context, &mut RunLines::default(), (shown, &newest))?;
    going?;
    tell_if_none(kept.len() + newest.len(), context.format);
    Ok(ExitCode::SUCCESS)
}

/// Prints runs, and those that go on below.
fn print(
    context: &mut Context,
    lines: &mut RunLines,
    (ended, going): (&[RunSummary], &[Arc<OngoingRun>]),
) -> anyhow::Result<()> {
    lines.fit(ended);
    lines.fit_going_on(going.iter().map(|run| &**run));
    for run in ended {
        match context.format {
            Format::Human => context.out.line(lines.line(run))?,
            Format::Json => context.out.line(serde_json::to_string(&shapes::summary(run))?)?,
        }
    }
    let now_ms = doer().at_ms;
    for run in going {
        match context.format {
            Format::Human => context.out.line(lines.going_on(run, now_ms))?,
            Format::Json => context.out.line(serde_json::to_string(&shapes::going_on(run))?)?,
        }
    }
    Ok(())
}

/// The runs that go on and are asked for, the newest last.
fn going_on(stage: &Stage, filter: &RunFilter) -> anyhow::Result<Vec<Arc<OngoingRun>>> {
    let lambda = filter.lambda.as_deref().map(|it| stage.lambda(it)).transpose()?;
    let since_ms = filter.since.as_deref().map(|it| when::since(it, doer().at_ms)).transpose()?;
    let is_meant = |run: &Arc<OngoingRun>| {
        lambda.as_ref().is_none_or(|it| run.lambda == *it)
            && since_ms.is_none_or(|since| run.started_at_ms >= since)
            && filter.text.as_ref().is_none_or(|text| run.id.to_string().contains(text))
    };
    let mut all = ongoing(stage.state())
        .context("whoever executes in this workspace does not say what runs")?;
    all.retain(is_meant);
    all.sort_by_key(|run| run.id);
    Ok(all.split_off(all.len().saturating_sub(filter.limit as usize)))
}

pub(super) fn logs(context: &mut Context, filter: &RunFilter) -> anyhow::Result<ExitCode> {
    let stage = Stage::open(context)?;
    let mut lines = RunLines::default();
    let listed = each(context, &stage, filter, |context, runs| {
        lines.fit(runs);
        runs.iter().try_for_each(|run| print_log(context, &stage, &mut lines, run))
    })?;
    tell_if_none(listed, context.format);
    Ok(ExitCode::SUCCESS)
}

fn print_log(
    context: &mut Context,
    stage: &Stage,
    lines: &mut RunLines,
    run: &RunSummary,
) -> anyhow::Result<()> {
    let kept = stage.wait(stage.store.run(run.id.to_string()))?;
    if context.format == Format::Json {
        return Ok(context.out.line(shapes::logs(run, &kept))?);
    }
    context.out.line(Stream::Result.paint(HEADING, lines.line(run)))?;
    for line in &kept.run.logs {
        context.out.line(report::log_line(Stream::Result, line))?;
    }
    Ok(())
}

fn tell_if_none(listed: usize, format: Format) {
    if listed == 0 && format == Format::Human {
        tell("there are no such runs");
    }
}

/// Does something for the runs that are asked for, the oldest first, and with `--follow` for those that come. Says how
/// many there were.
fn each(
    context: &mut Context,
    stage: &Stage,
    filter: &RunFilter,
    mut print: impl FnMut(&mut Context, &[RunSummary]) -> anyhow::Result<()>,
) -> anyhow::Result<usize> {
    let mut query = RunQuery {
        lambda: filter.lambda.as_deref().map(|it| stage.lambda(it)).transpose()?,
        endings: if filter.failed { Endings::Failed } else { Endings::All },
        since_ms: filter.since.as_deref().map(|it| when::since(it, doer().at_ms)).transpose()?,
        text: filter.text.clone(),
        limit: filter.limit,
        ..RunQuery::default()
    };
    let mut listed = 0;
    let mut seen = stage.store.changes()?;
    let mut mark = None;
    loop {
        let (found, next) = stage.wait(stage.store.follow(query.clone(), mark))?;
        print(context, &found)?;
        listed += found.len();
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
    Ok(listed)
}

fn figures(context: &mut Context, stage: &Stage, title: &str) -> anyhow::Result<ExitCode> {
    let window = Window::ALL.into_iter().find(|it| it.title() == title).unwrap_or(Window::Day);
    let figures = stage.wait(stage.store.window(window, doer().at_ms))?;
    if context.format == Format::Json {
        let lambdas = figures.lambdas.iter();
        let lambdas: Vec<_> = lambdas.map(|(name, of)| shapes::figures(Some(name), of)).collect();
        let all = shapes::figures(None::<&LambdaName>, &figures.all);
        context
            .out
            .json(&serde_json::json!({ "window": title, "all": all, "lambdas": lambdas }))?;
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
